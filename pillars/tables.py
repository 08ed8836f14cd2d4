"""Reads one table of a framework file: takes what is expected, and notes what is missing, wrong or unknown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pillars.toml_lines import Path

LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Problem:
    """What is wrong at which place of the document."""

    path: Path
    reason: str


@dataclass
class Table:
    """A table being read. Every `take` removes one expected key; what is left at the end is unknown."""

    values: Mapping[str, Any]
    path: Path
    problems: list[Problem]
    taken: set[str] = field(default_factory=set)

    def refuse(self, key: str, reason: str) -> None:
        self.problems.append(Problem((*self.path, key) if key else self.path, reason))

    def _take(self, key: str, *, required: bool) -> Any:
        self.taken.add(key)
        if key not in self.values and required:
            self.refuse("", f'"{key}" is missing.')
        return self.values.get(key)

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        value = self._take(key, required=required)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(key, f'"{key}" must be a text in quotes, not {_shown(value)}.')
            return default
        text = value.strip()
        if required and not text:
            self.refuse(key, f'"{key}" is empty.')
        self._check_text(key, text)
        return text

    def _check_text(self, key: str, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            self.refuse(key, f'"{key}" has {len(text):,} characters; at most {LONGEST_TEXT:,} are possible.')
        if has_control_character(text):
            self.refuse(key, f'"{key}" holds a control character.')

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(key, default)
        if value not in allowed:
            self.refuse(key, f'"{key}" is "{value}"; it must be one of {_listed(allowed)}.')
            return default
        return value

    def number(self, key: str, default: float = 0, *, lowest: float = 0, highest: float = 1_000_000) -> float:
        value = self._take(key, required=False)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
            self.refuse(key, f'"{key}" must be a number from {lowest:g} to {highest:g}, not {_shown(value)}.')
            return default
        return float(value)

    def whole(self, key: str, default: int | None = None, *, lowest: int, highest: int) -> int:
        value = self._take(key, required=default is None)
        if value is None:
            return default if default is not None else lowest
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            self.refuse(key, f'"{key}" must be a whole number from {lowest} to {highest}, not {_shown(value)}.')
            return lowest
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._take(key, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(key, f'"{key}" must be true or false, not {_shown(value)}.')
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key, required=False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.refuse(key, f'"{key}" must be a list of texts, such as ["one", "two"].')
            return ()
        for text in value:
            self._check_text(key, text)
        return tuple(text.strip() for text in value)

    def wholes(self, key: str) -> tuple[int, ...]:
        value = self._take(key, required=False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(type(number) is int for number in value):
            self.refuse(key, f'"{key}" must be a list of whole numbers, such as [1, 2].')
            return ()
        return tuple(value)

    def pages(self, key: str) -> tuple[tuple[str, ...], ...]:
        value = self._take(key, required=True)
        is_list = isinstance(value, list) and all(
            isinstance(page, list) and all(isinstance(name, str) for name in page) for page in value
        )
        if not is_list:
            if value is not None:
                self.refuse(key, f'"{key}" must be a list of lists of keys, such as [["A1", "A2"], ["A3"]].')
            return ()
        return tuple(tuple(page) for page in value)

    def mapping(self, key: str, kind: tuple[type, ...]) -> dict[str, Any]:
        value = self._take(key, required=False)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(
            isinstance(entry, kind) and (bool in kind or not isinstance(entry, bool)) for entry in value.values()
        ):
            self.refuse(key, f'"{key}" must be a table in braces.')
            return {}
        for entry in value.values():
            if isinstance(entry, str):
                self._check_text(key, entry)
            elif not math.isfinite(entry):
                self.refuse(key, f'"{key}" holds {entry}, which is no number.')
        return dict(value)

    def tables(self, key: str, *, required: bool = False) -> Iterator[Table]:
        value = self._take(key, required=required)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.refuse(key, f'"{key}" must be a list of tables: write [[{key}]] before each.')
            return
        if required and not value:
            self.refuse(key, f'"{key}" is empty.')
        for index, entry in enumerate(value):
            yield Table(entry, (*self.path, key, index), self.problems)

    def finish(self) -> None:
        """Note every key nobody asked for, with the nearest known one."""
        for key in self.values:
            if key not in self.taken:
                near = get_close_matches(key, self.taken, n=1)
                hint = f' Did you mean "{near[0]}"?' if near else f" Known here: {_listed(sorted(self.taken))}."
                self.refuse(key, f'"{key}" is not known.{hint}')


def has_control_character(text: str) -> bool:
    """Return whether a text holds signs that are no text, which PostgreSQL and PDF refuse."""
    return any(ord(character) < 32 and character not in "\n\t" for character in text)


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
