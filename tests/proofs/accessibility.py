"""Every page of a respondent's way, and the owner's pages about it, hold WCAG 2.2 AA in every appearance.

    python -m tests.proofs.accessibility [--languages en ar] [--pictures FOLDER]

One site is set up, and each language's visitors walk through it with a browser: from every door, through every kind
of question and every state of saving, to the withdrawal, with each refusal on the way. Each page is looked at as it
stands, light and dark, at 360 and 1280 px: axe finds nothing, and what axe cannot decide is listed with a reason.
Then the narrowest screen, wide letter spacing, the size of what is touched, and focus under the sticky bars. Needs
Chromium.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.sites import Site, running_site_in
from tests.visitor import Visitor
from tests.whole_path import PASSWORD, Campaign, close, set_up, sign_up

AXE = Axe()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROWEST, PHONE, DESK, HEIGHT = 320, 360, 1280, 900
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
OWNER = "owner@reach.example"
NEVER_ISSUED = "/a/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/"
FINGER = 44
"""Pixels that everything to be touched has on a respondent's page; elsewhere axe asks for 24 or room around it."""

UNDECIDED: dict[tuple[str, str], str] = {
    ("color-contrast", "elmPartiallyObscuring"): (
        "the question whether somebody is still there lies over the page on a tablet, on an opaque card"
    ),
}
"""What axe may leave open, by rule and by axe's own word for why, each with the reason why it is in order."""

RUN_AXE = """async ([tags]) => {
  const found = await axe.run(
    document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'incomplete']});
  const told = rules => rules.flatMap(rule => rule.nodes.map(node => {
    const check = [...node.any, ...node.all, ...node.none].find(check => check.data && check.data.messageKey);
    return [rule.id, check ? check.data.messageKey : '', node.target.join(' ')];
  }));
  return {passed: found.passes.length, violations: told(found.violations), undecided: told(found.incomplete)};
}"""

