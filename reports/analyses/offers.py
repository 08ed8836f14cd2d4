"""What stands beside a dimension's figures and is offered to its audit: variants, consistency, what nobody could see.

Each is a further row over the unknowns of `DimensionAudit`: whoever knows a score with and without some answers, or
two counts of "can't see this", knows the difference as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set

import numpy as np

from pillars.reliability import FEWEST_ITEMS, FEWEST_PEOPLE
from pillars.schema import Item
from pillars.scoring import Measure, is_in
from pillars.vectors import Mask
from reports.analyses.audits import COMMON, COMPLETE, DimensionAudit
from reports.analyses.estimates import Estimate
from reports.analyses.held import EVIDENCE, EVIDENCED
from reports.analyses.respondents import AGENT, SENSITIVE, Crowd
from reports.analyses.sight import asked_groups
from reports.disclosure import LEAST_FOR_DETAIL, LEAST_FOR_RESOURCES, Candidate
from reports.results import UNWEIGHTED, WITHOUT_FLAGGED
from reports.spans import Row

ALPHA, EFFECT, SIGHT, UNSEEN, UNSURE = "alpha", "effect", "sight", "unseen", "unsure"


def without_flagged(audit: DimensionAudit, found: Estimate) -> Candidate:
    """Return the whole organisation's score without flagged answers."""
    crowd = audit.survey.crowd("all")
    key = (WITHOUT_FLAGGED, crowd.key)
    return audit.figure("score", crowd, found, key=key, among=~audit.is_flagged)


def without_numbers(audit: DimensionAudit, found: Estimate) -> Iterator[Candidate]:
    """Yield the exact number of people behind it, or none."""
    exact = audit.contributors("score", audit.survey.crowd("all"), found) & ~audit.is_flagged
    key = ("n", WITHOUT_FLAGGED, "all", audit.count(exact))
    yield Candidate(key, [audit.count_row(exact)], needs=(WITHOUT_FLAGGED, "all"))


def unweighted(audit: DimensionAudit, crowd: Crowd, found: Estimate) -> Iterator[Candidate]:
    """Yield the plain mean of a figure's people, where roles weigh differently in it."""
    if len(found.pools) > 1:
        mask = audit.contributors("score", crowd, found)
        row = audit.mean_row("score", mask.astype(np.int64))
        yield Candidate((UNWEIGHTED, crowd.key), [row], needs=("score", crowd.key))


def compared(audit: DimensionAudit) -> Iterator[Candidate]:
    """Yield the whole organisation's means over some of the items, each with the number of people behind it."""
    whole = audit.survey.crowd("all")
    for part in audit.parts:
        yield audit.figure(part.name, whole, part.found)
        yield from audit.numbers(part.name, whole, part.found)


def consistency(audit: DimensionAudit) -> Iterator[Candidate]:
    """Yield what Cronbach's alpha rests on: sums and squares of each item, and of all together, of complete rows."""
    items, mask = _complete(audit)
    if items:
        rows = [row for item in items for row in audit.item_rows(item, mask)]
        yield Candidate((ALPHA,), [*rows, audit.square_row(COMPLETE, mask.astype(np.int64))])


def consistency_numbers(audit: DimensionAudit) -> Iterator[Candidate]:
    items, mask = _complete(audit)
    if items:
        yield from audit.told(ALPHA, "all", mask, np.ones(len(audit.cells), bool))


def _complete(audit: DimensionAudit) -> tuple[list[Item], Mask]:
    """Return the items whose consistency can be told and who answered all of them; no items where there are too few."""
    items = audit.survey.scale_items(audit.dimension)
    mask = audit.values[COMPLETE].squares >= 0
    return (items if len(items) >= FEWEST_ITEMS and audit.count(mask) >= FEWEST_PEOPLE else []), mask


def effect(audit: DimensionAudit, sides: Collection[str]) -> Iterator[Candidate]:
    """Yield what a gap's effect size rests on beyond the gap: the squares of each side."""
    rows = []
    for key in sides:
        mask = audit.side(key) & (audit.values[COMMON].squares >= 0)
        rows.append(audit.square_row(COMMON, mask.astype(np.int64)))
    if rows:
        yield Candidate((EFFECT,), rows, needs=(COMMON,))


