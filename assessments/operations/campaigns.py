"""What owners do with a campaign: set it up, open it, close it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Max

from assessments.models import SMALLEST_GROUP, Campaign, Draft, PeopleList
from assessments.operations.cells import give_cells
from assessments.operations.groups import fix_groups
from assessments.operations.promises import promise_at_opening
from assessments.operations.rewriting import rewrite_invitations, rewrite_responses
from assessments.operations.small_cells import join_small_cells
from assessments.operations.ways import give_open_link
from assessments.queries import has_open_ways
from assessments.signals import campaign_closed
from assessments.spreading import ladders_to_spread
from backstage.operations import forget_mails, record_event
from organisations.models import Organisation, User
from pillars.models import Edition


class TitleTaken(Exception):
    """The organisation has a campaign of this title."""


class UnknownForm(Exception):
    """The edition has no form of this key."""


class NothingShorter(Exception):
    """The edition has no short form, everybody gets it anyway, or the role needs the ladders it lacks."""


class NoPeople(Exception):
    """Nobody is on the list, and there is no open way in."""


class AlreadyOpen(Exception):
    """The campaign was opened before."""


class LastDayOver(Exception):
    """The campaign's last day has passed."""


class NotOpenYet(Exception):
    """The campaign was never opened."""


@transaction.atomic
def create_campaign(
    *,
    organisation: Organisation,
    edition: Edition,
    title: str,
    at: datetime,
    form: str = "full",
    closes_at: datetime | None = None,
    purpose: str = "",
    takes_open_link: bool = False,
    nominees: Sequence[str] = (),
    k: int = SMALLEST_GROUP,
    short_roles: Sequence[str] = (),
    language: str = "",
    grace_hours: int = 0,
    actor: User | None = None,
) -> Campaign:
    """Set up a campaign; its wave is the next one of this framework in the organisation.

    :raises TitleTaken: when the organisation has a campaign of this title
    :raises UnknownForm: when the edition has no such form
    :raises NothingShorter: when one of `short_roles` cannot get a shorter form than the others
    """
    # Two campaigns set up at once would otherwise count the same wave.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if Campaign.objects.filter(organisation=organisation, title=title).exists():
        raise TitleTaken
    framework = edition.framework()
    if form not in {known.key for known in framework.forms}:
        raise UnknownForm
    may_be_shortened = {role.key for role in framework.roles_to_shorten} if form != framework.pulse_form else set()
    if not may_be_shortened.issuperset(short_roles):
        raise NothingShorter
    series = Campaign.objects.filter(organisation=organisation, edition__slug=edition.slug)
    campaign = Campaign.objects.create(
        organisation=organisation,
        edition=edition,
        title=title,
        form=form,
        wave=(series.aggregate(last=Max("wave"))["last"] or 0) + 1,
        purpose=purpose,
        closes_at=closes_at,
        takes_open_link=takes_open_link,
        nominees=list(nominees),
        k=max(k, SMALLEST_GROUP),
        short_roles=list(short_roles),
        language=language,
        grace_hours=grace_hours,
    )
    _record("campaign_created", campaign, at, actor)
    return campaign


@transaction.atomic
def open_campaign(*, campaign: Campaign, at: datetime, actor: User | None = None) -> None:
    """Let people answer from `at` on, fix everybody's reporting cell, and keep what they are promised.

    :raises AlreadyOpen: when it was opened before
    :raises NoPeople: when nobody is on the list and there is no open way in
    :raises LastDayOver: when its last day is before `at`
    """
    if not Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.DRAFT).update(
        state=Campaign.State.OPEN, opened_at=at
    ):
        raise AlreadyOpen
    opened = Campaign.objects.select_related("edition").get(pk=campaign.pk)
    if opened.closes_at is not None and opened.closes_at <= at:
        raise LastDayOver
    if not (has_open_ways(opened) or opened.imported or opened.invitations.exists()):
        raise NoPeople
    fix_groups(opened)
    give_cells(opened)
    opened.spread_items = dict.fromkeys(_ladders_to_spread(opened), 0)
    opened.save(update_fields=["spread_items"])
    if opened.takes_open_link:
        give_open_link(opened)
    promise_at_opening(opened, at)
    PeopleList.objects.filter(campaign=opened).delete()
    _record("campaign_opened", opened, at, actor)
    campaign.refresh_from_db()


@transaction.atomic
def close_campaign(*, campaign: Campaign, at: datetime, actor: User | None = None) -> None:
    """Close for good: take no more answers, forget what links answers to people, and let the other apps know.

    Twice is once. Codes to resume and to withdraw end here. Questionnaires that were not sent are deleted, and
    every mail to these people with its time.
    Cells of people who came in unasked grow until enough share them. Responses and invitations are written
    again in random order with new ids, so that neither ids nor the order of rows say who answered when.

    :raises NotOpenYet: when it was never opened
    """
    if not Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.OPEN).update(
        state=Campaign.State.CLOSED, closed_at=at
    ):
        campaign.refresh_from_db()
        if campaign.state == Campaign.State.DRAFT:
            raise NotOpenYet
        return
    Draft.objects.filter(invitation__campaign=campaign).delete()
    PeopleList.objects.filter(campaign=campaign).delete()
    forget_mails(about=f"campaign:{campaign.pk}")
    join_small_cells(campaign)
    rewrite_responses(campaign)
    rewrite_invitations(campaign)
    _record("campaign_closed", campaign, at, actor)
    campaign.refresh_from_db()
    transaction.on_commit(partial(campaign_closed.send, Campaign, campaign_id=campaign.pk))


def _ladders_to_spread(campaign: Campaign) -> tuple[str, ...]:
    """Return the ladders that other leaders draw. With an open way in nobody knows how many executives come."""
    if has_open_ways(campaign):
        return ()
    invited = Counter(campaign.invitations.values_list("role", flat=True))
    return ladders_to_spread(campaign.edition.framework(), campaign.form, invited, campaign.k)


def _record(act: str, campaign: Campaign, at: datetime, actor: User | None) -> None:
    record_event(
        act=act,
        at=at,
        actor=actor,
        organisation_id=campaign.organisation_id,
        subject=f"campaign:{campaign.pk}",
        details={"title": campaign.title},
    )
