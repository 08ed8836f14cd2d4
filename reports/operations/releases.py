"""Freezing the results of a closed campaign."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Campaign
from assessments.operations.forgetting import forget_old_rows
from backstage.models import Job
from backstage.operations import enqueue_job, record_event
from backstage.work import Claim, JobRefused
from organisations.models import User
from pillars.schema import Framework
from reports.models import Release, ReleasedScore
from reports.releases import build_results
from reports.results import Results

MAKE_RELEASE = "reports.make_release"
ROWS_AT_ONCE = 500


class CampaignNotClosed(Exception):
    """The campaign still takes answers, or never did."""


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
        results = results_of(found)
    except CampaignNotClosed as error:
        raise JobRefused(_("This campaign still takes answers. Close it first; nothing was changed.")) from error
    claim.step(_("Storing the results"))
    with claim.finish():
        store_release(campaign=found, results=results, at=timezone.now())


def release_campaign(*, campaign: Campaign, at: datetime, framework: Framework | None = None) -> Release:
    """Freeze the campaign's results as its next release, in this process.

    :raises CampaignNotClosed: when the campaign is not closed
    """
    return store_release(campaign=campaign, results=results_of(campaign, framework), at=at)


def results_of(campaign: Campaign, framework: Framework | None = None) -> Results:
    """Return the results of a closed campaign; the slow part, which holds no lock.

    :raises CampaignNotClosed: when the campaign is not closed
    """
    _check_closed(campaign)
    return build_results(campaign, framework)


@transaction.atomic
def store_release(*, campaign: Campaign, results: Results, at: datetime) -> Release:
    """Write the release with the next number, its shown figures as rows, and mark the campaign as released."""
    # Two releases made at once would otherwise take the same number.
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    last = Release.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0
    document = json.loads(canonical(results.to_document()))
    release = Release.objects.create(
        campaign=campaign,
        number=last + 1,
        released_at=at,
        document=document,
        fingerprint=hashlib.sha256(canonical(document).encode()).hexdigest(),
    )
    ReleasedScore.objects.bulk_create(_rows(release, results), batch_size=ROWS_AT_ONCE)
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
            n=figure.n,
            level=figure.level,
        )
        for group, row in results.figures.get("score", {}).items()
        for subject, figure in row.items()
        if figure.score is not None
    ]


def _check_closed(campaign: Campaign) -> None:
    if campaign.state not in {Campaign.State.CLOSED, Campaign.State.RELEASED}:
        raise CampaignNotClosed
