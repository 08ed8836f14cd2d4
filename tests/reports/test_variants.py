"""Figures of one dimension that stand side by side and say nothing about a few people together."""

import pytest

from pillars.schema import Instrument
from reports.releases import build_results
from tests.pillars.frameworks import dimension, framework, item, ladder, one_dimension
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


def test_two_people_without_a_score_are_counted_in_and_five_are_not():
    campaign = closed_campaign()
    answer(campaign, [{"A": 40}] * 38 + [{"A": "dk"}] * 2, role="agent")
    two = build_results(campaign, CARE)
    answer(campaign, [{"A": "dk"}] * 3, role="agent")
    five = build_results(campaign, CARE)

    assert (two.answered, two.figure("all", "care").n) == (40, 40)
    assert (five.answered, five.figure("all", "care").n) == (43, 38)


def test_what_one_person_left_out_is_not_the_score_less_the_questions():
    campaign = closed_campaign()
    asked = one_dimension(item("A"), item("B"))
    answer(campaign, [{"A": 40, "B": 60}] * 19 + [{"A": 90}])

    one = build_results(campaign, asked)
    answer(campaign, [{"A": 90}] * 4)
    five = build_results(campaign, asked)

    assert one.figure("all", "care").is_shown
    assert [found.key for found in one.items] == ["A"]
    assert [found.key for found in five.items] == ["A", "B"]


def test_the_overall_gap_waits_until_nobody_or_enough_people_left_something_out():
    asked = framework(
        Instrument("pillars", "Pillars", (dimension("one", item("A")), dimension("two", item("B"))), weight=1),
        roles=True,
    )
    campaign = closed_campaign()
    answer(campaign, [{"A": 40, "B": 50}] * 30, role="agent")
    answer(campaign, [{"A": 60, "B": 70}] * 8 + [{"A": 99}] * 2, role="manager")
    two = build_results(campaign, asked)
    answer(campaign, [{"A": 99}] * 3, role="manager")
    five = build_results(campaign, asked)

    assert (two.gaps[0].subject, two.gaps[0].leaders) == ("index", None)
    assert five.gaps[0].leaders is not None
    assert (five.gaps[0].staff_n, five.gaps[0].leaders_n) == (30, 13)


def test_a_small_unit_at_the_end_of_the_scale_hides_what_would_narrow_it_down():
    campaign = closed_campaign()
    units = [unit_of(campaign, name) for name in ("North", "South")]
    answer(campaign, [{"A": 100}] * 4, role="agent", unit=unit_of(campaign, "Hut", units[0]))
    answer(campaign, [{"A": 100}] * 15 + [{"A": 90}], role="agent", unit=units[0])
    answer(campaign, [{"A": 50}] * 40, role="agent", unit=units[1])

    results = build_results(campaign, CARE)

    assert results.figure("all", "care").is_shown
    assert results.figure(f"unit:{units[0].pk}", "care").absence == "hidden"
