"""Means across topics, beside those of each topic, when one or a few people left a question out."""

import random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pillars.schema import Framework, Instrument, Tag
from reports.analyses.tasks import values_balance
from reports.releases import build_results
from reports.results import Figure, Results
from tests.pillars.frameworks import dimension, framework, item
from tests.reports.closed_campaigns import answer, closed_campaign

pytestmark = pytest.mark.django_db


def two_topics(*tags: str) -> Framework:
    first = dimension("one", item("A", tags=tags), item("B", tags=tags))
    second = dimension("two", item("C", tags=tags), item("D", tags=tags))
    pillars = Instrument("pillars", "Pillars", (first, second), weight=1)
    return framework(pillars, roles=True, tags=tuple(Tag(tag, tag) for tag in tags))


def asked(leaders_silent: int, staff_silent: int = 6, *tags: str) -> Results:
    """Return the results of leaders and staff of whom some left out a whole topic or one question."""
    draw = random.Random(3)  # noqa: S311  made-up answers
    campaign = closed_campaign()
    leaders, executives, staff = ([{key: draw.randrange(101) for key in "ABCD"} for _ in range(n)] for n in (12, 5, 20))
    for one in leaders[:leaders_silent]:
        del one["C"], one["D"]
    for one in staff[:staff_silent]:
        del one["C"]
    answer(campaign, leaders, role="manager", invited=14)
    answer(campaign, executives, role="executive", invited=6)
    answer(campaign, staff, role="front_line", invited=25)
    return build_results(campaign, two_topics(*tags))


@pytest.mark.parametrize(("silent", "is_told"), [(0, True), (1, False), (4, False), (5, True)])
def test_the_overall_gap_does_not_tell_what_a_few_leaders_said(silent, is_told):
    # Twice the leaders' sum over all questions, less those of both topics, is what the silent one said of the first.
    results = asked(silent)

    overall = next(gap for gap in results.gaps if gap.subject == "index")
    decay = results.analysis("decay")
    assert (overall.leaders is not None) is is_told
    assert bool(decay and decay.rows) is is_told


@pytest.mark.parametrize(("silent", "is_told"), [(0, True), (1, False)])
def test_how_far_groups_of_roles_lie_apart_does_not_tell_it_either(silent, is_told):
    definition = asked(silent, 6, "customer").analysis("definition")

    assert definition is not None
    [row] = definition.rows
    assert (row["role_spread"] is not None) is is_told


def test_the_balance_of_values_has_no_number_where_one_of_its_figures_has_none():
    both = {"functional_value": Figure(score=60.0, n=12), "experiential_value": Figure(score=40.0)}
    table = cast("Any", SimpleNamespace(figures={"score": {"all": both}}))
    survey = cast("Any", SimpleNamespace(framework=SimpleNamespace(dimension_by_key=both)))

    found = values_balance(survey, table)

    assert found is not None
    assert found.values["n"] is None
