"""Real processes against the test's database, mail server and broker, to be killed without warning."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

PATIENCE = 60  # seconds until a test gives up waiting; no measure of speed


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a worker: that of the tests, with the database that they use."""
    address = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}"))
    fixed = {"DATABASE_URL": database, "OUTBOX_MAILS_PER_MINUTE": "0", "PORTCRM_INSTANCE_ID": "this-installation"}
    return os.environ | fixed | more


class Worker:
    """A process with Django's settings and the database of the test."""

    def __init__(self, *arguments: str, **environ: str):
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            env=surroundings(DJANGO_SETTINGS_MODULE="portcrm.settings", **environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=PATIENCE)

    def finish(self) -> None:
        """Wait for its own end, which must be a good one."""
        output, _errors = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, output.decode()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.kill()
        self.process.stdout.close()


@contextmanager
def worker(code: str, **environ: str):
    """A Python process that sets Django up and runs `code`."""
    with process("-c", f"import django; django.setup(); {code}", **environ) as running:
        yield running


@contextmanager
def celery_worker(*queues: str, **environ: str):
    """A Celery worker on the test's broker."""
    with process("-m", "celery", "-A", "portcrm", "worker", "-Q", ",".join(queues), "-c", "2", "--loglevel=WARNING", **environ) as running:
        yield running


@contextmanager
def process(*arguments: str, **environ: str):
    running = Worker(*arguments, **environ)
    try:
        yield running
    finally:
        running.stop()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


# Of this database: tests run side by side on one server, and theirs wait too. Not by pg_stat_activity: a transaction sees that as it
# was when it first looked.
HERE = "SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())"
WAITING = f"pg_locks WHERE NOT granted AND pid IN ({HERE})"


def waits_for_lock(cursor) -> bool:
    """Whether another process hangs on a lock of this database; asked by the holder."""
    cursor.execute(f"SELECT EXISTS (SELECT FROM {WAITING})")
    return cursor.fetchone()[0]


def kill_where_it_waits(running: Worker, cursor) -> None:
    """Kill a process once it hangs on a lock, and end its session: the server alone would carry out its statement once the lock is
    free, at a moment nobody knows."""
    wait_until(lambda: waits_for_lock(cursor))
    running.kill()
    cursor.execute(f"SELECT pg_terminate_backend(pid, {PATIENCE * 1000}) FROM {WAITING}")
