"""Attacks on what the disclosure audit lets through: `python -m tests.proofs.disclosure`.

Made-up organisations with three attributes, everything between the whole and single cells offered; the same
kind of tables as the product's, attacked person by person over all figures of a dimension together; and the
shapes of organisation that an earlier rule failed. The attacks share no code with the audit.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pillars.scoring import MEASURES, Measure, is_in, point_of, pools
from reports.analyses.figures import Table, figure_table
from reports.analyses.respondents import Crowd, Respondent, Survey
from reports.attack import Seen, narrowest, unions
from reports.disclosure import Candidate, audited
from reports.spans import Row
from tests.pillars.frameworks import item, ladder, one_dimension

OTHER_PRIME = 2**31 - 19


# -- tables of three attributes --------------------------------------------------------------------


@dataclass(frozen=True)
class Lattice:
    """An organisation whose groups are given by any of its attributes together."""

    people: dict[tuple[int, ...], int]
    groups: dict[tuple[int, ...], tuple[tuple[int, ...], ...]]

    def size(self, group: tuple[int, ...]) -> int:
        return sum(self.people[cell] for cell in self.groups[group])


def lattice(people: int, sizes: Sequence[int], seed: int) -> Lattice:
    """Return an organisation of some people, spread unevenly over as many values of each attribute."""
    draw = random.Random(seed)  # noqa: S311  made-up data
    weights = [[1 / (value + 1) for value in range(size)] for size in sizes]
    cells = Counter(
        tuple(draw.choices(range(size), weight)[0] for size, weight in zip(sizes, weights, strict=True))
        for _ in range(people)
    )
    groups: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for used in itertools.product([False, True], repeat=len(sizes)):
        for cell in cells:
            group = tuple(value if is_used else -1 for value, is_used in zip(cell, used, strict=True))
            groups.setdefault(group, []).append(cell)
    return Lattice(dict(cells), {group: tuple(found) for group, found in groups.items()})


def offered(org: Lattice, k: int) -> list[tuple[int, ...]]:
    """Return the groups of k people or more, the largest first: what a threshold alone would show."""
    large = [group for group in org.groups if org.size(group) >= k]
    return sorted(large, key=lambda group: (-org.size(group), group))


def shown(org: Lattice, k: int, *, strictly: bool = False) -> tuple[list[tuple[int, ...]], int]:
    """Return what the audit lets through, and how many groups its search was not finished for.

    Groups of the same size have the same rank, unless it is to let no difference between few people through.
    """
    places = {cell: place for place, cell in enumerate(org.people)}
    candidates = []
    for group in offered(org, k):
        columns = np.array([places[cell] for cell in org.groups[group]])
        row = Row(columns, np.ones(len(columns), np.int64))
        candidates.append(Candidate(group, [row], rank=None if strictly else org.size(group)))
    counts = np.array(list(org.people.values()))
    found = audited(candidates, np.arange(len(places)), counts, k)
    return [group for group in offered(org, k) if group in found.shown], len(found.spent)


def greedy(org: Lattice, k: int) -> int:
    """Return how many groups a plain audit shows: each in turn, unless some union of few people is in the span."""
    cells = list(org.people)
    small = [place for place, cell in enumerate(cells) if org.people[cell] < k]
    subsets: list[list[int]] = []

    def extend(start: int, chosen: list[int], count: int) -> None:
        for place in range(start, len(small)):
            more = count + org.people[cells[small[place]]]
            if more < k:
                subsets.append([*chosen, small[place]])
                extend(place + 1, subsets[-1], more)

    extend(0, [], 0)
    left = np.zeros((len(subsets), len(cells)))
    for place, subset in enumerate(subsets):
        left[place, subset] = 1
    basis = np.zeros((0, len(cells)))
    count = 0
    for group in offered(org, k):
        row = np.array([1.0 if cell in org.groups[group] else 0.0 for cell in cells])
        rest = row - basis.T @ (basis @ row)
        rest -= basis.T @ (basis @ rest)
        length = np.linalg.norm(rest)
        if length > 1e-9:
            rest /= length
            after = left - np.outer(left @ rest, rest)
            if subsets and ((after * after).sum(axis=1) < 1e-14).any():
                continue
            left, basis = after, np.vstack([basis, rest])
        count += 1
    return count


def recoverable(org: Lattice, groups: Sequence[tuple[int, ...]], k: int) -> int:
    rows = [{cell: Fraction(1) for cell in org.groups[group]} for group in groups]
    return sum(1 for _ in unions(rows, org.people, k))


def narrowest_of(org: Lattice, groups: Sequence[tuple[int, ...]], k: int, seed: int) -> float | None:
    """Return the narrowest bounds of a small cell, where people's scores are spread as real ones are."""
    draw = random.Random(seed)  # noqa: S311  made-up data
    means = {cell: 100 * draw.betavariate(4, 3) for cell in org.people}
    seen = []
    for group in groups:
        shares = {cell: Fraction(org.people[cell], org.size(group)) for cell in org.groups[group]}
        seen.append(Seen(shares, sum(float(share) * means[cell] for cell, share in shares.items())))
    return narrowest(seen, org.people, k)


