"""Where people agree, where departments differ, and who can see what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pillars.schema import Item
from pillars.statistics import Moments, consensus_of, dispersion_of, mean
from pillars.vectors import NOT_HERE, NOTHING, Mask, moments
from reports.analyses.audits import LEAST_IN_DEPARTMENT
from reports.analyses.figures import Table
from reports.analyses.kinds import shown_together
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.disclosure import LEAST_FOR_DETAIL
from reports.results import Analysis

LEAST_DEPARTMENTS = 3
LEADERS_SHOULD_SEE = 0.70
STAFF_SHOULD_SEE = 0.50

TOO_FEW_FOR_CONSENSUS = N_("Fewer than ten people answered the questions behind this.")
TOO_FEW_DEPARTMENTS = N_("This needs three departments with at least eight answers each.")
TOO_FEW_FOR_SIGHT = N_("Too few people answered to say who can see what.")


def consensus_by_dimension(survey: Survey, table: Table) -> Analysis:
    """Return, for each counted dimension, how far people agree on its common items (0..1), items averaged.

    "shared" from .80, "mixed" from .65, "split" below. Each item needs ten answers and is shown by itself.
    """
    rows: list[Mapping[str, Any]] = []
    for dimension in survey.counted_dimensions:
        found = [
            (consensus_of(said), said.n)
            for item in survey.common_items(dimension)
            if table.allows(dimension.key, "item", item.key)
            and (said := counted_values(survey, item)).n >= LEAST_FOR_DETAIL
        ]
        if found:
            agreed = mean([value for value, _ in found])
            n = min(count for _, count in found)
            rows.append({"subject": dimension.key, "a": agreed, "label": consensus_label(agreed), "n": n})
    if not rows:
        return Analysis("consensus", absence=TOO_FEW_FOR_CONSENSUS)
    return Analysis("consensus", {"a": mean([row["a"] for row in rows])}, tuple(rows))


def consensus_label(agreed: float) -> str:
    return "shared" if agreed >= 0.80 else "mixed" if agreed >= 0.65 else "split"


def counted_values(survey: Survey, item: Item) -> Moments:
    """Return the moments of the answers to one item, 0..100, of the people who count for the whole.

    A side of fewer than k answers is left out, as it is in every score: the mean of one item is often
    the whole of a dimension, and would give the missing side away.
    """
    values = survey.values[item.key]
    return moments(values.of(counted_people(survey, values.given, survey.least(survey.dimension_of[item.key]))))


def counted_people(survey: Survey, people: Mask, k: int) -> Mask:
    """Return those of some people whose side has at least k of them, or all where no side has."""
    if not survey.framework.role_groups:
        return people
    kept = counted_sides(survey, people, k)
    return people & np.logical_or.reduce([survey.on(side) for side in kept]) if kept else people


def counted_sides(survey: Survey, people: Mask, k: int) -> list[str]:
    """Return the sides that have at least k of some people."""
    return [side for side, on in survey.sides.items() if side and np.count_nonzero(people & on) >= k]


def silo_dispersion(survey: Survey, table: Table) -> Analysis:
    """Return how far the departments under the root lie apart in each dimension, without the noise of few answers.

    "aligned" under 4 points of corrected spread, "uneven" under 8, else "silos". Departments count when
    their figure is shown and rests on at least eight people.
    """
    rows: list[Mapping[str, Any]] = []
    departments = [crowd for crowd in survey.crowds if crowd.kind == "unit" and crowd.parent == "all"]
    for dimension in survey.counted_dimensions:
        people = [
            found.spread
            for crowd in departments
            if table.allows(dimension.key, "silo", crowd.key)
            and (found := table.estimate(crowd.key, dimension.key))
            and found.n >= LEAST_IN_DEPARTMENT
        ]
        if len(people) < LEAST_DEPARTMENTS:
            continue
        found_spread = dispersion_of(people)
        rows.append(
            {
                "subject": dimension.key,
                "raw": found_spread.raw,
                "corrected": found_spread.corrected,
                "share": found_spread.share,
                "label": silo_label(found_spread.corrected),
                "departments": len(people),
            }
        )
    if not rows:
        return Analysis("silo_dispersion", absence=TOO_FEW_DEPARTMENTS)
    corrected = mean([row["corrected"] for row in rows])
    raw = mean([row["raw"] for row in rows])
    return Analysis(
        "silo_dispersion", {"corrected": corrected, "raw": raw, "label": silo_label(corrected)}, tuple(rows)
    )


def silo_label(corrected: float) -> str:
    return "aligned" if corrected < 4 else "uneven" if corrected < 8 else "silos"


def line_of_sight(survey: Survey) -> Analysis | None:
    """Return the share of common questions each role group can answer: 1 - share of "I can't see this".

    A finding where leaders see less than 70 % or staff less than 50 %. None without role groups.
    """
    if not survey.framework.role_groups:
        return None
    rows: list[Mapping[str, Any]] = []
    crowds = [crowd for crowd in survey.crowds if crowd.kind in {"all", "side", "role"}]
    for dimension in survey.counted_dimensions:
        items = survey.common_items(dimension)
        saw = _asked(survey, items)
        asked = {crowd.key: np.flatnonzero(saw & survey.inside(crowd)) for crowd in crowds}
        asked["all"] = np.flatnonzero(counted_people(survey, saw, survey.k))
        for key in sorted(shown_together(survey, asked)):
            unseen = survey.dont_know_share(asked[key], items)
            if unseen is None:
                continue
            crowd = survey.crowd(key)
            seen = 1 - unseen
            leads = bool(crowd.strata) and all(survey.side_of_stratum.get(s) == "leaders" for s in crowd.strata or ())
            least = LEADERS_SHOULD_SEE if leads else STAFF_SHOULD_SEE
            exact = len(asked[key]) >= LEAST_FOR_DETAIL
            rows.append(
                {
                    "subject": dimension.key,
                    "group": key,
                    "share": seen if exact else round(seen, 2),
                    "n": survey.told(asked[key], key),
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
