"""The sentences that head the results page's sections. Each says what was found, or that it cannot be told. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.changes import stand_apart
from reports.charts import phrases
from reports.groupings import Grouping, groups_by
from reports.results import WITHOUT_FLAGGED, Figure, Gap, Results, Subject

Ranked = list[tuple[str, Figure]]


def main_heading(results: Results) -> str:
    """Return the page's heading: the level, and the one thing beside it that is sure."""
    level = overall_level(results)
    first = results.dimensions(first_instrument(results))
    contrast = _ranked(results, first)
    gap = next((gap for gap in results.gaps if gap.subject == "index" and gap.verdict == "clear"), None)
    if not level:
        return weakest_heading(results, first) if contrast else _("Results of %(wave)s") % {"wave": results.campaign}
    if gap and gap.difference is not None:
        words = {"level": level}
        if gap.difference > 0:
            return _("%(level)s, but leaders see a better organisation than staff do") % words
        return _("%(level)s, and staff see a better organisation than leaders do") % words
    largest = largest_clear_gap(results)
    if largest and (largest.difference or 0) > 0:
        words = {"level": level, "topic": results.subject(largest.subject).title}
        return _("%(level)s, and leaders see more of “%(topic)s” than staff do") % words
    if len(contrast) > 1 and stand_apart(contrast[0][1], contrast[-1][1]):
        words = {"level": level, "lowest": contrast[-1][0], "highest": contrast[0][0]}
        return _("%(level)s: “%(highest)s” is furthest along, “%(lowest)s” has the longest way to go") % words
    return _("%(level)s, with no topic clearly ahead or behind") % {"level": level}


def overall_level(results: Results) -> str:
    """Return the level in words: its name, two names where the interval crosses a border, or nothing."""
    overall = results.overall
    if overall.level is None or results.is_pulse:
        return ""
    if overall.between and overall.between[0] != overall.between[1]:
        low, high = (results.level(number).title for number in overall.between)
        return _("Between %(low)s and %(high)s") % {"low": low, "high": high}
    return results.level(overall.level).title


def level_sentences(results: Results) -> list[str]:
    """Return what stands under the heading: score and interval, the gate, equal weights, confidence."""
    figure = results.figure("all", "index")
    overall = results.overall
    if results.is_pulse:
        return [_("This was a pulse: it shows topics, and no overall score or level.")]
    if not phrases.is_shown(figure):
        return [_("There is no overall score, because too little was answered for one.")]
    words = {"score": phrases.number(figure), "interval": phrases.interval(figure), "count": len(results.levels)}
    sentences = [_("Overall score %(score)s of 100 (95%% interval %(interval)s).") % words]
    if overall.level is not None:
        sentences.insert(0, _("Level %(level)d of %(count)d.") % {**words, "level": overall.level})
    sentences += [*_gate_sentence(results), *_equal_weights_sentence(results), *unweighted_sentence(results)]
    if overall.confidence:
        sentences.append(
            _("Confidence %(letter)s.") % {"letter": overall.confidence}
            if not overall.confidence_reasons
            else _("Confidence %(letter)s: %(reasons)s")
            % {"letter": overall.confidence, "reasons": " ".join(_(reason) for reason in overall.confidence_reasons)}
        )
    return sentences


def _gate_sentence(results: Results) -> list[str]:
    overall = results.overall
    if not overall.held_by or overall.level is None or overall.level_of_index in (None, overall.level):
        return []
    holding = results.figure("all", overall.held_by)
    words = {
        "level": overall.level,
        "topic": results.subject(overall.held_by).title,
        "topic_level": holding.level or overall.level - 1,
        "alone": overall.level_of_index,
    }
    return [
        _("Held at %(level)d because “%(topic)s” is at %(topic_level)d; the score alone would give %(alone)d.") % words
    ]


def _equal_weights_sentence(results: Results) -> list[str]:
    overall = results.overall
    if overall.equal_weights_index is None:
        return []
    words = {"score": phrases.whole(overall.equal_weights_index), "level": overall.equal_weights_level}
    if overall.equal_weights_level in (None, overall.level_of_index):
        return [_("With equal weights the score would be %(score)d, and the level the same.") % words]
    return [_("With equal weights the score would be %(score)d, which is level %(level)d.") % words]


def unweighted_sentence(results: Results) -> list[str]:
    """Return what the score would be if everybody counted the same, with the level only where it would differ."""
    overall = results.overall
    if overall.unweighted_index is None:
        return []
    words = {"score": phrases.whole(overall.unweighted_index), "level": overall.unweighted_level}
    if overall.unweighted_level in (None, overall.level_of_index):
        return [_("If everybody counted the same, whatever their role, the score would be %(score)d.") % words]
    return [
        _("If everybody counted the same, whatever their role, the score would be %(score)d, which is level %(level)d.")
        % words
    ]


