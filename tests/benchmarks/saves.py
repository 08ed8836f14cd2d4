"""What SQLite's settings do to people who save at once: `python -m tests.benchmarks.saves`.

A hundred writers in a pool of threads, each read-then-write transaction on its own row, as a save of one answer is.
Compares the settings of `config.settings` with Django's own and with write-ahead logging alone.
"""

import json
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

PEOPLE, SAVES, PROCESS_THREADS = 100, 20, 16


@dataclass
class Mode:
    """How connections are opened and transactions begin."""

    name: str
    pragmas: tuple[str, ...]
    begin: str
    timeout: float
    took: list[float] = field(default_factory=list)
    failed: int = 0


MODES = [
    Mode("Django's defaults", (), "BEGIN", 5),
    Mode("WAL alone", ("journal_mode=WAL",), "BEGIN", 5),
    Mode("config.settings", ("journal_mode=WAL", "synchronous=NORMAL"), "BEGIN IMMEDIATE", 20),
]


def main() -> None:
    """Print one line for each mode."""
    for mode in MODES:
        with tempfile.TemporaryDirectory(prefix="concentric-saves-") as folder:
            seconds = _run(mode, Path(folder) / "saves.sqlite3")
        total = PEOPLE * SAVES
        p95 = statistics.quantiles(mode.took, n=20)[18] * 1000 if len(mode.took) > 1 else float("nan")
        share = 100 * mode.failed / total
        sys.stdout.write(
            f"{mode.name:18} {len(mode.took) / seconds:6.0f} saved/s   p95 {p95:5.0f} ms   failed {share:.1f} %\n"
        )


def _run(mode: Mode, path: Path) -> float:
    local = threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(path, timeout=mode.timeout, isolation_level=None)
            for pragma in mode.pragmas:
                local.connection.execute(f"PRAGMA {pragma}")
        opened: sqlite3.Connection = local.connection
        return opened

    def save(person: int) -> None:
        began = time.perf_counter()
        database = connection()
        try:
            database.execute(mode.begin)
            answers = json.loads(database.execute("SELECT answers FROM draft WHERE id = ?", (person,)).fetchone()[0])
            answers[f"item{len(answers)}"] = 3
            database.execute("UPDATE draft SET answers = ? WHERE id = ?", (json.dumps(answers), person))
            database.execute("COMMIT")
        except sqlite3.OperationalError:
            mode.failed += 1
            if database.in_transaction:
                database.execute("ROLLBACK")
        else:
            mode.took.append(time.perf_counter() - began)

    setup = connection()
    setup.execute("CREATE TABLE draft (id INTEGER PRIMARY KEY, answers TEXT)")
    setup.executemany("INSERT INTO draft VALUES (?, '{}')", [(person,) for person in range(PEOPLE)])
    began = time.monotonic()
    with ThreadPoolExecutor(PROCESS_THREADS) as pool:
        for _ in range(SAVES):
            for person in range(PEOPLE):
                pool.submit(save, person)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
