"""Who can see what: the share of common questions that each group can answer from its job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pillars.schema import Dimension, Item
from reports.analyses.respondents import Survey
from reports.analyses.sentences import N_
from reports.disclosure import LEAST_FOR_DETAIL, shown_groups
from reports.results import Analysis

if TYPE_CHECKING:
    from reports.analyses.figures import Table

LEADERS_SHOULD_SEE = 0.70
STAFF_SHOULD_SEE = 0.50

TOO_FEW_FOR_SIGHT = N_("Too few people answered to say who can see what.")


def asked_groups(survey: Survey, dimension: Dimension) -> dict[str, frozenset[int]]:
    """Return who was asked the dimension's common questions, by group, of groups whose numbers may stand together.

    Of the whole organisation only sides with enough people count.
    """
    if not survey.framework.role_groups:
        return {}
    items = survey.common_items(dimension)
    crowds = [crowd for crowd in survey.crowds if crowd.kind in {"all", "side", "role"}]
    asked = {crowd.key: _asked(survey, survey.members(crowd), items) for crowd in crowds}
    asked["all"] = frozenset(survey.counted(sorted(asked.get("all", ())), survey.k))
    order = survey.by_worth({key: len(people) for key, people in asked.items()})
    shown = shown_groups({crowd.key: asked[crowd.key] for crowd in order}, survey.k)
    return {crowd.key: asked[crowd.key] for crowd in order if crowd.key in shown}


def _asked(survey: Survey, numbers: frozenset[int], items: Sequence[Item]) -> frozenset[int]:
    """Return those who gave one of these items a point or said that they can't see it."""
    keys = [item.key for item in items]
    return frozenset(
        number for number in numbers if any(survey.people[number].answers.get(key) not in {None, "na"} for key in keys)
    )


def line_of_sight(survey: Survey, table: Table) -> Analysis | None:
    """Return the share of common questions each role group can answer: 1 - share of "I can't see this".

    A finding where leaders see less than 70 % or staff less than 50 %. None without role groups.
    """
    if not survey.framework.role_groups:
        return None
    rows: list[Mapping[str, Any]] = []
    for dimension in survey.counted_dimensions:
        items = survey.common_items(dimension)
        for key, people in sorted(asked_groups(survey, dimension).items()):
            unseen = survey.dont_know_share(people, items) if table.allows(dimension.key, "sight", key) else None
            if unseen is None:
                continue
            crowd = survey.crowd(key)
            seen = 1 - unseen
            leads = bool(crowd.strata) and all(survey.side_of_stratum.get(s) == "leaders" for s in crowd.strata or ())
            least = LEADERS_SHOULD_SEE if leads else STAFF_SHOULD_SEE
            exact = len(people) >= LEAST_FOR_DETAIL
            rows.append(
                {
                    "subject": dimension.key,
                    "group": key,
                    "share": seen if exact else round(seen, 2),
                    "n": survey.told(people, key),
                    "is_finding": key != "all" and seen < least,
                }
            )
    return Analysis("line_of_sight", rows=tuple(rows)) if rows else Analysis("line_of_sight", absence=TOO_FEW_FOR_SIGHT)
