"""Intervals, reliability, agreement and gaps: formula, source and a worked example in each docstring.

Values are people's scores on 0..100 unless a docstring says otherwise. A missing value is left out by
the caller; no function here sees one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean. [40, 60] -> 50."""
    return math.fsum(values) / len(values)


def variance(values: Sequence[float]) -> float:
    """Return the variance with n - 1, or 0 for a single value. [40, 60] -> 200."""
    if len(values) < 2:
        return 0.0
    middle = mean(values)
    return math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1)


def standard_deviation(values: Sequence[float]) -> float | None:
    """Return the standard deviation with n - 1, or None for fewer than two values. [40, 60] -> 14.14."""
    return math.sqrt(variance(values)) if len(values) > 1 else None


@dataclass(frozen=True)
class Moments:
    """How many values there are, their mean, and their variance with n - 1 (0 for a single value)."""

    n: int
    mean: float
    variance: float


def moments(values: Sequence[float]) -> Moments:
    """Return number, mean and variance. [40, 60] -> 2, 50, 200."""
    return Moments(len(values), mean(values), variance(values))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0..1) of the values lie, between neighbours in proportion.

    Type 7 of Hyndman & Fan 1996, the default of numpy and R: position (n - 1) share, counted from 0.
    [10, 20, 40] at .25 -> position .5 -> 15.
    """
    ordered = sorted(values)
    position = (len(ordered) - 1) * share
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def t_quantile(df: float, probability: float = 0.975) -> float:
    """Return the quantile of Student's t. df 10 -> 2.228."""
    from scipy.special import stdtrit  # noqa: PLC0415  scipy is slow to load and only workers need it

    return float(stdtrit(max(df, 1.0), probability))


# -- intervals -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


def wilson_interval(reached: float, error: float, *, least: float, most: float, df: float) -> Interval:
    """Return the 95 % interval of a mean on 0..100: Wilson's, with an effective number of people.

    With p = mean / 100 and the mean's variance V (`error`, in squared points), n_eff = p(1 - p) / (V / 100^2),
    kept between `least` (n - 1 for a plain mean) and `most` (n times the steps of the items behind it,
    which is also taken when nobody differs). With c the 97.5 % quantile of t at `df`: centre
    (p + c^2 / 2 n_eff) / (1 + c^2 / n_eff), half width
    c sqrt(p(1 - p) / n_eff + c^2 / 4 n_eff^2) / (1 + c^2 / n_eff).
    It never leaves the scale. The idea of an effective size in Wilson's form: Korn & Graubard 1998;
    Franco, Little, Louis & Slud 2019.

    Mean 50, SD 20, n 10: V = 40, n_eff = 62.5, c = 2.262 -> 36.2 to 63.8.
    """
    p = min(max(reached / 100, 0.0), 1.0)
    spread = p * (1 - p)
    share = error / 10_000
    size = most if share <= 0 else min(max(spread / share, least), most)
    size = max(size, 1.0)
    c = t_quantile(df)
    centre = (p + c**2 / (2 * size)) / (1 + c**2 / size)
    half = c * math.sqrt(spread / size + c**2 / (4 * size**2)) / (1 + c**2 / size)
    # Rounding of floats may leave the mean a hair outside at the ends of the scale.
    return Interval(min(max(100 * (centre - half), 0.0), reached), max(min(100 * (centre + half), 100.0), reached))


@dataclass(frozen=True)
class Stratum:
    """People who weigh together: the sum of squared influences on the figure, how many, and how many were invited.

    A person's influence on a weighted mean is w (x - mean of the stratum) / n; on an index it is the weighted
    sum of the influences on its parts, which is how a composite is linearised.
    """

    squares: float
    n: int
    invited: int | None = None


def weighted_error(strata: Sequence[Stratum]) -> tuple[float, float]:
    """Return the variance of a weighted figure and its degrees of freedom.

    V = sum of w^2 s^2 / n (1 - n / N): here sum over strata of n / (n - 1) * squares * (1 - n / N), which is
    the same for a mean and also holds for composites. Without a known N at least as large as n, the finite
    population factor is 1. Degrees of freedom by Welch-Satterthwaite: V^2 / sum of V_r^2 / (n_r - 1).

    Two strata with w .5, s 20, n 10 and 25: V = .25 * 400 / 10 + .25 * 400 / 25 = 14, df 16.6.
    """
    parts = []
    for stratum in strata:
        part = stratum.squares * stratum.n / max(stratum.n - 1, 1)
        if stratum.invited is not None and stratum.invited >= stratum.n:
            part *= 1 - stratum.n / stratum.invited
        parts.append((part, max(stratum.n - 1, 1)))
    whole = math.fsum(part for part, _ in parts)
    below = math.fsum(part**2 / df for part, df in parts)
    return whole, (whole**2 / below if below > 0 else float(sum(df for _, df in parts)))


