"""Reads stored answers into columns, many at once, with a fingerprint of all of them.

A response's answers are one flat JSON object. `json.loads` makes 60 Python objects of each, which costs more than
everything that is computed from them. So keys and values are found with numpy in the bytes of many texts at
once. Whatever does not look like the plain texts that both databases give is left to `json.loads`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pillars.schema import Answer, Framework
from pillars.vectors import NOT_HERE, NOTHING, UNREADABLE, UNSEEN, Mask, code_of, code_type
from reports.analyses.people import Gathering, People
from reports.flat_json import FlatObjects, Words, mark_of

Places = npt.NDArray[np.int64]
Table = npt.NDArray[np.int16]
"""Codes of some people: a row for each, a column for each item."""

CANONICAL = json.JSONEncoder(sort_keys=True).encode


class Stored(NamedTuple):
    """A response as the database keeps it; `attributes` and `answers` are JSON."""

    role: str
    unit: int
    level: str
    is_fast: bool
    time_band: int | None
    attributes: str
    answers: str


@dataclass(frozen=True)
class Read:
    """Some people's answers: their codes, and whatever is no answer to an item, by place in the table and key."""

    table: Table
    others: Sequence[Mapping[str, Answer]]


@dataclass
class Reading:
    """Takes in responses some at a time."""

    framework: Framework
    by_unit: bool = True
    levels: frozenset[str] = frozenset()
    """The contact levels that are reported; what is not told apart is one for every audit."""
    digests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._gathering = Gathering(self.framework)
        self._texts = AnswerTexts(self.framework)

    def take(self, rows: Sequence[Stored]) -> None:
        """Take in some responses."""
        read = self._texts.read([row.answers for row in rows])
        first = self._gathering.count
        for number, others in enumerate(read.others, start=first):
            for key, answer in others.items():
                self._gathering.tell(number, key, answer)
        self._gathering.place(
            [
                (
                    row.role,
                    row.unit if self.by_unit else None,
                    row.level if row.level in self.levels else "",
                    row.is_fast,
                )
                for row in rows
            ],
            {item.key: read.table[:, place].astype(code_type(item)) for place, item in enumerate(self.framework.items)},
        )
        self.digests += map(_digest, rows, _row_bytes(read.table), read.others)

    def people(self) -> People:
        """Return everybody taken in, in the order of their fingerprints: the same whatever order they are stored in."""
        order = np.argsort(np.frombuffer(b"".join(self.digests), "S32"), kind="stable")
        return self._gathering.in_order(order)

    def digest(self) -> str:
        """Return a fingerprint of all responses with their cells, whatever order they are stored in and as what.

        It is the SHA-256 of the sorted SHA-256 of each response, so that nothing of one answer can be read from it.
        """
        return hashlib.sha256(b"".join(sorted(self.digests))).hexdigest()


def _row_bytes(table: Table) -> Iterator[bytes]:
    data, width = table.astype("<i2").tobytes(), 2 * table.shape[1]
    return (data[place * width : (place + 1) * width] for place in range(len(table)))


def _digest(row: Stored, codes: bytes, others: Mapping[str, Answer]) -> bytes:
    attributes = row.attributes if row.attributes == "{}" else CANONICAL(json.loads(row.attributes))
    told = CANONICAL(others) if others else "{}"
    stands = f"{row.role}\0{row.unit}\0{row.level}\0{row.is_fast}\0{row.time_band}\0{attributes}\0{told}\0"
    return hashlib.sha256(stands.encode() + codes).digest()


class AnswerTexts:
    """Reads JSON texts of answers to one framework."""

    def __init__(self, framework: Framework) -> None:
        self.items = framework.items
        self.lowest = np.array([item.scale.lowest for item in self.items], np.int64)
        self.highest = np.array([item.scale.highest for item in self.items], np.int64)
        self.place_of = {item.key: place for place, item in enumerate(self.items)}

    def read(self, texts: Sequence[str]) -> Read:
        """Return the answers in some texts.

        :raises ValueError: when a point is not on its item's scale
        """
        table = np.full((len(texts), len(self.items)), NOTHING, np.int16)
        others: list[dict[str, Answer]] = [{} for _ in texts]
        plain = [place for place, text in enumerate(texts) if "\\" not in text]
        if not self._read_plain([texts[place] for place in plain], np.array(plain, np.int64), table, others):
            plain = []
        for place in sorted(set(range(len(texts))) - set(plain)):
            self._read_any(json.loads(texts[place]), table[place], others[place])
        return Read(table, others)

    def _read_any(self, answers: Mapping[str, Any], row: Table, others: dict[str, Answer]) -> None:
        for key, answer in answers.items():
            place = self.place_of.get(key)
            row_code = UNREADABLE if place is None else code_of(self.items[place], answer)
            if place is not None:
                row[place] = row_code
            if row_code == UNREADABLE:
                others[key] = answer

    def _read_plain(self, texts: Sequence[str], rows: Places, table: Table, others: list[dict[str, Answer]]) -> bool:
        """Read texts without escaped characters; say whether all of them looked as expected, else nothing is read."""
        found = FlatObjects.of(texts)
        if found is None:
            return False
        place, column = rows[found.row], self._columns_of(found)
        codes, is_read = self._codes(found, column)
        is_read &= column >= 0
        table[place[is_read], column[is_read]] = codes[is_read]
        left = np.flatnonzero(~is_read).tolist()
        for at, answer in zip(left, found.answers(left), strict=True):
            self._read_any({found.name(at): answer}, table[place[at]], others[place[at]])
        return True

    def _codes(self, found: FlatObjects, column: Places) -> tuple[Places, Mask]:
        """Return the code of each value, and which of them are codes."""
        points, is_point = found.numbers()
        codes = points - self.lowest[column]
        beside = is_point & (column >= 0) & ((codes < 0) | (points > self.highest[column]))
        for at in np.flatnonzero(beside)[:1].tolist():
            self.items[column[at]].fraction(int(points[at]))
        unseen, not_here = found.starts_with(b'"dk"'), found.starts_with(b'"na"')
        codes[unseen], codes[not_here] = UNSEEN, NOT_HERE
        return codes, is_point | unseen | not_here

    def _columns_of(self, found: FlatObjects) -> Places:
        """Return the item of each key, or -1."""
        slots, marks, factor, shift = self._slots
        mark = found.marks()
        place = slots[(mark * factor) >> shift]
        return np.where(marks[place] == mark, place, -1)

    @cached_property
    def _slots(self) -> tuple[Places, Words, np.uint64, np.uint64]:
        """A table of items by a few bits of their keys' marks, no two of which meet; with the marks."""
        marks = np.array([*(mark_of(item.key) for item in self.items), 0], np.uint64)
        bits = 2 * len(marks).bit_length() + 2
        shift = np.uint64(64 - bits)
        chance = np.random.default_rng(1)
        while True:
            factor = chance.integers(1, 2**64 - 1, dtype=np.uint64) | np.uint64(1)
            used = (marks[:-1] * factor) >> shift
            if len(np.unique(used)) == len(used):
                break
        slots = np.full(2**bits, -1)
        slots[used] = np.arange(len(used))
        return slots, marks, factor, shift