# WCAG 1.4.12: nothing is lost when a reader sets these.
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }"""

SPACED_OUT = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""

CUT_OFF = """() => {
  const room = document.documentElement.clientWidth, found = [];
  const wide = document.documentElement.scrollWidth - room;
  if (wide > 0) found.push(`${wide} px too wide`);
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (element.closest('.vh, .skip, [hidden]') || box.width < 2 || style.visibility === 'hidden') continue;
    const name = element.tagName.toLowerCase() + '.' + element.className;
    const words = name + ' ' + element.textContent.trim().slice(0, 30);
    const scrolls = element.closest('[tabindex="0"], .scroll, textarea, pre');
    if (!scrolls && (box.right > room + 1 || box.left < -1)) found.push('outside: ' + words);
    if (element.matches('input, select')) continue;
    const clips = /hidden|clip/.test(style.overflowX + style.overflowY);
    if (clips && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1))
      found.push('clipped: ' + words);
  }
  return found;
}"""

# A link inside a sentence is as high as its line; WCAG 2.5.8 excepts it, and so do we.
TOO_SMALL = """(least) => {
  const found = [], targets = 'a[href], button, select, textarea, summary, input:not([type=hidden])';
  for (const target of document.querySelectorAll(targets)) {
    if (target.closest('.skip, [hidden], .vh')) continue;
    const label = /radio|checkbox/.test(target.type) && target.closest('label');
    const box = (label || target).getBoundingClientRect();
    const style = getComputedStyle(target);
    if (!box.width || style.visibility === 'hidden') continue;
    const words = target.textContent.trim(), around = target.parentElement.textContent.trim();
    const inText = target.tagName === 'A' && style.display === 'inline' && around !== words;
    if (!inText && (box.width < least - .5 || box.height < least - .5)) {
      const size = `${Math.round(box.width)}×${Math.round(box.height)}`;
      found.push(`${size} ${target.tagName.toLowerCase()} ${(words || target.name).slice(0, 40)}`);
    }
  }
  return found;
}"""


@dataclass
class Outcome:
    """What was looked at, and what was found."""

    pages: list[str] = field(default_factory=list)
    variants: int = 0
    violations: list[str] = field(default_factory=list)
    undecided: Counter[tuple[str, str]] = field(default_factory=Counter)
    unlisted: list[str] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)
    too_small: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not (self.violations or self.unlisted or self.cut_off or self.too_small)


@dataclass
class World:
    """A site with an open and a closed questionnaire, and the doors to them."""

    site: Site
    open: Campaign
    closed: Campaign
    second_links: dict[str, str]
    """Newer links of the same people, who may have begun with the first."""
    join: str
    code: str
    kiosk: str
    pin: str
    executives: Iterator[str]
    front_line: Iterator[str]

    def at(self, path: str) -> str:
        return self.site.url + path


def made_world(site: Site) -> World:
    """Set up, as an owner would, everything the tours need."""
    owner = Visitor(site.url)
    sign_up(owner, OWNER)
    running = set_up(owner, "Reach Savings")
    closed = set_up(owner, "Closed Savings")
    close(owner, closed)
    ways = f"{running.path}ways/"
    page = owner.get(ways)
    page = owner.send(page.form(button="Switch it on"), button="Switch it on")
    page = owner.get(ways)
    join = re.search(r"https?://[^\s\"<]+/join/[^\s\"<]+", page.text)
    code = re.search(r"class=\"typed\"[^>]*>([^<]+)<", page.text)
    form = page.form(button="Add a tablet")
    page = owner.send(form, {"kiosk-unit": next(value for value in form.options["kiosk-unit"].values() if value)})
    kiosk = re.search(r"https?://[^\s\"<]+/kiosk/[^\s\"<]+", page.text)
    pin = re.search(r"class=\"typed big\"[^>]*>([^<]+)<", page.text)
    assert join, page.text
    assert code
    assert kiosk
    assert pin, page.text
    page = owner.get(f"{running.path}links/")
    again = owner.send(page.form(button="Download the links"))
    second = {row["staff_number"]: row["link"] for row in csv.DictReader(io.StringIO(again.text.lstrip("\ufeff")))}
    numbers = sorted(running.links)
    return World(
        site=site,
        open=running,
        closed=closed,
        second_links=second,
        join=join[0],
        code=code[1],
        kiosk=kiosk[0],
        pin=pin[1],
        executives=iter([number for number in numbers if number.startswith("3")]),
        front_line=iter([number for number in numbers if number[0] in "12" and number[1] == "0"]),
    )


ELSEWHERE = "here => document.documentElement && (location.href !== here || !document.documentElement.dataset.here)"
"""The address is another, or the page is: its root does not bear the mark that was put on it."""

Stop = tuple[str, Page]
"""What a page is called, and the page as it stands."""


def ready(page: Page) -> None:
    """Wait until the page's own scripts have done what they do by themselves."""
    page.wait_for_load_state()
    page.wait_for_function("() => !location.pathname.startsWith('/a/') || (window.concentric && concentric.isReady)")


def press(page: Page, selector: str) -> None:
    """Press a button or link and wait for the page it leads to."""
    here = page.evaluate("() => { document.documentElement.dataset.here = '1'; return location.href; }")
    page.locator(selector).first.click()
    page.wait_for_function(ELSEWHERE, arg=here)
    ready(page)


def questionnaire(world: World, context: BrowserContext) -> Iterator[Stop]:
    """One executive from the link to the withdrawal, in every state on the way."""
    number = next(world.executives)
    link = world.open.links[number]
    page = context.new_page()
    page.goto(link)
    ready(page)
    yield "start", page
    press(page, ".acts .btn")
    yield from _questions(world, context, page)
    page.goto(world.at("/a/"))
    ready(page)
    yield "parts", page
    page.goto(world.at("/a/receipt/"))
    ready(page)
    for details in page.locator("details").all():
        details.evaluate("details => { details.open = true; }")
    yield "receipt", page
    page.goto(world.at("/a/"))
    ready(page)
    press(page, "form[action='/a/code/'] button")
    yield "resume code", page
    elsewhere = context.browser.new_context(locale=_locale_of(page), viewport={"width": PHONE, "height": HEIGHT})  # type: ignore[union-attr]
    other = elsewhere.new_page()
    other.goto(world.second_links[number])
    ready(other)
    yield "begun with another link", other
    other.fill("#resume-code", "ABCD EFGH JKMN")
    press(other, "form[action='/a/resume/'] button")
    yield "resume code refused", other
    elsewhere.close()
    page.goto(world.at("/a/check/"))
    ready(page)
    yield "check", page
    press(page, "#send .btn")
    code = page.locator("#shown-code").inner_text()
    yield "sent", page
    page.goto(world.at("/a/sent/"))
    ready(page)
    yield "sent, later", page
    page.goto(world.at("/a/withdraw/"))
    ready(page)
    yield "withdraw", page
    page.fill("#code", "ABCD EFGH JKMN PQRS")
    press(page, "button[name=delete]")
    yield "withdrawal code refused", page
    page.fill("#code", code)
    press(page, "button[name=delete]")
    yield "withdrawn", page
    press(page, ".leave button")
    yield "link removed", page