def seen_in_teams(audit: DimensionAudit) -> Iterator[Candidate]:
    """Yield who has how much of each resource, and who sees which quality: staff, leaders, agents and other staff."""
    is_offered = audit.survey.offered[1] is audit.dimension
    if is_offered or audit.dimension.key in SENSITIVE:
        for item in audit.dimension.items:
            yield from _access(audit, item, with_agents=is_offered)


def _access(audit: DimensionAudit, item: Item, *, with_agents: bool) -> Iterator[Candidate]:
    given = audit.points[item.key] >= 0
    staff = audit.side("side:staff") if audit.survey.framework.role_groups else np.ones(len(audit.cells), bool)
    own, leaders = given & staff, given & audit.side("side:leaders")
    agents = own & np.array([cell.role == AGENT for cell in audit.cells], dtype=bool)
    if audit.count(own) < LEAST_FOR_RESOURCES:
        return
    yield Candidate(("access", item.key), [audit.points_row(item, own)])
    yield from audit.told("access", item.key, own, staff)
    if audit.count(leaders) >= LEAST_FOR_RESOURCES:
        yield Candidate(("team", item.key), [audit.points_row(item, leaders)], needs=("access", item.key))
    if with_agents and min(audit.count(agents), audit.count(own & ~agents)) >= LEAST_FOR_RESOURCES:
        yield Candidate(("split", item.key), [audit.points_row(item, agents)], needs=("access", item.key))


def evidence(audit: DimensionAudit, evidenced: Estimate | None) -> Iterator[Candidate]:
    """Yield what those who named evidence claim on each ladder and can hold up, and the score made of it."""
    swapped = np.arange(len(audit.cell_of))
    for item in audit.dimension.items:
        mask = audit.proven(item)
        if mask.any():
            held = audit.held(item)[mask]
            swapped[audit.points[item.key][mask]] = held
            rows = [audit.points_row(item, mask), Row(held, np.ones(len(held), np.int64))]
            yield Candidate((EVIDENCE, item.key), rows, needs=("item", item.key))
            yield from audit.told(EVIDENCE, item.key, mask, np.ones(len(audit.cells), bool))
    if evidenced:
        [means, _squares] = audit.figure("score", audit.survey.crowd("all"), evidenced).rows
        yield Candidate((EVIDENCED,), [Row(swapped[means.columns], means.parts)], needs=("score", "all"))


def unseen(audit: DimensionAudit, whole: Mapping[Measure, Estimate]) -> Iterator[Candidate]:
    """Yield who could not see what: each item's count, shares of groups on common items, and of each figure.

    `whole` holds the whole organisation's figures by measure. Who gave a point, or nothing, counts as if they might
    have said it: a reader does not know that they did not.
    """
    crowd = audit.survey.crowd("all")
    for item in audit.dimension.items:
        members = audit.counted_sides(audit.points[item.key] >= 0)
        yield Candidate((UNSURE, item.key), [audit.unseen_row([item], members)], needs=("item", item.key))
    common = audit.survey.common_items(audit.dimension)
    for key, people in asked_groups(audit.survey, audit.dimension).items():
        sides = {side for side, on in audit.survey.sides.items() if on[people].any()}
        inside = audit.inside(audit.survey.crowd(key)) & _of_sides(audit, sides)
        yield Candidate((SIGHT, key), [audit.unseen_row(common, inside)])
    for measure, found in whole.items():
        if found.least >= LEAST_FOR_DETAIL:
            items = [item for item in audit.dimension.items if is_in(item, measure)]
            row = audit.unseen_row(items, audit.contributors(measure, crowd, found))
            yield Candidate((UNSEEN, measure), [row], needs=(measure, "all"))


def _of_sides(audit: DimensionAudit, sides: Set[str]) -> Mask:
    """Return the people of some sides; "" stands for those of none."""
    strata = {cell.stratum for cell in audit.cells}
    return audit.of_strata(s for s in strata if audit.survey.side_of_stratum.get(s, "") in sides)
