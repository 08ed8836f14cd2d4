"""Coming back: resume codes, further links, and asking for a new one."""

import re
import time

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from assessments import limiter, queries
from assessments.access import answering as access
from assessments.codes import code_hash
from assessments.links import token_hash
from assessments.models import AccessLink, Campaign, Draft, Invitation
from assessments.operations import answering, codes
from assessments.operations.asking import ask_for_link
from assessments.operations.campaigns import close_campaign
from assessments.views import codes as views
from backstage.models import AuditEvent, OutgoingMail
from backstage.operations import send_mails
from pillars.models import Edition
from tests.assessments.answering_world import FRAMEWORK, NOW, make_campaign, make_invitation, make_link

pytestmark = pytest.mark.django_db

OPENS_NOTHING = "This code opens nothing."


@pytest.fixture(autouse=True)
def _small_framework(monkeypatch):
    monkeypatch.setattr(Edition, "framework", lambda self, language="": FRAMEWORK)
    monkeypatch.setattr(views, "EVEN_SECONDS", 0)
    cache.clear()


@pytest.fixture
def person():
    return make_invitation(make_campaign())


def started(person, answers=None):
    """Return the secret of a link with which this person has begun."""
    token = make_link(person)
    draft = answering.enter(token=token, at=NOW)
    answering.save_answers(draft=draft, answers=answers or {"LC1": 3}, save_id="save0001", at=NOW)
    return token


def draft_of(token):
    draft = access.opened_draft(access.link_of(token), token)
    assert draft is not None
    return draft


def code_for(token):
    return codes.make_resume_code(draft=draft_of(token), at=NOW)


def test_a_code_opens_the_same_draft_on_another_device(person):
    token = started(person)

    other = codes.resume_with_code(code=code_for(token), at=NOW)

    answering.save_answers(draft=draft_of(other), answers={"OP1": 1}, save_id="save0002", at=NOW)
    assert draft_of(token).answers == {"LC1": 3, "OP1": 1}
    assert Draft.objects.count() == 1


def test_a_code_is_read_in_any_case_and_with_any_marks(person):
    code = code_for(started(person))

    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}", code)
    codes.resume_with_code(code=f" {code.lower().replace('-', ' ')} ", at=NOW)
    codes.resume_with_code(code=code.translate(str.maketrans("23456789", "٢٣٤٥٦٧٨٩")), at=NOW)


def test_the_row_keeps_a_keyed_hash_and_never_the_code(person):
    code = code_for(started(person))

    row = AccessLink.objects.get(kind=AccessLink.Kind.CODE)
    assert row.token_hash == code_hash(code, "resume")
    assert row.token_hash not in {token_hash(code), token_hash(code.replace("-", ""))}


def test_a_new_code_ends_the_one_before(person):
    token = started(person)
    first, second = code_for(token), code_for(token)

    with pytest.raises(codes.CodeUnknown):
        codes.resume_with_code(code=first, at=NOW)
    codes.resume_with_code(code=second, at=NOW)
    assert AccessLink.objects.filter(kind=AccessLink.Kind.CODE).count() == 1


def sent(token, campaign):
    answering.submit_draft(draft=draft_of(token), at=NOW)


def closed(token, campaign):
    close_campaign(campaign=campaign, at=NOW)


def over(token, campaign):
    Campaign.objects.update(closes_at=NOW)


def begun_afresh(token, campaign):
    answering.start_afresh(token=token, at=NOW)


@pytest.mark.parametrize("end", [sent, closed, over, begun_afresh])
def test_a_code_ends_with_its_draft(person, end):
    token = started(person)
    code = code_for(token)
    end(token, person.campaign)

    with pytest.raises(codes.CodeUnknown):
        codes.resume_with_code(code=code, at=NOW)


def test_the_close_keeps_no_code(person):
    code_for(started(person))

    close_campaign(campaign=person.campaign, at=NOW)

    assert set(AccessLink.objects.values_list("kind", "wrapped_key")) == {("link", "")}


def test_a_code_is_no_link(person):
    code = code_for(started(person))

    with pytest.raises(access.LinkUnknown):
        access.link_of(code)