def _questions(world: World, context: BrowserContext, page: Page) -> Iterator[Stop]:
    """Each kind of question once, answered; a save that waits, a conflict, a note, and what is wrong."""
    seen: set[str] = set()
    states = {"five": _conflict, "ladder": _note, "pair": _offline, "tokens": _wrong}
    while "/part/" in page.url:
        kinds = _kinds(page) - seen
        if kinds:
            seen |= kinds
            yield f"questions: {', '.join(sorted(kinds))}", page
        _answer(page)
        for kind in kinds & set(states):
            yield from states[kind](world, context, page)
        press(page, ".q-foot .btn:not(.quiet)")
    assert {"five", "ladder", "pair", "comment", "tokens"} <= seen, seen


def _kinds(page: Page) -> set[str]:
    found = {
        "ladder": "legend.tall",
        "pair": ".poles",
        "five": ".item:not(:has(.poles)) .five",
        "pick": "main input[type=checkbox]",
        "tokens": ".tokens",
        "comment": ".item-card > textarea",
        "numbers": ".numbers",
        "list": "main fieldset select",
        "nominate": ".item:not(:has(.five, .tall, [type=checkbox], .tokens, select))",
    }
    return {kind for kind, selector in found.items() if page.locator(f"main :is({selector})").count()}


def _answer(page: Page) -> None:
    """Choose the same point in all but the first question of the page, whichever way round a question was turned."""
    for group in page.locator("main fieldset").all()[1:]:
        middle = group.locator("input[type=radio][value='2']")
        if middle.count():
            middle.check()


def _state(page: Page, name: str) -> None:
    page.wait_for_function("name => document.getElementById('save').dataset.state === name", arg=name)


def _conflict(world: World, context: BrowserContext, page: Page) -> Iterator[Stop]:
    """The same question answered on another device meanwhile."""
    _state(page, "saved")
    yield "saved", page
    other = context.browser.new_context()  # type: ignore[union-attr]
    token = page.locator("main input[name=link]").first.get_attribute("value")
    card = page.locator("[data-question]").first
    key, values = card.get_attribute("data-question"), card.locator("input[type=radio]")
    form: dict[str, str | float | bool] = {"link": str(token), "question": str(key), "id": "b" * 24}
    form[f"q-{key}"] = str(values.nth(3).get_attribute("value"))
    assert other.request.post(world.at("/a/save/"), form=form).ok
    other.close()
    values.nth(1).check()
    page.locator(".changed").wait_for()
    yield "changed on another device", page
    page.locator(".changed .link-like").click()
    _state(page, "saved")


def _note(_world: World, _context: BrowserContext, page: Page) -> Iterator[Stop]:
    page.locator(".note summary").first.click()
    page.locator(".note textarea").first.fill("Minutes of the March meeting.")
    _state(page, "saved")
    yield "note", page


def _offline(world: World, context: BrowserContext, page: Page) -> Iterator[Stop]:
    _state(page, "saved")
    page.evaluate("() => navigator.serviceWorker.ready")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    context.set_offline(True)
    page.locator("main fieldset").first.locator("input[type=radio]").nth(2).check()
    page.locator("#net").wait_for()
    _state(page, "phone")
    yield "no connection", page
    shell = context.new_page()
    shell.goto(world.at("/a/"))
    ready(shell)
    yield "no connection: link not open in this tab", shell
    shell.close()
    context.set_offline(False)
    _state(page, "saved")
    page.wait_for_function("() => !document.getElementById('net')")


