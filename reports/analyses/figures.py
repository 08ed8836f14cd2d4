"""The table of figures: every group, subject and measure, with what may not be shown already taken out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pillars.schema import Dimension, Framework
from pillars.scoring import (
    MEASURES,
    Measure,
    dimension_weights,
    display_score,
    instrument_weights,
    is_in,
    level_number,
)
from reports.analyses.estimates import Estimate, composite, estimate
from reports.analyses.respondents import Crowd, Survey
from reports.analyses.variants import COMMON, shown_variants
from reports.disclosure import LEAST_FOR_DETAIL, shown_groups
from reports.results import HIDDEN, NOT_ASKED, TOO_FEW, Figure

INDEX = "index"


@dataclass(frozen=True)
class Table:
    """Figures as they are printed, and the exact estimates behind those that are shown."""

    figures: Mapping[str, Mapping[str, Mapping[str, Figure]]]
    estimates: Mapping[tuple[str, str, str], Estimate]
    """(measure, group, subject) -> estimate, shown ones only."""
    without_gap: frozenset[str] = field(default_factory=frozenset)
    """Dimensions in which leaders and staff cannot stand beside the other figures."""

    def estimate(self, group: str, subject: str, measure: str = "score") -> Estimate | None:
        return self.estimates.get((measure, group, subject))

    def scores(self, group: str, measure: str = "score") -> dict[str, float | None]:
        """Return the group's unrounded scores by subject."""
        return {
            subject: found.score
            for (kind, where, subject), found in self.estimates.items()
            if kind == measure and where == group
        }


def figure_table(survey: Survey, *, is_pulse: bool) -> Table:
    """Return all figures of the release. A figure that may not be shown has no values at all."""
    figures: dict[str, dict[str, dict[str, Figure]]] = {}
    kept: dict[tuple[str, str, str], Estimate] = {}
    dimensions = {dimension.key: _of_dimension(survey, dimension) for dimension in survey.framework.dimensions}
    for measure in MEASURES:
        parts = {key: found.get(measure, {}) for key, (found, _) in dimensions.items()}
        found = _measured(survey, measure, parts, is_pulse=is_pulse)
        kept |= {(measure, group, subject): value for (group, subject), value in found.items()}
        figures[measure] = {
            crowd.key: {
                subject: _figure(survey, crowd, subject, measure, found.get((crowd.key, subject)))
                for subject in _subjects(survey.framework)
                if measure == "score" or _is_scored(survey.framework, subject)
            }
            for crowd in survey.crowds
        }
        if is_pulse:
            for row in figures[measure].values():
                row[INDEX] = NOT_ASKED
    return Table(figures, kept, frozenset(key for key, (_, has_gap) in dimensions.items() if not has_gap))


def _subjects(framework: Framework) -> list[str]:
    instruments = [f"instrument:{found.key}" for found in framework.instruments]
    return [INDEX, *instruments, *(dimension.key for dimension in framework.dimensions)]


def _is_scored(framework: Framework, subject: str) -> bool:
    """Say whether a subject counts towards maturity, so that it has a level."""
    return subject == INDEX or any(
        found.weight > 0 and subject in {f"instrument:{found.key}", *(d.key for d in found.dimensions)}
        for found in framework.instruments
    )


def _measured(
    survey: Survey, measure: Measure, parts: Mapping[str, Mapping[str, Estimate]], *, is_pulse: bool
) -> dict[tuple[str, str], Estimate]:
    """Return the shown estimates of one measure by group and subject, from those of each dimension (`parts`)."""
    framework = survey.framework
    shown: dict[str, dict[str, Estimate]] = {crowd.key: {} for crowd in survey.crowds}
    for subject, found in parts.items():
        for key, one in found.items():
            shown[key][subject] = one

    def keep(subject: str, found: Mapping[str, Estimate]) -> None:
        allowed = shown_groups({key: one.contributors for key, one in found.items()}, survey.partitions, survey.k)
        for key in allowed:
            shown[key][subject] = found[key]

    # Instruments and the index are made of shown figures only, so that they add nothing about a hidden one.
    weights = {f"instrument:{found.key}": dimension_weights(framework, found.key) for found in framework.instruments}
    for subject, shares in weights.items():
        if shares and (measure == "score" or _is_scored(framework, subject)):
            keep(subject, _of_parts(shown, shares))
    shares = {f"instrument:{key}": weight for key, weight in instrument_weights(framework).items()}
    if shares and not is_pulse:
        keep(INDEX, _of_parts(shown, shares))
    return {(group, subject): value for group, row in shown.items() for subject, value in row.items()}


def _of_dimension(survey: Survey, dimension: Dimension) -> tuple[dict[str, dict[str, Estimate]], bool]:
    """Return a dimension's estimates that may stand side by side, by measure and group, and whether its gap may too."""
    estimates: dict[str, dict[str, Estimate]] = {}
    for measure in MEASURES:
        if measure == "score" or _is_scored(survey.framework, dimension.key):
            values = survey.scores[measure][dimension.key]
            steps = survey.steps(item for item in dimension.items if is_in(item, measure))
            estimates[measure] = {
                crowd.key: found
                for crowd in survey.crowds
                if (
                    found := estimate(
                        survey, crowd, values, steps=steps, equal=measure == "claimed", k=survey.least(dimension)
                    )
                )
            }
    contributors = {
        measure: {key: one.contributors for key, one in found.items()} for measure, found in estimates.items()
    }
    gap = survey.sides_compared(survey.common_scores(dimension)) if dimension in survey.counted_dimensions else {}
    allowed = shown_variants(survey, dimension, {**contributors, COMMON: gap})
    kept = {
        measure: {key: one for key, one in found.items() if (measure, key) in allowed}
        for measure, found in estimates.items()
    }
    return kept, all((COMMON, key) in allowed for key in gap)


def _of_parts(shown: Mapping[str, Mapping[str, Estimate]], shares: Mapping[str, float]) -> dict[str, Estimate]:
    estimates = {group: composite(parts, shares) for group, parts in shown.items()}
    return {key: found for key, found in estimates.items() if found}


def _figure(survey: Survey, crowd: Crowd, subject: str, measure: Measure, found: Estimate | None) -> Figure:
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
        n=found.n,
        display=display_score(framework, found.score),
        level=level_number(framework, found.score) if _is_scored(framework, subject) else None,
    )
    if found.least < LEAST_FOR_DETAIL:
        # Whole points: a mean of a few people with decimals gives their points away one by one.
        figure = replace(
            figure,
            score=float(display_score(framework, found.score)),
            low=float(math.floor(interval.low)),
            high=float(math.ceil(interval.high)),
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
