"""What can be computed from figures, exactly."""

from fractions import Fraction

import numpy as np
import pytest

from reports.spans import (
    PRIME,
    Row,
    SearchSpent,
    Span,
    alike,
    inverses,
    is_positive,
    joined_columns,
    residue,
)


def span(people, k=5, steps=400):
    """Return a span whose columns are one cell each, all of fewer than k people."""
    cells = [frozenset([place]) for place in range(len(people))]
    return Span(cells, dict(enumerate(people)), k, start=0, steps=steps)


def row(*parts):
    return np.array([residue(part) for part in parts], dtype=np.int64)


def test_fractions_are_exact():
    assert residue(Fraction(1, 3)) * 3 % PRIME == 1
    assert (np.array([2, 3]) * inverses(np.array([2, 3])) % PRIME).tolist() == [1, 1]


@pytest.mark.parametrize(("part", "is_so"), [(Fraction(2, 7), True), (Fraction(-2, 7), False), (-1, False), (1, True)])
def test_the_sign_of_a_fraction_is_kept(part, is_so):
    assert is_positive(residue(part)) is is_so


def test_what_stands_for_no_short_fraction_counts_as_positive():
    assert is_positive(residue(Fraction(-40_001, 70_001)))


def test_columns_that_are_multiples_are_alike():
    names = alike(np.array([[1, 2, 1], [3, 6, 4]]))

    assert names[0] == names[1] != names[2]


def test_unknowns_that_no_row_tells_apart_are_joined():
    rows = [Row(np.array([0, 1, 2]), np.array([1, 2, 1])), Row(np.array([0, 1]), np.array([2, 4]))]

    groups, stand_ins = joined_columns(rows, 4)

    assert groups[0] == groups[1] != groups[2]
    assert groups[3] == -1
    assert len(stand_ins) == 2


def test_what_follows_from_what_is_known_is_always_taken():
    known = span([4, 4, 4])

    assert known.offer([row(1, 1, 1)])
    assert known.holds(row(2, 2, 2))
    assert known.offer([row(Fraction(1, 3), Fraction(1, 3), Fraction(1, 3))])


def test_the_rest_of_few_people_is_refused_and_nothing_stays_of_it():
    known = span([3, 3, 3])

    assert known.offer([row(1, 1, 1)])
    assert not known.offer([row(1, 1, 0)])
    assert not known.holds(row(0, 0, 1))
    assert known.offer([row(1, 1, 1)])


def test_rows_that_come_together_are_taken_together_or_not_at_all():
    known = span([3, 3, 3, 3])

    assert not known.offer([row(1, 1, 0, 0), row(0, 1, 1, 1), row(1, 0, 0, 0)])
    assert not known.holds(row(1, 1, 0, 0))


def test_a_weighted_rest_of_few_people_is_found_behind_several_rows():
    known = span([2, 2, 3, 3, 3])

    assert known.offer([row(1, 1, 1, 1, 0)])
    assert known.offer([row(0, 0, 1, 1, 1)])
    # The first less the second, with this one, leaves two cells of four people, one counted double.
    assert not known.offer([row(0, -1, 0, 0, 1)])


def test_the_difference_between_few_people_is_taken_only_where_that_is_allowed():
    known = span([2, 4, 2])

    assert known.offer([row(1, 1, 0)])
    assert not known.offer([row(0, 1, 1)])
    assert known.offer([row(0, 1, 1)], but_a_difference=True)
    assert known.holds(row(1, 0, -1))


def test_a_mean_of_few_people_is_refused_also_where_a_difference_is_allowed():
    known = span([1, 1, 1, 4])

    assert known.offer([row(1, 1, 1, 1)])
    assert not known.offer([row(1, 2, 3, 1)], but_a_difference=True)
    assert not known.offer([row(0, 0, 0, 1)], but_a_difference=True)


def test_no_second_difference_that_shares_people_is_told():
    known = span([1, 1, 1, 1])

    assert known.offer([row(1, -1, 0, 0)], but_a_difference=True)
    assert not known.offer([row(0, 1, -1, 0)], but_a_difference=True)
    assert known.offer([row(0, 0, 1, -1)], but_a_difference=True)
    assert not known.offer([row(0, 1, -1, 0)], but_a_difference=True)


def test_what_one_person_said_to_two_questions_is_no_difference_between_people():
    cells = [frozenset([0]), frozenset([0]), frozenset([1])]
    known = Span(cells, {0: 1, 1: 1}, 5, start=0, steps=400)

    assert not known.offer([row(1, -1, 0)], but_a_difference=True)
    assert not known.offer([row(1, -1, -1)], but_a_difference=True)
    assert known.offer([row(1, 1, -1)], but_a_difference=True)


def test_two_figures_together_tell_what_neither_tells():
    known = span([3, 3, 3])

    assert not known.offer([row(1, 1, 1), row(1, 1, 0)])
    assert known.offer([row(1, 1, 1), row(2, 2, 2)])


def test_many_rows_stay_known_exactly():
    rng = np.random.default_rng(3)
    rows = rng.integers(0, PRIME, (12, 30))
    cells = [frozenset([place]) for place in range(10)]
    known = Span(cells, dict.fromkeys(range(10), 9), 5, start=20, steps=400)

    assert all(known.offer([one]) for one in rows)
    mixed = sum(int(part) * one for part, one in zip(rng.integers(0, 9, 12), rows, strict=True)) % PRIME
    assert known.holds(mixed)
    assert not known.holds(rng.integers(0, PRIME, 30))


def test_a_search_that_is_not_finished_says_so_and_takes_nothing():
    known = span([1, 1], steps=0)

    for _ in range(2):
        with pytest.raises(SearchSpent):
            known.offer([row(1, 1)])
    assert not known.holds(row(1, 1))


def test_a_person_of_whom_several_unknowns_are_asked_counts_once():
    cells = [frozenset([0]), frozenset([0]), frozenset([1]), frozenset([2])]
    known = Span(cells, {0: 4, 1: 4, 2: 4}, 5, start=0, steps=400)

    assert known.offer([row(1, 0, 1, 1)])
    assert not known.offer([row(0, 1, 0, 0)])
    assert known.offer([row(0, 1, 1, 0)])
