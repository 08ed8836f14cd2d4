"""What the span of rows takes and refuses, beside trying every set of few people with fractions."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest

from reports.spans import Limits, Span, residue

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


def organisation(seed):
    """Return a few cells of 1 to 6 people, columns of one or two cells, those with k people first."""
    draw = random.Random(seed)  # noqa: S311  made-up data
    people = {cell: draw.randint(1, 4) if draw.random() < 0.8 else 6 for cell in range(draw.randint(3, 6))}
    cells = [
        frozenset(draw.sample(list(people), draw.choice([1, 1, 1, 2])))
        for _ in range(draw.randint(len(people), len(people) + 2))
    ]
    cells.sort(key=lambda behind: sum(people[cell] for cell in behind) < K)
    start = sum(sum(people[cell] for cell in behind) >= K for behind in cells)
    parts = [0, 0, 1, 1, 1, 2, Fraction(1, 3), -1]
    offers = [
        [[draw.choice(parts) for _ in cells] for _ in range(draw.choice([1, 1, 2]))] for _ in range(draw.randint(2, 7))
    ]
    return people, cells, start, offers


@pytest.mark.parametrize("block", range(8))
def test_rows_are_taken_exactly_when_they_tell_nothing_of_few_people(block):
    answers = []
    for seed in range(block * 40, block * 40 + 40):
        people, cells, start, offers = organisation(seed)
        span = Span(cells[start:], people, K, start=start, limits=Limits(steps=10_000))
        known: list[list[Fraction | int]] = []
        for rows in offers:
            is_new = rank([*known, *rows]) > rank(known)
            answers.append(not is_new or not tells([*known, *rows], cells, people))
            took = span.offer([np.array([residue(part) for part in row]) for row in rows])
            assert took is answers[-1], (seed, rows)
            known += rows if took else []
        for row in itertools.chain.from_iterable(offers):
            held = span.holds(np.array([residue(part) for part in row]))
            assert held is (rank([*known, row]) == rank(known)), (seed, row)
    assert 0.2 < sum(answers) / len(answers) < 0.8
