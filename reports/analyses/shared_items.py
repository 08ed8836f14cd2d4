"""Change between two waves that did not ask the same: on the questions that stayed the same, never on others.

A question stayed the same where key, texts, scale, direction and weight are the same, and the same roles were asked
it. A topic is compared where at least half of its questions stayed the same. What each wave says on them is one more
figure of that wave: its audit is run again, with the figure offered after everything that its releases show.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from pillars.schema import Dimension, Framework, Item
from pillars.scoring import MEASURES, display_score
from pillars.statistics import weighted_error
from pillars.vectors import scores_of
from reports.analyses.audits import COMMON, Part
from reports.analyses.estimates import Estimate, estimate
from reports.analyses.figures import shown_beside
from reports.analyses.offers import EFFECT, UNSEEN, UNSURE
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.changes import change_of
from reports.disclosure import LEAST_FOR_DETAIL, LEAST_WIDTH, widths
from reports.results import UNWEIGHTED, Analysis, Figure, Results

CHANGE = "change"

OTHER_ROLES = N_("The two questionnaires group or weigh roles differently, so no change is computed.")
NOTHING_SAME = N_("No topic has enough questions that stayed the same, so no change is computed.")
TOO_FEW_QUESTIONS = N_("Too few questions stayed the same.")
TOO_FEW_PEOPLE = N_("Too few people answered the questions that stayed the same, then or now.")
OTHER_SIDES = N_("Leaders or staff are part of one of the two waves only.")
HIDDEN = N_("Hidden to protect anonymity")

Keys = frozenset[str]


@dataclass(frozen=True)
class Side:
    """One of two waves: its answers, what its releases show, and what was compared of it before.

    `compared` holds for each dimension the questions of means that are published already, oldest first.
    """

    survey: Survey
    released: Sequence[Results]
    compared: Mapping[str, Sequence[Keys]] = field(default_factory=dict)

    @cached_property
    def groups(self) -> list[tuple[str, tuple[str, ...], float, str]]:
        groups = self.survey.framework.role_groups
        return sorted((group.key, tuple(sorted(group.roles)), group.weight, group.side) for group in groups)

    def asked(self, dimension: str) -> dict[str, Item]:
        """Return the scored questions of a dimension that this wave asked, by key."""
        found = self.survey.framework.dimension_by_key.get(dimension)
        items = found.items if found else ()
        return {item.key: item for item in items if item.scored and item.key in self.survey.asked_at_all}

    def part(self, dimension: Dimension, keys: Keys) -> Part | None:
        """Return the whole organisation's mean over some questions, without the factor for a finite organisation."""
        survey = self.survey
        items = [item for item in dimension.items if item.key in keys and item.key not in survey.rare_ladders]
        values = scores_of(items, survey.columns.codes, survey.routed, len(survey.columns))
        steps, least = survey.steps(items), survey.least(dimension)
        found = estimate(survey, survey.crowd("all"), values, steps=steps, k=least)
        if found is None:
            return None
        strata = [replace(stratum, invited=None) for stratum in found.strata]
        found = replace(found, strata=strata, invited=dict.fromkeys(found.invited))
        return Part(f"{CHANGE}:{','.join(sorted(keys))}", keys, values, found)

    def told_beside(self, dimension: Dimension, part: Part | None = None) -> Collection[Any] | None:
        """Return what may be shown with this mean and all means published before it; None where not all of it may."""
        before = [self.part(dimension, keys) for keys in self.compared.get(dimension.key, ())]
        parts = {one.name: one for one in (*before, part) if one}
        shown = shown_beside(self.survey, dimension, list(parts.values()))
        needed = {(name, "all") for name in parts} | set(shown_beside(self.survey, dimension, ()))
        for results in self.released:
            needed |= _released(results, dimension.key)
        if None in before or not needed <= set(shown):
            return None
        return None if part and self._is_narrow(dimension, part) else shown

    def _is_narrow(self, dimension: Dimension, part: Part) -> bool:
        """Say whether the mean bounds what a cell of fewer than k people can have said to a fifth of the scale."""
        survey, given = self.survey, part.values.given
        people = np.bincount(survey.cell[given], minlength=len(survey.cells)).tolist()
        counts = {cell: n for cell, n in zip(survey.cells, people, strict=True) if n}
        shares: dict[Any, float] = {}
        for pool in part.found.pools:
            inside = {cell: n for cell, n in counts.items() if cell.stratum in pool.strata}
            shares |= {cell: pool.weight * n / sum(inside.values()) for cell, n in inside.items()}
        few = [{cell: 1.0} for cell, n in counts.items() if n < survey.least(dimension)]
        return min(widths([(shares, part.found.score)], few, enough=LEAST_WIDTH), default=LEAST_WIDTH) < LEAST_WIDTH

    def sides_in(self, found: Estimate) -> frozenset[str]:
        """Return which sides count in a figure."""
        strata = {stratum for pool in found.pools for stratum in pool.strata}
        return frozenset(self.survey.side_of_stratum.get(stratum, "") for stratum in strata)


def _released(results: Results, dimension: str) -> set[tuple[Any, ...]]:
    """Return what a release shows of a dimension, by the keys of its audit."""
    figures = [
        (measure, group, row[dimension])
        for measure, rows in (*results.figures.items(), *results.variants.items())
        for group, row in rows.items()
        if dimension in row
    ]
    found = {key for one in figures for key in _of_figure(results.figure(one[1], dimension), *one)}
    for item in results.items:
        if item.subject == dimension:
            found |= {("item", item.key)} | ({(UNSURE, item.key)} if item.dont_know is not None else set())
    for gap in results.gaps:
        if gap.subject == dimension and gap.leaders is not None:
            numbers = {"side:leaders": gap.leaders_n, "side:staff": gap.staff_n}
            found |= {(COMMON,)} | {("n", COMMON, group, n) for group, n in numbers.items() if n is not None}
            found |= {(EFFECT,)} if gap.g is not None else set()
    return found