def test_a_code_makes_no_endless_links(person, monkeypatch):
    monkeypatch.setattr(codes, "MOST_LINKS", 3)
    code = code_for(started(person))
    codes.resume_with_code(code=code, at=NOW)

    with pytest.raises(codes.CodeUnknown):
        codes.resume_with_code(code=code, at=NOW)


def test_a_further_link_holds_no_key_until_a_device_that_has_it_opens_it(person):
    token = started(person)
    further = codes.further_link(invitation=person, at=NOW)

    with pytest.raises(access.StartedWithAnotherLink):
        access.opened_draft(access.link_of(further), further)
    assert codes.carry_key(token=further, held=token) is True
    assert draft_of(further).answers == {"LC1": 3}


def test_a_key_is_carried_to_links_of_the_same_person_only(person):
    mine = started(person)
    theirs = make_invitation(person.campaign)
    started(theirs)
    further = codes.further_link(invitation=theirs, at=NOW)

    assert codes.carry_key(token=further, held=mine) is False
    assert codes.carry_key(token=further, held="no-link-at-all") is False
    assert access.link_of(further).wrapped_key == ""


def test_no_further_link_for_who_has_answered_or_when_nobody_can_begin(person):
    Invitation.objects.update(has_answered=True)
    with pytest.raises(codes.AlreadySent):
        codes.further_link(invitation=person, at=NOW)

    Campaign.objects.update(closes_at=NOW, grace_hours=24)
    with pytest.raises(codes.CampaignClosed):
        codes.further_link(invitation=person, at=NOW)


def test_a_device_that_holds_the_key_opens_a_further_link_without_noticing(person):
    token = started(person)
    further = codes.further_link(invitation=person, at=NOW)
    device = Client()
    device.get(f"/a/{token}/")

    device.get(f"/a/{further}/")

    assert "Your answers are saved" in device.get("/a/").text
    assert device.cookies[access.LINK_COOKIE].value == further


def test_a_strict_cookie_that_stays_away_on_the_first_step_still_carries_the_key(person):
    token = started(person)
    further = codes.further_link(invitation=person, at=NOW)
    device = Client()
    device.get(f"/a/{token}/")
    kept = device.cookies.pop(access.LINK_COOKIE)  # another site led here: the browser keeps its strict cookie back

    device.get(f"/a/{further}/")
    device.cookies[access.LINK_COOKIE] = kept.value

    assert "Your answers are saved" in device.get("/a/", follow=True).text
    assert draft_of(further).answers == {"LC1": 3}


def test_elsewhere_the_page_takes_the_code_or_lets_begin_afresh(person):
    token = started(person)
    code = code_for(token)
    further = codes.further_link(invitation=person, at=NOW)
    device = Client(enforce_csrf_checks=True)
    device.get(f"/a/{further}/")

    page = device.get("/a/")
    wrong = device.post("/a/resume/", {"link": further, "code": "ABCD-EFGH-JKMN"})
    right = device.post("/a/resume/", {"link": further, "code": code})

    assert (page.status_code, 'name="code"' in page.text, "Delete those answers" in page.text) == (409, True, True)
    assert (wrong.status_code, OPENS_NOTHING in wrong.text, "Delete those answers" in wrong.text) == (404, True, True)
    assert (right.status_code, right["Location"]) == (302, "/a/")
    assert "Your answers are saved" in device.get("/a/").text


def test_codes_that_open_nothing_look_alike_and_count_as_failures(person, monkeypatch):
    token = started(person)
    used = code_for(token)
    sent(token, person.campaign)
    client = Client()

    pages = [client.post("/a/resume/", {"code": code}) for code in (used, "ABCD-EFGH-JKMN", "", "§" * 40)]
    monkeypatch.setattr(limiter, "MOST_FAILURES", 4)
    refused = client.post("/a/resume/", {"code": used})

    assert {(page.status_code, page.content) for page in pages} == {(404, pages[0].content)}
    assert refused.status_code == 429


def test_only_a_code_that_opens_takes_the_slow_step(person, monkeypatch):
    token = started(person)
    used = code_for(token)
    sent(token, person.campaign)
    monkeypatch.setattr("assessments.sealing.unwrap_slowly", None)

    for code in (used, "ABCD-EFGH-JKMN"):
        with pytest.raises(codes.CodeUnknown):
            codes.resume_with_code(code=code, at=NOW)


