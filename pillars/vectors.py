"""The fast versions of `pillars.scoring` and `pillars.statistics`, for many people at once. Numpy only.

`pillars.scoring` defines what a score is; property tests hold that both give the same. A question is one array
with a *code* for each person: how many steps above the scale's lowest point they are (0 for the lowest), or one
of the negative codes below. A value that somebody does not have is NaN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pillars.schema import DONT_KNOW, NOT_APPLICABLE, Answer, Item
from pillars.scoring import MEASURES, Measure, is_in
from pillars.statistics import Moments

NOTHING, UNSEEN, NOT_HERE, UNREADABLE = -1, -2, -3, -4
"""Codes for no answer, "I can't see this", "doesn't apply", and an answer that is none of the scale's."""

CODE_OF_WORD = {DONT_KNOW: UNSEEN, NOT_APPLICABLE: NOT_HERE}

Codes = npt.NDArray[np.signedinteger]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
"""Numbers of people, ascending."""

NOBODY: Numbers = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Values(Mapping[int, float]):
    """What people have of something, by their number: an array for all, and a mapping of those who have one."""

    array: Floats

    @cached_property
    def given(self) -> Mask:
        """Who has a value."""
        return ~np.isnan(self.array)

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers of those who have a value."""
        return np.flatnonzero(self.given)

    def of(self, numbers: Numbers | Mask) -> Floats:
        """Return the values of those of some people who have one."""
        found = self.array[numbers]
        return found[~np.isnan(found)]

    def only(self, kept: Mask) -> Values:
        """Return the same without the values of everybody else."""
        return Values(np.where(kept, self.array, np.nan))

    def __getitem__(self, number: int) -> float:
        if not 0 <= number < len(self.array) or np.isnan(self.array[number]):
            raise KeyError(number)
        return float(self.array[number])

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers.tolist())

    def __len__(self) -> int:
        return len(self.numbers)


# -- codes ---------------------------------------------------------------------------------------


def code_type(item: Item) -> type[np.signedinteger]:
    """Return the type of an item's codes: one byte for each person, unless the scale is wider."""
    return np.int8 if item.scale.highest - item.scale.lowest < 128 else np.int16


def code_of(item: Item, answer: Answer | None) -> int:
    """Return an answer as a code.

    :raises ValueError: when it is a point that is not on the scale
    """
    if answer is None:
        return NOTHING
    if isinstance(answer, int) and not isinstance(answer, bool):
        item.fraction(answer)
        return answer - item.scale.lowest
    return CODE_OF_WORD.get(answer, UNREADABLE) if isinstance(answer, str) else UNREADABLE


def answer_of(item: Item, code: int) -> Answer | None:
    """Return the answer behind a code; one that could not be read is an empty text."""
    words: dict[int, Answer | None] = {UNSEEN: DONT_KNOW, NOT_HERE: NOT_APPLICABLE, NOTHING: None, UNREADABLE: ""}
    return item.scale.lowest + code if code >= 0 else words[code]


def value_by_code(item: Item, missing: float = np.nan) -> Floats:
    """Return what each code is worth on 0..100; negative ones count from the end, where `missing` stands."""
    return np.array([100 * item.fraction(point) for point in item.scale.points()] + [missing] * 4)


def values_of(item: Item, codes: Codes) -> Values:
    """Return people's answers to an item on 0..100."""
    return Values(value_by_code(item).take(codes))


# -- people's scores -----------------------------------------------------------------------------


def asked_among(codes: Codes, routed: Mask) -> Mask:
    """Say who counts as asked: the item was routed to them or they answered it, and it applies to them."""
    found: Mask = (routed | (codes != NOTHING)) & (codes != NOT_HERE)
    return found


def scores_of(items: Sequence[Item], codes: Mapping[str, Codes], routed: Mapping[str, Mask], people: int) -> Values:
    """Return everybody's score over these items: the weighted mean of what they answered, if that is half of it.

    `routed` says for each item who was asked it, by its key. See `pillars.scoring.score_dimension`.
    """
    asked, answered = np.zeros(people, np.int16), np.zeros(people, np.int16)
    weight, reached = np.zeros(people), np.zeros(people)
    for item in items:
        given = codes[item.key]
        has_point = given >= 0
        asked += asked_among(given, routed[item.key])
        answered += has_point
        weight += has_point * float(item.weight)
        reached += (value_by_code(item, 0.0) * item.weight).take(given)
    enough = (weight > 0) & (answered * 2 >= asked)
    scores = np.full(people, np.nan)
    np.divide(reached, weight, out=scores, where=enough)
    return Values(np.clip(np.round(scores, 10), 0.0, 100.0))


def score_measures(
    items: Sequence[Item],
    codes: Mapping[str, Codes],
    routed: Mapping[str, Mask],
    people: int,
    left_out: Collection[str] = (),
) -> dict[Measure, Values]:
    """Return everybody's score in a dimension of these items, for each measure; `left_out` items count in none."""
    counted = [item for item in items if item.key not in left_out]
    found: dict[tuple[str, ...], Values] = {}
    scores: dict[Measure, Values] = {}
    for measure in MEASURES:
        used = [item for item in counted if is_in(item, measure)]
        keys = tuple(item.key for item in used)
        if keys not in found:  # without a ladder what is lived is the score
            found[keys] = scores_of(used, codes, routed, people)
        scores[measure] = found[keys]
    return scores


def means_over(items: Sequence[Item], codes: Mapping[str, Codes], people: int) -> Values:
    """Return everybody's plain mean over those of the items that they gave a point to."""
    count, total = np.zeros(people, np.int32), np.zeros(people)
    for item in items:
        given = codes[item.key]
        count += given >= 0
        total += value_by_code(item, 0.0).take(given)
    means = np.full(people, np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return Values(means)


# -- statistics ----------------------------------------------------------------------------------


def moments(values: Floats) -> Moments:
    """Return how many values there are, their mean and their variance with n - 1."""
    if not values.size:
        return Moments(0, 0.0, 0.0)
    middle = float(values.sum()) / values.size
    squares = float(np.square(values - middle).sum())
    return Moments(values.size, middle, squares / (values.size - 1) if values.size > 1 else 0.0)


def shares_of(tokens: Floats) -> tuple[Floats, float]:
    """Return the mean share of each column and the agreement of people, one row each, who spread tokens.

    See `pillars.statistics.shares_of`. No row is empty.
    """
    rows = tokens / tokens.sum(axis=1, keepdims=True)
    means: Floats = rows.mean(axis=0)
    return means, 1 - float((np.abs(rows - means).sum(axis=1) / 2).mean())


def numbered(first: npt.NDArray[np.integer], *others: npt.NDArray[np.generic]) -> Numbers:
    """Return a number for each person, the same for those who are alike in all of these columns of small numbers."""
    found = np.asarray(first, dtype=np.int64)
    width = int(found.max(initial=0)) + 1
    for other in others:
        column = np.asarray(other, dtype=np.int64)
        values = int(column.max(initial=0)) + 1
        if width * values > 2**62:
            found = np.asarray(np.unique(found, return_inverse=True)[1], dtype=np.int64).reshape(-1)
            width = int(found.max(initial=0)) + 1
        found = found * values + column
        width *= values
    return found
