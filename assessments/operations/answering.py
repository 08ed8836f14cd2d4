"""What a person with a link does: start, save, start afresh, send, join by the open link."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from assessments import sealing, timing
from assessments.access.answering import (
    ALSO,
    ORDER_KEY,
    SEEN_KEY,
    LinkUnknown,
    OpenDraft,
    SealedAnswers,
    StartedWithAnotherLink,
    answers_in,
    cell_of,
    link_of,
    opened_draft,
    order_of,
    questionnaire_of,
    role_asked,
    seconds_key,
    standing_link_of,
)
from assessments.access.ways import way_in_of
from assessments.codes import code_hash, new_code
from assessments.links import new_token, token_hash
from assessments.models import AccessLink, Campaign, Draft, Invitation
from assessments.models.responses import Response
from assessments.operations.cells import places_of
from assessments.questionnaire import Questionnaire
from assessments.spreading import drawn_ladders
from assessments.statements import (
    keep_tallies,
    keep_wrapped_key,
    mark_answered,
    patch_draft,
    start_draft,
    take_draft,
)
from backstage.prepared import Prepared
from organisations.models import Unit
from pillars.schema import Answer

MOST_ENTRIES = 3000
"""Answers and marks of saves in one draft: ten times what a patient person makes."""

SAVE_MARK = "_saved:"

NOTHING_STORED = "-"
"""What a save names as its base when it saw no answer."""

MOST_TRIES = 10

WITHDRAWAL_LETTERS = 16


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


_HELD = Prepared(
    lambda found: (
        Campaign.objects.select_for_update(no_key=True)
        .filter(pk=found)
        .only("state", "closes_at", "grace_hours", "tallies", "spread_items")
    ),
    example=-1,
)


@dataclass(frozen=True)
class Overwritten:
    """An answer that a save took the place of though it had not seen it: another device had given it."""

    version: str
    """The id of the save that had stored it."""
    answer: Answer | None


@dataclass(frozen=True)
class Sent:
    """What was sent, and the only copy of the code that takes it back until the close."""

    answers: dict[str, Answer]
    withdrawal_code: str


@transaction.atomic
def enter(*, token: str, at: datetime) -> OpenDraft:
    """Open the draft that belongs to a link, and start it when there is none yet.

    In the time of grace what was begun goes on, and nothing begins.

    :raises LinkUnknown: when no link has this secret
    :raises CampaignClosed: when the campaign takes no answers at `at`, or no beginners any more
    :raises AlreadySent: when this person's answers were sent
    :raises StartedWithAnotherLink: when the draft was started with another link
    """
    link, campaign = _link_of_open_campaign(token, at, is_begun=True)
    draft = opened_draft(link, token)
    if draft is None and not campaign.is_open(at):
        raise CampaignClosed
    return draft or _start(link, token, at, campaign)


@transaction.atomic
def start_afresh(*, token: str, at: datetime) -> OpenDraft:
    """Delete the draft that another link started, with its answers, and start an empty one with this link.

    :raises LinkUnknown: when no link has this secret
    :raises CampaignClosed: when the campaign takes no answers at `at`
    :raises AlreadySent: when this person's answers were sent
    """
    link, campaign = _link_of_open_campaign(token, at)
    Draft.objects.filter(invitation=link.invitation_id).delete()
    AccessLink.objects.filter(invitation=link.invitation_id).update(wrapped_key="")
    return _start(link, token, at, campaign)


def save_answers(
    *,
    draft: OpenDraft,
    answers: Mapping[str, Answer | None],
    save_id: str,
    at: datetime,
    bases: Mapping[str, str] | None = None,
    took: float | None = None,
) -> dict[str, Overwritten]:
    """Keep answers, each sealed on its own, with one UPDATE. None clears an answer.

    `save_id` is made by whoever saves: the same one again changes nothing, however late it arrives. It is also
    the version of the answers it stores. `bases` are the versions on which answers were based ("-" for none):
    where another one stands there, the new answer is kept all the same, and what it took the place of is
    returned. `took` are the seconds somebody spent on the question, as their device measured them; without it
    the time since the last save counts.

    :raises CampaignClosed: when the campaign takes no answers at `at`
    :raises AlreadySent: when the draft was sent meanwhile
    :raises NothingStarted: when the draft is gone for another reason
    :raises TooManySaves: when the draft holds more than a person can have made
    """
    if not draft.campaign.takes_answers(at):
        raise CampaignClosed
    if draft.entries > MOST_ENTRIES:
        raise TooManySaves
    for _ in range(MOST_TRIES):
        overwritten = _overwritten(draft.answers, answers, bases or {})
        entries = _entries(draft, answers, save_id, at, took)
        # A save that arrives again is told again what it took the place of, from the entry that stood there.
        mark = draft.answers.entry(next(iter(answers))) if len(answers) == 1 and overwritten else ""
        unchanged = {SAVE_MARK + save_id: None, **{name: draft.answers.entry(name) or None for name in answers}}
        if patch_draft(draft.pk, {**entries, SAVE_MARK + save_id: mark}, unchanged):
            return overwritten
        row = Draft.objects.filter(pk=draft.pk).first()
        if row is None:
            raise _why_missing(draft)
        draft = replace(draft, answers=answers_in(row, draft.key))
        if SAVE_MARK + save_id in row.answers:
            return _overwritten_before(draft, list(answers), save_id)
    raise TooManySaves


@transaction.atomic
def submit_draft(*, draft: OpenDraft, at: datetime, language: str = "") -> Sent:
    """Turn the draft into a response that nothing links back to it, and return what was sent.

    The response itself is not returned: whoever held it beside the draft could link the two. `language` is the
    one the questions were read in; it is counted for the campaign, not kept with the response.

    :raises CampaignClosed: when the campaign takes no answers at `at`
    :raises AlreadySent: when the answers were sent before
    :raises NothingStarted: when the draft is gone for another reason
    :raises NothingAnswered: when there is no answer to send; the draft stays
    """
    campaign = _lock_open_campaign(draft.campaign.pk, at, is_begun=True)
    # Two clicks on "send" meet here: the second finds no draft to take.
    entries = take_draft(draft.pk)
    if entries is None:
        raise _why_missing(draft)
    invitation = draft.invitation
    if not mark_answered(invitation.pk):
        raise AlreadySent
    questionnaire = questionnaire_of(invitation, draft.order)
    sealed = SealedAnswers(draft.key, entries)
    answers = questionnaire.answers_to_send(sealed)
    if not answers:
        raise NothingAnswered
    cell = cell_of(invitation)
    code = new_code(WITHDRAWAL_LETTERS)
    time_band, is_fast = _pace(questionnaire, sealed, answers)
    Response.objects.create(
        campaign=draft.campaign,
        unit=cell.unit,
        role=cell.role,
        contact_level=cell.contact_level,
        answers=answers,
        time_band=time_band,
        is_fast=is_fast,
        withdrawal_hash=code_hash(code, "withdrawal"),
    )
    if language:
        languages = {**campaign.tallies.get("language", {})}
        languages[language] = languages.get(language, 0) + 1
        keep_tallies(campaign.pk, {**campaign.tallies, "language": languages})
    return Sent(answers, code)


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
    stored = places_of(campaign).cell(unit.pk, role)
    invitation = Invitation.objects.create(
        campaign=campaign,
        unit=unit,
        role=role,
        came_by_open_link=True,
        cell_unit_id=stored.unit,
        cell_role=stored.role,
    )
    personal = new_token()
    AccessLink.objects.create(invitation=invitation, token_hash=token_hash(personal))
    return personal


def _lock_open_campaign(campaign_id: int, at: datetime, *, is_begun: bool = False) -> Campaign:
    """Hold the campaign's row, so that nobody starts or sends while somebody else closes it.

    Whoever began before the close may go on in the time of grace.
    """
    campaign = _HELD.first(campaign_id)
    if campaign is None or not (campaign.takes_answers(at) if is_begun else campaign.is_open(at)):
        raise CampaignClosed
    return campaign


def _link_of_open_campaign(token: str, at: datetime, *, is_begun: bool = False) -> tuple[AccessLink, Campaign]:
    """Return the link of somebody who may answer, read again once the campaign's row is held, and that row.

    Two tabs that start at once queue up here; the second finds the first one's draft.
    """
    before = standing_link_of(token)
    if before.invitation.has_answered:
        raise AlreadySent
    campaign = _lock_open_campaign(before.invitation.campaign_id, at, is_begun=is_begun)
    link = link_of(token)
    if link.invitation.has_answered:
        raise AlreadySent
    return link, campaign


def _start(link: AccessLink, token: str, at: datetime, campaign: Campaign) -> OpenDraft:
    """Make an empty draft with a key of its own, wrapped for this link, and toss its coins."""
    key = sealing.new_key(start_draft(link.invitation_id))
    also = _draw_ladders(link.invitation, campaign)
    coins: dict[str, int | str] = {"ladders_turned": secrets.randbelow(2), "sides_turned": secrets.randbelow(2)}
    coins |= dict.fromkeys((ALSO + item for item in also), 1)
    entries = {
        ORDER_KEY: f"{secrets.token_hex(8)}.{sealing.seal(key, ORDER_KEY, coins)}",
        SEEN_KEY: _seen(key, at),
    }
    patch_draft(key.draft_id, entries, {})
    link.wrapped_key = sealing.wrap(key, token)
    keep_wrapped_key(link.pk, link.wrapped_key)
    return OpenDraft(link, key, SealedAnswers(key, entries), order_of(coins), len(entries))


def _draw_ladders(invitation: Invitation, campaign: Campaign) -> tuple[str, ...]:
    """Draw the ladders this person answers beyond their role, and count them in the campaign's row, which is held."""
    if not campaign.spread_items:
        return ()
    framework = invitation.campaign.edition.framework()
    role = role_asked(framework, invitation)
    drawn = drawn_ladders(framework, invitation.campaign.form_for(role), role, campaign.spread_items)
    campaign.spread_items = {key: count + (key in drawn) for key, count in campaign.spread_items.items()}
    campaign.save(update_fields=["spread_items"])
    return drawn


