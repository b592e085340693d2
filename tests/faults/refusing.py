"""A disk that is full: the database refuses rows with the code it gives then, the file system refuses longer files."""

import resource
from contextlib import contextmanager

from django.db import connection

FULL = """
CREATE OR REPLACE FUNCTION pg_temp.the_disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full';
END $$
"""


@contextmanager
def database_refuses(table: str, *, when: str = "true"):
    """Every new row of `table` for which `when` holds (of the row "new") meets a full disk, until the block ends."""
    with connection.cursor() as cursor:
        cursor.execute(FULL)
        cursor.execute(
            f'CREATE TRIGGER zz_disk_full AFTER INSERT ON "{table}" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION pg_temp.the_disk_is_full()'
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP TRIGGER zz_disk_full ON "{table}"')


@contextmanager
def disk_takes(most_bytes: int):
    """No file of this process grows beyond `most_bytes` until the block ends."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
