"""The doors for people who hold a link: from a secret to its invitation and its opened draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import get_language

from assessments import sealing
from assessments.links import token_hash
from assessments.models import AccessLink, Campaign, Draft, Invitation
from assessments.questionnaire import Order, Questionnaire, questionnaire_for
from organisations.models import Unit
from pillars.schema import Answer, Framework

LINK_COOKIE = "concentric_link"
ARRIVING_COOKIE = "concentric_arriving"
"""A link that came without the browser's older cookie, and so may find its key there (see `views.answering`)."""
LINK_FIELD = "link"
LINK_HEADER = "X-Concentric-Link"
ORDER_KEY = "_order"
"""Where a draft keeps what was drawn for it, sealed like an answer."""

ALSO = "also:"
"""Comes before the key of each ladder that was drawn."""

Standing = Literal["waiting", "open", "grace", "closed", "sent"]


class LinkUnknown(Exception):
    """No link has this secret: mistyped, withdrawn, or never made. Nobody may learn which."""


class StartedWithAnotherLink(Exception):
    """The draft exists, and this link does not hold its key."""


@dataclass(frozen=True)
class OpenDraft:
    """A draft whose key is at hand, with its answers in the clear, for the length of one request."""

    link: AccessLink
    key: sealing.DraftKey
    answers: dict[str, Answer]
    order: Order
    entries: int
    """How many entries the row holds: answers and marks of saves."""

    @property
    def pk(self) -> int:
        return self.key.draft_id

    @property
    def invitation(self) -> Invitation:
        return self.link.invitation

    @property
    def campaign(self) -> Campaign:
        return self.link.invitation.campaign


@dataclass(frozen=True)
class Cell:
    """What will be stored with the answers instead of the person."""

    unit: Unit
    role: str
    contact_level: str


def token_from_cookie(request: HttpRequest) -> str:
    """Return the secret this browser was given when it opened its link. For pages that only show."""
    return request.COOKIES.get(ARRIVING_COOKIE, "") or request.COOKIES.get(LINK_COOKIE, "")


def token_from_body(request: HttpRequest) -> str:
    """Return the secret a saving request carries itself, so that no cookie can be made to speak for it."""
    return request.headers.get(LINK_HEADER, "") or request.POST.get(LINK_FIELD, "")


def link_of(token: str) -> AccessLink:
    """Return the link with this secret, with its invitation and campaign.

    :raises LinkUnknown: when there is none
    """
    rows = AccessLink.objects.select_related(
        "invitation__campaign__organisation", "invitation__campaign__edition", "invitation__cell_unit"
    )
    link = rows.filter(token_hash=token_hash(token)).first()
    if link is None:
        raise LinkUnknown
    return link


def standing_of(invitation: Invitation, at: datetime) -> Standing:
    """Return how things stand for one person: sent already, still waiting for the opening, open or closed.

    In the time of grace after the close only those who began before it may go on.
    """
    if invitation.has_answered:
        return "sent"
    if invitation.campaign.state == Campaign.State.DRAFT:
        return "waiting"
    if invitation.campaign.is_open(at):
        return "open"
    return "grace" if invitation.campaign.takes_answers(at) else "closed"


def opened_draft(link: AccessLink, token: str) -> OpenDraft | None:
    """Return this person's draft with its answers unsealed, or None when nothing was started.

    :raises StartedWithAnotherLink: when the draft was started with another link
    """
    draft = Draft.objects.filter(invitation=link.invitation_id).first()
    if draft is None:
        return None
    try:
        key = sealing.unwrap(link.wrapped_key, token, draft.pk)
        answers = answers_in(draft, key)
    except sealing.SealBroken:
        raise StartedWithAnotherLink from None
    coins = answers.pop(ORDER_KEY, {})
    order = _order_of(coins) if isinstance(coins, dict) else Order()
    return OpenDraft(link, key, answers, order, len(draft.answers))


def _order_of(coins: Mapping[str, int]) -> Order:
    """Read what was drawn when the draft was started."""
    return Order(
        ladders_turned=bool(coins.get("ladders_turned")),
        sides_turned=bool(coins.get("sides_turned")),
        also=tuple(name.removeprefix(ALSO) for name in coins if name.startswith(ALSO)),
    )


def answers_in(draft: Draft, key: sealing.DraftKey) -> dict[str, Answer]:
    """Return what a draft holds, by question key; cleared answers and marks of saves are left out.

    :raises sealing.SealBroken: when the key is another draft's
    """
    found = {}
    for name, value in draft.answers.items():
        _save_id, dot, sealed = str(value).partition(".")
        if dot and (answer := sealing.unseal(key, name, sealed)) is not None:
            found[name] = answer
    return found


def framework_of(campaign: Campaign) -> Framework:
    """Return what the campaign asks, in this visitor's language."""
    return campaign.edition.framework(get_language() or "")


def questionnaire_of(invitation: Invitation, order: Order | None = None) -> Questionnaire:
    """Return what this person is asked: the questions of their reporting cell, in the words of their own role."""
    campaign = invitation.campaign
    framework = framework_of(campaign)
    role = role_asked(framework, invitation)
    return questionnaire_for(
        framework,
        campaign.form_for(role),
        role,
        order=order,
        nominees=campaign.nominees,
        addressed_as=invitation.role,
    )


def role_asked(framework: Framework, invitation: Invitation) -> str:
    """Return the role whose questions this person gets: that of the cell they answer in.

    Three executives who are stored with the managers get the managers' questions. Else the questions that
    a response answers would say which of a cell's people were executives.
    """
    return invitation.cell_role if invitation.cell_role in framework.role_by_key else invitation.role


def cell_of(invitation: Invitation) -> Cell:
    """Return the reporting cell; without one, the widest there is: the whole organisation, no role."""
    if invitation.cell_unit is not None:
        return Cell(invitation.cell_unit, invitation.cell_role, invitation.cell_contact_level)
    return Cell(Unit.objects.get(organisation=invitation.campaign.organisation_id, parent=None), "", "")
