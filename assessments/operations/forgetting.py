"""Takes away what the database keeps of rows that are gone."""

from __future__ import annotations

from django.db import connection

from assessments.models import AccessLink, Draft, Invitation
from assessments.models.responses import Response
from backstage.models import OutgoingMail

REWRITTEN = (Response, Invitation, AccessLink, Draft, OutgoingMail)


def forget_old_rows() -> None:
    """Rewrite the tables that closing a campaign shuffled, so that no file tells the old order of their rows.

    A deleted row stays in free pages, in dead versions and in the write-ahead log, beside what was written
    at the same moment: whoever reads the files would see which answer came with which person's mark.
    Takes a moment in which nobody else writes. On PostgreSQL a plain VACUUM would only mark the space of old
    rows as free, and leave their bytes there with the numbers of the transactions that wrote them. Nothing
    happens inside a transaction, where neither database can do it.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in REWRITTEN)
            cursor.execute(f"VACUUM FULL {tables}")
        elif connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
