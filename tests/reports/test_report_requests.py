"""The path of a report: asked for, made by a worker, fetched by those who may."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse

from assessments.models import Campaign
from backstage.models import AuditEvent, Job
from backstage.work import Claim, run_job
from organisations.models import Membership, Organisation, User
from pillars.models import Edition
from reports import pdf
from reports.models import Release, Report
from reports.operations import reports as operations
from reports.views.reports import file_name
from tests.reports.results_fixture import make_results

AT = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def make_release(name: str = "Northlake Savings", wave: int = 3, number: int = 1, **changes) -> Release:
    organisation, _ = Organisation.objects.get_or_create(slug=name.lower().replace(" ", "-"), defaults={"name": name})
    edition, _ = Edition.objects.get_or_create(
        slug="concentric", version="1.0", defaults={"title": "C", "document": {}, "published_at": AT}
    )
    campaign, _ = Campaign.objects.get_or_create(
        organisation=organisation,
        title=f"Wave {wave}",
        defaults={"edition": edition, "wave": wave, "state": Campaign.State.RELEASED, "closed_at": AT},
    )
    results = make_results(organisation=name, campaign=campaign.title, wave=wave, **changes)
    return Release.objects.create(
        campaign=campaign, number=number, released_at=AT, document=results.to_document(), fingerprint="a" * 64
    )


def make_user(organisation: Organisation | None = None, kind: str = Membership.Kind.LEADER) -> User:
    user = User.objects.create_user(email=f"{uuid.uuid4().hex}@example.org", password="x")
    if organisation is not None:
        Membership.objects.create(user=user, organisation=organisation, kind=kind)
    return user


def ask(release: Release, cut: str = "board", by: User | None = None) -> Report:
    return operations.request_report(release=release, cut=cut, language="en", requested_by=by, at=AT)


def report_job(report: Report) -> Job:
    assert report.job is not None
    report.job.refresh_from_db()
    return report.job


def make_report(release: Release, cut: str = "board") -> Report:
    report = ask(release, cut)
    assert run_job(job_id=str(report.job_id), act=operations.build_report)
    report.refresh_from_db()
    return report


def test_a_report_is_asked_for_and_made_from_its_job_row():
    release = make_release()

    report = ask(release)
    assert report.job is not None
    assert report.job.state == Job.State.QUEUED
    assert report.job.arguments == {"report_id": str(report.pk)}
    run_job(job_id=str(report.job_id), act=operations.build_report)

    report.refresh_from_db()
    report.job.refresh_from_db()
    assert report.job.state == Job.State.DONE
    with report.file.open("rb") as file:
        content = file.read()
    assert report.size == len(content)
    assert report.pages == len(pypdf.PdfReader(io.BytesIO(content)).pages)
    assert len(report.file_hash) == len(report.content_hash) == 64
    assert report.remarks == []


def test_asking_twice_joins_the_live_job():
    release = make_release()

    first, second = ask(release), ask(release)

    assert first.pk == second.pk
    assert Report.objects.count() == Job.objects.count() == 1


def test_asking_for_another_length_or_after_the_end_is_a_new_report():
    release = make_release()
    first = make_report(release)

    other, again = ask(release, "brief"), ask(release)

    assert len({first.pk, other.pk, again.pk}) == 3


def test_made_twice_the_file_is_the_same():
    release = make_release()

    first, second = make_report(release), make_report(release)

    assert first.file_hash == second.file_hash
    assert first.content_hash == second.content_hash


def test_a_finished_job_is_not_done_again():
    report = make_report(make_release())

    assert run_job(job_id=str(report.job_id), act=operations.build_report) is False


def test_the_report_compares_with_the_wave_before():
    then = make_results()
    rows = {key: dict(row) for key, row in then.figures["score"].items()}
    rows["all"]["index"] = rows["all"]["insight"]
    make_release(wave=2, figures={**then.figures, "score": rows})

    report = make_report(make_release(wave=3))

    assert report.content is not None
    assert "moved up since the last wave" in str(report.content)


def test_cancelled_while_it_is_made_nothing_is_kept(monkeypatch):
    report = ask(make_release())
    job = report.job
    assert job is not None
    step = Claim.step

    def cancel_at_the_end(claim: Claim, words: str) -> None:
        step(claim, words)
        if words == "Checking the report":
            operations.cancel_report(report=report, at=AT)

    monkeypatch.setattr(Claim, "step", cancel_at_the_end)
    run_job(job_id=str(job.pk), act=operations.build_report)

    report.refresh_from_db()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert not report.file
    assert not default_storage.exists(f"reports/{report.pk}.pdf")


def test_pages_that_cannot_be_set_park_the_job_with_a_sentence(monkeypatch):
    def fail(_content):
        raise pdf.PrintingFailed("error: the page is too small")

    monkeypatch.setattr(pdf, "print_report", fail)
    report = ask(make_release())

    run_job(job_id=str(report.job_id), act=operations.build_report)

    job = report_job(report)
    assert job.state == Job.State.FAILED
    assert job.error.startswith("The pages could not be set: error: the page is too small")


def test_a_report_with_a_problem_is_not_kept():
    report = ask(make_release(country="x"))
    document = report.release.document
    document["figures"]["score"]["unit:17"]["insight"]["score"] = 31.0
    Release.objects.filter(pk=report.release_id).update(document=document)

    run_job(job_id=str(report.job_id), act=operations.build_report)

    report.refresh_from_db()
    job = report_job(report)
    assert not report.file
    assert "did not pass its checks" in job.error


def test_a_failed_report_can_be_tried_again():
    report = ask(make_release())
    Job.objects.filter(pk=report_job(report).pk).update(state=Job.State.FAILED, error="Something.")
    report.refresh_from_db()

    again = operations.retry_report(report=report, at=AT)
    run_job(job_id=str(again.job_id), act=operations.build_report)

    again.refresh_from_db()
    assert again.pk == report.pk
    assert again.file


def body(answer) -> bytes:
    """Return what was sent; reading a streamed answer to its end also closes its file."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


