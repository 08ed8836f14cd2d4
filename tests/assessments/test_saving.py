"""Two devices, repeated saves, notes, and how long answering took: the save protocol on real rows and requests."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from assessments.access import answering as access
from assessments.codes import code_hash
from assessments.models import Campaign, Draft
from assessments.models.responses import Response
from assessments.operations import answering as operations
from pillars.models import Edition
from tests.assessments.answering_world import FRAMEWORK, NOW, make_campaign, make_invitation, make_link

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_framework(monkeypatch):
    monkeypatch.setattr(Edition, "framework", lambda self, language="": FRAMEWORK)
    cache.clear()


def started_as(role="front_line", **fields):
    """Return a browser that has started, and its link's secret."""
    token = make_link(make_invitation(make_campaign(**fields), role))
    client = Client(enforce_csrf_checks=True)
    client.get(f"/a/{token}/")
    client.post("/a/start/", {"link": token})
    return client, token


def save(client, token, key, value, save_id, **fields):
    sent = {"link": token, "question": key, "id": save_id, f"q-{key}": value, **fields}
    answer = client.post("/a/save/", sent)
    assert answer.status_code == 200
    return answer.json()


def stored(token):
    return opened(token).answers


def opened(token):
    draft = access.opened_draft(access.link_of(token), token)
    assert draft is not None
    return draft


def sync(client, token, **known):
    return client.post("/a/sync/", {"link": token, "known": json.dumps(known)}).json()


# -- two devices ---------------------------------------------------------------------------------


def test_a_save_on_the_version_it_saw_meets_no_conflict():
    client, token = started_as()

    first = save(client, token, "LC1", "2", "first001", base="-")
    second = save(client, token, "LC1", "3", "second02", base="first001")

    assert first == {"saved": True, "version": "first001"}
    assert second == {"saved": True, "version": "second02"}


def test_the_save_arriving_last_wins_and_is_told_what_it_took_the_place_of():
    client, token = started_as()
    save(client, token, "LC1", "2", "phone001", base="-")

    told = save(client, token, "LC1", "3", "desk0001", base="-")

    conflict = {"version": "phone001", "fields": [["q-LC1", "2"]], "words": "half"}
    assert told == {"saved": True, "version": "desk0001", "conflict": conflict}
    assert stored(token) == {"LC1": 3}


def test_saving_the_other_value_back_is_an_ordinary_save():
    client, token = started_as()
    save(client, token, "LC1", "2", "phone001", base="-")
    told = save(client, token, "LC1", "3", "desk0001", base="-")

    back = save(client, token, "LC1", dict(told["conflict"]["fields"])["q-LC1"], "back0001", base=told["version"])

    assert back == {"saved": True, "version": "back0001"}
    assert stored(token) == {"LC1": 2}


def test_the_same_answer_from_two_devices_is_no_conflict():
    client, token = started_as()
    save(client, token, "LC1", "2", "phone001", base="-")

    assert "conflict" not in save(client, token, "LC1", "2", "desk0001", base="-")


def test_a_save_without_a_base_asks_for_no_conflict():
    client, token = started_as()
    save(client, token, "LC1", "2", "phone001")

    assert save(client, token, "LC1", "3", "desk0001") == {"saved": True, "version": "desk0001"}


def test_a_save_that_arrives_again_changes_nothing_and_tells_its_conflict_again():
    client, token = started_as()
    save(client, token, "LC1", "2", "phone001", base="-")
    told = save(client, token, "LC1", "3", "desk0001", base="-")
    save(client, token, "LC1", "4", "later001", base="desk0001")

    again = save(client, token, "LC1", "3", "desk0001", base="-")

    assert again == told
    assert stored(token) == {"LC1": 4}


def test_a_save_between_reading_and_writing_is_seen(monkeypatch):
    client, token = started_as()
    draft = opened(token)
    save(client, token, "LC1", "2", "phone001", base="-")

    overwritten = operations.save_answers(
        draft=draft, answers={"LC1": 4}, save_id="desk0001", at=timezone.now(), bases={"LC1": "-"}
    )

    assert overwritten == {"LC1": operations.Overwritten("phone001", 2)}
    assert stored(token) == {"LC1": 4}


def test_sync_tells_what_another_device_stored_changed_or_cleared():
    client, token = started_as()
    save(client, token, "LC1", "2", "phone001")
    save(client, token, "LC2", "1", "phone002")
    save(client, token, "SAY", "Hello", "phone003")
    save(client, token, "SAY", "", "phone004")

    told = sync(client, token, LC1="", LC2="phone002", SAY="phone003", OP1="", NO="x")

    assert told == {
        "changed": {
            "LC1": {"version": "phone001", "fields": [["q-LC1", "2"]], "words": "half"},
            "SAY": {"version": "phone004", "fields": [], "words": ""},
        },
        "standing": "open",
    }


