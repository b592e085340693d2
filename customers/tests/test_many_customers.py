"""Many customers at once, from the boxes of the list: this page, all results, each by its usual rules and with its history."""

import re
import uuid
from dataclasses import replace

import django_filters
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.filters.customers import CustomerFilter
from customers.models import CareChange, Customer, CustomerTag, Tag
from customers.services.merging import merge_customers
from customers.tests.factories import make_customer, make_follow_up, make_region
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.audit.models import AuditEvent
from portcrm.audit.queries import field_changes
from portcrm.bulk.actions import registry
from portcrm.bulk.enums import BulkState
from portcrm.bulk.models import BulkRun
from portcrm.bulk.running import run_bulk
from portcrm.clock import port_today
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")
BULK = reverse("bulk:choose", args=["customers.customer"])


@pytest.fixture
def manager(client):
    manager = make_user(Role.MANAGER)
    client.force_login(manager)
    return manager


def named(**fields) -> dict[str, object]:
    return {customer.name_zh: customer for customer in Customer.objects.filter(**fields)}


def test_ticked_rows_of_a_page_are_changed_at_once_and_lead_back_to_the_list(client, manager):
    first, second, other = (make_customer(name_zh=name, status="prospect") for name in ("甲", "乙", "丙"))

    page = client.get(BULK, {"action": "classify", "row": [first.pk, second.pk], "status": "prospect", "sort": "name"})
    answer = client.post(BULK, {"action": "classify", "row": [first.pk, second.pk], "list": "status=prospect", "status": "lost"})

    assert (page.context["count"], answer.url) == (2, f"{LIST}?status=prospect")
    assert sorted(named(status="lost")) == ["乙", "甲"]
    assert BulkRun.objects.get().state == BulkState.DONE


def test_all_results_are_those_of_the_filters_with_their_exact_number(client, manager):
    region = make_region()
    for number in range(60):
        make_customer(name_zh=f"要改{number}", status="existing")
    make_customer(name_zh="不改", status="prospect")

    page = client.get(BULK, {"action": "edit", "all": "1", "status": "existing", "q": "要改"})
    client.post(BULK, {"action": "edit", "all": "1", "list": page.context["choice"].query, "region": region.pk})
    run = BulkRun.objects.get()
    waiting = (run.state, run.total)
    run_bulk(run.pk)

    assert (page.context["count"], page.context["choice"].query) == (60, "status=existing&q=%E8%A6%81%E6%94%B9")
    assert waiting == (BulkState.WAITING, 60)
    assert (Customer.objects.filter(region=region).count(), named(region=None)) == (60, named(name_zh="不改"))
    assert run.list_url == f"{LIST}?status=existing&q=%E8%A6%81%E6%94%B9"


def test_all_results_are_those_of_the_list_whatever_its_address_holds(client, manager):
    for status in ("lost", "existing"):
        make_customer(status=status)
    fields = client.get(LIST, {"filters": "open"}).context["listing"].filter_fields
    tags = [tag for field in fields for tag in re.findall(r"<(?:input|select)[^>]+>", str(field))]
    names = {re.search(r'name="([^"]+)"', tag)[1] for tag in tags if "checkbox" not in tag and "multiple" not in tag}  # sent when empty
    look = {"sort": "-name", "columns": "name,status", "view": "all", "look": "chart", "by": "tier", "exact": "1", "filters": "open"}
    asked = dict.fromkeys(names, "") | look | {"q": "", "status": "lost", "tonnes_min": "0", "created_after": "2020-01-01"}

    page = client.get(BULK, {"action": "edit", "all": "1"} | asked)

    assert (page.status_code, page.context["count"], "tonnes_max" in names) == (200, 1, True)


def test_a_filter_the_list_does_not_have_is_refused_and_does_not_mean_all(client, manager):
    customer = make_customer(status="existing")
    asked = {"action": "classify", "all": "1", "list": "satus=prospect", "status": "lost"}

    answers = client.get(BULK, {"action": "classify", "all": "1", "satus": "prospect"}), client.post(BULK, asked)

    customer.refresh_from_db()
    assert [answer.status_code for answer in answers] == [409, 409]
    assert ["清单中有一个筛选条件无法识别" in answer.content.decode() for answer in answers] == [True, True]
    assert (customer.status, BulkRun.objects.count()) == ("existing", 0)


def test_the_page_sent_twice_is_one_change_and_with_other_answers_another(client, manager):
    customer = make_customer(status="existing")
    asked = {"action": "classify", "row": [customer.pk], "list": "", "form_key": str(uuid.uuid4())}

    for status in ("lost", "lost", "prospect"):
        client.post(BULK, asked | {"status": status})

    customer.refresh_from_db()
    assert (customer.status, BulkRun.objects.count()) == ("prospect", 2)


