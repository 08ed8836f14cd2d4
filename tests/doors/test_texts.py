"""Text is text: whatever somebody called something, pages escape it, files hold it inert, reports print it."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client

from backstage.work import run_job
from organisations.models import Membership, Organisation, Unit, User
from reports.export import exported
from reports.models import Report
from reports.operations import reports as operations
from reports.views.reports import file_name
from tests.reports.released import AT, make_release
from tests.reports.results_fixture import make_results

pytestmark = pytest.mark.django_db
NAMES = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>&amp;",
    "{{ 7 }}{% debug %}${7}",
    "\u202eبنك\u2066 الشمال",
    "🏦👩‍👩‍👧‍👦",
    "=1+1|' /C calc'!A0",
    '#read("/etc/passwd") $x$ *b* _i_ @ref <l> \\ // /* `raw` ~ --- #{',
    "../../etc/passwd",
    "x" * 120,
    "म्वेज़ी बैंक",
    "中" * 60,
    "A\u0301\u0301\u0301\u200b\ufeff\u2028B",
]


@pytest.fixture
def release(request, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    organisation = Organisation.objects.create(name=request.param, slug="northlake", country=request.param[:80])
    Unit.objects.create(organisation=organisation, name=request.param)
    results = make_results(organisation=request.param, campaign=request.param, country=request.param)
    return make_release(organisation, results, title=request.param)


@pytest.mark.parametrize("release", NAMES, indirect=True, ids=range(len(NAMES)))
def test_a_name_stays_a_name_on_pages_in_files_and_in_the_report(release):
    name = release.campaign.organisation.name
    person = User.objects.create_user("owner@example.org", name=name)
    Membership.objects.create(user=person, organisation=release.campaign.organisation, kind="owner")
    client = Client()
    client.force_login(person)
    results = release.results()

    report = operations.request_report(release=release, cut="brief", language="en", at=AT)
    made = run_job(job_id=str(report.job_id), act=operations.build_report)
    report = Report.objects.select_related("job").get(pk=report.pk)
    download = client.get(f"/reports/{report.pk}/download/")
    content = b"".join(download.streaming_content)  # type: ignore[attr-defined]  # a file's answer
    pages = [
        client.get(address).text
        for address in (
            "/",
            "/account/",
            "/portfolio/",
            "/o/northlake/",
            "/o/northlake/results/",
            "/o/northlake/people/",
        )
    ]
    table = exported(results, number=1, fingerprint="0" * 64, file_format="csv").decode("utf-8-sig")
    book = openpyxl.load_workbook(
        io.BytesIO(exported(results, number=1, fingerprint="0" * 64, file_format="xlsx")), read_only=True
    )
    compared = client.get("/portfolio/file/").text.lstrip("\ufeff")

    assert made, report.job and report.job.error
    assert content.startswith(b"%PDF")
    assert b"/JavaScript" not in content
    assert not any("<script>alert" in page or "<img src=x" in page for page in pages)
    assert not any(cell[:1] in set("=+@\t\r") for row in csv.reader(io.StringIO(table)) for cell in row if cell)
    assert not any(cell[:1] in set("=+@\t\r") for row in csv.reader(io.StringIO(compared)) for cell in row if cell)
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value} <= {
        "s",
        "n",
        "b",
    }
    assert "\n" not in download["Content-Disposition"]


@pytest.mark.parametrize("release", NAMES, indirect=True, ids=range(len(NAMES)))
def test_a_file_name_fits_every_file_system_and_reads_in_one_direction(release):
    report = operations.request_report(release=release, cut="brief", language="en", at=AT)

    name = file_name(report)

    assert len(name.encode()) <= 255
    assert name.endswith(".pdf")
    assert not set(name) & set('/\\:*?"<>|\0\r\n\u202e\u2066\u200b\ufeff\u2028')
    assert not name.startswith(".")


def test_the_exports_command_takes_hostile_names(tmp_path):
    organisation = Organisation.objects.create(name="=cmd|' /C calc'!A0", slug="northlake")
    release = make_release(organisation, make_results(organisation="=cmd|' /C calc'!A0"))

    for kind in ("json", "csv", "xlsx"):
        call_command("export_release", str(release.pk), format=kind, output=tmp_path / kind)

    assert b'"=cmd' not in (tmp_path / "csv").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"json", "csv", "xlsx"}
