"""From an invitation link to a downloaded report, in a real browser against a real web process, worker and database."""

import io

import pypdf
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.sites import Site
from tests.visitor import Visitor
from tests.whole_path import PASSWORD, Campaign, choose_as, set_up, sign_up

pytestmark = pytest.mark.browser

OWNER = "owner@journey.example"
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def campaign(running_site: Site) -> Campaign:
    """An open campaign that everybody but one person has answered."""
    owner = Visitor(running_site.url)
    sign_up(owner, OWNER)
    campaign = set_up(owner, "Journey Savings")
    for staff_number, link in campaign.links.items():
        if staff_number != "100":
            thanks = Visitor(running_site.url).answer(link, choose_as(staff_number))
            assert "Your answers were sent." in thanks.text
    return campaign


def answer_on_a_phone(page: Page, link: str) -> None:
    """Answer everything as a person would: open, start, tap, continue, check, send."""
    page.goto(link)
    assert link.rstrip("/").rpartition("/")[2] not in page.url
    page.get_by_role("button", name="Start").click()
    while "/part/" in page.url:
        here = page.url
        for group in page.locator("fieldset").all():
            choices = group.locator("input[type=radio]")
            if choices.count():
                choices.nth(1).check()
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_function("here => location.href !== here", arg=here)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.get_by_role("button", name="Send your answers").click()
    expect(page.get_by_role("heading", name="Your answers were sent.")).to_be_visible()


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/accounts/login/")
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/")


def test_from_the_invitation_link_to_the_downloaded_report(browser: Browser, running_site: Site, campaign: Campaign):
    phone = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    answer_on_a_phone(phone, campaign.links["100"])
    desk = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True).new_page()
    sign_in(desk, running_site)
    desk.goto(running_site.url + campaign.path)
    desk.get_by_role("link", name="Close the assessment").click()
    desk.get_by_role("button", name="Close for good now").click()

    desk.goto(f"{running_site.url}{campaign.organisation}results/")
    for _ in range(100):
        if desk.get_by_role("link", name="Get the report").count():
            break
        desk.wait_for_timeout(300)
        desk.reload()
    heading = desk.get_by_role("heading", level=1).inner_text()
    desk.get_by_role("link", name="Get the report").click()
    desk.get_by_role("button", name="Prepare the report").click()
    download = desk.get_by_role("link", name="Download the PDF")
    expect(download).to_be_visible(timeout=30_000)
    with desk.expect_download() as started:
        download.click()
    report = pypdf.PdfReader(io.BytesIO(started.value.path().read_bytes()))
    text = " ".join(" ".join(page.extract_text() for page in report.pages).split())

    assert heading
    assert "Journey Savings" in text
    assert "24 answers" in text or "24 of 24" in text
    assert len(report.pages) >= 6
