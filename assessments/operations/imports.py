"""Takes over answers that were given elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from assessments.models import Campaign
from assessments.models.responses import Response
from assessments.response_files import ResponseRow
from backstage.operations import record_event
from organisations.models import Organisation, Unit, User

ROWS_AT_ONCE = 1000


class TakesNoMoreResponses(Exception):
    """The campaign is closed: what it holds has been or is being released."""


@transaction.atomic
def import_responses(
    *, campaign: Campaign, rows: Sequence[ResponseRow], at: datetime, actor: User | None = None
) -> None:
    """Store checked responses, all or none, in random order; they count as invited and answered.

    Nobody was invited for them, so their cell is what the file says. Units that a row names instead of
    numbering are created under the organisation's root.

    :raises TakesNoMoreResponses: when the campaign is closed
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state not in {Campaign.State.DRAFT, Campaign.State.OPEN}:
        raise TakesNoMoreResponses
    units = _units(locked.organisation, {row.unit for row in rows if isinstance(row.unit, str)})
    responses = [
        Response(
            campaign=locked,
            unit_id=units[row.unit] if isinstance(row.unit, str) else row.unit,
            role=row.role,
            contact_level=row.contact_level,
            attributes=dict(row.attributes),
            answers=dict(row.answers),
        )
        for row in rows
    ]
    secrets.SystemRandom().shuffle(responses)
    Response.objects.bulk_create(responses, batch_size=ROWS_AT_ONCE)
    Campaign.objects.filter(pk=locked.pk).update(imported=F("imported") + len(responses))
    record_event(
        act="responses_imported",
        at=at,
        actor=actor,
        organisation_id=locked.organisation_id,
        subject=f"campaign:{locked.pk}",
        details={"responses": len(responses), "units_created": len(units)},
    )
    campaign.refresh_from_db()


def _units(organisation: Organisation, names: set[str]) -> dict[str, int]:
    """Return the ids of units by name, and create those that do not exist; "" is the root."""
    if not names:
        return {}
    root = Unit.objects.filter(organisation=organisation, parent=None).order_by("pk").first()
    if root is None:
        root = Unit.objects.create(organisation=organisation, name=organisation.name)
    existing = {unit.name.lower(): unit.pk for unit in Unit.objects.filter(organisation=organisation)}
    return {
        name: existing.get(name.lower())
        or (root.pk if not name else Unit.objects.create(organisation=organisation, parent=root, name=name).pk)
        for name in sorted(names)
    }
