"""Puts beside a wave's results what changed since the wave before, where that one did not ask the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from assessments.models import Campaign
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.analyses.shared_items import CHANGE, Keys, Side, change
from reports.changes import are_comparable
from reports.models import Release
from reports.releases import survey_of
from reports.results import Analysis, Results

GONE = N_("The answers of the wave before are no longer those its results rest on, so no change is computed.")


class ComparedElsewhere(Exception):
    """These results may not stand beside what another wave's results say about the same answers."""


@dataclass(frozen=True)
class Compared:
    """A published mean over some questions of a dimension, of the answers to one campaign."""

    campaign: int
    dimension: str
    items: Keys


def with_change(campaign: Campaign, survey: Survey, results: Results) -> Results:
    """Return the results with the change since the wave before, where that asked another edition or form.

    :raises ComparedElsewhere: when they tell too much beside what was compared of this campaign before
    """
    compared = _published(campaign)
    now = Side(survey, [*_results_of(campaign), results], _of(campaign, compared))
    dimensions = survey.framework.dimension_by_key
    if any(key not in dimensions or now.told_beside(dimensions[key]) is None for key in now.compared):
        raise ComparedElsewhere
    before = wave_before(campaign)
    earlier = _results_of(before) if before else []
    if before is None or are_comparable(results, earlier[-1]):
        return results
    found = _change(now, before, earlier, _of(before, compared))
    return replace(results, analyses=(*results.analyses, found))


def wave_before(campaign: Campaign) -> Campaign | None:
    """Return the organisation's last earlier wave of the same framework that has results."""
    rows = Campaign.objects.filter(organisation=campaign.organisation_id, wave__lt=campaign.wave)
    rows = rows.filter(edition__slug=campaign.edition.slug, releases__isnull=False).select_related("edition")
    return rows.order_by("-wave", "-closed_at", "-pk").first()


def _change(
    now: Side, before: Campaign, earlier: Sequence[Results], compared: Mapping[str, Sequence[Keys]]
) -> Analysis:
    about: dict[str, Any] = {
        "then_campaign": before.pk,
        "then_title": before.title,
        "then_wave": before.wave,
        "then_edition": earlier[-1].edition,
        "then_form": earlier[-1].form,
    }
    survey = survey_of(before, before.edition.framework())
    if set(before.releases.values_list("answers_digest", flat=True)) - {"", survey.digest}:
        return Analysis(CHANGE, about, absence=GONE)
    return change(now, Side(survey, earlier, compared), about)


def _results_of(campaign: Campaign) -> list[Results]:
    return [release.results() for release in campaign.releases.order_by("number")]


def releases_beside(campaign: Campaign) -> int:
    """Return how many releases other waves have; 0 in an organisation that always asks the same."""
    return _releases(campaign).exclude(campaign=campaign).count()


def _releases(campaign: Campaign) -> QuerySet[Release]:
    """Return all releases of an organisation that does not always ask the same, oldest first."""
    asked = Campaign.objects.filter(organisation=campaign.organisation_id)
    ways = {(*way, *roles) for *way, roles in asked.values_list("edition_id", "form", "short_roles")}
    found = Release.objects.filter(campaign__organisation=campaign.organisation_id).order_by("pk")
    return found if len(ways) > 1 else found.none()


def _published(campaign: Campaign) -> list[Compared]:
    """Return all means over some questions that any release of the organisation says, oldest first."""
    documents = _releases(campaign).values_list("campaign_id", "document")
    return [one for pk, document in documents.iterator() for one in _compared(pk, document)]


def _compared(campaign: int, document: Mapping[str, Any]) -> Iterable[Compared]:
    for analysis in document["analyses"]:
        for row in analysis["rows"] if analysis["key"] == CHANGE else ():
            for one in (campaign, analysis["values"]["then_campaign"]) if row.get("items") else ():
                yield Compared(one, row["subject"], frozenset(row["items"]))


def _of(campaign: Campaign, compared: Iterable[Compared]) -> dict[str, list[Keys]]:
    found: dict[str, list[Keys]] = {}
    for one in compared:
        if one.campaign == campaign.pk and one.items not in found.setdefault(one.dimension, []):
            found[one.dimension].append(one.items)
    return found
