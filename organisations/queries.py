"""What pages of this app show: the tree of units, who may do what, and one's own organisations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from organisations.models import Membership, Organisation, Unit, User


@dataclass(frozen=True)
class UnitNode:
    """A unit with the units beneath it; the root has depth 0."""

    unit: Unit
    depth: int
    children: tuple[UnitNode, ...]

    def flat(self) -> tuple[UnitNode, ...]:
        """Return this node and all beneath it, parents first."""
        return (self, *(node for child in self.children for node in child.flat()))


@dataclass(frozen=True)
class HeldOrganisation:
    """An organisation with the words for what a person may do in it."""

    organisation: Organisation
    kinds: tuple[str, ...]


def unit_tree(organisation: Organisation) -> UnitNode:
    """Return the root unit with everything beneath it, siblings by name, in one query.

    :raises Unit.DoesNotExist: when the organisation has no root unit
    """
    beneath: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in Unit.objects.filter(organisation=organisation).order_by("name"):
        beneath[unit.parent_id].append(unit)
    if not beneath[None]:
        raise Unit.DoesNotExist(f"{organisation} has no root unit")

    def node_of(unit: Unit, depth: int) -> UnitNode:
        return UnitNode(unit, depth, tuple(node_of(child, depth + 1) for child in beneath[unit.pk]))

    return node_of(beneath[None][0], 0)


def current_memberships(organisation: Organisation, at: datetime) -> QuerySet[Membership]:
    """Return who may do what in the organisation at `at`, owners first."""
    return (
        Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), organisation=organisation)
        .select_related("user")
        .order_by("-kind", "user__email")
    )


def organisations_held(user: User, at: datetime) -> tuple[HeldOrganisation, ...]:
    """Return the organisations of `user` by name, each with what they may do there, in one query."""
    kinds: dict[Organisation, list[str]] = defaultdict(list)
    held = Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user=user)
    for membership in held.select_related("organisation").order_by("organisation__name", "-kind"):
        kinds[membership.organisation].append(membership.get_kind_display())
    return tuple(HeldOrganisation(organisation, tuple(words)) for organisation, words in kinds.items())
