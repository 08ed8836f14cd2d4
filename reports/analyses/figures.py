"""The table of figures: every group, subject and measure, with what may not be shown already taken out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

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
from pillars.vectors import Numbers
from reports.analyses.audits import LEAST_IN_DEPARTMENT, DimensionAudit, Part
from reports.analyses.estimates import Estimate, composite, estimate
from reports.analyses.kinds import numbers_told, shown_together
from reports.analyses.respondents import WORTH, Crowd, Standing, Survey
from reports.disclosure import LEAST_FOR_DETAIL, LEAST_WIDTH, Candidate, widths
from reports.results import HIDDEN, NOT_ASKED, TOO_FEW, Figure

INDEX = "index"


@dataclass(frozen=True)
class Table:
    """Figures as they are printed, and the exact estimates behind those that are shown."""

    figures: Mapping[str, Mapping[str, Mapping[str, Figure]]]
    estimates: Mapping[tuple[str, str, str], Estimate]
    """(measure, group, subject) -> estimate, shown ones only."""
    answered: frozenset[str] = frozenset()
    """The groups of which may be said how many answered."""
    allowed: frozenset[tuple[str, Hashable]] = frozenset()
    """What the audit of each dimension allows to be shown: the dimension's key with `DimensionAudit`'s."""
    numbers: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    """(subject, measure or other name, group) -> the number of people printed beside a figure."""
    spent: int = 0
    """Figures left out because the search for what they tell would have taken too long."""

    def estimate(self, group: str, subject: str, measure: str = "score") -> Estimate | None:
        return self.estimates.get((measure, group, subject))

    def allows(self, dimension: str, *key: str) -> bool:
        """Say whether a dimension's figure may be shown beside all others: its gap, an item, a department."""
        return (dimension, key) in self.allowed

    def told(self, subject: str, name: str) -> dict[str, int]:
        """Return the numbers of people to print beside figures, by group; a group that is missing has none."""
        return {group: n for (about, what, group), n in self.numbers.items() if (about, what) == (subject, name)}

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
    answered = shown_together(survey, {crowd.key: survey.members(crowd) for crowd in survey.crowds})
    dimensions = {
        dimension.key: _of_dimension(survey, dimension, answered) for dimension in survey.framework.dimensions
    }
    told = {(key, *one[1:3]): one[3] for key, found in dimensions.items() for one in found.shown if one[0] == "n"}
    for measure in MEASURES:
        parts = {key: found.of(measure) for key, found in dimensions.items()}
        found, numbers = _measured(survey, measure, parts, answered, is_pulse=is_pulse)
        kept |= {(measure, group, subject): value for (group, subject), value in found.items()}
        told |= {(subject, measure, group): n for (group, subject), n in numbers.items()}
        figures[measure] = {
            crowd.key: {
                subject: _figure(survey, crowd, subject, measure, found.get((crowd.key, subject)))
                for subject in _subjects(survey.framework)
                if measure == "score" or _is_scored(survey.framework, subject)
            }
            for crowd in survey.crowds
        }
        for group, row in figures[measure].items():
            for subject, figure in row.items():
                if figure.is_shown:
                    has_spread = subject not in dimensions or ("sd", measure, group) in dimensions[subject].shown
                    n = told.get((subject, measure, group))
                    row[subject] = replace(figure, n=n, sd=figure.sd if has_spread else None)
        if is_pulse:
            for row in figures[measure].values():
                row[INDEX] = NOT_ASKED
    return Table(
        figures,
        kept,
        answered,
        frozenset((key, one) for key, found in dimensions.items() for one in found.shown),
        told,
        sum(len(found.spent) for found in dimensions.values()),
    )


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
    survey: Survey,
    measure: Measure,
    parts: Mapping[str, Mapping[str, Estimate]],
    answered: Set[str],
    *,
    is_pulse: bool,
) -> tuple[dict[tuple[str, str], Estimate], dict[tuple[str, str], int]]:
    """Return the shown estimates of one measure by group and subject, from those of each dimension (`parts`).

    Also the numbers of people to print beside instruments and the index.
    """
    framework = survey.framework
    shown: dict[str, dict[str, Estimate]] = {crowd.key: {} for crowd in survey.crowds}
    for subject, found in parts.items():
        for key, one in found.items():
            shown[key][subject] = one

    # Instruments and the index are made of shown figures only, so that their means add nothing; their intervals,
    # spreads and numbers of people do.
    numbers: dict[tuple[str, str], int] = {}

    def keep(subject: str, found: Mapping[str, Estimate]) -> None:
        order = survey.by_worth({key: one.n for key, one in found.items()})
        contributors = {crowd.key: found[crowd.key].contributors for crowd in order}
        for key in shown_together(survey, contributors):
            shown[key][subject] = found[key]
        numbers.update(numbers_told(survey, subject, contributors, answered))

    weights = {f"instrument:{found.key}": dimension_weights(framework, found.key) for found in framework.instruments}
    for subject, shares in weights.items():
        if shares and (measure == "score" or _is_scored(framework, subject)):
            keep(subject, _of_parts(shown, shares))
    shares = {f"instrument:{key}": weight for key, weight in instrument_weights(framework).items()}
    if shares and not is_pulse:
        keep(INDEX, _of_parts(shown, shares))
    return {(group, subject): value for group, row in shown.items() for subject, value in row.items()}, numbers


