"""How a figure was computed, told to somebody who has to stand behind it: words, symbols, numbers. Pure.

Every number comes from the release; what the release hides is said to be hidden and has no number here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pillars.schema import Dimension, Framework
from pillars.scoring import MEASURES, is_in
from reports.charts import phrases
from reports.results import Figure, Group, Overall, Results
from reports.working import INDEX, Part, Recipe, gate, part_weights, recipe

LEAST_TO_SAY = 0.005
"""Points; what rounds to nothing in print is not worth a sentence."""
TIMES, DIVIDED = "×", "÷"
WEIGHTED = "S = (w₁ × s₁ + w₂ × s₂ + …) ÷ (w₁ + w₂ + …)"
PLAIN = "S = (p₁ + p₂ + … + pₙ) ÷ n"
INTERVAL = (
    "V = Σ w² × s² ÷ n × (1 − n ÷ N)",
    "p = S ÷ 100,  m = p × (1 − p) ÷ (V ÷ 10 000)",
    "100 × [ p + c² ÷ 2m ± c × √(p × (1 − p) ÷ m + c² ÷ 4m²) ] ÷ (1 + c² ÷ m)",
)


@dataclass(frozen=True)
class Line:
    """A part of a figure as a row: its key for a link, what it is, its score, weight and what it adds."""

    group: str
    subject: str
    title: str
    score: str
    weight: str
    adds: str


@dataclass(frozen=True)
class Issued:
    """Which release the figures are from."""

    number: int
    date: str
    fingerprint: str


@dataclass(frozen=True)
class Told:
    """A figure's working in words. `symbols` and `sums` are formulas; they read from left to right in any language."""

    heading: str
    lead: str
    symbols: str
    sums: str = ""
    lines: tuple[Line, ...] = ()
    total: Line | None = None
    facts: tuple[tuple[str, str], ...] = ()
    interval: tuple[str, ...] = ()
    letters: str = ""
    """What the letters in the interval's formulas mean."""


def measure_titles() -> dict[str, str]:
    """Return what the three ways to look at a figure are called."""
    return {"score": _("Score"), "lived": _("Lived"), "claimed": _("Claimed")}


def told(results: Results, framework: Framework, found: Recipe, issued: Issued) -> Told:
    """Return how a shown figure was computed."""
    subject = results.subject(found.subject)
    words = {"topic": subject.title, "score": phrases.number(found.figure)}
    lines = tuple(_line(results, part, found) for part in found.parts)
    return Told(
        heading=_("How “%(topic)s” comes to %(score)s") % words,
        lead=_lead(results, found),
        symbols=PLAIN if found.rule == "people" else WEIGHTED,
        sums=_sums(found),
        lines=lines,
        total=_total(found) if lines else None,
        facts=(
            *_people_facts(results, framework, found),
            *_role_facts(results, framework, found),
            *_print_facts(results, found),
            *(_overall_facts(results, framework) if (found.group, found.subject) == ("all", INDEX) else ()),
            *issued_facts(results, issued),
        ),
        interval=INTERVAL if found.figure.low is not None else (),
        letters=_(
            "V is the variance of the figure: w is the weight of a group of people, s the standard deviation of their "
            "scores, n how many they are, N how many were invited, where that is known. S is the figure, m the number "
            "of people it is worth, c the 97.5% quantile of Student’s t. It never leaves 0 to 100."
        ),
    )


def issued_facts(results: Results, issued: Issued) -> list[tuple[str, str]]:
    """Return what every figure of a release rests on: questionnaire, release, smallest group."""
    words = {"number": issued.number, "date": issued.date}
    return [
        (_("Questionnaire"), f"{results.framework} {results.edition}"),
        (_("Fingerprint of the edition"), results.edition_fingerprint),
        (_("Release"), _("Number %(number)d of %(date)s") % words),
        (_("Fingerprint of the release"), issued.fingerprint),
        (_("Smallest group shown"), _("%(k)d people") % {"k": results.k}),
    ]


def groups_with(results: Results, subject: str, measure: str) -> list[Group]:
    """Return the groups of which this figure is shown."""
    return [group for group in results.groups if phrases.is_shown(results.figure(group.key, subject, measure))]


def enters(results: Results, framework: Framework, found: Recipe) -> list[str]:
    """Return the shown subjects that this figure is a part of, in the same group and measure."""
    return [
        subject.key
        for subject in results.subjects
        if found.subject in (part_weights(framework, subject.key) or {})
        and recipe(results, framework, found.group, subject.key, found.measure)
    ]


def exact(value: float) -> str:
    """Return a number with at most two decimals, half up; the dust of floats does not turn 55.035 into 55.03."""
    rounded = math.floor(abs(value) * 100 + 0.5 + 1e-6) / 100 * (-1 if value < 0 else 1)
    return localize(int(rounded) if rounded == int(rounded) else rounded)


# -- the sum -------------------------------------------------------------------------------------


