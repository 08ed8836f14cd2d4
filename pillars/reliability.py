"""How far a scale and a group's mean can be trusted: Cronbach's alpha, Feldt's interval, intraclass correlations.

Formula, missing-value rule, source and a worked example stand in each docstring. Rows are complete: whoever left out
an item is left out by the caller, and `n` says how many remained.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pillars.statistics import Interval, Moments, moments

FEWEST_ITEMS = 3
FEWEST_PEOPLE = 30


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha with Feldt's 95 % interval, and how many complete rows it rests on."""

    value: float
    interval: Interval
    n: int


def cronbach_alpha(rows: Sequence[Sequence[float]]) -> Alpha | None:
    """Return the internal consistency of complete rows, one value per item (Cronbach 1951).

    alpha = k / (k - 1) (1 - sum of item variances / variance of the sums). None for fewer than 3 items,
    fewer than 30 people or no variance, where it says nothing. Interval (Feldt 1965): 1 - (1 - alpha) F at .975
    and .025, F with n - 1 and (n - 1)(k - 1) degrees of freedom.
    """
    if len(rows) < FEWEST_PEOPLE:
        return None
    columns = [moments(column) for column in zip(*rows, strict=True)]
    return cronbach_alpha_of(columns, moments([math.fsum(row) for row in rows]))


def cronbach_alpha_of(items: Sequence[Moments], sums: Moments) -> Alpha | None:
    """Return what `cronbach_alpha` does, from each item's moments over the complete rows and those of their sums."""
    from scipy.special import fdtri  # noqa: PLC0415  scipy is slow to load and only workers need it

    n, k, whole = sums.n, len(items), sums.variance
    if n < FEWEST_PEOPLE or k < FEWEST_ITEMS or whole == 0:
        return None
    parts = math.fsum(item.variance for item in items)
    alpha = k / (k - 1) * (1 - parts / whole)
    low, high = (1 - (1 - alpha) * float(fdtri(n - 1, (n - 1) * (k - 1), share)) for share in (0.975, 0.025))
    return Alpha(alpha, Interval(low, high), n)


@dataclass(frozen=True)
class IntraclassCorrelation:
    """ICC(1): the share of variance that lies between groups. ICC(2): how reliable a group's mean is on average."""

    one: float
    two: float | None


def intraclass_correlation(groups: Sequence[Sequence[float]]) -> IntraclassCorrelation | None:
    """Return the one-way intraclass correlations of people in groups; None for fewer than two groups or no spread.

    With MSB and MSW of a one-way analysis of variance and n0 = (N - sum of n_k^2 / N) / (K - 1):
    ICC(1) = (MSB - MSW) / (MSB + (n0 - 1) MSW), ICC(2) = (MSB - MSW) / MSB (Bliese 2000). Both may be below 0,
    when groups differ less than chance lets them. Guides (LeBreton & Senter 2008): ICC(1) .01 small, .10 medium,
    .25 large; ICC(2) .70. Empty groups are left out.

    [1, 2, 3] and [4, 5, 6]: MSB 13.5, MSW 1, n0 3 -> ICC(1) .806, ICC(2) .926.
    """
    return intraclass_correlation_of([moments(group) for group in groups if group])


def intraclass_correlation_of(groups: Sequence[Moments]) -> IntraclassCorrelation | None:
    """Return what `intraclass_correlation` does, of groups known by number, mean and variance."""
    n = sum(group.n for group in groups)
    freedom = n - len(groups)
    if len(groups) < 2 or freedom < 1:
        return None
    middle = math.fsum(group.n * group.mean for group in groups) / n
    between = math.fsum(group.n * (group.mean - middle) ** 2 for group in groups) / (len(groups) - 1)
    within = math.fsum(group.variance * (group.n - 1) for group in groups) / freedom
    size = (n - sum(group.n**2 for group in groups) / n) / (len(groups) - 1)
    whole = between + (size - 1) * within
    if whole <= 0:
        return None
    return IntraclassCorrelation((between - within) / whole, (between - within) / between if between > 0 else None)
