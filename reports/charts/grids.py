"""From results to chart descriptions: heatmaps of groups by dimensions, and how people answered each item. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from reports.changes import change_between
from reports.charts import phrases, theme
from reports.charts.build import band_colour
from reports.charts.spec import (
    Cell,
    HeatChart,
    HeatColumn,
    HeatRow,
    LegendEntry,
    Share,
    StackChart,
    StackRow,
    Table,
)
from reports.groupings import Grouping, groups_by, title_by
from reports.results import Figure, ItemResult, Results

MOST_POINTS, BANDS = 11, 10
"""A scale of more points than this is shown in so many bands."""

SHARED, SPLIT = 0.80, 0.65
"""Consensus from which a group shares a view, and below which it is split."""


def heatmap(results: Results, instrument: str, grouping: Grouping = "unit") -> HeatChart:
    """Return an instrument's dimensions by group, the whole organisation first."""
    subjects = results.dimensions(instrument)
    rows = tuple(
        HeatRow(
            group.key,
            group.title,
            "" if group.answered is None else phrases.answers(group.answered),
            tuple(_cell(results, results.figure(group.key, subject.key)) for subject in subjects),
            is_whole=group.kind == "all",
        )
        for group in (results.group("all"), *groups_by(results, grouping))
    )
    columns = tuple(HeatColumn(subject.key, subject.title, subject.short_title) for subject in subjects)
    title = title_by(grouping, results.subject(f"instrument:{instrument}").title)
    return HeatChart(
        key=f"heat-{instrument}" if grouping == "unit" else f"heat-{instrument}-{grouping}",
        title=title,
        caption=phrases.source_line(results),
        columns=columns,
        rows=rows,
        legend=_level_legend(results, rows),
        table=_heat_table(columns, rows),
        alt=_heat_alt(title, columns, rows),
    )


def change_heatmap(results: Results, previous: Results, instrument: str, grouping: Grouping = "unit") -> HeatChart:
    """Return the change of each group since `previous`; cells whose change could be chance print "="."""
    subjects = results.dimensions(instrument)
    rows = tuple(
        HeatRow(
            group.key,
            group.title,
            "" if group.answered is None else phrases.answers(group.answered),
            tuple(
                _change_cell(results.figure(group.key, subject.key), previous.figure(group.key, subject.key))
                for subject in subjects
            ),
            is_whole=group.kind == "all",
        )
        for group in (results.group("all"), *groups_by(results, grouping))
    )
    columns = tuple(HeatColumn(subject.key, subject.title, subject.short_title) for subject in subjects)
    title = _("Change since wave %(wave)d") % {"wave": previous.wave}
    legend = [LegendEntry("rise", _("clear rise")), LegendEntry("fall", _("clear fall"))]
    if any(cell.is_hidden for row in rows for cell in row.cells):
        legend.append(LegendEntry("hidden", _("hidden")))
    return HeatChart(
        key=f"change-{instrument}",
        title=title,
        caption=phrases.source_line(results),
        columns=columns,
        rows=rows,
        legend=tuple(legend),
        table=_heat_table(columns, rows),
        alt=_heat_alt(title, columns, rows),
    )


def _cell(results: Results, figure: Figure) -> Cell:
    if not phrases.is_shown(figure):
        return _absent_cell(figure)
    words = {"score": phrases.number(figure), "level": phrases.level_title(results, figure)}
    alt = _("%(score)s, %(level)s") % words if words["level"] else words["score"]
    return Cell(value=words["score"], level=band_colour(results, figure), alt=alt)


def _change_cell(now: Figure, then: Figure) -> Cell:
    if not phrases.is_shown(now):
        return _absent_cell(now)
    if then.absence == "hidden":
        return _absent_cell(then)
    change = change_between(now, then)
    if change is None:
        return Cell(alt=_("Not asked in the wave before"), is_empty=True)
    if not change.is_clear:
        return Cell(value="=", alt=_("no clear change"))
    return Cell(
        value=phrases.signed(change.difference), alt=phrases.signed(change.difference), step=_step(change.difference)
    )


