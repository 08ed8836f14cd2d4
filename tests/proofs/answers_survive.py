"""No answer that was acknowledged is lost, and none counts twice, while the web server is killed again and again.

    python -m tests.proofs.answers_survive [--people 50] [--saves 40] [--kills 10]

Every person saves from a thread of their own and repeats a save, with the same id, until it is acknowledged.
At the end all send, the campaign is closed, and the stored responses are compared with what was acknowledged.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pillars.files import FOLDER, read_framework
from tests.proofs.killing import killed_again_and_again
from tests.sites import Site, running_site_in
from tests.visitor import Form, Page, Visitor
from tests.whole_path import Campaign, close, people_list, set_up, sign_up

FRAMEWORK = read_framework(FOLDER / "concentric" / "1.0.toml").framework
KEYS = [item.key for item in FRAMEWORK.items_for("front_line") if item.scale.kind == "points"]
STORED = """
import json
from assessments.models.responses import Response
print(json.dumps([response.answers for response in Response.objects.all()]))
"""


@dataclass(frozen=True)
class Outcome:
    acknowledged: int
    repeated: int
    deaths: int
    lost_or_wrong: int


def prove(site: Site, *, people: int, saves: int, kills: int, every: float = 2) -> Outcome:
    """Let `people` save `saves` answers each while the web server dies `kills` times; count what differs at the end."""
    owner = Visitor(site.url)
    sign_up(owner, "owner@proof.example")
    campaign = set_up(owner, "Proof Savings", people_list(front_line=(people + 1) // 2))
    links = [link for number, link in campaign.links.items() if number[1] in "01234" and number < "300"][:people]
    with (
        killed_again_and_again(site, "granian", every=every, most=kills) as deaths,
        ThreadPoolExecutor(max_workers=people) as pool,
    ):
        told = list(pool.map(lambda link: _answer(site, link, saves), links))
    expected = Counter(json.dumps(answers, sort_keys=True) for answers, _repeated in told)
    found = _stored(site, owner, campaign)
    differing = sum(((expected - found) + (found - expected)).values())
    return Outcome(people * saves, sum(repeated for _answers, repeated in told), len(deaths), differing)


def _answer(site: Site, link: str, saves: int) -> tuple[dict[str, int], int]:
    """Save at random, then send; return the last acknowledged answer to each question and how often was repeated."""
    visitor = Visitor(site.url)
    page, repeated = _until(lambda: visitor.get(link), lambda page: "Start" in page.text)
    start = page.form(button="Start")
    _page, more = _until(lambda: visitor.send(start), lambda page: page.status == 200)
    repeated += more
    secret = start.fields["link"]
    last: dict[str, int] = {}
    for _ in range(saves):
        key, value = random.choice(KEYS), random.randrange(5)  # noqa: S311  any will do
        save = Form(f"{site.url}/a/save/", is_post=True)
        sent = {"link": secret, "question": key, f"q-{key}": str(value), "id": secrets.token_hex(8)}
        _page, more = _until(lambda save=save, sent=sent: visitor.send(save, sent), lambda page: '"saved"' in page.text)
        last[key] = value
        repeated += more
        time.sleep(0.05)
    send = Form(f"{site.url}/a/send/", is_post=True)
    _until(lambda: visitor.send(send, {"link": secret}), lambda page: "were sent" in page.text)
    return last, repeated


def _until(act, holds) -> tuple[Page, int]:
    """Repeat `act` until its page is right; return the page and the number of repetitions."""
    last: object = None
    for attempt in range(1200):
        try:
            last = page = act()
            if holds(page):
                return page, attempt
        except (OSError, http.client.HTTPException) as error:
            last = error
        time.sleep(0.1)
    raise AssertionError(f"This did not come about: {last}")


def _stored(site: Site, owner: Visitor, campaign: Campaign) -> Counter[str]:
    _until(lambda: owner.get(f"{campaign.path}close/"), lambda page: "Close for good now" in page.text)
    close(owner, campaign)
    answers = json.loads(site.manage("shell", "-v", "0", "-c", STORED))
    return Counter(json.dumps(one, sort_keys=True) for one in answers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("people", 50), ("saves", 40), ("kills", 10)):
        parser.add_argument(f"--{name}", type=int, default=value)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concentric-proof-") as folder, running_site_in(Path(folder)) as site:
        outcome = prove(site, people=chosen.people, saves=chosen.saves, kills=chosen.kills)
    sys.stdout.write(
        f"{outcome.acknowledged} saves acknowledged, {outcome.repeated} repeated, web server killed {outcome.deaths} "
        f"times: {outcome.lost_or_wrong} lost, doubled or wrong\n"
    )
    return 1 if outcome.lost_or_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
