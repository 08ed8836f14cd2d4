"""What the span of rows takes and refuses, beside trying every set of few people with fractions."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest

from reports.spans import PRIME, SearchSpent, Span, alike, is_positive, named, residue

K = 5


def rank(rows):
    """Return the rank of rows of fractions."""
    left, found = [list(map(Fraction, row)) for row in rows], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        for place in range(found + 1, len(left)):
            times = left[place][column] / pivot[column]
            left[place] = [one - times * other for one, other in zip(left[place], pivot, strict=True)]
        found += 1
    return found


def tells(rows, cells, people):
    """Say whether something can be computed from the rows that is about 1 to k - 1 people."""
    whole = rank(rows)
    few = (
        set(chosen)
        for count in range(1, K)
        for chosen in itertools.combinations(people, count)
        if sum(people[cell] for cell in chosen) < K
    )
    for chosen in few:
        others = [place for place, behind in enumerate(cells) if not behind <= chosen]
        if rank([[row[place] for place in others] for row in rows]) < whole:
            return True
    return False


def organisation(seed, least=3, most=6, zeros=2):
    """Return a few cells of 1 to 6 people, columns of one or two cells, those with k people first, and rows.

    With more `zeros` rows are about fewer people, and hang together only through others.
    """
    draw = random.Random(seed)  # noqa: S311  made-up data
    people = {cell: draw.randint(1, 4) if draw.random() < 0.8 else 6 for cell in range(draw.randint(least, most))}
    cells = [
        frozenset(draw.sample(list(people), draw.choice([1, 1, 1, 2])))
        for _ in range(draw.randint(len(people), len(people) + 2))
    ]
    cells.sort(key=lambda behind: sum(people[cell] for cell in behind) < K)
    start = sum(sum(people[cell] for cell in behind) >= K for behind in cells)
    parts = [*([0] * zeros), 1, 1, 1, 2, Fraction(1, 3), -1]
    offers = [
        [[draw.choice(parts) for _ in cells] for _ in range(draw.choice([1, 1, 2]))]
        for _ in range(draw.randint(2, most + 1))
    ]
    return people, cells, start, offers


def span_of(people, cells, start, steps=10_000):
    return Span(cells[start:], people, K, start=start, steps=steps)


def residues(rows):
    return [np.array([residue(part) for part in row]) for row in rows]


@pytest.mark.parametrize(("block", "size"), [(0, (3, 6, 2)), (1, (3, 6, 2)), (2, (5, 8, 12)), (3, (6, 9, 24))])
def test_rows_are_taken_exactly_when_they_tell_nothing_of_few_people(block, size):
    answers = []
    for seed in range(block * 40, block * 40 + 40):
        people, cells, start, offers = organisation(seed, *size)
        span = span_of(people, cells, start)
        known: list[list[Fraction | int]] = []
        for rows in offers:
            is_new = rank([*known, *rows]) > rank(known)
            answers.append(not is_new or not tells([*known, *rows], cells, people))
            took = span.offer(residues(rows))
            assert took is answers[-1], (seed, rows)
            known += rows if took else []
        for row in itertools.chain.from_iterable(offers):
            assert span.holds(*residues([row])) is (rank([*known, row]) == rank(known)), (seed, row)
    assert 0.2 < sum(answers) / len(answers) < 0.8


def unfinished(steps):
    """Return for how many of some hundreds of rows the search is not finished in so many steps."""
    count = 0
    for seed in range(60):
        people, cells, start, offers = organisation(seed, 8, 12)
        span = span_of(people, cells, start, steps)
        for rows in offers:
            try:
                span.offer(residues(rows))
            except SearchSpent:
                count += 1
    return count


def test_few_steps_are_enough_for_nearly_all_rows():
    assert [unfinished(steps) for steps in (3, 8, 12)] == [159, 40, 7]


def test_each_look_at_what_is_left_is_a_step():
    people, cells, rows = {0: 1, 1: 1}, [frozenset([0]), frozenset([1])], residues([[1, 1]])

    # Whether the two people can be left out, and what there is with them.
    assert not span_of(people, cells, 0, steps=3).offer(rows)
    with pytest.raises(SearchSpent):
        span_of(people, cells, 0, steps=2).offer(rows)


def test_what_was_refused_is_refused_again_without_a_search():
    span = span_of({0: 3, 1: 6}, [frozenset([1]), frozenset([0])], 1, steps=3)

    assert span.offer(residues([[0, 1]])) is False
    span.steps = 0
    assert span.offer(residues([[0, 1]])) is False
    assert span.offer(residues([[1, 1]])) is True
    with pytest.raises(SearchSpent):
        span.offer(residues([[0, 2]]))


def test_columns_are_alike_when_both_sums_are():
    assert named([np.array([1, 2, 1, 1]), np.array([3, 3, 3, 4])]).tolist() == [0, 2, 0, 1]
    assert alike(np.array([[3, 5, 1]])).tolist() == [0, 0, 0]


def test_one_column_of_few_people_is_no_difference_between_them():
    assert not span_of({0: 3}, [frozenset([0])], 0).offer(residues([[1]]), but_a_difference=True)


def short_fractions(part):
    """Return whether the fraction of numbers up to 32,767 that a residue stands for is above 0, if there is one."""
    below = np.arange(1, 32_768, dtype=np.int64)
    above = below * part % PRIME
    above = np.where(above > PRIME // 2, above - PRIME, above)
    return {bool(one > 0) for one in above[abs(above) < 32_768]}


def test_a_residue_is_above_nothing_unless_it_stands_for_a_short_fraction_below_nothing():
    draw = random.Random(1)  # noqa: S311  any residues
    parts = [draw.randrange(1, PRIME) for _ in range(400)]
    ends = [32_767, 32_768, 40_001, 46_341, 65_537]
    parts += [residue(Fraction(sign * one, other)) for sign in (1, -1) for one in ends for other in (1, 2, *ends)]

    told = [short_fractions(part) for part in parts]

    assert [is_positive(part) for part in parts] == [found != {False} for found in told]
    assert {len(found) for found in told} == {0, 1}
