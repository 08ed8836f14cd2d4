"""Counts of an open campaign stand still for a day: nobody can watch when somebody answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments import queries
from assessments.models import Campaign, Invitation
from assessments.operations.campaigns import open_campaign
from assessments.operations.counting import counted_today, with_counts_of_today
from tests.assessments.owner_rows import AT, invite, make_campaign, make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    made = make_campaign(make_organisation())
    invite(made, 30, "Branches")
    open_campaign(campaign=made, at=AT)
    return made


def answered(campaign, people):
    waiting = campaign.invitations.filter(has_answered=False).values("pk")[:people]
    Invitation.objects.filter(pk__in=[row["pk"] for row in waiting]).update(has_answered=True)


def seen(campaign, at):
    row = Campaign.objects.get(pk=campaign.pk)
    return queries.unit_rates(row, counted_today(campaign=row, at=at))[0].percent


def test_a_count_stands_until_the_next_day(campaign):
    answered(campaign, 6)
    assert seen(campaign, AT) == 20

    answered(campaign, 6)
    assert seen(campaign, AT + timedelta(hours=3)) == 20
    assert seen(campaign, AT + timedelta(days=1)) == 40


def test_a_count_moves_in_steps_of_k(campaign):
    answered(campaign, 4)
    assert seen(campaign, AT) == 0

    answered(campaign, 2)
    assert seen(campaign, AT + timedelta(days=1)) == 20

    answered(campaign, 4)
    assert seen(campaign, AT + timedelta(days=2)) == 20


def test_other_tallies_stay_as_they_are(campaign):
    Campaign.objects.filter(pk=campaign.pk).update(tallies={"language": {"fr": 3}})

    counted_today(campaign=Campaign.objects.get(pk=campaign.pk), at=AT)

    assert Campaign.objects.get(pk=campaign.pk).tallies["language"] == {"fr": 3}


def test_people_who_came_by_an_open_way_are_not_counted_live_either(campaign):
    counted_today(campaign=campaign, at=AT)
    unit = campaign.invitations.all()[0].unit
    Invitation.objects.create(campaign=campaign, unit=unit, came_by_open_link=True, has_answered=True)

    [row] = with_counts_of_today(queries.with_counts(Campaign.objects.filter(pk=campaign.pk)), AT)

    assert (row.answered_count, row.invited_count) == (0, 30)


@pytest.mark.parametrize("kind", ["owner", "consultant", "leader"])
def test_no_page_moves_with_an_answer(client, campaign, kind):
    Campaign.objects.filter(pk=campaign.pk).update(closes_at=timezone.now() + timedelta(days=9))
    client.force_login(make_member(campaign.organisation, kind))
    pages = [f"/o/{campaign.organisation.slug}/", f"/c/{campaign.pk}/", f"/c/{campaign.pk}/close/"]

    before = [answer.text for page in pages if (answer := client.get(page)).status_code == 200]
    answered(campaign, 1)
    after = [answer.text for page in pages if (answer := client.get(page)).status_code == 200]

    assert [_without_tokens(page) for page in before] == [_without_tokens(page) for page in after]


def _without_tokens(page):
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
