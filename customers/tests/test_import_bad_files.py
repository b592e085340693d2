"""Files of customers as people really send them, from the upload to the stored file: clear words, nothing half-written."""

import csv
import io
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from customers.models import Customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRun
from portcrm.exchange.running import run_import
from portcrm.exchange.services import import_rehearsed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING)


def problems(run: ImportRun) -> list[tuple[int, list[str]]]:
    with translation.override("zh-hans"):
        return [(problem.row_number, problem.messages) for problem in run.problems.order_by("row_number")]


def csv_file(folder, *rows: list[str], encoding: str = "utf-8"):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = folder / "customers.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def workbook(folder, fill):
    path = folder / "customers.xlsx"
    book = xlsxwriter.Workbook(str(path))
    fill(book.add_worksheet())
    book.close()
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_names_come_in_right_whatever_the_encoding(tmp_path, keeper, encoding):
    ingest("customers", csv_file(tmp_path, ["公司名称"], ["㛃溯舟远洋物流有限公司"], encoding=encoding), by=keeper)

    assert list(Customer.objects.values_list("name_zh", flat=True)) == ["㛃溯舟远洋物流有限公司"]


def test_a_wrongly_chosen_encoding_stores_nothing(keeper):
    client = Client()
    client.force_login(keeper)
    file = SimpleUploadedFile("customers.csv", "公司名称\n上海港\n".encode("gb18030"))

    response = client.post(reverse("exchange:import_upload", args=["customers"]), {"file": file, "encoding": "utf-8-sig"})

    assert response.context["form"].errors == {"file": ["文件编码不是 UTF-8。"]}
    assert (ImportRun.objects.count(), Customer.objects.count()) == (0, 0)


@pytest.mark.parametrize("written", ["2026.13.45", "2024-02-30", "去年", "45000,5"])
def test_a_date_that_is_none_is_named_and_the_other_rows_come_in(tmp_path, keeper, written):
    run = ingest("customers", csv_file(tmp_path, ["公司名称", "成立日期"], ["甲公司", written], ["乙公司", "2020.1.5"]), by=keeper)

    assert problems(run) == [(2, [f"成立日期: “{written}”不是日期，请写成 2026-11-23。"])]
    assert list(Customer.objects.values_list("name_zh", flat=True)) == ["乙公司"]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("5000万", "50000000.00"),
        ("5000万元", "50000000.00"),
        ("1.2亿", "120000000.00"),
        ("人民币1,000元", "1000.00"),
        ("８８８万元整", "8880000.00"),
    ],
)
def test_capital_in_ten_thousands_is_read_as_it_is_meant(tmp_path, keeper, written, stored):
    ingest("customers", csv_file(tmp_path, ["公司名称", "注册资本"], ["甲公司", written]), by=keeper)

    assert str(Customer.objects.get().registered_capital) == stored


@pytest.mark.parametrize(
    ("heading", "written", "stored"),
    [
        ("注册资本(万元)", "5000", "50000000.00"),
        ("注册资本（单位：万元）", "1,250.5", "12505000.00"),
        ("注册资本【人民币百万元】", "3", "3000000.00"),
        ("注册资本 亿元", "1.2", "120000000.00"),
        ("注册资本（元）", "5000", "5000.00"),
        ("注册资本(万元)", "5000元", "5000.00"),  # the cell says it itself
        ("注册资本(万元)", "2亿", "200000000.00"),
    ],
)
def test_the_unit_in_a_heading_counts_for_its_numbers(tmp_path, keeper, heading, written, stored):
    ingest("customers", csv_file(tmp_path, ["公司名称", heading], ["甲公司", written]), by=keeper)

    assert str(Customer.objects.get().registered_capital) == stored


@pytest.mark.parametrize("heading", ["注册资本(万美元)", "注册资本 USD", "注册资本（港币）"])
def test_a_heading_in_another_currency_is_refused_row_by_row(tmp_path, keeper, heading):
    file = csv_file(tmp_path, ["公司名称", heading], ["甲公司", "5000"])

    run = ingest("customers", file, mapping={"name_zh": "公司名称", "registered_capital": heading}, by=keeper)

    assert problems(run) == [(2, [f"{heading}: “5000”不是以 CNY 计的金额。"])]


@pytest.mark.parametrize("written", ["5000万美元", "约5000万", "万", "5万亿", "-"])
def test_capital_that_cannot_be_read_is_named(tmp_path, keeper, written):
    run = ingest("customers", csv_file(tmp_path, ["公司名称", "注册资本"], ["甲公司", written]), by=keeper)

    ((line, (message,)),) = problems(run)
    assert (line, message.startswith(f"注册资本: “{written}”"), Customer.objects.count()) == (2, True, 0)


def test_capital_in_yuan_is_refused_where_the_port_counts_in_another_currency(tmp_path, keeper, settings):
    settings.PORT_CURRENCY = "EUR"

    run = ingest("customers", csv_file(tmp_path, ["公司名称", "注册资本"], ["甲公司", "5000万元"]), by=keeper)

    assert problems(run) == [(2, ["注册资本: “5000万元”不是以 EUR 计的金额。"])]


