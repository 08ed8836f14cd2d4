"""Workers' doors: load by id, call one operation."""

from __future__ import annotations

from celery import shared_task

from backstage.work import run_job
from reports.operations import releases, reports


@shared_task(name="reports.make_release", acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # celery is untyped
def make_release(*, job_id: str) -> None:
    run_job(job_id=job_id, act=releases.make_release)


@shared_task(name="reports.build_report", acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # celery is untyped
def build_report(*, job_id: str) -> None:
    run_job(job_id=job_id, act=reports.build_report)