def _of_figure(score: Figure, measure: str, group: str, figure: Figure) -> set[tuple[Any, ...]]:
    """Return what is shown of a figure; a plain mean over people that is the score itself is nothing more."""
    if measure == UNWEIGHTED:
        return {(measure, group)} if figure.score != score.score else set()
    told = {
        (measure, group): figure.score,
        ("n", measure, group, figure.n): figure.n,
        ("sd", measure, group): figure.sd,
        ("margin", group): figure.margin if measure in MEASURES else None,
        (UNSEEN, measure): figure.dont_know,
    }
    return {key for key, value in told.items() if value is not None}


# -- what stayed the same --------------------------------------------------------------------------


def same_items(now: Side, then: Side, dimension: str) -> Keys:
    """Return the questions of a dimension that both waves asked the same roles in the same words."""
    asked, asked_then = now.asked(dimension), then.asked(dimension)
    rare = now.survey.rare_ladders | then.survey.rare_ladders
    return frozenset(
        key
        for key, item in asked.items()
        if key in asked_then
        and key not in rare
        and _words(now.survey.framework, item) == _words(then.survey.framework, asked_then[key])
        and _roles(now.survey, key) == _roles(then.survey, key)
    )


def _words(framework: Framework, item: Item) -> tuple[Any, ...]:
    """Return what makes an answer to a question mean the same."""
    scale = item.scale
    texts = (item.text, item.left, item.right, item.rungs, sorted(item.wording.items()))
    points = (scale.kind, scale.lowest, scale.highest, scale.labels, scale.stem)
    return framework.language, texts, points, item.reversed, float(item.weight)


def _roles(survey: Survey, key: str) -> set[str]:
    roles = tuple(survey.framework.role_by_key) or ("",)
    return {role for role in roles if key in survey.asked_of(role)}


# -- what changed ----------------------------------------------------------------------------------


def change(now: Side, then: Side, about: Mapping[str, Any]) -> Analysis:
    """Return the change of each dimension on the questions that stayed the same; `about` says which wave was before."""
    if now.groups != then.groups:
        return Analysis(CHANGE, about, absence=OTHER_ROLES)
    found = [_row(now, then, dimension) for dimension in now.survey.framework.dimensions if now.asked(dimension.key)]
    if all(row.get("absence") == TOO_FEW_QUESTIONS for row in found):
        return Analysis(CHANGE, about, absence=NOTHING_SAME)
    return Analysis(CHANGE, about, (*found, *_mix(now.released[-1], then.released[-1])))


def _row(now: Side, then: Side, dimension: Dimension) -> dict[str, Any]:
    keys = same_items(now, then, dimension.key)
    most = max(len(side.asked(dimension.key)) for side in (now, then))
    row = {"subject": dimension.key, "same": len(keys), "asked": len(now.asked(dimension.key))}
    if not keys or 2 * len(keys) < most:
        return {**row, "absence": TOO_FEW_QUESTIONS}
    earlier = then.survey.framework.dimension_by_key[dimension.key]
    part, part_then = now.part(dimension, keys), then.part(earlier, keys)
    if part is None or part_then is None:
        return {**row, "absence": TOO_FEW_PEOPLE}
    if now.sides_in(part.found) != then.sides_in(part_then.found):
        return {**row, "absence": OTHER_SIDES}
    shown, shown_then = now.told_beside(dimension, part), then.told_beside(earlier, part_then)
    if shown is None or shown_then is None:
        return {**row, "absence": HIDDEN}
    return {
        **row,
        **_difference(now.survey.framework, part.found, part_then.found),
        "n_now": _number(part, shown),
        "n_then": _number(part_then, shown_then),
        "items": sorted(keys),
    }


def _number(part: Part, shown: Collection[Any]) -> int | None:
    return next((one[3] for one in shown if one[:3] == ("n", part.name, "all")), None)


def _difference(framework: Framework, now: Estimate, then: Estimate) -> dict[str, Any]:
    """Return both scores and what lies between them, in whole points where few people answered."""
    found = change_of((now.score, *weighted_error(now.strata)), (then.score, *weighted_error(then.strata)))
    rough = [one.least < LEAST_FOR_DETAIL for one in (now, then)]
    scores = [
        float(display_score(framework, one.score)) if few else one.score
        for one, few in zip((now, then), rough, strict=True)
    ]
    low, high = (math.floor(found.low), math.ceil(found.high)) if any(rough) else (found.low, found.high)
    return {
        "now": scores[0],
        "then": scores[1],
        "difference": scores[0] - scores[1],
        "low": float(low),
        "high": float(high),
        "verdict": "clear" if found.is_clear else "chance",
        "indicative": any(rough),
    }


def _mix(now: Results, then: Results) -> list[dict[str, Any]]:
    """Return which part of all answers came from each group of roles, then and now, where both say so."""
    told = [_shares(results, kind) for kind in ("role", "side") for results in (now, then)]
    here, before = told[:2] if told[0].keys() & told[1].keys() else told[2:]
    return [{"group": key, "share_now": here[key], "share_then": before[key]} for key in here if key in before]


def _shares(results: Results, kind: str) -> dict[str, float]:
    if not results.answered:
        return {}
    groups = [group for group in results.groups if group.kind == kind]
    return {group.key: group.answered / results.answered for group in groups if group.answered is not None}
