"""Which characters the fonts shipped for print have. Read from their own tables, without a font library."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "fonts"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@cache
def covered_characters(folder: Path = FOLDER) -> frozenset[int]:
    """Return the code points that at least one font in `folder` has a glyph for."""
    covered: set[int] = set()
    for path in sorted(folder.glob("*.ttf")):
        covered |= _characters_of(path.read_bytes())
    return frozenset(covered)


def printable(sheet: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the sheet with every character that no shipped font has replaced visibly, and those characters.

    One such character would abort the whole file under the standards, and vanish silently without them.
    """
    covered = covered_characters()
    stand_in = REPLACEMENT if ord(REPLACEMENT) in covered else "?"
    replaced: set[str] = set()

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return "".join(letter_of(letter) for letter in unicodedata.normalize("NFC", value))
        if isinstance(value, Mapping):
            return {key: clean(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [clean(entry) for entry in value]
        return value

    def letter_of(letter: str) -> str:
        if letter in "\n\t\r":
            return " "
        if unicodedata.category(letter) in {"Cc", "Cn", "Cs"}:
            return ""
        if ord(letter) in covered:
            return letter
        if unicodedata.category(letter) == "Cf":
            return ""
        replaced.add(letter)
        return stand_in

    return clean(sheet), frozenset(replaced)


def _characters_of(font: bytes) -> set[int]:
    """Read a font's character map (formats 4 and 12 of the OpenType specification, chapter "cmap")."""
    tables = struct.unpack_from(">H", font, 4)[0]
    for place in range(12, 12 + 16 * tables, 16):
        tag, _checksum, offset, _length = struct.unpack_from(">4sIII", font, place)
        if tag == b"cmap":
            return _characters_in(font, offset)
    return set()


def _characters_in(font: bytes, cmap: int) -> set[int]:
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        _platform, _encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        kind = struct.unpack_from(">H", font, cmap + offset)[0]
        if kind == 4:
            found |= _segments(font, cmap + offset)
        elif kind == 12:
            found |= _ranges(font, cmap + offset)
    return found


def _segments(font: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", font, at + 16 + 4 * count)
    offsets_at = at + 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", font, offsets_at)
    found = set()
    for segment, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offsets[segment]:
                place = offsets_at + 2 * segment + offsets[segment] + 2 * (code - start)
                glyph = struct.unpack_from(">H", font, place)[0]
                if not glyph:
                    continue
            if (glyph + deltas[segment]) & 0xFFFF:
                found.add(code)
    return found


def _ranges(font: bytes, at: int) -> set[int]:
    found = set()
    for number in range(struct.unpack_from(">I", font, at + 12)[0]):
        start, end, glyph = struct.unpack_from(">III", font, at + 16 + 12 * number)
        found |= {code for code in range(start, end + 1) if glyph + code - start}
    return found
