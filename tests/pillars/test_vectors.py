"""The fast functions give what the plain ones define, for whoever answers whatever."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillars import statistics, vectors
from pillars.schema import Form, Instrument, Part
from pillars.scoring import MEASURES, asked_items, is_in, score_dimension, value_of
from reports.analyses.people import People
from reports.analyses.respondents import Respondent, Survey
from tests.pillars.frameworks import AGREE, FIVE, STAFF_ROLES, dimension, framework, item, ladder

CARE = dimension(
    "care",
    item("A"),
    item("B", FIVE, weight=2.5),
    item("C", AGREE, reversed=True, asked_of=("manager", *STAFF_ROLES)),
    ladder("L"),
    ladder("M", ("executive",)),
    item("S", scored=False),
)
WORK = dimension("work", item("D", FIVE), item("E", FIVE), item("F", FIVE, asked_of=STAFF_ROLES), weight=3)
CLAIMS = dimension("claims", ladder("N"))
FRAMEWORK = framework(
    Instrument("one", "One", (CARE, WORK, CLAIMS), weight=1),
    roles=True,
    forms=(Form("full", "Full"), Form("short", "Short", is_pulse=True)),
    parts=(
        Part("all", "All", (tuple(one.key for found in (CARE, WORK, CLAIMS) for one in found.items),)),
        Part("some", "Some", (("A", "B", "D"),), ("short",)),
    ),
)
ROLES = ("front_line", "agent", "manager", "executive", "leaders", "side:staff", "managers", "")
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        one.key: st.integers(one.scale.lowest, one.scale.highest) | st.sampled_from(["dk", "na"])
        for one in FRAMEWORK.items
    },
)
PEOPLE = st.lists(st.tuples(st.sampled_from(ROLES), ANSWERS), max_size=25)
FORMS = st.sampled_from([{}, {"agent": "short"}, {"front_line": "short", "agent": "short"}])


def survey(people, other_forms):
    respondents = [Respondent(number, role, 1, answers) for number, (role, answers) in enumerate(people)]
    return Survey(FRAMEWORK, "full", 5, respondents, [], other_forms=other_forms)


def plain_scores(found, asked, left_out, measure):
    """Return the people's scores in a dimension by the plain functions, one after the other."""
    scores = {}
    for person in found.people:
        routed = asked_items(asked, found.asked_of(person.role), person.answers, measure)
        items = [one for one in routed if one.key not in left_out]
        score = score_dimension(asked, items, person.answers).score
        if score is not None:
            scores[person.number] = score
    return scores


@settings(max_examples=150, deadline=None)
@given(PEOPLE, FORMS)
def test_scores_are_those_of_the_plain_functions(people, other_forms):
    found = survey(people, other_forms)

    for asked in FRAMEWORK.dimensions:
        for measure in MEASURES:
            assert found.scores[measure][asked.key] == plain_scores(found, asked, found.rare_ladders, measure)


@settings(max_examples=100, deadline=None)
@given(PEOPLE, FORMS)
def test_what_counts_as_asked_values_and_unseen_are_those_of_the_plain_functions(people, other_forms):
    found = survey(people, other_forms)
    asked = {
        (one.key, person.number)
        for person in found.people
        for dimension_ in FRAMEWORK.dimensions
        for one in asked_items(dimension_, found.asked_of(person.role), person.answers)
    }

    for one in FRAMEWORK.items:
        codes = found.columns.codes[one.key]
        told = {person.number: value_of(one, person.answers) for person in found.people}
        assert found.values[one.key] == {number: value for number, value in told.items() if value is not None}
        if one.scored:
            counted = vectors.asked_among(codes, found.routed[one.key])
            assert set(np.flatnonzero(counted).tolist()) == {number for key, number in asked if key == one.key}
    said = {(key, person.number): answer for person in found.people for key, answer in person.answers.items()}
    unseen = sum(said.get(one) == "dk" for one in asked)
    scored = [one for one in FRAMEWORK.items if one.scored]
    everybody = np.arange(len(people))
    assert found.dont_know_share(everybody, scored) == (unseen / len(asked) if asked else None)


@settings(max_examples=100, deadline=None)
@given(PEOPLE, FORMS)
def test_means_over_items_are_those_of_each_person(people, other_forms):
    found = survey(people, other_forms)
    items = [one for one in FRAMEWORK.items if is_in(one, "lived")]

    means = {}
    for person in found.people:
        values = [value for one in items if (value := value_of(one, person.answers)) is not None]
        if values:
            means[person.number] = pytest.approx(math.fsum(values) / len(values), abs=1e-11)

    assert dict(found.means_over(items)) == means


@settings(max_examples=100, deadline=None)
@given(PEOPLE)
def test_columns_give_back_who_said_what(people):
    levels = ("", "daily")
    respondents = [
        Respondent(number, role, number % 3, answers, levels[number % 2])
        for number, (role, answers) in enumerate(people)
    ]

    assert list(People.of(FRAMEWORK, respondents)) == respondents


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_moments_are_those_of_the_plain_functions(values):
    found, plain = vectors.moments(np.array(values)), statistics.moments(values)

    assert found.n == plain.n
    assert found.mean == pytest.approx(plain.mean, abs=1e-10)
    assert found.variance == pytest.approx(plain.variance, abs=1e-9)


@given(st.lists(st.lists(st.integers(0, 10), min_size=4, max_size=4).filter(any), min_size=1, max_size=30))
def test_shares_are_those_of_the_plain_function(tokens):
    keys = "abcd"
    means, agreement = vectors.shares_of(np.array(tokens, float))
    shares, agreed = statistics.shares_of([dict(zip(keys, row, strict=True)) for row in tokens], keys)

    assert means.tolist() == pytest.approx([shares[key] for key in keys], abs=1e-12)
    assert agreement == pytest.approx(agreed, abs=1e-12)


def test_a_scale_of_any_width_fits_and_a_point_beside_it_is_refused():
    wide = item("W")
    assert vectors.code_type(wide) is np.int8
    given = (0, 100, "dk", "na", None, True, ["1"])
    assert [vectors.code_of(wide, answer) for answer in given] == [0, 100, -2, -3, -1, -4, -4]
    with pytest.raises(ValueError, match="not between"):
        vectors.code_of(wide, 101)


def test_people_are_numbered_alike_when_all_columns_are():
    draw = np.random.default_rng(1)
    columns = [draw.integers(0, 3, 200) for _ in range(60)]
    columns = [np.concatenate([column, column]) for column in columns]

    found = vectors.numbered(columns[0], *columns[1:])

    assert found[:200].tolist() == found[200:].tolist()
    assert len(set(found.tolist())) == len(set(zip(*(column.tolist() for column in columns), strict=True)))
