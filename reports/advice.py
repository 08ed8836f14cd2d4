"""Which of the framework's recommendations a release gives, in which order, and what each rests on."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from pillars.schema import Dimension, Framework
from pillars.scoring import display_score, level_number
from reports.analyses.confidence import SHARE_OF_GRADE, Grade
from reports.results import Advice, Analysis, Figure

MOST_DIMENSIONS = 5
MOST_BIG_MOVES = 2
MANDATE = ("leadership", "mandate")
"""A big move elsewhere rests on these; at level 1 or 2 in one of them it carries a note."""
BEYOND_NEXT_LEVEL = 10
"""The proposed target lies this far above the lower edge of the next level."""


def proposed_target(framework: Framework, score: float) -> float | None:
    """Return the next level's lower edge plus 10, at most 100; None at the highest level."""
    number = level_number(framework, score)
    if number >= len(framework.levels):
        return None
    return min(framework.levels[number].starts_at + BEYOND_NEXT_LEVEL, 100.0)


def priority(
    framework: Framework, dimension: Dimension, score: float, shares: Mapping[str, float], grade: str
) -> float:
    """Return how much a dimension calls for action: (target - score) (.5 + .5 sum of h u) conf, at least 0.

    h is the share of tokens on a driver, u how strongly the driver speaks for the dimension; without
    tokens every dimension counts the same. conf is 1, .9, .7 or .4 for the grades A to D.
    Score 34, target 50, every token on a driver with u 1, grade B: 16 * 1 * .9 = 14.4.
    """
    target = proposed_target(framework, score)
    if target is None:
        return 0.0
    pull = sum(shares.get(driver.key, 0.0) * driver.links.get(dimension.key, 0.0) for driver in framework.drivers)
    return max(target - score, 0.0) * (0.5 + 0.5 * pull if shares else 1.0) * SHARE_OF_GRADE[grade]


def advice(
    framework: Framework, figures: Mapping[str, Figure], grades: Mapping[str, Grade], drivers: Analysis | None
) -> tuple[Advice, ...]:
    """Return the advice of a release: the five dimensions that call most, one quick win each, two big moves in all.

    `figures` are the whole organisation's. A recommendation is offered at the levels its framework
    names. Where a dimension has no quick win at its level, its line on protecting or sharing stands in.
    """
    shares = {row["key"]: row["share"] for row in drivers.rows} if drivers else {}
    scored = {
        dimension.key: score
        for dimension in framework.dimensions
        if (found := figures.get(dimension.key)) and (score := found.score) is not None and found.level is not None
    }
    order = sorted(
        (framework.dimension_by_key[key] for key in scored),
        key=lambda d: -priority(framework, d, scored[d.key], shares, grades[d.key].letter if d.key in grades else "D"),
    )
    given: list[Advice] = []
    moves = 0
    for dimension in order[:MOST_DIMENSIONS]:
        score = scored[dimension.key]
        level = level_number(framework, score)
        offered = [found for found in dimension.recommendations if level in found.levels]
        first = next((found for found in offered if found.kind == "quick_win"), None)
        first = first or next((found for found in offered if found.kind in {"protect", "share"}), None)
        move = next((found for found in offered if found.kind == "big_move"), None)
        chosen = [found for found in (first, move if moves < MOST_BIG_MOVES else None) if found]
        moves += sum(found.kind == "big_move" for found in chosen)
        given += [
            Advice(
                dimension.key,
                found.kind,
                found.text,
                because(framework, dimension.key, found.kind, score, scored),
                score,
                level,
            )
            for found in chosen
        ]
    return tuple(given)


def because(framework: Framework, key: str, kind: str, score: float, scored: Mapping[str, float | None]) -> str:
    """Return what a piece of advice rests on, in the framework's words: where the dimension stands, what comes next.

    `scored` are the whole organisation's scores by dimension; a big move where the mandate is weak says so.
    """
    dimension = framework.dimension_by_key[key]
    reason = _because(framework, dimension, score, level_number(framework, score))
    return reason + _note(framework, dimension, scored) if kind == "big_move" else reason


def _because(framework: Framework, dimension: Dimension, score: float, level: int) -> str:
    values = {
        "dimension": dimension.title,
        "score": display_score(framework, score),
        "level": framework.levels[level - 1].title,
    }
    if level >= len(framework.levels):
        return _("%(dimension)s stands at %(score)s of 100, in the highest level (%(level)s).") % values
    following = framework.levels[level]
    values |= {"next": following.title, "starts_at": f"{following.starts_at:g}"}
    return _("%(dimension)s stands at %(score)s of 100 (%(level)s). %(next)s starts at %(starts_at)s.") % values


def _note(framework: Framework, dimension: Dimension, scored: Mapping[str, float | None]) -> str:
    """Return the note that a mandate comes first, for a big move outside the mandate itself, or ""."""
    weak = [key for key in MANDATE if (score := scored.get(key)) is not None and level_number(framework, score) <= 2]
    if not weak or dimension.key in MANDATE:
        return ""
    titles = " · ".join(framework.dimension_by_key[key].title for key in weak)
    return " " + _("This needs a mandate first: %(dimensions)s is still at a low level.") % {"dimensions": titles}
