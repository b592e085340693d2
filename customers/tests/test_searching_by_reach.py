"""Customers found by how one reaches them: telephone in any writing, e-mail, and their contacts for whoever may see those."""

import pytest
from django.db import connection
from django.urls import reverse

from customers.models import Contact, Customer
from customers.permissions import VIEW_CONTACT
from customers.queries.search import find_customers
from customers.tests.factories import make_contact, make_customer
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")


def found(text: str, reader: User | None = None) -> list[str]:
    return [customer.name_zh for customer in Customer.objects.search(text, reader=reader).order_by("pk")]


@pytest.fixture
def firm():
    make_customer(name_zh="别的公司", phone="0411-8265 7788", email="office@other.invalid")
    return make_customer(
        name_zh="要找的公司", phone="0411-8123 4567 / 8123 4568", fax="０４１１－８１２３４９９９", email="Sales@Wanted.invalid"
    )  # noqa: RUF001


@pytest.mark.parametrize(
    "text",
    [
        "0411-81234567",
        "041181234567",
        "(0411) 8123 4567",
        "+86 411 8123 4567",
        "0086-411-81234567",
        "81234568",
        "4568",
        "8123 4999",
        "8123-4567",
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(firm, text):
    assert found(text) == ["要找的公司"]


def test_a_mobile_number_with_the_country_code_is_found_without_it_and_the_other_way_round():
    make_customer(name_zh="甲", phone="+86 138 0013 8000")
    make_customer(name_zh="乙", phone="13900139000")

    assert (found("13800138000"), found("+8613900139000")) == (["甲"], ["乙"])


def test_a_number_of_hardly_more_than_zeros_is_found_as_it_is_written(firm):
    shown = make_customer(name_zh="演示", phone="000-00000016")

    assert list(Customer.objects.search("000-00000016")) == [shown]


def test_fewer_than_four_figures_are_no_telephone_number(firm):
    assert found("456") == []


def test_an_e_mail_address_is_found_by_any_part_of_it(firm):
    assert [found(text) for text in ("sales@wanted.invalid", "@WANTED", "sales@")] == [["要找的公司"]] * 3


def test_words_and_a_number_narrow_each_other(firm):
    assert (found("公司 0411 8123 4567"), found("别的 0411 8123 4567")) == (["要找的公司"], [])


def test_a_former_and_a_short_name_are_found():
    make_customer(name_zh="现名有限公司", short_name="简号", former_names=["旧称航运公司"])

    assert (found("旧称航运"), found("简号")) == (["现名有限公司"], ["现名有限公司"])


@pytest.mark.parametrize("text", ["演示联系人 03", "138-0000 0103", "0103", "person03@wanted.invalid", "person03"])
def test_a_contact_leads_to_the_customer(text):
    customer = make_customer(name_zh="要找的公司")
    make_contact(customer=customer, name="演示联系人 03", mobile="13800000103", email="person03@wanted.invalid")
    elsewhere = make_customer(name_zh="别的公司")  # named by hand: a counted name may hold the figures that are looked for
    make_contact(customer=elsewhere, name="演示联系人 77", name_en="", mobile="13911112222", email="other@other.invalid")

    assert found(text, make_user(Role.MARKETING)) == ["要找的公司"]


def test_a_word_of_the_name_and_a_contact_narrow_each_other():
    wanted, other = make_customer(name_zh="大连要找"), make_customer(name_zh="上海别的")
    for customer in (wanted, other):
        make_contact(customer=customer, name="演示联系人 05", email="")

    assert found("大连 演示联系人", make_user(Role.MARKETING)) == ["大连要找"]


@pytest.mark.parametrize("rare", [0, 1_000])
@pytest.mark.parametrize("text", ["演示联系人", "13800000103", "person03@wanted.invalid", "公司 演示联系人"])
def test_contacts_are_no_way_in_for_whoever_may_not_see_them(client, monkeypatch, text, rare):
    """Not through the list, its count, its export or the palette, and not by the way a search takes for common words."""
    for limit in ("RARE", "FORETOLD_RARE"):
        monkeypatch.setattr(f"customers.naming.searching.{limit}", rare)
    make_contact(customer=make_customer(name_zh="保密公司"), name="演示联系人 03", mobile="13800000103", email="person03@wanted.invalid")
    reader = make_user(Role.MARKETING)
    client.force_login(reader)
    may = client.get(LIST, {"q": text}).content.decode()
    monkeypatch.setattr(User, "permissions", reader.permissions - {VIEW_CONTACT})

    answers = [client.get(LIST, {"q": text} | more) for more in ({}, {"exact": "1"}, {"export": "csv"}, {"look": "chart"})]
    told = [b"".join(answer.streaming_content) if answer.streaming else answer.content for answer in answers]

    assert "保密公司" in may
    assert [page.decode().count("保密公司") for page in told] == [0, 0, 0, 0]
    assert find_customers(User.objects.get(pk=reader.pk), text, 10) == []


def test_a_list_that_has_contacts_tells_nothing_to_whoever_may_not_see_them(client, monkeypatch):
    make_contact(customer=make_customer(name_zh="有人的公司"))
    reader = make_user(Role.MARKETING)
    client.force_login(reader)
    monkeypatch.setattr(User, "permissions", reader.permissions - {VIEW_CONTACT})

    assert list(client.get(LIST, {"has": "contacts"}).context["listing"].rows) == []


def plan_of(rows) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    return rows.order_by().explain()


def test_numbers_and_addresses_are_found_through_their_indexes():
    assert "customer_digits_trgm" in plan_of(Customer.every.all().with_digits().filter(phone_digits__contains="81234567"))
    assert "customer_email_trgm" in plan_of(Customer.every.filter(email__icontains="sales@wanted"))
    assert "contact_digits_trgm" in plan_of(Contact.objects.all().with_digits().filter(phone_digits__contains="13800000103"))


def test_of_a_common_word_the_palette_names_first_who_begins_with_it(monkeypatch):
    keeper = make_user(Role.MARKETING)
    for limit in ("RARE", "FORETOLD_RARE"):
        monkeypatch.setattr(f"customers.naming.searching.{limit}", 1)
    for name in ("安达上海货代有限公司", "重庆航运有限公司", "上海港务有限公司", "上海安顺物流有限公司"):
        make_customer(name_zh=name)

    found = [[hit.title for hit in find_customers(keeper, "上海", limit)] for limit in (2, 8)]

    assert found == [["上海安顺物流有限公司", "上海港务有限公司"], ["上海安顺物流有限公司", "上海港务有限公司", "安达上海货代有限公司"]]