DOORS = ("report", "report_state", "report_download")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", list(Membership.Kind.values))
def test_whoever_sees_results_may_see_the_report(client, door, kind):
    report = make_report(make_release())
    client.force_login(make_user(report.release.campaign.organisation, kind))

    answer = client.get(reverse(door, args=[report.pk]))

    assert answer.status_code == 200
    assert body(answer)


@pytest.mark.parametrize("door", [*DOORS, "report_cancel", "report_retry"])
def test_strangers_get_404_at_each_door(client, door):
    report = make_report(make_release())
    client.force_login(make_user(make_release("Another Bank").campaign.organisation, Membership.Kind.OWNER))
    url = reverse(door, args=[report.pk])

    answer = client.post(url) if door in ("report_cancel", "report_retry") else client.get(url)

    assert answer.status_code == 404


def test_a_grant_that_has_ended_opens_nothing(client):
    report = make_report(make_release())
    user = make_user(report.release.campaign.organisation, Membership.Kind.CONSULTANT)
    Membership.objects.filter(user=user).update(ends_at=AT - timedelta(days=365))
    client.force_login(user)

    assert client.get(reverse("report_download", args=[report.pk])).status_code == 404
    assert client.get(reverse("ask_report", args=[report.release.campaign.organisation.slug])).status_code == 404


@pytest.mark.parametrize("door", DOORS)
def test_nobody_signed_in_is_sent_to_the_sign_in(client, door):
    report = make_report(make_release())

    answer = client.get(reverse(door, args=[report.pk]))

    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_a_stranger_cannot_ask(client):
    release = make_release()
    client.force_login(make_user())
    url = reverse("ask_report", args=[release.campaign.organisation.slug])

    assert client.get(url).status_code == 404
    assert client.post(url, {"wave": release.pk, "cut": "board", "language": "en"}).status_code == 404


def test_another_organisations_wave_cannot_be_asked_for(client):
    own, other = make_release(), make_release("Another Bank")
    client.force_login(make_user(own.campaign.organisation))

    answer = client.post(
        reverse("ask_report", args=[own.campaign.organisation.slug]),
        {"wave": other.pk, "cut": "board", "language": "en"},
    )

    assert answer.status_code == 200
    assert Report.objects.count() == 0


