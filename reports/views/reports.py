"""The door to reports: ask for one, watch it being made, fetch it."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backstage.models import Job
from backstage.queries import pulse
from organisations.access import signed_in
from reports import access, waves
from reports.forms import ReportForm
from reports.models import Release, Report
from reports.operations import reports as operations

MOST_LISTED = 50
WORKER_IS_AWAY_AFTER = 30
# The last ones turn the direction of writing or cannot be seen, so that a name would read as another.
UNFIT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+')
MOST_FILE_NAME_BYTES = 200


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a report of one wave, and list the earlier ones."""
    at = timezone.now()
    organisation = access.organisation_with_results(request.user, slug, at)
    listed = waves.waves_of(organisation)
    form = ReportForm(request.POST or None, waves=listed) if listed else None
    if form is not None and form.is_valid():
        values = form.cleaned_data
        release = get_object_or_404(Release, pk=values["wave"], campaign__organisation=organisation)
        report = operations.request_report(
            release=release,
            cut=values["cut"],
            language=values["language"],
            requested_by=signed_in(request.user),
            at=at,
        )
        return redirect("report", pk=report.pk)
    earlier = Report.objects.filter(release__campaign__organisation=organisation)
    context = {
        "organisation": organisation,
        "form": form,
        "reports": earlier.select_related("job", "release__campaign")[:MOST_LISTED],
    }
    return render(request, "reports/report/ask.html", context)


@login_required
@never_cache
@require_GET
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show where the report stands: waiting, being made, made, stopped."""
    at = timezone.now()
    found = access.report_for(request.user, pk, at)
    state = _state(found)
    context = {
        "report": found,
        "organisation": found.release.campaign.organisation,
        "state": state,
        "elapsed": _elapsed(found, at),
        "content_hash": _parts(found.content_hash),
        "file_hash": _parts(found.file_hash),
        "worker_is_away": state == Job.State.QUEUED and _worker_is_away(at),
    }
    return render(request, "reports/report/card.html", context)


@login_required
@never_cache
@require_GET
def state(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Return where the report stands as JSON, for the poller of the card."""
    at = timezone.now()
    found = access.report_for(request.user, pk, at)
    step = _(found.job.step) if found.job and found.job.step else ""
    return JsonResponse({"state": _state(found), "step": step, "elapsed": _elapsed(found, at)})


@login_required
@never_cache
@require_GET
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Send the file; back to the card when there is none."""
    at = timezone.now()
    found = access.report_for(request.user, pk, at)
    if not _has_file(found):
        return redirect("report", pk=pk)
    operations.record_download(report=found, by=signed_in(request.user), at=at)
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=file_name(found), content_type="application/pdf"
    )


@login_required
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    at = timezone.now()
    operations.cancel_report(report=access.report_for(request.user, pk, at), at=at)
    return redirect("report", pk=pk)


@login_required
@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    at = timezone.now()
    again = operations.retry_report(report=access.report_for(request.user, pk, at), at=at)
    return redirect("report", pk=again.pk)


def file_name(report: Report) -> str:
    """Return a name a person can file: organisation, wave, length; without what no file system takes."""
    campaign = report.release.campaign
    names = (campaign.organisation.name, campaign.title, f"{report.cut} report {report.release.number}")
    fit = (" ".join(UNFIT_IN_FILE_NAMES.sub(" ", name).split()).lstrip(". ") for name in names)
    whole = ", ".join(name for name in fit if name)[:150]
    # File systems count bytes, and a sign of most scripts takes two or three.
    return f"{whole.encode()[:MOST_FILE_NAME_BYTES].decode(errors='ignore')}.pdf"


def _state(report: Report) -> str:
    """Return the job's state; "expired" for a file that was cleared away."""
    if report.file:
        return Job.State.DONE if _has_file(report) else "expired"
    return report.job.state if report.job else "expired"


def _has_file(report: Report) -> bool:
    name = report.file.name
    return bool(name) and report.file.storage.exists(str(name))


def _elapsed(report: Report, at: datetime) -> int:
    """Return whole seconds since it was asked for, until it was over."""
    job = report.job
    if job is None:
        return 0
    return max(0, int(((job.finished_at or at) - job.created_at).total_seconds()))


def _parts(fingerprint: str) -> list[str]:
    """Return a hash in parts of eight characters, so that a narrow page can wrap it."""
    return [fingerprint[start : start + 8] for start in range(0, len(fingerprint), 8)]


def _worker_is_away(at: datetime) -> bool:
    seconds = pulse(at).worker_seconds
    return seconds is None or seconds > WORKER_IS_AWAY_AFTER
