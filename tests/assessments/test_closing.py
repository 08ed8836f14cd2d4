"""Late answers, the last day, and the close that comes by itself."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from assessments.links import token_hash
from assessments.models import AccessLink, Campaign, Draft
from assessments.models.responses import Response
from assessments.operations import answering, closing
from assessments.operations.campaigns import close_campaign, open_campaign
from assessments.signals import campaign_closed
from backstage.models import AuditEvent
from backstage.signals import minute_passed
from tests.assessments.owner_rows import AT, LATER, invite, make_campaign, make_member

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def open_one(**fields):
    campaign = make_campaign(**fields)
    invite(campaign, 6)
    open_campaign(campaign=campaign, at=AT)
    return campaign


def link_for(campaign, token):
    AccessLink.objects.create(invitation=campaign.invitations.first(), token_hash=token_hash(token))
    return token


def state_of(campaign):
    campaign.refresh_from_db()
    return campaign.state


@pytest.fixture
def closed_ids():
    heard: list[int] = []

    def hear(*, campaign_id, **_):
        heard.append(campaign_id)

    campaign_closed.connect(hear)
    yield heard
    campaign_closed.disconnect(hear)


def test_who_began_may_finish_in_the_time_of_grace_and_nobody_begins():
    campaign = open_one()
    draft = answering.enter(token=link_for(campaign, "begun"), at=AT)
    late = link_for(campaign, "late")
    AccessLink.objects.filter(token_hash=token_hash(late)).update(invitation=campaign.invitations.last())

    closing.close_with_grace(campaign=campaign, hours=24, at=LATER)

    with pytest.raises(answering.CampaignClosed):
        answering.enter(token=late, at=LATER)
    draft.campaign.refresh_from_db()
    answering.save_answers(draft=draft, answers={"LC1": 3}, save_id="save0001", at=LATER + 23 * HOUR)
    answering.submit_draft(draft=draft, at=LATER + 23 * HOUR)
    assert Response.objects.count() == 1
    assert (state_of(campaign), campaign.closes_at, campaign.grace_hours) == (Campaign.State.OPEN, LATER, 24)


def test_after_the_grace_nothing_is_taken():
    campaign = open_one()
    draft = answering.enter(token=link_for(campaign, "begun"), at=AT)
    closing.close_with_grace(campaign=campaign, hours=24, at=LATER)
    draft.campaign.refresh_from_db()

    with pytest.raises(answering.CampaignClosed):
        answering.save_answers(draft=draft, answers={"LC1": 3}, save_id="save0001", at=LATER + DAY)
    with pytest.raises(answering.CampaignClosed):
        answering.submit_draft(draft=draft, at=LATER + DAY)


def test_closing_with_grace_twice_is_once_and_does_not_bring_a_day_back():
    campaign = open_one()
    closing.close_with_grace(campaign=campaign, hours=24, at=LATER)

    with pytest.raises(closing.OverAlready):
        closing.close_with_grace(campaign=campaign, hours=72, at=LATER + HOUR)
    assert AuditEvent.objects.filter(act="campaign_closing").count() == 1
    assert Campaign.objects.get().grace_hours == 24


def test_the_time_of_grace_is_kept_with_what_was_promised():
    campaign = open_one()

    closing.close_with_grace(campaign=campaign, hours=72, at=LATER)

    assert [entry["settings"]["late_answers_hours"] for entry in campaign.promises] == [0, 72]


def test_closing_with_grace_is_refused_where_it_means_nothing():
    campaign = make_campaign()
    with pytest.raises(closing.NotOpenYet):
        closing.close_with_grace(campaign=campaign, hours=24, at=AT)
    with pytest.raises(closing.UnknownGrace):
        closing.close_with_grace(campaign=campaign, hours=1000, at=AT)


def test_a_campaign_closes_by_itself_when_its_grace_is_over(closed_ids, django_capture_on_commit_callbacks):
    campaign = open_one(closes_at=LATER, grace_hours=24)
    answering.enter(token=link_for(campaign, "begun"), at=AT)

    with django_capture_on_commit_callbacks(execute=True):
        minute_passed.send(sender=None, at=LATER)
        minute_passed.send(sender=None, at=LATER + 23 * HOUR)
    before = state_of(campaign)
    with django_capture_on_commit_callbacks(execute=True):
        minute_passed.send(sender=None, at=LATER + DAY)
        minute_passed.send(sender=None, at=LATER + DAY)

    assert (before, state_of(campaign)) == (Campaign.State.OPEN, Campaign.State.CLOSED)
    assert (campaign.closed_at, closed_ids, Draft.objects.count()) == (LATER + DAY, [campaign.pk], 0)
    assert AuditEvent.objects.filter(act="campaign_closed").count() == 1


def test_a_last_day_without_grace_closes_by_itself():
    over = open_one(closes_at=LATER)
    with_time = make_campaign(over.organisation, "Autumn", closes_at=LATER + DAY, takes_open_link=True)
    endless = make_campaign(over.organisation, "Winter", takes_open_link=True)
    waiting = make_campaign(over.organisation, "Never", closes_at=LATER)
    for campaign in (with_time, endless):
        open_campaign(campaign=campaign, at=AT)

    assert closing.close_due_campaigns(at=LATER) == 1
    assert [state_of(campaign) for campaign in (over, with_time, endless, waiting)] == [
        "closed",
        "open",
        "open",
        "draft",
    ]


def test_one_that_cannot_be_closed_hinders_no_other(monkeypatch):
    broken = open_one(closes_at=LATER - HOUR)
    fine = make_campaign(broken.organisation, "Autumn", closes_at=LATER, takes_open_link=True)
    open_campaign(campaign=fine, at=AT)

    def close_all_but_one(*, campaign, at):
        if campaign == broken:
            raise DatabaseError
        close_campaign(campaign=campaign, at=at)

    monkeypatch.setattr(closing, "close_campaign", close_all_but_one)

    assert closing.close_due_campaigns(at=LATER) == 1
    assert (state_of(broken), state_of(fine)) == ("open", "closed")


@pytest.fixture
def owner(client):
    campaign = open_one()
    client.force_login(make_member(campaign.organisation))
    return client, campaign


def test_the_owner_closes_and_takes_late_answers(owner):
    client, campaign = owner

    asked = client.get(f"/c/{campaign.pk}/close/").text
    client.post(f"/c/{campaign.pk}/close/", {"late": "1", "hours": "72"})
    page = client.get(f"/c/{campaign.pk}/").text
    again = client.get(f"/c/{campaign.pk}/close/").text

    assert "Close now and take late answers" in asked
    assert "Close for good now" in asked
    assert (state_of(campaign), campaign.grace_hours) == (Campaign.State.OPEN, 72)
    assert "Who began before can finish until" in page
    assert ("Close now and take late answers" in again, "Late answers are taken until" in again) == (False, True)


def test_the_owner_closes_for_good_also_in_the_time_of_grace(owner):
    client, campaign = owner
    client.post(f"/c/{campaign.pk}/close/", {"late": "1", "hours": "24"})

    client.post(f"/c/{campaign.pk}/close/", {"now": "1"})

    assert state_of(campaign) == Campaign.State.CLOSED


def test_hours_that_are_no_choice_close_nothing(owner):
    client, campaign = owner

    answer = client.post(f"/c/{campaign.pk}/close/", {"late": "1", "hours": "9"})

    assert answer.status_code == 422
    assert (state_of(campaign), campaign.closes_at) == (Campaign.State.OPEN, None)


def test_a_new_campaign_takes_late_answers_for_a_day_unless_its_owner_says_otherwise(owner):
    client, campaign = owner
    address = f"/o/{campaign.organisation.slug}/campaigns/new/"
    page = client.get(address)
    choice = page.context["form"].fields["questionnaire"].choices[0][0]
    fields = {"title": "Autumn", "questionnaire": choice, "way_in": "list", "late_answers": "72"}

    client.post(address, fields)

    assert page.context["form"]["late_answers"].initial == "24"
    assert Campaign.objects.get(title="Autumn").grace_hours == 72


def test_in_the_time_of_grace_the_start_page_says_that_nobody_begins(owner):
    _client, campaign = owner
    token = link_for(campaign, "not-begun")
    closing.close_with_grace(campaign=campaign, hours=24, at=timezone.now() - HOUR)
    device = Client()
    device.get(f"/a/{token}/")

    page = device.get("/a/")

    assert (page.status_code, "Who had begun before can still finish" in page.text) == (403, True)


def test_a_late_arrival_is_told_when_it_closed(owner):
    _client, campaign = owner
    token = link_for(campaign, "begun")
    answering.enter(token=token, at=AT)
    close_campaign(campaign=campaign, at=timezone.now())

    page = Client().post("/a/send/", {"link": token})

    assert (page.status_code, "This questionnaire closed on" in page.text) == (403, True)
    assert "your answers were not sent, and they are deleted here" in page.text
