"""Releases with careless answers, evidence and further statistics: what they show, and what nobody can compute."""

import json
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.models.responses import Response
from pillars.reliability import cronbach_alpha, intraclass_correlation
from pillars.schema import Instrument
from pillars.statistics import hedges_g
from reports.analyses.figures import figure_table
from reports.analyses.respondents import Crowd, Respondent, Survey
from reports.analyses.variants import variants_of
from reports.attack import attacked, unions
from reports.export import as_json
from reports.releases import build_results, survey_of
from tests.pillars.frameworks import FIVE, customer_framework, dimension, framework, item, ladder, one_dimension
from tests.reports.closed_campaigns import answer, closed_campaign, unit_of


def release_of(campaign, asked):
    return build_results(campaign, asked)


THREE = one_dimension(item("A"), item("B"), item("C"), ladder("L"), roles=True)


def say(campaign, count, points, *, role="agent", fast=0, **more):
    """Add `count` people who give these points to A, B and C, the first `fast` of them in no time."""
    answer(campaign, [dict(zip("ABC", points, strict=True)) | more] * count, role=role)
    mine = Response.objects.filter(campaign=campaign, role=role, is_fast=False).order_by("-pk")
    Response.objects.filter(pk__in=[one.pk for one in mine if one.answers["A"] == points[0]][:fast]).update(
        is_fast=True
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("fast", "told", "shown"), [(0, 0, False), (4, None, False), (5, 5, True), (12, 12, True)])
def test_flagged_answers_are_told_of_from_k_people_on(fast, told, shown):
    campaign = closed_campaign()
    say(campaign, 30, (40, 40, 40))
    say(campaign, 15, (90, 90, 90), fast=fast)

    results = release_of(campaign, THREE)

    assert results.quality.flagged == told
    found = results.variant("without_flagged", "all", "care")
    assert (found is not None) == shown
    assert results.figure("all", "care").score == pytest.approx((30 * 40 + 15 * 90) / 45)
    if found:
        assert found.score == pytest.approx((30 * 40 + (15 - fast) * 90) / (45 - fast))
        assert found.n == 45 - fast
        assert results.quality.without.level == found.level


@pytest.mark.django_db
def test_a_pool_in_which_one_manager_is_flagged_gives_no_manager_away():
    campaign = closed_campaign()
    say(campaign, 30, (40, 40, 40), fast=6)
    say(campaign, 10, (60, 60, 60), role="manager")
    answer(campaign, [{"A": 99, "B": 99, "C": 99}], role="manager")
    Response.objects.filter(answers__A=99).update(is_fast=True)

    results = release_of(campaign, THREE)

    # Seven people are behind the difference, six of one role and one of another.
    assert results.quality.flagged == 7
    assert results.variant("without_flagged", "all", "care") is not None


@pytest.mark.django_db
def test_four_of_seven_flagged_without_a_score_hide_the_variant_of_that_dimension():
    two = framework(
        Instrument("pillars", "Pillars", (dimension("one", item("A")), dimension("two", item("B"))), weight=1),
        roles=True,
    )
    campaign = closed_campaign()
    answer(campaign, [{"A": 40, "B": 50}] * 30, role="agent")
    answer(campaign, [{"A": 90, "B": 90}] * 4 + [{"A": 91}] * 5, role="agent")
    Response.objects.filter(answers__A__gte=90).update(is_fast=True)

    results = release_of(campaign, two)

    assert results.quality.flagged == 9
    assert results.variant("without_flagged", "all", "one").score == 40
    assert results.variant("without_flagged", "all", "two") is None
    assert results.variant("without_flagged", "all", "index") is None
    assert results.quality.without is None


@pytest.mark.django_db
@pytest.mark.parametrize(("fast", "letter"), [(7, "B"), (8, "C")])
def test_more_than_15_percent_flagged_cost_one_letter(fast, letter):
    campaign = closed_campaign()
    answer(campaign, [{"A": 40 + n % 5, "B": 50, "C": 45} for n in range(50)], role="agent", invited=52)
    first = [one.pk for one in Response.objects.all()[:fast]]
    Response.objects.filter(pk__in=first).update(is_fast=True)

    overall = release_of(campaign, THREE).overall

    assert overall.confidence == letter
    assert any("carelessness" in reason for reason in overall.confidence_reasons) == (fast > 7)


