"""Careless answers: each sign at its border, and the framework's formats say what a pair is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillars.careless import flagged_among, flags_among
from pillars.files import FOLDER, read_framework
from pillars.quality import checks_of, flags_of
from pillars.schema import Instrument, Scale
from pillars.vectors import code_of
from tests.pillars.frameworks import FIVE, LADDER, dimension, framework, item, ladder, one_dimension

PAIR = Scale("pair", "pair", 0, 4)
SEVEN = Scale("seven", "points", 1, 7)
CONCENTRIC = read_framework(FOLDER / "concentric" / "1.0.toml").framework


def many(count, *more):
    """Return the checks of `count` five-point questions and more."""
    return checks_of(one_dimension(*(item(f"Q{number}", FIVE) for number in range(count)), *more))


def paired(count, beside=1):
    """Return the checks of `count` dimensions with a pair and questions beside it."""
    dimensions = tuple(
        dimension(f"d{number}", item(f"P{number}", PAIR), *(item(f"Q{number}{place}", FIVE) for place in range(beside)))
        for number in range(count)
    )
    return checks_of(framework(Instrument("pillars", "Pillars", dimensions, weight=1), roles=True))


def same(count, point=2, **more):
    return {f"Q{number}": point for number in range(count)} | more


def test_speed_alone_is_a_sign():
    assert flags_of(many(3), same(3), is_fast=True) == {"fast"}
    assert flags_of(many(3), same(3), is_fast=False) == set()


@pytest.mark.parametrize(
    ("count", "others", "is_so"), [(24, 0, False), (25, 0, True), (25, 2, False), (40, 2, True), (40, 3, False)]
)
def test_the_same_answer_counts_from_25_answers_and_95_percent_together_with_speed(count, others, is_so):
    answers = same(count) | {f"Q{number}": 0 for number in range(others)}

    assert ("same_answer" in flags_of(many(count), answers, is_fast=True)) == is_so
    assert flags_of(many(count), answers, is_fast=False) == set()


def test_the_same_place_on_the_screen_counts_whichever_way_pairs_and_ladders_were_turned():
    extra = (*(item(f"P{n}", PAIR) for n in range(4)), *(item(f"L{n}", LADDER) for n in range(3)))
    checks = many(20, *extra)
    first, last = {f"P{n}": 0 for n in range(4)}, {f"P{n}": 4 for n in range(4)}
    lowest, highest = {f"L{n}": 1 for n in range(3)}, {f"L{n}": 5 for n in range(3)}

    for pairs in (first, last):
        for ladders in (lowest, highest):
            assert "same_answer" in flags_of(checks, same(20, 0) | pairs | ladders, is_fast=True)
    mixed = {"P0": 0, "P1": 0, "P2": 4, "P3": 4}
    assert "same_answer" not in flags_of(checks, same(20, 0) | mixed | lowest, is_fast=True)


def test_scales_of_other_lengths_have_the_same_first_and_last_place():
    checks = many(20, *(item(f"S{n}", SEVEN) for n in range(5)))

    assert "same_answer" in flags_of(checks, same(20, 4) | {f"S{n}": 7 for n in range(5)}, is_fast=True)
    assert "same_answer" not in flags_of(checks, same(20, 4) | {f"S{n}": 4 for n in range(5)}, is_fast=True)


@pytest.mark.parametrize(("pairs", "needed"), [(1, 3), (3, 3), (4, 3), (5, 4), (8, 6)])
def test_three_contradictions_and_three_quarters_of_all_pairs(pairs, needed):
    checks = paired(pairs)
    assert checks.contradictions == needed
    for count in range(pairs + 1):
        answers = {key: 4 if number < count else 1 for number in range(pairs) for key in [f"P{number}"]}
        answers |= {f"Q{number}0": 1 for number in range(pairs)}

        assert ("contradicting" in flags_of(checks, answers, is_fast=False)) == (count >= needed)


def test_a_pair_contradicts_only_every_question_beside_it_that_was_answered():
    checks = paired(3, beside=2)
    pairs = {f"P{number}": 4 for number in range(3)}
    one_side = {f"Q{number}0": 0 for number in range(3)}

    assert "contradicting" in flags_of(checks, pairs | one_side, is_fast=False)
    assert "contradicting" in flags_of(checks, pairs | one_side | dict.fromkeys(["Q01", "Q11"], "dk"), is_fast=False)
    assert "contradicting" not in flags_of(checks, pairs | one_side | {"Q01": 3}, is_fast=False)
    assert "contradicting" not in flags_of(checks, pairs, is_fast=False)


def test_reversed_items_are_turned_before_they_are_compared():
    dimensions = tuple(
        dimension(f"d{n}", item(f"P{n}", PAIR), replace(item(f"Q{n}", FIVE), reversed=True)) for n in range(3)
    )
    checks = checks_of(framework(Instrument("pillars", "Pillars", dimensions, weight=1)))
    pairs = {f"P{n}": 4 for n in range(3)}

    assert "contradicting" not in flags_of(checks, pairs | {f"Q{n}": 0 for n in range(3)}, is_fast=False)
    assert "contradicting" in flags_of(checks, pairs | {f"Q{n}": 4 for n in range(3)}, is_fast=False)


@pytest.mark.parametrize(("unseen", "is_so"), [(6, False), (7, False), (8, True), (10, True)])
def test_more_than_seven_of_ten_unseen_is_a_sign_and_what_does_not_apply_does_not_count(unseen, is_so):
    answers = same(10) | {f"Q{number}": "dk" for number in range(unseen)} | {f"Q{n}": "na" for n in range(10, 30)}

    assert flags_of(many(30), answers, is_fast=False) == ({"unseen"} if is_so else set())


def test_no_answers_show_no_sign_but_the_stored_speed():
    assert flags_of(many(30), {}, is_fast=False) == set()
    assert flags_of(many(30), {"Q1": ["x"], "Q2": "free text", "Q3": True}, is_fast=True) == {"fast"}


def test_the_framework_s_own_formats_say_which_pairs_there_are():
    found = {pair.key: [one.key for one in beside] for pair, beside in checks_of(CONCENTRIC).pairs}

    assert found == {"OP2": ["OP1"], "EE1": ["EE2"], "IN2": ["IN1"], "BIG1": []}
    assert checks_of(CONCENTRIC).contradictions == 3


# -- many people at once -------------------------------------------------------------------------

ANY = framework(
    Instrument(
        "pillars",
        "Pillars",
        tuple(
            dimension(
                f"d{number}",
                item(f"P{number}", PAIR),
                replace(item(f"Q{number}", FIVE), reversed=number == 1),
                item(f"S{number}", SEVEN),
                ladder(f"L{number}", asked_of=()),
                *(item(f"X{number}{place}", FIVE) for place in range(4)),
            )
            for number in range(4)
        ),
        weight=1,
    ),
    roles=True,
)


@st.composite
def careful_or_not(draw):
    """Return somebody's answers: one place throughout with few exceptions, opposite ends, or anything."""
    kind = draw(st.sampled_from(["same", "opposite", "any", "unseen"]))
    end, answers = draw(st.integers(0, 1)), {}
    for one in ANY.items:
        lowest, highest = one.scale.lowest, one.scale.highest
        usual = {"same": end, "opposite": end != (one.scale.kind == "pair"), "unseen": "dk"}.get(kind)
        if kind == "any" or draw(st.integers(0, 9)) == 0:
            answers[one.key] = draw(st.sampled_from([lowest, highest, "dk", "na", None]) | st.integers(lowest, highest))
        else:
            answers[one.key] = usual if kind == "unseen" else highest if usual else lowest
    return {key: answer for key, answer in answers.items() if answer is not None}, draw(st.booleans())


@settings(max_examples=60, deadline=None)
@given(st.lists(careful_or_not(), max_size=12))
def test_many_people_at_once_show_the_same_signs_as_each_alone(people):
    checks = checks_of(ANY)
    codes = {
        one.key: np.array([code_of(one, answers.get(one.key)) for answers, _ in people], np.int8) for one in ANY.items
    }
    is_fast = np.array([fast for _, fast in people], bool)

    found = flags_among(checks, codes, is_fast)

    for number, (answers, fast) in enumerate(people):
        assert {flag for flag, mask in found.items() if mask[number]} == flags_of(checks, answers, is_fast=fast)
    assert flagged_among(checks, codes, is_fast).tolist() == [
        bool(flags_of(checks, answers, is_fast=fast)) for answers, fast in people
    ]


def test_a_framework_without_items_flags_only_speed():
    found = flags_among(checks_of(framework()), {}, np.array([True, False]))

    assert {flag: mask.tolist() for flag, mask in found.items() if mask.any()} == {"fast": [True, False]}
