"""Nothing is cut off or scrolls sideways on a phone when every text is 40 % longer, and every text can be translated.

    python -m tests.proofs.long_words [--pictures FOLDER]

A language is made up whose words are English with more vowels, and put where languages lie: in a folder. The main
pages of everybody are then opened at 360 and 320 px. Words that stay short did not come through gettext: they are
listed, because among names of the demo there may be a text that nobody can translate.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from pillars.files import shipped_files
from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.sites import Site, running_site_in
from tools import translations

LANGUAGE = "xx"
LONGER = 1.4
WIDTHS = (360, 320)
MARK = "\u2060"
"""Stands unseen inside each made-up word, so that other words are known."""
KEPT = re.compile(r"(%\(\w+\)[a-z]|%[sd%]|\{\w*\}|<[^>]+>|https?://\S+)")
DEMO = "/o/mwezi-microfinance-bank"
PUBLIC = ("/", "/about/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nothing-here/")
PAGES = {
    "owner": (
        "/",
        "/account/",
        "/frameworks/concentric/1.0/",
        f"{DEMO}/",
        f"{DEMO}/units/",
        f"{DEMO}/units/paste/",
        f"{DEMO}/people/",
        f"{DEMO}/campaigns/new/",
    ),
    "leader": (f"{DEMO}/results/", f"{DEMO}/results/empowerment/", f"{DEMO}/report/"),
    "consultant": ("/portfolio/",),
}
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth, wide = [];
  if (document.documentElement.scrollWidth <= room) return wide;
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    const words = element.textContent.trim().slice(0, 60);
    if ((box.right > room + 1 || box.left < -1) && !element.closest('[tabindex="0"], .vh, .skip'))
      wide.push(element.tagName.toLowerCase() + '.' + element.className + ': ' + words);
  }
  return wide.length ? wide.slice(-3) : ['the page'];
}"""
CUT_OFF = """() => [...document.body.querySelectorAll('button, a.btn, label, legend, h1, h2, h3, th, .tag')]
  .filter(element => element.clientWidth > 2 && element.scrollWidth > element.clientWidth + 1
    && getComputedStyle(element).overflowX !== 'visible')
  .map(element => element.tagName.toLowerCase() + ': ' + element.textContent.trim().slice(0, 60))"""
SHORT_WORDS = r"""(mark) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('script, style, code, bdi, select, body [lang]')) continue;
    const text = node.textContent.trim();
    if (/[A-Za-z]{3}/.test(text) && !text.includes(mark)) found.push(text.slice(0, 90));
  }
  return found;
}"""
PUT_CONTENT = """
import json, sys
from pillars.models import Edition
edition = Edition.objects.get(slug="concentric", version="1.0")
texts = json.load(open({path!r}))
made_up = {{"texts": texts, "reviewed": True, "fingerprint": "x"}}
edition.translations = {{**edition.translations, {language!r}: made_up}}
edition.save()
"""


@dataclass
class Outcome:
    pages: int = 0
    too_wide: list[str] = field(default_factory=list)
    short: dict[str, set[str]] = field(default_factory=dict)
    """Texts that did not come through gettext, each with the pages it stands on."""


def longer(text: str) -> str:
    """Return the text with its vowels drawn out until it is 40 % longer; what the program fills in stays."""
    return "".join(part if KEPT.fullmatch(part) else _longer_words(part) for part in KEPT.split(text))


def _longer_words(text: str) -> str:
    words = []
    for word in re.split(r"(\s+)", text):
        wanted, drawn = round(len(word) * LONGER), word
        for vowel in re.findall(r"[aeiouyAEIOUY]", word):
            if len(drawn) < wanted:
                drawn = drawn.replace(vowel, vowel + vowel.lower() * 2, 1)
        words.append(drawn[:-1] + MARK + drawn[-1:] if re.search(r"[A-Za-z]", drawn) else drawn)
    return "".join(words)


def make_language(locale: Path) -> None:
    """Write the made-up language as a folder of `locale`."""
    path = translations.add(locale, LANGUAGE)
    translations.extract(translations.ROOT, locale)
    texts = translations.read(path)
    texts.header.others = {"X-Name": "Loong"}
    for message in list(texts)[1:]:
        forms = tuple(longer(text) for text in translations.strings_of(message.id))
        message.string = forms if message.pluralizable else forms[0]
    translations.write(texts, path)
    translations.compile_all(locale)


@contextlib.contextmanager
def site_with_long_words(folder: Path) -> Iterator[Site]:
    """Run the product with the made-up language, interface and framework."""
    make_language(folder / "locale")
    before = os.environ.get("CONCENTRIC_LOCALE_DIR")
    os.environ["CONCENTRIC_LOCALE_DIR"] = str(folder / "locale")
    (folder / "site").mkdir()
    try:
        with running_site_in(folder / "site") as site:
            yield site
    finally:
        os.environ.pop("CONCENTRIC_LOCALE_DIR")
        if before is not None:
            os.environ["CONCENTRIC_LOCALE_DIR"] = before


