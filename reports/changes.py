"""What changed between two waves, and whether the intervals allow to say so. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pillars.statistics import t_quantile
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
    """Return the change of a score, or None where either has no score or no margin.

    Margins are half-widths of 95 % intervals without the factor for a finite organisation: with it, movements of the
    few who answered by chance would be called changes. They add up as independent errors do: sqrt(a^2 + b^2).
    """
    if now.absence or then.absence or now.score is None or then.score is None:
        return None
    if now.margin is None or then.margin is None:
        return None
    half = math.hypot(now.margin, then.margin)
    difference = now.score - then.score
    return Change(difference, difference - half, difference + half)


def change_of(now: tuple[float, float, float], then: tuple[float, float, float]) -> Change:
    """Return the change of a score with its variance and degrees of freedom, now and then.

    Welch's interval of two independent samples: the variances add up, at the degrees of freedom of Welch and
    Satterthwaite. Without any variance the interval is the difference alone.
    """
    parts = [one[1:] for one in (now, then)]
    squares = math.fsum(error for error, _ in parts)
    below = math.fsum(error**2 / df for error, df in parts)
    half = t_quantile(squares**2 / below) * math.sqrt(squares) if below else 0.0
    difference = now[0] - then[0]
    return Change(difference, difference - half, difference + half)


def stand_apart(one: Figure, other: Figure) -> bool:
    """Return whether two scores are further apart than their margins together; False where either has none."""
    if one.score is None or other.score is None or one.margin is None or other.margin is None:
        return False
    return abs(one.score - other.score) > one.margin + other.margin
