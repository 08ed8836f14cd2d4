"""Everybody who answered, one array for each question: what a large campaign is read into and computed from.

`People` is a sequence of `Respondent`s, which it makes on demand, and holds columns: `codes` of each item
(see `pillars.vectors`), `evidence` noted with each ladder, `told` answers of each task, and where each
person stands. Whoever computes something about many people takes the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import overload

import numpy as np
import numpy.typing as npt

from assessments.questionnaire import NOTE
from pillars.schema import Answer, Answers, Framework
from pillars.vectors import NOTHING, Codes, Mask, Numbers, answer_of, code_of, code_type

Places = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Respondent:
    """One response: where the person stands and what they said. `number` is the place in a list without order."""

    number: int
    role: str
    unit: int | None
    answers: Answers
    level: str = ""
    """How often the person is in contact with customers, where that is reported."""
    is_fast: bool = False


@dataclass(frozen=True)
class Told:
    """What people answered to a task: the numbers of those who did, ascending, and their answers."""

    numbers: Numbers
    answers: Sequence[Answer]


@dataclass(frozen=True, eq=False)
class People(Sequence[Respondent]):
    """Everybody who answered, in columns."""

    framework: Framework
    roles: tuple[str, ...]
    """The roles that occur."""
    role: Places
    """Each person's place in `roles`."""
    units: tuple[int | None, ...]
    unit: Places
    levels: tuple[str, ...]
    level: Places
    codes: Mapping[str, Codes]
    """Item key -> each person's answer as a code."""
    evidence: Mapping[str, Codes]
    """Item key -> each person's kind of evidence (`assessments.questionnaire.EVIDENCE_TYPES`) or `NOTHING`.

    Only for items with which somebody noted something."""
    told: Mapping[str, Told]
    """Task key -> what was answered; only for tasks that somebody answered."""
    is_fast: Mask
    """Who answered faster than one can read."""

    @classmethod
    def of(cls, framework: Framework, respondents: Iterable[Respondent]) -> People:
        """Return the same people in columns."""
        gathering = Gathering(framework)
        gathering.add([(one.role, one.unit, one.level, one.is_fast, one.answers) for one in respondents])
        return gathering.people()

    def __len__(self) -> int:
        return len(self.role)

    @overload
    def __getitem__(self, place: int) -> Respondent: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Respondent]: ...
    def __getitem__(self, place: int | slice) -> Respondent | Sequence[Respondent]:
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        number = range(len(self))[place]
        role, unit = self.roles[self.role[number]], self.units[self.unit[number]]
        level, answers = self.levels[self.level[number]], dict(self._answers(number))
        return Respondent(number, role, unit, answers, level, bool(self.is_fast[number]))

    def _answers(self, number: int) -> Iterator[tuple[str, Answer]]:
        for key, codes in self.codes.items():
            answer = answer_of(self.framework.item_by_key[key], int(codes[number]))
            if answer is not None:
                yield key, answer
        for key, task in self.told.items():
            place = int(np.searchsorted(task.numbers, number))
            if place < len(task.numbers) and task.numbers[place] == number:
                yield key, task.answers[place]


@dataclass
class Gathering:
    """Takes in responses some at a time and makes columns of them, so that no more than those are held whole."""

    framework: Framework
    count: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    units: dict[int | None, int] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    parts: list[_Part] = field(default_factory=list)
    told: dict[str, tuple[list[int], list[Answer]]] = field(default_factory=dict)
    noted: dict[str, dict[int, int]] = field(default_factory=dict)

    def add(self, rows: Sequence[tuple[str, int | None, str, bool, Answers]]) -> None:
        """Take in some responses: role, unit, contact level, whether it was very fast, and answers."""
        codes = {
            item.key: np.array([code_of(item, answers.get(item.key)) for *_, answers in rows], dtype=code_type(item))
            for item in self.framework.items
        }
        for number, (*_, answers) in enumerate(rows, start=self.count):
            for key in answers.keys() - codes.keys():
                self.tell(number, key, answers[key])
        self.place([row[:4] for row in rows], codes)

    def tell(self, number: int, key: str, answer: Answer) -> None:
        """Take in one answer that is no point: to a task, or the note under a ladder."""
        if key in self.framework.task_by_key:
            numbers, answers = self.told.setdefault(key, ([], []))
            numbers.append(number)
            answers.append(answer)
        elif key.startswith(NOTE) and isinstance(answer, dict) and isinstance(kind := answer.get("type"), int):
            self.noted.setdefault(key.removeprefix(NOTE), {})[number] = kind

    def place(self, rows: Sequence[tuple[str, int | None, str, bool]], codes: Mapping[str, Codes]) -> None:
        """Take in where some people stand, with their codes."""
        roles, units, levels = self.roles, self.units, self.levels
        role = np.array([roles.setdefault(row[0], len(roles)) for row in rows], np.int32)
        unit = np.array([units.setdefault(row[1], len(units)) for row in rows], np.int32)
        level = np.array([levels.setdefault(row[2], len(levels)) for row in rows], np.int32)
        self.parts.append(_Part(role, unit, level, np.array([row[3] for row in rows], bool), codes))
        self.count += len(rows)

    def people(self) -> People:
        """Return everybody taken in."""
        if not self.parts:
            self.add([])
        return People(
            framework=self.framework,
            roles=tuple(self.roles),
            role=np.concatenate([part.role for part in self.parts]),
            units=tuple(self.units),
            unit=np.concatenate([part.unit for part in self.parts]),
            levels=tuple(self.levels),
            level=np.concatenate([part.level for part in self.parts]),
            codes={
                item.key: np.concatenate([part.codes[item.key] for part in self.parts]) for item in self.framework.items
            },
            evidence={key: self._evidence(kinds) for key, kinds in self.noted.items()},
            told={key: Told(np.array(numbers, np.int64), answers) for key, (numbers, answers) in self.told.items()},
            is_fast=np.concatenate([part.is_fast for part in self.parts]),
        )

    def in_order(self, order: Numbers) -> People:
        """Return everybody taken in, in another order: the numbers so far of who comes first, second, and so on."""
        found, place = self.people(), np.argsort(order)
        told = {}
        for key, one in found.told.items():
            moved = place[one.numbers]
            at = np.argsort(moved)
            told[key] = Told(moved[at], [one.answers[number] for number in at.tolist()])
        return replace(
            found,
            role=found.role[order],
            unit=found.unit[order],
            level=found.level[order],
            is_fast=found.is_fast[order],
            codes={key: codes[order] for key, codes in found.codes.items()},
            evidence={key: kinds[order] for key, kinds in found.evidence.items()},
            told=told,
        )

    def _evidence(self, kinds: Mapping[int, int]) -> Codes:
        found = np.full(self.count, NOTHING, np.int8)
        found[list(kinds)] = list(kinds.values())
        return found


@dataclass(frozen=True)
class _Part:
    """Some people, in columns."""

    role: Places
    unit: Places
    level: Places
    is_fast: Mask
    codes: Mapping[str, Codes]
