"""`manage.py export_release`: write everything a release shows to a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.models import Campaign
from reports.export import FORMATS, exported
from reports.models import Release
from reports.queries import latest_release


class Command(BaseCommand):
    help = "Write everything a release shows, with definitions, as JSON, CSV or XLSX."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("release_id", type=int, nargs="?", help="number of the release's row")
        which.add_argument("--campaign", type=int, metavar="ID", help="take this campaign's newest release")
        parser.add_argument("--format", choices=FORMATS, default="json", help="default: %(default)s")
        parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        release = _release(options["release_id"], options["campaign"] or 0)
        content = exported(
            release.results(),
            number=release.number,
            fingerprint=release.fingerprint,
            file_format=options["format"],
            framework=release.campaign.edition.framework(),
        )
        output: Path | None = options["output"]
        if output is None:
            if options["format"] != "xlsx":
                self.stdout.write(content.decode(), ending="")
            elif self.stdout.isatty():
                raise CommandError("An XLSX file cannot be shown here. Name a file with --output.", returncode=1)
            else:
                sys.stdout.buffer.write(content)
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(
                f"{output} could not be written: {error.strerror}. Nothing else was changed.", returncode=1
            ) from error
        self.stdout.write(f"{release} written to {output}.")


def _release(release_id: int | None, campaign_id: int) -> Release:
    if release_id is not None:
        release = Release.objects.filter(pk=release_id).first()
        if release is None:
            raise CommandError(f"There is no release {release_id}.", returncode=1)
        return release
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise CommandError(f"There is no campaign {campaign_id}.", returncode=1)
    release = latest_release(campaign)
    if release is None:
        raise CommandError(
            f"Campaign {campaign_id} has no release yet. Close it and run: manage.py release {campaign_id}",
            returncode=1,
        )
    return release
