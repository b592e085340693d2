"""pytest plugin: after a test that commits, what it wrote is deleted, in a tenth of the time that Django's `flush` takes.

`flush` truncates each table, written or not, and then makes content types and permissions anew. Here those two stay as the
migrations left them, and of the other tables only those with rows are emptied. Sessions in the middle of something are waited for,
as TRUNCATE waits: their rows would turn up in the next test.
"""

import time
from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

PATIENCE = 60.0  # seconds
BUSY = """SELECT query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND backend_type = 'client backend' AND xact_start IS NOT NULL"""
KEPT = {"django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def _quick_flush() -> Iterator[None]:
    def teardown(case: TransactionTestCase) -> None:
        for name in case._databases_names(include_mirrors=False):
            delete_what_was_written(connections[name])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


def delete_what_was_written(connection: BaseDatabaseWrapper) -> None:
    """All rows of all tables but KEPT; no trigger runs, neither those of history nor those of foreign keys."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
    quoted = [connection.ops.quote_name(table) for table in tables]
    filled = " UNION ALL ".join(f"SELECT {n} WHERE EXISTS (SELECT FROM {table})" for n, table in enumerate(quoted))  # noqa: S608
    wait_for_others(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(filled)
        emptied = [f"DELETE FROM {quoted[n]}" for (n,) in cursor.fetchall()]  # noqa: S608
        cursor.execute(";".join(emptied) or "SELECT")


def wait_for_others(connection: BaseDatabaseWrapper) -> None:
    until = time.monotonic() + PATIENCE
    while busy := queries_of_others(connection):
        if time.monotonic() > until:
            raise TimeoutError(f"sessions left open by the test: {busy}")
        time.sleep(0.02)


def queries_of_others(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(BUSY)
        return [query for (query,) in cursor.fetchall()]
