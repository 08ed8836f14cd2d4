"""`manage.py release`: freeze the results of a closed campaign."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.models import Campaign
from backstage.models import Job
from backstage.work import run_job
from reports.operations.releases import CampaignNotClosed, make_release, request_release
from reports.queries import latest_release


class Command(BaseCommand):
    help = "Make the release of a closed campaign, here and now. Prints its number and fingerprint."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", type=int, help="number of the campaign, as in its address /c/<number>/")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(pk=options["campaign_id"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign_id']}.", returncode=1)
        try:
            job = request_release(campaign=campaign, at=timezone.now())
        except CampaignNotClosed as error:
            raise CommandError(_refusal(campaign), returncode=1) from error
        before = latest_release(campaign)
        run_job(job_id=str(job.pk), act=make_release)
        job.refresh_from_db()
        if job.state == Job.State.RUNNING:
            raise CommandError("A worker is making this release right now. Look again in a moment.", returncode=1)
        release = latest_release(campaign)
        if job.state != Job.State.DONE or release is None:
            raise CommandError(job.error or "The release could not be made. Nothing was changed.", returncode=1)
        if release == before:
            self.stdout.write(f"There is nothing new: the answers are those of {release}, and so is every figure.")
        self.stdout.write(f"{release}: {release.fingerprint}")


def _refusal(campaign: Campaign) -> str:
    if campaign.state == Campaign.State.DRAFT:
        return f"Campaign {campaign.pk} was never opened, so there is nothing to release. Nothing was changed."
    return f"Campaign {campaign.pk} still takes answers. Close it first, then release it. Nothing was changed."
