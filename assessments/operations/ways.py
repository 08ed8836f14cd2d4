"""What owners do with open ways in: the open link, links fixed to a unit, and how many people there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from assessments.models import Campaign, UnitLink
from assessments.open_links import hashes
from assessments.operations.promises import promise_as_it_stands
from backstage.operations import record_event
from organisations.models import Unit, User

MOST_WAYS = 200
"""Links of units, or tablets, of one campaign: a page that lists more helps nobody."""


class TakesNoWays(Exception):
    """The campaign is closed, so nobody comes in any more."""


class TooManyWays(Exception):
    """The campaign has as many ways in of this kind as it may have."""


@transaction.atomic
def switch_open_link_on(*, campaign: Campaign, at: datetime, actor: User | None = None) -> None:
    """Let everybody who has the open link or its code come in.

    :raises TakesNoWays: when the campaign is closed
    """
    locked = held_for_a_way(campaign)
    if not locked.takes_open_link:
        locked.takes_open_link = True
        give_open_link(locked)
        promise_as_it_stands(locked, at)
        _record("open_link_on", locked, at, actor)


@transaction.atomic
def switch_open_link_off(*, campaign: Campaign, at: datetime, actor: User | None = None) -> None:
    """End the open link and its code for good: switched on again, there is another one.

    People who came in by it go on with the link of their own that they were given.

    :raises TakesNoWays: when the campaign is closed
    """
    locked = held_for_a_way(campaign)
    if locked.takes_open_link:
        locked.takes_open_link = False
        locked.open_link_turn += 1
        locked.open_link_hash = locked.open_code_hash = ""
        locked.save(update_fields=["takes_open_link", "open_link_turn", "open_link_hash", "open_code_hash"])
        promise_as_it_stands(locked, at)
        _record("open_link_off", locked, at, actor)


@transaction.atomic
def replace_open_link(*, campaign: Campaign, at: datetime, actor: User | None = None) -> None:
    """End the open link and its code, and make others.

    :raises TakesNoWays: when the campaign is closed
    """
    locked = held_for_a_way(campaign)
    if locked.takes_open_link:
        locked.open_link_turn += 1
        give_open_link(locked)
        _record("open_link_replaced", locked, at, actor)


def give_open_link(campaign: Campaign) -> None:
    """Keep the hashes of the open link and its code once the campaign is open; it saves the row."""
    if campaign.state == Campaign.State.OPEN:
        campaign.open_link_hash, campaign.open_code_hash = hashes("open", campaign.pk, campaign.open_link_turn)
    campaign.save(update_fields=["takes_open_link", "open_link_turn", "open_link_hash", "open_code_hash"])


@transaction.atomic
def add_unit_link(*, campaign: Campaign, unit: Unit, role: str, at: datetime, actor: User | None = None) -> UnitLink:
    """Make an open link that is fixed to a unit, and to a role unless that is empty.

    :raises TakesNoWays: when the campaign is closed
    :raises TooManyWays: when it has as many as it may have
    """
    locked = held_for_a_way(campaign)
    if locked.unit_links.count() >= MOST_WAYS:
        raise TooManyWays
    link = UnitLink.objects.create(campaign=locked, unit=unit, role=role)
    link.token_hash, link.code_hash = hashes("unit", link.pk)
    link.save(update_fields=["token_hash", "code_hash"])
    promise_as_it_stands(locked, at)
    _record("unit_link_added", locked, at, actor)
    return link


@transaction.atomic
def remove_unit_link(*, link: UnitLink, at: datetime, actor: User | None = None) -> None:
    """End a unit's link and its code for good. Another one for the unit has another address.

    :raises TakesNoWays: when the campaign is closed, whose results go by how people could come in
    """
    held_for_a_way(link.campaign)
    link.delete()
    _record("unit_link_removed", link.campaign, at, actor)


@transaction.atomic
def set_unit_sizes(*, campaign: Campaign, sizes: Mapping[int, int], at: datetime, actor: User | None = None) -> None:
    """Keep how many people each unit has, by its number, so that shares can be told where anybody may come in.

    :raises TakesNoWays: when the campaign is closed
    """
    locked = held_for_a_way(campaign)
    locked.unit_sizes = {str(unit): people for unit, people in sizes.items()}
    locked.save(update_fields=["unit_sizes"])
    _record("unit_sizes_set", locked, at, actor)


def held_for_a_way(campaign: Campaign) -> Campaign:
    """Return the campaign with its row held, for whoever changes its ways in.

    :raises TakesNoWays: when it is closed
    """
    locked = Campaign.objects.select_for_update(of=("self",)).select_related("edition").get(pk=campaign.pk)
    if locked.state not in {Campaign.State.DRAFT, Campaign.State.OPEN}:
        raise TakesNoWays
    return locked


def _record(act: str, campaign: Campaign, at: datetime, actor: User | None) -> None:
    record_event(
        act=act,
        at=at,
        actor=actor,
        organisation_id=campaign.organisation_id,
        subject=f"campaign:{campaign.pk}",
        details={"title": campaign.title},
    )