def test_what_is_changed_is_what_was_counted_on_the_screen_or_it_is_asked_again(client, manager):
    for name in ("甲", "乙"):
        make_customer(name_zh=name, status="prospect")
    asked = {"action": "classify", "all": "1", "list": "status=prospect", "status": "lost"}
    shown = client.get(BULK, {"action": "classify", "all": "1", "status": "prospect"}).context["count"]
    make_customer(name_zh="刚建", status="prospect")

    again = client.post(BULK, asked | {"counted": shown})
    untouched = named(status="lost")
    client.post(BULK, asked | {"counted": again.context["count"]})

    assert (shown, again.status_code, untouched) == (2, 422, {})
    assert "现在有 3 条记录，确认页上显示的是 2 条" in again.content.decode()
    assert '<input type="hidden" name="counted" value="3">' in again.content.decode()
    assert sorted(named(status="lost")) == ["乙", "刚建", "甲"]


def test_more_results_than_one_change_takes_are_refused_before_anything_is_filled_in(client, manager, settings):
    settings.BULK_MOST_ROWS = 2
    for _number in range(4):
        make_customer(status="prospect")

    with CaptureQueriesContext(connection) as asked:
        page = client.get(BULK, {"action": "classify", "all": "1", "status": "prospect"})

    counting = [query["sql"] for query in asked if "COUNT(*)" in query["sql"]]
    assert (page.status_code, page.context["count"]) == (422, 3)
    assert "一次最多更改 2 条记录" in page.content.decode()
    assert 'name="counted"' not in page.content.decode()
    assert [("LIMIT 3" in sql, "name_zh" in sql) for sql in counting] == [(True, False)]


def test_the_end_of_a_run_is_told_to_who_asked_for_it_unless_they_waited_for_it(client, manager):
    rows = [make_customer(status="existing").pk for _number in range(62)]
    client.post(BULK, {"action": "classify", "row": rows[:2], "list": "", "status": "lost"})
    told_of_ticked = Notice.objects.count()

    client.post(BULK, {"action": "classify", "all": "1", "list": "status=existing", "status": "lost"})
    run = BulkRun.objects.order_by("pk").last()
    run_bulk(run.pk)

    assert told_of_ticked == 0
    notice = Notice.objects.get()
    assert (notice.recipient, notice.url, notice.values["state"]["zh"]) == (manager, run.get_absolute_url(), "已完成")
    assert "分类 · 客户：已完成" in client.get(reverse("notices:notice_list")).content.decode()


def test_a_filter_that_cannot_be_read_never_means_all_rows(client, manager):
    make_customer()

    answer = client.get(BULK, {"action": "edit", "all": "1", "status": "nonsense"})

    assert answer.status_code == 409
    assert BulkRun.objects.count() == 0


def test_a_condition_of_which_a_part_was_not_understood_is_refused_though_the_list_is_narrowed_by_the_rest(client, manager):
    make_customer(name_zh="现有", status="existing"), make_customer(name_zh="流失", status="lost")

    for asked in ("status=existing&status=bogus", "status=bogus&status=existing"):
        listing = client.get(f"{LIST}?{asked}").context["listing"]
        answer = client.get(f"{BULK}?action=edit&all=1&{asked}")

        assert [row.name_zh for row in listing.rows] == ["现有"]
        assert [chip.text for chip in listing.unread] == ["bogus"]
        assert (answer.status_code, BulkRun.objects.count()) == (409, 0)


def test_a_condition_that_reads_as_none_never_means_all_rows(client, manager, monkeypatch):
    key_account = django_filters.BooleanFilter(field_name="is_key_account")
    monkeypatch.setattr(CustomerFilter, "base_filters", CustomerFilter.base_filters | {"key_account": key_account})
    make_customer()
    asked = {"action": "edit", "all": "1"}

    answers = [client.get(BULK, asked | {"key_account": text}).status_code for text in ("perhaps", "false")]

    assert answers == [409, 200]


def test_handing_many_over_leaves_the_records_of_care_and_says_who_cannot_go(client, manager):
    giver, taker = make_user(Role.MARKETING), make_user(Role.MARKETING, department=make_department())
    cared, pooled, his = make_customer(account_manager=giver), make_customer(), make_customer(name_zh="已是他的", account_manager=taker)
    task = make_follow_up(customer=cared, owner=giver)

    answer = client.post(
        BULK, {"action": "hand_over", "row": [cared.pk, pooled.pk, his.pk], "list": "", "to": taker.pk, "note": "年底交接"}
    )
    run, task_owner = BulkRun.objects.get(), type(task).objects.get(pk=task.pk).owner

    assert answer.url == run.get_absolute_url()
    assert sorted(CareChange.objects.values_list("customer", "kind", "from_manager", "to_manager", "note")) == [
        (cared.pk, "handed_over", giver.pk, taker.pk, "年底交接"),
        (pooled.pk, "assigned", None, taker.pk, ""),
    ]
    assert task_owner == taker
    assert [(refusal.target, refusal.label) for refusal in run.refusals.all()] == [(his.pk, str(his))]


def test_staff_hand_over_what_is_theirs_and_are_told_of_the_rest(client):
    keeper, taker = make_user(Role.MARKETING), make_user(Role.MARKETING)
    client.force_login(keeper)
    own, foreign = make_customer(account_manager=keeper), make_customer(account_manager=make_user())

    client.post(BULK, {"action": "hand_over", "row": [own.pk, foreign.pk], "list": "", "to": taker.pk})

    assert named(account_manager=taker) == {own.name_zh: own}
    assert [refusal.target for refusal in BulkRun.objects.get().refusals.all()] == [foreign.pk]


