"""Releases as files: the same numbers, definitions, and nothing a spreadsheet would run."""

import csv
import io
import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Campaign
from pillars.models import Edition
from reports.export import DEFINITIONS, _csv_cell, as_csv, as_json, as_xlsx
from reports.operations.releases import release_campaign
from reports.releases import build_results
from reports.results import Results
from tests.pillars.frameworks import FIVE, customer_framework, item, one_dimension
from tests.reports.closed_campaigns import AT, answer, closed_campaign, unit_of

pytestmark = pytest.mark.django_db

EVIL = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20a",
    "  =1",
    "\x00=1",
]


def results_with(name="Harbour Bank", units=("North",)) -> Results:
    campaign = closed_campaign(name)
    for unit in units:
        answer(campaign, [{"A": point % 5} for point in range(12)], unit=unit_of(campaign, unit))
    return build_results(campaign, one_dimension(item("A", FIVE, reversed=True)))


def test_json_holds_every_figure_with_its_native_units():
    results = results_with(units=["North", "South"])

    document = json.loads(as_json(results, number=3, fingerprint="abc"))

    rows = [row for row in document["scores"] if row["subject"] == "care" and row["measure"] == "score"]
    assert [row["group_title"] for row in rows] == ["Harbour Bank", "North", "South"]
    figure = results.figure("all", "care")
    assert (rows[0]["mean"], rows[0]["sd"]) == (figure.score, figure.sd)
    assert rows[0]["native_mean"] == pytest.approx(rows[0]["mean"] / 25)
    assert rows[0]["native_sd"] == pytest.approx(rows[0]["sd"] / 25)
    assert (rows[0]["n"], rows[0]["display"], rows[0]["level"]) == (24, figure.display, figure.level)
    assert (document["release"], document["fingerprint"], document["k"]) == (3, "abc", 5)


def test_every_field_of_a_table_is_defined():
    document = json.loads(as_json(results_with(), number=1, fingerprint="abc"))

    fields = {field for table in ("scores", "items", "gaps") for row in document[table] for field in row}
    known = {"group_title", "subject_title", "leaders_n", "staff_n"}
    assert fields - known <= set(document["definitions"])
    assert document["definitions"] == dict(DEFINITIONS)


def test_a_hidden_figure_has_nothing_but_its_absence_in_any_format():
    campaign = closed_campaign()
    answer(campaign, [{"A": 1}] * 12)
    answer(campaign, [{"A": 4}] * 4, unit=unit_of(campaign, "North"))
    results = build_results(campaign, one_dimension(item("A", FIVE)))

    rows = json.loads(as_json(results, number=1, fingerprint=""))["scores"]
    table = list(csv.DictReader(io.StringIO(as_csv(results).decode("utf-8-sig"))))

    hidden = [row for row in rows if row["group_title"] == "North" and row["absence"] == "hidden"]
    assert hidden
    assert all(row[field] is None for row in hidden for field in ("mean", "low", "high", "sd", "n", "native_mean"))
    printed = [row for row in table if row["group_title"] == "North" and row["absence"] == "hidden"]
    assert len(printed) == len(hidden)
    assert all(row[field] == "" for row in printed for field in ("mean", "low", "high", "sd", "n", "native_mean"))


def test_csv_says_the_same_as_json():
    results = results_with(units=["North", "South"])

    table = list(csv.DictReader(io.StringIO(as_csv(results).decode("utf-8-sig"))))

    found = [row for row in table if row["table"] == "scores" and row["mean"]]
    rows = [row for row in json.loads(as_json(results, number=1, fingerprint=""))["scores"] if row["mean"] is not None]
    assert [float(row["mean"]) for row in found] == [row["mean"] for row in rows]
    assert {row["table"] for row in table} == {"scores", "items", "analyses", "definitions"}


@pytest.mark.parametrize("text", EVIL)
def test_texts_in_csv_are_inert(text):
    assert str(_csv_cell(text)).startswith("'")


@given(st.text())
def test_no_text_in_csv_starts_a_formula(text):
    assert str(_csv_cell(text))[:1] not in {
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\uff1d",
        "\uff0b",
        "\uff0d",
        "\uff20",
    }


def test_negative_numbers_stay_numbers():
    assert _csv_cell(-5.25) == -5.25


def test_xlsx_holds_no_formula_and_all_sheets():
    results = results_with('=HYPERLINK("http://x","y")', units=["@North", "+South", "-1+2"])

    workbook = openpyxl.load_workbook(io.BytesIO(as_xlsx(results, number=1, fingerprint="abc")))

    assert workbook.sheetnames == ["Overview", "Scores", "Items", "Gaps", "Variants", "Analyses", "Definitions"]
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    means = [row[5].value for row in workbook["Scores"].iter_rows(min_row=2) if row[5].value is not None]
    assert means
    assert all(isinstance(value, int | float) for value in means)
    assert "@North" in {cell.value for cell in cells}


def test_gaps_and_analyses_reach_every_format():
    campaign = closed_campaign()
    answer(campaign, [{"OP1": 40, "LC1": 30, "HER1": 50}] * 24, role="agent")
    answer(campaign, [{"OP1": 70, "LC1": 30, "HER1": 50}] * 10, role="manager")
    results = build_results(campaign, customer_framework())

    document = json.loads(as_json(results, number=1, fingerprint=""))
    table = list(csv.DictReader(io.StringIO(as_csv(results).decode("utf-8-sig"))))

    gap = next(row for row in document["gaps"] if row["subject"] == "operations")
    assert (gap["leaders"], gap["staff"], gap["difference"], gap["verdict"]) == (70, 40, 30, "clear")
    assert (
        next(row for row in table if row["table"] == "gaps" and row["subject"] == "operations")["difference"] == "30.0"
    )
    assert {row["analysis"] for row in table if row["table"] == "analyses"} == {a.key for a in results.analyses}


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture
def released(monkeypatch) -> Campaign:
    monkeypatch.setattr(Edition, "framework", lambda self, language="": one_dimension(item("A")))
    campaign = closed_campaign()
    answer(campaign, [{"A": value} for value in range(40, 52)])
    release_campaign(campaign=campaign, at=AT)
    return campaign


def test_export_release_writes_a_file(released, tmp_path):
    output = tmp_path / "release.json"

    call_command("export_release", campaign=released.pk, format="json", output=output)

    document = json.loads(output.read_text(encoding="utf-8"))
    assert next(row["mean"] for row in document["scores"] if row["subject"] == "care") == 45.5


def test_export_release_prints_what_is_text(released):
    printed = io.StringIO()

    call_command("export_release", str(released.releases.get().pk), "--format", "csv", stdout=printed)

    assert printed.getvalue().startswith("\ufefftable,group,")


def test_export_release_says_what_is_missing(released, tmp_path):
    with pytest.raises(CommandError, match="There is no release 4711"):
        call_command("export_release", "4711")
    with pytest.raises(CommandError, match="There is no campaign 4711"):
        call_command("export_release", campaign=4711)
    other = closed_campaign("Other")
    with pytest.raises(CommandError, match="has no release yet"):
        call_command("export_release", campaign=other.pk)
    with pytest.raises(CommandError, match="could not be written"):
        call_command("export_release", campaign=released.pk, output=tmp_path / "no" / "file.json")
