"""Pages are printed once and filled for each person: nothing of one person reaches another."""

import gc
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import translation

from assessments.questionnaire import Order, questionnaire_for
from assessments.rendering import Place, blank_pages, questions, rendered_page, rendered_parts, rendered_start
from assessments.rendering.printing import Printed, filled
from pillars.files import FOLDER, read_framework
from pillars.models import Edition
from pillars.schema import Answer, Part
from tests.assessments.answering_world import FRAMEWORK, LC1, NOW, make_campaign


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
    before = questions._printed_page.cache_info().misses

    for code in ("en", "en", "fr", "fr"):
        with translation.override(code):
            page_of(questionnaire, "last", 2)

    assert questions._printed_page.cache_info().misses == before + 2


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


CLERK = Place("Branch <North>", "front line", "Every day")


def start_page(campaign, token="a-link", place=CLERK, **options):  # noqa: S107  no password
    values = {"minutes": 3, "is_reviewed": True, "is_tablet": False, **options}
    return rendered_start(campaign, token=token, place=place, **values)


@pytest.mark.django_db
def test_the_start_page_escapes_what_an_owner_typed_and_keeps_their_paragraphs():
    campaign = make_campaign(title="Us & <them>", purpose="Why <we> ask.\n\nAnd & when.")

    page = start_page(campaign, 'se"cret')

    assert "<p>Why &lt;we&gt; ask.</p>\n\n<p>And &amp; when.</p>" in page
    assert ("<h1>Us &amp; &lt;them&gt;</h1>" in page, 'value="se&quot;cret"' in page) == (True, True)
    assert "Branch &lt;North&gt; · front line · contact with customers: every day" in page
    assert "\ue000" not in page


@pytest.mark.django_db
def test_a_start_page_shows_one_persons_link_and_place_and_the_next_one_shows_none_of_them():
    campaign = make_campaign(purpose="We want to know.")

    first = start_page(campaign)
    second = start_page(campaign, "another", Place("Head office", "", ""))

    assert ("a-link" in first, "Branch &lt;North&gt;" in first) == (True, True)
    assert [word in second for word in ("a-link", "&lt;North", "front line", "contact with")] == [False] * 4
    assert "Head office" in second


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "options", "words", "there"),
    [
        ({}, {"is_tablet": True}, "go on later with the same link", False),
        ({}, {"is_tablet": True}, "Other people use this device", False),
        ({}, {}, "Other people use this device", True),
        ({"purpose": ""}, {}, 'class="lead"', False),
        ({"closes_at": datetime(2026, 7, 1, tzinfo=UTC)}, {}, "The last day is 1 July 2026.", True),
        ({"k": 12}, {}, "groups of 12 or more people", True),
        ({}, {"minutes": 1}, "about 1 minute.", True),
        ({}, {"is_reviewed": False}, "not yet reviewed by a native speaker", True),
        ({}, {}, "not yet reviewed by a native speaker", False),
    ],
)
def test_a_start_page_is_printed_anew_for_other_facts(changes, options, words, there):
    campaign = make_campaign(purpose="We want to know.")
    start_page(campaign)
    for name, value in changes.items():
        setattr(campaign, name, value)

    assert (words in start_page(campaign, **options)) is there


@pytest.mark.django_db
def test_the_list_of_parts_shows_how_far_this_person_is_and_not_how_far_another_was():
    campaign = make_campaign()
    questionnaire = questionnaire_for(FRAMEWORK, "full", "front_line")

    def states(answers):
        page = rendered_parts(campaign, questionnaire, token="t", answers=answers, is_shared=False)
        [goes_on] = re.findall(r'class="btn" href="([^"]+)"', page)
        return re.findall(r'class="state (\w+)">([^<]+)<', page), goes_on

    done, begun, none = ("completed", "Completed"), ("in_progress", "In progress"), ("not_started", "Not started")
    assert states({"LC1": 3, "LC2": "dk", "OP1": 0}) == ([done, begun, none], "/a/part/work/2/")
    assert states({}) == ([none] * 3, "/a/part/lead/1/")
    everything: dict[str, Answer] = {"LC1": 3, "LC2": 1, "OP1": 0, "OP2": 1, "WISH": ["R1"], "SAY": "Thanks"}
    assert states(everything) == ([done] * 3, "/a/check/")


@pytest.mark.django_db
def test_answers_are_said_to_be_saved_once_something_is_answered():
    campaign = make_campaign()
    questionnaire = questionnaire_for(FRAMEWORK, "full", "manager")
    given: list[dict[str, Answer]] = [{}, {"LC1": 0}, {"note:LC5": {"type": 1, "text": ""}}]

    pages = [rendered_parts(campaign, questionnaire, token="t", answers=found, is_shared=False) for found in given]

    assert ["Your answers are saved." in page for page in pages] == [False, True, True]
    assert ["Begin with the first part" in page for page in pages] == [True, False, False]


def test_what_is_kept_of_a_page_holds_nothing_of_a_person():
    values = {"token": "a-secret", "first_open": "/a/part/lead/1/"}
    filled("assessments/answering/_check_lead.html", {"unanswered": 7}, values)
    send = filled("assessments/answering/_check_send.html", {"has_answers": True, "k": 7}, values)

    kept = [found for found in gc.get_objects() if isinstance(found, Printed)]

    assert "a-secret" in send
    assert kept
    assert not any("a-secret" in piece for printed in kept for piece in printed.pieces)
