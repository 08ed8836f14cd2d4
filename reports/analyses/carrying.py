"""How far the numbers carry: do the questions of a topic belong together, and can one unit be told from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pillars.reliability import Alpha, cronbach_alpha_of, intraclass_correlation_of
from pillars.schema import Dimension
from pillars.vectors import moments
from reports.analyses.agreement import LEAST_DEPARTMENTS, compared_units
from reports.analyses.figures import Table
from reports.analyses.offers import ALPHA
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.results import Analysis

TOO_FEW_FOR_CONSISTENCY = N_(
    "Whether questions belong together takes three of a topic and thirty people who answered all of them."
)
TOO_FEW_UNITS = N_("How well units can be told apart takes three of them with at least eight answers each.")

CONSISTENT, MODERATE = 0.70, 0.50
CLEAR_UNITS, SOME_UNITS = 0.10, 0.01
"""Shares of all differences between people that lie between units (LeBreton & Senter 2008)."""


def consistency(survey: Survey, table: Table) -> Analysis:
    """Return Cronbach's alpha with Feldt's interval of each dimension with three items or more that no ladder is.

    It rests on the people who answered all of them, at least thirty. "consistent" from .70, "moderate" from .50,
    "weak" below.
    """
    rows: list[Mapping[str, Any]] = []
    for dimension in survey.framework.dimensions:
        found = _alpha(survey, dimension) if table.allows(dimension.key, ALPHA) else None
        if found is None:
            continue
        rows.append(
            {
                "subject": dimension.key,
                "alpha": found.value,
                "low": found.interval.low,
                "high": found.interval.high,
                "items": len(survey.scale_items(dimension)),
                "n": table.told(dimension.key, ALPHA).get("all"),
                "label": consistency_label(found.value),
            }
        )
    return _of_rows("consistency", rows, TOO_FEW_FOR_CONSISTENCY)


def _alpha(survey: Survey, dimension: Dimension) -> Alpha | None:
    items = survey.scale_items(dimension)
    complete = survey.complete(items)
    columns = [survey.values[item.key].of(complete) for item in items]
    return cronbach_alpha_of([moments(column) for column in columns], moments(np.sum(columns, axis=0)))


def consistency_label(alpha: float) -> str:
    return "consistent" if alpha >= CONSISTENT else "moderate" if alpha >= MODERATE else "weak"


def unit_reliability(survey: Survey, table: Table) -> Analysis | None:
    """Return ICC(1) and ICC(2) of the units that are compared; None where there are no units.

    ICC(1) is the share of differences between people that lies between units: "clear" from .10, "some" from .01,
    "none" below. ICC(2) is how reliable a unit's mean is on average, "consistent" and so on as above.
    """
    if not any(crowd.kind == "unit" for crowd in survey.crowds):
        return None
    rows: list[Mapping[str, Any]] = []
    for dimension in survey.counted_dimensions:
        people = compared_units(survey, table, dimension)
        found = intraclass_correlation_of(people) if len(people) >= LEAST_DEPARTMENTS else None
        if found is None:
            continue
        rows.append(
            {
                "subject": dimension.key,
                "icc1": found.one,
                "icc2": found.two,
                "units": len(people),
                "differ": units_label(found.one),
                "label": "weak" if found.two is None else consistency_label(found.two),
            }
        )
    return _of_rows("unit_reliability", rows, TOO_FEW_UNITS)


def units_label(share: float) -> str:
    return "clear" if share >= CLEAR_UNITS else "some" if share >= SOME_UNITS else "none"


def _of_rows(key: str, rows: Sequence[Mapping[str, Any]], absence: str) -> Analysis:
    return Analysis(key, rows=tuple(rows)) if rows else Analysis(key, absence=absence)
