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


def waits_for_lock(cursor) -> bool:
    """Whether another process hangs on a lock of this database (tests run side by side have theirs); asked by the holder."""
    here = "SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    cursor.execute(f"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid IN ({here}))")
    return cursor.fetchone()[0]
