"""How the assessments app reacts to the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from assessments.operations.asking import NEW_LINK, make_new_link_mail
from assessments.operations.closing import close_due_campaigns
from backstage.mails import register_maker
from backstage.signals import minute_passed


@receiver(minute_passed, dispatch_uid="close_due_campaigns")
def close_when_due(*, at: datetime, **kwargs: Any) -> None:
    """Close what is over, without anybody being there."""
    close_due_campaigns(at=at)


register_maker(NEW_LINK, make_new_link_mail)
