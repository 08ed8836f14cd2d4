"""How long the disclosure audit takes: `python -m tests.benchmarks.audit`.

One measure of made-up organisations whose groups are given by three or four attributes together, everything
between the whole and single cells offered. Processor seconds on one core, without bounds of hidden groups.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from reports.disclosure import STEPS, Candidate, audited
from reports.spans import Row
from tests.proofs.disclosure import lattice, offered

ORGANISATIONS = (
    (2_800, (5, 4, 3), 5),
    (5_000, (8, 6, 4), 5),
    (30_000, (7, 6, 5, 3), 5),
    (40_000, (8, 7, 4, 3), 5),
    (5_000, (8, 6, 4), 10),
    (30_000, (7, 6, 5, 3), 10),
)


def measure(people: int, sizes: tuple[int, ...], k: int) -> tuple[float, str]:
    """Return the seconds an audit takes, and a line about it."""
    org = lattice(people, sizes, seed=1)
    places = {cell: place for place, cell in enumerate(org.people)}
    candidates = []
    for group in offered(org, k):
        columns = np.array([places[cell] for cell in org.groups[group]])
        candidates.append(Candidate(group, [Row(columns, np.ones(len(columns), np.int64))], rank=org.size(group)))
    counts = np.array(list(org.people.values()))
    started = time.process_time()
    found = audited(candidates, np.arange(len(places)), counts, k)
    seconds = time.process_time() - started
    small = sum(count < k for count in org.people.values())
    return seconds, (
        f"{people:6} people {len(places):4} cells ({small:3} under k) k {k:2} {len(candidates):5} candidates "
        f"{len(found.shown):5} shown {len(found.refused):4} refused {len(found.spent):3} out of {STEPS} steps "
        f"{seconds:6.2f} s"
    )


def main() -> None:
    """Print one line for each organisation, and how the time grows from 60 cells to 600."""
    took = []
    for people, sizes, k in ORGANISATIONS:
        seconds, line = measure(people, sizes, k)
        took.append(seconds)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    sys.stdout.write(f"From 60 cells to 630: {took[2] / max(took[0], 0.001):.0f} times as long\n")


if __name__ == "__main__":
    main()
