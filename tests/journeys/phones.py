"""A respondent's phone in Chromium: opening a link on it, answering, and looking at what it holds."""

from __future__ import annotations

import json

from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.sites import Site

PHONE: ViewportSize = {"width": 360, "height": 740}
DRAFT = """
import json, sys
from assessments.access.answering import link_of, opened_draft
token = sys.stdin.read().strip()
print(json.dumps(dict(opened_draft(link_of(token), token).answers)))
"""


HELD = """async () => {
  const names = await caches.keys(), texts = [];
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      texts.push(request.url, await (await cache.match(request)).text());
    }
  }
  const workers = await navigator.serviceWorker.getRegistrations(), databases = await indexedDB.databases();
  return {
    caches: names, texts: texts.join("\\n"), workers: workers.length, databases: databases.length,
    local: Object.entries(localStorage).flat(), session: Object.entries(sessionStorage).flat(),
  };
}"""
EMPTY = {"caches": [], "texts": "", "workers": 0, "databases": 0, "local": [], "session": []}


def token_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def opened(context: BrowserContext, link: str) -> Page:
    page = context.new_page()
    page.goto(link)
    ready(page)
    return page


def begun(context: BrowserContext, link: str, *, is_shared: bool = False) -> Page:
    """Open the link, start, and wait until the page has everything it fetches in the background."""
    page = opened(context, link)
    if is_shared:
        page.get_by_label("Other people use this device").check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/part/**")
    ready(page)
    if not is_shared:
        page.evaluate("() => navigator.serviceWorker.ready")
        page.wait_for_function("() => navigator.serviceWorker.controller")
    return page


def ready(page: Page) -> None:
    page.wait_for_function("() => window.concentric && concentric.isReady")


def state(page: Page, words: str) -> None:
    expect(page.locator("#save-state")).to_have_text(words)


def radios(page: Page, question: int = 0) -> list[str]:
    """Return the values of one question's choices in the order they stand."""
    values: list[str] = (
        page.locator("main fieldset")
        .nth(question)
        .locator("input")
        .evaluate_all("inputs => inputs.map(input => input.value)")
    )
    return values


def choose(page: Page, value: str, question: int = 0) -> str:
    """Tap one choice and return the question's key."""
    group = page.locator("main fieldset").nth(question)
    group.locator(f"input[value='{value}']").check()
    return str(group.locator("input").first.get_attribute("name")).removeprefix("q-")


def chosen(page: Page, question: int = 0) -> list[str]:
    values: list[str] = (
        page.locator("main fieldset")
        .nth(question)
        .locator("input:checked")
        .evaluate_all("inputs => inputs.map(input => input.value)")
    )
    return values


def stored(site: Site, link: str) -> dict[str, object]:
    answers: dict[str, object] = json.loads(site.manage("shell", "-v", "0", "-c", DRAFT, stdin=token_of(link)))
    return answers


def left_behind(page: Page) -> dict[str, object]:
    """Return everything this browser holds for the site."""
    held: dict[str, object] = page.evaluate(HELD)
    return held
