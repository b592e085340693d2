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
    assert response.context["found"] == [known]
    assert known.get_absolute_url() in response.content.decode()


def test_saving_again_opens_the_second_file_all_the_same(client):
    make_customer(name_zh="棹川航运有限公司")

    client.post(NEW, {"name_zh": "棹川航运有限公司", "confirmed": "1"})

    assert Customer.objects.filter(name_zh="棹川航运有限公司").count() == 2


def test_a_credit_code_that_is_taken_can_never_be_saved_twice(client):
    make_customer(credit_code="91350100M000100Y43")

    response = client.post(NEW, {"name_zh": "另一家", "credit_code": "91350100M000100Y43", "confirmed": "1"})

    assert (response.status_code, list(response.context["form"].errors), Customer.objects.count()) == (422, ["credit_code"], 1)


def test_duplicates_are_shown_while_typing(client):
    known = make_customer(name_en="Harbour Bridge Co., Ltd.", name_zh="")

    page = client.get(reverse("customers:duplicates"), {"name_en": "HARBOUR BRIDGE LIMITED"}, HTTP_HX_REQUEST="true").content.decode()

    assert known.code in page


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
