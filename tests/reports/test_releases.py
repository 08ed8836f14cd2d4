"""One real campaign whose answers give the golden numbers, and what a release must never say."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.models import Campaign
from organisations.models import Unit
from pillars.schema import Form, Instrument
from pillars.scoring import level_number
from reports.analyses.figures import figure_table
from reports.analyses.respondents import Crowd, Respondent, Survey
from reports.releases import build_results
from reports.results import HIDDEN, NOT_ASKED, Results
from tests.pillars.frameworks import (
    AGREE,
    FIVE,
    customer_framework,
    dimension,
    framework,
    item,
    one_dimension,
)
from tests.reports.closed_campaigns import answer, closed_campaign, unit_of

pytestmark = pytest.mark.django_db

PATTERN = [75, 75, 50, 100, 25, 75, 50, 75]
DEPARTMENTS = {
    "North": [70, 60, 80, 75, 65, 70, 85, 55],
    "South": [40, 55, 45, 50, 35, 60, 45, 50],
    "West": [60, 65, 55, 70, 50, 75, 60, 65],
}
TOKENS = [[5, 3, 1, 1, 0], [4, 4, 1, 1, 0], [0, 1, 2, 3, 4]]


def said(number, hero, **more):
    """Return one person's answers: speeches 85, process 20, values 15, the hero question as given."""
    return {"SYM1": 85, "OP1": 20, "LC1": 15, "HER1": hero, "MEA1": PATTERN[number % 8], "PEO1": "na", **more}


def picks_of(number):
    picked = [key for key, is_so in (("R1", number < 24), ("R2", number % 2 == 0), ("R3", number >= 32)) if is_so]
    return [*picked, "R4", "R5", "R6"][:3]


def golden_campaign():
    """40 staff at 48, 10 managers at 61 and 6 executives at 72 in the hero dimension; three departments of eight."""
    campaign = closed_campaign()
    staff = [
        said(number, 48, R1=35, R2=40, R3=70, **{f"R{r}": 50 for r in range(4, 10)}, top_three=picks_of(number))
        for number in range(40)
    ]
    for place, (name, values) in enumerate(DEPARTMENTS.items()):
        people = [{**staff[8 * place + number], "PEO1": value} for number, value in enumerate(values)]
        answer(campaign, people, role="front_line", unit=unit_of(campaign, name), invited=10)
    answer(campaign, staff[24:], role="front_line", invited=20)
    named = ["x"] * 6 + ["y"] * 2 + ["none"] * 4 + ["dk"] * 4
    tokens = [dict(zip("abcde", TOKENS[number % 3], strict=True)) for number in range(12)] + [{}] * 4
    leaders = [
        said(40 + number, 61 if number < 10 else 72, LC5=4, nomination=named[number], drivers=tokens[number])
        for number in range(16)
    ]
    answer(campaign, leaders[:10], role="manager", invited=10)
    answer(campaign, leaders[10:], role="executive", invited=6)
    return campaign


@pytest.fixture
def golden(db) -> Results:
    return build_results(golden_campaign(), customer_framework())


def test_role_groups_weigh_five_three_two(golden):
    hero = golden.figure("all", "hero")

    assert hero.score == pytest.approx(56.7, abs=1e-9)
    assert (hero.display, hero.level, hero.n) == (57, 3, 56)
    assert golden.figure("side:staff", "hero").score == 48
    assert golden.figure("role:executives", "hero").score == 72
    assert golden.weights["staff"] == 0.5


def test_six_executives_are_indicative_in_whole_points(golden):
    figure = golden.figure("role:executives", "hero")

    assert figure.indicative
    assert (figure.n, figure.sd, figure.native_sd) == (6, None, None)
    assert figure.score == int(figure.score)


def test_claims_and_lived_reality_stand_apart(golden):
    assert golden.figure("all", "leadership", "claimed").score == 75
    assert golden.figure("all", "leadership", "lived").score == 15
    assert golden.figure("side:leaders", "leadership").score == 45
    assert golden.figure("side:staff", "leadership", "claimed") == NOT_ASKED