def test_the_page_shows_the_code_once_in_groups_of_four(person):
    token = started(person)
    device = Client(enforce_csrf_checks=True)
    device.get(f"/a/{token}/")

    page = device.post("/a/code/", {"link": token}).text

    shown = re.findall(r"<bdi>([^<]*)</bdi>", page)
    assert len(shown) == 1
    assert "/c/" in page
    assert draft_of(codes.resume_with_code(code=shown[0], at=NOW)).answers == {"LC1": 3}
    assert shown[0] not in device.get("/a/").text
    assert "Go on with another device" in device.get("/a/").text


def ask(who, client=None):
    return (client or Client()).post("/a/ask/", {"who": who})


def test_asking_for_a_link_answers_everybody_the_same(person):
    Invitation.objects.update(email="ada@example.org", staff_number="0042")
    answered = make_invitation(person.campaign)
    Invitation.objects.filter(pk=answered.pk).update(has_answered=True, email="bea@example.org")

    pages = [ask(who) for who in ("ada@example.org", "0042", "bea@example.org", "nobody@example.org", "", "'; --")]

    assert {(page.status_code, page.content) for page in pages} == {(200, pages[0].content)}


def test_asking_with_a_character_no_database_takes_answers_the_same(person):
    assert ask("00\x0042").content == ask("nobody").content


def test_who_asks_again_and_again_keeps_nobody_else_out_for_longer(monkeypatch):
    monkeypatch.setattr(limiter, "WINDOW_SECONDS", 1)
    monkeypatch.setattr(limiter, "MOST_REQUESTS", 2)
    asked = [limiter.too_many_requests("203.0.113.7") for _ in range(4)]
    time.sleep(1.2)

    assert asked == [False, False, True, True]
    assert not limiter.too_many_requests("203.0.113.7")


def test_a_network_that_has_many_addresses_counts_once(monkeypatch):
    monkeypatch.setattr(limiter, "MOST_FAILURES", 2)

    failed = [limiter.too_many_failures(f"2001:db8:1:2:{number:x}::1") for number in range(3)]

    assert failed == [False, False, True]
    assert not limiter.too_many_failures("2001:db8:1:3::1")
    assert not limiter.too_many_failures("203.0.113.7")


def test_asking_takes_the_same_time_whoever_it_is(person, monkeypatch):
    monkeypatch.setattr(views, "EVEN_SECONDS", 0.2)
    Invitation.objects.update(email="ada@example.org")

    took = []
    for who in ("ada@example.org", "nobody@example.org"):
        start = time.monotonic()
        ask(who)
        took.append(time.monotonic() - start)

    assert min(took) >= 0.2


def send_waiting_mails():
    send_mails(StepsNowhere())  # type: ignore[arg-type]  # all that sending asks of its claim


def test_a_new_link_comes_into_being_when_its_mail_is_sent(person):
    Invitation.objects.update(email="ada@example.org")

    ask_for_link(who="Ada@example.org ", at=NOW)
    waiting = list(OutgoingMail.objects.values_list("arguments", "sent_at"))
    links_before = AccessLink.objects.count()
    send_waiting_mails()

    token = re.findall(r"/a/([^/]+)/", str(mail.outbox[0].body))[0]
    assert (waiting, links_before) == ([({"invitation_id": person.pk, "language": "en"}, None)], 0)
    assert access.link_of(token).invitation == person
    assert token not in repr(list(OutgoingMail.objects.values()) + list(AccessLink.objects.values()))
    assert AuditEvent.objects.count() == 0


def test_a_mail_with_a_new_link_is_in_the_language_it_was_asked_in(person):
    Invitation.objects.update(email="ada@example.org")

    with translation.override("fr"):
        ask_for_link(who="ada@example.org", at=NOW)
    send_waiting_mails()

    with translation.override("fr"):
        wanted = translation.gettext("Your link to “%(title)s” of %(organisation)s")
    named = {"title": "Spring", "organisation": "Northlake Savings"}
    assert mail.outbox[0].subject == wanted % named
    assert wanted != "Your link to “%(title)s” of %(organisation)s"


