"""Prints chart descriptions as lists of plain shapes, which a Typst template draws natively.

Text that users wrote never goes through SVG: drawn by Typst itself, every script is shaped as in the body.
All lengths are points on paper, so a text of size 7.5 here is 7.5 pt on the page. Nothing is computed about
scores: positions come from the description, widths of words are only estimated to choose row heights.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reports.charts import theme
from reports.charts.spec import HeatChart, LegendEntry, Row, RowChart, StackChart, StackRow, StripChart

Shape = dict[str, Any]

SMALLEST_TEXT = 7.5
BODY, NOTE = 8.8, 7.5
TALLEST = 560.0
"""A drawing taller than this is cut into several, each with its own axis."""
SPACE = 0.26
ADVANCES = (("ijl'.,:;|! ", 0.27), ("frtI()[]-/", 0.39), ("mwMW%@", 0.9), ("ABCDEFGHKLNOPQRSTUVXYZ&", 0.66))
"""Widths of characters in ems, rounded up from IBM Plex Sans; what is not listed counts 0.58."""
RUNNING = 0.93
"""Running words are narrower than the sum of the rounded widths."""
SMALLEST_PRINTED_SHARE = 6
NUMBER_WIDTH = 25.0
"""Room for a printed score or a signed difference at the end of a row."""


@dataclass(frozen=True)
class Drawing:
    """Shapes on a sheet of `width` by `height` points, and the sentence that says the same."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    alt: str

    def to_document(self) -> dict[str, Any]:
        return {"width": self.width, "height": self.height, "shapes": list(self.shapes), "alt": self.alt}


@dataclass
class _Sheet:
    """Collects shapes; colours are given as roles and kept as colour values."""

    shapes: list[Shape] = field(default_factory=list)

    def rect(self, x: float, y: float, w: float, h: float, role: str, *, radius: float = 0) -> None:
        self.shapes.append(
            {"k": "rect", "x": x, "y": y, "w": max(w, 0.01), "h": h, "fill": theme.colour(role), "r": radius}
        )

    def hatch(self, x: float, y: float, w: float, h: float) -> None:
        self.shapes.append({"k": "hatch", "x": x, "y": y, "w": w, "h": h})

    def line(self, start: tuple[float, float], end: tuple[float, float], role: str, width: float = 0.5) -> None:
        (x1, y1), (x2, y2) = start, end
        self.shapes.append(
            {"k": "line", "x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": theme.colour(role), "width": width}
        )

    def circle(self, x: float, y: float, r: float, role: str, *, hollow: bool = False) -> None:
        fill = theme.TOKENS["card"] if hollow else theme.colour(role)
        self.shapes.append({"k": "circle", "x": x, "y": y, "r": r, "fill": fill, "stroke": theme.colour(role)})

    def polygon(self, points: Sequence[tuple[float, float]], role: str, *, hollow: bool = False) -> None:
        fill = theme.TOKENS["card"] if hollow else theme.colour(role)
        self.shapes.append(
            {"k": "poly", "points": [list(point) for point in points], "fill": fill, "stroke": theme.colour(role)}
        )

    def text(
        self,
        words: str,
        x: float,
        y: float,
        w: float,
        h: float,
        *,
        align: str = "start",
        size: float = BODY,
        role: str = "text",
        weight: int = 400,
    ) -> None:
        """Put words into a box, in the middle of its height."""
        self.shapes.append(
            {
                "k": "text",
                "x": x,
                "y": y,
                "w": w,
                "h": h,
                "align": align,
                "text": words,
                "size": size,
                "fill": theme.colour(role),
                "weight": weight,
            }
        )


def row_drawings(chart: RowChart, width: float) -> tuple[Drawing, ...]:
    """Dot rows and dumbbells: label, track on the axis 0..100, value."""
    columns = _RowColumns.within(width, chart.rows)
    heights = [_row_height(row, columns) for row in chart.rows]
    drawings = []
    for rows, row_heights in _sheets(chart.rows, heights):
        sheet = _Sheet()
        y = _legend(sheet, chart.legend, width)
        y = _axis_names(sheet, chart.levels, chart.edges, columns, y)
        bottom = y + sum(row_heights)
        _gridlines(sheet, chart.edges, columns, y, bottom)
        for row, height in zip(rows, row_heights, strict=True):
            _draw_row(sheet, row, columns, y, height)
            y += height
        _axis_numbers(sheet, chart.edges, columns, bottom)
        drawings.append(Drawing(width, bottom + 14, tuple(sheet.shapes), chart.alt))
    return tuple(drawings)


