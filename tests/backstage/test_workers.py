"""Real workers on the real broker: every job is done once, whoever is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone

from backstage import operations
from backstage.children import die_with_parent
from backstage.models import AuditEvent, Job, WorkerBeat
from tests.sites import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = [sys.executable, "-m", "celery", "-A", "config", "--quiet", "worker", "--loglevel", "ERROR"]
WORKER += ["--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
WORKER += ["--include", "tests.backstage.chores"]
SCHEDULER = [sys.executable, "manage.py", "schedule"]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a process on the test database and the tests' broker."""
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    if connection.vendor == "postgresql":
        url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
    return subprocess.Popen(
        command,
        env=os.environ
        | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings", "CELERY_BROKER_URL": settings.BROKER_URL},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  started before any thread
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(holds: Callable[[], object], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, list(Job.objects.values())
        time.sleep(0.05)


def ask(*, task: str = "tests.write_slowly", seconds: float = 0) -> Job:
    return operations.enqueue_job(task=task, arguments={"seconds": seconds}, at=timezone.now())


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


@pytest.fixture(autouse=True)
def empty_broker() -> None:
    current_app.control.purge()


@pytest.fixture
def workers() -> Iterator[list[subprocess.Popen[bytes]]]:
    """One worker and the scheduler; a test may start and kill more."""
    running = [start(WORKER), start(SCHEDULER)]
    wait_for(WorkerBeat.objects.exists)
    yield running
    for process in running:
        if process.poll() is None:
            kill(process)


def test_workers_do_every_job_once_although_one_is_killed(workers):
    workers.append(start(WORKER))
    jobs = [ask(seconds=0.1) for _ in range(12)]
    slow = ask(seconds=1.5)
    never_told = Job.objects.create(task="tests.write_slowly", created_at=timezone.now())

    wait_for(lambda: state_of(slow) == "running")
    owner = int(slow.owner.split(":")[1])
    victim = next(worker for worker in workers if os.getpgid(owner) == worker.pid)
    kill(victim)
    wait_for(lambda: Job.objects.exclude(state=Job.State.DONE).count() == 0)

    assert sorted(AuditEvent.objects.values_list("subject", flat=True)) == sorted(
        str(job.pk) for job in (*jobs, slow, never_told)
    )
    assert (state_of(slow), slow.deaths) == ("done", 1)


def test_a_job_asked_for_while_no_worker_runs_is_done_when_one_comes():
    job = ask()

    worker = start(WORKER)
    try:
        wait_for(lambda: state_of(job) == "done")
    finally:
        kill(worker)

    assert AuditEvent.objects.count() == 1


def test_cancel_stops_a_running_job_and_leaves_nothing_behind(workers):
    job = ask(seconds=30)
    wait_for(lambda: state_of(job) == "running")

    operations.cancel_job(job=job, at=timezone.now())
    after = ask()
    wait_for(lambda: state_of(after) == "done")

    assert state_of(job) == "cancelled"
    assert list(AuditEvent.objects.values_list("subject", flat=True)) == [str(after.pk)]


def test_a_job_that_always_fails_is_parked_with_a_sentence(workers):
    job = ask(task="tests.divide_by_zero")

    for errors in (1, 2):
        wait_for(partial(Job.objects.filter(errors=errors).exists))
        # Instead of the ten seconds after which the scheduler tries again.
        Job.objects.filter(state=Job.State.QUEUED).update(woken_at=timezone.now() - timedelta(minutes=1))
    wait_for(lambda: state_of(job) == "failed")

    assert job.error.startswith("This went wrong three times and was stopped.")


def test_a_worker_answers_when_asked_whether_it_is_there(workers):
    answers = current_app.control.ping(timeout=10, limit=1)

    assert [next(iter(answer.values())) for answer in answers] == [{"ok": "pong"}]
