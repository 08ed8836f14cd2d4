"""Scores told another way: everybody counting the same, and without answers that show a sign of carelessness.

Dimensions' variants are further rows of their audits. Instruments and the index are made of shown ones only, and only
where every dimension behind the weighted figure has its variant: else the difference would be one of questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pillars.scoring import combined, dimension_weights, display_score, instrument_weights, level_number, settled
from reports.analyses.estimates import Estimate, composite
from reports.analyses.figures import Table
from reports.analyses.kinds import may_stand_beside
from reports.analyses.printed import INDEX, figure_of, is_scored
from reports.analyses.respondents import Survey
from reports.results import UNWEIGHTED, WITHOUT_FLAGGED, Figure

Variants = Mapping[str, Mapping[str, Mapping[str, Figure]]]


def variants_of(survey: Survey, table: Table, *, is_pulse: bool) -> Variants:
    """Return the shown figures of both variants, by variant, group and subject."""
    found = {
        UNWEIGHTED: _unweighted(survey, table, is_pulse=is_pulse),
        WITHOUT_FLAGGED: _without_flagged(survey, table, is_pulse=is_pulse),
    }
    return {name: rows for name, rows in found.items() if rows}


def _weights(survey: Survey, *, is_pulse: bool) -> dict[str, dict[str, float]]:
    """Return what each instrument and the index are made of: subject -> part -> weight."""
    framework = survey.framework
    weights = {f"instrument:{found.key}": dimension_weights(framework, found.key) for found in framework.instruments}
    if not is_pulse:
        weights[INDEX] = {f"instrument:{key}": share for key, share in instrument_weights(framework).items()}
    return weights


# -- everybody counts the same ---------------------------------------------------------------------


def _unweighted(survey: Survey, table: Table, *, is_pulse: bool) -> dict[str, dict[str, Figure]]:
    groups = [crowd.key for crowd in survey.crowds if crowd.kind in {"all", "unit"}]
    rows = {group: _unweighted_row(survey, table, group, is_pulse=is_pulse) for group in groups}
    return {group: row for group, row in rows.items() if row} if survey.framework.role_groups else {}


def _unweighted_row(survey: Survey, table: Table, group: str, *, is_pulse: bool) -> dict[str, Figure]:
    scores: dict[str, float] = {}
    for dimension in survey.framework.dimensions:
        found = table.estimate(group, dimension.key)
        if found and (len(found.pools) == 1 or table.allows(dimension.key, UNWEIGHTED, group)):
            scores[dimension.key] = settled(found.spread.mean)
    for subject, weights in _weights(survey, is_pulse=is_pulse).items():
        behind = [key for key in weights if table.estimate(group, key)]
        if table.estimate(group, subject) and behind and all(key in scores for key in behind):
            reached = combined({key: scores[key] for key in behind}, weights)
            if reached is not None:
                scores[subject] = reached
    return {subject: _plain_figure(survey, table, group, subject, score) for subject, score in scores.items()}


def _plain_figure(survey: Survey, table: Table, group: str, subject: str, score: float) -> Figure:
    """Return a mean over people beside the weighted figure: as exact, and of as many."""
    framework = survey.framework
    beside = table.figures["score"][group][subject]
    display = display_score(framework, score)
    return Figure(
        score=float(display) if beside.indicative else score,
        n=beside.n,
        display=display,
        level=level_number(framework, score) if is_scored(framework, subject) else None,
        indicative=beside.indicative,
    )


# -- without flagged answers -----------------------------------------------------------------------


def _without_flagged(survey: Survey, table: Table, *, is_pulse: bool) -> dict[str, dict[str, Figure]]:
    parts = {
        dimension.key: found
        for dimension in survey.framework.dimensions
        if (found := table.estimate("all", dimension.key, WITHOUT_FLAGGED))
    }
    numbers = {subject: table.told(subject, WITHOUT_FLAGGED).get("all") for subject in parts}
    for subject, weights in _weights(survey, is_pulse=is_pulse).items():
        made = _composed(survey, table, parts, subject, weights)
        if made:
            parts[subject] = made
            numbers[subject] = made.n if _may_tell(survey, table, subject, made) else None
    whole = survey.crowd("all")
    figures = {
        subject: replace(
            figure_of(survey, whole, subject, "score", found),
            n=numbers[subject],
            sd=None,
            dont_know=None,
            native_mean=None,
            native_sd=None,
        )
        for subject, found in parts.items()
    }
    return {"all": figures} if figures else {}


def _composed(
    survey: Survey, table: Table, parts: Mapping[str, Estimate], subject: str, weights: Mapping[str, float]
) -> Estimate | None:
    """Return an instrument or the index without flagged answers, where its interval tells of nobody or of k people."""
    behind = [key for key in weights if table.estimate("all", key)]
    if not table.estimate("all", subject) or not behind or not all(key in parts for key in behind):
        return None
    made = composite({key: parts[key] for key in behind}, weights)
    if made is None:
        return None
    groups = [
        found.contributors
        for (measure, _, about), found in table.estimates.items()
        if (measure, about) == ("score", subject)
    ]
    return made if may_stand_beside(survey, made.contributors, groups) else None


def _may_tell(survey: Survey, table: Table, subject: str, made: Estimate) -> bool:
    """Say whether the number of people behind a figure may stand beside all others."""
    known = [survey.members(crowd) for crowd in survey.crowds if crowd.key in table.answered]
    flagged = [np.flatnonzero(survey.flagged)] if table.tells_flagged else []
    beside = table.estimate("all", subject)
    others = [beside.contributors] if beside else []
    return may_stand_beside(survey, made.contributors, [*known, *flagged, *others])
