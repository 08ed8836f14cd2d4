"""What every app uses and no user sees by itself: job rows, mails to send, audit events."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work for a worker. This row is the truth; the broker only wakes somebody up.

    `task` names what to do and `arguments` holds ids only. A worker claims the row by one conditional
    update with a lease, renews the lease while it works, and writes its effect and "done" in one
    transaction, so that a job is done once however often workers die.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.CharField(max_length=80)
    key = models.CharField(max_length=200, blank=True)
    """Names the effect; a second job with the same key joins the first while that is queued or running."""
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    step = models.CharField(max_length=200, blank=True)
    """What it is doing, in words, for the person who waits."""
    error = models.TextField(blank=True)
    """Why it failed, as a sentence a user can act on."""
    owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    errors = models.PositiveSmallIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    woken_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"], name="jobs_to_sweep")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(state__in=["queued", "running"]) & ~models.Q(key=""),
                name="one_live_job_for_each_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.state}"


class OutgoingMail(models.Model):
    """A message that a worker makes and sends; the Message-ID stays the same if it is sent twice.

    Neither its text nor its address stands here: `kind` names who makes it (see `backstage.mails`), and
    `arguments` holds ids only.
    """

    kind = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    """What all mails that are forgotten together have in common, such as the campaign whose people they go to."""
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    refused = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class AuditEvent(models.Model):
    """Who did what, append-only. Holds no answers and no tokens."""

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    act = models.CharField(max_length=80)
    organisation_id = models.BigIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"


class WorkerBeat(models.Model):
    """When a worker was last alive, for /healthz."""

    name = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
