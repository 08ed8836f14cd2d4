"""Everybody who answered, with their scores worked out once, and the groups they belong to.

A `Survey` is made of `Respondent`s or of `People` (columns). What it says about many people are arrays with one
place for each person, so that nothing below loops over people:

    survey.columns              the answers themselves: codes of items, kinds of evidence, tasks, `is_fast`
    survey.scores[variant][dimension key]     `Values`: `.array` (NaN for none), `.given` (mask), `.numbers`
    survey.values[item key]     answers to an item on 0..100, as `Values`
    survey.members(crowd)       numbers of people, ascending; `survey.inside(crowd)` is the mask
    survey.stratum, .cell       each person's place in `stratum_names`, in `cells` (stratum, unit, contact level)
    survey.blocks(crowd)        the members stratum by stratum, which is how figures are pooled

`Values` is also a mapping from a person's number to a value. `Values.only(mask)` makes a variant of it, such as
one without some people's answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from pillars.careless import flagged_among
from pillars.quality import checks_of
from pillars.schema import Answer, Dimension, Framework, Item, Task
from pillars.scoring import MEASURES, Measure, is_in, routed_items, stratum_of
from pillars.vectors import (
    NOTHING,
    UNSEEN,
    Mask,
    Numbers,
    Values,
    asked_among,
    means_over,
    numbered,
    score_measures,
    scores_of,
    values_of,
)
from reports.analyses.people import People, Places, Respondent
from reports.disclosure import LEAST_FOR_RESOURCES

__all__ = ["Crowd", "Invited", "Respondent", "Survey"]

SENSITIVE = frozenset({"resource_access", "employee_qualities"})
"""Dimensions that speak of bosses and colleagues; they need eight people for every viewer."""

LEAST_STAFF_TO_COMPARE = 8
"""Leaders are compared with at least this many staff."""

AGENT = "agent"

GroupKind = Literal["all", "side", "role", "unit", "contact", "pair"]

WORTH: Mapping[GroupKind, int] = {"all": 0, "side": 1, "role": 1, "unit": 2, "contact": 3, "pair": 4}
"""Which groups come first where not all can be shown."""


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


class Standing(NamedTuple):
    """Where people stand who are told apart by nothing else."""

    stratum: str
    unit: int | None
    level: str


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
    digest: str = ""
    """A fingerprint of the answers as they are stored; empty where they are not stored."""

    @cached_property
    def columns(self) -> People:
        """Everybody in columns."""
        return self.people if isinstance(self.people, People) else People.of(self.framework, self.people)

    # -- where people stand ------------------------------------------------------------------------

    @cached_property
    def stratum_names(self) -> tuple[str, ...]:
        """The strata that occur."""
        return tuple(dict.fromkeys(map(self.stratum_of, self.columns.roles)))

    @cached_property
    def stratum(self) -> Places:
        """Each person's place in `stratum_names`."""
        places = [self.stratum_names.index(self.stratum_of(role)) for role in self.columns.roles]
        return np.array(places, np.int32)[self.columns.role]

    @cached_property
    def strata(self) -> Sequence[str]:
        """The stratum of each person. For few people: `stratum` is the same in numbers."""
        return [self.stratum_names[place] for place in self.stratum.tolist()]

    @cached_property
    def cells(self) -> tuple[Standing, ...]:
        """The strata, units and contact levels that occur together."""
        columns = self.columns
        shape = len(self.stratum_names), len(columns.units), len(columns.levels)
        used = np.flatnonzero(np.bincount(self._packed))
        places = zip(*(part.tolist() for part in np.unravel_index(used, shape)), strict=True) if used.size else ()
        return tuple(
            Standing(self.stratum_names[stratum], columns.units[unit], columns.levels[level])
            for stratum, unit, level in places
        )

    @cached_property
    def cell(self) -> Places:
        """Each person's place in `cells`."""
        used = np.bincount(self._packed) > 0
        return (np.cumsum(used) - 1).astype(np.int32)[self._packed]

    @cached_property
    def _packed(self) -> Places:
        columns = self.columns
        found: Places = (self.stratum * len(columns.units) + columns.unit) * len(columns.levels) + columns.level
        return found

    def stratum_of(self, role: str) -> str:
        stratum = stratum_of(self.framework, role)
        group = next((group for group in self.framework.role_groups if group.key == stratum), None)
        return f"side:{group.side}" if group and stratum in self.joined else stratum

    def asked_of(self, role: str) -> frozenset[str]:
        """Return the items that everybody with this role was asked, in the form the role got."""
        return routed_items(self.framework, role, self.form, self.other_forms)

    @cached_property
    def routed(self) -> Mapping[str, Mask]:
        """Item key -> who was asked it, by the role and the form this role got."""
        asked = [self.asked_of(role) for role in self.columns.roles]
        return {
            item.key: np.array([item.key in keys for keys in asked], bool)[self.columns.role]
            for item in self.framework.items
        }

    @cached_property
    def form_of_answers(self) -> str:
        """The form that all who answered got, or `form` where they got different ones."""
        forms = {self.other_forms.get(role, self.form) for role in self.columns.roles}
        return forms.pop() if len(forms) == 1 else self.form

    @cached_property
    def asked_at_all(self) -> frozenset[str]:
        """The items that somebody is asked in this form, or answered."""
        answered = {key for key, codes in self.columns.codes.items() if (codes != NOTHING).any()}
        roles = tuple(self.framework.role_by_key) or ("",)
        return frozenset(answered.union(*(self.asked_of(role) for role in roles)))

    # -- scores ------------------------------------------------------------------------------------

    @cached_property
    def rare_ladders(self) -> frozenset[str]:
        """The ladders that fewer than k people answered: they have no score.

        Counted in, they would tell what those few said by the difference to what everybody was asked.
        """
        ladders = [item.key for item in self.framework.items if item.scale.kind == "ladder"]
        return frozenset(key for key in ladders if np.count_nonzero(self.columns.codes[key] >= 0) < self.k)

    @cached_property
    def scores(self) -> Mapping[str, Mapping[str, Values]]:
        """Variant -> dimension key -> everybody's score."""
        found = {
            dimension.key: score_measures(
                dimension.items, self.columns.codes, self.routed, len(self.columns), self.rare_ladders
            )
            for dimension in self.framework.dimensions
        }
        return {measure: {key: scores[measure] for key, scores in found.items()} for measure in MEASURES}

    @cached_property
    def flagged(self) -> Mask:
        """Whose answers show a sign of carelessness."""
        return flagged_among(checks_of(self.framework), self.columns.codes, self.columns.is_fast)

    @cached_property
    def values(self) -> Mapping[str, Values]:
        """Item key -> everybody's answer on 0..100."""
        return {item.key: values_of(item, self.columns.codes[item.key]) for item in self.framework.items}

    def common_scores(self, dimension: Dimension) -> Values:
        """Return each person's score over the dimension's common items, by the same rule as any score."""
        items = [item for item in self.common_items(dimension) if item.key not in self.rare_ladders]
        return scores_of(items, self.columns.codes, self.routed, len(self.columns))

    def means_over(self, items: Sequence[Item]) -> Values:
        """Return each person's plain mean over the items they answered, for those who answered any."""
        return means_over(items, self.columns.codes, len(self.columns))

    def told_by(self, task: Task) -> Sequence[Answer]:
        """Return the answers to a task."""
        found = self.columns.told.get(task.key)
        return found.answers if found else ()

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
        return any(isinstance(answer, list) and answer and set(answer) <= keys for answer in self.told_by(task))

    def by_worth(self, sizes: Mapping[str, int]) -> list[Crowd]:
        """Return the groups named in `sizes`, the worthiest first (`WORTH`), larger before smaller."""
        named = [crowd for crowd in self.crowds if crowd.key in sizes]
        return sorted(named, key=lambda crowd: (WORTH[crowd.kind], -sizes[crowd.key]))

    def told(self, people: Numbers, crowd: str = "all") -> int:
        """Return how many people to say an analysis rests on: where few of a side or group are missing, with them.

        Their number would be told by the difference to how many answered. 38 of 40 is 40, with k = 5; 35 is 35.
        """
        found = self.crowd(crowd)
        members, held = self.inside(found), self.mask(people)
        missing = members & ~held
        if np.count_nonzero(missing) < self.k:
            return len(self.members(found))
        count = len(people)
        for side in self.sides.values():
            left = int(np.count_nonzero(missing & side))
            if left < self.k and (members & side & held).any():
                count += left
        return count

    # -- groups ------------------------------------------------------------------------------------

    def members(self, crowd: Crowd) -> Numbers:
        """Return the numbers of everybody in the group."""
        return self._members[crowd.key]

    def inside(self, crowd: Crowd) -> Mask:
        """Say who is in the group."""
        held = np.array([crowd.holds(*cell) for cell in self.cells], bool)
        found: Mask = held[self.cell]
        return found

    def mask(self, people: Numbers) -> Mask:
        """Say who is among these people."""
        found = np.zeros(len(self.columns), bool)
        found[people] = True
        return found

    @cached_property
    def _members(self) -> Mapping[str, Numbers]:
        return {crowd.key: np.flatnonzero(self.inside(crowd)) for crowd in self.crowds}

    def blocks(self, crowd: Crowd) -> Sequence[tuple[str, Numbers]]:
        """Return the group's members stratum by stratum."""
        return self._blocks[crowd.key]

    @cached_property
    def _blocks(self) -> Mapping[str, Sequence[tuple[str, Numbers]]]:
        return {key: tuple(self._by_stratum(members)) for key, members in self._members.items()}

    def _by_stratum(self, members: Numbers) -> Iterator[tuple[str, Numbers]]:
        strata = self.stratum[members]
        for place, name in enumerate(self.stratum_names):
            found = members[strata == place]
            if found.size:
                yield name, found

    def crowd(self, key: str) -> Crowd:
        return next(crowd for crowd in self.crowds if crowd.key == key)

    def side(self, number: int) -> str:
        """Return "staff", "leaders" or "" for a person."""
        return self.side_of_stratum.get(self.strata[number], "")

    @cached_property
    def sides(self) -> Mapping[str, Mask]:
        """Who is on each side, "staff", "leaders" or "", by the side."""
        names = [self.side_of_stratum.get(name, "") for name in self.stratum_names]
        return {side: np.array([name == side for name in names], bool)[self.stratum] for side in dict.fromkeys(names)}

    def on(self, side: str) -> Mask:
        """Say who is on a side."""
        return self.sides.get(side, np.zeros(len(self.columns), bool))

    @cached_property
    def side_of_stratum(self) -> Mapping[str, str]:
        sides = {group.key: group.side for group in self.framework.role_groups}
        return {**sides, **{f"side:{side}": side for side in sides.values()}}

    def invited_in(self, crowd: Crowd, strata: Iterable[str]) -> int | None:
        """Return how many people of the group and these strata were invited, or None where that is not known."""
        if self.invited is None:
            return None
        found = self._invited[crowd.key]
        return sum(found[stratum] for stratum in set(strata))

    @cached_property
    def _invited(self) -> Mapping[str, Counter[str]]:
        """Group key -> how many people of each stratum were invited."""
        found: dict[str, Counter[str]] = {crowd.key: Counter() for crowd in self.crowds}
        for crowd in self.crowds:
            for row in self.invited or ():
                if crowd.holds(row.stratum, row.unit, row.level):
                    found[crowd.key][row.stratum] += row.people
        return found

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

    def complete(self, items: Sequence[Item]) -> Mask:
        """Say who gave a point to all of some items; nobody to none."""
        found = np.full(len(self.columns), bool(items))
        for item in items:
            found &= self.columns.codes[item.key] >= 0
        return found

    def sides_compared(self, values: Values) -> dict[str, Numbers]:
        """Return the leaders and the staff among these people by group key, or nothing where either are too few."""
        sides = {f"side:{side}": np.flatnonzero(values.given & self.on(side)) for side in ("leaders", "staff")}
        few = len(sides["side:leaders"]) < self.k or len(sides["side:staff"]) < max(self.k, LEAST_STAFF_TO_COMPARE)
        return {} if few else sides

    @cached_property
    def counted_dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions of instruments that count in the index."""
        return tuple(d for found in self.framework.instruments if found.weight > 0 for d in found.dimensions)

    def tells_few(self, items: Sequence[Item], parts: Literal["whole", "sides", "roles"] = "whole") -> bool:
        """Say whether a mean over items of several dimensions could tell what a few people said.

        Beside the means of the items, it tells what those said who left some of them out: each person's mean
        is over the items they answered. So nobody may have left out any, or k people and more. Where means of sides
        or of role groups are told, this holds for each of them: what one leader left out is not covered by staff.
        """
        said = [self.columns.codes[item.key] >= 0 for item in items]
        if not said:
            return False
        anything = np.logical_or.reduce(said)
        kinds = numbered(self.stratum[anything], *(one[anything] for one in said))
        kinds, places, counts = np.unique(kinds, return_index=True, return_counts=True)
        strata = self.stratum[anything][places]
        others: Counter[str] = Counter()
        is_few = False
        for one in np.unique(strata).tolist():
            count = int(counts[strata == one].sum() - counts[strata == one].max())
            is_few |= 0 < count < self.k
            name = self.stratum_names[one]
            others[{"whole": "", "sides": self.side_of_stratum.get(name, ""), "roles": name}[parts]] += count
        return is_few and any(0 < count < self.k for count in others.values())

    def steps(self, items: Iterable[Item]) -> int:
        """Return the steps a person can move on these items together; bounds how exact a mean can be."""
        return max(sum(item.scale.highest - item.scale.lowest for item in items), 1)

    def dont_know_share(self, numbers: Numbers, items: Sequence[Item]) -> float | None:
        """Return the share, 0..1, of "I can't see this" among what these people were asked and what applies to them."""
        asked = unseen = 0
        for item in items:
            codes = self.columns.codes[item.key][numbers]
            asked += int(np.count_nonzero(asked_among(codes, self.routed[item.key][numbers])))
            unseen += int(np.count_nonzero(codes == UNSEEN))
        return unseen / asked if asked else None

    def count_by_stratum(self, numbers: Numbers | None = None) -> Counter[str]:
        """Return how many of these people, or of all, are in each stratum."""
        strata = self.stratum if numbers is None else self.stratum[numbers]
        counts = np.bincount(strata, minlength=len(self.stratum_names)).tolist()
        return Counter({name: count for name, count in zip(self.stratum_names, counts, strict=True) if count})
