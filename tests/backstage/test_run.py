"""`manage.py run` starts everything, keeps it running, and leaves nothing behind when it stops."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sites import ROOT, free_port, health_of, site_environment, wait_until_well

RUN = [sys.executable, str(ROOT / "manage.py"), "run", "--no-demo"]


def processes_of(data_dir: Path) -> dict[int, str]:
    """Return the command lines of all processes that were started for this folder."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if f"CONCENTRIC_DATA_DIR={data_dir}".encode() in environment.split(b"\0") and line:
                found[int(entry.name)] = line
    return found


def wait_for(holds: Callable[[], object], *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def start(data_dir: Path, *, port: int) -> tuple[subprocess.Popen[bytes], Path]:
    log = data_dir / "run.log"
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            RUN,
            env=site_environment(data_dir, port=port),
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return supervisor, log


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_run_leaves_no_process_behind(tmp_path, ending):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    supervisor, log = start(tmp_path, port=port)
    try:
        wait_until_well(url, supervisor, log)
        worker = next(number for number, line in processes_of(tmp_path).items() if "celery" in line)
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: "Starting it again" in log.read_text())
        wait_for(lambda: any("celery" in line for line in processes_of(tmp_path).values()))
    finally:
        supervisor.send_signal(ending)
    stopped = time.monotonic()
    supervisor.wait(15)
    wait_for(lambda: not processes_of(tmp_path))

    assert time.monotonic() - stopped < 12
    assert health_of(url) == 0
    assert f"Concentric is running at {url}/" in log.read_text()


def test_run_says_how_to_choose_another_port_when_it_is_taken(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = subprocess.run(
            RUN, env=site_environment(tmp_path, port=port), cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert f"PORT={port + 10} ./run" in done.stderr
    assert "Traceback" not in done.stderr


def test_run_refuses_a_port_that_is_none(tmp_path):
    environment = site_environment(tmp_path, port=8000) | {"PORT": "eighty"}

    done = subprocess.run(RUN, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "PORT is 'eighty'; it must be a number from 1 to 65535" in done.stderr
