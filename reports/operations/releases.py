"""Freezing the results of a closed campaign."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Campaign
from assessments.operations.forgetting import forget_old_rows
from backstage.models import Job
from backstage.operations import enqueue_job, record_event
from backstage.work import Claim, JobRefused
from organisations.models import Organisation, User
from pillars.schema import Framework
from reports.analyses.respondents import Survey
from reports.attack import attacked
from reports.earlier import ComparedElsewhere, releases_beside, with_change
from reports.export import as_json
from reports.models import Release, ReleasedScore
from reports.releases import build_results, survey_of
from reports.results import Results

MAKE_RELEASE = "reports.make_release"
ROWS_AT_ONCE = 500


class CampaignNotClosed(Exception):
    """The campaign still takes answers, or never did."""


class AnswersChanged(Exception):
    """The campaign's answers are no longer those of its last release."""


class NothingNew(Exception):
    """Another release would say exactly what the last one says."""


class ReleasedMeanwhile(Exception):
    """Another of the organisation's campaigns got results while these were computed; they have to be made again."""


class TellsTooMuch(Exception):
    """Beside the releases before it, this one would tell about fewer than k people."""


@dataclass(frozen=True)
class Computed:
    """What is to be released, and a fingerprint of the answers it rests on."""

    results: Results
    answers_digest: str
    beside: int
    """How many releases of other waves there were that these results were held against (`releases_beside`)."""


def request_release(*, campaign: Campaign, at: datetime, requested_by: User | None = None) -> Job:
    """Have a worker make the campaign's release; joins a job that is already waiting or running.

    :raises CampaignNotClosed: when the campaign is not closed
    """
    _check_closed(campaign)
    return enqueue_job(
        task=MAKE_RELEASE,
        arguments={"campaign_id": campaign.pk},
        key=f"release:{campaign.pk}",
        requested_by=requested_by,
        at=at,
    )


def request_missing_releases(*, at: datetime) -> int:
    """Ask for the release of every closed campaign for which nobody ever did; return how many.

    A close asks by itself, right after it is stored. A process that is killed between the two never does.
    """
    asked = 0
    for campaign in Campaign.objects.filter(state=Campaign.State.CLOSED):
        if not Job.objects.filter(task=MAKE_RELEASE, arguments__campaign_id=campaign.pk).exists():
            request_release(campaign=campaign, at=at)
            asked += 1
    return asked


def make_release(claim: Claim) -> None:
    """Do the job "reports.make_release": compute outside of a transaction, store together with "done"."""
    campaign = Campaign.objects.select_related("organisation", "edition").filter(pk=claim.arguments["campaign_id"])
    found = campaign.first()
    if found is None:
        raise JobRefused(_("This campaign no longer exists, so there is nothing to release."))
    try:
        _check_closed(found)
        claim.step(_("Making sure that no answer can be linked to a person"))
        forget_old_rows()
        claim.step(_("Working out the results"))
        computed = compute_release(found)
    except CampaignNotClosed as error:
        raise JobRefused(_("This campaign still takes answers. Close it first; nothing was changed.")) from error
    except AnswersChanged as error:
        raise JobRefused(_changed_answers(found)) from error
    except TellsTooMuch as error:
        raise JobRefused(_tells_too_much(found)) from error
    claim.step(_("Storing the results"))
    with claim.finish(), contextlib.suppress(NothingNew):
        store_release(campaign=found, computed=computed, at=timezone.now())


def release_campaign(*, campaign: Campaign, at: datetime, framework: Framework | None = None) -> Release:
    """Freeze the campaign's results as its next release, in this process.

    :raises CampaignNotClosed: when the campaign is not closed
    :raises AnswersChanged: when its answers are not those of the last release
    :raises TellsTooMuch: when it may not stand beside the releases before it
    :raises NothingNew: when it would say what the last release says
    """
    return store_release(campaign=campaign, computed=compute_release(campaign, framework), at=at)


def compute_release(campaign: Campaign, framework: Framework | None = None) -> Computed:
    """Return the results of a closed campaign; the slow part, which holds no lock.

    A further release rests on the same answers as the one before: then each group's people are the same. And what
    it shows that was hidden before must not tell anything in connection with what was shown before.

    :raises CampaignNotClosed: when the campaign is not closed
    :raises AnswersChanged: when its answers are not those of the last release
    :raises TellsTooMuch: when it may not stand beside the releases before it
    """
    _check_closed(campaign)
    earlier = list(campaign.releases.order_by("number"))
    survey = survey_of(campaign, framework or campaign.edition.framework())
    if any(release.answers_digest not in {"", survey.digest} for release in earlier):
        raise AnswersChanged
    results = build_results(campaign, survey.framework, survey)
    _refuse_what_tells_together(survey, results, [release.results() for release in earlier])
    beside = releases_beside(campaign)
    try:
        return Computed(with_change(campaign, survey, results), survey.digest, beside)
    except ComparedElsewhere as error:
        raise TellsTooMuch from error


