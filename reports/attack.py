"""Attacks a release: what can be computed from all that is visible about groups of fewer than k people.

Pure, and made apart from the audit that decides what is shown: fractions instead of residues, and every
union of small cells tried. The attacker is told more than any reader knows, how many people of each unit
and role group stand behind each figure, and sees the exported file alone, never an answer.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pillars.schema import Dimension, Framework, RoleGroup
from pillars.scoring import dimension_weights, instrument_weights, pools
from pillars.vectors import scores_of
from reports.analyses.respondents import Survey
from reports.results import UNWEIGHTED, WITHOUT_FLAGGED

Row = Mapping[Any, Fraction]
Counts = Mapping[Any, int]
"""People in each cell, which is a stratum with a unit and a contact level."""

SCREEN = 2**61 - 1
MOST_TRIES = 20_000_000
AS_GOOD_AS_EQUAL = 1e-6
ENOUGH_WIDTH = 20.0
"""Points of the 0-100 scale that a few people's mean has to be free to move in."""


@dataclass(frozen=True)
class Seen:
    """A visible mean: how much each cell counts in it, its value, and how far it was rounded."""

    shares: Row
    value: float
    within: float = 0.0


@dataclass(frozen=True)
class Found:
    """What an attack on figures about one subject found out."""

    about: str
    figures: int
    unions: tuple[tuple[tuple[Hashable, ...], int], ...] = ()
    """Cells whose sum can be computed, with the number of people in them."""
    narrowest: float | None = None
    """The least width between the bounds of a cell of fewer than k people, where there is one."""

    @property
    def is_safe(self) -> bool:
        return not self.unions and (self.narrowest is None or self.narrowest >= ENOUGH_WIDTH - 1e-6)


def unions(rows: Sequence[Row], people: Mapping[Any, int], k: int) -> Iterator[tuple[Hashable, ...]]:
    """Yield every set of cells with fewer than k people together whose sum is a linear combination of the rows.

    A sum can be computed when it is the same in all worlds in which the figures are: when nothing in the
    null space of the rows changes it. Each cell's part in the null space is screened by one random number.

    :raises OverflowError: when there are more sets than can be tried
    """
    cells = list(people)
    freedom = _null_space(rows, cells)
    draw = random.Random(4)  # noqa: S311  a screen, not a secret
    weights = [draw.randrange(1, SCREEN) for _ in freedom]
    modular = {
        cell: sum(
            weight * value.numerator * pow(value.denominator, -1, SCREEN)
            for weight, vector in zip(weights, freedom, strict=True)
            if (value := vector.get(cell, Fraction(0)))
        )
        % SCREEN
        for cell in cells
    }
    small = sorted((cell for cell in cells if people[cell] < k), key=lambda cell: people[cell])
    tries = 0
    stack: list[tuple[int, int, int, tuple[Hashable, ...]]] = [(0, 0, 0, ())]
    while stack:
        start, count, screen, chosen = stack.pop()
        for place in range(start, len(small)):
            cell = small[place]
            if count + people[cell] >= k:
                break
            tries += 1
            if tries > MOST_TRIES:
                raise OverflowError
            together = (*chosen, cell)
            total = (screen + modular[cell]) % SCREEN
            if total == 0 and all(sum(vector.get(one, Fraction(0)) for one in together) == 0 for vector in freedom):
                yield together
            stack.append((place + 1, count + people[cell], total, together))


def _null_space(rows: Sequence[Row], cells: Sequence[Hashable]) -> list[dict[Hashable, Fraction]]:
    """Return a basis of what the cells' sums can change by without any row's value changing."""
    basis: dict[Hashable, dict[Hashable, Fraction]] = {}
    for row in rows:
        left = {cell: Fraction(part) for cell, part in row.items() if part}
        for pivot in [cell for cell in left if cell in basis]:
            _subtract(left, left[pivot], basis[pivot])
        if left:
            pivot = min(left, key=repr)
            scale = left[pivot]
            left = {cell: part / scale for cell, part in left.items()}
            for known in basis.values():
                if pivot in known:
                    _subtract(known, known[pivot], left)
            basis[pivot] = left
    free = [cell for cell in cells if cell not in basis]
    return [{one: Fraction(1)} | {pivot: -row[one] for pivot, row in basis.items() if one in row} for one in free]


def _subtract(left: dict[Hashable, Fraction], times: Fraction, row: Mapping[Hashable, Fraction]) -> None:
    for cell, part in row.items():
        value = left.get(cell, Fraction(0)) - times * part
        if value:
            left[cell] = value
        else:
            left.pop(cell, None)


