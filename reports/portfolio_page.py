"""The portfolio's address and page: what the query string asks for, and what the template prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from reports.charts import phrases, theme, web
from reports.charts.profiles import SHAPES
from reports.portfolio import BY_ANSWERS, BY_NAME, BY_SCORE, Choice, Compared, Comparison, change_words, lenses_of
from reports.results import Figure

MOST_NUMBER = 2_000_000_000


@dataclass(frozen=True)
class Pill:
    """A filter that is set; `address` is the page without it."""

    words: str
    address: str


def choice_of(query: QueryDict) -> Choice:
    """Read an address; what cannot be understood counts as not asked for."""
    pins = [number for text in query.getlist("pin") if (number := _number(text))]
    return Choice(
        framework=query.get("framework", ""),
        lens=query.get("lens", ""),
        sector=query.get("sector", ""),
        country=query.get("country", ""),
        wave=query.get("wave", ""),
        sort=query.get("sort", "") or BY_SCORE,
        page=_number(query.get("page", "")) or 1,
        aliases=query.get("names") == "aliases",
        pins=tuple(dict.fromkeys(pins)),
    )


def _number(text: str) -> int:
    """Return a positive number that a database key can be, or 0."""
    if not (text.isascii() and text.isdigit()) or len(text) > 10:
        return 0
    return int(text) if int(text) <= MOST_NUMBER else 0


def address_of(choice: Choice, **changes: Any) -> str:
    """Return the query string of a choice with `changes`; a changed filter starts at the first page."""
    changed = replace(choice, **({"page": 1} | changes))
    pairs: list[tuple[str, str]] = [
        (name, value)
        for name in ("framework", "lens", "sector", "country", "wave")
        if (value := str(getattr(changed, name)))
    ]
    if changed.sort != BY_SCORE:
        pairs.append(("sort", changed.sort))
    if changed.aliases:
        pairs.append(("names", "aliases"))
    if changed.page > 1:
        pairs.append(("page", str(changed.page)))
    pairs += [("pin", str(pin)) for pin in changed.pins]
    return f"?{urlencode(pairs)}"


def page_context(compared: Comparison, choice: Choice, sectors: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template prints; every link keeps the rest of the choice."""
    page = min(choice.page, compared.pages)
    dimensions = compared.lens.dimensions if compared.lens else ()
    [dimension.key for dimension in dimensions]
    return {
        "compared": compared,
        "choice": choice,
        "pills": _pills(choice, sectors, compared),
        "lens_links": [
            (lens.title, address_of(choice, lens=lens.key), lens.key)
            for lens in (lenses_of(compared.framework) if compared.framework else ())
        ],
        "framework_links": [
            (title, address_of(choice, framework=slug, lens="", pins=()), slug) for slug, title in compared.frameworks
        ],
        "sort_links": {
            "name": address_of(choice, sort=BY_NAME),
            "score": address_of(choice, sort=BY_SCORE),
            "answers": address_of(choice, sort=BY_ANSWERS),
        },
        "columns": [
            {
                "title": dimension.title,
                "short": dimension.short_title or dimension.title,
                "address": address_of(choice, sort=dimension.key),
                "is_sorted": choice.sort == dimension.key,
            }
            for dimension in dimensions
        ],
        "rows": [
            _row(row, choice, compared, [dimension.key for dimension in dimensions]) for row in compared.on_page(page)
        ],
        "key": _key(compared),
        "names_link": address_of(choice, aliases=not choice.aliases),
        "page": page,
        "earlier": address_of(choice, page=page - 1) if page > 1 else "",
        "later": address_of(choice, page=page + 1) if page < compared.pages else "",
    }


def _pills(choice: Choice, sectors: Mapping[str, Any], compared: Comparison) -> list[Pill]:
    """Return one pill for each filter that is set, also where its value matches nothing."""
    pills = []
    if choice.sector:
        sector = sectors.get(choice.sector, choice.sector)
        pills.append(Pill(_("Sector: %(sector)s") % {"sector": sector}, address_of(choice, sector="")))
    if choice.country:
        words = _("Country: %(country)s") % {"country": choice.country}
        pills.append(Pill(words, address_of(choice, country="")))
    if choice.wave:
        pills.append(Pill(_("Wave: %(wave)s") % {"wave": choice.wave}, address_of(choice, wave="")))
    for pin in choice.pins:
        name = next((row.name for row in compared.rows if row.organisation_id == pin), "")
        rest = tuple(other for other in choice.pins if other != pin)
        words = _("Pinned: %(name)s") % {"name": name or _("not in this selection")}
        pills.append(Pill(words, address_of(choice, pins=rest)))
    return pills


def _row(row: Compared, choice: Choice, compared: Comparison, subjects: list[str]) -> dict[str, Any]:
    pins = choice.pins
    is_pinned = row.organisation_id in pins
    changed = tuple(pin for pin in pins if pin != row.organisation_id) if is_pinned else (*pins, row.organisation_id)
    place = pins.index(row.organisation_id) + 1 if is_pinned else 0
    return {
        "row": row,
        "is_pinned": is_pinned,
        "shape": f"{web.MARKS[SHAPES[place - 1]]} s{place}" if 0 < place <= len(SHAPES) else "",
        "pin_address": address_of(choice, pins=changed, page=choice.page),
        "index": _index(row, compared),
        "cells": [_cell(row.figures.get(subject), compared) for subject in subjects],
        "change": change_words(row.change),
        "change_in_words": _change_in_words(row),
    }


def _change_in_words(row: Compared) -> str:
    if row.change is None:
        return _("No earlier wave")
    return phrases.signed(row.change.difference) if row.change.is_clear else _("No clear change")


def _index(row: Compared, compared: Comparison) -> dict[str, str]:
    """Return the overall score with the classes of its small track."""
    figure = row.index
    if figure is None or figure.score is None:
        return {}
    edges = _edges(compared)
    span = ""
    if figure.low is not None and figure.high is not None:
        start = web.position(figure.low, edges)
        span = f"ci at-{start} w-{max(0, web.position(figure.high, edges) - start)}"
    return {
        "value": phrases.number(figure),
        "interval": phrases.interval(figure),
        "dot": f"dot at-{web.position(figure.score, edges)}",
        "span": span,
    }


def _cell(figure: Figure | None, compared: Comparison) -> dict[str, str]:
    if figure is None or figure.score is None:
        return {}
    levels = compared.framework.levels if compared.framework else ()
    if figure.level is None or figure.level > len(levels):
        return {"value": phrases.number(figure), "level": "", "css": ""}
    return {
        "value": phrases.number(figure),
        "level": levels[figure.level - 1].title,
        "css": f"b{theme.shade(figure.level, len(levels))}",
    }


def _edges(compared: Comparison) -> tuple[float, ...]:
    return tuple(level.starts_at for level in compared.framework.levels) if compared.framework else ()


def _key(compared: Comparison) -> list[tuple[str, str]]:
    """Return the levels' swatches with the scores of each."""
    levels = compared.framework.levels if compared.framework else ()
    starts = [phrases.whole(level.starts_at) for level in levels]
    ends = [start - 1 for start in starts[1:]] + [100] * bool(levels)
    bands = zip(levels, starts, ends, strict=True)
    return [
        (f"sw b{theme.shade(number, len(levels))}", f"{start}\u2013{end} {level.title}")
        for number, (level, start, end) in enumerate(bands, start=1)
    ]
