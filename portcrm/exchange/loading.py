"""Many rows of the frame's own tables in one statement: they travel as one JSON text."""

import json
from collections.abc import Mapping, Sequence

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, object]], *, conflict: str = "") -> None:
    """Insert rows given by column name, all with the same columns; `conflict` is the ON CONFLICT clause.

    A mapping or a list among the values becomes the JSON of its column. What is not given stands at the model's default.
    """
    if not rows:
        return
    table, quote = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name
    defaults = {each.column: each.get_default() for each in model._meta.concrete_fields if not (each.primary_key or each.generated)}
    columns = ", ".join(quote(name) for name in defaults)
    statement = f"""
        INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json) {conflict}
    """  # noqa: S608 - names come from the model
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps([defaults | dict(row) for row in rows], cls=DjangoJSONEncoder)])
