"""After the close nothing that the server keeps says whose answers are whose.

    python -m tests.proofs.unlinkable [--campaigns 20] [--people 200]

People answer over HTTP while a log is kept here of who sent what and when, which no attacker has. The campaigns are
closed and released, the server is stopped, and everything it leaves is taken: database, write-ahead log, broker, logs,
mail. Each attack puts the people of one cell and the responses of that cell into an order (ids, places in the tables,
places in the raw file, sizes, bands of time, and, for an onlooker who saw people come and go, the order of opening and
sending) and matches the first with the first. Guessing gets one right in each cell on average; the best attack of all
has to stay below what guessing exceeds once in a thousand runs.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
from scipy.stats import poisson

from tests.proofs.respondents import Respondent, point_keys
from tests.sites import Site, running_site_in
from tests.visitor import Visitor
from tests.whole_path import Campaign, close, set_up, sign_up, wait_for

SHARE_ANSWERING = 0.8
ONCE_IN = 1000
KEYS = ("front_line", "back_office", "manager", "executive")

Row = Mapping[str, Any]
Order = Callable[[Row], Any]

INVITATIONS = """
SELECT i.id, i.staff_number, i.campaign_id, i.cell_unit_id, i.cell_role, i.cell_contact_level, i.has_answered,
       l.id AS link, l.token_hash, {place} AS place
FROM assessments_invitation i JOIN assessments_accesslink l ON l.invitation_id = i.id
"""
PLACE_IN_POSTGRES = "({0}.ctid::text::point)[0] * 1000 + ({0}.ctid::text::point)[1]"
RESPONSES = """
SELECT r.*, {place} AS place FROM assessments_response r
"""


@dataclass
class Truth:
    """What only this script knows: who sent which answers, and in which order people began and ended."""

    answers: dict[str, str] = field(default_factory=dict)
    """By person: their answers as canonical JSON."""
    began: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Attack:
    name: str
    hits: int


@dataclass(frozen=True)
class Outcome:
    responses: int
    cells: int
    attacks: tuple[Attack, ...]
    bound: int
    """What guessing exceeds once in a thousand runs, all attacks together."""

    @property
    def best(self) -> Attack:
        return max(self.attacks, key=lambda attack: attack.hits)

    @property
    def holds(self) -> bool:
        return self.best.hits <= self.bound


def prove(folder: Path, *, campaigns: int, people: int) -> Outcome:
    """Let `campaigns` of `people` run in `folder`, close them, and attack what is left."""
    truth = Truth()
    with running_site_in(folder) as site:
        owner = Visitor(site.url)
        sign_up(owner, "owner@proof.example")
        running = [set_up(owner, f"Proof {number}", _people_list(number, people)) for number in range(campaigns)]
        for campaign in running:
            _answer_all(site, campaign, truth)
        for campaign in running:
            close(owner, campaign)
            wait_for(owner, campaign.path, "results")
            wait_for(owner, f"{campaign.organisation}results/", "answers")
    invitations, responses = _taken(site)
    _add_places_in_files(folder, invitations, responses)
    return attacked(truth, invitations, responses)


def _people_list(campaign: int, people: int) -> str:
    """Return a list in which every tenth is a manager and every fifth sits at the head office."""
    rows = ["staff_number,unit,role,contact_level"]
    for number in range(people):
        unit = "Head office" if number % 5 == 0 else ("Branch North", "Branch South")[number % 2]
        role = "manager" if number % 10 == 3 else "back_office" if number % 5 == 0 else "front_line"
        level = ("daily", "daily", "weekly")[number % 3]
        rows.append(f"P{campaign:02}-{number:04},{unit},{role},{level}")
    return "\n".join(rows) + "\n"


def _answer_all(site: Site, campaign: Campaign, truth: Truth) -> None:
    """Let most people answer, in random order, four at a time."""
    chosen = random.sample(sorted(campaign.links), round(len(campaign.links) * SHARE_ANSWERING))

    def answer(person: str) -> None:
        with Respondent(site.url, campaign.links[person]) as respondent:
            respondent.open()
            truth.began[person] = len(truth.began)
            respondent.start()
            role = "manager" if int(person[-4:]) % 10 == 3 else "front_line"
            keys = random.sample(point_keys(role), random.randint(8, 14))  # noqa: S311  any will do
            answers = {key: random.randrange(5) for key in keys}  # noqa: S311
            for key, value in answers.items():
                told = respondent.save(key, str(value))
                assert told.is_saved, told.text
            assert "were sent" in respondent.send().text
            truth.sent[person] = len(truth.sent)
            truth.answers[person] = json.dumps(answers, sort_keys=True)

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(answer, chosen))


def _taken(site: Site) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return every row that speaks of people and every row of answers, with its physical place."""
    address = site.environment.get("DATABASE_URL", "")
    if address.startswith("postgres"):
        with psycopg.connect(address, row_factory=psycopg.rows.dict_row) as postgres:
            people = postgres.execute(INVITATIONS.format(place=PLACE_IN_POSTGRES.format("i"))).fetchall()
            answers = postgres.execute(RESPONSES.format(place=PLACE_IN_POSTGRES.format("r"))).fetchall()
            return people, answers
    with sqlite3.connect(site.data_dir / "concentric.sqlite3") as database:
        database.row_factory = sqlite3.Row
        people = [dict(row) for row in database.execute(INVITATIONS.format(place="i.rowid"))]
        answers = [dict(row) for row in database.execute(RESPONSES.format(place="r.rowid"))]
    return people, answers


