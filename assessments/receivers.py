"""How the assessments app reacts to the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from assessments.operations.closing import close_due_campaigns
from backstage.signals import minute_passed


@receiver(minute_passed, dispatch_uid="close_due_campaigns")
def close_when_due(*, at: datetime, **kwargs: Any) -> None:
    """Close what is over, without anybody being there."""
    close_due_campaigns(at=at)
