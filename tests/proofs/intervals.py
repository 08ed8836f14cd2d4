"""How often intervals hold the truth, and how often gaps are called clear that do not exist.

    python -m tests.proofs.intervals [--samples 4000] [--runs 600]

Simulates people whose true mean is known: five kinds of score × five sizes of group for the interval of a mean, with
Student's t beside it; and organisations in which leaders and staff see the same, for the rule that calls a gap clear,
with an uncorrected 5 % test beside it. Nothing here is compared with a stored result: the figures are printed, and the
command fails when they leave the limits written in `LEAST_COVERAGE` and `MOST_FALSE`.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from pillars import statistics
from pillars.files import FOLDER, read_framework
from reports.analyses.gaps import FALSE_DISCOVERIES, LEAST_LEADERS_FOR_VERDICT, WORTH_SAYING

SIZES = (5, 8, 12, 20, 50)
LEADERS = (3, 5, 9, 20)
STAFF = 60
STEPS = 4
"""A five-point answer has four steps."""

LEAST_COVERAGE = 0.92
"""Nominal is .95; at a few people with skewed answers no method that stays on the scale reaches it everywhere."""
MOST_FALSE = 0.20
"""Share of organisations without any gap that may be told of one, where there are leaders enough for verdicts."""

Draw = Callable[[Generator, int], "np.ndarray"]


@dataclass(frozen=True)
class Kind:
    """A kind of score: how a person's score comes about and from how many items."""

    name: str
    items: int
    chances: tuple[float, ...]
    """Of the five answers, 0 to 100."""
    shared: float = 0.5
    """How far a person's answers go together, 0..1."""

    @property
    def truth(self) -> float:
        return sum(25 * at * chance for at, chance in enumerate(self.chances))

    def draw(self, random: Generator, people: int) -> np.ndarray:
        """Return people's scores; with chance `shared` an item repeats the person's first answer."""
        answers = random.choice(5, size=(people, self.items), p=self.chances) * 25.0
        repeats = random.random((people, self.items)) < self.shared
        answers = np.where(repeats, answers[:, :1], answers)
        means: np.ndarray = answers.mean(axis=1)
        return means


KINDS = (
    Kind("five items, in the middle", 5, (0.1, 0.2, 0.4, 0.2, 0.1)),
    Kind("five items, high", 5, (0.02, 0.05, 0.13, 0.3, 0.5)),
    Kind("five items, low", 5, (0.5, 0.3, 0.13, 0.05, 0.02)),
    Kind("four items, two camps", 4, (0.35, 0.1, 0.1, 0.1, 0.35), 0.8),
    Kind("one item", 1, (0.1, 0.2, 0.3, 0.25, 0.15)),
)


@dataclass(frozen=True)
class Coverage:
    kind: str
    n: int
    wilson: float
    t: float
    width: float
    """Mean width of our interval as a multiple of t's."""


@dataclass(frozen=True)
class FalseAlarms:
    leaders: int
    uncorrected: float
    """Share of organisations told of at least one gap by plain 5 % tests."""
    ours: float
    each: float
    """Share of dimensions falsely called clear by our rule."""


def coverages(random: Generator, samples: int) -> list[Coverage]:
    """Return how often the intervals hold the true mean, for each kind of score and size of group."""
    return [_coverage(random, kind, n, samples) for kind in KINDS for n in SIZES]


def _coverage(random: Generator, kind: Kind, n: int, samples: int) -> Coverage:
    hits = plain = 0
    ours_width = t_width = 0.0
    c = statistics.t_quantile(n - 1)
    for row in kind.draw(random, n * samples).reshape(samples, n):
        middle, error = float(row.mean()), float(row.var(ddof=1)) / n
        found = statistics.wilson_interval(middle, error, least=n - 1, most=n * kind.items * STEPS, df=n - 1)
        hits += found.low <= kind.truth <= found.high
        half = c * math.sqrt(error)
        plain += middle - half <= kind.truth <= middle + half
        ours_width += found.high - found.low
        t_width += 2 * half
    return Coverage(kind.name, n, hits / samples, plain / samples, ours_width / t_width)


def false_alarms(random: Generator, runs: int) -> list[FalseAlarms]:
    """Return how often organisations without any gap are told of one, by the number of leaders."""
    return [_false_alarms(random, leaders, runs) for leaders in LEADERS]


def _false_alarms(random: Generator, leaders: int, runs: int) -> FalseAlarms:
    counts = _common_items()
    told_plainly = told = cells = 0
    for _ in range(runs):
        everybody = [_people(random, people, counts) for people in (leaders, STAFF)]
        pairs = [statistics.welch(list(one), list(two)) for one, two in zip(*everybody, strict=True)]
        passed = statistics.benjamini_hochberg([pair.p for pair in pairs], FALSE_DISCOVERIES)
        clear = sum(is_in and abs(pair.value) >= WORTH_SAYING for pair, is_in in zip(pairs, passed, strict=True))
        told_plainly += any(pair.p < 0.05 for pair in pairs)
        told += clear > 0
        cells += clear
    return FalseAlarms(leaders, told_plainly / runs, told / runs, cells / runs / len(counts))


def _common_items() -> list[int]:
    """Return how many items everybody is asked, for each dimension of the shipped framework that has some."""
    framework = read_framework(FOLDER / "concentric" / "1.0.toml").framework
    roles = [role.key for role in framework.roles]
    counts = [
        sum(all(item.is_asked_of(role) for role in roles) for item in dimension.items if item.scored)
        for instrument in framework.instruments
        if instrument.weight
        for dimension in instrument.dimensions
    ]
    return [count for count in counts if count]


def _people(random: Generator, people: int, counts: list[int]) -> list[np.ndarray]:
    """Return each dimension's scores of some people, whose outlook (SD 12) and dimension (SD 8) colour five answers."""
    outlook = random.normal(50, 12, size=people)
    scores = []
    for items in counts:
        leaning = outlook + random.normal(0, 8, size=people)
        answers = leaning[:, None] + random.normal(0, 22, size=(people, items))
        scores.append(np.clip(np.round(answers / 25) * 25, 0, 100).mean(axis=1))
    return scores


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=4000)
    parser.add_argument("--runs", type=int, default=600)
    parser.add_argument("--seed", type=int, default=20)
    chosen = parser.parse_args()
    random = np.random.default_rng(chosen.seed)
    found = coverages(random, chosen.samples)
    sys.stdout.write("Coverage of nominal 95 %: ours, Student's t, our width as a multiple of t's\n")
    for one in found:
        sys.stdout.write(f"  {one.kind:28} n {one.n:3}  {one.wilson:.1%}  {one.t:.1%}  {one.width:.2f}\n")
    sys.stdout.write(f"  ours from {min(o.wilson for o in found):.1%} to {max(o.wilson for o in found):.1%}\n")
    alarms = false_alarms(random, chosen.runs)
    sys.stdout.write("Told of a gap where there is none: uncorrected, by our rule; false per dimension\n")
    for alarm in alarms:
        sys.stdout.write(
            f"  {alarm.leaders:2} leaders, {STAFF} staff: {alarm.uncorrected:.0%}  {alarm.ours:.0%}  {alarm.each:.1%}\n"
        )
    judged = [alarm for alarm in alarms if alarm.leaders >= LEAST_LEADERS_FOR_VERDICT]
    holds = min(o.wilson for o in found) >= LEAST_COVERAGE and max(a.ours for a in judged) <= MOST_FALSE
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
