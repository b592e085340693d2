"""A list that shows first what begins with the word says so, for its heading alone would tell another order."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
NOTE = "以此词开头的排在前面，前后各部分内按表头所示顺序排列。"


@pytest.mark.parametrize(
    ("asked", "names", "said"),
    [
        ({"q": "远洋"}, ["远洋港务公司", "北方远洋公司"], True),
        ({"q": "远洋", "sort": "name"}, ["北方远洋公司", "远洋港务公司"], False),
        ({"q": "没有的词"}, [], False),
        ({}, ["北方远洋公司", "远洋港务公司"], False),
    ],
)
def test_the_note_stands_only_where_the_beginnings_come_first(client, asked, names, said):
    client.force_login(make_user(Role.MANAGER))
    for name in ("远洋港务公司", "北方远洋公司"):
        make_customer(name_zh=name)

    page = client.get(reverse("customers:customer_list"), asked)

    assert [row.name_zh for row in page.context["listing"].rows] == names
    assert (escape(NOTE) in page.content.decode()) == said
