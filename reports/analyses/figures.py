"""The table of figures: every group, subject and measure, with what may not be shown already taken out."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pillars.schema import Dimension, Framework
from pillars.scoring import (
    MEASURES,
    Measure,
    dimension_weights,
    instrument_weights,
    is_in,
)
from pillars.vectors import Numbers
from reports.analyses import offers
from reports.analyses.audits import LEAST_IN_DEPARTMENT, DimensionAudit, Part
from reports.analyses.estimates import Estimate, composite, estimate
from reports.analyses.held import EVIDENCED, evidenced_estimate
from reports.analyses.kinds import may_stand_beside, numbers_told, shown_together
from reports.analyses.offers import UNSEEN
from reports.analyses.printed import INDEX, figure_of, is_scored
from reports.analyses.respondents import WORTH, Crowd, Standing, Survey
from reports.disclosure import LEAST_FOR_DETAIL, LEAST_WIDTH, Candidate, widths
from reports.results import NOT_ASKED, UNWEIGHTED, WITHOUT_FLAGGED, Figure


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
    tells_flagged: bool = False
    """Whether it may be said how many answers are flagged."""
    variants: Mapping[str, Mapping[str, Mapping[str, Figure]]] = field(default_factory=dict)
    """Variant -> group -> subject -> figure, shown ones only."""

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
    tells_flagged = _tells_flagged(survey, answered)
    dimensions = {
        dimension.key: _of_dimension(survey, dimension, answered, tells_flagged=tells_flagged)
        for dimension in survey.framework.dimensions
    }
    told = {(key, *one[1:3]): one[3] for key, found in dimensions.items() for one in found.shown if one[0] == "n"}
    for measure in MEASURES:
        parts = {key: found.of(measure) for key, found in dimensions.items()}
        found, numbers = _measured(survey, measure, parts, answered, is_pulse=is_pulse)
        kept |= {(measure, group, subject): value for (group, subject), value in found.items()}
        told |= {(subject, measure, group): n for (group, subject), n in numbers.items()}
        figures[measure] = {
            crowd.key: {
                subject: figure_of(survey, crowd, subject, measure, found.get((crowd.key, subject)))
                for subject in _subjects(survey.framework)
                if measure == "score" or is_scored(survey.framework, subject)
            }
            for crowd in survey.crowds
        }
        for group, row in figures[measure].items():
            for subject, figure in row.items():
                if figure.is_shown:
                    kept_back = _kept_back(figure, dimensions.get(subject), measure, group)
                    n = told.get((subject, measure, group))
                    row[subject] = replace(_without_spread(kept_back, found[group, subject], n), n=n)
        if is_pulse:
            for row in figures[measure].values():
                row[INDEX] = NOT_ASKED
    kept |= {
        (name, "all", key): other
        for key, found in dimensions.items()
        if ("score", "all") in found.estimates
        for name, other in found.others.items()
    }
    return Table(
        figures,
        kept,
        answered,
        frozenset((key, one) for key, found in dimensions.items() for one in found.shown),
        told,
        sum(len(found.spent) for found in dimensions.values()),
        tells_flagged,
    )


def _tells_flagged(survey: Survey, answered: Set[str]) -> bool:
    """Say whether the number of flagged answers may stand beside the numbers who answered: 0, or k and more."""
    flagged = np.flatnonzero(survey.flagged)
    known = [survey.members(crowd) for crowd in survey.crowds if crowd.key in answered]
    return not flagged.size or may_stand_beside(survey, flagged, known)


def _kept_back(figure: Figure, found: _Dimension | None, measure: Measure, group: str) -> Figure:
    """Return a dimension's figure without what of it may not stand beside all others; other figures as they are."""
    if found is None:
        return figure
    has_spread = ("sd", measure, group) in found.shown
    return replace(
        figure,
        sd=figure.sd if has_spread else None,
        native_sd=figure.native_sd if has_spread else None,
        dont_know=figure.dont_know if (UNSEEN, measure) in found.shown else None,
        margin=figure.margin if ("margin", group) in found.shown else None,
    )


def _without_spread(figure: Figure, found: Estimate, n: int | None) -> Figure:
    """Return a figure whose exact number of people cannot be worked out where it is not told.

    Interval and spread together tell it: of a plain mean the interval is as wide as the spread and the number make
    it, and with the margin beside the interval the share of those invited is told too.
    """
    if n == found.n:
        return figure
    margin = None if len(found.pools) == 1 else figure.margin
    return replace(figure, sd=None, native_sd=None, margin=margin)


def _subjects(framework: Framework) -> list[str]:
    instruments = [f"instrument:{found.key}" for found in framework.instruments]
    return [INDEX, *instruments, *(dimension.key for dimension in framework.dimensions)]


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
        if shares and (measure == "score" or is_scored(framework, subject)):
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
    others: Mapping[str, Estimate] = field(default_factory=dict)
    """The whole organisation's score without flagged answers, and with ladders held down to their evidence."""

    def of(self, measure: str) -> dict[str, Estimate]:
        return {group: one for (name, group), one in self.estimates.items() if name == measure}


def shown_beside(survey: Survey, dimension: Dimension, parts: Sequence[Part]) -> Collection[Any]:
    """Return what a dimension's audit allows to be shown where means over some of its items are offered last."""
    answered = shown_together(survey, {crowd.key: survey.members(crowd) for crowd in survey.crowds})
    tells_flagged = _tells_flagged(survey, answered)
    return _of_dimension(survey, dimension, answered, tells_flagged=tells_flagged, parts=parts).shown


