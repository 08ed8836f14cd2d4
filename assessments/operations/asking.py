"""Asking for a new link with an e-mail address or a staff number. Whoever asks learns nothing from it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from assessments.models import Campaign, Invitation
from assessments.operations.codes import AlreadySent, CampaignClosed, further_link
from assessments.queries import ASKED_FOR_LINK
from backstage.mails import Message
from backstage.operations import queue_mail, record_event

NEW_LINK = "assessments.new_link"

MOST_MATCHES = 5
"""One number may stand on several lists; one address hardly on more than this."""

ONCE_IN_SECONDS = 3600
"""Nobody's mailbox is filled by a stranger who types their address again and again."""


def ask_for_link(*, who: str, at: datetime) -> None:
    """Mail a further link to the person with this e-mail address or staff number.

    Somebody without an address on the list is only counted for the campaign's owner. Whether they have answered
    makes no difference here: a count that stood still would tell whoever typed a number that its person has. The
    worker makes no mail for them.
    """
    wanted = who.replace("\x00", "").strip()  # PostgreSQL takes no such character
    if not wanted:
        return
    named = Q(email__iexact=wanted) if "@" in wanted else Q(staff_number=wanted)
    found = Invitation.objects.filter(
        named, campaign__state=Campaign.State.OPEN, came_by_open_link=False
    ).select_related("campaign__organisation")
    for invitation in found.order_by("-pk")[:MOST_MATCHES]:
        if invitation.campaign.is_open(at) and _first_time(invitation):
            _answer_to(invitation, at)


@transaction.atomic
def _answer_to(invitation: Invitation, at: datetime) -> None:
    # The row is held: a close that is on its way would else delete the campaign's mails before this one is queued.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=invitation.campaign_id)
    if not campaign.is_open(at):
        return
    if invitation.email:
        queue_mail(
            kind=NEW_LINK,
            arguments={"invitation_id": invitation.pk, "language": get_language() or ""},
            about=f"campaign:{campaign.pk}",
            at=at,
        )
        return
    record_event(
        act=ASKED_FOR_LINK,
        at=at,
        organisation_id=campaign.organisation_id,
        subject=f"campaign:{campaign.pk}",
        details={"title": campaign.title},
    )


def make_new_link_mail(*, invitation_id: int, language: str, at: datetime) -> Message | None:
    """Return the mail that brings somebody a further link, made now; None when they cannot answer any more.

    Only the link's hash is kept, before the message is handed on.
    """
    invitation = Invitation.objects.filter(pk=invitation_id).select_related("campaign__organisation").first()
    if invitation is None or not invitation.email:
        return None
    try:
        token = further_link(invitation=invitation, at=at)
    except (AlreadySent, CampaignClosed):
        return None
    named = {"title": invitation.campaign.title, "organisation": invitation.campaign.organisation.name}
    with override(language or None):
        return Message(
            to=invitation.email,
            subject=_("Your link to “%(title)s” of %(organisation)s") % named,
            body=_text() % {**named, "link": f"{settings.SITE_URL}/a/{token}/"},
        )


def _first_time(invitation: Invitation) -> bool:
    """Say whether this person was not asked for within the hour; the cache keeps a keyed hash of the row's number."""
    name = salted_hmac("concentric.asked", str(invitation.pk), algorithm="sha256").hexdigest()[:32]
    return bool(cache.add(f"asked-link:{name}", 1, ONCE_IN_SECONDS))


def _text() -> str:
    return _(
        "Somebody, most likely you, asked for a new link to the questionnaire “%(title)s” of %(organisation)s.\n\n"
        "%(link)s\n\n"
        "If you have started already, open it on the device you started with: your answers are there. On another "
        "device you need your resume code or the first link.\n\n"
        "If you did not ask for this, there is nothing to do. Links you had before still work. Keep this one to "
        "yourself: whoever has it can answer in your place.\n"
    )
