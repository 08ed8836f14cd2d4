"""How far a figure can be trusted: a letter from A to D, with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pillars.scoring import is_in
from reports.analyses.estimates import Estimate, estimate
from reports.analyses.figures import Table
from reports.analyses.printed import INDEX
from reports.analyses.respondents import Crowd, Survey
from reports.analyses.sentences import N_
from reports.results import Analysis

SHARE_OF_GRADE = {"A": 1.0, "B": 0.9, "C": 0.7, "D": 0.4}
"""How much a dimension's grade counts in the order of recommendations."""

NO_STAFF = N_("There is no front-line voice in this figure.")
NO_ANSWERS = N_("Too few people answered.")
FEW_STAFF = N_("Fewer than eight staff answered.")
MUCH_UNSEEN = N_("More than 40 % of the answers are \u201cI can\u2019t see this\u201d.")
SOME_UNSEEN = N_("More than 15 % of the answers are \u201cI can\u2019t see this\u201d.")
RATE_UNKNOWN = N_("It is not known how many staff could have answered.")
RATE_LOW = N_("Fewer than 60 % of the staff invited answered.")
RATE_VERY_LOW = N_("Fewer than 40 % of the staff invited answered.")
STAFF_UNDER_30 = N_("Fewer than 30 staff answered, and fewer than 80 % of them.")
ROLE_MISSING = N_("Not every group of roles is represented.")
WIDE = N_("The interval of staff\u2019s answers is wider than 8 points on either side.")
VERY_WIDE = N_("The interval of staff\u2019s answers is wider than 12 points on either side.")
MANY_FLAGGED = N_("More than 15 % of the answers show signs of carelessness.")

LETTERS = "ABCD"
MOST_FLAGGED = 0.15


@dataclass(frozen=True)
class Grade:
    letter: str
    reasons: tuple[str, ...] = ()


def grade_of(
    *,
    staff_n: int,
    staff_invited: int | None,
    half_width: float | None,
    all_roles: bool,
    unseen: float,
) -> Grade:
    """Return the grade of a figure.

    A: at least 60 % of staff answered, 30 of them or 80 %, every group of roles present, at most 15 %
    "can't see", a half width of staff's 95 % interval of at most 8. B: one of these missed, with a rate of
    at least 40 % and a half width of at most 12. C: more missed. D: no staff, fewer than 8, or more than
    40 % "can't see". Without role groups everybody counts as staff.
    """
    if staff_n == 0 or half_width is None:
        return Grade("D", (NO_STAFF,))
    fatal = [reason for is_so, reason in ((staff_n < 8, FEW_STAFF), (unseen > 0.40, MUCH_UNSEEN)) if is_so]
    if fatal:
        return Grade("D", tuple(fatal))
    rate = staff_n / staff_invited if staff_invited else None
    missed = []
    if rate is None or rate < 0.60:
        missed.append(RATE_UNKNOWN if rate is None else RATE_LOW if rate >= 0.40 else RATE_VERY_LOW)
    if staff_n < 30 and (rate is None or rate < 0.80):
        missed.append(STAFF_UNDER_30)
    if not all_roles:
        missed.append(ROLE_MISSING)
    if unseen > 0.15:
        missed.append(SOME_UNSEEN)
    if half_width > 8:
        missed.append(WIDE if half_width <= 12 else VERY_WIDE)
    if not missed:
        return Grade("A")
    within = RATE_VERY_LOW not in missed and VERY_WIDE not in missed
    return Grade("B" if len(missed) == 1 and within else "C", tuple(missed))


def lowered(grade: Grade, reason: str) -> Grade:
    """Return the grade one letter down with the reason; D stays D."""
    letter = LETTERS[min(LETTERS.index(grade.letter) + 1, len(LETTERS) - 1)]
    return Grade(letter, (*grade.reasons, reason))


def _is_much_flagged(survey: Survey) -> bool:
    """Say whether more than 15 % of the answers are flagged; fewer than k say nothing, as their number is not told."""
    flagged = int(np.count_nonzero(survey.flagged))
    return flagged >= survey.k and flagged > MOST_FLAGGED * len(survey.people)


def grades(survey: Survey, table: Table) -> dict[str, Grade]:
    """Return the grade of the index and of every counted dimension."""
    subjects = [INDEX, *(dimension.key for dimension in survey.counted_dimensions)]
    found = {subject: _grade(survey, table, subject) for subject in subjects}
    if not _is_much_flagged(survey):
        return found
    return {subject: lowered(grade, MANY_FLAGGED) for subject, grade in found.items()}


def confidence(survey: Survey, table: Table) -> Analysis:
    """Return each dimension's grade with its reasons, as rows."""
    found = grades(survey, table)
    rows = tuple(
        {"subject": subject, "grade": grade.letter, "reasons": list(grade.reasons)}
        for subject, grade in found.items()
        if table.estimate("all", subject)
    )
    return Analysis("confidence", rows=rows) if rows else Analysis("confidence", absence=NO_ANSWERS)


def _grade(survey: Survey, table: Table, subject: str) -> Grade:
    whole = table.estimate("all", subject)
    if whole is None:
        return Grade("D", (NO_ANSWERS,))
    crowd = _staff(survey)
    staff = _staff_estimate(survey, table, subject, crowd)
    interval = staff.interval() if staff else None
    dimension = survey.framework.dimension_by_key.get(subject)
    dimensions = [dimension] if dimension else list(survey.counted_dimensions)
    items = [item for found in dimensions for item in found.items if is_in(item, "score")]
    return grade_of(
        staff_n=staff.n if staff else 0,
        staff_invited=survey.invited_in(crowd, crowd.strata or survey.stratum_names),
        half_width=(interval.high - interval.low) / 2 if interval else None,
        all_roles=_all_roles(survey, whole),
        unseen=survey.dont_know_share(whole.contributors, items) or 0.0,
    )


def _staff(survey: Survey) -> Crowd:
    """Return the staff, or everybody where a framework has no role groups."""
    return next((crowd for crowd in survey.crowds if crowd.key == "side:staff"), survey.crowd("all"))


def _staff_estimate(survey: Survey, table: Table, subject: str, crowd: Crowd) -> Estimate | None:
    """Return staff's figure, also where it is not shown: only its grade leaves this module."""
    found = table.estimate(crowd.key, subject)
    if found or subject not in survey.framework.dimension_by_key:
        return found
    return estimate(survey, crowd, survey.scores["score"][subject], steps=1)


def _all_roles(survey: Survey, whole: Estimate) -> bool:
    """Say whether every group of roles has enough people of its own in a figure, or none is told apart."""
    wanted: Sequence[str] = [group.key for group in survey.framework.role_groups]
    pooled = {stratum for pool in whole.pools for stratum in pool.strata if pool.key in {*wanted, *_sides(survey)}}
    return set(wanted) <= pooled


def _sides(survey: Survey) -> set[str]:
    return {f"side:{group.side}" for group in survey.framework.role_groups}
