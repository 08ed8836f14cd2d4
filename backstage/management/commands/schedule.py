"""`manage.py schedule`: the scheduler of an installation that runs its processes apart."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from backstage.sweeper import sweep_until


class Command(BaseCommand):
    help = (
        "Wake workers for jobs that nobody took, every two seconds, until stopped. "
        "`manage.py run` does this by itself. Several may run; one is enough."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stopped: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, frame: stopped.append(received))
        self.stdout.write("The scheduler is running.")
        sweep_until(lambda: bool(stopped))
        self.stdout.write("The scheduler has stopped.")
