"""How fast a job starts, and how many a worker does: `python -m tests.benchmarks.jobs`.

Uses the embedded default in a temporary folder, or what DATABASE_URL and CELERY_BROKER_URL name (an empty
database). Prints one line each; the numbers belong to the machine they were measured on.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent
SPACED, BURST = 60, 300
WORKER = [sys.executable, "-m", "celery", "-A", "config", "--quiet", "worker", "--loglevel", "ERROR"]
WORKER += ["--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
WORKER += ["--include", "tests.backstage.chores"]


def main() -> None:
    """Start a worker, ask for jobs at a pace and then all at once, and print what was measured."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    with tempfile.TemporaryDirectory(prefix="concentric-benchmark-") as folder:
        os.environ["CONCENTRIC_DATA_DIR"] = folder
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415  needs the settings above

        call_command("migrate", verbosity=0)
        worker = subprocess.Popen(WORKER, cwd=ROOT, start_new_session=True)
        try:
            _measure()
        finally:
            worker.terminate()
            worker.wait(20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)


def _measure() -> None:
    from django.utils import timezone  # noqa: PLC0415  needs the settings

    from backstage.models import Job, WorkerBeat  # noqa: PLC0415  needs the settings
    from backstage.operations import enqueue_job  # noqa: PLC0415  needs the settings

    def ask() -> None:
        enqueue_job(task="tests.write_slowly", arguments={}, at=timezone.now())

    def wait_until_done() -> None:
        while Job.objects.exclude(state=Job.State.DONE).exists():
            time.sleep(0.05)

    while not WorkerBeat.objects.exists():
        time.sleep(0.1)
    for _ in range(SPACED):
        ask()
        time.sleep(0.2)
    wait_until_done()
    waits = [
        (started - created).total_seconds() * 1000
        for created, started in Job.objects.values_list("created_at", "started_at")
        if started is not None
    ]
    cuts = statistics.quantiles(waits, n=20)
    _say(f"{SPACED} jobs, five a second: from asking to starting p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms")
    Job.objects.all().delete()
    began = time.monotonic()
    for _ in range(BURST):
        ask()
    asked = time.monotonic()
    wait_until_done()
    ended = time.monotonic()
    _say(f"{BURST} jobs at once: asked for {BURST / (asked - began):.0f}/s, done {BURST / (ended - began):.0f}/s")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


if __name__ == "__main__":
    main()
