"""Taking back what was sent, with the code that only its respondent was shown, until the close.

The code finds the response and nothing else. Nothing written here names a response beside an invitation:
no event, no time, no log line.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from assessments import sealing
from assessments.access.answering import (
    ALSO,
    ORDER_KEY,
    LinkUnknown,
    cell_of,
    link_of,
    role_asked,
    seconds_key,
)
from assessments.codes import code_hash, plain
from assessments.models import AccessLink, Campaign, Draft, Invitation
from assessments.models.responses import Response
from assessments.operations.codes import CodeUnknown
from assessments.timing import seconds_like

PURPOSE = "withdrawal"
CODE_LETTERS = 16


class WithdrawalOver(Exception):
    """The code is right, and its campaign has closed: nothing can be taken back any more."""

    def __init__(self, campaign: Campaign) -> None:
        super().__init__()
        self.campaign = campaign


@transaction.atomic
def delete_response(*, code: str, at: datetime) -> None:
    """Delete the response with this code. The invitation keeps the mark that its person has answered.

    Which invitation that is, nothing tells; so the same link cannot answer once more.

    :raises CodeUnknown: when the code finds nothing: mistyped, used before, or forgotten at the close
    :raises WithdrawalOver: when its campaign has closed and is still taking late answers
    """
    _take_out(_held_response(code, at))


@transaction.atomic
def take_back(*, code: str, token: str, at: datetime) -> None:
    """Turn the response with this code into a draft that the link opens, to change it and send it again.

    The link must belong to somebody who has answered in the same campaign and cell. It gets a new draft key; links and
    codes that opened the draft before it was sent open nothing of it.

    :raises CodeUnknown: when the code finds nothing, or nothing that this link could have sent
    :raises WithdrawalOver: when its campaign has closed and is still taking late answers
    :raises LinkUnknown: when no link has the secret `token`
    """
    response = _held_response(code, at)
    link = link_of(token)  # read once the campaign is held
    invitation = link.invitation
    cell = cell_of(invitation)
    is_theirs = (
        invitation.campaign_id == response.campaign_id
        and invitation.has_answered
        and (cell.unit.pk, cell.role, cell.contact_level) == (response.unit_id, response.role, response.contact_level)
    )
    if not is_theirs:
        raise CodeUnknown
    _take_out(response)
    if Invitation.objects.filter(pk=invitation.pk, has_answered=True).update(has_answered=False) != 1:
        raise CodeUnknown
    AccessLink.objects.filter(invitation=invitation).update(wrapped_key="")
    AccessLink.objects.filter(invitation=invitation, kind=AccessLink.Kind.CODE).delete()
    _draft_again(link, token, response)


def _held_response(code: str, at: datetime) -> Response:
    """Return the response with this code, with its campaign's row held: it is neither closed nor changed meanwhile."""
    letters = plain(code)
    if len(letters) != CODE_LETTERS:
        raise CodeUnknown
    hashed = code_hash(letters, PURPOSE)
    found = Response.objects.filter(withdrawal_hash=hashed).only("campaign").first()
    if found is None:
        raise CodeUnknown
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=found.campaign_id)
    # Two who use one code at once meet here: the second finds no row.
    response = Response.objects.select_for_update().filter(withdrawal_hash=hashed, campaign=campaign).first()
    if response is None:
        raise CodeUnknown
    if not campaign.is_open(at):
        raise WithdrawalOver(campaign)
    return response


def _take_out(response: Response) -> None:
    if Response.objects.filter(pk=response.pk).delete()[0] != 1:
        raise CodeUnknown


def _draft_again(link: AccessLink, token: str, response: Response) -> None:
    """Seal the answers of a response in a new draft, with new coins; ladders that were drawn stay with it."""
    invitation = link.invitation
    row = Draft.objects.create(invitation=invitation)
    key = sealing.new_key(row.pk)
    coins: dict[str, int] = {"ladders_turned": secrets.randbelow(2), "sides_turned": secrets.randbelow(2)}
    coins |= dict.fromkeys((ALSO + item for item in _drawn_before(invitation, response)), 1)
    entries = {ORDER_KEY: sealing.seal(key, ORDER_KEY, {**coins})}
    entries |= {name: sealing.seal(key, name, answer) for name, answer in response.answers.items()}
    for name, seconds in _times(response).items():
        entries[name] += "." + sealing.seal(key, seconds_key(name), round(seconds * 10))
    row.answers = {name: f"{secrets.token_hex(8)}.{entry}" for name, entry in entries.items()}
    row.save(update_fields=["answers"])
    link.wrapped_key = sealing.wrap(key, token)
    link.save(update_fields=["wrapped_key"])


def _times(response: Response) -> dict[str, float]:
    """Return how long each question may have taken, so that sending again gives the same band and flag."""
    if response.time_band is None:
        return {}
    seconds = seconds_like(response.time_band, response.is_fast, len(response.answers))
    return dict(zip(response.answers, seconds, strict=True))


def _drawn_before(invitation: Invitation, response: Response) -> list[str]:
    """Return the ladders that were answered beyond this person's role: they were drawn when the first draft began."""
    campaign = invitation.campaign
    if not campaign.spread_items:
        return []
    framework = campaign.edition.framework()
    role = role_asked(framework, invitation)
    return [
        key
        for key in campaign.spread_items
        if key in response.answers and not framework.item_by_key[key].is_asked_of(role)
    ]


__all__ = ["CodeUnknown", "LinkUnknown", "WithdrawalOver", "delete_response", "take_back"]
