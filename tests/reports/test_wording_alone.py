"""Putting results into other words by itself: the words change, and nothing else (whole releases: test_wording.py)."""

import json
from dataclasses import replace

import pytest
from django.utils import translation

from pillars.models import Edition
from reports.wording import in_words_of, subjects_of
from tests.reports.results_fixture import make_results

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return Edition.objects.get(slug="concentric", version="1.0")


def in_french(results, edition):
    with translation.override("fr"):
        return in_words_of(results, edition.framework("fr"), edition.translated_texts("fr"))


def test_levels_topics_groups_and_questions_are_said_in_the_readers_language(edition):
    french = in_french(make_results(), edition)

    assert [level.title for level in french.levels][-1] == "Vécu"
    assert french.subject("leadership").title == "Direction et culture"
    assert french.subject("index").title == "Indice de maturité"
    assert french.group("side:staff").title == "Personnel"
    assert french.framework == "Orientation client"


def test_figures_stay_as_they_were_frozen(edition):
    results = make_results()
    french = in_french(results, edition)

    assert french.figures == results.figures
    assert french.overall == results.overall
    assert french.gaps == results.gaps
    assert french.weights == results.weights
    assert [item.counts for item in french.items] == [item.counts for item in results.items]


def test_names_of_units_stay_even_where_a_topic_has_the_same_name(edition):
    results = make_results()
    named = replace(
        results,
        groups=tuple(
            replace(group, title="Leadership and culture") if group.kind == "unit" else group
            for group in results.groups
        ),
    )
    french = in_french(named, edition)

    assert {group.title for group in french.groups if group.kind == "unit"} == {"Leadership and culture"}


def test_advice_gives_its_reason_in_the_readers_language(edition):
    english = edition.framework()
    quick_win = next(found for found in english.dimension_by_key["leadership"].recommendations)
    results = make_results()
    given = replace(results.advice[0], subject="leadership", text=quick_win.text, score=34.0, level=2, kind="quick_win")
    french = in_french(replace(results, advice=(given,)), edition)

    assert french.advice[0].text.startswith("Ouvrez chaque réunion de direction")
    assert french.advice[0].because == (
        "«\xa0Direction et culture\xa0» est à 34 sur 100 (Proclamé). «\xa0Structuré\xa0» commence à 40."
    )


def test_no_topic_level_or_question_of_the_framework_is_left_in_english(edition):
    """Every text of the edition that stands in the results is gone from them."""
    own = {text for text in edition.translated_texts("fr") if len(text.split()) > 2}
    results = make_results()
    known = {subject.key for subject in subjects_of(edition.framework())}
    subjects = tuple(subject for subject in results.subjects if subject.key in known)
    kept = replace(results, subjects=subjects, groups=(), advice=())
    before = {text for text in own if json.dumps(text) in json.dumps(kept.to_document())}
    after = {text for text in own if json.dumps(text) in json.dumps(in_french(kept, edition).to_document())}

    assert before
    assert after == set()
