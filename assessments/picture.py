"""A person's own picture, for the thank-you page: where their answers put each pillar. No number, no level.

It describes the organisation as this person sees it. It is made from answers that were just sent,
printed once, and kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from pillars import scoring
from pillars.schema import Answers, Framework

STEP = 5
"""Dots stand at every fifth whole score: a picture, not a measurement."""


@dataclass(frozen=True)
class PictureRow:
    title: str
    at: int
    """Where the dot stands, 0 to 100, in steps of five."""
    fifth: int
    """1 to 5: the fifth of the scale the dot is in, for those who cannot see it."""


def picture_of(framework: Framework, role: str, answers: Answers) -> list[PictureRow]:
    """Return one row for each dimension of the first instrument that enough was answered about."""
    scores = scoring.score_person(framework, role, answers)
    return [
        PictureRow(dimension.title, STEP * round(score / STEP), min(int(score // 20), 4) + 1)
        for dimension in framework.instruments[0].dimensions
        if dimension.key in scores and (score := scores[dimension.key].score) is not None
    ]