def _lead(results: Results, found: Recipe) -> str:
    if found.rule == "people":
        return _("It is the mean of what people of this group scored, each person counting the same.")
    if found.rule == "pooled":
        return _(
            "It is a weighted mean of groups of roles, so that none speaks louder because more of its people answered. "
            "The means of these groups are not all shown here, so neither is the sum."
        )
    count = len(found.present)
    if found.rule == "role_weighted":
        return ngettext(
            "It is the mean of %(count)d group of roles, the only one with enough people here.",
            "It is a weighted mean of %(count)d groups of roles, so that none speaks louder because more of its "
            "people answered.",
            count,
        ) % {"count": count}
    if found.subject == INDEX:
        return ngettext("It is made of %(count)d lens.", "It is the weighted mean of %(count)d lenses.", count) % {
            "count": count
        }
    return ngettext("It is made of %(count)d topic.", "It is the weighted mean of its %(count)d topics.", count) % {
        "count": count
    }


def _sums(found: Recipe) -> str:
    """Return the sum with its numbers, such as "(0.5 × 48 + 0.3 × 61 + 0.2 × 72) ÷ 1 = 56.7"."""
    if found.result is None:
        return ""
    terms = [f"{_weight(part.weight)} {TIMES} {exact(part.figure.score or 0)}" for part in found.present]
    return f"({' + '.join(terms)}) {DIVIDED} {_weight(found.weight)} = {exact(found.result)}"


def _line(results: Results, part: Part, found: Recipe) -> Line:
    own = part.group != found.group
    title = results.group(part.group).title if own else results.subject(part.subject).title
    if not phrases.is_shown(part.figure) or part.figure.score is None:
        return Line("", "", title, phrases.absence(part.figure), "0", "0")
    adds = part.weight * part.figure.score / found.weight
    return Line(part.group, part.subject, title, exact(part.figure.score), _weight(part.weight), exact(adds))


def _total(found: Recipe) -> Line:
    result = "" if found.result is None else exact(found.result)
    return Line("", "", _("Together"), "", _weight(found.weight), result)


def _weight(weight: float) -> str:
    rounded = round(weight, 3)
    return localize(int(rounded) if rounded == int(rounded) else rounded)


# -- what stands beside it -----------------------------------------------------------------------


def _people_facts(results: Results, framework: Framework, found: Recipe) -> list[tuple[str, str]]:
    facts = [(_("People"), _people(results, found))]
    dimension = framework.dimension_by_key.get(found.subject)
    if dimension is not None:
        facts += _question_facts(results, dimension, found.measure)
    elif found.parts:
        text = _("A part that is not shown counts with weight 0. At least half of the whole weight must be there.")
        facts.append((_("What is left out"), text))
    if found.figure.dont_know is not None:
        text = _("%(share)s of what these people were asked here.") % {"share": phrases.percent(found.figure.dont_know)}
        facts.append((_("“I can’t see this”"), text))
    return facts


def _question_facts(results: Results, dimension: Dimension, name: str) -> list[tuple[str, str]]:
    """Return which questions a figure rests on, and how one person's answers to them become a score."""
    measure = next(one for one in MEASURES if one == name)
    items = [item for item in dimension.items if is_in(item, measure)]
    one_score = _(
        "The mean of their answers, 0 for the worst end of a scale and 100 for the best. “I can’t see this” is no "
        "answer, and “doesn’t apply” was not asked. Who answered fewer than half of what they were asked here has no "
        "score and is left out."
    )
    facts = [(_("Questions"), _questions(measure, len(items))), (_("One person’s score"), one_score)]
    if len({item.weight for item in items}) > 1:
        weights = ", ".join(f"{item.key} {_weight(item.weight)}" for item in items)
        facts.append((_("Weights of the questions"), weights))
    if any(item.scale.kind == "ladder" for item in items):
        few = _("A ladder that fewer than %(k)d people answered counts for nobody.") % {"k": results.k}
        facts.append((_("Ladders"), few))
    return facts


def _people(results: Results, found: Recipe) -> str:
    """Return how many count, of how many who answered, of how many invited; what may not be told is left away."""
    n, answered = found.figure.n, results.group(found.group).answered
    sentences = [
        _("How many count here is not shown: it would tell how many few people did not.")
        if n is None
        else _("%(answers)s count here.") % {"answers": phrases.answers(n)}
    ]
    if answered is not None:
        words = {"answered": localize(answered), "out": localize(answered - (n or 0))}
        everybody = ngettext(
            "%(answered)s person of this group answered.", "%(answered)s people of this group answered.", answered
        )
        sentences.append(everybody % words)
        if n is not None and answered > n:
            sentences.append(
                _(
                    "The other %(out)s were not asked these questions, answered fewer than half of them, or belong to "
                    "a group of roles that is too small."
                )
                % words
            )
        elif n is not None:
            sentences.append(_("A few who have no score here may be counted in, so that nobody can tell who they are."))
    if found.group == "all" and results.invited:
        sentences.append(_("%(invited)s were invited.") % {"invited": localize(results.invited)})
    return " ".join(sentences)


