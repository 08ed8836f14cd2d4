"""Offers a dimension's figures to the disclosure audit: what each of them rests on, in the order of their worth.

All figures of a dimension are made of the same answers: the score, what is lived, what is claimed, the gap
between leaders and staff, each question. So they are audited together. What counts is each person's points
on the dimension's items; people of the same unit, role group and answered items are one cell. A second set
of unknowns are squares (whoever knows intervals and spreads can add them up), a third the numbers of people,
a fourth how many could not see what an item asks, a fifth points held down to what people's evidence holds up.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pillars.schema import Dimension, Item
from pillars.scoring import MEASURES, is_in
from pillars.vectors import NOBODY, Mask, Numbers, Values, numbered
from reports.analyses.estimates import Estimate
from reports.analyses.held import evidencing
from reports.analyses.respondents import Crowd, Survey
from reports.disclosure import LEAST_FOR_DETAIL, Audited, Candidate, audited
from reports.spans import PRIME, Row, residue

COMMON = "common"
"""The variant that a gap rests on: the questions which leaders and staff were both asked."""

COMPLETE = "complete"
"""The variant that consistency rests on: people who answered all of a dimension's items that no ladder is."""

LEAST_IN_DEPARTMENT = 8
"""Departments are compared with each other from this many people on."""


@dataclass(frozen=True)
class Cell:
    """People who are alike for every figure of a dimension."""

    stratum: str
    unit: int | None
    level: str
    role: str
    points: frozenset[str]
    """The items they gave a point to."""
    has: frozenset[str]
    """The variants in which they have a value."""
    is_flagged: bool = False
    """Whether their answers show a sign of carelessness; not told apart where fewer than k do."""
    proven: frozenset[str] = frozenset()
    """The ladders for which they named evidence; not told apart where too few did."""


@dataclass(frozen=True)
class _Values:
    """Where a variant's values lie among the unknowns: points with their weights, and squares."""

    columns: Numbers
    cells: Numbers
    parts: Numbers
    squares: Numbers
    """By cell; -1 where its people have no value."""


@dataclass(frozen=True)
class Part:
    """A mean of the whole organisation over some of a dimension's items, offered after everything else."""

    name: str
    items: frozenset[str]
    values: Values
    found: Estimate


