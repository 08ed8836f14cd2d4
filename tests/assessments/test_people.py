"""Taking lists over, and personal links."""

from collections import Counter

import pytest

from assessments import queries
from assessments.links import token_hash
from assessments.models import AccessLink, Invitation, PeopleList
from assessments.operations import people as operations
from assessments.operations.campaigns import close_campaign, open_campaign
from assessments.people_files import Line
from assessments.people_lists import PersonRow, check_list
from backstage.models import AuditEvent
from organisations.models import Unit
from tests.assessments.owner_rows import AT, LATER, invite, make_campaign

pytestmark = pytest.mark.django_db
BASE = "https://concentric.example.org/"


def take_over(campaign, *lines, creates_units=False):
    numbered = [Line(number, cells) for number, cells in enumerate(lines, start=2)]
    checked = check_list(numbered, queries.known_to(campaign), creates_units=creates_units)
    assert checked.problems == ()
    operations.add_people(campaign=campaign, rows=checked.rows, at=AT)


def test_a_list_is_taken_over_and_uploading_it_again_brings_people_up_to_date():
    campaign = make_campaign()
    take_over(campaign, {"unit": "BRA", "role": "agent", "staff_number": "1", "name": "Ada"})

    take_over(
        campaign,
        {"unit": "Contact centre", "role": "manager", "staff_number": "1", "name": "Ada L."},
        {"unit": "BRA", "role": "agent", "email": "bo@example.org"},
    )

    people = campaign.invitations.order_by("pk").values_list("name", "unit__name", "role", "email")
    assert list(people) == [("Ada L.", "Contact centre", "manager", ""), ("", "Branches", "agent", "bo@example.org")]


def test_missing_units_are_created_under_the_root():
    campaign = make_campaign()

    take_over(campaign, {"unit": "Legal", "role": "manager"}, {"unit": "legal", "role": "manager"}, creates_units=True)

    unit = Unit.objects.get(name="Legal")
    assert unit.parent == Unit.objects.get(name="Northlake")
    assert campaign.invitations.filter(unit=unit).count() == 2


def test_people_added_after_the_opening_get_a_cell_and_nobody_elses_changes():
    campaign = make_campaign()
    invite(campaign, 25, "Branches", "front_line")
    open_campaign(campaign=campaign, at=AT)
    before = list(campaign.invitations.order_by("pk").values_list("pk", "cell_unit", "cell_role"))

    take_over(campaign, {"unit": "Branches", "role": "front_line", "contact_level": "daily"})

    newcomer = campaign.invitations.latest("pk")
    assert (newcomer.cell_unit.name, newcomer.cell_role, newcomer.cell_contact_level) == ("Branches", "front_line", "")
    assert list(campaign.invitations.order_by("pk").values_list("pk", "cell_unit", "cell_role"))[:25] == before


def test_a_closed_campaign_takes_no_more_people():
    campaign = make_campaign(takes_open_link=True)
    open_campaign(campaign=campaign, at=AT)
    close_campaign(campaign=campaign, at=LATER)

    with pytest.raises(operations.TakesNoMorePeople):
        operations.add_people(campaign=campaign, rows=[PersonRow(unit="Legal")], at=LATER)

    assert (campaign.invitations.count(), Unit.objects.filter(name="Legal").count()) == (0, 0)


def test_an_uploaded_list_waits_for_its_owner_and_a_later_one_replaces_it():
    campaign = make_campaign()
    operations.stage_list(campaign=campaign, lines=[Line(2, {"unit": "BRA"})], creates_units=False, at=AT)

    operations.stage_list(campaign=campaign, lines=[Line(4, {"unit": "CON"})], creates_units=True, at=LATER)

    assert queries.staged_list(campaign) == queries.StagedList([Line(4, {"unit": "CON"})], True)
    assert PeopleList.objects.count() == 1


def test_people_leave_the_list_only_before_the_opening():
    campaign = make_campaign()
    invite(campaign, 3)
    operations.remove_people(campaign=campaign, invitations=queries.people_of(campaign).order_by("pk")[:1], at=AT)
    open_campaign(campaign=campaign, at=AT)

    with pytest.raises(operations.AlreadyAsked):
        operations.remove_people(campaign=campaign, invitations=queries.people_of(campaign), at=AT)

    assert campaign.invitations.count() == 2


def test_minted_links_open_their_own_invitation_and_only_hashes_are_kept():
    campaign = make_campaign()
    invite(campaign, 3)
    open_campaign(campaign=campaign, at=AT)

    minted = operations.mint_links(campaign=campaign, invitations=queries.people_of(campaign), base_url=BASE, at=AT)

    tokens = {person.pk: url.removeprefix("https://concentric.example.org/a/").rstrip("/") for person, url in minted}
    stored = dict(AccessLink.objects.values_list("invitation", "token_hash"))
    assert stored == {pk: token_hash(token) for pk, token in tokens.items()}
    assert Counter(len(token) for token in tokens.values()) == {32: 3}
    assert not any(token in str(event.details) for event in AuditEvent.objects.all() for token in tokens.values())


def test_links_made_earlier_go_on_working():
    campaign = make_campaign()
    invite(campaign, 2)
    open_campaign(campaign=campaign, at=AT)
    people = list(queries.people_of(campaign))
    operations.mint_links(campaign=campaign, invitations=people, base_url=BASE, at=AT)
    first = set(AccessLink.objects.values_list("token_hash", flat=True))

    operations.mint_links(campaign=campaign, invitations=people, base_url=BASE, at=LATER)

    assert AccessLink.objects.filter(token_hash__in=first).count() == 2
    assert AccessLink.objects.count() == 4


def test_the_links_do_not_say_who_has_answered():
    campaign = make_campaign()
    people = invite(campaign, 3)
    open_campaign(campaign=campaign, at=AT)
    Invitation.objects.filter(pk=people[0].pk).update(has_answered=True)

    minted = operations.mint_links(campaign=campaign, invitations=queries.people_of(campaign), base_url=BASE, at=AT)

    assert {person.pk for person, _ in minted} == {person.pk for person in people}


def test_there_are_no_links_before_the_opening():
    campaign = make_campaign()
    invite(campaign, 1)

    with pytest.raises(operations.NotOpen):
        operations.mint_links(campaign=campaign, invitations=queries.people_of(campaign), base_url=BASE, at=AT)

    assert AccessLink.objects.count() == 0
