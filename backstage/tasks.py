"""The worker's door to the mail outbox."""

from celery import shared_task

from backstage import operations
from backstage.work import run_job


@shared_task(name=operations.SEND_MAILS, acks_late=True, ignore_result=True)
def send_mails(*, job_id: str) -> None:
    """Send every mail that waits."""
    run_job(job_id=job_id, act=operations.send_mails)
