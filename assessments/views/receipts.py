"""The privacy receipt: what this person was promised, in words and as settings with a fingerprint."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_safe

from assessments.access import answering as access
from assessments.groups import Declaration
from assessments.models import Campaign, ContactLevel, Invitation
from assessments.operations import promises
from assessments.operations.answering import CampaignClosed
from assessments.rendering import languages_named
from assessments.views.answering_refusals import NoLinkOnThisDevice, respondent_page

GROUP = 8
"""Characters of a fingerprint that are read out together."""


@respondent_page
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """Show the receipt to whoever holds a link, also after sending and after the close."""
    token = access.token_from_cookie(request)
    if not token:
        raise NoLinkOnThisDevice
    invitation = access.link_of(token).invitation
    if invitation.campaign.state == Campaign.State.DRAFT:
        raise CampaignClosed
    context = {
        "campaign": invitation.campaign,
        "token": token,
        "has_answered": invitation.has_answered,
        "came_by_open_link": invitation.came_by_open_link,
        "promises": [shown(entry) for entry in promises.promises_of(invitation.campaign)],
        **cell_words(invitation),
        **language_switch(invitation.campaign),
    }
    return render(request, "assessments/answering/receipt.html", context)


def cell_words(invitation: Invitation) -> dict[str, str]:
    """Return what is stored instead of the person, in words: `cell_unit`, `cell_role`, `cell_contact`.

    `cell_joined` says to those who named it themselves what becomes of a small one at the close.
    """
    cell = access.cell_of(invitation)
    role = access.framework_of(invitation.campaign).role_by_key.get(cell.role)
    merges = Declaration.read(invitation.campaign.groups).merges
    contact = dict(ContactLevel.choices).get(cell.contact_level)
    return {
        "cell_unit": next((merge.title for merge in merges if cell.unit.pk in merge.units), cell.unit.name),
        "cell_role": role.title if role else "",
        "cell_contact": str(contact or ""),
        "cell_joined": _joined_below(invitation.campaign.k) if invitation.came_by_open_link else "",
    }


def _joined_below(k: int) -> str:
    return ngettext(
        "If fewer than %(people)d person in all shares it, it is joined with the next larger group at the close.",
        "If fewer than %(people)d people in all share it, it is joined with the next larger group at the close.",
        k,
    ) % {"people": k}


def shown(entry: dict[str, Any]) -> dict[str, Any]:
    """Return one promise as a page prints it: `since`, `groups` of the fingerprint, the `text` it is made from, `k`."""
    fingerprint = entry["fingerprint"]
    return {
        "since": datetime.fromisoformat(entry["since"]) if entry["since"] else None,
        "groups": [fingerprint[at : at + GROUP] for at in range(0, len(fingerprint), GROUP)],
        "text": promises.canonical(entry["settings"]),
        "k": entry["settings"]["smallest_group"],
    }


def language_switch(campaign: Campaign) -> dict[str, Any]:
    """Return what a page's language switch needs."""
    return {"languages": languages_named(access.languages_of(campaign)), "current": get_language()}
