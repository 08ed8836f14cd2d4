"""Figures of one dimension that stand side by side and say nothing about a few people together."""

import pytest

from reports.releases import build_results
from tests.pillars.frameworks import item, ladder, one_dimension
from tests.reports.closed_campaigns import answer, closed_campaign, unit_of

pytestmark = pytest.mark.django_db

CARE = one_dimension(item("A"), ladder("L", asked_of=("executive",)), roles=True)


def test_what_four_executives_live_is_not_the_leaders_without_the_managers():
    campaign = closed_campaign()
    answer(campaign, [{"A": 40}] * 30, role="agent")
    answer(campaign, [{"A": 60}] * 9, role="manager")
    answer(campaign, [{"A": 99, "L": 3}] * 4 + [{"A": "dk", "L": 5}], role="executive")

    results = build_results(campaign, CARE)

    managers = results.figure("role:managers", "care").is_shown
    assert results.figure("all", "care").n == 44
    assert not (managers and results.figure("side:leaders", "care", "lived").is_shown)
    assert not (managers and results.gaps[1].leaders is not None)


def test_a_ladder_that_four_people_answered_has_no_score_and_leaves_the_rest_shown():
    campaign = closed_campaign()
    answer(campaign, [{"A": 40}] * 30, role="agent")
    answer(campaign, [{"A": 60}] * 9, role="manager")
    answer(campaign, [{"A": 99, "L": 3}] * 4, role="executive")

    results = build_results(campaign, CARE)

    leaders = (9 * 60 + 4 * 99) / 13
    assert results.figure("side:leaders", "care").score == pytest.approx(leaders)
    assert results.figure("side:leaders", "care", "lived").score == pytest.approx(leaders)
    assert results.gaps[1].leaders == pytest.approx(leaders)
    assert not results.figure("all", "care", "claimed").is_shown


def test_what_is_lived_gives_way_where_four_people_make_the_difference_to_the_score():
    campaign = closed_campaign()
    answer(campaign, [{"A": 40}] * 30, role="agent")
    answer(campaign, [{"A": 60}] * 9, role="manager")
    answer(campaign, [{"A": 99, "L": 3}] * 4 + [{"L": 5}], role="executive")

    results = build_results(campaign, CARE)

    assert results.figure("all", "care").is_shown
    assert results.figure("all", "care", "lived").absence == "hidden"
    assert results.figure("side:leaders", "care", "lived").absence == "hidden"


def test_four_staff_of_a_small_unit_are_not_staff_without_the_other_units():
    campaign = closed_campaign()
    units = [unit_of(campaign, name) for name in ("North", "South", "West")]
    for unit, staff in zip(units, (20, 20, 4), strict=True):
        answer(campaign, [{"A": 40}] * staff, role="front_line", unit=unit)
        answer(campaign, [{"A": 70}] * 2, role="manager", unit=unit)

    results = build_results(campaign, one_dimension(item("A"), roles=True))

    keys = ("side:staff", *(f"unit:{unit.pk}" for unit in units[:2]))
    assert not all(results.figure(key, "care").is_shown for key in keys)
