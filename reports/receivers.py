"""How the reports app reacts to the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from assessments.models import Campaign
from assessments.signals import campaign_closed
from backstage.signals import minute_passed
from reports.operations.releases import request_missing_releases, request_release


@receiver(campaign_closed, dispatch_uid="release_when_closed")
def release_when_closed(*, campaign_id: int, **kwargs: Any) -> None:
    """Have the release made as soon as a campaign is closed."""
    request_release(campaign=Campaign.objects.get(pk=campaign_id), at=timezone.now())


@receiver(minute_passed, dispatch_uid="release_when_forgotten")
def release_when_forgotten(*, at: datetime, **kwargs: Any) -> None:
    """Have releases made that a close could not ask for any more."""
    request_missing_releases(at=at)