def stack_drawings(chart: StackChart, width: float) -> tuple[Drawing, ...]:
    """Bars of 100 %, in the order of the scale; shares under 6 % are drawn and not printed."""
    label_width, value_width = width * 0.43, 62.0
    bar_x, bar_width = label_width + 12, width - label_width - value_width - 24
    heights = [max(_lines(row.label, label_width, 8.4) * 11.2, 20.0 if row.note else 14.0) + 7 for row in chart.rows]
    drawings = []
    for rows, row_heights in _sheets(chart.rows, heights):
        sheet = _Sheet()
        y = _legend(sheet, chart.legend, width) + 4
        for row, height in zip(rows, row_heights, strict=True):
            sheet.text(row.label, 0, y, label_width, height, size=8.4)
            _draw_shares(sheet, row, bar_x, y + height / 2 - 7, bar_width)
            value_x = bar_x + bar_width + 12
            if row.note:
                sheet.text(row.value, value_x, y + height / 2 - 11, value_width, 11, size=NOTE)
                sheet.text(row.note, value_x, y + height / 2, value_width, 11, size=NOTE, role="note")
            else:
                sheet.text(row.value, value_x, y, value_width, height, size=NOTE, role="note")
            y += height
            sheet.line((0, y), (width, y), "grid", 0.4)
        drawings.append(Drawing(width, y + 2, tuple(sheet.shapes), chart.alt))
    return tuple(drawings)


def strip_drawing(chart: StripChart, width: float) -> Drawing:
    """The scale strip: five bands, the needle with its number, a bracket for the peers."""
    sheet = _Sheet()
    top, band_height = 34.0, 15.0
    columns = _RowColumns(0, 0, 0, width, 0, 0)
    ends = [*chart.edges[1:], 100.0]
    for number, (start, end) in enumerate(zip(chart.edges, ends, strict=True), start=1):
        x, right = columns.at(start), columns.at(end)
        sheet.rect(x, top, right - x - (1.5 if end < 100 else 0), band_height, _band(number, chart.edges))
        if number <= len(chart.levels):
            here = number == chart.level
            sheet.text(
                chart.levels[number - 1],
                x,
                top + band_height + 4,
                right - x,
                11,
                align="center",
                size=8.5,
                weight=600 if here else 400,
                role="text" if here else "note",
            )
    if chart.peers:
        low, high = columns.at(chart.peers.low), columns.at(chart.peers.high)
        y = top + band_height / 2
        for x in (low, high):
            sheet.line((x, top - 2), (x, top + band_height + 2), "text", 1.2)
        sheet.line((low, y), (high, y), "text", 1.2)
    x = columns.at(chart.at)
    sheet.polygon([(x - 5, top - 8), (x + 5, top - 8), (x, top - 0.5)], "dot")
    box = min(max(x - 30, 0), width - 60)
    sheet.text(chart.value, box, 2, 60, 23, align="center", size=19, weight=600)
    return Drawing(width, top + band_height + 17, tuple(sheet.shapes), chart.alt)


def heat_document(chart: HeatChart, width: float) -> dict[str, Any]:
    """A table with coloured cells, which Typst sets as a real table so that it can go over several pages."""
    label_width = max(104.0, min(150.0, width - 40.0 * len(chart.columns)))
    cell_width = (width - label_width) / max(1, len(chart.columns))
    longest = max(
        (_word_width(word, NOTE) for column in chart.columns for word in column.short_label.split()), default=0
    )
    is_vertical = longest > cell_width - 4
    head = max((_word_width(column.short_label, NOTE) for column in chart.columns), default=0) + 8
    return {
        "label_width": label_width,
        "is_vertical": is_vertical,
        "head_height": head if is_vertical else 26.0,
        "columns": [{"label": column.label, "short": column.short_label} for column in chart.columns],
        "legend": _legend_drawing(chart.legend, width).to_document() if chart.legend else None,
        "alt": chart.alt,
        "rows": [
            {
                "label": row.label,
                "note": row.note,
                "is_whole": row.is_whole,
                "cells": [
                    {
                        "text": cell.value,
                        "fill": theme.colour(f"level:{cell.level}") if cell.level else None,
                        "ink": theme.colour(f"on_level:{cell.level}" if cell.level else "note"),
                        "is_hidden": cell.is_hidden,
                    }
                    for cell in row.cells
                ],
            }
            for row in chart.rows
        ],
    }


