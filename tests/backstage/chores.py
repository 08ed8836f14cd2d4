"""Work for the tests' workers to do; a worker is told of it with `--include`."""

import time

from celery import shared_task
from django.utils import timezone

from backstage.models import AuditEvent
from backstage.work import Claim, run_job


def write_slowly(claim: Claim) -> None:
    """Announce itself, take the seconds it was given, and write one effect."""
    claim.step("Started")
    until = time.monotonic() + claim.arguments.get("seconds", 0)
    while time.monotonic() < until:
        time.sleep(0.05)
        claim.step("Working")
    with claim.finish():
        AuditEvent.objects.create(at=timezone.now(), act="effect", subject=str(claim.job_id))


def divide_by_zero(claim: Claim) -> None:
    """Go wrong."""
    raise ZeroDivisionError


@shared_task(name="tests.write_slowly", acks_late=True, ignore_result=True)
def write_slowly_task(*, job_id: str) -> None:
    run_job(job_id=job_id, act=write_slowly)


@shared_task(name="tests.divide_by_zero", acks_late=True, ignore_result=True)
def divide_by_zero_task(*, job_id: str) -> None:
    run_job(job_id=job_id, act=divide_by_zero)