def _step(difference: float) -> int:
    """Return -3..3, the step of the difference colours, which turn at 4, 12 and 20 points."""
    size = abs(difference)
    step = 3 if size >= 20 else 2 if size >= 12 else 1 if size >= 4 else 0
    return step if difference > 0 else -step


def _absent_cell(figure: Figure) -> Cell:
    words = phrases.absence(figure)
    if figure.absence == "not_asked":
        return Cell(alt=words, is_empty=True)
    if figure.absence == "too_few":
        return Cell(value=_("too few"), alt=words)
    return Cell(alt=words, is_hidden=True)


def _level_legend(results: Results, rows: Sequence[HeatRow]) -> tuple[LegendEntry, ...]:
    levels = results.levels
    entries = []
    for position, level in enumerate(levels, start=1):
        end = levels[position].starts_at - 1 if position < len(levels) else 100
        words = {"low": phrases.whole(level.starts_at), "high": phrases.whole(end), "level": level.title}
        label = _("%(low)d–%(high)d %(level)s") % words
        entries.append(LegendEntry(f"level:{theme.shade(position, len(levels))}", label))
    if any(cell.is_hidden for row in rows for cell in row.cells):
        entries.append(LegendEntry("hidden", _("hidden")))
    return tuple(entries)


def _heat_table(columns: Sequence[HeatColumn], rows: Sequence[HeatRow]) -> Table:
    return Table(
        (_("Group"), _("Answers"), *(column.label for column in columns)),
        tuple((row.label, row.note, *(cell.alt for cell in row.cells)) for row in rows),
    )


def _heat_alt(title: str, columns: Sequence[HeatColumn], rows: Sequence[HeatRow]) -> str:
    lines = []
    for row in rows:
        cells = ", ".join(f"{column.label} {cell.alt}" for column, cell in zip(columns, row.cells, strict=True))
        lines.append(f"{row.label}: {cells}")
    return _("%(title)s. %(rows)s.") % {"title": title, "rows": ". ".join(lines)}


def answer_stacks(results: Results, subject: str) -> tuple[StackChart, ...]:
    """Return how people answered a dimension's items, the most disputed first, one chart for each set of labels."""
    by_labels: dict[tuple[str, ...], list[ItemResult]] = {}
    for item in results.items:
        if item.subject == subject:
            by_labels.setdefault(item.labels, []).append(item)
    return tuple(
        stack_of(results, f"answers-{subject}-{number}", sorted(items, key=_by_dispute))
        for number, items in enumerate(by_labels.values(), start=1)
    )


def disputed_items(results: Results, most: int = 6) -> tuple[ItemResult, ...]:
    """Return the items on which people agree least, among those shown."""
    known = [item for item in results.items if item.consensus is not None]
    return tuple(sorted(known, key=_by_dispute)[:most])


def _by_dispute(item: ItemResult) -> float:
    return 1.0 if item.consensus is None else item.consensus


def consensus_words(consensus: float | None) -> str:
    """Return whether people share a view on an item (.80 and more), are mixed, or split (below .65)."""
    if consensus is None:
        return ""
    return _("shared view") if consensus >= SHARED else _("mixed") if consensus >= SPLIT else _("split")


def stack_of(results: Results, key: str, items: Sequence[ItemResult]) -> StackChart:
    """Return items that share their labels as bars of answer shares."""
    rows = tuple(_stack_row(item) for item in items)
    labels, _counts = _answers(items[0])
    legend = tuple(
        LegendEntry(f"level:{theme.shade(position, len(labels))}", label)
        for position, label in enumerate(labels, start=1)
    )
    columns = (_("Question"), *labels, _("Answers"), _("Can't see this"), _("Doesn't apply"), _("Agreement"))
    cells = tuple(
        (
            item.text,
            *(phrases.percents(share) for share in whole_shares(_answers(item)[1])),
            str(item.n),
            _told(item.dont_know),
            _told(item.not_applicable),
            consensus_words(item.consensus),
        )
        for item in items
    )
    title = _("How people answered")
    return StackChart(
        key=key,
        title=title,
        caption=phrases.source_line(results),
        rows=rows,
        legend=legend,
        table=Table(columns, cells),
        alt=_("%(title)s. %(rows)s.") % {"title": title, "rows": ". ".join(row.alt for row in rows)},
    )


