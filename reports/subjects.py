"""What the framework's edition says in words about a dimension's level, beside what the release measured. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pillars.schema import Framework
from reports.charts import phrases
from reports.results import Results

MOST_ADVICE = 3


@dataclass(frozen=True)
class LevelText:
    """What one level looks like in a dimension. `label` says why it is shown."""

    number: int
    title: str
    label: str
    text: str


@dataclass(frozen=True)
class DimensionAdvice:
    text: str
    kind: str
    because: str = ""


def level_texts(framework: Framework, results: Results, subject: str) -> tuple[LevelText, ...]:
    """Return what the reached level looks like and what the next one does, where the edition says so in words."""
    dimension = framework.dimension_by_key.get(subject)
    figure = results.figure("all", subject)
    if dimension is None or figure.level is None or not phrases.is_shown(figure):
        return ()
    lines = dimension.level_lines or (dimension.ladder.rungs if dimension.ladder else ())
    if len(lines) != len(results.levels):
        return ()
    wanted = [(figure.level, _("What this level looks like here"))]
    if figure.level < len(lines):
        wanted.append((figure.level + 1, _("What the next level looks like")))
    return tuple(LevelText(number, results.level(number).title, label, lines[number - 1]) for number, label in wanted)


def advice_for(framework: Framework, results: Results, subject: str) -> tuple[DimensionAdvice, ...]:
    """Return the release's advice on a dimension, otherwise what the edition recommends at its level."""
    given = [advice for advice in results.advice if advice.subject == subject]
    if given:
        return tuple(DimensionAdvice(advice.text, kind_words(advice.kind), advice.because) for advice in given)
    dimension = framework.dimension_by_key.get(subject)
    level = results.figure("all", subject).level
    if dimension is None or level is None:
        return ()
    fitting = [recommendation for recommendation in dimension.recommendations if level in recommendation.levels]
    return tuple(DimensionAdvice(one.text, kind_words(one.kind)) for one in fitting[:MOST_ADVICE])


def kind_words(kind: str) -> str:
    return {
        "quick_win": _("Quick win, up to 90 days"),
        "big_move": _("Big move"),
        "protect": _("Protect it"),
        "share": _("Share it"),
    }.get(kind, "")