def prove_public(site: Site, browser: Browser, outcome: Outcome, pictures: Path | None = None) -> None:
    """Open the pages that need no account."""
    visit = _Visit(site, browser, outcome, pictures)
    for path in PUBLIC:
        visit.go(path)


def prove_all(site: Site, browser: Browser, folder: Path, outcome: Outcome, pictures: Path | None = None) -> None:
    """Open the main pages of everybody, and walk through a questionnaire to its check page."""
    printed = site.manage("demo")
    _put_content(site, folder)
    password = re.search(r"Password[^:]*: (\S+)", printed)
    link = re.search(r"https?://[^/\s]+(/a/\S+)", printed)
    assert password is not None
    assert link is not None
    prove_public(site, browser, outcome, pictures)
    for who, paths in PAGES.items():
        visit = _Visit(site, browser, outcome, pictures)
        visit.sign_in(f"{who}@demo.concentric.example", password[1])
        for path in paths:
            visit.go(path)
        if who == "owner":
            visit.page.goto(f"{site.url}{DEMO}/")
            campaign = visit.page.locator("table a[href^='/c/']").first.get_attribute("href") or ""
            for path in ("", "people/", "links/", "close/"):
                visit.go(campaign + path)
    visit = _Visit(site, browser, outcome, pictures)
    visit.go(link[1])
    visit.answer()


def _put_content(site: Site, folder: Path) -> None:
    import json  # noqa: PLC0415
    import tomllib  # noqa: PLC0415

    from pillars.translation import texts_of  # noqa: PLC0415

    document = tomllib.loads(shipped_files()[0].read_text())
    path = folder / "texts.json"
    path.write_text(json.dumps({key: longer(text) for key, text in texts_of(document).items()}))
    site.manage("shell", "-c", PUT_CONTENT.format(path=str(path), language=LANGUAGE))


class _Visit:
    """One visitor on a phone, who reads the made-up language."""

    def __init__(self, site: Site, browser: Browser, outcome: Outcome, pictures: Path | None) -> None:
        context: BrowserContext = browser.new_context(
            viewport={"width": WIDTHS[0], "height": 780}, extra_http_headers={"Accept-Language": LANGUAGE}
        )
        self.page: Page = context.new_page()
        self.site, self.outcome, self.pictures = site, outcome, pictures

    def go(self, path: str) -> None:
        self.page.goto(self.site.url + path)
        self.look(path)

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self.site.url}/accounts/login/")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(f"{self.site.url}/")

    def answer(self) -> None:
        """Start, and press the page's main button until the answers are checked."""
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").first.click()
        for _ in range(40):
            self.look(self.page.url.removeprefix(self.site.url))
            if "/check/" in self.page.url:
                return
            with self.page.expect_navigation():
                self.page.locator("main form .acts button[type=submit].btn").first.click()
        raise AssertionError("The check page was not reached.")

    def look(self, path: str) -> None:
        self.page.wait_for_load_state()
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 780})
            for problem in self.page.evaluate(TOO_WIDE) + self.page.evaluate(CUT_OFF):
                self.outcome.too_wide.append(f"{path} at {width} px: {problem.replace(MARK, '')}")
        for text in self.page.evaluate(SHORT_WORDS, MARK):
            self.outcome.short.setdefault(text, set()).add(path)
        self.outcome.pages += 1
        if self.pictures is not None:
            name = re.sub(r"\W+", "-", path).strip("-") or "home"
            self.page.screenshot(path=str(self.pictures / f"{self.outcome.pages:02}-{name[:60]}.png"), full_page=True)


def main() -> int:
    """Print what is too wide and what is not translated; fail when something is too wide."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    pictures: Path | None = parser.parse_args().pictures
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    outcome = Outcome()
    with (
        tempfile.TemporaryDirectory() as name,
        site_with_long_words(Path(name)) as site,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        prove_all(site, chromium, Path(name), outcome, pictures)
        chromium.close()
    for problem in outcome.too_wide:
        sys.stdout.write(f"too wide: {problem}\n")
    for text, pages in sorted(outcome.short.items()):
        sys.stdout.write(f"not through gettext: {text!r} on {sorted(pages)[0]}\n")
    widths = " and ".join(map(str, WIDTHS))
    sys.stdout.write(f"{outcome.pages} pages at {widths} px: {len(outcome.too_wide)} places too wide.\n")
    return 1 if outcome.too_wide else 0


if __name__ == "__main__":
    sys.exit(main())
