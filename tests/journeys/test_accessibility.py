"""Every page, light and dark, on a phone and on a desk: no violation, nothing scrolls sideways, nothing is heavy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from tests.sites import Site

pytestmark = pytest.mark.browser

AXE = Axe()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
SCHEMES: dict[Literal["light", "dark"], dict[str, object]] = {
    "light": {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]},
    "dark": {"runOnly": {"type": "rule", "values": RULES_OF_COLOUR}, "resultTypes": ["violations"]},
}
"""What is looked for in each appearance: colours alone differ between the two."""
NARROWEST, PHONE, DESK = 320, 360, 1280
HEIGHT = 900
ORGANISATION = "/o/mwezi-microfinance-bank"
NEVER_ISSUED = "/a/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/"


@dataclass(frozen=True)
class Demo:
    """The demo's addresses and password, as the command prints them."""

    password: str
    personal_link: str
    open_link: str


@pytest.fixture(scope="module")
def demo(running_site: Site) -> Demo:
    printed = running_site.manage("demo")
    found = re.search(r"Password[^:]*: (\S+)", printed)
    links = re.findall(r"https?://[^/\s]+(/(?:a|join)/\S+)", printed)
    assert found
    assert len(links) == 2
    return Demo(found[1], links[0], links[1])


def context_of(browser: Browser, width: int) -> BrowserContext:
    return browser.new_context(viewport={"width": width, "height": HEIGHT})


def sign_in(page: Page, site: Site, demo: Demo, who: str) -> None:
    page.goto(f"{site.url}/accounts/login/")
    page.get_by_label("E-mail address").fill(f"{who}@demo.concentric.example")
    page.get_by_label("Password", exact=True).fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/")


@pytest.fixture(scope="module")
def signed_in(browser: Browser, running_site: Site, demo: Demo) -> Iterator[dict[str, Page]]:
    """A page of each person with rights. One page serves all widths and appearances."""
    pages = {}
    for who in ("owner", "leader", "consultant"):
        pages[who] = context_of(browser, DESK).new_page()
        sign_in(pages[who], running_site, demo, who)
    yield pages
    for page in pages.values():
        page.context.close()


def address_of_open_campaign(page: Page, site: Site) -> str:
    page.goto(f"{site.url}{ORGANISATION}/")
    return page.locator("table a[href^='/c/']").first.get_attribute("href") or ""