def test_sync_says_that_the_time_of_grace_runs():
    client, token = started_as(closes_at=timezone.now() + timedelta(hours=1), grace_hours=24)
    Campaign.objects.update(closes_at=timezone.now() - timedelta(hours=1))

    assert sync(client, token)["standing"] == "grace"


@pytest.mark.parametrize("known", ["", "[]", "{", '"x"', "[" * 60_000], ids=range(5))
def test_sync_refuses_what_it_cannot_read(known):
    client, token = started_as()

    answer = client.post("/a/sync/", {"link": token, "known": known})

    assert (answer.status_code, answer.json()["reason"]) == (400, "invalid")


def test_scripts_are_told_the_reason_of_a_refusal():
    client, token = started_as()
    fields = {"link": token, "question": "LC1", "id": "a" * 24, "q-LC1": "1"}

    reasons = [client.post("/a/save/", {**fields, "link": "x" * 32}).json()["reason"]]
    reasons.append(client.post("/a/save/", {**fields, "q-LC1": "9"}).json()["reason"])
    reasons.append(client.post("/a/save/", {**fields, "q-LC1": "x" * 70_000}).json()["reason"])
    save(client, token, "LC1", "1", "first001")
    client.post("/a/send/", {"link": token})
    reasons.append(client.post("/a/save/", fields).json()["reason"])
    Campaign.objects.update(state=Campaign.State.CLOSED)
    second = make_link(make_invitation(Campaign.objects.get()))
    reasons.append(client.post("/a/sync/", {"link": second}).json()["reason"])

    assert reasons == ["unknown", "invalid", "too_large", "sent", "closed"]


# -- the same without scripts --------------------------------------------------------------------


def hidden(page):
    """Return the hidden fields that a page's form sends along."""
    return dict(re.findall(r'<input type="hidden" name="((?:base|was|other)-[^"]+)" value="([^"]*)"', page))


def test_without_scripts_the_page_comes_back_and_one_button_brings_the_other_answer_back():
    client, token = started_as()
    page = client.get("/a/part/lead/1/").content.decode()
    save(client, token, "LC1", "2", "phone001", base="-")

    told = client.post("/a/part/lead/1/", {"link": token, **hidden(page), "q-LC1": "4"})
    words = told.content.decode()
    assert (told.status_code, stored(token)["LC1"]) == (200, 4)
    assert "Changed on another device" in words
    assert "The other answer was: half." in words
    assert re.search(r'name="q-LC1" value="4" checked', words)

    back = client.post("/a/part/lead/1/", {"link": token, **hidden(words), "q-LC1": "4", "restore": "LC1"})
    assert back["Location"] == "/a/part/lead/1/#q-LC1"
    assert stored(token) == {"LC1": 2}


def test_a_field_nobody_touched_does_not_undo_what_another_device_changed():
    client, token = started_as()
    save(client, token, "LC1", "1", "desk0001")
    page = client.get("/a/part/lead/1/").content.decode()
    save(client, token, "LC1", "4", "phone001")

    answer = client.post("/a/part/lead/1/", {"link": token, **hidden(page), "q-LC1": "1", "q-LC2": "2"})

    assert answer["Location"] == "/a/part/work/1/"
    assert stored(token) == {"LC1": 4, "LC2": 2}


def test_restoring_numbers_leaves_none_of_the_own_ones():
    client, token = started_as("executive")
    page = client.get("/a/part/last/1/").content.decode()
    other = {
        "link": token,
        "question": "WHY",
        "id": "phone001",
        "q-WHY.cost": "3",
        "q-WHY.trust": "",
        "q-WHY.growth": "",
    }
    assert client.post("/a/save/", other).status_code == 200

    own = {"q-WHY.cost": "", "q-WHY.trust": "8", "q-WHY.growth": ""}
    told = client.post("/a/part/last/1/", {"link": token, **hidden(page), **own}).content.decode()
    client.post("/a/part/last/1/", {"link": token, **hidden(told), **own, "restore": "WHY"})

    assert stored(token) == {"WHY": {"cost": 3}}


# -- notes and evidence --------------------------------------------------------------------------


