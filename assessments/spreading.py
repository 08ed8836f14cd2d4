"""Which leaders also get ladders that only a handful of others would answer. Pure.

Some ladders are asked of executives alone. Where fewer than k executives are invited, nobody could ever
see an answer, so these ladders are spread over the other leaders: each person draws as many as fit into
the time budget, always the ones drawn least so far. Who drew what stands only in the sealed draft.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from pillars.schema import Framework, Item


def ladders_to_spread(framework: Framework, form: str, invited: Mapping[str, int], k: int) -> tuple[str, ...]:
    """Return the ladders in `form` that fewer than `k` of the `invited` (people by role) would be asked."""
    leaders = _leading_roles(framework)
    return tuple(
        item.key
        for item in framework.items
        if item.scale.kind == "ladder"
        and item.asked_of
        and set(item.asked_of) < leaders
        and sum(invited.get(role, 0) for role in item.asked_of) < k
        and _stands_in(framework, form, item)
        and any(invited.get(role) for role in leaders - set(item.asked_of))
    )


def drawn_ladders(framework: Framework, form: str, role: str, drawn: Mapping[str, int]) -> tuple[str, ...]:
    """Return what one person in `role` draws, at random among the ladders `drawn` least often.

    Nobody draws what their role is asked anyway, and nobody more than fits into the form's budget.
    """
    if role not in _leading_roles(framework):
        return ()
    offered = [key for key in drawn if not framework.item_by_key[key].is_asked_of(role)]
    secrets.SystemRandom().shuffle(offered)
    taken: list[str] = []
    seconds = _seconds_left(framework, form, role)
    for key in sorted(offered, key=lambda key: drawn[key]):
        seconds -= framework.item_by_key[key].scale.seconds
        if seconds < 0:
            break
        taken.append(key)
    return tuple(taken)


def _leading_roles(framework: Framework) -> set[str]:
    return {role for group in framework.role_groups if group.side == "leaders" for role in group.roles}


def _stands_in(framework: Framework, form: str, item: Item) -> bool:
    parts = (part for role in item.asked_of for part in framework.parts_for(form, role))
    return any(item.key in page for part in parts for page in part.pages)


def _seconds_left(framework: Framework, form: str, role: str) -> float:
    """Return the time budget that is left; without one, room for a single ladder."""
    found = next(known for known in framework.forms if known.key == form)
    if not found.budget_minutes:
        return max(item.scale.seconds for item in framework.items)
    return found.budget_minutes * 60 - framework.seconds_for(found, role)
