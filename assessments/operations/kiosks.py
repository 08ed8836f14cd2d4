"""Shared tablets: making one, its PIN, and letting one person after the other in."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from assessments import limiter
from assessments.codes import own_digits
from assessments.models import Campaign, Kiosk
from assessments.open_links import hashes
from assessments.operations.answering import let_in
from assessments.operations.promises import promise_as_it_stands
from assessments.operations.ways import MOST_WAYS, TooManyWays, held_for_a_way
from backstage.operations import record_event
from organisations.models import Unit, User

PIN_DIGITS = 6


class PinWrong(Exception):
    """This is not the tablet's PIN."""


class TooManyPins(Exception):
    """So many wrong PINs were typed that for a while not even the right one is taken."""


@transaction.atomic
def add_kiosk(
    *, campaign: Campaign, unit: Unit, role: str, at: datetime, actor: User | None = None
) -> tuple[Kiosk, str]:
    """Make a shared tablet for a unit and return it with its PIN, which is told only now.

    :raises TakesNoWays: when the campaign is closed
    :raises TooManyWays: when it has as many as it may have
    """
    locked = held_for_a_way(campaign)
    if locked.kiosks.count() >= MOST_WAYS:
        raise TooManyWays
    pin = _new_pin()
    # A row needs a hash before it has the number that its own is made from.
    kiosk = Kiosk.objects.create(
        campaign=locked, unit=unit, role=role, token_hash=secrets.token_hex(32), pin_hash=make_password(pin)
    )
    kiosk.token_hash, kiosk.code_hash = hashes("kiosk", kiosk.pk)
    kiosk.save(update_fields=["token_hash", "code_hash"])
    promise_as_it_stands(locked, at)
    _record("kiosk_added", kiosk, at, actor)
    return kiosk, pin


@transaction.atomic
def replace_pin(*, kiosk: Kiosk, at: datetime, actor: User | None = None) -> str:
    """Give a tablet another PIN and return it. A tablet unlocked with the old one locks itself."""
    pin = _new_pin()
    kiosk.pin_hash = make_password(pin)
    kiosk.save(update_fields=["pin_hash"])
    limiter.forget_pins(str(kiosk.pk))
    _record("kiosk_pin_replaced", kiosk, at, actor)
    return pin


@transaction.atomic
def remove_kiosk(*, kiosk: Kiosk, at: datetime, actor: User | None = None) -> None:
    """End a shared tablet: its address, its code and its PIN open nothing any more.

    :raises TakesNoWays: when the campaign is closed, whose results go by how people could come in
    """
    held_for_a_way(kiosk.campaign)
    _record("kiosk_removed", kiosk, at, actor)
    kiosk.delete()


def check_pin(*, kiosk: Kiosk, pin: str) -> None:
    """Do nothing if this is the tablet's PIN.

    :raises PinWrong: when it is not
    :raises TooManyPins: when too many wrong ones were typed at this tablet, whoever typed them
    """
    # Counted before it is looked at, so that many guesses at once are no more than many in a row.
    if limiter.too_many_pins(str(kiosk.pk)):
        raise TooManyPins
    if not check_password("".join(digit for digit in own_digits(pin) if digit.isdecimal()), kiosk.pin_hash):
        raise PinWrong
    limiter.forget_pins(str(kiosk.pk))


def admit(*, kiosk: Kiosk, role: str, at: datetime) -> str:
    """Let the next person at the tablet in and return the secret of a link made for them.

    :raises CampaignClosed: when the campaign takes no answers at `at`
    """
    return let_in(campaign=kiosk.campaign, unit=kiosk.unit, role=kiosk.role or role, at=at)


def _new_pin() -> str:
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"


def _record(act: str, kiosk: Kiosk, at: datetime, actor: User | None) -> None:
    record_event(
        act=act,
        at=at,
        actor=actor,
        organisation_id=kiosk.campaign.organisation_id,
        subject=f"campaign:{kiosk.campaign_id}",
        details={"title": kiosk.campaign.title},
    )
