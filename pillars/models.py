"""Published frameworks as rows. An edition is written once and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from pillars import files
from pillars.schema import Framework
from pillars.translation import texts_of

_frameworks: dict[tuple[str, str, str], Framework] = {}
_languages: dict[tuple[str, str], tuple[str, ...]] = {}


class Edition(models.Model):
    """One frozen version of a framework: its parsed file, its translations, and a fingerprint over both."""

    slug = models.SlugField(_("framework"), max_length=80)
    version = models.CharField(_("version"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    document = models.JSONField()
    translations = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)
    translations_fingerprint = models.CharField(max_length=64, blank=True)
    """Changes when a translation is added, so that a process that keeps frameworks notices without reading any."""
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["slug", "-published_at"]
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="one_row_for_each_edition")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if "translations" not in self.get_deferred_fields():
            self.translations_fingerprint = files.fingerprint_of(self.translations)
        if update_fields is not None and "translations" in update_fields:
            update_fields = {*update_fields, "translations_fingerprint"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def framework(self, language: str = "") -> Framework:
        """Return the edition as frozen values, in `language` where it has a translation.

        The document is read once in a process; after that this works on a row whose large columns were left out.
        """
        if not self.translations_fingerprint:  # not saved yet
            return files.framework_of(self.fingerprint, self.document, self.translations, language)
        key = self.fingerprint, self.translations_fingerprint, language
        if key not in _frameworks:
            _frameworks[key] = files.framework_of(self.fingerprint, self.document, self.translations, language)
        return _frameworks[key]

    def languages(self) -> tuple[str, ...]:
        """Return the codes of the languages it can be read in, its own first."""
        key = self.fingerprint, self.translations_fingerprint
        if not self.translations_fingerprint or key not in _languages:
            found = (self.framework().language, *sorted(self.translations))
            if not self.translations_fingerprint:
                return found
            _languages[key] = found
        return _languages[key]

    def translated_texts(self, language: str) -> dict[str, str]:
        """Return each text of the edition that has a translation into `language`, by the edition's own words."""
        texts = self.translations.get(language, {}).get("texts", {})
        return {own: texts[path] for path, own in texts_of(self.document).items() if texts.get(path)}
