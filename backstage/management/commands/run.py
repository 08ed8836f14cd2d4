"""`manage.py run`: the whole product on one machine, until Ctrl-C."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from backstage.children import Child, stop_all
from backstage.sweeper import sweep_until

ANSWER_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Prepare the database, then run web, worker and scheduler together until Ctrl-C. "
        "PORT and HOST choose the address (8000 on 127.0.0.1)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="start with an empty site the first time")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopped: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        self.host, self.port = os.environ.get("HOST", "127.0.0.1"), _port()
        _refuse_a_port_in_use(self.host, self.port)
        self.children: list[Child] = []
        try:
            self._prepare(demo=not options["no_demo"])
            if not self.stopped:
                self._run()
        finally:
            if self.children:
                self._say("Stopping…")
            stop_all(self.children)
        self._say("Stopped. Everything you entered is kept; the same command starts it again.")

    def _prepare(self, *, demo: bool) -> None:
        self._say("Preparing the database…")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        self._collect_static()
        if demo and "demo" in get_commands() and not get_user_model().objects.exists():
            self._say("Loading the demo, about half a minute. It is loaded once; --no-demo starts without it.")
            # Apart, so that what it loads into memory is gone again afterwards.
            connections.close_all()
            subprocess.run([sys.executable, str(_manage()), "demo"], check=False)  # noqa: S603  our own command

    def _collect_static(self) -> None:
        """Collect styles and pictures, unless nothing about them has changed since the last time."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        state = _static_state()
        if stamp.is_file() and stamp.read_text() == state:
            return
        self._say("Collecting styles and pictures…")
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(state)

    def _run(self) -> None:
        self._say("Starting web and worker…")
        environment = os.environ | {
            "PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "CONCENTRIC_SUPERVISED": "1",
            "PYTHONPATH": str(settings.BASE_DIR),
        }
        for name, command in (("web process", self._web()), ("worker", _worker())):
            child = Child(name=name, command=command, environment=environment, say=self._say)
            self.children.append(child)
            child.start()
        self._wait_for_an_answer()
        if not self.stopped:
            self._greet()
        sweep_until(self._look_after_children)

    def _web(self) -> list[str]:
        command = [sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi"]
        command += ["--host", self.host, "--port", str(self.port), "--no-ws", "--log-level", "error"]
        return [*command, "--workers", "1", "--blocking-threads", "8", "--respawn-failed-workers"]

    def _look_after_children(self) -> bool:
        for child in self.children:
            if not self.stopped:
                child.look_after()
        return bool(self.stopped)

    def _wait_for_an_answer(self) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline and not self._look_after_children():
            try:
                socket.create_connection((_reachable(self.host), self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return

    def _greet(self) -> None:
        site = f"http://{_reachable(self.host)}:{self.port}"
        self._say(f"\nConcentric is running at {site}/")
        sign_ins = settings.DATA_DIR / "demo.txt"
        if sign_ins.is_file():
            self._say(sign_ins.read_text(encoding="utf-8").rstrip().replace("{site}", site))
        self._say(f"Data is kept in {settings.DATA_DIR}. Ctrl-C stops everything.\n")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _stop(self, number: int, frame: object) -> None:
        if self.stopped:
            for child in self.children:
                child.kill_group()
        self.stopped.append(number)


def _port() -> int:
    given = os.environ.get("PORT", "8000")
    if not (given.isdigit() and 0 < int(given) < 65536):
        raise CommandError(f"PORT is {given!r}; it must be a number from 1 to 65535, as in PORT=8010 ./run")
    return int(given)


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  compared, not bound


def _refuse_a_port_in_use(host: str, port: int) -> None:
    """Say now what the web process would otherwise say in its own words, again and again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} is in use by another program (or by Concentric, already running). "
                    f"Nothing was started. Choose another port, for example: PORT={port + 10} ./run"
                ) from error
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}). Nothing was started. "
                "Choose another address with HOST and PORT, for example: PORT=8010 ./run"
            ) from error


def _worker() -> list[str]:
    size = os.environ.get("CONCENTRIC_WORKER_PROCESSES", "2")
    command = [sys.executable, "-m", "celery", "-A", "config", "--quiet", "worker", "--loglevel", "WARNING"]
    return [*command, "--concurrency", size, "--without-gossip", "--without-mingle", "--without-heartbeat"]


def _manage() -> Path:
    return Path(settings.BASE_DIR) / "manage.py"


def _static_state() -> str:
    """Return a text that changes when any file to be collected does."""
    lines = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            lines.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return "\n".join(sorted(lines))
