"""Writes a closed campaign's rows anew: in random order, under new ids, without what nobody needs any more.

It happens inside the database, so that a hundred thousand rows take a moment. Order and ids come from strong
random numbers: SQLite's own generator, seeded by the system, and PostgreSQL's `gen_random_uuid`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from assessments.models import AccessLink, Campaign, Invitation
from assessments.models.responses import Response

RANDOM_ID_OF_SQLITE = (
    "lower(hex(randomblob(6))) || '4' || substr(lower(hex(randomblob(2))), 2) || "
    "substr('89ab', 1 + (random() & 3), 1) || substr(lower(hex(randomblob(8))), 2)"
)
"""A version 4 UUID in 32 hexadecimal digits, as Django stores it there."""


def rewrite_responses(campaign: Campaign) -> None:
    """Write a campaign's responses under new random ids and in their order, without marks of withdrawal codes."""
    table, columns = _table(Response), _columns(Response)
    values = {**columns, "id": f"{_random_id()} AS id", "withdrawal_hash": "'' AS withdrawal_hash"}
    copied = f"SELECT {_listed(values.values())} FROM {table} WHERE campaign_id = %s ORDER BY 1"
    with _scratch("rewritten", copied, campaign.pk):
        _do(f"DELETE FROM {table} WHERE campaign_id = %s", campaign.pk)
        names = _listed(columns.values())
        _do(f"INSERT INTO {table} ({names}) SELECT {names} FROM rewritten")


def rewrite_invitations(campaign: Campaign) -> None:
    """Write a campaign's invitations in random order under new ids, and their links; nothing else stays with them.

    The links stay so that whoever opens one reads that the campaign is closed. They open no draft any more.
    """
    for related in Invitation._meta.related_objects:
        if related.related_model is not AccessLink:
            related.related_model._base_manager.filter(**{f"{related.field.name}__campaign": campaign}).delete()
    table = _table(Invitation)
    columns = [name for column, name in _columns(Invitation).items() if column != "id"]
    with _scratch("moved", _moved(table, columns), campaign.pk):
        _rewrite_links()
        _do(f"DELETE FROM {table} WHERE campaign_id = %s", campaign.pk)
        names = _listed(columns)
        _do(f"INSERT INTO {table} (id, {names}) SELECT new_id, {names} FROM moved ORDER BY new_id")


def _rewrite_links() -> None:
    """Write the links of moved invitations in random order, with nothing but their hashes; delete the codes."""
    table, blank = _table(AccessLink), AccessLink(kind=AccessLink.Kind.LINK)
    kept = {"invitation_id": "invitation_id", "token_hash": "token_hash"}
    others: list[Field[Any, Any]] = [
        field for field in AccessLink._meta.concrete_fields if field.column not in {*kept, "id"}
    ]
    columns = [*kept, *(_quoted(str(field.column)) for field in others)]
    given = [field.get_db_prep_save(getattr(blank, field.attname), connection) for field in others]
    links = (
        f"SELECT new_id AS invitation_id, token_hash FROM {table} link JOIN moved ON link.invitation_id = old_id "
        "WHERE kind = %s"
    )
    with _scratch("kept_links", links, AccessLink.Kind.LINK.value):
        _do(f"DELETE FROM {table} WHERE invitation_id IN (SELECT old_id FROM moved)")
        _do(
            f"INSERT INTO {table} ({_listed(columns)}) SELECT {_listed([*kept, *['%s'] * len(given)])} "
            f"FROM kept_links ORDER BY {_chance()}",
            *given,
        )


def _moved(table: str, columns: Sequence[str]) -> str:
    """Return a query for a campaign's invitations, each with its old number and its next one, in random order."""
    names = _listed(columns)
    if connection.vendor == "postgresql":
        shuffled = f"SELECT id, {names} FROM {table} WHERE campaign_id = %s ORDER BY {_chance()}"
        number = f"nextval(pg_get_serial_sequence('{table}', 'id'))"
        return f"SELECT id AS old_id, {number} AS new_id, {names} FROM ({shuffled}) AS shuffled"
    last = f"(SELECT seq FROM sqlite_sequence WHERE name = '{table.strip(chr(34))}')"
    number = f"{last} + row_number() OVER (ORDER BY {_chance()})"
    return f"SELECT id AS old_id, {number} AS new_id, {names} FROM {table} WHERE campaign_id = %s"


def _random_id() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else RANDOM_ID_OF_SQLITE


def _chance() -> str:
    """Return an expression that is another strong random value for each row."""
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "randomblob(16)"


@contextmanager
def _scratch(name: str, query: str, *values: Any) -> Iterator[None]:
    """Keep what a query finds in a table of this connection while something is done with it."""
    _do(f"CREATE TEMPORARY TABLE {name} AS {query}", *values)
    yield
    _do(f"DROP TABLE {name}")


def _do(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _table(model: type[Model]) -> str:
    return _quoted(model._meta.db_table)


def _columns(model: type[Model]) -> dict[str, str]:
    """Return the table's columns by name, quoted."""
    names = [str(field.column) for field in model._meta.concrete_fields]
    return {name: _quoted(name) for name in names}


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
