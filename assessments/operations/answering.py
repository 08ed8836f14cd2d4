"""What a person with a link does: start, save, start afresh, send, join by the open link."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, Func, JSONField, Value
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

from assessments import sealing
from assessments.access.answering import (
    ALSO,
    ORDER_KEY,
    LinkUnknown,
    OpenDraft,
    StartedWithAnotherLink,
    answers_in,
    cell_of,
    link_of,
    opened_draft,
    questionnaire_of,
    role_asked,
)
from assessments.access.ways import way_in_of
from assessments.links import new_token, token_hash
from assessments.models import AccessLink, Campaign, Draft, Invitation
from assessments.models.responses import Response
from assessments.spreading import drawn_ladders
from organisations.models import Unit
from pillars.schema import Answer

MOST_ENTRIES = 3000
"""Answers and marks of saves in one draft: ten times what a patient person makes."""

SAVE_MARK = "_saved:"


class CampaignClosed(Exception):
    """The campaign takes no answers now: it has closed, or has not opened yet."""


class AlreadySent(Exception):
    """This person's answers were sent before."""


class NothingStarted(Exception):
    """There is no draft any more, and nothing was sent: another device started afresh."""


class NothingAnswered(Exception):
    """The draft holds no answer, so there is nothing to send."""


class TooManySaves(Exception):
    """One draft was saved more often than a person can."""


class PatchedWith(Func):
    """A flat JSON column with some of its entries replaced, inside one UPDATE."""

    function = "json_patch"  # SQLite

    def __init__(self, column: str, entries: Mapping[str, str]) -> None:
        patch: Combinable = Value(dict(entries), output_field=JSONField())
        super().__init__(F(column), patch, output_field=JSONField())

    def as_postgresql(self, compiler: SQLCompiler, connection: object) -> tuple[str, tuple[object, ...]]:
        column, patch = self.get_source_expressions()
        column_sql, column_values = compiler.compile(column)
        return f"{column_sql} || %s::jsonb", (*column_values, json.dumps(patch.value))


@transaction.atomic
def enter(*, token: str, at: datetime) -> OpenDraft:
    """Open the draft that belongs to a link, and start it when there is none yet.

    :raises LinkUnknown: when no link has this secret
    :raises CampaignClosed: when the campaign takes no answers at `at`
    :raises AlreadySent: when this person's answers were sent
    :raises StartedWithAnotherLink: when the draft was started with another link
    """
    link = _link_of_open_campaign(token, at)
    return opened_draft(link, token) or _start(link, token)


@transaction.atomic
def start_afresh(*, token: str, at: datetime) -> OpenDraft:
    """Delete the draft that another link started, with its answers, and start an empty one with this link.

    :raises LinkUnknown: when no link has this secret
    :raises CampaignClosed: when the campaign takes no answers at `at`
    :raises AlreadySent: when this person's answers were sent
    """
    link = _link_of_open_campaign(token, at)
    Draft.objects.filter(invitation=link.invitation_id).delete()
    AccessLink.objects.filter(invitation=link.invitation_id).update(wrapped_key="")
    return _start(link, token)


def save_answers(*, draft: OpenDraft, answers: Mapping[str, Answer | None], save_id: str, at: datetime) -> None:
    """Keep answers, each sealed on its own, with one UPDATE. None clears an answer.

    `save_id` is made by whoever saves: the same one again changes nothing, however late it arrives.

    :raises CampaignClosed: when the campaign takes no answers at `at`
    :raises AlreadySent: when the draft was sent meanwhile
    :raises NothingStarted: when the draft is gone for another reason
    :raises TooManySaves: when the draft holds more than a person can have made
    """
    if not draft.campaign.takes_answers(at):
        raise CampaignClosed
    if draft.entries > MOST_ENTRIES:
        raise TooManySaves
    entries = {key: f"{save_id}.{sealing.seal(draft.key, key, answer)}" for key, answer in answers.items()}
    mark = SAVE_MARK + save_id
    rows = Draft.objects.filter(pk=draft.pk)
    if rows.exclude(answers__has_key=mark).update(answers=PatchedWith("answers", {**entries, mark: ""})):
        return
    if not rows.exists():
        raise _why_missing(draft)


@transaction.atomic
def submit_draft(*, draft: OpenDraft, at: datetime) -> dict[str, Answer]:
    """Turn the draft into a response that nothing links back to it, and return the answers that were sent.

    The response itself is not returned: whoever held it beside the draft could link the two.

    :raises CampaignClosed: when the campaign takes no answers at `at`
    :raises AlreadySent: when the answers were sent before
    :raises NothingStarted: when the draft is gone for another reason
    :raises NothingAnswered: when there is no answer to send; the draft stays
    """
    _lock_open_campaign(draft.campaign.pk, at, is_begun=True)
    row = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    # Two clicks on "send" meet here: the second finds no row to delete.
    if row is None or Draft.objects.filter(pk=draft.pk).delete()[0] != 1:
        raise _why_missing(draft)
    invitation = draft.invitation
    if Invitation.objects.filter(pk=invitation.pk, has_answered=False).update(has_answered=True) != 1:
        raise AlreadySent
    AccessLink.objects.filter(invitation=invitation).update(wrapped_key="")
    answers = questionnaire_of(invitation, draft.order).answers_to_send(answers_in(row, draft.key))
    if not answers:
        raise NothingAnswered
    cell = cell_of(invitation)
    Response.objects.create(
        campaign=draft.campaign, unit=cell.unit, role=cell.role, contact_level=cell.contact_level, answers=answers
    )
    return answers


