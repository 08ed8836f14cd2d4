"""The sections that end a report: what lies behind the scores, what to do, how it was worked out; and the brief's."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from reports import findings, headlines, recommendations
from reports.blocks import (
    Action,
    Aside,
    Block,
    Colophon,
    Column,
    Columns,
    Fact,
    Facts,
    Grid,
    Phase,
    Point,
    Prose,
    Roadmap,
    Section,
)
from reports.charts import build, phrases
from reports.results import Results, Subject
from reports.sections import point_of, profile
from reports.writer import Writer, participation


def analyses(writer: Writer) -> Section | None:
    """What lies behind the scores: talk and deeds, dependence on few, resources, shifts; and what cannot be told."""
    results = writer.results
    found = findings.present(
        [
            findings.depth_finding(results),
            findings.hero_finding(results),
            findings.drivers_finding(results),
        ]
    )
    seen = findings.sight_findings(results)[:3]
    blocks: list[Block] = []
    points = tuple(point_of(finding) for finding in (*found, *seen))
    if points:
        blocks.append(Columns(tuple(Column("", half) for half in _halves(points))))
    claims = build.claim_rows(results, [subject.key for subject in _lens(writer)])
    if claims is not None:
        blocks.append(writer.exhibit(claims, _("What leaders claim, and what people live")))
    blocks.extend(grid for grid in (_resources(results), _shifts(results)) if grid is not None)
    absent = tuple(analysis.absence for analysis in results.analyses if analysis.absence)
    if absent:
        blocks.append(Aside(_("What cannot be told"), " ".join(absent)))
    if not blocks:
        return None
    heading = found[0].heading if found else _("What lies behind the scores")
    return Section("analyses", _("Behind the scores"), heading, "", tuple(blocks))


def _lens(writer: Writer) -> Sequence[Subject]:
    return writer.results.dimensions(writer.instruments[0]) if writer.instruments else ()


def _halves(points: tuple[Point, ...]) -> tuple[tuple[Point, ...], ...]:
    middle = (len(points) + 1) // 2
    return tuple(half for half in (points[:middle], points[middle:]) if half)


def _resources(results: Results) -> Grid | None:
    analysis = results.analysis("resources")
    if analysis is None or analysis.absence or not analysis.rows:
        return None
    rows = sorted(analysis.rows, key=lambda row: -float(row.get("priority") or 0))
    entries = tuple(
        (
            str(row.get("text") or row.get("title") or ""),
            _number(row.get("access")),
            "" if row.get("wish") is None else phrases.percent(float(row["wish"])),
            _number(row.get("priority")),
        )
        for row in rows
    )
    return Grid(
        _("What staff lack most for serving customers"),
        (_("Resource"), _("Access, of 100"), _("Wish for it"), _("Priority")),
        entries,
        (0.46, 0.18, 0.18, 0.18),
        (1, 2, 3),
    )


def _shifts(results: Results) -> Grid | None:
    analysis = results.analysis("shifts")
    if analysis is None or analysis.absence or not analysis.rows:
        return None
    entries = tuple(
        (
            str(row.get("start", "")),
            str(row.get("end", "")),
            _number(row.get("position")),
            _("%(low)s to %(high)s") % {"low": _number(row.get("low")), "high": _number(row.get("high"))},
        )
        for row in analysis.rows
    )
    return Grid(
        _("How far each shift has come"),
        (_("From, 0"), _("To, 100"), _("Position"), _("95% interval")),
        entries,
        (0.32, 0.32, 0.16, 0.2),
        (2, 3),
    )


def _number(value: object) -> str:
    return str(phrases.whole(value)) if isinstance(value, int | float) else ""


def priorities(writer: Writer) -> Section | None:
    roadmap = _roadmap(writer.results)
    if roadmap is None:
        return None
    heading = _("Start small now, and give the big moves an owner")
    lead = _("Ranked by how far a topic is from its next level. Fill in owner and measure before the meeting ends.")
    return Section("priorities", _("Priorities"), heading, lead, (roadmap,))


def _roadmap(results: Results) -> Roadmap | None:
    phases = recommendations.phases(results)
    if not phases:
        return None
    return Roadmap(phases, (_("What to do"), _("Owner"), _("Measure and date")))


def method(writer: Writer) -> Section:
    results = writer.results
    weights = ", ".join(
        f"{writer.results.subject(key).title} {phrases.percent(share)}"
        for key, share in _heaviest_first(results)
        if key.startswith("instrument:") and share
    )
    roles = {group.key.removeprefix("role:"): group.title for group in results.groups if group.kind == "role"}
    voices = ", ".join(
        f"{roles[key]} {phrases.percent(share)}" for key, share in _heaviest_first(results) if key in roles
    )
    paragraphs = [
        _(
            "A person has a score in a topic when at least half of the questions asked there were answered. Scores "
            "of a role are means of its people; the organisation's score weighs the roles."
        ),
        *([_("Weights of the roles: %(weights)s.") % {"weights": voices}] if voices else []),
        *([_("Weights of the lenses in the index: %(weights)s.") % {"weights": weights}] if weights else []),
        *_told_another_way(results),
        *_where_names_come_from(writer),
        _(
            "Intervals are 95% intervals that allow for small groups. Gaps between leaders and staff are called "
            "clear only when they pass a correction for comparing many topics at once and reach 10 points."
        ),
        _(
            "What people say about their organisation is their view of it. This report has seen no documents and no "
            "customers' own answers, and a score is no proof of a cause."
        ),
    ]
    return Section(
        "method",
        _("Method and limits"),
        _("What these figures can and cannot say"),
        "",
        (Prose(tuple(paragraphs)), _colophon(writer)),
    )


def _told_another_way(results: Results) -> list[str]:
    """Return one paragraph: the score with everybody counting the same, and without careless answers."""
    sentences = [
        *headlines.unweighted_sentence(results),
        *headlines.flagged_sentences(results),
        *headlines.without_flagged_sentence(results),
    ]
    return [" ".join(sentences)] if sentences else []


def _where_names_come_from(writer: Writer) -> list[str]:
    """Return which names of the first lens a source states; nothing where the framework says so of none."""
    subjects = _lens(writer)
    if all(subject.source == "ours" for subject in subjects):
        return []
    words = {
        "stated": _("stated by the source"),
        "found": _("found in other public material"),
        "ours": _("our reading"),
    }
    named = [
        f"{words[source]}: {', '.join(subject.title for subject in subjects if subject.source == source)}"
        for source in words
        if any(subject.source == source for subject in subjects)
    ]
    lens = writer.title_of(writer.instruments[0])
    return [_("Where the names of %(lens)s come from: %(names)s.") % {"lens": lens, "names": "; ".join(named)}]


def _heaviest_first(results: Results) -> list[tuple[str, float]]:
    return sorted(results.weights.items(), key=lambda pair: -pair[1])


def _colophon(writer: Writer) -> Colophon:
    results = writer.results
    rows = [
        (_("Organisation"), results.organisation),
        (_("Wave"), f"{results.campaign} ({results.wave})"),
        (_("Closed"), phrases.closed_on(results)),
        (_("Release"), _("%(number)s of %(date)s") % {"number": writer.release_number, "date": writer.released_on}),
        (_("Questionnaire"), f"{results.framework} {results.edition}"),
        (_("Smallest group shown"), _("%(k)s people") % {"k": results.k}),
        (_("Answers"), participation(results)),
    ]
    return Colophon(tuple((label, value) for label, value in rows if value), _("Hash of this content"))


def brief_profile(writer: Writer) -> Section | None:
    """The first lens only; the others as one line each."""
    if not writer.instruments:
        return None
    section = profile(writer, writer.instruments[0])
    if section is None:
        return None
    results = writer.results
    others = tuple(
        Fact(phrases.number(figure), writer.title_of(instrument), phrases.level_title(results, figure))
        for instrument in writer.instruments[:4]
        if phrases.is_shown(figure := results.figure("all", f"instrument:{instrument}"))
    )
    blocks = (*(block for block in section.blocks if not isinstance(block, Aside)),)
    return Section(
        section.key, section.eyebrow, section.heading, section.lead, (*blocks, Facts(others)) if others else blocks
    )


def brief_next(writer: Writer) -> Section:
    """The nearest actions, and what the brief rests on."""
    roadmap = _roadmap(writer.results)
    blocks: list[Block] = []
    if roadmap is not None:
        first = roadmap.phases[0]
        blocks.append(Roadmap((Phase(first.title, first.span, _few(first.actions)),), roadmap.columns))
    blocks.append(_colophon(writer))
    return Section("next", _("Priorities"), _("What to begin with"), "", tuple(blocks))


def _few(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    return actions[:3]
