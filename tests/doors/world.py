"""Rows behind every door: an organisation with a released campaign, a finished report, an open and a draft campaign.

All ids are above 1,000, so that a number printed for readers ("1,000") shows wherever a machine reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models
from django.utils import timezone

from assessments.links import token_hash
from assessments.models import AccessLink, Campaign, Invitation, Kiosk, UnitLink
from assessments.open_links import open_link_token
from assessments.operations.campaigns import create_campaign, open_campaign
from assessments.operations.kiosks import add_kiosk
from assessments.operations.people import stage_list
from assessments.operations.ways import add_unit_link
from assessments.people_files import Line
from backstage.models import Job
from organisations.models import Membership, Organisation, Unit, User
from pillars.models import Edition
from reports.models import Release, Report
from tests.reports.released import make_release
from tests.reports.results_fixture import make_results

FIRST_ID = 4321
TOKEN = "an-invited-persons-own-secret-000"


@dataclass(frozen=True)
class World:
    organisation: Organisation
    unit: Unit
    released: Campaign
    draft: Campaign
    running: Campaign
    person: Invitation
    release: Release
    report: Report
    open_link: str
    unit_link: UnitLink
    kiosk: Kiosk
    users: dict[str, User]

    @property
    def owner(self) -> User:
        return self.users["owner"]


def make_world(name: str = "Northlake Savings") -> World:
    """Return the organisation with everything about it, and one person of each kind."""
    start_ids_at(FIRST_ID)
    at = timezone.now()
    organisation = Organisation.objects.create(name=name, slug="northlake")
    root = Unit.objects.create(organisation=organisation, name=name)
    unit = Unit.objects.create(organisation=organisation, parent=root, name="Branch North", code="BN")
    release = make_release(organisation, make_results(organisation=name))
    draft = make_campaign(organisation, "Next", at)
    person = Invitation.objects.create(campaign=draft, unit=unit, role="front_line", name="Ada Example")
    line = Line(2, {"name": "Bea", "unit": "Branch North", "role": "front_line"})
    stage_list(campaign=draft, lines=[line], creates_units=False, at=at)
    running = make_campaign(organisation, "Now", at, takes_open_link=True)
    invited = Invitation.objects.create(campaign=running, unit=unit, role="front_line", name="Cem Example")
    AccessLink.objects.create(invitation=invited, token_hash=token_hash(TOKEN))
    open_campaign(campaign=running, at=at)
    unit_link = add_unit_link(campaign=running, unit=unit, role="", at=at)
    kiosk, _pin = add_kiosk(campaign=running, unit=unit, role="", at=at)
    return World(
        organisation,
        unit,
        release.campaign,
        draft,
        running,
        person,
        release,
        make_report(release, at),
        open_link_token(running.pk),
        unit_link,
        kiosk,
        make_people(organisation, at),
    )


def make_people(organisation: Organisation, at: datetime) -> dict[str, User]:
    """Return one signed-in person of each kind; "elsewhere" owns another organisation."""
    users = {
        kind: User.objects.create_user(f"{kind}@example.org", "correct horse battery")
        for kind in ("stranger", "leader", "consultant", "owner", "ended", "elsewhere")
    }
    for kind in ("leader", "consultant", "owner"):
        Membership.objects.create(user=users[kind], organisation=organisation, kind=kind)
    Membership.objects.create(
        user=users["ended"], organisation=organisation, kind="consultant", ends_at=at - timedelta(seconds=1)
    )
    other = Organisation.objects.create(name="Elsewhere", slug="elsewhere")
    Unit.objects.create(organisation=other, name="Elsewhere")
    Membership.objects.create(user=users["elsewhere"], organisation=other, kind="owner")
    return users


def make_campaign(organisation: Organisation, title: str, at: datetime, **fields: Any) -> Campaign:
    edition = Edition.objects.get(slug="concentric", version="1.0")
    return create_campaign(organisation=organisation, edition=edition, title=title, at=at, **fields)


def make_report(release: Release, at: datetime) -> Report:
    job = Job.objects.create(task="reports.build_report", state=Job.State.DONE, created_at=at, finished_at=at)
    report = Report.objects.create(
        release=release, job=job, requested_at=at, content_hash="c" * 64, file_hash="f" * 64, pages=4, size=1200
    )
    report.file.save(f"{report.pk}.pdf", ContentFile(b"%PDF-1.7 made for a test"))
    return report


def start_ids_at(first: int) -> None:
    """Let every table that counts its rows count on from `first`."""
    numbered = [
        model
        for model in apps.get_models()
        if model._meta.app_label in {"organisations", "assessments", "reports"}
        and isinstance(model._meta.pk, models.AutoField | models.BigAutoField)
    ]
    with connection.cursor() as cursor:
        for model in numbered:
            table = model._meta.db_table
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first])
