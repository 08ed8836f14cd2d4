"""The telling: frozen releases, their figures as rows for comparison, and finished reports."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from assessments.models import Campaign
from backstage.models import Job
from reports.results import Results
from reports.wording import in_words_of


class Release(models.Model):
    """The results of a campaign, frozen. Never updated: a correction is the next number."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveSmallIntegerField()
    released_at = models.DateTimeField()
    document = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the document as sorted JSON."""
    answers_digest = models.CharField(max_length=64, blank=True)
    """Of the answers it rests on (`reports.releases.digest_of`): another release of the campaign has the same."""

    class Meta:
        ordering = ["-released_at", "-number"]
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="one_release_for_each_number")]

    def __str__(self) -> str:
        return f"{self.campaign}, release {self.number}"

    def results(self, language: str = "") -> Results:
        """Return what was frozen; in another `language` than the edition's own, in that language's words."""
        frozen = Results.from_document(self.document)
        edition = self.campaign.edition if language else None
        if edition is None or language.partition("-")[0] == edition.document.get("language", "en").partition("-")[0]:
            return frozen
        with translation.override(language):
            return in_words_of(frozen, edition.framework(language), edition.translated_texts(language))


class ReleasedScore(models.Model):
    """One shown figure of a release as a row, for what is compared across organisations."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="scores")
    group = models.CharField(max_length=160)
    subject = models.CharField(max_length=80)
    score = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    margin = models.FloatField(null=True)
    """What differences to other releases are judged by; see `reports.results.Figure`."""
    n = models.PositiveIntegerField(null=True)
    """None where the number of people may not be told."""
    level = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "group", "subject"], name="one_row_for_each_released_figure")
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.group}"


class Report(models.Model):
    """A report that was asked for: its frozen content, and the file a worker made of it."""

    class Cut(models.TextChoices):
        BRIEF = "brief", _("Brief, two pages")
        BOARD = "board", _("Board report")
        FULL = "full", _("Full report with every question")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="reports")
    cut = models.CharField(_("length"), max_length=10, choices=Cut, default=Cut.BOARD)
    language = models.CharField(_("language"), max_length=12, default="en")
    content = models.JSONField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    file = models.FileField(upload_to="reports", blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)
    remarks = models.JSONField(default=list)
    """What was changed so that the file could be printed, such as characters no shipped font has."""
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField()

    class Meta:
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.get_cut_display()} of {self.release}"
