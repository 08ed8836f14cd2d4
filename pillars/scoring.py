"""Answers to scores and levels. Never Django, the database or the clock.

The way up: a person's answers give a score in each dimension; people of one role group give its mean;
role groups with their weights give the organisation's score; dimensions give an instrument, instruments
the index. Every score is on 0..100, or None where too little was answered. Means and levels use
unrounded values; only `display_score` rounds.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pillars.schema import NOT_APPLICABLE, Answers, Dimension, Framework, Item, RoleGroup

Measure = Literal["score", "lived", "claimed"]
"""Which scored items a figure rests on: all of them, the experience items, or the ladders."""

MEASURES: tuple[Measure, ...] = ("score", "lived", "claimed")


@dataclass(frozen=True)
class DimensionScore:
    """A person's score in a dimension, 0..100, or None; and on how many of the asked items it rests."""

    key: str
    score: float | None
    answered: int
    asked: int


@dataclass(frozen=True)
class Pool:
    """People who are averaged together before weights apply. `weight` is the pool's share of the whole, 0..1."""

    key: str
    strata: frozenset[str]
    weight: float


def settled(score: float) -> float:
    """Return a score without the dust of floating-point sums, on 0..100: 59.99999999999999 is 60, and level 4."""
    return min(max(round(score, 10), 0.0), 100.0)


# -- one person ----------------------------------------------------------------------------------


def point_of(answers: Answers, key: str) -> int | None:
    """Return the point given to an item, or None for "dk", "na" and no answer."""
    answer = answers.get(key)
    return answer if isinstance(answer, int) and not isinstance(answer, bool) else None


def value_of(item: Item, answers: Answers) -> float | None:
    """Return the answer to `item` on 0..100, turned so that 100 is the best end, or None."""
    point = point_of(answers, item.key)
    return None if point is None else 100 * item.fraction(point)


def is_in(item: Item, measure: Measure) -> bool:
    """Say whether `item` counts for `measure`: "claimed" is ladders, "lived" everything else that is scored."""
    if measure == "score":
        return item.scored
    return item.scored and (item.scale.kind == "ladder") == (measure == "claimed")


def roles_meant(framework: Framework, role: str) -> tuple[str, ...]:
    """Return the roles a person may have of whom only `role` is known.

    A response keeps the role of its reporting cell, which can be a role, a role group or a side
    ("leaders", "side:leaders"). Anything else may be every role.
    """
    if role in framework.role_by_key:
        return (role,)
    side = role.removeprefix("side:")
    roles = [key for group in framework.role_groups if role == group.key for key in group.roles]
    roles = roles or [key for group in framework.role_groups if side == group.side for key in group.roles]
    return tuple(roles) or tuple(framework.role_by_key)


def stratum_of(framework: Framework, role: str) -> str:
    """Return the role group's key for `role`, "side:<side>" where only the side is known, else ""."""
    group = framework.group_of(role)
    if group:
        return group.key
    if any(role == group.key for group in framework.role_groups):
        return role
    side = role.removeprefix("side:")
    return f"side:{side}" if any(side == group.side for group in framework.role_groups) else ""


def routed_items(
    framework: Framework, role: str, form: str = "full", other_forms: Mapping[str, str] = MappingProxyType({})
) -> frozenset[str]:
    """Return the keys of the items that everybody with `role` is asked in `form`.

    `other_forms` names the form of each role that gets another one. A framework without parts asks
    everything that is routed to the role.
    """
    routed: frozenset[str] | None = None
    for known in roles_meant(framework, role) or ("",):
        keys = frozenset(item.key for item in framework.items_for(known))
        if framework.parts:
            parts = framework.parts_for(other_forms.get(known, form), known)
            pages = [page for part in parts for page in part.pages]
            keys &= frozenset(key for page in pages for key in page)
        routed = keys if routed is None else routed & keys
    return routed or frozenset()


