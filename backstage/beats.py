"""Signs of life: a row for /healthz and, in a container, a file for its health check."""

import logging
import os
import signal
import threading
from pathlib import Path

from django.db import Error as DatabaseError
from django.db import connections
from django.utils import timezone

from backstage.models import WorkerBeat

logger = logging.getLogger(__name__)

BEAT_SECONDS = 3
WORKER_IS_GONE_SECONDS = 15


def beat_until(over: threading.Event, *, name: str, parent: int | None) -> None:
    """Write this worker's beat every three seconds; end the process when the parent it names is gone."""
    while True:
        try:
            WorkerBeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
            touch_beat_file()
        except DatabaseError as error:
            logger.warning("The worker's beat could not be written (%s).", type(error).__name__)
        finally:
            # The pool forks: a child must not be born while this thread holds a connection.
            connections.close_all()
        if over.wait(BEAT_SECONDS):
            return
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return


def touch_beat_file() -> None:
    """Touch the file named by CONCENTRIC_BEAT_FILE, by which a container's health check sees this process."""
    path = os.environ.get("CONCENTRIC_BEAT_FILE")
    if path:
        Path(path).touch()
