"""What most tests of customer files begin with; a test that needs somebody or something else makes it itself."""

import csv
import io
from pathlib import Path

import pytest
from django.utils.translation import override

from customers.models import cargo_class
from customers.models.cargo_class import ListedClass
from customers.tests.factories import make_customer
from customers.tests.owing import ingest_receivables
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user

CLASSES = [
    ListedClass("01", "煤炭及制品", "Coal and coal products"),
    ListedClass("02", "石油、天然气及制品", "Petroleum, natural gas and products"),
    ListedClass("03", "金属矿石", "Metal ores"),
    *(ListedClass(f"{number:02d}", f"货类{number}", f"Class {number}") for number in range(4, 18)),
]


@pytest.fixture(autouse=True)
def _cargo_classes(monkeypatch):
    """Some classes, whoever keeps the port's list; that it is asked and what it costs is tested where it is kept."""
    monkeypatch.setattr(cargo_class, "_readers", [lambda: CLASSES])


@pytest.fixture
def in_english():
    with override("en"):
        yield


@pytest.fixture
def uploads(settings, tmp_path):
    """Files that are taken in are kept in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def keeper(client):
    """Somebody who keeps files, logged in."""
    keeper = make_user(Role.MARKETING)
    client.force_login(keeper)
    return keeper


@pytest.fixture
def colleague():
    return make_user(Role.OPERATIONS, name="李 同事", name_en="Li", language="en", department=make_department())


@pytest.fixture
def manager():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def file(tmp_path):
    """Writes rows as a CSV file and gives its path."""

    def write(*rows: list[str], encoding: str = "utf-8", name: str = "customers.csv") -> Path:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path = tmp_path / name
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write


@pytest.fixture
def pair():
    """Two files of one firm."""
    kept = make_customer(name_zh="海丰演示船务有限公司", short_name="海丰演示", phone="0532-1", tier="major")
    other = make_customer(name_zh="海丰演示船务公司", name_en="Haifeng Demo Shipping", phone="0532-2", email="office@haifeng.invalid")
    return kept, other


@pytest.fixture
def settler():
    """Who takes in the files of the settlement office."""
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def debtor():
    return make_customer(code="C000111", name_zh="溯舟物流有限公司", credit_code="91350100M000100Y43")


@pytest.fixture
def take_in(tmp_path, settler):
    """Ingest rows of receivables; each is (code, name, invoice, due, amount, open)."""

    def ingested(*rows: tuple, **how):
        return ingest_receivables(tmp_path, *rows, by=settler, **how)

    return ingested


@pytest.fixture
def ready_for_receivables(settings, uploads, in_english):
    settings.PORT_CURRENCY, settings.HOLD_PROPOSAL_DAYS = "CNY", 60
