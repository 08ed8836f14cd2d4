"""From results to chart descriptions: scale strip, dot rows and dumbbells. Pure; `grids` makes the tables.

Whatever is hidden becomes a hatch and nothing more. Printers draw what they are given and compute nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from reports.changes import change_between
from reports.charts import phrases, theme
from reports.charts.spec import LegendEntry, Mark, Row, RowChart, Span, StripChart, Table
from reports.results import Figure, Gap, Group, Results, Subject


@dataclass(frozen=True)
class Peers:
    """The middle half of other organisations' scores, and how many they are."""

    low: float
    high: float
    organisations: int


NO_PEERS: Mapping[str, Peers] = {}


def edges(results: Results) -> tuple[float, ...]:
    return tuple(level.starts_at for level in results.levels)


def level_names(results: Results) -> tuple[str, ...]:
    return tuple(level.title for level in results.levels)


def band_colour(results: Results, figure: Figure) -> int | None:
    """Return which of the five level colours a figure has, however many levels the framework knows."""
    return theme.shade(figure.level, len(results.levels)) if figure.level and results.levels else None


def scale_strip(results: Results, *, peers: Peers | None = None) -> StripChart | None:
    """Return the headline's scale, or None where there is no index to show (a pulse, too few answers)."""
    figure = results.figure("all", "index")
    if not phrases.is_shown(figure) or figure.score is None or figure.level is None:
        return None
    overall = phrases.of_hundred(results, figure)
    alt = _("Overall: %(figure)s.") % {"figure": overall}
    rows = [(_("Overall"), phrases.number(figure), phrases.level_title(results, figure), phrases.interval(figure))]
    note = ""
    if peers:
        words = {"low": phrases.whole(peers.low), "high": phrases.whole(peers.high), "count": peers.organisations}
        note = _("The bracket is the middle half of %(count)d other organisations: %(low)d to %(high)d.") % words
        alt += " " + _("The middle half of %(count)d organisations lies between %(low)d and %(high)d.") % words
        rows.append((_("Other organisations, middle half"), "", "", _("%(low)d to %(high)d") % words))
    return StripChart(
        key="strip",
        title=_("Overall level"),
        caption=phrases.source_line(results),
        levels=level_names(results),
        at=figure.score,
        value=phrases.number(figure),
        level=figure.level,
        peers=Span("peers", peers.low, peers.high) if peers else None,
        alt=alt,
        note=note,
        table=Table((_("Who"), _("Score"), _("Level"), _("95% interval")), tuple(rows)),
        edges=edges(results),
    )


def instrument_rows(
    results: Results,
    instrument: str,
    *,
    previous: Results | None = None,
    peers: Mapping[str, Peers] = NO_PEERS,
) -> RowChart:
    """Return an instrument's dimensions as dot rows, with the wave before and the peers where there are any."""
    subjects = results.dimensions(instrument)
    rows = tuple(_dimension_row(results, subject, previous, peers.get(subject.key)) for subject in subjects)
    legend = [LegendEntry("dot", _("score")), LegendEntry("interval", _("95% interval"))]
    if any(span.role == "peers" for row in rows for span in row.spans):
        legend.append(LegendEntry("peers", _peers_words([peers[s.key] for s in subjects if s.key in peers])))
    if any(mark.kind == "tick" for row in rows for mark in row.marks):
        legend.append(LegendEntry("tick", _("last wave")))
    title = results.subject(f"instrument:{instrument}").title
    columns = [_("Topic"), _("Score"), _("Level"), _("95% interval"), _("Answers")]
    if previous:
        columns += [_("Last wave"), _("Change")]
    table = Table(tuple(columns), tuple(_dimension_cells(results, subject, previous) for subject in subjects))
    chart = _row_chart(results, f"dots-{instrument}", title, rows=rows, legend=legend, table=table)
    # What only explains has no level, so its axis names none.
    return chart if any(subject.is_scored for subject in subjects) else replace(chart, levels=())


