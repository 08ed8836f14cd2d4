"""What runs on a respondent's phone, in a real browser against the real product: without a network, on two devices,
on a shared computer, with scripts and without."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.journeys.phones import (
    EMPTY,
    PHONE,
    begun,
    choose,
    chosen,
    left_behind,
    opened,
    radios,
    ready,
    state,
    stored,
    token_of,
)
from tests.sites import Site, running_site_in
from tests.visitor import Visitor
from tests.whole_path import people_list, set_up, sign_up

pytestmark = pytest.mark.browser

RESPONSES = """
import json
from assessments.models.responses import Response
print(json.dumps([json.dumps(answers) for answers in Response.objects.values_list("answers", flat=True)]))
"""


@pytest.fixture(scope="module")
def owner(running_site: Site) -> Visitor:
    owner = Visitor(running_site.url)
    sign_up(owner, "owner@device.example")
    return owner


@pytest.fixture(scope="module")
def links(owner: Visitor) -> Iterator[str]:
    """Links of front-line people of one open campaign, each for one test."""
    campaign = set_up(owner, "Device Savings", people_list(front_line=30))
    return iter([link for number, link in campaign.links.items() if number < "130"])


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    yield context
    context.close()


def test_without_a_network_everything_can_be_answered_and_sending_waits_for_one(
    phone: BrowserContext, links: Iterator[str], running_site: Site
):
    link = next(links)
    page = begun(phone, link)
    phone.set_offline(True)
    first = choose(page, "0")
    state(page, "Saved on this phone")
    expect(page.locator("#net")).to_contain_text("No connection. Keep going")
    while "/part/" in page.url:
        here = page.url
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_function("here => location.href !== here", arg=here)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_role("button", name="Send your answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Sending needs a connection")
    page.close()
    page = opened(phone, link)
    assert token_of(link) not in page.url
    page.get_by_role("link", name="Check your answers").click()
    expect(page.locator(".done-list div").first).to_contain_text("Never")

    phone.set_offline(False)
    state(page, "Saved")
    assert stored(running_site, link) == {first: 0}
    page.get_by_role("button", name="Send your answers").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers were sent.")
    ready(page)
    assert left_behind(page) == EMPTY


def test_without_a_network_another_language_says_what_it_needs_and_the_place_stays(
    phone: BrowserContext, links: Iterator[str]
):
    page = begun(phone, next(links))
    here = page.url
    phone.set_offline(True)
    choose(page, "0")
    state(page, "Saved on this phone")
    page.locator(".tongue summary").click()
    page.get_by_role("button", name="Français").click()
    warning = page.locator("main [role=alert]")
    expect(warning).to_contain_text("Another language needs a connection")
    assert (page.url, chosen(page)) == (here, ["0"])

    phone.set_offline(False)
    expect(warning).to_have_count(0)
    state(page, "Saved")
    page.get_by_role("button", name="Français").click()

    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert (page.url.partition("?")[0].partition("#")[0], chosen(page)) == (here, ["0"])


def test_what_the_device_keeps_says_nothing_without_the_link(phone: BrowserContext, links: Iterator[str]):
    link, other = next(links), next(links)
    page = begun(phone, link)
    key = choose(page, "3")
    state(page, "Saved")

    held = left_behind(page)
    kept = json.dumps(held["local"]) + json.dumps(held["caches"])
    assert len(held["local"]) >= 4  # type: ignore[arg-type]
    assert key not in kept
    assert token_of(link) not in kept + str(held["texts"])
    assert " checked" not in str(held["texts"])

    page.close()
    phone.set_offline(True)
    page = opened(phone, other)
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    assert "Never" not in page.locator("main").inner_text()
    page.close()
    page = phone.new_page()
    page.goto(re.sub(r"/a/.*", "/a/check/", link))
    ready(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Open your link again")


def test_removing_the_link_removes_the_copy_with_it(phone: BrowserContext, links: Iterator[str]):
    page = begun(phone, next(links))
    choose(page, "3")
    state(page, "Saved")
    page.goto(re.sub(r"/a/.*", "/a/", page.url))
    ready(page)
    page.get_by_role("button", name="Remove this link from this device").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("The link is removed from this device")
    ready(page)
    assert left_behind(page) == EMPTY
    assert phone.cookies() == []


def test_the_last_answer_of_two_devices_counts_and_both_are_told(
    browser: Browser, phone: BrowserContext, links: Iterator[str], running_site: Site
):
    link = next(links)
    page = begun(phone, link)
    desk = browser.new_context(viewport={"width": 1280, "height": 900})
    other = opened(desk, link)
    other.goto(page.url)
    ready(other)
    key = choose(page, "1")
    state(page, "Saved")
    choose(other, "3")

    told = other.locator(".changed")
    expect(told).to_contain_text("On another device you answered “Less than half the time”.")
    assert stored(running_site, link) == {key: 3}
    page.evaluate("() => concentric.look(true)")
    expect(page.locator(".changed")).to_contain_text("Changed on another device to “Most times”.")
    assert chosen(page) == ["3"]
    state(page, "Changed on another device")

    told.get_by_role("button", name="Bring “Less than half the time” back").click()
    state(other, "Saved")
    assert chosen(other) == ["1"]
    expect(told).to_have_count(0)
    assert stored(running_site, link) == {key: 1}
    desk.close()


def test_on_a_shared_computer_nothing_is_kept_and_being_offline_is_said(
    phone: BrowserContext, links: Iterator[str], running_site: Site
):
    link = next(links)
    page = begun(phone, link, is_shared=True)
    phone.set_offline(True)
    key = choose(page, "2")
    state(page, "Not saved")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.locator("#net")).to_contain_text("Keep this page open")
    assert left_behind(page) == EMPTY

    phone.set_offline(False)
    state(page, "Saved")
    assert stored(running_site, link) == {key: 2}
    assert left_behind(page) == EMPTY
    page.goto(re.sub(r"/a/.*", "/a/check/", page.url))
    page.get_by_role("button", name="Send your answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers were sent.")
    ready(page)
    assert left_behind(page) == EMPTY
    assert phone.cookies() == []


def test_choosing_a_shared_computer_later_takes_the_copy_away(phone: BrowserContext, links: Iterator[str]):
    page = begun(phone, next(links))
    choose(page, "2")
    state(page, "Saved")
    page.goto(re.sub(r"/a/.*", "/a/", page.url))
    ready(page)
    page.get_by_role("button", name="Other people use this device").click()
    expect(page.get_by_text("nothing is kept on it, and the link is removed")).to_be_visible()
    ready(page)

    assert left_behind(page) == EMPTY


def test_answers_that_come_after_the_close_stay_until_the_person_deletes_them(
    browser: Browser, running_site: Site, owner: Visitor
):
    campaign = set_up(owner, "Late Savings")
    phone = browser.new_context(viewport=PHONE, permissions=["clipboard-read", "clipboard-write"])
    page = begun(phone, campaign.links["100"])
    phone.set_offline(True)
    choose(page, "3")
    state(page, "Saved on this phone")
    closing = owner.get(f"{campaign.path}close/").form(button="Close for good now")
    owner.send(closing, {"now": "1"})
    phone.set_offline(False)

    notice = page.locator("#net")
    expect(notice).to_contain_text("closed on")
    expect(notice).to_contain_text("Answers on this phone that were not sent: 1")
    state(page, "Not saved")
    notice.get_by_role("button", name="Copy my answers").click()
    expect(notice.get_by_role("button", name="Copied")).to_be_visible()
    assert "Most times" in page.evaluate("() => navigator.clipboard.readText()")

    page.close()
    page = opened(phone, campaign.links["100"])
    expect(page.locator("#net")).to_contain_text("Answers on this phone that were not sent: 1")
    page.get_by_role("button", name="Delete from this phone").click()
    expect(page.get_by_text("Nothing of yours is kept on this phone any more.")).to_be_visible()
    assert left_behind(page) == EMPTY
    phone.close()


def test_with_scripts_and_without_the_same_answers_are_stored(browser: Browser, tmp_path_factory):
    with running_site_in(tmp_path_factory.mktemp("alike")) as site:
        owner = Visitor(site.url)
        sign_up(owner, "owner@alike.example")
        campaign = set_up(owner, "Alike Savings")
        for number, has_scripts in (("100", True), ("101", False)):
            context = browser.new_context(viewport=PHONE, java_script_enabled=has_scripts)
            answer_everything(context, campaign.links[number], has_scripts=has_scripts)
            context.close()
        responses = json.loads(site.manage("shell", "-v", "0", "-c", RESPONSES))

    assert len(responses) == 2
    assert json.loads(responses[0]) == json.loads(responses[1])
    assert responses[0] == responses[1]
    assert len(json.loads(responses[0])) > 60


def answer_everything(context: BrowserContext, link: str, *, has_scripts: bool) -> None:
    """Answer by value, so that it does not matter how a question was turned; write, pick and give out points too."""
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    while "/part/" in page.url:
        here = page.url
        for number, group in enumerate(page.locator("main fieldset").all()):
            key = str(group.locator("input").first.get_attribute("name"))
            values = sorted(set(radios(page, number)))
            if group.locator("input[type=radio]").count():
                group.locator(f"input[value='{values[sum(map(ord, key)) % len(values)]}']").check()
            elif group.locator("input[type=checkbox]").count():
                group.locator(f"input[value='{values[0]}']").check()
            else:
                group.locator("input[type=number]").first.fill("2")
        for area in page.locator("main .item-card textarea").all():
            area.fill("Fewer forms.\nMore time — “really”.")
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_url(re.compile(f"^(?!{re.escape(here)}$)"))
        if has_scripts:
            ready(page)
    page.get_by_role("button", name="Send your answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers were sent.")


def test_digits_choose_only_while_a_choice_has_the_focus_and_nothing_moves_on_by_itself(
    phone: BrowserContext, links: Iterator[str]
):
    page = begun(phone, next(links))
    here = page.url
    page.locator("main").focus()
    page.keyboard.press("3")
    assert chosen(page) == []
    page.locator("main fieldset input").first.focus()
    page.keyboard.press("3")
    assert chosen(page) == [radios(page)[2]]
    state(page, "Saved")
    assert page.url == here

    page.get_by_role("button", name="Save and continue").press("Enter")
    page.wait_for_function("here => location.href !== here", arg=here)

    assert page.evaluate("() => document.activeElement.textContent") == page.locator("legend").first.inner_text()
    assert page.evaluate("() => window.scrollY") == 0


def test_a_cookie_that_is_gone_does_not_stop_anybody(phone: BrowserContext, links: Iterator[str], running_site: Site):
    link = next(links)
    page = begun(phone, link)
    phone.clear_cookies()
    key = choose(page, "1")
    state(page, "Saved")
    page.goto(re.sub(r"/a/.*", "/a/check/", page.url))

    expect(page.get_by_role("link", name="Continue")).to_be_visible()
    assert stored(running_site, link) == {key: 1}