# -- tables of the product -------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """An organisation as the product sees it: (unit, role, people) and the units' tree, child to parent."""

    staff: Sequence[tuple[int, str, int]]
    parents: dict[int, int]


SHAPES = {
    "exactly five executives in two units": Shape(
        ((1, "front_line", 20), (2, "front_line", 16), (1, "manager", 5), (2, "manager", 4), (0, "executive", 5)),
        {1: 0, 2: 0},
    ),
    "three executives": Shape(
        ((1, "front_line", 14), (2, "front_line", 16), (1, "manager", 5), (2, "manager", 4), (0, "executive", 3)),
        {1: 0, 2: 0},
    ),
    "one small unit": Shape(
        ((1, "front_line", 14), (2, "front_line", 16), (3, "front_line", 4), (1, "manager", 6), (2, "manager", 5)),
        {1: 0, 2: 0, 3: 0},
    ),
    "a tree of six levels": Shape(
        (*((level, "front_line", 7 - level) for level in range(1, 7)), (1, "manager", 6), (0, "executive", 5)),
        {level: level - 1 for level in range(1, 7)},
    ),
}


def survey_of(shape: Shape, seed: int, *, unanswered: float = 0.0) -> Survey:
    """Return a closed survey of such an organisation: two questions and a ladder of leaders, some left out."""
    draw = random.Random(seed)  # noqa: S311  made-up data
    framework = one_dimension(item("A"), item("B"), ladder("L"), roles=True)
    people: list[Respondent] = []
    for unit, role, count in shape.staff:
        for _ in range(count):
            answers = {"A": draw.randint(0, 100), "B": draw.randint(0, 100)}
            if role in {"manager", "executive"}:
                answers["L"] = draw.randint(1, 5)
            kept = {key: value for key, value in answers.items() if draw.random() >= unanswered}
            people.append(Respondent(len(people), role, unit, kept))
    draw.shuffle(people)
    people = [Respondent(number, one.role, one.unit, one.answers) for number, one in enumerate(people)]
    crowds = [Crowd("all", "all", "All")]
    for side, groups in (("staff", ("staff",)), ("leaders", ("managers", "executives"))):
        crowds.append(Crowd(f"side:{side}", "side", side, "all", frozenset([f"side:{side}", *groups])))
        crowds += [Crowd(f"role:{key}", "role", key, f"side:{side}", frozenset([key])) for key in groups]
    for unit, parent in shape.parents.items():
        inside = {unit}
        while more := {child for child, above in shape.parents.items() if above in inside} - inside:
            inside |= more
        above = f"unit:{parent}" if parent else "all"
        crowds.append(Crowd(f"unit:{unit}", "unit", str(unit), above, units=frozenset(inside)))
    return Survey(framework, "", 5, people, crowds)


Points = dict[tuple[int, str], Fraction]
"""How much each person's points on an item count in a figure."""


def rows_of(survey: Survey, table: Table | None = None) -> tuple[list[Points], int]:
    """Return every mean that is shown of the dimension as a row, and how many figures of groups these are.

    Without a table: what a threshold alone would show, every figure of k people.
    """
    [dimension] = survey.framework.dimensions
    rows = [
        _mean_row(survey, name, _by_person(survey, name, crowd))
        for name in MEASURES
        for crowd in survey.crowds
        if _is_shown(survey, table, name, crowd)
    ]
    figures = len(rows)
    if table is None or table.allows("care", "common"):
        for numbers in survey.sides_compared(survey.common_scores(dimension)).values():
            rows.append(_mean_row(survey, None, dict.fromkeys(numbers, Fraction(1, len(numbers)))))
    for one in dimension.items:
        if table is None or table.allows("care", "item", one.key):
            said = [person.number for person in survey.people if point_of(person.answers, one.key) is not None]
            sides = Counter(survey.side(number) for number in said)
            kept = {side for side, count in sides.items() if count >= survey.k}
            counted = [number for number in said if not kept or survey.side(number) in kept]
            rows.append({(number, one.key): Fraction(1, len(counted)) for number in counted})
    return [row for row in rows if row], figures


def _is_shown(survey: Survey, table: Table | None, name: Measure, crowd: Crowd) -> bool:
    if table is not None:
        return table.figures[name][crowd.key]["care"].is_shown
    return len([number for number in survey.members(crowd) if number in survey.scores[name]["care"]]) >= survey.k


