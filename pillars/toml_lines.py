"""On which line of a TOML file a value stands, so that an author is told where to look.

The parser of the standard library gives values without positions. This reads the same text once more,
only for table headers and keys; inline tables and arrays are found at the line of their key.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+|\"[^\"]+\"|'[^']+')\s*(?:\.[^=]*)?=")
TRIPLE = ('"""', "'''")


def lines_by_path(text: str) -> dict[Path, int]:
    """Return the line (counted from 1) of each table and key, by its path in the parsed document.

    ("instruments", 0, "dimensions", 2, "title") is the title of the third dimension of the first instrument.
    """
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quote:
            if quote in line:
                quote = ""
            continue
        if header := HEADER.match(line):
            table = _table_path(header[2], is_array=header[1] == "[[", counts=counts)
            lines[table] = number
        elif key := KEY.match(line):
            lines.setdefault((*table, key[1].strip("\"'")), number)
        quote = next((mark for mark in TRIPLE if line.count(mark) % 2), "")
    return lines


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """Return the line of `path`, or of the nearest thing around it that has one; 1 if there is none."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1


def _table_path(name: str, *, is_array: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path] - 1)
    path = (*path, parts[-1])
    if not is_array:
        return path
    counts[path] = counts.get(path, 0) + 1
    return (*path, counts[path] - 1)
