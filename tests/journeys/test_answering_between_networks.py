"""What a respondent's phone does where networks, tabs and links meet, in a real browser against the real product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.journeys.phones import (
    EMPTY,
    PHONE,
    begun,
    choose,
    chosen,
    left_behind,
    opened,
    ready,
    state,
    stored,
    token_of,
)
from tests.sites import Site
from tests.visitor import Visitor
from tests.whole_path import Campaign, links_of, set_up, sign_up

pytestmark = pytest.mark.browser


POLE_TEXTS = "poles => poles.map(pole => pole.textContent.replace(/^[^:]*:/, '').replace(/\\.$/, '').trim())"


@pytest.fixture(scope="module")
def owner(running_site: Site) -> Visitor:
    owner = Visitor(running_site.url)
    sign_up(owner, "owner@between.example")
    return owner


@pytest.fixture(scope="module")
def campaign(owner: Visitor) -> Campaign:
    return set_up(owner, "Between Savings")


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    yield context
    context.close()


def names_of_copies(page: Page) -> set[str]:
    """Return the names of the sealed copies and of the blank questionnaires that this browser keeps."""
    held = left_behind(page)
    names = [str(name) for name in [*held["local"][::2], *held["caches"]]]  # type: ignore[index, misc]
    return {name.split(":")[1] for name in names if name.startswith("concentric:")}


def test_what_was_kept_under_one_link_arrives_when_the_same_person_opens_another(
    phone: BrowserContext, owner: Visitor, campaign: Campaign, running_site: Site
):
    first, second = campaign.links["100"], links_of(owner, campaign.path)["100"]
    page = begun(phone, first)
    phone.set_offline(True)
    key = choose(page, "3")
    state(page, "Saved on this phone")
    under_first = names_of_copies(page)
    page.close()

    phone.set_offline(False)
    page = opened(phone, second)
    page.get_by_role("link", name="Continue").click()
    page.wait_for_url("**/part/**")
    ready(page)

    assert stored(running_site, second) == {key: 3}
    assert chosen(page) == ["3"]
    assert len(names_of_copies(page)) == 1
    assert names_of_copies(page).isdisjoint(under_first)
    assert token_of(first) not in str(left_behind(page))


def test_a_link_of_somebody_else_on_the_same_phone_takes_nothing_over(
    phone: BrowserContext, campaign: Campaign, running_site: Site
):
    page = begun(phone, campaign.links["101"])
    phone.set_offline(True)
    choose(page, "3")
    state(page, "Saved on this phone")
    kept = names_of_copies(page)
    page.close()

    phone.set_offline(False)
    page = begun(phone, campaign.links["102"])

    assert chosen(page) == []
    assert stored(running_site, campaign.links["102"]) == {}
    assert kept < names_of_copies(page)


def test_a_second_tab_that_is_online_again_sends_what_the_first_one_kept(
    phone: BrowserContext, campaign: Campaign, running_site: Site
):
    link = campaign.links["103"]
    first = begun(phone, link)
    second = opened(phone, first.url)
    phone.set_offline(True)
    key = choose(first, "1")
    state(first, "Saved on this phone")
    expect(second.locator("main fieldset").first.locator("input[value='1']")).to_be_checked()
    first.close()

    phone.set_offline(False)

    state(second, "Saved")
    assert stored(running_site, link) == {key: 1}


def test_who_spares_data_gets_two_parts_in_the_background_and_still_answers_everything(
    phone: BrowserContext, campaign: Campaign
):
    phone.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } });")
    asked: list[Request] = []
    phone.on("request", lambda request: asked.append(request) if "/a/whole/" in request.url else None)
    page = begun(phone, campaign.links["104"])
    parts = re.findall(r'data-page="part/([^/]+)/', str(left_behind(page)["texts"]))

    pages = []
    while "/part/" in page.url:
        pages.append(page.url)
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_function("here => location.href !== here", arg=pages[-1])
        ready(page)

    assert [parse_qs(request.post_data or "")["part"] for request in asked[:1]] == [[parts[0]]]
    assert len(set(parts)) == 2
    assert len({url.split("/part/")[1].split("/")[0] for url in pages}) > 4
    assert page.url.endswith("/check/")


def test_a_network_that_answers_for_us_is_kept_nowhere(phone: BrowserContext, campaign: Campaign):
    def sign_in(route):
        route.fulfill(status=200, content_type="text/html", body="<h1>Hotel Sunrise: sign in</h1>")

    phone.route("**/a/whole/", sign_in)
    page = begun(phone, campaign.links["105"])
    assert left_behind(page)["texts"] == ""

    phone.unroute("**/a/whole/")
    phone.route("**/a/frame/*", sign_in)
    page.reload()
    ready(page)
    assert "Hotel" not in str(left_behind(page)["texts"])

    phone.unroute("**/a/frame/*")
    page.reload()
    ready(page)
    phone.set_offline(True)
    page.reload()
    ready(page)
    expect(page.locator("main fieldset").first).to_be_visible()


def test_late_answers_are_taken_in_the_time_of_grace_and_kept_on_the_phone_after_it(
    browser: Browser, running_site: Site, owner: Visitor
):
    late = set_up(owner, "Grace Savings")
    phone = browser.new_context(viewport=PHONE)
    page = begun(phone, late.links["100"])
    phone.set_offline(True)
    key = choose(page, "3")
    state(page, "Saved on this phone")
    closing = owner.get(f"{late.path}close/").form(button="Close now and take late answers")
    owner.send(closing, button="Close now and take late answers")
    phone.set_offline(False)

    state(page, "Saved")
    assert stored(running_site, late.links["100"]) == {key: 3}

    phone.set_offline(True)
    choose(page, "1")
    state(page, "Saved on this phone")
    closing = owner.get(f"{late.path}close/").form(button="Close for good now")
    owner.send(closing, {"now": "1"})
    phone.set_offline(False)

    notice = page.locator("#net")
    expect(notice).to_contain_text("Answers on this phone that were not sent: 1")
    page.reload()
    expect(page.locator("#net")).to_contain_text("Answers on this phone that were not sent: 1")
    page.get_by_role("button", name="Delete from this phone").click()
    expect(page.get_by_text("Nothing of yours is kept on this phone any more.")).to_be_visible()
    assert left_behind(page) == EMPTY
    phone.close()


def test_without_a_network_the_check_page_names_both_poles_of_a_pair(phone: BrowserContext, campaign: Campaign):
    page = begun(phone, campaign.links["200"])
    phone.set_offline(True)
    poles: list[str] = []
    while "/part/" in page.url:
        here = page.url
        for pair in page.locator("main .poles").all():
            poles.append(" / ".join(pair.locator("p").evaluate_all(POLE_TEXTS)))
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_function("here => location.href !== here", arg=here)

    titles = page.locator(".done-list dt").all_inner_texts()
    phone.set_offline(False)
    page.reload()
    ready(page)

    assert poles
    assert [title for title in titles if title in poles] == poles
    assert page.locator(".done-list dt").all_inner_texts() == titles