def test_consensus_gives_the_golden_numbers(golden):
    row = next(row for row in golden.analysis("consensus").rows if row["subject"] == "measurement")
    question = next(found for found in golden.items if found.key == "MEA1")

    assert row["a"] == pytest.approx(0.816, abs=0.0005)
    assert row["label"] == "shared"
    assert question.mean == 65.625
    assert question.consensus == row["a"]
    assert (question.n, question.native_mean) == (56, 65.625)


def test_departments_give_the_golden_dispersion(golden):
    row = next(row for row in golden.analysis("silo_dispersion").rows if row["subject"] == "people")

    assert row["raw"] == pytest.approx(11.46, abs=0.005)
    assert row["corrected"] == pytest.approx(11.03, abs=0.005)
    assert (row["label"], row["departments"]) == ("silos", 3)


def test_resources_give_the_golden_priorities(golden):
    rows = {row["key"]: row for row in golden.analysis("resources").rows}

    assert [rows[key]["wish"] for key in ("R1", "R2", "R3")] == [0.6, 0.5, 0.2]
    assert [rows[key]["access"] for key in ("R1", "R2", "R3")] == [35, 40, 70]
    assert [rows[key]["priority"] for key in ("R1", "R2", "R3")] == pytest.approx([39, 30, 6])


def test_nominations_give_the_golden_concentration(golden):
    hero = golden.analysis("hero")

    assert hero.values["C"] == pytest.approx(0.2424, abs=5e-5)
    assert (hero.values["n"], hero.values["is_partial"]) == (12, True)
    assert [row["count"] for row in hero.rows] == [6, 2]


def test_tokens_give_the_golden_shares_and_agreement(golden):
    drivers = golden.analysis("drivers")

    assert [round(row["share"], 3) for row in drivers.rows] == [0.3, 0.267, 0.133, 0.167, 0.133]
    assert drivers.values["agreement"] == pytest.approx(0.689, abs=0.0005)


def test_speeches_without_deeds_are_symbolic(golden):
    values = golden.analysis("symbolic_substantive").values

    assert (values["Sy"], values["Pr"], values["Va"]) == (85, 20, 15)
    assert (values["D"], values["TW"], values["zone"]) == (17.5, 67.5, "symbolic")


def test_the_document_comes_back_as_it_was(golden):
    document = json.loads(json.dumps(golden.to_document()))

    assert Results.from_document(document) == golden


def test_the_order_of_responses_does_not_matter(golden):
    again = build_results(Campaign.objects.get(), customer_framework())

    assert again.figures == golden.figures


def test_advice_goes_to_what_calls_most_with_two_big_moves_at_most(golden):
    given = [(advice.subject, advice.kind) for advice in golden.advice]

    assert given[0] == ("leadership", "quick_win")
    assert [kind for _, kind in given].count("big_move") == 2
    assert all("of 100" in advice.because for advice in golden.advice)


def test_response_rates_decide_how_far_staff_can_be_trusted(golden):
    row = next(row for row in golden.analysis("confidence").rows if row["subject"] == "hero")

    assert (row["grade"], row["reasons"]) == ("A", [])


# -- levels, gates, missing voices ----------------------------------------------------------------


def test_without_staff_the_figure_is_shown_with_grade_d():
    campaign = closed_campaign()
    answer(campaign, [{"A": 61}] * 10, role="manager")
    answer(campaign, [{"A": 72}] * 10, role="executive")

    results = build_results(campaign, one_dimension(item("A"), roles=True))

    assert results.figure("all", "care").score == pytest.approx(65.4, abs=1e-9)
    assert results.overall.confidence == "D"
    assert results.overall.confidence_reasons == ("There is no front-line voice in this figure.",)


