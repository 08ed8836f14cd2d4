"""`manage.py audit_disclosure`: attack a release with everything that is visible of it."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.attack import ENOUGH_WIDTH, Found, attacked
from reports.export import as_json
from reports.models import Release
from reports.releases import survey_of


class Command(BaseCommand):
    help = (
        "Attack a release as somebody would who sees all of its figures and knows how many people of each unit and "
        "role answered: which sums of fewer than k people can be computed, and how closely are those people's means "
        "bounded? Exit code 1 when anything is found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("release_id", type=int, help="number of the release's row")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        release = Release.objects.select_related("campaign__edition", "campaign__organisation")
        found_release = release.filter(pk=options["release_id"]).first()
        if found_release is None:
            raise CommandError(f"There is no release {options['release_id']}.", returncode=2)
        campaign = found_release.campaign
        exported = as_json(found_release.results(), number=found_release.number, fingerprint=found_release.fingerprint)
        survey = survey_of(campaign, campaign.edition.framework())
        found = attacked(json.loads(exported), survey)
        widths = [one.narrowest for one in found if one.narrowest is not None]
        summary = {
            "release": found_release.pk,
            "k": survey.k,
            "figures": sum(one.figures for one in found),
            "unions": sum(len(one.unions) for one in found),
            "narrowest": min(widths, default=None),
            "unsafe": [_described(one) for one in found if not one.is_safe],
        }
        self.stdout.write(json.dumps(summary, indent=1) if options["json"] else _in_words(summary))
        if summary["unsafe"]:
            raise CommandError("This release tells something about fewer people than it may.", returncode=1)


def _described(found: Found) -> dict[str, Any]:
    return {
        "about": found.about,
        "unions": [{"cells": [str(cell) for cell in cells], "people": n} for cells, n in found.unions],
        "narrowest": found.narrowest,
    }


def _in_words(summary: dict[str, Any]) -> str:
    narrowest = summary["narrowest"]
    bounds = "there is no such group" if narrowest is None else f"the narrowest are {narrowest:.1f} points apart"
    few = f"1 to {summary['k'] - 1} people"
    lines = [
        f"Release {summary['release']}: {summary['figures']} figures attacked, k = {summary['k']}.",
        f"Sums of {few} that can be computed: {summary['unions']}.",
        f"Bounds of what {few} can have said, {ENOUGH_WIDTH:.0f} points apart or more: {bounds}.",
    ]
    lines += [f"UNSAFE {one['about']}: {one['unions'] or ''} {one['narrowest'] or ''}" for one in summary["unsafe"]]
    return "\n".join(lines)
