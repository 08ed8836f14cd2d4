"""What a release of a large campaign costs: `python -m tests.benchmarks.release [people ...]`.

Made-up campaigns of 1,000, 10,000 and 100,000 answers to the published framework (about 60 items each) in an
organisation of six regions with eight branches each and a head office; written directly into an empty database,
then closed, read, computed, audited and stored. Processor seconds of one process on one core, each size in a process
of its own so that the largest memory is its own. The last lines say what ten times as many people cost.

DATABASE_URL chooses another database than a new SQLite file; it must be empty and is left full.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessments.models import Campaign

SIZES = (1_000, 10_000, 100_000)
REGIONS, BRANCHES = 6, 8
SHARES = {"front_line": 0.55, "agent": 0.10, "back_office": 0.15, "manager": 0.16, "executive": 0.04}
AT_ONCE = 2_000
AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
STEPS = ("close", "rewrite", "read", "aggregate", "audit", "store")


def fill(people: int, seed: int = 1) -> Campaign:
    """Write an open campaign that so many people have answered, and return it."""
    import numpy as np  # noqa: PLC0415  only a child that was set up imports the product

    from assessments.cells import Cell  # noqa: PLC0415
    from assessments.models import Campaign, Invitation  # noqa: PLC0415
    from assessments.models.responses import Response  # noqa: PLC0415
    from assessments.operations.campaigns import create_campaign  # noqa: PLC0415
    from assessments.operations.groups import fix_groups  # noqa: PLC0415
    from assessments.simulation import NOMINEES, Company, SimulatedUnit, ask_everybody  # noqa: PLC0415
    from organisations.models import Organisation, Unit  # noqa: PLC0415
    from pillars.models import Edition  # noqa: PLC0415

    draw = np.random.default_rng(seed)
    edition = Edition.objects.get(slug="concentric", version="1.0")
    framework = edition.framework()
    organisation = Organisation.objects.create(name="Large Bank", slug="large-bank", is_synthetic=True)
    root = Unit.objects.create(organisation=organisation, name="Large Bank")
    units = [Unit.objects.create(organisation=organisation, parent=root, name="Head office")]
    for region in range(1, REGIONS + 1):
        above = Unit.objects.create(organisation=organisation, parent=root, name=f"Region {region}")
        for branch in range(1, BRANCHES + 1):
            units.append(Unit.objects.create(organisation=organisation, parent=above, name=f"Branch {region}.{branch}"))
    campaign = create_campaign(
        organisation=organisation, edition=edition, title="Everybody", nominees=NOMINEES, closes_at=None, at=AT
    )
    profile = {one.key: float(draw.normal(0, 8)) for one in framework.dimensions}
    places = tuple(SimulatedUnit(unit.name, "", effect=float(draw.normal(0, 5)), response_rate=1) for unit in units)
    weights = draw.dirichlet([4.0] * len(units))
    roles = list(SHARES)
    for first in range(0, people, AT_ONCE):
        count = min(AT_ONCE, people - first)
        role = draw.choice(len(roles), count, p=list(SHARES.values()))
        unit = np.where(role == roles.index("executive"), 0, draw.choice(len(units), count, p=weights))
        staff = tuple((int(place), roles[number]) for place, number in zip(unit, role, strict=True))
        company = Company(level=52, profile=profile, units=places, staff=staff)
        made = ask_everybody(framework, company, [seed, first], campaign.form)
        cells = [Cell(units[one.unit].pk, one.role, one.contact_level) for one in made]
        Invitation.objects.bulk_create(
            [
                Invitation(
                    campaign=campaign,
                    unit_id=cell.unit,
                    role=cell.role,
                    contact_level=cell.contact_level,
                    staff_number=f"{number:06}",
                    cell_unit_id=cell.unit,
                    cell_role=cell.role,
                    cell_contact_level=cell.contact_level,
                    has_answered=True,
                )
                for number, cell in enumerate(cells, start=first)
            ]
        )
        Response.objects.bulk_create(
            [
                Response(
                    campaign=campaign,
                    unit_id=cell.unit,
                    role=cell.role,
                    contact_level=cell.contact_level,
                    answers=one.answers,
                    is_fast=bool(number % 50 == 0),
                    time_band=1 + number % 5,
                )
                for number, (one, cell) in enumerate(zip(made, cells, strict=True))
            ]
        )
    fix_groups(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.OPEN, opened_at=AT)
    campaign.refresh_from_db()
    return campaign


class Clock:
    """Adds up processor seconds by name; time inside another name counts there alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = dict.fromkeys(STEPS, 0.0)
        self._open: list[str] = []
        self._since = time.process_time()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._settle()
        self._open.append(name)
        try:
            yield
        finally:
            self._settle()
            self._open.pop()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, with its time counted."""

        def measured(*args: Any, **kwargs: Any) -> Any:
            with self.step(name):
                return function(*args, **kwargs)

        return measured

    def _settle(self) -> None:
        now = time.process_time()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now


def release(campaign: Campaign) -> dict[str, float]:
    """Close a campaign, make its release, and return the seconds of each step."""
    from assessments.operations.campaigns import close_campaign  # noqa: PLC0415
    from assessments.operations.forgetting import forget_old_rows  # noqa: PLC0415
    from reports import releases  # noqa: PLC0415
    from reports.analyses import figures, kinds  # noqa: PLC0415
    from reports.operations import releases as operations  # noqa: PLC0415

    clock = Clock()
    parts = (
        (operations, "build_results", "aggregate"),
        (releases, "answers_of", "read"),
        (figures, "audit_of_dimension", "audit"),
        (kinds, "shown_groups", "audit"),
    )
    before = [(module, name, getattr(module, name)) for module, name, _ in parts]
    for (module, name, step), (*_, function) in zip(parts, before, strict=True):
        setattr(module, name, clock.timed(step, function))
    try:
        with clock.step("close"):
            close_campaign(campaign=campaign, at=AT)
        with clock.step("rewrite"):
            forget_old_rows()
        with clock.step("store"):
            operations.release_campaign(campaign=campaign, at=AT)
    finally:
        for module, name, function in before:
            setattr(module, name, function)
    return clock.seconds


def _child(act: str, argument: str) -> None:
    """Do one step in this process, in the data folder that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    if act == "fill":
        call_command("migrate", verbosity=0)
        sys.stdout.write(str(fill(int(argument)).pk))
        return
    import scipy.optimize  # noqa: PLC0415  what is imported before is no part of the cost
    import scipy.special  # noqa: F401, PLC0415

    from assessments.models import Campaign  # noqa: PLC0415
    from reports.operations import releases  # noqa: F401, PLC0415

    campaign = Campaign.objects.select_related("organisation", "edition").get(pk=int(argument))
    begun = _peak()
    seconds = release(campaign)
    sys.stdout.write(json.dumps({"seconds": seconds, "begun": begun, "peak": _peak()}))


