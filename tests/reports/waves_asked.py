"""Two waves of one organisation that did not ask the same, for tests of what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assessments.models import Campaign
from organisations.models import Organisation
from pillars.files import fingerprint_of
from pillars.models import Edition
from tests.reports.closed_campaigns import CLOSED_AT

Question = Mapping[str, Any]


def question(key: str, text: str = "", **values: Any) -> dict[str, Any]:
    return {"key": key, "text": text or f"How much {key}?", "scale": "percent", **values}


def edition(version: str, dimensions: Mapping[str, Sequence[Question]], **values: Any) -> Edition:
    """Publish an edition of one lens with these questions on 0 to 100, asked of staff, managers and executives."""
    levels = {"inward": 0, "spoken": 20, "structured": 40, "practised": 60, "lived": 80}
    groups = (("staff", "front_line", 0.5, "staff"), ("managers", "manager", 0.3, "leaders"))
    document = {
        "slug": "asked",
        "version": version,
        "title": "Asked",
        "language": "en",
        "levels": [{"key": key, "title": key.title(), "starts_at": start} for key, start in levels.items()],
        "roles": [{"key": key, "title": key} for key in ("front_line", "manager", "executive")],
        "role_groups": [
            *(
                {"key": key, "title": key.title(), "roles": [role], "weight": weight, "side": side}
                for key, role, weight, side in groups
            ),
            {"key": "executives", "title": "Executives", "roles": ["executive"], "weight": 0.2, "side": "leaders"},
        ],
        "scales": [{"key": "percent", "kind": "points", "lowest": 0, "highest": 100}],
        "instruments": [
            {
                "key": "pillars",
                "title": "Pillars",
                "weight": 1,
                "dimensions": [
                    {"key": key, "title": key.title(), "items": list(items)} for key, items in dimensions.items()
                ],
            }
        ],
        **values,
    }
    return Edition.objects.create(
        slug="asked",
        version=version,
        title="Asked",
        document=document,
        fingerprint=fingerprint_of(document),
        published_at=CLOSED_AT,
    )


def wave(organisation: Organisation, number: int, asked: Edition, **values: Any) -> Campaign:
    """Return a closed wave that nobody answered yet."""
    return Campaign.objects.create(
        organisation=organisation,
        edition=asked,
        wave=number,
        title=f"Wave {number}",
        state=Campaign.State.CLOSED,
        closed_at=CLOSED_AT,
        **values,
    )
