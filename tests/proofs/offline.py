"""Everything somebody answers arrives, whatever happens to the network, the tab and the cookies meanwhile.

    python -m tests.proofs.offline [--runs 50 --answers 20] [--seed 1]

Each run is one person with a browser of their own against a running site. They answer, change answers and turn
pages in random order; between two answers the network goes or comes back, the page is loaded again, the tab is
closed and the link opened in a new one, or the cookies are deleted. An answer counts from the moment the page
says "Saved" or "Saved on this phone". At the end the network is there, the link is opened once more, and what the
server holds is compared with what was answered. Needs Chromium.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.sites import Site, running_site_in
from tests.visitor import Visitor
from tests.whole_path import people_list, set_up, sign_up

PATIENCE = 20_000
"""Milliseconds in which a state has to show."""

STORED = """
import json, sys
from assessments.access.answering import link_of, opened_draft
found = []
for token in json.load(sys.stdin):
    draft = opened_draft(link_of(token), token)
    found.append(dict(draft.answers) if draft else {})
print(json.dumps(found))
"""

TROUBLES = ("cut", "back", "reload", "close", "cookies", "turn", "nothing", "nothing")


@dataclass
class Outcome:
    """What all runs together answered, what of it the server has, and what happened on the way."""

    answered: int = 0
    stored: int = 0
    wrong: list[str] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)


@dataclass
class Person:
    """One person with a browser; remembers what the page said was saved."""

    context: BrowserContext
    link: str
    chance: random.Random
    answers: dict[str, str] = field(default_factory=dict)
    is_offline: bool = False

    def __post_init__(self) -> None:
        self.page = self.context.new_page()

    def begin(self) -> None:
        """Open the link, start, and wait until the device has the whole questionnaire."""
        self.page.goto(self.link)
        self.page.get_by_role("button", name="Start").click()
        self.page.wait_for_url("**/part/**")
        self.settled()
        self.page.evaluate("() => navigator.serviceWorker.ready")
        self.page.wait_for_function("() => navigator.serviceWorker.controller", timeout=PATIENCE)

    def answer(self, number: int) -> None:
        """Answer one question that has no answer yet, and wait until the page says that it is kept."""
        self.to_open_question()
        cards = self._open_cards()
        card = self.page.locator(f"[data-question='{self.chance.choice(cards)}']")
        key = str(card.get_attribute("data-question"))
        choices = card.locator("input[type=radio]")
        radio = choices.nth(self.chance.randrange(choices.count()))
        value = str(radio.get_attribute("value"))
        radio.check()
        if self.chance.random() < 0.5:  # otherwise the next thing happens at once
            self.page.wait_for_function(
                "() => ['saved', 'phone', 'changed'].includes(document.getElementById('save').dataset.state)",
                timeout=PATIENCE,
            )
        else:
            self.page.wait_for_function(
                "key => { const r = concentric.latest(key); return r && (r.stored || r.d); }", arg=key, timeout=PATIENCE
            )
        self.answers[key] = value

    def to_open_question(self) -> None:
        """Go on until a page has a question with choices that is not answered yet."""
        for _ in range(80):
            if "/part/" in self.page.url and self._open_cards():
                return
            self.turn()
        raise AssertionError(f"No open question: {self.page.url} {self.page.locator('main').inner_text()[:300]}")

    def turn(self) -> None:
        """Turn the page, or come back to the questions from wherever this is."""
        here = self.page.url
        name = "Save and continue" if "/part/" in here else "Continue"
        going_on = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        if going_on.count():
            going_on.first.click()
        else:
            self.page.goto(self.link)
        self.page.wait_for_function("here => location.href !== here", arg=here, timeout=PATIENCE)
        self.settled()

    def settled(self) -> None:
        self.page.wait_for_function("() => window.concentric && concentric.isReady")

    def meet(self, trouble: str) -> None:
        if trouble in {"cut", "back"}:
            self.is_offline = trouble == "cut"
            self.context.set_offline(self.is_offline)
        elif trouble == "reload":
            self.page.reload()
            self.settled()
        elif trouble == "close":
            self.page.close()
            self.page = self.context.new_page()
            self.page.goto(self.link)
            self.settled()
        elif trouble == "cookies":
            self.context.clear_cookies()
        elif trouble == "turn":
            self.turn()

    def end(self) -> None:
        """Come back with a network, open the link, and wait until nothing waits any more."""
        self.context.set_offline(False)
        self.page.close()
        self.page = self.context.new_page()
        self.page.goto(self.link)
        self.settled()
        self.page.wait_for_function("() => !concentric.waiting().length", timeout=PATIENCE)

    def _open_cards(self) -> list[str]:
        keys: list[str] = self.page.eval_on_selector_all(
            "main [data-question]",
            "cards => cards.filter(card => card.querySelector('input[type=radio]')).map(card => card.dataset.question)",
        )
        return [key for key in keys if key not in self.answers]


def prove(site: Site, browser: Browser, *, runs: int, answers: int, seed: int) -> Outcome:
    """Let `runs` people answer `answers` questions each through random trouble, and compare with the server."""
    owner = Visitor(site.url)
    sign_up(owner, "owner@proof.example")
    campaign = set_up(owner, "Proof Savings", people_list(front_line=max(6, (runs + 1) // 2)))
    links = [link for number, link in campaign.links.items() if number < "300"][:runs]
    outcome = Outcome()
    people = []
    for number, link in enumerate(links):
        chance = random.Random(seed * 1000 + number)  # noqa: S311  repeatable
        with _person(browser, link, chance) as person:
            person.begin()
            for count in range(answers):
                trouble = chance.choice(TROUBLES)
                outcome.troubles[trouble] += 1
                person.meet(trouble)
                person.answer(count)
            person.end()
            people.append(person)
    tokens = [person.link.rstrip("/").rpartition("/")[2] for person in people]
    found = json.loads(site.manage("shell", "-v", "0", "-c", STORED, stdin=json.dumps(tokens)))
    for person, stored in zip(people, found, strict=True):
        outcome.answered += len(person.answers)
        for key, value in person.answers.items():
            if str(stored.get(key)) == value:
                outcome.stored += 1
            else:
                outcome.wrong.append(f"{key}: {value} answered, {stored.get(key)} stored")
    return outcome


@contextmanager
def _person(browser: Browser, link: str, chance: random.Random) -> Iterator[Person]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    person = Person(context, link, chance)
    try:
        yield person
    except (BrowserError, AssertionError) as error:
        raise AssertionError(f"{person.page.url}, offline {person.is_offline}: {error}") from error
    finally:
        context.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("runs", 50), ("answers", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="concentric-proof-") as folder,
        running_site_in(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        outcome = prove(site, browser, runs=chosen.runs, answers=chosen.answers, seed=chosen.seed)
        browser.close()
    happened = ", ".join(f"{name} {count}" for name, count in sorted(outcome.troubles.items()))
    sys.stdout.write(f"{outcome.stored} of {outcome.answered} answers are on the server ({happened})\n")
    for line in outcome.wrong:
        sys.stdout.write(f"  {line}\n")
    return 1 if outcome.wrong or outcome.answered != chosen.runs * chosen.answers else 0


if __name__ == "__main__":
    sys.exit(main())
