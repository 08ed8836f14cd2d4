"""Every page, light and dark, on a phone and on a desk: no violation, nothing scrolls sideways, nothing is heavy."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.transcripts import spoken
from tests.proofs.accessibility import (
    ELSEWHERE,
    Outcome,
    World,
    doors,
    look,
    made_world,
    own_team,
    questionnaire,
    ready,
    visiting,
)
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
TRANSCRIPTS = {"saved": "short", "questions: ladder": "ladder", "check": "check", "sent": "sent"}
"""Where on the way a screen reader is listened to, and the file that says what it should say."""


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
            f"{campaign}ways/",
            f"{campaign}sizes/",
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


@pytest.fixture(scope="module")
def world(running_site: Site) -> World:
    return made_world(running_site)


@dataclass
class Walk:
    """What was found on a respondent's way, and what a screen reader says on it."""

    outcome: Outcome
    transcripts: dict[str, list[str]]


@pytest.fixture(scope="module")
def walk(browser: Browser, world: World) -> Walk:
    """Walk once through everything in English, on a phone in daylight, and hear some of it."""
    done = Walk(Outcome(), {})
    for tour in (questionnaire, own_team, doors):
        with visiting(browser, "en") as context:
            for name, page in tour(world, context):
                if name in TRANSCRIPTS:
                    done.transcripts[name] = spoken(page)
                look((name, page), done.outcome, widths=(PHONE,), schemes=("light",))
    return done


def test_every_page_of_a_respondents_way_is_open_to_everybody(walk: Walk):
    outcome = walk.outcome

    assert outcome.violations == []
    assert outcome.unlisted == []
    assert outcome.cut_off == []
    assert outcome.too_small == []
    assert len(outcome.pages) > 40


def test_questions_from_right_to_left_in_the_dark_on_a_desk_are_too(browser: Browser, world: World):
    outcome = Outcome()
    with visiting(browser, "ar") as context:
        for stop in own_team(world, context):
            look(stop, outcome, widths=(DESK,), schemes=("dark",))
            assert stop[1].evaluate("() => document.documentElement.dir") == "rtl"

    assert outcome.violations + outcome.unlisted + outcome.cut_off + outcome.too_small == []


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_screen_reader_says_what_was_agreed(walk: Walk, name: str):
    """Written anew by `REWRITE_TRANSCRIPTS=1`; then read the difference as somebody who only hears it."""
    agreed = Path(__file__).parent / "transcripts_agreed" / f"{TRANSCRIPTS[name]}.txt"
    heard = "\n".join(steady(walk.transcripts[name])) + "\n"
    if os.environ.get("REWRITE_TRANSCRIPTS"):
        agreed.parent.mkdir(exist_ok=True)
        agreed.write_text(heard)

    assert heard == agreed.read_text()


def steady(lines: list[str]) -> list[str]:
    """Take out what differs from person to person: codes, times, and which way round ladders and pairs were drawn."""
    lines = [re.sub(r"^(\s*(?:term: |definition: link, Change ))(.+) / (.+)$", _in_order, line) for line in lines]
    lines = [re.sub(r"\b[A-Z0-9]{4}(-[A-Z0-9]{4}){3}\b", "(a code)", line) for line in lines]
    lines = [re.sub(r"\d\d:\d\d( [AP]M)?", "(a time)", line) for line in lines]
    rungs = [at for at, line in enumerate(lines) if re.search(r"[.], not checked, \d of 7$", line)]
    if rungs and "Customers are not on" not in lines[rungs[0]]:
        words = [lines[at].rpartition(", not checked, ")[0] for at in rungs]
        for at, said in zip(rungs, reversed(words), strict=True):
            lines[at] = said + lines[at][lines[at].rindex(", not checked, ") :]
    return lines


def _in_order(pair: re.Match[str]) -> str:
    return pair[1] + " / ".join(sorted((pair[2], pair[3])))


def test_the_first_page_is_light(browser: Browser, running_site: Site, demo: Demo):
    page = context_of(browser, PHONE).new_page()
    sizes = measured(page)
    page.goto(running_site.url + demo.personal_link, wait_until="networkidle")

    assert sizes["bytes"] <= 40_000
    assert sizes["requests"] <= 5


def test_from_the_link_to_sent_by_keyboard_alone(browser: Browser, world: World):
    """Five presses answer a ladder: to the choices, a digit, past the note, to the button, on."""
    with visiting(browser, "en") as context:
        page = context.new_page()
        page.goto(world.open.links[next(world.executives)])
        ready(page)
        tab_to(page, "Start")
        on(page)
        ladders: list[int] = []
        while "/part/" in page.url:
            is_ladder = page.locator("legend.tall").count() == 1
            presses = answer_page(page)
            on(page)
            if is_ladder:
                ladders.append(presses + 1)
            if "/part/" in page.url:
                assert page.evaluate("() => document.activeElement.matches('legend, .item-card textarea')"), page.url
        tab_to(page, "Send your answers")
        on(page)

        assert page.locator("h1").inner_text() == "Your answers were sent."
        assert len(ladders) > 5
        assert max(ladders) <= 5, ladders


HELD_BY = """() => {
  const active = document.activeElement, shown = active.closest('.opt') || active, box = shown.getBoundingClientRect();
  const bar = selector => document.querySelector(selector)?.getBoundingClientRect();
  const inBar = Boolean(active.closest('.skip, .q-head, .q-foot'));
  const top = inBar ? 0 : bar('.q-head')?.bottom ?? 0;
  const foot = document.querySelector('.q-foot');
  const bottom = !inBar && foot && getComputedStyle(foot).position === 'sticky' ? bar('.q-foot').top : innerHeight;
  return {
    words: active.textContent.trim(),
    isSeen: Math.min(box.bottom, bottom) - Math.max(box.top, top) > 4,
    isMarked: parseFloat(getComputedStyle(shown).outlineWidth) >= 2 && getComputedStyle(shown).outlineStyle !== 'none',
    isOpen: active.matches('[type=radio]') && !active.closest('fieldset').querySelector(':checked'),
    isMain: active.matches('.q-foot .btn:not(.quiet)'),
  };
}"""


def pressed(page: Page, key: str) -> dict[str, Any]:
    """Press a key and return where the focus is; it is marked, and nothing hides it wholly."""
    page.keyboard.press(key)
    held: dict[str, Any] = page.evaluate(HELD_BY)
    assert held["isSeen"], f"{page.url}: {held['words']}"
    assert held["isMarked"], f"{page.url}: {held['words']}"
    return held


def tab_to(page: Page, words: str) -> None:
    for _ in range(200):
        if pressed(page, "Tab")["words"] == words:
            return
    raise AssertionError(f"{words} was not reached: {page.url}")


def answer_page(page: Page) -> int:
    """Choose by digit in every question, go to the main button, and return how often a key was pressed."""
    presses = 0
    while presses < 100:
        held = pressed(page, "Tab")
        presses += 1
        if held["isOpen"]:
            pressed(page, "2")
            presses += 1
        elif held["isMain"]:
            return presses
    raise AssertionError(f"The main button was not reached: {page.url}")


def on(page: Page) -> None:
    """Press Enter and wait for what comes."""
    here = page.evaluate("() => { document.documentElement.dataset.here = '1'; return location.href; }")
    page.keyboard.press("Enter")
    page.wait_for_function(ELSEWHERE, arg=here)
    ready(page)


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