def test_a_sheet_of_two_hundred_columns_gives_those_that_are_known(tmp_path, keeper):
    def wide(sheet):
        sheet.write_row(0, 0, [f"列{number}" for number in range(198)] + ["公司名称", "电话"])
        sheet.write_row(1, 0, ["x"] * 198 + ["甲公司", "1"])

    ingest("customers", workbook(tmp_path, wide), by=keeper)

    assert list(Customer.objects.values_list("name_zh", "phone")) == [("甲公司", "1")]


def test_merged_cells_count_for_all_rows_they_cover(tmp_path, keeper):
    def merged(sheet):
        sheet.write_row(0, 0, ["公司名称", "省份"])
        sheet.write_column(1, 0, ["甲公司", "乙公司"])
        sheet.merge_range(1, 1, 2, 1, "江苏")

    ingest("customers", workbook(tmp_path, merged), by=keeper)

    assert list(Customer.objects.order_by("pk").values_list("name_zh", "region__code")) == [("甲公司", "32"), ("乙公司", "32")]


def test_a_formula_counts_as_what_it_shows_and_one_that_shows_nothing_is_named(tmp_path, keeper):
    def calculated(sheet):
        sheet.write_row(0, 0, ["公司名称", "电话"])
        sheet.write(1, 0, "甲公司")
        sheet.write_formula(1, 1, "=6*7", None, 42)
        sheet.write(2, 0, "乙公司")
        sheet.write_formula(2, 1, '="05"&"32"', None, "")

    run = ingest("customers", workbook(tmp_path, calculated), by=keeper)

    ((line, (message,)),) = problems(run)
    assert (line, message.startswith("电话: 此单元格是公式")) == (3, True)
    assert list(Customer.objects.values_list("name_zh", "phone")) == [("甲公司", "42")]


def test_two_columns_of_one_name_are_told_apart(tmp_path, keeper):
    path = csv_file(tmp_path, ["公司名称", "电话", "电话"], ["甲公司", "1", "2"])

    first = ingest("customers", path, by=keeper, dry_run=True)
    ingest("customers", path, {"phone": 3}, by=keeper)

    assert first.mapping == {"name": 0, "phone": 1}
    assert Customer.objects.get().phone == "2"


def test_a_file_over_the_limit_is_refused_and_not_kept(keeper, settings, tmp_path):
    settings.MAX_IMPORT_BYTES = 1024
    client = Client()
    client.force_login(keeper)

    response = client.post(
        reverse("exchange:import_upload", args=["customers"]), {"file": SimpleUploadedFile("customers.csv", b"name\n" + b"x" * 2048)}
    )

    assert "file" in response.context["form"].errors
    assert not ImportRun.objects.exists()
    assert list((tmp_path / "media").rglob("*.csv")) == []


def bomb() -> bytes:
    """Small to send, far over the limit when it is unpacked."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b"<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b" " * (5 * 1024 * 1024))
    return content.getvalue()


def far_corner() -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "公司名称")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (bomb, "工作簿解压后超过 4 MB，请将表格另存为 CSV。"),
        (far_corner, "工作表范围达 17,179,869,184 格，上限 10,000,000 格。请删除多余的行和列，或另存为 CSV。"),
    ],
)
def test_a_workbook_that_would_fill_the_memory_is_refused_on_the_form_and_not_kept(keeper, settings, tmp_path, content, told):
    settings.MAX_IMPORT_UNPACKED_BYTES = 4 * 1024 * 1024
    client = Client()
    client.force_login(keeper)

    response = client.post(reverse("exchange:import_upload", args=["customers"]), {"file": SimpleUploadedFile("customers.xlsx", content())})

    assert (response.status_code, response.context["form"].errors) == (422, {"file": [told]})
    assert not ImportRun.objects.exists()
    assert list((tmp_path / "media").rglob("*.xlsx")) == []


def test_rows_that_are_too_long_or_shifted_are_named_and_the_others_come_in(tmp_path, keeper):
    path = csv_file(tmp_path, ["公司名称", "电话"], ["甲公司", "1", "", "shifted"], ["乙" * 201, "2"], ["丙公司", "3"])

    run = ingest("customers", path, by=keeper)

    assert [(line, len(messages)) for line, messages in problems(run)] == [(2, 1), (3, 1)]
    assert list(Customer.objects.values_list("name_zh", flat=True)) == ["丙公司"]


def test_a_file_that_went_missing_after_the_dry_run_ends_the_import_with_a_sentence(tmp_path, keeper):
    rehearsal = ingest("customers", csv_file(tmp_path, ["公司名称"], ["甲公司"]), by=keeper, dry_run=True)
    rehearsal.file.storage.delete(rehearsal.file.name)
    run = import_rehearsed(run=rehearsal, by=keeper)

    run_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.reason["zh"], Customer.objects.count()) == ("failed", "上传的文件已不在，请重新上传。", 0)
