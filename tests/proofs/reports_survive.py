"""Every report that was asked for comes, once, while the workers are killed again and again.

python -m tests.proofs.reports_survive [--reports 60] [--kills 6]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.proofs.killing import killed_again_and_again
from tests.sites import Site, running_site_in

WAIT_SECONDS = 300
ASK = """
from django.utils import timezone
from reports.models import Release
from reports.operations.reports import request_report
for release in Release.objects.all():
    for cut in ("brief", "board", "full"):
        request_report(release=release, cut=cut, language="en", at=timezone.now())
"""
LOOK = """
import hashlib, json
from backstage.models import Job
from reports.models import Report
reports = list(Report.objects.all())
done = [report for report in reports if report.file]
whole = [report for report in done if hashlib.sha256(report.file.read()).hexdigest() == report.file_hash]
live = Job.objects.filter(state__in=["queued", "running"]).count()
parked = list(Job.objects.filter(state="failed").values_list("error", flat=True))
files = len({report.file.name for report in done})
counts = {"asked": len(reports), "done": len(done), "whole": len(whole), "files": files}
print(json.dumps({**counts, "live": live, "parked": parked}))
"""


@dataclass(frozen=True)
class Outcome:
    asked: int
    done: int
    """Reports with a file of their own whose content has the stored hash."""
    deaths: int
    seconds: float
    parked: tuple[str, ...]


def prove(site: Site, *, reports: int, kills: int) -> Outcome:
    """Ask for at least `reports` reports and kill all workers `kills` times while they are made."""
    organisations = -(-reports // 3)
    site.manage(
        "simulate", "--organisations", str(organisations), "--people", "60", "--waves", "1", "--seed", "7", "--release"
    )
    started = time.monotonic()
    with killed_again_and_again(site, "celery", every=2, most=kills) as deaths:
        site.manage("shell", "-v", "0", "-c", ASK)
        found = _wait(site)
    whole = min(found["done"], found["whole"], found["files"])
    return Outcome(found["asked"], whole, len(deaths), time.monotonic() - started, tuple(found["parked"]))


def _wait(site: Site):
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found = json.loads(site.manage("shell", "-v", "0", "-c", LOOK))
        if not found["live"]:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--kills", type=int, default=6)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concentric-proof-") as folder, running_site_in(Path(folder)) as site:
        outcome = prove(site, reports=chosen.reports, kills=chosen.kills)
    sys.stdout.write(
        f"{outcome.asked} reports asked for, workers killed {outcome.deaths} times: {outcome.done} made, each once, "
        f"after {outcome.seconds:.0f} s; {len(outcome.parked)} given up {list(outcome.parked)}\n"
    )
    return 0 if outcome.done == outcome.asked else 1


if __name__ == "__main__":
    sys.exit(main())
