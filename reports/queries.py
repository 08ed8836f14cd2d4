"""Reads of releases."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Campaign
from organisations.models import Organisation
from reports.models import Release


def latest_release(campaign: Campaign) -> Release | None:
    """Return the campaign's newest release, or None before the first."""
    return Release.objects.filter(campaign=campaign).order_by("-number").first()


def releases_of(organisation: Organisation) -> QuerySet[Release]:
    """Return each campaign's newest release in an organisation, newest wave first, with its campaign loaded."""
    releases = Release.objects.filter(campaign__organisation=organisation).select_related("campaign__edition")
    newer = Release.objects.filter(campaign=OuterRef("campaign"), number__gt=OuterRef("number"))
    return releases.filter(~Exists(newer)).order_by("-campaign__wave", "-released_at")
