"""Does one score go with another: organisations on two dimensions. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from pillars.schema import Dimension, Framework
from reports.charts import phrases
from reports.charts.profiles import SHAPES, Profile
from reports.charts.spec import Point, PointChart, Span, Table
from reports.results import Figure


def scatter(
    framework: Framework, across: Dimension, up: Dimension, profiles: Sequence[Profile], others: Sequence[Profile]
) -> PointChart:
    """Return up to five named organisations and any number of others that have a score in both dimensions."""
    named = [
        point
        for number, (name, figures) in enumerate(profiles[: len(SHAPES)], start=1)
        if (point := _point(name, figures.get(across.key), figures.get(up.key), number))
    ]
    rest = [
        point for name, figures in others if (point := _point(name, figures.get(across.key), figures.get(up.key), 0))
    ]
    shown = (*named, *rest)
    words = {"across": across.title, "up": up.title}
    title = _("%(up)s against %(across)s") % words
    return PointChart(
        key="scatter",
        title=title,
        caption=_(
            "Scores of the whole organisation on 0 to 100, with 95%% intervals. Above the dashed line “%(up)s” is the "
            "higher of the two, below it “%(across)s” is."
        )
        % words,
        x_label=across.title,
        y_label=up.title,
        points=shown,
        equal_label=_("both equal"),
        table=Table(
            (_("Organisation"), across.title, up.title),
            tuple(
                (name, _cell(figures.get(across.key)), _cell(figures.get(up.key)))
                for name, figures in (*profiles, *others)
            ),
        ),
        alt=_("%(title)s. %(points)s.") % {"title": title, "points": ". ".join(point.alt for point in shown)},
        edges=tuple(level.starts_at for level in framework.levels),
    )


def _point(name: str, across: Figure | None, up: Figure | None, series: int) -> Point | None:
    if across is None or up is None or across.score is None or up.score is None:
        return None
    if not phrases.is_shown(across) or not phrases.is_shown(up):
        return None
    alt = _("%(name)s: %(across)s across, %(up)s up") % {
        "name": name,
        "across": phrases.number(across),
        "up": phrases.number(up),
    }
    kind = SHAPES[series - 1] if series else "faint"
    return Point(name, across.score, up.score, kind, alt, series, _span(across), _span(up))


def _span(figure: Figure) -> Span | None:
    return None if figure.low is None or figure.high is None else Span("interval", figure.low, figure.high)


def _cell(figure: Figure | None) -> str:
    return phrases.number(figure) if figure and phrases.is_shown(figure) else ""
