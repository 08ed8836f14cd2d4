"""At the close: the cells of people who came in unasked grow until enough responses share each.

Until then such a cell is the unit and role that somebody named, so the only executive of a branch would be
recognisable to whoever reads the database.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from django.db.models import Count, QuerySet

from assessments.cells import Cell, Places, Shape, reporting_cells
from assessments.groups import Tree
from assessments.models import Campaign, Invitation
from assessments.models.responses import Response
from assessments.operations.cells import places_of, shape_for
from assessments.queries import has_open_ways, places_now

CELL_OF_RESPONSE = ("unit", "role", "contact_level")
CELL_OF_INVITATION = ("cell_unit", "cell_role", "cell_contact_level")


def join_small_cells(campaign: Campaign) -> None:
    """Let at least k responses share each cell that was not given to k invited people; for the closing transaction.

    Nothing tells which responses came by open ways, so each of a cell grows with it. No answer is lost:
    what an executive said to ladders of executives stays with the joined cell. Nothing happens in a campaign that
    only people on its list could answer.
    """
    # Read anew: whoever closes may hold it as it was.
    campaign = Campaign.objects.select_related("edition", "organisation").get(pk=campaign.pk)
    if not has_open_ways(campaign):
        return
    places = _places(campaign)
    shape = shape_for(campaign, places)
    grown = _grown(campaign, places, shape)
    responses = Response.objects.filter(campaign=campaign)
    for old, new in grown.items():
        # None grows into a cell that itself grows, so that the order does not matter.
        responses.filter(**_is(old, CELL_OF_RESPONSE)).update(**_is(new, CELL_OF_RESPONSE))
        Invitation.objects.filter(campaign=campaign, **_is(old, CELL_OF_INVITATION)).update(
            **_is(new, CELL_OF_INVITATION)
        )
    _let_the_silent_follow(campaign, shape)


def _grown(campaign: Campaign, places: Places, shape: Shape) -> dict[Cell, Cell]:
    """Return the new cell of each cell of the campaign's responses that has one."""
    counts = _counts(Response.objects.filter(campaign=campaign), CELL_OF_RESPONSE)
    listed = _counts(
        Invitation.objects.filter(campaign=campaign, came_by_open_link=False, cell_unit__isnull=False),
        CELL_OF_INVITATION,
    )
    given = {cell for cell in counts if listed[cell] >= campaign.k}
    moving = [cell for cell in sorted(counts.elements()) if cell not in given]
    standing = [cell for cell in sorted(counts.elements()) if cell in given]
    own = [places.cell(cell.unit, cell.role, cell.contact_level) for cell in moving]
    cells = reporting_cells(own, campaign.k, shape, standing)
    return {old: new for old, new in zip([*moving, *standing], cells, strict=True) if old != new}


def _places(campaign: Campaign) -> Places:
    """Return where the campaign stores people; one that was opened without its units grows along those of today."""
    places = places_of(campaign)
    if places.tree.root is not None:
        return places
    return replace(places, tree=Tree(places_now(campaign.organisation)))


def _counts(rows: QuerySet[Response] | QuerySet[Invitation], columns: tuple[str, str, str]) -> Counter[Cell]:
    found = rows.values_list(*columns).annotate(rows=Count("pk")).order_by()
    return Counter({Cell(unit, role, level): count for unit, role, level, count in found})


def _is(cell: Cell, columns: tuple[str, str, str]) -> dict[str, int | str]:
    unit, role, level = columns
    return {f"{unit}_id": cell.unit, role: cell.role, level: cell.contact_level}


def _let_the_silent_follow(campaign: Campaign, shape: Shape) -> None:
    """Give those who came in and did not answer a role that answers are stored with, as those who did have."""
    stored = set(Response.objects.filter(campaign=campaign).values_list("role", flat=True).distinct())
    came = Invitation.objects.filter(campaign=campaign, came_by_open_link=True)
    for role, joined in shape.joins.items():
        if role not in stored:
            came.filter(cell_role=role).update(cell_role=joined)
