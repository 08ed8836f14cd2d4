"""The close writes a campaign's rows anew: nothing is lost, nothing keeps its place, nobody else's rows are touched."""

import pytest

from assessments.links import token_hash
from assessments.models import AccessLink, Invitation
from assessments.models.responses import Response
from assessments.operations.campaigns import close_campaign, open_campaign
from tests.assessments.owner_rows import AT, LATER, answer, invite, make_campaign

pytestmark = pytest.mark.django_db

PEOPLE = 40


def answered_campaign(title="Spring", organisation=None):
    campaign = make_campaign(organisation, title)
    people = invite(campaign, PEOPLE, staff_number="")
    for number, person in enumerate(people):
        Invitation.objects.filter(pk=person.pk).update(staff_number=f"{title} {number:03}", email=f"{number}@b.example")
        AccessLink.objects.create(invitation=person, token_hash=token_hash(f"{title} {number}"), wrapped_key="sealed")
        AccessLink.objects.create(invitation=person, token_hash=token_hash(f"c{title} {number}"), kind="code")
    open_campaign(campaign=campaign, at=AT)
    for number, person in enumerate(people):
        response = answer(person)
        Response.objects.filter(pk=response.pk).update(
            answers={"LC1": number % 5, "more": f"{title} said {number}"}, withdrawal_hash="w", time_band=3
        )
    return campaign


def rows_of(model, campaign, **filters):
    """Return everything about a campaign's rows but their ids, in an order of its own."""
    rows = model.objects.filter(**(filters or {"campaign": campaign})).values()
    return sorted(
        repr({key: value for key, value in row.items() if key not in {"id", "withdrawal_hash"}}) for row in rows
    )


def stored_order(model, field):
    return list(model.objects.order_by("pk").values_list(field, flat=True))


def test_the_close_keeps_every_row_under_another_id_in_another_order():
    campaign = answered_campaign()
    before = rows_of(Response, campaign), rows_of(Invitation, campaign)
    ids = {*Response.objects.values_list("pk", flat=True), *Invitation.objects.values_list("pk", flat=True)}
    order = stored_order(Invitation, "staff_number")

    close_campaign(campaign=campaign, at=LATER)

    assert (rows_of(Response, campaign), rows_of(Invitation, campaign)) == before
    assert ids.isdisjoint(
        {*Response.objects.values_list("pk", flat=True), *Invitation.objects.values_list("pk", flat=True)}
    )
    assert stored_order(Invitation, "staff_number") != order
    assert {row.withdrawal_hash for row in Response.objects.all()} == {""}
    assert {row.pk.version for row in Response.objects.all()} == {4}


def test_links_stay_with_their_people_without_keys_and_codes_go():
    campaign = answered_campaign()

    close_campaign(campaign=campaign, at=LATER)

    links = AccessLink.objects.select_related("invitation").order_by("pk")
    assert {link.token_hash: link.invitation.staff_number for link in links} == {
        token_hash(f"Spring {number}"): f"Spring {number:03}" for number in range(PEOPLE)
    }
    assert {(link.kind, link.wrapped_key) for link in links} == {("link", "")}
    assert [link.invitation_id for link in links] != sorted(link.invitation_id for link in links)


def test_other_campaigns_are_left_alone_and_new_people_get_ids_of_their_own():
    campaign = answered_campaign()
    other = answered_campaign("Autumn", campaign.organisation)
    kept = [list(model.objects.filter(campaign=other).order_by("pk").values()) for model in (Response, Invitation)]

    close_campaign(campaign=campaign, at=LATER)
    invite(other)

    left = [list(model.objects.filter(campaign=other).order_by("pk").values()) for model in (Response, Invitation)]
    assert left[0] == kept[0]
    assert left[1][:-1] == kept[1]
    assert AccessLink.objects.filter(invitation__campaign=other).count() == 2 * PEOPLE
