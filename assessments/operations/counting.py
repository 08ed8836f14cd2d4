"""Counts answers once a day. Pages show the last count, so that nobody can watch a colleague's answer arrive."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from assessments import queries
from assessments.models import Campaign


def count_due_campaigns(*, at: datetime) -> int:
    """Count every open campaign that was last counted, or opened, before the day of `at`; return how many.

    Several schedulers may do this at once: each campaign is counted once.
    """
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    due = Campaign.objects.filter(
        Q(counted_at__lt=day) | Q(counted_at=None, opened_at__lt=day), state=Campaign.State.OPEN
    )
    return sum(
        count_answers(campaign=campaign, at=at, before=day)
        for campaign in due.select_related("organisation").order_by("pk")
    )


def count_answers(*, campaign: Campaign, at: datetime, before: datetime) -> int:
    """Keep how many have answered, unless that was counted since `before`; return 1 or, if it was, 0."""
    counted_before = Campaign.objects.filter(Q(counted_at__lt=before) | Q(counted_at=None), pk=campaign.pk)
    return counted_before.update(daily_count=queries.tally_of(campaign), counted_at=at)