def _by_person(survey: Survey, name: Measure, crowd: Crowd) -> dict[int, Fraction]:
    """Return how much each person's score counts in a group's figure."""
    mine = [number for number in survey.members(crowd) if number in survey.scores[name]["care"]]
    shares = [(frozenset(survey.strata[number] for number in mine), Fraction(1))]
    if crowd.kind in {"all", "unit"}:
        counts = Counter(survey.strata[number] for number in mine)
        found = pools(survey.framework.role_groups, counts, survey.k, equal=name == "claimed")
        shares = [(pool.strata, Fraction(pool.weight).limit_denominator(1000)) for pool in found]
    by_person: dict[int, Fraction] = {}
    for strata, weight in shares:
        inside = [number for number in mine if survey.strata[number] in strata]
        by_person |= dict.fromkeys(inside, weight / max(len(inside), 1))
    return by_person


def _mean_row(survey: Survey, name: Measure | None, by_person: dict[int, Fraction]) -> Points:
    """Return the row of people's scores, or of their scores on the common questions where no measure is named."""
    [dimension] = survey.framework.dimensions
    common = {one.key for one in survey.common_items(dimension)}
    items = {one.key for one in dimension.items if (is_in(one, name) if name else one.key in common)}
    row: Points = {}
    for number, share in by_person.items():
        answers = survey.people[number].answers
        said = [key for key in items - survey.rare_ladders if point_of(answers, key) is not None]
        row |= {(number, key): share / len(said) for key in said}
    return row


def few_people_told(survey: Survey, rows: Sequence[Points], k: int) -> int:
    """Return about how many sets of k - 1 people something can be computed, whatever linear combination it takes.

    Something is known of a set of unknowns when, in the null space of all rows, they are not independent.
    Sets that differ only by people who are alike in every way are tried once.
    """
    unknowns = sorted({unknown for row in rows for unknown in row})
    matrix = np.array(
        [[_residue(row.get(unknown, Fraction(0))) for unknown in unknowns] for row in rows], dtype=np.int64
    ).reshape(len(rows), len(unknowns))
    freedom = _null_space(matrix)
    of_person: dict[int, list[int]] = {}
    for place, (number, _) in enumerate(unknowns):
        of_person.setdefault(number, []).append(place)
    tried: set[tuple[object, ...]] = set()
    told = 0
    for people in itertools.combinations(of_person, min(k - 1, len(of_person))):
        kind = tuple(
            sorted(
                (survey.strata[n], survey.people[n].unit, tuple(sorted(unknowns[u][1] for u in of_person[n])))
                for n in people
            )
        )
        if kind in tried:
            continue
        tried.add(kind)
        places = [place for number in people for place in of_person[number]]
        told += _rank(freedom[places]) < len(places)
    return told


def _residue(value: Fraction) -> int:
    return value.numerator * pow(value.denominator, -1, OTHER_PRIME) % OTHER_PRIME


def _reduced(matrix: np.ndarray) -> tuple[np.ndarray, list[int]]:
    left = matrix % OTHER_PRIME
    pivots: list[int] = []
    for column in range(left.shape[1]):
        used = np.flatnonzero(left[len(pivots) :, column])
        if used.size:
            here, other = len(pivots), len(pivots) + int(used[0])
            left[[here, other]] = left[[other, here]]
            left[here] = left[here] * pow(int(left[here, column]), -1, OTHER_PRIME) % OTHER_PRIME
            rest = left[:, column].copy()
            rest[here] = 0
            touched = np.flatnonzero(rest)
            left[touched] = (left[touched] - rest[touched, None] * left[here] % OTHER_PRIME) % OTHER_PRIME
            pivots.append(column)
            if len(pivots) == len(left):
                break
    return left[: len(pivots)], pivots


def _rank(matrix: np.ndarray) -> int:
    return len(_reduced(matrix)[1])


def _null_space(matrix: np.ndarray) -> np.ndarray:
    """Return each unknown's part in a basis of the null space, one row for each unknown."""
    left, pivots = _reduced(matrix)
    free = [column for column in range(matrix.shape[1]) if column not in set(pivots)]
    found = np.zeros((matrix.shape[1], len(free)), np.int64)
    found[free, np.arange(len(free))] = 1
    found[pivots] = (-left[:, free]) % OTHER_PRIME
    return found


def random_shape(draw: random.Random, people: int) -> Shape:
    """Return an organisation of about so many people with a few units under one another."""
    parents = {unit: draw.randrange(unit) for unit in range(1, draw.randint(2, 4))}
    staff: Counter[tuple[int, str]] = Counter()
    for _ in range(people):
        role = draw.choices(("front_line", "manager", "executive"), (5, 3, 2))[0]
        staff[draw.choice([0, *parents]), role] += 1
    return Shape(tuple((unit, role, count) for (unit, role), count in staff.items()), parents)


