"""Reads a pasted list of units: one on each line, a tree by indentation or by "Parent > Child". Pure."""

from __future__ import annotations

from dataclasses import dataclass

from organisations.names import is_visible

NAME_LENGTH = 120
MOST_LINES = 2000
MOST_LEVELS = 10
"""How many units may stand beneath each other, the organisation itself not counted."""
BULLETS = "-*•\N{EN DASH}"


@dataclass(frozen=True)
class UnitLine:
    """A line that names a unit: the names from the top of the tree down to it."""

    line: int
    path: tuple[str, ...]


@dataclass(frozen=True)
class ListProblem:
    """A line that cannot be used, and why; line 0 is the list as a whole."""

    line: int
    reason: str


class UnreadableList(Exception):
    def __init__(self, problems: list[ListProblem]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} lines cannot be used")


def read_unit_list(text: str) -> tuple[UnitLine, ...]:
    """Return the units of a pasted list in its order; blank lines and bullets are skipped.

    A line with ">" gives its whole path and does not count for indentation. Otherwise a line that starts
    further in than the one above is beneath it; a tab counts as four spaces.

    :raises UnreadableList: with every line that has an empty or too long name, or for too long a list
    """
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise UnreadableList([ListProblem(0, f"{len(lines)} lines, at most {MOST_LINES} can be read at once")])
    found: list[UnitLine] = []
    problems: list[ListProblem] = []
    open_units: list[tuple[int, str]] = []
    for number, raw in enumerate(lines, start=1):
        line = raw.expandtabs(4)
        words = line.strip().lstrip(BULLETS).strip()
        if not words:
            continue
        if ">" in words:
            path = tuple(" ".join(name.split()) for name in words.split(">"))
        else:
            indent = len(line) - len(line.lstrip())
            while open_units and open_units[-1][0] >= indent:
                open_units.pop()
            open_units.append((indent, " ".join(words.split())))
            path = tuple(name for _, name in open_units)
        if reason := _what_is_wrong(path, path if ">" in words else path[-1:]):
            problems.append(ListProblem(number, reason))
        else:
            found.append(UnitLine(number, path))
    if problems:
        raise UnreadableList(problems)
    return tuple(found)


def _what_is_wrong(path: tuple[str, ...], typed: tuple[str, ...]) -> str:
    """Return why a line cannot be used, or nothing. `typed` are the names that stand on it."""
    if not all(path):
        return "a name is missing beside “>”"
    if not all(map(is_visible, typed)):
        return "the name has only invisible characters"
    if max(map(len, typed)) > NAME_LENGTH:
        return f"the name is longer than {NAME_LENGTH} characters"
    return f"deeper than {MOST_LEVELS} levels; leave some levels out" if len(path) > MOST_LEVELS else ""
