"""Opening a file by hand: few fields, a warning about duplicates before anything is saved."""

import pytest
from django.urls import reverse

from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
NEW = reverse("customers:customer_create")


@pytest.fixture(autouse=True)
def keeper(client):
    keeper = make_user(Role.OPERATIONS)
    client.force_login(keeper)
    return keeper


def test_a_name_is_enough(client, keeper):
    response = client.post(NEW, {"name_zh": "棹川航运有限公司"})

    customer = Customer.objects.get()
    assert response.url == customer.get_absolute_url()
    assert (customer.name_zh, customer.recorded_by, customer.code[0]) == ("棹川航运有限公司", keeper, "C")


def test_the_same_name_written_otherwise_warns_and_saves_nothing(client):
    known = make_customer(name_zh="棹川（集团）航运有限公司")

    response = client.post(NEW, {"name_zh": "棹川(集团) 航运有限公司"})

    assert (response.status_code, Customer.objects.count()) == (422, 1)
    assert [one.customer for one in response.context["found"]] == [known]
    assert known.get_absolute_url() in response.content.decode()


def test_saving_again_opens_the_second_file_all_the_same(client):
    make_customer(name_zh="棹川航运有限公司")

    client.post(NEW, {"name_zh": "棹川航运有限公司", "confirmed": "1"})

    assert Customer.objects.filter(name_zh="棹川航运有限公司").count() == 2


def test_saving_at_once_asks_about_a_nearly_equal_name_too(client):
    known = make_customer(name_zh="评审测试煤炭有限公司", name_en="")
    make_customer(name_zh="北港演示矿业有限公司")

    first = client.post(NEW, {"name_zh": "评审测试煤炭集团（有限）公司"})
    opened = Customer.objects.filter(name_zh__contains="集团")

    assert [(one.customer, one.reason) for one in first.context["found"]] == [(known, "名称相近")]
    assert (first.status_code, opened.exists(), 'name="confirmed"' in first.content.decode()) == (422, False, True)

    client.post(NEW, {"name_zh": "评审测试煤炭集团（有限）公司", "confirmed": "1"})

    assert opened.count() == 1


def test_saving_at_once_asks_about_nothing_where_names_share_a_common_word_only(client):
    make_customer(name_zh="棹川国际物流有限公司", name_en="")

    client.post(NEW, {"name_zh": "溯舟国际物流有限公司"})

    assert Customer.objects.filter(name_zh="溯舟国际物流有限公司").exists()


def test_a_credit_code_that_is_taken_can_never_be_saved_twice(client):
    make_customer(credit_code="91350100M000100Y43")

    response = client.post(NEW, {"name_zh": "另一家", "credit_code": "91350100M000100Y43", "confirmed": "1"})

    assert (response.status_code, list(response.context["form"].errors), Customer.objects.count()) == (422, ["credit_code"], 1)


def test_duplicates_are_shown_while_typing(client):
    known = make_customer(name_en="Harbour Bridge Co., Ltd.", name_zh="")

    page = client.get(reverse("customers:duplicates"), {"name_en": "HARBOUR BRIDGE LIMITED"}, HTTP_HX_REQUEST="true").content.decode()

    assert known.code in page


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"credit_code": "9135 0100 M000 100Y 43"}, "统一社会信用代码相同"),
        ({"credit_code": "91350100"}, "代码开头相同"),
        ({"name_zh": "棹川航運股份有限公司"}, "去掉公司形式后名称相同"),
        ({"name_zh": "棹川航"}, "开头相同或同音"),
        ({"name_zh": "棹穿航运"}, "开头相同或同音"),
        ({"name_en": "Harbour Bridge Corp"}, "去掉公司形式后名称相同"),
    ],
)
def test_codes_beginnings_and_pinyin_are_found_at_once_with_the_reason(client, keeper, typed, reason):
    known = make_customer(name_zh="棹川航运有限公司", name_en="Harbour Bridge Co., Ltd.", credit_code="91350100M000100Y43")
    make_customer(name_zh="北港演示矿业有限公司")

    page = client.get(reverse("customers:duplicates"), typed, HTTP_HX_REQUEST="true")

    assert [(one.customer, one.reason) for one in page.context["found"]] == [(known, reason)]
    assert known.get_absolute_url() in page.content.decode()


def test_a_similar_name_follows_in_a_second_answer_that_the_first_one_asks_for(client, keeper):
    known = make_customer(name_zh="上海棹川国际航运有限公司")
    make_customer(name_zh="北港演示矿业有限公司")
    typed = {"name_zh": "棹川国际航运"}

    first = client.get(reverse("customers:duplicates"), typed, HTTP_HX_REQUEST="true")
    second = client.get(reverse("customers:similar_files"), typed, HTTP_HX_REQUEST="true")

    assert first.context["found"] == []
    assert f'hx-get="{reverse("customers:similar_files")}?name_zh=' in first.content.decode()
    assert [one.customer for one in second.context["similar"]] == [known]


def test_a_file_that_is_renamed_is_no_duplicate_of_itself(client, keeper):
    own, other = make_customer(name_zh="棹川航运有限公司"), make_customer(name_zh="棹川航运公司")

    page = client.get(reverse("customers:duplicates"), {"name_zh": "棹川航运公司", "but": own.pk}, HTTP_HX_REQUEST="true")
    form = client.get(reverse("customers:section_edit", args=[own.pk, "identity"]), HTTP_HX_REQUEST="true").content.decode()

    assert [one.customer for one in page.context["found"]] == [other]
    assert f"{reverse('customers:duplicates')}?but={own.pk}" in form


def test_save_and_begin_another(client):
    response = client.post(NEW, {"name_zh": "甲", "another": "1"})

    assert (response.url, Customer.objects.count()) == (NEW, 1)


def test_without_a_name_nothing_is_opened(client):
    response = client.post(NEW, {"phone": "021"})

    assert (response.status_code, list(response.context["form"].errors), Customer.objects.count()) == (422, ["name_zh"], 0)
    assert 'value="021"' in response.content.decode()


def test_customer_service_opens_no_files(client):
    client.force_login(make_user(Role.SERVICE))

    assert client.post(NEW, {"name_zh": "甲"}).status_code == 403
    assert Customer.objects.count() == 0
