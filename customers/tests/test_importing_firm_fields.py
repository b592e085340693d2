"""What lists tell of a firm besides its name and address comes in, is checked, is taken back, and comes back from our own exports."""

import csv
import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from customers.columns import CUSTOMER_COLUMNS
from customers.imports.customers import CustomerImporter
from customers.models import Channel, Customer, Region
from customers.tests.factories import make_customer
from customers.tests.test_export_round_trip import export, states
from customers.tests.test_import_decisions import rehearse
from customers.tests.test_importing_customers import counts
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.matching import guess
from portcrm.exchange.models import ImportProblem
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.services import start_revert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
HEADER = [
    "公司名称", "曾用名", "组织机构代码", "所属腹地", "上级公司", "总资产", "净资产", "资产日期", "营业执照号", "营业期限至", "开户行",
    "银行账号", "网址", "微信号", "传真", "邮编", "法定代表人", "成立日期", "经营方式", "经营范围",
]  # fmt: skip
FILLED = [
    "子公司", "旧名一公司；旧名二公司\n旧名三公司", "M000100Y-4", "苏北", "C900001", "1.2亿元", "5000万", "2025-12-31", "3702001",
    "2030.12.31", "中国银行青岛分行", "6222020200112345678", "www.example.invalid", "zigongsi", "0532-1", "266000", "王某", "2001年2月3日",
    "代理、批发", "煤炭",
]  # fmt: skip
STORED = {
    "former_names": ["旧名一公司", "旧名二公司", "旧名三公司"], "organisation_code": "M000100Y4", "hinterland": "苏北",
    "total_assets": Decimal(120_000_000), "net_assets": Decimal(50_000_000), "assets_as_of": dt.date(2025, 12, 31),
    "licence_no": "3702001", "licence_valid_until": dt.date(2030, 12, 31), "bank_name": "中国银行青岛分行",
    "bank_account": "6222020200112345678", "website": "www.example.invalid", "wechat": "zigongsi", "fax": "0532-1",
    "postal_code": "266000", "legal_representative": "王某", "founded_on": dt.date(2001, 2, 3),
    "operation_modes": ["agency", "wholesale"], "business_scope": "煤炭",
}  # fmt: skip
NOT_OF_THE_FIRM = {"recorded_by", "recorded_on"}  # they say who wrote the row, not what the firm is


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING)


def columns_told(run) -> list[tuple]:
    found = ImportProblem.objects.filter(run=run).order_by("row_number")
    return [(one.row_number, [detail["column"] for detail in one.details]) for one in found]


def test_every_field_of_a_firm_comes_in(file, keeper):
    parent = make_customer(name_zh="母公司", code="C900001")

    run = ingest("customers", file(HEADER, FILLED), by=keeper)

    firm = Customer.objects.get(name_zh="子公司")
    assert counts(run) == {"created": 1, "updated": 0, "skipped": 0, "rejected": 0}
    assert {name: getattr(firm, name) for name in STORED} == STORED
    assert firm.parent == parent
    assert list(Customer.objects.search("旧名三")) == [firm]


def test_a_known_firm_is_completed_and_the_import_taken_back(file, keeper):
    make_customer(name_zh="母公司", code="C900001")
    make_customer(name_zh="子公司", former_names=["更早的名字"], fax="9")
    before = states()
    run = ingest("customers", file(HEADER, FILLED), by=keeper)
    assert counts(run) == {"created": 0, "updated": 1, "skipped": 0, "rejected": 0}
    names = [field.attname for field in Customer._meta.concrete_fields]

    run_revert(start_revert(run=run, by=keeper).pk)

    moving = {names.index(name) for name in ("version", "updated_at")}
    still = [[value for place, value in enumerate(row) if place not in moving] for row in before]
    assert [[value for place, value in enumerate(row) if place not in moving] for row in states()] == still


def test_the_parent_is_found_by_code_and_by_either_name(file, keeper):
    parent = make_customer(name_zh="母公司", name_en="Mother Ltd", code="C900001")
    words = ["C900001", "母公司", "Mother Ltd", f"{parent.code} 别的名字"]

    ingest("customers", file(["公司名称", "上级公司"], *([f"{number}号公司", word] for number, word in enumerate(words))), by=keeper)

    assert list(Customer.objects.exclude(pk=parent.pk).values_list("parent", flat=True)) == [parent.pk] * 4


def test_a_parent_nobody_knows_several_may_be_or_that_stands_below_is_a_problem_of_its_row(file, keeper):
    top = make_customer(name_zh="顶层公司")
    below = make_customer(name_zh="底层公司", parent=make_customer(name_zh="中层公司", parent=top))
    for code in ("91350100M000100Y43", "91110105771583283D"):
        make_customer(name_zh="同名公司", credit_code=code)
    path = file(
        ["公司名称", "上级公司"],
        *(["甲公司", "不存在的公司"], ["乙公司", "同名公司"], ["顶层公司", "底层公司"], ["丙公司", "底层公司"], ["底层公司", "底层公司"]),
    )

    run = ingest("customers", path, by=keeper)

    top.refresh_from_db()
    assert columns_told(run) == [(number, ["上级公司"]) for number in (2, 3, 4, 6)]
    assert (top.parent, Customer.objects.get(name_zh="丙公司").parent) == (None, below)


def test_two_rows_of_one_file_close_no_circle(file, keeper):
    first, second = make_customer(name_zh="甲公司"), make_customer(name_zh="乙公司")

    run = ingest("customers", file(["公司名称", "上级公司"], ["甲公司", "乙公司"], ["乙公司", "甲公司"]), by=keeper)

    assert columns_told(run) == [(3, ["上级公司"])]
    assert [one.parent_id for one in Customer.objects.order_by("pk")] == [second.pk, None]
    assert first.pk < second.pk


