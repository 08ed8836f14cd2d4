"""How long answering took, from the times of single questions. Pure; no time is ever kept in the clear."""

from __future__ import annotations

from collections.abc import Sequence

BAND_MINUTES = (4, 8, 12, 20)
"""Where the second to the fifth band begin; the fifth begins after twenty minutes, not with them."""

MIDDLE_MINUTES = (2, 6, 10, 16, 25)
"""A time inside each band."""

FAST_SECONDS = 2
LONGEST_SECONDS = 600
"""A device cannot claim more for one answer."""

LONGEST_GAP_SECONDS = 120
"""A longer silence between two saves is a break, not thought about one question."""


def seconds_each(gap: float, questions: int) -> float:
    """Return the time of each question that was answered since the last save, where no device measured it."""
    return min(max(gap, 0) / max(questions, 1), LONGEST_GAP_SECONDS)


def band_of(seconds: float) -> int:
    """Return the band of the whole time of active answering, counted from 1: 3:59 is 1, 4:00 is 2, 20:00 is 4."""
    minutes = seconds / 60
    return 1 + sum(minutes >= start for start in BAND_MINUTES[:-1]) + (minutes > BAND_MINUTES[-1])


def is_fast(seconds: Sequence[float | None]) -> bool:
    """Say whether at least half of the answered scale questions took under two seconds each. Unknown is not fast."""
    fast = sum(1 for taken in seconds if taken is not None and taken < FAST_SECONDS)
    return bool(seconds) and fast * 2 >= len(seconds)


def seconds_like(band: int, is_fast: bool, questions: int) -> list[float]:
    """Return times of single questions that add up to this band and are as fast as it says.

    For answers that were sent and come back: of how long they took, only the band and the flag are known.
    """
    whole = 60.0 * MIDDLE_MINUTES[band - 1]
    if not is_fast:
        return [max(whole / max(questions, 1), FAST_SECONDS)] * questions
    return [FAST_SECONDS / 2] * (questions - 1) + [max(whole - FAST_SECONDS / 2 * (questions - 1), FAST_SECONDS / 2)]
