"""Branch coverage of scoring, statistics, reliability and disclosure by their own unit tests: 100 %, or it fails.

    python -m tests.proofs.branches

The tests are those of `tests.proofs.mutation`, each module's together, without a database. Every line counts, and both
ways at each condition.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.proofs.mutation import TESTS, environment, prepare

SETTINGS = """\
[run]
branch = true
[report]
exclude_also =
    if TYPE_CHECKING:
"""


@dataclass(frozen=True)
class Covered:
    """How much of a module its tests reach: lines, ways at conditions, and which of them never."""

    module: str
    lines: tuple[int, int]
    branches: tuple[int, int]
    missing: tuple[str, ...]


def covered(module: str) -> Covered:
    """Return what a module's unit tests reach of it."""
    with tempfile.TemporaryDirectory(prefix="branches-") as temporary:
        folder = Path(temporary)
        prepare(module, folder)
        (folder / ".coveragerc").write_text(SETTINGS)
        for arguments in (["run", f"--include={module}", "-m", "pytest", *TESTS[module]], ["json", "--quiet"]):
            done = subprocess.run(
                [sys.executable, "-m", "coverage", *arguments],
                cwd=folder,
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if done.returncode:
                raise SystemExit(done.stdout)
        found = json.loads((folder / "coverage.json").read_text())["files"][module]
    summary = found["summary"]
    return Covered(
        module,
        (summary["covered_lines"], summary["num_statements"]),
        (summary["covered_branches"], summary["num_branches"]),
        (
            *(f"line {line}" for line in found["missing_lines"]),
            *(f"from {start} to {end if end > 0 else 'the end'}" for start, end in found["missing_branches"]),
        ),
    )


def main() -> int:
    os.nice(15)
    all_hold = True
    for module in TESTS:
        found = covered(module)
        lines, branches = (f"{reached} of {all_of}" for reached, all_of in (found.lines, found.branches))
        sys.stdout.write(f"{module}: {lines} lines, {branches} branches\n")
        sys.stdout.writelines(f"  not reached: {missing}\n" for missing in found.missing)
        all_hold &= not found.missing
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
