"""Reads a CSV of answers that were given elsewhere, and says of every wrong cell why it is wrong.

Pure. One line for each person; columns `unit`, `role` and `contact_level`, one column for each item or
task by its key, and further columns before the first item, which are kept as attributes. A blank cell was
not answered; `dk` is "I can't see this", `na` is "doesn't apply".
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assessments.people_lists import CONTACT_LEVELS
from pillars.schema import DONT_KNOW, NOT_APPLICABLE, Answer, Framework, Item, Task

OWN_COLUMNS = ("unit", "role", "contact_level")
SEPARATOR = "|"
LONGEST_ATTRIBUTE = 200


@dataclass(frozen=True)
class ResponseRow:
    """One person's answers, ready to be stored. `unit` is an id, or the name of a unit to create."""

    unit: int | str
    role: str
    contact_level: str
    attributes: Mapping[str, str]
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class CheckedResponses:
    rows: list[ResponseRow]
    problems: list[str]
    attributes: list[str] = field(default_factory=list)
    """The columns that were taken for attributes."""
    new_units: list[str] = field(default_factory=list)


def check_responses(
    text: str,
    framework: Framework,
    units: Mapping[str, int],
    root: int | None,
    *,
    creates_units: bool = False,
    attributes: Iterable[str] = (),
) -> CheckedResponses:
    """Return the responses of a CSV text and every problem with its line, column and value.

    `units` are ids by every name they are known by, in lower case. A line without a unit belongs to `root`;
    None where the root is still to be created, then it is named "". `attributes` are columns that are no items
    although they look like some.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        head = next(reader, [])
        columns = _Columns([cell.strip() for cell in head], framework, set(attributes))
        check = _Check(columns, framework, units, root, creates_units)
        if not columns.problems:
            line = reader.line_num + 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    check.take(line, cells)
                line = reader.line_num + 1
    except csv.Error as error:
        return CheckedResponses([], [f"Line {reader.line_num}: could not be read ({error})."])
    problems = columns.problems + check.problems
    if not problems and not check.rows:
        problems.append("The file has a first line with the columns, but no answers below it.")
    return CheckedResponses(check.rows, problems, columns.attributes, list(check.new_units.values()))


def _separator(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


class _Columns:
    """What each column of the head is."""

    def __init__(self, head: Sequence[str], framework: Framework, declared: set[str]) -> None:
        self.framework = framework
        self.declared = declared
        self.problems: list[str] = []
        self.own: dict[str, int] = {}
        self.attribute_places: dict[int, str] = {}
        self.items: list[tuple[int, Item]] = []
        self.tasks: list[tuple[int, Task]] = []
        self.count = len(head)
        seen: set[str] = set()
        for place, name in enumerate(head):
            if name in seen:
                self._say(place, name, "stands twice in the first line.")
            elif name:
                self._place(place, name)
            seen.add(name)
        if not head:
            self.problems.append("The file is empty. Its first line names the columns.")
        elif not self.items and not self.problems:
            known = ", ".join([item.key for item in framework.items[:5]])
            self.problems.append(f"Line 1: no column is an item of this edition. Its items are {known}, and so on.")
        if self.framework.roles and "role" not in self.own and not self.problems:
            self.problems.append(f'Line 1: the column "role" is missing. {self._roles()}')

    @property
    def attributes(self) -> list[str]:
        return list(self.attribute_places.values())

    def _roles(self) -> str:
        return f"The roles are {', '.join(role.key for role in self.framework.roles)}."

    def _say(self, place: int, name: str, reason: str) -> None:
        self.problems.append(f'Line 1, column {place + 1}: "{name}" {reason}')

    def _place(self, place: int, name: str) -> None:
        if name in self.declared:
            self.attribute_places[place] = name
        elif name in self.framework.item_by_key:
            self.items.append((place, self.framework.item_by_key[name]))
        elif name in self.framework.task_by_key:
            self.tasks.append((place, self.framework.task_by_key[name]))
        elif name.lower() in OWN_COLUMNS:
            self.own[name.lower()] = place
        elif self.items or self._looks_like_an_item(name):
            keys = [*self.framework.item_by_key, *self.framework.task_by_key]
            self._say(
                place,
                name,
                f"is no item of this edition.{_nearest(name, keys)} If it is an attribute, say so with "
                f'--attribute "{name}".',
            )
        else:
            self.attribute_places[place] = name

    def _looks_like_an_item(self, name: str) -> bool:
        """Say whether the name has the form of the items' keys (letters and digits in the same order) or is close."""
        keys = list(self.framework.item_by_key)
        by_lower = {key.lower() for key in keys}
        if name.lower() in by_lower or difflib.get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.8):
            return True
        return any(letter.isdigit() for letter in name) and _form(name) in {_form(key) for key in keys}


