"""What the browser tests share: logging in through the real page, and the processes that stand beside the web process."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations import RunPython
from playwright.sync_api import Page

from customers.models import Channel

DATA_MIGRATIONS = (
    "customers.migrations.0002_reference_lists",
    "customers.migrations.0013_first_talking_points",
    "cargo.migrations.0003_reference_data",
    "cargo.migrations.0042_shipped_forms_and_kinds_of_trade",
    "cargo.migrations.0047_movements_shipped",
    "feedback.migrations.0002_customer_opinion_form",
    "feedback.migrations.0020_purpose_of_the_opinion_form",
    "feedback.migrations.0023_shipped_forms",
    "feedback.migrations.0036_channel_of_suggestions",
    "feedback.migrations.0053_panel_with_weights",
)
PASSWORD = "a-long-enough-password-1"
ROOT = Path(__file__).resolve().parents[2]


def log_in(page: Page, base: str, email: str, password: str = PASSWORD) -> None:
    """Through the log-in form, as people do."""
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def load_reference_data() -> None:
    """What the data migrations load, where a test before this one has emptied the tables."""
    if Channel.objects.exists():
        return
    for name in DATA_MIGRATIONS:
        for step in import_module(name).Migration.operations:
            if isinstance(step, RunPython):
                step.code(apps, SimpleNamespace(connection=connection))


def database_url() -> str:
    """The address of the database this test run uses, for processes that stand beside it."""
    parts = connection.settings_dict
    options = "&".join(f"{name}={quote(str(value), safe='/')}" for name, value in parts["OPTIONS"].items())
    host = f"{quote(parts['HOST'], safe='')}:{parts['PORT']}" if parts["PORT"] else quote(parts["HOST"], safe="")
    return f"postgres://{parts['USER']}:{quote(parts['PASSWORD'] or '')}@{host}/{parts['NAME']}?{options}"


@contextmanager
def celery_worker(*, email_url: str, site_url: str, log: Path) -> Iterator[subprocess.Popen]:
    """A real worker of all three queues on the test database and broker."""
    command = [sys.executable, "-m", "celery", "--app", "portcrm.celery:app", "worker", "--pool", "solo", "--queues", "mail,jobs,default"]
    environ = os.environ | {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": email_url,
        "PORTCRM_SITE_URL": site_url,
    }
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle", "--loglevel", "info"],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield worker
        finally:
            worker.terminate()
            try:
                worker.wait(20)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


def months_before(day: dt.date, months: int) -> dt.date:
    """The tenth of the month that lies so many months back."""
    count = day.year * 12 + day.month - 1 - months
    return dt.date(count // 12, count % 12 + 1, 10)
