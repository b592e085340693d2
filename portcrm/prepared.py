"""Queries of one shape, compiled once and asked again with other values.

To put a query of the ORM together and into SQL takes three to six times as long as to ask it: of a record page a third. What a query
says depends on who asks and on the constants it is made with; for each of these it is kept compiled. What it is asked about stands in
it as a place and is filled in each time.

    OPEN = Prepared(lambda user: OpenProblem.objects.visible_to(user).filter(customer=Place("customer")))
    OPEN.rows(user, customer=customer.pk)

A day or a moment must be a place too: as a constant it would stay that of the first question.
"""

import copy
from collections.abc import Callable, Hashable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
LARGEST = 2**63 - 1  # no column of PostgreSQL holds a larger whole number; an address may
KEPT = 128  # compiled for so many askers and constants, of each query: some megabytes


class Place(Expression):
    """A value that is named when the query is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list]:
        return "%s", [self]


class Prepared(Generic[M]):
    """`build` gets the user and the constants and gives a query set that prefetches nothing and of which no value but places changes
    from one question to the next."""

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._compiled = lru_cache(maxsize=KEPT)(lambda asker, constants: _Compiled(build(asker.user, *constants)))

    def rows(self, user: AbstractBaseUser | None, /, *constants: Hashable, **values: object) -> list[M]:
        """The rows for these values of the places, each value as the database column holds it (a key, not a record). `user` is None
        where the house itself asks."""
        return self._compiled(_Asker(user), constants).ask(values)

    def tuples(self, user: AbstractBaseUser | None, /, *constants: Hashable, **values: object) -> list[tuple]:
        """The same of a query set of `values_list`, each value as the database gives it."""
        return self._compiled(_Asker(user), constants).fetch(values)

    def count(self, user: AbstractBaseUser | None, /, *constants: Hashable, **values: object) -> int:
        """How many rows these are; the database counts them."""
        return self._compiled(_Asker(user), constants).count(values)

    def first(self, user: AbstractBaseUser | None, /, *constants: Hashable, **values: object) -> M | None:
        return next(iter(self.rows(user, *constants, **values)), None)


class _Asker:
    """Whoever asks: the same only while the person has the same rights."""

    def __init__(self, user: AbstractBaseUser | None) -> None:
        self.user = user
        self._key = (user.pk, frozenset(user.get_all_permissions())) if user else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asker) and other._key == self._key

    def __hash__(self) -> int:
        return hash(self._key)


class _Compiled(Generic[M]):
    """A query set with its SQL; nothing of it changes after it is made, so threads share it."""

    def __init__(self, rows: QuerySet[M]) -> None:
        self.using = rows.db
        self.compiler = rows.query.get_compiler(self.using)
        try:
            self.sql, self.parameters = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.parameters = "", ()
        columns = (self.compiler.select or ())[: self.compiler.col_count]
        self.converters = self.compiler.get_converters([column for column, *_named in columns])

    def ask(self, values: dict[str, object]) -> list[M]:
        if not self._may_find(values):
            return []
        filled = self._filled(values)
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[self.using]
        compiler.as_sql = lambda *_args, **_options: (self.sql, filled)
        compiler.get_converters = lambda _expressions: self.converters
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        return list(ModelIterable(SimpleNamespace(db=self.using, query=query, _known_related_objects={})))

    def fetch(self, values: dict[str, object]) -> list[tuple]:
        return self._execute(self.sql, values) if self._may_find(values) else []

    def count(self, values: dict[str, object]) -> int:
        return self._execute(f"SELECT count(*) FROM ({self.sql}) AS counted", values)[0][0] if self._may_find(values) else 0  # noqa: S608

    def _execute(self, sql: str, values: dict[str, object]) -> list[tuple]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, self._filled(values))
            return cursor.fetchall()

    def _may_find(self, values: dict[str, object]) -> bool:
        return bool(self.sql) and not any(isinstance(value, int) and abs(value) > LARGEST for value in values.values())

    def _filled(self, values: dict[str, object]) -> tuple:
        return tuple(values[one.name] if isinstance(one, Place) else one for one in self.parameters)