def _peers_words(found: Sequence[Peers]) -> str:
    """Return what the pale band means, and on how many organisations it rests; not every topic is asked in all."""
    least, most = (pick(one.organisations for one in found) for pick in (min, max))
    if least == most:
        return _("middle half of %(count)d other organisations") % {"count": most}
    return _("middle half of %(least)d to %(most)d other organisations") % {"least": least, "most": most}


def _dimension_row(results: Results, subject: Subject, previous: Results | None, peers: Peers | None) -> Row:
    figure = results.figure("all", subject.key)
    if not phrases.is_shown(figure) or figure.score is None:
        return _absent_row(subject.key, subject.title, figure)
    marks, spans, alt = _dot(results, figure)
    note = ""
    if peers:
        spans = (Span("peers", peers.low, peers.high), *spans)
        alt += "; " + _("other organisations %(low)d to %(high)d") % {
            "low": phrases.whole(peers.low),
            "high": phrases.whole(peers.high),
        }
    before = previous.figure("all", subject.key) if previous else None
    if before and phrases.is_shown(before) and before.score is not None:
        marks = (Mark("tick", before.score, _("last wave")), *marks)
        alt += "; " + _("last wave %(score)s") % {"score": phrases.number(before)}
        note = change_words(figure, before)
        alt += f"; {note}"
    elif figure.indicative:
        note = _("indicative")
    return Row(subject.key, subject.title, marks, spans, phrases.number(figure), note, f"{subject.title}: {alt}")


def change_words(now: Figure, then: Figure) -> str:
    """Return the change with its sign where it is clear, otherwise the words that say it is not."""
    change = change_between(now, then)
    if change is None:
        return ""
    return phrases.signed(change.difference) if change.is_clear else _("no clear change")


def _dimension_cells(results: Results, subject: Subject, previous: Results | None) -> tuple[str, ...]:
    figure = results.figure("all", subject.key)
    cells = [subject.title, *_figure_cells(results, figure)]
    if previous:
        before = previous.figure("all", subject.key)
        cells += [phrases.number(before), change_words(figure, before)] if phrases.is_shown(before) else ["", ""]
    return tuple(cells)


def _figure_cells(results: Results, figure: Figure) -> tuple[str, str, str, str]:
    """Return score, level, interval and number of answers, or the reason in the first of them."""
    if not phrases.is_shown(figure):
        return (phrases.absence(figure), "", "", "")
    count = "" if figure.n is None else str(figure.n)
    return (phrases.number(figure), phrases.level_title(results, figure), phrases.interval(figure), count)


ONE_PROPERTY = ("all", "side", "role", "unit", "contact")
"""The groups that one property makes; pairs have two."""


def group_rows(
    results: Results, subject: str, *, kinds: Sequence[str] = ONE_PROPERTY, only_shown: bool = False
) -> RowChart:
    """Return one subject's score in each group, the whole organisation first; a side of one role stands once.

    With `only_shown`, hidden groups are left out instead of hatched.
    """
    shown = [group for group in results.groups if group.kind in kinds]
    figures = {group.key: results.figure(group.key, subject) for group in shown}
    asked = [group for group in shown if figures[group.key].absence != "not_asked"]
    if only_shown:
        asked = [group for group in asked if phrases.is_shown(figures[group.key])]
    sides = [results.figure(group.key, subject) for group in asked if group.kind == "side"]
    groups = [
        group
        for group in asked
        if group.kind != "role"
        or not results.figure(group.key, subject).is_shown
        or results.figure(group.key, subject) not in sides
    ]
    rows = tuple(_group_row(results, group, subject) for group in groups)
    table = Table(
        (_("Group"), _("Score"), _("Level"), _("95% interval"), _("Answers")),
        tuple((group.title, *_figure_cells(results, results.figure(group.key, subject))) for group in groups),
    )
    title = _("%(topic)s by group") % {"topic": results.subject(subject).title}
    legend = [LegendEntry("dot", _("score")), LegendEntry("interval", _("95% interval"))]
    key = f"groups-{subject}" if kinds == ONE_PROPERTY else f"{'-'.join(kinds)}-{subject}"
    return _row_chart(results, key, title, rows=rows, legend=legend, table=table)


