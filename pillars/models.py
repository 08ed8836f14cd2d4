"""Published frameworks as rows. An edition is written once and never changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pillars import files
from pillars.schema import Framework
from pillars.translation import texts_of


class Edition(models.Model):
    """One frozen version of a framework: its parsed file, its translations, and a fingerprint over both."""

    slug = models.SlugField(_("framework"), max_length=80)
    version = models.CharField(_("version"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    document = models.JSONField()
    translations = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["slug", "-published_at"]
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="one_row_for_each_edition")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def framework(self, language: str = "") -> Framework:
        """Return the edition as frozen values, in `language` where it has a translation."""
        return files.framework_of(self.fingerprint, self.document, self.translations, language)

    def translated_texts(self, language: str) -> dict[str, str]:
        """Return each text of the edition that has a translation into `language`, by the edition's own words."""
        texts = self.translations.get(language, {}).get("texts", {})
        return {own: texts[path] for path, own in texts_of(self.document).items() if texts.get(path)}
