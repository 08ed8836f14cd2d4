"""What a chart says, before anybody draws it. Printers read these values and never compute.

Positions are scores on the one axis 0..100. Colours are roles, never colour values; each printer looks
them up in its own theme. Every row carries its alt text, and every chart the table that holds its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EQUAL_BANDS = (0.0, 20.0, 40.0, 60.0, 80.0)

MarkKind = Literal["dot", "square", "ring", "triangle", "diamond", "tick", "cross", "faint"]
"""A "faint" mark is one of many that stand behind the few with a colour of their own."""
SpanRole = Literal["interval", "peers", "gap_clear", "gap_chance"]


@dataclass(frozen=True)
class Mark:
    kind: MarkKind
    at: float
    label: str
    """What the mark stands for, such as "leaders" or "last wave"."""
    series: int = 0
    """1 to 5 for one of several organisations, which have a colour each beside their shape."""
    words: str = ""
    """The printed number, where several marks share a row."""


@dataclass(frozen=True)
class Span:
    role: SpanRole
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """One line of a row chart. A hidden row has no marks, spans or value."""

    key: str
    label: str
    marks: tuple[Mark, ...] = ()
    spans: tuple[Span, ...] = ()
    value: str = ""
    note: str = ""
    alt: str = ""
    is_hidden: bool = False


@dataclass(frozen=True)
class Table:
    """A chart's numbers as text, for `details`, files and screen readers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class LegendEntry:
    role: str
    """A mark kind, a span role, "level:1".."level:5", "rise", "fall", "hidden", or a mark kind and a
    series such as "square:2"."""
    label: str


@dataclass(frozen=True)
class RowChart:
    """Dot rows and dumbbells on the axis 0..100 with the level names above."""

    key: str
    title: str
    caption: str
    levels: tuple[str, ...]
    rows: tuple[Row, ...]
    legend: tuple[LegendEntry, ...]
    table: Table
    alt: str
    kind: Literal["rows"] = "rows"
    edges: tuple[float, ...] = EQUAL_BANDS
    """Where each level starts: gridlines stand there, and the names between them."""


@dataclass(frozen=True)
class Cell:
    """`level` 1..5 gives the colour; a hidden cell has no value."""

    value: str = ""
    level: int | None = None
    alt: str = ""
    is_hidden: bool = False
    is_empty: bool = False
    """Not asked of this group."""
    step: int = 0
    """For a difference: -3 to 3 on the difference colours, instead of a level."""


@dataclass(frozen=True)
class HeatRow:
    key: str
    label: str
    note: str
    cells: tuple[Cell, ...]
    is_whole: bool = False


@dataclass(frozen=True)
class HeatColumn:
    key: str
    label: str
    short_label: str


@dataclass(frozen=True)
class HeatChart:
    key: str
    title: str
    caption: str
    columns: tuple[HeatColumn, ...]
    rows: tuple[HeatRow, ...]
    legend: tuple[LegendEntry, ...]
    table: Table
    alt: str
    kind: Literal["heat"] = "heat"


@dataclass(frozen=True)
class Share:
    label: str
    percent: int
    level: int


@dataclass(frozen=True)
class StackRow:
    key: str
    label: str
    shares: tuple[Share, ...]
    value: str
    alt: str
    note: str = ""
    """How far people agree, in words."""


@dataclass(frozen=True)
class StackChart:
    """Answers in per cent, in the order of the scale; "can't see" stands outside the bar, in `value`."""

    key: str
    title: str
    caption: str
    rows: tuple[StackRow, ...]
    legend: tuple[LegendEntry, ...]
    table: Table
    alt: str
    kind: Literal["stack"] = "stack"


@dataclass(frozen=True)
class StripChart:
    """The scale strip: five bands, a needle at the score, a bracket over the middle half of peers."""

    key: str
    title: str
    caption: str
    levels: tuple[str, ...]
    at: float
    value: str
    level: int
    peers: Span | None
    alt: str
    table: Table
    note: str = ""
    """What the bracket means, in words; empty without one."""
    kind: Literal["strip"] = "strip"
    edges: tuple[float, ...] = EQUAL_BANDS


@dataclass(frozen=True)
class Point:
    """Somebody on two axes, with the intervals of both scores where they are known."""

    label: str
    x: float
    y: float
    kind: MarkKind
    alt: str
    series: int = 0
    x_span: Span | None = None
    y_span: Span | None = None


@dataclass(frozen=True)
class PointChart:
    """Two scores against each other on two axes 0..100, with the line on which both are equal."""

    key: str
    title: str
    caption: str
    x_label: str
    y_label: str
    points: tuple[Point, ...]
    equal_label: str
    table: Table
    alt: str
    edges: tuple[float, ...] = EQUAL_BANDS


Chart = RowChart | HeatChart | StackChart | StripChart