def _group_row(results: Results, group: Group, subject: str) -> Row:
    figure = results.figure(group.key, subject)
    if not phrases.is_shown(figure):
        return _absent_row(group.key, group.title, figure)
    marks, spans, alt = _dot(results, figure)
    note = _("indicative") if figure.indicative else phrases.answers(figure.n)
    return Row(group.key, group.title, marks, spans, phrases.number(figure), note, f"{group.title}: {alt}")


def gap_rows(results: Results, instrument: str = "") -> RowChart | None:
    """Return leaders against staff as dumbbells, the largest difference first; None where nothing can be compared."""
    keys = {subject.key for subject in results.dimensions(instrument)}
    gaps = [gap for gap in results.gaps if gap.subject in keys]
    gaps.sort(key=lambda gap: -abs(gap.shrunk if gap.shrunk is not None else gap.difference or 0))
    return _gap_chart(results, f"gaps-{instrument}" if instrument else "gaps", gaps)


def single_gap(results: Results, subject: str) -> RowChart | None:
    """Return leaders against staff in one dimension, or None where they cannot be compared."""
    return _gap_chart(results, f"gap-{subject}", [gap for gap in results.gaps if gap.subject == subject])


def _gap_chart(results: Results, key: str, gaps: Sequence[Gap]) -> RowChart | None:
    if not any(_is_complete(gap) for gap in gaps):
        return None
    rows = tuple(_gap_row(results, gap) for gap in gaps)
    table = Table(
        (
            _("Topic"),
            _("Leaders"),
            _("Staff"),
            _("Difference"),
            _("95% interval"),
            _("Drawn towards the overall gap"),
            _("Verdict"),
            *([_("Effect size g")] if any(gap.g is not None for gap in gaps) else []),
        ),
        tuple((*_gap_cells(results, gap), *effects) for gap, effects in zip(gaps, _effects(gaps), strict=True)),
    )
    legend = [LegendEntry("square", _("leaders")), LegendEntry("ring", _("staff"))]
    verdicts = {gap.verdict for gap in gaps if _is_complete(gap)}
    if "clear" in verdicts:
        legend.append(LegendEntry("gap_clear", _("clear gap")))
    if verdicts - {"clear"}:
        legend.append(LegendEntry("gap_chance", _("could be chance")))
    return _row_chart(results, key, _("Leaders and staff"), rows=rows, legend=legend, table=table)


def _is_complete(gap: Gap) -> bool:
    return gap.leaders is not None and gap.staff is not None and gap.difference is not None


def verdict_words(gap: Gap) -> str:
    return {"clear": _("clear"), "chance": _("could be chance"), "too_few": _("too few to compare")}[gap.verdict]


def _gap_row(results: Results, gap: Gap) -> Row:
    title = results.subject(gap.subject).title
    words = verdict_words(gap)
    if gap.leaders is None or gap.staff is None or gap.difference is None:
        words = verdict_words(gap) if gap.verdict == "too_few" else _("too few to compare")
        return Row(gap.subject, title, note=words, alt=f"{title}: {words}")
    low, high = sorted((gap.leaders, gap.staff))
    alt = _("%(topic)s: leaders %(leaders)d, staff %(staff)d, difference %(difference)s, %(verdict)s") % {
        "topic": title,
        "leaders": phrases.whole(gap.leaders),
        "staff": phrases.whole(gap.staff),
        "difference": phrases.signed(gap.difference),
        "verdict": words,
    }
    return Row(
        gap.subject,
        title,
        (Mark("square", gap.leaders, _("leaders")), Mark("ring", gap.staff, _("staff"))),
        (Span("gap_clear" if gap.verdict == "clear" else "gap_chance", low, high),),
        phrases.signed(gap.difference),
        words,
        alt,
    )