def test_a_parent_that_an_earlier_portion_opens_is_known_in_the_dry_run_as_in_the_import(file, keeper, monkeypatch):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", 2)
    path = file(["公司名称", "上级公司"], ["母公司", ""], ["别家公司", ""], ["子公司", "母公司"])

    rehearsal, run = rehearse(path, keeper), ingest("customers", path, by=keeper)

    assert counts(rehearsal) == counts(run) == {"created": 3, "updated": 0, "skipped": 0, "rejected": 0}
    assert Customer.objects.get(name_zh="子公司").parent == Customer.objects.get(name_zh="母公司")


@pytest.mark.parametrize("portion", [2, 2000])
def test_a_group_in_one_file_comes_in_whatever_the_order_and_goes_again(file, keeper, monkeypatch, portion):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    known = make_customer(name_zh="老公司")
    path = file(
        ["公司名称", "上级公司"],
        *(["孙公司", "子公司"], ["子公司", "母公司"], ["母公司", ""], ["老公司", "母公司"]) if portion > 2 else
        (["子公司", "母公司"], ["母公司", ""], ["孙公司", "子公司"], ["老公司", "母公司"]),
    )  # fmt: skip

    rehearsal, run = rehearse(path, keeper), ingest("customers", path, by=keeper)

    assert counts(rehearsal) == counts(run) == {"created": 3, "updated": 1, "skipped": 0, "rejected": 0}
    above = dict(Customer.objects.values_list("name_zh", "parent__name_zh"))
    assert above == {"孙公司": "子公司", "子公司": "母公司", "母公司": None, "老公司": "母公司"}
    run_revert(start_revert(run=run, by=keeper).pk)
    assert list(Customer.objects.values_list("pk", "parent")) == [(known.pk, None)]


def test_new_firms_that_name_one_another_as_parent_are_problems(file, keeper):
    run = ingest("customers", file(["公司名称", "上级公司"], ["甲公司", "乙公司"], ["乙公司", "甲公司"]), by=keeper)

    assert columns_told(run) == [(2, ["上级公司"]), (3, ["上级公司"])]
    assert Customer.objects.count() == 0


def test_all_faults_of_a_row_are_told_at_once(file, keeper):
    path = file(
        ["公司名称", "信用代码", "组织机构代码", "省份", "上级公司", "成立日期", "执照到期日"],
        ["甲公司", "91350100M000100Y44", "M000100Y5", "火星", "没有的公司", "2999-01-01", "2026.13.45"],
    )

    run = ingest("customers", path, by=keeper)

    assert [(number, sorted(columns)) for number, columns in columns_told(run)] == [
        (2, sorted(["信用代码", "组织机构代码", "省份", "上级公司", "成立日期", "执照到期日"])),
    ]


def test_a_bank_account_that_the_spreadsheet_has_rounded_is_not_taken_for_the_account():
    account = next(field for field in CustomerImporter.fields if field.name == "bank_account")

    with pytest.raises(ValueError, match="四舍五入"):
        account.parse(6222020200112345678.0)
    assert account.parse(266000123456.0) == "266000123456"


def test_a_hundred_firms_with_a_parent_take_no_more_queries_than_two(file, keeper):
    make_customer(name_zh="母公司", code="C900001")
    asked = []
    for rows in (2, 100):
        path = file(["公司名称", "上级公司", "传真"], *([f"{rows}的{number}号公司", "母公司", "1"] for number in range(rows)))
        with CaptureQueriesContext(connection) as queries:
            ingest("customers", path, by=keeper)
        asked.append(len(queries))

    assert asked[1] <= asked[0]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_exported_list_with_every_column_changed_in_one_cell_changes_that_alone(client, tmp_path, language, file_format):
    keeper = make_user(Role.MARKETING, language=language)
    parent = make_customer(name_zh="母公司")
    firm = make_customer(
        name_zh="子公司", name_en="Daughter, Sons & Co., Ltd.", short_name="子", types=["forwarder", "trader"], parent=parent,
        credit_code="91350100M000100Y43", region=Region.objects.get(code="32"), channel=Channel.objects.get(key="manifest"),
        legal_form="joint_stock", registered_capital=Decimal("12345678.90"), phone="-1", email="a@example.invalid", note="第一行\n第二行",
        address_zh="@港区", address_en="1, Port Rd", source_reference="年报", **STORED,
    )  # fmt: skip
    everything = [column.key for column in CUSTOMER_COLUMNS]
    rows = read(export(client, keeper, file_format, columns=everything), tmp_path / f"list.{file_format}")
    assert {field.name for field in CustomerImporter.fields} - set(guess(CustomerImporter(), rows[0])) == NOT_OF_THE_FIRM
    before = states()

    changed = [["0532-2" if cell == "0532-1" else cell for cell in row] for row in rows]
    run = ingest("customers", written(tmp_path / "changed.csv", changed), by=keeper)

    assert counts(run) == {"created": 0, "updated": 1, "skipped": 1, "rejected": 0}
    change = run.changes.get()
    assert (change.target, {"fax": change.before["fax"]}, {"fax": change.after["fax"]}) == (firm.pk, {"fax": "0532-1"}, {"fax": "0532-2"})
    assert set(change.after) - {"recorded_by_id", "recorded_on"} == {"fax"}
    assert [row for row in states() if row in before] == [before[0]]


def read(content: bytes, path) -> list[list[str]]:
    path.write_bytes(content)
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.reader(lines))
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in rows]


def written(path, rows):
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    return path
