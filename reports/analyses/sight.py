"""Who can see what: the share of common questions that each group can answer from its job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pillars.schema import Dimension, Item
from pillars.vectors import NOT_HERE, NOTHING, Mask, Numbers
from reports.analyses.kinds import shown_together
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.disclosure import LEAST_FOR_DETAIL
from reports.results import Analysis

if TYPE_CHECKING:
    from reports.analyses.figures import Table

LEADERS_SHOULD_SEE = 0.70
STAFF_SHOULD_SEE = 0.50

TOO_FEW_FOR_SIGHT = N_("Too few people answered to say who can see what.")


def counted_people(survey: Survey, people: Mask, k: int) -> Mask:
    """Return those of some people whose side has at least k of them, or all where no side has."""
    if not survey.framework.role_groups:
        return people
    kept = counted_sides(survey, people, k)
    return people & np.logical_or.reduce([survey.on(side) for side in kept]) if kept else people


def counted_sides(survey: Survey, people: Mask, k: int) -> list[str]:
    """Return the sides that have at least k of some people."""
    return [side for side, on in survey.sides.items() if side and np.count_nonzero(people & on) >= k]


def asked_groups(survey: Survey, dimension: Dimension) -> dict[str, Numbers]:
    """Return who was asked the dimension's common questions, by group, of groups whose numbers may stand together.

    Of the whole organisation only sides with enough people count.
    """
    if not survey.framework.role_groups:
        return {}
    saw = _asked(survey, survey.common_items(dimension))
    crowds = [crowd for crowd in survey.crowds if crowd.kind in {"all", "side", "role"}]
    asked = {crowd.key: np.flatnonzero(saw & survey.inside(crowd)) for crowd in crowds}
    asked["all"] = np.flatnonzero(counted_people(survey, saw, survey.k))
    return {key: asked[key] for key in sorted(shown_together(survey, asked))}


def line_of_sight(survey: Survey, table: Table) -> Analysis | None:
    """Return the share of common questions each role group can answer: 1 - share of "I can't see this".

    A finding where leaders see less than 70 % or staff less than 50 %. None without role groups.
    """
    if not survey.framework.role_groups:
        return None
    rows: list[Mapping[str, Any]] = []
    for dimension in survey.counted_dimensions:
        items = survey.common_items(dimension)
        for key, people in asked_groups(survey, dimension).items():
            unseen = survey.dont_know_share(people, items) if table.allows(dimension.key, "sight", key) else None
            if unseen is None:
                continue
            crowd = survey.crowd(key)
            seen = 1 - unseen
            leads = bool(crowd.strata) and all(survey.side_of_stratum.get(s) == "leaders" for s in crowd.strata or ())
            least = LEADERS_SHOULD_SEE if leads else STAFF_SHOULD_SEE
            exact = len(people) >= LEAST_FOR_DETAIL
            rows.append(
                {
                    "subject": dimension.key,
                    "group": key,
                    "share": seen if exact else round(seen, 2),
                    "n": survey.told(people, key),
                    "is_finding": key != "all" and seen < least,
                }
            )
    return Analysis("line_of_sight", rows=tuple(rows)) if rows else Analysis("line_of_sight", absence=TOO_FEW_FOR_SIGHT)


def _asked(survey: Survey, items: Sequence[Item]) -> Mask:
    """Say who gave one of these items a point or said that they can't see it."""
    found = np.zeros(len(survey.columns), bool)
    for item in items:
        codes = survey.columns.codes[item.key]
        found |= (codes != NOTHING) & (codes != NOT_HERE)
    return found
