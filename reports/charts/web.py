"""Prints chart descriptions as HTML: rows whose marks carry whole positions as classes, and real tables.

No inline styles, no scripts; the style sheet is `static/css/charts.css`. Nothing is computed here but the
rounding of positions to whole percentages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reports.charts import phrases, theme
from reports.charts.spec import (
    EQUAL_BANDS,
    Chart,
    HeatChart,
    LegendEntry,
    Mark,
    Row,
    RowChart,
    Span,
    StackChart,
    StripChart,
)

Link = Callable[[str], str]
"""From a row's or column's key to the address it leads to, or an empty text."""

MARKS = {
    "dot": "dot",
    "square": "dot sq",
    "ring": "dot open",
    "triangle": "tri",
    "diamond": "tgt",
    "tick": "tick",
    "cross": "crs",
    "faint": "dot open",
}
SPANS = {"interval": "ci", "peers": "pband", "gap_clear": "link big", "gap_chance": "link"}
LEGEND = {**MARKS, **SPANS, "hidden": "sw hid", "rise": "sw d6", "fall": "sw d2"}


def no_link(_key: str) -> str:
    return ""


def printed(chart: Chart | None, *, link: Link = no_link) -> SafeString:
    """Return a chart as HTML with its legend and its numbers in a table; nothing for no chart."""
    if chart is None:
        return SafeString("")
    if isinstance(chart, RowChart):
        context = _rows(chart, link)
    elif isinstance(chart, HeatChart):
        context = _heat(chart, link)
    elif isinstance(chart, StackChart):
        context = {"rows": chart.rows}
    else:
        context = _strip(chart)
    legend = () if isinstance(chart, StripChart) else chart.legend
    return render_to_string(
        f"components/charts/{chart.kind}.html",
        {"chart": chart, "key": _key(legend), "table": chart.table, **context},
    )


def position(value: float, edges: Sequence[float] = EQUAL_BANDS) -> int:
    """Return `value` as a whole percentage on the axis that never lies in a higher band than the value itself."""
    place = min(100, max(0, phrases.whole(value)))
    return max(0, place - 1) if place in edges and value < place else place


def _key(legend: Sequence[LegendEntry]) -> list[tuple[str, str]]:
    return [(_swatch(entry.role), entry.label) for entry in legend]


def _swatch(role: str) -> str:
    kind, _, number = role.partition(":")
    if kind == "level":
        return f"sw b{number}"
    return f"{LEGEND[kind]} s{number}" if number else LEGEND[kind]


def _span(span: Span, edges: Sequence[float]) -> str:
    """Return a span's classes. Both ends are rounded, not the width, so that bars end where their numbers say."""
    start = position(span.low, edges)
    return f"{SPANS[span.role]} at-{start} w-{max(0, position(span.high, edges) - start)}"


def _rows(chart: RowChart, link: Link) -> dict[str, Any]:
    return {
        "names": _names(chart.levels, chart.edges),
        "gridlines": _gridlines(chart.edges),
        "rows": [_row(row, chart.edges, link) for row in chart.rows],
    }


def _row(row: Row, edges: Sequence[float], link: Link) -> dict[str, Any]:
    return {
        "row": row,
        "href": link(row.key),
        "marks": [_span(span, edges) for span in row.spans] + [_mark(mark, edges) for mark in row.marks],
    }


def _mark(mark: Mark, edges: Sequence[float]) -> str:
    series = f" s{mark.series}" if mark.series else ""
    return f"{MARKS[mark.kind]}{series} at-{position(mark.at, edges)}"


def _names(levels: Sequence[str], edges: Sequence[float]) -> list[tuple[str, str]]:
    """Return each level's name with the class of its width on the axis; nothing for an axis without names."""
    if not levels:
        return []
    ends = [*edges[1:], 100]
    return [
        (name, f"w-{position(end, ()) - position(start, ())}")
        for name, start, end in zip(levels, edges, ends, strict=True)
    ]


def _gridlines(edges: Sequence[float]) -> list[str]:
    """Return the classes of gridlines that the style sheet's even ones do not cover; None are needed for five bands."""
    return [] if tuple(edges) == EQUAL_BANDS else [f"edge at-{position(edge, ())}" for edge in edges if edge]


def _strip(chart: StripChart) -> dict[str, Any]:
    count = len(chart.levels)
    bands = [
        {"name": name, "width": width, "colour": f"b{theme.shade(number, count)}", "is_reached": number == chart.level}
        for number, (name, width) in enumerate(_names(chart.levels, chart.edges), start=1)
    ]
    peers = chart.peers
    return {
        "bands": bands,
        "needle": f"at-{position(chart.at, chart.edges)}",
        "bracket": "" if peers is None else f"at-{position(peers.low)} w-{position(peers.high) - position(peers.low)}",
    }


def _heat(chart: HeatChart, link: Link) -> dict[str, Any]:
    columns = [{"column": column, "href": link(column.key)} for column in chart.columns]
    rows = []
    for row in chart.rows:
        cells = [
            {"cell": cell, "href": link(column.key), "css": f"b{cell.level}" if cell.level else f"d{cell.step + 4}"}
            for column, cell in zip(chart.columns, row.cells, strict=True)
        ]
        rows.append({"row": row, "cells": cells})
    return {"columns": columns, "rows": rows}
