"""The few statements of starting, saving and sending that are written as SQL, at a fraction of what Django would take.

Saving patches the flat JSON of a draft in place. Sending takes a draft out in one step. Nothing here decides;
`assessments.operations.answering` does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.db import connection


def start_draft(invitation_id: int) -> int:
    """Make an empty draft for somebody who has none, and return its number."""
    with connection.cursor() as cursor:
        sql = "INSERT INTO assessments_draft (invitation_id, answers) VALUES (%s, '{}') RETURNING id"
        cursor.execute(sql, [invitation_id])
        (number,) = cursor.fetchone()
    return int(number)


def keep_wrapped_key(link_id: int, wrapped_key: str) -> None:
    """Write the draft's key as this link keeps it."""
    _execute("UPDATE assessments_accesslink SET wrapped_key = %s WHERE id = %s", [wrapped_key, link_id])


def patch_draft(draft_id: int, entries: Mapping[str, str], unchanged: Mapping[str, str | None]) -> bool:
    """Replace entries in a draft's flat JSON, if the entries in `unchanged` still are so (None: not there).

    Say whether they were, and the draft was there.
    """
    if connection.vendor == "postgresql":
        sql = "UPDATE assessments_draft SET answers = answers || %s::jsonb WHERE id = %s"
        is_entry, place = " AND answers ->> %s IS NOT DISTINCT FROM %s", "{}"
    else:
        sql = "UPDATE assessments_draft SET answers = json_patch(answers, %s) WHERE id = %s"
        is_entry, place = " AND json_extract(answers, %s) IS %s", '$."{}"'
    values: list[str | int | None] = [json.dumps(entries), draft_id]
    for name, entry in unchanged.items():
        sql += is_entry
        values += [place.format(name), entry]
    return bool(_execute(sql, values))


def take_draft(draft_id: int) -> dict[str, str] | None:
    """Delete a draft and return the entries it held, None where it is gone: of two who take it only one gets it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assessments_draft WHERE id = %s RETURNING answers", [draft_id])
        row = cursor.fetchone()
    entries: dict[str, str] | None = json.loads(row[0]) if row else None
    return entries


def mark_answered(invitation_id: int) -> bool:
    """Note that this person has sent, and make the links' wrapped keys useless; say whether it was the first time."""
    sql = "UPDATE assessments_invitation SET has_answered = %s WHERE id = %s AND has_answered = %s"
    if not _execute(sql, [True, invitation_id, False]):
        return False
    _execute("UPDATE assessments_accesslink SET wrapped_key = '' WHERE invitation_id = %s", [invitation_id])
    return True


def keep_tallies(campaign_id: int, tallies: Mapping[str, object]) -> None:
    """Write a campaign's counts, whose row is held."""
    _execute("UPDATE assessments_campaign SET tallies = %s WHERE id = %s", [json.dumps(tallies), campaign_id])


def _execute(sql: str, values: list[str | int | None]) -> int:
    """Return how many rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
