"""Having a report made: ask for it, make it in a worker, keep the file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import cast

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from backstage.models import Job
from backstage.operations import cancel_job, enqueue_job, record_event, retry_job
from backstage.work import Claim, JobCancelled, JobRefused
from organisations.models import User
from reports import linter, pdf, waves
from reports.content import Cut, build_content
from reports.models import Release, Report

BUILD_REPORT = "reports.build_report"
LIVE = (Job.State.QUEUED, Job.State.RUNNING)


@transaction.atomic
def request_report(
    *, release: Release, cut: str, language: str, requested_by: User | None = None, at: datetime
) -> Report:
    """Have a worker make the report; joins the one that is being made of the same release, cut and language."""
    # Two people asking at once meet here: the second finds what the first has begun.
    Release.objects.select_for_update().get(pk=release.pk)
    same = Report.objects.filter(release=release, cut=cut, language=language)
    live = same.filter(job__state__in=LIVE).select_related("job").first()
    if live is not None:
        return live
    report = Report.objects.create(
        release=release, cut=cut, language=language, requested_by=requested_by, requested_at=at
    )
    report.job = enqueue_job(
        task=BUILD_REPORT,
        arguments={"report_id": str(report.pk)},
        key=f"report:{release.pk}:{cut}:{language}",
        requested_by=requested_by,
        at=at,
    )
    report.save(update_fields=["job"])
    record_event(
        act="report_requested",
        at=at,
        actor=requested_by,
        organisation_id=release.campaign.organisation_id,
        subject=str(release.campaign),
        details={"report": str(report.pk), "release": release.number, "cut": cut, "language": language},
    )
    return report


def build_report(claim: Claim) -> None:
    """Do the job "reports.build_report": read, draw, set; keep the file and write the row together with "done"."""
    report = _report(claim)
    claim.step(_("Reading the results"))
    release = report.release
    results = release.results(report.language)
    listed = waves.waves_of(release.campaign.organisation)
    wave = next((one for one in listed if one.campaign_id == release.campaign_id), None)
    previous = waves.previous_results(listed, wave, results, report.language) if wave else None
    claim.step(_("Drawing charts"))
    content = build_content(
        results,
        previous,
        cut=cast("Cut", report.cut),
        language=report.language,
        release_number=release.number,
        released_at=release.released_at,
    )
    claim.step(_("Setting pages"))
    try:
        printed = pdf.print_report(content)
    except pdf.PrintingFailed as failure:
        raise JobRefused(
            _("The pages could not be set: %(reason)s Your results are unchanged.") % {"reason": _first_line(failure)}
        ) from failure
    claim.step(_("Checking the report"))
    found = linter.problems(content, results, pages=printed.pages)
    if found:
        raise JobRefused(
            _("The report was not kept, because it did not pass its checks. Your results are unchanged. %(problem)s")
            % {"problem": found[0]}
        )
    name = _keep(printed.pdf, report)
    try:
        with claim.finish():
            Report.objects.filter(pk=report.pk).update(
                content=content.to_document(),
                content_hash=content.hash,
                file=name,
                file_hash=hashlib.sha256(printed.pdf).hexdigest(),
                pages=printed.pages,
                size=len(printed.pdf),
                remarks=list(printed.remarks),
            )
    except JobCancelled:
        default_storage.delete(name)
        raise


def cancel_report(*, report: Report, at: datetime) -> None:
    """Stop making the report; nothing happens when it is made already."""
    if report.job is not None:
        cancel_job(job=report.job, at=at)


def retry_report(*, report: Report, at: datetime) -> Report:
    """Queue a report that failed or was cancelled again; return the one that is being made of the same, if any."""
    if report.job is None:
        return report
    job = retry_job(job=report.job, at=at)
    if job.pk == report.job.pk:
        return report
    return Report.objects.get(job=job)


def record_download(*, report: Report, by: User, at: datetime) -> None:
    record_event(
        act="report_downloaded",
        at=at,
        actor=by,
        organisation_id=report.release.campaign.organisation_id,
        subject=str(report.release.campaign),
        details={"report": str(report.pk)},
    )


def _report(claim: Claim) -> Report:
    found = Report.objects.select_related("release__campaign__organisation").filter(pk=claim.arguments["report_id"])
    report = found.first()
    if report is None:
        raise JobRefused(_("This report no longer exists, so there is nothing to make. Ask for a new one."))
    return report


def _keep(content: bytes, report: Report) -> str:
    """Write the file beside its place and rename it, so that nobody ever sees half of one; return its name."""
    name = f"reports/{report.pk}.pdf"
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return name


def _first_line(failure: Exception) -> str:
    return str(failure).strip().splitlines()[0][:200] if str(failure).strip() else ""
