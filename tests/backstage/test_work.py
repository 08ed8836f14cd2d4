"""A job is done once, its lease is kept, and what fails is said in a sentence."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.db import connection, transaction

from backstage import operations, work
from backstage.models import AuditEvent, Job
from backstage.work import Claim, JobCancelled, JobRefused, LeaseLost, complete_job, run_job

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def make_job(**values) -> Job:
    return Job.objects.create(**{"task": "tests.count", "created_at": AT} | values)


def write_event(claim: Claim) -> None:
    with claim.finish():
        AuditEvent.objects.create(at=AT, act="effect", subject=str(claim.job_id))


def refuse(claim: Claim) -> None:
    raise JobRefused("There is no release to print yet.")


def fail(claim: Claim) -> None:
    raise ZeroDivisionError


@pytest.mark.django_db
def test_run_job_writes_effect_and_done_together():
    job = make_job()

    done = run_job(job_id=str(job.pk), act=write_event)

    job.refresh_from_db()
    assert done
    assert (job.state, job.owner, job.lease_until, job.error) == ("done", "", None, "")
    assert job.finished_at is not None
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_run_job_leaves_alone_what_is_done_or_unknown():
    job = make_job(state=Job.State.DONE)

    ran = [run_job(job_id=number, act=write_event) for number in (str(job.pk), str(job.pk)[::-1], "nonsense")]

    assert ran == [False, False, False]
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_run_job_leaves_alone_what_another_worker_does():
    job = make_job(state=Job.State.RUNNING, owner="other", lease_until=datetime(2100, 1, 1, tzinfo=UTC))

    assert not run_job(job_id=str(job.pk), act=write_event)

    job.refresh_from_db()
    assert (job.owner, job.deaths) == ("other", 0)


@pytest.mark.django_db
def test_run_job_takes_over_from_a_worker_whose_lease_has_ended():
    job = make_job(state=Job.State.RUNNING, owner="dead", lease_until=LONG_AGO)

    assert run_job(job_id=str(job.pk), act=write_event)

    job.refresh_from_db()
    assert (job.state, job.deaths) == ("done", 1)


@pytest.mark.django_db
def test_run_job_parks_after_six_deaths():
    job = make_job(state=Job.State.RUNNING, owner="dead", lease_until=LONG_AGO, deaths=5)

    assert not run_job(job_id=str(job.pk), act=write_event)

    job.refresh_from_db()
    assert (job.state, job.deaths) == ("failed", 6)
    assert job.error.startswith("The worker that made this stopped six times")
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_run_job_parks_after_three_errors(caplog):
    job = make_job()

    states = []
    for _ in range(3):
        run_job(job_id=str(job.pk), act=fail)
        job.refresh_from_db()
        states.append(job.state)

    assert states == ["queued", "queued", "failed"]
    assert job.error.startswith("This went wrong three times and was stopped.")
    assert str(job.pk) in job.error


@pytest.mark.django_db
def test_run_job_parks_a_refusal_at_once_with_its_sentence():
    job = make_job()

    assert not run_job(job_id=str(job.pk), act=refuse)

    job.refresh_from_db()
    assert (job.state, job.error, job.errors) == ("failed", "There is no release to print yet.", 0)


@pytest.mark.django_db
def test_an_error_inside_finish_takes_the_effect_and_done_back(caplog):
    def half(claim: Claim) -> None:
        with claim.finish():
            AuditEvent.objects.create(at=AT, act="effect")
            raise ZeroDivisionError

    job = make_job()

    run_job(job_id=str(job.pk), act=half)

    job.refresh_from_db()
    assert (job.state, job.errors) == ("queued", 1)
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_a_stopped_process_puts_its_job_back_without_counting_an_error():
    def stopped(claim: Claim) -> None:
        raise SystemExit

    job = make_job()

    with pytest.raises(SystemExit):
        run_job(job_id=str(job.pk), act=stopped)

    job.refresh_from_db()
    assert (job.state, job.errors, job.deaths) == ("queued", 0, 0)


@pytest.mark.django_db
def test_a_cancelled_job_stops_at_its_next_step_and_writes_nothing():
    raised = []

    def long_work(claim: Claim) -> None:
        operations.cancel_job(job=Job.objects.get(), at=AT)
        for act in (lambda: claim.step("Drawing charts"), claim.finish().__enter__):
            try:
                act()
            except JobCancelled as cancelled:
                raised.append(cancelled)
        raise raised[0]

    job = make_job()

    assert not run_job(job_id=str(job.pk), act=long_work)

    job.refresh_from_db()
    assert len(raised) == 2
    assert (job.state, job.finished_at) == ("cancelled", AT)


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing():
    def slow(claim: Claim) -> None:
        Job.objects.update(owner="somebody else")
        with pytest.raises(LeaseLost):
            claim.step("Drawing charts")
        write_event(claim)

    job = make_job()

    assert not run_job(job_id=str(job.pk), act=slow)

    job.refresh_from_db()
    assert (job.state, job.owner) == ("running", "somebody else")
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_complete_job_tries_again_and_returns_the_row_when_it_is_over(caplog):
    tries = []

    def fails_once(claim: Claim) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError

    job = complete_job(job_id=str(make_job().pk), act=fails_once)

    assert (job.state, job.errors, len(tries)) == ("done", 1, 2)


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_the_work_goes_on(monkeypatch):
    monkeypatch.setattr(work, "RENEW_SECONDS", 0.05)
    leases: list[datetime | None] = []

    def slow(claim: Claim) -> None:
        for pause in (0.0, 0.3):
            threading.Event().wait(pause)
            leases.append(Job.objects.get().lease_until)

    run_job(job_id=str(make_job().pk), act=slow)

    before, after = leases
    assert before is not None
    assert after is not None
    assert after > before


@pytest.mark.django_db(transaction=True)
def test_eight_workers_that_claim_one_job_do_it_once():
    job = make_job()
    start = threading.Barrier(8)
    done = []

    def worker() -> None:
        start.wait()
        try:
            done.append(run_job(job_id=str(job.pk), act=write_event))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [False] * 7 + [True]
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_enqueue_job_joins_a_live_job_with_the_same_key():
    first = operations.enqueue_job(task="tests.count", arguments={"n": 1}, key="count", at=AT)
    joined = operations.enqueue_job(task="tests.count", arguments={"n": 1}, key="count", at=AT)
    Job.objects.update(state=Job.State.DONE)

    new = operations.enqueue_job(task="tests.count", arguments={"n": 1}, key="count", at=AT)

    assert joined == first
    assert new != first


@pytest.mark.django_db(transaction=True)
def test_enqueue_job_asked_for_at_the_same_moment_makes_one_row():
    start = threading.Barrier(4)
    jobs = []

    def ask() -> None:
        start.wait()
        try:
            jobs.append(operations.enqueue_job(task="tests.count", arguments={}, key="count", at=AT).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(jobs) == 4
    assert set(jobs) == {Job.objects.get().pk}


@pytest.mark.django_db
def test_enqueue_job_survives_a_broker_that_is_away(monkeypatch, django_capture_on_commit_callbacks, caplog):
    def refuse_connection(*arguments, **options):
        raise ConnectionRefusedError

    monkeypatch.setattr(current_app, "send_task", refuse_connection)

    with django_capture_on_commit_callbacks(execute=True):
        operations.enqueue_job(task="tests.count", arguments={}, at=AT)

    assert Job.objects.get().state == "queued"
    assert "is told again in a few seconds" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_enqueue_job_wakes_a_worker_only_after_commit(monkeypatch):
    woken = []
    monkeypatch.setattr(current_app, "send_task", lambda name, kwargs: woken.append((name, kwargs)))

    with transaction.atomic():
        job = operations.enqueue_job(task="tests.count", arguments={"campaign": 7}, at=AT)
        before = list(woken)

    assert before == []
    assert woken == [("tests.count", {"job_id": str(job.pk)})]


@pytest.mark.django_db
def test_cancel_job_leaves_what_is_over():
    job = make_job(state=Job.State.DONE)

    assert not operations.cancel_job(job=job, at=AT)

    assert job.state == "done"


@pytest.mark.django_db
def test_retry_job_starts_again_from_zero():
    job = make_job(state=Job.State.FAILED, errors=3, deaths=2, error="It went wrong.", finished_at=AT)

    operations.retry_job(job=job, at=AT + timedelta(hours=1))

    assert (job.state, job.errors, job.deaths, job.error, job.finished_at) == ("queued", 0, 0, "", None)


@pytest.mark.django_db
def test_retry_job_joins_a_live_job_with_the_same_key():
    failed = make_job(state=Job.State.FAILED, key="report")
    live = make_job(key="report")

    assert operations.retry_job(job=failed, at=AT) == live

    failed.refresh_from_db()
    assert failed.state == "failed"
