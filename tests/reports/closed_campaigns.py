"""Closed campaigns with known answers, for tests of releases."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assessments.models import Campaign, Invitation
from assessments.models.responses import Response
from organisations.models import Organisation, Unit
from pillars.models import Edition

CLOSED_AT = datetime(2026, 10, 31, 18, tzinfo=UTC)
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def closed_campaign(name: str = "Harbour Bank", **values: Any) -> Campaign:
    """Return a closed campaign of a new organisation that has nothing but its root unit."""
    organisation = Organisation.objects.create(name=name, slug=name.lower().replace(" ", "-"))
    Unit.objects.create(organisation=organisation, name=name)
    edition, _ = Edition.objects.get_or_create(
        slug="small", version="1.0", defaults={"title": "Small", "document": {}, "published_at": CLOSED_AT}
    )
    values = {"state": Campaign.State.CLOSED, "closed_at": CLOSED_AT, "title": "First", **values}
    return Campaign.objects.create(organisation=organisation, edition=edition, **values)


def unit_of(campaign: Campaign, name: str, parent: Unit | None = None) -> Unit:
    root = Unit.objects.get(organisation=campaign.organisation, parent=None)
    return Unit.objects.create(organisation=campaign.organisation, parent=parent or root, name=name)


def answer(
    campaign: Campaign,
    answers: Sequence[Mapping[str, Any]],
    *,
    role: str = "",
    unit: Unit | None = None,
    invited: int | None = None,
) -> None:
    """Add a response for each of `answers`, and with `invited` as many people on the list with the same cell."""
    where = unit or Unit.objects.get(organisation=campaign.organisation, parent=None)
    Response.objects.bulk_create(
        Response(campaign=campaign, unit=where, role=role, answers=dict(one)) for one in answers
    )
    if invited is not None:
        Invitation.objects.bulk_create(
            Invitation(campaign=campaign, unit=where, role=role, cell_unit=where, cell_role=role)
            for _ in range(invited)
        )
