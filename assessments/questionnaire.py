"""What one person is asked: parts, pages and questions in order, and how their own answers read. No Django.

A framework says which questions stand on which page. This module reduces that to one role and one
form, gives every ladder a page of its own, and turns ladders and pairs the way the draft's coins say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby, takewhile
from typing import Literal

from pillars.schema import DONT_KNOW, NOT_APPLICABLE, Answer, Answers, Framework, Item, Part, Task

MOST_ON_A_PAGE = 6
"""Short questions on one page. More is a wall on a phone."""

MOST_BUTTONS = 11
"""Points of a scale that are shown one below the other."""

NO_SINGLE_ROLE = "none"

NOTE = "note:"
"""Comes before a ladder's key where its note is kept."""
NOTE_LENGTH = 500
EVIDENCE_TYPES = ("0", "1", "2", "3")
"""None, a recent example, a dated document, a recurring measure or an outside check; their words stand in the form."""

MOST_QUESTIONNAIRES = 256
"""Kept ready in one process: roles, languages and coins of a handful of campaigns, many times over."""

Kind = Literal["points", "pair", "ladder", "pick", "nominate", "tokens", "comment", "note"]
State = Literal["not_started", "in_progress", "completed"]


@dataclass(frozen=True)
class Order:
    """What is drawn once for each draft and kept only inside it.

    Two coins, so that neither end of a question always comes first, and the ladders that this person
    answers beyond their role (`assessments.spreading`).
    """

    ladders_turned: bool = False
    """Ladders run from most to least mature; they are never shuffled."""
    sides_turned: bool = False
    """Pairs show their right pole on the left."""
    also: tuple[str, ...] = ()
    """Keys of the ladders drawn beyond the role."""


@dataclass(frozen=True)
class Choice:
    value: str
    text: str


@dataclass(frozen=True)
class Question:
    """An item or a task, in the words and the order this person sees."""

    key: str
    kind: Kind
    text: str
    choices: tuple[Choice, ...] = ()
    outs: tuple[str, ...] = ()
    """Ways to say "no answer from me", set apart from the choices; their words stand in the form."""
    stem: str = ""
    poles: tuple[str, str] | None = None
    """Both ends of a pair, as they stand on this person's screen."""
    most: int = 1
    seconds: float = 0
    note: Question | None = None
    """Under a ladder: a kind of evidence and a few words about it. Always extra."""

    @cached_property
    def values(self) -> frozenset[str]:
        return frozenset((*(choice.value for choice in self.choices), *self.outs))

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Return the text of each choice."""
        return {choice.value: choice.text for choice in self.choices}

    @property
    def is_scale(self) -> bool:
        return self.kind in {"points", "pair", "ladder"}

    @property
    def is_short(self) -> bool:
        return self.kind in {"points", "pair"}

    @property
    def has_bare_numbers(self) -> bool:
        return self.is_scale and all(choice.text == choice.value for choice in self.choices)

    @property
    def is_wide(self) -> bool:
        """More points than fit on a phone as buttons: a native drop-down, with the ways out at its end."""
        return self.is_scale and len(self.choices) > MOST_BUTTONS

    @property
    def short_text(self) -> str:
        """Name the question in a list. A pair is named by its poles: "closer to the left" says nothing else."""
        return " / ".join(self.poles) if self.poles else self.text

    def allows(self, answer: Answer) -> bool:
        """Say whether this is an answer to this question at all."""
        if self.kind == "comment":
            return isinstance(answer, str) and 0 < len(answer) <= self.most
        if self.kind == "pick":
            return isinstance(answer, list) and 0 < len(answer) <= self.most and self._are_choices(answer)
        if self.kind == "note":
            return _is_note(answer)
        if self.kind == "tokens":
            return (
                isinstance(answer, dict)
                and self._are_choices(list(answer))
                and all(type(count) is int and count >= 0 for count in answer.values())
                and 0 < sum(count for count in answer.values() if isinstance(count, int)) <= self.most
            )
        if isinstance(answer, str):
            return answer in self.outs or (self.kind == "nominate" and answer in self.values)
        return self.is_scale and type(answer) is int and str(answer) in self.values

    def _are_choices(self, keys: Sequence[object]) -> bool:
        return len(set(keys)) == len(keys) and all(key in self.values for key in keys)


@dataclass(frozen=True, eq=False)
class Page:
    part_key: str
    number: int
    """Counts from 1 within its part."""
    questions: tuple[Question, ...]

    @cached_property
    def fields(self) -> tuple[Question, ...]:
        """Return everything the page has fields for: its questions and their notes."""
        return tuple(found for question in self.questions for found in (question, question.note) if found is not None)

    @property
    def groups(self) -> list[tuple[str, tuple[Question, ...]]]:
        """Return runs of questions that share a stem, so that it is printed once."""
        return [(stem, tuple(run)) for stem, run in groupby(self.questions, key=lambda question: question.stem)]


@dataclass(frozen=True, eq=False)
class Section:
    """One part of the questionnaire as this person gets it."""

    key: str
    title: str
    intro: str
    pages: tuple[Page, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for page in self.pages for question in page.questions)

    @property
    def seconds(self) -> float:
        return sum(question.seconds for question in self.questions)

    def state(self, answers: Answers) -> State:
        """Return how far this part is. A comment is always extra, unless the part holds nothing else."""
        asked = [question for question in self.questions if question.kind != "comment"] or self.questions
        answered = sum(question.key in answers for question in asked)
        if answered == len(asked):
            return "completed"
        return "in_progress" if any(question.key in answers for question in self.questions) else "not_started"


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """Everything one person is asked. Two are the same only if they are one object, so that pages can be kept by it."""

    sections: tuple[Section, ...]
    seconds: float

    @property
    def minutes(self) -> int:
        return max(1, round(self.seconds / 60))

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        return tuple(page for section in self.sections for page in section.pages)

    @cached_property
    def question_by_key(self) -> Mapping[str, Question]:
        return {question.key: question for page in self.pages for question in page.questions}

    @cached_property
    def field_by_key(self) -> Mapping[str, Question]:
        """Return everything that can be saved, by key: the questions and the notes under ladders."""
        return {question.key: question for page in self.pages for question in page.fields}

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    def page(self, part_key: str, number: int) -> Page | None:
        return next((page for page in self.pages if (page.part_key, page.number) == (part_key, number)), None)

    def neighbours(self, page: Page) -> tuple[Page | None, Page | None]:
        """Return the page before and the page after, across parts."""
        at = self.pages.index(page)
        before = self.pages[at - 1] if at else None
        after = self.pages[at + 1] if at + 1 < len(self.pages) else None
        return before, after

    def first_open_page(self, answers: Answers) -> Page | None:
        """Return the first page with a question that is still unanswered, comments apart."""
        for page in self.pages:
            if any(question.kind != "comment" and question.key not in answers for question in page.questions):
                return page
        return None

    def has_answers_to_send(self, answers: Answers) -> bool:
        """Say whether there is one answer at least to a question this person is asked."""
        return any(key in answers and asked.allows(answers[key]) for key, asked in self.field_by_key.items())

    def answers_to_send(self, answers: Answers) -> dict[str, Answer]:
        """Return the answers to questions this person is asked, in the questionnaire's own order."""
        return {
            key: answers[key]
            for key, question in self.field_by_key.items()
            if key in answers and question.allows(answers[key])
        }


