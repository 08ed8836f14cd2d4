"""What a person with a link can do, as operations on real rows."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from assessments.access import answering as access
from assessments.links import token_hash
from assessments.models import AccessLink, Campaign, Draft, Invitation
from assessments.models.responses import Response
from assessments.operations import answering as operations
from organisations.models import Unit
from pillars.models import Edition
from tests.assessments.answering_world import FRAMEWORK, NOW, OPENED, make_campaign, make_invitation, make_link


@pytest.fixture(autouse=True)
def _small_framework(monkeypatch):
    monkeypatch.setattr(Edition, "framework", lambda self, language="": FRAMEWORK)


def stored_answers(token):
    draft = access.opened_draft(access.link_of(token), token)
    assert draft is not None
    return draft.answers


def save(token, answers, save_id="save0001", at=NOW):
    operations.save_answers(draft=operations.enter(token=token, at=at), answers=answers, save_id=save_id, at=at)


@pytest.mark.django_db
def test_save_answers_keeps_each_answer_and_leaves_the_others():
    token = make_link(make_invitation(make_campaign()))

    save(token, {"LC1": 3, "OP1": "dk"}, "save0001")
    save(token, {"LC1": 4, "SAY": "Hello"}, "save0002")

    assert stored_answers(token) == {"LC1": 4, "OP1": "dk", "SAY": "Hello"}


@pytest.mark.django_db
def test_a_cleared_answer_is_gone():
    token = make_link(make_invitation(make_campaign()))
    save(token, {"WISH": ["R1"]}, "save0001")

    save(token, {"WISH": None}, "save0002")

    assert stored_answers(token) == {}


@pytest.mark.django_db
def test_a_save_that_arrives_again_changes_nothing_however_late():
    token = make_link(make_invitation(make_campaign()))
    save(token, {"LC1": 1}, "save0001")
    save(token, {"LC1": 2}, "save0002")

    save(token, {"LC1": 1}, "save0001")

    assert stored_answers(token) == {"LC1": 2}


@pytest.mark.django_db
def test_saving_one_answer_is_one_update(django_assert_num_queries):
    token = make_link(make_invitation(make_campaign()))
    draft = operations.enter(token=token, at=NOW)

    with django_assert_num_queries(1) as queries:
        operations.save_answers(draft=draft, answers={"LC1": 3}, save_id="save0001", at=NOW)

    assert queries[0]["sql"].startswith("UPDATE")


@pytest.mark.django_db
def test_save_answers_refuses_after_the_campaign_has_closed():
    campaign = make_campaign(closes_at=NOW)
    token = make_link(make_invitation(campaign))
    draft = operations.enter(token=token, at=OPENED)

    with pytest.raises(operations.CampaignClosed):
        operations.save_answers(draft=draft, answers={"LC1": 3}, save_id="save0001", at=NOW)

    assert stored_answers(token) == {}


@pytest.mark.django_db
def test_save_answers_says_why_a_draft_is_gone():
    campaign = make_campaign()
    token = make_link(make_invitation(campaign))
    draft = operations.enter(token=token, at=NOW)
    Draft.objects.all().delete()

    with pytest.raises(operations.NothingStarted):
        operations.save_answers(draft=draft, answers={"LC1": 3}, save_id="save0001", at=NOW)
    Campaign.objects.update(state=Campaign.State.CLOSED)
    with pytest.raises(operations.CampaignClosed):
        operations.save_answers(draft=draft, answers={"LC1": 3}, save_id="save0001", at=NOW)
    Invitation.objects.update(has_answered=True)
    with pytest.raises(operations.AlreadySent):
        operations.save_answers(draft=draft, answers={"LC1": 3}, save_id="save0001", at=NOW)


@pytest.mark.django_db
def test_a_draft_takes_no_endless_saves(monkeypatch):
    token = make_link(make_invitation(make_campaign()))
    monkeypatch.setattr(operations, "MOST_ENTRIES", 4)
    save(token, {"LC1": 1}, "save0001")
    save(token, {"LC1": 2}, "save0002")

    with pytest.raises(operations.TooManySaves):
        save(token, {"LC1": 3}, "save0003")

    assert stored_answers(token) == {"LC1": 2}


@pytest.mark.django_db
def test_the_database_alone_does_not_tell_the_answers(tmp_path):
    token = make_link(make_invitation(make_campaign()))
    save(token, {"SAY": "a very particular sentence", "LC1": 3})

    call_command("dumpdata", "assessments", output=str(tmp_path / "dump.json"))

    dump = (tmp_path / "dump.json").read_text(encoding="utf-8")
    assert "particular" not in dump
    assert token not in dump
    assert stored_answers(token) == {"SAY": "a very particular sentence", "LC1": 3}


@pytest.mark.django_db
def test_enter_opens_the_same_draft_again():
    token = make_link(make_invitation(make_campaign()))
    first = operations.enter(token=token, at=NOW)

    second = operations.enter(token=token, at=NOW)

    assert (second.pk, second.key, second.order) == (first.pk, first.key, first.order)
    assert Draft.objects.count() == 1


@pytest.mark.django_db
def test_enter_refuses_unknown_links_and_campaigns_that_are_not_open():
    token = make_link(make_invitation(make_campaign(state=Campaign.State.DRAFT)))

    with pytest.raises(operations.LinkUnknown):
        operations.enter(token="x" * 32, at=NOW)
    with pytest.raises(operations.CampaignClosed):
        operations.enter(token=token, at=NOW)

    assert Draft.objects.count() == 0


@pytest.mark.django_db
def test_a_second_link_does_not_open_the_first_ones_draft_but_can_start_afresh():
    invitation = make_invitation(make_campaign())
    first, second = make_link(invitation), make_link(invitation)
    save(first, {"LC1": 3})

    with pytest.raises(operations.StartedWithAnotherLink):
        operations.enter(token=second, at=NOW)
    assert stored_answers(first) == {"LC1": 3}

    operations.start_afresh(token=second, at=NOW)
    assert stored_answers(second) == {}
    with pytest.raises(operations.StartedWithAnotherLink):
        operations.enter(token=first, at=NOW)


@pytest.mark.django_db
def test_submit_draft_makes_one_response_of_cell_and_answers_only():
    campaign = make_campaign()
    invitation = make_invitation(campaign, "front_line")
    token = make_link(invitation)
    operations.enter(token=token, at=NOW - timedelta(minutes=1))
    save(token, {"LC1": 3, "OP1": "na", "WISH": ["R2"], "LC5": 5})

    sent = operations.submit_draft(draft=operations.enter(token=token, at=NOW), at=NOW)

    response = Response.objects.get()
    assert sent.answers == {"LC1": 3, "OP1": "na", "WISH": ["R2"]}
    assert response.answers == sent.answers
    assert (response.unit.name, response.role, response.contact_level) == ("Branch North", "front_line", "")
    assert (response.attributes, response.is_fast) == ({}, False)
    assert Draft.objects.count() == 0
    assert AccessLink.objects.get().wrapped_key == ""
    invitation.refresh_from_db()
    assert invitation.has_answered


@pytest.mark.django_db
def test_submit_draft_refuses_the_second_time():
    token = make_link(make_invitation(make_campaign()))
    save(token, {"LC1": 3})
    draft = operations.enter(token=token, at=NOW)
    operations.submit_draft(draft=draft, at=NOW)

    with pytest.raises(operations.AlreadySent):
        operations.submit_draft(draft=draft, at=NOW)
    with pytest.raises(operations.AlreadySent):
        operations.enter(token=token, at=NOW)

    assert Response.objects.count() == 1


@pytest.mark.django_db
def test_submit_draft_keeps_a_draft_without_answers():
    token = make_link(make_invitation(make_campaign()))
    draft = operations.enter(token=token, at=NOW)

    with pytest.raises(operations.NothingAnswered):
        operations.submit_draft(draft=draft, at=NOW)

    assert (Draft.objects.count(), Response.objects.count()) == (1, 0)
    assert not Invitation.objects.get().has_answered


@pytest.mark.django_db
def test_submit_draft_refuses_after_the_close_and_leaves_everything():
    campaign = make_campaign()
    token = make_link(make_invitation(campaign))
    save(token, {"LC1": 3})
    draft = operations.enter(token=token, at=NOW)
    Campaign.objects.update(state=Campaign.State.CLOSED)

    with pytest.raises(operations.CampaignClosed):
        operations.submit_draft(draft=draft, at=NOW)

    assert (Draft.objects.count(), Response.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_an_invitation_without_a_cell_is_counted_in_the_whole_organisation():
    invitation = make_invitation(make_campaign())
    Invitation.objects.update(cell_unit=None)
    token = make_link(invitation)
    save(token, {"LC1": 3})

    operations.submit_draft(draft=operations.enter(token=token, at=NOW), at=NOW)

    response = Response.objects.get()
    assert (response.unit.parent, response.role, response.contact_level) == (None, "", "")


@pytest.mark.django_db
def test_join_campaign_makes_an_invitation_with_a_link_of_its_own():
    campaign = make_campaign(takes_open_link=True, open_link_hash=token_hash("open-link"))
    unit = Unit.objects.get()

    token = operations.join_campaign(token="open-link", unit=unit, role="agent", at=NOW)

    invitation = access.link_of(token).invitation
    assert (invitation.campaign, invitation.unit, invitation.role) == (campaign, unit, "agent")
    assert (invitation.came_by_open_link, invitation.name, invitation.email) == (True, "", "")


@pytest.mark.django_db
def test_an_open_link_that_was_switched_off_lets_nobody_in():
    make_campaign(takes_open_link=False, open_link_hash=token_hash("open-link"))

    with pytest.raises(operations.LinkUnknown):
        operations.join_campaign(token="open-link", unit=Unit.objects.get(), role="agent", at=NOW)

    assert Invitation.objects.count() == 0


def at_once(act, times=2):
    """Run `act` in several threads at the same time and return what each raised, or None."""
    ready = threading.Barrier(times)
    raised: list[type[Exception] | None] = []

    def run():
        ready.wait()
        try:
            act()
        except Exception as error:
            raised.append(type(error))
        else:
            raised.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_make_one_response():
    token = make_link(make_invitation(make_campaign()))
    save(token, {"LC1": 3})
    draft = operations.enter(token=token, at=NOW)

    raised = at_once(lambda: operations.submit_draft(draft=draft, at=NOW))

    assert sorted(raised, key=str) == [operations.AlreadySent, None]
    assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_start_at_once_share_one_draft():
    token = make_link(make_invitation(make_campaign()))

    raised = at_once(lambda: operations.enter(token=token, at=NOW))

    assert raised == [None, None]
    assert Draft.objects.count() == 1
    assert stored_answers(token) == {}


@pytest.mark.django_db(transaction=True)
def test_answers_saved_at_once_are_all_kept():
    token = make_link(make_invitation(make_campaign()))
    draft = operations.enter(token=token, at=NOW)
    keys = iter(["LC1", "LC2", "OP1", "OP2"])
    lock = threading.Lock()

    def save_next():
        with lock:
            key = next(keys)
        operations.save_answers(draft=draft, answers={key: 2}, save_id=f"save{key}", at=NOW)

    raised = at_once(save_next, 4)

    assert raised == [None] * 4
    assert stored_answers(token) == {"LC1": 2, "LC2": 2, "OP1": 2, "OP2": 2}