@dataclass(frozen=True)
class _Dimension:
    """The estimates of a dimension that may be shown, and all that its audit allows."""

    estimates: Mapping[tuple[str, str], Estimate]
    shown: Collection[Any]
    spent: Sequence[Hashable]

    def of(self, measure: str) -> dict[str, Estimate]:
        return {group: one for (name, group), one in self.estimates.items() if name == measure}


def shown_beside(survey: Survey, dimension: Dimension, parts: Sequence[Part]) -> Collection[Any]:
    """Return what a dimension's audit allows to be shown where means over some of its items are offered last."""
    answered = shown_together(survey, {crowd.key: survey.members(crowd) for crowd in survey.crowds})
    return _of_dimension(survey, dimension, answered, parts).shown


def _of_dimension(survey: Survey, dimension: Dimension, answered: Set[str], parts: Sequence[Part] = ()) -> _Dimension:
    """Return a dimension's estimates that may stand side by side, by measure and group, and what else may."""
    estimates: dict[tuple[str, str], Estimate] = {}
    for measure in MEASURES:
        if measure == "score" or _is_scored(survey.framework, dimension.key):
            values = survey.scores[measure][dimension.key]
            steps = survey.steps(item for item in dimension.items if is_in(item, measure))
            least = survey.least(dimension)
            for crowd in survey.crowds:
                found = estimate(survey, crowd, values, steps=steps, equal=measure == "claimed", k=least)
                if found:
                    estimates[measure, crowd.key] = found
    counts = dimension in survey.counted_dimensions
    gap = survey.sides_compared(survey.common_scores(dimension)) if counts else {}
    return audit_of_dimension(survey, dimension, estimates, gap, answered, parts=parts)


def audit_of_dimension(
    survey: Survey,
    dimension: Dimension,
    estimates: Mapping[tuple[str, str], Estimate],
    gap: Mapping[str, Numbers],
    answered: Set[str],
    *,
    parts: Sequence[Part] = (),
) -> _Dimension:
    """Return which of a dimension's estimates may stand side by side, and what else may."""
    audit = DimensionAudit(survey, dimension, tuple(gap.values()), parts)
    known = [crowd for crowd in survey.crowds if crowd.key in answered]
    candidates = [*_candidates(survey, dimension, audit, estimates, gap), *audit.offered_parts()]
    found_out = audit.decide(candidates, known)
    kept = {key: one for key, one in estimates.items() if key in found_out.shown}
    for measure in MEASURES:
        for group in _narrowing(survey, measure, dimension, kept):
            del kept[measure, group]
    gone = estimates.keys() - kept.keys()
    shown: set[Any] = {one for one in found_out.shown if one not in gone}
    shown -= {("silo", group) for measure, group in gone if measure == "score"}
    return _Dimension(kept, shown, found_out.spent)


