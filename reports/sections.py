"""The sections of a report: each one finding with its proof. A section without anything to say is None."""

from __future__ import annotations

from dataclasses import replace

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import findings, recommendations
from reports.blocks import (
    Aside,
    Block,
    Column,
    Columns,
    Fact,
    Facts,
    Grid,
    Ladder,
    Numbered,
    Point,
    Prose,
    Section,
    Step,
)
from reports.changes import change_between
from reports.charts import build, grids, phrases, theme
from reports.charts.spec import HeatChart
from reports.findings import Finding
from reports.groupings import groupings_of
from reports.results import Results
from reports.writer import Writer, participation

MOST_UNITS_IN_PRINT = 40


def answer(writer: Writer, *, most: int) -> Section:
    """The answer first: level, index, change, what stands out, and what the board is asked to decide."""
    results = writer.results
    level = findings.level_finding(results)
    gap = findings.gap_finding(results)
    above, below = findings.standing_out(results)
    change = findings.change_finding(results, writer.previous)
    others = findings.present([gap, findings.depth_finding(results), findings.hero_finding(results)])
    worries = [*(finding for finding in others if finding.tone == "gap"), *below]
    strengths = [*above, *(finding for finding in others if finding.tone == "strength")]
    blocks: list[Block] = [Facts(_headline_facts(writer))]
    strip = build.scale_strip(results)
    if strip is not None:
        blocks.append(writer.exhibit(strip, _("Where the organisation stands, from 0 to 100")))
    blocks.append(
        Columns(
            (
                Column(
                    _("What holds"),
                    tuple(point_of(finding) for finding in strengths[:most]),
                    "strength",
                    _("Nothing stands clearly above the whole."),
                ),
                Column(
                    _("What holds back"),
                    tuple(point_of(finding) for finding in worries[:most]),
                    "gap",
                    _("Nothing stands clearly below the whole."),
                ),
            )
        )
    )
    decisions = recommendations.decisions(results)
    if decisions:
        blocks.append(Numbered(_("Decisions asked"), tuple(Point(one.text, one.because) for one in decisions[:most])))
    lead = level.because if change is None else f"{level.because} {change.heading}: {change.because}"
    heading = level.heading
    if gap is not None and gap.tone == "gap":
        heading = _("%(level)s. %(gap)s") % {"level": level.heading, "gap": gap.heading}
    return Section("answer", _("The answer"), heading, lead, tuple(blocks))


def _headline_facts(writer: Writer) -> tuple[Fact, ...]:
    results = writer.results
    index, overall = results.figure("all", "index"), results.overall
    facts = []
    if overall.level is not None:
        level = results.level(overall.level)
        of = _("Level %(number)s of %(count)s") % {"number": level.number, "count": len(results.levels)}
        facts.append(Fact(level.title, of))
    if phrases.is_shown(index):
        note = _("95%% interval %(interval)s") % {"interval": phrases.interval(index)} if index.low is not None else ""
        facts.append(Fact(phrases.number(index), _("Maturity index, of 100"), note))
    change = (
        change_between(index, writer.previous.figure("all", "index")) if writer.previous and index.is_shown else None
    )
    if change is not None and writer.previous is not None:
        words = {"wave": writer.previous.campaign}
        label = _("Points since %(wave)s") % words
        facts.append(
            Fact(phrases.signed(change.difference), label, "" if change.is_clear else _("no clear change"))
            if change.is_clear
            else Fact("=", _("Against %(wave)s") % words, _("no clear change"))
        )
    facts.append(Fact(participation(results), _("People answered"), phrases.response_rate(results)))
    if overall.confidence and len(facts) < 4:
        reasons = " ".join(_(reason) for reason in overall.confidence_reasons)
        facts.append(Fact(overall.confidence, _("Confidence, A to D"), reasons))
    return tuple(facts)


def point_of(finding: Finding) -> Point:
    words = finding.because
    if finding.certainty != "clear":
        words = f"{words} ({finding.certainty_words})".strip()
    return Point(finding.heading, words)


def how_to_read(writer: Writer) -> Section:
    results = writer.results
    paragraphs = [
        _(
            "Everybody answered the same kind of questions about what they see at work. All answers are put on one "
            "scale from 0 to 100, and the scale has %(count)s named levels of equal standing in every chart."
        )
        % {"count": len(results.levels)},
        _(
            "The dot is the score, the bar through it the 95% interval: had others answered, the score would most "
            "likely lie inside. Where two intervals overlap, this report does not rank. “Could be chance” means "
            "what it says."
        ),
        _(
            "Results are shown only for groups of %(k)s or more. A hatch means hidden to protect anonymity; more is "
            "hidden than small groups alone where a difference would give them away."
        )
        % {"k": results.k},
        _(
            "“I can't see this from my job” is an answer, not a low score: it is left out of scores and reported "
            "on its own."
        ),
        *phrases.ways_asked(results),
    ]
    blocks: list[Block] = [_ladder(results), Prose(tuple(paragraphs)), _participants(results)]
    heading = (
        _("Fewer than %(k)s people answered, and this is how to read the report") % {"k": localize(results.k)}
        if results.answered is None
        else _("%(count)s people answered, and this is how to read what they said")
        % {"count": localize(results.answered)}
    )
    return Section("how", _("How to read this report"), heading, "", tuple(blocks))


