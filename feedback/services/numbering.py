"""Numbers of cases: one series a year for each kind, without gaps or twins."""

from django.db import connection
from django.db.models import Model


def next_number(series: type[Model], prefix: str, year: int) -> str:
    """The next number of the year, e.g. "TS-2026-00012"; the series row stays locked until the caller commits."""
    table = connection.ops.quote_name(series._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS series (year, last) VALUES (%s, 1)"  # noqa: S608  the name of our own table
            " ON CONFLICT (year) DO UPDATE SET last = series.last + 1 RETURNING last",
            [year],
        )
        return f"{prefix}-{year}-{cursor.fetchone()[0]:05d}"
