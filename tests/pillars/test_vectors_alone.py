"""The fast functions by themselves: who has a value, and who is alike."""

import itertools

import numpy as np
import pytest

from pillars import statistics, vectors
from pillars.schema import Scale
from pillars.vectors import Values
from tests.pillars.frameworks import AGREE, item

SOME = Values(np.array([10.0, np.nan, 30.0, 0.0]))


def test_values_are_a_mapping_of_those_who_have_one():
    assert dict(SOME) == {0: 10.0, 2: 30.0, 3: 0.0}
    assert (len(SOME), 1 in SOME, 3 in SOME) == (3, False, True)
    assert SOME == {0: 10.0, 2: 30.0, 3: 0.0}


@pytest.mark.parametrize("number", [-1, 1, 4])
def test_who_has_no_value_is_not_in_the_mapping(number):
    with pytest.raises(KeyError, match=str(number)):
        SOME[number]


def test_values_can_be_taken_of_some_people_or_kept_for_them():
    assert SOME.of(np.array([3, 1, 0])).tolist() == [0, 10]
    assert SOME.of(np.array([True, True, True, False])).tolist() == [10, 30]
    assert dict(SOME.only(np.array([True, True, False, True]))) == {0: 10.0, 3: 0.0}


def test_answers_come_back_from_their_codes():
    agree = item("A", AGREE)

    assert [vectors.answer_of(agree, code) for code in (0, 4, -1, -2, -3, -4)] == [1, 5, None, "dk", "na", ""]
    assert vectors.values_of(agree, np.array([0, 1, 4, -1, -2, -3, -4])) == {0: 0.0, 1: 25.0, 2: 100.0}


@pytest.mark.parametrize(
    ("lowest", "highest", "kind"), [(0, 127, np.int8), (0, 128, np.int16), (100, 200, np.int8), (-60, 70, np.int16)]
)
def test_codes_take_one_byte_where_all_steps_fit(lowest, highest, kind):
    assert vectors.code_type(item("A", Scale("any", "points", lowest, highest))) is kind


def test_a_word_that_is_no_answer_cannot_be_read():
    assert vectors.code_of(item("A", AGREE), "perhaps") == vectors.UNREADABLE


def test_nobody_has_no_mean_and_one_person_no_variance():
    assert vectors.moments(np.array([])) == statistics.Moments(0, 0.0, 0.0)
    assert vectors.moments(np.array([40.0])) == statistics.Moments(1, 40.0, 0.0)


@pytest.mark.parametrize("sizes", [(3, 4, 2), (1, 2), (2, 1, 3), (5,), (100, 100)])
def test_everybody_who_differs_in_a_column_has_a_number_of_their_own(sizes):
    columns = np.array(list(itertools.product(*map(range, sizes))), dtype=np.int8).T

    found = vectors.numbered(*columns)

    assert found.dtype == np.int64
    assert found.min() >= 0
    assert len(set(found.tolist())) == columns.shape[1]


@pytest.mark.parametrize("apart", [0, 1, 64, 140, 199])
def test_one_difference_in_more_columns_than_numbers_have_bits_is_enough(apart):
    nothing, everything = np.zeros(200, np.int8), np.ones(200, np.int8)
    one = nothing.copy()
    one[apart] = 1

    found = vectors.numbered(*np.stack([nothing, one, everything, one], axis=1)).tolist()

    assert len(set(found)) == 3
    assert found[1] == found[3]


def test_no_people_have_no_numbers():
    assert vectors.numbered(np.array([], np.int8), np.array([], np.int8)).tolist() == []
