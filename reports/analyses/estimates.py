"""A group's figure from people's scores: who is pooled, the mean, its interval, and who contributed.

A group's people are taken stratum by stratum (`Survey.blocks`): all of one stratum are in the same pool.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pillars.scoring import Pool, pools, settled
from pillars.statistics import Interval, Moments, Stratum, weighted_error, wilson_interval
from pillars.vectors import Floats, Numbers, Values, moments
from reports.analyses.respondents import Crowd, Survey

PoolCodes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Block:
    """What a figure takes from the people of one stratum in the group; one place in each array for each of them."""

    numbers: Numbers
    values: Floats
    """Their own scores; NaN for those who did not contribute."""
    pulls: Floats
    """What each contributor's difference from their pool adds to the figure; 0 for others."""
    pool: PoolCodes
    """The place of each contributor's pool in the figure's `keys`; -1 for others."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """A mean on 0..100 with everything its interval needs."""

    score: float
    spread: Moments
    """How many contributed, and the plain mean and variance of their own scores."""
    strata: Sequence[Stratum]
    """The contributors by pool, with the sum of their squared influences."""
    invited: Mapping[str, int | None]
    steps: int
    pools: tuple[Pool, ...]
    least: int
    """The contributors of the smallest part of a composite; decides how exactly the figure may be printed."""
    source: _Mean | _Composite

    @property
    def n(self) -> int:
        return self.spread.n

    @property
    def sd(self) -> float | None:
        return math.sqrt(self.spread.variance) if self.n > 1 else None

    @property
    def contributors(self) -> Numbers:
        """The numbers of those who contributed, ascending."""
        return self.source.contributors

    def interval(self) -> Interval:
        """Return the 95 % interval, with the finite population factor where the number invited is known."""
        return self._interval(self.strata)

    def margin(self) -> float:
        """Return half of the 95 % interval without that factor: what differences and changes are judged by."""
        found = self._interval([replace(stratum, invited=None) for stratum in self.strata])
        return (found.high - found.low) / 2

    def _interval(self, strata: Sequence[Stratum]) -> Interval:
        error, df = weighted_error(strata)
        least = self.n - 1 if len(self.strata) == 1 else min(stratum.n for stratum in self.strata) - 1
        return wilson_interval(self.score, error, least=max(least, 1), most=self.n * self.steps, df=df)


@dataclass(frozen=True, eq=False)
class _Pooled:
    """The people of a pool who have a value."""

    pool: Pool
    found: Moments

    @property
    def squares(self) -> float:
        """The sum of squared influences on the figure."""
        return self.found.variance * (self.found.n - 1) * (self.pool.weight / self.found.n) ** 2


@dataclass(frozen=True, eq=False)
class _Mean:
    """Where the contributors of a plain figure come from."""

    survey: Survey
    crowd: Crowd
    values: Values
    pooled: Sequence[_Pooled]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(one.pool.key for one in self.pooled)

    @cached_property
    def contributors(self) -> Numbers:
        used = [numbers for name, numbers in self.survey.blocks(self.crowd) if self._pool_of(name) is not None]
        numbers = np.sort(np.concatenate(used)) if len(used) > 1 else used[0]
        return numbers[self.values.given[numbers]]

    def blocks(self) -> list[Block]:
        return [self._block(name, numbers) for name, numbers in self.survey.blocks(self.crowd)]

    def _pool_of(self, stratum: str) -> int | None:
        return next((place for place, one in enumerate(self.pooled) if stratum in one.pool.strata), None)

    def _block(self, stratum: str, numbers: Numbers) -> Block:
        place = self._pool_of(stratum)
        if place is None:
            nobody = np.full(len(numbers), np.nan)
            return Block(numbers, nobody, np.zeros(len(numbers)), np.full(len(numbers), -1, np.int8))
        values = self.values.array[numbers]
        given = self.values.given[numbers]
        one = self.pooled[place]
        pulls = np.where(given, (values - one.found.mean) * (one.pool.weight / one.found.n), 0.0)
        return Block(numbers, values, pulls, np.where(given, place, -1).astype(np.int8))


@dataclass(frozen=True, eq=False)
class _Composite:
    """Where the contributors of a composite come from."""

    keys: tuple[str, ...]
    kept: Sequence[Block]

    @cached_property
    def contributors(self) -> Numbers:
        return np.sort(np.concatenate([block.numbers[block.pool >= 0] for block in self.kept]))

    def blocks(self) -> Sequence[Block]:
        return self.kept


# -- plain figures -------------------------------------------------------------------------------


def estimate(
    survey: Survey, crowd: Crowd, values: Values, *, steps: int, equal: bool = False, k: int = 0
) -> Estimate | None:
    """Return the group's figure over those of its people who have a value, or None where no pool reaches k.

    The whole and units weigh role groups; any other group is a plain mean over people. `k` may ask for more
    people than the campaign does.
    """
    found = {name: values.of(numbers) for name, numbers in survey.blocks(crowd)}
    counts = {name: mine.size for name, mine in found.items() if mine.size}
    least = max(k, survey.k)
    if crowd.kind in {"all", "unit"}:
        shares = pools(survey.framework.role_groups, counts, least, equal=equal)
    else:
        shares = [Pool(crowd.key, frozenset(counts), 1.0)] if sum(counts.values()) >= least else []
    if not shares:
        return None
    pooled = [
        _Pooled(pool, moments(np.concatenate([mine for name, mine in found.items() if name in pool.strata])))
        for pool in shares
    ]
    invited = {pool.key: survey.invited_in(crowd, pool.strata) for pool in shares}
    spread = _together([one.found for one in pooled])
    return Estimate(
        score=settled(sum(one.pool.weight * one.found.mean for one in pooled)),
        spread=spread,
        strata=[Stratum(one.squares, one.found.n, invited[one.pool.key]) for one in pooled],
        invited=invited,
        steps=steps,
        pools=tuple(shares),
        least=spread.n,
        source=_Mean(survey, crowd, values, pooled),
    )


def _together(parts: Sequence[Moments]) -> Moments:
    """Return the moments of everybody from those of the pools."""
    n = sum(part.n for part in parts)
    mean = math.fsum(part.n * part.mean for part in parts) / n
    squares = math.fsum((part.n - 1) * part.variance + part.n * (part.mean - mean) ** 2 for part in parts)
    return Moments(n, mean, squares / (n - 1) if n > 1 else 0.0)


# -- composites ----------------------------------------------------------------------------------


def composite(parts: Mapping[str, Estimate], weights: Mapping[str, float]) -> Estimate | None:
    """Return the weighted mean of figures of the same group, if at least half of the weight is present.

    Each person's influence is the weighted sum of their influences on the parts (the linearised
    composite), so that answers of one person to several parts count as one person.
    """
    present = {key: weights[key] for key in weights if key in parts and weights[key] > 0}
    here, whole = sum(present.values()), sum(weights.values())
    if here <= 0 or here * 2 < whole:
        return None
    shares = [(parts[key], weight / here) for key, weight in present.items()]
    invited: dict[str, int | None] = {}
    for part, _ in shares:
        invited |= part.invited
    pooled = tuple(pool for part, _ in shares for pool in part.pools)
    keys, blocks = _combined(shares, pooled)
    scores = np.concatenate([block.values[block.pool >= 0] for block in blocks])
    squares, counts = _by_pool(blocks, len(keys))
    return Estimate(
        score=settled(math.fsum(share * part.score for part, share in shares)),
        spread=moments(scores),
        strata=[
            Stratum(float(square), int(n), invited.get(key))
            for key, square, n in zip(keys, squares, counts, strict=True)
            if n
        ],
        invited=invited,
        steps=sum(part.steps for part, _ in shares),
        pools=pooled,
        least=min(part.least for part, _ in shares),
        source=_Composite(keys, blocks),
    )


def _combined(shares: Sequence[tuple[Estimate, float]], pooled: Iterable[Pool]) -> tuple[tuple[str, ...], list[Block]]:
    """Return the pools' keys of a composite, and its people: of all parts together, each in one pool."""
    keys = tuple(dict.fromkeys(key for part, _ in shares for key in part.source.keys))
    by_part = [(part.source.blocks(), share, [keys.index(key) for key in part.source.keys]) for part, share in shares]
    blocks = [
        _joined([(blocks[place], share, names) for blocks, share, names in by_part], keys)
        for place in range(len(by_part[0][0]))
    ]
    alone = np.array(_one_pool_each(keys, blocks, pooled), np.int8)
    return keys, [
        Block(block.numbers, block.values, block.pulls, np.where(block.pool >= 0, alone[block.pool], np.int8(-1)))
        for block in blocks
    ]