def _narrowing(
    survey: Survey, measure: Measure, dimension: Dimension, kept: Mapping[tuple[str, str], Estimate]
) -> list[str]:
    """Return the shown groups to hide because they narrow down what a few people can have said.

    These are cells of fewer than k people. The least worthy group without which there is more room is hidden,
    until the mean of each cell may lie anywhere in a fifth of the scale.
    """
    values = survey.scores[measure][dimension.key]
    people = np.bincount(survey.cell[values.given], minlength=len(survey.cells)).tolist()
    counts = {cell: count for cell, count in zip(survey.cells, people, strict=True) if count}
    few: list[dict[Hashable, float]] = [
        {cell: 1.0} for cell, count in counts.items() if count < survey.least(dimension)
    ]
    shown = {group: one for (name, group), one in kept.items() if name == measure}
    shares = {group: _shares(survey.crowd(group), one, counts) for group, one in shown.items()}
    order = [crowd.key for crowd in survey.by_worth({group: one.n for group, one in shown.items()})]
    gone: list[str] = []
    narrow = _narrow(shares, shown, few)
    while narrow:
        # One that helps, if there is one; else one of those that hold the cell, and look again.
        holding = [group for group in order if group in shares and any(shares[group].keys() & one for one in narrow)]
        if not holding:
            break
        for group in (*(one for one in reversed(order) if one in shares), holding[-1]):
            left = {key: share for key, share in shares.items() if key != group}
            found = _narrow(left, shown, few)
            if len(found) < len(narrow):
                break
        shares, narrow = left, found
        gone.append(group)
    return gone


def _narrow(
    shares: Mapping[str, Mapping[Hashable, float]],
    shown: Mapping[str, Estimate],
    few: Sequence[Mapping[Hashable, float]],
) -> list[Set[Hashable]]:
    """Return the cells of few people whose mean the shown groups bound to less than a fifth of the scale."""
    known = [(share, shown[group].score) for group, share in shares.items()]
    found = widths(known, few, enough=LEAST_WIDTH)
    return [cell.keys() for cell, width in zip(few, found, strict=True) if width < LEAST_WIDTH]


def _shares(crowd: Crowd, found: Estimate, counts: Mapping[Standing, int]) -> dict[Hashable, float]:
    """Return how much each cell's mean counts in a group's figure."""
    shares: dict[Hashable, float] = {}
    for pool in found.pools:
        inside = {cell: n for cell, n in counts.items() if cell[0] in pool.strata and crowd.holds(*cell)}
        whole = sum(inside.values())
        shares |= {cell: pool.weight * n / whole for cell, n in inside.items()}
    return shares


def _candidates(
    survey: Survey,
    dimension: Dimension,
    audit: DimensionAudit,
    estimates: Mapping[tuple[str, str], Estimate],
    gap: Mapping[str, Numbers],
) -> Iterator[Candidate]:
    """Yield a dimension's figures in the order of their worth."""
    ordered = {
        measure: survey.by_worth({group: one.n for (name, group), one in estimates.items() if name == measure})
        for measure in MEASURES
    }
    figures = [(measure, crowd, estimates[measure, crowd.key]) for measure in MEASURES for crowd in ordered[measure]]
    yield from (audit.figure(*one) for one in figures if one[0] == "score")
    yield from [audit.gap(gap)] if gap else ()
    # What is claimed stands for itself, what is lived is mostly the score again.
    variants = sorted((one for one in figures if one[0] != "score"), key=lambda one: (WORTH[one[1].kind], one[0]))
    yield from (audit.figure(*one) for one in variants)
    yield from filter(None, map(audit.item, dimension.items))
    yield from audit.accesses()
    yield from (audit.spread(*one) for one in figures if one[2].least >= LEAST_FOR_DETAIL)
    yield from (
        audit.department(crowd, one)
        for measure, crowd, one in figures
        if measure == "score" and crowd.kind == "unit" and crowd.parent == "all" and one.n >= LEAST_IN_DEPARTMENT
    )
    yield from itertools.chain.from_iterable(audit.numbers(*one) for one in figures)
    yield from audit.gap_numbers(gap)


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