def flagged_sentences(results: Results) -> list[str]:
    """Return how many answers show signs of carelessness, whether they count here, and why there is no other way."""
    flagged = results.quality.flagged
    if flagged is None:
        return []
    if not flagged:
        return [_("No answers show signs of carelessness.")]
    answered = (results.answered or 0) + (flagged if results.quality.is_without else 0)
    words = {"count": flagged, "share": phrases.percent(flagged / answered) if results.answered else ""}
    told = (
        ngettext(
            "%(count)d answer shows signs of carelessness (%(share)s).",
            "%(count)d answers show signs of carelessness (%(share)s).",
            flagged,
        )
        if words["share"]
        else ngettext(
            "%(count)d answer shows signs of carelessness.",
            "%(count)d answers show signs of carelessness.",
            flagged,
        )
    )
    sentences = [told % words]
    if results.quality.is_without:
        return [*sentences, _("Here they are left out.")]
    sentences.append(_("They count like any other."))
    if not results.variants.get(WITHOUT_FLAGGED):
        sentences.append(_("The figures without them are not shown, as they would tell what a few people said."))
    return sentences


def without_flagged_sentence(results: Results) -> list[str]:
    """Return the score without flagged answers, and the level where it would differ."""
    without = results.quality.without
    figure = results.variant(WITHOUT_FLAGGED, "all", "index")
    if without is None or figure is None:
        return []
    words = {"score": phrases.number(figure), "level": without.level}
    if without.level == results.overall.level:
        return [_("Without them the score would be %(score)s, and the level the same.") % words]
    return [_("Without them the score would be %(score)s, which gives level %(level)d.") % words]


def first_instrument(results: Results) -> str:
    """Return the lens that counts most, the first among equals; an empty text where none counts."""
    scored = [subject for subject in results.subjects if subject.kind == "instrument" and subject.is_scored]
    weights = {subject.instrument: results.weights.get(f"instrument:{subject.instrument}", 0) for subject in scored}
    return max(weights, key=lambda key: weights[key]) if weights else ""


def weakest_heading(results: Results, subjects: Sequence[Subject]) -> str:
    """Return which topic is lowest, if its interval lies below that of the next one, or which is highest."""
    ranked = _ranked(results, subjects)
    if not ranked:
        return _("Too little was answered to compare these topics")
    if len(ranked) == 1:
        return _("“%(topic)s” stands at %(score)s") % {"topic": ranked[0][0], "score": phrases.number(ranked[0][1])}
    if stand_apart(ranked[-1][1], ranked[-2][1]):
        return _("“%(topic)s” has the longest way to go") % {"topic": ranked[-1][0]}
    if stand_apart(ranked[0][1], ranked[1][1]):
        return _("“%(topic)s” is furthest along") % {"topic": ranked[0][0]}
    if stand_apart(ranked[0][1], ranked[-1][1]):
        words = {"highest": ranked[0][0], "lowest": ranked[-1][0]}
        return _("“%(highest)s” is ahead of “%(lowest)s”; the others lie between") % words
    return _("The topics stand too close together to rank them")


def gap_heading(results: Results, subjects: Sequence[Subject]) -> str:
    """Return in how many topics leaders and staff clearly differ."""
    keys = {subject.key for subject in subjects}
    compared = [gap for gap in results.gaps if gap.subject in keys and gap.verdict != "too_few"]
    if not compared:
        return _("Too few leaders or staff answered to compare their views")
    clear = [gap for gap in compared if gap.verdict == "clear"]
    above = sum((gap.difference or 0) > 0 for gap in clear)
    words = {"count": len(clear), "all": len(compared), "above": above}
    if not clear:
        return _("No difference between leaders and staff is clear here")
    if above == len(clear):
        return ngettext(
            "Leaders see more than staff do in %(count)d of %(all)d topics",
            "Leaders see more than staff do in %(count)d of %(all)d topics",
            len(clear),
        ) % {**words}
    if not above:
        return _("Staff see more than leaders do in %(count)d of %(all)d topics") % words
    return _("Leaders and staff clearly differ in %(count)d of %(all)d topics") % words


def largest_clear_gap(results: Results) -> Gap | None:
    clear = [gap for gap in results.gaps if gap.verdict == "clear" and gap.subject != "index"]
    return max(clear, key=lambda gap: abs(gap.difference or 0), default=None)


def groups_heading(results: Results, subject: str, grouping: Grouping = "unit") -> str:
    """Return which group stands highest and lowest on a subject, if their intervals allow to say so."""
    groups = groups_by(results, grouping)
    figures = [(group.title, results.figure(group.key, subject)) for group in groups]
    ranked = _sorted([(title, figure) for title, figure in figures if phrases.is_shown(figure)])
    if len(ranked) < 2:
        if grouping == "unit":
            return _("Too few units are large enough to be compared")
        return _("Too few groups are large enough to be compared")
    if stand_apart(ranked[0][1], ranked[-1][1]):
        return _("%(highest)s stands higher than %(lowest)s") % {"highest": ranked[0][0], "lowest": ranked[-1][0]}
    if grouping == "unit":
        return _("The units differ less than the intervals allow to tell")
    return _("The groups differ less than the intervals allow to tell")


def _ranked(results: Results, subjects: Sequence[Subject]) -> Ranked:
    """Return the shown topics with their figures, the highest first."""
    figures = [(subject.title, results.figure("all", subject.key)) for subject in subjects]
    return _sorted([(title, figure) for title, figure in figures if phrases.is_shown(figure)])


def _sorted(ranked: Ranked) -> Ranked:
    return sorted(ranked, key=lambda pair: -(pair[1].score or 0))
