"""What other organisations reach, from their releases: the middle half of each score.

Only organisations that agreed to take part are read, each once, in its latest release of the same framework
and main version. Made-up organisations are compared with made-up ones only when the viewer is one itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import quantiles

from reports.charts.build import Peers
from reports.models import Release, ReleasedScore

FEWEST_PEERS = 8
"""Organisations below which no quartile is shown: it would be one or two organisations' own score."""

MOST_OF_ALL = 0.4
"""Share of all peers' respondents that one organisation may have at most."""


def peers_of(release: Release) -> Mapping[str, Peers]:
    """Return the middle half of the peers' scores for the whole organisation, by subject key.

    Needs `release.campaign.edition` and `.organisation`; two queries however many peers there are.
    """
    campaign = release.campaign
    others = (
        Release.objects.filter(
            campaign__edition__slug=campaign.edition.slug,
            campaign__form=campaign.form,
            campaign__organisation__shares_benchmark=True,
        )
        .exclude(campaign__organisation=campaign.organisation_id)
        .order_by("-released_at", "-number")
    )
    if not campaign.organisation.is_synthetic:
        others = others.filter(campaign__organisation__is_synthetic=False)
    main_version = campaign.edition.version.partition(".")[0]
    latest: dict[int, int] = {}
    for key, organisation, version in others.values_list("pk", "campaign__organisation", "campaign__edition__version"):
        if version.partition(".")[0] == main_version:
            latest.setdefault(organisation, key)
    if len(latest) < FEWEST_PEERS:
        return {}
    found: dict[str, list[tuple[float, int]]] = {}
    rows = ReleasedScore.objects.filter(release__in=latest.values(), group="all")
    for subject, score, people in rows.values_list("subject", "score", "n"):
        found.setdefault(subject, []).append((score, people or 0))
    return {
        key: middle_half([score for score, _ in peers])
        for key, peers in found.items()
        if len(peers) >= FEWEST_PEERS and not _has_giant([people for _, people in peers])
    }


def _has_giant(people: Sequence[int]) -> bool:
    """Say whether most of what peers say would be what one of them says. Unknown numbers of people are 0."""
    return max(people) > MOST_OF_ALL * sum(people)


def middle_half(scores: list[float]) -> Peers:
    """Return the lower and upper quartile (inclusive method) of at least two scores."""
    low, _median, high = quantiles(scores, n=4, method="inclusive")
    return Peers(low, high, len(scores))
