"""Many rows in one statement: rows travel as one JSON text and the database turns them into rows of its table.

Model instances would cost more than everything else together when ten thousand rows come in.
"""

import json
from collections.abc import Mapping, Sequence

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

BATCH = 5_000


def column_defaults(model: type[models.Model]) -> dict[str, object]:
    """What a row holds when nothing is said, by column; without the key."""
    return {field.column: field.get_default() for field in model._meta.concrete_fields if not (field.primary_key or field.generated)}


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Insert rows given by column name, missing columns at their default; returns the new keys in the given order."""
    table, defaults = connection.ops.quote_name(model._meta.db_table), column_defaults(model)
    columns = ", ".join(connection.ops.quote_name(column) for column in defaults)
    statement = f"""
        INSERT INTO {table} ({columns})
        SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json) WITH ORDINALITY AS given
        ORDER BY given.ordinality RETURNING id
    """  # noqa: S608 - names come from the model
    keys: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            cursor.execute(statement, [json.dumps([defaults | dict(row) for row in rows[start : start + BATCH]], cls=DjangoJSONEncoder)])
            keys += [key for (key,) in cursor.fetchall()]
    return keys


def update_rows(model: type[models.Model], rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Set `columns` of existing rows; each given row holds `id` and all of them."""
    table, quote = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name
    assignments = ", ".join(f"{quote(column)} = given.{quote(column)}" for column in columns)
    statement = f"""
        UPDATE {table} AS stored SET {assignments}
        FROM json_populate_recordset(NULL::{table}, %s::json) AS given WHERE stored.id = given.id
    """  # noqa: S608 - names come from the model
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            cursor.execute(statement, [json.dumps([dict(row) for row in rows[start : start + BATCH]], cls=DjangoJSONEncoder)])