@pytest.mark.django_db
def test_plain_means_stand_beside_weighted_ones():
    campaign = closed_campaign()
    north = unit_of(campaign, "North")
    answer(campaign, [{"A": 40, "B": 40, "C": 40}] * 30, role="agent", unit=north)
    answer(campaign, [{"A": 80, "B": 80, "C": 80}] * 10, role="manager", unit=north)

    results = release_of(campaign, THREE)

    assert results.figure("all", "care").score == pytest.approx(0.625 * 40 + 0.375 * 80)
    assert results.variant("unweighted", "all", "care").score == 50
    assert results.variant("unweighted", f"unit:{north.pk}", "care").score == 50
    assert (results.overall.unweighted_index, results.overall.unweighted_level) == (50, 3)


@pytest.mark.django_db
def test_consistency_units_and_effects_are_the_pure_functions_of_the_answers():
    chance = np.random.default_rng(3)
    campaign = closed_campaign()
    said = {}
    for name, shift in (("North", 0), ("South", 15), ("West", 5)):
        rows = [
            {key: int(np.clip(45 + shift + person + chance.normal(0, 8), 0, 100)) for key in "ABC"}
            for person in chance.normal(0, 12, 15)
        ]
        said[name] = rows
        answer(campaign, rows, role="agent", unit=unit_of(campaign, name))
    leaders = [{key: int(80 + n % 7) for key in "ABC"} for n in range(12)]
    answer(campaign, leaders, role="manager")

    results = release_of(campaign, THREE)

    [row] = results.analysis("consistency").rows
    everybody = [one for rows in said.values() for one in rows] + leaders
    alpha: Any = cronbach_alpha([[one[key] for key in "ABC"] for one in everybody])
    assert (row["alpha"], row["low"], row["high"], row["n"]) == pytest.approx(
        (alpha.value, alpha.interval.low, alpha.interval.high, 57)
    )
    [units] = results.analysis("unit_reliability").rows
    found: Any = intraclass_correlation([[sum(one.values()) / 3 for one in rows] for rows in said.values()])
    assert (units["icc1"], units["icc2"], units["units"]) == (
        pytest.approx(found.one), pytest.approx(found.two), 3,
    )  # fmt: skip
    gap = results.gaps[1]
    effect: Any = hedges_g(
        [sum(one.values()) / 3 for one in leaders], [sum(one.values()) / 3 for one in everybody[:45]]
    )
    assert gap.verdict == "clear"
    assert (gap.g, gap.g_low, gap.g_high) == pytest.approx((effect.g, effect.low, effect.high))


@pytest.mark.django_db
@pytest.mark.parametrize(("people", "told"), [(29, False), (30, True)])
def test_consistency_needs_thirty_complete_rows_and_says_so(people, told):
    campaign = closed_campaign()
    answer(campaign, [{"A": n % 9, "B": n % 7, "C": n % 5} for n in range(people)], role="agent")
    answer(campaign, [{"A": 50, "B": 50}] * 10, role="agent")

    found = release_of(campaign, THREE).analysis("consistency")

    assert bool(found.rows) == told
    assert found.absence.startswith("Whether questions belong together") != told


@pytest.mark.django_db
def test_who_could_not_see_is_not_told_of_a_few_without_a_score():
    asked = one_dimension(item("A"), item("B"), item("C"), roles=True)
    campaign = closed_campaign()
    answer(campaign, [{"A": 40, "B": 50, "C": "dk"}] * 20 + [{"A": 40, "B": 50, "C": 60}] * 20, role="agent")
    alone = release_of(campaign, asked)
    answer(campaign, [{"A": "dk", "B": "dk", "C": 10}] * 2, role="agent")
    two = release_of(campaign, asked)

    assert alone.figure("all", "care").dont_know == pytest.approx(20 / 120)
    counts = [found.dont_know for found in two.items]
    # The questions' counts less the share of those with a score would say what the two could not see.
    assert two.figure("all", "care").dont_know is None or None in counts
    assert any(count is not None for count in counts) or two.figure("all", "care").dont_know is not None


