"""Nothing can be learned by looking often, nor from several releases: `python -m tests.proofs.polling`.

    python -m tests.proofs.polling [--arrivals 1000] [--sequences 200] [--seed 1]

Looking: a leader and a consultant ask for every page and file of a running campaign after each arrival, over eight
days, and after close and release. Each group whose state they see is listed; two states of a group may differ by
0 people or by k and more. Before the release nothing but counts may be there, and no count may move within a day.

Editing: units are moved, renamed, deleted, added; people corrected and added; accounts and members removed; answers
taken back, sent late, written into the database; results asked for again and again. All releases of a campaign are
attacked together with everything they show.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAYS = 8
WEEK = timedelta(days=7)
ROLES = ("front_line", "manager", "executive")
LEVELS = ("daily", "weekly", "monthly", "never", "")

FRAMEWORK = """\
slug = "polled"
version = "1.0"
title = "Polled"
gate = false
levels = [{ key = "low", title = "Low", starts_at = 0 }, { key = "high", title = "High", starts_at = 50 }]
roles = [
    { key = "front_line", title = "Front line" },
    { key = "manager", title = "Manager" },
    { key = "executive", title = "Executive" },
]
role_groups = [
    { key = "staff", title = "Staff", roles = ["front_line"], weight = 0.5, side = "staff" },
    { key = "managers", title = "Managers", roles = ["manager"], weight = 0.3, side = "leaders" },
    { key = "executives", title = "Executives", roles = ["executive"], weight = 0.2, side = "leaders" },
]
scales = [{ key = "percent", lowest = 0, highest = 100 }]

[[instruments]]
key = "main"
title = "Main"
weight = 1

[[instruments.dimensions]]
key = "care"
title = "Care"
items = [{ key = "A", text = "We listen.", scale = "percent" }, { key = "B", text = "We explain.", scale = "percent" }]

