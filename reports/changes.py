"""What changed between two waves, and whether the intervals allow to say so. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reports.results import Figure, Results

SMALLEST_CHANGE = 5
"""Points below which no movement is called a change, however sure it is."""


@dataclass(frozen=True)
class Change:
    """Now minus then in points, with the 95 % interval of two independent samples."""

    difference: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        return (self.low > 0 or self.high < 0) and abs(self.difference) >= SMALLEST_CHANGE


def are_comparable(now: Results, then: Results) -> bool:
    """Return whether two releases asked the same: one edition, one form, and the short one of the same roles.

    Another edition may hold other items under the same dimension; a difference would then mix a change of
    the organisation with a change of the questions.
    """
    asked, asked_then = ((one.edition_fingerprint, one.form, one.short_roles) for one in (now, then))
    return asked == asked_then


def change_between(now: Figure, then: Figure) -> Change | None:
    """Return the change of a score, or None where either has no score or no interval.

    The half-widths of the two 95 % intervals add up as independent errors do: sqrt(a^2 + b^2).
    """
    if now.absence or then.absence or now.score is None or then.score is None:
        return None
    if now.low is None or now.high is None or then.low is None or then.high is None:
        return None
    half = math.hypot((now.high - now.low) / 2, (then.high - then.low) / 2)
    difference = now.score - then.score
    return Change(difference, difference - half, difference + half)


def stand_apart(one: Figure, other: Figure) -> bool:
    """Return whether the 95 % intervals of two figures do not overlap; False where either has none."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low > other.high or other.low > one.high