def _of_dimension(
    survey: Survey, dimension: Dimension, answered: Set[str], *, tells_flagged: bool, parts: Sequence[Part] = ()
) -> _Dimension:
    """Return a dimension's estimates that may stand side by side, by measure and group, and what else may."""
    estimates: dict[tuple[str, str], Estimate] = {}
    for measure in MEASURES:
        if measure == "score" or is_scored(survey.framework, dimension.key):
            values = survey.scores[measure][dimension.key]
            steps = survey.steps(item for item in dimension.items if is_in(item, measure))
            least = survey.least(dimension)
            for crowd in survey.crowds:
                found = estimate(survey, crowd, values, steps=steps, equal=measure == "claimed", k=least)
                if found:
                    estimates[measure, crowd.key] = found
    counts = dimension in survey.counted_dimensions
    gap = survey.sides_compared(survey.common_scores(dimension)) if counts else {}
    return audit_of_dimension(survey, dimension, estimates, gap, answered, tells_flagged=tells_flagged, parts=parts)


def audit_of_dimension(
    survey: Survey,
    dimension: Dimension,
    estimates: Mapping[tuple[str, str], Estimate],
    gap: Mapping[str, Numbers],
    answered: Set[str],
    *,
    tells_flagged: bool = False,
    parts: Sequence[Part] = (),
) -> _Dimension:
    """Return which of a dimension's estimates may stand side by side, and what else may."""
    audit = DimensionAudit(survey, dimension, tuple(gap.values()), parts)
    known = [crowd for crowd in survey.crowds if crowd.key in answered]
    without = _without_flagged(survey, dimension)
    evidenced = evidenced_estimate(survey, dimension)
    own = _candidates(survey, dimension, audit, estimates, gap, without=without, evidenced=evidenced)
    candidates = [*own, *offers.compared(audit)]
    found_out = audit.decide(candidates, known, tells_flagged=tells_flagged and bool(survey.flagged.any()))
    kept = {key: one for key, one in estimates.items() if key in found_out.shown}
    for measure in MEASURES:
        for group in _narrowing(survey, measure, dimension, kept):
            del kept[measure, group]
    gone = estimates.keys() - kept.keys()
    shown: set[Any] = {one for one in found_out.shown if one not in gone}
    lost = {group for measure, group in gone if measure == "score"}
    shown -= {(name, group) for group in lost for name in ("silo", "margin", UNWEIGHTED, WITHOUT_FLAGGED)}
    others = {WITHOUT_FLAGGED: without} if (WITHOUT_FLAGGED, "all") in shown else {}
    others |= {EVIDENCED: evidenced} if (EVIDENCED,) in shown else {}
    return _Dimension(kept, shown, found_out.spent, {key: one for key, one in others.items() if one})


def _without_flagged(survey: Survey, dimension: Dimension) -> Estimate | None:
    """Return the whole organisation's score without flagged answers, where enough are flagged to be left out."""
    if np.count_nonzero(survey.flagged) < survey.k:
        return None
    values = survey.scores["score"][dimension.key].only(~survey.flagged)
    steps = survey.steps(item for item in dimension.items if item.scored)
    return estimate(survey, survey.crowd("all"), values, steps=steps, k=survey.least(dimension))


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
    *,
    without: Estimate | None,
    evidenced: Estimate | None,
) -> Iterator[Candidate]:
    """Yield a dimension's figures in the order of their worth."""
    ordered = {
        measure: survey.by_worth({group: one.n for (name, group), one in estimates.items() if name == measure})
        for measure in MEASURES
    }
    figures = [(measure, crowd, estimates[measure, crowd.key]) for measure in MEASURES for crowd in ordered[measure]]
    yield from (audit.figure(*one) for one in figures if one[0] == "score")
    yield from [audit.gap(gap)] if gap else ()
    whole = survey.crowd("all")
    beside = estimates.get(("score", "all"))
    if without and beside:
        yield offers.without_flagged(audit, without)
    if beside:
        yield from offers.unweighted(audit, whole, beside)
    # What is claimed stands for itself, what is lived is mostly the score again.
    variants = sorted((one for one in figures if one[0] != "score"), key=lambda one: (WORTH[one[1].kind], one[0]))
    yield from (audit.figure(*one) for one in variants)
    yield from filter(None, map(audit.item, dimension.items))
    yield from offers.seen_in_teams(audit)
    yield from (audit.spread(*one) for one in figures if one[2].least >= LEAST_FOR_DETAIL)
    yield from (
        audit.department(crowd, one)
        for measure, crowd, one in figures
        if measure == "score" and crowd.kind == "unit" and crowd.parent == "all" and one.n >= LEAST_IN_DEPARTMENT
    )
    for measure, crowd, one in figures:
        if measure == "score":
            yield audit.margin(crowd, one)
        if measure == "score" and crowd.kind == "unit":
            yield from offers.unweighted(audit, crowd, one)
    yield from offers.evidence(audit, evidenced)
    yield from offers.consistency(audit)
    yield from offers.effect(audit, gap)
    yield from offers.unseen(audit, {one[0]: one[2] for one in figures if one[1].key == "all"})
    yield from itertools.chain.from_iterable(audit.numbers(*one) for one in figures)
    yield from audit.gap_numbers(gap)
    if without and beside:
        yield from offers.without_numbers(audit, without)
    yield from offers.consistency_numbers(audit)


def _of_parts(shown: Mapping[str, Mapping[str, Estimate]], shares: Mapping[str, float]) -> dict[str, Estimate]:
    estimates = {group: composite(parts, shares) for group, parts in shown.items()}
    return {key: found for key, found in estimates.items() if found}
