"""The instrument as frozen values: what is asked, of whom, on which scale, and what a score means.

Nothing here knows Django, files or the clock. `pillars.files` builds these values from a framework
file, `pillars.scoring` turns answers into scores with them.

Points: everything that stores an answer stores the item's own point, a whole number between the
scale's `lowest` and `highest` (a ladder 1 to 5, a five-point format 0 to 4 in the order of the scale,
an imported scale as it declares). `"dk"` and `"na"` stand for "I can't see this" and "doesn't apply".
Only `Item.fraction` maps a point to 0..1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

DONT_KNOW = "dk"
NOT_APPLICABLE = "na"

# An answer to an item is a point or one of the two words above; a task may hold text or several keys,
# a note a number and a text.
Answer = int | str | list[str] | dict[str, int | str]
Answers = Mapping[str, Answer]

ScaleKind = Literal["points", "pair", "ladder"]
TaskKind = Literal["pick", "nominate", "tokens", "comment"]
Provenance = Literal["stated", "found", "ours"]
Side = Literal["staff", "leaders"]


@dataclass(frozen=True)
class Scale:
    """The points an item is answered on. `labels` has one text for each point, or is empty for bare numbers."""

    key: str
    kind: ScaleKind
    lowest: int
    highest: int
    labels: tuple[str, ...] = ()
    stem: str = ""
    """Shown once above the items of a page, such as "In the last three months …"."""
    seconds: float = 10
    """Expected answering time of one item, for the time budget."""

    def points(self) -> range:
        return range(self.lowest, self.highest + 1)


@dataclass(frozen=True)
class Item:
    """One question. A pair has two poles in `left` and `right`; a ladder has its statements in `rungs`, least first."""

    key: str
    text: str
    scale: Scale
    asked_of: tuple[str, ...] = ()
    """Role keys; empty means everybody, also where a framework has no roles."""
    reversed: bool = False
    weight: float = 1
    layer: str = ""
    """Key of the layer the item speaks about (symbolic, process, value), or empty."""
    tags: tuple[str, ...] = ()
    left: str = ""
    right: str = ""
    rungs: tuple[str, ...] = ()
    wording: Mapping[str, str] = field(default_factory=dict)
    """Another text for a role, by role key (agents read "the company" where staff read "here")."""
    scored: bool = True
    """Items that never enter a score (signals, such as speeches) say False."""

    def text_for(self, role: str) -> str:
        return self.wording.get(role, self.text)

    def is_asked_of(self, role: str) -> bool:
        return not self.asked_of or role in self.asked_of

    def fraction(self, point: int) -> float:
        """Return `point` as 0..1, where 1 is the best end, whichever end the scale starts from.

        :raises ValueError: when the point is not on the scale
        """
        if not self.scale.lowest <= point <= self.scale.highest:
            raise ValueError(f"{self.key}: {point} is not between {self.scale.lowest} and {self.scale.highest}")
        reached = (point - self.scale.lowest) / (self.scale.highest - self.scale.lowest)
        return 1 - reached if self.reversed else reached


@dataclass(frozen=True)
class Recommendation:
    """Advice for a dimension. `kind` is "quick_win", "big_move", "protect" or "share"; levels count from 1."""

    key: str
    kind: str
    text: str
    levels: tuple[int, ...]


@dataclass(frozen=True)
class Dimension:
    """What is scored: items, and what each maturity level looks like in it (`level_lines`, lowest first)."""

    key: str
    title: str
    items: tuple[Item, ...]
    short_title: str = ""
    """At most about 12 characters, for table heads."""
    summary: str = ""
    source: Provenance = "ours"
    weight: float = 1
    level_lines: tuple[str, ...] = ()
    proof: str = ""
    recommendations: tuple[Recommendation, ...] = ()

    def items_for(self, role: str) -> tuple[Item, ...]:
        """Return the scored items this role is asked."""
        return tuple(item for item in self.items if item.scored and item.is_asked_of(role))

    @cached_property
    def ladder(self) -> Item | None:
        return next((item for item in self.items if item.scale.kind == "ladder"), None)


@dataclass(frozen=True)
class Instrument:
    """A lens: dimensions that belong together. `weight` is its share of the maturity index; 0 for batteries."""

    key: str
    title: str
    dimensions: tuple[Dimension, ...]
    summary: str = ""
    source: Provenance = "ours"
    weight: float = 0


@dataclass(frozen=True)
class MaturityLevel:
    key: str
    title: str
    starts_at: float
    meaning: str = ""
    proof: str = ""
    station: str = ""


@dataclass(frozen=True)
class Role:
    key: str
    title: str
    asked_as: str = ""
    """How a person recognises the role on the open link's form, such as "I serve customers every day"."""


@dataclass(frozen=True)
class RoleGroup:
    """Roles whose people are pooled and weigh together in an organisation's score."""

    key: str
    title: str
    roles: tuple[str, ...]
    weight: float
    side: Side


@dataclass(frozen=True)
class Layer:
    key: str
    title: str


@dataclass(frozen=True)
class Tag:
    key: str
    title: str


