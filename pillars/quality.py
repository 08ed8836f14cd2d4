"""Signs that somebody answered without reading. They flag, and never delete: results stand with and without them.

Four signs: at least half of the questions answered in under two seconds each (known from the device, stored with
the response); the same place on the screen for nearly all answers, together with that speed (alone it detects
little); opposite ends for questions that ask much the same; "I can't see this" nearly everywhere. Most careless
people show only one (Meade & Craig 2012), so any one flags.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pillars.schema import DONT_KNOW, Answers, Dimension, Framework, Item
from pillars.scoring import point_of

Flag = Literal["fast", "same_answer", "contradicting", "unseen"]

SAME_SHARE = Fraction(95, 100)
SAME_LEAST = 25
"""Answers with a point, below which the same answer is no sign."""
APART = Fraction(75, 100)
"""Of the scale: how far a pair and a question beside it lie apart to contradict each other."""
CONTRADICTIONS = 3
CONTRADICTED_SHARE = Fraction(3, 4)
"""Of the pairs of the framework."""
UNSEEN_SHARE = Fraction(70, 100)

TURNS = ((False, False), (True, False), (False, True), (True, True))
"""Whether pairs and ladders were shown turned round: one coin each per person, which the response does not keep."""


@dataclass(frozen=True)
class Checks:
    """What of a framework tells careless answers: its questions, and each pair with the questions beside it."""

    items: tuple[Item, ...]
    pairs: tuple[tuple[Item, tuple[Item, ...]], ...]
    """Polar pairs, each with its dimension's other common questions; there may be none."""

    @property
    def contradictions(self) -> int:
        """How many pairs have to contradict: three, and three quarters of all. 3 of 4, 6 of 8."""
        return max(CONTRADICTIONS, math.ceil(len(self.pairs) * CONTRADICTED_SHARE))


def checks_of(framework: Framework) -> Checks:
    """Return what can be checked, from the formats of the framework's items."""
    pairs = [
        (item, tuple(one for one in _common(framework, dimension) if one is not item))
        for dimension in framework.dimensions
        for item in _common(framework, dimension)
        if item.scale.kind == "pair"
    ]
    return Checks(framework.items, tuple(pairs))


def _common(framework: Framework, dimension: Dimension) -> list[Item]:
    """Return the scored questions, no ladders, that leaders and staff are both asked; all where there are no sides."""
    groups = framework.role_groups
    sides = {group.side for group in groups}
    return [
        item
        for item in dimension.items
        if item.scored
        and item.scale.kind != "ladder"
        and {group.side for group in groups for role in group.roles if item.is_asked_of(role)} == sides
    ]


def flags_of(checks: Checks, answers: Answers, *, is_fast: bool) -> frozenset[Flag]:
    """Return the signs that one person's answers show; none for most people."""
    found: set[Flag] = set()
    if is_fast:
        found.add("fast")
        if _is_same(checks, answers):
            found.add("same_answer")
    if _contradictions(checks, answers) >= checks.contradictions:
        found.add("contradicting")
    if _is_unseen(checks, answers):
        found.add("unseen")
    return frozenset(found)


def place_of(item: Item, point: int, *, pairs_turned: bool = False, ladders_turned: bool = False) -> Fraction:
    """Return where a point stood on the screen, from 0 for the first place to 1 for the last."""
    place = Fraction(point - item.scale.lowest, item.scale.highest - item.scale.lowest)
    turned = {"pair": pairs_turned, "ladder": ladders_turned}.get(item.scale.kind, False)
    return 1 - place if turned else place


def _is_same(checks: Checks, answers: Answers) -> bool:
    """Say whether at least 95 % of at least 25 answers stood at one place, however the person's coins fell."""
    given = [(item, point) for item in checks.items if (point := point_of(answers, item.key)) is not None]
    if len(given) < SAME_LEAST:
        return False
    most = max(
        max(Counter(place_of(*one, pairs_turned=pairs, ladders_turned=ladders) for one in given).values())
        for pairs, ladders in TURNS
    )
    return most >= SAME_SHARE * len(given)


def _contradictions(checks: Checks, answers: Answers) -> int:
    return sum(_contradicts(pair, beside, answers) for pair, beside in checks.pairs)


def _contradicts(pair: Item, beside: tuple[Item, ...], answers: Answers) -> bool:
    """Say whether a pair lies 75 points and more from every question beside it that was answered, and one was."""
    reached = _good(pair, answers)
    others = [found for item in beside if (found := _good(item, answers)) is not None]
    return reached is not None and bool(others) and all(abs(reached - other) >= APART for other in others)


def goodness(item: Item, point: int) -> Fraction:
    """Return a point as a part of the scale, 1 for the best end, exactly."""
    reached = place_of(item, point)
    return 1 - reached if item.reversed else reached


def _good(item: Item, answers: Answers) -> Fraction | None:
    """Return how good the answer is, or None."""
    point = point_of(answers, item.key)
    return None if point is None else goodness(item, point)


def _is_unseen(checks: Checks, answers: Answers) -> bool:
    """Say whether more than 70 % of what was answered and applies is "I can't see this"."""
    unseen = sum(answers.get(item.key) == DONT_KNOW for item in checks.items)
    seen = sum(point_of(answers, item.key) is not None for item in checks.items)
    return unseen > UNSEEN_SHARE * (unseen + seen)
