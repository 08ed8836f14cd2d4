"""Ladders held down to each person's own evidence, and scores made of them."""

from __future__ import annotations

import numpy as np

from pillars.evidence import EVIDENCE_TYPES, cap
from pillars.schema import Dimension, Item
from pillars.vectors import Codes, Mask, scores_of
from reports.analyses.estimates import Estimate, estimate
from reports.analyses.respondents import Survey
from reports.disclosure import LEAST_FOR_DETAIL

EVIDENCE, EVIDENCED = "evidence", "evidenced"


def evidencing(survey: Survey, item: Item) -> Mask:
    """Say who chose a rung and named a kind of evidence for it; nobody where fewer than ten did."""
    kinds = survey.columns.evidence.get(item.key)
    if kinds is None or item.scale.kind != "ladder" or item.key in survey.rare_ladders:
        return np.zeros(len(survey.columns), bool)
    found: Mask = np.isin(kinds, EVIDENCE_TYPES) & (survey.columns.codes[item.key] >= 0)
    return found & (np.count_nonzero(found) >= LEAST_FOR_DETAIL)


def held_codes(survey: Survey, item: Item) -> Codes:
    """Return everybody's answer to a ladder, held down to what the person's own evidence holds up."""
    codes = survey.columns.codes[item.key]
    people = evidencing(survey, item)
    if not people.any():
        return codes
    rungs = len(item.scale.points())
    caps = np.array([cap(kind, rungs) - 1 for kind in EVIDENCE_TYPES])
    held: Codes = codes.copy()
    held[people] = np.minimum(codes[people], caps[survey.columns.evidence[item.key][people]])
    return held


def evidenced_estimate(survey: Survey, dimension: Dimension) -> Estimate | None:
    """Return the whole organisation's score with ladders held down to their evidence; None where none has enough."""
    items = [item for item in dimension.items if item.scored and item.key not in survey.rare_ladders]
    if not any(evidencing(survey, item).any() for item in items):
        return None
    codes = {item.key: held_codes(survey, item) for item in items}
    values = scores_of(items, codes, survey.routed, len(survey.columns))
    return estimate(survey, survey.crowd("all"), values, steps=survey.steps(items), k=survey.least(dimension))