def _peak() -> float:
    """Return the most memory this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _run(act: str, argument: int | str, folder: str) -> str:
    environment = {**os.environ, "CONCENTRIC_DATA_DIR": folder}
    command = [sys.executable, "-m", "tests.benchmarks.release", act, str(argument)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def measure(people: int) -> dict[str, Any]:
    """Return what a campaign of so many people costs, measured in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="concentric-release-") as folder:
        found: dict[str, Any] = json.loads(_run("measure", _run("fill", people, folder), folder))
    return found


def main() -> None:
    """Print one line for each size, and how much more ten times as many people cost."""
    if len(sys.argv) > 2 and sys.argv[1] in {"fill", "measure"}:
        _child(sys.argv[1], sys.argv[2])
        return
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    heads = "".join(f"{step:>10}" for step in STEPS)
    sys.stdout.write(f"{'people':>8}{heads}{'sum':>8}{'but audit':>10}{'peak MB':>9}{'at start':>9}\n")
    rows = []
    for people in sizes:
        found = measure(people)
        seconds = found["seconds"]
        whole = sum(seconds.values())
        rows.append({**seconds, "sum": whole, "peak": found["peak"] - found["begun"]})
        told = "".join(f"{seconds[step]:10.2f}" for step in STEPS)
        rest = whole - seconds["audit"]
        sys.stdout.write(f"{people:8}{told}{whole:8.2f}{rest:10.2f}{found['peak']:9.0f}{found['begun']:9.0f}\n")
        sys.stdout.flush()
    for (before, after), (fewer, more) in zip(itertools.pairwise(sizes), itertools.pairwise(rows), strict=True):
        grown = ", ".join(f"{name} {more[name] / max(fewer[name], 0.001):.1f}" for name in more)
        sys.stdout.write(f"From {before} to {after} people, times as much: {grown}\n")


if __name__ == "__main__":
    main()
