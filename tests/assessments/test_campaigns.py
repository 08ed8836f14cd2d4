"""Setting up, opening and closing a campaign."""

from collections import Counter
from typing import Any

import pytest

from assessments import queries
from assessments.links import token_hash
from assessments.models import AccessLink, Campaign, Draft, Invitation, PeopleList
from assessments.models.responses import Response
from assessments.open_links import open_link_token
from assessments.operations import campaigns as operations
from assessments.operations.groups import declare_groups
from assessments.signals import campaign_closed
from backstage.models import AuditEvent
from tests.assessments.owner_rows import AT, LATER, answer, edition, invite, make_campaign, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def closings():
    heard = []

    def hear(sender, campaign_id, **_):
        heard.append(campaign_id)

    campaign_closed.connect(hear)
    yield heard
    campaign_closed.disconnect(hear)


def test_waves_count_the_campaigns_of_one_framework_in_one_organisation():
    organisation = make_organisation()

    first = make_campaign(organisation, "Spring")
    second = make_campaign(organisation, "Autumn")
    elsewhere = make_campaign(make_organisation("Other", "other"), "Spring")

    assert [first.wave, second.wave, elsewhere.wave] == [1, 2, 1]


def test_a_title_stands_once_in_an_organisation():
    organisation = make_organisation()
    make_campaign(organisation, "Spring")

    with pytest.raises(operations.TitleTaken):
        make_campaign(organisation, "Spring")

    assert Campaign.objects.count() == 1


def test_a_form_that_the_edition_does_not_have_is_refused():
    organisation = make_organisation()

    with pytest.raises(operations.UnknownForm):
        operations.create_campaign(organisation=organisation, edition=edition(), title="Spring", form="huge", at=AT)

    assert Campaign.objects.count() == 0


def test_opening_without_people_is_refused_and_changes_nothing():
    campaign = make_campaign()

    with pytest.raises(operations.NoPeople):
        operations.open_campaign(campaign=campaign, at=AT)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.opened_at) == (Campaign.State.DRAFT, None)


def test_opening_gives_everybody_the_finest_cell_that_five_people_share():
    campaign = make_campaign()
    declare_groups(campaign=campaign, units=True, roles=True, contact=True, pairs=(), at=AT)
    invite(campaign, 20, "Branches", "front_line", "daily")
    invite(campaign, 3, "Contact centre", "manager")
    invite(campaign, 2, "Branches", "executive")

    operations.open_campaign(campaign=campaign, at=AT)

    cells = Counter(campaign.invitations.values_list("cell_unit__name", "cell_role", "cell_contact_level"))
    assert cells == {("Branches", "front_line", "daily"): 20, ("Northlake", "manager", ""): 5}


def test_a_campaign_opens_once():
    campaign = make_campaign(takes_open_link=True)
    operations.open_campaign(campaign=campaign, at=AT)

    with pytest.raises(operations.AlreadyOpen):
        operations.open_campaign(campaign=campaign, at=LATER)

    campaign.refresh_from_db()
    assert campaign.opened_at == AT


def test_a_campaign_whose_last_day_has_passed_does_not_open():
    campaign = make_campaign(takes_open_link=True, closes_at=AT)

    with pytest.raises(operations.LastDayOver):
        operations.open_campaign(campaign=campaign, at=LATER)

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DRAFT


def test_the_row_keeps_only_the_hash_of_the_open_link():
    campaign = make_campaign(takes_open_link=True)

    operations.open_campaign(campaign=campaign, at=AT)

    token = open_link_token(campaign.pk)
    assert len(token) == 32
    assert campaign.open_link_hash == token_hash(token)


def test_closing_deletes_unsent_drafts_and_uploaded_lists():
    campaign = make_campaign(takes_open_link=True)
    person = invite(campaign)[0]
    operations.open_campaign(campaign=campaign, at=AT)
    Draft.objects.create(invitation=person, answers={"LC1": "sealed"})
    PeopleList.objects.create(campaign=campaign, uploaded_at=AT)

    operations.close_campaign(campaign=campaign, at=LATER)

    assert (Draft.objects.count(), PeopleList.objects.count()) == (0, 0)
    assert (campaign.state, campaign.closed_at) == (Campaign.State.CLOSED, LATER)


