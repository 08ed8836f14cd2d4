"""Real rows for the owner's tests: an organisation with units, an owner, a campaign, people on its list."""

from datetime import UTC, datetime

from assessments.models import Invitation
from assessments.models.responses import Response
from assessments.operations.campaigns import create_campaign
from organisations.models import Membership, Organisation, Unit, User
from pillars.models import Edition

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)


def make_organisation(name="Northlake", slug="northlake", units=("Branches", "Contact centre")):
    organisation = Organisation.objects.create(name=name, slug=slug)
    root = Unit.objects.create(organisation=organisation, name=name)
    for unit in units:
        Unit.objects.create(organisation=organisation, parent=root, name=unit, code=unit[:3].upper())
    return organisation


def make_member(organisation, kind=Membership.Kind.OWNER, email="", ends_at=None):
    user = User.objects.create_user(email or f"{kind}@example.org")
    Membership.objects.create(user=user, organisation=organisation, kind=kind, ends_at=ends_at)
    return user


def edition():
    return Edition.objects.get(slug="concentric", version="1.0")


def make_campaign(organisation=None, title="Spring", **fields):
    organisation = organisation or make_organisation()
    return create_campaign(organisation=organisation, edition=edition(), title=title, at=AT, **fields)


def invite(campaign, count=1, unit="Branches", role="front_line", level="", **fields):
    unit = Unit.objects.get(organisation=campaign.organisation, name=unit)
    return Invitation.objects.bulk_create(
        Invitation(campaign=campaign, unit=unit, role=role, contact_level=level, **fields) for _ in range(count)
    )


def answer(invitation):
    """What sending leaves behind: a response with the cell, and a mark on the invitation."""
    invitation.refresh_from_db()
    Invitation.objects.filter(pk=invitation.pk).update(has_answered=True)
    return Response.objects.create(
        campaign=invitation.campaign,
        unit_id=invitation.cell_unit_id,
        role=invitation.cell_role,
        contact_level=invitation.cell_contact_level,
        answers={"LC1": 3},
    )