def test_a_ladder_takes_a_note_of_a_kind_and_a_text_and_only_a_ladder():
    client, token = started_as("manager")
    page = client.get("/a/part/lead/2/").content.decode()
    note = {"q-note:LC5.type": "2", "q-note:LC5.text": "Minutes of\r\nMay"}

    client.post("/a/part/lead/2/", {"link": token, **hidden(page), "q-LC5": "3", **note})

    assert "Add a note or evidence" in page
    assert "Add a note or evidence" not in client.get("/a/part/lead/1/").content.decode()
    assert stored(token) == {"LC5": 3, "note:LC5": {"type": 2, "text": "Minutes of\nMay"}}
    filled = client.get("/a/part/lead/2/").content.decode()
    assert '<option value="2" selected>' in filled
    assert "Minutes of\nMay</textarea>" in filled
    assert re.search(r'<details[^>]* data-question="note:LC5"[^>]* open>', filled)


def test_the_script_saves_a_note_like_any_answer_and_clears_it():
    client, token = started_as("manager")
    sent = {"link": token, "question": "note:LC5", "base": "-"}

    kept = client.post("/a/save/", {**sent, "id": "a" * 24, "q-note:LC5.type": "1", "q-note:LC5.text": ""}).json()
    assert (kept["version"], stored(token)) == ("a" * 24, {"note:LC5": {"type": 1, "text": ""}})
    client.post("/a/save/", {**sent, "id": "b" * 24, "q-note:LC5.type": "0", "q-note:LC5.text": " "})
    assert stored(token) == {}


@pytest.mark.parametrize(("kind", "text"), [("4", "x"), ("x", ""), ("1", "x" * 501)])
def test_a_note_that_was_not_offered_is_refused(kind, text):
    client, token = started_as("manager")
    note = {"q-note:LC5.type": kind, "q-note:LC5.text": text}

    answer = client.post("/a/part/lead/2/", {"link": token, "q-LC5": "3", **note})

    assert (answer.status_code, stored(token)) == (400, {})


def test_a_note_stands_on_the_check_page_and_travels_with_the_answers():
    client, token = started_as("manager")
    client.post(
        "/a/part/lead/2/", {"link": token, "q-LC5": "3", "q-note:LC5.type": "2", "q-note:LC5.text": "<Minutes>"}
    )

    check = client.get("/a/check/").content.decode()
    client.post("/a/send/", {"link": token})

    assert "Your note" in check
    assert "<span>A document or record with a date</span><span>&lt;Minutes&gt;</span>" in check
    assert Response.objects.get().answers == {"LC5": 3, "note:LC5": {"type": 2, "text": "<Minutes>"}}


def test_a_note_alone_neither_completes_a_part_nor_is_missed():
    client, token = started_as("manager")
    client.post("/a/part/lead/1/", {"link": token, "q-LC1": "3"})
    client.post("/a/part/lead/2/", {"link": token, "q-LC5": "3"})

    states = re.findall(r'class="state \w+">([^<]+)<', client.get("/a/").content.decode())

    assert states[0] == "Completed"


# -- time ----------------------------------------------------------------------------------------


def answered(draft_seconds):
    """Send answers that took so many seconds each by the device's own count; return what was stored of it."""
    token = make_link(make_invitation(make_campaign()))
    draft = operations.enter(token=token, at=NOW)
    for number, (key, seconds) in enumerate(draft_seconds.items()):
        operations.save_answers(draft=draft, answers={key: 1}, save_id=f"save000{number}", at=NOW, took=seconds)
    operations.submit_draft(draft=draft, at=NOW)
    return Response.objects.values_list("time_band", "is_fast").get()


def test_a_burst_of_saves_counts_the_seconds_the_device_measured():
    assert answered({"LC1": 60, "LC2": 90, "OP1": 60, "OP2": 60}) == (2, False)


def test_half_of_the_answers_in_under_two_seconds_is_fast():
    assert answered({"LC1": 1, "LC2": 1, "OP1": 9, "OP2": 9}) == (1, True)


def test_without_a_device_the_time_between_saves_counts():
    token = make_link(make_invitation(make_campaign()))
    draft = operations.enter(token=token, at=NOW)
    for number, key in enumerate(["LC1", "LC2", "OP1"], start=1):
        at = NOW + timedelta(seconds=100 * number)
        draft = opened(token)
        operations.save_answers(draft=draft, answers={key: 1}, save_id=f"save000{number}", at=at)

    operations.submit_draft(draft=draft, at=NOW)

    assert Response.objects.values_list("time_band", "is_fast").get() == (2, False)


def test_coming_back_to_a_question_adds_to_its_time():
    token = make_link(make_invitation(make_campaign()))
    draft = operations.enter(token=token, at=NOW)
    for number in (1, 2):
        draft = opened(token)
        answer = {"LC1": number}
        operations.save_answers(draft=draft, answers=answer, save_id=f"save000{number}", at=NOW, took=150)

    operations.submit_draft(draft=draft, at=NOW)

    assert Response.objects.values_list("time_band", flat=True).get() == 2


