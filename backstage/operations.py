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
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone

from backstage.mails import make_message
from backstage.models import AuditEvent, Job, OutgoingMail
from backstage.work import Claim

logger = logging.getLogger(__name__)

LIVE = [Job.State.QUEUED, Job.State.RUNNING]
SEND_MAILS = "backstage.send_mails"


class MailsLeft(Exception):
    """So many mails could not be made or sent; they stay in the outbox."""


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
def queue_mail(*, kind: str, arguments: Mapping[str, Any], about: str = "", at: datetime) -> OutgoingMail:
    """Let a worker make and send a mail of a registered kind. Hand in ids, never addresses or secrets."""
    mail = OutgoingMail.objects.create(
        kind=kind,
        arguments=dict(arguments),
        about=about,
        message_id=f"<{uuid.uuid4()}@concentric>",
        created_at=at,
    )
    enqueue_job(task=SEND_MAILS, arguments={}, key=SEND_MAILS, at=at)
    return mail


def forget_mails(*, about: str) -> None:
    """Delete every mail about this, sent or not. One in a worker's hands still goes out."""
    OutgoingMail.objects.filter(about=about).delete()


def send_mails(claim: Claim) -> None:
    """Make and send what waits, oldest first. A kill can double the one in flight; it then has the same Message-ID.

    A mail that cannot be made or sent holds up no other; the job is tried again after the last one.

    :raises MailsLeft: when some could not be sent
    """
    last, left = 0, 0
    server: BaseEmailBackend | None = None
    try:
        while mail := OutgoingMail.objects.filter(pk__gt=last, sent_at=None, refused="").order_by("pk").first():
            last = mail.pk
            claim.step(f"Sending mail {mail.pk}")
            if server is None:
                server = get_connection()
                server.open()  # before anything is made: while no server answers, no secret comes into being
            try:
                _send(mail, server)
            except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused, ConnectionError, TimeoutError):
                raise  # the next one would fare no better
            except Exception as error:  # whatever a maker stumbles over
                # Only the kind of error: servers and checks quote the address in their words.
                logger.error("Mail %s could not be made or sent (%s).", mail.pk, type(error).__name__)
                left += 1
    finally:
        if server is not None:
            server.close()
    if left:
        raise MailsLeft(left)


FOR_GOOD = 500
"""From this SMTP code on a server refuses for good; below it asks to try again."""


def _send(mail: OutgoingMail, server: BaseEmailBackend) -> None:
    this = OutgoingMail.objects.filter(pk=mail.pk)
    made = make_message(mail.kind, mail.arguments, timezone.now())
    if made is None:
        this.delete()
        return
    headers = {"Message-ID": mail.message_id}
    message = EmailMessage(made.subject, made.body, to=[made.to], headers=headers, connection=server)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        reasons = [reason.decode(errors="replace") for _, reason in refusal.recipients.values()]
        this.update(refused=(" ".join(reasons) or "refused")[:300])
    except smtplib.SMTPDataError as refusal:
        if refusal.smtp_code < FOR_GOOD:
            raise
        words = refusal.smtp_error
        this.update(refused=(words.decode(errors="replace") if isinstance(words, bytes) else words)[:300])
    else:
        this.update(sent_at=timezone.now())
