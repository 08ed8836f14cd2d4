"""One analysis in words, and how its numbers are written. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from reports.charts import phrases
from reports.charts.spec import RowChart, Table
from reports.results import Results


@dataclass(frozen=True)
class Explanation:
    """One analysis: `sentences` say what it shows, or why it is missing."""

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    chart: RowChart | None = None
    table: Table | None = None
    method: str = ""
    is_absent: bool = field(default=False)


def title_of(key: str) -> str:
    return {
        "symbolic_substantive": _("Words, processes, values"),
        "hero": _("How much hangs on one person"),
        "resources": _("What people have to work with"),
        "values": _("What customers get, and how they are treated"),
        "shifts": _("Changes of habit"),
        "silo_dispersion": _("How far units differ"),
        "consensus": _("How far people agree"),
        "decay": _("Where the picture breaks"),
        "drivers": _("Why leaders want this"),
        "line_of_sight": _("Who can see what"),
        "definition": _("Five parts of the definition"),
        "confidence": _("How far each figure can be trusted"),
        "change": _("What changed since the wave before"),
        "consistency": _("How far these numbers carry: questions"),
        "unit_reliability": _("How far these numbers carry: units"),
        "claimed_lived": _("Claimed and lived"),
        "evidence": _("Claims and their evidence"),
        "qualities": _("Qualities seen in the team"),
    }.get(key, key.replace("_", " ").capitalize())


def topic(results: Results, row: Mapping[str, Any]) -> str:
    key = str(row.get("subject", ""))
    return next((subject.title for subject in results.subjects if subject.key == key), key)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(value: Any) -> str:
    return str(phrases.whole(value)) if is_number(value) else ""


def share(value: Any) -> str:
    return phrases.percent(value) if is_number(value) else ""


def signed(value: Any) -> str:
    return phrases.signed(value) if is_number(value) else ""


def plainly(value: Any) -> str:
    return "" if value is None else whole(value) if is_number(value) else str(value)