[[instruments.dimensions]]
key = "trust"
title = "Trust"
items = [{ key = "C", text = "We keep our word.", scale = "percent" }]
"""


@dataclass
class Looked:
    """What two visitors saw of a campaign."""

    arrivals: int = 0
    requests: int = 0
    moved_within_a_day: list[str] = field(default_factory=list)
    """Addresses whose page changed between two arrivals of one day."""
    results_before_the_release: list[str] = field(default_factory=list)
    states: int = 0
    """States of groups that were seen: counts of units and of the whole, numbers of a release."""
    pairs: int = 0
    """Two states of one group, one after the other."""
    close_pairs: list[str] = field(default_factory=list)
    """Those that differ by 1 to k - 1 people."""
    releases: int = 0

    @property
    def holds(self) -> bool:
        found = (self.moved_within_a_day, self.results_before_the_release, self.close_pairs)
        return not any(found) and self.releases == 1


@dataclass
class Edited:
    """What all releases of all campaigns tell together."""

    sequences: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    releases: int = 0
    with_two: int = 0
    """Campaigns of which a second release was made."""
    refused: Counter[str] = field(default_factory=Counter)
    figures: int = 0
    differing: int = 0
    """Figures of the same group that are not the same in two releases."""
    unions: int = 0
    """Sums about fewer than k people that the releases of a campaign tell together."""

    @property
    def holds(self) -> bool:
        return self.releases >= self.sequences and not self.differing and not self.unions


# -- looking ---------------------------------------------------------------------------------------


def look(*, arrivals: int, seed: int) -> Looked:
    """Let people answer one after the other, and two visitors look at everything after each."""
    from assessments.operations.campaigns import close_campaign, open_campaign  # noqa: PLC0415  needs the settings
    from assessments.operations.groups import declare_groups  # noqa: PLC0415
    from organisations.models import Membership, User  # noqa: PLC0415
    from reports.operations.releases import release_campaign  # noqa: PLC0415

    draw = random.Random(seed)  # noqa: S311  made-up data
    campaign = _campaign("looked at", units=6, at=AT)
    _invite(campaign, arrivals + arrivals // 8, draw)
    declare_groups(campaign=campaign, units=True, roles=True, contact=True, pairs=("unit+side", "contact+side"), at=AT)
    open_campaign(campaign=campaign, at=AT)
    clients = {}
    for kind in ("leader", "consultant"):
        user = User.objects.create_user(f"{kind}-{seed}@example.org")
        Membership.objects.create(user=user, organisation=campaign.organisation, kind=kind)
        clients[kind] = _signed_in(user)
    watch = _Watch(campaign, clients)
    people = list(campaign.invitations.order_by("pk"))
    draw.shuffle(people)
    watch.look(is_new_day=True)
    for number, person in enumerate(people[:arrivals]):
        is_new_day = number % max(arrivals // DAYS, 1) == 0
        if is_new_day:
            _yesterday(campaign)
        _send(person, draw)
        watch.found.arrivals += 1
        watch.look(is_new_day=is_new_day)
    close_campaign(campaign=campaign, at=AT + WEEK)
    watch.look(is_new_day=True)
    release_campaign(campaign=campaign, at=AT + WEEK)
    watch.found.releases = campaign.releases.count()
    watch.look(is_new_day=True)
    watch.look(is_new_day=False)
    return watch.found


class _Watch:
    """Two visitors, what they saw last on each page, and the last state of each group they know."""

    def __init__(self, campaign: Any, clients: dict[str, Any]) -> None:
        self.campaign = campaign
        self.clients = clients
        self.found = Looked()
        self.pages: dict[tuple[str, str], str] = {}
        self.states: dict[tuple[str, str, str], int] = {}

    def look(self, *, is_new_day: bool) -> None:
        self.campaign.refresh_from_db()
        addresses = list(self._addresses())
        for kind, client in self.clients.items():
            for address in addresses:
                # What was refused or only redirects is asked for again on the next day.
                if not is_new_day and (kind, address) not in self.pages:
                    continue
                answer = client.get(address)
                self.found.requests += 1
                if answer.status_code != 200:
                    self.pages.pop((kind, address), None)
                    continue
                text = _without_tokens(b"".join(answer) if answer.streaming else answer.content)
                before = self.pages.get((kind, address))
                self.pages[kind, address] = text
                is_about_results = "/results/" in address or "/report/" in address or "portfolio" in address
                if before is not None and before != text and not is_new_day:
                    self.found.moved_within_a_day.append(address)
                if is_about_results and self.campaign.state == "open" and before not in {None, text}:
                    self.found.results_before_the_release.append(address)
                if before != text:
                    for (group, what), people in _states_in(address, text).items():
                        self._see(kind, group, what, people)

    def _see(self, kind: str, group: str, what: str, people: int) -> None:
        """Compare a group's state with the last one that this visitor saw."""
        last = self.states.get((kind, group, what))
        self.states[kind, group, what] = people
        self.found.states += 1
        if last is not None:
            self.found.pairs += 1
            if 0 < abs(people - last) < self.campaign.k:
                self.found.close_pairs.append(f"{group}, {what}: {last} and {people}")

    def _addresses(self) -> Iterator[str]:
        """Yield the address of every page and file that a leader or a consultant may read, with their switches."""
        from django.urls import reverse  # noqa: PLC0415

        from tests.doors.test_rights import DOORS  # noqa: PLC0415

        root = self.campaign.organisation.units.get(parent=None)
        world: Any = SimpleNamespace(
            organisation=self.campaign.organisation,
            unit=root,
            running=self.campaign,
            draft=self.campaign,
            released=self.campaign,
        )
        for name, door in DOORS.items():
            if not door.reads or not {"leader", "consultant"} & door.who or name in {"healthz", "answering_worker"}:
                continue
            with contextlib.suppress(AttributeError):  # about something that is not there
                yield reverse(name, kwargs=door.arguments(world))
        if self.campaign.state != "released":
            return
        slug = self.campaign.organisation.slug
        for subject in ("care", "trust"):
            yield f"/o/{slug}/results/{subject}/"
        for by in ("role", "contact", "unit-side", "contact-side"):
            yield f"/o/{slug}/results/?by={by}"
        yield f"/c/{self.campaign.pk}/people/?page=2"


def _states_in(address: str, text: str) -> dict[tuple[str, str], int]:
    """Return how many people stand behind each group that a page shows: by (group, what is counted)."""
    if "/results/" in address:
        lines = [line.strip() for line in re.sub(r"<[^>]+>", "\n", text).splitlines() if line.strip()]
        rows = [(lines[place - 1], line) for place, line in enumerate(lines) if re.fullmatch(r"\d+ answers", line)]
        return {(f"{address}: {title}", "answers"): int(line.split()[0]) for title, line in rows}
    if not re.fullmatch(r"/c/\d+/(close/)?|/o/[^/]+/", address):
        return {}
    found = {}
    # Of an open campaign a span of numbers is told: one span is compared with another, by where they begin.
    for answered, is_span, invited in re.findall(r"(\d+)(–\d+)? of (\d+)", re.sub(r"[\u202f\xa0,]", "", text)):
        found["all", f"answered of {invited}" + (", as a span" if is_span else "")] = int(answered)
    for unit, invited, percent in re.findall(
        r'<th scope="row">([^<]+)</th>\s*<td class="n num">(\d+)</td>\s*<td class="n num">(?:over )?(\d+)%', text
    ):
        # What a rounded share means at least and at most; the nearest whole number of people is taken.
        found[unit, "answered"] = round(int(percent) * int(invited) / 100 + 0.49)
    return found