def _wrong(_world: World, _context: BrowserContext, page: Page) -> Iterator[Stop]:
    """More points than there are to give out: the script says so, and after sending the page does."""
    points = page.locator(".tokens input")
    for n in range(points.count()):
        points.nth(n).fill("9")
    points.last.dispatch_event("change")
    page.locator(".error").first.wait_for()
    yield "not saved: refused", page
    page.evaluate("() => document.getElementById('questions').submit()")
    page.locator("#errors").wait_for()
    ready(page)
    yield "something has to be changed", page
    for n in range(points.count()):
        points.nth(n).fill("0")
    points.first.fill("2")
    points.first.dispatch_event("change")
    _state(page, "saved")


def own_team(world: World, context: BrowserContext) -> Iterator[Stop]:
    """What only the front line is asked."""
    page = context.new_page()
    page.goto(world.open.links[next(world.front_line)])
    press(page, ".acts .btn")
    while "pick" not in _kinds(page):
        press(page, ".q-foot .btn:not(.quiet)")
    page.locator("main input[type=checkbox]").first.check()
    yield "questions: pick", page


def doors(world: World, context: BrowserContext) -> Iterator[Stop]:
    """Every other way in, each refusal, and the shared tablet."""
    page = context.new_page()
    for name, address in (
        ("unknown link", world.at(NEVER_ISSUED)),
        ("no link on this device", world.at("/a/check/")),
        ("ask for a link", world.at("/a/ask/")),
        ("resume without a link", world.at("/a/withdraw/")),
        ("closed", world.closed.links["100"]),
        ("type a code", world.at("/c/")),
    ):
        page.goto(address)
        ready(page)
        yield name, page
    page.fill("#id_code", "ABCD EFGH")
    press(page, ".acts .btn")
    yield "code refused", page
    page.goto(world.at("/a/ask/"))
    page.fill("#who", "nobody@reach.example")
    press(page, ".acts .btn")
    yield "asked for a link", page
    page.goto(world.join)
    ready(page)
    yield "open link", page
    press(page, ".acts .btn")
    yield "open link: something is missing", page
    page.goto(world.kiosk)
    ready(page)
    yield "tablet: PIN", page
    page.fill("#id_pin", "000000")
    press(page, ".acts .btn")
    yield "tablet: PIN refused", page
    page.fill("#id_pin", world.pin)
    press(page, ".acts .btn")
    yield "tablet: ready", page
    page.locator("input[name=role]").nth(0).check()
    press(page, ".acts .btn")
    yield "tablet: start", page
    press(page, "main .acts .btn")
    yield "tablet: questions", page
    page.evaluate("() => { document.getElementById('idle').hidden = false; }")
    yield "tablet: are you still there", page
    page.goto(world.at("/kiosk/leave/"))
    ready(page)
    yield "tablet: out of use", page


def wait_a_little(world: World, context: BrowserContext) -> Iterator[Stop]:
    """What is said after too many tries; the last of all, because this network address stays marked for a while."""
    page = context.new_page()
    for _ in range(200):
        page.goto(world.at(NEVER_ISSUED))
        if page.evaluate("() => document.querySelector('[data-refused]').dataset.refused") == "wait":
            break
    ready(page)
    yield "wait a little", page


def owners_pages(world: World, context: BrowserContext) -> Iterator[Stop]:
    """What the owner sets up and sees around the respondents' way."""
    page = context.new_page()
    page.goto(world.at("/accounts/login/"))
    page.fill("[name=login]", OWNER)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(world.at("/"))
    for name in ("", "ways/", "sizes/", "people/", "links/", "close/"):
        page.goto(world.at(world.open.path + name))
        for details in page.locator("main details").all():
            details.evaluate("details => { details.open = true; }")
        yield f"owner: {name.strip('/') or 'questionnaire'}", page
    page.goto(world.at(f"{world.open.path}ways/"))
    with page.expect_navigation():
        page.locator("form[action$='/pin/'] button").first.evaluate("button => button.click()")
    world.pin = page.locator(".typed.big").inner_text()
    yield "owner: PIN of a tablet", page
    page.goto(world.at(world.closed.path))
    yield "owner: closed questionnaire", page


def _locale_of(page: Page) -> str:
    return str(page.evaluate("() => document.documentElement.lang"))


