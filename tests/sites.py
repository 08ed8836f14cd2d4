"""Starts the real product for tests: web process, worker and scheduler, with a folder and database of their own."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from backstage.children import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
PORTS = range(21000, 21100)
START_SECONDS = 60
STOP_SECONDS = 15
# Sites may run beside each other, so each has a database and Redis numbers of its own.
SITES = itertools.count(1)
REDIS_DATABASES = itertools.count()


@dataclass(frozen=True)
class Site:
    """A running product: its address, its folder, and its command line."""

    url: str
    data_dir: Path
    environment: dict[str, str]

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Run a manage.py command in the site's environment and return what it printed.

        :raises AssertionError: when the command ends with an error, with what it said
        """
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout


def site_environment(data_dir: Path, *, port: int) -> dict[str, str]:
    """Return the variables under which a site runs apart from the test database."""
    environment = os.environ | {
        "SPT_NOENV": "1",  # where processes name themselves, what they were started with stays readable
        "CONCENTRIC_DATA_DIR": str(data_dir),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        environment["DATABASE_URL"] = _fresh_database(os.environ["DATABASE_URL"])
    for name in ("CELERY_BROKER_URL", "REDIS_URL"):
        if os.environ.get(name, "").startswith("redis"):
            environment[name] = _empty_redis_database(os.environ[name])
    return environment


def free_port() -> int:
    """Return a port that nobody listens on."""
    start = os.getpid() % len(PORTS)
    ports: list[int] = [*PORTS[start:], *PORTS[:start]]
    for port in ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("No port is free.")


def health_of(url: str) -> int:
    """Return the status of /healthz, 0 while nothing answers."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310  our own address
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


@contextlib.contextmanager
def running_site_in(data_dir: Path, **variables: str) -> Iterator[Site]:
    """Run `manage.py run --no-demo` with these variables until the block ends; yields when everything is well."""
    port = free_port()
    site = Site(f"http://127.0.0.1:{port}", data_dir, site_environment(data_dir, port=port) | variables)
    log = data_dir / "run.log"
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "run", "--no-demo"],
            env=site.environment,
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  started before any thread
        )
    try:
        wait_until_well(site.url, supervisor, log)
        yield site
    finally:
        supervisor.send_signal(signal.SIGTERM)
        try:
            supervisor.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            supervisor.wait()


def wait_until_well(url: str, supervisor: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until /healthz answers 200; fail with the log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while health_of(url) != 200:
        assert supervisor.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def _fresh_database(url: str) -> str:
    """Create an empty database beside the tested one, for one site alone, and return its address."""
    parts = urlsplit(url)
    name = f"{parts.path.lstrip('/')}_site_{next(SITES)}"
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(parts._replace(path=f"/{name}"))


def _empty_redis_database(url: str) -> str:
    """Return the address of one of Redis' higher numbered databases that no other site here uses, emptied."""
    import redis  # noqa: PLC0415  only there when the suite runs on Redis

    taken = {urlsplit(os.environ.get(name, "")).path.lstrip("/") for name in ("CELERY_BROKER_URL", "REDIS_URL")}
    free = [number for number in range(15, 3, -1) if str(number) not in taken]
    number = free[next(REDIS_DATABASES) % len(free)]
    address = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
    redis.Redis.from_url(address).flushdb()
    return address
