"""The field's analyses in words: what each says about this organisation, its rows, or why there is none. Pure.

An analysis that nobody here knows by name still prints its rows, so that a framework may bring its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import carrying, since
from reports.charts import build, phrases
from reports.charts.spec import LegendEntry, Mark, Row, RowChart, Span, Table
from reports.explained import Explanation, is_number, plainly, share, signed, title_of, topic, whole
from reports.results import Analysis, Figure, Results


def explanations(results: Results) -> tuple[Explanation, ...]:
    """Return every analysis of the release, those with figures first."""
    told = []
    for analysis in results.analyses:
        if analysis.absence:
            told.append(Explanation(analysis.key, title_of(analysis.key), (_(analysis.absence),), is_absent=True))
        else:
            told.append(KNOWN.get(analysis.key, _unknown)(results, analysis))
    told += carrying.weights_table(results)
    return tuple(sorted(told, key=lambda explanation: explanation.is_absent))


def _depth(results: Results, analysis: Analysis) -> Explanation:
    values = analysis.values
    zone = {
        "not_started": _("The work has not started: neither words nor processes nor values carry it yet."),
        "symbolic": _("It is carried by words: what is said runs ahead of what is done."),
        "process": _("It is carried by processes: rules and routines exist, values are still forming."),
        "strong_process": _("Processes are strong and the roots are shallow: little would outlast its champions."),
        "substantive": _("It is carried by values: people act on it unprompted."),
    }.get(str(values.get("zone")), "")
    sentences = [zone] if zone else []
    if is_number(values.get("TW")):
        words = {"points": phrases.signed(values["TW"])}
        sentences.append(_("Words minus what is practised: %(points)s points.") % words)
    rows = (
        {"key": "Sy", "title": _("Words and gestures"), "score": values.get("Sy")},
        {"key": "Pr", "title": _("Rules and routines"), "score": values.get("Pr")},
        {"key": "Va", "title": _("Values that people act on"), "score": values.get("Va")},
        {
            "key": "D",
            "title": _("Depth: mean of rules and values"),
            "score": values.get("D"),
            "low": values.get("D_low"),
            "high": values.get("D_high"),
        },
    )
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        tuple(sentences),
        chart=_dots(results, analysis.key, rows),
        method=_(
            "Each question belongs to words, to rules or to values; the three are weighted means over role groups. "
            "Depth is the mean of rules and values."
        ),
    )


def _hero(_results: Results, analysis: Analysis) -> Explanation:
    values = analysis.values
    sentences = [
        {
            "low": _("The work would go on if one person left."),
            "watch": _("Some of the work hangs on one person."),
            "high": _("Much of the work hangs on one person."),
        }.get(str(values.get("zone")), "")
    ]
    if is_number(values.get("risk")):
        words = {"risk": phrases.whole(values["risk"]), "answers": phrases.answers(values.get("n"))}
        sentences.append(
            _("Risk %(risk)d of 100, from %(answers)s.") % words
            if values.get("n")
            else _("Risk %(risk)d of 100.") % words
        )
    if values.get("is_partial"):
        sentences.append(_("The list of duties and stand-ins is missing, so this figure is partial."))
    table = None
    if analysis.rows:
        rows = tuple((str(row.get("title", "")), share(row.get("share"))) for row in analysis.rows)
        table = Table((_("Named as the one who holds it together"), _("Share of the answers")), rows)
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        tuple(filter(None, sentences)),
        table=table,
        method=_(
            "Concentration is the chance that two people name the same role; it counts two parts, and a low score "
            "in the topic itself counts one."
        ),
    )


def _resources(_results: Results, analysis: Analysis) -> Explanation:
    columns: dict[str, tuple[str, Callable[[Any], str]]] = {
        "text": (_("Resource"), str),
        "access": (_("Access, 0 to 100"), whole),
        "wish": (_("Wished for by"), share),
        "priority": (_("Priority, 0 to 100"), whole),
        "employees": (_("Employees' access"), whole),
        "agents": (_("Agents' access"), whole),
        "managers_say": (_("Managers say"), whole),
        "assumption_gap": (_("Managers minus staff"), signed),
    }
    known = {
        name: column for name, column in columns.items() if any(row.get(name) is not None for row in analysis.rows)
    }
    table = Table(
        tuple(title for title, _print in known.values()),
        tuple(
            tuple("" if row.get(name) is None else show(row[name]) for name, (_title, show) in known.items())
            for row in analysis.rows
        ),
    )
    sentences = []
    if analysis.rows:
        words = {"resource": analysis.rows[0].get("text") or analysis.rows[0].get("title", "")}
        sentences.append(_("First in line: “%(resource)s”.") % words)
    if is_number(analysis.values.get("access_index")):
        words = {"score": phrases.whole(analysis.values["access_index"])}
        sentences.append(_("Access to what people wish for most stands at %(score)d of 100.") % words)
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        tuple(sentences),
        table=table,
        method=_("Priority is the share of people who wish for more of it, times what is missing to 100."),
    )


def _values(_results: Results, analysis: Analysis) -> Explanation:
    values = analysis.values
    leans = str(values.get("leans_to", ""))
    sentences = [
        {
            "functional": _("Customers get a useful product and are treated less well."),
            "experiential": _("Customers are treated well and get a less useful product."),
        }.get(leans, _("What customers get and how they are treated stand close together."))
    ]
    if is_number(values.get("functional")) and is_number(values.get("experiential")):
        words = {
            "functional": phrases.whole(values["functional"]),
            "experiential": phrases.whole(values["experiential"]),
        }
        sentences.append(_("Use %(functional)d, treatment %(experiential)d of 100, as staff see it.") % words)
    return Explanation(analysis.key, title_of(analysis.key), tuple(sentences))


def _shifts(results: Results, analysis: Analysis) -> Explanation:
    rows = tuple(
        {
            **row,
            "title": _("%(start)s – %(end)s") % {"start": row.get("start", ""), "end": row.get("end", "")},
            "score": row.get("position"),
        }
        for row in analysis.rows
    )
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        (_("0 is where the habit starts, 100 where it leads."),),
        chart=_dots(results, analysis.key, rows),
    )


def _definition(results: Results, analysis: Analysis) -> Explanation:
    return Explanation(analysis.key, title_of(analysis.key), chart=_dots(results, analysis.key, analysis.rows))


def _silos(results: Results, analysis: Analysis) -> Explanation:
    sentence = {
        "aligned": _("Units stand close together once chance is taken out."),
        "uneven": _("Units differ somewhat more than chance explains."),
        "silos": _("Units differ so much that one answer does not fit all of them."),
    }.get(str(analysis.values.get("label")), "")
    rows = tuple(
        (topic(results, row), whole(row.get("corrected")), share(row.get("share")), str(row.get("departments", "")))
        for row in analysis.rows
    )
    columns = (_("Topic"), _("Spread without chance, points"), _("Share between units"), _("Units compared"))
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        (sentence,) if sentence else (),
        table=Table(columns, rows) if rows else None,
        method=_(
            "The spread of the units' means, less what answers of so few people spread by chance. Under 4 points "
            "units are aligned, from 8 they are silos."
        ),
    )


def _consensus(results: Results, analysis: Analysis) -> Explanation:
    words = {"shared": _("shared view"), "mixed": _("mixed"), "split": _("split")}
    rows = tuple(
        (topic(results, row), f"{float(row['a']):.2f}", words.get(str(row.get("label")), "")) for row in analysis.rows
    )
    table = Table((_("Topic"), _("Agreement, 0 to 1"), _("In words")), rows)
    return Explanation(analysis.key, title_of(analysis.key), table=table)


def _decay(results: Results, analysis: Analysis) -> Explanation:
    titles = {str(row.get("from")): str(row.get("from_title", "")) for row in analysis.rows}
    titles |= {str(row.get("to")): str(row.get("to_title", "")) for row in analysis.rows}
    breaks = [titles.get(str(key), str(key)) for key in analysis.values.get("breaks_at", ())]
    if len(breaks) == 2:
        sentence = _("The picture breaks between %(upper)s and %(lower)s.") % {"upper": breaks[0], "lower": breaks[1]}
    else:
        sentence = _("No step between levels of the hierarchy is clearly larger than chance.")
    verdicts = {"clear": _("clear"), "chance": _("could be chance"), "too_few": _("too few to compare")}
    rows = tuple(
        (
            _("%(upper)s and %(lower)s") % {"upper": row.get("from_title", ""), "lower": row.get("to_title", "")},
            signed(row.get("difference")),
            _("%(low)s to %(high)s") % {"low": signed(row.get("low")), "high": signed(row.get("high"))},
            verdicts.get(str(row.get("verdict")), ""),
        )
        for row in analysis.rows
    )
    columns = (_("Between"), _("Difference"), _("95% interval"), _("Verdict"))
    return Explanation(analysis.key, title_of(analysis.key), (sentence,), table=Table(columns, rows) if rows else None)


def _drivers(_results: Results, analysis: Analysis) -> Explanation:
    agree = analysis.values.get("leaders_agree")
    sentences = []
    if agree is not None:
        sentences.append(
            _("Leaders agree why.") if agree else _("Leaders do not agree why. That is worth settling first.")
        )
    heaviest = sorted(analysis.rows, key=lambda row: -float(row.get("share") or 0))
    rows = tuple((str(row.get("title", "")), share(row.get("share"))) for row in heaviest)
    table = Table((_("Reason"), _("Share of the tokens")), rows) if rows else None
    return Explanation(analysis.key, title_of(analysis.key), tuple(sentences), table=table)


def _sight(results: Results, analysis: Analysis) -> Explanation:
    groups = list(dict.fromkeys(str(row.get("group")) for row in analysis.rows))
    titles = {group.key: group.title for group in results.groups}
    shares = {(str(row.get("subject")), str(row.get("group"))): row.get("share") for row in analysis.rows}
    subjects = list(dict.fromkeys(str(row.get("subject")) for row in analysis.rows))
    table = Table(
        (_("Topic"), *(titles.get(group, group) for group in groups)),
        tuple(
            (topic(results, {"subject": subject}), *(share(shares.get((subject, group))) for group in groups))
            for subject in subjects
        ),
    )
    findings = sum(bool(row.get("is_finding")) for row in analysis.rows)
    sentence = (
        ngettext(
            "In %(count)d place many people cannot see from their job what was asked.",
            "In %(count)d places many people cannot see from their job what was asked.",
            findings,
        )
        % {"count": findings}
        if findings
        else _("Most people can see from their job what was asked.")
    )
    return Explanation(analysis.key, title_of(analysis.key), (sentence,), table=table)


def _change(results: Results, analysis: Analysis) -> Explanation:
    words, table = since.sentences(results, analysis), since.table(results, analysis)
    return Explanation(analysis.key, title_of(analysis.key), words, table=table, method=since.method())


def _confidence(results: Results, analysis: Analysis) -> Explanation:
    rows = tuple(
        (topic(results, row), str(row.get("grade", "")), " ".join(_(str(reason)) for reason in row.get("reasons", ())))
        for row in analysis.rows
    )
    table = Table((_("Topic"), _("Confidence"), _("Why not A")), rows)
    return Explanation(
        analysis.key,
        title_of(analysis.key),
        table=table,
        method=_("A when enough people of all roles answered and agree closely; each missed condition costs a letter."),
    )


def confidence_of(results: Results, subject: str) -> str:
    """Return a topic's confidence letter with its reasons as a sentence, or nothing."""
    analysis = results.analysis("confidence")
    row = next((row for row in analysis.rows if row.get("subject") == subject), None) if analysis else None
    if row is None:
        return ""
    words = {"letter": row.get("grade", ""), "reasons": " ".join(_(str(reason)) for reason in row.get("reasons", ()))}
    return (_("Confidence %(letter)s: %(reasons)s") if words["reasons"] else _("Confidence %(letter)s.")) % words