@dataclass(frozen=True)
class DimensionAudit:
    """The unknowns behind one dimension's figures, and rows over them."""

    survey: Survey
    dimension: Dimension
    common: Collection[Numbers] = ()
    """Whose scores on the common questions are compared."""
    parts: Sequence[Part] = ()

    @property
    def k(self) -> int:
        return self.survey.least(self.dimension)

    # -- unknowns ----------------------------------------------------------------------------------

    @cached_property
    def counted(self) -> Mapping[Cell, int]:
        """How many people are in each cell."""
        survey, columns = self.survey, self.survey.columns
        pointed = {item.key: columns.codes[item.key] >= 0 for item in self.dimension.items}
        has: dict[str, Mask] = {measure: survey.scores[measure][self.dimension.key].given for measure in MEASURES}
        has[COMMON] = survey.mask(np.concatenate([NOBODY, *self.common]))
        has[COMPLETE] = survey.complete(survey.scale_items(self.dimension))
        has |= {part.name: part.values.given for part in self.parts}
        flagged = survey.flagged & (np.count_nonzero(survey.flagged) >= survey.k)
        proven = {item.key: found for item in self.dimension.items if (found := evidencing(survey, item)).any()}
        with_roles = survey.offered[1] is self.dimension
        roles = columns.role if with_roles else np.zeros_like(columns.role)
        alike = numbered(survey.cell, roles, *pointed.values(), *has.values(), flagged, *proven.values())
        _, places, counts = np.unique(alike, return_index=True, return_counts=True)
        order = np.argsort(places)
        return {
            Cell(
                stratum=survey.cells[survey.cell[place]].stratum,
                unit=survey.cells[survey.cell[place]].unit,
                level=survey.cells[survey.cell[place]].level,
                role=columns.roles[columns.role[place]] if with_roles else "",
                points=frozenset(key for key, mask in pointed.items() if mask[place]),
                has=frozenset(name for name, mask in has.items() if mask[place]),
                is_flagged=bool(flagged[place]),
                proven=frozenset(key for key, mask in proven.items() if mask[place]),
            ): count
            for place, count in zip(places[order].tolist(), counts[order].tolist(), strict=True)
        }

    @cached_property
    def cells(self) -> list[Cell]:
        return list(self.counted)

    @cached_property
    def people(self) -> Numbers:
        return np.array(list(self.counted.values()), dtype=np.int64)

    @cached_property
    def points(self) -> Mapping[str, Numbers]:
        """The unknown of each cell's points on an item, by item; -1 where its people gave none."""
        found = {item.key: np.full(len(self.cells), -1) for item in self.dimension.items}
        free = 0
        for place, cell in enumerate(self.cells):
            for key in sorted(cell.points):
                found[key][place] = free
                free += 1
        return found

    @cached_property
    def _squares(self) -> Mapping[tuple[int, frozenset[str]], int]:
        """The unknown of the squares of what a cell's people have on some items together."""
        behind = {
            (place, one): None
            for place, cell in enumerate(self.cells)
            for one in (
                *(frozenset([key]) for key in sorted(cell.points)),
                *(cell.points & keys for name, keys in self._items.items() if name in cell.has),
            )
        }
        first = sum(len(cell.points) for cell in self.cells)
        return {key: number for number, key in enumerate(behind, start=first)}

    @cached_property
    def _first_number(self) -> int:
        """The first of the unknowns that are numbers of people, one for each cell."""
        return sum(len(cell.points) for cell in self.cells) + len(self._squares)

    @cached_property
    def cell_of(self) -> Numbers:
        """The cell behind each unknown."""
        points = [place for place, cell in enumerate(self.cells) for _ in cell.points]
        everyone = list(range(len(self.cells)))
        others = everyone * (2 * len(self.dimension.items))
        return np.array([*points, *(place for place, _ in self._squares), *everyone, *others], dtype=np.int64)

    @cached_property
    def _items(self) -> Mapping[str, frozenset[str]]:
        """The items behind each variant."""
        items = {measure: [item for item in self.dimension.items if is_in(item, measure)] for measure in MEASURES}
        variants = [
            *items.items(),
            (COMMON, self.survey.common_items(self.dimension)),
            (COMPLETE, self.survey.scale_items(self.dimension)),
        ]
        known = {name: frozenset(item.key for item in found) for name, found in variants}
        known |= {part.name: part.items for part in self.parts}
        return {name: keys - self.survey.rare_ladders for name, keys in known.items()}

    @cached_property
    def values(self) -> Mapping[str, _Values]:
        """Where each variant's values lie."""
        return {name: self._values_of(name, keys) for name, keys in self._items.items()}

    def _values_of(self, name: str, keys: frozenset[str]) -> _Values:
        weights = {
            item.key: Fraction(item.weight).limit_denominator(10_000) for item in self.dimension.items if item.weight
        }
        squares = np.full(len(self.cells), -1)
        columns, places, parts = [], [], []
        known: dict[frozenset[str], dict[str, int]] = {}
        for place, cell in enumerate(self.cells):
            if name not in cell.has:
                continue
            behind = cell.points & keys
            if behind not in known:
                counted = sorted(behind & weights.keys())
                whole = sum(weights[key] for key in counted)
                known[behind] = {key: residue(weights[key] / whole) for key in counted}
            squares[place] = self._squares[place, behind]
            for key, part in known[behind].items():
                columns.append(int(self.points[key][place]))
                places.append(place)
                parts.append(part)
        return _Values(_numbers(columns), _numbers(places), _numbers(parts), squares)

    # -- rows --------------------------------------------------------------------------------------

    def inside(self, crowd: Crowd) -> Mask:
        return self._inside[crowd.key]

    @cached_property
    def _inside(self) -> Mapping[str, Mask]:
        return {
            crowd.key: np.array([crowd.holds(cell.stratum, cell.unit, cell.level) for cell in self.cells], dtype=bool)
            for crowd in self.survey.crowds
        }

    @cached_property
    def _strata(self) -> npt.NDArray[np.str_]:
        return np.array([cell.stratum for cell in self.cells])

    def of_strata(self, strata: Iterable[str]) -> Mask:
        return np.isin(self._strata, list(strata))

    def count(self, mask: Mask) -> int:
        return int(self.people[mask].sum())

    def mean_row(self, name: str, by_cell: Numbers) -> Row:
        """Return the row of a variant in which each cell's people count with a residue."""
        values = self.values[name]
        parts = by_cell[values.cells] * values.parts % PRIME
        return Row(values.columns[parts != 0], parts[parts != 0])

    def square_row(self, name: str, by_cell: Numbers) -> Row:
        squares = self.values[name].squares
        used = (squares >= 0) & (by_cell != 0)
        return Row(squares[used], by_cell[used])

    def count_row(self, mask: Mask) -> Row:
        return _plain(self._first_number + np.flatnonzero(mask))

    def unseen_row(self, items: Iterable[Item], mask: Mask) -> Row:
        """Return how many "can't see" these people gave to these items together."""
        found = [self._beyond(item, 1) + np.flatnonzero(mask) for item in items]
        return _plain(np.concatenate([NOBODY, *found]))

    def held(self, item: Item) -> Numbers:
        """Return the unknown of each cell's points on a ladder, held down to what people's evidence holds up."""
        return self._beyond(item, 1 + len(self.dimension.items)) + np.arange(len(self.cells))

    def _beyond(self, item: Item, families: int) -> int:
        """Return the first of the unknowns, one for each cell, that stand for an item beyond the numbers of people."""
        place = [one.key for one in self.dimension.items].index(item.key)
        return self._first_number + (families + place) * len(self.cells)

    def proven(self, item: Item) -> Mask:
        return np.array([item.key in cell.proven for cell in self.cells], dtype=bool)

    # -- candidates --------------------------------------------------------------------------------

    @cached_property
    def is_flagged(self) -> Mask:
        return np.array([cell.is_flagged for cell in self.cells], dtype=bool)

    def contributors(self, name: str, crowd: Crowd, found: Estimate) -> Mask:
        """Return the group's people who count in a figure."""
        strata = {stratum for pool in found.pools for stratum in pool.strata}
        return self.inside(crowd) & (self.values[name].squares >= 0) & self.of_strata(strata)

    def figure(
        self, name: str, crowd: Crowd, found: Estimate, *, key: Hashable = None, among: Mask | None = None
    ) -> Candidate:
        """Return a group's mean with its interval, of all its people or of those `among` them."""
        means, spreads = np.zeros(len(self.cells), np.int64), np.zeros(len(self.cells), np.int64)
        mine = self.inside(crowd) & (self.values[name].squares >= 0)
        if among is not None:
            mine &= among
        for pool in found.pools:
            mask = mine & self.of_strata(pool.strata)
            n = self.count(mask)
            weight = Fraction(pool.weight).limit_denominator(10_000)
            means[mask] = residue(weight / n)
            spreads[mask] = residue(weight**2 / (n * max(n - 1, 1)) * _left_over(n, found.invited[pool.key]))
        rows = [self.mean_row(name, means), self.square_row(name, spreads)]
        return Candidate((name, crowd.key) if key is None else key, rows)

    def margin(self, crowd: Crowd, found: Estimate) -> Candidate:
        """Return the spread behind a score's margin: as its interval, without the finite population factor."""
        spreads = np.zeros(len(self.cells), np.int64)
        mine = self.inside(crowd) & (self.values["score"].squares >= 0)
        for pool in found.pools:
            mask = mine & self.of_strata(pool.strata)
            n = self.count(mask)
            weight = Fraction(pool.weight).limit_denominator(10_000)
            spreads[mask] = residue(weight**2 / (n * max(n - 1, 1)))
        return Candidate(("margin", crowd.key), [self.square_row("score", spreads)], needs=("score", crowd.key))

    def numbers(self, name: str, crowd: Crowd, found: Estimate) -> Iterator[Candidate]:
        """Yield the numbers of people that could stand beside a figure, the exact one first."""
        exact, scored = (self.contributors(one, crowd, found) for one in (name, "score"))
        yield from self.told(name, crowd.key, exact, self.inside(crowd), scored)

    def told(
        self, name: str, group: str, exact: Mask, members: Mask, scored: Mask | None = None
    ) -> Iterator[Candidate]:
        """Yield candidates ("n", name, group, number): exactly who is in a figure, else with a few who are not.

        The number of those few would be told by the difference. Whoever has a score is counted in first, then
        whole sides of the group, then the group.
        """
        few = 2 * self.survey.k
        filled = exact.copy()
        for side in self._sides.values():
            if self.count(exact & side) > 0 and self.count(members & side & ~exact) < few:
                filled |= members & side
        for mask in (exact, exact if scored is None else exact | scored, filled, members):
            n = self.count(mask)
            if n - self.count(exact) < few:
                yield Candidate(("n", name, group, n), [self.count_row(mask)], slot=("n", name, group))

    @cached_property
    def _sides(self) -> Mapping[str, Mask]:
        sides: dict[str, list[str]] = {}
        for stratum, side in self.survey.side_of_stratum.items():
            sides.setdefault(side, []).append(stratum)
        return {side: self.of_strata(strata) for side, strata in sides.items()}

    def side(self, key: str) -> Mask:
        """Return the people of a side, by its group's key; nobody where there is none."""
        return self._sides.get(key.removeprefix("side:"), np.zeros(len(self.cells), bool))

    def spread(self, name: str, crowd: Crowd, found: Estimate) -> Candidate:
        """Return the standard deviation of a group's people, which tells their plain mean and squares."""
        strata = {stratum for pool in found.pools for stratum in pool.strata}
        mask = (self.inside(crowd) & self.of_strata(strata)).astype(np.int64)
        rows = [self.mean_row(name, mask), self.square_row(name, mask)]
        return Candidate(("sd", name, crowd.key), rows, needs=(name, crowd.key))

    def department(self, crowd: Crowd, found: Estimate) -> Candidate:
        """Return what the comparison of departments takes from one: the plain mean of its people and their squares."""
        mine = self.contributors("score", crowd, found).astype(np.int64)
        rows = [self.mean_row("score", mine), self.square_row("score", mine)]
        return Candidate(("silo", crowd.key), rows, needs=("score", crowd.key))

    def gap(self, sides: Iterable[str]) -> Candidate:
        """Return leaders beside staff on common questions: two means, one interval."""
        rows = []
        spreads = np.zeros(len(self.cells), np.int64)
        for key in sides:
            mask = self.side(key) & (self.values[COMMON].squares >= 0)
            n = self.count(mask)
            spreads[mask] = residue(Fraction(1, n * max(n - 1, 1)))
            rows.append(self.mean_row(COMMON, mask.astype(np.int64)))
        return Candidate((COMMON,), [*rows, self.square_row(COMMON, spreads)])

    def gap_numbers(self, sides: Iterable[str]) -> Iterator[Candidate]:
        for key in sides:
            members = self.side(key)
            yield from self.told(COMMON, key, members & (self.values[COMMON].squares >= 0), members)

    def item(self, item: Item) -> Candidate | None:
        """Return how the whole answered one item: mean, distribution, spread."""
        given = self.points[item.key] >= 0
        mask = given & self.counted_sides(given)
        if self.count(mask) < LEAST_FOR_DETAIL:
            return None
        return Candidate(("item", item.key), self.item_rows(item, mask))

    def item_rows(self, item: Item, mask: Mask) -> list[Row]:
        """Return what people's points on an item add up to, and their squares."""
        return [self.points_row(item, mask), self._item_squares(item, mask)]

    def points_row(self, item: Item, mask: Mask) -> Row:
        return _plain(self.points[item.key][mask])

    def _item_squares(self, item: Item, mask: Mask) -> Row:
        alone = frozenset([item.key])
        return _plain(np.array([self._squares[int(place), alone] for place in np.flatnonzero(mask)], dtype=np.int64))

    def counted_sides(self, given: Mask) -> Mask:
        """Return who counts for the whole where these people answered: sides with enough of them, else everybody."""
        kept = np.zeros(len(self.cells), bool)
        for side in dict.fromkeys(group.side for group in self.survey.framework.role_groups):
            strata = [stratum for stratum, found in self.survey.side_of_stratum.items() if found == side]
            members = self.of_strata(strata)
            if self.count(given & members) >= self.k:
                kept |= members
        return kept if kept.any() else np.ones(len(self.cells), bool)

    # -- deciding ----------------------------------------------------------------------------------

    def decide(
        self, candidates: Sequence[Candidate], known: Iterable[Crowd], *, tells_flagged: bool = False
    ) -> Audited:
        """Return which candidates may stand beside each other and the numbers of people in the `known` groups.

        With `tells_flagged` it is also known how many answers are flagged.
        """
        given = [Candidate(("answered", crowd.key), [self.count_row(self.inside(crowd))]) for crowd in known]
        if tells_flagged:
            given.append(Candidate(("flagged",), [self.count_row(self.is_flagged)]))
        return audited([*given, *candidates], self.cell_of, self.people, self.k)


def _numbers(found: Sequence[int]) -> Numbers:
    return np.array(found, dtype=np.int64)


def _plain(columns: Numbers) -> Row:
    return Row(columns, np.ones(len(columns), np.int64))


def _left_over(n: int, invited: int | None) -> Fraction:
    """Return the finite population factor of an interval."""
    return Fraction(1) if invited is None or invited < n else 1 - Fraction(n, invited)
