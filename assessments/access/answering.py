"""The doors for people who hold a link: from a secret to its invitation and its opened draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import get_language

from assessments import sealing
from assessments.links import token_hash
from assessments.models import AccessLink, Campaign, Draft, Invitation
from assessments.questionnaire import Order, Questionnaire, questionnaire_for
from backstage.prepared import Prepared
from organisations.models import Unit
from pillars.schema import Answer, Framework

LINK_COOKIE = "concentric_link"
ARRIVING_COOKIE = "concentric_arriving"
"""A link that came without the browser's older cookie, and so may find its key there (see `views.answering`)."""
BEFORE_COOKIE = "concentric_before"
"""For scripts too: the link that this browser held until the same person opened another one, for a minute."""
LINK_FIELD = "link"
LINK_HEADER = "X-Concentric-Link"
ORDER_KEY = "_order"
"""Where a draft keeps what was drawn for it, sealed like an answer."""

SEEN_KEY = "_seen"
"""Where a draft keeps when something was last saved, sealed like an answer."""

ALSO = "also:"
"""Comes before the key of each ladder that was drawn."""

PERSON_NEEDED = ("role", "cell_role", "cell_contact_level", "has_answered", "came_by_open_link", "cell_unit__name")
CAMPAIGN_NEEDED = (
    *("title", "purpose", "form", "short_roles", "nominees", "k", "state", "closes_at", "closed_at", "grace_hours"),
    "groups",
    *("organisation__name", "edition__fingerprint", "edition__translations_fingerprint"),
)
NEEDED = (
    "wrapped_key",
    *(f"invitation__{column}" for column in PERSON_NEEDED),
    *(f"invitation__campaign__{column}" for column in CAMPAIGN_NEEDED),
)
"""Columns that the pages of the questionnaire need. No name and no address of anybody is among them."""

Standing = Literal["waiting", "open", "grace", "closed", "sent"]


class LinkUnknown(Exception):
    """No link has this secret: mistyped, withdrawn, or never made. Nobody may learn which."""


class StartedWithAnotherLink(Exception):
    """The draft exists, and this link does not hold its key."""


class SealedAnswers(Mapping[str, Answer]):
    """A draft's answers by question, each unsealed when it is looked at. What was cleared is not there."""

    def __init__(self, key: sealing.DraftKey, entries: Mapping[str, str]) -> None:
        self._key = key
        self._entries = entries
        self._open: dict[str, Answer | None] = {}

    def __getitem__(self, name: str) -> Answer:
        if name not in self._open:
            parts = self._entries.get(name, "").split(".")
            self._open[name] = sealing.unseal(self._key, name, parts[1]) if len(parts) > 1 else None
        answer = self._open[name]
        if answer is None:
            raise KeyError(name)
        return answer

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._entries if not name.startswith("_") and name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def entry(self, name: str) -> str:
        """Return the sealed entry as it is stored, empty when there is none."""
        return self._entries.get(name, "")

    def version(self, name: str) -> str:
        """Return the id of the save that stored or cleared this answer, empty when none did."""
        return self.entry(name).partition(".")[0]

    def seconds(self, name: str) -> float | None:
        """Return how long this question took so far, None where nobody measured."""
        parts = self.entry(name).split(".")
        found = sealing.unseal(self._key, seconds_key(name), parts[2]) if len(parts) > 2 else None
        return found / 10 if isinstance(found, int) else None


def seconds_key(name: str) -> str:
    """Return the name under which a question's time is sealed."""
    return f"{name} seconds"


@dataclass(frozen=True)
class OpenDraft:
    """A draft whose key is at hand, with its answers in the clear, for the length of one request."""

    link: AccessLink
    key: sealing.DraftKey
    answers: SealedAnswers
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


_LINK = Prepared(
    lambda found: (
        AccessLink.objects.filter(token_hash=found)
        .select_related("invitation__campaign__organisation", "invitation__campaign__edition", "invitation__cell_unit")
        .only(*NEEDED)
    ),
    example="the hash of a token",
)
_DRAFT = Prepared(lambda found: Draft.objects.filter(invitation=found), example=-1)
_STANDING = Prepared(
    lambda found: (
        AccessLink.objects.filter(token_hash=found)
        .select_related("invitation")
        .only("invitation__campaign", "invitation__has_answered")
    ),
    example="the hash of a token",
)


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
    link = _LINK.first(token_hash(token))
    if link is None:
        raise LinkUnknown
    return link


def standing_link_of(token: str) -> AccessLink:
    """Return the link with this secret, with no more of its invitation than its campaign and whether it was answered.

    :raises LinkUnknown: when there is none
    """
    link = _STANDING.first(token_hash(token))
    if link is None:
        raise LinkUnknown
    return link


def draft_row_of(link: AccessLink) -> Draft | None:
    """Return the draft of whoever holds this link, sealed as it is, or None when nothing was started."""
    return _DRAFT.first(link.invitation_id)


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
    draft = draft_row_of(link)
    if draft is None:
        return None
    try:
        key = sealing.unwrap(link.wrapped_key, token, draft.pk)
        answers = answers_in(draft, key)
        coins = answers.get(ORDER_KEY, {})
    except sealing.SealBroken:
        raise StartedWithAnotherLink from None
    order = order_of(coins) if isinstance(coins, dict) else Order()
    return OpenDraft(link, key, answers, order, len(draft.answers))


def order_of(coins: Mapping[str, int | str]) -> Order:
    """Read what was drawn when the draft was started."""
    return Order(
        ladders_turned=bool(coins.get("ladders_turned")),
        sides_turned=bool(coins.get("sides_turned")),
        also=tuple(name.removeprefix(ALSO) for name in coins if name.startswith(ALSO)),
    )


def answers_in(draft: Draft, key: sealing.DraftKey) -> SealedAnswers:
    """Return what a draft holds, by question key; cleared answers and marks of saves are left out."""
    return SealedAnswers(key, draft.answers)


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


def languages_of(campaign: Campaign) -> tuple[str, ...]:
    """Return the codes of the languages in which the campaign's questions can be read."""
    return campaign.edition.languages()


def cell_of(invitation: Invitation) -> Cell:
    """Return the reporting cell; without one, the widest there is: the whole organisation, no role."""
    if invitation.cell_unit is not None:
        return Cell(invitation.cell_unit, invitation.cell_role, invitation.cell_contact_level)
    return Cell(Unit.objects.get(organisation=invitation.campaign.organisation_id, parent=None), "", "")
