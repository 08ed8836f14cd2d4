"""Where people agree, and where departments differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pillars.schema import Dimension, Item
from pillars.statistics import Moments, consensus_of, dispersion_of, mean
from pillars.vectors import moments
from reports.analyses.audits import LEAST_IN_DEPARTMENT
from reports.analyses.figures import Table
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.analyses.sight import counted_people
from reports.disclosure import LEAST_FOR_DETAIL
from reports.results import Analysis

LEAST_DEPARTMENTS = 3

TOO_FEW_FOR_CONSENSUS = N_("Fewer than ten people answered the questions behind this.")
TOO_FEW_DEPARTMENTS = N_("This needs three departments with at least eight answers each.")


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


def silo_dispersion(survey: Survey, table: Table) -> Analysis:
    """Return how far the departments under the root lie apart in each dimension, without the noise of few answers.

    "aligned" under 4 points of corrected spread, "uneven" under 8, else "silos". Departments count when
    their figure is shown and rests on at least eight people.
    """
    rows: list[Mapping[str, Any]] = []
    for dimension in survey.counted_dimensions:
        people = compared_units(survey, table, dimension)
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


def compared_units(survey: Survey, table: Table, dimension: Dimension) -> list[Moments]:
    """Return people's scores in each of the departments under the root that may be compared."""
    return [
        found.spread
        for crowd in survey.crowds
        if crowd.kind == "unit"
        and crowd.parent == "all"
        and table.allows(dimension.key, "silo", crowd.key)
        and (found := table.estimate(crowd.key, dimension.key))
        and found.n >= LEAST_IN_DEPARTMENT
    ]


def silo_label(corrected: float) -> str:
    return "aligned" if corrected < 4 else "uneven" if corrected < 8 else "silos"
