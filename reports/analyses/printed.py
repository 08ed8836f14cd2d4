"""A group's estimate as a figure: rounded where few people are behind it, with its level and its items' own points."""

from __future__ import annotations

import math
from dataclasses import replace

from pillars.schema import Dimension, Framework
from pillars.scoring import Measure, display_score, is_in, level_number
from reports.analyses.estimates import Estimate
from reports.analyses.respondents import Crowd, Survey
from reports.disclosure import LEAST_FOR_DETAIL
from reports.results import HIDDEN, NOT_ASKED, TOO_FEW, Figure

INDEX = "index"


def is_scored(framework: Framework, subject: str) -> bool:
    """Say whether a subject counts towards maturity, so that it has a level."""
    return subject == INDEX or any(
        found.weight > 0 and subject in {f"instrument:{found.key}", *(d.key for d in found.dimensions)}
        for found in framework.instruments
    )


def figure_of(survey: Survey, crowd: Crowd, subject: str, measure: Measure, found: Estimate | None) -> Figure:
    framework = survey.framework
    dimension = framework.dimension_by_key.get(subject)
    if found is None:
        if not _is_asked(survey, crowd, subject, measure):
            return NOT_ASKED
        few = crowd.kind == "all" and (
            dimension is None or len(survey.scores[measure][subject]) < survey.least(dimension)
        )
        return TOO_FEW if few else HIDDEN
    interval = found.interval()
    figure = Figure(
        score=found.score,
        low=interval.low,
        high=interval.high,
        margin=found.margin() if measure == "score" else None,
        display=display_score(framework, found.score),
        level=level_number(framework, found.score) if is_scored(framework, subject) else None,
    )
    if found.least < LEAST_FOR_DETAIL:
        # Whole points: a mean of a few people with decimals gives their points away one by one.
        figure = replace(
            figure,
            score=float(display_score(framework, found.score)),
            low=float(math.floor(interval.low)),
            high=float(math.ceil(interval.high)),
            margin=None if figure.margin is None else float(math.ceil(figure.margin)),
            indicative=True,
        )
    else:
        figure = replace(figure, sd=found.sd)
    if dimension is None:
        return figure
    if crowd.kind == "all" and found.least >= LEAST_FOR_DETAIL:
        items = [item for item in dimension.items if is_in(item, measure)]
        figure = replace(figure, dont_know=survey.dont_know_share(found.contributors, items))
    return _with_native_units(figure, dimension, measure)


def _is_asked(survey: Survey, crowd: Crowd, subject: str, measure: Measure) -> bool:
    """Say whether the group's roles are asked anything about a subject; says nothing about who answered."""
    framework = survey.framework
    if subject in framework.dimension_by_key:
        return survey.has_items(framework.dimension_by_key[subject], measure, crowd)
    instruments = [found for found in framework.instruments if subject in {INDEX, f"instrument:{found.key}"}]
    return any(
        survey.has_items(dimension, measure, crowd)
        for found in instruments
        if subject != INDEX or found.weight > 0
        for dimension in found.dimensions
    )


def _with_native_units(figure: Figure, dimension: Dimension, measure: Measure) -> Figure:
    """Return the figure with its mean and SD on the items' own points, where all items share one scale."""
    scales = {(item.scale.lowest, item.scale.highest) for item in dimension.items if is_in(item, measure)}
    if len(scales) != 1 or figure.score is None:
        return figure
    [(lowest, highest)] = scales
    width = highest - lowest
    return replace(
        figure,
        native_mean=lowest + figure.score / 100 * width,
        native_sd=None if figure.sd is None else figure.sd / 100 * width,
    )