def _unknown(_results: Results, analysis: Analysis) -> Explanation:
    columns = [name for name in analysis.rows[0] if name != "key"] if analysis.rows else []
    rows = tuple(tuple(plainly(row.get(name)) for name in columns) for row in analysis.rows)
    heads = tuple(name.replace("_", " ").capitalize() for name in columns)
    return Explanation(analysis.key, title_of(analysis.key), table=Table(heads, rows) if rows else None)


KNOWN: Mapping[str, Callable[[Results, Analysis], Explanation]] = {
    "symbolic_substantive": _depth,
    "hero": _hero,
    "resources": _resources,
    "values": _values,
    "shifts": _shifts,
    "definition": _definition,
    "silo_dispersion": _silos,
    "consensus": _consensus,
    "decay": _decay,
    "drivers": _drivers,
    "line_of_sight": _sight,
    "confidence": _confidence,
    "change": _change,
    "consistency": carrying.consistency,
    "unit_reliability": carrying.unit_reliability,
    "claimed_lived": carrying.claimed_lived,
    "evidence": carrying.evidence,
    "qualities": carrying.qualities,
}


def _dots(results: Results, key: str, entries: tuple[Mapping[str, Any], ...]) -> RowChart | None:
    """Return rows of "title", "score", "low", "high" and "n" as dots with intervals; those without a score drop out."""
    rows, cells = [], []
    for entry in entries:
        if not is_number(entry.get("score")):
            continue
        figure = Figure(score=entry["score"], low=entry.get("low"), high=entry.get("high"))
        title = str(entry.get("title", ""))
        spans = () if figure.low is None or figure.high is None else (Span("interval", figure.low, figure.high),)
        alt = f"{title}: {phrases.of_hundred(results, figure)}"
        mark = Mark("dot", entry["score"], _("score"))
        rows.append(Row(str(entry.get("key", title)), title, (mark,), spans, phrases.number(figure), alt=alt))
        cells.append((title, phrases.number(figure), phrases.interval(figure)))
    if not rows:
        return None
    return RowChart(
        key=key,
        title=title_of(key),
        caption=phrases.source_line(results),
        levels=(),
        rows=tuple(rows),
        legend=(LegendEntry("dot", _("position from 0 to 100")), LegendEntry("interval", _("95% interval"))),
        table=Table((_("What"), _("Position"), _("95% interval")), tuple(cells)),
        alt=". ".join(row.alt for row in rows),
        edges=build.edges(results),
    )
