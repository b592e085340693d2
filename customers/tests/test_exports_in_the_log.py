"""What was asked of an exported list stands in the audit log as it stood on the screen, in the language of who reads the log."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from customers.models import Customer
from customers.tests.factories import make_customer, make_region
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    person = make_user(Role.MANAGER, name="王 经办", name_en="Wang")
    client.force_login(person)
    return person


def export(client, query: str) -> AuditEvent:
    answer = client.get(f"{reverse('customers:customer_list')}?{query}&export=csv")
    assert answer.status_code == 200
    b"".join(answer.streaming_content)
    return AuditEvent.objects.filter(action="exchange.export").latest("pk")


def test_the_filter_is_told_in_labels_and_names_of_either_language_and_its_codes_stay(client, manager):
    region = make_region(name_zh="华东", name_en="East China")
    make_customer(account_manager=manager, region=region, status="existing")
    query = f"status=existing&account_manager={manager.pk}&region={region.pk}&columns=name&columns=tier&sort=-tonnes"

    event = export(client, query)
    Customer.objects.update(account_manager=None, region=None)
    region.delete()
    with override("zh-hans"):
        chinese = AuditEvent.objects.get(pk=event.pk).sentence
    with override("en"):
        english = AuditEvent.objects.get(pk=event.pk).sentence

    assert event.detail["query"] == query
    assert chinese.partition("CSV；")[2].startswith("筛选：客户状态：现有客户 · 客户经理：王 经办 · 地区：华东；列：")
    told = "Filter: Status: Existing customer · Account manager: Wang · Region: East China; Columns: Customer, "
    assert english.partition("CSV; ")[2].startswith(told)
    assert (chinese[-4:], english[-10:]) == ("（倒序）", ", reversed")


def test_the_log_asks_nothing_more_however_many_exports_it_tells_of(client, manager):
    make_customer(account_manager=manager)
    auditor, log = make_user(Role.AUDITOR), reverse("audit:log")
    export(client, f"account_manager={manager.pk}")
    client.force_login(auditor)
    client.get(log)
    with CaptureQueriesContext(connection) as one:
        page = client.get(log).content.decode()

    client.force_login(manager)
    for _more in range(3):
        export(client, f"account_manager={manager.pk}&q=演示")
    client.force_login(auditor)
    client.get(log)
    with CaptureQueriesContext(connection) as four:
        client.get(log)

    assert "筛选：客户经理：王 经办" in page
    assert len(four) == len(one)
