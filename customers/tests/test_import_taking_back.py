"""Taking an import of customers back: what it did is undone, what others did since stays and is decided on."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import CareChange, Customer
from customers.services.customers import edit_customer
from customers.tests.factories import make_contact, make_customer, make_follow_up, make_interaction, make_visit
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.audit.queries import event_model_of
from portcrm.bilingual import said
from portcrm.errors import RuleBroken
from portcrm.exchange import reverting
from portcrm.exchange.enums import ChangeState, RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportChange, ImportRevert, ImportRun
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.services import decide_change, leave_row_out, mend_row, start_revert
from portcrm.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
FIELDS = ("name_zh", "phone", "address_zh", "recorded_by", "source_reference")


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


def take_back(run: ImportRun, by) -> ImportRevert:
    revert = start_revert(run=run, by=by)
    run_revert(revert.pk)
    return ImportRevert.objects.get(pk=revert.pk)


def left_in_english(run: ImportRun) -> list[str]:
    return [reason["en"] for change in run.changes.filter(state=ChangeState.LEFT).order_by("pk") for reason in change.left]


def contents() -> list[tuple]:
    return list(Customer.objects.order_by("pk").values_list(*FIELDS))


def test_an_import_is_undone_to_the_last_field(file, keeper):
    make_customer(name_zh="甲公司", credit_code="91350100M000100Y43", phone="1", address_zh="旧址", source_reference="档案袋 7")
    make_customer(name_zh="乙公司", phone="2")
    before = contents()
    path = file(
        ["公司名称", "信用代码", "电话", "地址"],
        ["甲公司改名", "91350100M000100Y43", "9", "新址"],
        ["乙公司", "", "2", ""],
        ["丙公司", "", "3", ""],
    )
    run = ingest("customers", path, by=keeper)

    revert = take_back(run, keeper)

    assert (revert.state, revert.done, revert.left) == (RunState.DONE, 2, 0)
    assert contents() == before
    assert list(Customer.objects.search("改名")) == []
    assert list(run.changes.order_by("pk").values_list("state", flat=True)) == [ChangeState.SET_BACK] * 2


def test_taking_back_stands_in_the_history_and_in_the_audit_log(file, keeper):
    known = make_customer(name_zh="甲公司", phone="1")
    run = ingest("customers", file(["公司名称", "电话"], ["甲公司", "9"]), by=keeper)
    manager = make_user(Role.MANAGER, name="王 经理")

    take_back(run, manager)

    phones = event_model_of(Customer).objects.filter(pgh_obj=known.pk).order_by("pgh_id").values_list("phone", flat=True)
    last = event_model_of(Customer).objects.filter(pgh_obj=known.pk).latest("pgh_id")
    event = AuditEvent.objects.get(action="exchange.revert")
    assert list(phones) == ["1", "9", "1"]
    assert (last.pgh_context.metadata["actor"], last.pgh_context.metadata["action"]) == (manager.pk, "exchange.revert")
    assert (event.actor_name, event.detail) == ("王 经理", {"state": "done", "done": 1, "left": 0})


def test_what_was_changed_since_stays_and_is_listed_for_a_decision(file, keeper):
    known = make_customer(name_zh="甲公司", phone="1", address_zh="旧址")
    run = ingest("customers", file(["公司名称", "电话", "地址"], ["甲公司", "9", "新址"]), by=keeper)
    edit_customer(customer=known, changes={"phone": "5"}, seen={}, by=make_user(Role.OPERATIONS))

    revert = take_back(run, keeper)

    known.refresh_from_db()
    assert (known.phone, known.address_zh, revert.left) == ("5", "旧址", 1)
    assert left_in_english(run) == ["Telephone: “1” before the import, “9” by the import, “5” now."]


def test_a_new_file_that_something_hangs_on_is_never_removed(file, keeper):
    run = ingest("customers", file(["公司名称"], ["甲公司"], ["乙公司"], ["丙公司"]), by=keeper)
    first, second, _third = Customer.objects.order_by("pk")
    make_contact(customer=first)
    make_interaction(customer=first)
    make_follow_up(customer=second)

    revert = take_back(run, keeper)

    assert list(Customer.objects.order_by("pk")) == [first, second]
    assert revert.left == 2
    assert [change.may_insist for change in run.changes.filter(state=ChangeState.LEFT)] == [False, False]
    assert all("There is more in the file now" in reason for reason in left_in_english(run))


def test_a_new_file_that_was_edited_is_left_and_removed_if_somebody_insists(file, keeper):
    run = ingest("customers", file(["公司名称"], ["甲公司"], ["乙公司"]), by=keeper)
    edited, kept = Customer.objects.order_by("pk")
    for one in (edited, kept):
        edit_customer(customer=one, changes={"phone": "5"}, seen={}, by=keeper)
    take_back(run, keeper)
    first, second = run.changes.order_by("pk")

    decide_change(change=first, insist=True, by=keeper)
    decide_change(change=second, insist=False, by=keeper)

    assert list(Customer.objects.all()) == [kept]
    assert list(run.changes.order_by("pk").values_list("state", "decided_by")) == [
        (ChangeState.SET_BACK, keeper.pk),
        (ChangeState.KEPT, keeper.pk),
    ]


def test_a_decision_is_taken_once(file, keeper):
    run = ingest("customers", file(["公司名称"], ["甲公司"]), by=keeper)
    edit_customer(customer=Customer.objects.get(), changes={"phone": "5"}, seen={}, by=keeper)
    take_back(run, keeper)
    change = run.changes.get()
    decide_change(change=change, insist=False, by=keeper)

    with pytest.raises(RuleBroken):
        decide_change(change=change, insist=True, by=keeper)

    assert Customer.objects.count() == 1


def test_of_two_imports_the_later_is_taken_back_first(file, keeper):
    known = make_customer(name_zh="甲公司", phone="1")
    earlier = ingest("customers", file(["公司名称", "电话"], ["甲公司", "2"]), by=keeper)
    later = ingest("customers", file(["公司名称", "电话"], ["甲公司", "3"]), by=keeper)

    take_back(earlier, keeper)
    known.refresh_from_db()
    left = known.phone
    take_back(later, keeper)
    decide_change(change=earlier.changes.get(), insist=True, by=keeper)

    known.refresh_from_db()
    assert (left, known.phone) == ("3", "1")


def test_a_new_file_that_a_later_import_changed_and_gave_back_is_removed(file, keeper):
    first = ingest("customers", file(["公司名称"], ["甲公司"]), by=keeper)
    second = ingest("customers", file(["公司名称", "电话"], ["甲公司", "3"]), by=make_user(Role.OPERATIONS))

    take_back(second, keeper)
    revert = take_back(first, keeper)

    assert (revert.left, Customer.objects.count()) == (0, 0)


def test_a_file_that_several_chunks_of_an_import_changed_gets_its_first_state_back(file, keeper, monkeypatch):
    known = make_customer(name_zh="甲公司", phone="1")
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", 1)
    run = ingest("customers", file(["公司名称", "电话", "地址"], ["甲公司", "2", ""], ["甲公司", "3", "新址"]), by=keeper)

    take_back(run, keeper)

    known.refresh_from_db()
    assert (run.changes.count(), known.phone, known.address_zh) == (1, "1", "")


def test_an_account_manager_is_given_back_with_the_follow_ups(file):
    manager, giver, taker = make_user(Role.MANAGER), make_user(Role.MARKETING), make_user(Role.MARKETING)
    known = make_customer(name_zh="甲公司", account_manager=giver)
    follow_up = make_follow_up(customer=known, owner=giver)
    run = ingest("customers", file(["公司名称", "客户经理"], ["甲公司", taker.email]), by=manager)

    take_back(run, manager)

    known.refresh_from_db()
    follow_up.refresh_from_db()
    assert (known.account_manager, follow_up.owner) == (giver, giver)
    assert list(CareChange.objects.order_by("pk").values_list("from_manager", "to_manager")) == [(giver.pk, taker.pk), (taker.pk, giver.pk)]


def test_planned_visits_go_along_and_the_taker_is_told_once(file):
    manager, giver, taker = make_user(Role.MANAGER, name="李 经理"), make_user(Role.MARKETING), make_user(Role.MARKETING)
    handed, pooled = make_customer(name_zh="甲公司", account_manager=giver), make_customer(name_zh="乙公司", account_manager=giver)
    also = make_customer(name_zh="丙公司", account_manager=giver)
    visits = [make_visit(customer=customer, visitor=giver) for customer in (handed, pooled, also)]
    path = file(["公司名称", "客户经理"], ["甲公司", taker.email], ["乙公司", "pool"], ["丙公司", taker.email])

    run = ingest("customers", path, by=manager)

    for visit in visits:
        visit.refresh_from_db()
    assert [(visit.visitor, visit.state) for visit in visits] == [(taker, "planned"), (giver, "cancelled"), (taker, "planned")]
    assert visits[1].settled_by == manager
    assert [notice.sentence for notice in Notice.objects.filter(recipient=taker)] == ["李 经理将部分客户交由您负责：customers.csv"]

    take_back(run, manager)

    visits[0].refresh_from_db()
    assert visits[0].visitor == giver
    assert [notice.sentence for notice in Notice.objects.filter(recipient=giver)] == ["李 经理将部分客户交由您负责：撤销导入"]


def test_a_merged_file_is_left(file, keeper):
    run = ingest("customers", file(["公司名称"], ["甲公司"]), by=keeper)
    Customer.every.filter(name_zh="甲公司").update(merged_into=make_customer())

    take_back(run, keeper)

    assert left_in_english(run) == ["The file was merged into another. Undo that first."]
    assert Customer.every.filter(name_zh="甲公司").exists()


def test_an_earlier_credit_code_that_another_file_has_now_is_told_and_the_others_are_taken_back(file, keeper):
    codes = "91350100M000100Y43", "91110105771583283D"
    known, other = make_customer(name_zh="甲公司", code="C900001", credit_code=codes[0]), make_customer(name_zh="乙公司", phone="1")
    path = file(["客户编号", "公司名称", "信用代码", "电话"], ["C900001", "甲公司", codes[1], ""], ["", "乙公司", "", "2"])
    run = ingest("customers", path, by=keeper)
    make_customer(name_zh="丙公司", credit_code=codes[0])

    revert = take_back(run, keeper)

    known.refresh_from_db()
    other.refresh_from_db()
    assert (revert.state, revert.left, known.credit_code, other.phone) == (RunState.DONE, 1, codes[1], "1")
    assert left_in_english(run) == ["Another customer has this credit code."]


def test_taking_back_goes_on_where_it_was_interrupted(file, keeper, monkeypatch):
    monkeypatch.setattr(reverting, "CHUNK", 2)
    run = ingest("customers", file(["公司名称"], *([f"公司{number}"] for number in range(5))), by=keeper)
    revert = start_revert(run=run, by=keeper)

    calls, remaining = 1, []
    while run_revert(revert.pk, seconds=0):
        remaining.append(Customer.objects.count())
        calls += 1

    revert.refresh_from_db()
    assert (calls, remaining) == (4, [3, 1, 0])
    assert (revert.state, revert.done) == (RunState.DONE, 5)


def test_a_revert_asked_for_twice_happens_once(file, keeper):
    run = ingest("customers", file(["公司名称"], ["甲公司"]), by=keeper)
    take_back(run, keeper)
    ingest("customers", file(["公司名称"], ["甲公司"]), by=keeper)

    take_back(run, keeper)

    assert (ImportRevert.objects.count(), Customer.objects.count()) == (1, 1)


def test_a_mended_row_is_taken_back_too_and_afterwards_nothing_is_mended(file, keeper):
    run = ingest("customers", file(["公司名称", "信用代码"], ["甲公司", "wrong"], ["乙公司", "wrong"]), by=keeper)
    first, second = run.problems.order_by("row_number")
    mend_row(problem=first, cells={1: ""}, version=1, by=keeper)
    mended = Customer.objects.get()

    take_back(ImportRun.objects.get(pk=run.pk), keeper)

    assert (mended.name_zh, Customer.objects.count()) == ("甲公司", 0)
    for late in (lambda: mend_row(problem=second, cells={1: ""}, version=1, by=keeper), lambda: leave_row_out(problem=second, by=keeper)):
        with pytest.raises(RuleBroken) as refusal:
            late()
        assert said({"zh": "", "en": str(refusal.value.message)})
    assert Customer.objects.count() == 0


def test_a_dry_run_cannot_be_taken_back(file, keeper):
    run = ingest("customers", file(["公司名称"], ["甲公司"]), by=keeper, dry_run=True)

    with pytest.raises(RuleBroken):
        start_revert(run=run, by=keeper)

    assert not ImportRevert.objects.exists()


def test_taking_back_and_deciding_on_pages(file, keeper):
    client = Client()
    client.force_login(keeper)
    known = make_customer(name_zh="甲公司", phone="1")
    run = ingest("customers", file(["公司名称", "电话"], ["甲公司", "9"], ["新公司", ""]), by=keeper)
    edit_customer(customer=known, changes={"phone": "5"}, seen={}, by=keeper)
    url = reverse("exchange:import_run", args=[run.pk])

    offered = client.get(url).content.decode()
    asked = client.get(reverse("exchange:import_revert", args=[run.pk]))
    client.post(reverse("exchange:import_revert", args=[run.pk]))
    waiting = client.get(reverse("exchange:revert_progress", args=[run.pk]), headers={"HX-Request": "true"}).content.decode()
    run_revert(ImportRevert.objects.get().pk)
    result = client.get(url).content.decode()
    client.post(reverse("exchange:change_decide", args=[ImportChange.objects.get(target=known.pk).pk]), {"insist": "1"})
    decided = client.get(url).content.decode()

    known.refresh_from_db()
    assert reverse("exchange:import_revert", args=[run.pk]) in offered
    assert asked.context["changes"] == {"created": 1, "updated": 1}
    assert 'data-state="waiting"' in waiting
    assert "“1” before the import, “9” by the import, “5” now." in result
    assert known.get_absolute_url() in result
    assert known.phone == "1"
    assert "“5” now" not in decided


def test_nobody_takes_somebody_elses_import_back(file, keeper):
    run = ingest("customers", file(["公司名称"], ["甲公司"]), by=keeper)
    stranger = Client()
    stranger.force_login(make_user(Role.MARKETING))

    answer = stranger.post(reverse("exchange:import_revert", args=[run.pk]))

    assert (answer.status_code, ImportRevert.objects.count(), Customer.objects.count()) == (404, 0, 1)


def test_what_is_in_the_way_is_told_to_those_who_may_see_the_customer(file, keeper):
    customer = make_customer(name_zh="甲公司", phone="021-11111111")
    run = ingest("customers", file(["公司名称", "电话"], ["甲公司", "021-22222222"]), by=keeper)
    customer.refresh_from_db()
    edit_customer(customer=customer, changes={"phone": "021-33333333"}, seen={}, by=keeper)
    take_back(run, keeper)
    url = reverse("exchange:import_run", args=[run.pk])
    pages = []
    for who in (keeper, make_user(Role.ADMIN, language="en")):
        client = Client()
        client.force_login(who)
        pages.append(client.get(url).content.decode())

    own, others = pages

    assert ["021-11111111" in own, "021-33333333" in own] == [True, True]
    assert ["021-11111111" in others, "021-33333333" in others] == [False, False]
    assert "Whoever may see the record" in others