def questionnaire_for(
    framework: Framework,
    form: str,
    role: str,
    *,
    order: Order | None = None,
    nominees: Sequence[str] = (),
    addressed_as: str = "",
) -> Questionnaire:
    """Return what a person in `role` is asked in a form, in order.

    `nominees` are the roles that the campaign's owner typed in for nominations; without them those
    tasks are left out. `addressed_as` is the role whose wording is used, `role` itself unless given.
    The same is made once in a process and then the same object.
    """
    asked = _Asked(_Same(framework), form, role, order or Order(), tuple(nominees), addressed_as or role)
    return _made(asked)


class _Same:
    """A framework as a key of a cache, compared by identity: hashing all its texts would cost more than it saves."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework

    def __hash__(self) -> int:
        return id(self.framework)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.framework is self.framework


@dataclass(frozen=True)
class _Asked:
    """Everything that decides what somebody is asked, and how."""

    same: _Same
    form: str
    role: str
    order: Order
    nominees: tuple[str, ...]
    addressed_as: str


@lru_cache(MOST_QUESTIONNAIRES)
def _made(asked: _Asked) -> Questionnaire:
    framework, form, role = asked.same.framework, asked.form, asked.role
    maker = _Maker(framework, role, asked.order, asked.nominees, asked.addressed_as)
    parts = framework.parts_for(form, role, maker.order.also) or _parts_without_layout(framework, form, role)
    sections = tuple(section for part in parts if (section := maker.section(part)).pages)
    sections = _shortest_first(sections)
    intro = next((kept.intro_seconds for kept in framework.forms if kept.key == form), 0)
    questions = (question for section in sections for question in section.questions)
    return Questionnaire(sections, intro + sum(question.seconds for question in questions))


def _shortest_first(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Put the parts of short questions that come first in order of their time, so that the first ones pass quickly.

    From the first part with a ladder or a task on, the framework's order stays: those may rest on what came before.
    """
    run = list(takewhile(lambda section: all(found.is_short for found in section.questions), sections))
    return (*sorted(run, key=lambda section: section.seconds), *sections[len(run) :])


def words_of(question: Question, answer: Answer | None) -> list[str]:
    """Return an answer in the questionnaire's own words, one text for each thing chosen.

    Empty for no answer and for the ways out, whose words are not the framework's.
    """
    if answer is None or (isinstance(answer, str) and answer in question.outs):
        return []
    text = question.words
    if question.kind == "comment":
        return [str(answer)]
    if isinstance(answer, dict):
        return [f"{text[key]}: {count}" for key, count in answer.items() if count]
    if isinstance(answer, list):
        return [text[key] for key in answer]
    return [text[str(answer)], *_pole_near(question, str(answer))]


