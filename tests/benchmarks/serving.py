"""The shipped web server with two workers, a light client, and what a request costs the server's processors (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from tests.sites import ROOT, free_port

PRODUCT = "config.wsgi:application"
EMPTY = "tests.benchmarks.empty_view:application"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What a number of requests took."""

    requests: int
    seconds: float
    cpu_ms: float
    """Of all server processes together, for one request."""
    failed: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


@dataclass
class Server:
    """A running web server, measured by the processor time of all its processes."""

    process: subprocess.Popen[bytes]
    port: int
    opened: list[Connection] = field(default_factory=list)

    def pids(self) -> list[int]:
        try:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        except OSError:
            children = []
        return [self.process.pid, *map(int, children)]

    def cpu_seconds(self) -> float:
        ticks = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(stat[11]) + int(stat[12])
        return ticks / TICKS

    def kill(self) -> None:
        """End all processes at once, the hard way."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def measured(self, jobs: Sequence[Callable[[Connection], bool]], clients: int) -> Cost:
        """Do the jobs on so many connections at once; a job says whether it went well."""
        left, lock = iter(jobs), threading.Lock()
        failed = 0

        def work() -> None:
            nonlocal failed
            with contextlib.closing(Connection(self.port)) as connection:
                while True:
                    with lock:
                        job = next(left, None)
                    if job is None:
                        return
                    if not job(connection):
                        failed += 1

        threads = [threading.Thread(target=work) for _ in range(clients)]
        cpu, began = self.cpu_seconds(), time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - began
        return Cost(len(jobs), seconds, 1000 * (self.cpu_seconds() - cpu) / max(len(jobs), 1), failed)


class Connection:
    """One kept-alive connection that sends prepared bytes: a client that costs little beside the server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Return status and the whole answer, head and body; 0 when the server is gone."""
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.sendall(request)
            return self._answer(self.socket)
        except (OSError, ValueError):
            self.close()
            return 0, b""

    def _answer(self, connection: socket.socket) -> tuple[int, bytes]:
        data = connection.recv(65536)
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                raise OSError("closed")
            data += more
        head, _, _body = data.partition(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        while len(data) < len(head) + 4 + length:
            data += connection.recv(65536)
        return int(data[9:12]), data


def get(path: str, token: str) -> bytes:
    """Return a page's request as a phone's browser sends it; without a token it has no cookie yet."""
    cookie = f"Cookie: concentric_link={token}\r\n" if token else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nAccept-Language: en\r\n{cookie}\r\n"
    ).encode()


def post(path: str, fields: Sequence[tuple[str, str]]) -> bytes:
    body = urlencode(fields).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nAccept-Language: en\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


@contextlib.contextmanager
def served(application: str) -> Iterator[Server]:
    """Run the web server as the image does, with the environment of this process."""
    port = free_port()
    command = [sys.executable, "-m", "granian", application, "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "error"]
    process = subprocess.Popen([*command, "--respawn-failed-workers"], cwd=ROOT, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
