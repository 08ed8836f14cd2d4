"""Sheets of a workbook with live formulas: rows, addresses, and texts that stay texts. Knows nothing of results."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language_bidi

from reports.export import CREATED, INERT, write_cell

FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")
LONGEST_NAME = 31


@dataclass(frozen=True)
class Cell:
    """Where a number stands, as formulas name it, and what it is."""

    address: str
    value: float


@dataclass(frozen=True)
class Formula:
    """A live formula with the value that programs show which do not compute."""

    text: str
    value: float | str
    style: str = "score"


@dataclass
class Sheet:
    """A sheet being filled from the top; `line` is the next free row."""

    page: Any
    name: str
    line: int = 0

    def cell(self, line: int, place: int) -> str:
        """Return a cell's address for a formula on any sheet."""
        return f"'{self.name}'!{place_of(line, place)}"

    def area(self, first: int, last: int, place: int) -> str:
        return f"{self.cell(first, place)}:{place_of(last, place)}"


@dataclass
class Spreadsheet:
    """A workbook that is being written."""

    file: Any
    styles: dict[str, Any]
    names: set[str] = field(default_factory=set)

    def sheet(self, title: str, heads: Sequence[str], *, widths: Sequence[int] = (), freeze: int = 1) -> Sheet:
        """Return a new sheet with a row of heads; it reads from right to left where the language does."""
        name = title.translate(FORBIDDEN).strip()[:LONGEST_NAME] or str(len(self.names) + 1)
        while name.lower() in self.names:
            name = f"{name[: LONGEST_NAME - 3]} {len(self.names)}"
        self.names.add(name.lower())
        page = self.file.add_worksheet(name)
        if get_language_bidi():
            page.right_to_left()
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        sheet = Sheet(page, name)
        if heads:
            self.row(sheet, heads, style="head")
            page.freeze_panes(1, freeze)
        return sheet

    def row(self, sheet: Sheet, values: Sequence[Any], style: str = "") -> int:
        """Write values and `Formula`s into the next row and return its number."""
        for place, value in enumerate(values):
            if isinstance(value, Formula):
                kind = self.styles[style or value.style]
                sheet.page.write_formula(sheet.line, place, value.text, kind, value.value)
            else:
                kind = self.styles[style or ("score" if isinstance(value, float) else "text")]
                write_cell(sheet.page, sheet.line, place, value, kind)
        sheet.line += 1
        return sheet.line - 1


@contextmanager
def spreadsheet(buffer: io.BytesIO) -> Iterator[Spreadsheet]:
    """Yield a workbook that is written into `buffer` at the end."""
    import xlsxwriter  # noqa: PLC0415  only files need it

    with xlsxwriter.Workbook(buffer, INERT) as file:
        # A fixed date: the same release gives the same file.
        file.set_properties({"created": CREATED})
        styles = {
            "text": file.add_format({"valign": "top"}),
            "score": file.add_format({"num_format": "0.00"}),
            "whole": file.add_format({"num_format": "0"}),
            "exact": file.add_format({"num_format": "0.0000000000"}),
            "head": file.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "wrap": file.add_format({"text_wrap": True, "valign": "top"}),
        }
        yield Spreadsheet(file, styles)


def place_of(line: int, place: int, *, fixed: bool = False) -> str:
    """Return a cell's address, such as "C5"; with `fixed`, one whose row stays: "C$5"."""
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{'$' if fixed else ''}{line + 1}"


def fixed(area: str) -> str:
    """Return an area whose rows and columns stay when a formula is copied: 'Levels'!$C$2:$C$6."""
    name, _mark, cells = area.rpartition("!")
    first, last = cells.split(":")
    return f"{name}!{_anchored(first)}:{_anchored(last)}"


def _anchored(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"


def quoted(text: str) -> str:
    """Return a text as it stands between the quotes of a formula."""
    return text.replace('"', '""')