def _ladder(results: Results) -> Ladder:
    steps = []
    for place, level in enumerate(results.levels):
        end = results.levels[place + 1].starts_at - 1 if place + 1 < len(results.levels) else 100
        band = _("%(low)d to %(high)d") % {"low": phrases.whole(level.starts_at), "high": phrases.whole(end)}
        shade = theme.shade(level.number, len(results.levels))
        here = level.number == results.overall.level
        steps.append(Step(level.number, level.title, band, level.meaning, shade, here))
    return Ladder(tuple(steps), _("You are here"))


def _participants(results: Results) -> Grid:
    rows = []
    sides = [results.figure(group.key, "index") for group in results.groups if group.kind == "side"]
    for group in results.groups:
        if group.kind not in ("all", "side", "role"):
            continue
        # A side of one role stands once.
        if group.kind == "role" and (same := results.figure(group.key, "index")).is_shown and same in sides:
            continue
        count = phrases.hidden() if group.answered is None else str(localize(group.answered))
        index = results.figure(group.key, "index")
        shown = phrases.number(index) if phrases.is_shown(index) else phrases.absence(index)
        rows.append((group.title, count, shown, phrases.interval(index)))
    return Grid(
        _("Who answered"),
        (_("Group"), _("Answers"), _("Index"), _("95% interval")),
        tuple(rows),
        (0.46, 0.18, 0.18, 0.18),
        (1, 2, 3),
    )


def profile(writer: Writer, instrument: str) -> Section | None:
    """One lens as dot rows, its finding as the heading."""
    results = writer.results
    chart = build.instrument_rows(results, instrument, previous=writer.previous)
    finding = findings.contrast_finding(results, instrument)
    title = writer.title_of(instrument)
    figure = results.figure("all", f"instrument:{instrument}")
    lead = finding.because if finding else results.subject(f"instrument:{instrument}").summary
    if phrases.is_shown(figure):
        together = _("All together: %(figure)s.") % {"figure": phrases.of_hundred(results, figure)}
        lead = f"{lead} {together}"
    heading = finding.heading if finding else title
    return Section(f"profile-{instrument}", title, heading, lead, (writer.exhibit(chart, title),))


def beside_the_index(writer: Writer) -> Section | None:
    """The batteries: what was asked and counts in no level."""
    results = writer.results
    rows = []
    for subject in results.dimensions():
        figure = results.figure("all", subject.key)
        if not subject.is_scored and figure.absence != "not_asked":
            shown = phrases.number(figure) if phrases.is_shown(figure) else phrases.absence(figure)
            rows.append((subject.title, shown, phrases.interval(figure)))
    if not rows:
        return None
    finding = findings.value_finding(results)
    grid = Grid(
        _("Scores that count in no level"),
        (_("Topic"), _("Of 100"), _("95% interval")),
        tuple(rows),
        (0.6, 0.2, 0.2),
        (1, 2),
    )
    heading = finding.heading if finding else _("What stands beside the index")
    lead = finding.because if finding else _("These questions explain; they do not enter the level.")
    return Section("beside", _("Beside the index"), heading, lead, (grid,))


def level_ladder(writer: Writer) -> Section | None:
    """The gate: each dimension of the first lens with its level, and what the next one asks for."""
    results = writer.results
    if results.is_pulse or results.overall.level is None or not writer.instruments:
        return None
    first = writer.instruments[0]
    rows = []
    for subject in findings.scored_dimensions(results, first):
        figure = results.figure("all", subject.key)
        if not phrases.is_shown(figure):
            rows.append((subject.title, phrases.absence(figure), "", ""))
            continue
        following = results.levels[figure.level] if figure.level and figure.level < len(results.levels) else None
        rows.append(
            (
                subject.title,
                phrases.number(figure),
                phrases.level_title(results, figure),
                _("%(level)s, from %(score)s") % {"level": following.title, "score": phrases.whole(following.starts_at)}
                if following
                else _("Keep it"),
            )
        )
    ranked = findings.ranked_dimensions(results, first)
    lowest = ranked[-1][0].title if ranked else ""
    overall = results.overall
    if overall.held_by:
        heading = _("%(holder)s decides the level") % {"holder": results.subject(overall.held_by).title}
    else:
        heading = _("No single weakness holds the level back")
    lead = _(
        "The overall level is the level of the index, but never more than one above the lowest of %(lens)s. "
        "The lowest is %(lowest)s."
    ) % {"lens": writer.title_of(first), "lowest": lowest}
    grid = Grid(
        _("Level by level"),
        (_("Topic"), _("Score"), _("Level"), _("Next level")),
        tuple(rows),
        (0.42, 0.12, 0.2, 0.26),
        (1,),
        _equal_weights_note(results),
    )
    return Section("ladder", _("What decides the level"), heading, lead, (grid,))


