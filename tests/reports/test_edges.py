"""Campaigns at the edges: nobody, one person, everybody unsure, many units deep, exactly k."""

import itertools
import json

import pytest

from pillars.schema import Dimension, Form, Instrument
from reports.content import build_content
from reports.export import FORMATS, exported
from reports.releases import build_results
from reports.results import Results
from tests.pillars.frameworks import AGREE, FIVE, customer_framework, framework, item, ladder, one_dimension
from tests.reports.closed_campaigns import AT, answer, closed_campaign, unit_of

pytestmark = pytest.mark.django_db

TWO_SCALES = framework(
    Instrument("one", "One", (Dimension("agree", "Agree", (item("A", AGREE), item("B", AGREE))),), weight=1),
    Instrument(
        "two", "Two", (Dimension("five", "Five", (item("C", FIVE, reversed=True), item("D", FIVE, reversed=True))),)
    ),
)


def told(results: Results) -> str:
    """Return everything that files and the report say, and prove that a stored release says the same."""
    assert Results.from_document(json.loads(json.dumps(results.to_document()))) == results
    files = [exported(results, number=1, fingerprint="0", file_format=kind) for kind in FORMATS]
    content = [
        build_content(results, cut=cut, language="en", release_number=1, released_at=AT).to_document()
        for cut in ("brief", "board", "full")
    ]
    return json.dumps(content) + files[0].decode() + files[1].decode()


def shown(results: Results) -> set[tuple[str, str, str]]:
    return {
        (measure, group, subject)
        for measure, rows in results.figures.items()
        for group, row in rows.items()
        for subject, figure in row.items()
        if figure.is_shown
    }


@pytest.mark.parametrize("people", [1, 4])
def test_fewer_than_k_people_leave_no_number_anywhere(people):
    campaign = closed_campaign()
    answer(campaign, [{"LC1": 83, "SYM1": 71}] * people, role="front_line", invited=people)

    results = build_results(campaign, customer_framework())

    assert shown(results) == set()
    assert results.answered is None
    assert [group.answered for group in results.groups if group.answered is not None] == []
    assert "83" not in told(results)


def test_everybody_unsure_gives_no_figure():
    campaign = closed_campaign()
    answer(campaign, [{"A": "dk"}] * 20, role="manager", invited=20)

    results = build_results(campaign, one_dimension(item("A"), ladder("L"), roles=True))

    assert shown(results) == set()
    assert told(results)


def test_two_scales_with_reversed_items_and_no_roles():
    campaign = closed_campaign()
    unit = unit_of(campaign, "North")
    answer(campaign, [{"A": 1, "B": 5, "C": 0, "D": 4}] * 5, unit=unit)
    answer(campaign, [{"A": 5, "B": 5, "C": 0, "D": 0}] * 5)

    results = build_results(campaign, TWO_SCALES)

    agree, five = results.figure("all", "agree"), results.figure("all", "five")
    assert (agree.score, agree.native_mean) == (75, 4)
    assert (five.score, five.native_mean) == (75, 3)
    assert results.figure(f"unit:{unit.pk}", "five").native_mean == 2
    assert told(results)


@pytest.mark.parametrize(("people", "k"), [(5, 5), (7, 7)])
def test_exactly_k_people_are_shown_and_one_less_are_not(people, k):
    campaign = closed_campaign(k=k)
    answer(campaign, [{"A": 40}] * people)
    fewer = closed_campaign("Other Bank", k=k)
    answer(fewer, [{"A": 40}] * (people - 1))

    assert build_results(campaign, one_dimension(item("A"))).figure("all", "care").n == people
    assert build_results(fewer, one_dimension(item("A"))).figure("all", "care").absence == "too_few"


def test_six_units_deep_hide_what_is_left_over_at_each_step():
    campaign = closed_campaign()
    unit = None
    for depth, people in enumerate((6, 3, 6, 1, 7, 5)):
        unit = unit_of(campaign, f"Level {depth}", unit)
        answer(campaign, [{"A": 40 + depth}] * people, unit=unit)

    results = build_results(campaign, one_dimension(item("A")))

    counts = sorted(figure.n for group in results.groups if (figure := results.figure(group.key, "care")).n is not None)
    assert len(counts) > 1
    assert all(later - earlier >= 5 for earlier, later in itertools.pairwise(counts) if later != earlier)
    assert told(results)


def test_a_framework_whose_weights_are_all_nothing_has_figures_and_no_index():
    campaign = closed_campaign()
    answer(campaign, [{"A": 40}] * 20)
    care = Instrument("pillars", "Pillars", (Dimension("care", "Care", (item("A"),)),))

    results = build_results(campaign, framework(care))

    assert results.figure("all", "care").score == 40
    assert results.overall.level is None
    assert told(results)


def test_a_pulse_shows_dimensions_and_no_index():
    campaign = closed_campaign(form="short")
    answer(campaign, [{"A": 40}] * 20)

    results = build_results(campaign, one_dimension(item("A"), forms=(Form("short", "Short", is_pulse=True),)))

    assert results.figure("all", "care").score == 40
    assert not results.figure("all", "index").is_shown
    assert told(results)


def test_people_without_a_role_are_not_staff_with_them_less_staff_alone():
    campaign = closed_campaign()
    answers = {f"R{number}": 50 for number in range(1, 10)} | {"top_three": ["R1", "R2", "R3"]}
    answer(campaign, [answers] * 12, role="front_line")
    answer(campaign, [answers | {"R1": 100}] * 2)

    results = build_results(campaign, customer_framework())

    rows = {analysis.key: analysis.rows for analysis in results.analyses}
    [access] = [row for row in rows["resources"] if row["key"] == "R1"]
    [asked] = [one for one in results.items if one.key == "R1"]
    assert access["access"] == asked.mean == 50
    # Twelve staff beside fourteen who answered would say how many have no role.
    assert access["n"] is None
