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
from functools import cache

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


def inverses(values: Residues) -> Residues:
    """Return what times each value gives 1 (and 0 for 0), by Fermat: a^(p - 2)."""
    found = np.ones_like(values)
    power, left = values % PRIME, PRIME - 2
    while left:
        if left & 1:
            found = found * power % PRIME
        power = power * power % PRIME
        left >>= 1
    return found


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
    first = np.zeros(width, np.int64)
    for row in reversed(rows):
        first[row.columns] = row.parts
    scale = inverses(first)
    sums = np.zeros((2, width), np.int64)
    for row, weights in zip(rows, _weights(len(rows)).swapaxes(0, 1), strict=True):
        scaled = row.parts * scale[row.columns] % PRIME
        sums[:, row.columns] = (sums[:, row.columns] + scaled * weights % PRIME) % PRIME
    used = np.flatnonzero(first)
    groups = np.full(width, -1)
    groups[used] = named(sums[:, used])
    _, places = np.unique(groups[used], return_index=True)
    return groups, used[places]


@dataclass(frozen=True)
class Limits:
    """What counts as telling something of a few people, and how long to look for it."""

    contrasts: bool = True
    """Also what counts some of them against others: the difference of two people's scores. Else means only."""
    steps: int = 400
    """Steps of the search for each figure."""


class Span:
    """All that can be computed from the rows taken in so far, which never is about 1 to k - 1 people.

    A combination about few people leaves out every column with k people or more behind it. So rows are
    reduced by those columns first; what is left of a row then is on the other columns alone (a *rest*), and
    only combinations of rests have to be searched.
    """

    def __init__(
        self, cells: Sequence[frozenset[int]], people: Mapping[int, int], k: int, *, start: int, limits: Limits
    ) -> None:
        """Begin with nothing known. `cells` are those behind each column from `start` on, `people` those in a cell.

        The columns before `start` have k people or more behind each, so that a reduced row begins with one
        of them where it can.
        """
        self.cells = cells
        self.people = people
        self.k = k
        self.start = start
        self.limits = limits
        self.rows: list[Residues] = []
        self.pivots: list[int] = []
        self.rests = np.zeros((0, len(self.cells)), np.int64)
        self.rest_pivots: list[int] = []

    def offer(self, rows: Sequence[Residues]) -> bool:
        """Take the rows in if all may be known together with what is known already; else take none.

        :raises SearchSpent: when that could not be found out
        """
        known = len(self.rows), self.rests, list(self.rest_pivots)
        fits = False
        try:
            fits = all(self._take(row) for row in rows)
        finally:
            if not fits:
                del self.rows[known[0] :], self.pivots[known[0] :]
                _, self.rests, self.rest_pivots = known
        return fits

    def holds(self, row: Residues) -> bool:
        """Say whether a row can be computed from what is known."""
        return not self._reduced(row).any()

    def _take(self, row: Residues) -> bool:
        left = self._reduced(row)
        used = np.flatnonzero(left)
        if not used.size:
            return True
        pivot = int(used[0])
        left = left * pow(int(left[pivot]), -1, PRIME) % PRIME
        if pivot < self.start:
            self.rows.append(left)
            self.pivots.append(pivot)
            return True
        rest, pivot = left[self.start :], pivot - self.start
        if not self._is_safe(rest):
            return False
        cleared = (self.rests - self.rests[:, pivot, None] * rest[None, :] % PRIME) % PRIME
        self.rests = np.vstack([cleared, rest])
        self.rest_pivots.append(pivot)
        return True

    def _reduced(self, row: Residues) -> Residues:
        left = row % PRIME
        for known, pivot in zip(self.rows, self.pivots, strict=True):
            if part := int(left[pivot]):
                left = (left - part * known) % PRIME
        rest = left[self.start :]
        parts = rest[self.rest_pivots]
        used = np.flatnonzero(parts)
        left[self.start :] = (rest - (parts[used, None] * self.rests[used] % PRIME).sum(axis=0)) % PRIME
        return left

    def _is_safe(self, rest: Residues) -> bool:
        """Say whether no combination with this new rest is about 1 to k - 1 people."""
        # Only rests that share columns with it, directly or through others, can take anything away from it.
        mixed, reached = np.zeros(len(self.rests), bool), rest != 0
        while True:
            more = (self.rests[:, reached] != 0).any(axis=1) & ~mixed
            if not more.any():
                break
            mixed |= more
            reached |= (self.rests[more] != 0).any(axis=0)
        columns = np.flatnonzero(reached)
        # The first column says whether the new rest has a part in a combination; the old ones alone are safe.
        space = np.zeros((1 + int(mixed.sum()), 1 + columns.size), np.int64)
        space[0, 0] = 1
        space[0, 1:] = rest[columns]
        space[1:, 1:] = self.rests[mixed][:, columns]
        return not _Search(self.cells, self.people, self.k, self.limits).finds(space, columns, frozenset())


class _Search:
    """Looks for a combination of rests about fewer than k people."""

    def __init__(self, cells: Sequence[frozenset[int]], people: Mapping[int, int], k: int, limits: Limits) -> None:
        self.cells = cells
        self.people = people
        self.k = k
        self.contrasts = limits.contrasts
        self.left = limits.steps

    def _count(self, cells: Set[int]) -> int:
        return sum(self.people[cell] for cell in cells)

    def finds(self, space: Residues, columns: npt.NDArray[np.int64], touched: frozenset[int]) -> bool:
        """Say whether some combination of `space` that has its new rest is about `touched` and too few others.

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
            return self.contrasts or self._has_mean(space, columns)
        if self._must_touch(space, columns, touched) >= self.k:
            return False
        _, place, cells = max(open_ones, key=lambda one: one[:2])
        return self.finds(_cleared(space, [place]), columns, touched) or self.finds(space, columns, touched | cells)

    def _has_mean(self, space: Residues, columns: npt.NDArray[np.int64]) -> bool:
        """Say whether a combination with the new rest counts nobody against anybody else: a mean, however weighted.

        Every combination that does is a sum of some that no column can be taken out of, and these are few.
        """
        self.left -= 1
        if self.left < 0:
            raise SearchSpent
        if not space[:, 0].any():
            return False
        if len(space) == 1:
            used = space[0, 1:][space[0, 1:] != 0]
            parts = used * pow(int(used[0]), -1, PRIME) % PRIME
            return all(is_positive(int(part)) for part in parts)
        return any(
            self._has_mean(_cleared(space, [place]), columns)
            for place in np.flatnonzero(space[:, 1:].any(axis=0)).tolist()
        )

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
        while count < self.k and len(free) >= dimensions:
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
            scale = column[others] * pow(int(column[pivot]), -1, PRIME) % PRIME
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
            scale = left[row + 1 :, pivot] * pow(int(left[row, pivot]), -1, PRIME) % PRIME
            left[row + 1 :] = (left[row + 1 :] - scale[:, None] * left[row][None, :] % PRIME) % PRIME
    return used
