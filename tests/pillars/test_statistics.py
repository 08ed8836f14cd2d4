"""Statistics against worked examples and what must always hold."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillars.statistics import (
    Difference,
    Dispersion,
    Stratum,
    benjamini_hochberg,
    concentration,
    consensus,
    dispersion,
    hedges_g,
    mean,
    proportion_interval,
    shares_of,
    shrunk,
    standard_deviation,
    variance,
    weighted_error,
    welch,
    wilson_interval,
)

SCORES = st.lists(st.floats(0, 100), min_size=5, max_size=40)
DEPARTMENTS = [
    [70, 60, 80, 75, 65, 70, 85, 55],
    [40, 55, 45, 50, 35, 60, 45, 50],
    [60, 65, 55, 70, 50, 75, 60, 65],
]


def test_the_standard_deviation_has_n_minus_one():
    assert standard_deviation([40, 60]) == pytest.approx(math.sqrt(200))
    assert standard_deviation([40]) is None
    assert variance([40]) == 0.0


def test_wilson_with_effective_size_gives_the_worked_example():
    found = wilson_interval(50, 40, least=9, most=1000, df=9)

    assert found.low == pytest.approx(36.2449, abs=1e-4)
    assert found.high == pytest.approx(63.7551, abs=1e-4)


def test_five_people_who_all_say_the_best_do_not_make_a_certainty():
    found = wilson_interval(100, 0, least=4, most=5 * 4, df=4)

    assert found.high == 100
    assert 60 < found.low < 80


def test_the_effective_number_of_people_follows_the_error_however_small_it_is():
    # p (1 - p) / (V / 100^2) = .25 / .00005 = 5000
    assert wilson_interval(50, 0.5, least=9, most=10_000, df=9) == wilson_interval(50, 0, least=9, most=5000, df=9)


def test_an_effective_number_under_one_person_is_one():
    # c = 12.706: half of the width is 12.706 sqrt(.25 + 161.4 / 4) / 162.4 = .4985
    found = wilson_interval(50, 10_000, least=0, most=20, df=1)

    assert (found.low, found.high) == pytest.approx((0.1541, 99.8459), abs=1e-4)


def test_a_mean_outside_the_scale_counts_as_its_end():
    above, below = (wilson_interval(reached, 40, least=9, most=100, df=9) for reached in (101, -1))

    assert above.low == wilson_interval(100, 40, least=9, most=100, df=9).low
    assert below.high == wilson_interval(0, 40, least=9, most=100, df=9).high


def test_dust_of_sums_does_not_leave_the_scale():
    assert wilson_interval(100, 0, least=4, most=9, df=5).high == 100
    assert proportion_interval(16, 16).high == 1


@given(SCORES, st.integers(1, 20))
def test_an_interval_holds_its_mean_and_stays_on_the_scale(values, steps):
    reached = mean(values)
    error = variance(values) / len(values)
    found = wilson_interval(reached, error, least=len(values) - 1, most=len(values) * steps, df=len(values) - 1)

    assert 0 <= found.low <= reached <= found.high <= 100


def test_the_error_of_a_weighted_figure_gives_the_worked_example():
    first, second = (Stratum(0.25 * 400 / n * (n - 1) / n, n) for n in (10, 25))

    error, df = weighted_error([first, second])

    assert error == pytest.approx(14)
    assert df == pytest.approx(16.6415, abs=1e-4)


def test_degrees_of_freedom_do_not_depend_on_the_unit():
    strata = [Stratum(0.25 * 0.04 / n * (n - 1) / n, n) for n in (10, 25)]

    assert weighted_error(strata) == pytest.approx((0.0014, 16.6415), abs=1e-4)


def test_a_single_person_in_a_stratum_has_one_degree_of_freedom():
    assert weighted_error([Stratum(4.0, 1)]) == (4.0, 1.0)
    assert weighted_error([Stratum(0.0, 1), Stratum(0.0, 3)]) == (0.0, 3.0)


def test_a_census_has_no_sampling_error_and_an_unknown_number_invited_changes_nothing():
    assert weighted_error([Stratum(1.0, 10, invited=10)])[0] == 0
    assert weighted_error([Stratum(1.0, 10, invited=20)])[0] == weighted_error([Stratum(1.0, 10)])[0] / 2
    assert weighted_error([Stratum(1.0, 10, invited=8)])[0] == weighted_error([Stratum(1.0, 10)])[0]


def test_shares_have_wilson_s_interval():
    found = proportion_interval(8, 10)

    assert (round(found.low, 3), round(found.high, 3)) == (0.490, 0.943)


def test_welch_gives_the_worked_example():
    found = welch([60, 70, 80], [40, 50, 60])

    assert found.value == 20
    assert found.error == pytest.approx(8.16497, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((-2.66958, 42.66958), abs=1e-5)
    assert found.p == pytest.approx(0.070484, abs=1e-6)


def test_welch_without_spread_is_certain():
    assert welch([50, 50], [50, 50]) == Difference(0, 0, 0, 0, p=1)
    assert welch([60, 60], [50, 50]) == Difference(10, 0, 10, 10, p=0)


def test_welch_takes_a_single_person_as_one_without_spread():
    found = welch([70], [40, 60])

    assert (found.value, found.error) == pytest.approx((20, 10))
    assert found.high == pytest.approx(20 + 12.7062 * 10, abs=1e-3)


def test_two_people_in_each_group_are_enough_for_an_effect_size():
    found = hedges_g([60, 70], [40, 50])

    # d = 20 / sqrt(50) = 2.828 and J = gamma(1) / gamma(.5) = .5642
    assert found is not None
    assert found.g == pytest.approx(1.5958, abs=1e-4)


def test_there_is_no_effect_size_beside_nobody():
    assert hedges_g([], [40, 50]) is None
    assert hedges_g([40, 50], []) is None
    assert hedges_g([], []) is None


def test_from_502_people_on_an_effect_size_has_the_normal_interval_which_is_even():
    first, second = ([mean + step % 40 for step in range(251)] for mean in (60, 30))

    small, large = hedges_g(first[:250], second), hedges_g(first, second)

    assert small is not None
    assert large is not None
    assert large.high - large.g == pytest.approx(large.g - large.low, abs=1e-12)
    assert small.g - small.low > small.high - small.g + 0.001


def test_benjamini_hochberg_takes_everything_below_the_largest_passing_rank():
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.5], 0.10) == [True, True, True, False]
    assert benjamini_hochberg([0.06, 0.09], 0.10) == [True, True]
    assert benjamini_hochberg([0.2, 0.3], 0.10) == [False, False]
    assert benjamini_hochberg([], 0.10) == []


def test_gaps_are_drawn_towards_the_overall_gap_as_far_as_they_are_noise():
    assert shrunk([0, 10, 20], [5, 5, 5], 10) == pytest.approx([2.5, 10, 17.5])
    assert shrunk([8, 10, 12], [9, 9, 9], 10) == [10, 10, 10]
    assert shrunk([], [], 10) == []
    assert shrunk([0, 1, 2], [0.5, 0.5, 0.5], 1) == pytest.approx([0.25, 1, 1.75])


def test_gaps_that_do_not_differ_are_the_overall_gap():
    assert shrunk([10, 10], [0, 0], 12) == [12, 12]


def test_no_gap_goes_without_its_error():
    with pytest.raises(ValueError, match="shorter"):
        shrunk([0, 10], [5], 5)


def test_consensus_gives_the_golden_numbers():
    values = [75, 75, 50, 100, 25, 75, 50, 75]

    assert mean(values) == pytest.approx(65.625)
    assert consensus(values) == pytest.approx(0.816, abs=0.0005)
    assert consensus([0, 0, 100, 100]) == 0
    assert consensus([25] * 7) == 1
    assert consensus([0, 25, 50, 75, 100]) == 0.5


@given(SCORES)
def test_consensus_stays_between_nothing_and_one(values):
    assert -1e-9 <= consensus(values) <= 1


def test_dispersion_gives_the_golden_numbers():
    found = dispersion(DEPARTMENTS)

    assert found.raw == pytest.approx(11.46, abs=0.005)
    assert found.corrected == pytest.approx(11.03, abs=0.005)
    # 121.7 of the departments beside 76.2 within them
    assert found.share == pytest.approx(0.6150, abs=5e-5)
    assert dispersion([[value / 100 for value in people] for people in DEPARTMENTS]).share == pytest.approx(found.share)


def test_departments_of_different_size_are_pooled_by_their_degrees_of_freedom():
    found = dispersion([[40, 60], [70, 80, 90]])

    # Means 50 and 80: 450 less (200 / 2 + 100 / 3) / 2 is 383.3; within (200 + 2 * 100) / 3 = 133.3.
    assert found.corrected == pytest.approx(math.sqrt(1150 / 3))
    assert found.share == pytest.approx(1150 / 1550)


def test_departments_of_one_person_have_nothing_within_and_equal_ones_no_share():
    assert dispersion([[40], [60]]) == Dispersion(math.sqrt(200), math.sqrt(200), 1)
    assert dispersion([[50, 50], [50, 50]]) == Dispersion(0, 0, 0)


def test_departments_that_differ_by_chance_have_no_corrected_spread():
    assert dispersion([[40, 60, 50, 70], [45, 65, 55, 60], [42, 58, 52, 71]]).corrected == 0


def test_concentration_gives_the_golden_number_and_is_not_pulled_up_by_few_answers():
    assert concentration({"x": 6, "y": 2}, 12) == pytest.approx(0.2424, abs=5e-5)
    assert concentration({"a": 1, "b": 1, "c": 1}, 5) == 0


def test_tokens_give_the_golden_numbers():
    tokens = [dict(zip("abcde", row, strict=True)) for row in ([5, 3, 1, 1, 0], [4, 4, 1, 1, 0], [0, 1, 2, 3, 4])]

    shares, agreement = shares_of(tokens, "abcde")

    assert [round(share, 3) for share in shares.values()] == [0.3, 0.267, 0.133, 0.167, 0.133]
    assert agreement == pytest.approx(0.689, abs=0.0005)


def test_a_reason_without_tokens_has_none():
    assert shares_of([{"a": 5, "b": 5}, {"a": 10}], "ab") == ({"a": 0.75, "b": 0.25}, 0.75)