def narrowest(seen: Sequence[Seen], people: Mapping[Any, int], k: int) -> float | None:
    """Return the least width between the bounds that the figures set to the mean of a cell of fewer than k people."""
    from scipy.optimize import linprog  # noqa: PLC0415  slow to load, and only this needs it

    cells = list(people)
    least: float | None = None
    above = [[float(one.shares.get(cell, 0)) for cell in cells] for one in seen]
    below = [[-part for part in row] for row in above]
    limits = [one.value + one.within + 1e-7 for one in seen] + [-(one.value - one.within - 1e-7) for one in seen]
    for place in (place for place, cell in enumerate(cells) if 0 < people[cell] < k):
        ends = []
        for sign in (1.0, -1.0):
            objective = [0.0] * len(cells)
            objective[place] = sign
            found = linprog(objective, A_ub=above + below or None, b_ub=limits or None, bounds=(0, 100), method="highs")
            ends.append(float(found.x[place]) if found.x is not None else 0.0)
        least = min(ends[1] - ends[0], 100.0 if least is None else least)
    return least


def mean_shares(
    kind: str, inside: Counts, role_groups: Sequence[RoleGroup], k: int, *, equal: bool = False
) -> dict[Hashable, Fraction]:
    """Return how much each cell counts in a group's mean, by the published rule: fixed weights of role groups."""
    by_stratum: dict[str, int] = {}
    for cell, count in inside.items():
        by_stratum[cell[0]] = by_stratum.get(cell[0], 0) + count
    if kind not in {"all", "unit"}:
        whole = sum(inside.values())
        return {cell: Fraction(count, whole) for cell, count in inside.items()}
    shares: dict[Hashable, Fraction] = {}
    for pool in pools(role_groups, by_stratum, k, equal=equal):
        mine = {cell: count for cell, count in inside.items() if cell[0] in pool.strata}
        weight = Fraction(pool.weight).limit_denominator(10_000)
        shares |= {cell: weight * count / sum(mine.values()) for cell, count in mine.items()}
    return shares


def sums(seen: Sequence[Seen], people: Mapping[Any, int]) -> list[Row]:
    """Return the figures as rows over sums of people's values instead of cells' means."""
    return [{cell: share / people[cell] for cell, share in one.shares.items()} for one in seen]


def visible(*documents: Mapping[str, Any]) -> dict[tuple[str, str], list[tuple[str, float, bool]]]:
    """Return the means of exported releases by subject and measure: group, value, and whether it is rounded.

    The gap between leaders and staff on common questions is the measure "common", what is compared with a wave that
    did not ask the same the measure "change of" its questions.
    """
    found: dict[tuple[str, str], list[tuple[str, float, bool]]] = {}
    for row in (row for document in documents for row in document["scores"]):
        if row["mean"] is not None:
            seen = row["group"], row["mean"], row["indicative"]
            found.setdefault((row["subject"], row["measure"]), []).append(seen)
    for row in (row for document in documents for row in document["gaps"]):
        if row["leaders"] is not None:
            rounded = all(float(row[side]).is_integer() for side in ("leaders", "staff"))
            sides = [(f"side:{side}", row[side], rounded) for side in ("leaders", "staff")]
            found.setdefault((row["subject"], "common"), []).extend(sides)
    for subject, row in (one for document in documents for one in _compared(document)):
        found.setdefault((subject, _name(row)), []).append(("all", row["now"], row["indicative"]))
    return found


