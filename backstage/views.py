"""The one page for machines: is the site well?"""

import logging

from django.db import Error as DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backstage import queries
from backstage.beats import WORKER_IS_GONE_SECONDS

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when web, database and worker are well, else 503, and say in words which is not."""
    health: dict[str, object] = {"status": "ok", "web": "ok", "database": "ok", "worker": "ok"}
    try:
        pulse = queries.pulse(timezone.now())
    except DatabaseError:
        logger.exception("The database does not answer.")
        health |= {"status": "unwell", "database": "does not answer", "worker": "unknown without the database"}
        return JsonResponse(health, status=503)
    health |= {
        "worker_seconds_since_beat": pulse.worker_seconds,
        "oldest_queued_job_seconds": pulse.oldest_queued_seconds,
    }
    if pulse.worker_seconds is None:
        health |= {"status": "unwell", "worker": "has not started yet"}
    elif pulse.worker_seconds > WORKER_IS_GONE_SECONDS:
        health |= {"status": "unwell", "worker": "is gone"}
    return JsonResponse(health, status=200 if health["status"] == "ok" else 503)