def _add_places_in_files(
    folder: Path, invitations: Sequence[dict[str, Any]], responses: Sequence[dict[str, Any]]
) -> None:
    """Note where each person's number and each response's answers lie in the raw bytes of what the server left."""
    raw = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    for row in invitations:
        needle = row["staff_number"].encode()
        row["first"], row["last"] = raw.find(needle), raw.rfind(needle)
    for row in responses:
        text = row["answers"] if isinstance(row["answers"], str) else json.dumps(row["answers"])
        row["first"], row["last"] = raw.find(text.encode()), raw.rfind(text.encode())
        row["size"] = len(text)


def attacked(truth: Truth, invitations: Sequence[Row], responses: Sequence[Row]) -> Outcome:
    """Match people with answers in every way there is, and count how often that is right."""
    person_of = {answers: person for person, answers in truth.answers.items()}
    assert len(person_of) == len(truth.answers), "Two people gave the same answers; run again."
    people_in: dict[Any, list[Row]] = defaultdict(list)
    answers_in: dict[Any, list[Row]] = defaultdict(list)
    for row in invitations:
        if row["has_answered"]:
            people_in[row["cell_unit_id"], row["cell_role"], row["cell_contact_level"]].append(row)
    for row in responses:
        answers_in[row["unit_id"], row["role"], row["contact_level"]].append(row)
    assert set(people_in) == set(answers_in), "Cells of people and of answers differ."

    def hits(people_order: Order, answers_order: Order) -> int:
        right = 0
        for cell, people in people_in.items():
            pairs = zip(sorted(people, key=people_order), sorted(answers_in[cell], key=answers_order), strict=True)
            right += sum(_owner(row, person_of) == person["staff_number"] for person, row in pairs)
        return right

    attacks = tuple(
        Attack(f"{people_name} × {answers_name}", hits(people_order, answers_order))
        for (people_name, people_order), (answers_name, answers_order) in product(
            _orders_of_people(truth).items(), ORDERS_OF_ANSWERS.items()
        )
    )
    bound = int(poisson.ppf(1 - 1 / (ONCE_IN * len(attacks)), len(people_in)))
    return Outcome(len(responses), len(people_in), attacks, bound)


def _owner(row: Row, person_of: Mapping[str, str]) -> str:
    answers = json.loads(row["answers"]) if isinstance(row["answers"], str) else row["answers"]
    return person_of[json.dumps(answers, sort_keys=True)]


def _orders_of_people(truth: Truth) -> dict[str, Order]:
    return {
        "number on the list": lambda row: row["staff_number"],
        "id of the invitation": lambda row: row["id"],
        "place of the invitation": lambda row: row["place"],
        "id of the link": lambda row: row["link"],
        "hash of the link": lambda row: row["token_hash"],
        "first place in the files": lambda row: row["first"],
        "last place in the files": lambda row: row["last"],
        "order of opening, as seen by an onlooker": lambda row: truth.began[row["staff_number"]],
        "order of sending, as seen by an onlooker": lambda row: truth.sent[row["staff_number"]],
    }


ORDERS_OF_ANSWERS: dict[str, Order] = {
    "id of the response": lambda row: str(row["id"]),
    "place of the response": lambda row: row["place"],
    "reversed place of the response": lambda row: -row["place"],
    "first place in the files": lambda row: row["first"],
    "last place in the files": lambda row: row["last"],
    "size of the answers": lambda row: row["size"],
    "band of time, then place": lambda row: (row["time_band"] or 0, row["is_fast"], row["place"]),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--campaigns", type=int, default=20)
    parser.add_argument("--people", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concentric-proof-") as folder:
        outcome = prove(Path(folder), campaigns=chosen.campaigns, people=chosen.people)
    sys.stdout.write(
        f"{outcome.responses} responses in {outcome.cells} cells, {len(outcome.attacks)} attacks.\n"
        f"Best: {outcome.best.name}, {outcome.best.hits} right. Guessing gets {outcome.cells} right on average; "
        f"the best of as many guesses stays at or below {outcome.bound} in 999 of 1,000 runs.\n"
    )
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
