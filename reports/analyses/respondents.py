"""Everybody who answered, with their scores worked out once, and the groups they belong to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pillars.schema import DONT_KNOW, Answers, Dimension, Framework, Item, Task
from pillars.scoring import (
    MEASURES,
    Measure,
    asked_items,
    is_in,
    point_of,
    routed_items,
    score_dimension,
    stratum_of,
)
from reports.disclosure import LEAST_FOR_RESOURCES

SENSITIVE = frozenset({"resource_access", "employee_qualities"})
"""Dimensions that speak of bosses and colleagues; they need eight people for every viewer."""

LEAST_STAFF_TO_COMPARE = 8
"""Leaders are compared with at least this many staff."""

AGENT = "agent"

GroupKind = Literal["all", "side", "role", "unit", "contact", "pair"]

WORTH: Mapping[GroupKind, int] = {"all": 0, "side": 1, "role": 1, "unit": 2, "contact": 3, "pair": 4}
"""Which groups come first where not all can be shown."""


@dataclass(frozen=True)
class Respondent:
    """One response: where the person stands and what they said. `number` is the place in a list without order."""

    number: int
    role: str
    unit: int | None
    answers: Answers
    level: str = ""
    """How often the person is in contact with customers, where that is reported."""


@dataclass(frozen=True)
class Crowd:
    """A group of respondents. `strata`, `units` and `levels` of contact restrict it; None stands for all."""

    key: str
    kind: GroupKind
    title: str
    parent: str = ""
    strata: frozenset[str] | None = None
    units: frozenset[int] | None = None
    levels: frozenset[str] | None = None

    def holds(self, stratum: str, unit: int | None, level: str = "") -> bool:
        here = (self.strata is None or stratum in self.strata) and (self.units is None or unit in self.units)
        return here and (self.levels is None or level in self.levels)


@dataclass(frozen=True)
class Invited:
    """How many were invited with one stratum, unit and contact level."""

    stratum: str
    unit: int | None
    people: int
    level: str = ""


def _scores_of(
    dimension: Dimension, rare: Collection[str], routed: frozenset[str], answers: Answers
) -> Iterator[tuple[Measure, float]]:
    """Yield a person's score in each measure that gives one; `rare` ladders count in none.

    Where no ladder was asked, what is lived is all there is: most people's case, and half of the work.
    """
    items = [item for item in asked_items(dimension, routed, answers) if item.key not in rare]
    has_ladder = any(item.scale.kind == "ladder" for item in items)
    for measure in MEASURES if has_ladder else ("score",):
        found = score_dimension(dimension, [item for item in items if is_in(item, measure)], answers).score
        if found is not None:
            yield measure, found
            if not has_ladder:
                yield "lived", found


@dataclass(frozen=True)
class Survey:
    """A closed campaign, ready to be counted: its framework, the form asked, its people and their groups.

    `joined` holds role groups that are counted with their side: people of one were stored with another
    because too few were invited.
    """

    framework: Framework
    form: str
    k: int
    people: Sequence[Respondent]
    crowds: Sequence[Crowd]
    invited: Sequence[Invited] | None = None
    joined: frozenset[str] = frozenset()
    partitions: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    other_forms: Mapping[str, str] = field(default_factory=dict)
    """The form of each role that got another one than `form`."""
    flagged: frozenset[int] = frozenset()
    """The numbers of the people whose answers show a sign of carelessness."""

    @cached_property
    def strata(self) -> list[str]:
        """The stratum of each person."""
        known = {role: self.stratum_of(role) for role in {person.role for person in self.people}}
        return [known[person.role] for person in self.people]

    def stratum_of(self, role: str) -> str:
        stratum = stratum_of(self.framework, role)
        group = next((group for group in self.framework.role_groups if group.key == stratum), None)
        return f"side:{group.side}" if group and stratum in self.joined else stratum

    @cached_property
    def routes(self) -> Mapping[str, frozenset[str]]:
        """What each role that occurs was asked: item keys by role."""
        return {role: self.asked_of(role) for role in {person.role for person in self.people}}

    def asked_of(self, role: str) -> frozenset[str]:
        """Return the items that everybody with this role was asked, in the form the role got."""
        return routed_items(self.framework, role, self.form, self.other_forms)

    @cached_property
    def form_of_answers(self) -> str:
        """The form that all who answered got, or `form` where they got different ones."""
        forms = {self.other_forms.get(person.role, self.form) for person in self.people}
        return forms.pop() if len(forms) == 1 else self.form

    @cached_property
    def asked_at_all(self) -> frozenset[str]:
        """The items that somebody is asked in this form, or answered."""
        keys = {item.key for item in self.framework.items}
        answered = {key for person in self.people for key in person.answers if key in keys}
        roles = tuple(self.framework.role_by_key) or ("",)
        return frozenset(answered.union(*(self.asked_of(role) for role in roles)))

    @cached_property
    def rare_ladders(self) -> frozenset[str]:
        """The ladders that fewer than k people answered: they have no score.

        Counted in, they would tell what those few said by the difference to what everybody was asked.
        """
        ladders = [item for item in self.framework.items if item.scale.kind == "ladder"]
        return frozenset(
            item.key
            for item in ladders
            if sum(point_of(person.answers, item.key) is not None for person in self.people) < self.k
        )

    @cached_property
    def scores(self) -> Mapping[Measure, Mapping[str, Mapping[int, float]]]:
        """Measure -> dimension key -> person's number -> score, for the people who have one."""
        table: dict[Measure, dict[str, dict[int, float]]] = {
            measure: {dimension.key: {} for dimension in self.framework.dimensions} for measure in MEASURES
        }
        for person in self.people:
            routed = self.routes[person.role]
            for dimension in self.framework.dimensions:
                for measure, score in _scores_of(dimension, self.rare_ladders, routed, person.answers):
                    table[measure][dimension.key][person.number] = score
        return table

    @cached_property
    def values(self) -> Mapping[str, Mapping[int, float]]:
        """Item key -> person's number -> answer on 0..100, for the people who gave a point."""
        table: dict[str, dict[int, float]] = {item.key: {} for item in self.framework.items}
        for item in self.framework.items:
            of_point = {point: 100 * item.fraction(point) for point in item.scale.points()}
            for person in self.people:
                point = point_of(person.answers, item.key)
                if point is not None:
                    table[item.key][person.number] = of_point[point]
        return table

    def least(self, dimension: Dimension | None) -> int:
        """Return how many people a figure about `dimension` needs."""
        return max(self.k, LEAST_FOR_RESOURCES) if dimension and dimension.key in SENSITIVE else self.k

    @cached_property
    def dimension_of(self) -> Mapping[str, Dimension]:
        """Each item's dimension, by the item's key."""
        return {item.key: dimension for dimension in self.framework.dimensions for item in dimension.items}

    @cached_property
    def offered(self) -> tuple[Task | None, Dimension | None]:
        """The task that picks among the items of one dimension, and that dimension."""
        for task in self.framework.tasks:
            options = {key for key, _ in task.options}
            for dimension in self.framework.dimensions:
                keys = {item.key for item in dimension.items}
                if task.kind == "pick" and keys and (options == keys or (not options and self._picked(task, keys))):
                    return task, dimension
        return None, None

    def _picked(self, task: Task, keys: set[str]) -> bool:
        answers = [person.answers.get(task.key) for person in self.people]
        return any(isinstance(answer, list) and answer and set(answer) <= keys for answer in answers)

    def by_worth(self, sizes: Mapping[str, int]) -> list[Crowd]:
        """Return the groups named in `sizes`, the worthiest first (`WORTH`), larger before smaller."""
        named = [crowd for crowd in self.crowds if crowd.key in sizes]
        return sorted(named, key=lambda crowd: (WORTH[crowd.kind], -sizes[crowd.key]))

    def told(self, people: Set[int], crowd: str = "all") -> int:
        """Return how many people to say an analysis rests on: where few of a side or group are missing, with them.

        Their number would be told by the difference to how many answered. 38 of 40 is 40, with k = 5; 35 is 35.
        """
        members = self.members(self.crowd(crowd))
        if len(members - people) < self.k:
            return len(members)
        sides: dict[str, set[int]] = {}
        for number in members:
            sides.setdefault(self.side(number), set()).add(number)
        few = [side for side in sides.values() if side & people and len(side - people) < self.k]
        return len(set(people).union(*few))

    def members(self, crowd: Crowd) -> frozenset[int]:
        """Return the numbers of everybody in the group."""
        return self._members[crowd.key]

    @cached_property
    def _members(self) -> Mapping[str, frozenset[int]]:
        return {crowd.key: frozenset(self._inside(crowd)) for crowd in self.crowds}

    def _inside(self, crowd: Crowd) -> Iterator[int]:
        for person, stratum in zip(self.people, self.strata, strict=True):
            if crowd.holds(stratum, person.unit, person.level):
                yield person.number

    def crowd(self, key: str) -> Crowd:
        return next(crowd for crowd in self.crowds if crowd.key == key)

    def side(self, number: int) -> str:
        """Return "staff", "leaders" or "" for a person."""
        return self.side_of_stratum.get(self.strata[number], "")

    @cached_property
    def side_of_stratum(self) -> Mapping[str, str]:
        sides = {group.key: group.side for group in self.framework.role_groups}
        return {**sides, **{f"side:{side}": side for side in sides.values()}}

    def counted(self, numbers: Iterable[int], k: int) -> list[int]:
        """Return those of `numbers` whose side has at least k of them, or all where no side has."""
        kept = list(numbers)
        if not self.framework.role_groups:
            return kept
        by_side = Counter(self.side(number) for number in kept)
        large = {side for side, count in by_side.items() if side and count >= k}
        return [number for number in kept if not large or self.side(number) in large]

    def invited_in(self, crowd: Crowd, strata: Iterable[str]) -> int | None:
        """Return how many people of the group and these strata were invited, or None where that is not known."""
        if self.invited is None:
            return None
        wanted = set(strata)
        rows = (row for row in self.invited if row.stratum in wanted)
        return sum(row.people for row in rows if crowd.holds(row.stratum, row.unit, row.level))

    def has_items(self, dimension: Dimension, measure: Measure, crowd: Crowd) -> bool:
        """Say whether anybody of the group's roles is asked something that counts for the measure."""
        items = [item for item in dimension.items if is_in(item, measure) and item.key in self.asked_at_all]
        if crowd.strata is None or not self.framework.roles:
            return bool(items)
        roles = [role for role in self.framework.role_by_key if self.stratum_of(role) in crowd.strata]
        return any(self._may_answer(role, item) for item in items for role in roles)

    def common_items(self, dimension: Dimension | None = None) -> list[Item]:
        """Return the scored items asked of at least one staff role and one leaders' role, or all without sides.

        Only these compare leaders with staff: anything else compares apples with pears.
        """
        items = dimension.items if dimension else self.framework.items
        asked = [item for item in items if item.scored and item.key in self.asked_at_all]
        if not self.framework.role_groups:
            return [item for item in asked if item.scale.kind != "ladder"]
        return [item for item in asked if self.is_common(item)]

    def is_common(self, item: Item) -> bool:
        groups = self.framework.role_groups
        sides = {group.side for group in groups for role in group.roles if self._may_answer(role, item)}
        return sides == {"staff", "leaders"}

    def _may_answer(self, role: str, item: Item) -> bool:
        """Say whether an item is routed to a role, and not left out of the form that this role got instead."""
        return item.is_asked_of(role) and (role not in self.other_forms or item.key in self.asked_of(role))

    def scale_items(self, dimension: Dimension) -> list[Item]:
        """Return the scored items, no ladders, that staff are asked, or all where there are no sides.

        Whether they belong together is asked of people who answered all of them.
        """
        staff = [role for group in self.framework.role_groups if group.side == "staff" for role in group.roles]
        return [
            item
            for item in dimension.items
            if item.scored
            and item.scale.kind != "ladder"
            and item.key in self.asked_at_all
            and (not staff or any(self._may_answer(role, item) for role in staff))
        ]

    def complete_rows(self, dimension: Dimension) -> dict[int, list[float]]:
        """Return the answers, 0..100, of everybody who answered all of `scale_items`; nothing where there are none."""
        columns = [self.values[item.key] for item in self.scale_items(dimension)]
        if not columns:
            return {}
        complete = set(columns[0]).intersection(*columns)
        return {number: [column[number] for column in columns] for number in sorted(complete)}

    def common_scores(self, dimension: Dimension) -> dict[int, float]:
        """Return each person's score over the dimension's common items, by the same rule as any score."""
        common = {item.key for item in self.common_items(dimension)}
        scores = {}
        for person in self.people:
            asked = asked_items(dimension, self.routes[person.role], person.answers)
            asked = tuple(item for item in asked if item.key in common and item.key not in self.rare_ladders)
            found = score_dimension(dimension, asked, person.answers)
            if found.score is not None:
                scores[person.number] = found.score
        return scores

    def sides_compared(self, values: Mapping[int, float]) -> dict[str, list[int]]:
        """Return the leaders and the staff among these people by group key, or nothing where either are too few."""
        sides: dict[str, list[int]] = {"side:leaders": [], "side:staff": []}
        for number in values:
            if self.side(number):
                sides[f"side:{self.side(number)}"].append(number)
        few = len(sides["side:leaders"]) < self.k or len(sides["side:staff"]) < max(self.k, LEAST_STAFF_TO_COMPARE)
        return {} if few else sides

    @cached_property
    def counted_dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions of instruments that count in the index."""
        return tuple(d for found in self.framework.instruments if found.weight > 0 for d in found.dimensions)

    def means_over(self, items: Sequence[Item]) -> dict[int, float]:
        """Return each person's plain mean over the items they answered, for those who answered any."""
        found: dict[int, list[float]] = {}
        for item in items:
            for number, value in self.values[item.key].items():
                found.setdefault(number, []).append(value)
        return {number: math.fsum(values) / len(values) for number, values in sorted(found.items())}

    def tells_few(self, items: Sequence[Item]) -> bool:
        """Say whether a mean over items of several dimensions could tell what a few people said.

        Beside the means of the items, it tells what those said who left some of them out: each person's mean
        is over the items they answered. So in each stratum nobody may have left out any, or k people and more.
        """
        keys = {item.key for item in items}
        answered: dict[str, Counter[frozenset[str]]] = {}
        for person, stratum in zip(self.people, self.strata, strict=True):
            found = frozenset(key for key in keys if point_of(person.answers, key) is not None)
            if found:
                answered.setdefault(stratum, Counter())[found] += 1
        others = [found.total() - max(found.values()) for found in answered.values()]
        return any(0 < count < self.k for count in others) and sum(others) < self.k

    def steps(self, items: Iterable[Item]) -> int:
        """Return the steps a person can move on these items together; bounds how exact a mean can be."""
        return max(sum(item.scale.highest - item.scale.lowest for item in items), 1)

    def dont_know_share(self, numbers: Iterable[int], items: Sequence[Item]) -> float | None:
        """Return the share, 0..1, of "I can't see this" among what these people were asked and what applies to them."""
        asked = unseen = 0
        for number in numbers:
            person = self.people[number]
            routed = self.routes[person.role]
            for item in items:
                answer = person.answers.get(item.key)
                if answer != "na" and (item.key in routed or answer is not None):
                    asked += 1
                    unseen += answer == DONT_KNOW
        return unseen / asked if asked else None

    def count_by_stratum(self, numbers: Iterable[int]) -> Counter[str]:
        return Counter(self.strata[number] for number in numbers)