def _compared(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what a release compares with a wave that did not ask the same, by dimension."""
    rows = (row for analysis in document["analyses"] if analysis["key"] == "change" for row in analysis["rows"])
    yield from ((row["subject"], row) for row in rows if row.get("items"))


def _name(row: Mapping[str, Any]) -> str:
    return f"change of {' '.join(row['items'])}"


# -- a whole release -----------------------------------------------------------------------------


def attacked(documents: Sequence[Mapping[str, Any]], survey: Survey, *, with_widths: bool = True) -> list[Found]:
    """Return what exported releases of one campaign tell together, for each dimension and measure.

    Also what the numbers who answered tell. Instruments and the index are attacked by `hidden_in_totals`.
    """
    means = visible(*documents)
    found = [_attacked_numbers(documents, survey)]
    for dimension in survey.framework.dimensions:
        values: dict[str, Mapping[int, float]] = {
            measure: scores[dimension.key] for measure, scores in survey.scores.items()
        }
        if (dimension.key, "common") in means:
            values["common"] = survey.common_scores(dimension)
        for row in (row for one in documents for subject, row in _compared(one) if subject == dimension.key):
            items = [item for item in dimension.items if item.key in row["items"]]
            values[_name(row)] = scores_of(items, survey.columns.codes, survey.routed, len(survey.columns))
        for measure, by_person in values.items():
            shown = means.get((dimension.key, measure), [])
            if shown and by_person:
                about = f"{dimension.key}, {measure}"
                found.append(_attacked(about, shown, by_person, survey, dimension, with_widths=with_widths))
        variants = {
            (row["variant"], row["group"])
            for document in documents
            for row in document.get("variants", ())
            if row["subject"] == dimension.key
        }
        if variants:
            groups = {key for key, _, _ in means.get((dimension.key, "score"), [])}
            found.append(_attacked_variants(groups, variants, survey, dimension))
    common = [item for dimension in survey.counted_dimensions for item in survey.common_items(dimension)]
    if ("index", "common") in means:
        overall = means["index", "common"]
        found.append(_attacked("index, common", overall, survey.means_over(common), survey, None, with_widths=False))
    return found


def _attacked(
    about: str,
    shown: Sequence[tuple[str, float, bool]],
    by_person: Mapping[int, float],
    survey: Survey,
    dimension: Dimension | None,
    *,
    with_widths: bool,
) -> Found:
    k = survey.least(dimension)
    people = Counter(_cell(survey, number) for number in by_person)
    seen = []
    for key, value, rounded in shown:
        crowd = survey.crowd(key)
        inside = {cell: count for cell, count in people.items() if crowd.holds(*cell)}
        equal = about.endswith("claimed")
        shares = mean_shares(crowd.kind, inside, survey.framework.role_groups, k, equal=equal)
        seen.append(Seen(shares, value, 1.0 if rounded else 0.0))
    width = narrowest(seen, people, k) if with_widths else None
    return Found(about, len(seen), _unions(sums(seen, people), people, k), width)


def _attacked_variants(
    groups: Iterable[str], variants: Iterable[tuple[str, str]], survey: Survey, dimension: Dimension
) -> Found:
    """Return what the scores tell together with those told another way; cells are told apart by who is flagged."""
    k = survey.least(dimension)
    by_person = survey.scores["score"][dimension.key]
    people: Counter[Any] = Counter((*_cell(survey, number), bool(survey.flagged[number])) for number in by_person)

    def shares_of(variant: str, key: str) -> Row:
        crowd = survey.crowd(key)
        inside = {
            cell: count
            for cell, count in people.items()
            if crowd.holds(*cell[:3]) and not (variant == WITHOUT_FLAGGED and cell[3])
        }
        shares = mean_shares(crowd.kind, inside, survey.framework.role_groups, k)
        if variant != UNWEIGHTED:
            return shares
        whole = sum(inside[cell] for cell in shares)
        return {cell: Fraction(inside[cell], whole) for cell in shares}

    figures = [("score", key) for key in groups] + sorted(variants)
    seen = [Seen(shares_of(*one), 0.0) for one in figures]
    about = f"{dimension.key}, score with its variants"
    return Found(about, len(seen), _unions(sums(seen, people), people, k))


def _cell(survey: Survey, number: int) -> tuple[str, int | None, str]:
    return survey.cells[int(survey.cell[number])]


def _attacked_numbers(documents: Sequence[Mapping[str, Any]], survey: Survey) -> Found:
    people = Counter(_cell(survey, person.number) for person in survey.people)
    groups = [group for document in documents for group in document["groups"]]
    told = dict.fromkeys(group["key"] for group in groups if group["answered"] is not None)
    rows = [{cell: Fraction(1) for cell in people if survey.crowd(key).holds(*cell)} for key in told]
    return Found("how many answered", len(rows), _unions(rows, people, survey.k))


def hidden_in_totals(document: Mapping[str, Any], framework: Framework) -> list[str]:
    """Return the instruments and index shown for a group that are not made of its shown figures alone.

    Such a total gives a hidden figure away. It is looked for where all parts are exact.
    """
    shares = {f"instrument:{one.key}": dimension_weights(framework, one.key) for one in framework.instruments}
    shares["index"] = {f"instrument:{key}": weight for key, weight in instrument_weights(framework).items()}
    figures = {(row["group"], row["measure"], row["subject"]): row for row in document["scores"]}
    found = []
    for (group, measure, subject), row in figures.items():
        if subject not in shares:
            continue
        parts = {key: figures.get((group, measure, key)) for key in shares[subject]}
        shown = {key: part for key, part in parts.items() if part and part["mean"] is not None}
        if row["mean"] is None or row["indicative"] or any(part["indicative"] for part in shown.values()):
            continue
        whole = sum(shares[subject][key] for key in shown)
        made = sum(shares[subject][key] * part["mean"] for key, part in shown.items()) / (whole or 1)
        if not shown or abs(made - row["mean"]) > AS_GOOD_AS_EQUAL:
            found.append(f"{subject} of {group}, {measure}")
    return found


def told_elsewhere(document: Mapping[str, Any], rows: Iterable[tuple[str, str, float, int | None]]) -> list[str]:
    """Return the rows kept for comparisons (group, subject, score, people) that the release does not show itself."""
    shown = {
        (row["group"], row["subject"]): (row["mean"], row["n"])
        for row in document["scores"]
        if row["measure"] == "score"
    }
    return [f"{subject} of {group}" for group, subject, *values in rows if shown.get((group, subject)) != tuple(values)]


def _unions(rows: Sequence[Row], people: Mapping[Any, int], k: int) -> tuple[tuple[tuple[Hashable, ...], int], ...]:
    return tuple((cells, sum(people[cell] for cell in cells)) for cells in unions(rows, people, k))
