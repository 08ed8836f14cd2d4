"""What will be readable of the groups a campaign declares, as far as head-counts tell before it opens. Pure.

A group is readable when at least k of the people stored in it answer. The audit of a release can hide a few more,
where a figure would tell about few people by the difference to others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assessments.cells import Cell, Places, reporting_cells, shape_of
from assessments.groups import (
    FEW_PEOPLE,
    MOST_MERGED,
    Declaration,
    DeclaredGroup,
    Tree,
    declared_groups,
    joined_groups,
)
from pillars.schema import Framework
from pillars.scoring import stratum_of

USUAL_SHARE = 60
"""Percent that answer where a campaign goes middling."""

ENOUGH_LEADERS = 9
"""From so many leaders on, gaps between leaders and staff are mostly readable."""


@dataclass(frozen=True)
class Row:
    """A group before the opening. `people` is None where nobody knows how many there are."""

    group: DeclaredGroup
    people: int | None
    stored: int
    """How many answers the group would have if everybody answers: people of small units count above."""
    k: int

    @property
    def if_all(self) -> bool:
        return self.stored >= self.k

    @property
    def if_usual(self) -> bool:
        return self.stored * USUAL_SHARE // 100 >= self.k


@dataclass(frozen=True)
class Proposal:
    """Units to tell about together, because one of them is too small by itself."""

    units: tuple[int, ...]
    parts: tuple[tuple[str, int], ...]
    """Each group's title with its people."""

    @property
    def people(self) -> int:
        return sum(people for _, people in self.parts)


@dataclass(frozen=True)
class Preview:
    rows: tuple[Row, ...]
    total: int | None
    """How many people are asked; None where nobody knows."""
    knows_roles: bool
    """Whether people are on a list with their roles, or only numbers of units were typed."""
    leaders: int
    has_leaders: bool
    joined: tuple[str, ...]
    """Titles of role groups that count with their side, because too few of them are invited."""
    proposals: tuple[Proposal, ...]
    is_small: bool

    @property
    def has_few_leaders(self) -> bool:
        return self.knows_roles and self.has_leaders and self.leaders < ENOUGH_LEADERS

    @property
    def few(self) -> int:
        return FEW_PEOPLE

    def readable(self, kind: str) -> tuple[int, int]:
        """Return how many groups of a kind would be readable if everybody answers, and how many there are."""
        rows = [row for row in self.rows if row.group.kind == kind]
        return sum(row.if_all for row in rows), len(rows)


def preview_of_list(
    declared: Declaration, framework: Framework, titles: Mapping[str, str], people: Mapping[Cell, int], k: int
) -> Preview:
    """Return the preview for people on a list: how many there are of each unit, role and contact level."""
    places = Places(declared, Tree(declared.tree, declared.merges), {})
    listed = list(Counter(people).elements())
    own = [places.cell(person.unit, person.role, person.contact_level) for person in listed]
    cells = reporting_cells(own, k, shape_of(framework, places.tree.parents()))
    strata = {role: stratum_of(framework, role) for role in {cell.role for cell in (*own, *cells)}}
    joined = joined_groups(framework, {strata[cell.role] for cell in own}, {strata[cell.role] for cell in cells})
    there, stored = Counter(listed), Counter(cells)

    def inside(group: DeclaredGroup, counts: Mapping[Cell, int]) -> int:
        return sum(n for one, n in counts.items() if group.holds(strata[one.role], one.unit, one.contact_level))

    groups = _each_once(declared_groups(declared, framework, titles, joined))
    rows = tuple(Row(group, inside(group, there), inside(group, stored), k) for group in groups)
    of_leaders = [group.key for group in framework.role_groups if group.side == "leaders"]
    return Preview(
        rows=rows,
        total=len(listed),
        knows_roles=True,
        leaders=sum(strata[person.role] in of_leaders for person in listed),
        has_leaders=bool(of_leaders),
        joined=tuple(group.title for group in framework.role_groups if group.key in joined),
        proposals=_proposals(declared, framework, titles, there, k),
        is_small=declared.is_small,
    )