def asked_items(
    dimension: Dimension, routed: Collection[str], answers: Answers, measure: Measure = "score"
) -> tuple[Item, ...]:
    """Return the items of `dimension` that count as asked: routed here or answered, and not "doesn't apply".

    An answered item counts even where it is not routed to the role: ladders of executives are spread
    over managers when there are few executives. "I can't see this" counts as asked and unanswered.
    """
    return tuple(
        item
        for item in dimension.items
        if is_in(item, measure)
        and (item.key in routed or item.key in answers)
        and answers.get(item.key) != NOT_APPLICABLE
    )


def score_dimension(dimension: Dimension, asked_items: Sequence[Item], answers: Answers) -> DimensionScore:
    """Return the weighted mean of the answered items on a 0-100 scale.

    `asked_items` were routed to this respondent and not marked "doesn't apply". There is no score
    without an answer, and none when fewer than half of the asked items were answered: a mean of two
    answers out of ten says more about who skipped than about the organisation.

    Points 3 and 1 on a scale of 0 to 4, with equal weights, give (75 + 25) / 2 = 50.
    """
    answered = [(item, value) for item in asked_items if (value := value_of(item, answers)) is not None]
    asked = len(asked_items)
    weight = sum(item.weight for item, _ in answered)
    if weight <= 0 or len(answered) * 2 < asked:
        return DimensionScore(dimension.key, None, len(answered), asked)
    reached = sum(item.weight * value for item, value in answered)
    return DimensionScore(dimension.key, settled(reached / weight), len(answered), asked)


def score_person(
    framework: Framework, role: str, answers: Answers, measure: Measure = "score", routed: Collection[str] | None = None
) -> dict[str, DimensionScore]:
    """Return the person's score in every dimension of the framework, by key.

    `routed` is what the person was asked, by default everything routed to `role` in the full form.
    """
    asked = routed_items(framework, role) if routed is None else routed
    return {
        dimension.key: score_dimension(dimension, asked_items(dimension, asked, answers, measure), answers)
        for dimension in framework.dimensions
    }


# -- an organisation -----------------------------------------------------------------------------


def pools(role_groups: Sequence[RoleGroup], people: Mapping[str, int], k: int, *, equal: bool = False) -> list[Pool]:
    """Return who is averaged together and with which share, for a whole or a unit.

    `people` counts those with a score by stratum (`stratum_of`). Each role group of at least `k` people
    is a pool of its own with its weight. Where one of a side has fewer, the side is pooled by person and
    carries the sum of the weights of the role groups present: four executives (.2) and nine managers (.3)
    are thirteen leaders (.5). A side still under `k` has no figure and weight 0, because the total beside
    the other figures would give it away. When nothing reaches `k` and all people together do, or when
    there are no role groups, everybody is one pool. With `equal`, every role group weighs the same.
    """
    found: list[Pool] = []
    for side in dict.fromkeys(group.side for group in role_groups):
        groups = [group for group in role_groups if group.side == side]
        present = [group for group in groups if people.get(group.key)]
        loose = f"side:{side}"
        total = sum(people[group.key] for group in present) + people.get(loose, 0)
        if total < k:
            continue
        if not people.get(loose) and all(people[group.key] >= k for group in present):
            found += [Pool(group.key, frozenset([group.key]), 1 if equal else group.weight) for group in present]
            continue
        joined = groups if people.get(loose) else present
        key = joined[0].key if len(joined) == len(groups) == 1 else loose
        weight = len(joined) if equal else sum(group.weight for group in joined)
        found.append(Pool(key, frozenset([loose, *(group.key for group in joined)]), weight))
    weight = sum(pool.weight for pool in found)
    if weight > 0:
        return [Pool(pool.key, pool.strata, pool.weight / weight) for pool in found if pool.weight > 0]
    return [Pool("all", frozenset(people), 1.0)] if sum(people.values()) >= max(k, 1) else []