def test_the_lowest_pillar_holds_the_level():
    campaign = closed_campaign()
    answer(campaign, [{"A": 18, "B": 90, "C": 78}] * 12)
    two = framework(
        Instrument("pillars", "P", (dimension("a", item("A")), dimension("b", item("B"))), weight=0.5),
        Instrument("aspects", "A", (dimension("c", item("C")),), weight=0.5),
        gate=True,
    )

    overall = build_results(campaign, two).overall

    assert (overall.level, overall.level_of_index, overall.held_by) == (2, 4, "a")


def test_an_interval_over_a_border_is_said():
    campaign = closed_campaign()
    answer(campaign, [{"A": value} for value in (20, 30, 38, 42, 50, 54, 35, 45, 40, 44)])

    overall = build_results(campaign, one_dimension(item("A"))).overall

    assert overall.level == 2
    assert overall.between == (2, 3)


def test_a_score_on_the_border_is_in_the_upper_level():
    campaign = closed_campaign()
    answer(campaign, [{"A": value} for value in (59, 61, 60, 60, 60, 60, 60, 60, 60, 60)])

    assert build_results(campaign, one_dimension(item("A"))).overall.level == 4


def test_a_pulse_has_no_index_and_says_so():
    campaign = closed_campaign(form="short")
    answer(campaign, [{"A": 50}] * 12)
    pulse = one_dimension(item("A"), forms=(Form("full", "Full"), Form("short", "Short", is_pulse=True)))

    results = build_results(campaign, pulse)

    assert results.is_pulse
    assert results.figure("all", "index") == NOT_ASKED
    assert results.figure("all", "care").score == 50
    assert (results.overall.level, results.overall.confidence) == (None, "")


def test_a_framework_without_roles_has_scores_on_its_own_points():
    campaign = closed_campaign()
    two = framework(
        Instrument("one", "One", (dimension("agree", item("A1", AGREE), item("A2", AGREE)),), weight=0.5),
        Instrument("two", "Two", (dimension("often", item("F1", FIVE), item("F2", FIVE, reversed=True)),), weight=0.5),
    )
    people = [{"A1": 1 + n % 5, "A2": 3, "F1": n % 5, "F2": (n + 1) % 5} for n in range(10)]
    answer(campaign, people, unit=unit_of(campaign, "North"))
    answer(campaign, [{"A1": 5, "A2": 5, "F1": 4, "F2": 0}] * 10, unit=unit_of(campaign, "South"))

    results = build_results(campaign, two)

    north = next(group.key for group in results.groups if group.title == "North")
    agree = results.figure(north, "agree")
    often = results.figure(north, "often")
    assert (agree.score, agree.native_mean, agree.n) == (50, 3, 10)
    assert agree.native_sd == pytest.approx(0.7453559925)
    assert agree.sd == pytest.approx(18.6338998125)
    assert (often.score, often.native_mean) == (50, 2)
    assert (results.gaps, results.weights) == ((), {"instrument:one": 0.5, "instrument:two": 0.5})
    keys = {analysis.key for analysis in results.analyses}
    assert keys == {"consensus", "silo_dispersion", "confidence", "consistency", "unit_reliability"}


def test_a_campaign_that_nobody_answered_says_too_few():
    results = build_results(closed_campaign(), customer_framework())

    assert results.answered == 0
    assert results.figure("all", "index").absence == "too_few"
    assert results.overall.level is None
    assert all(analysis.absence for analysis in results.analyses)


# -- few people ------------------------------------------------------------------------------------


def test_four_executives_are_part_of_the_leaders():
    campaign = closed_campaign()
    answer(campaign, [{"A": 40}] * 30, role="agent")
    answer(campaign, [{"A": 60}] * 9, role="manager")
    answer(campaign, [{"A": 99}] * 4, role="executive")

    results = build_results(campaign, one_dimension(item("A"), roles=True))

    leaders = (9 * 60 + 4 * 99) / 13
    assert results.figure("side:leaders", "care").score == pytest.approx(leaders)
    assert results.figure("all", "care").score == pytest.approx((40 + leaders) / 2)
    assert results.figure("role:executives", "care") == HIDDEN
    assert results.figure("role:managers", "care") == HIDDEN
    assert results.weights["side:leaders"] == 0.5


