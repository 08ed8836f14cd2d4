"""The doors for people without a link of their own: from an open link, a code or a tablet to what it lets into."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from assessments.access.answering import LinkUnknown
from assessments.codes import code_hash, plain
from assessments.links import token_hash
from assessments.models import Campaign, Kiosk, UnitLink
from assessments.open_links import CODE_LETTERS, CODE_PURPOSE, Way, way_token
from organisations.models import Unit

KIOSK_COOKIE = "concentric_kiosk"
KIOSK_FIELD = "kiosk"
KIOSK_SALT = "concentric.kiosk"
FORM_SALT = "concentric.kiosk_form"
UNLOCKED_FOR = 7 * 24 * 3600
"""Seconds for which a PIN unlocks a tablet."""


class CodeUnknown(Exception):
    """No way in has this code: mistyped, switched off, or never made. Nobody may learn which."""


class KioskLocked(Exception):
    """This tablet was not unlocked, or its PIN was replaced since."""


@dataclass(frozen=True)
class WayIn:
    """What an open link lets people into: a campaign, and a unit and a role where the link fixes them."""

    campaign: Campaign
    unit: Unit | None = None
    role: str = ""


def way_in_of(token: str) -> WayIn:
    """Return what this open link lets people into.

    :raises LinkUnknown: when there is none, or it was switched off
    """
    kept = token_hash(token)
    campaigns = Campaign.objects.select_related("organisation", "edition")
    campaign = campaigns.filter(open_link_hash=kept, takes_open_link=True).first()
    if campaign is not None:
        return WayIn(campaign)
    links = UnitLink.objects.select_related("campaign__organisation", "campaign__edition", "unit")
    link = links.filter(token_hash=kept).first()
    if link is None:
        raise LinkUnknown
    return WayIn(link.campaign, link.unit, link.role)


def address_of_code(typed: str) -> tuple[Way, str]:
    """Return what kind of way in a typed code names, and its token.

    :raises CodeUnknown: when no way in has this code
    """
    if len(plain(typed)) != CODE_LETTERS:
        raise CodeUnknown
    kept = code_hash(typed, CODE_PURPOSE)
    campaign = Campaign.objects.filter(open_code_hash=kept, takes_open_link=True).first()
    if campaign is not None:
        return "open", way_token("open", campaign.pk, campaign.open_link_turn)
    link = UnitLink.objects.filter(code_hash=kept).first()
    if link is not None:
        return "unit", way_token("unit", link.pk)
    kiosk = Kiosk.objects.filter(code_hash=kept).first()
    if kiosk is None:
        raise CodeUnknown
    return "kiosk", way_token("kiosk", kiosk.pk)


def kiosk_of(token: str) -> Kiosk:
    """Return the shared tablet with this address.

    :raises LinkUnknown: when there is none
    """
    kiosk = _kiosks().filter(token_hash=token_hash(token)).first()
    if kiosk is None:
        raise LinkUnknown
    return kiosk


def key_for(kiosk: Kiosk) -> str:
    """Return what a tablet keeps once its PIN was typed. A new PIN makes it worthless."""
    return signing.dumps([kiosk.pk, token_hash(kiosk.pin_hash)], salt=KIOSK_SALT)


def form_key_of(key: str) -> str:
    """Return what the forms of a tablet's pages carry: it shows that they come from there, and unlocks nothing."""
    return salted_hmac(FORM_SALT, key, algorithm="sha256").hexdigest()[:32]


def kiosk_asking(key: str, form_key: str) -> Kiosk:
    """Return the shared tablet that sends a form of its own pages.

    `key` comes from its cookie, which scripts and readers of a page do not see, `form_key` from the form.

    :raises KioskLocked: when the key unlocks none, or the form is not of this tablet
    """
    if not constant_time_compare(form_key_of(key), form_key):
        raise KioskLocked
    return unlocked_kiosk(key)


def unlocked_kiosk(key: str) -> Kiosk:
    """Return the shared tablet that this key unlocks.

    :raises KioskLocked: when it unlocks none, any more or at all
    """
    try:
        number, pin = signing.loads(key, salt=KIOSK_SALT, max_age=UNLOCKED_FOR)
    except signing.BadSignature:
        raise KioskLocked from None
    kiosk = _kiosks().filter(pk=number).first()
    if kiosk is None or token_hash(kiosk.pin_hash) != pin:
        raise KioskLocked
    return kiosk


def _kiosks() -> QuerySet[Kiosk]:
    return Kiosk.objects.select_related("campaign__organisation", "campaign__edition", "unit")
