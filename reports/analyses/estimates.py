"""A group's figure from people's scores: who is pooled, the mean, its interval, and who contributed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pillars.scoring import Pool, pools
from pillars.statistics import Interval, Stratum, standard_deviation, weighted_error, wilson_interval
from reports.analyses.respondents import Crowd, Survey


@dataclass(frozen=True)
class Estimate:
    """A mean on 0..100 with everything its interval needs.

    `influence` is what each contributor's difference from their pool adds to the figure; `pool_of` is
    the pool of each contributor. `values` are the contributors' own scores.
    """

    score: float
    values: Mapping[int, float]
    influence: Mapping[int, float]
    pool_of: Mapping[int, str]
    invited: Mapping[str, int | None]
    steps: int
    pools: tuple[Pool, ...] = ()
    least: int = 0
    """The contributors of the smallest part of a composite; decides how exactly the figure may be printed."""

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def contributors(self) -> frozenset[int]:
        return frozenset(self.values)

    @property
    def sd(self) -> float | None:
        return standard_deviation(list(self.values.values()))

    def interval(self) -> Interval:
        """Return the 95 % interval, with the finite population factor where the number invited is known."""
        squares: dict[str, list[float]] = {}
        for number, pull in self.influence.items():
            squares.setdefault(self.pool_of[number], []).append(pull**2)
        strata = [Stratum(math.fsum(found), len(found), self.invited.get(key)) for key, found in squares.items()]
        error, df = weighted_error(strata)
        least = self.n - 1 if len(strata) == 1 else min(stratum.n for stratum in strata) - 1
        return wilson_interval(self.score, error, least=max(least, 1), most=self.n * self.steps, df=df)


def estimate(
    survey: Survey, crowd: Crowd, values: Mapping[int, float], *, steps: int, equal: bool = False, k: int = 0
) -> Estimate | None:
    """Return the group's figure over those of its people who have a value, or None where no pool reaches k.

    The whole and units weigh role groups; a side or a role group is a plain mean over people. `k` may ask
    for more people than the campaign does.
    """
    mine = [number for number in survey.members(crowd) if number in values]
    counts = survey.count_by_stratum(mine)
    least = max(k, survey.k)
    if crowd.kind in {"all", "unit"}:
        shares = pools(survey.framework.role_groups, counts, least, equal=equal)
    else:
        shares = [Pool(crowd.key, frozenset(counts), 1.0)] if len(mine) >= least else []
    if not shares:
        return None
    return _pooled(survey, crowd, {number: values[number] for number in sorted(mine)}, shares, steps)


def _pooled(survey: Survey, crowd: Crowd, values: Mapping[int, float], shares: list[Pool], steps: int) -> Estimate:
    score = 0.0
    influence: dict[int, float] = {}
    pool_of: dict[int, str] = {}
    for pool in shares:
        inside = {number: value for number, value in values.items() if survey.strata[number] in pool.strata}
        middle = math.fsum(inside.values()) / len(inside)
        score += pool.weight * middle
        influence |= {number: pool.weight * (value - middle) / len(inside) for number, value in inside.items()}
        pool_of |= dict.fromkeys(inside, pool.key)
    invited = {pool.key: survey.invited_in(crowd, pool.strata) for pool in shares}
    kept = {number: values[number] for number in influence}
    return Estimate(min(max(score, 0.0), 100.0), kept, influence, pool_of, invited, steps, tuple(shares), len(kept))


def composite(parts: Mapping[str, Estimate], weights: Mapping[str, float]) -> Estimate | None:
    """Return the weighted mean of figures of the same group, if at least half of the weight is present.

    Each person's influence is the weighted sum of their influences on the parts (the linearised
    composite), so that answers of one person to several parts count as one person.
    """
    present = {key: weights[key] for key in weights if key in parts and weights[key] > 0}
    here, whole = sum(present.values()), sum(weights.values())
    if here <= 0 or here * 2 < whole:
        return None
    shares = {key: weight / here for key, weight in present.items()}
    influence: dict[int, float] = {}
    reached: dict[int, list[tuple[float, float]]] = {}
    pool_of: dict[int, str] = {}
    invited: dict[str, int | None] = {}
    for key, share in shares.items():
        part = parts[key]
        for number, pull in part.influence.items():
            influence[number] = influence.get(number, 0.0) + share * pull
            reached.setdefault(number, []).append((share, part.values[number]))
        pool_of |= {number: pool for number, pool in part.pool_of.items() if _is_wider(pool, pool_of.get(number, ""))}
        invited |= part.invited
    values = {
        number: sum(share * value for share, value in found) / sum(share for share, _ in found)
        for number, found in sorted(reached.items())
    }
    score = math.fsum(share * parts[key].score for key, share in shares.items())
    steps = sum(parts[key].steps for key in shares)
    pooled = tuple(pool for key in shares for pool in parts[key].pools)
    least = min(parts[key].least for key in shares)
    settled = _settled(pool_of, pooled)
    return Estimate(min(max(score, 0.0), 100.0), values, influence, settled, invited, steps, pooled, least)


def _is_wider(pool: str, than: str) -> bool:
    """Say whether a pool takes the place of another: a side that of a role group, everybody that of a side."""
    order = {"": 0, "all": 3}
    return order.get(pool, 2 if pool.startswith("side:") else 1) > order.get(than, 2 if than.startswith("side:") else 1)


def _settled(pool_of: Mapping[int, str], pooled: Iterable[Pool]) -> dict[int, str]:
    """Return one pool for each person such that no pool lies inside another.

    Where a role group is pooled with its side in one part only, its people would otherwise be spread
    over two pools by chance.
    """
    used = set(pool_of.values())
    wide = {"all"} if "all" in used else {key for key in used if key.startswith("side:")}
    inside = {stratum: pool.key for pool in pooled if pool.key in wide for stratum in pool.strata}
    return {number: inside.get(key, key) for number, key in pool_of.items()}
