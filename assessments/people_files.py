"""Reads lists of people from CSV, pasted text and XLSX, and writes lists that a spreadsheet cannot run.

Pure but for the language of its messages. What a line means is decided by `assessments.people_lists`; here
a file becomes rows of text, within limits that no file can talk its way around.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

COLUMNS = ("name", "email", "staff_number", "unit", "role", "contact_level")
SYNONYMS = {
    "name": ("full name", "employee", "employee name", "person"),
    "email": ("e mail", "mail", "email address", "e mail address", "work email"),
    "staff_number": ("staff no", "staff id", "employee number", "employee no", "employee id", "personnel number", "id"),
    "unit": ("department", "team", "branch", "site", "unit code", "unit name", "organisational unit"),
    "role": ("group", "respondent group", "job role"),
    "contact_level": ("contact", "customer contact", "contact with customers"),
}
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_CHARACTERS = 300
# A list of 20,000 people unpacks to about 5 MB; what unpacks to more is no list of people.
MOST_UNPACKED_BYTES = 30 * 1024 * 1024
# The last four are full-width forms of = + - @, which start a formula as well.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class UnreadableFile(Exception):
    """The file is no list of people that could be read; the message says why, and what to do."""


@dataclass(frozen=True)
class Line:
    """One line of a list: its number in the file and its cells by column."""

    number: int
    cells: dict[str, str]


def read_list(data: bytes) -> list[Line]:
    """Return the lines of an uploaded CSV or XLSX file that are not empty.

    :raises UnreadableFile: when it is neither, is too large, or its head names no unit
    """
    if data.startswith(b"PK\x03\x04"):
        return _lines(_xlsx_rows(data))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(_("This is an old Excel file. Save it as .xlsx or as CSV and upload that."))
    return read_text(_decoded(data))


def read_text(text: str) -> list[Line]:
    """Return the lines of pasted text or of a decoded CSV file.

    :raises UnreadableFile: when it is too large, is no text, or its head names no unit
    """
    if "\0" in text:
        raise UnreadableFile(_no_text())
    return _lines(_csv_rows(text))


def inert(text: str) -> str:
    """Return `text` so that no spreadsheet runs it: a leading apostrophe where it could start a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def written_list(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV text, with the mark that lets Excel read accents, in which every cell is inert."""
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow([inert(cell) for cell in head])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return file.getvalue()


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise UnreadableFile(_no_text()) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max("\t;,", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    first_line = 1
    try:
        for row in reader:
            yield first_line, row
            first_line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(
            _("Line %(line)d could not be read (%(reason)s). Save the list as CSV again.")
            % {"line": first_line, "reason": error}
        ) from None


def _xlsx_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # noqa: PLC0415  takes 0.6 s, which every start would pay

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise UnreadableFile(_too_long())
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # What the file says about its own size is not believed.
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), start=1):
            if any(value is not None for value in row):
                yield number, [_cell_text(value) for value in row]
    except UnreadableFile:
        raise
    except Exception as error:
        # A file from anywhere: openpyxl lets through whatever zip, XML and its own parts raise.
        raise UnreadableFile(
            _("This .xlsx file could not be read. Open it, save it again as .xlsx or CSV, and upload that.")
        ) from error


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value)


def _lines(rows: Iterator[tuple[int, list[str]]]) -> list[Line]:
    columns: list[str] | None = None
    lines: list[Line] = []
    for number, row in rows:
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if columns is None:
            columns = _columns(cells)
            continue
        if len(lines) == MOST_ROWS:
            raise UnreadableFile(_too_long())
        for cell in cells:
            if len(cell) > MOST_CHARACTERS:
                raise UnreadableFile(
                    _(
                        "Line %(line)d holds a cell of more than %(most)d characters. "
                        "This does not look like a list of people; nothing was taken over."
                    )
                    % {"line": number, "most": MOST_CHARACTERS}
                )
        lines.append(Line(number, {name: cell for name, cell in zip(columns, cells, strict=False) if name}))
    if columns is None:
        raise UnreadableFile(_("The list is empty. Its first line names the columns; at least “unit” is needed."))
    if not lines:
        raise UnreadableFile(_("The list has a first line with the columns, but nobody below it."))
    return lines


def _columns(head: Sequence[str]) -> list[str]:
    """Return the known column of each head cell, or "" where it is none of ours."""
    if len(head) > MOST_COLUMNS:
        raise UnreadableFile(
            _(
                "The list has more than %(most)d columns. Keep name, email, staff_number, unit, role and "
                "contact_level, and upload it again."
            )
            % {"most": MOST_COLUMNS}
        )
    columns = [_column(cell) for cell in head]
    for name in COLUMNS:
        if columns.count(name) > 1:
            raise UnreadableFile(
                _("Two columns of the list are read as “%(column)s”. Keep one of them.") % {"column": name}
            )
    if "unit" not in columns:
        raise UnreadableFile(
            _(
                "The first line names no column “unit”. It must name the columns: "
                "name, email, staff_number, unit, role, contact_level."
            )
        )
    return columns


def _column(cell: str) -> str:
    words = " ".join(cell.lower().replace("_", " ").replace("-", " ").replace(".", " ").split())
    for name in COLUMNS:
        if words == name.replace("_", " ") or words in SYNONYMS[name]:
            return name
    return ""


def _no_text() -> str:
    return _("This is not a text file. Save the list as CSV or .xlsx and upload that.")


def _too_long() -> str:
    return _(
        "The list has more than %(most)d lines. Upload it in parts of at most %(most)d people; nothing was taken over."
    ) % {"most": MOST_ROWS}
