"""The workbook computes a release's figures again, and holds nothing else."""

import io
import random
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from pillars.schema import Framework, Instrument
from reports.releases import build_results
from reports.results import HIDDEN, Group, Results
from reports.workbook import workbook
from reports.working_page import Issued
from tests.pillars.frameworks import FIVE, LEADERS, STAFF_ROLES, dimension, framework, item, ladder
from tests.reports.closed_campaigns import answer, closed_campaign, unit_of
from tests.reports.formulas import Computed
from tests.reports.released import make_edition
from tests.reports.results_fixture import make_results

pytestmark = pytest.mark.django_db

ISSUED = Issued(2, "2026-06-13", "ab" * 32)
EVIL = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "'=1", '=HYPERLINK("http://evil.example")']
ADDRESS = r"(?:'[^']+'!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?"
WORDS = r'"(?:|>=0|agrees|differs)"'


def three_lenses(**values) -> Framework:
    """Return a framework with unequal weights of lenses, topics and questions, and a gate."""
    return framework(
        Instrument(
            "pillars",
            "Pillars",
            (
                dimension("care", item("A", FIVE), item("B", FIVE, weight=2), ladder("L1"), weight=2),
                dimension("pace", item("C", FIVE), ladder("L2")),
                dimension("trust", item("D", FIVE)),
            ),
            weight=0.5,
        ),
        Instrument("systems", "Systems", (dimension("tools", item("E", FIVE)),), weight=0.3),
        Instrument(
            "aspects", "Aspects", (dimension("habits", item("F", FIVE)), dimension("data", item("G", FIVE))), weight=0.2
        ),
        Instrument("battery", "Battery", (dimension("time", item("H", FIVE)),)),
        roles=True,
        gate=True,
        **values,
    )


def released(seed: int, staff: int, managers: int, executives: int, edition: Framework) -> Results:
    """Return the release of a campaign with chance answers: a third of the staff each in two units and in none."""
    draw = random.Random(seed)  # noqa: S311  a made-up organisation
    campaign = closed_campaign(f"Bank {seed} {staff}")
    keys = [one.key for one in edition.items]

    def said(role: str) -> dict[str, int | str]:
        asked = [key for key in keys if edition.item_by_key[key].is_asked_of(role)]
        points = {key: draw.randint(1, 5) if key.startswith("L") else draw.randint(0, 4) for key in asked}
        return {key: "dk" if draw.random() < 0.15 else point for key, point in points.items()}

    units = [unit_of(campaign, name) for name in EVIL[:2]]
    for role, count in zip((STAFF_ROLES[0], *LEADERS), (staff, managers, executives), strict=True):
        for number in range(count):
            answer(campaign, [said(role)], role=role, unit=[*units, None][number % 3])
    return build_results(campaign, edition)


def checks(book: Computed) -> list[list[Any]]:
    return book.rows("Check")[3:]


@pytest.mark.parametrize(
    ("staff", "managers", "executives"), [(40, 12, 11), (33, 9, 6), (30, 6, 3), (7, 5, 0), (12, 0, 0)]
)
def test_the_formulas_give_the_released_figures(staff, managers, executives):
    edition = three_lenses()
    results = released(7, staff, managers, executives, edition)

    book = Computed(workbook(results, edition, ISSUED))

    found = checks(book)
    assert {row[7] for row in found} == {"agrees"}
    assert len(found) >= 5
    for _what, _group, _measure, again, as_released, difference, allowed, _verdict in found:
        assert abs(again - as_released - difference) < 1e-9
        assert abs(difference) <= (1e-9 if allowed < 1e-6 else allowed)
    if not results.figure("all", "index").indicative:
        assert "Overall level" in {row[0] for row in found}


def test_programs_that_do_not_compute_show_the_same_values():
    edition = three_lenses()
    book = Computed(workbook(released(3, 31, 8, 5, edition), edition, ISSUED))

    for sheet, cell in book.cells_with_formulas():
        computed, stored = book.value(sheet, cell.row, cell.column), book.stored[sheet][cell.coordinate].value
        assert computed == (pytest.approx(stored, abs=1e-9) if isinstance(stored, int | float) else stored)


def test_a_topic_of_the_whole_is_made_of_its_groups_of_roles():
    edition = three_lenses()
    results = released(7, 40, 12, 11, edition)

    topics = {(row[0], row[1]) for row in Computed(workbook(results, edition, ISSUED)).rows("Role groups")[1:]}

    assert ("Care", "Score") in topics
    assert results.pools["score"]["care"] == pytest.approx(
        {"role:staff": 0.5, "role:managers": 0.3, "role:executives": 0.2}
    )


def test_shares_are_told_only_where_every_mean_is_shown():
    edition = three_lenses()
    results = released(7, 30, 6, 3, edition)

    for measure, subjects in results.pools.items():
        for subject, shares in subjects.items():
            assert all(results.figure(group, subject, measure).is_shown for group in shares)
            assert "role:executives" not in shares