def _questions(measure: str, count: int) -> str:
    if measure == "claimed":
        return ngettext(
            "%(count)d ladder on which leaders say where the organisation stands.",
            "%(count)d ladders on which leaders say where the organisation stands.",
            count,
        ) % {"count": count}
    if measure == "lived":
        return ngettext(
            "%(count)d question about what people live through; ladders do not count.",
            "%(count)d questions about what people live through; ladders do not count.",
            count,
        ) % {"count": count}
    return ngettext(
        "%(count)d question; each person is asked those that fit their role.",
        "%(count)d questions; each person is asked those that fit their role.",
        count,
    ) % {"count": count}


def _role_facts(results: Results, framework: Framework, found: Recipe) -> list[tuple[str, str]]:
    if found.rule not in {"role_weighted", "pooled"}:
        return []
    weights = ", ".join(f"{group.title} {_weight(group.weight)}" for group in framework.role_groups)
    rule = _(
        "Groups of roles weigh %(weights)s. One with fewer than %(k)d people here is counted together with its side; "
        "where the side is too small as well, it has weight 0, and the others’ weights grow in proportion."
    ) % {"weights": weights, "k": results.k}
    if found.measure == "claimed":
        rule = _(
            "Each group of roles that answered ladders weighs the same. One with fewer than %(k)d people here is "
            "counted together with its side."
        ) % {"k": results.k}
    return [(_("Groups of roles"), rule)]


def _print_facts(results: Results, found: Recipe) -> list[tuple[str, str]]:
    figure = found.figure
    facts = [(_("Rounding"), _rounding(figure, found))]
    if figure.low is not None and figure.high is not None:
        facts.append((_("95% interval"), _interval(figure)))
    if figure.level is not None:
        level = results.level(figure.level)
        words = {"level": level.title, "start": phrases.whole(level.starts_at), "end": 100}
        if figure.level < len(results.levels):
            words["end"] = phrases.whole(results.level(figure.level + 1).starts_at)
            facts.append((_("Level"), _("%(level)s: from %(start)d to under %(end)d, by the unrounded score.") % words))
        else:
            facts.append((_("Level"), _("%(level)s: from %(start)d up, by the unrounded score.") % words))
    return facts


def _rounding(figure: Figure, found: Recipe) -> str:
    """Return how the figure is printed, and how far the sum may stand from it where few people are in it."""
    if figure.score is None:
        return ""
    words = {"score": exact(figure.score), "printed": phrases.number(figure), "points": exact(found.allowed)}
    if figure.indicative:
        said = _("It rests on 5 to 9 people, so it is released in whole points only, without a spread.")
    else:
        said = _("%(score)s is printed as %(printed)s: half a point goes up, but never into a higher level.") % words
    if not found.parts or found.allowed < LEAST_TO_SAY:
        return said
    if not figure.indicative:
        said += " " + _("Some of its parts rest on 5 to 9 people and are released in whole points only.")
    return f"{said} " + _("So the sum of its parts may differ from it by up to %(points)s points.") % words


def _interval(figure: Figure) -> str:
    words = {"interval": phrases.interval(figure)}
    sentences = [
        _(
            "%(interval)s. Other people might have answered otherwise; intervals made like this one hold the true "
            "figure 95 times in 100."
        )
        % words
    ]
    if figure.sd is not None:
        sentences.append(_("The standard deviation of people’s scores is %(sd)s.") % {"sd": exact(figure.sd)})
    return " ".join(sentences)


def _overall_facts(results: Results, framework: Framework) -> list[tuple[str, str]]:
    """Return how the overall level comes about, and what other ways of counting give."""
    overall = results.overall
    facts = []
    if found := gate(results, framework):
        words = {
            "level": results.level(found.level).title,
            "index": results.level(found.level_of_index).title,
        }
        text = _("The score alone gives “%(index)s”.") % words
        if found.lowest and found.lowest_level is not None:
            words["topic"] = results.subject(found.lowest).title
            words["lowest"] = results.level(found.lowest_level).title
            text += (
                " "
                + _(
                    "The overall level is at most one above the lowest topic of the first lens, here “%(topic)s” at "
                    "“%(lowest)s”. So it is “%(level)s”."
                )
                % words
            )
        facts.append((_("Overall level"), text))
    facts += [(_("Counted another way"), sentence) for sentence in other_ways(results, overall)]
    return facts


def other_ways(results: Results, overall: Overall) -> Sequence[str]:
    """Return what the index would be under other rules, as sentences."""
    if overall.equal_weights_index is None or overall.equal_weights_level is None:
        return ()
    words = {
        "score": exact(overall.equal_weights_index),
        "level": results.level(overall.equal_weights_level).title,
    }
    return (_("With every lens weighing the same it would be %(score)s, “%(level)s”.") % words,)