# -- editing ---------------------------------------------------------------------------------------


def edit(*, sequences: int, seed: int) -> Edited:
    """Do what people can do to organisations and campaigns, in any order, and attack what is published."""
    found = Edited()
    for number in range(sequences):
        _Sequence(random.Random(f"{seed} {number}"), number, found).run()  # noqa: S311  made-up data
    return found


class _Sequence:
    """One campaign from its list to its last release, with anything happening in between."""

    def __init__(self, draw: random.Random, number: int, found: Edited) -> None:
        self.draw = draw
        self.number = number
        self.found = found
        self.codes: list[str] = []

    def run(self) -> None:
        from assessments.operations.campaigns import close_campaign, open_campaign  # noqa: PLC0415

        draw = self.draw
        self.campaign = _campaign(f"edited {self.number}", units=draw.randint(2, 7), at=AT, draw=draw)
        _invite(self.campaign, draw.randint(25, 90), draw)
        self._declare()
        open_campaign(campaign=self.campaign, at=AT)
        for person in self.campaign.invitations.order_by("?"):
            if draw.random() < 0.75:
                self.codes.append(_send(person, draw))
            if draw.random() < 0.1:
                self._act(self.acts_before)
        close_campaign(campaign=self.campaign, at=AT + WEEK)
        for _ in range(draw.randint(2, 8)):
            self._release()
            self._act(self.acts_after)
        self._release()
        self._attack()
        self.found.sequences += 1

    @property
    def acts_before(self) -> tuple[Callable[[], None], ...]:
        return (*self._about_units(), self.withdraw, self.correct, self.add_people, self.remove_member)

    @property
    def acts_after(self) -> tuple[Callable[[], None], ...]:
        late = (self.send_late, self.withdraw, self.correct, self.add_people)
        return (*self._about_units(), *late, self.remove_member, self.rename_organisation, self.write_into_database)

    def _about_units(self) -> tuple[Callable[[], None], ...]:
        return (self.move_unit, self.rename_unit, self.delete_unit, self.add_unit)

    def _act(self, acts: tuple[Callable[[], None], ...]) -> None:
        act = self.draw.choice(acts)
        self.found.acts[act.__name__] += 1
        act()

    def _declare(self) -> None:
        from assessments.groups import PAIRS  # noqa: PLC0415
        from assessments.operations import groups  # noqa: PLC0415

        draw = self.draw
        contact, units = draw.random() < 0.5, draw.random() < 0.9
        told = {"unit": units, "contact": contact, "side": True, "role": True}
        pairs = [pair for pair in PAIRS if all(told[part] for part in pair.split("+")) and draw.random() < 0.5]
        groups.declare_groups(campaign=self.campaign, units=units, roles=True, contact=contact, pairs=pairs, at=AT)
        chosen = draw.sample([unit.pk for unit in self._units()], 2)
        with contextlib.suppress(groups.DoNotFit):
            groups.merge_units(campaign=self.campaign, units=chosen, at=AT)

    def _units(self) -> list[Any]:
        return list(self.campaign.organisation.units.exclude(parent=None).order_by("pk"))

    # Acts.

    def move_unit(self) -> None:
        """Hang a unit under another one, as whoever runs the database can."""
        units = self._units()
        moved, above = self.draw.choice(units), self.draw.choice([*units, units[0].parent])
        one = above
        while one is not None and one.pk != moved.pk:
            one = one.parent
        if one is None:
            moved.parent = above
            moved.save()

    def rename_unit(self) -> None:
        from organisations.operations import rename_unit  # noqa: PLC0415

        rename_unit(unit=self.draw.choice(self._units()), name=f"Renamed {self.draw.random()}")

    def delete_unit(self) -> None:
        from organisations import operations  # noqa: PLC0415

        with contextlib.suppress(operations.UnitIsUsed, operations.UnitHasUnitsBeneath, IndexError):
            operations.delete_unit(unit=self.draw.choice(self._units()))

    def add_unit(self) -> None:
        from organisations.operations import UnitTooDeep, add_unit  # noqa: PLC0415

        with contextlib.suppress(UnitTooDeep):
            add_unit(parent=self.draw.choice(self._units()), name=f"Added {self.draw.random()}")

    def withdraw(self) -> None:
        from assessments.operations.withdrawing import CodeUnknown, delete_response  # noqa: PLC0415

        if self.codes:
            with contextlib.suppress(CodeUnknown):
                delete_response(code=self.draw.choice(self.codes), at=AT)

    def correct(self) -> None:
        """Bring somebody on the list up to date: another unit, role or contact level."""
        self._take_over(self.draw.choice(list(self.campaign.invitations.values_list("pk", flat=True))))

    def add_people(self) -> None:
        for _ in range(self.draw.randint(1, 6)):
            self._take_over(None)

    def _take_over(self, invitation: int | None) -> None:
        from assessments.operations.people import TakesNoMorePeople, add_people  # noqa: PLC0415
        from assessments.people_lists import PersonRow  # noqa: PLC0415

        unit, role, level = _place(self._units(), self.draw)
        row = PersonRow(unit=unit.pk, role=role, contact_level=level, invitation=invitation)
        with contextlib.suppress(TakesNoMorePeople):
            add_people(campaign=self.campaign, rows=[row], at=AT)

    def remove_member(self) -> None:
        """Grant somebody a right, end it, and erase the account."""
        from organisations.models import Membership, User  # noqa: PLC0415

        user = User.objects.create_user(f"member-{self.draw.random()}@example.org")
        Membership.objects.create(user=user, organisation=self.campaign.organisation, kind="leader")
        user.delete()

    def send_late(self) -> None:
        """Open a link after the close, as a phone that was without a network does."""
        from assessments.links import new_token, token_hash  # noqa: PLC0415
        from assessments.models import AccessLink  # noqa: PLC0415
        from assessments.operations.answering import AlreadySent, CampaignClosed, enter  # noqa: PLC0415

        person, token = self.campaign.invitations.order_by("?")[0], new_token()
        AccessLink.objects.create(invitation=person, token_hash=token_hash(token))
        with contextlib.suppress(AlreadySent, CampaignClosed):
            enter(token=token, at=AT + WEEK)
            raise AssertionError("A closed campaign let somebody in.")

    def rename_organisation(self) -> None:
        """Change what a release says without changing anybody's answer, so that another one is made."""
        self.campaign.organisation.name = f"Renamed {self.draw.random()}"
        self.campaign.organisation.save()

    def write_into_database(self) -> None:
        """Add, remove, change or move an answer behind the product's back; ask for results; put it back."""
        from assessments.models.responses import Response  # noqa: PLC0415

        self.rename_organisation()
        row = Response.objects.filter(campaign=self.campaign).order_by("?")[0]
        kept = Response.objects.get(pk=row.pk)
        how = self.draw.choice(("added", "removed", "changed", "moved"))
        if how == "removed":
            row.delete()
        else:
            row.answers = {"A": 100} if how == "changed" else row.answers
            row.unit = self.draw.choice(self._units()) if how == "moved" else row.unit
            row.pk = None if how == "added" else row.pk
            row.save()
        self._release()
        if how == "added":
            row.delete()
        else:
            kept.save()

    def _release(self) -> None:
        from reports.operations import releases  # noqa: PLC0415

        try:
            releases.release_campaign(campaign=self.campaign, at=AT + WEEK)
        except (releases.NothingNew, releases.AnswersChanged, releases.TellsTooMuch) as refusal:
            self.found.refused[type(refusal).__name__] += 1

    def _attack(self) -> None:
        """Attack all releases of the campaign together, and compare what they say of the same groups."""
        from reports.attack import attacked  # noqa: PLC0415
        from reports.export import as_json  # noqa: PLC0415
        from reports.releases import survey_of  # noqa: PLC0415

        releases = list(self.campaign.releases.order_by("number"))
        documents = [json.loads(as_json(one.results(), number=one.number, fingerprint="")) for one in releases]
        survey = survey_of(self.campaign, self.campaign.edition.framework())
        found = attacked(documents, survey, with_widths=False)
        self.found.releases += len(releases)
        self.found.with_two += len(releases) > 1
        self.found.figures += sum(one.figures for one in found)
        self.found.unions += sum(len(one.unions) for one in found)
        told = [_told(document) for document in documents]
        self.found.differing += sum(one != told[0] for one in told[1:])