def role_weighted(role_groups: Sequence[RoleGroup], scores: Mapping[str, Sequence[float]], k: int) -> float | None:
    """Return the organisation's score from people's scores by stratum, or None when too few answered.

    S = sum of w_r g_r / sum of w_r over the pools present. Executives 72 (.2), managers 61 (.3) and
    staff 48 (.5) give 56.7; without staff 65.4.
    """
    shares = pools(role_groups, {stratum: len(values) for stratum, values in scores.items()}, k)
    if not shares:
        return None
    total = 0.0
    for pool in shares:
        values = [value for stratum in sorted(pool.strata) for value in scores.get(stratum, ())]
        total += pool.weight * sum(values) / len(values)
    return settled(total)


def combined(scores: Mapping[str, float | None], weights: Mapping[str, float]) -> float | None:
    """Return the weighted mean of the scores present, if at least half of the weight is.

    Dimensions to an instrument, instruments to the index. 60 and none, with equal weights, give 60;
    60, none and none give None.
    """
    present = {key: score for key, weight in weights.items() if weight > 0 and (score := scores.get(key)) is not None}
    here = sum(weights[key] for key in present)
    whole = sum(weight for weight in weights.values() if weight > 0)
    if here <= 0 or here * 2 < whole:
        return None
    return settled(sum(weights[key] * score for key, score in present.items()) / here)


def dimension_weights(framework: Framework, instrument: str) -> dict[str, float]:
    """Return the weight of each dimension that has scored items in an instrument."""
    return {
        dimension.key: dimension.weight
        for found in framework.instruments
        if found.key == instrument
        for dimension in found.dimensions
        if any(item.scored for item in dimension.items)
    }


def instrument_weights(framework: Framework, *, equal: bool = False) -> dict[str, float]:
    """Return each counting instrument's share of the index, adding up to 1; batteries are left out."""
    weights = {found.key: 1.0 if equal else found.weight for found in framework.instruments if found.weight > 0}
    whole = sum(weights.values())
    return {key: weight / whole for key, weight in weights.items()}


def index_of(framework: Framework, scores: Mapping[str, float | None], *, equal: bool = False) -> float | None:
    """Return the maturity index of dimension scores: instruments as means, then with their shares of the index."""
    reached = {
        key: combined(scores, dimension_weights(framework, key)) for key in instrument_weights(framework, equal=equal)
    }
    return combined(reached, instrument_weights(framework, equal=equal))


# -- levels --------------------------------------------------------------------------------------


def level_number(framework: Framework, score: float) -> int:
    """Return the number of the level an unrounded score reaches, 1 for the lowest (19.99 where 20 starts level 2)."""
    reached = sum(1 for level in framework.levels if score >= level.starts_at)
    return max(reached, 1)


def display_score(framework: Framework, score: float) -> int:
    """Return the score as printed: half up, but never in a higher level than the unrounded score (39.6 prints 39)."""
    printed = math.floor(score + 0.5)
    if printed > score and level_number(framework, printed) > level_number(framework, score):
        return printed - 1
    return printed


def held_level(framework: Framework, index: float, scores: Mapping[str, float | None]) -> tuple[int, str]:
    """Return the overall level, and the key of the dimension that holds it down, or "".

    With a gate, the level is at most one above the lowest level in the first instrument that counts:
    an index of 66 (level 4) beside a lowest pillar of 18 (level 1) gives level 2, held by that pillar.
    """
    level = level_number(framework, index)
    first = next((found for found in framework.instruments if found.weight > 0), None)
    if not framework.gate or first is None:
        return level, ""
    present = {
        dimension.key: score for dimension in first.dimensions if (score := scores.get(dimension.key)) is not None
    }
    if not present:
        return level, ""
    lowest = min(present, key=lambda key: present[key])
    cap = level_number(framework, present[lowest]) + 1
    return (cap, lowest) if cap < level else (level, "")
