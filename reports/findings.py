"""Pure rules from a release to findings: one sentence that says what was found, what it rests on, and how sure it is.

A finding is silent (None) where the numbers behind it are too few; it never guesses. Thresholds stand beside
the rule that uses them. The figures themselves come from the release: nothing here looks at answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.changes import SMALLEST_CHANGE, are_comparable, change_between, stand_apart
from reports.charts import phrases
from reports.results import Figure, Gap, Results, Subject

Tone = Literal["strength", "gap", "neutral"]
Certainty = Literal["clear", "chance", "indicative"]

LEADERS_AGREE = 0.6


@dataclass(frozen=True)
class Finding:
    """`heading` is a sentence about this organisation, `because` its evidence with figures."""

    key: str
    heading: str
    because: str
    certainty: Certainty = "clear"
    tone: Tone = "neutral"
    subject: str = ""

    @property
    def certainty_words(self) -> str:
        return {
            "clear": _("clear"),
            "chance": _("could be chance"),
            "indicative": _("indicative, few answers"),
        }[self.certainty]


def level_finding(results: Results) -> Finding:
    """Say which level the organisation reaches and what holds it there."""
    overall, index = results.overall, results.figure("all", "index")
    if results.is_pulse:
        return Finding(
            "level",
            _("This pulse shows scores, and no overall level"),
            _("A pulse asks too few questions for a maturity index; the next full wave brings one."),
        )
    if overall.level is None or not index.is_shown:
        return Finding(
            "level",
            _("There are too few answers for an overall level"),
            _("A level is given when enough people answered; what can be shown follows."),
            "indicative",
        )
    level = results.level(overall.level)
    words = {"level": level.title, "number": level.number}
    if overall.held_by and overall.level_of_index and overall.level_of_index > overall.level:
        holder = results.subject(overall.held_by)
        return Finding(
            "level",
            _("%(level)s: %(holder)s holds the whole organisation at level %(number)s")
            % {**words, "holder": holder.title},
            _(
                "The index alone would give level %(alone)s. The level is never more than one above the lowest of "
                "the first lens, and %(holder)s is at level %(lowest)s."
            )
            % {
                "alone": overall.level_of_index,
                "holder": holder.title,
                "lowest": results.figure("all", holder.key).level or 1,
            },
            subject=holder.key,
        )
    if overall.between:
        lower, upper = (results.level(number) for number in overall.between)
        return Finding(
            "level",
            _("The organisation stands between %(lower)s and %(upper)s") % {"lower": lower.title, "upper": upper.title},
            _("The index is %(score)s of 100; its 95%% interval, %(interval)s, crosses the border of two levels.")
            % {"score": phrases.number(index), "interval": phrases.interval(index)},
            "chance",
        )
    return Finding(
        "level",
        _("The organisation is at level %(number)s of %(count)s: %(level)s") % {**words, "count": len(results.levels)},
        level.meaning,
    )


def contrast_finding(results: Results, instrument: str) -> Finding | None:
    """Name the strongest and the weakest dimension of a lens, but only where intervals do not overlap."""
    ranked = ranked_dimensions(results, instrument)
    if len(ranked) < 2:
        return None
    (best, best_figure), (worst, worst_figure) = ranked[0], ranked[-1]
    leads = _lies_above(best_figure, ranked[1][1])
    trails = _lies_above(ranked[-2][1], worst_figure)
    words = {
        "best": best.title,
        "worst": worst.title,
        "high": phrases.number(best_figure),
        "low": phrases.number(worst_figure),
        "high_interval": phrases.interval(best_figure),
        "low_interval": phrases.interval(worst_figure),
    }
    because = _("%(best)s %(high)s (95%% interval %(high_interval)s), %(worst)s %(low)s (%(low_interval)s).") % words
    if leads and trails:
        return Finding(f"contrast:{instrument}", _("%(best)s is strongest, %(worst)s weakest") % words, because)
    if leads:
        return Finding(f"contrast:{instrument}", _("%(best)s stands above all others") % words, because)
    if trails:
        heading = _("%(worst)s trails all others") % words
        return Finding(f"contrast:{instrument}", heading, because, tone="gap", subject=worst.key)
    if _lies_above(best_figure, worst_figure):
        return Finding(
            f"contrast:{instrument}",
            _("%(best)s stands above %(worst)s; what lies between is too close to rank") % words,
            because,
        )
    return Finding(
        f"contrast:{instrument}",
        _("No clear difference between the %(count)s dimensions") % {"count": len(ranked)},
        _("From %(low)s to %(high)s of 100, and all intervals overlap.") % words,
        "chance",
    )


def gap_finding(results: Results) -> Finding | None:
    """Say where leaders and staff see the organisation most differently, if any difference is clear."""
    known = [gap for gap in results.gaps if gap.subject != "index" and gap.difference is not None]
    clear = [gap for gap in known if gap.verdict == "clear"]
    if clear:
        largest = max(clear, key=size_of)
        return _finding_of_gap(results, largest, len(clear))
    overall = next((gap for gap in results.gaps if gap.subject == "index"), None)
    if overall is not None and overall.verdict == "clear" and overall.difference is not None:
        words = {"points": phrases.whole(abs(overall.difference))}
        heading = (
            _("Overall, leaders see the organisation %(points)s points higher than staff do")
            if overall.difference > 0
            else _("Overall, staff see the organisation %(points)s points higher than leaders do")
        )
        return Finding("gap", heading % words, _evidence_of_gap(overall), tone="gap", subject="index")
    judged = [gap for gap in known if gap.verdict == "chance"]
    if judged:
        return Finding(
            "gap",
            _("No clear gap between leaders and staff"),
            _("Differences in %(count)s dimensions could all be chance.") % {"count": len(judged)},
            "chance",
        )
    if results.gaps:
        return Finding(
            "gap",
            _("Too few leaders or staff answered to compare the two"),
            _("A verdict needs 8 leaders and 20 staff who answered the same questions."),
            "indicative",
        )
    return None


def depth_finding(results: Results) -> Finding | None:
    """Say whether customer-centricity is talk, process or substance here (needs 10 people)."""
    values = _values(results, "symbolic_substantive", smallest_n=10)
    if values is None:
        return None
    evidence = _("Speeches and symbols reach %(talk)s of 100, what is done and valued %(depth)s.") % {
        "talk": _whole(values.get("Sy")),
        "depth": _whole(values.get("D")),
    }
    headings: dict[object, tuple[str, Tone]] = {
        "not_started": (_("Neither talk nor deeds about customers have begun"), "gap"),
        "symbolic": (_("Talk about customers runs ahead of deeds"), "gap"),
        "process": (_("Customer work has rules, and not yet roots"), "neutral"),
        "substantive": (_("Customers count in what people do unprompted"), "strength"),
        "strong_process": (_("Customer work has strong rules and shallow roots"), "neutral"),
    }
    if values.get("zone") not in headings:
        return None
    heading, tone = headings[values["zone"]]
    return Finding("depth", heading, evidence, tone=tone)


def hero_finding(results: Results) -> Finding | None:
    """Say whether customer work hangs on few people (needs 8 nominations)."""
    values = _values(results, "hero", smallest_n=8)
    risk = values.get("risk") if values else None
    if values is None or not isinstance(risk, int | float):
        return None
    certainty: Certainty = "indicative" if values.get("is_partial") else "clear"
    evidence = _("Hero risk is %(risk)s of 100; 50 or more is high, under 25 low.") % {"risk": _whole(risk)}
    if values.get("is_partial"):
        evidence += " " + _("It is partial: no register of customer duties was kept.")
    if risk >= 50:
        return Finding("hero", _("Customer work hangs on very few people"), evidence, certainty, "gap")
    if risk >= 25:
        return Finding("hero", _("Customer work leans on few people"), evidence, certainty, "neutral")
    return Finding("hero", _("Customer work does not hang on one person"), evidence, certainty, "strength")


def silo_finding(results: Results) -> Finding | None:
    """Say whether departments are one organisation or several (needs 3 comparable units)."""
    analysis = results.analysis("silo_dispersion")
    values = analysis.values if analysis and not analysis.absence else {}
    spread = values.get("corrected")
    units = max((int(row.get("departments") or 0) for row in analysis.rows), default=0) if analysis else 0
    if not isinstance(spread, int | float) or units < 3:
        return None
    evidence = _("Beyond chance, the %(units)s comparable units spread by %(spread)s points around the whole.") % {
        "units": units,
        "spread": _whole(spread),
    }
    if spread >= 8:
        return Finding("silos", _("Departments are different organisations to work in"), evidence, tone="gap")
    if spread >= 4:
        return Finding("silos", _("Departments differ, some clearly"), evidence)
    return Finding("silos", _("Departments see the organisation alike"), evidence, tone="strength")


def sight_findings(results: Results) -> tuple[Finding, ...]:
    """Name what many cannot see from their job, the least seen first; the release says what counts as many."""
    analysis = results.analysis("line_of_sight")
    if analysis is None or analysis.absence:
        return ()
    titles = {group.key: group.title for group in results.groups}
    found = []
    for row in sorted(analysis.rows, key=lambda row: float(row["share"])):
        if not row.get("is_finding") or row.get("group") not in titles or int(row.get("n") or 0) < results.k:
            continue
        subject = results.subject(str(row["subject"]))
        words = {
            "group": titles[row["group"]],
            "percent": phrases.whole(100 * (1 - float(row["share"]))),
            "subject": subject.title,
        }
        heading = _("%(group)s cannot see much of %(subject)s") % words
        because = _("%(percent)s%% of their answers there are “I can't see this from my job”.") % words
        found.append(Finding(f"sight:{row['group']}:{subject.key}", heading, because, subject=subject.key))
    return tuple(found)


def drivers_finding(results: Results) -> Finding | None:
    """Say when leaders do not agree why they want this (needs k people; agreement under .60)."""
    values = _values(results, "drivers", smallest_n=results.k)
    agreement = values.get("agreement") if values else None
    if not isinstance(agreement, int | float) or agreement >= LEADERS_AGREE:
        return None
    because = _("Their agreement on what drives the change is %(agreement)s of 100; 60 is shared ground.") % {
        "agreement": _whole(100 * agreement)
    }
    return Finding("drivers", _("Leaders do not agree why they want this"), because, tone="gap")


def value_finding(results: Results) -> Finding | None:
    """Say when the product and the treatment customers get are 15 points apart or more."""
    values = _values(results, "values", smallest_n=results.k)
    if values is None or values.get("leans_to") not in ("functional", "experiential"):
        return None
    because = _("What it does for customers %(functional)s of 100, how they are treated %(experiential)s.") % {
        "functional": _whole(values.get("functional")),
        "experiential": _whole(values.get("experiential")),
    }
    if values["leans_to"] == "functional":
        return Finding("values", _("Customers get a better product than treatment"), because)
    return Finding("values", _("Customers get better treatment than product"), because)


def change_finding(results: Results, previous: Results | None) -> Finding | None:
    """Say whether the index moved since the last wave; None where there is none, or it asked other questions."""
    if previous is None or not are_comparable(results, previous):
        return None
    change = change_between(results.figure("all", "index"), previous.figure("all", "index"))
    if change is None:
        return None
    evidence = _("%(change)s points since %(wave)s, 95%% interval %(low)s to %(high)s.") % {
        "change": phrases.signed(change.difference),
        "wave": previous.campaign,
        "low": phrases.signed(change.low),
        "high": phrases.signed(change.high),
    }
    if not change.is_clear and (change.low > 0 or change.high < 0):
        heading = _("Less than %(points)d points of change since the last wave") % {"points": SMALLEST_CHANGE}
        return Finding("change", heading, evidence, "chance")
    if not change.is_clear:
        return Finding("change", _("No clear change since the last wave"), evidence, "chance")
    if change.difference > 0:
        return Finding("change", _("The organisation has moved up since the last wave"), evidence, tone="strength")
    return Finding("change", _("The organisation has moved down since the last wave"), evidence, tone="gap")


def standing_out(results: Results) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return what stands clearly above and clearly below the index, furthest away first."""
    index = results.figure("all", "index")
    if index.score is None:
        return (), ()
    above, below = [], []
    for subject, figure in ranked_dimensions(results):
        if figure.low is None or figure.high is None or figure.score is None:
            continue
        words = {
            "score": phrases.number(figure),
            "interval": phrases.interval(figure),
            "distance": phrases.signed(figure.score - index.score),
        }
        because = _("%(score)s of 100 (95%% interval %(interval)s), %(distance)s against the index.") % words
        certainty: Certainty = "indicative" if figure.indicative else "clear"
        if figure.low > index.score:
            above.append(Finding(f"above:{subject.key}", subject.title, because, certainty, "strength", subject.key))
        elif figure.high < index.score:
            below.append(Finding(f"below:{subject.key}", subject.title, because, certainty, "gap", subject.key))
    return tuple(above), tuple(reversed(below))


