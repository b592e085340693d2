"""The databases of the embedded server: made when absent, never dropped; and the address of one database beside another."""

import re
from urllib.parse import quote

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import parse_dsn

from portcrm.launch.filelock import FileLock
from portcrm.launch.places import Places

ADDRESS = re.compile(r"([^:]+://[^/?#]*)[^?#]*")


def beside(url: str, database: str) -> str:
    """The address of another database of the same server."""
    return ADDRESS.sub(rf"\1/{quote(database, safe='')}", url, count=1)


def ensure_database(url: str, places: Places) -> bool:
    """True when the database has just been made: whoever makes it brings its tables in."""
    database = parse_dsn(url)["dbname"]
    with FileLock(places.locks / "database"):
        connection = psycopg2.connect(beside(url, "postgres"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM pg_database WHERE datname = %s", [database])
                if cursor.rowcount:
                    return False
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
                return True
        finally:
            connection.close()
