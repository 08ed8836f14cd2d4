"""Which groups may stand together."""

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure import shown_groups


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


@settings(max_examples=200)
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
