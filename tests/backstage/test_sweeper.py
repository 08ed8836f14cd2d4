"""What nobody woke is woken; what waits for nobody is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from backstage import sweeper
from backstage.models import Job, OutgoingMail, WorkerBeat
from backstage.signals import minute_passed

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def woken(monkeypatch) -> list[Job]:
    jobs: list[Job] = []
    monkeypatch.setattr(sweeper, "wake_worker", jobs.append)
    return jobs


def make_job(**values) -> Job:
    return Job.objects.create(**{"task": "tests.count", "created_at": AT} | values)


def make_worker() -> None:
    WorkerBeat.objects.create(name="worker", at=AT)


def test_sweep_wakes_a_job_whose_wake_up_was_lost(woken):
    make_worker()
    never_woken = make_job()
    woken_long_ago = make_job(woken_at=AT - timedelta(seconds=11))
    make_job(woken_at=AT - timedelta(seconds=1))

    sweeper.sweep(at=AT)
    sweeper.sweep(at=AT + timedelta(seconds=2))

    assert woken == [never_woken, woken_long_ago]


def test_sweep_wakes_a_job_whose_worker_died_at_once(woken):
    make_worker()
    dead = make_job(
        state=Job.State.RUNNING, lease_until=AT - timedelta(seconds=1), woken_at=AT - timedelta(seconds=8), owner="x"
    )
    make_job(state=Job.State.RUNNING, lease_until=datetime(2100, 1, 1, tzinfo=UTC), owner="y")

    sweeper.sweep(at=AT)
    sweeper.sweep(at=AT + timedelta(seconds=2))

    assert woken == [dead]


def test_sweep_sends_nothing_while_no_worker_lives(woken):
    WorkerBeat.objects.create(name="worker", at=AT - timedelta(seconds=16))
    make_job()

    assert sweeper.sweep(at=AT) == 0

    assert woken == []


def test_sweep_brings_a_forgotten_mail_back(woken):
    OutgoingMail.objects.create(kind="test.link", message_id="1", created_at=AT)

    sweeper.sweep(at=AT + timedelta(seconds=4))
    early = Job.objects.count()
    sweeper.sweep(at=AT + timedelta(seconds=6))
    sweeper.sweep(at=AT + timedelta(seconds=8))

    assert early == 0
    assert [job.task for job in Job.objects.all()] == ["backstage.send_mails"]


def test_sweep_leaves_mail_that_could_not_be_sent_for_five_minutes(woken):
    OutgoingMail.objects.create(kind="test.link", message_id="1", created_at=AT)
    make_job(task="backstage.send_mails", key="backstage.send_mails", state=Job.State.FAILED, finished_at=AT)

    sweeper.sweep(at=AT + timedelta(minutes=4))
    soon = Job.objects.count()
    sweeper.sweep(at=AT + timedelta(minutes=6))

    assert (soon, Job.objects.count()) == (1, 2)


def test_every_app_hears_of_the_minute_although_one_fails(caplog):
    heard = []

    def breaks(**kwargs) -> None:
        raise ZeroDivisionError

    def listens(at: datetime, **kwargs) -> None:
        heard.append(at)

    minute_passed.connect(breaks)
    minute_passed.connect(listens)
    try:
        sweeper.tell_minute(at=AT)
    finally:
        minute_passed.disconnect(breaks)
        minute_passed.disconnect(listens)

    assert heard == [AT]
