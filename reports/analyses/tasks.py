"""What the tasks say: missing resources, dependence on heroes, and why leaders want this."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pillars.schema import Answer, Dimension, Item, Task
from pillars.statistics import Moments, concentration
from pillars.vectors import moments, shares_of
from reports.analyses.figures import Table
from reports.analyses.people import Told
from reports.analyses.respondents import AGENT, Survey
from reports.analyses.sentences import N_
from reports.disclosure import LEAST_FOR_DETAIL
from reports.results import Analysis

NO_SINGLE_ROLE = "none"
CANNOT_SAY = "dk"
LEAST_NOMINATIONS = 8
HERO_DIMENSION = "hero"
QUALITIES = "employee_qualities"
FUNCTIONAL, EXPERIENTIAL = "functional_value", "experiential_value"
WORTH_A_SENTENCE = 15
"""Points between the two kinds of value."""
LEADERS_AGREE = 0.60

TOO_FEW_FOR_RESOURCES = N_("Fewer than ten people picked what they most wish they had more of.")
TOO_FEW_NOMINATIONS = N_("Fewer than eight people named a role, or said that there is none.")
TOO_FEW_FOR_DRIVERS = N_("Too few people spread their tokens to show an average.")
TOO_FEW_FOR_QUALITIES = N_("Fewer than eight staff answered the questions about their team's qualities.")
TOO_FEW_FOR_VALUES = N_("Too few people answered the questions about value.")


def resources(survey: Survey, table: Table) -> Analysis | None:
    """Return access, wish and priority of each resource; None where no pick task offers a dimension's items.

    Access A_r is the mean of staff's answers, the wish q_r the share of people who picked r,
    priority q_r (100 - A_r); q .6 and A 35 give 39. The access index is sum q A / sum q. The assumption
    gap is what managers say of their team minus what staff say; employees and agents stand side by side
    where both have eight answers. Answers need eight people, wishes ten.
    """
    task, dimension = survey.offered
    if task is None or dimension is None:
        return None
    said = _said(survey, task)
    picks = [set(answer) for answer in said.answers if isinstance(answer, list)]
    picked = Counter(itertools.chain.from_iterable(picks))
    if len(picks) < LEAST_FOR_DETAIL:
        return Analysis("resources", absence=TOO_FEW_FOR_RESOURCES)
    rows: list[dict[str, Any]] = []
    for item in dimension.items:
        row = _access(survey, table, dimension, item)
        if row is None:
            continue
        wish = picked[item.key] / len(picks)
        rows.append({**row, "wish": wish, "priority": wish * (100 - row["access"])})
    wishes = sum(row["wish"] for row in rows)
    if not rows:
        return Analysis("resources", absence=TOO_FEW_FOR_RESOURCES)
    rows.sort(key=lambda row: -row["priority"])
    index = sum(row["wish"] * row["access"] for row in rows) / wishes if wishes else None
    return Analysis("resources", {"access_index": index, "n": _told(survey, said)}, tuple(rows))


def _access(survey: Survey, table: Table, dimension: Dimension, item: Item) -> dict[str, Any] | None:
    """Return who has how much of one resource, with segments only where no segment can be worked out of another."""
    if not table.allows(dimension.key, "access", item.key):
        return None
    values = survey.values[item.key]
    # People without a role count with no side, so here neither: staff with them less staff would be theirs alone.
    staff = survey.on("staff") if survey.framework.role_groups else np.ones(len(survey.columns), bool)
    is_agent = np.array([role == AGENT for role in survey.columns.roles], bool)[survey.columns.role]
    own, leaders = moments(values.of(staff)), moments(values.of(survey.on("leaders")))
    agents, employees = moments(values.of(staff & is_agent)), moments(values.of(staff & ~is_agent))
    split = table.allows(dimension.key, "split", item.key)
    access = _rounded(own)
    team = _rounded(leaders) if table.allows(dimension.key, "team", item.key) else None
    return {
        "key": item.key,
        "text": item.text,
        "access": access,
        "n": table.told(dimension.key, "access").get(item.key),
        "employees": _rounded(employees) if split else None,
        "agents": _rounded(agents) if split else None,
        "managers_say": team,
        "assumption_gap": None if team is None else team - access,
    }


def _rounded(found: Moments) -> float:
    return found.mean if found.n >= LEAST_FOR_DETAIL else float(round(found.mean))


def hero(survey: Survey, table: Table) -> Analysis | None:
    """Return how far customer work hangs on one role; None where no task nominates.

    C = sum of n_r (n_r - 1) / (n (n - 1)) over all answers but "can't say"; 12 answers with roles 6 and 2
    give .2424. Risk = 100 (.4 C + .2 (1 - S / 100)) / .6 with the score S of the hero dimension; the part
    that needs a register of duties is missing, so it is marked partial. Needs eight answers; who was
    named needs ten.
    """
    task = next((task for task in survey.framework.tasks if task.kind == "nominate"), None)
    if task is None:
        return None
    said = _said(survey, task)
    named = [answer for answer in said.answers if isinstance(answer, str)]
    if len(named) < max(LEAST_NOMINATIONS, survey.k):
        return Analysis("hero", absence=TOO_FEW_NOMINATIONS)
    counts = Counter(answer for answer in named if answer != NO_SINGLE_ROLE)
    c = concentration(counts, len(named))
    held = table.estimate("all", HERO_DIMENSION)
    parts = [(0.4, c)] + ([(0.2, 1 - held.score / 100)] if held else [])
    risk = 100 * sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts)
    exact = len(named) >= LEAST_FOR_DETAIL
    values = {
        "C": c if exact else round(c, 2),
        "n": _told(survey, said),
        "risk": risk if exact else float(round(risk)),
        "zone": "low" if risk < 25 else "watch" if risk < 50 else "high",
        "is_partial": True,
    }
    titles = dict(task.options) | {role.key: role.title for role in survey.framework.roles}
    rows: tuple[Mapping[str, Any], ...] = ()
    if exact:
        values["no_single_role"] = named.count(NO_SINGLE_ROLE) / len(named)
        rows = tuple(
            {"key": key, "title": titles.get(key, key), "count": count, "share": count / len(named)}
            for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        )
    return Analysis("hero", values, rows)


def drivers(survey: Survey) -> Analysis | None:
    """Return the mean share of tokens on each driver and how far people agree (0..1); None without the task.

    Below .60 leaders do not agree why they want this. Needs k people; fewer than ten are rounded.
    """
    task = next((task for task in survey.framework.tasks if task.kind == "tokens"), None)
    found = survey.framework.drivers
    if task is None or not found:
        return None
    keys = [driver.key for driver in found]
    said = _said(survey, task, keys)
    given = [[answer.get(key, 0) for key in keys] for answer in said.answers if isinstance(answer, dict)]
    spread = np.maximum(np.array(given, np.float64).reshape(-1, len(keys)), 0.0)
    if len(spread) < survey.k:
        return Analysis("drivers", absence=TOO_FEW_FOR_DRIVERS)
    means, agreement = shares_of(spread)
    shares = dict(zip(keys, means.tolist(), strict=True))
    if len(spread) < LEAST_FOR_DETAIL:
        shares, agreement = {key: round(share, 2) for key, share in shares.items()}, round(agreement, 2)
    values = {"agreement": agreement, "n": _told(survey, said), "leaders_agree": agreement >= LEADERS_AGREE}
    rows = tuple({"key": driver.key, "title": driver.title, "share": shares[driver.key]} for driver in found)
    return Analysis("drivers", values, rows)


def _told(survey: Survey, said: Told) -> int:
    """Return how many people to say answered a task.

    From ten people on all their answers are counted for the whole, and so is who gave none, as with any question; of
    fewer the number is told with the few who gave none.
    """
    n = len(said.numbers)
    return n if n >= LEAST_FOR_DETAIL else survey.told(said.numbers)


def _said(survey: Survey, task: Task, keys: Sequence[str] = ()) -> Told:
    """Return who answered a task and what, without empty answers and "can't say"."""
    found = survey.columns.told.get(task.key)
    if found is None:
        return Told(np.zeros(0, np.int64), ())
    kept = [place for place, answer in enumerate(found.answers) if _says_something(answer, task, keys)]
    return Told(found.numbers[kept], [found.answers[place] for place in kept])


def _says_something(answer: Answer, task: Task, keys: Sequence[str]) -> bool:
    if task.kind == "tokens":
        given = [answer.get(key, 0) for key in keys] if isinstance(answer, dict) else []
        return any(isinstance(one, int | float) and one > 0 for one in given)
    if task.kind == "nominate":
        return isinstance(answer, str) and answer not in {"", CANNOT_SAY}
    return isinstance(answer, list) and bool(answer)


def qualities(survey: Survey, table: Table) -> Analysis | None:
    """Return what staff see of each quality in their team, beside what managers say; None without such a dimension.

    Of teams, never of persons, and of the whole organisation only; both sides need eight answers. The two that staff
    see least are themes for coaching.
    """
    dimension = survey.framework.dimension_by_key.get(QUALITIES)
    if dimension is None or not any(item.key in survey.asked_at_all for item in dimension.items):
        return None
    found = [row for item in dimension.items if (row := _access(survey, table, dimension, item))]
    if not found:
        return Analysis("qualities", absence=TOO_FEW_FOR_QUALITIES)
    kept = ("key", "text", "managers_say", "n")
    rows = tuple({**{name: row[name] for name in kept}, "staff": row["access"]} for row in found)
    lowest = sorted(rows, key=lambda row: row["staff"])[:2]
    return Analysis("qualities", {"lowest": [row["key"] for row in lowest]} if len(rows) > 2 else {}, rows)


def values_balance(survey: Survey, table: Table) -> Analysis | None:
    """Return functional minus experiential value; from 15 points it is worth a sentence. None without both."""
    if not {FUNCTIONAL, EXPERIENTIAL} <= set(survey.framework.dimension_by_key):
        return None
    functional = table.figures["score"]["all"][FUNCTIONAL]
    experiential = table.figures["score"]["all"][EXPERIENTIAL]
    if functional.score is None or experiential.score is None:
        return Analysis("values", absence=TOO_FEW_FOR_VALUES)
    balance = functional.score - experiential.score
    leans = "" if abs(balance) < WORTH_A_SENTENCE else "functional" if balance > 0 else "experiential"
    numbers = [figure.n for figure in (functional, experiential) if figure.n is not None]
    values = {
        "functional": functional.score,
        "experiential": experiential.score,
        "balance": balance,
        "leans_to": leans,
        "n": min(numbers) if len(numbers) == 2 else None,
    }
    return Analysis("values", values)