@dataclass(frozen=True)
class Shift:
    """A change of habit measured from tagged items: from `start` (0) to `end` (100)."""

    key: str
    start: str
    end: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Driver:
    """A reason to invest, with how strongly it speaks for each dimension (0..1)."""

    key: str
    title: str
    links: Mapping[str, float]


@dataclass(frozen=True)
class Task:
    """A question that is no scale: pick some, nominate one, spread tokens, or write a comment."""

    key: str
    kind: TaskKind
    text: str
    asked_of: tuple[str, ...] = ()
    seconds: float = 20
    most: int = 1
    """How many may be picked, how many tokens are spread, or how many characters may be written."""
    options: tuple[tuple[str, str], ...] = ()
    """(key, text) pairs; a nomination's options are typed in by the campaign's owner."""

    def is_asked_of(self, role: str) -> bool:
        return not self.asked_of or role in self.asked_of


@dataclass(frozen=True)
class Part:
    """A section of the questionnaire. Each page lists item and task keys; those not asked of a role drop out."""

    key: str
    title: str
    pages: tuple[tuple[str, ...], ...]
    forms: tuple[str, ...] = ("full",)
    roles: tuple[str, ...] = ()
    intro: str = ""


@dataclass(frozen=True)
class Form:
    """A length of the questionnaire. A pulse shows scored dimensions and no maturity index."""

    key: str
    title: str
    intro_seconds: float = 40
    budget_minutes: float = 0
    """The longest expected answering time of any role; 0 for no limit."""
    is_pulse: bool = False


@dataclass(frozen=True)
class Framework:
    """One edition, whole."""

    slug: str
    version: str
    title: str
    language: str
    levels: tuple[MaturityLevel, ...]
    instruments: tuple[Instrument, ...]
    roles: tuple[Role, ...] = ()
    role_groups: tuple[RoleGroup, ...] = ()
    forms: tuple[Form, ...] = (Form("full", "Full"),)
    parts: tuple[Part, ...] = ()
    tasks: tuple[Task, ...] = ()
    layers: tuple[Layer, ...] = ()
    tags: tuple[Tag, ...] = ()
    shifts: tuple[Shift, ...] = ()
    drivers: tuple[Driver, ...] = ()
    summary: str = ""
    credit: str = ""
    gate: bool = False
    """Whether the overall level is held at one above the lowest level of the first instrument."""
    reviewed: bool = True
    """False where this language's texts have not been read by a native speaker."""

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(dimension for instrument in self.instruments for dimension in instrument.dimensions)

    @cached_property
    def dimension_by_key(self) -> Mapping[str, Dimension]:
        return {dimension.key: dimension for dimension in self.dimensions}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    @cached_property
    def item_by_key(self) -> Mapping[str, Item]:
        return {item.key: item for item in self.items}

    @cached_property
    def task_by_key(self) -> Mapping[str, Task]:
        return {task.key: task for task in self.tasks}

    @cached_property
    def role_by_key(self) -> Mapping[str, Role]:
        return {role.key: role for role in self.roles}

    def items_for(self, role: str) -> tuple[Item, ...]:
        """Return all items this role is asked in the full form, scored or not."""
        return tuple(item for item in self.items if item.is_asked_of(role))

    def group_of(self, role: str) -> RoleGroup | None:
        return next((group for group in self.role_groups if role in group.roles), None)

    @cached_property
    def pulse_form(self) -> str:
        """The key of the edition's short form, or empty where it has none."""
        return next((form.key for form in self.forms if form.is_pulse), "")

    @cached_property
    def roles_to_shorten(self) -> tuple[Role, ...]:
        """The roles that may get the short form beside others who get the full one: staff, where sides are known.

        Leaders are asked the ladders, which no short form has, and would be missed there.
        """
        if not self.pulse_form:
            return ()
        leaders = {role for group in self.role_groups if group.side == "leaders" for role in group.roles}
        return tuple(role for role in self.roles if role.key not in leaders)

    def parts_for(self, form: str, role: str, also: Collection[str] = ()) -> tuple[Part, ...]:
        """Return this role's parts in a form, with pages reduced to what the role is asked; no empty page or part.

        `also` names items that this person is asked beyond the role.
        """
        kept = []
        for part in self.parts:
            if form not in part.forms or (part.roles and role not in part.roles):
                continue
            pages = tuple(
                page
                for keys in part.pages
                if (page := tuple(key for key in keys if key in also or self._is_asked_of(key, role)))
            )
            if pages:
                kept.append(Part(part.key, part.title, pages, part.forms, part.roles, part.intro))
        return tuple(kept)

    def seconds_for(self, form: Form, role: str) -> float:
        """Return the expected answering time: introduction, items and tasks on this role's pages."""
        keys = (key for part in self.parts_for(form.key, role) for page in part.pages for key in page)
        return form.intro_seconds + sum(
            self.item_by_key[key].scale.seconds if key in self.item_by_key else self.task_by_key[key].seconds
            for key in keys
        )

    def _is_asked_of(self, key: str, role: str) -> bool:
        question: Item | Task = self.item_by_key.get(key) or self.task_by_key[key]
        return question.is_asked_of(role)
