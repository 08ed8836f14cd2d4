"""A framework's texts by path, so that a translation is one flat table and what is missing can be listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

# For each table: the texts of an entry that people read.
READ = {
    "levels": ("title", "meaning", "proof", "station"),
    "roles": ("title", "asked_as"),
    "role_groups": ("title",),
    "forms": ("title",),
    "scales": ("stem", "labels"),
    "layers": ("title",),
    "tags": ("title",),
    "shifts": ("start", "end"),
    "drivers": ("title",),
    "tasks": ("text", "options"),
    "instruments": ("title", "summary"),
    "dimensions": ("title", "short_title", "summary", "level_lines", "proof"),
    "items": ("text", "left", "right", "rungs", "wording"),
    "recommendations": ("text",),
    "parts": ("title", "intro"),
}
# Which tables stand inside which; elsewhere "items" is a list of keys.
NESTED = {"instruments": ("dimensions",), "dimensions": ("items", "recommendations")}


def texts_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return every text people read, by path, such as "items.LC1.text" or "scales.frequency.labels.0"."""
    return {path: holder[key] for path, holder, key in _places(document)}


def translated(document: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return a copy of `document` with the texts that have a translation; the others stay as they are."""
    copy: dict[str, Any] = deepcopy(dict(document))
    for path, holder, key in list(_places(copy)):
        if texts.get(path):
            holder[key] = texts[path]
    return copy


def _places(document: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in ("title", "summary", "credit"):
        if document.get(key):
            yield f"framework.{key}", document, key
    for table in READ:
        for entry in document.get(table, []):
            yield from _entry_places(table, entry)


def _entry_places(table: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    path = f"{table}.{entry['key']}"
    for name in READ[table]:
        value = entry.get(name)
        if isinstance(value, str) and value:
            yield f"{path}.{name}", entry, name
        elif isinstance(value, dict):
            yield from ((f"{path}.{name}.{key}", value, key) for key in value)
        elif isinstance(value, list):
            for index, part in enumerate(value):
                if isinstance(part, dict):
                    yield f"{path}.{name}.{part['key']}", part, "text"
                else:
                    yield f"{path}.{name}.{index}", value, index
    for nested in NESTED.get(table, ()):
        for inner in entry.get(nested, []):
            yield from _entry_places(nested, inner)
