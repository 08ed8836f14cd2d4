"""Queries whose SQL is written once in a process.

Django writes a query's SQL anew each time, which for a row with four related ones takes ten times as long as
SQLite takes to find it. This keeps what Django wrote and puts another value in; rows become the same models.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

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
        selected = [column[0] for column in compiler.select]
        self.converters = [
            (at, convert, expression)
            for at, (converters, expression) in compiler.get_converters(selected).items()
            for convert in converters
        ]
        info: Any = compiler.klass_info
        self.maker = _Maker(info, [column.target.attname for column in selected])

    def model_of(self, row: Any) -> Any:
        values = list(row)
        for at, convert, expression in self.converters:
            values[at] = convert(values[at], expression, connection)
        return self.maker.made(values)


class _Maker:
    """Makes a model from its columns in a row, with the models that hang on it.

    It skips `Model.__init__`, which looks at every field of the class and calls whoever listens: most of a
    prepared query's time. Models that rely on either are refused.
    """

    def __init__(self, info: Any, names: list[str]) -> None:
        self.model: type[models.Model] = info["model"]
        is_plain = self.model.__init__ is models.Model.__init__ and "from_db" not in vars(self.model)
        if not is_plain or pre_init.has_listeners(self.model) or post_init.has_listeners(self.model):
            raise TypeError(f"Making a {self.model.__name__} has to do more than to keep its columns.")
        self.columns = [(names[at], at) for at in info["select_fields"]]
        self.key_at = dict(self.columns)[self.model._meta.pk.attname]
        self.related = [
            (_Maker(related, names), related["local_setter"], related["remote_setter"])
            for related in info.get("related_klass_infos", ())
        ]

    def made(self, values: list[Any]) -> Any:
        """Return the model, None where an outer join found no row."""
        if values[self.key_at] is None:
            return None
        found = self.model.__new__(self.model)
        state = ModelState()
        state.db, state.adding = DEFAULT_DB_ALIAS, False
        found.__dict__["_state"] = state
        for name, at in self.columns:
            found.__dict__[name] = values[at]
        for maker, set_here, set_there in self.related:
            other = maker.made(values)
            set_here(found, other)
            if other is not None:
                set_there(other, found)
        return found
