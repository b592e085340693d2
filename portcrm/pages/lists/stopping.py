"""A time after which the database gives up a question: some conditions hold for so few rows that a limit does not end the search."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

Answer = TypeVar("Answer")


def within(milliseconds: int, ask: Callable[[], Answer]) -> Answer | None:
    """What `ask` finds, or None where the database needs longer than that for one of its statements."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [milliseconds])
            answer = ask()
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")  # an outer transaction would keep the limit
            return answer
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise
