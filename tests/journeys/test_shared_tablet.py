"""A shared tablet in a real browser: what happens when somebody walks away."""

import re

import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.sites import Site
from tests.visitor import Visitor
from tests.whole_path import set_up, sign_up

pytestmark = pytest.mark.browser

ASKED_AFTER = 150_000
LEFT_AFTER = 30_000


@pytest.fixture(scope="module")
def address_and_pin(running_site: Site) -> tuple[str, str]:
    """Set up a shared tablet as an owner does; return its address and PIN."""
    owner = Visitor(running_site.url)
    sign_up(owner, "owner@tablet.example")
    ways = f"{set_up(owner, 'Tablet Savings').path}ways/"
    form = owner.get(ways).form(button="Add a tablet")
    page = owner.send(form, {"kiosk-unit": next(value for value in form.options["kiosk-unit"].values() if value)})
    address = re.search(r"https?://[^\s\"<]+/kiosk/[^\s\"<]+", page.text)
    pin = re.search(r"class=\"typed big\"[^>]*>([^<]+)<", page.text)
    assert address
    assert pin
    return address[0], pin[1]


def begun_at(browser: Browser, address_and_pin: tuple[str, str]) -> Page:
    """Unlock a tablet and let somebody begin; return the first page of questions, with a clock of its own."""
    address, pin = address_and_pin
    tablet = browser.new_context().new_page()
    tablet.goto(address)
    tablet.get_by_label("PIN").fill(pin)
    tablet.get_by_role("button", name="Unlock").click()
    tablet.wait_for_url("**/kiosk/")
    tablet.clock.install()
    tablet.locator("input[name=role]").first.check()
    tablet.get_by_role("button", name="Start").click()
    tablet.get_by_role("button", name="Start").click()
    tablet.wait_for_url("**/a/part/**")
    return tablet


def test_a_shared_tablet_asks_whether_somebody_is_there_and_is_clean_for_the_next_person_after_three_minutes(
    browser: Browser, running_site: Site, address_and_pin: tuple[str, str]
):
    tablet = begun_at(browser, address_and_pin)

    tablet.clock.fast_forward(ASKED_AFTER - 1_000)
    early = tablet.locator("#idle").is_visible()
    tablet.clock.fast_forward(2_000)
    asked = tablet.locator("#idle").is_visible()
    tablet.keyboard.press("Enter")
    stayed = not tablet.locator("#idle").is_visible()
    tablet.clock.fast_forward(ASKED_AFTER + 1_000)
    tablet.clock.fast_forward(LEFT_AFTER)
    tablet.wait_for_url("**/kiosk/")
    tablet.goto(f"{running_site.url}/a/")

    assert (early, asked, stayed) == (False, True, True)
    assert tablet.locator("h1").inner_text() == "Open your link again"


def test_an_answer_that_cannot_be_sent_does_not_hold_up_the_next_person_at_a_tablet(
    browser: Browser, address_and_pin: tuple[str, str]
):
    tablet = begun_at(browser, address_and_pin)
    asked_nobody = []

    def note(dialog: Dialog) -> None:
        asked_nobody.append(dialog.type)
        dialog.accept()

    tablet.on("dialog", note)
    tablet.route("**/a/save/", lambda route: route.abort())

    tablet.locator(".item-card input[type=radio]").first.check()
    tablet.clock.fast_forward(ASKED_AFTER + 1_000)
    tablet.clock.fast_forward(LEFT_AFTER)
    tablet.wait_for_url("**/kiosk/")

    assert asked_nobody == []
