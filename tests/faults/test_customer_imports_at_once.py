"""Two workers with customers of the same firms, and whoever imports while picking: one waits for the other, each rule holds."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection, transaction

from customers.models import Customer
from customers.services import importing
from customers.services.care import pick_customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRun
from portcrm.tests.at_once import at_once
from tests.faults.processes import wait_until, waits_for_lock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
NAMES = ("甲公司", "乙公司", "丙公司")


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def looking_together(monkeypatch):
    """Both imports look for what is known before one of them writes, if nothing keeps them apart."""
    looking, known = threading.Barrier(2), importing.KnownFirms.of

    def known_to_both(rows, **targets):
        found = known(rows, **targets)
        with suppress(threading.BrokenBarrierError):
            looking.wait(timeout=3)
        return found

    monkeypatch.setattr(importing.KnownFirms, "of", known_to_both)


@pytest.mark.usefixtures("looking_together")
@pytest.mark.parametrize("dry_run", [False, True], ids=["earnest", "dry"])
def test_two_imports_of_the_same_firms_open_each_once(tmp_path, dry_run):
    paths = [write(tmp_path / f"{number}.csv", "公司名称", *names) for number, names in enumerate((NAMES, NAMES[::-1]))]
    keepers = [make_user(Role.MARKETING) for _ in paths]

    runs = at_once(*(lambda one=one: ingest("customers", one[0], by=one[1], dry_run=dry_run) for one in zip(paths, keepers, strict=True)))

    opened = [3, 3] if dry_run else [0, 3]  # what is only rehearsed keeps nobody waiting
    assert sorted(run.created for run in runs) == opened
    assert sorted(Customer.objects.values_list("name_zh", flat=True)) == ([] if dry_run else sorted(NAMES))


def test_an_import_counts_what_its_author_picks_meanwhile(tmp_path, keeper, settings):
    settings.POOL_LIMIT = 1
    pooled = make_customer(name_zh="公海公司")
    path = write(tmp_path / "mine.csv", "公司名称,客户经理", f"甲公司,{keeper.email}")

    def take_in() -> ImportRun:
        try:
            return ingest("customers", path, by=keeper)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as beside:
        with transaction.atomic(), connection.cursor() as cursor:
            pick_customer(customer=pooled, by=keeper)
            importing_now = beside.submit(take_in)
            wait_until(lambda: importing_now.done() or waits_for_lock(cursor))
        run = importing_now.result(timeout=60)

    assert list(Customer.objects.cared_for(keeper)) == [pooled]
    assert (run.created, run.rejected) == (0, 1)


@pytest.mark.usefixtures("looking_together")
def test_two_imports_of_one_person_do_not_go_past_the_limit(tmp_path, keeper, settings):
    settings.POOL_LIMIT = 2
    paths = [
        write(tmp_path / f"{number}.csv", "公司名称,客户经理", *(f"{number}{name},{keeper.email}" for name in NAMES)) for number in range(2)
    ]

    runs = at_once(*(lambda path=path: ingest("customers", path, by=keeper) for path in paths))

    assert sum(run.created for run in runs) == Customer.objects.cared_for(keeper).count() == 2