def _refuse_what_tells_together(survey: Survey, results: Results, earlier: Sequence[Results]) -> None:
    before = set().union(*map(_shown, earlier))
    if not earlier or _shown(results) | _told_apart(results) <= before.union(*map(_told_apart, earlier)):
        return
    if not {group.key for one in earlier for group in one.groups} <= {crowd.key for crowd in survey.crowds}:
        raise TellsTooMuch
    if not _told_apart(results) <= set().union(*map(_told_apart, earlier)):
        raise TellsTooMuch
    exported = [json.loads(as_json(one, number=0, fingerprint="")) for one in (*earlier, results)]
    try:
        found = attacked(exported, survey, with_widths=False)
    except OverflowError as error:
        raise TellsTooMuch from error
    if any(one.unions for one in found):
        raise TellsTooMuch


def _shown(results: Results) -> set[tuple[str, ...]]:
    """Return what a release shows of whom: its figures and numbers of people, without their values."""
    figures = {
        (measure, group, subject)
        for measure, rows in results.figures.items()
        for group, row in rows.items()
        for subject, figure in row.items()
        if figure.is_shown
    }
    variants = {
        (variant, group, subject)
        for variant, rows in results.variants.items()
        for group, row in rows.items()
        for subject in row
    }
    return figures | variants | {("answered", group.key) for group in results.groups if group.answered is not None}


def _told_apart(results: Results) -> set[tuple[str, ...]]:
    """Return what a release tells that is attacked with none before it: gaps, questions, numbers and analyses."""
    gaps = {("gap", gap.subject) for gap in results.gaps if gap.difference is not None}
    items = {("item", item.key) for item in results.items}
    analyses = {("analysis", found.key) for found in results.analyses if found.values or found.rows}
    numbers = {
        (part, measure, group, subject)
        for measure, rows in results.figures.items()
        for group, row in rows.items()
        for subject, figure in row.items()
        for part in ("n", "sd", "margin")
        if getattr(figure, part) is not None
    }
    return gaps | items | analyses | numbers


@transaction.atomic
def store_release(*, campaign: Campaign, computed: Computed, at: datetime) -> Release:
    """Write the release with the next number, its shown figures as rows, and mark the campaign as released.

    :raises AnswersChanged: when the last release, made meanwhile, rests on other answers
    :raises ReleasedMeanwhile: when another campaign got results that these were not held against
    :raises NothingNew: when it would say what the last release says
    """
    # Two releases made at once would otherwise take the same number, or compare themselves unseen by each other.
    Organisation.objects.select_for_update().get(pk=campaign.organisation_id)
    if releases_beside(campaign) != computed.beside:
        raise ReleasedMeanwhile
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    before = Release.objects.filter(campaign=campaign).order_by("number").last()
    document = json.loads(canonical(computed.results.to_document()))
    fingerprint = hashlib.sha256(canonical(document).encode()).hexdigest()
    if before is not None and before.answers_digest not in {"", computed.answers_digest}:
        raise AnswersChanged
    if before is not None and before.fingerprint == fingerprint:
        raise NothingNew
    release = Release.objects.create(
        campaign=campaign,
        number=before.number + 1 if before else 1,
        released_at=at,
        document=document,
        fingerprint=fingerprint,
        answers_digest=computed.answers_digest,
    )
    ReleasedScore.objects.bulk_create(_rows(release, computed.results), batch_size=ROWS_AT_ONCE)
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.RELEASED)
    campaign.state = Campaign.State.RELEASED
    record_event(
        act="campaign_released",
        at=at,
        organisation_id=campaign.organisation_id,
        subject=str(campaign),
        details={"campaign": campaign.pk, "release": release.number, "fingerprint": release.fingerprint},
    )
    return release


def canonical(document: Mapping[str, Any]) -> str:
    """Return a document as JSON that is the same for the same content: keys sorted, no spaces, no NaN."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _rows(release: Release, results: Results) -> list[ReleasedScore]:
    return [
        ReleasedScore(
            release=release,
            group=group,
            subject=subject,
            score=figure.score,
            low=figure.low,
            high=figure.high,
            margin=figure.margin,
            n=figure.n,
            level=figure.level,
        )
        for group, row in results.figures.get("score", {}).items()
        for subject, figure in row.items()
        if figure.score is not None
    ]


def _changed_answers(campaign: Campaign) -> str:
    return _(
        "The answers of “%(title)s” are no longer those that its results rest on: some were added, changed or removed "
        "in the database since. Results that differ by a few people would tell what those said, so no new ones were "
        "made, and those there are stay. If the database was restored from a copy, restore a complete one."
    ) % {"title": campaign.title}


def _tells_too_much(campaign: Campaign) -> str:
    return _(
        "Beside the results of “%(title)s” that were published before, the new ones would tell what fewer than "
        "%(k)d people said. So no new ones were made, and those there are stay."
    ) % {"title": campaign.title, "k": campaign.k}


def _check_closed(campaign: Campaign) -> None:
    if campaign.state not in {Campaign.State.CLOSED, Campaign.State.RELEASED}:
        raise CampaignNotClosed
