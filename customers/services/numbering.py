"""Customer codes: C000001 and on, from a database sequence, so that two writers never get the same one."""

from django.db import connection


def next_codes(count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('customers_customer_code') FROM generate_series(1, %s)", [count])
        return [f"C{number:06d}" for (number,) in cursor.fetchall()]
