"""What can be computed from figures: their span, exactly, and whether it holds anything about a few people.

Pure, numpy only. A figure is a *row*: how much each *unknown* (what one kind of person said, added up)
counts in it. Whatever a reader can compute from several figures is a linear combination of their rows. It
is about those people whose unknowns have a part in it. So a set of figures is safe when every combination
but the empty one is about nobody's unknowns alone or about those of at least k people.

Numbers are residues of a large prime instead of floats: what is a fraction in a row stays exact, and there
is no tolerance below which two things are called equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

PRIME = 2**31 - 1
"""Products of two residues fit 64 bits."""

Residues = npt.NDArray[np.int64]


class SearchSpent(Exception):
    """The search would have taken more steps than it was given; nothing is known."""


def residue(value: Fraction | int) -> int:
    """Return a fraction as a residue. 1/2 is the number that doubled gives 1."""
    exact = Fraction(value)
    return exact.numerator * pow(exact.denominator, -1, PRIME) % PRIME


def is_positive(part: int) -> bool:
    """Say whether a residue stands for a fraction above 0; so does one that stands for no short fraction."""
    before, after = (PRIME, 0), (part, 1)
    while after[0] * after[0] * 2 > PRIME:
        times = before[0] // after[0]
        before, after = after, (before[0] - times * after[0], before[1] - times * after[1])
    return after[1] > 0 or after[1] * after[1] * 2 > PRIME


@lru_cache(maxsize=100_000)
def inverse(value: int) -> int:
    """Return what times the value gives 1, and 0 for 0. The same few values come again and again."""
    return pow(value, -1, PRIME) if value else 0


def inverses(values: Residues) -> Residues:
    """Return the inverse of each value."""
    return np.array([inverse(value) for value in values.tolist()], dtype=np.int64)


def alike(columns: Residues) -> npt.NDArray[np.int64]:
    """Return a number for each column, the same for columns that are multiples of one another.

    Such unknowns have a part in a combination together or not at all. No column is empty.
    """
    if len(columns) == 1:
        return np.zeros(columns.shape[1], np.int64)
    first = columns[(columns != 0).argmax(axis=0), np.arange(columns.shape[1])]
    scaled = columns * inverses(first) % PRIME
    return named((scaled * weight % PRIME).sum(axis=0) % PRIME for weight in _weights(columns.shape[0]))


def named(sums: Iterable[Residues]) -> npt.NDArray[np.int64]:
    """Return a number for each pair of sums, the same for the same two."""
    one, other = sums
    return np.asarray(np.unique(one << 32 | other, return_inverse=True)[1], dtype=np.int64).reshape(-1)


@cache
def _weights(rows: int) -> npt.NDArray[np.int64]:
    """Return two random weights for each row: the same columns have the same sums, and hardly any others do."""
    return np.random.default_rng(1).integers(1, PRIME, (2, rows, 1))


@dataclass(frozen=True)
class Row:
    """A figure: how much (`parts`, residues) each of some unknowns (`columns`, each at most once) counts in it."""

    columns: npt.NDArray[np.int64]
    parts: Residues


def joined_columns(rows: Sequence[Row], width: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return a group for each of `width` unknowns (-1 where no row has it), and one unknown of each group.

    The unknowns of a group are multiples of one another in all rows, so that one stands for all.
    """
    columns = np.concatenate([row.columns for row in rows])
    parts = np.concatenate([row.parts for row in rows])
    lengths = [row.columns.size for row in rows]
    first = np.zeros(width, np.int64)
    first[columns[::-1]] = parts[::-1]
    scaled = parts * inverses(first)[columns] % PRIME
    sums = np.zeros((2, width), np.int64)
    for place, weights in enumerate(_weights(len(rows))):
        np.add.at(sums[place], columns, scaled * np.repeat(weights[:, 0], lengths) % PRIME)
    sums %= PRIME
    used = np.flatnonzero(first)
    groups = np.full(width, -1)
    groups[used] = named(sums[:, used])
    _, places = np.unique(groups[used], return_index=True)
    return groups, used[places]


