"""The product in Arabic, in a real browser: nothing too wide, nothing cut off, charts mirrored as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.sites import Site

pytestmark = pytest.mark.browser

NARROWEST, PHONE, DESK = 320, 360, 1280
RESULTS = "/o/mwezi-microfinance-bank/results/"
FAULTS = """
() => {
  const found = [];
  if (document.documentElement.dir !== "rtl") { found.push("the page runs from left to right"); }
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over > 0) { found.push(`${over} px too wide`); }
  for (const box of document.querySelectorAll("main *, header *")) {
    const { width, left, right } = box.getBoundingClientRect();
    const words = box.textContent.trim().slice(0, 30);
    if (!width || box.closest(".vh, .scroll, svg")) { continue; }
    if (left < -1 || right > innerWidth + 1) { found.push(`outside: ${words}`); }
    const style = getComputedStyle(box);
    const holds = [...box.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!holds) { continue; }
    const isCut = style.overflowX === "hidden" && box.scrollWidth > box.clientWidth + 1;
    if (isCut) { found.push(`cut off: ${words}`); }
    const isArabic = /[\\u0600-\\u06ff]/.test(words);
    if (isArabic && parseFloat(style.letterSpacing)) { found.push(`pulled apart: ${words}`); }
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def demo(running_site: Site) -> str:
    return running_site.manage("demo")


@pytest.fixture
def arabic(browser: Browser, running_site: Site) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": NARROWEST, "height": 800})
    context.add_cookies([{"name": "django_language", "value": "ar", "url": running_site.url}])
    yield context
    context.close()


def faults_of(page: Page, where: str, widths: tuple[int, ...] = (NARROWEST,)) -> list[str]:
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{where} {width}: {fault}" for fault in page.evaluate(FAULTS)]
    return found


def click(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def ends(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"], box["x"] + box["width"]


def sign_in(page: Page, site: Site, demo: str) -> None:
    password = re.search(r"Password[^:]*: (\S+)", demo)
    assert password
    page.goto(f"{site.url}/accounts/login/")
    page.locator("input[name=login]").fill("leader@demo.concentric.example")
    page.locator("input[name=password]").fill(password[1])
    click(page, "main form button.btn")


def test_no_page_of_the_questionnaire_scrolls_sideways_or_cuts_text(
    arabic: BrowserContext, running_site: Site, demo: str
):
    joining = re.findall(r"https?://[^/\s]+(/join/\S+)", demo)
    page = arabic.new_page()
    page.goto(running_site.url + joining[0])
    found = faults_of(page, "open link")
    page.locator("select").first.select_option(index=2)
    page.locator("input[name=role]").nth(3).check(force=True)
    click(page, "main form .btn")
    found += faults_of(page, "start")
    click(page, "main form .btn")
    page.goto(f"{running_site.url}/a/")
    found += faults_of(page, "parts")
    parts = page.locator("a[href^='/a/part/']").evaluate_all("links => links.map((link) => link.href)")
    kinds = set()
    for address in parts:
        page.goto(address)
        found += faults_of(page, urlsplit(address).path)
        kinds |= {kind for kind in (".poles", "legend.tall") if page.locator(kind).count()}
    page.locator("fieldset .opts input").first.check(force=True)
    click(page, ".q-foot .btn:not(.quiet)")
    page.goto(f"{running_site.url}/a/check/")
    found += faults_of(page, "check")
    click(page, "main form[action='/a/send/'] .btn, main form:has(button.btn) button.btn")
    found += faults_of(page, "sent")

    assert kinds == {".poles", "legend.tall"}
    assert found == []


def test_results_have_zero_at_the_right_and_no_text_cut_off(arabic: BrowserContext, running_site: Site, demo: str):
    page = arabic.new_page()
    sign_in(page, running_site, demo)
    page.goto(running_site.url + RESULTS)
    found = faults_of(page, "results", (NARROWEST, DESK))
    levels = page.locator(".hero-scale .names span").evaluate_all(
        "names => names.map((name) => name.getBoundingClientRect().left)"
    )

    assert found == []
    assert len(levels) == 5
    assert levels == sorted(levels, reverse=True)


def test_charts_to_explore_are_mirrored_with_their_names_inside(arabic: BrowserContext, running_site: Site, demo: str):
    page = arabic.new_page()
    sign_in(page, running_site, demo)
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{running_site.url}{RESULTS}explore/")
        page.locator("#explore[data-drawn=yes]").wait_for()
        for canvas in page.locator(".canvas").all():
            place, plot = ends(canvas), ends(canvas.locator(".nsewdrag").first)
            names = [ends(name) for name in canvas.locator(".ytick text").all()]
            assert names, canvas.get_attribute("data-figure")
            assert all(plot[0] < left and right <= place[1] for left, right in names)
        assert page.locator(".xtick text").evaluate_all(
            """ticks => ticks.filter((tick) => ["0", "100"].includes(tick.textContent))
              .map((tick) => [tick.textContent, tick.getBoundingClientRect().left])
              .sort((one, other) => one[1] - other[1]).map(([text]) => text)"""
        )[:2] == ["100", "0"]