def test_asking_leads_to_the_card_and_leaves_a_trace(client):
    release = make_release()
    user = make_user(release.campaign.organisation)
    client.force_login(user)

    answer = client.post(
        reverse("ask_report", args=[release.campaign.organisation.slug]),
        {"wave": release.pk, "cut": "brief", "language": "en"},
    )

    report = Report.objects.get()
    assert answer["Location"] == reverse("report", args=[report.pk])
    assert (report.cut, report.requested_by) == ("brief", user)
    event = AuditEvent.objects.get(act="report_requested")
    assert (event.actor, event.organisation_id) == (user, release.campaign.organisation_id)


@pytest.mark.parametrize(("count", "most"), [(1, 12), (3, 12)])
def test_earlier_reports_are_listed_with_release_and_date(client, count, most, django_assert_max_num_queries):
    release = make_release()
    for cut in ("brief", "board", "full")[:count]:
        ask(release, cut)
    client.force_login(make_user(release.campaign.organisation))

    with django_assert_max_num_queries(most):
        answer = client.get(reverse("ask_report", args=[release.campaign.organisation.slug]))

    assert answer.content.decode().count("Results: release 1 of 14 June 2026") == count


def test_without_results_the_page_says_what_to_do(client):
    organisation = Organisation.objects.create(name="New Bank", slug="new-bank")
    client.force_login(make_user(organisation))

    answer = client.get(reverse("ask_report", args=["new-bank"]))

    assert "No results yet." in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Job.State.QUEUED, "Preparing the report"),
        (Job.State.RUNNING, "Drawing charts"),
        (Job.State.FAILED, "The disk is full. Ask for more room."),
        (Job.State.CANCELLED, "The report was cancelled"),
    ],
)
def test_the_card_says_where_the_report_stands(client, state, words):
    report = ask(make_release())
    error = "The disk is full. Ask for more room." if state == Job.State.FAILED else ""
    Job.objects.filter(pk=report_job(report).pk).update(state=state, step="Drawing charts", error=error)
    client.force_login(make_user(report.release.campaign.organisation))

    page = client.get(reverse("report", args=[report.pk])).content.decode()

    assert words in page
    assert client.get(reverse("report_state", args=[report.pk])).json()["state"] == state


def test_the_card_says_when_no_worker_runs(client):
    report = ask(make_release())
    client.force_login(make_user(report.release.campaign.organisation))

    page = client.get(reverse("report", args=[report.pk])).content.decode()

    assert "No worker is running at the moment." in page


def test_the_download_is_the_file_under_a_readable_name(client):
    report = make_report(make_release())
    client.force_login(make_user(report.release.campaign.organisation))

    answer = client.get(reverse("report_download", args=[report.pk]))

    content = body(answer)
    assert content.startswith(b"%PDF-")
    assert len(content) == report.size
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="Northlake Savings, Wave 3, board report 1.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(act="report_downloaded").count() == 1


def test_a_file_that_was_cleared_away_is_said_to_be_gone(client):
    report = make_report(make_release())
    default_storage.delete(str(report.file.name))
    client.force_login(make_user(report.release.campaign.organisation))

    page = client.get(reverse("report_download", args=[report.pk]), follow=True).content.decode()

    assert "The file is no longer kept" in page


def test_file_names_hold_nothing_a_file_system_refuses():
    release = make_release()
    Organisation.objects.update(name='..\\evil\r\n/Bank: "best"?')
    report = Report.objects.select_related("release__campaign__organisation").get(pk=ask(release).pk)

    assert file_name(report) == "evil Bank best, Wave 3, board report 1.pdf"


def test_the_command_writes_the_file(tmp_path, capsys):
    release = make_release()
    target = tmp_path / "report.pdf"

    call_command("build_report", release=release.pk, cut="brief", output=target)

    assert len(pypdf.PdfReader(target).pages) == 2
    assert "2 pages" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"campaign": 99999}, "There is no campaign 99999."),
        ({"release": 99999}, "There is no release 99999."),
    ],
)
def test_the_command_says_what_is_not_there(tmp_path, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("build_report", output=tmp_path / "report.pdf", **arguments)


def test_the_command_says_that_a_campaign_has_no_release(tmp_path):
    campaign = make_release().campaign
    Release.objects.all().delete()

    with pytest.raises(CommandError, match="has no release yet"):
        call_command("build_report", campaign=campaign.pk, output=tmp_path / "report.pdf")


def test_the_command_refuses_a_folder_that_is_not_there():
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("build_report", campaign=1, output=Path("/nowhere/at/all/report.pdf"))