# -- evidence --------------------------------------------------------------------------------------


def laddered(count):
    return framework(
        Instrument(
            "pillars",
            "Pillars",
            tuple(dimension(f"d{n}", item(f"A{n}"), ladder(f"L{n}")) for n in range(count)),
            weight=1,
        ),
        roles=True,
    )


def claims(kinds, *, ladders, rung=5, silent=0):
    """Return managers' answers: a rung on each ladder, with these kinds of evidence; `silent` ones name none."""
    rows = []
    for kind in [*kinds, *([None] * silent)]:
        row = {key: value for n in range(ladders) for key, value in ((f"A{n}", 60), (f"L{n}", rung))}
        notes = {} if kind is None else {f"note:L{n}": {"type": kind, "text": "x"} for n in range(ladders)}
        rows.append(row | notes)
    return rows


@pytest.mark.django_db
def test_evidence_is_told_with_gap_coverage_and_evidenced_level():
    campaign = closed_campaign()
    answer(campaign, [{f"A{n}": 60 for n in range(5)}] * 30, role="agent")
    answer(campaign, claims([0] * 5 + [1] * 5 + [3] * 5, ladders=5, silent=5), role="manager")

    results = release_of(campaign, laddered(5))
    found = results.analysis("evidence")

    row = found.rows[0]
    assert (row["claimed"], row["supported"], row["gap"]) == pytest.approx((5, (2 + 3 + 5) / 3, 5 - 10 / 3))
    assert (row["coverage"], row["n"], len(found.rows)) == (pytest.approx(2 / 3), 15, 5)
    assert found.values["gap"] == pytest.approx(5 - 10 / 3)
    # Managers' mean in a dimension is (60 + ladder) / 2; held down, the ladder is 25, 50 or 100 for 15 of 20.
    held = (5 * (60 + 25) + 5 * (60 + 50) + 10 * (60 + 100)) / 2 / 20
    assert found.values["index"] == pytest.approx(0.625 * 60 + 0.375 * held)
    assert found.values["reviewed"] is False
    assert found.values["claimed_level"] == results.overall.level


@pytest.mark.django_db
@pytest.mark.parametrize(("kinds", "ladders", "absent"), [([1] * 9, 5, True), ([1] * 10, 4, False)])
def test_evidence_needs_ten_people_and_its_whole_five_ladders(kinds, ladders, absent):
    campaign = closed_campaign()
    answer(campaign, [{f"A{n}": 60 for n in range(ladders)}] * 30, role="agent")
    answer(campaign, claims(kinds, ladders=ladders, silent=10), role="manager")

    found = release_of(campaign, laddered(ladders)).analysis("evidence")

    assert bool(found.absence) == absent
    assert "gap" not in found.values


@pytest.mark.django_db
def test_who_named_no_evidence_is_not_told_from_those_who_did():
    campaign = closed_campaign()
    answer(campaign, [{"A0": 60}] * 30, role="agent")
    answer(campaign, claims([1] * 16, ladders=1, silent=4), role="manager")

    found = release_of(campaign, laddered(1)).analysis("evidence")

    # 20 managers' rungs less those of 16 would be what four claim.
    assert found.absence


# -- tasks and qualities ---------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("named", "told"), [(12, 12), (9, 11)])
def test_the_few_who_left_a_task_out_are_counted_in_below_ten_answers(named, told):
    campaign = closed_campaign()
    answer(campaign, [{"LC1": 40, "OP1": 50}] * 20, role="front_line")
    answer(campaign, [{"LC1": 60, "OP1": 50, "nomination": "x"}] * named, role="manager")
    answer(campaign, [{"LC1": 60, "OP1": 50}] * 2, role="manager")

    hero = release_of(campaign, customer_framework()).analysis("hero")

    assert (hero.values["n"], bool(hero.rows)) == (told, named >= 10)


