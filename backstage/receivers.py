"""What a worker does beside its tasks: it says that it lives, and ends when its supervisor is gone."""

import os
import threading
from typing import Any

from celery.signals import worker_ready, worker_shutting_down

from backstage.beats import beat_until
from backstage.models import WorkerBeat

_over = threading.Event()


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
