"""What a report is made of: frozen blocks that hold every word and number that will be printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.charts.spec import Chart

Tone = Literal["strength", "gap", "neutral"]


@dataclass(frozen=True)
class Prose:
    paragraphs: tuple[str, ...]
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True)
class Fact:
    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """A row of headline numbers, at most four."""

    facts: tuple[Fact, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Point:
    heading: str
    text: str = ""


@dataclass(frozen=True)
class Column:
    title: str
    points: tuple[Point, ...]
    tone: Tone = "neutral"
    empty: str = ""
    """What stands here when there are no points."""


@dataclass(frozen=True)
class Columns:
    """Short lists side by side."""

    columns: tuple[Column, ...]
    kind: Literal["columns"] = "columns"


@dataclass(frozen=True)
class Numbered:
    """A numbered list, such as the decisions that are asked."""

    title: str
    points: tuple[Point, ...]
    kind: Literal["numbered"] = "numbered"


@dataclass(frozen=True)
class Exhibit:
    """A chart with its number, title and source. A chart without rows is never made an exhibit."""

    number: int
    label: str
    """"Exhibit 3" in the report's language."""
    title: str
    source: str
    chart: Chart
    kind: Literal["exhibit"] = "exhibit"


@dataclass(frozen=True)
class Step:
    number: int
    title: str
    band: str
    meaning: str
    shade: int
    """Which of the five level colours, 1 to 5."""
    is_here: bool


@dataclass(frozen=True)
class Ladder:
    steps: tuple[Step, ...]
    here: str
    """The words that mark the step the organisation stands on."""
    kind: Literal["ladder"] = "ladder"


@dataclass(frozen=True)
class Grid:
    """A table. `widths` are shares of the page; `numeric` names the columns whose entries end-align."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numeric: tuple[int, ...] = ()
    note: str = ""
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True)
class Action:
    text: str
    because: str
    subject: str


@dataclass(frozen=True)
class Phase:
    title: str
    span: str
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Roadmap:
    """Actions by when; the last two columns are ruled lines for the reader's pen."""

    phases: tuple[Phase, ...]
    columns: tuple[str, str, str]
    kind: Literal["roadmap"] = "roadmap"


@dataclass(frozen=True)
class Aside:
    """What follows from the section, in a marked paragraph."""

    title: str
    text: str
    kind: Literal["aside"] = "aside"


@dataclass(frozen=True)
class Colophon:
    """What the report rests on, in pairs; the printer adds the hash of the content under `hash_label`."""

    rows: tuple[tuple[str, str], ...]
    hash_label: str
    kind: Literal["colophon"] = "colophon"


Block = Prose | Facts | Columns | Numbered | Exhibit | Ladder | Grid | Roadmap | Aside | Colophon


@dataclass(frozen=True)
class Section:
    """One finding with its proof. `eyebrow` names the topic, `heading` says what was found."""

    key: str
    eyebrow: str
    heading: str
    lead: str
    blocks: tuple[Block, ...]
