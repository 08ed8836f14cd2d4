"""How a person comes back: a code to type on another device, and further links to the same questionnaire.

A further link holds no key, because whoever makes it has none. A device that holds the key gives it to the
new link; elsewhere the code does, or the first link, or the person starts afresh.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments import sealing
from assessments.access.answering import LinkUnknown, OpenDraft, draft_row_of, link_of
from assessments.codes import code_hash, new_code, plain
from assessments.links import new_token, token_hash
from assessments.models import AccessLink, Campaign, Draft, Invitation
from assessments.operations.answering import AlreadySent, CampaignClosed, NothingStarted

CODE_LETTERS = 12
PURPOSE = "resume"
MOST_LINKS = 50
"""Links of one person. Each device that comes back by the code gets one; nobody has fifty devices."""


class CodeUnknown(Exception):
    """The code opens nothing: mistyped, replaced, its answers sent, or its campaign closed. Nobody may learn which."""


def make_resume_code(*, draft: OpenDraft, at: datetime) -> str:
    """Return a new code that opens this draft on another device; one that was made before opens nothing any more.

    :raises CampaignClosed: when the campaign takes no answers at `at`
    :raises NothingStarted: when the draft is gone
    """
    if not draft.campaign.takes_answers(at):
        raise CampaignClosed
    code = new_code(CODE_LETTERS)
    # Slow on purpose, so it is done before the transaction: on SQLite nobody else could write meanwhile.
    wrapped = sealing.wrap_slowly(draft.key, plain(code))
    with transaction.atomic():
        _hold_draft(draft.pk)
        AccessLink.objects.filter(invitation=draft.invitation, kind=AccessLink.Kind.CODE).delete()
        AccessLink.objects.create(
            invitation=draft.invitation,
            kind=AccessLink.Kind.CODE,
            token_hash=code_hash(code, PURPOSE),
            wrapped_key=wrapped,
        )
    return code


def resume_with_code(*, code: str, at: datetime) -> str:
    """Return the secret of a new link that opens the draft this code was made for.

    A code that opens nothing is refused before its slow part: all that open nothing look alike, also in time.

    :raises CodeUnknown: when the code opens nothing at `at`, whatever the reason
    """
    found = (
        AccessLink.objects.filter(kind=AccessLink.Kind.CODE, token_hash=code_hash(code, PURPOSE))
        .exclude(wrapped_key="")
        .select_related("invitation__campaign", "invitation__draft")
        .first()
    )
    draft = getattr(found.invitation, "draft", None) if found else None
    if found is None or draft is None or not found.invitation.campaign.takes_answers(at):
        raise CodeUnknown
    try:
        key = sealing.unwrap_slowly(found.wrapped_key, plain(code), draft.pk)
    except sealing.SealBroken:
        raise CodeUnknown from None
    token = new_token()
    with transaction.atomic():
        try:
            _hold_draft(key.draft_id)
        except NothingStarted:
            raise CodeUnknown from None
        # Read again while the draft is held: a code that was replaced meanwhile makes no more links.
        links = AccessLink.objects.filter(invitation=found.invitation_id)
        if not links.filter(pk=found.pk).exclude(wrapped_key="").exists() or links.count() >= MOST_LINKS:
            raise CodeUnknown
        AccessLink.objects.create(
            invitation=found.invitation, token_hash=token_hash(token), wrapped_key=sealing.wrap(key, token)
        )
    return token


def further_link(*, invitation: Invitation, at: datetime) -> str:
    """Return the secret of one more link for somebody, such as a reminder carries. It holds no key.

    :raises CampaignClosed: when nobody can begin at `at`
    :raises AlreadySent: when this person's answers were sent
    """
    token = new_token()
    with transaction.atomic():
        # The row is held: the close writes invitations again, and a link made meanwhile would be lost.
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=invitation.campaign_id)
        standing = Invitation.objects.filter(pk=invitation.pk).first()
        if not campaign.is_open(at) or standing is None:
            raise CampaignClosed
        if standing.has_answered:
            raise AlreadySent
        AccessLink.objects.create(invitation=standing, token_hash=token_hash(token))
    return token


def carry_key(*, token: str, held: str) -> bool:
    """Give a link the key that this device holds for another link of the same person; say whether it did.

    `token` is the link that was opened, `held` the secret the device already had.

    :raises LinkUnknown: when no link has the secret `token`
    """
    link = link_of(token)
    draft = _draft_without_key(link) if held not in {"", token} else None
    if draft is None or not are_of_one_person(token, held):
        return False
    other = link_of(held)
    try:
        key = sealing.unwrap(other.wrapped_key, held, draft.pk)
    except sealing.SealBroken:
        return False
    with transaction.atomic():
        try:
            _hold_draft(draft.pk)
        except NothingStarted:
            return False
        return AccessLink.objects.filter(pk=link.pk).update(wrapped_key=sealing.wrap(key, token)) == 1


def are_of_one_person(token: str, held: str) -> bool:
    """Say whether these are two links of the same person.

    :raises LinkUnknown: when no link has the secret `token`
    """
    if not held or held == token:
        return False
    link = link_of(token)
    try:
        return link_of(held).invitation_id == link.invitation_id
    except LinkUnknown:
        return False


def lacks_key(*, token: str) -> bool:
    """Say whether somebody started with another link, so that this one cannot open the answers by itself.

    :raises LinkUnknown: when no link has this secret
    """
    return _draft_without_key(link_of(token)) is not None


def _draft_without_key(link: AccessLink) -> Draft | None:
    return None if link.wrapped_key else draft_row_of(link)


def _hold_draft(draft_id: int) -> None:
    """Hold the draft's row: whoever sends it, starts afresh or closes waits, and finds what was made here.

    :raises NothingStarted: when it is gone
    """
    if Draft.objects.select_for_update(no_key=True).filter(pk=draft_id).first() is None:
        raise NothingStarted


__all__ = [
    "AlreadySent",
    "CampaignClosed",
    "CodeUnknown",
    "NothingStarted",
    "are_of_one_person",
    "carry_key",
    "further_link",
    "lacks_key",
    "make_resume_code",
    "resume_with_code",
]