def _told(document: dict[str, Any]) -> tuple[Any, ...]:
    """Return the figures of a release with their groups, without the organisation's name."""
    groups = [{**group, "title": "" if group["key"] == "all" else group["title"]} for group in document["groups"]]
    scores = [{**row, "group_title": ""} for row in document["scores"]]
    return groups, scores, document["items"], document["gaps"], document["invited"], document["answered"]


# -- made-up campaigns -----------------------------------------------------------------------------


def _campaign(name: str, *, units: int, at: datetime, draw: random.Random | None = None) -> Any:
    """Return a draft campaign of a new organisation with a tree of so many units below the top."""
    from assessments.operations.campaigns import create_campaign  # noqa: PLC0415
    from organisations.models import Organisation, Unit  # noqa: PLC0415
    from pillars.models import Edition  # noqa: PLC0415

    edition = Edition.objects.filter(slug="polled").first() or _publish()
    organisation = Organisation.objects.create(name=name, slug=name.replace(" ", "-"))
    tree = [Unit.objects.create(organisation=organisation, name=name)]
    for number in range(units):
        above = draw.choice(tree) if draw else tree[0]
        tree.append(Unit.objects.create(organisation=organisation, parent=above, name=f"Unit {number}"))
    return create_campaign(organisation=organisation, edition=edition, title="Asked", at=at)


