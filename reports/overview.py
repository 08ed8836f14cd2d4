"""What the results page says, section by section: a heading that is the finding, its charts, and how it was computed.

Everything comes from a release; pages print it and compute nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import localize
from django.utils.translation import gettext as _

from reports import headlines
from reports.charts import build, grids, phrases
from reports.charts.build import Peers
from reports.charts.spec import Chart
from reports.groupings import Grouping, grouping_words
from reports.results import Results, Subject


@dataclass(frozen=True)
class Section:
    """`label` names the topic above the heading; `method` says how its figures were computed."""

    key: str
    label: str
    heading: str
    charts: tuple[Chart, ...] = ()
    intro: str = ""
    method: str = ""


def lenses(results: Results) -> tuple[Subject, ...]:
    """Return the instruments that count, the heaviest first."""
    scored = [subject for subject in results.subjects if subject.kind == "instrument" and subject.is_scored]
    return tuple(sorted(scored, key=lambda subject: -results.weights.get(subject.key, 0)))


def instrument_sections(
    results: Results, *, previous: Results | None, peers: Mapping[str, Peers]
) -> tuple[Section, ...]:
    """Return one section of dot rows for each instrument that counts."""
    return tuple(
        Section(
            key=subject.instrument,
            label=subject.title,
            heading=headlines.weakest_heading(results, results.dimensions(subject.instrument)),
            charts=(build.instrument_rows(results, subject.instrument, previous=previous, peers=peers),),
            intro=subject.summary,
            method=_score_method(results),
        )
        for subject in lenses(results)
        if results.dimensions(subject.instrument)
    )


def gap_section(results: Results, lens: str) -> Section:
    """Return leaders against staff, and what is claimed against what is lived, for one instrument's dimensions."""
    subjects = results.dimensions(lens)
    gaps = build.gap_rows(results, lens)
    return Section(
        key="gaps",
        label=_("Leaders and staff"),
        heading=headlines.gap_heading(results, subjects),
        charts=(gaps,) if gaps else (),
        method=_(
            "Leaders minus staff, on questions that both were asked with the same words. A gap is called clear when "
            "it would survive the search through all topics (Benjamini and Hochberg at 10%) and is 10 points or more; "
            "that takes 8 leaders and 20 staff. Rows are sorted by the difference after it was drawn towards the "
            "overall gap, because the largest of many differences is partly luck."
        ),
    )


def claim_section(results: Results, lens: str) -> Section | None:
    chart = build.claim_rows(results, [subject.key for subject in results.dimensions(lens)])
    if chart is None:
        return None
    return Section(
        key="claims",
        label=_("Said and done"),
        heading=_("What leaders claim beside what people live"),
        charts=(chart,),
        method=_(
            "Claimed is the mean of the ladders that managers and executives answered; lived is the weighted mean of "
            "what everybody experiences. They rest on different questions, so no difference is called clear."
        ),
    )


def groups_section(
    results: Results, lens: str, grouping: Grouping, previous: Results | None, *, show_change: bool
) -> Section:
    """Return the groups' heatmap for one instrument, as scores or as change since the wave before."""
    if show_change and previous:
        chart = grids.change_heatmap(results, previous, lens, grouping)
    else:
        chart = grids.heatmap(results, lens, grouping)
    return Section(
        key="units",
        label=grouping_words(grouping),
        heading=headlines.groups_heading(results, f"instrument:{lens}", grouping),
        charts=(chart,),
        intro=_(
            "A score needs at least %(k)d answers. Where a hidden score could be worked out from the others, "
            "another one is hidden too."
        )
        % {"k": results.k},
        method=_score_method(results) if grouping == "unit" else _plain_method(results),
    )


def agreement_section(results: Results) -> Section | None:
    chart = grids.disputed_stack(results)
    if chart is None:
        return None
    split = sum(item.consensus is not None and item.consensus < grids.SPLIT for item in results.items)
    intro = _("The questions with the least agreement, at most six.") if split > 1 else ""
    heading = (
        _("People are split on %(count)d questions") % {"count": split}
        if split > 1
        else _("People are split on one question")
        if split
        else _("No question splits the organisation")
    )
    return Section(
        key="agreement",
        label=_("Where people agree and differ"),
        heading=heading,
        charts=(chart,),
        intro=intro,
        method=_(
            "Agreement is 1 minus the variance of the answers on 0 to 100, divided by 2,500: 1 when all say the same, "
            "0 when half choose each end. From .80 a view is shared, below .65 people are split."
        ),
    )


def battery_charts(results: Results) -> tuple[Chart, ...]:
    """Return dot rows of the instruments that explain and do not count, where anything of them is shown."""
    batteries = [subject for subject in results.subjects if subject.kind == "instrument" and not subject.is_scored]
    return tuple(
        build.instrument_rows(results, subject.instrument)
        for subject in batteries
        if any(phrases.is_shown(results.figure("all", one.key)) for one in results.dimensions(subject.instrument))
    )