def wave_after(survey: Survey, seed: int) -> Survey:
    """Return the same people a year later, with other answers, some of them left out."""
    draw = random.Random(seed)  # noqa: S311  made-up data
    highest = {"A": 100, "B": 100, "L": 5}
    people = []
    for person in survey.people:
        said = {key: draw.randint(1, highest[key]) for key in person.answers if draw.random() < 0.9}
        people.append(Respondent(person.number, person.role, person.unit, said))
    return Survey(survey.framework, "", survey.k, people, survey.crowds)


def with_change(now: Survey, then: Survey) -> list[Points]:
    """Return what two waves tell somebody who knows who is who: all means, totals and changes of what both show."""
    told: list[Points] = []
    shown: list[dict[tuple[str, str], Points]] = []
    for wave, survey in (("now", now), ("then", then)):
        table = figure_table(survey, is_pulse=False)
        rows, _ = rows_of(survey, table)
        told += [_of_wave(wave, row) for row in rows]
        shown.append(
            {
                (name, crowd.key): _of_wave(wave, _mean_row(survey, name, _by_person(survey, name, crowd)))
                for name in MEASURES
                for crowd in survey.crowds
                if _is_shown(survey, table, name, crowd)
            }
        )
    for key in shown[0].keys() & shown[1].keys():
        told.append(shown[0][key] | {unknown: -part for unknown, part in shown[1][key].items()})
    return told


def _of_wave(wave: str, row: Points) -> Points:
    return {(number, f"{wave} {key}"): part for (number, key), part in row.items()}


# -- printing --------------------------------------------------------------------------------------


def lattice_lines(people: int, sizes: Sequence[int], k: int, seed: int) -> Iterator[str]:
    org = lattice(people, sizes, seed)
    started = time.process_time()
    groups, spent = shown(org, k)
    seconds = time.process_time() - started
    strict, _ = shown(org, k, strictly=True)
    naive = offered(org, k)
    width = narrowest_of(org, groups, k, seed)
    yield (
        f"{people} people, {len(org.people)} cells, k = {k}: threshold alone {len(naive)} groups, "
        f"{recoverable(org, naive, k)} unions recoverable; plain greedy audit {greedy(org, k)} groups; "
        f"no combination at all about few people {len(strict)} groups; "
        f"audit {len(groups)} groups, {recoverable(org, groups, k)} recoverable, "
        f"{spent} not searched to the end, {seconds:.2f} s; "
        f"narrowest bounds {'-' if width is None else f'{width:.0f} points'}"
    )


def main() -> None:
    """Print one line for each attack."""
    for people, sizes in ((120, (5, 4, 3)), (300, (5, 4, 3)), (2800, (5, 4, 3)), (5000, (8, 6, 4))):
        for k in (5, 10):
            if k == 10 and people == 120:
                continue
            for line in lattice_lines(people, sizes, k, seed=1):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
    for name, shape in SHAPES.items():
        survey = survey_of(shape, 1)
        table = figure_table(survey, is_pulse=False)
        rows, figures = rows_of(survey, table)
        told = few_people_told(survey, rows, 5)
        plain, offered_ones = rows_of(survey)
        sys.stdout.write(
            f"{name}: {figures} figures, {told} kinds of four people told about; threshold alone {offered_ones} "
            f"figures, {few_people_told(survey, plain, 5)} kinds\n"
        )
    draw = random.Random(11)  # noqa: S311  made-up data
    told = figures = told_plain = plain_figures = 0
    for seed in range(60):
        survey = survey_of(random_shape(draw, draw.randint(14, 22)), seed, unanswered=draw.choice((0, 0.1, 0.3)))
        rows, count = rows_of(survey, figure_table(survey, is_pulse=False))
        told += few_people_told(survey, rows, 5)
        figures += count
        plain, count = rows_of(survey)
        plain_figures += count
        told_plain += few_people_told(survey, plain, 5)
    sys.stdout.write(
        f"60 random organisations of 14 to 22 people: {figures} figures, {told} kinds of four people told about; "
        f"threshold alone {plain_figures} figures, {told_plain} kinds\n"
    )
    changes = told = 0
    for seed in range(20):
        now = survey_of(random_shape(draw, draw.randint(14, 18)), seed, unanswered=0.1)
        rows = with_change(now, wave_after(now, seed))
        told += few_people_told(now, rows, 5)
        changes += len(rows)
    sys.stdout.write(
        f"20 of them asked twice, the same people known: {changes} figures and changes, {told} kinds of four people\n"
    )


if __name__ == "__main__":
    main()