def look(
    stop: Stop, outcome: Outcome, *, widths: Sequence[int] = (PHONE, DESK), schemes: Sequence[Scheme] = SCHEMES
) -> None:
    """Check one page in every appearance."""
    name, page = stop
    outcome.pages.append(name)
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.axe_script)
    for width in widths:
        _show_all(page, width)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = page.evaluate(RUN_AXE, [TAGS])
            assert found["passed"], name
            outcome.variants += 1
            where = f"{name}, {width} px, {scheme}"
            outcome.violations += [f"{where}: {rule} at {target}" for rule, _key, target in found["violations"]]
            for rule, key, target in found["undecided"]:
                outcome.undecided[rule, key] += 1
                if (rule, key) not in UNDECIDED:
                    outcome.unlisted.append(f"{where}: {rule} {key} at {target}")
    page.emulate_media(color_scheme="light")
    is_respondents = page.locator(".q-head").count() > 0
    for width in (NARROWEST, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        outcome.cut_off += [f"{name}, {width} px: {text}" for text in page.evaluate(CUT_OFF)]
        if is_respondents:
            outcome.too_small += [f"{name}, {width} px: {text}" for text in page.evaluate(TOO_SMALL, FINGER)]
    page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
    # Through the object model: the policy of these pages allows no style of anybody else's.
    page.evaluate(SPACED_OUT, SPACING)
    outcome.cut_off += [f"{name}, wide spacing: {text}" for text in page.evaluate(CUT_OFF)]
    page.evaluate("() => { document.adoptedStyleSheets = []; }")
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})


def _show_all(page: Page, width: int) -> None:
    """Make the screen as high as the page: axe takes what a sticky bar covers by chance for too small or hidden."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    height = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height + 300})


def picture(stop: Stop, folder: Path, number: int, language: str) -> None:
    """Keep the page as somebody sees it, on a phone and on a desk, light and dark."""
    name, page = stop
    file = f"{language}-{number:02}-{re.sub(r'[^a-z]+', '-', name.lower()).strip('-')}"
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 740 if width == PHONE else 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=str(folder / f"{file}-{width}-{scheme}.png"), full_page=width == PHONE)
    page.emulate_media(color_scheme="light", forced_colors="active")
    page.screenshot(path=str(folder / f"{file}-{PHONE}-forced.png"))
    page.emulate_media(color_scheme="light", forced_colors="none")
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})


TOURS = (questionnaire, own_team, doors, owners_pages)


@contextmanager
def visiting(browser: Browser, language: str) -> Iterator[BrowserContext]:
    """A browser of somebody who reads this language."""
    context = browser.new_context(locale=language, viewport={"width": PHONE, "height": HEIGHT}, reduced_motion="reduce")
    yield context
    context.close()


def main() -> int:
    """Walk, print what was looked at and what was found; 1 when something is not in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--languages", nargs="+", default=["en", "ar"])
    parser.add_argument("--pictures", type=Path, help="also keep each page as pictures in this folder")
    wanted = parser.parse_args()
    if wanted.pictures:
        wanted.pictures.mkdir(parents=True, exist_ok=True)
    outcome = Outcome()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_site_in(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        world = made_world(site)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        walks = [(language, tour) for language in wanted.languages for tour in TOURS]
        walks += [(language, wait_a_little) for language in wanted.languages]
        for language, tour in walks:
            with visiting(chromium, language) as context:
                for stop in tour(world, context):
                    if wanted.pictures:
                        picture(stop, wanted.pictures, len(outcome.pages), language)
                    look((f"{language} {stop[0]}", stop[1]), outcome)
        chromium.close()
    report(outcome)
    return 0 if outcome.holds else 1


def report(outcome: Outcome) -> None:
    """Print the figures, and each finding on a line."""
    for title, found in (
        ("violation", outcome.violations),
        ("undecided without a reason", outcome.unlisted),
        ("cut off", outcome.cut_off),
        ("too small to touch", outcome.too_small),
    ):
        for line in found:
            sys.stdout.write(f"{title}: {line}\n")
    for (rule, key), times in sorted(outcome.undecided.items()):
        sys.stdout.write(f"undecided {times} times: {rule} ({key}): {UNDECIDED.get((rule, key), 'no reason given')}\n")
    sys.stdout.write(
        f"{len(outcome.pages)} pages, {outcome.variants} looks: {len(outcome.violations)} violations, "
        f"{len(outcome.unlisted)} undecided without a reason, {len(outcome.cut_off)} cut off, "
        f"{len(outcome.too_small)} too small.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
