"""One form, one row: a form carries a key, and the key sent twice gives the first row again."""

import uuid

from django.db import connection


def one_at_a_time(form_key: uuid.UUID | None) -> None:
    """Make a second sending of one form wait until the first is written: the transaction holds a lock on the key."""
    if form_key is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [form_key.int >> 65])
