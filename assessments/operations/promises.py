"""What respondents are promised: kept with the campaign when it opens, and changed only to be stricter.

Each change keeps the settings as they then were, with a fingerprint that anybody can work out again:
the SHA-256 of the settings as JSON with sorted keys and no spaces.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments.groups import Declaration
from assessments.models import SMALLEST_GROUP, Campaign
from assessments.queries import as_it_would_open, has_open_ways
from backstage.operations import record_event
from organisations.models import User

LARGEST_SMALLEST_GROUP = 100
"""Beyond this nearly nothing could be shown at all; an owner who types it has slipped."""


class WouldLoosen(Exception):
    """The change would promise less than people were told."""


class TooLarge(Exception):
    """Groups of that size hardly exist."""


class AlreadyClosed(Exception):
    """The campaign has closed; what was promised stands."""


def settings_of(campaign: Campaign) -> dict[str, Any]:
    """Return everything about a campaign that protects its respondents, as plain values."""
    is_open_to_all = has_open_ways(campaign)
    k = max(campaign.k, SMALLEST_GROUP)
    joined = {"cells_of_open_ways": f"joined at the close until {k} answers share each"} if is_open_to_all else {}
    declared = campaign.declared if campaign.unit_tree else as_it_would_open(campaign)
    return {
        "questionnaire": f"{campaign.edition.slug} {campaign.edition.version}",
        "questionnaire_fingerprint": campaign.edition.fingerprint,
        "form": campaign.form,
        "short_form_for": sorted(campaign.short_roles),
        "open_link": is_open_to_all,
        **joined,
        "smallest_group": k,
        "comments_from": campaign.comments_from,
        "late_answers_hours": campaign.grace_hours,
        "drafts": "each answer sealed with AES-256-GCM; deleted at the close",
        "stored_with_answers": [*_cell_words(declared), "time band 1-5", "fast yes/no"],
        "reported_groups": _reported(declared),
        "time_of_sending": "not stored",
        "language": "counted for the campaign",
        "withdrawal_code": "kept as a keyed hash until the close",
        "at_the_close": "new ids and random order for answers and invitations",
        "results": "after the close, from one audited release",
    }


def _cell_words(declared: Declaration) -> list[str]:
    stored = [("unit", declared.by_unit), ("role", True), ("contact level", declared.by_contact)]
    return [f"{name} of the reporting cell" for name, is_stored in stored if is_stored]


def _reported(declared: Declaration) -> dict[str, Any]:
    """Return by what results may ever tell people apart: nothing else becomes a group."""
    kinds = {"sides": True, "roles": declared.by_role, "units": declared.by_unit, "contact levels": declared.by_contact}
    return {
        "by": [kind for kind, is_reported in kinds.items() if is_reported],
        "crossed": list(declared.crossed),
        "units_together": [merge.title for merge in declared.merges] if declared.by_unit else [],
        "unit_tree_fingerprint": fingerprint_of({"units": declared.tree_rows()}),
    }


def canonical(settings: Mapping[str, Any]) -> str:
    """Return settings as the text whose SHA-256 is their fingerprint."""
    return json.dumps(settings, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint_of(settings: Mapping[str, Any]) -> str:
    """Return the SHA-256 of settings in canonical form, in hex."""
    return hashlib.sha256(canonical(settings).encode()).hexdigest()


def promises_of(campaign: Campaign) -> list[dict[str, Any]]:
    """Return what was promised, oldest first; for a campaign that has not opened, what would be."""
    return list(campaign.promises) or [_entry(campaign, None)]


def promise_at_opening(campaign: Campaign, at: datetime) -> None:
    """Keep the settings under which a campaign opens; for the transaction that opens it."""
    campaign.promises = [_entry(campaign, at)]
    campaign.save(update_fields=["promises"])


def promise_as_it_stands(campaign: Campaign, at: datetime) -> None:
    """Keep the settings again if one of them changed that loosens nothing, such as an open way's being there."""
    if campaign.promises and campaign.promises[-1]["settings"] != settings_of(campaign):
        campaign.promises = [*campaign.promises, _entry(campaign, at)]
        campaign.save(update_fields=["promises"])


@transaction.atomic
def change_promises(*, campaign: Campaign, k: int, at: datetime, actor: User | None = None) -> None:
    """Raise the smallest group that is ever shown; the one for comments follows. The same number changes nothing.

    :raises WouldLoosen: when groups would become smaller than promised
    :raises TooLarge: when hardly any group has so many people
    :raises AlreadyClosed: when the campaign is neither being set up nor open
    """
    held = Campaign.objects.select_for_update(no_key=True).select_related("edition").get(pk=campaign.pk)
    if held.state not in {Campaign.State.DRAFT, Campaign.State.OPEN}:
        raise AlreadyClosed
    if k < max(held.k, SMALLEST_GROUP):
        raise WouldLoosen
    if k > LARGEST_SMALLEST_GROUP:
        raise TooLarge
    if k == held.k:
        return
    held.k = k
    if held.promises:
        held.promises = [*held.promises, _entry(held, at)]
    held.save(update_fields=["k", "promises"])
    record_event(
        act="promises_changed",
        at=at,
        actor=actor,
        organisation_id=held.organisation_id,
        subject=f"campaign:{held.pk}",
        details={"title": held.title, "smallest_group": k},
    )
    campaign.refresh_from_db()


def _entry(campaign: Campaign, at: datetime | None) -> dict[str, Any]:
    settings = settings_of(campaign)
    return {
        "since": at.isoformat(timespec="seconds") if at else "",
        "fingerprint": fingerprint_of(settings),
        "settings": settings,
    }
