"""Bands of answering time and what counts as too fast."""

import pytest

from assessments.timing import band_of, is_fast, seconds_each


@pytest.mark.parametrize(
    ("minutes", "band"), [(0, 1), (3.99, 1), (4, 2), (7.99, 2), (8, 3), (12, 4), (20, 4), (20.1, 5), (300, 5)]
)
def test_each_time_has_one_of_five_bands(minutes, band):
    assert band_of(minutes * 60) == band


def test_fast_means_under_two_seconds_for_at_least_half_of_the_scale_questions():
    assert is_fast([1, 1.9, 2, 60])
    assert not is_fast([1, 2, 2])
    assert not is_fast([1, None, None])
    assert not is_fast([])


def test_a_gap_between_saves_is_shared_by_its_questions_and_a_break_counts_as_two_minutes_each_at_most():
    assert seconds_each(30, 5) == 6
    assert seconds_each(-3, 1) == 0
    assert seconds_each(3 * 24 * 3600, 2) == 120
