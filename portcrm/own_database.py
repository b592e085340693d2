"""A database of its own beside the one in use: made, migrated, dropped afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql

NAME = "portcrm_bench"


@contextmanager
def own_database(*, keep: bool = False) -> Iterator[None]:
    """Inside, Django works on an empty, migrated database; outside, on the one it had."""
    usual = connection.settings_dict["NAME"]
    _maintain(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), sql.SQL("CREATE DATABASE {}"))
    _switch_to(NAME)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        yield
    finally:
        _switch_to(usual)
        if not keep:
            _maintain(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"))


def _switch_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _maintain(*statements: sql.SQL) -> None:
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    parameters.pop("cursor_factory", None)
    administrator = psycopg2.connect(**parameters)
    administrator.autocommit = True
    try:
        with administrator.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(sql.Identifier(NAME)))
    finally:
        administrator.close()
