"""Leaders beside staff, on the questions that both were asked."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pillars.schema import Item
from pillars.statistics import Difference, Moments, benjamini_hochberg, hedges_g_of, shrunk, welch_of
from pillars.vectors import NOBODY, Values, moments
from reports.analyses.audits import COMMON
from reports.analyses.figures import Table
from reports.analyses.kinds import numbers_told
from reports.analyses.offers import EFFECT
from reports.analyses.printed import INDEX
from reports.analyses.respondents import LEAST_STAFF_TO_COMPARE, Survey
from reports.analyses.sentences import N_
from reports.disclosure import LEAST_FOR_DETAIL
from reports.results import Analysis, Gap, Verdict

LEAST_LEADERS_FOR_VERDICT = 8
LEAST_STAFF_FOR_VERDICT = 20
WORTH_SAYING = 10
"""Points; a smaller gap is not called clear, however certain it is."""
FALSE_DISCOVERIES = 0.10

NO_DECAY = N_("Too few executives, managers or staff answered to say where the picture changes.")


@dataclass(frozen=True)
class _Pair:
    subject: str
    leaders: Moments
    staff: Moments
    found: Difference


def perception_gaps(survey: Survey, table: Table) -> tuple[Gap, ...]:
    """Return the overall gap (subject "index") and one for each dimension with common items; none without sides.

    The overall gap is clear when its 95 % Welch interval excludes 0 and it has 10 points, from k leaders
    and 8 staff. Dimensions are judged together by Benjamini-Hochberg at 10 % and 10 points, from 8
    leaders and 20 staff; below that there are dots and no verdict. Nothing is said of dimensions where the
    gap beside the other figures would say something about a few people.
    """
    if {group.side for group in survey.framework.role_groups} != {"staff", "leaders"}:
        return ()
    counted = [dimension for dimension in survey.counted_dimensions if survey.common_items(dimension)]
    everything = [item for dimension in counted for item in survey.common_items(dimension)]
    overall = None if survey.tells_few(everything, "sides") else _pair(survey, INDEX, survey.means_over(everything))
    pairs = {
        d.key: _pair(survey, d.key, survey.common_scores(d)) if table.allows(d.key, COMMON) else None for d in counted
    }
    gaps = [_overall_gap(overall, _overall_numbers(survey, table, everything) if overall else {})]
    drawn = _drawn_in(pairs, overall)
    verdicts = _verdicts(pairs)
    for dimension in counted:
        pair = pairs[dimension.key]
        verdict = verdicts.get(dimension.key, "too_few")
        gap = _gap(dimension.key, pair, drawn.get(dimension.key), verdict, table.told(dimension.key, COMMON))
        gaps.append(_with_effect(gap, pair) if table.allows(dimension.key, EFFECT) else gap)
    return tuple(gaps)


def _with_effect(gap: Gap, pair: _Pair | None) -> Gap:
    """Return a clear gap with its effect size; in tenths where the gap itself is in whole points."""
    found = hedges_g_of(pair.leaders, pair.staff) if pair and gap.verdict == "clear" else None
    if pair is None or found is None:
        return gap
    exact = min(pair.leaders.n, pair.staff.n) >= LEAST_FOR_DETAIL
    g, low, high = (value if exact else round(value, 1) for value in (found.g, found.low, found.high))
    return replace(gap, g=g, g_low=low, g_high=high)


def _pair(survey: Survey, subject: str, values: Values) -> _Pair | None:
    sides = survey.sides_compared(values)
    if not sides:
        return None
    leaders, staff = (moments(values.of(sides[key])) for key in ("side:leaders", "side:staff"))
    return _Pair(subject, leaders, staff, welch_of(leaders, staff))


def _overall_numbers(survey: Survey, table: Table, items: Sequence[Item]) -> dict[str, int]:
    """Return the numbers of people to print beside the overall gap."""
    sides = survey.sides_compared(survey.means_over(items))
    return {group: n for (group, _), n in numbers_told(survey, INDEX, sides, table.answered).items()}


def _overall_gap(pair: _Pair | None, numbers: Mapping[str, int]) -> Gap:
    if pair is None:
        return _gap(INDEX, None, None, "too_few", {})
    return _with_effect(_gap(INDEX, pair, pair.found.value, _plain_verdict(pair.found), numbers), pair)


def _plain_verdict(found: Difference) -> Verdict:
    return "clear" if (found.low > 0 or found.high < 0) and abs(found.value) >= WORTH_SAYING else "chance"


def _drawn_in(pairs: Mapping[str, _Pair | None], overall: _Pair | None) -> dict[str, float]:
    present = {key: pair for key, pair in pairs.items() if pair}
    if not present or overall is None:
        return {}
    values = [pair.found.value for pair in present.values()]
    errors = [pair.found.error for pair in present.values()]
    return dict(zip(present, shrunk(values, errors, overall.found.value), strict=True))


def _verdicts(pairs: Mapping[str, _Pair | None]) -> dict[str, Verdict]:
    judged = {
        key: pair
        for key, pair in pairs.items()
        if pair and pair.leaders.n >= LEAST_LEADERS_FOR_VERDICT and pair.staff.n >= LEAST_STAFF_FOR_VERDICT
    }
    passed = benjamini_hochberg([pair.found.p for pair in judged.values()], FALSE_DISCOVERIES)
    return {
        key: "clear" if certain and abs(pair.found.value) >= WORTH_SAYING else "chance"
        for (key, pair), certain in zip(judged.items(), passed, strict=True)
    }


def _gap(subject: str, pair: _Pair | None, drawn: float | None, verdict: Verdict, numbers: Mapping[str, int]) -> Gap:
    if pair is None:
        return Gap(subject, None, None, None, None, None, None, None, None, "too_few")
    gap = Gap(
        subject=subject,
        leaders=pair.leaders.mean,
        staff=pair.staff.mean,
        difference=pair.found.value,
        shrunk=drawn,
        low=pair.found.low,
        high=pair.found.high,
        leaders_n=numbers.get("side:leaders"),
        staff_n=numbers.get("side:staff"),
        verdict=verdict,
    )
    return gap if min(pair.leaders.n, pair.staff.n) >= LEAST_FOR_DETAIL else _in_whole_points(gap)


def _in_whole_points(gap: Gap) -> Gap:
    def whole(value: float | None) -> float | None:
        return None if value is None else float(round(value))

    return replace(
        gap,
        leaders=whole(gap.leaders),
        staff=whole(gap.staff),
        difference=whole(gap.difference),
        shrunk=whole(gap.shrunk),
        low=whole(gap.low),
        high=whole(gap.high),
    )


def message_decay(survey: Survey) -> Analysis | None:
    """Return where the picture changes on its way down: executives to managers, managers to staff.

    Role groups in the framework's order, lowest first; each step is the difference of neighbours on all
    common items, with Welch's interval. Needs k executives, k managers and 8 staff.
    """
    groups = survey.framework.role_groups
    if len(groups) < 3 or {group.side for group in groups} != {"staff", "leaders"}:
        return None
    items: list[Item] = [item for d in survey.counted_dimensions for item in survey.common_items(d)]
    means = survey.means_over(items)
    numbers = dict(survey.blocks(survey.crowd("all")))
    people = {group.key: moments(means.of(numbers.get(group.key, NOBODY))) for group in groups}
    least = {
        group.key: max(survey.k, LEAST_STAFF_TO_COMPARE) if group.side == "staff" else survey.k for group in groups
    }
    if survey.joined or survey.tells_few(items, "roles") or any(people[key].n < least[key] for key in people):
        return Analysis("decay", absence=NO_DECAY)
    rows = []
    for lower, upper in itertools.pairwise(groups):
        found = welch_of(people[upper.key], people[lower.key])
        exact = min(people[upper.key].n, people[lower.key].n) >= LEAST_FOR_DETAIL
        rows.append(
            {
                "from": upper.key,
                "from_title": upper.title,
                "to": lower.key,
                "to_title": lower.title,
                "difference": found.value if exact else float(round(found.value)),
                "low": found.low if exact else float(round(found.low)),
                "high": found.high if exact else float(round(found.high)),
                "verdict": _plain_verdict(found),
            }
        )
    rows.reverse()
    clear = [row for row in rows if row["verdict"] == "clear"]
    largest = max(clear, key=lambda row: abs(float(str(row["difference"]))), default=None)
    return Analysis("decay", {"breaks_at": [largest["from"], largest["to"]] if largest else []}, tuple(rows))
