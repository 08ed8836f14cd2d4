"""The profile of a few organisations: dimensions as rows, one shape and colour for each organisation. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from pillars.schema import Framework, Instrument
from reports.charts import phrases
from reports.charts.spec import LegendEntry, Mark, MarkKind, Row, RowChart, Table
from reports.results import Figure

SHAPES: tuple[MarkKind, ...] = ("dot", "square", "triangle", "diamond", "cross")

Profile = tuple[str, Mapping[str, Figure]]
"""An organisation's name and its figures by subject key."""


def profile_rows(framework: Framework, lens: Instrument, profiles: Sequence[Profile]) -> RowChart:
    """Return up to five organisations on the dimensions of a lens; where one has no score it has no mark."""
    profiles = profiles[: len(SHAPES)]
    rows, cells = [], []
    for dimension in lens.dimensions:
        marks, words, texts = [], [], []
        for number, (name, figures) in enumerate(profiles, start=1):
            figure = figures.get(dimension.key)
            if figure is None or figure.score is None:
                texts.append("")
                continue
            marks.append(Mark(SHAPES[number - 1], figure.score, name, number))
            words.append(_("%(name)s %(score)s") % {"name": name, "score": phrases.number(figure)})
            texts.append(_with_interval(figure))
        alt = f"{dimension.title}: {', '.join(words) or _('no score')}"
        rows.append(Row(dimension.key, dimension.title, tuple(marks), note="" if marks else _("no score"), alt=alt))
        cells.append((dimension.title, *texts))
    names = [name for name, _figures in profiles]
    return RowChart(
        key="profile",
        title=_("Profile of the pinned organisations"),
        caption=_("Scores of the whole organisation on 0 to 100; intervals are in the numbers below."),
        levels=tuple(level.title for level in framework.levels),
        rows=tuple(rows),
        legend=tuple(LegendEntry(f"{SHAPES[place]}:{place + 1}", name) for place, name in enumerate(names)),
        table=Table((_("Topic"), *names), tuple(cells)),
        alt=". ".join(row.alt for row in rows),
        edges=tuple(level.starts_at for level in framework.levels),
    )


def _with_interval(figure: Figure) -> str:
    interval = phrases.interval(figure)
    if not interval:
        return phrases.number(figure)
    return _("%(score)s (%(interval)s)") % {"score": phrases.number(figure), "interval": interval}