@pytest.mark.django_db
@pytest.mark.parametrize(("staff", "leaders"), [(7, 7), (8, 7), (8, 8)])
def test_qualities_need_eight_of_each_side(staff, leaders):
    asked = framework(
        Instrument("pillars", "Pillars", (dimension("care", item("A")),), weight=1),
        Instrument("qualities", "Qualities", (dimension("employee_qualities", *(item(f"QE{n}") for n in range(3))),)),
        roles=True,
    )
    campaign = closed_campaign()
    answer(campaign, [{"A": 50, "QE0": 70, "QE1": 40, "QE2": 50}] * staff, role="front_line")
    answer(campaign, [{"A": 50, "QE0": 60, "QE1": 80, "QE2": 70}] * leaders, role="manager")

    found = release_of(campaign, asked).analysis("qualities")

    assert bool(found.absence) == (staff < 8)
    if staff >= 8:
        assert [row["staff"] for row in found.rows] == [70, 40, 50]
        assert [row["managers_say"] for row in found.rows] == ([60, 80, 70] if leaders >= 8 else [None] * 3)
        assert found.values["lowest"] == ["QE1", "QE2"]


# -- attacked --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("fast", "is_safe"), [(6, True), (3, False)])
def test_the_attack_sees_variants_too(fast, is_safe):
    campaign = closed_campaign()
    say(campaign, 30, (40, 50, 60), fast=fast)
    say(campaign, 12, (60, 60, 60), role="manager")
    survey = survey_of(campaign, THREE)
    document = json.loads(as_json(release_of(campaign, THREE), number=1, fingerprint=""))
    if not is_safe:
        # What a release would give away that ignored the rule.
        document["variants"].append({"variant": "without_flagged", "group": "all", "subject": "care"})

    found = next(one for one in attacked([document], survey) if one.about == "care, score with its variants")

    assert found.is_safe == is_safe


@st.composite
def surveys(draw):
    """Return a small organisation in which some are fast, some are leaders, and units are small."""
    people = draw(st.integers(12, 26))
    points = st.integers(0, 4)
    rows = []
    for number in range(people):
        answers = {key: draw(points) for key in "AB" if draw(st.integers(0, 5))}
        role = draw(st.sampled_from(["agent", "agent", "manager"]))
        rows.append(Respondent(number, role, draw(st.integers(1, 2)), answers, is_fast=draw(st.integers(0, 2)) == 0))
    crowds = [
        Crowd("all", "all", "All"),
        Crowd("side:staff", "side", "Staff", "all", frozenset(["staff"])),
        Crowd("side:leaders", "side", "Leaders", "all", frozenset(["managers", "executives"])),
        *(Crowd(f"unit:{n}", "unit", str(n), "all", units=frozenset([n])) for n in (1, 2)),
    ]
    return Survey(one_dimension(item("A", FIVE), item("B", FIVE), roles=True), "full", 5, rows, crowds)


def shares_of(survey, crowd, pools, numbers):
    """Return how much each person counts in a figure: pools with their weights, or everybody the same."""
    found: dict[int, Fraction] = {}
    for strata, weight in pools:
        inside = [n for n in numbers if survey.strata[n] in strata and n in set(survey.members(crowd).tolist())]
        found |= {n: Fraction(weight).limit_denominator(10_000) / len(inside) for n in inside}
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(surveys())
def test_scores_with_and_without_weights_and_flagged_answers_tell_of_nobody_together(survey):
    table = figure_table(survey, is_pulse=False)
    variants = variants_of(survey, table, is_pulse=False)
    scored = set(survey.scores["score"]["care"].numbers.tolist())
    kept = {n for n in scored if not survey.flagged[n]}
    rows = []
    for crowd in survey.crowds:
        if found := table.estimate(crowd.key, "care"):
            pools = [(pool.strata, pool.weight) for pool in found.pools]
            rows.append(shares_of(survey, crowd, pools, scored))
            if "care" in variants.get("unweighted", {}).get(crowd.key, {}):
                everybody = [(frozenset().union(*(strata for strata, _ in pools)), 1)]
                rows.append(shares_of(survey, crowd, everybody, scored))
    if found := table.estimate("all", "care", "without_flagged"):
        rows.append(shares_of(survey, survey.crowd("all"), [(pool.strata, pool.weight) for pool in found.pools], kept))
    ones = Counter(dict.fromkeys(scored, 1))

    assert not list(unions([row for row in rows if row], ones, 5))
