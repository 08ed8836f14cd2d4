"""Finds keys and values in many flat JSON objects at once. Pure, numpy only.

    texts -> bytes -> where quotes stand -> which quoted texts are keys -> the word of eight bytes at each value

Expects what databases and `json.dumps` print: one object on one line, no spaces but after commas and colons.
A text with an escaped character or anything else unusual is for `json.loads`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

LINE, SPACE, QUOTE, COMMA, ZERO, COLON, OPEN, CLOSE = b'\n ",0:{}'
WORD = 8
MIXER = 0x9E3779B97F4A7C15
FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(WORD)] + [2**64 - 1], np.uint64)
"""Masks that keep the first few bytes of a word."""
MOST_DIGITS = 4


@dataclass(frozen=True)
class FlatObjects:
    """The keys of some objects with the places of their values, in order; one place in each array for each key."""

    data: bytes
    row: Places
    """Which object the key belongs to."""
    key: Places
    """Where the key begins, after its quote."""
    end: Places
    """Where the key ends, at its quote."""
    value: Places
    """Where the value begins."""
    after: Places
    """Where the next key's quote stands, or the object's end."""
    words: Words
    """The eight bytes from each place on."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> FlatObjects | None:
        """Return what is in some texts, or None where they do not look as expected."""
        data = "\n".join(texts).encode() + b"\n"
        padded = np.frombuffer(data + bytes(2 * WORD), np.uint8)
        ends = np.flatnonzero(padded == LINE)
        quotes = np.flatnonzero(padded == QUOTE)
        starts = np.concatenate([[0], ends[:-1] + 1])
        if len(ends) != len(texts) or len(quotes) % 2 or b"\\" in data:
            return None
        if (padded[starts] != OPEN).any() or (padded[ends - 1] != CLOSE).any():
            return None
        closing = quotes[1::2]
        is_key = np.flatnonzero(padded[closing + 1] == COLON)
        key, end = quotes[::2][is_key] + 1, closing[is_key]
        outer = _outside(padded, quotes, starts, ends, key)
        if outer is not None:
            key, end = key[outer], end[outer]
        counts = np.diff(np.searchsorted(key, ends), prepend=0)
        row = np.repeat(np.arange(len(texts)), counts)
        after = np.append(key[1:] - 1, 0)
        last = np.cumsum(counts)[counts > 0] - 1
        after[last] = ends[counts > 0] - 1
        value = end + 2 + (padded[end + 2] == SPACE)
        words = np.ndarray(len(padded) - WORD + 1, np.uint64, padded, 0, (1,))
        return cls(data, row, key, end, value, after, words)

    def name(self, place: int) -> str:
        """Return a key."""
        return self.data[self.key[place] : self.end[place]].decode()

    def answers(self, places: Sequence[int]) -> list[Any]:
        """Return some values, read one by one."""
        texts = [self.data[self.value[place] : self.after[place]].rstrip(b", ") for place in places]
        found: list[Any] = json.loads(b"[" + b",".join(texts) + b"]")
        return found

    def marks(self) -> Words:
        """Return a number for each key, as `mark_of` does."""
        size = self.end - self.key
        marks: Words = self.words[self.key] & FIRST_BYTES.take(size, mode="clip")
        longer, start = np.flatnonzero(size > WORD), WORD
        while longer.size:
            more = self.words[self.key[longer] + start] & FIRST_BYTES.take(size[longer] - start, mode="clip")
            marks[longer] = marks[longer] * np.uint64(MIXER) + more
            start += WORD
            longer = longer[size[longer] > start]
        return marks

    def numbers(self) -> tuple[Places, Mask]:
        """Return the whole number of at most four digits at each value, and where there is one."""
        here = self.words[self.value]
        found = (here & np.uint64(255)).astype(np.int64) - ZERO
        open_, done = (found >= 0) & (found < 10), np.zeros(len(found), bool)
        for digit in range(1, MOST_DIGITS + 1):
            byte = (here >> np.uint64(8 * digit)).astype(np.uint8)
            done |= open_ & ((byte == COMMA) | (byte == CLOSE))
            open_ &= (byte >= ZERO) & (byte < ZERO + 10)
            if not open_.any():
                break
            found = np.where(open_, found * 10 + byte - ZERO, found)
        return found, done

    def starts_with(self, text: bytes) -> Mask:
        """Say which values begin with these bytes, at most eight."""
        found: Mask = self.words[self.value] & FIRST_BYTES[len(text)] == int.from_bytes(text, "little")
        return found


def mark_of(key: str) -> int:
    """Return a number for a key: its bytes where it has at most eight, otherwise a mixture."""
    mark, data = 0, key.encode()
    for start in range(0, len(data), WORD):
        mark = (mark * MIXER + int.from_bytes(data[start : start + WORD], "little")) % 2**64
    return mark


def _outside(padded: Bytes, quotes: Places, starts: Places, ends: Places, key: Places) -> Mask | None:
    """Say which keys belong to the objects themselves and not to one inside of them; None for all."""
    opened, closed = np.flatnonzero(padded == OPEN), np.flatnonzero(padded == CLOSE)
    if len(opened) == len(starts) and len(closed) == len(ends):
        return None
    # Within a quoted text they mean nothing.
    opened = opened[np.searchsorted(quotes, opened) % 2 == 0]
    closed = closed[np.searchsorted(quotes, closed) % 2 == 0]
    depth = np.zeros(len(key) + 1, np.int64)
    np.add.at(depth, np.searchsorted(key, opened), 1)
    np.add.at(depth, np.searchsorted(key, closed), -1)
    found: Mask = np.cumsum(depth)[:-1] == 1
    return found
