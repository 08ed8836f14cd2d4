"""Many people as a few kinds, which are all that the audit of groups has to know."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from pillars.vectors import Numbers
from reports.analyses.respondents import Crowd, Standing, Survey
from reports.disclosure import shown_groups

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Kinds:
    """People who are alike: they stand in the same place and are in the same of some groups. Each kind has a number."""

    counts: Sequence[int]
    cells: Sequence[Standing]
    groups: Mapping[Hashable, frozenset[int]]
    """Which kinds are in each of the groups."""

    def of(self, crowd: Crowd) -> frozenset[int]:
        """Return the kinds whose people are members of a group."""
        return frozenset(kind for kind, cell in enumerate(self.cells) if crowd.holds(*cell))

    def size(self, kinds: Collection[int]) -> int:
        """Return how many people are of these kinds."""
        return sum(self.counts[kind] for kind in kinds)


def kinds_of(survey: Survey, groups: Mapping[Hashable, Numbers]) -> Kinds:
    """Return the kinds of people that these groups tell apart."""
    # Random marks instead of a bit for each group: two kinds look the same once in 2^63.
    marks = np.random.default_rng(1).integers(1, 2**63, len(groups) + len(survey.cells), dtype=np.int64)
    mark = marks[len(groups) :][survey.cell]
    for one, numbers in zip(marks[: len(groups)], groups.values(), strict=True):
        mark[numbers] ^= one
    _, places, counts = np.unique(mark, return_index=True, return_counts=True)
    inside = {}
    for key, numbers in groups.items():
        held = np.zeros(len(mark), bool)
        held[numbers] = True
        inside[key] = frozenset(np.flatnonzero(held[places]).tolist())
    return Kinds(counts.tolist(), [survey.cells[place] for place in survey.cell[places].tolist()], inside)


def shown_together(survey: Survey, groups: Mapping[str, Numbers]) -> frozenset[str]:
    """Return the keys of the groups of people whose plain means or sizes may be shown together, worthiest first."""
    kinds = kinds_of(survey, dict(groups.items()))
    order = survey.by_worth({key: len(numbers) for key, numbers in groups.items()})
    return shown_groups({crowd.key: kinds.groups[crowd.key] for crowd in order}, survey.k, people=kinds.counts)


def may_stand_beside(survey: Survey, people: Numbers, known: Sequence[Numbers]) -> bool:
    """Say whether figures of these people may stand beside those of the known groups: no difference is about a few."""
    named: dict[Hashable, Numbers] = {"people": people, **dict(enumerate(known))}
    kinds = kinds_of(survey, named)
    given = [kinds.groups[place] for place in range(len(known))]
    return bool(shown_groups({"people": kinds.groups["people"]}, survey.k, given=given, people=kinds.counts))


def numbers_told(
    survey: Survey, subject: str, contributors: Mapping[str, Numbers], answered: Collection[str]
) -> dict[tuple[str, str], int]:
    """Return the numbers of people that may stand beside a figure of each group: the exact one or nearly so."""
    kinds = kinds_of(survey, dict(contributors.items()))
    offered: dict[tuple[str, int], frozenset[int]] = {}
    for key in contributors:
        exact, members = kinds.groups[key], kinds.of(survey.crowd(key))
        sides = {_side(survey, kinds, kind) for kind in exact}
        filled = exact | {kind for kind in members if _side(survey, kinds, kind) in sides}
        for people in (exact, filled, members):
            if kinds.size(people) - kinds.size(exact) < 2 * survey.k:
                offered.setdefault((key, kinds.size(people)), people)
    known = [kinds.of(crowd) for crowd in survey.crowds if crowd.key in answered]
    slots = {one: one[0] for one in offered}
    told = shown_groups(offered, survey.k, given=known, slots=slots, people=kinds.counts)
    return {(group, subject): n for group, n in told}


def _side(survey: Survey, kinds: Kinds, kind: int) -> str:
    return survey.side_of_stratum.get(kinds.cells[kind].stratum, "")
