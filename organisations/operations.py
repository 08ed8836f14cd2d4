"""Every act of this app: found an organisation, shape its tree of units, grant and end what people may do."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.utils.text import slugify

from backstage.operations import record_event
from organisations.models import Membership, Organisation, Unit, User
from organisations.unit_list import MOST_LEVELS, ListProblem, UnitLine, UnreadableList


class UnitNameTaken(Exception):
    """Another unit of the organisation has the name already."""


class UnitTooDeep(Exception):
    """The new unit would stand deeper in the tree than any organisation is."""


class UnitHasUnitsBeneath(Exception):
    """The unit still has units beneath it."""


class UnitIsUsed(Exception):
    """People were invited for the unit, or results speak about it."""


class RootUnitStays(Exception):
    """The unit is the organisation itself."""


class RightAlreadyHeld(Exception):
    """The person holds this right already."""


class LastOwnerStays(Exception):
    """Without this owner nobody could set up the organisation any more."""


@transaction.atomic
def found_organisation(*, founder: User, name: str, sector: str, country: str, at: datetime) -> Organisation:
    """Return a new organisation with its root unit, owned by `founder`."""
    slug = slugify(name)[:120] or "organisation"
    organisation, is_new = Organisation.objects.get_or_create(
        slug=slug, defaults={"name": name, "sector": sector, "country": country}
    )
    if not is_new:
        # Not counted up: a "-2" would tell that somebody else's organisation has the same name.
        slug = f"{slug}-{secrets.token_hex(4)}"
        organisation = Organisation.objects.create(name=name, slug=slug, sector=sector, country=country)
    Unit.objects.create(organisation=organisation, name=name)
    Membership.objects.create(user=founder, organisation=organisation, kind=Membership.Kind.OWNER)
    record_event(act="organisation.founded", at=at, actor=founder, organisation_id=organisation.pk)
    return organisation


@transaction.atomic
def add_unit(*, parent: Unit, name: str, code: str = "") -> Unit:
    """Return a new unit beneath `parent`.

    :raises UnitNameTaken: when the organisation has a unit of this name
    :raises UnitTooDeep: when there are as many levels above it as a tree may have
    """
    organisation = _locked(parent.organisation_id)
    if _level_of(parent) >= MOST_LEVELS:
        raise UnitTooDeep
    if Unit.objects.filter(organisation=organisation, name=name).exists():
        raise UnitNameTaken
    return Unit.objects.create(organisation=organisation, parent=parent, name=name, code=code)


@transaction.atomic
def add_unit_list(*, organisation: Organisation, lines: Sequence[UnitLine]) -> int:
    """Add every unit of a list that is not there yet, with the units on the way to it; return how many were new.

    The same list may be added twice: what stands in the same place already is left alone.

    :raises UnreadableList: when a name stands elsewhere in the tree already; then nothing was added
    """
    _locked(organisation.pk)
    units = {unit.name: unit for unit in Unit.objects.filter(organisation=organisation)}
    root = next(unit for unit in units.values() if unit.parent_id is None)
    before = len(units)
    problems = []
    for line in lines:
        parent = root
        for name in line.path[1:] if line.path[0] == root.name else line.path:
            unit = units.get(name)
            if unit is None:
                unit = units[name] = Unit.objects.create(organisation=organisation, parent=parent, name=name)
            elif unit.parent_id != parent.pk:
                above = next((other.name for other in units.values() if other.pk == unit.parent_id), name)
                problems.append(ListProblem(line.line, f"“{name}” stands beneath “{above}” already"))
                break
            parent = unit
    if problems:
        raise UnreadableList(problems)
    return len(units) - before


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, code: str = "") -> Unit:
    """Give the unit another name and code; what was released before keeps the old name.

    :raises UnitNameTaken: when another unit of the organisation has the name
    """
    _locked(unit.organisation_id)
    if Unit.objects.filter(organisation=unit.organisation_id, name=name).exclude(pk=unit.pk).exists():
        raise UnitNameTaken
    unit.name, unit.code = name, code
    unit.save(update_fields=["name", "code"])
    return unit


@transaction.atomic
def delete_unit(*, unit: Unit) -> None:
    """Remove a unit that nothing speaks about.

    :raises RootUnitStays: for the organisation's root unit
    :raises UnitHasUnitsBeneath: while other units are beneath it
    :raises UnitIsUsed: when people were invited for it or results name it
    """
    _locked(unit.organisation_id)
    if unit.parent_id is None:
        raise RootUnitStays
    if unit.children.exists():
        raise UnitHasUnitsBeneath
    try:
        unit.delete()
    except ProtectedError as error:
        # The apps above this one protect the units they speak about.
        raise UnitIsUsed from error


@transaction.atomic
def grant_right(
    *,
    organisation: Organisation,
    email: str,
    kind: str,
    granted_by: User,
    at: datetime,
    ends_at: datetime | None = None,
) -> Membership:
    """Let the person with this address do what `kind` says until `ends_at`.

    Who has no account gets one without a password: nobody can sign in to it until its owner has chosen
    a password through the link that is mailed to the address.

    :raises RightAlreadyHeld: when the person holds it at `at`
    """
    _locked(organisation.pk)
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first() or _new_account(address)
    membership = Membership.objects.filter(user=user, organisation=organisation, kind=kind).first()
    if membership is None:
        membership = Membership(user=user, organisation=organisation, kind=kind)
    elif membership.ends_at is None or membership.ends_at > at:
        raise RightAlreadyHeld
    membership.ends_at = ends_at
    membership.save()
    record_event(
        act="right.granted",
        at=at,
        actor=granted_by,
        organisation_id=organisation.pk,
        subject=f"user {user.pk}",
        details={"kind": kind},
    )
    return membership


@transaction.atomic
def end_right(*, membership: Membership, ended_by: User, at: datetime) -> None:
    """End a right at once: the next page the person asks for is refused. Ending it twice changes nothing.

    :raises LastOwnerStays: when it is the only owner's
    """
    _locked(membership.organisation_id)
    current = Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), organisation=membership.organisation_id)
    owners = current.filter(kind=Membership.Kind.OWNER)
    if membership.kind == Membership.Kind.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise LastOwnerStays
    if current.filter(pk=membership.pk).update(ends_at=at):
        record_event(
            act="right.ended",
            at=at,
            actor=ended_by,
            organisation_id=membership.organisation_id,
            subject=f"user {membership.user_id}",
            details={"kind": membership.kind},
        )


@transaction.atomic
def rename_person(*, user: User, name: str) -> None:
    """Set the name under which a person appears beside their address."""
    User.objects.filter(pk=user.pk).update(name=name)


def _new_account(address: str) -> User:
    """Return a new account, or the one that was made for this address at the same moment."""
    try:
        with transaction.atomic():
            return User.objects.create_user(address)
    except IntegrityError:
        return User.objects.get(email__iexact=address)


def _level_of(unit: Unit) -> int:
    """Return how many units stand above this one; the organisation itself has none."""
    parents = dict(Unit.objects.filter(organisation=unit.organisation_id).values_list("pk", "parent"))
    level, above = 0, parents[unit.pk]
    while above is not None:
        level, above = level + 1, parents[above]
    return level


def _locked(organisation_pk: int) -> Organisation:
    """Return the organisation, held until the transaction ends: acts on its units and rights take turns."""
    return Organisation.objects.select_for_update().get(pk=organisation_pk)
