"""How a worker does a job once: claim its row, keep the lease, write effect and "done" together.

The row is the truth. A message of the broker only says "look at this row"; it may come late, twice or
never. Leases are measured by the database's clock, so that workers on several machines agree.
"""

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError
from django.db import connections, transaction
from django.db.models import Case, F, Q, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from backstage.models import Job

logger = logging.getLogger(__name__)

LEASE_SECONDS = 6
RENEW_SECONDS = 2
MOST_ERRORS = 3
MOST_DEATHS = 6

LEASE_HAS_ENDED = Q(state=Job.State.RUNNING, lease_until__lt=Now())


class JobRefused(Exception):
    """The job cannot be done, and trying again would not help; its text is a sentence for the user."""


class JobCancelled(Exception):
    """Somebody cancelled the job while it ran."""


class LeaseLost(Exception):
    """Another worker has the job now; whatever was not written yet must not be written."""


class Claim:
    """The right to do one job, for as long as the lease is renewed."""

    def __init__(self, job: Job) -> None:
        self.job_id = job.pk
        self.arguments: dict[str, Any] = job.arguments
        self.requested_by_id: int | None = job.requested_by_id
        self.owner = job.owner

    def step(self, words: str) -> None:
        """Tell the person who waits what is being done, and notice a cancellation.

        :raises JobCancelled: when somebody cancelled the job
        :raises LeaseLost: when another worker took it over
        """
        if not self._update(step=words[:200]):
            self._stop()

    @contextmanager
    def finish(self) -> Iterator[None]:
        """Write the effect inside this block: it is committed together with "done", or not at all.

        :raises JobCancelled: when somebody cancelled the job
        :raises LeaseLost: when another worker took it over
        """
        with transaction.atomic():
            # First, because on PostgreSQL it locks the row until the effect is committed.
            if not self._update(state=Job.State.DONE, step="", error="", owner="", lease_until=None, finished_at=Now()):
                self._stop()
            yield

    def renew(self) -> bool:
        """Prolong the lease; return False when the job is no longer ours."""
        return self._update(lease_until=_lease_end())

    def give_up(self, *, error: str, **counts: int) -> None:
        """Park the job with a sentence for the user, unless it is no longer ours."""
        self._update(
            state=Job.State.FAILED, step="", error=error, owner="", lease_until=None, finished_at=Now(), **counts
        )

    def put_back(self) -> None:
        """Let the sweeper wake somebody again; nothing is counted."""
        self._update(state=Job.State.QUEUED, step="", owner="", lease_until=None, woken_at=Now())

    def put_back_after_error(self) -> None:
        """Let the sweeper wake somebody again, or park the job after the third error."""
        errors = Job.objects.values_list("errors", flat=True).get(pk=self.job_id) + 1
        if errors < MOST_ERRORS:
            self._update(state=Job.State.QUEUED, step="", owner="", lease_until=None, woken_at=Now(), errors=errors)
            return
        sentence = _(
            "This went wrong three times and was stopped. What was shown before is unchanged. "
            "Try again; if it stops again, give the people who run this site the number %(number)s."
        )
        self.give_up(error=sentence % {"number": self.job_id}, errors=errors)

    def _update(self, **values: Any) -> bool:
        ours = Job.objects.filter(pk=self.job_id, owner=self.owner, state=Job.State.RUNNING)
        return ours.update(**values) == 1

    def _stop(self) -> None:
        cancelled = Job.objects.filter(pk=self.job_id, state=Job.State.CANCELLED).exists()
        raise JobCancelled if cancelled else LeaseLost


def run_job(*, job_id: str, act: Callable[[Claim], None]) -> bool:
    """Do the job unless somebody else does or it is over; return whether `act` ended well here.

    `act` computes outside of any transaction and writes inside `claim.finish()`. One that ends without
    having finished had nothing to write; its job is done.
    """
    claim = _claim(job_id)
    if claim is None:
        return False
    try:
        with _renewed(claim):
            act(claim)
            if Job.objects.filter(pk=claim.job_id, owner=claim.owner, state=Job.State.RUNNING).exists():
                with claim.finish():
                    pass
    except JobCancelled:
        logger.info("Job %s was cancelled.", job_id)
    except LeaseLost:
        logger.warning("Job %s was taken over by another worker; nothing was written here.", job_id)
    except JobRefused as refusal:
        claim.give_up(error=str(refusal))
    except Exception:
        logger.exception("Job %s went wrong.", job_id)
        claim.put_back_after_error()
    except BaseException:
        # The process is being stopped; that is nobody's mistake.
        claim.put_back()
        raise
    else:
        return True
    return False


def complete_job(*, job_id: str, act: Callable[[Claim], None]) -> Job:
    """Do the job in this process, or wait for the worker that has it; return its row when it is over."""
    while True:
        run_job(job_id=job_id, act=act)
        job = Job.objects.get(pk=job_id)
        if job.state not in {Job.State.QUEUED, Job.State.RUNNING}:
            return job
        time.sleep(0.2)


def _claim(job_id: str) -> Claim | None:
    owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    try:
        taken = Job.objects.filter(Q(state=Job.State.QUEUED) | LEASE_HAS_ENDED, pk=job_id).update(
            deaths=F("deaths") + Case(When(state=Job.State.RUNNING, then=1), default=0),
            state=Job.State.RUNNING,
            owner=owner,
            lease_until=_lease_end(),
            started_at=Coalesce("started_at", Now()),
        )
    except ValidationError:  # not the form of a job's id
        return None
    if taken != 1:
        return None
    job = Job.objects.get(pk=job_id)
    claim = Claim(job)
    if job.owner != owner:
        return None
    if job.deaths >= MOST_DEATHS:
        claim.give_up(
            error=_(
                "The worker that made this stopped six times, so it is no longer tried. What was shown before is "
                "unchanged. Give the people who run this site the number %(number)s."
            )
            % {"number": job_id}
        )
        return None
    return claim


@contextmanager
def _renewed(claim: Claim) -> Iterator[None]:
    """Renew the lease every two seconds while the block runs; it has room for two renewals that fail."""
    over = threading.Event()

    def renew() -> None:
        try:
            while not over.wait(RENEW_SECONDS):
                try:
                    if not claim.renew():
                        return
                except DatabaseError:
                    logger.warning("The lease of job %s could not be renewed just now.", claim.job_id)
        finally:
            connections.close_all()  # this thread's own

    thread = threading.Thread(target=renew, name=f"lease-{claim.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=1)


def _lease_end() -> CombinedExpression:
    return Now() + timedelta(seconds=LEASE_SECONDS)
