"""Submitted answers. Outside this app only `reports.releases` may import this module."""

from __future__ import annotations

import uuid

from django.db import models

from assessments.models.campaigns import Campaign
from organisations.models import Unit


class Response(models.Model):
    """One submitted questionnaire: a random id, the reporting cell and the answers. No time, no person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="responses")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    contact_level = models.CharField(max_length=10, blank=True)
    attributes = models.JSONField(default=dict)
    """Further columns of an imported file. Never a group of its own unless it was declared."""
    answers = models.JSONField()
    is_fast = models.BooleanField(default=False)
    time_band = models.PositiveSmallIntegerField(null=True, blank=True)
    """How long answering took, as one of five bands counted from 1; the time itself is not kept."""
    withdrawal_hash = models.CharField(max_length=64, blank=True, db_index=True)
    """Finds the response by the code that only its respondent was shown. Emptied when the campaign closes."""

    def __str__(self) -> str:
        return str(self.pk)
