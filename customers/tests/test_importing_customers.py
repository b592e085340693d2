"""Customers from files: new, known, twice in a file, wrong, in Chinese encodings."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from customers.identifiers import credit_check_digit
from customers.models import Customer
from customers.services.customers import edit_customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.bilingual import enumerated
from portcrm.clock import port_today
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportProblem

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING)


def counts(run) -> dict[str, int]:
    return {name: getattr(run, name) for name in ("created", "updated", "skipped", "rejected")}


@pytest.mark.parametrize("whose", ["客户", "公司", "企业", "单位"])
def test_a_column_that_says_whose_chinese_or_english_name_it_holds_is_known(file, keeper, whose):
    path = file([f"{whose}中文名称", f"{whose}英文名称"], ["溯舟远洋物流有限公司", "Suzhou Ocean Ltd"])

    ingest("customers", path, by=keeper)

    customer = Customer.objects.get()
    assert (customer.name_zh, customer.name_en) == ("溯舟远洋物流有限公司", "Suzhou Ocean Ltd")


def test_new_customers_are_opened_with_every_given_field(file, keeper):
    path = file(
        ["公司名称", "英文名称", "信用代码", "客户类型", "省份", "注册资本", "来源"],
        ["溯舟远洋物流有限公司", "Suzhou Ocean Ltd", "91350100m000100y43", "货代、船代", "江苏", "1,000.50", "舱单"],
    )

    run = ingest("customers", path, by=keeper)

    customer = Customer.objects.get()
    assert counts(run) == {"created": 1, "updated": 0, "skipped": 0, "rejected": 0}
    assert [customer.name_zh, customer.name_en, customer.credit_code, customer.types] == [
        "溯舟远洋物流有限公司",
        "Suzhou Ocean Ltd",
        "91350100M000100Y43",
        ["forwarder", "ship_agent"],
    ]
    assert [customer.region.code, customer.registered_capital, customer.channel.key] == ["32", Decimal("1000.50"), "manifest"]
    assert [customer.source_reference, customer.recorded_by, customer.code[0]] == ["customers.csv", keeper, "C"]
    assert list(Customer.objects.search("szyy")) == [customer]


def test_a_plain_list_of_names_in_gb18030_is_enough(file, keeper):
    path = file(["客户"], ["棹川航运有限公司"], ["Harbour Bridge Ltd"], encoding="gb18030")

    run = ingest("customers", path, by=keeper)

    assert counts(run)["created"] == 2
    assert set(Customer.objects.values_list("name_zh", "name_en")) == {("棹川航运有限公司", ""), ("", "Harbour Bridge Ltd")}


def test_known_customers_are_completed_and_never_emptied(file, keeper):
    by_credit_code = make_customer(name_zh="甲公司", credit_code="91350100M000100Y43", phone="1", address_zh="旧址")
    by_name = make_customer(name_zh="乙（集团）公司")
    same = make_customer(name_zh="丙公司", phone="3")
    path = file(
        ["公司名称", "信用代码", "电话", "地址"],
        ["甲公司改名", "91350100M000100Y43", "2", ""],
        ["乙(集团)公司", "", "5", "新址"],
        ["丙公司", "", "3", ""],
    )

    run = ingest("customers", path, by=keeper)

    assert counts(run) == {"created": 0, "updated": 2, "skipped": 1, "rejected": 0}
    fields = ("name_zh", "phone", "address_zh", "version")
    assert list(Customer.objects.filter(pk__in=[by_credit_code.pk, by_name.pk, same.pk]).order_by("pk").values_list(*fields)) == [
        ("甲公司改名", "2", "旧址", 2),
        ("乙(集团)公司", "5", "新址", 2),
        ("丙公司", "3", "", 1),
    ]
    assert list(Customer.objects.search("改名")) == [by_credit_code]


def test_the_command_line_adds_the_new_one_updates_the_known_one_and_says_so(file, keeper):
    known, out = make_customer(name_zh="甲公司", credit_code="91350100M000100Y43", phone="1"), io.StringIO()
    path = file(["公司名称", "信用代码", "电话"], ["甲公司", "91350100M000100Y43", "2"], ["溯舟远洋物流有限公司", "", "3"])

    with override("en"):
        call_command("ingest", "customers", str(path), "--as", keeper.email, stdout=out)

    assert out.getvalue().splitlines() == [
        "2 / 2",
        "1 added, 1 updated, 0 left as they were, 0 with problems, of 2 rows",
        "Done.",
    ]
    known.refresh_from_db()
    new = Customer.objects.exclude(pk=known.pk).get()
    assert (known.phone, new.name_zh, new.phone, new.recorded_by) == ("2", "溯舟远洋物流有限公司", "3", keeper)


def test_one_firm_twice_in_a_file_is_one_customer(file, keeper):
    path = file(["公司名称", "电话", "邮箱"], ["丁公司", "1", ""], ["丁 公司", "", "d@example.invalid"])

    run = ingest("customers", path, by=keeper)

    assert counts(run) == {"created": 1, "updated": 0, "skipped": 1, "rejected": 0}
    assert list(Customer.objects.values_list("phone", "email")) == [("1", "d@example.invalid")]


def test_two_firms_of_one_name_with_different_credit_codes_stay_two(file, keeper):
    make_customer(name_zh="戊公司", credit_code="91350100M000100Y43")
    path = file(["公司名称", "信用代码"], ["戊公司", "91110105771583283D"])

    ingest("customers", path, by=keeper)

    assert list(Customer.objects.order_by("pk").values_list("credit_code", flat=True)) == ["91350100M000100Y43", "91110105771583283D"]


def test_rows_with_problems_are_kept_aside_with_their_reason_and_the_others_come_in(file, keeper):
    path = file(
        ["公司名称", "信用代码", "客户类型", "省份", "客户编号"],
        ["好公司", "", "", "", ""],
        ["坏代码公司", "91350100M000100Y44", "", "", ""],
        ["坏类型公司", "", "海盗", "", ""],
        ["坏地区公司", "", "", "火星", ""],
        ["", "", "", "", ""],
        ["未知编号公司", "", "", "", "C999999"],
        ["", "", "货代", "", ""],
    )

    run = ingest("customers", path, by=keeper)

    assert counts(run) == {"created": 1, "updated": 0, "skipped": 0, "rejected": 5}
    assert list(Customer.objects.values_list("name_zh", flat=True)) == ["好公司"]
    fields = ImportProblem.objects.filter(run=run).order_by("row_number")
    assert [(problem.row_number, problem.details[0]["field"]) for problem in fields] == [
        (3, "credit_code"),
        (4, "types"),
        (5, "region"),
        (7, "code"),
        (8, "name_zh"),
    ]


def test_a_dry_run_stores_nothing_and_counts_the_same(file, keeper):
    path = file(["公司名称"], ["己公司"])

    run = ingest("customers", path, by=keeper, dry_run=True)

    assert (counts(run)["created"], Customer.objects.count()) == (1, 0)


@pytest.mark.database
def test_thousands_of_rows_take_few_queries(file, keeper, django_assert_max_num_queries):
    path = file(["公司名称", "电话"], *([f"批量{number}公司", str(number)] for number in range(3000)))

    with django_assert_max_num_queries(80):
        run = ingest("customers", path, by=keeper)

    assert counts(run)["created"] == 3000


def test_a_wrong_inner_digit_of_a_credit_code_is_stored_and_told(file, keeper):
    path = file(["公司名称", "信用代码"], ["里外不一公司", "91350100M000100Y56"], ["里外一致公司", "91350100M000100Y43"])

    run = ingest("customers", path, by=keeper)

    doubtful = Customer.objects.get(credit_code="91350100M000100Y56")
    assert counts(run) == {"created": 2, "updated": 0, "skipped": 0, "rejected": 0}
    assert [(line.value, line.ok) for line in run.by_importer.summary(run)] == [(doubtful.code, False)]


def test_an_address_nobody_can_write_to_is_a_problem_of_its_row(file, keeper):
    rows = ["甲公司", "wuxiao"], ["乙公司", "sales@example.invalid"], ["丙公司", "sales＠example.invalid"], ["丁公司", "a@b@c.invalid"]  # noqa: RUF001

    run = ingest("customers", file(["公司名称", "邮箱"], *rows), by=keeper)

    assert dict(Customer.objects.values_list("name_zh", "email")) == {
        "乙公司": "sales@example.invalid",
        "丙公司": "sales@example.invalid",
    }
    problems = ImportProblem.objects.filter(run=run).order_by("row_number")
    assert [(one.details[0]["column"], one.details[0]["message"]["zh"]) for one in problems] == [
        ("邮箱", "“wuxiao”不是电子邮箱地址。"),
        ("邮箱", "“a@b@c.invalid”不是电子邮箱地址。"),
    ]


def test_facts_taken_over_keep_their_author_and_their_day(file, keeper):
    author, day = make_user(Role.MARKETING, is_active=False), dt.date(2019, 3, 1)
    known = make_customer(name_zh="乙公司", phone="1")
    untouched = make_customer(name_zh="丙公司", phone="3")
    rows = [["甲公司", "1"], ["乙公司", "2"], ["丙公司", "3"]]
    path = file(["公司名称", "电话", "录入人", "录入日期"], *([*row, author.email.upper(), "2019-03-01"] for row in rows))

    first, again = ingest("customers", path, by=keeper), ingest("customers", path, by=keeper)

    opened = Customer.objects.get(name_zh="甲公司")
    known.refresh_from_db()
    assert [(row.recorded_by, row.recorded_on, row.phone) for row in (opened, known)] == [(author, day, "1"), (author, day, "2")]
    assert Customer.objects.get(pk=untouched.pk).recorded_by == untouched.recorded_by
    assert (counts(first)["created"], counts(first)["updated"], counts(first)["skipped"], counts(again)["skipped"]) == (1, 1, 1, 3)


def test_without_these_columns_who_imports_stands_for_the_facts_as_of_today(file, keeper):
    ingest("customers", file(["公司名称", "录入人"], ["甲公司", ""]), by=keeper)

    assert list(Customer.objects.values_list("recorded_by", "recorded_on")) == [(keeper.pk, port_today())]


def test_an_author_nobody_knows_and_a_day_to_come_are_problems_of_their_rows(file, keeper):
    tomorrow = (port_today() + dt.timedelta(days=1)).isoformat()
    rows = ["甲公司", "nobody@example.invalid", ""], ["乙公司", "", tomorrow]

    run = ingest("customers", file(["公司名称", "录入人", "录入日期"], *rows), by=keeper)

    details = [one.details[0] for one in ImportProblem.objects.filter(run=run).order_by("row_number")]
    assert [(one["column"], one["message"]["zh"]) for one in details] == [
        ("录入人", "没有人使用电子邮箱“nobody@example.invalid”。"),
        ("录入日期", "记录日期不能晚于今天。"),
    ]
    assert Customer.objects.count() == 0


def test_the_result_of_an_import_names_the_first_doubtful_codes_without_reading_its_rows(file, keeper, monkeypatch):
    monkeypatch.setattr("customers.imports.customers.MOST_NAMED", 2)
    other = make_customer(name_zh="别处的公司", credit_code="91350100M000100Y56")
    mine = [f"9135010{number}M000100Y5" for number in range(1, 5)]
    mine = [code + credit_check_digit(code) for code in mine]
    path = file(["公司名称", "信用代码"], *([f"第{number}家公司", code] for number, code in enumerate(mine)))
    run = ingest("customers", path, by=keeper)
    edit_customer(customer=Customer.objects.get(credit_code=mine[0]), changes={"phone": "1"}, seen={}, by=make_user(Role.MANAGER))

    with CaptureQueriesContext(connection) as asked:
        lines = run.by_importer.summary(run)

    first = list(Customer.objects.exclude(pk=other.pk).order_by("pk").values_list("code", flat=True)[:2])
    assert [line.value for line in lines] == [enumerated(first) + " …"]
    assert [("LIMIT 3" in query["sql"], "exchange_importchange" in query["sql"]) for query in asked] == [(True, True)]


def test_the_database_finds_the_doubtful_codes_the_program_finds():
    codes = ["91350100M000100Y56", "91350100M000100Y43", "91350211M000100Y43", "91110105771583283D", "91110000100010310K", ""]
    stored = [make_customer(credit_code=code) for code in codes]

    found = list(Customer.objects.with_doubtful_code().order_by("pk"))

    assert found == [customer for customer in stored if customer.has_doubtful_code]
    assert 0 < len(found) < len(codes)
