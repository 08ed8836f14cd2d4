"""/healthz tells machines what is well, touches no session and answers without redirecting."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from backstage import queries
from backstage.models import Job, WorkerBeat


@pytest.mark.django_db
def test_healthz_is_well_while_a_worker_beats(client, django_assert_num_queries):
    WorkerBeat.objects.create(name="worker", at=timezone.now())
    Job.objects.create(task="tests.count", created_at=timezone.now() - timedelta(seconds=30))

    with django_assert_num_queries(2):
        answer = client.get("/healthz")

    health = answer.json()
    assert answer.status_code == 200
    assert (health["status"], health["web"], health["database"], health["worker"]) == ("ok", "ok", "ok", "ok")
    assert 30 <= health["oldest_queued_job_seconds"] < 40
    assert answer.cookies == {}


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "words"), [(None, "has not started yet"), (60, "is gone")])
def test_healthz_names_a_worker_that_is_missing(client, age, words):
    if age is not None:
        WorkerBeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=age))

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["worker"]) == ("unwell", words)


def test_healthz_names_a_database_that_does_not_answer(client, monkeypatch, caplog):
    def away(at):
        raise OperationalError

    monkeypatch.setattr(queries, "pulse", away)

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["database"] == "does not answer"


@pytest.mark.django_db
def test_healthz_is_not_sent_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^healthz$"]

    assert client.get("/healthz").status_code == 503