def _overwritten(
    stored: SealedAnswers, answers: Mapping[str, Answer | None], bases: Mapping[str, str]
) -> dict[str, Overwritten]:
    """Return the stored answers that differ from the new ones and are not what these were based on."""
    return {
        name: Overwritten(stored.version(name), stored.get(name))
        for name, answer in answers.items()
        if name in bases
        and stored.version(name) != bases[name].replace(NOTHING_STORED, "")
        and stored.get(name) != answer
    }


def _overwritten_before(draft: OpenDraft, names: list[str], save_id: str) -> dict[str, Overwritten]:
    """Return what a save that arrives again took the place of when it arrived first."""
    entry = draft.answers.entry(SAVE_MARK + save_id)
    if not entry or len(names) != 1:
        return {}
    before = SealedAnswers(draft.key, {names[0]: entry})
    try:
        return {names[0]: Overwritten(before.version(names[0]), before.get(names[0]))}
    except sealing.SealBroken:  # the id was used for another question
        return {}


def _entries(
    draft: OpenDraft, answers: Mapping[str, Answer | None], save_id: str, at: datetime, took: float | None
) -> dict[str, str]:
    """Return the sealed entries of a save: version, answer and time of each question, and when it was."""
    if took is None:
        seconds = timing.seconds_each(_seconds_since_last_save(draft, at), len(answers))
    else:
        seconds = min(max(took, 0), timing.LONGEST_SECONDS)
    entries = {SEEN_KEY: _seen(draft.key, at)}
    for name, answer in answers.items():
        so_far = (draft.answers.seconds(name) or 0) + seconds
        time = sealing.seal(draft.key, seconds_key(name), round(so_far * 10))
        entries[name] = f"{save_id}.{sealing.seal(draft.key, name, answer)}.{time}"
    return entries


def _seen(key: sealing.DraftKey, at: datetime) -> str:
    return f".{sealing.seal(key, SEEN_KEY, int(at.timestamp() * 10))}"


def _seconds_since_last_save(draft: OpenDraft, at: datetime) -> float:
    seen = draft.answers.get(SEEN_KEY)
    return at.timestamp() - seen / 10 if isinstance(seen, int) else 0


def _pace(
    questionnaire: Questionnaire, sealed: SealedAnswers, answers: Mapping[str, Answer]
) -> tuple[int | None, bool]:
    """Return the band of the time that answering took, and whether it was too fast to have been read."""
    seconds = {name: sealed.seconds(name) for name in questionnaire.field_by_key}
    known = [taken for taken in seconds.values() if taken is not None]
    scales = [seconds[name] for name in answers if questionnaire.field_by_key[name].is_scale]
    return timing.band_of(sum(known)) if known else None, timing.is_fast(scales)


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
    "Overwritten",
    "Sent",
    "StartedWithAnotherLink",
    "TooManySaves",
    "enter",
    "join_campaign",
    "let_in",
    "save_answers",
    "start_afresh",
    "submit_draft",
]
