"""Publishing editions. Nothing here or elsewhere changes one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from pillars.files import FrameworkFile, read_framework
from pillars.models import Edition


class EditionChanged(Exception):
    """A file was changed after its edition was published."""


@transaction.atomic
def publish_edition(*, path: Path, at: datetime) -> tuple[Edition, bool]:
    """Publish a framework file as an edition; return it and whether it is new.

    The same file published again gives the edition that is there. A translation that was added beside the
    file since then is added to the edition; one that no native speaker had reviewed follows its file until
    one has. Otherwise texts that were published are never changed.

    :raises pillars.files.FrameworkError: when the file is wrong
    :raises EditionChanged: when this edition was published with another content
    """
    file = read_framework(path)
    edition, is_new = Edition.objects.get_or_create(
        slug=file.framework.slug,
        version=file.framework.version,
        defaults={
            "title": file.framework.title,
            "document": file.document,
            "translations": file.translations,
            "fingerprint": file.fingerprint,
            "published_at": at,
        },
    )
    if edition.fingerprint != file.fingerprint:
        raise EditionChanged(
            f"{edition.slug} {edition.version} is published already and the file says something else now. "
            f'Give the changed file the next "version".'
        )
    _add_translations(edition, file)
    return edition, is_new


def _add_translations(edition: Edition, file: FrameworkFile) -> None:
    known = edition.translations
    changed = {
        language: texts
        for language, texts in file.translations.items()
        if language not in known or (not known[language]["reviewed"] and texts != known[language])
    }
    if changed:
        edition.translations = {**known, **changed}
        edition.save(update_fields=["translations"])
