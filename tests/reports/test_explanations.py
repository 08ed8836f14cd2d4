"""Every analysis is told in words, and an absent one says why."""

from dataclasses import replace

import pytest

from reports import headlines
from reports.changes import are_comparable, change_between, stand_apart
from reports.explanations import confidence_of, explanations
from reports.results import Analysis, Figure, Gap
from tests.reports.results_fixture import make_figure, make_results


def told(*analyses: Analysis):
    return explanations(make_results(analyses=analyses))


def test_absent_analyses_stand_last_with_their_reason():
    found = told(Analysis("drivers", absence="Nobody was asked."), Analysis("values", {"leans_to": ""}))

    assert [(one.key, one.is_absent) for one in found] == [("values", False), ("drivers", True)]
    assert found[1].sentences == ("Nobody was asked.",)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("symbolic", "It is carried by words: what is said runs ahead of what is done."),
        ("substantive", "It is carried by values: people act on it unprompted."),
    ],
)
def test_the_depth_is_said_in_words(zone, words):
    [found] = told(Analysis("symbolic_substantive", {"zone": zone, "Sy": 85.0, "Pr": 20.0, "Va": 15.0, "D": 17.5}))

    assert found.sentences[0] == words
    assert found.chart is not None
    assert [row.value for row in found.chart.rows] == ["85", "20", "15", "18"]


def test_a_clear_break_is_named():
    rows = (
        {"from": "executives", "from_title": "Executives", "to": "managers", "to_title": "Managers",
         "difference": 21.0, "low": 9.0, "high": 33.0, "verdict": "clear"},
    )  # fmt: skip
    [found] = told(Analysis("decay", {"breaks_at": ["executives", "managers"]}, rows))

    assert found.sentences == ("The picture breaks between Executives and Managers.",)
    assert found.table is not None
    assert found.table.rows == (("Executives and Managers", "+21", "+9 to +33", "clear"),)


def test_who_can_see_what_is_one_table_of_topics_by_groups():
    found = next(one for one in explanations(make_results()) if one.key == "line_of_sight")

    assert found.table is not None
    assert found.table.columns == ("Topic", "Staff", "Leaders")
    assert found.table.rows[0] == ("Leadership and culture", "46%", "94%")
    assert found.sentences == ("In 2 places many people cannot see from their job what was asked.",)


def test_an_analysis_that_nobody_knows_prints_its_rows():
    [found] = told(Analysis("own_idea", rows=({"key": "a", "some_thing": 12.4, "name": "A"},)))

    assert found.title == "Own idea"
    assert found.table is not None
    assert (found.table.columns, found.table.rows) == (("Some thing", "Name"), (("12", "A"),))


def test_confidence_is_said_with_its_reasons():
    results = make_results()

    assert confidence_of(results, "leadership") == "Confidence A."
    assert confidence_of(results, "empowerment") == "Confidence B: Fewer than 60 % of the staff answered."
    assert confidence_of(results, "hero") == ""


def test_changes_add_the_errors_of_both_waves():
    change = change_between(Figure(score=60.0, margin=3.0), Figure(score=50.0, margin=4.0))

    assert change is not None
    assert (change.difference, change.low, change.high, change.is_clear) == (10.0, 5.0, 15.0, True)


def test_small_or_hidden_changes_are_not_clear():
    small = change_between(Figure(score=54.0, margin=0.5), Figure(score=50.0, margin=0.5))
    hidden = change_between(Figure(score=54.0, margin=1.0), Figure(absence="hidden"))

    assert small is not None
    assert (small.is_clear, hidden) == (False, None)


def test_the_interval_of_a_nearly_complete_count_makes_no_change():
    now, then = (Figure(score=score, low=score - 1, high=score + 1, margin=9.0) for score in (60.0, 52.0))
    unknown = replace(then, margin=None)

    change = change_between(now, then)
    assert change is not None
    assert not change.is_clear
    assert not stand_apart(now, then)
    assert change_between(now, unknown) is None


def test_another_form_of_the_questionnaire_is_not_compared():
    assert not are_comparable(make_results(), make_results(form="pulse"))


def test_without_a_clear_difference_the_heading_says_so():
    results = make_results(gaps=())
    flat = {subject.key: make_figure(50.0, 100) for subject in results.subjects}
    results = replace(results, figures={"score": {"all": flat}})

    assert headlines.main_heading(results) == "Structured, with no topic clearly ahead or behind"
    assert headlines.weakest_heading(results, results.dimensions("pillars")) == (
        "The topics stand too close together to rank them"
    )


def test_staff_who_see_more_than_leaders_are_named_so():
    gap = Gap("index", 40.0, 55.0, -15.0, -15.0, -22.0, -8.0, 20, 100, "clear")

    heading = headlines.main_heading(make_results(gaps=(gap,)))

    assert heading == "Structured, and staff see a better organisation than leaders do"


def test_gaps_that_are_not_clear_are_not_headlines():
    gaps = (Gap("leadership", 60.0, 50.0, 10.0, 9.0, -2.0, 22.0, 9, 100, "chance"),)
    results = make_results(gaps=gaps)

    heading = headlines.gap_heading(results, results.dimensions("pillars"))

    assert heading == "No difference between leaders and staff is clear here"