class Span:
    """All that can be computed from the rows taken in so far, which never is about 1 to k - 1 people.

    A combination about few people leaves out every column with k people or more behind it. So rows are
    reduced by those columns first; what is left of a row then is on the other columns alone (a *rest*), and
    only combinations of rests have to be searched.
    """

    def __init__(
        self, cells: Sequence[frozenset[int]], people: Mapping[int, int], k: int, *, start: int, steps: int
    ) -> None:
        """Begin with nothing known. `cells` are those behind each column from `start` on, `people` those in a cell.

        The columns before `start` have k people or more behind each, so that a reduced row begins with one
        of them where it can. A search takes `steps` at most.
        """
        self.cells = cells
        self.people = people
        self.k = k
        self.start = start
        self.steps = steps
        # What is known, each row and each rest with a part in its own pivot only.
        self.rows = np.zeros((0, start + len(cells)), np.int64)
        self.pivots: list[int] = []
        self.rests = np.zeros((0, len(cells)), np.int64)
        self.rest_pivots: list[int] = []
        self.refused: set[tuple[bytes, bool]] = set()

    def offer(self, rows: Sequence[Residues], *, but_a_difference: bool = False) -> bool:
        """Take the rows in if all may be known together with what is known already; else take none.

        With `but_a_difference` something may be known about a few people with these rows where it is one thing
        only, and counts some of them against others.

        :raises SearchSpent: when that could not be found out
        """
        together = np.array(rows, dtype=np.int64).reshape(len(rows), -1)
        # What was told of few people once is told by more figures too.
        name = (together.tobytes(), but_a_difference)
        if name in self.refused:
            return False
        new, pivots = _independent(self._reduced(together))
        are_rests = np.array(pivots, dtype=np.int64) >= self.start
        rests = new[are_rests, self.start :]
        if rests.size and self._tells(rests, but_a_difference=but_a_difference):
            self.refused.add(name)
            return False
        self.rests = _joined(self.rests, rests, [pivot - self.start for pivot in pivots if pivot >= self.start])
        self.rest_pivots += [pivot - self.start for pivot in pivots if pivot >= self.start]
        self.rows = _joined(self.rows, new[~are_rests], [pivot for pivot in pivots if pivot < self.start])
        self.pivots += [pivot for pivot in pivots if pivot < self.start]
        return True

    def holds(self, row: Residues) -> bool:
        """Say whether a row can be computed from what is known."""
        return not self._reduced(row[None, :]).any()

    def _reduced(self, rows: Residues) -> Residues:
        """Return the rows without what is known."""
        left = _without(rows % PRIME, self.rows, self.pivots)
        left[:, self.start :] = _without(left[:, self.start :], self.rests, self.rest_pivots)
        return left

    def _tells(self, new: Residues, *, but_a_difference: bool) -> bool:
        """Say whether a combination with some of the new rests is about 1 to k - 1 people."""
        known = self.rests
        # Only rests that share columns with them, directly or through others, can take anything away from them.
        mixed, reached = np.zeros(len(known), bool), (new != 0).any(axis=0)
        while True:
            more = (known[:, reached] != 0).any(axis=1) & ~mixed
            if not more.any():
                break
            mixed |= more
            reached |= (known[more] != 0).any(axis=0)
        columns = np.flatnonzero(reached)
        # The first column says whether new rests have a part in a combination; the known ones alone are safe.
        space = np.zeros((len(new) + int(mixed.sum()), 1 + columns.size), np.int64)
        space[: len(new), 0] = _weights(len(new))[0, :, 0]
        space[: len(new), 1:] = new[:, columns]
        space[len(new) :, 1:] = known[mixed][:, columns]
        search = _Search(self.cells, self.people, self.k, self.steps, but_a_difference=but_a_difference)
        return search.finds(space, columns, frozenset())


def _times(left: Residues, right: Residues) -> Residues:
    """Return the product of two matrices, by halves of the numbers so that no sum is too large."""
    return ((left >> 16) @ right % PRIME * 2**16 + (left & 0xFFFF) @ right) % PRIME


def _without(rows: Residues, known: Residues, pivots: Sequence[int]) -> Residues:
    """Return the rows without what is known of them, so that no pivot has a part in them."""
    parts = rows[:, pivots]
    used, touched = np.flatnonzero(parts.any(axis=0)), np.flatnonzero(parts.any(axis=1))
    if used.size:
        rows = rows.copy()
        rows[touched] = (rows[touched] - _times(parts[np.ix_(touched, used)], known[used])) % PRIME
    return rows


def _independent(rows: Residues) -> tuple[Residues, list[int]]:
    """Return as many of the rows as are independent, each with a part in its own pivot only, and the pivots."""
    left, pivots, kept = rows, [], []
    for place in range(len(rows)):
        used = np.flatnonzero(left[place])
        if used.size:
            pivot = int(used[0])
            row = left[place] * inverse(int(left[place, pivot])) % PRIME
            left = (left - left[:, pivot, None] * row % PRIME) % PRIME
            left[place] = row
            pivots.append(pivot)
            kept.append(place)
    return left[kept], pivots


def _joined(known: Residues, new: Residues, pivots: Sequence[int]) -> Residues:
    """Return what is known with new rows, whose pivots are taken out of it."""
    return np.vstack([_without(known, new, pivots), new]) if len(new) else known


