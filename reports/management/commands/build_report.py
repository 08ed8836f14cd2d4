"""`manage.py build_report`: make a report here and now, and write it to a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.models import Campaign
from backstage.models import Job
from backstage.work import complete_job
from reports.models import Release, Report
from reports.operations.reports import build_report, request_report


class Command(BaseCommand):
    help = "Make the PDF report of a campaign's newest release, or of one release, and write it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--campaign", type=int, metavar="ID", help="the campaign whose newest release is printed")
        which.add_argument("--release", type=int, metavar="ID", help="the release that is printed")
        parser.add_argument("--cut", choices=[str(cut) for cut in Report.Cut.values], default="board", help="length")
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], default="en", help="language code"
        )
        parser.add_argument("--output", required=True, metavar="FILE", type=Path, help="where the PDF is written")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path = options["output"]
        if not _could_be_written(output):
            raise CommandError(f"{output} cannot be written: name a file in a folder that exists.", returncode=2)
        release = self._release(options["campaign"], options["release"])
        report = request_report(release=release, cut=options["cut"], language=options["language"], at=timezone.now())
        job = complete_job(job_id=str(report.job_id), act=build_report)
        if job.state != Job.State.DONE:
            raise CommandError(job.error or f"The report was not made: {job.get_state_display()}.", returncode=1)
        report.refresh_from_db()
        try:
            with report.file.open("rb") as file:
                output.write_bytes(file.read())
        except OSError as error:
            raise CommandError(
                f"{output} could not be written: {error.strerror}. The report is made and kept on the site.",
                returncode=1,
            ) from error
        self.stdout.write(f"{output}: {report.pages} pages, {report.size} bytes, content {report.content_hash}")
        for remark in report.remarks:
            self.stdout.write(remark)

    def _release(self, campaign_id: int | None, release_id: int | None) -> Release:
        if release_id is not None:
            named = Release.objects.filter(pk=release_id).first()
            if named is None:
                raise CommandError(f"There is no release {release_id}.", returncode=1)
            return named
        campaign = Campaign.objects.filter(pk=campaign_id).first() if campaign_id is not None else None
        if campaign is None:
            raise CommandError(f"There is no campaign {campaign_id}.", returncode=1)
        release = Release.objects.filter(campaign=campaign).order_by("-number").first()
        if release is None:
            raise CommandError(
                f"Campaign {campaign_id} has no release yet. Close it, then run: manage.py release {campaign_id}",
                returncode=1,
            )
        return release


def _could_be_written(output: Path) -> bool:
    """Say before the work begins whether the file has a place; a full disk shows only at the end."""
    try:
        return not output.is_dir() and output.parent.is_dir() and os.access(output.parent, os.W_OK)
    except OSError:  # such as a name that is too long
        return False
