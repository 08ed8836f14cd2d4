"""Start Concentric with ./run as a newcomer would, take a campaign from sign-up to report over HTTP, and stop it.

Standard library only: it runs outside of the environment that ./run makes. `python3 tests/smoke.py`
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import whole_path  # noqa: E402  found through the line above
from tests.visitor import Visitor  # noqa: E402  found through the line above

PORTS = range(21000, 32768)
FIRST_START_SECONDS = 180
SECOND_START_SECONDS = 10
STOP_SECONDS = 15


def main() -> int:
    """Return 0 when everything holds."""
    with tempfile.TemporaryDirectory(prefix="concentric-smoke-") as folder:
        data_dir, port = Path(folder), _free_port()
        environment = os.environ | {"CONCENTRIC_DATA_DIR": folder, "PORT": str(port), "SPT_NOENV": "1"}
        for name in ("DATABASE_URL", "CELERY_BROKER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
            environment.pop(name, None)
        for words, seconds in (("first", FIRST_START_SECONDS), ("second", SECOND_START_SECONDS)):
            with _running(environment, port) as site:
                took = _wait_until_well(site, seconds)
                _say(f"The {words} start answered after {took:.1f} s.")
                _look_at_home(site)
                if words == "first":
                    _take_the_whole_path(site)
        left = _processes_of(data_dir)
        if left:
            _say(f"Still running after the stop: {left}")
            return 1
    _say("Started twice, answered, stopped, and nothing is left running.")
    return 0


class Site:
    """A product started by ./run."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.process = process

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310  our own address
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


def _look_at_home(site: Site) -> None:
    status, page = site.get("/")
    if status != http.client.OK or "Concentric" not in page:
        raise SystemExit(f"The home page answered {status}:\n{page[:2000]}")


def _take_the_whole_path(site: Site) -> None:
    """Sign up, ask 24 people, let them answer, close, wait for the results, and download the report."""
    started = time.monotonic()
    owner = Visitor(site.url)
    whole_path.sign_up(owner, "owner@smoke.example")
    campaign = whole_path.set_up(owner, "Smoke Savings")
    for staff_number, link in campaign.links.items():
        thanks = Visitor(site.url).answer(link, whole_path.choose_as(staff_number))
        if "Your answers were sent." not in thanks.text:
            raise SystemExit(f"{thanks.url} answered {thanks.status}:\n{thanks.text[:2000]}")
    whole_path.close(owner, campaign)
    whole_path.wait_for(owner, f"{campaign.organisation}results/", "Get the report")
    report = whole_path.report_of(owner, campaign)
    if not report.startswith(b"%PDF"):
        raise SystemExit(f"The report is no PDF: {report[:200]!r}")
    _say(f"24 people answered and the report came, {len(report):,} bytes, in {time.monotonic() - started:.1f} s.")


@contextlib.contextmanager
def _running(environment: dict[str, str], port: int) -> Iterator[Site]:
    process = subprocess.Popen(
        [str(ROOT / "run")], env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield Site(port, process)
    finally:
        if process.poll() is None:
            _press_ctrl_c(process)


def _press_ctrl_c(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise SystemExit(f"./run did not stop within {STOP_SECONDS} s.") from None


def _wait_until_well(site: Site, seconds: float) -> float:
    started = time.monotonic()
    while True:
        with contextlib.suppress(OSError):
            if site.get("/healthz")[0] == http.client.OK:
                return time.monotonic() - started
        if site.process.poll() is not None:
            raise SystemExit("./run ended by itself; see above.")
        if time.monotonic() - started > seconds:
            raise SystemExit(f"Not well after {seconds} s: {site.get('/healthz')}")
        time.sleep(0.2)


def _free_port() -> int:
    for port in PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise SystemExit("No port is free.")


def _processes_of(data_dir: Path) -> list[str]:
    """Return the command lines of processes that were started for this folder (Linux)."""
    found = []
    mark = f"CONCENTRIC_DATA_DIR={data_dir}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if entry.name != str(os.getpid()) and mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return [line for line in found if line]


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