def _gap_cells(results: Results, gap: Gap) -> tuple[str, ...]:
    title, words = results.subject(gap.subject).title, verdict_words(gap)
    if gap.leaders is None or gap.staff is None or gap.difference is None:
        return (title, "", "", "", "", "", words)
    bounds = ""
    if gap.low is not None and gap.high is not None:
        bounds = _("%(low)s to %(high)s") % {"low": phrases.signed(gap.low), "high": phrases.signed(gap.high)}
    return (
        title,
        str(phrases.whole(gap.leaders)),
        str(phrases.whole(gap.staff)),
        phrases.signed(gap.difference),
        bounds,
        "" if gap.shrunk is None else phrases.signed(gap.shrunk),
        words,
    )


def _effects(gaps: Sequence[Gap]) -> list[tuple[str, ...]]:
    """Return the effect size of each gap with its interval as further cells; none where no gap has one."""
    if all(gap.g is None for gap in gaps):
        return [() for _gap in gaps]
    return [(_effect(gap),) for gap in gaps]


def _effect(gap: Gap) -> str:
    if gap.g is None or gap.g_low is None or gap.g_high is None:
        return ""
    words = {"g": phrases.decimal(gap.g), "low": phrases.decimal(gap.g_low), "high": phrases.decimal(gap.g_high)}
    return _("%(g)s (%(low)s to %(high)s)") % words


def claim_rows(results: Results, subjects: Sequence[str]) -> RowChart | None:
    """Return what leaders claim against what people live as dumbbells; None where no subject has both.

    The two rest on different items, so the difference is never called clear.
    """
    pairs = [(key, results.figure("all", key, "claimed"), results.figure("all", key, "lived")) for key in subjects]
    rows, cells = [], []
    for key, claimed, lived in pairs:
        if not phrases.is_shown(claimed) or not phrases.is_shown(lived):
            continue
        if claimed.score is None or lived.score is None:
            continue
        title = results.subject(key).title
        difference = phrases.signed(claimed.score - lived.score)
        words = {"topic": title, "claimed": phrases.number(claimed), "lived": phrases.number(lived)}
        alt = _("%(topic)s: claimed %(claimed)s, lived %(lived)s") % words
        marks = (Mark("triangle", claimed.score, _("claimed")), Mark("dot", lived.score, _("lived")))
        low, high = sorted((claimed.score, lived.score))
        rows.append(Row(key, title, marks, (Span("gap_chance", low, high),), difference, _("indicative"), alt))
        cells.append((title, words["claimed"], words["lived"], difference))
    if not rows:
        return None
    legend = [
        LegendEntry("triangle", _("claimed, in the ladders")),
        LegendEntry("dot", _("lived, in daily experience")),
    ]
    table = Table((_("Topic"), _("Claimed"), _("Lived"), _("Difference")), tuple(cells))
    key = f"claims-{subjects[0]}" if len(subjects) == 1 else "claims"
    return _row_chart(results, key, _("Said and done"), rows=tuple(rows), legend=legend, table=table)


def _dot(results: Results, figure: Figure) -> tuple[tuple[Mark, ...], tuple[Span, ...], str]:
    """Return a figure's dot, its interval and its words."""
    marks = (Mark("dot", figure.score or 0, _("score")),)
    has_interval = figure.low is not None and figure.high is not None
    spans = (Span("interval", figure.low or 0, figure.high or 0),) if has_interval else ()
    return marks, spans, phrases.of_hundred(results, figure)


def _absent_row(key: str, label: str, figure: Figure) -> Row:
    words = phrases.absence(figure)
    alt = f"{label}: {words}"
    if figure.absence in ("not_asked", "too_few"):
        return Row(key, label, note=words, alt=alt)
    return Row(key, label, alt=alt, is_hidden=True)


def _row_chart(
    results: Results, key: str, title: str, *, rows: tuple[Row, ...], legend: list[LegendEntry], table: Table
) -> RowChart:
    if any(row.is_hidden for row in rows):
        legend = [*legend, LegendEntry("hidden", _("hidden"))]
    return RowChart(
        key=key,
        title=title,
        caption=phrases.source_line(results),
        levels=level_names(results),
        rows=rows,
        legend=tuple(legend),
        table=table,
        alt=_("%(title)s. %(rows)s.") % {"title": title, "rows": ". ".join(row.alt for row in rows)},
        edges=edges(results),
    )