def test_executives_who_were_stored_with_managers_are_leaders_at_half_the_weight():
    campaign = closed_campaign()
    answer(campaign, [{"A": 40}] * 30, role="agent", invited=30)
    answer(campaign, [{"A": 60}] * 12, role="manager", invited=12)
    first = campaign.invitations.filter(role="manager")[:3]
    campaign.invitations.filter(pk__in=[invitation.pk for invitation in first]).update(role="executive")

    results = build_results(campaign, one_dimension(item("A"), roles=True))

    assert results.figure("all", "care").score == 50
    assert "role:managers" not in {group.key for group in results.groups}
    assert results.figure("side:leaders", "care").score == 60


def numbers_of_people(value):
    """Yield every count of people in a document."""
    if isinstance(value, dict):
        for key, found in value.items():
            if key in {"n", "leaders_n", "staff_n", "answered"} and found is not None:
                yield found
            yield from numbers_of_people(found)
    elif isinstance(value, list):
        for found in value:
            yield from numbers_of_people(found)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_under_k_has_a_number_anywhere(seed):
    chance = random.Random(seed)  # noqa: S311  repeatable, no secret
    campaign = closed_campaign()
    asked = customer_framework()
    units = [unit_of(campaign, f"U{number}") for number in range(6)]
    units += [unit_of(campaign, f"{unit.name} {number}", unit) for unit in units[:3] for number in range(3)]
    for unit in units:
        for role in ("front_line", "agent", "manager", "executive"):
            count = chance.choice([0, 1, 2, 3, 6, 9])
            people = [
                {
                    question.key: chance.choice([question.scale.highest, question.scale.lowest, "dk", "na"])
                    for question in asked.items_for(role)
                }
                for _ in range(count)
            ]
            answer(campaign, people, role=role, unit=unit)

    results = build_results(campaign, asked)

    document = json.loads(json.dumps(results.to_document()))
    assert all(n >= 5 for n in numbers_of_people(document))
    for rows in document["figures"].values():
        for row in rows.values():
            assert all(set(figure) == {"absence"} for figure in row.values() if "score" not in figure)
    for group in results.groups:
        if group.kind == "unit" and campaign.responses.filter(unit__in=below(group.key)).count() < 5:
            assert group.answered is None
            assert all(figure.score is None for figure in results.figures["score"][group.key].values())


def below(key):
    unit = Unit.objects.get(pk=key.removeprefix("unit:"))
    return [unit, *unit.children.all()]


# -- always ----------------------------------------------------------------------------------------

CARE = one_dimension(item("A"), item("B"), roles=True)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["agent", "manager", "executive"]),
        st.sampled_from([1, 2, 3]),
        st.integers(0, 100) | st.just("dk"),
        st.integers(0, 100) | st.just("na"),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(PEOPLE)
def test_every_figure_stays_on_the_scale_and_agrees_with_its_print_and_level(rows):
    people = [Respondent(n, role, unit, {"A": a, "B": b}) for n, (role, unit, a, b) in enumerate(rows)]
    crowds = [Crowd("all", "all", "All")]
    crowds += [Crowd(f"unit:{n}", "unit", str(n), "all", units=frozenset([n])) for n in (1, 2, 3)]
    tree = {crowd.key: "all" for crowd in crowds[1:]}

    table = figure_table(Survey(CARE, "full", 5, people, crowds, partitions=(tree,)), is_pulse=False)

    figures = [figure for rows in table.figures.values() for row in rows.values() for figure in row.values()]
    shown = [figure.to_document() for figure in figures if figure.is_shown]
    assert all(0 <= figure["low"] <= figure["score"] <= figure["high"] <= 100 for figure in shown)
    # Some stand without a number of people, where it would tell of a few others.
    assert all(figure.get("n", 5) >= 5 for figure in shown)
    assert all(figure["level"] == level_number(CARE, figure["score"]) for figure in shown)
    assert all(level_number(CARE, figure["display"]) <= figure["level"] for figure in shown)
