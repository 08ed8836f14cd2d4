"""Taking back what was sent, until the close, and leaving nothing that ties a response to a person."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from assessments import limiter, timing
from assessments.access import answering as access
from assessments.models import AccessLink, Campaign, Draft, Invitation
from assessments.models.responses import Response
from assessments.operations import answering
from assessments.operations import withdrawing as operations
from assessments.operations.campaigns import close_campaign
from backstage.models import AuditEvent
from pillars.models import Edition
from tests.assessments.answering_world import FRAMEWORK, NOW, make_campaign, make_invitation, make_link

pytestmark = pytest.mark.django_db

FINDS_NOTHING = "This code finds no answers."
ANSWERS: dict[str, Any] = {"LC1": 3, "OP2": 1, "WISH": ["R1", "R3"], "SAY": "Shorter queues."}


@pytest.fixture(autouse=True)
def _small_framework(monkeypatch):
    monkeypatch.setattr(Edition, "framework", lambda self, language="": FRAMEWORK)
    cache.clear()


@pytest.fixture
def person():
    return make_invitation(make_campaign())


def sent_by(person, answers=None, took=60):
    """Return the link with which somebody has sent, and their withdrawal code."""
    token = make_link(person)
    draft = answering.enter(token=token, at=NOW)
    answering.save_answers(draft=draft, answers=answers or ANSWERS, save_id="save0001", at=NOW, took=took)
    return token, answering.submit_draft(draft=draft_with(token), at=NOW).withdrawal_code


def draft_with(token):
    draft = access.opened_draft(access.link_of(token), token)
    assert draft is not None
    return draft


def test_the_code_alone_deletes_the_response_and_the_list_keeps_its_mark(person):
    _token, code = sent_by(person)

    operations.delete_response(code=code, at=NOW)

    assert (Response.objects.count(), Draft.objects.count()) == (0, 0)
    assert Invitation.objects.get().has_answered is True


def test_with_the_link_the_answers_come_back_and_can_be_sent_again(person):
    token, code = sent_by(person)

    operations.take_back(code=code, token=token, at=NOW)

    assert (Response.objects.count(), Invitation.objects.get().has_answered) == (0, False)
    draft = draft_with(token)
    assert draft.answers == ANSWERS
    answering.save_answers(draft=draft, answers={"LC1": 1}, save_id="save0002", at=NOW)
    answering.submit_draft(draft=draft_with(token), at=NOW)
    assert [row.answers for row in Response.objects.all()] == [{**ANSWERS, "LC1": 1}]


def test_the_draft_that_comes_back_is_sealed_under_a_new_key_for_this_link_only(person):
    token, code = sent_by(person)
    other = make_link(person)

    operations.take_back(code=code, token=token, at=NOW)

    assert "Shorter queues." not in str(Draft.objects.get().answers)
    with pytest.raises(access.StartedWithAnotherLink):
        access.opened_draft(access.link_of(other), other)


@pytest.mark.parametrize(("took", "pace"), [(30, (1, False)), (1, (1, True)), (150, (3, False)), (590, (5, False))])
def test_sending_again_keeps_the_band_of_time_and_the_flag(person, took, pace):
    token, code = sent_by(person, took=took)
    first = Response.objects.get()
    operations.take_back(code=code, token=token, at=NOW)

    answering.submit_draft(draft=draft_with(token), at=NOW)

    again = Response.objects.get()
    assert (first.time_band, first.is_fast) == (again.time_band, again.is_fast) == pace


@pytest.mark.parametrize("band", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("is_fast", [True, False])
@pytest.mark.parametrize("questions", [2, 36, 60])
def test_times_made_for_a_band_are_of_that_band(band, is_fast, questions):
    seconds = timing.seconds_like(band, is_fast, questions)

    assert (len(seconds), timing.band_of(sum(seconds)), timing.is_fast(seconds)) == (questions, band, is_fast)


def test_ladders_that_were_drawn_stay_with_the_answers():
    campaign = make_campaign(spread_items={"LC5": 1})
    person = make_invitation(campaign)
    token, code = sent_by(person)
    Response.objects.update(answers={**ANSWERS, "LC5": 4})

    operations.take_back(code=code, token=token, at=NOW)

    assert draft_with(token).order.also == ("LC5",)
    assert Campaign.objects.get().spread_items == {"LC5": 1}


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-EFGH-JKMN-PQRS", "§§§§"])
def test_a_code_that_finds_nothing_changes_nothing(person, typed):
    token, _code = sent_by(person)

    with pytest.raises(operations.CodeUnknown):
        operations.delete_response(code=typed, at=NOW)
    with pytest.raises(operations.CodeUnknown):
        operations.take_back(code=typed, token=token, at=NOW)
    assert Response.objects.count() == 1


def test_responses_without_a_code_are_never_found(person):
    sent_by(person)
    Response.objects.update(withdrawal_hash="")

    with pytest.raises(operations.CodeUnknown):
        operations.delete_response(code="", at=NOW)


def test_twice_is_once(person):
    token, code = sent_by(person)
    operations.take_back(code=code, token=token, at=NOW)

    with pytest.raises(operations.CodeUnknown):
        operations.take_back(code=code, token=token, at=NOW)
    with pytest.raises(operations.CodeUnknown):
        operations.delete_response(code=code, at=NOW)
    assert draft_with(token).answers == ANSWERS


def test_a_link_that_cannot_have_sent_it_takes_nothing_back(person):
    _token, code = sent_by(person)
    unsent = make_link(make_invitation(person.campaign))
    in_another_cell, _their_code = sent_by(make_invitation(person.campaign, "agent"), {"LC1": 2})

    for token in (unsent, in_another_cell):
        with pytest.raises(operations.CodeUnknown):
            operations.take_back(code=code, token=token, at=NOW)
    assert (Response.objects.count(), Draft.objects.count()) == (2, 0)


def test_nothing_is_taken_back_after_the_close_and_late_answers_change_nothing_about_it(person):
    token, code = sent_by(person)
    Campaign.objects.update(closes_at=NOW, grace_hours=24)

    with pytest.raises(operations.WithdrawalOver):
        operations.delete_response(code=code, at=NOW)
    with pytest.raises(operations.WithdrawalOver):
        operations.take_back(code=code, token=token, at=NOW)
    assert Response.objects.count() == 1


def test_the_close_forgets_the_codes(person):
    _token, code = sent_by(person)

    close_campaign(campaign=person.campaign, at=NOW)

    assert [row.withdrawal_hash for row in Response.objects.all()] == [""]
    with pytest.raises(operations.CodeUnknown):
        operations.delete_response(code=code, at=NOW)


def test_who_took_back_before_the_close_may_send_in_the_time_of_grace(person):
    token, code = sent_by(person)
    operations.take_back(code=code, token=token, at=NOW)
    Campaign.objects.update(closes_at=NOW, grace_hours=24)

    answering.submit_draft(draft=draft_with(token), at=NOW)

    assert Response.objects.count() == 1


def test_nothing_is_written_that_names_response_or_person(person, caplog):
    token, code = sent_by(person)
    operations.take_back(code=code, token=token, at=NOW)
    _other, code = sent_by(make_invitation(person.campaign))
    operations.delete_response(code=code, at=NOW)

    assert AuditEvent.objects.count() == 0
    assert caplog.records == []
    assert set(AccessLink.objects.values_list("kind", flat=True)) == {"link"}


def test_the_page_deletes_without_a_link(person):
    _token, code = sent_by(person)
    client = Client()

    page = client.get("/a/withdraw/")
    done = client.post("/a/withdraw/", {"code": code.lower(), "delete": "1"})

    assert ("Delete my answers" in page.text, "Bring my answers back" in page.text) == (True, False)
    assert (done.status_code, "Your answers are deleted" in done.text) == (200, True)
    assert Response.objects.count() == 0


def test_the_page_brings_answers_back_where_the_link_is(person):
    token, code = sent_by(person)
    client = Client()
    client.get(f"/a/{token}/")

    page = client.get("/a/withdraw/")
    done = client.post("/a/withdraw/", {"code": code, "link": token, "change": "1"})

    assert "Bring my answers back" in page.text
    assert (done.status_code, done["Location"]) == (302, "/a/")
    assert "Your answers are saved" in client.get("/a/").text


def test_a_cookie_alone_takes_nothing_back(person):
    token, code = sent_by(person)
    client = Client(enforce_csrf_checks=True)
    client.get(f"/a/{token}/")

    assert client.post("/a/withdraw/", {"code": code, "delete": "1"}).status_code == 403
    assert Response.objects.count() == 1


def test_codes_that_find_nothing_look_alike_and_count_as_failures(person, monkeypatch):
    _token, used = sent_by(person)
    operations.delete_response(code=used, at=NOW)
    client = Client()

    def page(code):
        answer = client.post("/a/withdraw/", {"code": code, "delete": "1"})
        return answer.status_code, FINDS_NOTHING in answer.text, len(answer.content)

    assert len({page(code) for code in (used, "ABCD-EFGH-JKMN-PQRS", "x")}) == 1
    monkeypatch.setattr(limiter, "MOST_FAILURES", 3)
    assert page(used)[0] == 429


def test_after_the_close_the_page_says_why_that_is_over(person):
    token, code = sent_by(person)
    client = Client()
    client.get(f"/a/{token}/")
    Campaign.objects.update(closes_at=timezone.now())

    at_hand = client.get("/a/withdraw/")
    with_code = Client().post("/a/withdraw/", {"code": code, "delete": "1"})

    for page in (at_hand, with_code):
        assert "can no longer be taken back" in page.text
        assert "nobody can find a single person" in page.text
    assert (at_hand.status_code, with_code.status_code) == (200, 409)
