"""Asking for work, mails and audit entries. The work itself is done by workers (`backstage.work`)."""

import logging
import smtplib
import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from celery import current_app
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone

from backstage.models import AuditEvent, Job, OutgoingMail
from backstage.work import Claim

logger = logging.getLogger(__name__)

LIVE = [Job.State.QUEUED, Job.State.RUNNING]
SEND_MAILS = "backstage.send_mails"


def enqueue_job(
    *,
    task: str,
    arguments: Mapping[str, Any],
    key: str = "",
    requested_by: AbstractBaseUser | None = None,
    at: datetime,
) -> Job:
    """Return a queued job and wake a worker after commit; joins a live job that has the same key."""
    while True:
        live = Job.objects.filter(key=key, state__in=LIVE).first() if key else None
        if live is not None:
            return live
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    task=task,
                    arguments=dict(arguments),
                    key=key,
                    requested_by_id=requested_by.pk if requested_by else None,
                    created_at=at,
                    woken_at=at,
                )
        except IntegrityError:
            if not key:
                raise
            continue  # somebody asked for the same at the same moment: join theirs
        transaction.on_commit(partial(wake_worker, job), robust=True)
        return job


def wake_worker(job: Job) -> None:
    """Tell the broker that a job waits. When that fails the row stays queued and the sweeper tells it again."""
    try:
        current_app.send_task(job.task, kwargs={"job_id": str(job.pk)})
    except Exception:  # a broker fails in as many ways as there are brokers
        logger.warning("The broker could not be told of job %s; it is told again in a few seconds.", job.pk)


def cancel_job(*, job: Job, at: datetime) -> bool:
    """Stop a waiting or running job; return False when it was over already. Its worker writes nothing more."""
    live = Job.objects.filter(pk=job.pk, state__in=LIVE)
    cancelled = live.update(state=Job.State.CANCELLED, step="", owner="", lease_until=None, finished_at=at)
    job.refresh_from_db()
    return cancelled == 1


def retry_job(*, job: Job, at: datetime) -> Job:
    """Queue a failed or cancelled job again with its counts at zero; return the live job that has its key, if any."""
    try:
        with transaction.atomic():
            queued = Job.objects.filter(pk=job.pk, state__in=[Job.State.FAILED, Job.State.CANCELLED]).update(
                state=Job.State.QUEUED, error="", errors=0, deaths=0, started_at=None, finished_at=None, woken_at=at
            )
    except IntegrityError:
        return Job.objects.get(key=job.key, state__in=LIVE)
    job.refresh_from_db()
    if queued:
        transaction.on_commit(partial(wake_worker, job), robust=True)
    return job


def record_event(
    *,
    act: str,
    at: datetime,
    actor: AbstractBaseUser | None = None,
    organisation_id: int | None = None,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append to the audit trail, in the caller's transaction. Never hand in answers, tokens or link addresses."""
    return AuditEvent.objects.create(
        act=act,
        at=at,
        actor_id=actor.pk if actor else None,
        organisation_id=organisation_id,
        subject=subject,
        details=dict(details or {}),
    )


@transaction.atomic
def queue_mail(*, to: str, subject: str, body: str, at: datetime) -> OutgoingMail:
    """Keep a mail for a worker to send. Its text is forgotten once it is sent, because it may hold a link."""
    mail = OutgoingMail.objects.create(
        to=to, subject=subject, body=body, message_id=f"<{uuid.uuid4()}@concentric>", created_at=at
    )
    enqueue_job(task=SEND_MAILS, arguments={}, key=SEND_MAILS, at=at)
    return mail


def send_mails(claim: Claim) -> None:
    """Send what waits, oldest first. A kill can double the one in flight; it then has the same Message-ID."""
    while True:
        mail = OutgoingMail.objects.filter(sent_at=None, refused="").order_by("pk").first()
        if mail is None:
            return
        claim.step(subject_of_step(mail))
        message = EmailMessage(mail.subject, mail.body, to=[mail.to], headers={"Message-ID": mail.message_id})
        this = OutgoingMail.objects.filter(pk=mail.pk)
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as refusal:
            reasons = [reason.decode(errors="replace") for _, reason in refusal.recipients.values()]
            this.update(refused=(" ".join(reasons) or "refused")[:300], body="")
        else:
            this.update(sent_at=timezone.now(), body="")


def subject_of_step(mail: OutgoingMail) -> str:
    """Return what the job's card says while this mail is being sent; it names nobody."""
    return f"Sending mail {mail.pk}"