def test_a_changed_release_is_found_out():
    edition = three_lenses()
    results = released(7, 40, 12, 11, edition)
    rows = results.figures["score"]
    wrong = replace(rows["all"]["index"], score=(rows["all"]["index"].score or 0) + 0.01)
    figures = {**results.figures, "score": {**rows, "all": {**rows["all"], "index": wrong}}}

    book = Computed(workbook(replace(results, figures=figures), edition, ISSUED))

    assert [(row[0], row[1]) for row in checks(book) if row[7] == "differs"] == [
        ("Maturity index", results.organisation)
    ]
    assert [row[7] for row in book.rows("Check")[1:3]] == [len(checks(book)) - 1, 1]


def test_a_hidden_figure_has_no_number_and_no_formula():
    edition = make_edition().framework()
    results = make_results()
    rows = results.figures["score"]
    planted = replace(rows["unit:11"]["leadership"], score=13.37, low=13.11, high=13.73, sd=13.19, absence="hidden")
    rows = {
        **rows,
        "unit:11": {**rows["unit:11"], "leadership": planted, "instrument:pillars": HIDDEN, "index": HIDDEN},
    }
    content = workbook(replace(results, figures={**results.figures, "score": rows}), edition, ISSUED)
    book = Computed(content)

    assert not any("13.37" in part or "13.11" in part for part in parts_of(content))
    title = results.group("unit:11").title
    heads, *table = book.rows("Index")
    row = next(row for row in table if row[:2] == [title, "Score"])
    assert [
        row[heads.index(name)]
        for name in ("Leadership and culture", "Five pillars", results.subject("index").title, "Level")
    ] == [None] * 4
    assert row[heads.index("Four systems")] is not None
    hidden = next(row for row in book.rows("Figures") if row[:3] == [title, "Leadership and culture", "Score"])
    assert hidden[3:] == [None, None, None, None, None, "Hidden to protect anonymity", None, None]


def parts_of(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return [file.read(name).decode() for name in file.namelist()]


def test_names_that_somebody_typed_stay_texts():
    edition = three_lenses()
    results = released(7, 40, 12, 11, edition)
    groups = tuple(replace(group, title=EVIL[place % len(EVIL)]) for place, group in enumerate(results.groups))
    subjects = tuple(replace(one, title=EVIL[place % len(EVIL)]) for place, one in enumerate(results.subjects))
    levels = tuple(replace(level, title=EVIL[0]) for level in results.levels)
    evil = replace(results, organisation=EVIL[0], campaign=EVIL[3], groups=groups, subjects=subjects, levels=levels)
    content = workbook(evil, edition, ISSUED)

    for _sheet, cell in Computed(content).cells_with_formulas():
        rest = re.sub(rf"{ADDRESS}|{WORDS}|[A-Z]+\(", "", cell.value)
        assert re.fullmatch(r"=[-+*/^<=(),\d.]*", rest), cell.value
    assert not any("<hyperlink" in part for part in parts_of(content))


def test_big_organisations_make_a_file_of_bounded_size():
    edition = make_edition().framework()
    results = make_results()
    rows = results.figures["score"]
    units = [Group(f"unit:{number}", "unit", f"Unit {number}", "all", 62) for number in range(1000, 1500)]
    figures = {**results.figures, "score": {**rows, **{unit.key: rows["unit:11"] for unit in units}}}
    content = workbook(replace(results, figures=figures, groups=(*results.groups, *units)), edition, ISSUED)

    assert len(content) < 3_000_000
    titles = {name for part in parts_of(content) for name in re.findall(r">(Unit \d+)<", part)}
    assert len(titles) < 400
    assert any("units, because" in part for part in parts_of(content))


def test_the_same_release_gives_the_same_file_with_dates_every_program_reads():
    edition = make_edition().framework()
    first, second = (workbook(make_results(), edition, ISSUED) for _ in range(2))

    assert first == second
    about = dict(Computed(first).rows("Read me"))
    assert about["Closed on"] == "2026-06-12"
    assert about["Release"] == "Number 2 of 2026-06-13"
    assert about["Fingerprint of the release"] == "ab" * 32


def test_what_changed_since_the_wave_before_is_computed_from_both():
    edition = make_edition().framework()
    then = make_results(wave=2)
    rows = then.figures["score"]
    lower = {
        key: replace(figure, score=(figure.score or 0) - 4) if figure.is_shown else figure
        for key, figure in rows["all"].items()
    }
    then = replace(then, figures={**then.figures, "score": {**rows, "all": lower}})

    heads, *table = Computed(workbook(make_results(), edition, ISSUED, previous=then)).rows(
        "Change since the wave before"
    )

    assert heads[1] == "Wave 3"
    assert {round(row[5], 9) for row in table} == {4}


@pytest.mark.parametrize("language", ["ar", "fr", "es"])
def test_it_is_written_in_the_readers_language(language):
    edition = three_lenses()
    results = released(7, 40, 12, 11, edition)
    with translation.override(language):
        content = workbook(results, edition, ISSUED)
    book = Computed(content)

    assert all(book.value(sheet, cell.row, cell.column) is not None for sheet, cell in book.cells_with_formulas())
    assert all(bool(page.sheet_view.rightToLeft) == (language == "ar") for page in book.formulas.worksheets)


def test_a_pulse_has_no_index():
    edition = make_edition().framework()
    results = make_results(is_pulse=True)

    assert results.subject("index").title not in Computed(workbook(results, edition, ISSUED)).rows("Index")[0]