def proportion_interval(count: int, n: int) -> Interval:
    """Return Wilson's 95 % interval of a share, 0..1 (Newcombe 1998). 8 of 10 -> .490 to .943."""
    z = 1.959963984540054
    p = count / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return Interval(max(centre - half, 0.0), min(centre + half, 1.0))


# -- two groups ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """First minus second: the difference, its standard error, 95 % interval and two-sided p-value."""

    value: float
    error: float
    low: float
    high: float
    p: float


def welch(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Return the difference of two independent means with Welch's interval, without a finite population factor.

    SE^2 = s1^2 / n1 + s2^2 / n2, df by Welch-Satterthwaite (Welch 1947). With the finite population factor,
    a gap appeared in 22-34 % of simulated organisations without one, so it is never used here.
    Two groups without any spread give SE 0: p is then 1 for equal means and 0 for different ones.

    [60, 70, 80] and [40, 50, 60]: 20, SE 8.165, df 4, -2.67 to 42.67, p .070.
    """
    return welch_of(moments(first), moments(second))


def welch_of(first: Moments, second: Moments) -> Difference:
    """Return the same as `welch` from two groups' moments."""
    from scipy.special import stdtr  # noqa: PLC0415  scipy is slow to load and only workers need it

    parts = [(found.variance / found.n, max(found.n - 1, 1)) for found in (first, second)]
    error = math.sqrt(math.fsum(part for part, _ in parts))
    value = first.mean - second.mean
    if error == 0:
        return Difference(value, 0.0, value, value, 1.0 if value == 0 else 0.0)
    df = error**4 / math.fsum(part**2 / df for part, df in parts)
    half = t_quantile(df) * error
    return Difference(value, error, value - half, value + half, float(2 * stdtr(df, -abs(value) / error)))


LARGE_DF = 500
"""From here on the distribution of an effect size is as good as normal, and noncentral t quantiles fail at times."""


@dataclass(frozen=True)
class EffectSize:
    """A difference in units of the pooled standard deviation, with its 95 % interval."""

    g: float
    low: float
    high: float


def hedges_g(first: Sequence[float], second: Sequence[float]) -> EffectSize | None:
    """Return Hedges' g of two independent groups; None without spread or with a single person in a group.

    d = (m1 - m2) / s_p with s_p^2 = ((n1 - 1) s1^2 + (n2 - 1) s2^2) / df, df = n1 + n2 - 2, and g = J d with the
    exact correction J = gamma(df / 2) / (sqrt(df / 2) gamma((df - 1) / 2)) (Hedges 1981). The interval is that of
    the noncentral t with noncentrality d sqrt(n1 n2 / (n1 + n2)) (Cumming & Finch 2001); from df 500 on the normal
    one with variance (n1 + n2) / (n1 n2) + g^2 / (2 df).

    [60, 70, 80] and [40, 50, 60]: d = 2, J = .7979 -> g 1.596.
    """
    return hedges_g_of(moments(first), moments(second)) if first and second else None


def hedges_g_of(first: Moments, second: Moments) -> EffectSize | None:
    """Return what `hedges_g` does, of groups known by number, mean and variance."""
    from scipy.special import nctdtrinc  # noqa: PLC0415  scipy is slow to load and only workers need it

    n1, n2 = first.n, second.n
    df = n1 + n2 - 2
    if min(n1, n2) < 2:
        return None
    pooled = math.sqrt(((n1 - 1) * first.variance + (n2 - 1) * second.variance) / df)
    if pooled == 0:
        return None
    correction = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
    d = (first.mean - second.mean) / pooled
    root = math.sqrt(n1 * n2 / (n1 + n2))
    if df >= LARGE_DF:
        half = 1.959963984540054 * math.sqrt(1 / root**2 + (correction * d) ** 2 / (2 * df))
        return EffectSize(correction * d, correction * d - half, correction * d + half)
    low, high = (float(nctdtrinc(df, probability, d * root)) / root for probability in (0.975, 0.025))
    return EffectSize(correction * d, correction * low, correction * high)


def benjamini_hochberg(p_values: Sequence[float], rate: float) -> list[bool]:
    """Return which tests pass when the false discovery rate is held at `rate` (Benjamini & Hochberg 1995).

    The largest rank i with p_(i) <= i / m * rate passes, and everything below it.
    [.01, .04, .03, .5] at .10: limits .025, .05, .075, .1 -> the first three pass.
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    passing = [rank for rank, i in enumerate(order, start=1) if p_values[i] <= rank / len(p_values) * rate]
    last = max(passing, default=0)
    passed = set(order[:last])
    return [i in passed for i in range(len(p_values))]


def shrunk(gaps: Sequence[float], errors: Sequence[float], towards: float) -> list[float]:
    """Return gaps drawn towards the overall gap as far as they are noise (empirical Bayes, Efron & Morris 1975).

    tau^2 = max(0, variance of the gaps - mean of SE^2), B = tau^2 / (tau^2 + SE^2), G* = G + B (G_d - G).
    Gaps 0, 10, 20 with SE 5 towards 10: tau^2 = 75, B = .75 -> 2.5, 10, 17.5.
    """
    if not gaps:
        return []
    between = max(0.0, variance(gaps) - mean([error**2 for error in errors]))
    return [
        towards + (between / (between + error**2) if between > 0 else 0.0) * (gap - towards)
        for gap, error in zip(gaps, errors, strict=True)
    ]


# -- agreement -----------------------------------------------------------------------------------


def consensus(values: Sequence[float]) -> float:
    """Return how far people agree, 0..1: a = 1 - population variance / 2500.

    0 when half say 0 and half 100, 1 when all say the same, .5 for evenly spread answers; unlike r_wg it
    needs no assumed null distribution and never leaves 0..1.
    [75, 75, 50, 100, 25, 75, 50, 75] -> .816.
    """
    return consensus_of(moments(values))


def consensus_of(found: Moments) -> float:
    """Return the same as `consensus` from the moments of the values."""
    return 1 - found.variance * (found.n - 1) / found.n / 2500


@dataclass(frozen=True)
class Dispersion:
    """How far departments differ: as seen, without the noise of few answers, and as a share of all variance (0..1)."""

    raw: float
    corrected: float
    share: float


def dispersion(departments: Sequence[Sequence[float]]) -> Dispersion:
    """Return the spread between departments' means.

    raw = SD of the means m_k; corrected tau = sqrt(max(0, var(m_k) - mean of s_k^2 / n_k)); share eta =
    tau^2 / (tau^2 + pooled variance within). The raw spread of five-person departments reads 7 points
    where the truth is 0.

    [70 60 80 75 65 70 85 55], [40 55 45 50 35 60 45 50], [60 65 55 70 50 75 60 65] -> 11.46, 11.03.
    """
    return dispersion_of([moments(values) for values in departments])


def dispersion_of(departments: Sequence[Moments]) -> Dispersion:
    """Return the same as `dispersion` from each department's moments."""
    between = variance([found.mean for found in departments])
    noise = mean([found.variance / found.n for found in departments])
    signal = max(0.0, between - noise)
    freedom = sum(found.n - 1 for found in departments)
    within = math.fsum(found.variance * (found.n - 1) for found in departments) / freedom if freedom else 0.0
    whole = signal + within
    return Dispersion(math.sqrt(between), math.sqrt(signal), signal / whole if whole > 0 else 0.0)


# -- nominations and tokens ----------------------------------------------------------------------


def concentration(nominations: Mapping[str, int], n: int) -> float:
    """Return how far nominations fall on the same role, 0..1, without the upward pull of small numbers.

    C = sum of n_r (n_r - 1) / (n (n - 1)), Simpson's unbiased index; `n` also counts those who named
    "no single role". 12 answers with roles 6 and 2 -> 32 / 132 = .2424.
    """
    return sum(count * (count - 1) for count in nominations.values()) / (n * (n - 1))


def shares_of(tokens: Sequence[Mapping[str, float]], keys: Sequence[str]) -> tuple[dict[str, float], float]:
    """Return the mean share of each key and the agreement, 0..1, of people who spread tokens.

    Agreement = 1 - mean total-variation distance (half the sum of absolute differences) to the mean.
    [5 3 1 1 0], [4 4 1 1 0], [0 1 2 3 4] -> .300 .267 .133 .167 .133, agreement .689.
    """
    people = []
    for spread in tokens:
        whole = math.fsum(spread.get(key, 0) for key in keys)
        people.append([spread.get(key, 0) / whole for key in keys])
    means = [mean(column) for column in zip(*people, strict=True)]
    apart = [math.fsum(abs(share - middle) for share, middle in zip(row, means, strict=True)) / 2 for row in people]
    return dict(zip(keys, means, strict=True)), 1 - mean(apart)