def test_closing_keeps_every_response_and_invitation_under_another_id():
    campaign = make_campaign()
    people = invite(campaign, 12, "Branches")
    operations.open_campaign(campaign=campaign, at=AT)
    before = {answer(person).pk for person in people[:8]}
    link = AccessLink.objects.create(invitation=people[0], token_hash="h" * 64, wrapped_key="sealed")

    operations.close_campaign(campaign=campaign, at=LATER)

    assert Response.objects.filter(campaign=campaign).count() == 8
    assert Response.objects.filter(pk__in=before).count() == 0
    assert Invitation.objects.filter(pk__in=[person.pk for person in people]).count() == 0
    assert campaign.invitations.filter(has_answered=True).count() == 8
    kept = AccessLink.objects.get()
    assert (kept.token_hash, kept.wrapped_key, kept.pk == link.pk) == ("h" * 64, "", False)


def test_closing_writes_responses_in_an_order_that_says_nothing():
    campaign = make_campaign()
    people = invite(campaign, 30, "Branches")
    operations.open_campaign(campaign=campaign, at=AT)
    for number, person in enumerate(people):
        Response.objects.filter(pk=answer(person).pk).update(answers={"n": number})

    operations.close_campaign(campaign=campaign, at=LATER)

    # The order of rows as SQLite and PostgreSQL hand them out without being asked for one.
    order = [response.answers["n"] for response in Response.objects.filter(campaign=campaign).order_by()]
    assert sorted(order) == list(range(30))
    assert order not in (list(range(30)), list(reversed(range(30))))


def test_closing_twice_is_once(closings, django_capture_on_commit_callbacks):
    campaign = make_campaign(takes_open_link=True)
    operations.open_campaign(campaign=campaign, at=AT)

    with django_capture_on_commit_callbacks(execute=True):
        operations.close_campaign(campaign=campaign, at=LATER)
        operations.close_campaign(campaign=campaign, at=LATER)

    assert closings == [campaign.pk]


def test_a_campaign_that_never_opened_cannot_close(closings):
    campaign = make_campaign()

    with pytest.raises(operations.NotOpenYet):
        operations.close_campaign(campaign=campaign, at=LATER)

    assert closings == []


def test_audit_events_name_the_act_and_the_campaign():
    campaign = make_campaign(takes_open_link=True)
    operations.open_campaign(campaign=campaign, at=AT)
    operations.close_campaign(campaign=campaign, at=LATER)

    acts = list(AuditEvent.objects.order_by("pk").values_list("act", "subject"))
    assert acts == [
        ("campaign_created", f"campaign:{campaign.pk}"),
        ("campaign_opened", f"campaign:{campaign.pk}"),
        ("campaign_closed", f"campaign:{campaign.pk}"),
    ]


def test_counts_are_totals_over_list_open_link_and_file():
    campaign = make_campaign(takes_open_link=True)
    invite(campaign, 4)
    invite(campaign, 2, has_answered=True)
    invite(campaign, 3, came_by_open_link=True, has_answered=True)
    invite(campaign, 1, came_by_open_link=True)
    Campaign.objects.filter(pk=campaign.pk).update(imported=10)

    counted: Any = queries.campaigns_of(campaign.organisation).get()

    assert (counted.answered_count, counted.invited_count) == (15, 19)


def test_rates_are_shown_for_units_of_k_and_capped():
    campaign = make_campaign(make_organisation(units=("A", "B", "C", "D")))
    invite(campaign, 10, "A", has_answered=True)
    invite(campaign, 3, "B", has_answered=True)
    invite(campaign, 3, "B")
    invite(campaign, 4, "C", has_answered=True)
    invite(campaign, 2, "D")

    rates = queries.unit_rates(campaign)

    assert [(rate.unit, rate.invited, rate.percent, rate.is_capped) for rate in rates] == [
        ("A", 10, 90, True),
        ("B", 6, 50, False),
    ]


def test_the_smallest_unit_is_left_out_when_the_total_would_give_away_a_few():
    campaign = make_campaign(make_organisation(units=("A", "B", "C")))
    invite(campaign, 9, "A")
    invite(campaign, 6, "B")
    invite(campaign, 2, "C")

    rates = queries.unit_rates(campaign)

    assert [rate.unit for rate in rates] == ["A"]
