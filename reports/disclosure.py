"""Which figures may stand beside each other so that nobody can be computed. The one home of this rule.

Pure: it knows cells of people by number, never who they are or what they said. A *contributor* of a
figure is somebody whose answers entered it; a person who was asked and did not answer is none.

Whoever sees many figures can compute with them: a whole without its units, staff without the units in
which only staff count, all scores without the lived ones. So figures are offered one after another, the
worthiest first, and each is taken only if nothing that can be computed from it and all taken before, by
whatever linear combination, is about 1 to k - 1 people (`reports.spans`). What is refused, or would take
too long to search, is not shown. A second look bounds hidden groups from both sides (`narrowing`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from reports.spans import Residues as Numbers
    from reports.spans import Row, Span

LEAST_FOR_DETAIL = 10
"""Items, distributions, spreads and comments need this many people, and exist for the whole only."""

LEAST_FOR_RESOURCES = 8
"""Resources and qualities speak of bosses and colleagues; they need this many for every viewer."""

LEAST_WIDTH = 20.0
"""Points of the 0-100 scale between which a hidden group's mean must stay possible at least."""

STEPS = 400
"""Steps of the search for each figure; where they do not do, the figure is not shown."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Candidate:
    """A figure that could be shown, with its rows: all of them come with it."""

    key: Hashable
    rows: Sequence[Row]
    needs: Hashable = None
    """The figure it belongs to, without which it is not shown either."""
    slot: Hashable = None
    """Where one of several is enough, such as the most exact number that may be told, the name they share."""
    rank: Hashable = None
    """What figures of the same worth and size have in common; they are offered one after another."""


@dataclass(frozen=True)
class Audited:
    """What may be shown together, what may not beside it, and what would have taken too long to find out."""

    shown: frozenset[Hashable]
    refused: tuple[Hashable, ...] = ()
    spent: tuple[Hashable, ...] = ()

    def __contains__(self, key: Hashable) -> bool:
        return key in self.shown


def audited(
    candidates: Sequence[Candidate], cell_of: Numbers, people: Numbers, k: int, *, steps: int = STEPS
) -> Audited:
    """Return which candidates may be shown together; they are tried in the order given.

    `cell_of` is the cell behind each unknown, `people` how many people are in each cell. Cells are the
    finest classes of people that any figure tells apart; classes of one person are fine.
    """
    import numpy as np  # noqa: PLC0415  only releases need it

    from reports.spans import Span, joined_columns  # noqa: PLC0415  needs numpy

    rows = [row for candidate in candidates for row in candidate.rows]
    if not rows:
        return Audited(frozenset(candidate.key for candidate in candidates))
    groups, stand_ins = joined_columns(rows, len(cell_of))
    used = groups >= 0
    pairs = np.unique(np.stack([groups[used], cell_of[used]]), axis=1)
    sizes = np.bincount(pairs[0], weights=people[pairs[1]], minlength=len(stand_ins))
    order = np.argsort(sizes < k, kind="stable")
    start = int((sizes >= k).sum())
    behind: dict[int, set[int]] = {int(group): set() for group in order[start:]}
    for group, cell in pairs.T.tolist():
        if group in behind:
            behind[group].add(cell)
    cells = [frozenset(found) for found in behind.values()]
    counts = {cell: int(people[cell]) for found in cells for cell in found}
    place_of = np.full(len(cell_of), -1)
    place_of[stand_ins[order]] = np.arange(len(stand_ins))

    def compact(row: Row) -> Numbers:
        places = place_of[row.columns]
        found = np.zeros(len(stand_ins), np.int64)
        found[places[places >= 0]] = row.parts[places >= 0]
        return found

    audit = _Audit(Span(cells, counts, k, start=start, steps=steps), compact)
    for rank in _ranked(candidates):
        audit.take(rank)
    return Audited(frozenset(audit.shown), tuple(audit.refused), tuple(audit.spent))


def _ranked(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Return the candidates in their order, those of one rank that follow one another together."""
    ranks: list[list[Candidate]] = []
    for candidate in candidates:
        if ranks and candidate.rank is not None and ranks[-1][-1].rank == candidate.rank:
            ranks[-1].append(candidate)
        else:
            ranks.append([candidate])
    return ranks


