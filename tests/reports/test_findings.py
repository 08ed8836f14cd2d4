"""Truth tables of the findings: what is said, and when nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports import findings
from reports.results import HIDDEN, Analysis, Figure, Gap, Results, Verdict
from tests.reports.results_fixture import make_figure, make_results

PILLARS = ("leadership", "operations", "empowerment", "insight", "experience")


def figure(score: float, half: float = 2.0) -> Figure:
    return Figure(
        score, score - half, score + half, margin=half, n=100, display=round(score), level=min(5, int(score // 20) + 1)
    )


def with_pillars(*figures: Figure) -> Results:
    results = make_results()
    row = {**results.figures["score"]["all"], **dict(zip(PILLARS, figures, strict=True))}
    return make_results(figures={**results.figures, "score": {**results.figures["score"], "all": row}})


def with_analysis(key: str, values: dict[str, object], *rows: dict[str, object]) -> Results:
    return make_results(analyses=(Analysis(key, values, rows),))


def with_gaps(*gaps: Gap) -> Results:
    return make_results(gaps=gaps)


def gap(subject: str, difference: float, verdict: Verdict, shrunk: float | None = None) -> Gap:
    leaders, staff = 40 + difference, 40.0
    return Gap(subject, leaders, staff, difference, shrunk, difference - 9, difference + 9, 38, 176, verdict)


@pytest.mark.parametrize(
    ("figures", "heading"),
    [
        (
            (figure(70), figure(50), figure(48), figure(20), figure(52)),
            "Leadership and culture is strongest, Insight that drives decisions weakest",
        ),
        (
            (figure(70), figure(50), figure(49), figure(48), figure(51)),
            "Leadership and culture stands above all others",
        ),
        (
            (figure(50), figure(51), figure(49), figure(20), figure(52)),
            "Insight that drives decisions trails all others",
        ),
        (
            (figure(52), figure(50), figure(48), figure(46), figure(51)),
            "Leadership and culture stands above Insight that drives decisions; what lies between is too close to rank",
        ),
        (
            (figure(50, 9), figure(51, 9), figure(49, 9), figure(48, 9), figure(52, 9)),
            "No clear difference between the 5 dimensions",
        ),
    ],
)
def test_strongest_and_weakest_are_named_only_where_intervals_do_not_overlap(figures, heading):
    found = findings.contrast_finding(with_pillars(*figures), "pillars")

    assert found is not None
    assert found.heading == heading


def test_contrast_is_silent_when_fewer_than_two_dimensions_are_shown():
    results = with_pillars(figure(50), HIDDEN, HIDDEN, HIDDEN, HIDDEN)

    assert findings.contrast_finding(results, "pillars") is None


def test_a_hidden_dimension_is_never_named():
    results = with_pillars(HIDDEN, figure(50), figure(48), figure(20), figure(52))

    found = findings.contrast_finding(results, "pillars")

    assert found is not None
    assert "Leadership" not in found.heading + found.because


def test_level_says_which_dimension_holds_it():
    overall = replace(make_results().overall, level=3, level_of_index=4, held_by="insight")

    found = findings.level_finding(make_results(overall=overall))

    assert found.heading == "Structured: Insight that drives decisions holds the whole organisation at level 3"
    assert "at level 2" in found.because


def test_level_says_between_when_the_interval_crosses_a_border():
    overall = replace(make_results().overall, between=(3, 4))

    found = findings.level_finding(make_results(overall=overall))

    assert found.heading == "The organisation stands between Structured and Practised"
    assert found.certainty == "chance"


def test_a_pulse_has_no_level():
    found = findings.level_finding(make_results(is_pulse=True))

    assert found.heading == "This pulse shows scores, and no overall level"


def test_no_level_without_an_index():
    overall = replace(make_results().overall, level=None)

    found = findings.level_finding(make_results(overall=overall))

    assert found.heading == "There are too few answers for an overall level"


@pytest.mark.parametrize(
    ("gaps", "heading"),
    [
        (
            (gap("leadership", 30, "clear", 18), gap("insight", 25, "clear", 22)),
            "Leaders rate Insight that drives decisions 25 points higher than staff do",
        ),
        ((gap("leadership", -20, "clear"),), "Staff rate Leadership and culture 20 points higher than leaders do"),
        ((gap("leadership", 30, "chance"),), "No clear gap between leaders and staff"),
        (
            (gap("index", 14, "clear"), gap("leadership", 30, "chance")),
            "Overall, leaders see the organisation 14 points higher than staff do",
        ),
        (
            (Gap("leadership", None, None, None, None, None, None, None, None, "too_few"),),
            "Too few leaders or staff answered to compare the two",
        ),
    ],
)
def test_the_largest_clear_gap_is_the_finding(gaps, heading):
    found = findings.gap_finding(with_gaps(*gaps))

    assert found is not None
    assert found.heading == heading


def test_no_gap_finding_where_nothing_was_compared():
    assert findings.gap_finding(make_results(gaps=())) is None


@pytest.mark.parametrize(
    ("zone", "n", "heading"),
    [
        ("not_started", 10, "Neither talk nor deeds about customers have begun"),
        ("symbolic", 10, "Talk about customers runs ahead of deeds"),
        ("process", 10, "Customer work has rules, and not yet roots"),
        ("substantive", 10, "Customers count in what people do unprompted"),
        ("strong_process", 10, "Customer work has strong rules and shallow roots"),
        ("symbolic", 9, None),
        ("another", 10, None),
    ],
)
def test_depth_names_the_zone_from_ten_people_on(zone, n, heading):
    results = with_analysis("symbolic_substantive", {"zone": zone, "n": n, "Sy": 71.0, "D": 17.5})

    found = findings.depth_finding(results)

    assert (found.heading if found else None) == heading


@pytest.mark.parametrize(
    ("risk", "n", "heading"),
    [
        (50.0, 8, "Customer work hangs on very few people"),
        (49.9, 8, "Customer work leans on few people"),
        (24.9, 8, "Customer work does not hang on one person"),
        (50.0, 7, None),
    ],
)
def test_hero_risk_has_three_bands_from_eight_nominations_on(risk, n, heading):
    found = findings.hero_finding(with_analysis("hero", {"risk": risk, "n": n}))

    assert (found.heading if found else None) == heading


@pytest.mark.parametrize(
    ("corrected", "departments", "heading"),
    [
        (8.0, 3, "Departments are different organisations to work in"),
        (4.0, 3, "Departments differ, some clearly"),
        (3.9, 3, "Departments see the organisation alike"),
        (9.0, 2, None),
    ],
)
def test_silos_have_three_bands_from_three_units_on(corrected, departments, heading):
    results = with_analysis("silo_dispersion", {"corrected": corrected}, {"departments": departments})

    found = findings.silo_finding(results)

    assert (found.heading if found else None) == heading


def test_what_many_cannot_see_is_named_least_seen_first():
    results = with_analysis(
        "line_of_sight",
        {},
        {"subject": "insight", "group": "side:staff", "share": 0.45, "n": 176, "is_finding": True},
        {"subject": "hero", "group": "side:leaders", "share": 0.4, "n": 38, "is_finding": True},
        {"subject": "mandate", "group": "side:leaders", "share": 0.9, "n": 38, "is_finding": False},
        {"subject": "data", "group": "side:leaders", "share": 0.1, "n": 4, "is_finding": True},
    )

    headings = [finding.heading for finding in findings.sight_findings(results)]

    assert headings == [
        "Leaders cannot see much of Holding out for a hero",
        "Staff cannot see much of Insight that drives decisions",
    ]


def test_an_absent_analysis_says_nothing():
    results = make_results(analyses=(Analysis("hero", absence="Too few."), Analysis("drivers", absence="Too few.")))

    assert findings.present([findings.hero_finding(results), findings.drivers_finding(results)]) == ()


@pytest.mark.parametrize(("agreement", "is_found"), [(0.59, True), (0.6, False)])
def test_leaders_disagree_below_sixty_per_cent(agreement, is_found):
    found = findings.drivers_finding(with_analysis("drivers", {"agreement": agreement, "n": 9}))

    assert (found is not None) is is_found


@pytest.mark.parametrize(
    ("before", "heading"),
    [
        (figure(35), "The organisation has moved up since the last wave"),
        (figure(60), "The organisation has moved down since the last wave"),
        (figure(45), "No clear change since the last wave"),
        (figure(35, 15), "No clear change since the last wave"),
    ],
)
def test_a_change_is_named_only_when_it_is_clear(before, heading):
    now, then = make_results(), make_results(wave=2)
    then.figures["score"]["all"]["index"] = before  # type: ignore[index]  # the fixture's dictionaries are plain

    found = findings.change_finding(now, then)

    assert found is not None
    assert found.heading == heading


def test_no_change_is_computed_between_different_questionnaires():
    assert findings.change_finding(make_results(), make_results(edition_fingerprint="a" * 64)) is None


def test_what_stands_out_has_an_interval_clear_of_the_index():
    results = with_pillars(figure(90), figure(46), figure(46.5), figure(10), make_figure(47, 9))

    above, below = findings.standing_out(results)

    assert above[0].subject == "leadership"
    assert below[0].subject == "insight"
    assert "experience" not in {finding.subject for finding in (*above, *below)}
