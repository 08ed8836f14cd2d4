"""Many may write at once: nobody is told that the database is locked, and no change is lost."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from backstage.models import Job

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WRITERS, SAVES = 16, 20


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_that_read_and_then_write_all_succeed():
    job = Job.objects.create(task="tests.count", arguments={"n": 0}, created_at=AT)
    start = threading.Barrier(WRITERS)
    errors: list[Exception] = []

    def write() -> None:
        start.wait()
        try:
            for _ in range(SAVES):
                with transaction.atomic():
                    row = Job.objects.select_for_update().get(pk=job.pk)
                    row.arguments["n"] += 1
                    row.save()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    job.refresh_from_db()
    assert errors == []
    assert job.arguments == {"n": WRITERS * SAVES}
