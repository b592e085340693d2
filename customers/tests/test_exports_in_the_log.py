"""What was asked of an exported list stands in the audit log as it stood on the screen, in the language of who reads the log."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from customers.models import Customer, CustomerTag, Tag
from customers.tests.factories import make_customer, make_region
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.bulk.models import BulkRun
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
BULK = reverse("bulk:choose", args=["customers.customer"])


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


def log_read_by_an_auditor(client) -> str:
    client.force_login(make_user(Role.AUDITOR))
    answer = client.get(reverse("audit:log"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_log_is_read_however_many_parameters_a_list_had(client, manager):
    centre = make_customer(name_zh="棹川航运有限公司", account_manager=manager)

    answer = client.get(f"{reverse('customers:network_export', args=[centre.pk])}?depth=2&{'&'.join(['a'] * 998)}&b=1")

    assert answer.status_code == 200
    assert "筛选：客户：棹川航运有限公司 · 展开层数：2 层 · b：1<" in log_read_by_an_auditor(client)


def test_the_log_is_read_whatever_the_form_of_a_bulk_change_says_its_list_was(client, manager):
    ticked = make_customer()
    listed = "status=existing&" + "&".join(["a"] * 1_500)

    answer = client.post(BULK, {"action": "tag", "row": ticked.pk, "list": listed, "new": "散货"})

    assert answer.status_code == 302
    assert "筛选：客户状态：现有客户；" in log_read_by_an_auditor(client)


@pytest.mark.parametrize(("last", "kept"), [("b" * 11, True), ("b" * 12, False), ("&bbb&bbb&bbb", True)])
def test_of_a_long_list_address_whole_parameters_are_kept(client, manager, last, kept):
    listed = "status=existing&" + "a" * 3_972 + f"&{last}"

    client.post(BULK, {"action": "tag", "row": make_customer().pk, "list": listed, "new": "散货"})

    query = BulkRun.objects.get().query
    assert query in (listed, listed.removesuffix("&bbb"), listed.removesuffix(f"&{last}"))
    assert (len(query) <= 4_000, "b" in query) == (True, kept)


def told(event: AuditEvent) -> tuple[str, str]:
    """What the log says of an event in Chinese and in English."""
    sentences = []
    for language in ("zh-hans", "en"):
        with override(language):
            sentences.append(AuditEvent.objects.get(pk=event.pk).sentence)
    return sentences[0], sentences[1]


def test_an_export_of_ticked_rows_says_how_many_were_ticked(client, manager):
    first, second, _other = (make_customer(status="existing") for _number in range(3))

    ticked = export(client, f"status=existing&row={first.pk}&row={second.pk}&row={second.pk}")
    everything = export(client, f"status=existing&row={first.pk}&all=1")

    assert told(ticked) == (
        "清单：客户；行数：2；文件格式：CSV；仅勾选的行：2；筛选：客户状态：现有客户",
        "List: Customers; Rows: 2; File type: CSV; Only ticked rows: 2; Filter: Status: Existing customer",
    )
    assert told(everything)[0] == "清单：客户；行数：3；文件格式：CSV；筛选：客户状态：现有客户"


@pytest.mark.parametrize("by", ["filter", "ticks", "program"])
def test_a_bulk_change_is_told_in_names_as_an_export_is_whoever_is_gone_since(client, manager, by):
    tag = Tag.objects.create(name="冷链")
    customer = make_customer(account_manager=manager)
    CustomerTag.objects.create(customer=customer, tag=tag, added_by=manager, added_on=port_today())
    query = f"account_manager={manager.pk}&tags={tag.pk}&columns=name,tier&sort=-name"
    asked = {"record": "customers.customer", "action": "tag", "values": {"new": ["散货"]}, "query": query, "counted": 1}
    if by == "program":
        answer = client.post("/api/v1/bulk/runs/", asked, content_type="application/json")
    else:
        rows = {"all": "1"} if by == "filter" else {"row": customer.pk}
        answer = client.post(BULK, {"action": "tag", "list": query, "new": "散货"} | rows)
    assert answer.status_code in (201, 302)

    CustomerTag.objects.all().delete()
    Tag.objects.all().delete()
    event = AuditEvent.objects.get(action="bulk.run")
    chinese, english = told(event)

    only = ("仅勾选的行：1；", "Only ticked rows: 1; ") if by == "ticks" else ("", "")
    assert event.detail["query"] == query
    assert chinese == (
        f"清单：客户；更改内容：加标签；{only[0]}筛选：客户经理：王 经办 · 标签：冷链；列：客户、服务层级；排序：名称（倒序）；"
        "结果：已完成；行数：1；已处理：1；未更改：0"
    )
    assert english == (
        f"List: Customers; What is done: Add tags; {only[1]}Filter: Account manager: Wang · Tags: 冷链; "
        "Columns: Customer, Service tier; Sorted by: Name, reversed; Result: Done; Rows: 1; Gone through: 1; Refused: 0"
    )


def test_of_a_condition_partly_understood_a_bulk_change_names_what_held(client, manager):
    query = f"account_manager={manager.pk}&account_manager=nobody&tags=99&nonsense=1&columns=no_such&sort=no_such"

    client.post(BULK, {"action": "tag", "row": make_customer().pk, "list": query, "new": "散货"})

    run = BulkRun.objects.get()
    assert run.names["account_manager"] == {str(manager.pk): {"zh": "王 经办", "en": "Wang"}}
    assert (
        "客户经理：王 经办、nobody · 标签：99 · nonsense：1；列：no_such；排序：no_such"
        in told(AuditEvent.objects.get(action="bulk.run"))[0]
    )
