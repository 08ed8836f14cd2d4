"""Every statistic beside an independent implementation: scipy, statsmodels, pingouin, numpy. They serve tests only."""

import importlib
import math
import random
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from pillars import reliability, statistics

# Pingouin speaks to an older pandas, and scipy warns of nearly equal values.
pytestmark = pytest.mark.filterwarnings("ignore")

EXACT = 1e-9
POINTS = st.lists(st.integers(0, 100).map(float), min_size=2, max_size=40)


def close(value):
    return pytest.approx(value, rel=EXACT, abs=1e-12)


@pytest.fixture(scope="module")
def pingouin():
    """Pingouin takes seconds to import and warns about other packages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("pingouin")


@settings(deadline=None)
@given(POINTS)
def test_mean_variance_and_deviation_are_numpy_s(values):
    assert statistics.mean(values) == close(np.mean(values))
    assert statistics.variance(values) == close(np.var(values, ddof=1))
    assert statistics.standard_deviation(values) == close(np.std(values, ddof=1))


@settings(deadline=None)
@given(st.lists(st.integers(0, 100).map(float), min_size=1, max_size=40), st.floats(0, 1))
def test_percentiles_are_numpy_s(values, share):
    assert statistics.percentile(values, share) == pytest.approx(np.percentile(values, 100 * share), rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(st.floats(1, 2000), st.sampled_from([0.9, 0.95, 0.975, 0.995]))
def test_t_quantiles_are_scipy_s(df, probability):
    assert statistics.t_quantile(df, probability) == close(stats.t.ppf(probability, df))


@settings(deadline=None)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_is_statsmodels_wilson(pair):
    count, n = pair
    low, high = proportion_confint(count, n, method="wilson")

    found = statistics.proportion_interval(count, n)

    assert found.low == pytest.approx(max(low, 0), rel=EXACT, abs=1e-12)
    assert found.high == pytest.approx(min(high, 1), rel=EXACT, abs=1e-12)


@settings(deadline=None)
@given(POINTS, POINTS)
def test_welch_is_scipy_s_and_statsmodels(first, second):
    assume(statistics.variance(first) > 0 and statistics.variance(second) > 0)
    low, high = CompareMeans(DescrStatsW(first), DescrStatsW(second)).tconfint_diff(usevar="unequal")

    found = statistics.welch(first, second)

    assert found.p == pytest.approx(stats.ttest_ind(first, second, equal_var=False).pvalue, rel=1e-8, abs=1e-300)
    assert [found.low, found.high] == pytest.approx([low, high], rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.sampled_from([0.05, 0.1]))
def test_benjamini_hochberg_is_statsmodels(p_values, rate):
    assert statistics.benjamini_hochberg(p_values, rate) == list(multipletests(p_values, rate, method="fdr_bh")[0])


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 60), st.integers(3, 60), st.integers(0, 10**6).map(random.Random))
def test_hedges_g_has_the_exact_correction_and_the_noncentral_interval(n1, n2, chance):
    first = [chance.gauss(60, 15) for _ in range(n1)]
    second = [chance.gauss(50, 20) for _ in range(n2)]
    df = n1 + n2 - 2
    t = stats.ttest_ind(first, second).statistic
    root = math.sqrt(n1 * n2 / (n1 + n2))
    correction = math.gamma(df / 2) / (math.sqrt(df / 2) * math.gamma((df - 1) / 2))

    found = statistics.hedges_g(first, second)

    assert found is not None
    assert found.g == pytest.approx(correction * t / root, rel=1e-9)
    # Each end is the noncentrality under which the t that was seen is that unlikely.
    assert stats.nct.cdf(t, df, found.low / correction * root) == pytest.approx(0.975, abs=1e-6)
    assert stats.nct.cdf(t, df, found.high / correction * root) == pytest.approx(0.025, abs=1e-6)


def test_hedges_g_gives_the_worked_example_and_agrees_with_pingouin(pingouin):
    found = statistics.hedges_g([60, 70, 80], [40, 50, 60])
    chance = random.Random(5)  # noqa: S311  a repeatable sample
    first, second = ([chance.gauss(m, 18) for _ in range(200)] for m in (55, 50))

    assert found is not None
    assert round(found.g, 3) == 1.596
    # Pingouin corrects by the usual approximation, which differs in the fifth digit here.
    large = statistics.hedges_g(first, second)
    assert large is not None
    assert large.g == pytest.approx(pingouin.compute_effsize(first, second, eftype="hedges"), rel=1e-4)


def test_hedges_g_of_large_groups_has_the_normal_interval():
    chance = random.Random(6)  # noqa: S311  a repeatable sample
    first, second = ([chance.gauss(m, 18) for _ in range(2000)] for m in (55, 50))

    found = statistics.hedges_g(first, second)

    assert found is not None
    error = math.sqrt(4000 / 4_000_000 + found.g**2 / (2 * 3998))
    assert found.high - found.g == pytest.approx(1.959963984540054 * error, rel=1e-6)
    assert found.low < found.g < found.high


@pytest.mark.parametrize(("first", "second"), [([5.0], [1.0, 2.0]), ([3.0, 3.0], [3.0, 3.0])])
def test_there_is_no_effect_size_without_spread_or_for_one_person(first, second):
    assert statistics.hedges_g(first, second) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(30, 80), st.integers(3, 8), st.integers(0, 10**6).map(random.Random))
def test_alpha_and_feldt_s_interval_are_pingouin_s(pingouin, n, k, chance):
    people = [chance.gauss(50, 15) for _ in range(n)]
    rows = [[person + chance.gauss(0, 12) for _ in range(k)] for person in people]
    expected, ends = pingouin.cronbach_alpha(data=pd.DataFrame(rows))

    found = reliability.cronbach_alpha(rows)

    assert found is not None
    assert found.value == close(expected)
    assert [found.interval.low, found.interval.high] == pytest.approx(list(ends), abs=0.0005001)  # printed rounded


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(2, 12), min_size=2, max_size=8), st.integers(0, 10**6).map(random.Random))
def test_intraclass_correlations_rest_on_scipy_s_analysis_of_variance(sizes, chance):
    groups = [[chance.gauss(50 + 5 * number, 15) for _ in range(size)] for number, size in enumerate(sizes)]
    f = stats.f_oneway(*groups).statistic
    n = sum(sizes)
    size = (n - sum(one**2 for one in sizes) / n) / (len(sizes) - 1)

    found = reliability.intraclass_correlation(groups)

    assert found is not None
    assert found.one == close((f - 1) / (f + size - 1))
    assert found.two == close((f - 1) / f)


def test_intraclass_correlations_of_equal_groups_are_pingouin_s(pingouin):
    chance = random.Random(7)  # noqa: S311  a repeatable sample
    groups = [[chance.gauss(50 + 6 * number, 15) for _ in range(6)] for number in range(5)]
    table = pd.DataFrame(
        [{"group": g, "person": p, "score": value} for g, row in enumerate(groups) for p, value in enumerate(row)]
    )
    expected = pingouin.intraclass_corr(data=table, targets="group", raters="person", ratings="score")["ICC"]

    found = reliability.intraclass_correlation(groups)

    assert found is not None
    assert found.one == close(expected.iloc[0])
    assert found.two == close(expected.iloc[3])
