"""The tab of a customer's history: what changed field by field, who changed it and which way the change came in."""

import re

import pytest
from django.urls import reverse

from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING, name="甲经办")
    client.force_login(keeper)
    return keeper


def edit_section(client, customer: Customer, key: str, **changes) -> None:
    """Post a section as the browser would: the form as it is shown, with some fields changed."""
    url = reverse("customers:section_edit", args=[customer.pk, key])
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    client.post(url, {name: value for name, value in (shown | changes).items() if value is not None})


def told(client, customer: Customer) -> dict[str, list[str]]:
    """The lines of each part of the tab, newest first, without the moment they begin their second half with."""
    page = client.get(reverse("customers:history_tab", args=[customer.pk])).content.decode()
    parts = re.findall(r'<section class="card" aria-label="([^"]+)">.*?hx-get="([^"]+)"', page, re.DOTALL)
    return {label: [read(line) for line in lines_of(client, url)] for label, url in parts}


def lines_of(client, url: str) -> list[str]:
    return re.findall(r"<li>(.*?)</li>", client.get(url, **HTMX).content.decode(), re.DOTALL)


def read(line: str) -> str:
    without_moment = re.sub(r"<time.*?</time>", "", line, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", without_moment).split())


def test_each_change_says_before_and_after_who_made_it_and_which_way_it_came_in(client, keeper, file):
    opened = client.post("/api/v1/customers/", {"name_zh": "溯舟物流", "phone": "1"}, content_type="application/json")
    customer = Customer.objects.get(pk=opened.json()["id"])

    edit_section(client, customer, "reach", phone="2")
    client.patch(f"/api/v1/customers/{customer.pk}/", {"phone": "3"}, content_type="application/json")
    ingest("customers", file(["客户编号", "公司名称", "电话"], [customer.code, "溯舟物流", "4"]), by=keeper)
    edit_section(client, customer, "traits", service_area="长三角")
    edit_section(client, customer, "traits", service_area="珠三角")

    history = told(client, customer)
    assert [line for line in history["基础资料"] if line.startswith(("电话", "新建"))] == [
        "电话 ： 3 → 4 · 甲经办 · 导入 · 导入",
        "电话 ： 2 → 3 · 甲经办 · 修改 · API",
        "电话 ： 1 → 2 · 甲经办 · 修改 · 页面",
        "新建 · 甲经办 · API",
    ]
    assert history["客户特征"][0] == "服务区域 ： 长三角 → 珠三角 · 甲经办 · 修改 · 页面"


def test_the_history_of_another_file_is_not_on_the_tab(client, keeper):
    customer, other = make_customer(phone="1"), make_customer(phone="7")
    edit_section(client, other, "reach", phone="8")

    history = told(client, customer)

    assert list(history) == ["基础资料"]
    assert [line for line in history["基础资料"] if "电话" in line] == []