class _Audit:
    """Offers candidates to a span in their order."""

    def __init__(self, span: Span, compact: Callable[[Row], Numbers]) -> None:
        self.span = span
        self.compact = compact
        self.shown: set[Hashable] = set()
        self.filled: set[Hashable] = set()
        self.refused: list[Hashable] = []
        self.spent: list[Hashable] = []

    def take(self, rank: Sequence[Candidate]) -> None:
        """Take what fits of a rank, and then what does but for a difference between few people."""
        for candidate in [one for one in rank if self._fits(one) is False]:
            if candidate.rank is None or not self._fits(candidate, but_a_difference=True):
                self.refused.append(candidate.key)

    def _fits(self, candidate: Candidate, *, but_a_difference: bool = False) -> bool | None:
        """Take a candidate that fits, and return whether it does; None where that is not asked or not known."""
        from reports.spans import SearchSpent  # noqa: PLC0415  needs numpy

        lacks = candidate.needs is not None and candidate.needs not in self.shown
        if lacks or (candidate.slot is not None and candidate.slot in self.filled):
            return None
        try:
            fits = self.span.offer([self.compact(row) for row in candidate.rows], but_a_difference=but_a_difference)
        except SearchSpent:
            self.spent.append(candidate.key)
            return None
        if fits:
            self.shown.add(candidate.key)
            self.filled.add(candidate.slot)
        return fits


def shown_groups(
    groups: Mapping[Key, Set[int]],
    k: int,
    *,
    given: Sequence[Set[int]] = (),
    slots: Mapping[Key, Hashable] | None = None,
    people: Sequence[int] | None = None,
) -> frozenset[Key]:
    """Return the keys of the groups whose plain means or sizes may be shown together.

    `groups` holds each group's contributors by number, the worthiest first; those of `given` are known in
    any case. A group of nobody has nothing to show. Of groups that share a slot one is enough. With `people`
    each number stands for as many who are in the same groups.
    """
    import numpy as np  # noqa: PLC0415  only releases need it

    from reports.spans import Row  # noqa: PLC0415  needs numpy

    sets = [*given, *groups.values()]
    inside: dict[int, list[int]] = {}
    for place, one in enumerate(sets):
        for number in one:
            inside.setdefault(number, []).append(place)
    cells: dict[tuple[int, ...], int] = {}
    counts: list[int] = []
    members: list[list[int]] = [[] for _ in sets]
    for number, places in zip(inside, map(tuple, inside.values()), strict=True):
        if places not in cells:
            cells[places] = len(counts)
            counts.append(0)
            for place in places:
                members[place].append(cells[places])
        counts[cells[places]] += 1 if people is None else people[number]
    rows = [Row(np.array(found, dtype=np.int64), np.ones(len(found), np.int64)) for found in members]
    keys: list[Hashable] = [*(("given", place) for place in range(len(given))), *(("group", key) for key in groups)]
    slot_of = dict.fromkeys(keys) | {("group", key): slot for key, slot in (slots or {}).items()}
    offered = [Candidate(key, [row], slot=slot_of[key]) for key, row, one in zip(keys, rows, sets, strict=True) if one]
    found = audited(offered, np.arange(len(counts)), np.array(counts, dtype=np.int64), k)
    return frozenset(key for key in groups if ("group", key) in found)


Shares = Mapping[Any, float]
"""How much each cell's mean counts in a figure; adds up to 1."""


def widths(shown: Sequence[tuple[Shares, float]], hidden: Sequence[Shares], *, enough: float = 100.0) -> list[float]:
    """Return how far apart the least and the greatest possible mean of each hidden group are, on 0 to 100.

    `shown` are figures with their values. A cell's mean may be anything from 0 to 100 that makes all of
    them come true: two linear programs for each hidden group. A width of `enough` or more may be given as
    less than it is, as long as it is enough. Values that no means explain give a width of 0.
    """
    import numpy as np  # noqa: PLC0415  only releases need it
    from scipy.optimize import linprog  # noqa: PLC0415  slow to load, and only releases need it

    if not hidden:
        return []
    cells = list({cell: None for one in (*(one for one, _ in shown), *hidden) for cell in one})
    known = np.array([[one.get(cell, 0.0) for cell in cells] for one, _ in shown]).reshape(len(shown), len(cells))
    values = np.array([value for _, value in shown])
    wanted = np.array([[one.get(cell, 0.0) for cell in cells] for one in hidden])
    seen = np.array([[np.inf, -np.inf]] * len(hidden))

    def look(objective: npt.NDArray[np.float64]) -> None:
        found = linprog(objective, A_eq=known, b_eq=values, bounds=(0, 100), method="highs")
        if found.x is not None:
            seen[:, 0] = np.minimum(seen[:, 0], wanted @ found.x)
            seen[:, 1] = np.maximum(seen[:, 1], wanted @ found.x)

    # One solution shows something of every group: mostly the first two are enough for all.
    look(wanted.sum(axis=0))
    look(-wanted.sum(axis=0))
    for place, one in enumerate(wanted):
        for objective in (one, -one):
            if not seen[place, 1] - seen[place, 0] >= enough:
                look(objective)
    return [max(high - low, 0.0) for low, high in seen.tolist()]
