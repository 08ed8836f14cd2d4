"""Stored answers come out of the fast reader as `json.loads` would give them."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillars.schema import Instrument, Scale, Task
from pillars.vectors import NOTHING, UNREADABLE, code_of
from reports.analyses.people import People
from reports.analyses.respondents import Respondent
from reports.flat_json import FlatObjects
from reports.reading import AnswerTexts, Reading, Stored
from tests.pillars.frameworks import AGREE, FIVE, dimension, framework, item, ladder

BELOW_NOTHING = Scale("below", "points", -20, 20)
WIDE = Scale("wide", "points", 0, 10_000)
CARE = dimension(
    "care",
    item("A"),
    item("B", FIVE, reversed=True),
    item("C", AGREE),
    ladder("L"),
    item("a.key_longer_than.one_word", FIVE),
    item("a.key_longer_than.two_words", BELOW_NOTHING),
    item("W", WIDE),
)
FRAMEWORK = framework(
    Instrument("one", "One", (CARE,), weight=1),
    tasks=(Task("pick", "pick", "Pick"), Task("tokens", "tokens", "Spread"), Task("more", "comment", "More")),
)
ITEMS = FRAMEWORK.items
UNREADABLE_ONES = st.sampled_from([True, False, 1.0, 2.5, "", "dkk", "5", ["A"], {"A": 1}])
COMMENTS = st.text(max_size=30) | st.sampled_from(['{"A": 3}', 'She said: "A": 3', "a\nb\\", "}{", "آراء", "\u2028"])
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        **{
            one.key: st.integers(one.scale.lowest, one.scale.highest) | st.sampled_from(["dk", "na"]) | UNREADABLE_ONES
            for one in ITEMS
        },
        "pick": st.lists(st.sampled_from(["A", "B", "r1"]), max_size=3),
        "tokens": st.dictionaries(st.sampled_from(["A", "B", "impact"]), st.integers(0, 9), max_size=3),
        "more": COMMENTS,
        "note:L": st.fixed_dictionaries({"type": st.integers(0, 3), "text": COMMENTS}),
        "unknown": st.integers(0, 3) | st.none(),
    },
)
PRINTED = (
    json.dumps,
    lambda answers: json.dumps(answers, ensure_ascii=False, sort_keys=True),
    lambda answers: json.dumps(answers, separators=(",", ":")),
    lambda answers: json.dumps(answers, indent=1),
)


def expected(people):
    """Return codes and whatever is no code, read one after the other."""
    table = [[code_of(one, answers.get(one.key)) for one in ITEMS] for answers in people]
    keys = {one.key: place for place, one in enumerate(ITEMS)}
    others = [
        {key: value for key, value in answers.items() if key not in keys or row[keys[key]] == UNREADABLE}
        for answers, row in zip(people, table, strict=True)
    ]
    return table, others


@settings(max_examples=250, deadline=None)
@given(st.lists(ANSWERS, max_size=12), st.sampled_from(PRINTED))
def test_codes_and_other_answers_are_those_of_json(people, printed):
    read = AnswerTexts(FRAMEWORK).read([printed(answers) for answers in people])

    table, others = expected(people)
    assert read.table.tolist() == table
    assert list(read.others) == others


def test_plain_texts_are_read_without_json():
    people = [{"A": 7, "B": "dk", "a.key_longer_than.one_word": 3}, {}, {"W": 1234, "pick": ["A"], "tokens": {"A": 1}}]

    found = FlatObjects.of([json.dumps(answers) for answers in people])

    assert found is not None
    assert [found.name(place) for place in range(len(found.key))] == [key for answers in people for key in answers]
    assert found.row.tolist() == [0, 0, 0, 2, 2, 2]
    assert found.answers(range(6)) == [value for answers in people for value in answers.values()]


@pytest.mark.parametrize("text", ['{"A": 101}', '{"B": 5}', '{"a.key_longer_than.two_words": -21}', '{"W": 99999}'])
def test_a_point_beside_the_scale_is_refused(text):
    with pytest.raises(ValueError, match="is not between"):
        AnswerTexts(FRAMEWORK).read([text])


def stored(number, answers, printed=json.dumps):
    return Stored("manager", 3 + number % 2, "daily", number % 2 == 0, 2, "{}", printed(answers))


@settings(max_examples=60, deadline=None)
@given(st.lists(ANSWERS, max_size=8))
def test_people_and_fingerprint_are_the_same_however_answers_are_stored(people):
    rows = [(number, answers) for number, answers in enumerate(people)]
    readings = []
    for printed, step, order in ((PRINTED[0], 1, rows), (PRINTED[1], 3, rows[::-1]), (PRINTED[2], 100, rows)):
        reading = Reading(FRAMEWORK)
        for first in range(0, len(order), step):
            reading.take([stored(number, answers, printed) for number, answers in order[first : first + step]])
        readings.append(reading)
    plain = [Respondent(n, "manager", 3 + n % 2, answers, is_fast=n % 2 == 0) for n, answers in rows]
    found = [reading.people() for reading in readings]

    assert len({reading.digest() for reading in readings}) == 1
    assert [list(one) for one in found[1:]] == [list(found[0])] * 2
    assert sorted(map(said, found[0])) == sorted(map(said, People.of(FRAMEWORK, plain)))
    assert {key: kinds.tolist() for key, kinds in found[0].evidence.items()} == {
        key: kinds.tolist() for key, kinds in found[1].evidence.items()
    }


def said(person):
    return repr((person.unit, person.is_fast, sorted(person.answers.items(), key=repr)))


def test_kinds_of_evidence_stand_beside_the_ladder():
    answers = [{"L": 3, "note:L": {"type": 2, "text": "the minutes"}}, {"L": 4}]
    reading = Reading(FRAMEWORK)
    reading.take([stored(number, one) for number, one in enumerate(answers)])

    assert sorted(reading.people().evidence["L"].tolist()) == [NOTHING, 2]


def test_any_change_changes_the_fingerprint():
    def digest(*rows):
        reading = Reading(FRAMEWORK)
        reading.take(rows)
        return reading.digest()

    row = stored(0, {"A": 5, "more": "words"})
    others = [
        row._replace(role="agent"),
        row._replace(unit=4),
        row._replace(level=""),
        row._replace(is_fast=False),
        row._replace(time_band=3),
        row._replace(attributes='{"country": "KE"}'),
        row._replace(answers='{"A": 6, "more": "words"}'),
        row._replace(answers='{"A": 5, "more": "word"}'),
        row._replace(answers='{"A": "5", "more": "words"}'),
    ]

    assert len({digest(row), digest(row, row), digest(), *map(digest, others)}) == len(others) + 3
    assert np.array_equal(AnswerTexts(FRAMEWORK).read([]).table, np.zeros((0, len(ITEMS))))
