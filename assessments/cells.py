"""Which group a response is stored with: fine enough to compare, shared by enough people to hide in.

Pure. A cell is a unit, a role and a contact level. When a campaign opens, everybody on its list gets
the finest cell that at least k invited people share: the contact level gives way first, then the role
of the smaller leaders' group (executives join managers), then the unit, to its parent. The cells are
a partition: after the last step no cell of the list has fewer than k people, unless a whole side of
the organisation (its leaders, say) has fewer.

Somebody who comes through an open link says their own unit and role, before it is known how many
others will: until the close their cell is unit and role, without a contact level. At the close their
cells grow in the same way, until at least k responses share each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assessments.groups import Declaration, Tree
from pillars.schema import Framework


@dataclass(frozen=True, order=True)
class Cell:
    """A unit (by id), a role key and a contact level; an empty contact level means all of them."""

    unit: int
    role: str = ""
    contact_level: str = ""


@dataclass(frozen=True)
class Shape:
    """What cells may grow into: each unit's parent, the roles that give way, and the side of each role."""

    parents: Mapping[int, int | None]
    joins: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)

    def depth(self, unit: int) -> int:
        return sum(1 for _ in self.upwards(unit))

    def upwards(self, unit: int) -> Iterator[int]:
        """Yield the unit, its parent, and so on to the root."""
        current: int | None = unit
        while current is not None:
            yield current
            current = self.parents[current]

    def side(self, role: str) -> str:
        return self.sides.get(role, role)


@dataclass(frozen=True)
class Places:
    """Where a campaign stores people: what it declared, with the units as they were then and as they are now."""

    declaration: Declaration
    tree: Tree
    above: Mapping[int, int | None]
    """The unit above each unit, as things are now."""

    def cell(self, unit: int, role: str, level: str = "") -> Cell:
        """Return the widest cell that tells all that may be reported about a person."""
        known = level if self.declaration.by_contact and level in self.declaration.levels else ""
        return Cell(self.unit(unit), role, known)

    def unit(self, unit: int) -> int:
        """Return the unit to store somebody of this unit with. One made since the opening is part of what it is under.

        A unit of which nothing above is known any more is told about as part of the whole.
        """
        root = self.tree.root
        if root is not None and not self.declaration.by_unit:
            return root
        known = {place.number for place in self.tree.places}
        found: int | None = unit
        while found is not None and found not in known:
            found = self.above.get(found)
        return self.tree.kept_with(found) if found is not None else (unit if root is None else root)


def shape_of(framework: Framework, parents: Mapping[int, int | None]) -> Shape:
    """Return how cells of this framework grow: among the leaders, the lighter groups join the heaviest."""
    leaders = sorted((group for group in framework.role_groups if group.side == "leaders"), key=lambda g: -g.weight)
    joins = {role: leaders[0].roles[0] for group in leaders[1:] for role in group.roles}
    sides = {role: group.side for group in framework.role_groups for role in group.roles}
    return Shape(parents, joins, sides)


def reporting_cells(people: Sequence[Cell], k: int, shape: Shape, standing: Sequence[Cell] = ()) -> list[Cell]:
    """Return each person's reporting cell, in the order of `people` (their own unit, role and contact level).

    `standing` are cells of others, one entry for each, that people may share; they are returned behind those
    of `people`. They stay as they are, unless otherwise fewer than k would be left over at the top.
    """
    everybody = [*people, *standing]
    places = _Places(everybody, len(people), k, shape)
    places.grow()
    cells = list(everybody)
    for (unit, role), members in places.members.items():
        counts = Counter(everybody[index].contact_level for index in members)
        counts[""] += places.company(unit, role)
        kept = _kept_levels(+counts, k)
        for index in members:
            level = everybody[index].contact_level
            cells[index] = Cell(unit, role, level if level in kept else "")
    return cells


