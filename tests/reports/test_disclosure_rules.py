"""Single rules of the disclosure audit, each in the smallest case that shows it."""

import numpy as np
import pytest

from reports.disclosure import Candidate, audited, shown_groups, widths
from reports.spans import Row


def people(start, count):
    return frozenset(range(start, start + count))


def candidate(key, *columns, **values):
    return Candidate(key, [Row(np.array(columns, dtype=np.int64), np.ones(len(columns), np.int64))], **values)


def audit(candidates, counts, **values):
    return audited(candidates, np.arange(len(counts)), np.array(counts), 5, **values)


def test_exactly_k_people_may_be_shown_and_left_over():
    assert shown_groups({"all": people(0, 5)}, 5) == {"all"}
    assert shown_groups({"all": people(0, 10), "half": people(0, 5)}, 5) == {"all", "half"}
    assert shown_groups({"all": people(0, 9), "half": people(0, 5)}, 5) == {"all"}


def test_of_numbers_that_could_both_be_told_only_the_first_is_told():
    numbers = [candidate("exact", 0, slot="n"), candidate("rough", 0, 1, slot="n"), candidate("other", 1)]

    assert audit(numbers, [20, 20]).shown == {"exact", "other"}


def test_figures_that_share_nothing_do_not_stand_in_for_one_another():
    assert audit([candidate("one", 0), candidate("other", 1)], [20, 20]).shown == {"one", "other"}


def test_groups_that_share_a_slot_are_told_once_where_both_could_be():
    groups = {"exact": people(0, 20), "rough": people(0, 40), "other": people(20, 20)}

    assert shown_groups(groups, 5, slots={"exact": "n", "rough": "n"}) == {"exact", "other"}
    assert shown_groups(groups, 5) == {"exact", "rough", "other"}


def test_a_figure_that_is_hidden_with_its_own_does_not_end_the_audit():
    found = audit([candidate("part", 0, needs="never"), candidate("whole", 0, 1)], [20, 20])

    assert found.shown == {"whole"}
    assert found.refused == found.spent == ()


def test_a_figure_that_takes_too_long_does_not_end_the_audit():
    found = audit([candidate("part", 0), candidate("whole", 0, 1)], [3, 20], steps=0)

    assert (found.shown, found.spent) == ({"whole"}, ("part",))


def test_what_always_comes_together_counts_as_one_whoever_else_is_there():
    # The first two unknowns come together in both figures; three people are left over beside them.
    found = audit([candidate("whole", 0, 1, 2), candidate("part", 0, 1)], [20, 20, 3])

    assert (found.shown, found.refused) == ({"whole"}, ("part",))


def test_the_same_people_behind_two_unknowns_are_counted_once():
    cell_of = np.array([0, 0, 1])

    found = audited([candidate("both", 0, 1), candidate("one", 0), candidate("few", 2)], cell_of, np.array([4, 9]), 5)

    assert found.shown == {"few"}
    assert found.refused == ("both", "one")


@pytest.mark.parametrize("mean", [5, 10, 20, 30, 45, 50, 60, 63, 80, 95])
def test_each_of_three_equal_groups_is_bounded_on_both_sides(mean):
    third = {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}

    found = widths([(third, mean)], [{key: 1.0} for key in "abc"])

    # What one has is the sum less what the others have, 0 to 200 together.
    assert found == pytest.approx([min(100, 3 * mean) - max(0, 3 * mean - 200)] * 3)


def test_a_group_that_nothing_shown_is_about_is_free_beside_one_that_is_bound():
    assert widths([({"a": 0.9, "b": 0.1}, 98)], [{"b": 1.0}, {"c": 1.0}]) == pytest.approx([20, 100])


def test_an_unknown_that_no_figure_has_is_nobody_s():
    assert audit([candidate("one", 0), candidate("few", 1)], [20, 3, 4]).shown == {"one"}


def test_a_few_people_of_several_unknowns_are_told_from_the_whole():
    found = audit([candidate("whole", 0, 1, 2), candidate("few", 1, 2)], [20, 2, 2])

    assert (found.shown, found.refused) == ({"whole"}, ("few",))


def test_figures_of_a_rank_are_offered_together_also_behind_others():
    ranked = [candidate("first", 0, 1, rank=1), candidate("second", 1, 2, rank=1), candidate("third", 1, 2, 3, rank=1)]

    found = audit([candidate("before", 4), *ranked, candidate("after", 5)], [2, 20, 2, 3, 30, 30])

    assert found.shown == {"before", "first", "third", "after"}
    assert found.refused == ("second",)


def test_a_difference_that_may_be_told_is_not_refused():
    found = audit([candidate("one", 0, 1, rank=1), candidate("other", 1, 2, rank=2)], [2, 20, 2])

    assert (found.shown, found.refused) == ({"one", "other"}, ())


def test_a_number_can_stand_for_several_people():
    groups = {"all": frozenset({0, 1}), "part": frozenset({0})}

    assert shown_groups(groups, 5, people=[9, 5]) == {"all", "part"}
    assert shown_groups(groups, 5, people=[9, 4]) == {"all"}
    assert shown_groups(groups, 5) == frozenset()
