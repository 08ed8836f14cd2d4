"""Writes reporting cells onto invitations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from assessments.cells import Cell, Shape, joining_cells, reporting_cells, shape_of
from assessments.models import Campaign, Invitation
from organisations.models import Unit

IDS_AT_ONCE = 5000


def give_cells(campaign: Campaign) -> None:
    """Give everybody on the list a reporting cell; for the moment a campaign opens."""
    invitations = list(campaign.invitations.filter(came_by_open_link=False).order_by("pk"))
    own = [_own_cell(invitation) for invitation in invitations]
    _write(invitations, reporting_cells(own, campaign.k, shape_for(campaign)))


def give_newcomers_cells(campaign: Campaign, newcomers: Sequence[Invitation]) -> None:
    """Give people who were added after the opening a cell that stands already, or one of their own if they are k."""
    standing = [
        Cell(unit, role, level)
        for unit, role, level in campaign.invitations.filter(
            cell_unit__isnull=False, came_by_open_link=False
        ).values_list("cell_unit", "cell_role", "cell_contact_level")
        if unit is not None
    ]
    own = [_own_cell(invitation) for invitation in newcomers]
    _write(newcomers, joining_cells(own, standing, campaign.k, shape_for(campaign)))


def _own_cell(invitation: Invitation) -> Cell:
    return Cell(invitation.unit_id, invitation.role, invitation.contact_level)


def shape_for(campaign: Campaign) -> Shape:
    """Return how cells of this campaign grow."""
    units = Unit.objects.filter(organisation_id=campaign.organisation_id)
    return shape_of(campaign.edition.framework(), dict(units.values_list("pk", "parent")))


def _write(invitations: Sequence[Invitation], cells: Sequence[Cell]) -> None:
    by_cell: dict[Cell, list[int]] = defaultdict(list)
    for invitation, cell in zip(invitations, cells, strict=True):
        by_cell[cell].append(invitation.pk)
    for cell, ids in by_cell.items():
        for start in range(0, len(ids), IDS_AT_ONCE):
            Invitation.objects.filter(pk__in=ids[start : start + IDS_AT_ONCE]).update(
                cell_unit_id=cell.unit, cell_role=cell.role, cell_contact_level=cell.contact_level
            )
