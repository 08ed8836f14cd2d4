"""Writes reporting cells: for everybody when a campaign opens, and for people who are added later.

A cell says no more than the campaign declared to report: without departments everybody stands at the top, without
contact levels nobody's is kept, and units that are told about together are stored as the first of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from assessments.cells import Cell, Places, Shape, joining_cells, reporting_cells, shape_of
from assessments.groups import Tree
from assessments.models import Campaign, Invitation
from organisations.models import Unit

IDS_AT_ONCE = 5000


def places_of(campaign: Campaign) -> Places:
    """Return where an opened campaign stores people."""
    declaration = campaign.declared
    above = dict(Unit.objects.filter(organisation_id=campaign.organisation_id).values_list("pk", "parent"))
    return Places(declaration, Tree(declaration.tree, declaration.merges), above)


def give_cells(campaign: Campaign) -> None:
    """Give everybody on the list a reporting cell; for the moment a campaign opens."""
    invitations = list(campaign.invitations.filter(came_by_open_link=False).order_by("pk"))
    places = places_of(campaign)
    own = [_own_cell(invitation, places) for invitation in invitations]
    _write(invitations, reporting_cells(own, campaign.k, shape_for(campaign, places)))


def give_newcomers_cells(campaign: Campaign, newcomers: Sequence[Invitation]) -> None:
    """Give people who were added after the opening a cell that stands already, or one of their own if they are k."""
    standing = [
        Cell(unit, role, level)
        for unit, role, level in campaign.invitations.filter(
            cell_unit__isnull=False, came_by_open_link=False
        ).values_list("cell_unit", "cell_role", "cell_contact_level")
        if unit is not None
    ]
    places = places_of(campaign)
    own = [_own_cell(invitation, places) for invitation in newcomers]
    _write(newcomers, joining_cells(own, standing, campaign.k, shape_for(campaign, places)))


def _own_cell(invitation: Invitation, places: Places) -> Cell:
    return places.cell(invitation.unit_id, invitation.role, invitation.contact_level)


def shape_for(campaign: Campaign, places: Places) -> Shape:
    """Return how cells of this campaign grow."""
    return shape_of(campaign.edition.framework(), places.tree.parents())


def _write(invitations: Sequence[Invitation], cells: Sequence[Cell]) -> None:
    by_cell: dict[Cell, list[int]] = defaultdict(list)
    for invitation, cell in zip(invitations, cells, strict=True):
        by_cell[cell].append(invitation.pk)
    for cell, ids in by_cell.items():
        for start in range(0, len(ids), IDS_AT_ONCE):
            Invitation.objects.filter(pk__in=ids[start : start + IDS_AT_ONCE]).update(
                cell_unit_id=cell.unit, cell_role=cell.role, cell_contact_level=cell.contact_level
            )