def mirrored(drawing: Drawing) -> Drawing:
    """Return the drawing for a page that runs from right to left; words keep their own direction."""
    return replace(drawing, shapes=tuple(_mirror(shape, drawing.width) for shape in drawing.shapes))


def smallest_text(drawing: Drawing) -> float:
    return min((shape["size"] for shape in drawing.shapes if shape["k"] == "text"), default=math.inf)


@dataclass(frozen=True)
class _RowColumns:
    label_x: float
    label_width: float
    track_x: float
    track_width: float
    value_x: float
    value_width: float

    @classmethod
    def within(cls, width: float, rows: Sequence[Row]) -> _RowColumns:
        has_notes = any(row.note for row in rows)
        label, gap = width * (0.31 if has_notes else 0.34), 12.0
        value = NUMBER_WIDTH + (62.0 if has_notes else 0.0)
        track = width - label - value - 2 * gap
        return cls(0, label, label + gap, track, label + track + 2 * gap, value)

    def at(self, score: float) -> float:
        return self.track_x + self.track_width * min(100.0, max(0.0, score)) / 100


def _sheets(rows: Sequence[Any], heights: Sequence[float]) -> Iterable[tuple[list[Any], list[float]]]:
    """Cut rows into runs that each fit on a page."""
    run: list[Any] = []
    run_heights: list[float] = []
    for row, height in zip(rows, heights, strict=True):
        if run and sum(run_heights) + height > TALLEST:
            yield run, run_heights
            run, run_heights = [], []
        run.append(row)
        run_heights.append(height)
    if run:
        yield run, run_heights


def _row_height(row: Row, columns: _RowColumns) -> float:
    label = _lines(row.label, columns.label_width, BODY) * 11.6
    note_width = columns.value_width - (NUMBER_WIDTH if row.value else 0)
    note = 9.6 * _lines(row.note, note_width, NOTE) if row.note and note_width > 0 else 0
    return max(label, note, 12.0) + 8


def _draw_row(sheet: _Sheet, row: Row, columns: _RowColumns, y: float, height: float) -> None:
    middle = y + height / 2
    sheet.text(row.label, columns.label_x, y, columns.label_width, height)
    if row.is_hidden:
        sheet.hatch(columns.track_x, middle - 6, columns.track_width, 12)
        if columns.value_width:
            sheet.text(row.note, columns.value_x, y, columns.value_width, height, size=NOTE, role="note")
        return
    for span in row.spans:
        low, high = columns.at(span.low), columns.at(span.high)
        thickness = {"peers": 13.0, "interval": 2.2, "gap_clear": 4.5, "gap_chance": 2.4}[span.role]
        sheet.rect(low, middle - thickness / 2, high - low, thickness, span.role, radius=min(2.0, thickness / 2))
    for mark in row.marks:
        _mark(sheet, mark.kind, columns.at(mark.at), middle)
    number_width = min(NUMBER_WIDTH, columns.value_width) if row.value else 0
    if row.value:
        sheet.text(row.value, columns.value_x, y, number_width, height, size=9.4, weight=600)
    if row.note:
        note_width = columns.value_width - number_width
        sheet.text(row.note, columns.value_x + number_width, y, note_width, height, size=NOTE, role="note")


def _mark(sheet: _Sheet, kind: str, x: float, y: float) -> None:
    if kind == "dot":
        sheet.circle(x, y, 3.0, "dot")
    elif kind in {"ring", "faint"}:
        sheet.circle(x, y, 3.7, kind, hollow=True)
    elif kind == "square":
        sheet.rect(x - 4, y - 4, 8, 8, "square")
    elif kind == "triangle":
        sheet.polygon([(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)], "triangle")
    elif kind == "diamond":
        sheet.polygon([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], "diamond", hollow=True)
    elif kind == "cross":
        sheet.line((x - 4, y - 4), (x + 4, y + 4), "text", 1.8)
        sheet.line((x - 4, y + 4), (x + 4, y - 4), "text", 1.8)
    else:
        sheet.rect(x - 0.8, y - 7, 1.6, 14, "tick")


def _axis_names(sheet: _Sheet, levels: Sequence[str], edges: Sequence[float], columns: _RowColumns, y: float) -> float:
    """Draw band names over a thin strip of the level colours; return where the rows begin."""
    ends = [*edges[1:], 100.0]
    bands = list(zip(edges, ends, strict=True))
    fits = all(
        _word_width(name, NOTE) < columns.at(end) - columns.at(start) + 2
        for name, (start, end) in zip(levels, bands, strict=False)
    )
    for number, (start, end) in enumerate(bands, start=1):
        x, right = columns.at(start), columns.at(end)
        name = levels[number - 1] if fits and number <= len(levels) else str(number)
        sheet.text(name, x - 4, y, right - x + 8, 10, align="center", size=NOTE, role="note")
        sheet.rect(x, y + 12, right - x - (1 if end < 100 else 0), 3.2, _band(number, edges))
    return y + 19


