"""Finding a customer by whatever one remembers of its name."""

import re

import pytest
from django.db import connection

from customers.models import Customer
from customers.naming import search_keys
from customers.naming.searching import Search
from customers.naming.words import Word
from customers.tests.factories import make_contact, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def found(text: str) -> list[str]:
    return list(Customer.objects.search(text).order_by("code").values_list("code", flat=True))


@pytest.fixture(autouse=True)
def files():
    make_customer(
        code="C1", name_zh="上海海澜远洋物流有限公司", name_en="Hailan Ocean Logistics Co., Ltd.", credit_code="91350100M000100Y43"
    )
    make_customer(code="C2", name_zh="重庆集海航运有限责任公司", name_en="Jihai Shipping Co., Ltd.")
    make_customer(code="C3", name_zh="厦门长荣仓储（集团）有限公司", name_en="", former_names=["厦门旧名仓储公司"])
    make_customer(code="C4", name_zh="", name_en="OCEAN BRIDGE 100% FORWARDING_CO")


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("澜远", ["C1"]),
        ("集", ["C2", "C3"]),
        ("远洋物", ["C1"]),
        ("海澜 物流", ["C1"]),
        ("旧名", ["C3"]),
        ("遠洋", ["C1"]),
        ("chongqing", ["C2"]),
        ("CHONG QING", ["C2"]),
        ("xiamenchangrong", ["C3"]),
        ("cqjh", ["C2"]),
        ("hlyy", ["C1"]),
        ("cq", ["C2"]),
        ("ocean", ["C1", "C4"]),
        ("ocean br", ["C4"]),
        ("ＯＣＥＡＮ　ｂｒｉｄｇｅ", ["C4"]),
        ("(集团)", ["C3"]),
        ("（集团）", ["C3"]),
        ("91350100m0001", ["C1"]),
        ("c4", ["C4"]),
        ("无此公司", []),
    ],
)
def test_a_customer_is_found_by(typed, codes):
    assert found(typed) == codes


def test_wildcards_of_the_database_are_plain_characters():
    assert [found("%"), found("_"), found("100%"), found("ocean_bridge"), found("\\")] == [[], [], ["C4"], ["C4"], []]


def test_a_match_never_runs_from_one_name_into_the_next():
    assert found("公司HAILAN") == []


def test_an_empty_search_leaves_the_list_as_it_is():
    assert found("  ") == ["C1", "C2", "C3", "C4"]


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("重庆港", "CHONGQINGGANG", "CQG"),
        ("厦门港", "XIAMENGANG", "XMG"),
        ("长荣海运", "CHANGRONGHAIYUN", "CRHY"),
        ("乐清湾", "YUEQINGWAN", "YQW"),
        ("长沙银行", "CHANGSHAYINHANG", "CSYH"),
        ("绿源ABC12", "LVYUANABC12", "LYABC12"),
        ("長榮", "CHANGRONG", "CR"),
    ],
)
def test_characters_with_several_readings_are_read_as_in_names_of_firms(name, pinyin, initials):
    keys = search_keys(name_zh=name, name_en="")

    assert (keys.pinyin, keys.initials) == (pinyin, initials)


def test_renaming_a_customer_renews_what_search_reads():
    customer = Customer.objects.get(code="C2")

    customer.name_zh = "重庆新名航运有限公司"
    customer.save(update_fields=["name_zh"])

    assert [found("集海"), found("新名"), found("xinming")] == [[], ["C2"], ["C2"]]


def test_two_characters_ask_the_gram_index_and_a_rare_word_decides_alone(django_assert_num_queries):
    with django_assert_num_queries(2) as asked:
        rows = Customer.objects.search("公司 澜远")

    assert "customers_sampled" in asked[0]["sql"]
    assert "customers_grams" in asked[1]["sql"]
    assert "LIKE" in str(rows.query)  # the other word is looked at on the few rows only
    assert list(rows.values_list("code", flat=True)) == ["C1"]


def test_a_credit_code_is_found_through_its_index():
    """The index leaves files without a code out; a question that does not say so reads the whole table."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = Customer.objects.order_by().filter(Word.of("91350100").lookup.branches()[-1]).explain()

    used = set(re.findall(r"(?:using|Bitmap Index Scan on) (\w+)", plan))
    assert "a_credit_code_belongs_to_one_customer" in used


def test_common_words_find_the_same_rows_as_rare_ones(monkeypatch):
    rare = {text: found(text) for text in ("公司", "ocean", "cq", "公司 xm", "c", "物流 hailan")}

    for limit in ("RARE", "FORETOLD_RARE"):
        monkeypatch.setattr(f"customers.naming.searching.{limit}", 0)

    assert {text: found(text) for text in rare} == rare
    assert rare["公司"] == ["C1", "C2", "C3"]


def test_what_an_index_answers_holds_for_every_file_that_is_found(monkeypatch):
    """With one or two characters, in one word or several, and beside a contact's name."""
    for limit in ("RARE", "FORETOLD_RARE"):
        monkeypatch.setattr(f"customers.naming.searching.{limit}", 1)
    make_contact(customer=Customer.objects.get(code="C4"), name="公司老师")
    reader = make_user(Role.MARKETING)

    for text in ("公司", "集", "集 公司"):
        search = Search(Customer.objects.all(), reader)
        rows = search.find(text)
        assert search.by_index
        assert list(rows.filter(search.by_index)) == list(rows) != []
