"""What people read about an import of customers: figures, encodings, where the rows went, that it was taken back."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.imports.customers import CustomerImporter
from customers.imports.receivables import ReceivablesImporter
from customers.models import Customer
from customers.tests.factories import make_customer
from customers.tests.test_import_decisions import rehearse
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.matching import guess
from portcrm.exchange.models import ImportProblem, ImportRun
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.services import start_revert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
LIST = reverse("customers:customer_list")


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="zh-hans")


@pytest.mark.parametrize("written", ["五千万", "五千万元", "壹亿"])
def test_an_amount_in_chinese_numerals_is_asked_for_in_figures(file, keeper, written):
    run = ingest("customers", file(["公司名称", "注册资本"], ["甲公司", written]), by=keeper)

    message = ImportProblem.objects.get(run=run).details[0]["message"]
    assert message["zh"] == f"“{written}”为中文数字，请用阿拉伯数字填写。"


def test_amounts_are_shown_with_separators_in_the_rows_of_a_dry_run(client, file, keeper):
    make_customer(name_zh="甲公司", registered_capital=Decimal("1000000"))
    run = rehearse(file(["公司名称", "注册资本"], ["甲公司", "5000万"]), keeper)
    client.force_login(keeper)

    response = client.get(reverse("exchange:import_rows", args=[run.pk]))

    text = response.content.decode()
    assert ("1,000,000.00" in text, "50,000,000.00" in text, "1000000" in text) == (True, True, False)


@pytest.mark.parametrize(("mark", "label"), [("", "UTF-8"), ("\ufeff", "UTF-8（带 BOM）")])
@pytest.mark.parametrize("chosen", ["", "utf-8-sig"])
def test_the_encoding_of_a_file_is_named_as_people_know_it(client, keeper, mark, label, chosen):
    client.force_login(keeper)
    upload = SimpleUploadedFile("list.csv", f"{mark}公司名称,电话\n甲公司,1\n".encode())

    response = client.post(reverse("exchange:import_upload", args=["customers"]), {"file": upload, "encoding": chosen}, follow=True)

    assert f"· {label} ·" in response.content.decode()
    assert ImportRun.objects.get().columns == ["公司名称", "电话"]


def test_an_import_leads_to_the_customers_it_has_brought_or_changed(client, file, keeper, django_assert_num_queries):
    make_customer(name_zh="别家公司")
    make_customer(name_zh="甲公司")
    run = ingest("customers", file(["公司名称", "电话"], ["甲公司", "1"], ["乙公司", "2"]), by=keeper)
    client.force_login(keeper)
    page = client.get(run.get_absolute_url()).content.decode()

    with django_assert_num_queries(4):  # user, sidebar, size of the whole list, rows: as with any other filter
        response = client.get(run.result_url)

    assert (f'href="{LIST}?imported={run.pk}"' in page, sorted(row.name_zh for row in response.context["listing"].rows)) == (
        True,
        ["乙公司", "甲公司"],
    )


def test_whoever_may_not_see_an_import_finds_nothing_by_its_number(client, file, keeper):
    run = ingest("customers", file(["公司名称"], ["甲公司"]), by=keeper)
    client.force_login(make_user(Role.OPERATIONS))

    response = client.get(run.result_url)

    assert (list(response.context["listing"].rows), Customer.objects.count()) == ([], 1)


def test_an_import_that_was_taken_back_says_so_beside_its_figures(client, file, keeper):
    run = ingest("customers", file(["公司名称"], ["甲公司"]), by=keeper)
    client.force_login(keeper)
    before = [client.get(address).content.decode() for address in (reverse("exchange:import_list"), run.get_absolute_url())]
    run_revert(start_revert(run=run, by=keeper).pk)

    after = [client.get(address).content.decode() for address in (reverse("exchange:import_list"), run.get_absolute_url())]

    said = ("已撤销", "以上为撤销前的导入结果。")
    assert [word in text for word, text in zip(said, before, strict=True)] == [False, False]
    assert [word in text for word, text in zip(said, after, strict=True)] == [True, True]


def test_the_upload_says_what_of_a_customer_is_not_taken_in(client, keeper):
    client.force_login(keeper)

    text = client.get(reverse("exchange:import_upload", args=["customers"])).content.decode()

    assert "此处只导入客户基本资料" in text


def test_the_unpaid_amount_is_known_by_its_usual_name():
    assert guess(ReceivablesImporter(), ["客户名称", "未结金额"]) == {"customer": 0, "open_amount": 1}


def test_no_column_name_means_two_fields():
    words = [word for field in CustomerImporter.fields for word in {field.name, *field.aliases}]

    assert sorted(words) == sorted(set(words))
