"""`manage.py audit_disclosure`: attack a release with everything that is visible of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.attack import ENOUGH_WIDTH, Found, attacked, hidden_in_totals, told_elsewhere
from reports.export import as_json
from reports.models import Release
from reports.releases import survey_of


class Command(BaseCommand):
    help = (
        "Attack releases as somebody would who sees all of their figures and knows how many people of each unit and "
        "role answered: which sums of fewer than k people can be computed, and how closely are those people's means "
        "bounded? Also what totals, comparisons and several releases of one campaign tell together. Exit code 1 when "
        "anything is found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("release_id", type=int, nargs="+", help="number of a release's row")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Release.objects.select_related("campaign__edition", "campaign__organisation")
        # One by one: a number that is too large for the database is no release either.
        of_campaign: dict[int, list[Release]] = {}
        for number in dict.fromkeys(options["release_id"]):
            release = found.filter(pk=number).first()
            if release is None:
                raise CommandError(f"There is no release {number}.", returncode=2)
            of_campaign.setdefault(release.campaign_id, []).append(release)
        try:
            summaries = [summary for group in of_campaign.values() for summary in _attacks(group)]
        except OverflowError as error:
            raise CommandError(
                "There are more groups of few people than can be tried, so nothing is proven.", returncode=2
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(summaries[0] if len(summaries) == 1 else {"attacks": summaries}, indent=1))
        else:
            self.stdout.write("\n".join(map(_in_words, summaries)))
        if any(summary["unsafe"] for summary in summaries):
            raise CommandError("Something is told about fewer people than may be.", returncode=1)


def _attacks(releases: Sequence[Release]) -> Iterator[dict[str, Any]]:
    """Yield what each release of a campaign tells, and what all of them tell together.

    People of different campaigns cannot be linked, so that releases of several campaigns add nothing to each other.
    """
    campaign = releases[0].campaign
    framework = campaign.edition.framework()
    survey = survey_of(campaign, framework)
    documents = []
    for release in releases:
        exported = as_json(release.results(), number=release.number, fingerprint=release.fingerprint)
        documents.append(json.loads(exported))
        rows = release.scores.values_list("group", "subject", "score", "n")
        beside = [
            *(f"{one}: made of hidden figures too" for one in hidden_in_totals(documents[-1], framework)),
            *(f"{one}: compared, but not shown" for one in told_elsewhere(documents[-1], rows)),
        ]
        yield _summary([release], survey.k, attacked(documents[-1:], survey), beside)
    if len(releases) > 1:
        yield _summary(releases, survey.k, attacked(documents, survey, with_widths=False), [])


def _summary(releases: Sequence[Release], k: int, found: Sequence[Found], beside: Sequence[str]) -> dict[str, Any]:
    widths = [one.narrowest for one in found if one.narrowest is not None]
    return {
        "releases": [release.pk for release in releases],
        "k": k,
        "figures": sum(one.figures for one in found),
        "unions": sum(len(one.unions) for one in found),
        "narrowest": min(widths, default=None),
        "not_searched": sum(release.results().not_searched for release in releases),
        "unsafe": [
            *(_described(one) for one in found if not one.is_safe),
            *({"about": about, "unions": [], "narrowest": None} for about in beside),
        ],
    }


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
    together = " and ".join(map(str, summary["releases"]))
    lines = [
        f"Release {together}: {summary['figures']} figures attacked, k = {summary['k']}.",
        f"Sums of {few} that can be computed: {summary['unions']}.",
    ]
    if len(summary["releases"]) == 1:
        lines.append(f"Bounds of what {few} can have said, {ENOUGH_WIDTH:.0f} points apart or more: {bounds}.")
    if summary["not_searched"]:
        lines.append(f"Hidden because the search would have taken too long: {summary['not_searched']} figures.")
    lines += [f"UNSAFE {one['about']}: {one['unions'] or ''} {one['narrowest'] or ''}" for one in summary["unsafe"]]
    return "\n".join(lines)
