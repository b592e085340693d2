"""A database beside the one in use, for a command that needs an empty one: made anew, migrated, dropped or kept afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg2 import sql


@contextmanager
def own_database(name: str, *, keep: bool = False, again: bool = False) -> Iterator[None]:
    """Inside, Django works on an empty, migrated database of that name on the same server; outside, on the one it had.
    `again`: on the one that was kept, brought up to date; it is kept once more."""
    usual = connection.settings_dict["NAME"]
    create = _create(name)
    _switch_to(name)
    made = False
    try:
        if not again:
            _maintain(_drop(name), create)
        made = not again
        call_command("migrate", verbosity=0, interactive=False)
        yield
    finally:
        _switch_to(usual)
        if made and not keep:
            _maintain(_drop(name))


def _switch_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _create(name: str) -> sql.Composable:
    """In the locale of the database in use: the server's own default may be one that cannot search Chinese names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()")
        locale = map(sql.Literal, cursor.fetchone())
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE {} LC_CTYPE {}")
    return statement.format(sql.Identifier(name), *locale)


def _drop(name: str) -> sql.Composable:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))


def _maintain(*statements: sql.Composable) -> None:
    """From the server's database `postgres`, because nobody may be inside the one that is made or dropped."""
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    parameters.pop("cursor_factory", None)
    try:
        administrator = psycopg2.connect(**parameters)
        administrator.autocommit = True
        try:
            with administrator.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            administrator.close()
    except (psycopg2.OperationalError, psycopg2.errors.InsufficientPrivilege) as error:
        raise CommandError(_refusal(parameters.get("user", ""), error)) from error


def _refusal(user: str, error: psycopg2.Error) -> str:
    return (
        f"帐号 {user} 无法在此服务器上建立或删除数据库。请授权(ALTER ROLE {user} CREATEDB),或不设 DATABASE_URL。\n"
        f"The account {user} cannot make or drop databases on this server. Allow it (ALTER ROLE {user} CREATEDB) "
        f"or leave DATABASE_URL out.\n{error}"
    ).strip()