def test_times_stand_only_inside_seals():
    client, token = started_as()
    save(client, token, "LC1", "2", "save0001", took="7")

    entries = Draft.objects.get().answers
    parts = [part for entry in entries.values() for part in str(entry).split(".") if part]

    assert set(entries) == {"_order", "_seen", "LC1", "_saved:save0001"}
    assert [part for part in parts if len(part) < 90 and part != "save0001" and len(part) != 16] == []
    assert len({len(part) for part in parts if len(part) > 16}) == 1
    assert opened(token).answers.seconds("LC1") == 7


# -- sending, grace, statements ------------------------------------------------------------------


def test_sending_hands_out_the_only_copy_of_a_code_and_counts_the_language():
    client, token = started_as()
    save(client, token, "LC1", "2", "save0001")

    sent = operations.submit_draft(
        draft=operations.enter(token=token, at=timezone.now()), at=timezone.now(), language="fr"
    )

    response = Response.objects.get()
    assert re.fullmatch(r"(?:[2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", sent.withdrawal_code)
    assert response.withdrawal_hash == code_hash(sent.withdrawal_code, "withdrawal")
    assert Campaign.objects.get().tallies == {"language": {"fr": 1}}


def test_in_the_time_of_grace_what_was_begun_goes_on_and_nothing_begins():
    client, token = started_as(closes_at=timezone.now() + timedelta(hours=1), grace_hours=24)
    late = make_link(make_invitation(Campaign.objects.get()))
    Campaign.objects.update(closes_at=timezone.now() - timedelta(hours=1))

    saved = save(client, token, "LC1", "2", "save0001")
    refused = Client().post("/a/start/", {"link": late})
    sent = client.post("/a/send/", {"link": token})

    assert saved["saved"]
    assert refused.status_code == 403
    assert (sent.status_code, Response.objects.count(), Draft.objects.count()) == (200, 1, 0)


def test_pages_and_saves_take_few_statements(django_assert_num_queries):
    client, token = started_as()
    client.get("/a/part/lead/1/")

    with django_assert_num_queries(2):
        client.get("/a/part/lead/1/")
    with django_assert_num_queries(2):
        client.get("/a/check/")
    with django_assert_num_queries(3):
        save(client, token, "LC1", "2", "save0001", base="-")
    with django_assert_num_queries(3):
        client.post("/a/part/work/1/", {"link": token, "q-OP1": "3"})


# -- languages -----------------------------------------------------------------------------------


@pytest.fixture
def _two_languages(settings, monkeypatch):
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("es", "Spanish")]
    monkeypatch.setattr(Edition, "languages", lambda self: ("en", "fr"))


@pytest.mark.usefixtures("_two_languages")
def test_the_switch_on_a_question_page_keeps_place_and_answers():
    client, token = started_as()
    page = client.get("/a/part/lead/1/").content.decode()

    switched = client.post("/a/part/lead/1/", {"link": token, **hidden(page), "q-LC1": "3", "language": "fr"})

    assert re.findall(r'name="language" value="(\w+)" lang="\w+">([^<]+)<', page) == [("fr", "Français")]
    assert (switched["Location"], switched.cookies["django_language"].value) == ("/a/part/lead/1/", "fr")
    assert stored(token) == {"LC1": 3}
    assert '<html lang="fr"' in client.get("/a/part/lead/1/").content.decode()


@pytest.mark.usefixtures("_two_languages")
@pytest.mark.parametrize(
    ("goes_to", "lands"),
    [("/a/check/", "/a/check/"), ("//evil.example/a/", "/a/"), ("/other/", "/a/"), ("", "/a/")],
)
def test_the_switch_on_other_pages_leads_back_and_never_away(goes_to, lands):
    client, token = started_as()

    switched = client.post("/a/language/", {"link": token, "language": "fr", "next": goes_to})

    assert (switched["Location"], switched.cookies["django_language"].value) == (lands, "fr")


@pytest.mark.usefixtures("_two_languages")
def test_a_language_the_site_does_not_speak_changes_nothing():
    client, token = started_as()

    switched = client.post("/a/language/", {"link": token, "language": "xx", "next": "/a/"})

    assert "django_language" not in switched.cookies


@pytest.mark.usefixtures("_two_languages")
def test_the_start_page_offers_the_languages_of_the_questions():
    token = make_link(make_invitation(make_campaign()))
    client = Client()
    client.get(f"/a/{token}/")

    page = client.get("/a/").content.decode()

    assert re.findall(r'name="language" value="(\w+)"', page) == ["fr"]
    assert 'name="next" value="/a/"' in page