def _pole_near(question: Question, value: str) -> list[str]:
    """Return the pole an answer to a pair leans to; nothing for the middle and for other questions."""
    if question.poles is None:
        return []
    at = [choice.value for choice in question.choices].index(value)
    middle = (len(question.choices) - 1) / 2
    return [] if at == middle else [question.poles[0] if at < middle else question.poles[1]]


def _parts_without_layout(framework: Framework, form: str, role: str) -> tuple[Part, ...]:
    """Lay out a framework that names no parts at all: one part for each dimension, then the tasks."""
    if framework.parts:
        return ()
    parts = [
        Part(dimension.key, dimension.title, (keys,), (form,))
        for dimension in framework.dimensions
        if (keys := tuple(item.key for item in dimension.items if item.is_asked_of(role)))
    ]
    if keys := tuple(task.key for task in framework.tasks if task.is_asked_of(role)):
        parts.append(Part("tasks", framework.title, (keys,), (form,)))
    return tuple(parts)


@dataclass(frozen=True)
class _Maker:
    framework: Framework
    role: str
    order: Order
    nominees: tuple[str, ...]
    addressed_as: str

    def section(self, part: Part) -> Section:
        pages = [
            questions for keys in part.pages for questions in _pages_of(list(filter(None, map(self.question, keys))))
        ]
        numbered = tuple(Page(part.key, number, questions) for number, questions in enumerate(pages, start=1))
        return Section(part.key, part.title, part.intro, numbered)

    def question(self, key: str) -> Question | None:
        item = self.framework.item_by_key.get(key)
        return self._scale(item) if item else self._task(self.framework.task_by_key[key])

    def _scale(self, item: Item) -> Question:
        scale = item.scale
        points = list(scale.points())
        poles = (item.left, item.right) if scale.kind == "pair" else None
        labels: Iterable[str] = (item.rungs if scale.kind == "ladder" else scale.labels) or map(str, points)
        choices = [Choice(str(point), label) for point, label in zip(points, labels, strict=True)]
        if scale.kind == "ladder" and self.order.ladders_turned:
            choices.reverse()
        if poles and self.order.sides_turned:
            # The labels name a place on the screen ("closer to the left"), so they stay; points and poles change sides.
            poles = (poles[1], poles[0])
            texts = [choice.text for choice in choices]
            choices = [Choice(str(point), text) for point, text in zip(reversed(points), texts, strict=True)]
        return Question(
            key=item.key,
            kind=scale.kind,
            text=item.text_for(self.addressed_as),
            choices=tuple(choices),
            outs=(DONT_KNOW, NOT_APPLICABLE),
            stem=scale.stem,
            poles=poles,
            seconds=scale.seconds,
            note=_note_of(item) if scale.kind == "ladder" else None,
        )

    def _task(self, task: Task) -> Question | None:
        choices = tuple(Choice(key, text) for key, text in task.options)
        outs: tuple[str, ...] = ()
        if task.kind == "nominate":
            if not self.nominees:
                return None
            kept = tuple(choice for choice in choices if choice.value not in {NO_SINGLE_ROLE, DONT_KNOW})
            choices = tuple(Choice(name, name) for name in self.nominees) + kept
            outs = (NO_SINGLE_ROLE, DONT_KNOW)
        return Question(
            key=task.key,
            kind=task.kind,
            text=task.text,
            choices=choices,
            outs=outs,
            most=task.most,
            seconds=task.seconds,
        )


def _note_of(item: Item) -> Question:
    choices = tuple(Choice(kind, "") for kind in EVIDENCE_TYPES)
    return Question(key=NOTE + item.key, kind="note", text="", choices=choices, most=NOTE_LENGTH)


def _is_note(answer: Answer) -> bool:
    """Say whether this is a note: a kind of evidence, a text, or both."""
    if not isinstance(answer, dict) or set(answer) != {"type", "text"}:
        return False
    kind, text = answer["type"], answer["text"]
    return (
        type(kind) is int
        and str(kind) in EVIDENCE_TYPES
        and isinstance(text, str)
        and len(text) <= NOTE_LENGTH
        and bool(kind or text)
    )


def _pages_of(questions: Sequence[Question]) -> Iterator[tuple[Question, ...]]:
    """Split one page of the framework into screens: each ladder alone, the others in even runs."""
    for ladder, run in groupby(questions, key=lambda question: question.kind == "ladder"):
        together = tuple(run)
        if ladder:
            yield from ((question,) for question in together)
            continue
        screens = -(-len(together) // MOST_ON_A_PAGE)
        for at in range(screens):
            yield together[at * len(together) // screens : (at + 1) * len(together) // screens]
