"""Reads of published editions."""

from __future__ import annotations

from django.db.models import QuerySet

from pillars.models import Edition


def editions() -> QuerySet[Edition]:
    """Return the published editions, each framework's newest first."""
    return Edition.objects.order_by("slug", "-published_at", "-pk")


def edition_named(name: str) -> Edition | None:
    """Return the edition called `slug:version`, or a framework's newest for `slug` alone."""
    if not name.isprintable():
        return None
    slug, _, version = name.partition(":")
    found = editions().filter(slug=slug)
    return (found.filter(version=version) if version else found).first()
