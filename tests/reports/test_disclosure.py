"""Which groups may stand together."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.analyses.figures import figure_table
from reports.disclosure import Candidate, audited, shown_groups, widths
from reports.spans import Row
from tests.proofs import disclosure


def people(start, count):
    return frozenset(range(start, start + count))


def large_first(groups):
    return dict(sorted(groups.items(), key=lambda pair: -len(pair[1])))


def test_a_group_under_k_is_hidden():
    groups = {"all": people(0, 30), "unit:a": people(0, 4)}

    assert shown_groups(large_first(groups), 5) == {"all"}


def test_a_single_hidden_unit_takes_the_next_smallest_with_it():
    groups = {"all": people(0, 33), "unit:a": people(0, 4), "unit:b": people(4, 9), "unit:c": people(13, 20)}

    assert shown_groups(large_first(groups), 5) == {"all", "unit:c"}


def test_hidden_units_that_are_k_people_together_leave_the_others_shown():
    groups = {"all": people(0, 27), "unit:a": people(0, 4), "unit:b": people(4, 3), "unit:c": people(7, 20)}

    assert shown_groups(large_first(groups), 5) == {"all", "unit:c"}


def test_people_who_sit_in_the_parent_itself_are_left_over_too():
    groups = {"all": people(0, 22), "unit:a": people(0, 8), "unit:b": people(8, 12)}

    assert shown_groups(large_first(groups), 5) == {"all", "unit:b"}


def test_four_executives_hide_the_managers_beside_the_leaders():
    groups = {
        "all": people(0, 53),
        "side:staff": people(0, 40),
        "role:staff": people(0, 40),
        "side:leaders": people(40, 13),
        "role:managers": people(40, 9),
        "role:executives": people(49, 4),
    }
    assert shown_groups(large_first(groups), 5) == {"all", "side:staff", "role:staff", "side:leaders"}


def test_a_hidden_parent_does_not_let_its_children_give_its_own_people_away():
    groups = {"all": people(0, 40), "unit:a": people(0, 8), "unit:a1": people(0, 6), "unit:b": people(8, 32)}

    assert shown_groups(large_first(groups), 5) == {"all", "unit:a", "unit:b"}


def test_a_group_that_almost_fills_another_is_hidden_across_partitions():
    groups = {"all": people(0, 60), "side:leaders": people(0, 12), "unit:a": people(0, 14)}

    shown = shown_groups(large_first(groups), 5)

    assert shown == {"all", "unit:a"}


def test_nothing_is_shown_of_fewer_than_k():
    assert shown_groups({"all": people(0, 4)}, 5) == frozenset()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=8), st.integers(0, 6), st.integers(5, 8))
def test_what_is_left_over_beside_shown_units_is_nobody_or_k(sizes, at_the_root, k):
    groups, start = {}, at_the_root
    for number, size in enumerate(sizes):
        groups[f"unit:{number}"] = people(start, size)
        start += size
    groups["all"] = people(0, start)

    shown = shown_groups(large_first(groups), k)

    left = groups["all"] - frozenset().union(*(groups[key] for key in shown if key != "all"))
    assert all(len(groups[key]) >= k for key in shown)
    assert "all" not in shown or len(shown) == 1 or not left or len(left) >= k


def test_units_in_which_only_staff_count_do_not_leave_a_few_staff_over():
    groups = {
        "all": people(0, 50),
        "side:staff": people(0, 44),
        "side:leaders": people(44, 6),
        "unit:a": people(0, 20),
        "unit:b": people(20, 20),
        "unit:c": people(40, 4) | people(48, 2),
    }

    shown = shown_groups(large_first(groups), 5)

    assert not {"side:staff", "unit:a", "unit:b"} <= shown


def test_staff_and_managers_beside_units_leave_no_few_managers_over():
    groups = {
        "all": people(0, 54),
        "role:staff": people(0, 40),
        "role:managers": people(40, 9),
        "role:executives": people(49, 5),
        "unit:a": people(0, 20) | people(40, 5),
        "unit:b": people(20, 20),
    }

    shown = shown_groups(large_first(groups), 5)

    assert not {"role:staff", "role:managers", "unit:a", "unit:b"} <= shown


def test_two_groups_that_each_hold_a_few_others_do_not_stand_together():
    groups = {"side:leaders": people(0, 12), "unit:a": people(2, 12)}

    assert len(shown_groups(large_first(groups), 5)) == 1


def candidate(key, *people, **values):
    columns = np.array(people, dtype=np.int64)
    return Candidate(key, [Row(columns, np.ones(len(columns), np.int64))], **values)


def audit(candidates, people, **values):
    return audited(candidates, np.arange(len(people)), np.array(people), 5, **values)


def test_the_worthier_figure_stays_where_two_cannot_stand_together():
    found = audit([candidate("whole", 0, 1), candidate("part", 0)], [20, 3])

    assert "whole" in found
    assert found.refused == ("part",)


def test_what_belongs_to_a_hidden_figure_is_hidden():
    found = audit([candidate("whole", 0, 1), candidate("part", 0), candidate("spread", 0, needs="part")], [20, 3])

    assert found.shown == {"whole"}
    assert found.refused == ("part",)


def test_one_of_several_numbers_is_enough():
    found = audit([candidate("exact", 0, slot="n"), candidate("rough", 0, 1, slot="n")], [20, 3])

    assert found.shown == {"exact"}


def test_a_search_that_takes_too_long_hides_the_figure_and_is_counted():
    found = audit([candidate("whole", 0, 1), candidate("part", 0)], [20, 3], steps=0)

    assert found.shown == {"whole"}
    assert found.spent == ("part",)


def test_figures_of_nobody_tell_nothing():
    assert audited([Candidate("none", [])], np.arange(0), np.array([], dtype=np.int64), 5).shown == {"none"}
    assert shown_groups({"none": frozenset()}, 5) == frozenset()


def test_what_is_known_in_any_case_counts():
    assert shown_groups({"staff": people(0, 20)}, 5) == {"staff"}
    assert shown_groups({"staff": people(0, 20)}, 5, given=[people(0, 23)]) == frozenset()


def test_of_groups_that_share_a_slot_the_first_that_fits_is_taken():
    groups = {"exact": people(0, 20), "rounded": people(0, 23)}

    shown = shown_groups(groups, 5, given=[people(0, 23)], slots={"exact": "n", "rounded": "n"})

    assert shown == {"rounded"}


def test_a_few_people_in_a_group_at_the_end_of_the_scale_are_bounded():
    whole = ({"few": 0.2, "others": 0.8}, 98.0)

    [width] = widths([whole], [{"few": 1.0}])

    # 20 people with a mean of 98 lack 40 points together: four of them lack 10 each at most.
    assert width == pytest.approx(10)


def test_a_few_people_in_the_middle_of_the_scale_are_free():
    assert widths([({"few": 0.2, "others": 0.8}, 50.0)], [{"few": 1.0}], enough=20) == [100.0]
    assert widths([], [{"few": 1.0}], enough=20) == [100.0]
    assert widths([({"few": 1.0}, 50.0)], []) == []


def test_bounds_are_looked_for_on_both_sides_of_each_group():
    parts = {"one": 0.5, "two": 0.5}

    assert widths([(parts, 50.0)], [{"one": 1.0}, {"two": 1.0}]) == [100.0, 100.0]


def test_figures_that_contradict_each_other_leave_no_room():
    assert widths([({"few": 1.0}, 150.0)], [{"few": 1.0}]) == [0.0]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([5, 6, 10]))
def test_no_union_of_few_people_can_be_computed_in_small_organisations(seed, k):
    org = disclosure.lattice(50 + seed % 90, (3, 3, 2), seed)

    groups, _ = disclosure.shown(org, k)
    strict, _ = disclosure.shown(org, k, strictly=True)

    assert disclosure.recoverable(org, groups, k) == disclosure.recoverable(org, strict, k) == 0


@pytest.mark.parametrize(("people", "seed"), [(120, 1), (120, 3), (300, 2), (300, 3)])
def test_as_many_groups_are_shown_as_by_a_plain_greedy_audit(people, seed):
    org = disclosure.lattice(people, (5, 4, 3), seed)

    groups, spent = disclosure.shown(org, 5)

    assert spent == 0
    assert len(groups) >= disclosure.greedy(org, 5)


def test_a_difference_between_few_people_gives_way_only_among_figures_of_a_rank():
    one, other = candidate("one", 0, 1), candidate("other", 1, 2)
    people = [2, 20, 2]

    assert audit([one, other], people).shown == {"one"}
    assert audit([replace(one, rank=1), replace(other, rank=2)], people).shown == {"one", "other"}


def test_within_a_rank_what_tells_nothing_comes_first():
    # The second tells a difference beside the first, and a mean beside the third.
    found = [candidate("first", 0, 1), candidate("second", 1, 2), candidate("third", 1, 2, 3)]
    people = [2, 20, 2, 3]

    apart = audit([replace(one, rank=place) for place, one in enumerate(found)], people)
    together = audit([replace(one, rank=1) for one in found], people)

    assert apart.shown == {"first", "second"}
    assert together.shown == {"first", "third"}


@pytest.mark.parametrize("name", disclosure.SHAPES)
def test_nothing_is_told_about_four_people_where_an_earlier_rule_told(name):
    survey = disclosure.survey_of(disclosure.SHAPES[name], 1)
    rows, figures = disclosure.rows_of(survey, figure_table(survey, is_pulse=False))

    assert figures >= 15
    assert disclosure.few_people_told(survey, rows, survey.k) == 0


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.1, 0.3]))
def test_nothing_is_told_about_four_people_by_all_figures_of_a_dimension(seed, unanswered):
    shape = disclosure.random_shape(random.Random(seed), 15)  # noqa: S311  made-up data
    survey = disclosure.survey_of(shape, seed, unanswered=unanswered)

    rows, _ = disclosure.rows_of(survey, figure_table(survey, is_pulse=False))

    assert disclosure.few_people_told(survey, rows, survey.k) == 0


def test_what_changed_between_two_waves_tells_nothing_more():
    shape = disclosure.random_shape(random.Random(5), 15)  # noqa: S311  made-up data
    now = disclosure.survey_of(shape, 5, unanswered=0.1)

    rows = disclosure.with_change(now, disclosure.wave_after(now, 6))

    assert len(rows) >= 20
    assert disclosure.few_people_told(now, rows, now.k) == 0
