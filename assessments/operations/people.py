"""Who is asked: lists taken over, and the personal links of the people on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from assessments.links import new_token, token_hash
from assessments.models import AccessLink, Campaign, Invitation, PeopleList
from assessments.operations.cells import give_newcomers_cells
from assessments.people_files import Line
from assessments.people_lists import PersonRow
from backstage.operations import record_event
from organisations.models import Unit, User

ROWS_AT_ONCE = 500
ADDRESS = "/a/{token}/"


class TakesNoMorePeople(Exception):
    """The campaign is closed."""


class AlreadyAsked(Exception):
    """The campaign has been opened; its list is fixed."""


class ListGone(Exception):
    """There is no uploaded list any more: it was taken over or discarded a moment ago."""


class NotOpen(Exception):
    """Links open nothing before a campaign opens and after it has closed."""


@transaction.atomic
def stage_list(*, campaign: Campaign, lines: Sequence[Line], creates_units: bool, at: datetime) -> None:
    """Keep an uploaded list until its owner has looked at it; a later one replaces it."""
    rows: list[dict[str, object]] = [{"line": line.number, **line.cells} for line in lines]
    PeopleList.objects.update_or_create(
        campaign=campaign, defaults={"rows": rows, "creates_units": creates_units, "uploaded_at": at}
    )


def discard_list(*, campaign: Campaign) -> None:
    """Forget the list that was uploaded and not taken over."""
    PeopleList.objects.filter(campaign=campaign).delete()


@transaction.atomic
def take_over_list(*, campaign: Campaign, rows: Iterable[PersonRow], at: datetime, actor: User | None = None) -> None:
    """Invite the people of the campaign's uploaded list, of which `rows` are the checked lines; twice is refused.

    :raises ListGone: when the list was taken over or discarded meanwhile
    :raises TakesNoMorePeople: when the campaign is closed
    """
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not PeopleList.objects.filter(campaign=campaign).exists():
        raise ListGone
    add_people(campaign=campaign, rows=rows, at=at, actor=actor)


@transaction.atomic
def add_people(*, campaign: Campaign, rows: Iterable[PersonRow], at: datetime, actor: User | None = None) -> None:
    """Invite the people of a checked list and bring those who are invited up to date, all or none.

    Units that a row names instead of numbering are created under the organisation's root. In an open
    campaign, newcomers get a reporting cell at once; everybody else's stays.

    :raises TakesNoMorePeople: when the campaign is closed
    """
    locked = Campaign.objects.select_for_update(of=("self",)).select_related("edition").get(pk=campaign.pk)
    if locked.state not in {Campaign.State.DRAFT, Campaign.State.OPEN}:
        raise TakesNoMorePeople
    rows = list(rows)
    unit_ids = _created_units(locked, {row.unit for row in rows if isinstance(row.unit, str)})
    added: list[Invitation] = []
    changed: list[Invitation] = []
    for row in rows:
        invitation = Invitation(
            pk=row.invitation,
            campaign=locked,
            unit_id=unit_ids[row.unit] if isinstance(row.unit, str) else row.unit,
            role=row.role,
            contact_level=row.contact_level,
            name=row.name,
            email=row.email,
            staff_number=row.staff_number,
        )
        (changed if row.invitation else added).append(invitation)
    Invitation.objects.bulk_create(added, batch_size=ROWS_AT_ONCE)
    Invitation.objects.bulk_update(
        changed, ["unit", "role", "contact_level", "name", "email", "staff_number"], batch_size=100
    )
    if locked.state == Campaign.State.OPEN:
        give_newcomers_cells(locked, added)
    PeopleList.objects.filter(campaign=locked).delete()
    record_event(
        act="people_added",
        at=at,
        actor=actor,
        organisation_id=locked.organisation_id,
        subject=f"campaign:{locked.pk}",
        details={"added": len(added), "changed": len(changed), "units_created": len(unit_ids)},
    )


@transaction.atomic
def remove_people(
    *, campaign: Campaign, invitations: QuerySet[Invitation], at: datetime, actor: User | None = None
) -> None:
    """Take people off the list of a campaign that is not open yet.

    :raises AlreadyAsked: when it was opened: they may have answered, and an answer cannot be found again
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != Campaign.State.DRAFT:
        raise AlreadyAsked
    removed, _ = Invitation.objects.filter(campaign=locked, pk__in=invitations.values("pk")).delete()
    record_event(
        act="people_removed",
        at=at,
        actor=actor,
        organisation_id=locked.organisation_id,
        subject=f"campaign:{locked.pk}",
        details={"removed": removed},
    )


def _created_units(campaign: Campaign, names: set[str]) -> dict[str, int]:
    if not names:
        return {}
    units = Unit.objects.filter(organisation_id=campaign.organisation_id)
    root = units.filter(parent=None).order_by("pk").first()
    existing = {unit.name.lower(): unit.pk for unit in units}
    return {
        name: existing.get(name.lower())
        or Unit.objects.create(organisation_id=campaign.organisation_id, parent=root, name=name).pk
        for name in sorted(names)
    }


@transaction.atomic
def mint_links(
    *,
    campaign: Campaign,
    invitations: Iterable[Invitation],
    base_url: str,
    at: datetime,
    actor: User | None = None,
) -> list[tuple[Invitation, str]]:
    """Make one new personal link for each invitation and return them with their addresses.

    Also for those who have answered (their link says so and opens nothing): a list of the others would tell
    its reader who has answered. This is the only moment at which an address exists, since the database keeps
    its hash. Links that were made before go on working.

    :raises NotOpen: when the campaign is not open at `at`
    """
    # Held until the links are stored: closing writes every invitation again under another id.
    if not Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk).is_open(at):
        raise NotOpen
    minted = [(invitation, new_token()) for invitation in invitations]
    AccessLink.objects.bulk_create(
        [AccessLink(invitation=invitation, token_hash=token_hash(token)) for invitation, token in minted],
        batch_size=ROWS_AT_ONCE,
    )
    record_event(
        act="links_made",
        at=at,
        actor=actor,
        organisation_id=campaign.organisation_id,
        subject=f"campaign:{campaign.pk}",
        details={"links": len(minted)},
    )
    return [(invitation, base_url.rstrip("/") + ADDRESS.format(token=token)) for invitation, token in minted]