def _joined(parts: Sequence[tuple[Block, float, Sequence[int]]], keys: Sequence[str]) -> Block:
    """Return what the people of one stratum add to a composite; `parts` with share and places of their pools' keys.

    Whoever is in different pools in different parts is in the widest of them.
    """
    numbers = parts[0][0].numbers
    reached, weight, pulls = np.zeros(len(numbers)), np.zeros(len(numbers)), np.zeros(len(numbers))
    pool = np.full(len(numbers), -1, np.int8)
    width = np.array([*(_width(key) for key in keys), 0], np.int8)
    for block, share, names in parts:
        own = np.array([*names, -1], np.int8)[block.pool]
        given = own >= 0
        if not given.any():
            continue
        reached += np.where(given, share * block.values, 0.0)
        weight += share * given
        pulls += share * block.pulls
        pool = np.where(width[own] > width[pool], own, pool)
    values = np.full(len(numbers), np.nan)
    np.divide(reached, weight, out=values, where=weight > 0)
    return Block(numbers, values, pulls, pool)


def _width(pool: str) -> int:
    """Return which pool takes the place of another: a side that of a role group, everybody that of a side."""
    return 3 if pool == "all" else 2 if pool.startswith("side:") else 1


def _one_pool_each(keys: Sequence[str], blocks: Sequence[Block], pooled: Iterable[Pool]) -> list[int]:
    """Return for each pool the place of the one to take instead, such that no pool lies inside another.

    Where a role group is pooled with its side in one part only, its people would otherwise be spread
    over two pools by chance.
    """
    used = {keys[place] for block in blocks for place in np.unique(block.pool).tolist() if place >= 0}
    wide = {"all"} if "all" in used else {key for key in used if key.startswith("side:")}
    inside = {stratum: pool.key for pool in pooled if pool.key in wide for stratum in pool.strata}
    return [keys.index(inside.get(key, key)) for key in keys]


def _by_pool(blocks: Sequence[Block], count: int) -> tuple[Floats, Numbers]:
    """Return the sum of squared influences in each pool, and how many people are in it."""
    squares, people = np.zeros(count), np.zeros(count, np.int64)
    for block in blocks:
        for place in np.unique(block.pool).tolist():
            if place >= 0:
                mine = block.pool == place
                squares[place] += float(np.square(block.pulls[mine]).sum())
                people[place] += int(np.count_nonzero(mine))
    return squares, people
