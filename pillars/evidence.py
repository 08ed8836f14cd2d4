"""Claims beside their proof: how far what is claimed on the ladders runs ahead of what somebody could show.

Evidence has four types: 0 none, 1 a concrete recent example, 2 a dated document or record, 3 a recurring measure or a
check from outside. They hold a claim up to rung 2, 3, 4 and 5. A ladder for which nobody was asked for proof is None
and counts nowhere: not asked is not the same as none. Never Django, the database or the clock.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pillars.schema import Answers, Framework
from pillars.scoring import point_of
from pillars.statistics import mean

EVIDENCE_TYPES = (0, 1, 2, 3)
FEWEST_LADDERS = 5
"""Ladders that an organisation's gap needs; a register of fewer says too little about the whole."""
WORTH_PROVING = 3
"""The lowest claim, in rungs, that coverage asks proof for."""


@dataclass(frozen=True)
class Claim:
    """What is claimed on one ladder, as the mean rung of those who answered it, and the best evidence accepted."""

    ladder: str
    dimension: str
    claimed: float
    evidence: int | None = None
    """One of `EVIDENCE_TYPES`; None where nobody was asked for any."""


@dataclass(frozen=True)
class EvidenceGap:
    """Claims beside their proof, in rungs: means over `ladders` ladders. `gap` is 0 where everything is proven."""

    gap: float
    claimed: float
    supported: float
    coverage: float | None
    """Share, 0..1, of the claims from rung 3 up that have any evidence; None where none is claimed so high."""
    ladders: int


def cap(evidence: int, rungs: int = 5) -> int:
    """Return the highest rung that evidence of this type holds up, counted from 1.

    0, 1, 2, 3 -> 2, 3, 4, 5 of five rungs. Of another number of rungs it holds up the same share of the way.

    :raises ValueError: when there is no such type of evidence
    """
    if evidence not in EVIDENCE_TYPES:
        raise ValueError(f"There is no evidence of type {evidence}.")
    return 1 + math.floor((rungs - 1) * (1 + evidence) / 4)


def evidence_gap(claims: Sequence[Claim]) -> EvidenceGap | None:
    """Return how far claims run ahead of their proof; None where proof was asked for none of them.

    Of each ladder, supported = min(claimed, cap of its evidence) and gap = claimed - supported; then plain means over
    the ladders. Coverage is the share of the claims from rung 3 up with evidence of type 1 or more.

    Claims 5, 4, 4, 3, 2 with evidence 0, 2, 1, 0, 0: gaps 3, 0, 1, 1, 0 -> gap 1.0, claimed 3.6, supported 2.6,
    coverage 2 of 4 = .5.
    """
    asked = [(claim.claimed, claim.evidence) for claim in claims if claim.evidence is not None]
    if not asked:
        return None
    supported = [min(claimed, cap(evidence)) for claimed, evidence in asked]
    high = [evidence for claimed, evidence in asked if claimed >= WORTH_PROVING]
    return EvidenceGap(
        gap=mean([claimed - held for (claimed, _), held in zip(asked, supported, strict=True)]),
        claimed=mean([claimed for claimed, _ in asked]),
        supported=mean(supported),
        coverage=sum(evidence >= 1 for evidence in high) / len(high) if high else None,
        ladders=len(asked),
    )


def evidence_gaps(claims: Sequence[Claim]) -> dict[str, EvidenceGap]:
    """Return the gap of each dimension that has a ladder with asked proof, by the dimension's key."""
    of_dimension: dict[str, list[Claim]] = {}
    for claim in claims:
        of_dimension.setdefault(claim.dimension, []).append(claim)
    found = {key: evidence_gap(mine) for key, mine in of_dimension.items()}
    return {key: gap for key, gap in found.items() if gap}


def organisation_gap(claims: Sequence[Claim]) -> EvidenceGap | None:
    """Return the gap over all ladders, each weighing the same; None below five ladders with asked proof."""
    found = evidence_gap(claims)
    return found if found and found.ladders >= FEWEST_LADDERS else None


def without_proof(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims that run ahead of their proof, the widest gap first."""
    ahead = [
        (claim.claimed - cap(claim.evidence), claim)
        for claim in claims
        if claim.evidence is not None and claim.claimed > cap(claim.evidence)
    ]
    return [claim for _, claim in sorted(ahead, key=lambda one: (-one[0], one[1].ladder))]


def capped(framework: Framework, answers: Answers, evidence: Mapping[str, int]) -> Answers:
    """Return a person's answers with each ladder held down to what its evidence holds up.

    `evidence` is the accepted type by ladder key; a ladder that is missing in it stays as answered. Scores and levels
    computed from these answers are the evidenced ones: level 4 claimed, level 3 evidenced.
    """
    held: dict[str, int] = {}
    for key, kind in evidence.items():
        item = framework.item_by_key.get(key)
        point = point_of(answers, key)
        if item is not None and item.scale.kind == "ladder" and point is not None:
            lowest = item.scale.lowest
            held[key] = min(point, lowest - 1 + cap(kind, item.scale.highest - lowest + 1))
    return {**answers, **held}