@pytest.mark.parametrize("end", [{"has_answered": True}, {"email": ""}])
def test_a_mail_that_came_too_late_is_not_made(person, end):
    Invitation.objects.update(email="ada@example.org")
    ask_for_link(who="ada@example.org", at=NOW)
    Invitation.objects.update(**end)

    send_waiting_mails()

    assert (mail.outbox, OutgoingMail.objects.count(), AccessLink.objects.count()) == ([], 0, 0)


def test_the_close_forgets_mails_to_its_people_and_when_they_went(person):
    Invitation.objects.update(email="ada@example.org")
    ask_for_link(who="ada@example.org", at=NOW)
    send_waiting_mails()
    cache.clear()
    ask_for_link(who="ada@example.org", at=NOW)
    queued = [bool(row.sent_at) for row in OutgoingMail.objects.order_by("pk")]

    close_campaign(campaign=person.campaign, at=NOW)
    send_waiting_mails()

    assert queued == [True, False]
    assert OutgoingMail.objects.count() == 0
    assert len(mail.outbox) == 1


class StepsNowhere:
    def step(self, text):
        assert "@" not in text


def test_a_mailbox_is_not_filled_by_asking_again(person):
    Invitation.objects.update(email="ada@example.org")

    ask_for_link(who="ada@example.org", at=NOW)
    ask_for_link(who="ada@example.org", at=NOW)

    assert OutgoingMail.objects.count() == 1


def test_who_has_no_address_is_counted_and_not_named(person):
    Invitation.objects.update(staff_number="0042")

    ask_for_link(who="0042", at=NOW)

    event = AuditEvent.objects.get()
    assert (event.act, event.details) == ("link_asked_for", {"title": "Spring"})
    assert queries.asked_for_links(person.campaign) == 1
    assert (OutgoingMail.objects.count(), AccessLink.objects.count()) == (0, 0)


def test_the_count_of_those_who_ask_does_not_tell_who_has_answered(person):
    Invitation.objects.update(staff_number="0042", has_answered=True)

    ask_for_link(who="0042", at=NOW)

    assert queries.asked_for_links(person.campaign) == 1


def test_who_has_answered_gets_no_mail_for_asking(person):
    Invitation.objects.update(email="ada@example.org", has_answered=True)

    ask_for_link(who="ada@example.org", at=NOW)
    send_waiting_mails()

    assert (mail.outbox, OutgoingMail.objects.count(), AccessLink.objects.count()) == ([], 0, 0)


@pytest.mark.parametrize(
    "fields", [{"state": Campaign.State.CLOSED}, {"state": Campaign.State.DRAFT}, {"closes_at": NOW}]
)
def test_nothing_is_mailed_for_a_campaign_that_is_not_open(person, fields):
    Invitation.objects.update(email="ada@example.org")
    Campaign.objects.update(**fields)

    ask_for_link(who="ada@example.org", at=NOW)

    assert OutgoingMail.objects.count() == 0


def test_asking_needs_the_token_of_the_form_and_is_limited(person, monkeypatch):
    monkeypatch.setattr(limiter, "MOST_REQUESTS", 2)

    statuses = [ask("0042").status_code for _time in range(4)]

    assert statuses == [200, 200, 429, 429]
    assert ask("0042", Client(enforce_csrf_checks=True)).status_code == 403
    assert 'name="who"' in Client().get("/a/ask/").text
    assert "/a/ask/" in Client().get("/a/opens-nothing-at-all/").text


@pytest.mark.parametrize("address", ["/a/ask/", "/a/withdraw/"])
def test_forms_that_need_the_token_let_browsers_say_where_they_come_from(client, address):
    assert client.get(address)["Referrer-Policy"] == "same-origin"


def test_who_opens_a_link_next_takes_over_no_copy_of_the_person_before(person):
    """The older link is named to scripts for a minute, in which somebody else may open theirs."""
    device, first, second = Client(), make_link(person), make_link(person)
    device.get(f"/a/{first}/")
    device.get(f"/a/{second}/")
    named = device.cookies[access.BEFORE_COOKIE].value

    device.get(f"/a/{make_link(make_invitation(person.campaign))}/")

    assert named == first
    assert device.cookies[access.BEFORE_COOKIE].value == ""
