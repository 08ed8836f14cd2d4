"""Owners see how many have answered as of the last daily count, and never nearly all of anybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments import queries
from assessments.models import Campaign
from assessments.operations import ways
from assessments.operations.campaigns import open_campaign
from assessments.operations.counting import count_due_campaigns
from backstage.sweeper import tell_minute
from organisations.models import Unit
from tests.assessments.owner_rows import AT, answer, invite, make_campaign, make_member, make_organisation

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def owner(client, organisation):
    client.force_login(make_member(organisation))
    return client


def opened(organisation, people=20, **fields):
    campaign = make_campaign(organisation, **fields)
    invite(campaign, people)
    open_campaign(campaign=campaign, at=AT)
    return campaign


def open_to_all(organisation, answered):
    """Return an open campaign with an open link by which so many people of Branches have answered."""
    campaign = opened(organisation, 0, takes_open_link=True)
    for person in invite(campaign, answered, came_by_open_link=True, cell_unit=branches(organisation)):
        answer(person)
    return campaign


def branches(organisation):
    return Unit.objects.get(organisation=organisation, name="Branches")


def said(owner, campaign):
    """Return all that an owner can read about how many have answered."""
    addresses = (f"/c/{campaign.pk}/", f"/c/{campaign.pk}/close/", f"/o/{campaign.organisation.slug}/")
    return "".join(owner.get(address).content.decode() for address in addresses)


def test_an_answer_changes_nothing_that_is_shown_until_the_next_day(owner, organisation):
    campaign = opened(organisation)
    people = list(campaign.invitations.all())
    answer(people[0])
    count_due_campaigns(at=AT + DAY)
    before = said(owner, campaign)

    answer(people[1])
    count_due_campaigns(at=AT + DAY + MINUTE)
    after = said(owner, campaign)
    count_due_campaigns(at=AT + 2 * DAY)

    assert "1 of 20 people have answered" in before
    assert without_tokens(after) == without_tokens(before)
    assert "2 of 20 people have answered" in said(owner, campaign)


def without_tokens(page):
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and "nonce" not in line]


def test_the_first_count_is_not_made_on_the_day_of_the_opening(owner, organisation):
    campaign = opened(organisation)
    answer(campaign.invitations.first())

    count_due_campaigns(at=AT + MINUTE)

    assert "Answers are counted once a day" in said(owner, campaign)
    assert "1 of 20" not in said(owner, campaign)


def test_the_schedulers_minute_counts_open_campaigns_alone(organisation):
    campaign = opened(organisation)
    set_up = make_campaign(organisation, title="Autumn")

    tell_minute(at=AT + DAY)

    campaign.refresh_from_db()
    set_up.refresh_from_db()
    assert (campaign.counted_at, campaign.daily_count["answered"]) == (AT + DAY, 0)
    assert set_up.counted_at is None


def test_a_campaign_is_counted_by_one_of_several_schedulers(organisation):
    opened(organisation)

    assert [count_due_campaigns(at=AT + DAY), count_due_campaigns(at=AT + DAY)] == [1, 0]


def test_a_day_ends_at_midnight_where_the_server_is(organisation, settings):
    settings.TIME_ZONE = "Africa/Nairobi"
    campaign = opened(organisation)
    with timezone.override("Africa/Nairobi"):
        counted = [count_due_campaigns(at=AT.replace(hour=hour)) for hour in (20, 21)]

    assert counted == [0, 1]
    assert Campaign.objects.get(pk=campaign.pk).counted_at == AT.replace(hour=21)


def test_nearly_all_is_said_of_the_total_as_of_units(owner, organisation):
    campaign = opened(organisation)
    for person in list(campaign.invitations.all())[:19]:
        answer(person)
    count_due_campaigns(at=AT + DAY)

    page = said(owner, campaign)

    assert "Over 90% of 20 people have answered" in page
    assert "19" not in queries.tally_of(campaign).values()
    assert queries.tally_of(campaign)["answered"] is None


@pytest.mark.parametrize("size", [5, 9, 10])
def test_a_number_that_is_typed_later_does_not_undo_the_cap(owner, organisation, size):
    campaign = open_to_all(organisation, 10)
    count_due_campaigns(at=AT + DAY)
    ways.set_unit_sizes(campaign=campaign, sizes={branches(organisation).pk: size}, at=AT + DAY)
    same_day = said(owner, campaign)
    count_due_campaigns(at=AT + 2 * DAY)
    campaign.refresh_from_db()

    counted = queries.daily_count(campaign)

    assert "10 people have answered" in same_day
    assert "over 90%" not in same_day
    assert counted is not None
    assert (counted.answered, counted.is_capped) == (None, True)
    assert [(rate.percent, rate.is_capped) for rate in counted.rates] == [(90, True)]


def test_with_an_open_way_fewer_than_k_are_not_told_apart(owner, organisation):
    campaign = open_to_all(organisation, 3)
    count_due_campaigns(at=AT + DAY)

    assert "Fewer than 5 people have answered" in said(owner, campaign)
    assert campaign.daily_count == {} or campaign.daily_count["answered"] is None


def test_a_list_of_fewer_than_k_has_no_count(owner, organisation):
    campaign = opened(organisation, 4)
    answer(campaign.invitations.first())
    count_due_campaigns(at=AT + DAY)

    assert "Fewer than 5 people have answered" in said(owner, campaign)


def test_after_the_last_day_the_state_says_what_still_happens(owner, organisation, monkeypatch):
    campaign = opened(organisation, closes_at=AT + DAY, grace_hours=24)
    moments = {"late": AT + DAY + MINUTE, "over": AT + 3 * DAY}

    pages = {}
    for phase, at in moments.items():
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        owner.force_login(make_member(organisation, email=f"{phase}@example.org"))
        pages[phase] = [owner.get(path).content.decode() for path in (f"/c/{campaign.pk}/", "/o/northlake/")]

    assert all("Closing, late answers until 3 June 2026" in page for page in pages["late"])
    assert all("Closing" in page and "late answers until" not in page for page in pages["over"])
