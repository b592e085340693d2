"""Every view a list comes with opens, called by its name."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from marketing.tests.factories import make_run, make_value_model
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

LISTS = {
    "customers:customer_list": 7,
    "customers:follow_up_list": 4,
    "customers:contract_list": 3,
    "customers:balance_list": 4,
    "customers:interaction_list": 3,
    "customers:visit_list": 4,
    "customers:duplicate_list": 3,
    "customers:merge_list": 3,
    "cargo:shipment_list": 2,
    "cargo:document_list": 2,
    "cargo:lead_list": 5,
    "cargo:statistic_list": 2,
    "cargo:figure_list": 1,
    "cargo:candidate_list": 2,
    "cargo:flow_list": 2,
    "cargo:sighting_list": 1,
    "feedback:wave_list": 1,
    "feedback:response_list": 2,
    "feedback:complaint_list": 4,
    "feedback:opt_out_list": 1,
    "feedback:inbound_list": 1,
    "feedback:suggestion_list": 4,
    "feedback:heard_list": 3,
    "feedback:seminar_list": 1,
    "outbox:email_list": 3,
    "outbox:returned_list": 1,
    "outbox:block_list": 1,
}
PRESET = re.compile(r'<a href="([^"]*[?;]view=[a-z-]+)">([^<]+)</a>')


def opened(client: Client, address: str) -> list[tuple[str, str]]:
    """Each view of a list with what the page says one is looking at."""
    views = PRESET.findall(client.get(address).content.decode())
    pages = [(html.unescape(label), client.get(html.unescape(url))) for url, label in views]
    assert {page.status_code for _label, page in pages} <= {200}
    assert [chip for _label, page in pages for chip in page.context["listing"].unread] == []
    shown = [re.search(r'btn-view">.*?<span>(.*?)</span>', page.content.decode(), re.DOTALL) for _label, page in pages]
    return [(label, html.unescape(found[1])) for (label, _page), found in zip(pages, shown, strict=True) if found]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "number"), LISTS.items())
def test_every_view_of_a_list_opens_and_says_its_name(name, number):
    client = Client()
    client.force_login(make_user(Role.MANAGER))

    views = opened(client, reverse(name))

    assert len(views) == number
    assert [said for _label, said in views] == [label for label, _said in views]


@pytest.mark.django_db
def test_every_view_of_a_ranking_opens_and_says_its_name():
    make_value_model()
    run = make_run()
    client = Client()
    client.force_login(make_user(Role.MANAGER))

    views = opened(client, reverse("marketing:ranking", args=[run.pk]))

    assert len(views) == 3
    assert [said for _label, said in views] == [label for label, _said in views]


@pytest.mark.django_db
def test_a_view_of_ones_own_says_its_name():
    client = Client()
    client.force_login(make_user(Role.MANAGER))
    kept = client.post(
        reverse("pages:view_save"), {"record": "customers.customer", "name": "我的航运客户", "path": reverse("customers:customer_list")}
    )

    page = client.get(kept.url)

    assert page.status_code == 200
    assert "<span>我的航运客户</span>" in page.content.decode()