def _publish() -> Any:
    from django.core.management import call_command  # noqa: PLC0415

    from pillars.models import Edition  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "polled.toml"
        file.write_text(FRAMEWORK, encoding="utf-8")
        call_command("import_framework", file, stdout=StringIO())
    return Edition.objects.get(slug="polled")


def _place(units: list[Any], draw: random.Random) -> tuple[Any, str, str]:
    unit = draw.choices(units, [1 / (number + 1) for number in range(len(units))])[0]
    return unit, draw.choices(ROLES, (8, 3, 1))[0], draw.choice(LEVELS)


def _invite(campaign: Any, people: int, draw: random.Random) -> None:
    from assessments.models import Invitation  # noqa: PLC0415

    units = list(campaign.organisation.units.exclude(parent=None).order_by("pk"))
    places = [_place(units, draw) for _ in range(people)]
    Invitation.objects.bulk_create(
        [Invitation(campaign=campaign, unit=unit, role=role, contact_level=level) for unit, role, level in places]
    )


def _send(person: Any, draw: random.Random) -> str:
    """Leave behind what sending leaves, and return the code that takes it back."""
    from assessments.codes import code_hash, new_code  # noqa: PLC0415
    from assessments.models import Invitation  # noqa: PLC0415
    from assessments.models.responses import Response  # noqa: PLC0415
    from assessments.operations.withdrawing import PURPOSE  # noqa: PLC0415

    person.refresh_from_db()
    code = new_code(16)
    answers = {key: draw.choice((0, 25, 50, 75, 100, "dk")) for key in "ABC" if draw.random() < 0.95}
    Response.objects.create(
        campaign_id=person.campaign_id,
        unit_id=person.cell_unit_id,
        role=person.cell_role,
        contact_level=person.cell_contact_level,
        answers=answers,
        withdrawal_hash=code_hash(code, PURPOSE),
    )
    Invitation.objects.filter(pk=person.pk).update(has_answered=True)
    return code


def _yesterday(campaign: Any) -> None:
    """Let the last count of answers be one of the day before, as if a night had passed."""
    from assessments.models import Campaign  # noqa: PLC0415
    from assessments.operations.counting import COUNTED  # noqa: PLC0415

    tallies = Campaign.objects.get(pk=campaign.pk).tallies
    if COUNTED in tallies:
        Campaign.objects.filter(pk=campaign.pk).update(
            tallies={**tallies, COUNTED: {**tallies[COUNTED], "day": "2026-01-01"}}
        )


def _signed_in(user: Any) -> Any:
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.force_login(user)
    return client


def _without_tokens(content: bytes) -> str:
    text = content.decode(errors="replace")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|nonce-[\w-]+', "", text)


# -- the command -----------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arrivals", type=int, default=1000)
    parser.add_argument("--sequences", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.test.utils import (  # noqa: PLC0415  needs the settings
        setup_databases,
        setup_test_environment,
        teardown_databases,
    )

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    logging.getLogger("django.request").setLevel(logging.ERROR)  # strangers get 404, and that is right
    held = True
    try:
        acts: list[Callable[[], Looked | Edited]] = [
            *([lambda: look(arrivals=chosen.arrivals, seed=chosen.seed)] if chosen.arrivals else []),
            *([lambda: edit(sequences=chosen.sequences, seed=chosen.seed)] if chosen.sequences else []),
        ]
        for act in acts:
            started = time.process_time()
            found = act()
            held = held and found.holds
            sys.stdout.write(f"{found}\n{time.process_time() - started:.0f} s of processor time\n")
    finally:
        teardown_databases(databases, verbosity=0)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