def disputed_stack(results: Results, most: int = 6) -> StackChart | None:
    """Return the items on which people agree least in one chart, whatever their labels; None without any."""
    items = disputed_items(results, most)
    if not items:
        return None
    rows = tuple(_stack_row(item) for item in items)
    cells = tuple(
        (
            item.text,
            ", ".join(f"{share.label} {phrases.percents(share.percent)}" for share in row.shares),
            str(item.n),
            consensus_words(item.consensus),
        )
        for item, row in zip(items, rows, strict=True)
    )
    title = _("Where people disagree most")
    return StackChart(
        key="disputed",
        title=title,
        caption=phrases.source_line(results),
        rows=rows,
        legend=(LegendEntry("level:1", _("first answer on the scale")), LegendEntry("level:5", _("last answer"))),
        table=Table((_("Question"), _("Shares of the answers"), _("Answers"), _("Agreement")), cells),
        alt=_("%(title)s. %(rows)s.") % {"title": title, "rows": ". ".join(row.alt for row in rows)},
    )


def _answers(item: ItemResult) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return labels and counts: one for each point, or ten bands for a scale with many points."""
    labels = item.labels or tuple(str(point) for point in range(1, len(item.counts) + 1))
    if len(labels) <= MOST_POINTS:
        return labels, item.counts
    wide = -(-len(labels) // BANDS)
    starts = range(0, len(labels), wide)
    bands = tuple(_band(labels[start : start + wide]) for start in starts)
    return bands, tuple(sum(item.counts[start : start + wide]) for start in starts)


def _band(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]}\N{EN DASH}{labels[-1]}"


def _stack_row(item: ItemResult) -> StackRow:
    labels, counts = _answers(item)
    shares = tuple(
        Share(label, percent, theme.shade(position, len(labels)))
        for position, (label, percent) in enumerate(zip(labels, whole_shares(counts), strict=True), start=1)
    )
    value = _unseen(item)
    parts = ", ".join(f"{share.label} {phrases.percents(share.percent)}" for share in shares)
    note = consensus_words(item.consensus)
    words = {"question": item.text, "shares": parts, "unseen": value, "answers": phrases.answers(item.n)}
    alt = (
        _("%(question)s: %(shares)s; %(unseen)s; %(answers)s") % words
        if value
        else _("%(question)s: %(shares)s; %(answers)s") % words
    )
    return StackRow(item.key, item.text, shares, value, alt, note)


def _unseen(item: ItemResult) -> str:
    """Return how many could not see what was asked, or nothing where that is not told."""
    if item.dont_know is None:
        return ""
    asked = item.n + item.dont_know
    share = phrases.percent(item.dont_know / asked) if asked else phrases.percent(0)
    return _("%(percent)s can't see this") % {"percent": share}


def _told(count: int | None) -> str:
    return phrases.hidden() if count is None else str(count)


def whole_shares(counts: Sequence[int]) -> tuple[int, ...]:
    """Return `counts` as whole per cents that add up to 100, the largest remainders rounded up; all 0 for none."""
    total = sum(counts)
    if not total:
        return tuple(0 for _count in counts)
    floors = [100 * count // total for count in counts]
    order = sorted(range(len(counts)), key=lambda place: (-(100 * counts[place] % total), place))
    for place in order[: 100 - sum(floors)]:
        floors[place] += 1
    return tuple(floors)
