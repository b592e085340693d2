"""What the customer list exports is what the screen shows, and taken in again it changes nothing."""

import csv
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from customers.columns import CUSTOMER_COLUMNS
from customers.enums import CustomerStatus, CustomerType, Tier
from customers.models import Customer, Region
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
LIST = reverse("customers:customer_list")


@pytest.fixture
def customers():
    """Files with everything a spreadsheet is known to spoil."""
    keeper = make_user(Role.MARKETING, name="演示同事 03", name_en="Demo Colleague 03")
    jiangsu = Region.objects.get(code="32")
    return [
        make_customer(
            name_zh="溯舟远洋物流（集团）有限公司", name_en="Suzhou Ocean Logistics Co., Ltd.", credit_code="91350100M000100Y43",
            types=[*CustomerType.values], status=CustomerStatus.EXISTING, tier=Tier.KEY, is_key_account=True, account_manager=keeper,
            region=jiangsu, phone="+86-532-8888", email="a@example.invalid", address_zh='东大街"1"号, 二层\n后院',
        ),
        make_customer(name_zh="=示范公司", name_en="", phone="0532-001", address_zh="@港区"),
        make_customer(name_zh="", name_en="Harbour, Bridge & Sons Ltd", phone="13800000000", status=CustomerStatus.LOST),
        make_customer(name_zh="-减号公司", types=["forwarder"], tier=Tier.MAJOR),
    ]  # fmt: skip


def export(client, user, file_format: str, **asked) -> bytes:
    client.force_login(user)
    return b"".join(client.get(LIST, {"export": file_format, **asked}).streaming_content)


def states() -> list[tuple]:
    return list(Customer.objects.order_by("pk").values_list())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("columns", [[], [column.key for column in CUSTOMER_COLUMNS]], ids=["usual", "all"])
def test_an_exported_list_taken_in_again_changes_nothing(client, customers, tmp_path, language, file_format, columns):
    keeper = make_user(Role.MARKETING, language=language)
    before = states()
    path = tmp_path / f"list.{file_format}"
    path.write_bytes(export(client, keeper, file_format, **({"columns": columns} if columns else {})))

    run = ingest("customers", path, by=keeper)

    counts = {name: getattr(run, name) for name in ("total", "created", "updated", "skipped", "rejected")}
    assert counts == {"total": 4, "created": 0, "updated": 0, "skipped": 4, "rejected": 0}
    assert states() == before


def test_both_formats_hold_the_rows_columns_and_order_of_the_screen(client, customers, tmp_path):
    keeper = make_user(Role.MARKETING)
    asked = {"columns": ["phone", "name"], "sort": "-code", "status": "prospect"}
    client.force_login(keeper)
    listing = client.get(LIST, asked).context["listing"]
    screen = [
        [str(column.label) for column in listing.columns],
        *([column.text(row) for column in listing.columns] for row in listing.rows),
    ]

    as_csv = list(csv.reader(io.StringIO(export(client, keeper, "csv", **asked).decode("utf-8-sig"))))
    path = tmp_path / "list.xlsx"
    path.write_bytes(export(client, keeper, "xlsx", **asked))
    as_workbook = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()

    assert screen == [["客户", "电话"], ["-减号公司", "–"], ["=示范公司", "0532-001"]]
    assert as_csv == [["客户", "电话"], ["'-减号公司", ""], ["'=示范公司", "0532-001"]]
    assert as_workbook == [["客户", "电话"], ["-减号公司", ""], ["=示范公司", "0532-001"]]
