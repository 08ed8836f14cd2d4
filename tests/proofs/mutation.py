"""Mutation testing of what decides over numbers and people: scoring, statistics, reliability, disclosure.

    python -m tests.proofs.mutation [--module scoring] [--folder FOLDER]

mutmut makes small faults in each module, one at a time, and runs the unit tests that reach the place. A fault that
every test lets pass has survived. The command prints how many were killed, shows each survivor, and fails when fewer
than 90 % were killed or one survived without a reason in `mutation_survivors.toml`. Nothing in the checkout is
changed: modules and tests are copied. With `--folder` the copy is kept, and a second run with new tests tries only
what survived the first.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SURVIVORS = Path(__file__).with_name("mutation_survivors.toml")
LEAST_KILLED = 0.90

TESTS = {
    "pillars/scoring.py": ("tests/pillars/test_scoring.py",),
    "pillars/statistics.py": ("tests/pillars/test_statistics.py", "tests/pillars/test_statistics_oracles.py"),
    "pillars/reliability.py": ("tests/pillars/test_reliability.py", "tests/pillars/test_statistics_oracles.py"),
    "pillars/vectors.py": ("tests/pillars/test_vectors_alone.py", "tests/pillars/test_vectors.py"),
    "reports/disclosure.py": ("tests/reports/test_disclosure_rules.py", "tests/reports/test_disclosure.py"),
    "reports/spans.py": (
        "tests/reports/test_spans.py",
        "tests/reports/test_spans_exactly.py",
        "tests/reports/test_disclosure_rules.py",
    ),
}
"""The unit tests that must notice a fault in each module, without a database."""

LEFT_OUT = ("small_organisations", "greedy_audit", "about_four_people", "between_two_waves")
"""Attacks on whole organisations take seconds: too long to run them on each mutant."""

SOURCES = ("pillars", "reports")
BESIDE = ("assessments", "tests")
"""What modules and tests import besides."""

SETTINGS = """\
[tool.mutmut]
source_paths = ["pillars", "reports"]
only_mutate = ["{module}"]
pytest_add_cli_args_test_selection = [{tests}]
timeout_multiplier = 1.0
use_git_change_detection = false
track_dependencies = false

[tool.pytest.ini_options]
addopts = "-q -p no:cacheprovider -k 'not ({left_out})'"
filterwarnings = ["error"]
"""

# The same examples each time, no search for the smallest one that fails, and the quickest tests first.
CONFTEST = """\
import json
from pathlib import Path

from hypothesis import Phase, settings

