"""Where people agree, where departments differ, and who can see what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pillars.schema import Item
from pillars.statistics import consensus, dispersion, mean
from reports.analyses.audits import LEAST_IN_DEPARTMENT
from reports.analyses.figures import Table
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.disclosure import LEAST_FOR_DETAIL, shown_groups
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
            (consensus(values), len(values))
            for item in survey.common_items(dimension)
            if table.allows(dimension.key, "item", item.key)
            and len(values := list(counted_values(survey, item).values())) >= LEAST_FOR_DETAIL
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


def counted_values(survey: Survey, item: Item) -> dict[int, float]:
    """Return the answers to one item, 0..100, of the people who count for the whole.

    A side of fewer than k answers is left out, as it is in every score: the mean of one item is often
    the whole of a dimension, and would give the missing side away.
    """
    values = survey.values[item.key]
    return {
        number: values[number] for number in counted_people(survey, values, survey.least(survey.dimension_of[item.key]))
    }


def counted_people(survey: Survey, numbers: Mapping[int, object] | Sequence[int], k: int) -> list[int]:
    """Return those of `numbers` whose side has at least k of them, or all where no side has."""
    by_side: dict[str, list[int]] = {}
    for number in numbers:
        by_side.setdefault(survey.side(number), []).append(number)
    if not survey.framework.role_groups:
        return list(numbers)
    kept = {side for side, found in by_side.items() if side and len(found) >= k}
    return [number for number in numbers if not kept or survey.side(number) in kept]


def silo_dispersion(survey: Survey, table: Table) -> Analysis:
    """Return how far the departments under the root lie apart in each dimension, without the noise of few answers.

    "aligned" under 4 points of corrected spread, "uneven" under 8, else "silos". Departments count when
    their figure is shown and rests on at least eight people.
    """
    rows: list[Mapping[str, Any]] = []
    departments = [crowd for crowd in survey.crowds if crowd.kind == "unit" and crowd.parent == "all"]
    for dimension in survey.counted_dimensions:
        people = [
            list(found.values.values())
            for crowd in departments
            if table.allows(dimension.key, "silo", crowd.key)
            and (found := table.estimate(crowd.key, dimension.key))
            and found.n >= LEAST_IN_DEPARTMENT
        ]
        if len(people) < LEAST_DEPARTMENTS:
            continue
        found_spread = dispersion(people)
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
        asked = {crowd.key: _asked(survey, survey.members(crowd), items) for crowd in crowds}
        asked["all"] = set(counted_people(survey, sorted(asked.get("all", ())), survey.k))
        order = survey.by_worth({key: len(people) for key, people in asked.items()})
        for key in sorted(shown_groups({crowd.key: asked[crowd.key] for crowd in order}, survey.k)):
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


def _asked(survey: Survey, numbers: frozenset[int], items: Sequence[Item]) -> set[int]:
    """Return those who gave one of these items a point or said that they can't see it."""
    keys = [item.key for item in items]
    return {
        number for number in numbers if any(survey.people[number].answers.get(key) not in {None, "na"} for key in keys)
    }
