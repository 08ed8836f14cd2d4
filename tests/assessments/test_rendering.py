"""Pages are printed once and filled for each person: nothing of one person reaches another."""

import re
from dataclasses import replace

import pytest
from django.utils import translation

from assessments import rendering
from assessments.questionnaire import Order, questionnaire_for
from assessments.rendering import blank_pages, rendered_page
from pillars.files import FOLDER, read_framework
from pillars.models import Edition
from pillars.schema import Answer, Part
from tests.assessments.answering_world import FRAMEWORK, LC1, NOW


def page_of(questionnaire, key, number, answers: dict[str, Answer] | None = None, **options):
    page = questionnaire.page(key, number)
    values = {"organisation": "Bank & Sons", "token": 'se"cret', "versions": {}, **options}
    return rendered_page(questionnaire, page, answers=answers or {}, **values)


def test_a_page_shows_this_persons_answers_and_the_next_one_shows_none_of_them():
    questionnaire = questionnaire_for(FRAMEWORK, "full", "front_line")

    first = page_of(questionnaire, "lead", 1, {"LC1": 3, "LC2": "dk"}, versions={"LC1": "save0001"})
    second = page_of(questionnaire, "lead", 1)

    assert re.findall(r'name="(q-\w+)" value="(\w+)" checked', first) == [("q-LC1", "3"), ("q-LC2", "dk")]
    assert 'data-question="LC1" data-version="save0001"' in first
    assert 'name="base-LC1" value="save0001"' in first
    assert (" checked" in second, "save0001" in second) == (False, False)


def test_every_value_is_escaped():
    questionnaire = questionnaire_for(FRAMEWORK, "full", "front_line")

    page = page_of(questionnaire, "last", 2, {"SAY": '</textarea><script>"'})

    assert "&lt;/textarea&gt;&lt;script&gt;&quot;</textarea>" in page
    assert 'value="se&quot;cret"' in page
    assert "Bank &amp; Sons" in page
    assert "\ue000" not in page


def test_blank_pages_hold_every_question_and_nothing_of_a_person():
    questionnaire = questionnaire_for(FRAMEWORK, "full", "executive")
    page_of(questionnaire, "lead", 2, {"LC5": 4})

    pages = blank_pages(questionnaire)

    assert [(page.part_key, page.number) for page in pages] == [(p.part_key, p.number) for p in questionnaire.pages]
    html = "".join(page.html for page in pages)
    assert re.findall(r'data-question="([^"]+)" data-version=""', html) == list(questionnaire.field_by_key)
    assert (" checked" in html, " selected" in html, 'name="link" value=""' in html) == (False, False, True)


def test_coins_turn_what_is_printed():
    straight = questionnaire_for(FRAMEWORK, "full", "manager")
    turned = questionnaire_for(FRAMEWORK, "full", "manager", order=Order(ladders_turned=True))

    texts = [re.findall(r'<span class="body">([A-E])<', page_of(found, "lead", 2)) for found in (straight, turned)]

    assert texts == [list("ABCDE"), list("EDCBA")]


def test_the_same_is_printed_once_and_each_language_apart():
    questionnaire = questionnaire_for(FRAMEWORK, "full", "front_line", nominees=["once"])
    before = rendering._printed_page.cache_info().misses

    for code in ("en", "en", "fr", "fr"):
        with translation.override(code):
            page_of(questionnaire, "last", 2)

    assert rendering._printed_page.cache_info().misses == before + 2


def test_frameworks_with_the_same_keys_are_never_mixed_up():
    other = replace(FRAMEWORK, parts=(Part("lead", "Other", (("LC1",),)),), tasks=())

    pages = [page_of(questionnaire_for(framework, "full", "agent"), "lead", 1) for framework in (FRAMEWORK, other)]

    assert [re.findall(r'data-question="(\w+)"', page) for page in pages] == [["LC1", "LC2"], ["LC1"]]
    assert LC1.text in pages[1]


@pytest.mark.django_db
def test_a_framework_is_read_once_and_a_translation_added_later_is_noticed(django_assert_num_queries):
    file = read_framework(FOLDER / "concentric" / "1.0.toml")
    Edition.objects.filter(slug="concentric").delete()
    values = {"title": "C", "fingerprint": "a-test-of-its-own", "published_at": NOW, "document": file.document}
    edition = Edition.objects.create(slug="concentric", version="1.0", translations={}, **values)

    def lean():
        return Edition.objects.defer("document", "translations").get(pk=edition.pk)

    assert lean().framework("zz").roles[0].title == "Front line"
    with django_assert_num_queries(1):
        assert lean().framework("zz").language == "en"
    role = file.document["roles"][0]["key"]
    texts = {"texts": {f"roles.{role}.title": "ZZ"}, "fingerprint": "1", "reviewed": False}
    edition.translations = {"zz": texts}
    edition.save(update_fields=["translations"])

    assert lean().framework("zz").roles[0].title == "ZZ"
    assert lean().languages() == ("en", "zz")
