"""How a page is printed once with its template and filled for each person. Knows no page.

A template may print what is marked, and ask whether it is there at all; it cannot decide by what it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape as escaped
from types import SimpleNamespace
from typing import Any, TypeVar

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

MOST_PAGES = 2048

Language = tuple[str, str]
"""Its code and its own name."""

Facts = Mapping[str, Hashable]
Wanted = TypeVar("Wanted", bound=Hashable)


@dataclass(frozen=True)
class Printed:
    """Text and the names of what goes between, in turn: text, name, text, …, text."""

    pieces: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return self.pieces[1::2]

    def filled(self, values: Mapping[str, str]) -> SafeString:
        """Return the text with these values, which are markup already, in its marks."""
        pieces = list(self.pieces)
        pieces[1::2] = [values.get(name, "") for name in self.names]
        return mark_safe("".join(pieces))  # noqa: S308  whoever fills it has escaped


def escape(text: str) -> str:
    """Return a text as markup: what Django's `escape` does, without looking for texts that are not translated yet."""
    return escaped(text)


def mark(name: str) -> SafeString:
    """Return what a template prints where something is filled in later: characters that stand for nothing else."""
    return mark_safe(f"\ue000{name}\ue001")  # noqa: S308  no markup


def pieces_of(template: str, context: Mapping[str, Any]) -> tuple[str, ...]:
    """Render a template whose context holds marks, and take it apart at them."""
    return tuple(re.split("\ue000(.*?)\ue001", render_to_string(template, dict(context))))


def kept(printed: Callable[[Wanted], Printed], wanted: Wanted) -> Printed:
    """Return a printed page from the cache of its function; while templates are being written, as they are now."""
    as_they_are_now: Callable[[Wanted], Printed] = getattr(printed, "__wrapped__", printed)
    return as_they_are_now(wanted) if settings.DEBUG else printed(wanted)


def filled(template: str, facts: Facts, values: Mapping[str, str]) -> SafeString:
    """Return what a template says, printed once for the same facts and filled with this person's values.

    The template may decide by `facts`, which are kept as long as the print: they are the same for many people, and
    hold nothing of one. Values are escaped, except where they are markup; an empty one is not there for the template.
    A dot in a name leads into an object: "campaign.k" is what a template finds there.
    """
    given = {name: conditional_escape(value) for name, value in values.items() if value}
    wanted = _Template(template, tuple(facts.items()), tuple(given), get_language() or "")
    return kept(_printed, wanted).filled(given)


def languages_named(codes: tuple[str, ...]) -> tuple[Language, ...]:
    """Return the languages that are offered, each by its own name: what the site speaks and the edition has."""
    offered = [code for code, _english in settings.LANGUAGES if code in codes]
    return tuple((code, _own_name(code)) for code in offered)


@lru_cache(MOST_PAGES)
def _own_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


@dataclass(frozen=True)
class _Template:
    """What a printed template depends on besides the person."""

    name: str
    facts: tuple[tuple[str, Hashable], ...]
    marks: tuple[str, ...]
    language: str


@lru_cache(MOST_PAGES)
def _printed(wanted: _Template) -> Printed:
    context = SimpleNamespace()
    for name, value in (*wanted.facts, *((name, mark(name)) for name in wanted.marks)):
        *objects, last = name.split(".")
        place = context
        for part in objects:
            place = place.__dict__.setdefault(part, SimpleNamespace())
        setattr(place, last, value)
    return Printed(pieces_of(wanted.name, vars(context)))
