"""From words to values: the symbolic-substantive index, and positions measured by tagged items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pillars.schema import Item
from reports.analyses.estimates import Estimate, composite, estimate
from reports.analyses.kinds import shown_together
from reports.analyses.respondents import Crowd, Survey
from reports.analyses.sentences import N_
from reports.disclosure import LEAST_FOR_DETAIL
from reports.results import Analysis

SYMBOLIC, PROCESS, VALUE = "symbolic", "process", "value"
DURABLE_ITEMS = ("OP4", "HER1")
"""Fixes that stay fixed, and work that would carry on without its champion."""
LEAST_STAFF = 5

TOO_FEW_FOR_DEPTH = N_("Fewer than ten people, or too few staff, answered the questions behind this.")
TOO_FEW_FOR_LENS = N_("Fewer than ten people answered the questions behind this.")


def zone_of(symbolic: float, process: float, value: float, durable: float | None) -> str:
    """Return how deep the change goes.

    D = (process + value) / 2. Under 35: "not_started", or "symbolic" where talk reaches 35; 35 to under
    65 "process"; from 65 "substantive" when values reach 60 and durability 50, else "strong_process".
    Talk 85, process 20, values 15: D 17.5, symbolic.
    """
    depth = (process + value) / 2
    if depth < 35:
        return "symbolic" if symbolic >= 35 else "not_started"
    if depth < 65:
        return "process"
    return "substantive" if value >= 60 and durable is not None and durable >= 50 else "strong_process"


def symbolic_substantive(survey: Survey) -> Analysis | None:
    """Return talk (Sy), process (Pr), values (Va), depth D, talk minus walk TW and the zone; None without layers.

    Each layer is a person's mean over the answered items of that layer, role-weighted. Talk rests on the
    symbolic items that leaders and staff were both asked; the others are the fad signal. Needs 10 people
    with at least 5 staff.
    """
    if not {SYMBOLIC, PROCESS, VALUE} <= {layer.key for layer in survey.framework.layers}:
        return None
    asked = [item for item in survey.framework.items if item.key in survey.asked_at_all]
    talk = [item for item in asked if item.layer == SYMBOLIC and (survey.is_common(item) or not _has_sides(survey))]
    fad = [item for item in asked if item.layer == SYMBOLIC and item not in talk]
    layers = {
        SYMBOLIC: talk,
        PROCESS: [item for item in asked if item.layer == PROCESS],
        VALUE: [item for item in asked if item.layer == VALUE],
    }
    found = {key: weighted_mean(survey, items) for key, items in layers.items()}
    parts = {key: one for key, one in found.items() if one}
    depth = composite(parts, {PROCESS: 1, VALUE: 1})
    if len(parts) < 3 or depth is None or any(_is_small(survey, one) for one in parts.values()):
        return Analysis("symbolic_substantive", absence=TOO_FEW_FOR_DEPTH)
    durable_items = [item for item in asked if item.key in DURABLE_ITEMS]
    durable = weighted_mean(survey, durable_items)
    durability = durable.score if durable and durable.n >= LEAST_FOR_DETAIL else None
    fads = weighted_mean(survey, fad)
    interval = depth.interval()
    values: dict[str, Any] = {
        "Sy": parts[SYMBOLIC].score,
        "Pr": parts[PROCESS].score,
        "Va": parts[VALUE].score,
        "D": depth.score,
        "D_low": interval.low,
        "D_high": interval.high,
        "TW": parts[SYMBOLIC].score - depth.score,
        "durability": durability,
        "fad": fads.score if fads and fads.n >= LEAST_FOR_DETAIL else None,
        "zone": zone_of(parts[SYMBOLIC].score, parts[PROCESS].score, parts[VALUE].score, durability),
        "n": survey.told(depth.contributors),
    }
    return Analysis("symbolic_substantive", values)


def _has_sides(survey: Survey) -> bool:
    return bool(survey.framework.role_groups)


def _is_small(survey: Survey, found: Estimate) -> bool:
    staff = int(np.count_nonzero(survey.on("staff")[found.contributors]))
    return found.n < LEAST_FOR_DETAIL or (_has_sides(survey) and staff < LEAST_STAFF)


def weighted_mean(survey: Survey, items: Sequence[Item], crowd: Crowd | None = None) -> Estimate | None:
    """Return a group's figure over people's means of these items (the whole's, by default), or None."""
    if not items or survey.tells_few(items):
        return None
    return estimate(survey, crowd or survey.crowd("all"), survey.means_over(items), steps=survey.steps(items))


def shift_positions(survey: Survey) -> Analysis | None:
    """Return how far each shift has come, 0 (start) to 100 (end); None where the framework names no shifts."""
    rows: list[Mapping[str, Any]] = []
    for shift in survey.framework.shifts:
        items = [item for item in survey.framework.items if item.key in shift.items and item.key in survey.asked_at_all]
        found = weighted_mean(survey, items)
        if found and found.n >= LEAST_FOR_DETAIL:
            interval = found.interval()
            rows.append(
                {
                    "key": shift.key,
                    "start": shift.start,
                    "end": shift.end,
                    "position": found.score,
                    "low": interval.low,
                    "high": interval.high,
                    "n": survey.told(found.contributors),
                    "items": [item.key for item in items],
                }
            )
    return _of_rows("shifts", rows) if survey.framework.shifts else None


def definition_lens(survey: Survey) -> Analysis | None:
    """Return the mean of the items under each tag; the first tag also says how far role groups lie apart."""
    tags = survey.framework.tags
    if not tags:
        return None
    rows: list[Mapping[str, Any]] = []
    for tag in tags:
        items = [item for item in survey.framework.items if tag.key in item.tags and item.key in survey.asked_at_all]
        items = [item for item in items if item.scored]
        found = weighted_mean(survey, items)
        if not found or found.n < LEAST_FOR_DETAIL:
            continue
        interval = found.interval()
        row: dict[str, Any] = {
            "key": tag.key,
            "title": tag.title,
            "score": found.score,
            "low": interval.low,
            "high": interval.high,
            "n": survey.told(found.contributors),
            "items": len(items),
        }
        if tag is tags[0]:
            row["role_spread"] = _role_spread(survey, items)
        rows.append(row)
    return _of_rows("definition", rows)


def _role_spread(survey: Survey, items: Sequence[Item]) -> float | None:
    """Return the distance of the highest from the lowest role group of those that may be shown."""
    if survey.tells_few(items, "roles"):
        return None
    crowds = [crowd for crowd in survey.crowds if crowd.kind in {"all", "side", "role"}]
    found = {crowd.key: one for crowd in crowds if (one := weighted_mean(survey, items, crowd))}
    allowed = shown_together(survey, {key: one.contributors for key, one in found.items()})
    means = [one.score for key, one in found.items() if key in allowed and key.startswith("role:")]
    small = any(found[key].n < LEAST_FOR_DETAIL for key in allowed if key.startswith("role:"))
    if len(means) < 2:
        return None
    spread = max(means) - min(means)
    return float(round(spread)) if small else spread


def _of_rows(key: str, rows: Sequence[Mapping[str, Any]]) -> Analysis:
    return Analysis(key, rows=tuple(rows)) if rows else Analysis(key, absence=TOO_FEW_FOR_LENS)
