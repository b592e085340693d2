"""A dry run that is taken back portion by portion says what the import, kept portion by portion, then does."""

import pytest

from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest

pytestmark = pytest.mark.django_db
COUNTS = ("created", "updated", "skipped", "rejected")


@pytest.fixture(autouse=True)
def small_portions(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", 2)


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


def counts(run) -> dict[str, int]:
    return {name: getattr(run, name) for name in COUNTS}


def test_a_dry_run_in_portions_says_what_the_import_then_does(file, keeper):
    make_customer(name_zh="老客户公司", phone="1", code="C900001")
    path = file(
        ["公司名称", "信用代码", "电话", "客户编号"],
        ["新客户有限公司", "91350100M000100Y43", "1", ""],
        ["老客户公司", "", "2", ""],
        ["新客户有限公司", "", "9", ""],
        ["", "", "2", "C900001"],
        ["另一家公司", "", "", ""],
        ["改了名的公司", "91350100M000100Y43", "", ""],
        ["新客户公司", "", "", ""],
        ["", "", "3", "C900001"],
        ["另一家有限公司", "", "", ""],
    )

    rehearsal = ingest("customers", path, by=keeper, dry_run=True)
    said = [(number, kind) for number, kind in rehearsal.forecasts.order_by("row_number").values_list("row_number", "kind")]
    earnest = ingest("customers", path, by=keeper)

    assert counts(rehearsal) == counts(earnest)
    assert said == [
        (2, "new"),
        (3, "update"),
        (4, "conflict"),
        (5, "same"),
        (6, "new"),
        (7, "conflict"),
        (8, "alike"),
        (9, "conflict"),
        (10, "alike"),
    ]


def test_the_limit_of_customers_in_ones_care_holds_over_the_portions_of_a_dry_run(file, keeper, settings):
    settings.POOL_LIMIT = 3
    path = file(["公司名称", "客户经理"], *([f"{number}号公司", keeper.email] for number in "甲乙丙丁戊"))

    rehearsal = ingest("customers", path, by=keeper, dry_run=True)
    earnest = ingest("customers", path, by=keeper)

    assert counts(rehearsal) == counts(earnest) == {"created": 3, "updated": 0, "skipped": 0, "rejected": 2}
