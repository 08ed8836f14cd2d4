"""Links cannot be guessed, and nobody learns from trying what a link once was.

    python -m tests.proofs.guessed_links [--tries 100000]

Random and mutated links and open links are tried against a running site: none may open anything. The limiter has to
answer 429 after a while and must not stand in the way of a right link from the same network address. A link that
never was and one that was withdrawn have to give the same page, byte for byte, in about the same time.
"""

from __future__ import annotations

import argparse
import random
import secrets
import statistics
import string
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.proofs.respondents import Respondent, Told
from tests.sites import Site, running_site_in
from tests.visitor import Visitor
from tests.whole_path import people_list, set_up, sign_up

LETTERS = string.ascii_letters + string.digits + "-_"
REFUSED = {404, 429}
AT_ONCE = 4
TIMED = 200

WITHDRAW = """
from assessments.models import AccessLink
from assessments.links import token_hash
print(AccessLink.objects.filter(token_hash=token_hash("{token}")).delete()[0])
"""


@dataclass(frozen=True)
class Outcome:
    tried: int
    answered: Counter[int]
    opened: int
    """Answers that were neither "nothing to open" nor "wait"."""
    right_link_still_opens: bool
    lookalike: bool
    slower_by: float
    """Median time of a withdrawn link as a multiple of that of a link that never was."""

    @property
    def holds(self) -> bool:
        return not self.opened and self.right_link_still_opens and self.lookalike and self.answered[429] > 0


def prove(site: Site, *, tries: int) -> Outcome:
    """Try `tries` secrets that are none, four at a time."""
    owner = Visitor(site.url)
    sign_up(owner, "owner@proof.example")
    campaign = set_up(owner, "Proof Savings", people_list())
    links = sorted(campaign.links.values())
    secret = links[0].rstrip("/").rpartition("/")[2]
    withdrawn = links[1].rstrip("/").rpartition("/")[2]
    assert int(site.manage("shell", "-v", "0", "-c", WITHDRAW.format(token=withdrawn))) > 0
    with Respondent(site.url, links[0]) as person:
        lookalike = _essence(person.get(f"/a/{withdrawn}/")) == _essence(person.get(f"/a/{secrets.token_urlsafe(24)}/"))
        gone = _median(lambda: person.get(f"/a/{withdrawn}/"))
        never = _median(lambda: person.get(f"/a/{secrets.token_urlsafe(24)}/"))
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        parts = list(pool.map(lambda _: _try_many(site, links[0], secret, tries // AT_ONCE), range(AT_ONCE)))
    answered = Counter(status for part in parts for status in part)
    with Respondent(site.url, links[0]) as person:
        opens = person.open().status == 302
    opened = sum(count for status, count in answered.items() if status not in REFUSED)
    return Outcome(sum(answered.values()), answered, opened, opens, lookalike, gone / never)


def _essence(told: Told) -> tuple[int, str, list[str]]:
    """Return what two answers have to share: status, page, and the headers but for the clock."""
    return told.status, told.text, sorted(f"{k}: {v}" for k, v in told.headers.items() if k.lower() != "date")


def _median(act: Callable[[], object]) -> float:
    took: Sequence[float] = [_timed(act) for _ in range(TIMED)]
    return statistics.median(took)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _try_many(site: Site, link: str, secret: str, tries: int) -> list[int]:
    with Respondent(site.url, link) as person:
        person.secret = "nothing"
        return [_try(person, guess).status for _, guess in zip(range(tries), _guesses(secret), strict=False)]


def _try(person: Respondent, guess: str) -> Told:
    """Knock at one of the doors that take a secret."""
    door = random.randrange(10)  # noqa: S311  any will do
    if door == 0:
        person.secret = guess
        return person.post("/a/save/", question="OP1", id=secrets.token_hex(8), **{"q-OP1": "1"})
    if door == 1:
        person.secret = guess
        return person.post("/a/start/")
    if door == 2:
        return person.get(f"/join/{guess}/")
    return person.get(f"/a/{guess}/")


def _guesses(secret: str) -> Iterator[str]:
    """Yield random secrets and close relatives of a right one: a letter changed, dropped, added, another case."""
    while True:
        at = random.randrange(len(secret))  # noqa: S311
        letter = random.choice(LETTERS.replace(secret[at], ""))  # noqa: S311
        yield secrets.token_urlsafe(24)
        yield secret[:at] + letter + secret[at + 1 :]
        yield secret[:at] + secret[at + 1 :]
        yield secret[:at] + letter + secret[at:]
        yield secret[::-1]
        if secret.swapcase() != secret:
            yield secret.swapcase()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=100_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concentric-proof-") as folder, running_site_in(Path(folder)) as site:
        outcome = prove(site, tries=chosen.tries)
    sys.stdout.write(
        f"{outcome.tried} links tried: {outcome.opened} opened something, answers {dict(outcome.answered)}. "
        f"A right link {'still opens' if outcome.right_link_still_opens else 'NO LONGER OPENS'}. "
        f"Withdrawn and never made {'look alike' if outcome.lookalike else 'DIFFER'}; time {outcome.slower_by:.2f} ×.\n"
    )
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