class _Search:
    """Looks for a combination of rests about fewer than k people."""

    def __init__(
        self, cells: Sequence[frozenset[int]], people: Mapping[int, int], k: int, steps: int, *, but_a_difference: bool
    ) -> None:
        self.cells = cells
        self.people = people
        self.k = k
        self.left = steps
        self.but_a_difference = but_a_difference

    def _count(self, cells: Set[int]) -> int:
        return sum(self.people[cell] for cell in cells)

    def finds(self, space: Residues, columns: npt.NDArray[np.int64], touched: frozenset[int]) -> bool:
        """Say whether some combination of `space` that has a new rest is about `touched` and too few others.

        Either the people of some column have no part in it, which leaves fewer combinations, or they have,
        which leaves fewer others.
        """
        self.left -= 1
        if self.left < 0:
            raise SearchSpent
        space, columns = self._without_crowds(space, columns, touched)
        if not space[:, 0].any():
            return False
        groups = self._groups(space, columns)
        open_ones = [(self._count(cells - touched), place, cells) for place, cells in groups if cells - touched]
        if not open_ones:
            return not (self.but_a_difference and len(space) == 1 and self._is_difference(space[0, 1:], columns))
        if self._must_touch(space, columns, touched) >= self.k:
            return False
        _, place, cells = max(open_ones, key=lambda one: one[:2])
        return self.finds(_cleared(space, [place]), columns, touched) or self.finds(space, columns, touched | cells)

    def _is_difference(self, parts: Residues, columns: npt.NDArray[np.int64]) -> bool:
        """Say whether some people count for a combination and others against it, and none both ways."""
        scale = inverse(int(parts[0]))
        signs: dict[int, set[bool]] = {}
        for column, part in zip(columns.tolist(), parts.tolist(), strict=True):
            for cell in self.cells[column]:
                signs.setdefault(cell, set()).add(is_positive(part * scale % PRIME))
        return all(len(found) == 1 for found in signs.values()) and len(set().union(*signs.values())) == 2

    def _groups(self, space: Residues, columns: npt.NDArray[np.int64]) -> list[tuple[int, frozenset[int]]]:
        """Return the columns that go together: the place of one of them, and the cells behind all."""
        if not columns.size:
            return []
        groups: dict[int, tuple[int, set[int]]] = {}
        for place, name in enumerate(alike(space[:, 1:]).tolist()):
            groups.setdefault(name, (place, set()))[1].update(self.cells[columns[place]])
        return [(place, frozenset(cells)) for place, cells in groups.values()]

    def _without_crowds(
        self, space: Residues, columns: npt.NDArray[np.int64], touched: frozenset[int]
    ) -> tuple[Residues, npt.NDArray[np.int64]]:
        """Leave out of the space whatever is about k people or more in any case."""
        while True:
            kept = np.flatnonzero(space[:, 1:].any(axis=0))
            space, columns = space[:, np.concatenate(([0], kept + 1))], columns[kept]
            crowds = [place for place, cells in self._groups(space, columns) if self._count(cells | touched) >= self.k]
            if not crowds or not space[:, 0].any():
                return space, columns
            space = _cleared(space, crowds)

    def _must_touch(self, space: Residues, columns: npt.NDArray[np.int64], touched: frozenset[int]) -> int:
        """Return a number of people that every combination is about at least.

        Columns that tell all combinations apart cannot all be left out; so one person or more of each such
        set of columns, and the sets are made of different people.
        """
        count = self._count(touched)
        behind = [self.cells[column] for column in columns.tolist()]
        free = [place for place, cells in enumerate(behind) if not cells & touched]
        free.sort(key=lambda place: -self._count(behind[place]))
        dimensions = space.shape[0]
        # The last of each set is no larger than this many places down the list.
        most = sum(self._count(behind[place]) for place in free[dimensions - 1 :: dimensions])
        while self.k - most <= count < self.k and len(free) >= dimensions:
            used = _telling_apart(space[:, 1:], free)
            if len(used) < dimensions:
                break
            count += min(self._count(behind[place]) for place in used)
            taken: frozenset[int] = frozenset().union(*(behind[place] for place in used))
            free = [place for place in free if not behind[place] & taken]
        return count


def _cleared(space: Residues, places: Sequence[int]) -> Residues:
    """Return the combinations in which none of these columns has a part."""
    left, kept = space.copy(), np.ones(len(space), bool)
    for place in places:
        column = left[:, 1 + place] * kept
        used = np.flatnonzero(column)
        if used.size:
            # The last row: the new rest stays in the first one as long as there is another.
            pivot = int(used[-1])
            kept[pivot] = False
            others = used[:-1]
            scale = column[others] * inverse(int(column[pivot])) % PRIME
            left[others] = (left[others] - scale[:, None] * left[pivot] % PRIME) % PRIME
    return left[kept]


def _telling_apart(space: Residues, free: Sequence[int]) -> list[int]:
    """Return as few of the free columns as have the rank of the space, or of all free columns."""
    left = space[:, free].copy()
    used: list[int] = []
    for row in range(left.shape[0]):
        found = np.flatnonzero(left[row])
        if not found.size:
            return used
        pivot = int(found[0])
        used.append(free[pivot])
        if row + 1 < left.shape[0]:
            scale = left[row + 1 :, pivot] * inverse(int(left[row, pivot])) % PRIME
            left[row + 1 :] = (left[row + 1 :] - scale[:, None] * left[row][None, :] % PRIME) % PRIME
    return used