def _equal_weights_note(results: Results) -> str:
    overall = results.overall
    if overall.equal_weights_index is None or overall.equal_weights_level is None:
        return ""
    words = {
        "score": phrases.whole(overall.equal_weights_index),
        "level": results.level(overall.equal_weights_level).title,
    }
    if overall.equal_weights_level == overall.level_of_index:
        return _("With equal weights the index would be %(score)s, at the same level.") % words
    return _("With equal weights the index would be %(score)s and its level %(level)s.") % words


def leaders_and_staff(writer: Writer, *, most: int) -> Section | None:
    """Dumbbells of the largest gaps, at most `most` of them."""
    results = writer.results
    finding = findings.gap_finding(results)
    chart = build.gap_rows(results)
    if finding is None or chart is None:
        return None
    title = _("The same questions, answered by leaders and by staff")
    sizes = {gap.subject: findings.size_of(gap) for gap in results.gaps}
    chart = replace(chart, rows=tuple(sorted(chart.rows, key=lambda row: sizes[row.key], reverse=True)))
    if len(chart.rows) > most:
        title = _("The same questions, answered by leaders and by staff: the %(shown)s largest of %(all)s gaps") % {
            "shown": most,
            "all": len(chart.rows),
        }
        rows = chart.rows[:most]
        chart = replace(chart, rows=rows, alt=f"{title}. {'. '.join(row.alt for row in rows)}.")
    blocks: list[Block] = [writer.exhibit(chart, title)]
    if finding.certainty == "clear":
        text = _("Agree on the facts first: visit the places where the two pictures differ before deciding anything.")
        blocks.append(Aside(_("So what"), text))
    return Section("gaps", _("Leaders and staff"), finding.heading, finding.because, tuple(blocks))


def units(writer: Writer) -> Section | None:
    """Heatmaps of every lens by unit; silent where there is only one unit."""
    results = writer.results
    shown = [group for group in results.groups if group.kind == "unit"]
    if len(shown) < 2:
        return None
    finding = findings.silo_finding(results)
    blocks: list[Block] = []
    for instrument in writer.instruments[:2]:
        chart = grids.heatmap(results, instrument)
        if chart.columns:
            blocks.append(writer.exhibit(_shortened(chart), chart.title))
    heading = finding.heading if finding else _("The same organisation, unit by unit")
    lead = finding.because if finding else ""
    return Section("units", _("Units"), heading, lead, tuple(blocks))


def crossings(writer: Writer) -> Section | None:
    """Heatmaps of the first lens by contact with customers and by pairs, where these were declared."""
    results = writer.results
    offered = [one for one in groupings_of(results) if one not in {"unit", "role"}]
    if not offered or not writer.instruments:
        return None
    instrument = writer.instruments[0]
    charts = [grids.heatmap(results, instrument, one) for one in offered]
    blocks = tuple(writer.exhibit(_shortened(chart), chart.title) for chart in charts if chart.columns)
    lead = _("Chosen before the first answer. Each figure is the mean over the people of the group.")
    return Section("crossings", _("Further groups"), _("The same organisation, group by group"), lead, blocks)


def _shortened(chart: HeatChart) -> HeatChart:
    """Return the chart with at most as many units as a printed page can hold; the page online has them all."""
    if len(chart.rows) <= MOST_UNITS_IN_PRINT:
        return chart
    caption = _("%(caption)s The first %(count)s units; all stand on the results page.") % {
        "caption": chart.caption,
        "count": MOST_UNITS_IN_PRINT,
    }
    return replace(chart, caption=caption, rows=chart.rows[:MOST_UNITS_IN_PRINT])


def agreement(writer: Writer) -> Section | None:
    """The questions on which people agree least, for one set of labels."""
    results = writer.results
    disputed = grids.disputed_items(results, most=12)
    if not disputed:
        return None
    labels = disputed[0].labels
    items = [item for item in disputed if item.labels == labels][:6]
    chart = grids.stack_of(results, "disputed", items)
    split = sum(item.consensus is not None and item.consensus < grids.SPLIT for item in results.items)
    if split:
        heading = ngettext(
            "People are split on %(count)s question", "People are split on %(count)s questions", split
        ) % {"count": split}
    else:
        heading = _("People see the same organisation, with few disputes")
    lead = _("Where answers differ most, there is something to talk about before there is something to fix.")
    return Section(
        "agreement",
        _("Where people agree and differ"),
        heading,
        lead,
        (writer.exhibit(chart, _("Questions with the least agreement, answers in per cent")),),
    )
