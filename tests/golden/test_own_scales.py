"""A framework of somebody's own with two scales goes through the commands and comes out on its own units."""

import csv
import io
import json
import statistics
from typing import Any

import pytest
from django.core.management import call_command

from tests.pillars.own_framework import write_own_framework

pytestmark = pytest.mark.django_db

# unit, C1 and C2 on 1..5, S1 on 0..4, S2 on 0..4 and reversed
ROWS = [
    ("North", 5, 4, 4, 0),
    ("North", 4, 4, 3, 1),
    ("North", 3, 4, 2, 2),
    ("North", 5, 5, 4, 1),
    ("North", 2, 3, 1, 3),
    ("North", 4, "", 3, "dk"),
    ("North", 3, 3, 2, 2),
    ("North", 4, 5, 3, 0),
    ("North", 2, 4, 2, 1),
    ("North", 5, 3, 4, 1),
    ("South", 1, 2, 0, 4),
    ("South", 2, 2, 1, 3),
    ("South", 3, 1, 2, "na"),
    ("South", 2, 3, 1, 2),
    ("South", 1, 1, 0, 4),
]


@pytest.fixture
def exported(tmp_path) -> dict[str, Any]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([("unit", "C1", "C2", "S1", "S2"), *ROWS])
    (tmp_path / "answers.csv").write_text(out.getvalue())
    call_command("import_framework", write_own_framework(tmp_path), stdout=io.StringIO())
    printed = io.StringIO()
    named = ("--organisation", "Own Scales", "--edition", "two-scales:1.0", "--title", "Once")
    call_command(
        "import_responses", "--create", "--create-units", "--close", *named, tmp_path / "answers.csv", stdout=printed
    )
    campaign = printed.getvalue().split()[-1]
    call_command("release", campaign, stdout=io.StringIO())
    call_command("export_release", "--campaign", campaign, "--format", "json", "--output", tmp_path / "out.json")
    exported: dict[str, Any] = json.loads((tmp_path / "out.json").read_text())
    return exported


def people(unit: str) -> dict[str, list[float]]:
    """Return each person's score in both dimensions on the scales' own units, worked out here by hand."""
    care: list[float] = []
    strain: list[float] = []
    for name, c1, c2, s1, s2 in ROWS:
        if unit in {name, "all"}:
            care.append(statistics.mean(value for value in (c1, c2) if isinstance(value, int)))
            strain.append(statistics.mean([s1, *([4 - s2] if isinstance(s2, int) else [])]))
    return {"care": care, "strain": strain}


@pytest.mark.parametrize("unit", ["all", "North", "South"])
@pytest.mark.parametrize(("subject", "lowest", "highest"), [("care", 1, 5), ("strain", 0, 4)])
def test_mean_sd_and_n_on_both_units(exported, unit, subject, lowest, highest):
    scores = people(unit)[subject]
    group = next(found["key"] for found in exported["groups"] if unit in {found["key"], found["title"]})
    [row] = [
        row for row in exported["scores"] if (row["group"], row["subject"], row["measure"]) == (group, subject, "score")
    ]

    width = highest - lowest
    assert row["n"] == len(scores)
    if len(scores) >= 10:
        assert row["native_mean"] == pytest.approx(statistics.mean(scores), abs=1e-9)
        assert row["native_sd"] == pytest.approx(statistics.stdev(scores), abs=1e-9)
        assert row["mean"] == pytest.approx(100 * (statistics.mean(scores) - lowest) / width, abs=1e-9)
        assert row["sd"] == pytest.approx(100 * statistics.stdev(scores) / width, abs=1e-9)
    else:
        # Five to nine people: whole points of a hundred, and no spread.
        assert row["mean"] == int(100 * (statistics.mean(scores) - lowest) / width + 0.5)
        assert row["native_mean"] == pytest.approx(lowest + row["mean"] * width / 100, abs=1e-9)
        assert row["sd"] is None