def problems_of(page: Page, where: str) -> list[str]:
    """Return what axe finds wrong with the page as it stands, on both widths and in both appearances."""
    page.evaluate(AXE.axe_script)
    found = []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            answer = page.evaluate("rules => axe.run(document, rules)", rules)
            assert answer["passes"], where
            found += [
                f"{where} {width} {scheme}: {violation['id']} at {violation['nodes'][0]['target']}"
                for violation in answer["violations"]
            ]
    for width in (NARROWEST, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{where} {width}: {overflow} px too wide"] * (overflow > 0)
    return found


def test_pages_without_a_sign_in_have_no_violations(browser: Browser, running_site: Site, demo: Demo):
    page = context_of(browser, DESK).new_page()
    found: list[str] = []
    for path in (
        "/",
        "/about/",
        "/frameworks/concentric/1.0/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/no-such-page/",
        "/c/",
        NEVER_ISSUED,
    ):
        page.goto(running_site.url + path)
        found += problems_of(page, path)

    assert found == []


def test_pages_of_people_with_rights_have_no_violations(signed_in: dict[str, Page], running_site: Site):
    owner = signed_in["owner"]
    campaign = address_of_open_campaign(owner, running_site)
    paths = {
        "owner": (
            "/",
            "/account/",
            "/accounts/password/change/",
            "/accounts/email/",
            "/organisations/new/",
            f"{ORGANISATION}/",
            f"{ORGANISATION}/units/",
            f"{ORGANISATION}/units/paste/",
            f"{ORGANISATION}/people/",
            f"{ORGANISATION}/campaigns/new/",
            campaign,
            f"{campaign}people/",
            f"{campaign}links/",
            f"{campaign}close/",
            f"{campaign}ways/",
            f"{campaign}sizes/",
        ),
        "leader": (f"{ORGANISATION}/results/", f"{ORGANISATION}/results/empowerment/", f"{ORGANISATION}/report/"),
        "consultant": ("/portfolio/", "/portfolio/?pin=1&pin=2&lens=aspects"),
    }
    found: list[str] = []
    for who, addresses in paths.items():
        for path in addresses:
            answer = signed_in[who].goto(running_site.url + path)
            assert answer is not None
            assert answer.status == 200, path
            found += problems_of(signed_in[who], f"{who} {path}")

    assert found == []


def test_the_respondents_pages_have_no_violations_and_the_first_is_light(
    browser: Browser, running_site: Site, demo: Demo
):
    page = context_of(browser, PHONE).new_page()
    sizes = measured(page)
    page.goto(running_site.url + demo.personal_link, wait_until="networkidle")
    first_load = dict(sizes)
    found = problems_of(page, "start")
    page.get_by_role("button", name="Start").click()
    found += problems_of(page, "first part")
    for path in ("/a/", "/a/check/"):
        page.goto(running_site.url + path)
        found += problems_of(page, path)
    join = context_of(browser, PHONE).new_page()
    join.goto(running_site.url + demo.open_link)
    found += problems_of(join, "open link")
    join.get_by_role("button", name="Continue").click()
    found += problems_of(join, "open link with errors")

    assert found == []
    assert first_load["bytes"] <= 40_000
    assert first_load["requests"] <= 5


def tablet_of(owner: Page, site: Site, browser: Browser) -> tuple[Page, list[str]]:
    """Set up a shared tablet as an owner does and unlock it; return its page and what axe found on the way."""
    owner.goto(f"{site.url}{address_of_open_campaign(owner, site)}ways/")
    owner.locator("#id_kiosk-unit").select_option(index=2)
    owner.get_by_role("button", name="Add a tablet").click()
    found = problems_of(owner, "the PIN, told once")
    tablet = context_of(browser, PHONE).new_page()
    tablet.goto(owner.locator("#address").input_value())
    found += problems_of(tablet, "the PIN, asked")
    tablet.get_by_label("PIN").fill(owner.locator("strong.typed.big").inner_text())
    tablet.get_by_role("button", name="Unlock").click()
    return tablet, found


def test_a_shared_tablet_has_no_violations_and_is_clean_for_the_next_person_after_three_minutes(
    browser: Browser, running_site: Site, signed_in: dict[str, Page]
):
    tablet, found = tablet_of(signed_in["owner"], running_site, browser)
    tablet.wait_for_url("**/kiosk/")
    found += problems_of(tablet, "tablet")
    tablet.clock.install()
    tablet.locator("input[name=role]").first.check()
    tablet.get_by_role("button", name="Start").click()
    found += problems_of(tablet, "tablet, start")
    tablet.get_by_role("button", name="Start").click()
    tablet.wait_for_url("**/a/part/**")

    tablet.clock.fast_forward(149_000)
    early = tablet.locator("#idle").is_visible()
    tablet.clock.fast_forward(2_000)
    asked = tablet.locator("#idle").is_visible()
    found += problems_of(tablet, "tablet, asking whether somebody is there")
    tablet.keyboard.press("Enter")
    stayed = not tablet.locator("#idle").is_visible()
    tablet.clock.fast_forward(151_000)
    tablet.clock.fast_forward(30_000)
    tablet.wait_for_url("**/kiosk/")
    tablet.goto(f"{running_site.url}/a/")

    assert found == []
    assert (early, asked, stayed) == (False, True, True)
    assert tablet.locator("h1").inner_text() == "Open your link again"


def test_an_answer_that_cannot_be_sent_does_not_hold_up_the_next_person_at_a_tablet(
    browser: Browser, running_site: Site, signed_in: dict[str, Page]
):
    tablet, _found = tablet_of(signed_in["owner"], running_site, browser)
    asked_nobody = []

    def note(dialog: Dialog) -> None:
        asked_nobody.append(dialog.type)
        dialog.accept()

    tablet.on("dialog", note)
    tablet.wait_for_url("**/kiosk/")
    tablet.clock.install()
    tablet.locator("input[name=role]").first.check()
    tablet.get_by_role("button", name="Start").click()
    tablet.get_by_role("button", name="Start").click()
    tablet.wait_for_url("**/a/part/**")
    tablet.route("**/a/save/", lambda route: route.abort())

    tablet.locator(".item-card input[type=radio]").first.check()
    tablet.clock.fast_forward(151_000)
    tablet.clock.fast_forward(30_000)
    tablet.wait_for_url("**/kiosk/")

    assert asked_nobody == []


def test_one_page_can_be_answered_by_keyboard_alone(browser: Browser, running_site: Site, demo: Demo):
    page = context_of(browser, PHONE).new_page()
    page.goto(running_site.url + demo.open_link)
    page.get_by_label("Where do you work?").select_option(index=2)
    page.locator("input[name=role]").first.check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/a/part/**")
    here = page.url
    questions = page.locator("fieldset").count()

    presses = 0
    while page.evaluate("document.activeElement.textContent.trim()") != "Save and continue":
        page.keyboard.press("Tab")
        presses += 1
        if page.evaluate("document.activeElement.matches('.opts input[type=radio]:not(:checked)')"):
            page.keyboard.press("Space")
        assert presses < 20 * questions
    answered = page.locator(".opts input:checked").count()
    page.keyboard.press("Enter")
    page.wait_for_function("here => location.href !== here", arg=here)

    assert answered == questions
    assert "/a/part/" in page.url


def test_the_results_page_is_light(browser: Browser, running_site: Site, demo: Demo, signed_in: dict[str, Page]):
    cookies = signed_in["leader"].context.cookies()
    context = context_of(browser, PHONE)
    context.add_cookies(cookies)  # type: ignore[arg-type]  # what a browser gives is what it takes
    page = context.new_page()
    sizes = measured(page)

    page.goto(f"{running_site.url}{ORGANISATION}/results/", wait_until="networkidle")

    assert 20_000 < sizes["bytes"] <= 130_000


def measured(page: Page) -> dict[str, int]:
    """Return a tally that grows with every answer the page gets from now on: requests, and bytes on the wire."""
    tally = {"requests": 0, "bytes": 0}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def finished(event: dict[str, float]) -> None:
        tally["requests"] += 1
        tally["bytes"] += int(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    return tally