@transaction.atomic
def join_campaign(*, token: str, unit: Unit, role: str, at: datetime) -> str:
    """Let somebody in through an open link and return the secret of a personal link made for them.

    Where the link is fixed to a unit or a role, that one counts.

    :raises LinkUnknown: when no campaign has this open link
    :raises CampaignClosed: when the campaign takes no answers at `at`
    """
    way = way_in_of(token)
    return let_in(campaign=way.campaign, unit=way.unit or unit, role=way.role or role, at=at)


@transaction.atomic
def let_in(*, campaign: Campaign, unit: Unit, role: str, at: datetime) -> str:
    """Let somebody in whom nobody invited by name; return the secret of a personal link made for them.

    :raises CampaignClosed: when the campaign takes no answers at `at`
    """
    # Otherwise somebody could come in while the list is being written again, and be lost or stay recognisable.
    _lock_open_campaign(campaign.pk, at)
    invitation = Invitation.objects.create(
        campaign=campaign, unit=unit, role=role, came_by_open_link=True, cell_unit=unit, cell_role=role
    )
    personal = new_token()
    AccessLink.objects.create(invitation=invitation, token_hash=token_hash(personal))
    return personal


def _lock_open_campaign(campaign_id: int, at: datetime, *, is_begun: bool = False) -> None:
    """Hold the campaign's row, so that nobody starts or sends while somebody else closes it.

    Whoever began before the close may go on in the time of grace.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if not (campaign.takes_answers(at) if is_begun else campaign.is_open(at)):
        raise CampaignClosed


def _link_of_open_campaign(token: str, at: datetime) -> AccessLink:
    """Return the link of somebody who may answer, read again once the campaign's row is held.

    Two tabs that start at once queue up here; the second finds the first one's draft.
    """
    link = link_of(token)
    if link.invitation.has_answered:
        raise AlreadySent
    _lock_open_campaign(link.invitation.campaign_id, at)
    link = link_of(token)
    if link.invitation.has_answered:
        raise AlreadySent
    return link


def _start(link: AccessLink, token: str) -> OpenDraft:
    """Make an empty draft with a key of its own, wrapped for this link, and toss its coins."""
    row = Draft.objects.create(invitation=link.invitation)
    key = sealing.new_key(row.pk)
    also = _draw_ladders(link.invitation)
    coins: dict[str, int] = {"ladders_turned": secrets.randbelow(2), "sides_turned": secrets.randbelow(2)}
    coins |= dict.fromkeys((ALSO + item for item in also), 1)
    row.answers = {ORDER_KEY: f"{secrets.token_hex(8)}.{sealing.seal(key, ORDER_KEY, coins)}"}
    row.save(update_fields=["answers"])
    link.wrapped_key = sealing.wrap(key, token)
    link.save(update_fields=["wrapped_key"])
    draft = opened_draft(link, token)
    assert draft is not None  # noqa: S101  tells the type checker what the line above made sure
    return draft


def _draw_ladders(invitation: Invitation) -> tuple[str, ...]:
    """Draw the ladders this person answers beyond their role, and count them; the campaign's row is held."""
    campaign = Campaign.objects.select_related("edition").get(pk=invitation.campaign_id)
    if not campaign.spread_items:
        return ()
    framework = campaign.edition.framework()
    role = role_asked(framework, invitation)
    drawn = drawn_ladders(framework, campaign.form_for(role), role, campaign.spread_items)
    campaign.spread_items = {key: count + (key in drawn) for key, count in campaign.spread_items.items()}
    campaign.save(update_fields=["spread_items"])
    return drawn


def _why_missing(draft: OpenDraft) -> Exception:
    """Return why a draft that was there a moment ago is gone."""
    invitation = Invitation.objects.filter(pk=draft.invitation.pk).first()
    if invitation is not None and invitation.has_answered:
        return AlreadySent()
    # Closing writes invitations again under other ids, so one that is gone was closed over.
    if invitation is None or not Campaign.objects.filter(pk=draft.campaign.pk, state=Campaign.State.OPEN).exists():
        return CampaignClosed()
    return NothingStarted()


__all__ = [
    "AlreadySent",
    "CampaignClosed",
    "LinkUnknown",
    "NothingAnswered",
    "NothingStarted",
    "StartedWithAnotherLink",
    "TooManySaves",
    "enter",
    "join_campaign",
    "let_in",
    "save_answers",
    "start_afresh",
    "submit_draft",
]