class _Check:
    def __init__(
        self, columns: _Columns, framework: Framework, units: Mapping[str, int], root: int | None, creates_units: bool
    ) -> None:
        self.columns = columns
        self.framework = framework
        self.units = units
        self.root = root
        self.creates_units = creates_units
        self.roles = {name.lower(): role.key for role in framework.roles for name in (role.title, role.key)}
        self.not_asked = {
            role: {item.key for _, item in columns.items if not item.is_asked_of(role)}
            | {task.key for _, task in columns.tasks if not task.is_asked_of(role)}
            for role in [*framework.role_by_key, ""]
        }
        # What a cell may say is looked up, not worked out again for each of a million cells.
        self.points = [(place, item.key, _points(item)) for place, item in columns.items]
        self.rows: list[ResponseRow] = []
        self.problems: list[str] = []
        self.new_units: dict[str, str] = {}

    def take(self, line: int, cells: Sequence[str]) -> None:
        before = len(self.problems)
        if len(cells) != self.columns.count:
            self.problems.append(
                f"Line {line}: {len(cells)} cells where the first line has {self.columns.count} columns."
            )
            return

        def say(column: str, value: str, reason: str) -> None:
            self.problems.append(f'Line {line}, column {column}, value "{value}": {reason}')

        unit = self._unit(self._cell(cells, "unit"), say)
        role = self._role(self._cell(cells, "role"), say)
        level = self._level(self._cell(cells, "contact_level"), say)
        attributes = {name: cells[place].strip() for place, name in self.columns.attribute_places.items()}
        for name, value in attributes.items():
            if len(value) > LONGEST_ATTRIBUTE:
                say(name, f"{value[:20]}…", f"longer than {LONGEST_ATTRIBUTE} characters.")
        answers = self._answers(cells, role, say)
        if len(self.problems) == before:
            self.rows.append(ResponseRow(unit, role, level, {k: v for k, v in attributes.items() if v}, answers))

    def _cell(self, cells: Sequence[str], column: str) -> str:
        place = self.columns.own.get(column)
        return "" if place is None else " ".join(cells[place].split())

    def _unit(self, name: str, say: Callable[[str, str, str], None]) -> int | str:
        if not name:
            return self.root if self.root is not None else ""
        found = self.units.get(name.lower())
        if found is not None:
            return found
        if self.creates_units and len(name) <= 120:
            return self.new_units.setdefault(name.lower(), name)
        reason = "longer than 120 characters." if self.creates_units else "there is no such unit."
        say("unit", name, f"{reason}{_nearest(name, self.units)}")
        return ""

    def _role(self, name: str, say: Callable[[str, str, str], None]) -> str:
        if not self.framework.roles:
            if name:
                say("role", name, "this edition has no roles. Leave the column out.")
            return ""
        found = self.roles.get(name.lower(), "")
        if not found:
            reason = "there is no such role." if name else "the role is missing."
            say("role", name, f"{reason} The roles are {', '.join(self.framework.role_by_key)}.")
        return found

    def _level(self, word: str, say: Callable[[str, str, str], None]) -> str:
        if word and word.lower() not in CONTACT_LEVELS:
            say("contact_level", word, f"use {', '.join(CONTACT_LEVELS)}, or leave it empty.")
        return word.lower()

    def _answers(self, cells: Sequence[str], role: str, say: Callable[[str, str, str], None]) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        not_asked = self.not_asked.get(role, set()) if role or not self.framework.roles else set()
        for place, key, points in self.points:
            text = cells[place].strip()
            if not text:
                continue
            answer = points.get(text) or points.get(text.lower())
            if answer is None and (answer := _whole(text, points)) is None:
                say(key, text, f"use {_range(self.framework.item_by_key[key])}, dk, na, or leave it empty.")
            elif key in not_asked:
                say(key, text, f"{role} is not asked this item. Leave it empty.")
            else:
                answers[key] = answer[0]
        for place, task in self.columns.tasks:
            text = cells[place].strip()
            if not text:
                continue
            try:
                answers[task.key] = _task_answer(task, text)
            except ValueError as reason:
                say(task.key, text[:40], str(reason))
            if task.key in not_asked:
                say(task.key, text[:40], f"{role} is not asked this task. Leave it empty.")
        return answers


# An answer in a tuple, so that the point 0 is not taken for "nothing found".
_Found = tuple[Answer]


def _points(item: Item) -> dict[str, _Found]:
    points: dict[str, _Found] = {str(point): (point,) for point in item.scale.points()}
    return {**points, DONT_KNOW: (DONT_KNOW,), NOT_APPLICABLE: (NOT_APPLICABLE,)}


def _whole(text: str, points: Mapping[str, _Found]) -> _Found | None:
    """Return the point of "3.0", as spreadsheets and statistics programs write whole numbers, or nothing."""
    return points.get(str(int(text.partition(".")[0]))) if re.fullmatch(r"[+-]?\d{1,6}(\.0+)?", text) else None


def _range(item: Item) -> str:
    return f"a whole number from {item.scale.lowest} to {item.scale.highest}"


def _task_answer(task: Task, text: str) -> Answer:
    """Return a task's answer.

    :raises ValueError: with the reason when the text is none
    """
    options = [key for key, _ in task.options]
    parts = [part.strip() for part in text.split(SEPARATOR)]
    if task.kind == "comment":
        if len(text) > task.most:
            raise ValueError(f"longer than {task.most} characters.")
        return text
    if task.kind == "nominate":
        return text
    if task.kind == "pick":
        if unknown := [part for part in parts if part not in options]:
            raise ValueError(f'"{unknown[0]}" is none of {", ".join(options)}.')
        if len(parts) > task.most or len(set(parts)) < len(parts):
            raise ValueError(f"pick at most {task.most}, each once, separated by {SEPARATOR}.")
        return parts
    tokens: dict[str, int | str] = {}
    given_out = 0
    for part in parts:
        key, _, count = part.partition(":")
        if key not in options or not re.fullmatch(r"\d{1,4}", count) or key in tokens:
            raise ValueError(f"write option:number separated by {SEPARATOR}; the options are {', '.join(options)}.")
        tokens[key] = int(count)
        given_out += int(count)
    if not 0 < given_out <= task.most:
        raise ValueError(f"spread at most {task.most}.")
    return tokens


def _form(name: str) -> str:
    """Return the form of a key: "LC1" and "OP12" are both "a9"."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d]+", "a", name))


def _nearest(word: str, choices: Iterable[str]) -> str:
    by_lower = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.4)
    return f' Did you mean "{by_lower[found[0]]}"?' if found else ""
