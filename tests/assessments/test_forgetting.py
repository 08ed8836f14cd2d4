"""What the database file still holds after a campaign was closed."""

from pathlib import Path

import pytest
from django.db import connection

from assessments.models import Campaign
from assessments.models.responses import Response
from assessments.operations.campaigns import close_campaign
from assessments.operations.forgetting import REWRITTEN, forget_old_rows
from tests.assessments.answering_world import NOW, make_campaign, make_invitation

pytestmark = pytest.mark.django_db(transaction=True)


def database_files() -> list[Path]:
    """Return the files of SQLite with its log; PostgreSQL's belong to its server, so there it is no file at all."""
    name = Path(str(connection.settings_dict["NAME"]))
    return sorted(name.parent.glob(f"{name.name}*")) if connection.vendor == "sqlite" else []


def places_of_tables() -> list[int]:
    """Return the file of each table as PostgreSQL numbers it. SQLite has none of its own."""
    if connection.vendor != "postgresql":
        return []
    places = []
    with connection.cursor() as cursor:
        for model in REWRITTEN:
            cursor.execute("SELECT pg_relation_filenode(%s::regclass)", [model._meta.db_table])
            places.append(cursor.fetchone()[0])
    return places


def test_no_page_keeps_the_rows_from_before_the_close():
    campaign = make_campaign()
    unit = make_invitation(campaign, "manager").unit
    sent = [
        Response.objects.create(campaign=campaign, unit=unit, role="manager", answers={"canary": f"said-{number}" * 40})
        for number in range(40)
    ]

    close_campaign(campaign=campaign, at=NOW)
    before = places_of_tables()
    forget_old_rows()

    pages = b"".join(path.read_bytes() for path in database_files())
    assert Campaign.objects.get().state == Campaign.State.CLOSED
    assert [row.pk.hex for row in sent if row.pk.hex.encode() in pages] == []
    assert set(before).isdisjoint(places_of_tables())
