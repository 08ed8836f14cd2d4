"""Which groups of people a campaign may ever report about, declared before it opens. Pure.

A declaration says which properties are reported (units, role groups, contact level), which pairs of them, and
which small units are told about together. At the opening it also takes along the tree of units as it then is, so
that a unit moved, renamed or deleted later never changes what a result is about. `declared_groups` makes the
groups of both: the whole, leaders and staff, and what was declared.

Keys: "all", "side:<side>", "role:<role group>", "unit:<number>", "merged:<numbers>", "contact:<level>", and two
of them with a plus for a pair, such as "unit:12+side:staff".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pillars.schema import Framework

Kind = Literal["all", "side", "role", "unit", "contact", "pair"]
Pair = Literal["unit+side", "unit+role", "unit+contact", "contact+side"]

PAIRS: tuple[Pair, ...] = ("unit+side", "unit+role", "unit+contact", "contact+side")
"""What an owner may choose to see crossed. Units are those directly below the top."""

MOST_MERGED = 8
"""Units told about together; with more of them the group says nothing any more."""

FEW_PEOPLE = 25
"""Below this many people in total there are no departments, and of roles only leaders and staff."""

LEVELS = ("daily", "weekly", "monthly", "never")
"""Contact levels, from much to none."""


@dataclass(frozen=True)
class Place:
    """A unit as it was when it was looked at: its number, name and the number of the unit above it."""

    number: int
    name: str
    parent: int | None


@dataclass(frozen=True)
class Merge:
    """Units that are told about together instead of each by itself. The first keeps their people's answers."""

    units: tuple[int, ...]
    title: str

    @property
    def key(self) -> str:
        return f"merged:{'-'.join(map(str, sorted(self.units)))}"


@dataclass(frozen=True)
class Declaration:
    """What may be reported. `tree` is empty until the campaign opens."""

    units: bool = True
    roles: bool = True
    contact: bool = False
    pairs: tuple[Pair, ...] = ()
    merges: tuple[Merge, ...] = ()
    levels: tuple[str, ...] = LEVELS
    tree: tuple[Place, ...] = ()
    is_small: bool = False
    """Few people are asked in total: neither departments nor role groups nor pairs, whatever was chosen."""

    @property
    def by_unit(self) -> bool:
        return self.units and not self.is_small

    @property
    def by_role(self) -> bool:
        return self.roles and not self.is_small

    @property
    def by_contact(self) -> bool:
        return self.contact and not self.is_small

    @property
    def crossed(self) -> tuple[Pair, ...]:
        """The chosen pairs whose two parts are both reported."""
        told = {"unit": self.by_unit, "role": self.by_role, "contact": self.by_contact, "side": not self.is_small}
        return tuple(pair for pair in PAIRS if pair in self.pairs and all(told[part] for part in pair.split("+")))

    def to_document(self) -> dict[str, Any]:
        """Return plain JSON values without the tree; with it, `read` gives back an equal declaration."""
        return {
            "units": self.units,
            "roles": self.roles,
            "contact": self.contact,
            "pairs": list(self.pairs),
            "merges": [{"units": list(merge.units), "title": merge.title} for merge in self.merges],
            "levels": list(self.levels),
            "is_small": self.is_small,
        }

    def tree_rows(self) -> list[list[Any]]:
        """Return the tree as plain JSON values."""
        return [[place.number, place.name, place.parent] for place in self.tree]

    @classmethod
    def read(cls, document: Mapping[str, Any], tree: Iterable[Sequence[Any]] = ()) -> Declaration:
        """Read what `to_document` and `tree_rows` wrote; what is missing is as it was before anybody could choose."""
        return cls(
            units=document.get("units", True),
            roles=document.get("roles", True),
            contact=document.get("contact", False),
            pairs=tuple(pair for pair in PAIRS if pair in document.get("pairs", ())),
            merges=tuple(Merge(tuple(merge["units"]), merge["title"]) for merge in document.get("merges", ())),
            levels=tuple(document.get("levels", LEVELS)),
            tree=tuple(Place(*place) for place in tree),
            is_small=document.get("is_small", False),
        )

    def frozen(self, tree: Iterable[Place], people: int | None, levels: Iterable[str]) -> Declaration:
        """Return the declaration as a campaign opens with it.

        `people` is how many are asked in total, None where nobody knows; `levels` are the contact levels that
        occur. Merges that no longer fit the tree are left out.
        """
        places = tuple(sorted(tree, key=lambda place: (place.name, place.number)))
        occurring = set(levels)
        return replace(
            self,
            tree=places,
            merges=fitting_merges(self.merges, places),
            levels=tuple(level for level in LEVELS if level in occurring),
            is_small=people is not None and people < FEW_PEOPLE,
        )

    def as_for_few(self) -> Declaration:
        """Return the declaration for a campaign that turned out to ask few people."""
        return replace(self, is_small=True)