def joining_cells(newcomers: Sequence[Cell], standing: Sequence[Cell], k: int, shape: Shape) -> list[Cell]:
    """Return cells for people who are added after the opening; nobody else's cell changes.

    `standing` are the cells of everybody already invited, one entry for each person. A newcomer joins
    the finest standing cell of at least k people in their own unit; newcomers to other units make cells
    among themselves where k of them share one, and otherwise join the nearest standing cell above.
    """
    shared = {cell for cell, count in Counter(standing).items() if count >= k}
    cells = [_standing_cell(person, [person.unit], shared, shape) for person in newcomers]
    without = [index for index, cell in enumerate(cells) if cell is None]
    fresh = reporting_cells([newcomers[index] for index in without], k, shape)
    counts = Counter(fresh)
    for index, cell in zip(without, fresh, strict=True):
        person = newcomers[index]
        chain = list(shape.upwards(person.unit))
        if counts[cell] >= k:
            cells[index] = cell
        else:
            cells[index] = _standing_cell(person, chain, shared, shape) or Cell(chain[-1], person.role)
    return [cell for cell in cells if cell is not None]


def _standing_cell(person: Cell, units: Sequence[int], shared: set[Cell], shape: Shape) -> Cell | None:
    roles = [person.role, *([shape.joins[person.role]] if person.role in shape.joins else [])]
    wanted = (Cell(unit, role, level) for unit in units for role in roles for level in (person.contact_level, ""))
    return next((cell for cell in wanted if cell in shared), None)


def _kept_levels(counts: Counter[str], k: int) -> set[str]:
    """Return the contact levels that stand on their own; the others share one cell, which is empty or has k."""
    kept = {level for level, count in counts.items() if count >= k and level}
    rest = sum(count for level, count in counts.items() if level not in kept)
    while kept and 0 < rest < k:
        smallest = min(kept, key=lambda level: (counts[level], level))
        kept.remove(smallest)
        rest += counts[smallest]
    return kept


class _Places:
    """People by unit and role, grown until each place has k people.

    The first `moving` of them grow. The others stand where they are, and count where they have no contact level.
    """

    def __init__(self, people: Sequence[Cell], moving: int, k: int, shape: Shape) -> None:
        self.k = k
        self.shape = shape
        self.people = people
        self.members: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.standing: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.in_role = Counter(person.role for person in people)
        for index, person in enumerate(people):
            (self.members if index < moving else self.standing)[person.unit, person.role].append(index)

    def company(self, unit: int, role: str) -> int:
        """Return how many stand in the place's cell without a contact level."""
        return sum(not self.people[index].contact_level for index in self.standing.get((unit, role), ()))

    def grow(self) -> None:
        for unit in sorted(self.shape.parents, key=lambda unit: (-self.shape.depth(unit), unit)):
            for role in sorted(set(self._small_roles(unit)) & set(self.shape.joins)):
                joined = self.shape.joins[role]
                if len(self.members[unit, role]) + self._size((unit, joined)) >= self.k:
                    self._move((unit, role), (unit, joined))
            parent = self.shape.parents[unit]
            if parent is None:
                self._settle_root(unit)
            else:
                for role in self._small_roles(unit):
                    self._move((unit, role), (parent, role))
        self.members = {place: members for place, members in self.members.items() if members}

    def _settle_root(self, root: int) -> None:
        """Let what is left over at the top share a place: with the same role elsewhere, else with its side."""
        for role in self._small_roles(root):
            self._absorb((root, role), {role})
        small = self._small_roles(root)
        for side in sorted({self.shape.side(role) for role in small}):
            roles = {role for role in self.in_role if self.shape.side(role) == side}
            largest = max(roles, key=lambda role: (self.in_role[role], role))
            for role in small:
                if role != largest and role in roles:
                    self._move((root, role), (root, largest))
            self._absorb((root, largest), roles)

    def _absorb(self, place: tuple[int, str], roles: set[str]) -> None:
        """Let the smallest settled places of these roles, as long as there are some, give way to `place`."""
        while self._size(place) < self.k:
            settled = [(len(people), other) for other, people in self.members.items() if people and other != place]
            settled += [(len(people), other) for other, people in self.standing.items() if people]
            others = [(size, other) for size, other in settled if other[1] in roles]
            if not others:
                return
            source = min(others)[1]
            self._move(source, place)
            self.members[place].extend(self.standing.pop(source, []))

    def _size(self, place: tuple[int, str]) -> int:
        return len(self.members.get(place, ())) + self.company(*place)

    def _small_roles(self, unit: int) -> list[str]:
        roles = [role for (place, role), people in self.members.items() if place == unit and people]
        return sorted(role for role in roles if self._size((unit, role)) < self.k)

    def _move(self, source: tuple[int, str], target: tuple[int, str]) -> None:
        if source != target:
            self.members[target].extend(self.members.pop(source, []))
