"""Profiles: dimensions as rows, one shape and colour for each of a few organisations or groups. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from pillars.schema import Framework, Instrument
from reports.charts import build, phrases
from reports.charts.spec import LegendEntry, Mark, MarkKind, Row, RowChart, Table
from reports.results import NOT_ASKED, Figure, Results

SHAPES: tuple[MarkKind, ...] = ("dot", "square", "triangle", "diamond", "cross")

Profile = tuple[str, Mapping[str, Figure]]
"""An organisation's name and its figures by subject key."""


def profile_rows(
    framework: Framework, lens: Instrument, profiles: Sequence[Profile], *, others: Sequence[Profile] = ()
) -> RowChart:
    """Return up to five organisations on the dimensions of a lens; where one has no score it has no mark.

    `others` stand behind them without a colour of their own.
    """
    profiles = profiles[: len(SHAPES)]
    subjects = [(dimension.key, dimension.title) for dimension in lens.dimensions]
    rows, cells = _rows(subjects, profiles, others)
    names = [name for name, _figures in (*profiles, *others)]
    return RowChart(
        key="profile",
        title=_("Profile of the organisations shown") if others else _("Profile of the pinned organisations"),
        caption=_("Scores of the whole organisation on 0 to 100; intervals are in the numbers below."),
        levels=tuple(level.title for level in framework.levels),
        rows=rows,
        legend=_legend(profiles, others),
        table=Table((_("Topic"), *names), cells),
        alt=". ".join(row.alt for row in rows),
        edges=tuple(level.starts_at for level in framework.levels),
    )


def role_profile(results: Results, instrument: str) -> RowChart | None:
    """Return the role groups on the dimensions of an instrument, or None where there are fewer than two."""
    groups = [group for group in results.groups if group.kind == "role"]
    if len(groups) < 2:
        return None
    subjects = [(subject.key, subject.title) for subject in results.dimensions(instrument)]
    profiles = [
        (group.title, {key: results.figure(group.key, key) for key, _title in subjects})
        for group in groups[: len(SHAPES)]
    ]
    others = [
        (group.title, {key: results.figure(group.key, key) for key, _title in subjects})
        for group in groups[len(SHAPES) :]
    ]
    rows, cells = _rows(subjects, profiles, others)
    title = _("%(instrument)s by role") % {"instrument": results.subject(f"instrument:{instrument}").title}
    return RowChart(
        key=f"roles-{instrument}",
        title=title,
        caption=phrases.source_line(results),
        levels=build.level_names(results),
        rows=rows,
        legend=_legend(profiles, others),
        table=Table((_("Topic"), *(group.title for group in groups)), cells),
        alt=_("%(title)s. %(rows)s.") % {"title": title, "rows": ". ".join(row.alt for row in rows)},
        edges=build.edges(results),
    )


def _legend(profiles: Sequence[Profile], others: Sequence[Profile]) -> tuple[LegendEntry, ...]:
    return (
        *(LegendEntry(f"{SHAPES[place]}:{place + 1}", name) for place, (name, _figures) in enumerate(profiles)),
        *(LegendEntry("faint", name) for name, _figures in others),
    )


def _rows(
    subjects: Sequence[tuple[str, str]], profiles: Sequence[Profile], others: Sequence[Profile]
) -> tuple[tuple[Row, ...], tuple[tuple[str, ...], ...]]:
    """Return a row with a mark for each profile that has a score there, and the same as texts."""
    looks: list[tuple[MarkKind, int]] = [(shape, number) for number, shape in enumerate(SHAPES, start=1)]
    faint: tuple[MarkKind, int] = ("faint", 0)
    looks = looks[: len(profiles)] + [faint] * len(others)
    rows, cells = [], []
    for key, title in subjects:
        marks, words, texts = [], [], []
        for (kind, number), (name, figures) in zip(looks, (*profiles, *others), strict=True):
            figure = figures.get(key, NOT_ASKED)
            if not phrases.is_shown(figure) or figure.score is None:
                # Of other organisations' groups only what is released is known, so there is no reason to give.
                texts.append(phrases.absence(figure) if key in figures else "")
                continue
            score = phrases.number(figure)
            marks.append(Mark(kind, figure.score, name, number, score))
            words.append(_("%(name)s %(score)s") % {"name": name, "score": score})
            texts.append(_with_interval(figure))
        alt = f"{title}: {', '.join(words) or _('no score')}"
        rows.append(Row(key, title, tuple(marks), note="" if marks else _("no score"), alt=alt))
        cells.append((title, *texts))
    return tuple(rows), tuple(cells)


def _with_interval(figure: Figure) -> str:
    interval = phrases.interval(figure)
    if not interval:
        return phrases.number(figure)
    return _("%(score)s (%(interval)s)") % {"score": phrases.number(figure), "interval": interval}