settings.register_profile(
    "mutation", derandomize=True, database=None, deadline=None, max_examples=30, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("mutation")


def pytest_collection_modifyitems(items):
    times = Path("mutmut-stats.json")
    seconds = json.loads(times.read_text())["duration_by_test"] if times.exists() else {}
    items.sort(key=lambda item: seconds.get(item.nodeid, 0))
"""


@dataclass(frozen=True)
class Survivor:
    """A fault that no test noticed: what it took away and put in its place."""

    module: str
    function: str
    change: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    module: str
    mutants: int
    survivors: tuple[Survivor, ...]
    seconds: float
    endless: int = 0
    """How many of those killed took too long or brought the process down."""

    @property
    def killed(self) -> int:
        return self.mutants - len(self.survivors)

    @property
    def share(self) -> float:
        return self.killed / self.mutants if self.mutants else 0.0


def tried(module: str, folder: Path) -> Outcome:
    """Run the tests on every mutant of a module, or on those that survived in `folder` before."""
    started = time.monotonic()
    again = _survivors(folder, module) if _results(folder, module).exists() else []
    prepare(module, folder)
    if not _results(folder, module).exists() or again:
        arguments = ["run", "--max-children", "1", *again]
        _mutmut(arguments, folder)
    codes = json.loads(_results(folder, module).read_text())["exit_code_by_key"]
    left = _survivors(folder, module)
    survivors = tuple(_described(module, name, folder) for name in left)
    endless = sum(code not in (0, 1, 3, 33) for code in codes.values())
    return Outcome(module, len(codes), survivors, time.monotonic() - started, endless)


def prepare(module: str, folder: Path) -> None:
    """Copy what the unit tests need into `folder`, with settings and a conftest of their own."""
    for package in (*SOURCES, *BESIDE):
        _copy_package(package, folder)
    for package in BESIDE:
        _copy_package(package, folder / "mutants")
    tests = ", ".join(f'"{test}"' for test in TESTS[module])
    for place in (folder, folder / "mutants"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "pyproject.toml").write_text(
            SETTINGS.format(module=module, tests=tests, left_out=" or ".join(LEFT_OUT))
        )
        (place / "tests" / "conftest.py").write_text(CONFTEST)


def _copy_package(package: str, place: Path) -> None:
    def left_out(folder: str, names: list[str]) -> list[str]:
        return [
            name for name in names if name == "conftest.py" or not (name.endswith((".py", ".toml")) or "." not in name)
        ]

    shutil.copytree(ROOT / package, place / package, ignore=left_out, dirs_exist_ok=True)


def environment() -> dict[str, str]:
    """Return an environment: one thread, nothing imported from the checkout, pytest without Django."""
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return kept | threads | {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def _mutmut(arguments: Sequence[str], folder: Path) -> None:
    starter = Path(__file__).with_name("mutation_operators.py")
    log = folder / "mutmut.log"
    with log.open("w") as output:
        done = subprocess.run(
            [sys.executable, "-P", str(starter), *arguments],
            cwd=folder,
            env=environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"mutmut stopped with {done.returncode}:\n{log.read_text()[-3000:]}")


def _results(folder: Path, module: str) -> Path:
    return folder / "mutants" / f"{module}.meta"


def _survivors(folder: Path, module: str) -> list[str]:
    from mutmut.stats import status_by_exit_code  # noqa: PLC0415  a tool of this command only

    codes = json.loads(_results(folder, module).read_text())["exit_code_by_key"]
    return [name for name, code in codes.items() if status_by_exit_code[code] not in ("killed", "timeout", "segfault")]


def _described(module: str, name: str, folder: Path) -> Survivor:
    """Return what a mutant changes, as lines of a difference without their indentation."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # noqa: PLC0415  a tool of this command only

    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        difference = get_diff_for_mutant(name, path=module)
    changed = [
        f"{line[0]} {line[1:].strip()}"
        for line in difference.splitlines()
        if line[:1] in ("-", "+") and line[:3] not in ("---", "+++")
    ]
    function = re.sub(r"__mutmut_\d+$", "", name.rpartition(".")[2]).removeprefix("xǁ").removeprefix("x_")
    return Survivor(module, function.replace("ǁ", "."), tuple(changed))


def explained() -> dict[Survivor, str]:
    """Return the survivors whose reason stands in the repository: one reason for one or more changes of a line."""
    entries = tomllib.loads(SURVIVORS.read_text())["survivors"]
    return {
        Survivor(entry["module"], entry["function"], tuple(change.strip().splitlines())): entry["reason"]
        for entry in entries
        for change in entry["changes"]
    }


def report(outcome: Outcome, reasons: dict[Survivor, str]) -> Iterator[str]:
    """Yield the lines that tell an outcome: figures, survivors, reasons that are not needed any more."""
    yield (
        f"{outcome.module}: {outcome.mutants} mutants, {outcome.killed} killed ({outcome.endless} by taking too long), "
        f"{len(outcome.survivors)} survived, {outcome.share:.1%}, {outcome.seconds:.0f} s"
    )
    for survivor in outcome.survivors:
        yield f"  {survivor.function}: {reasons.get(survivor, 'NOT EXPLAINED')}"
        yield from (f"    {line}" for line in survivor.change)
    for survivor in stale(outcome, reasons):
        yield f"  {survivor.function}: explained, but did not survive"
        yield from (f"    {line}" for line in survivor.change)


def stale(outcome: Outcome, reasons: dict[Survivor, str]) -> list[Survivor]:
    return [known for known in reasons if known.module == outcome.module and known not in outcome.survivors]


def holds(outcome: Outcome, reasons: dict[Survivor, str]) -> bool:
    return (
        outcome.share >= LEAST_KILLED
        and all(survivor in reasons for survivor in outcome.survivors)
        and not stale(outcome, reasons)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = {Path(module).stem: module for module in TESTS}
    parser.add_argument("--module", action="append", choices=names, help="one of them; may be repeated")
    parser.add_argument("--folder", type=Path, help="where the copy is kept")
    chosen = parser.parse_args()
    os.nice(15)
    reasons = explained()
    all_hold = True
    with tempfile.TemporaryDirectory(prefix="mutation-") as temporary:
        for name in chosen.module or names:
            outcome = tried(names[name], (chosen.folder or Path(temporary)) / name)
            for line in report(outcome, reasons):
                sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            all_hold &= holds(outcome, reasons)
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
