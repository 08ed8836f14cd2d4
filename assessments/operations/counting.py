"""How many have answered an open campaign, counted once a day and in steps of k people.

A count that moves with each answer would tell a watcher when somebody answered. So the first look of a day counts,
everybody sees that count until the next day, the total is told as one of spans of k numbers, and no unit's count moves
by fewer than k people.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import number_format

from assessments.models import Campaign
from assessments.queries import MOST_SAID, Counted
from assessments.statements import keep_tallies

COUNTED = "counted"
"""Where a campaign's tallies keep the day's count."""


def counted_today(*, campaign: Campaign, at: datetime) -> Counted:
    """Return how many have answered, as it was counted today; counts if nobody has looked yet."""
    today = timezone.localdate(at)
    found = campaign.tallies.get(COUNTED) or {}
    if found.get("day") != today.isoformat():
        found = _count(campaign.pk, today)
    by_unit, listed = ({int(unit): n for unit, n in found[name].items()} for name in ("units", "listed"))
    return Counted(today, found["total"].get("", 0), found["unasked"].get("", 0), by_unit, listed)


def with_counts_of_today(campaigns: Iterable[Campaign], at: datetime) -> list[Campaign]:
    """Return campaigns from `assessments.queries.with_counts`; of open ones the counts are those of today.

    `answered_text` is the number as it is printed: of open campaigns as a span of k numbers, such as 95–99, so that
    the exact one after the close tells of nobody who answered last. With `is_nearly_all` it is not told: more of the
    people have answered than is said of anybody.
    """
    told = []
    for campaign in campaigns:
        answered = _printed(campaign.answered_count)  # type: ignore[attr-defined]  # added by the query
        if campaign.state == Campaign.State.OPEN:
            counted = counted_today(campaign=campaign, at=at)
            listed = campaign.invitations.filter(came_by_open_link=False).count()
            campaign.answered_count = counted.total  # type: ignore[attr-defined]  # added by the query
            campaign.invited_count = listed + counted.unasked + campaign.imported  # type: ignore[attr-defined]
            came_unasked = campaign.takes_open_link or counted.unasked
            people = sum(campaign.unit_sizes.values()) if came_unasked else listed + campaign.imported
            is_nearly_all = bool(people) and 100 * counted.total > MOST_SAID * people
            campaign.is_nearly_all = is_nearly_all  # type: ignore[attr-defined]
            answered = _span(counted.total - _beyond_what_is_said(campaign, counted), campaign.k, people)
        campaign.answered_text = answered  # type: ignore[attr-defined]
        told.append(campaign)
    return told


@transaction.atomic
def _count(campaign_id: int, today: date) -> dict[str, Any]:
    # Who sends keeps tallies in the same row, and holds it meanwhile.
    held = Campaign.objects.select_for_update(no_key=True).only("tallies", "imported", "k").get(pk=campaign_id)
    before: dict[str, Any] = held.tallies.get(COUNTED) or {}
    if before.get("day") == today.isoformat():
        return before
    on_list = Count("pk", filter=Q(came_by_open_link=False))
    rows = list(held.invitations.filter(has_answered=True).values("unit").annotate(n=Count("pk"), listed=on_list))
    answered = sum(row["n"] for row in rows)
    now = {
        "total": {"": answered + held.imported},
        "unasked": {"": answered - sum(row["listed"] for row in rows)},
        "units": {str(row["unit"]): row["n"] for row in rows},
        "listed": {str(row["unit"]): row["listed"] for row in rows},
    }
    shown = {name: _in_steps(before.get(name) or {}, counts, held.k) for name, counts in now.items()}
    found = {"day": today.isoformat(), **shown, "total": now["total"]}
    keep_tallies(campaign_id, {**held.tallies, COUNTED: found})
    return found


def _in_steps(before: dict[str, int], now: dict[str, int], k: int) -> dict[str, int]:
    """Return the counts to show: those of now where they differ from those shown by k people or more."""
    pairs = {key: (before.get(key, 0), now.get(key, 0)) for key in before.keys() | now.keys()}
    return {key: new if abs(new - old) >= k else old for key, (old, new) in pairs.items()}


def _beyond_what_is_said(campaign: Campaign, counted: Counted) -> int:
    """Return how many have answered beyond the share that is said of a unit at most.

    In the total they would tell, less the other units' shares, that everybody of a unit has answered.
    """
    if campaign.unit_sizes:
        sizes = {int(unit): people for unit, people in campaign.unit_sizes.items()}
        by_unit = counted.by_unit
    else:
        rows = campaign.invitations.filter(came_by_open_link=False).values("unit").annotate(people=Count("pk"))
        sizes = {row["unit"]: row["people"] for row in rows}
        by_unit = counted.listed_by_unit
    return sum(max(0, by_unit.get(unit, 0) - MOST_SAID * people // 100) for unit, people in sizes.items())


def _span(counted: int, k: int, people: int) -> str:
    """Return the k numbers among which a count lies: 97 is 95–99 with k = 5. None is above a known number of people."""
    first = counted - counted % k
    last = first + k - 1
    return f"{_printed(first)}–{_printed(min(last, people) if counted <= people else last)}"


def _printed(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
