"""Wakes what nobody woke. The scheduler calls it every two seconds; any number of schedulers may run."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.db.models import F, Q
from django.utils import timezone

from backstage.beats import WORKER_IS_GONE_SECONDS, touch_beat_file
from backstage.models import Job, OutgoingMail, WorkerBeat
from backstage.operations import LIVE, SEND_MAILS, enqueue_job, wake_worker
from backstage.signals import minute_passed
from backstage.work import LEASE_HAS_ENDED

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2
# A wake-up that was not answered for so long is sent again; a busy worker throws the second one away.
WAKE_AGAIN_SECONDS = 10
MOST_AT_ONCE = 20
MAIL_RETRY_MINUTES = 5


def sweep(*, at: datetime) -> int:
    """Wake workers for jobs that wait or whose worker died; return how many.

    While no worker lives nothing is sent: the messages would only pile up, and the first sweep after one
    has come finds the same rows.
    """
    _bring_mails_back(at)
    if not WorkerBeat.objects.filter(at__gt=at - timedelta(seconds=WORKER_IS_GONE_SECONDS)).exists():
        return 0
    waiting_long = Q(woken_at=None) | Q(woken_at__lt=at - timedelta(seconds=WAKE_AGAIN_SECONDS))
    # A dead worker's job is woken at once, and then as often as one that waits.
    died = LEASE_HAS_ENDED & (waiting_long | Q(woken_at__lt=F("lease_until")))
    stale = Job.objects.filter((Q(state=Job.State.QUEUED) & waiting_long) | died)
    woken = 0
    for job in stale.order_by(F("woken_at").asc(nulls_first=True))[:MOST_AT_ONCE]:
        if stale.filter(pk=job.pk).update(woken_at=at):
            wake_worker(job)
            woken += 1
    return woken


def sweep_until(is_over: Callable[[], bool]) -> None:
    """Sweep every two seconds and tell the apps of each minute, until told to stop; survive a database that is away."""
    last_minute = 0.0
    while not is_over():
        at = timezone.now()
        try:
            close_old_connections()
            sweep(at=at)
            touch_beat_file()
            if time.monotonic() - last_minute >= 60:
                last_minute = time.monotonic()
                tell_minute(at=at)
        except DatabaseError as error:
            logger.warning("The database does not answer (%s); sweeping again in two seconds.", type(error).__name__)
        deadline = time.monotonic() + SWEEP_SECONDS
        while time.monotonic() < deadline and not is_over():
            time.sleep(0.1)


def tell_minute(*, at: datetime) -> None:
    """Send `minute_passed`; what goes wrong in one receiver is logged and hinders no other."""
    WorkerBeat.objects.filter(at__lt=at - timedelta(days=1)).delete()
    minute_passed.send_robust(sender=None, at=at)


def _bring_mails_back(at: datetime) -> None:
    """Queue the outbox again when a mail came in just as its job ended, or some minutes after sending failed."""
    if not OutgoingMail.objects.filter(sent_at=None, refused="", created_at__lt=at - timedelta(seconds=5)).exists():
        return
    recent = Q(state=Job.State.FAILED, finished_at__gt=at - timedelta(minutes=MAIL_RETRY_MINUTES))
    if not Job.objects.filter(Q(state__in=LIVE) | recent, key=SEND_MAILS).exists():
        enqueue_job(task=SEND_MAILS, arguments={}, key=SEND_MAILS, at=at)
