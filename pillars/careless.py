"""The fast version of `pillars.quality`, for many people at once; property tests hold that both say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from pillars.quality import APART, SAME_LEAST, SAME_SHARE, TURNS, UNSEEN_SHARE, Checks, Flag, goodness, place_of
from pillars.schema import Item
from pillars.vectors import UNSEEN, Codes, Mask

Counts = npt.NDArray[np.int64]

NO_POINTS = 4
"""How many codes are no point; they are negative and so index a table from its end."""


def flags_among(checks: Checks, codes: Mapping[str, Codes], is_fast: Mask) -> dict[Flag, Mask]:
    """Return who shows each sign; `codes` hold everybody's answer to each item as in `pillars.vectors`."""
    people = len(is_fast)
    contradictions, seen, unseen = (np.zeros(people, np.int64) for _ in range(3))
    for pair, beside in checks.pairs:
        contradictions += _contradicts(pair, beside, codes)
    for item in checks.items:
        seen += codes[item.key] >= 0
        unseen += codes[item.key] == UNSEEN
    same = np.zeros(people, bool)
    fast = np.flatnonzero(is_fast)
    same[fast] = _is_same(checks.items, {item.key: codes[item.key][fast] for item in checks.items}, len(fast))
    return {
        "fast": is_fast,
        "same_answer": same,
        "contradicting": contradictions >= checks.contradictions,
        "unseen": unseen * UNSEEN_SHARE.denominator > UNSEEN_SHARE.numerator * (unseen + seen),
    }


def flagged_among(checks: Checks, codes: Mapping[str, Codes], is_fast: Mask) -> Mask:
    """Return who shows any sign."""
    found: Mask = np.any(list(flags_among(checks, codes, is_fast).values()), axis=0)
    return found


def _is_same(items: Sequence[Item], codes: Mapping[str, Codes], people: int) -> Mask:
    """Say who gave nearly all answers at one place of the screen, however the coins fell."""
    places: dict[Fraction, int] = {}
    given = np.zeros(people, np.int64)
    for item in items:
        given += codes[item.key] >= 0
        for point in item.scale.points():
            places.setdefault(place_of(item, point), len(places))
            places.setdefault(1 - place_of(item, point), len(places))
    most = np.zeros(people, np.int64)
    for pairs, ladders in TURNS:
        counts = np.zeros((people, len(places)), np.int64)
        for item in items:
            table = np.array(
                [places[place_of(item, p, pairs_turned=pairs, ladders_turned=ladders)] for p in item.scale.points()]
            )
            who = np.flatnonzero(codes[item.key] >= 0)
            counts[who, table[codes[item.key][who]]] += 1
        most = np.maximum(most, counts.max(axis=1, initial=0))
    return (given >= SAME_LEAST) & (most * SAME_SHARE.denominator >= SAME_SHARE.numerator * given)


def _contradicts(pair: Item, beside: Sequence[Item], codes: Mapping[str, Codes]) -> Mask:
    """Say whose answer to a pair lies far from every question beside it that they answered, and they answered one."""
    all_apart = codes[pair.key] >= 0
    answered = np.zeros(len(all_apart), bool)
    for item in beside:
        apart = np.ones((len(pair.scale.points()) + NO_POINTS, len(item.scale.points()) + NO_POINTS), bool)
        apart[:-NO_POINTS, :-NO_POINTS] = [
            [abs(goodness(pair, one) - goodness(item, other)) >= APART for other in item.scale.points()]
            for one in pair.scale.points()
        ]
        all_apart &= apart[codes[pair.key], codes[item.key]]
        answered |= codes[item.key] >= 0
    found: Mask = all_apart & answered
    return found
