"""The last day, late answers and the end: what an owner does, and what happens by itself.

`close_campaign` in `assessments.operations.campaigns` is the close for good, from which results are made.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from assessments.models import Campaign
from assessments.operations.campaigns import NotOpenYet, close_campaign
from assessments.operations.promises import promise_as_it_stands
from backstage.operations import record_event
from organisations.models import User

logger = logging.getLogger(__name__)

GRACE_HOURS = (24, 72)
"""For how long late answers may be taken, besides not at all."""


class UnknownGrace(Exception):
    """Late answers are taken for one of `GRACE_HOURS`."""


class OverAlready(Exception):
    """The campaign's last day has passed, or somebody else has just closed it."""


@transaction.atomic
def close_with_grace(*, campaign: Campaign, hours: int, at: datetime, actor: User | None = None) -> None:
    """Let nobody begin from `at` on; who began may go on and send for so many hours more.

    :raises UnknownGrace: when late answers cannot be taken for so long
    :raises NotOpenYet: when it was never opened
    :raises OverAlready: when nobody could begin any more as it was
    """
    if hours not in GRACE_HOURS:
        raise UnknownGrace
    held = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if held.state == Campaign.State.DRAFT:
        raise NotOpenYet
    # Two who close at once meet here: the second finds another last day than the one it read.
    if not held.is_open(at) or held.closes_at != campaign.closes_at:
        raise OverAlready
    held.closes_at, held.grace_hours = at, hours
    held.save(update_fields=["closes_at", "grace_hours"])
    promise_as_it_stands(held, at)
    record_event(
        act="campaign_closing",
        at=at,
        actor=actor,
        organisation_id=held.organisation_id,
        subject=f"campaign:{held.pk}",
        details={"title": held.title, "late_answers_hours": hours},
    )
    campaign.refresh_from_db()


def close_due_campaigns(*, at: datetime) -> int:
    """Close for good every campaign whose last day and late answers are over at `at`; return how many.

    Several schedulers may do this at once: each campaign is closed once. One that cannot be closed now hinders
    no other, and is tried again at the next minute.
    """
    closed = 0
    for campaign in Campaign.objects.filter(state=Campaign.State.OPEN, closes_at__lte=at).order_by("closes_at", "pk"):
        if campaign.takes_answers(at):
            continue
        try:
            close_campaign(campaign=campaign, at=at)
        except DatabaseError as error:
            logger.warning("Campaign %s could not be closed (%s); trying again.", campaign.pk, type(error).__name__)
        else:
            closed += 1
    return closed


__all__ = ["GRACE_HOURS", "NotOpenYet", "OverAlready", "UnknownGrace", "close_due_campaigns", "close_with_grace"]