def preview_of_sizes(
    declared: Declaration, framework: Framework, titles: Mapping[str, str], sizes: Mapping[int, int], k: int
) -> Preview:
    """Return the preview where anybody may come in and the owner typed how many people each unit has."""
    groups = _each_once(declared_groups(declared, framework, titles))
    rows = []
    for group in groups:
        is_counted = group.kind in {"all", "unit"} and bool(sizes)
        people = sum(n for unit, n in sizes.items() if group.units is None or unit in group.units)
        rows.append(Row(group, people if is_counted else None, people if is_counted else 0, k))
    counts = {Cell(unit): n for unit, n in sizes.items()}
    return Preview(
        rows=tuple(rows),
        total=sum(sizes.values()) if sizes else None,
        knows_roles=False,
        leaders=0,
        has_leaders=False,
        joined=(),
        proposals=_proposals(declared, framework, titles, counts, k),
        is_small=declared.is_small,
    )


def _each_once(groups: Sequence[DeclaredGroup]) -> list[DeclaredGroup]:
    """Return the groups without the only role of a side, which has the same people."""
    roles = Counter(group.parent for group in groups if group.kind == "role")
    return [group for group in groups if group.kind != "role" or roles[group.parent] > 1]


def _proposals(
    declared: Declaration, framework: Framework, titles: Mapping[str, str], people: Mapping[Cell, int], k: int
) -> tuple[Proposal, ...]:
    """Return which units to tell about together: a small one with its nearest in size, else all small ones.

    Small is what would be hidden at the usual share of answers. Only units below the same one are put together.
    """
    plain = replace(declared, roles=False, contact=False, pairs=())
    units = [group for group in declared_groups(plain, framework, titles) if group.kind == "unit"]
    sizes = {group.key: sum(n for cell, n in people.items() if group.holds("", cell.unit)) for group in units}
    found: list[Proposal] = []
    taken: set[str] = set()
    for group in sorted(units, key=lambda one: (sizes[one.key], one.title)):
        if sizes[group.key] == 0 or _is_enough(sizes[group.key], k) or group.key in taken:
            continue
        siblings = [one for one in units if one.parent == group.parent and one is not group and sizes[one.key]]
        free = [one for one in siblings if one.key not in taken]
        chosen = _partners(group, free, sizes, k)
        units_of = [unit for one in (group, *chosen) for unit in numbers_of(one.key)]
        if chosen and len(units_of) <= MOST_MERGED:
            taken |= {group.key, *(one.key for one in chosen)}
            parts = tuple((one.title, sizes[one.key]) for one in (group, *chosen))
            found.append(Proposal(tuple(sorted(units_of)), parts))
    return tuple(found)


def _partners(
    group: DeclaredGroup, siblings: Sequence[DeclaredGroup], sizes: Mapping[str, int], k: int
) -> list[DeclaredGroup]:
    """Return the sibling nearest in size if it makes the group readable, else the small ones that do together."""
    size = sizes[group.key]
    nearest = sorted(siblings, key=lambda one: (abs(sizes[one.key] - size), one.title))
    if nearest and _is_enough(size + sizes[nearest[0].key], k):
        return nearest[:1]
    chosen: list[DeclaredGroup] = []
    for one in _small_first(nearest, sizes, k):
        chosen.append(one)
        if _is_enough(size + sum(sizes[found.key] for found in chosen), k):
            return chosen
    return []


def _small_first(siblings: Iterable[DeclaredGroup], sizes: Mapping[str, int], k: int) -> list[DeclaredGroup]:
    """Return siblings that are small too, then the smallest of the others: nobody large is drawn in needlessly."""
    return sorted(siblings, key=lambda one: (_is_enough(sizes[one.key], k), sizes[one.key], one.title))


def _is_enough(people: int, k: int) -> bool:
    return people * USUAL_SHARE // 100 >= k


def numbers_of(key: str) -> tuple[int, ...]:
    """Return the numbers of the units behind a unit's or a merge's key."""
    return tuple(int(number) for number in key.partition(":")[2].split("-"))
