"""Declaring which groups may be reported: chosen before a campaign opens, fixed with its units when it does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from assessments.groups import PAIRS, Declaration, Merge, Pair, fitting_merges
from assessments.models import Campaign
from assessments.queries import as_it_would_open, places_now
from backstage.operations import record_event
from organisations.models import User

LONGEST_TITLE = 120


class GroupsAreFixed(Exception):
    """The campaign has opened; what was declared stands."""


class DoNotFit(Exception):
    """These units do not stand below the same unit, or one of them is told about with others already."""


@transaction.atomic
def declare_groups(
    *,
    campaign: Campaign,
    units: bool,
    roles: bool,
    contact: bool,
    pairs: Collection[Pair],
    at: datetime,
    actor: User | None = None,
) -> None:
    """Keep which properties of people, and which pairs of them, may be reported.

    :raises GroupsAreFixed: when the campaign has opened
    """
    held = _held(campaign)
    chosen = tuple(pair for pair in PAIRS if pair in pairs)
    _keep(held, replace(held.declared, units=units, roles=roles, contact=contact, pairs=chosen), at, actor)
    campaign.refresh_from_db()


@transaction.atomic
def merge_units(*, campaign: Campaign, units: Collection[int], at: datetime, actor: User | None = None) -> None:
    """Tell about some units together instead of about each; units they are told about with already come along.

    :raises GroupsAreFixed: when the campaign has opened
    :raises DoNotFit: when they do not all stand below the same unit, or are too many or too few
    """
    held = _held(campaign)
    declared, tree = held.declared, places_now(held.organisation)
    touched = [merge for merge in declared.merges if set(merge.units) & set(units)]
    together = sorted({*units, *(unit for merge in touched for unit in merge.units)})
    names = {place.number: place.name for place in tree}
    title = " + ".join(names.get(unit, "") for unit in together)
    found = fitting_merges([Merge(tuple(together), title[:LONGEST_TITLE])], tree)
    if not found:
        raise DoNotFit
    others = tuple(merge for merge in declared.merges if merge not in touched)
    _keep(held, replace(declared, merges=(*others, *found)), at, actor)
    campaign.refresh_from_db()


@transaction.atomic
def split_units(*, campaign: Campaign, unit: int, at: datetime, actor: User | None = None) -> None:
    """Tell about the units that are told about together with `unit` each by itself again; twice is once.

    :raises GroupsAreFixed: when the campaign has opened
    """
    held = _held(campaign)
    declared = held.declared
    left = tuple(merge for merge in declared.merges if unit not in merge.units)
    if left != declared.merges:
        _keep(held, replace(declared, merges=left), at, actor)
    campaign.refresh_from_db()


def fix_groups(campaign: Campaign) -> None:
    """Take along the units as they are, for the moment a campaign opens. From then on nothing changes them."""
    keep_fixed(campaign, as_it_would_open(campaign))


def keep_fixed(campaign: Campaign, declared: Declaration) -> None:
    """Store what a campaign opens with."""
    campaign.groups, campaign.unit_tree = declared.to_document(), declared.tree_rows()
    campaign.save(update_fields=["groups", "unit_tree"])


def _held(campaign: Campaign) -> Campaign:
    held = Campaign.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=campaign.pk)
    if held.state != Campaign.State.DRAFT:
        raise GroupsAreFixed
    return held


def _keep(campaign: Campaign, declaration: Declaration, at: datetime, actor: User | None) -> None:
    campaign.groups = declaration.to_document()
    campaign.save(update_fields=["groups"])
    record_event(
        act="groups_declared",
        at=at,
        actor=actor,
        organisation_id=campaign.organisation_id,
        subject=f"campaign:{campaign.pk}",
        details={"title": campaign.title},
    )
