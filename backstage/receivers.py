"""What happens by itself: a worker says that it lives, and ends when its supervisor is gone; the cache has a table."""

import os
import threading
from typing import Any

from celery.signals import worker_ready, worker_shutting_down
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from backstage.beats import beat_until
from backstage.models import WorkerBeat

_over = threading.Event()


@receiver(post_migrate, dispatch_uid="create_cache_table")
def create_cache_table(sender: Any, using: str, **kwargs: Any) -> None:
    """Make the table of the cache in the database, so that `migrate` alone is enough; with Redis there is none."""
    if sender.name == "backstage":
        call_command("createcachetable", database=using, verbosity=0)


@worker_ready.connect
def start_beating(sender: Any, **kwargs: Any) -> None:
    """Start the thread that writes this worker's beat."""
    _over.clear()
    options = {
        "name": f"{sender.hostname}:{os.getpid()}"[: WorkerBeat._meta.get_field("name").max_length],
        "parent": os.getppid() if os.environ.get("CONCENTRIC_SUPERVISED") else None,
    }
    threading.Thread(target=beat_until, args=(_over,), kwargs=options, name="beat", daemon=True).start()


@worker_shutting_down.connect
def stop_beating(**kwargs: Any) -> None:
    """Let the beat end with the worker."""
    _over.set()
