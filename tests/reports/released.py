"""Rows for tests of results pages: organisations with people, campaigns and stored releases."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessments.models import Campaign
from organisations.models import Membership, Organisation, User
from pillars.models import Edition
from reports.models import Release, ReleasedScore
from reports.results import Results
from tests.reports.results_fixture import DIMENSIONS, LEVELS, make_results

AT = dt.datetime(2026, 6, 13, 9, 0, tzinfo=dt.UTC)


def framework_document() -> dict[str, Any]:
    """Return a small framework whose lenses and dimensions are those of the made-up release."""
    weights = {"pillars": 0.5, "systems": 0.25, "aspects": 0.25}
    return {
        "slug": "concentric",
        "version": "0.1",
        "title": "Customer centricity",
        "language": "en",
        "levels": [{"key": level.key, "title": level.title, "starts_at": level.starts_at} for level in LEVELS],
        "scales": [
            {
                "key": "often",
                "kind": "points",
                "lowest": 0,
                "highest": 4,
                "labels": ["Never", "Rarely", "Sometimes", "Often", "Always"],
            }
        ],
        "instruments": [
            {
                "key": instrument,
                "title": instrument.title(),
                "weight": weight,
                "dimensions": [
                    {
                        "key": key,
                        "title": title,
                        "short_title": short,
                        "level_lines": [f"{title}: level {number} in words." for number in range(1, 6)],
                        "items": [{"key": f"Q{key}", "text": f"How often do you see {title}?", "scale": "often"}],
                        "recommendations": [
                            {
                                "key": f"{key}-1",
                                "kind": "quick_win",
                                "text": f"Start with {title.lower()}.",
                                "levels": [1, 2, 3],
                            }
                        ],
                    }
                    for lens, key, title, short, *_rest in DIMENSIONS
                    if lens == instrument
                ],
            }
            for instrument, weight in weights.items()
        ],
    }


def make_edition(version: str = "0.1") -> Edition:
    """Return a small edition of its own; the shipped one is published by the migrations."""
    return Edition.objects.get_or_create(
        slug="concentric",
        version=version,
        defaults={
            "title": "Customer centricity",
            "document": framework_document(),
            "fingerprint": f"{version}-{'5f' * 28}",
            "published_at": AT,
        },
    )[0]


def make_organisation(name: str = "Northlake Savings", **fields: Any) -> Organisation:
    return Organisation.objects.create(name=name, slug=name.lower().replace(" ", "-"), **fields)


def make_person(organisation: Organisation | None = None, kind: str = "owner", email: str = "") -> User:
    user = User.objects.create_user(email or f"{kind}-{User.objects.count()}@example.org", "a long password")
    if organisation:
        Membership.objects.create(user=user, organisation=organisation, kind=kind)
    return user


def make_campaign(organisation: Organisation, wave: int = 3, state: str = "released", **fields: Any) -> Campaign:
    values = {"title": f"Wave {wave}", "closed_at": AT, "edition": make_edition()} | fields
    return Campaign.objects.create(organisation=organisation, wave=wave, state=state, **values)


def make_release(organisation: Organisation, results: Results | None = None, **fields: Any) -> Release:
    """Store a release of `results` with its figures for the whole organisation as rows."""
    results = results or make_results(organisation=organisation.name)
    campaign = make_campaign(organisation, wave=results.wave, **fields)
    release = Release.objects.create(
        campaign=campaign, number=1, released_at=AT, document=results.to_document(), fingerprint="0" * 64
    )
    ReleasedScore.objects.bulk_create(
        ReleasedScore(
            release=release,
            group="all",
            subject=subject,
            score=figure.score,
            low=figure.low,
            high=figure.high,
            margin=figure.margin,
            n=figure.n,
            level=figure.level,
        )
        for subject, figure in results.figures["score"]["all"].items()
        if figure.score is not None and figure.n is not None
    )
    return release