def _band(number: int, edges: Sequence[float]) -> str:
    return f"level:{theme.shade(number, len(edges))}"


def _gridlines(sheet: _Sheet, edges: Sequence[float], columns: _RowColumns, top: float, bottom: float) -> None:
    for edge in (*edges, 100.0):
        x = columns.at(edge)
        sheet.line((x, top - 3), (x, bottom + 2), "grid", 0.6)


def _axis_numbers(sheet: _Sheet, edges: Sequence[float], columns: _RowColumns, y: float) -> None:
    for edge in (*edges, 100.0):
        sheet.text(f"{edge:g}", columns.at(edge) - 14, y + 3, 28, 10, align="center", size=NOTE, role="note")


def _draw_shares(sheet: _Sheet, row: StackRow, x: float, y: float, width: float) -> None:
    total = sum(share.percent for share in row.shares) or 1
    for share in row.shares:
        part = width * share.percent / total
        if not share.percent:
            continue
        sheet.rect(x, y, max(part - 0.8, 0.4), 14, f"level:{share.level}")
        if share.percent >= SMALLEST_PRINTED_SHARE:
            sheet.text(str(share.percent), x, y, part - 0.8, 14, align="center", size=8, role=f"on_level:{share.level}")
        x += part


def _legend(sheet: _Sheet, entries: Sequence[LegendEntry], width: float) -> float:
    """Draw the legend in the order of the data; return the height it takes."""
    if not entries:
        return 0
    x, y = 0.0, 0.0
    for entry in entries:
        words = _word_width(entry.label, NOTE) * RUNNING
        if x and x + 20 + words > width:
            x, y = 0.0, y + 14
        _swatch(sheet, entry.role, x, y + 6)
        sheet.text(entry.label, x + 19, y, words + 8, 12, size=NOTE, role="note")
        x += 19 + words + 9
    return y + 21


def _legend_drawing(entries: Sequence[LegendEntry], width: float) -> Drawing:
    sheet = _Sheet()
    height = _legend(sheet, entries, width)
    return Drawing(width, height - 5, tuple(sheet.shapes), ", ".join(entry.label for entry in entries))


def _swatch(sheet: _Sheet, role: str, x: float, y: float) -> None:
    if role in {"interval", "gap_clear", "gap_chance"}:
        thickness = {"interval": 3.0, "gap_clear": 4.0, "gap_chance": 2.4}[role]
        sheet.rect(x, y - thickness / 2, 14, thickness, role)
    elif role == "hidden":
        sheet.hatch(x, y - 5, 14, 10)
    elif role == "peers" or role.startswith("level:"):
        sheet.rect(x, y - 5, 14, 10, role, radius=1)
    elif role in {"dot", "ring", "square", "triangle", "diamond", "tick", "cross", "faint"}:
        _mark(sheet, role, x + 7, y)


def _mirror(shape: Shape, width: float) -> Shape:
    if shape["k"] in {"rect", "hatch"}:
        return {**shape, "x": width - shape["x"] - shape["w"]}
    if shape["k"] == "line":
        return {**shape, "x1": width - shape["x1"], "x2": width - shape["x2"]}
    if shape["k"] == "circle":
        return {**shape, "x": width - shape["x"]}
    if shape["k"] == "poly":
        return {**shape, "points": [[width - x, y] for x, y in shape["points"]]}
    return {**shape, "x": width - shape["x"] - shape["w"]}


def _word_width(words: str, size: float) -> float:
    """Estimate the width of words in points; the wide scripts count a full em."""
    return sum(_advance(letter) for letter in words) * size


def _advance(letter: str) -> float:
    if ord(letter) >= 0x2E80:
        return 1.0
    return next((advance for letters, advance in ADVANCES if letter in letters), 0.58)


def _lines(words: str, width: float, size: float) -> int:
    """Estimate how many lines words take in a column, breaking between words and inside overlong ones."""
    lines, used = 1, 0.0
    for word in words.split():
        needed = _word_width(word, size) * RUNNING
        if used and used + needed > width:
            lines, used = lines + 1, 0.0
        lines += int(needed // width)
        used += needed % width + SPACE * size
    return lines
