"""The embedded cluster's database: made when absent, made anew when its demo data were interrupted."""

import psycopg2
from psycopg2 import sql

from portcrm.launch.keeper import DATABASE
from portcrm.launch.places import Places
from portcrm.launch.speech import say

MARKS = ("demo-started", "demo-loaded", "demo-logins.json")


def ensure_database(url: str, places: Places) -> bool:
    """True when the database has just been made."""
    connection = psycopg2.connect(url.replace(f"/{DATABASE}?", "/postgres?", 1))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            if (places.state / "demo-started").exists():
                say("上次未写完演示数据,重新建立数据库。", "The demo data were interrupted last time: starting with an empty database.")
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone():
                return False
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    finally:
        connection.close()
    for name in MARKS:
        (places.state / name).unlink(missing_ok=True)
    return True
