"""Saved views of the customer list: private and shared, renamed, deleted, and the one it opens with. A view gives no right."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.tests.factories import make_contact, make_customer
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.pages.models import DefaultView, SavedView
from portcrm.pages.services.saved_views import save_view

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")
RECORD = "customers.customer"
VIEWS = reverse("pages:views")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_view(by: User, name: str = "航运", query: str = "types=carrier", **fields) -> SavedView:
    return save_view(record=RECORD, name=name, query=query, by=by, **fields)


def test_a_list_opens_with_the_view_its_reader_chose_and_the_whole_list_stays_one_step_away():
    reader = make_user(Role.MARKETING)
    view, client = make_view(reader), signed_in(reader)

    client.post(reverse("pages:view_open_with"), {"record": RECORD, "key": view.pk, "path": LIST})
    opened = client.get(LIST)

    assert opened.url == f"{LIST}?types=carrier&view={view.pk}"
    assert client.get(LIST, {"view": "all"}).status_code == 200
    assert 'href="/customers/?view=all"' in client.get(opened.url).content.decode()
    assert signed_in(make_user(Role.MARKETING)).get(LIST).status_code == 200


def test_a_view_that_comes_with_the_product_may_be_the_one_and_all_rows_again():
    client = signed_in(make_user(Role.MARKETING))

    client.post(reverse("pages:view_open_with"), {"record": RECORD, "key": "mine"})
    opened = client.get(LIST).url
    client.post(reverse("pages:view_open_with"), {"record": RECORD, "key": ""})

    assert (opened, client.get(LIST).status_code) == (f"{LIST}?mine=True&view=mine", 200)


def test_a_default_that_is_gone_or_no_longer_shared_leads_to_the_whole_list():
    owner, reader = make_user(Role.MARKETING), make_user(Role.MARKETING)
    view, client = make_view(owner, shared=True), signed_in(reader)
    client.post(reverse("pages:view_open_with"), {"record": RECORD, "key": view.pk})
    shared = client.get(LIST).status_code

    signed_in(owner).post(reverse("pages:view_change", args=[view.pk]), {"name": view.name})
    private = client.get(LIST).status_code
    signed_in(owner).post(reverse("pages:view_delete", args=[view.pk]), {"path": LIST})

    assert (shared, private, client.get(LIST).status_code) == (302, 200, 200)
    assert DefaultView.objects.count() == 0


def test_a_view_is_renamed_and_shared_by_its_owner_alone():
    owner, other = make_user(Role.MARKETING), make_user(Role.MANAGER)
    view = make_view(owner, shared=True)

    signed_in(other).post(reverse("pages:view_change", args=[view.pk]), {"name": "抢来的", "shared": "on"})
    untouched = SavedView.objects.get().name
    signed_in(owner).post(reverse("pages:view_change", args=[view.pk]), {"name": "船公司"})

    assert untouched == "航运"
    assert [(one.name, one.shared, one.query) for one in SavedView.objects.all()] == [("船公司", False, "types=carrier")]


def test_one_person_has_each_name_once():
    owner = make_user(Role.MARKETING)
    make_view(owner, "甲")
    second = make_view(owner, "乙")

    page = signed_in(owner).post(reverse("pages:view_change", args=[second.pk]), {"name": "甲", "record": RECORD}, follow=True)

    assert "您已有同名视图。" in page.content.decode()
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["乙", "甲"]


def test_the_auditor_may_not_share_by_renaming():
    auditor = make_user(Role.AUDITOR)
    view = make_view(auditor)

    signed_in(auditor).post(reverse("pages:view_change", args=[view.pk]), {"name": "航运", "shared": "on"})

    assert SavedView.objects.get().shared is False


def test_the_page_of_views_shows_ones_own_and_shared_ones_only():
    owner, reader = make_user(Role.MARKETING), make_user(Role.MARKETING)
    make_view(owner, "私有"), make_view(owner, "共享", shared=True), make_view(reader, "自己的")

    page = signed_in(reader).get(VIEWS, {"record": RECORD, "path": LIST}).content.decode()

    assert [name in page for name in ("私有", "共享", "自己的")] == [False, True, True]


def test_a_shared_view_shows_each_reader_only_what_that_reader_may_see(monkeypatch):
    """A view of the manager that searches for a contact finds nothing for somebody who may not see contacts."""
    make_contact(customer=make_customer(name_zh="保密公司"), name="演示联系人 03")
    view = make_view(make_user(Role.MANAGER), query="q=演示联系人", shared=True)
    address = f"{LIST}?{view.query}&view={view.pk}"
    reader, stranger = make_user(Role.MARKETING), make_user(Role.ADMIN)
    seen = signed_in(reader).get(address).content.decode().count("保密公司</a>")
    monkeypatch.setattr(User, "permissions", reader.permissions - {"customers.view_contact"})

    assert seen == 1
    assert signed_in(reader).get(address).content.decode().count("保密公司</a>") == 0
    monkeypatch.undo()
    assert signed_in(stranger).get(address).status_code == 403


@pytest.mark.parametrize("asked", ["status=bogus", "manager=me&view=mine", "account_manager=987654321", "is_key_account=perhaps"])
def test_a_condition_the_list_does_not_understand_is_told_and_no_file_leaves_under_it(client, asked):
    client.force_login(make_user(Role.MANAGER))
    make_customer(name_zh="棹川航运有限公司")
    before = AuditEvent.objects.filter(action="exchange.export").count()

    page = client.get(f"{LIST}?{asked}")
    export = client.get(f"{LIST}?{asked}&export=csv")

    assert [chip.text for chip in page.context["listing"].unread] == [asked.partition("&")[0].partition("=")[2]]
    assert "未能识别、未起筛选作用" in page.content.decode()
    assert (export.status_code, AuditEvent.objects.filter(action="exchange.export").count()) == (409, before)
    assert "清单中有一个筛选条件无法识别，请重新设置。" in export.content.decode()


@pytest.mark.parametrize("asked", ["types=carrier&types=bogus", "status=existing&status=bogus"])
def test_a_partly_understood_condition_shows_no_more_than_was_asked_and_no_file_leaves_under_it(client, asked):
    client.force_login(make_user(Role.MANAGER))
    make_customer(name_zh="船公司", types=["carrier"], status="existing")
    make_customer(name_zh="货代", types=["forwarder"], status="lost")

    page, export = client.get(f"{LIST}?{asked}"), client.get(f"{LIST}?{asked}&export=csv")
    shown, told = page.context["listing"], page.content.decode()

    assert [row.name_zh for row in shown.rows] == ["船公司"]
    assert [chip.text for chip in shown.unread] == ["bogus"]
    assert ("未能识别、未起筛选作用" in told, "货代" in told) == (True, False)
    assert (export.status_code, client.get(f"/api/v1/customers/?{asked}").status_code) == (409, 400)


def test_every_view_that_comes_with_the_product_is_understood_whole(client):
    client.force_login(make_user(Role.MANAGER))

    listing = client.get(LIST).context["listing"]
    unread = {view.key: client.get(f"{LIST}?{view.query}&view={view.key}").context["listing"].unread for view in listing.presets}

    assert unread == {view.key: [] for view in listing.presets}
    assert len(unread) > 3