def test_types_are_added_and_taken_away_and_the_history_says_who(client, manager):
    customer = make_customer(types=["trader", "storage"])

    client.post(BULK, {"action": "edit", "row": [customer.pk], "list": "", "add_types": ["carrier"], "remove_types": ["storage"]})

    customer.refresh_from_db()
    assert customer.types == ["carrier", "trader"]
    assert [(change.field, change.actor) for change in field_changes(customer) if change.field == "types"] == [("types", manager.label)]


def test_tags_are_put_on_many_and_taken_off(client, manager):
    first, second = make_customer(), make_customer()

    client.post(BULK, {"action": "tag", "row": [first.pk, second.pk], "list": "", "new": "冷链"})
    tagged = CustomerTag.objects.filter(tag__name="冷链").count()
    client.post(BULK, {"action": "untag", "row": [first.pk], "list": "", "tags": [CustomerTag.objects.first().tag_id]})

    assert (tagged, [link.customer for link in CustomerTag.objects.all()]) == (2, [second])


@pytest.mark.parametrize("key", ["tag", "untag"])
def test_a_file_merged_while_it_was_to_be_tagged_is_refused_and_holds_up_no_other(client, manager, monkeypatch, key):
    gone, kept = make_customer(name_zh="并走"), make_customer(name_zh="留下")
    tag = Tag.objects.create(name="冷链")
    if key == "untag":
        CustomerTag.objects.create(customer=kept, tag=tag, added_by=manager, added_on=port_today())
    changed = registry.actions["customers.customer", key].apply

    def merged_meanwhile(*, row, values, by):
        if row == gone:
            merge_customers(kept=kept, other=gone, take=(), by=manager)
        return changed(row=row, values=values, by=by)

    monkeypatch.setitem(
        registry.actions, ("customers.customer", key), replace(registry.actions["customers.customer", key], apply=merged_meanwhile)
    )
    client.post(BULK, {"action": key, "row": [gone.pk, kept.pk], "list": "", "new": "冷链", "tags": [tag.pk]})

    run = BulkRun.objects.get()
    assert (run.state, run.changed, run.refused) == (BulkState.DONE, 1, 1)
    assert "本档案已并入" in run.refusals.get().sentence
    assert CustomerTag.objects.filter(customer=kept).exists() == (key == "tag")


def test_nothing_chosen_is_asked_again_and_changes_nothing(client, manager):
    customer = make_customer()

    answer = client.post(BULK, {"action": "classify", "row": [customer.pk], "list": ""})

    assert (answer.status_code, BulkRun.objects.count()) == (422, 0)
    assert "请至少选择一项更改。" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.MANAGER, ["classify", "edit", "hand_over", "return", "tag", "untag"]),
        (Role.MARKETING, ["edit", "hand_over", "return", "tag", "untag"]),
        (Role.SERVICE, []),
    ],
)
def test_each_role_is_offered_what_it_may_do_and_refused_the_rest(client, role, offered):
    customer = make_customer(status="existing")
    client.force_login(make_user(role))
    page = client.get(LIST, {"view": "all"}).content.decode()

    keys = ["classify", "edit", "hand_over", "return", "tag", "untag"]
    refused = [key for key in keys if client.post(BULK, {"action": key, "row": [customer.pk], "list": ""}).status_code == 403]

    assert [key for key in keys if f'name="action" value="{key}"' in page] == offered
    assert refused == [key for key in keys if key not in offered]
    assert (f'name="row" value="{customer.pk}"' in page) == bool(offered)


def test_ticked_rows_are_exported_alone_and_all_results_with_their_filters(client, manager):
    ticked, lost = make_customer(name_zh="勾选"), make_customer(name_zh="流失", status="lost")
    make_customer(name_zh="未勾")

    def exported(**more) -> list[str]:
        answer = client.get(LIST, {"export": "csv", "columns": "name", "row": [ticked.pk, lost.pk]} | more)
        return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1:]

    assert sorted(exported()) == ["勾选", "流失"]
    assert exported(status="prospect") == ["勾选"]
    assert sorted(exported(all="1", status="prospect")) == ["勾选", "未勾"]
    assert [event.detail["rows"] for event in AuditEvent.objects.order_by("pk")] == [2, 1, 2]


def test_the_rows_that_were_refused_come_as_a_file(client, manager):
    customer = make_customer(name_zh="=危险", is_key_account=True, account_manager=manager)
    client.post(BULK, {"action": "return", "row": [customer.pk], "list": "", "reason": "太远"})
    run = BulkRun.objects.get()

    answer = client.get(reverse("bulk:refusals", args=[run.pk, "csv"]))
    page = client.get(run.get_absolute_url()).content.decode()

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "记录,原因"
    assert lines[1].startswith(str(customer))
    assert "太远" in page
    assert AuditEvent.objects.filter(action="exchange.export", detail__rows=1).count() == 1
