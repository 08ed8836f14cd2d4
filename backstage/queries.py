"""What the machinery says about itself."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min

from backstage.models import Job, WorkerBeat


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds since a worker was last alive, and for which the oldest job waits; None when there is none."""

    worker_seconds: float | None
    oldest_queued_seconds: float | None


def pulse(at: datetime) -> Pulse:
    """Return how the workers are, in two small reads."""
    beat = WorkerBeat.objects.aggregate(last=Max("at"))["last"]
    queued = Job.objects.filter(state=Job.State.QUEUED).aggregate(first=Min("created_at"))["first"]
    return Pulse(
        worker_seconds=round((at - beat).total_seconds(), 1) if beat else None,
        oldest_queued_seconds=round((at - queued).total_seconds(), 1) if queued else None,
    )
