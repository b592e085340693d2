"""The embedded cluster's databases: made when absent; the product's is made anew when its demo data were interrupted."""

import psycopg2
from psycopg2 import sql

from portcrm.launch.keeper import DATABASE
from portcrm.launch.places import Places
from portcrm.launch.speech import say

MARKS = ("demo-started", "demo-loaded", "demo-logins.json")


def beside(url: str, database: str) -> str:
    """The address of another database of the same embedded server."""
    return url.replace(f"/{DATABASE}?", f"/{database}?", 1)


def ensure_database(url: str, places: Places, database: str = DATABASE, *, anew: bool = False) -> bool:
    """True when the database has just been made; `anew` drops the one that is there."""
    connection = psycopg2.connect(url.replace(f"/{database}?", "/postgres?", 1))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            if database == DATABASE and (places.state / "demo-started").exists():
                say("上次未写完演示数据，重新建立数据库。", "The demo data were interrupted last time: starting with an empty database.")
                anew = True
            if anew:
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if cursor.fetchone():
                return False
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    finally:
        connection.close()
    if database == DATABASE:
        for name in MARKS:
            (places.state / name).unlink(missing_ok=True)
    return True