def size_of(gap: Gap) -> tuple[float, float]:
    """Return what gaps are ranked by: the shrunk gap, which errs less, and where those are equal the plain one."""
    plain = abs(gap.difference or 0)
    return (round(abs(gap.shrunk), 1) if gap.shrunk is not None else plain, plain)


def scored_dimensions(results: Results, instrument: str = "") -> tuple[Subject, ...]:
    return tuple(subject for subject in results.dimensions(instrument) if subject.is_scored)


def ranked_dimensions(results: Results, instrument: str = "") -> list[tuple[Subject, Figure]]:
    """Return the whole organisation's scored dimensions that are shown, highest first, ties in the lens's order."""
    shown = [(subject, results.figure("all", subject.key)) for subject in scored_dimensions(results, instrument)]
    return sorted(
        ((subject, figure) for subject, figure in shown if figure.is_shown), key=lambda pair: -(pair[1].score or 0)
    )


def present(findings: Iterable[Finding | None]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding is not None)


def _lies_above(upper: Figure, lower: Figure) -> bool:
    return stand_apart(upper, lower) and (upper.score or 0) > (lower.score or 0)


def _finding_of_gap(results: Results, gap: Gap, clear_count: int) -> Finding:
    difference = gap.difference or 0
    words = {"subject": results.subject(gap.subject).title, "points": phrases.whole(abs(difference))}
    heading = (
        _("Leaders rate %(subject)s %(points)s points higher than staff do")
        if difference > 0
        else _("Staff rate %(subject)s %(points)s points higher than leaders do")
    )
    evidence = _evidence_of_gap(gap)
    if clear_count > 1:
        more = ngettext("%(count)s more gap is clear.", "%(count)s more gaps are clear.", clear_count - 1) % {
            "count": clear_count - 1
        }
        evidence = f"{evidence} {more}"
    return Finding("gap", heading % words, evidence, tone="gap", subject=gap.subject)


def _evidence_of_gap(gap: Gap) -> str:
    if gap.leaders_n is None or gap.staff_n is None:
        return _("Leaders %(leaders)s, staff %(staff)s.") % {
            "leaders": _whole(gap.leaders),
            "staff": _whole(gap.staff),
        }
    return _("Leaders %(leaders)s (%(leaders_n)s answers), staff %(staff)s (%(staff_n)s answers).") % {
        "leaders": _whole(gap.leaders),
        "staff": _whole(gap.staff),
        "leaders_n": gap.leaders_n,
        "staff_n": gap.staff_n,
    }


def _values(results: Results, key: str, *, smallest_n: int) -> dict[str, object] | None:
    """Return an analysis's values when it is there and rests on enough people."""
    analysis = results.analysis(key)
    if analysis is None or analysis.absence:
        return None
    n = analysis.values.get("n")
    return dict(analysis.values) if isinstance(n, int) and n >= smallest_n else None


def _whole(value: object) -> str:
    return str(phrases.whole(value)) if isinstance(value, int | float) else "\N{EN DASH}"
