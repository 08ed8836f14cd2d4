"""Which releases an organisation has to show: the latest of each of its campaigns, and what is still on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from assessments.models import Campaign
from backstage.models import Job
from organisations.models import Organisation
from reports.changes import are_comparable
from reports.models import Release
from reports.results import Results


@dataclass(frozen=True)
class Wave:
    """A campaign that has results. `query` names it in an address."""

    number: int
    title: str
    campaign_id: int
    release_id: int
    query: str


@dataclass(frozen=True)
class Pending:
    """A campaign without results yet, and the work on them where it has begun."""

    campaign: Campaign
    job: Job | None


def waves_of(organisation: Organisation) -> list[Wave]:
    """Return the campaigns that have a release, the newest wave first."""
    rows = (
        Release.objects.filter(campaign__organisation=organisation)
        .order_by("-campaign__wave", "-campaign__closed_at", "-campaign_id", "-number")
        .values_list("campaign__wave", "campaign__title", "campaign_id", "pk")
    )
    latest: dict[int, tuple[int, str, int, int]] = {}
    for row in rows:
        latest.setdefault(row[2], row)
    numbers = [row[0] for row in latest.values()]
    return [Wave(*row, query=_query(row[0], row[2], numbers)) for row in latest.values()]


def _query(number: int, campaign_id: int, numbers: Sequence[int]) -> str:
    """Return the address's query; two campaigns of the same wave are told apart by their id."""
    return urlencode({"wave": number} | ({"campaign": campaign_id} if numbers.count(number) > 1 else {}))


def chosen_wave(waves: Sequence[Wave], wave: str, campaign: str = "") -> Wave | None:
    """Return the wave an address asks for, the newest where it asks for none, and None for one that is not there."""
    if not wave and not campaign:
        return waves[0] if waves else None
    return next(
        (
            one
            for one in waves
            if (not wave or str(one.number) == wave) and (not campaign or str(one.campaign_id) == campaign)
        ),
        None,
    )


def previous_results(waves: Sequence[Wave], chosen: Wave, results: Results, language: str = "") -> Results | None:
    """Return the last earlier wave that asked the same questions, or None; `language` as in `Release.results`."""
    for wave in waves:
        if wave.number >= chosen.number:
            continue
        earlier = Release.objects.select_related("campaign__edition").get(pk=wave.release_id).results(language)
        if are_comparable(results, earlier):
            return earlier
    return None


def pending_of(organisation: Organisation) -> Pending | None:
    """Return the newest campaign that has no results yet, or None."""
    campaign = organisation.campaigns.filter(releases=None).order_by("-wave", "-created_at").first()
    if campaign is None:
        return None
    jobs = Job.objects.filter(task="reports.make_release", arguments__campaign_id=campaign.pk)
    return Pending(campaign, jobs.order_by("-created_at").first())
