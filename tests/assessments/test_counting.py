"""Counts of an open campaign stand still for a day: nobody can watch when somebody answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments import queries
from assessments.models import Campaign, Invitation
from assessments.operations.campaigns import open_campaign
from assessments.operations.counting import counted_today, with_counts_of_today
from organisations.models import Unit
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

    assert (vars(row)["answered_count"], vars(row)["invited_count"]) == (0, 30)


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


@pytest.mark.parametrize("size", [0, 5, 9, 10])
def test_nearly_all_is_told_of_nobody_whatever_number_is_typed(client, campaign, size):
    Campaign.objects.filter(pk=campaign.pk).update(
        closes_at=timezone.now() + timedelta(days=9), takes_open_link=bool(size)
    )
    people = campaign.invitations.filter(unit=campaign.invitations.all()[0].unit)
    if size:
        campaign.invitations.exclude(pk__in=people.values("pk")[:10]).delete()
        Campaign.objects.filter(pk=campaign.pk).update(unit_sizes={str(people[0].unit_id): size})
        Invitation.objects.update(came_by_open_link=True)
    campaign.invitations.update(has_answered=True)
    client.force_login(make_member(campaign.organisation, "owner"))

    pages = [client.get(page).text for page in (f"/c/{campaign.pk}/", f"/o/{campaign.organisation.slug}/")]

    assert f"Over 90% of {size or 30} people have answered" in pages[0]
    assert "over 90%" in pages[1]
    assert "30 of 30" not in pages[0] + pages[1]
    assert ">10 people have answered" not in pages[0]


def test_after_the_last_day_the_state_says_what_still_happens(client, campaign, monkeypatch):
    last_day = AT + timedelta(days=1)
    Campaign.objects.filter(pk=campaign.pk).update(closes_at=last_day, grace_hours=24)
    moments = {"late": last_day + timedelta(minutes=1), "over": last_day + timedelta(days=2)}

    pages = {}
    for phase, at in moments.items():
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        client.force_login(make_member(campaign.organisation, "owner", email=f"{phase}@example.org"))
        addresses = (f"/c/{campaign.pk}/", f"/o/{campaign.organisation.slug}/")
        pages[phase] = [client.get(path).text for path in addresses]

    assert all("Closing, late answers until" in page for page in pages["late"])
    assert all("Closing" in page and "late answers until" not in page for page in pages["over"])


def test_the_total_less_other_units_does_not_tell_that_everybody_of_one_has_answered(client):
    campaign = make_campaign(make_organisation())
    root = campaign.organisation.units.get(parent=None)
    for name in ("North", "South"):
        Unit.objects.create(organisation=campaign.organisation, parent=root, name=name)
    half = invite(campaign, 20, "North")
    all_of_them = invite(campaign, 20, "South")
    open_campaign(campaign=campaign, at=AT)
    Invitation.objects.filter(pk__in=[row.pk for row in (*half[:10], *all_of_them)]).update(has_answered=True)

    [row] = with_counts_of_today(queries.with_counts(Campaign.objects.filter(pk=campaign.pk)), AT)
    rates = queries.unit_rates(campaign, counted_today(campaign=campaign, at=AT))

    assert [(rate.unit, rate.percent, rate.is_capped) for rate in rates] == [("North", 50, False), ("South", 90, True)]
    assert vars(row)["answered_text"] == "25–29"
