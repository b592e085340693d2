"""What PostgreSQL expects to find, from the statistics it keeps of a table: a millisecond, whatever the table's size."""

import json

from django.db import connection
from django.db.models import Model, QuerySet


def expected(rows: QuerySet) -> int:
    """How many rows the planner expects."""
    (plan,) = json.loads(rows.order_by().values("pk").explain(format="json"))
    return plan["Plan"]["Plan Rows"]


def expected_rows(model: type[Model]) -> int:
    """How many rows the table had when it was last looked at; -1 where it never was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [connection.ops.quote_name(model._meta.db_table)])
        return int(cursor.fetchone()[0])