@dataclass(frozen=True)
class DeclaredGroup:
    """A group that may be reported. None stands for all strata, units or contact levels."""

    key: str
    kind: Kind
    title: str
    parent: str = ""
    strata: frozenset[str] | None = None
    units: frozenset[int] | None = None
    levels: frozenset[str] | None = None

    def holds(self, stratum: str, unit: int | None, level: str = "") -> bool:
        return (
            (self.strata is None or stratum in self.strata)
            and (self.units is None or unit in self.units)
            and (self.levels is None or level in self.levels)
        )


@dataclass(frozen=True)
class Tree:
    """The units of a campaign, with merges; what lies below what."""

    places: Sequence[Place]
    merges: Sequence[Merge] = ()
    _below: Mapping[int | None, list[Place]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {place.number for place in self.places}
        below: dict[int | None, list[Place]] = {}
        for place in self.places:
            below.setdefault(place.parent if place.parent in known else None, []).append(place)
        object.__setattr__(self, "_below", below)

    @property
    def root(self) -> int | None:
        """The unit that is the organisation itself; None where several stand at the top."""
        tops = self._below.get(None, [])
        return tops[0].number if len(tops) == 1 else None

    def children(self, unit: int | None) -> list[Place]:
        return self._below.get(unit, [])

    def subtree(self, unit: int) -> frozenset[int]:
        return frozenset([unit]).union(*(self.subtree(child.number) for child in self.children(unit)))

    def group_key(self, unit: int | None) -> str:
        """Return the key of the group that a unit is told about in."""
        if unit is None or unit == self.root:
            return "all"
        merge = self.merge_of(unit)
        return merge.key if merge else f"unit:{unit}"

    def merge_of(self, unit: int) -> Merge | None:
        return next((merge for merge in self.merges if unit in merge.units), None)

    def kept_with(self, unit: int) -> int:
        """Return the unit with which answers of this unit are stored: its own, or the first of its merge."""
        merge = self.merge_of(unit)
        return merge.units[0] if merge else unit

    def parents(self) -> dict[int, int | None]:
        """Return the unit above each unit, where people of too small a place go; merged units stand for each other."""
        known = {place.number for place in self.places}
        return {
            place.number: None if place.parent is None or place.parent not in known else self.kept_with(place.parent)
            for place in self.places
        }


def fitting_merges(merges: Iterable[Merge], tree: Sequence[Place]) -> tuple[Merge, ...]:
    """Return the merges whose units all stand below the same unit of the tree, each unit in one merge only."""
    above = {place.number: place.parent for place in tree}
    taken: set[int] = set()
    found = []
    for merge in merges:
        parents = {above.get(unit) for unit in merge.units}
        fits = 1 < len(set(merge.units)) == len(merge.units) <= MOST_MERGED and len(parents) == 1
        if fits and None not in parents and taken.isdisjoint(merge.units):
            taken.update(merge.units)
            found.append(merge)
    return tuple(found)


def declared_groups(
    declaration: Declaration,
    framework: Framework,
    titles: Mapping[str, str],
    joined: frozenset[str] = frozenset(),
) -> list[DeclaredGroup]:
    """Return the groups of a declaration with its tree, parents before what is below them.

    `titles` holds the words for "all", for sides ("side:staff") and for contact levels ("contact:daily").
    `joined` are role groups that have no group of their own, because too few of them were invited.
    """
    tree = Tree(declaration.tree, declaration.merges)
    sides, roles = _role_groups(framework, titles, joined)
    units = list(_unit_groups(tree)) if declaration.by_unit else []
    contact = [
        DeclaredGroup(f"contact:{level}", "contact", titles[f"contact:{level}"], "all", levels=frozenset([level]))
        for level in (declaration.levels if declaration.by_contact else ())
    ]
    parts = {
        "side": sides,
        "role": roles,
        "unit": [group for group in units if group.parent == "all"],
        "contact": contact,
    }
    pairs = [
        crossed(first, second)
        for pair in declaration.crossed
        for first in parts[pair.split("+")[0]]
        for second in parts[pair.split("+")[1]]
    ]
    return [
        DeclaredGroup("all", "all", titles["all"]),
        *_by_side(sides, roles if declaration.by_role else []),
        *units,
        *contact,
        *pairs,
    ]


def joined_groups(framework: Framework, listed: Collection[str], stored: Collection[str]) -> frozenset[str]:
    """Return the role groups that are counted with their side, from those on the list and those in reporting cells.

    People of one were stored with another, because too few were invited: four executives stored as managers are
    leaders from then on.
    """
    lost = set(listed) - set(stored) - {""}
    sides = {group.side for group in framework.role_groups if group.key in lost}
    return frozenset(group.key for group in framework.role_groups if group.side in sides)


def crossed(first: DeclaredGroup, second: DeclaredGroup) -> DeclaredGroup:
    """Return the people who are in both groups."""
    return DeclaredGroup(
        f"{first.key}+{second.key}",
        "pair",
        pair_title(first.title, second.title),
        first.key,
        first.strata if second.strata is None else second.strata,
        first.units if second.units is None else second.units,
        first.levels if second.levels is None else second.levels,
    )


def pair_title(first: str, second: str) -> str:
    return f"{first} · {second}"


def _role_groups(
    framework: Framework, titles: Mapping[str, str], joined: frozenset[str]
) -> tuple[list[DeclaredGroup], list[DeclaredGroup]]:
    sides, roles = [], []
    for side in dict.fromkeys(group.side for group in framework.role_groups):
        groups = [group for group in framework.role_groups if group.side == side]
        strata = frozenset([f"side:{side}", *(group.key for group in groups)])
        key = f"side:{side}"
        sides.append(DeclaredGroup(key, "side", titles[key], "all", strata))
        roles += [
            DeclaredGroup(f"role:{group.key}", "role", group.title, key, frozenset([group.key]))
            for group in groups
            if group.key not in joined
        ]
    return sides, roles


def _by_side(sides: Sequence[DeclaredGroup], roles: Sequence[DeclaredGroup]) -> Iterator[DeclaredGroup]:
    for side in sides:
        yield side
        yield from (role for role in roles if role.parent == side.key)


def _unit_groups(tree: Tree) -> Iterator[DeclaredGroup]:
    """Yield a group for each unit below the root with all units beneath it, and for each merge of units."""
    told: set[str] = set()
    for place in tree.places:
        key = tree.group_key(place.number)
        if key == "all" or key in told:
            continue
        told.add(key)
        merge = tree.merge_of(place.number)
        units = frozenset[int]().union(*(tree.subtree(one) for one in (merge.units if merge else (place.number,))))
        title = merge.title if merge else place.name
        yield DeclaredGroup(key, "unit", title, tree.group_key(place.parent), units=units)
