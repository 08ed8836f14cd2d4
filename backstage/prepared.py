"""Queries whose SQL is written once in a process.

Django writes a query's SQL anew each time, which for a row with four related ones takes ten times as long as
SQLite takes to find it. This keeps what Django wrote and puts another value in; rows become the same models.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]  # not in the stubs

ModelT = TypeVar("ModelT", bound=models.Model)


class Prepared(Generic[ModelT]):
    """A query for one row by one value.

    `query` returns it for any value; `example` is a value of the right type that stands nowhere else in it.
    """

    def __init__(self, query: Callable[[Any], models.QuerySet[ModelT]], example: int | str) -> None:
        self.query = query
        self.example = example
        self._written: _Written | None = None

    def first(self, value: int | str) -> ModelT | None:
        """Return the row for this value, None when there is none."""
        if self._written is None:
            self._written = _Written(self.query(self.example))
        with connection.cursor() as cursor:
            cursor.execute(
                self._written.sql, [value if held == self.example else held for held in self._written.params]
            )
            row = cursor.fetchone()
        found: ModelT | None = self._written.model_of(row) if row else None
        return found


class _Written:
    """What Django's compiler made of a query, and how its rows become models."""

    def __init__(self, query: models.QuerySet[Any]) -> None:
        compiler = query.order_by()[:1].query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.params = compiler.as_sql()
        self.compiler = compiler
        selected = [column[0] for column in compiler.select]
        self.converters = compiler.get_converters(selected)
        info: Any = compiler.klass_info
        self.model = info["model"]
        self.start, self.end = info["select_fields"][0], info["select_fields"][-1] + 1
        self.names = [column.target.attname for column in selected[self.start : self.end]]
        self.populators = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # the stubs are ahead

    def model_of(self, row: Any) -> Any:
        if self.converters:
            row = next(iter(self.compiler.apply_converters([row], self.converters)))
        found = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
        for populator in self.populators:
            populator.populate(row, found)
        return found