def dimension_heading(results: Results, key: str) -> str:
    """Return where a dimension stands, and the clear gap if there is one."""
    figure = results.figure("all", key)
    words = {"topic": results.subject(key).title, "score": phrases.number(figure), "points": 0}
    if not phrases.is_shown(figure):
        return _("%(topic)s: %(absence)s") % {**words, "absence": phrases.absence(figure)}
    words["level"] = phrases.level_title(results, figure)
    gap = next((gap for gap in results.gaps if gap.subject == key and gap.verdict == "clear"), None)
    if gap and gap.difference:
        words["points"] = phrases.whole(abs(gap.difference))
        if gap.difference > 0:
            return _("%(topic)s stands at %(score)s, and leaders see %(points)d points more than staff do") % words
        return _("%(topic)s stands at %(score)s, and staff see %(points)d points more than leaders do") % words
    if words["level"]:
        return _("%(topic)s stands at %(score)s: %(level)s") % words
    return _("%(topic)s stands at %(score)s of 100") % words


def dimension_facts(results: Results, key: str, previous: Results | None) -> list[str]:
    """Return sentences about a dimension's figure: interval, answers, change, who could not see it."""
    figure = results.figure("all", key)
    if not phrases.is_shown(figure):
        return []
    count = phrases.answers(figure.n)
    sentences = [_("%(figure)s; %(answers)s.") % {"figure": phrases.of_hundred(results, figure), "answers": count}]
    before = previous.figure("all", key) if previous else None
    if before and phrases.is_shown(before) and previous:
        change = build.change_words(figure, before)
        words = {"wave": previous.wave, "score": phrases.number(before), "change": change}
        if change:
            sentences.append(_("Wave %(wave)d stood at %(score)s: %(change)s.") % words)
    if figure.dont_know is not None:
        words = {"share": phrases.percent(figure.dont_know)}
        sentences.append(_("%(share)s of what was asked could not be seen from people's jobs.") % words)
    if figure.native_mean is not None and figure.native_sd is not None:
        words = {"mean": localize(round(figure.native_mean, 2)), "sd": localize(round(figure.native_sd, 2))}
        sentences.append(_("On the questions' own points: mean %(mean)s, standard deviation %(sd)s.") % words)
    return sentences


def _score_method(results: Results) -> str:
    groups = ", ".join(
        _("%(group)s %(weight)s") % {"group": _role_title(results, key), "weight": phrases.percent(weight)}
        for key, weight in results.weights.items()
        if not key.startswith("instrument:")
    )
    words = {"groups": groups}
    if not groups:
        return _(
            "Each person's score is the mean of their answers on 0 to 100, for those who answered at least half of "
            "what they were asked. The figure is the mean over people, with its 95% interval."
        )
    return (
        _(
            "Each person's score is the mean of their answers on 0 to 100, for those who answered at least half of "
            "what they were asked. Means of role groups are then weighted: %(groups)s. The bar is the 95%% interval."
        )
        % words
    )


def _signs() -> str:
    return _(
        "Signs are: half of the questions answered in under two seconds each; the same answer nearly throughout at "
        "that speed; opposite ends for questions that ask much the same; mostly “I can't see this”."
    )


def _plain_method(results: Results) -> str:
    return _(
        "Each person's score is the mean of their answers on 0 to 100, for those who answered at least half of what "
        "they were asked. A group's figure is the mean over its people, each counting the same; only the whole "
        "organisation and units weigh role groups."
    )


def _role_title(results: Results, key: str) -> str:
    return next((group.title for group in results.groups if group.key == f"role:{key}"), key)


def facts(results: Results) -> str:
    """Return the line above the heading: wave, closing day, how many answered, smallest group."""
    words = {
        "wave": results.wave,
        "date": phrases.closed_on(results),
        "answered": phrases.all_answers(results),
        "invited": results.invited,
        "rate": phrases.response_rate(results),
        "k": results.k,
    }
    if words["rate"]:
        return (
            _(
                "Wave %(wave)d · closed on %(date)s · %(answered)s from %(invited)d invited (%(rate)s) · "
                "groups from %(k)d people"
            )
            % words
        )
    return _("Wave %(wave)d · closed on %(date)s · %(answered)s · groups from %(k)d people") % words


def method_facts(results: Results) -> list[tuple[str, str]]:
    """Return what every figure of the page rests on, as (name, text) pairs."""
    shares = [
        _("%(lens)s %(share)s") % {"lens": lens.title, "share": phrases.percent(results.weights.get(lens.key, 0))}
        for lens in lenses(results)
    ]
    rows = [
        (_("Questionnaire"), f"{results.framework} {results.edition}"),
        (_("Fingerprint of the edition"), results.edition_fingerprint),
        (_("Answers"), phrases.all_answers(results)),
        (_("Smallest group shown"), _("%(k)d people") % {"k": results.k}),
        (_("How scores are made"), _score_method(results)),
    ]
    if asked := phrases.ways_asked(results):
        rows.append((_("How people were asked"), " ".join(asked)))
    if signs := headlines.flagged_sentences(results):
        rows.append((_("Careless answers"), " ".join([*signs, _signs()])))
    if shares and not results.is_pulse:
        rows.append((_("Share of each lens in the overall score"), ", ".join(shares)))
    if results.levels:
        levels = [
            _("%(level)s from %(start)d") % {"level": level.title, "start": phrases.whole(level.starts_at)}
            for level in results.levels
        ]
        rows.append((_("Levels"), ", ".join(levels)))
    return rows
