"""Contracts: made, edited, renewed, terminated, going on by themselves; the list, the page and the panel."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from customers.models import Commitment, Contract
from customers.queries.search import find_contracts
from customers.services.contracts import (
    add_commitment,
    add_contract,
    edit_contract,
    end_of_term,
    following,
    renew_contract,
    roll_over_contracts,
    terminate_contract,
)
from customers.tests.factories import make_contract, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken
from portcrm.pages.queries.timeline import read_timeline
from portcrm.pages.registry import Wanted
from portcrm.tests.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
JANUARY, DECEMBER = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING, language="en")
    client.force_login(keeper)
    return keeper


def contract_of(**fields) -> dict:
    return {"number": "HT-2026-01", "title": "年度装卸合同", "kind": "annual", "valid_from": JANUARY, "valid_until": DECEMBER} | fields


def test_a_contract_is_decided_on_before_it_ends_and_before_the_notice_where_it_renews(keeper):
    customer = make_customer()

    fixed = add_contract(customer=customer, by=keeper, **contract_of(notice_days=60))
    by_itself = add_contract(customer=customer, by=keeper, **contract_of(number="B", notice_days=60, renews=True, renewal_months=12))
    open_ended = add_contract(customer=customer, by=keeper, **contract_of(number="C", valid_until=None))

    assert [fixed.decide_by, by_itself.decide_by, open_ended.decide_by] == [DECEMBER, dt.date(2026, 11, 1), None]
    assert [fixed.recorded_by, fixed.recorded_on] == [keeper, port_today()]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": " "}, "number"),
        ({"title": ""}, "title"),
        ({"valid_until": dt.date(2025, 12, 31)}, "valid_until"),
        ({"renews": True, "renewal_months": 12, "valid_until": None}, "valid_until"),
        ({"renews": True}, "renewal_months"),
        ({"renewal_months": 6}, "renewal_months"),
        ({"currency": "Yuan"}, "currency"),
        ({"amount": Decimal(-1)}, "amount"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(keeper, fields, field):
    with pytest.raises(RuleBroken) as refusal:
        add_contract(customer=make_customer(), by=keeper, **contract_of(**fields))

    assert refusal.value.field == field
    assert Contract.objects.count() == 0


def test_a_number_occurs_once_with_a_customer(keeper):
    customer = make_customer()
    add_contract(customer=customer, by=keeper, **contract_of())

    with pytest.raises(RuleBroken, match="contract with this number already") as refusal:
        add_contract(customer=customer, by=keeper, **contract_of())
    add_contract(customer=make_customer(), by=keeper, **contract_of())

    assert refusal.value.field == "number"
    assert Contract.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "on", "state"),
    [
        ({}, dt.date(2025, 12, 31), "coming"),
        ({}, JANUARY, "in_force"),
        ({}, DECEMBER, "in_force"),
        ({}, dt.date(2027, 1, 1), "ended"),
        ({"valid_until": None}, dt.date(2035, 1, 1), "in_force"),
        ({"terminated_on": dt.date(2026, 6, 30)}, dt.date(2026, 6, 29), "in_force"),
        ({"terminated_on": dt.date(2026, 6, 30)}, dt.date(2026, 6, 30), "terminated"),
    ],
)
def test_the_state_follows_from_the_dates_on_a_page_as_in_the_database(fields, on, state):
    if "terminated_on" in fields:
        fields = fields | {"terminated_by": make_user(), "terminated_because": "货源转移"}
    contract = make_contract(**fields)

    found = [each for each in ("coming", "in_force", "ended", "terminated") if Contract.objects.in_state(each, on).exists()]

    assert (contract.state_on(on), found) == (state, [state])


def test_two_who_edit_one_field_are_told_and_what_one_touched_is_kept(keeper):
    contract = make_contract(title="旧名", note="")
    edit_contract(contract=contract, changes={"title": "甲改"}, seen={"title": "旧名"}, by=make_user())

    edit_contract(contract=contract, changes={"note": "只改备注"}, seen={"note": ""}, by=keeper)
    with pytest.raises(EditConflict) as conflict:
        edit_contract(contract=contract, changes={"title": "乙改"}, seen={"title": "旧名"}, by=keeper)

    contract.refresh_from_db()
    assert [one.field for one in conflict.value.conflicts] == ["title"]
    assert (contract.title, contract.note) == ("甲改", "只改备注")


def test_an_edit_that_breaks_the_dates_is_refused(keeper):
    contract = make_contract()

    with pytest.raises(RuleBroken) as refusal:
        edit_contract(contract=contract, changes={"valid_until": dt.date(2025, 1, 1)}, seen={}, by=keeper)

    assert refusal.value.field == "valid_until"


def test_renewing_makes_the_contract_that_follows_and_leaves_the_old_one(keeper):
    old = make_contract(number="HT-1", amount=500, currency="CNY")
    begun = following(old)

    new = renew_contract(contract=old, by=keeper, **contract_of(number="HT-2", valid_from=begun.valid_from, valid_until=begun.valid_until))

    old.refresh_from_db()
    assert (begun.valid_from, begun.valid_until, begun.amount) == (dt.date(2027, 1, 1), dt.date(2027, 12, 31), 500)
    assert (new.replaces, new.customer, old.valid_until) == (old, old.customer, DECEMBER)
    with pytest.raises(RuleBroken, match="renewed already"):
        renew_contract(contract=old, by=keeper, **contract_of(number="HT-3", valid_from=begun.valid_from, valid_until=begun.valid_until))


def test_a_terminated_contract_is_not_renewed_and_says_who_ended_it_and_why(keeper):
    contract = make_contract()

    terminate_contract(contract=contract, on=dt.date(2026, 6, 30), reason=" 货源转移 ", by=keeper)

    contract.refresh_from_db()
    assert (contract.terminated_on, contract.terminated_by, contract.terminated_because) == (dt.date(2026, 6, 30), keeper, "货源转移")
    with pytest.raises(RuleBroken, match="not renewed"):
        renew_contract(contract=contract, by=keeper, **contract_of(number="X", valid_from=dt.date(2027, 1, 1), valid_until=None))


def test_notice_beyond_the_present_term_keeps_a_contract_in_force_until_its_day(keeper):
    contract = make_contract(renews=True, renewal_months=12, notice_days=30)

    terminate_contract(contract=contract, on=dt.date(2027, 6, 30), reason="货源转移", by=keeper)
    rolled = roll_over_contracts(today=dt.date(2027, 1, 1), by=keeper)

    contract.refresh_from_db()
    days = (DECEMBER, dt.date(2027, 1, 1), dt.date(2027, 6, 29), dt.date(2027, 6, 30), dt.date(2028, 1, 1))
    states = ["in_force", "in_force", "in_force", "terminated", "terminated"]
    assert (contract.valid_until, contract.terminated_on, rolled) == (dt.date(2027, 6, 30), dt.date(2027, 6, 30), 0)
    assert [contract.state_on(day) for day in days] == states
    assert [Contract.objects.in_force(day).exists() for day in days] == [state == "in_force" for state in states]


def test_notice_within_the_present_term_leaves_its_last_day(keeper):
    contract = make_contract(renews=True, renewal_months=12)

    terminate_contract(contract=contract, on=dt.date(2026, 6, 30), reason="货源转移", by=keeper)

    assert Contract.objects.get().valid_until == DECEMBER


@pytest.mark.parametrize("renewed", [False, True])
def test_what_does_not_go_on_by_itself_is_not_terminated_after_its_end(keeper, renewed):
    contract = make_contract(number="HT-1", **({"renews": True, "renewal_months": 12} if renewed else {}))
    if renewed:
        renew_contract(contract=contract, by=keeper, **contract_of(number="HT-2", valid_from=dt.date(2027, 1, 1), valid_until=None))

    with pytest.raises(RuleBroken, match="ends on 2026-12-31 and does not renew by itself") as refusal:
        terminate_contract(contract=contract, on=dt.date(2027, 1, 1), reason="货源转移", by=keeper)

    contract.refresh_from_db()
    assert (refusal.value.field, contract.terminated_on, contract.valid_until) == ("on", None, DECEMBER)


def test_a_contract_without_an_end_is_terminated_as_of_any_day(keeper):
    contract = make_contract(valid_until=None)

    terminate_contract(contract=contract, on=dt.date(2030, 1, 1), reason="货源转移", by=keeper)

    assert (Contract.objects.get().terminated_on, Contract.objects.get().valid_until) == (dt.date(2030, 1, 1), None)


@pytest.mark.parametrize(
    ("last_day", "months", "end"),
    [
        (dt.date(2026, 12, 31), 12, dt.date(2027, 12, 31)),
        (dt.date(2026, 6, 30), 6, dt.date(2026, 12, 31)),
        (dt.date(2026, 2, 28), 1, dt.date(2026, 3, 31)),
        (dt.date(2026, 1, 30), 1, dt.date(2026, 2, 27)),
        (dt.date(2026, 3, 14), 24, dt.date(2028, 3, 14)),
    ],
)
def test_a_term_ends_the_day_before_the_next_one_would_begin(last_day, months, end):
    assert end_of_term(last_day, months) == end


def test_what_renews_by_itself_goes_on_over_every_term_that_has_passed_and_once(keeper):
    by_itself = make_contract(renews=True, renewal_months=6, notice_days=30)
    fixed, ended = make_contract(), make_contract(renews=True, renewal_months=6)
    terminate_contract(contract=ended, on=DECEMBER, reason="不再续约", by=keeper)

    rolled = [roll_over_contracts(today=dt.date(2027, 8, 1), by=keeper) for _night in range(2)]

    by_itself.refresh_from_db()
    assert rolled == [1, 0]
    assert (by_itself.valid_until, by_itself.decide_by) == (DECEMBER.replace(year=2027), dt.date(2027, 12, 1))
    assert set(Contract.objects.filter(pk__in=[fixed.pk, ended.pk]).values_list("valid_until", flat=True)) == {DECEMBER}


def test_promised_cargo_is_noted_once_a_class_and_is_some_cargo(keeper):
    contract = make_contract()

    add_commitment(contract=contract, cargo_class="03", tonnes=Decimal(500_000), by=keeper)
    add_commitment(contract=contract, teu=Decimal(2_000), by=keeper)
    with pytest.raises(RuleBroken, match="promised in the contract already"):
        add_commitment(contract=contract, cargo_class="03", tonnes=Decimal(1), by=keeper)
    with pytest.raises(RuleBroken, match="how many tonnes or TEU"):
        add_commitment(contract=contract, cargo_class="01", by=keeper)

    assert list(contract.commitments.values_list("cargo_class", "tonnes", "teu")) == [("", None, 2000), ("03", 500000, None)]


@pytest.mark.database
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"valid_until": dt.date(2025, 1, 1)}, "a_contract_ends_after_it_began"),
        ({"renews": True}, "a_contract_that_renews_says_for_how_long"),
        ({"kind": "oral"}, "contract_kind_is_known"),
        ({"currency": "rmb"}, "a_contract_currency_has_three_letters"),
        ({"terminated_on": JANUARY}, "a_contract_is_terminated_by_somebody_for_a_reason"),
    ],
)
def test_the_database_keeps_the_rules_of_a_contract(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_contract(**fields)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_of_two_who_terminate_at_once_one_is_told(keeper):
    contract = make_contract()

    first, second = at_once(*(lambda: terminate_contract(contract=contract, on=DECEMBER, reason="客户停产", by=keeper),) * 2)

    assert sorted(isinstance(one, RuleBroken) for one in (first, second)) == [False, True]
    assert Contract.objects.get().terminated_on == DECEMBER


# --- pages ------------------------------------------------------------------------------------------------------------
def test_a_contract_is_made_edited_and_terminated_on_its_pages(client, keeper):
    customer = make_customer()
    typed = {"number": "HT-9", "title": "堆场租赁", "kind": "lease", "valid_from": "2026-03-01", "valid_until": "2027-02-28", "seen": "{}"}

    made = client.post(reverse("customers:contract_create", args=[customer.pk]), typed)
    contract = Contract.objects.get()
    client.post(reverse("customers:contract_edit", args=[contract.pk]), typed | {"title": "堆场租赁（三期）"})
    client.post(reverse("customers:contract_terminate", args=[contract.pk]), {"on": "2026-09-30", "reason": "堆场改造"})
    page = client.get(contract.get_absolute_url()).content.decode()

    contract.refresh_from_db()
    assert made.url == contract.get_absolute_url()
    assert (contract.title, contract.terminated_on) == ("堆场租赁（三期）", dt.date(2026, 9, 30))
    assert "堆场改造" in page


def test_the_page_says_why_a_contract_cannot_be_terminated_after_its_end(client, keeper):
    contract = make_contract()

    response = client.post(reverse("customers:contract_terminate", args=[contract.pk]), {"on": "2027-01-01", "reason": "堆场改造"})

    said = "This contract ends on 2026-12-31 and does not renew by itself; it cannot be terminated as of a later day."
    assert (response.status_code, response.context["form"].errors["on"]) == (422, [said])
    assert "堆场改造" in response.content.decode()


def test_a_form_with_a_fault_comes_back_with_what_was_typed(client, keeper):
    customer = make_customer()
    typed = {"number": "HT-9", "title": "写了很久的标题", "kind": "lease", "valid_from": "2026-03-01", "valid_until": "2026-02-01"}

    response = client.post(reverse("customers:contract_create", args=[customer.pk]), typed)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["valid_until"])
    assert "写了很久的标题" in response.content.decode()


def test_the_page_of_a_contract_shows_promised_cargo_and_takes_it_out(client, keeper):
    contract = make_contract()
    client.post(reverse("customers:commitment_add", args=[contract.pk]), {"cargo_class": "03", "tonnes": "250000"})
    before = client.get(contract.get_absolute_url()).content.decode()

    client.post(reverse("customers:commitment_remove", args=[Commitment.objects.get().pk]))

    assert "250,000" in before
    assert "250,000" not in client.get(contract.get_absolute_url()).content.decode()


def test_the_list_is_narrowed_to_what_is_to_be_decided_on_and_to_ones_own(client, keeper):
    today = port_today()
    mine = make_contract(customer=make_customer(account_manager=keeper), valid_from=JANUARY, valid_until=today + dt.timedelta(days=20))
    other = make_contract(valid_from=JANUARY, valid_until=today + dt.timedelta(days=25))
    make_contract(valid_from=JANUARY, valid_until=today + dt.timedelta(days=200))

    def shown(query: str) -> set[Contract]:
        return set(client.get(reverse("customers:contract_list") + query).context["listing"].rows)

    assert shown("?ending=30") == {mine, other}
    assert shown("?ending=30&mine=True") == {mine}
    assert shown(f"?q={other.number}") == {other}


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_as_many_queries_for_three_contracts_as_for_one(client, keeper, django_assert_max_num_queries, many):
    for _number in range(many):
        make_contract()

    with django_assert_max_num_queries(8):
        response = client.get(reverse("customers:contract_list"))

    assert len(response.context["listing"].rows) == many


def test_the_export_has_the_contracts_of_the_screen(client, keeper):
    make_contract(number="HT-7", customer=make_customer(name_en="Bright Sea Ltd", name_zh=""))
    make_contract(number="HT-8", kind="lease")

    answer = client.get(reverse("customers:contract_list") + "?kind=annual&columns=number,customer&export=csv")

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows == [["Contract number", "Customer"], ["HT-7", "Bright Sea Ltd"]]


def test_the_search_finds_a_contract_by_its_number_and_by_its_customer(keeper):
    contract = make_contract(number="HT-2026-077", customer=make_customer(name_zh="澜海东岸贸易"))
    make_contract()

    hits = [[hit.pk for hit in find_contracts(keeper, text, 5)] for text in ("2026-077", "东岸")]

    assert hits == [[contract.pk], [contract.pk]]


def test_the_panel_shows_ones_own_contracts_to_decide_on_and_all_to_who_has_none(client, keeper):
    today = port_today()
    soon = {"valid_from": JANUARY, "valid_until": today + dt.timedelta(days=10)}
    mine, other = make_contract(customer=make_customer(account_manager=keeper), **soon), make_contract(**soon)

    own = client.get(reverse("customers:contracts_ending")).context["contracts"]
    client.force_login(make_user(Role.MANAGER))
    all_of_them = client.get(reverse("customers:contracts_ending")).context["contracts"]

    assert (own, set(all_of_them)) == ([mine], {mine, other})


def test_the_timeline_of_the_customer_tells_of_making_and_terminating(keeper):
    contract = make_contract(number="HT-5", signed_on=dt.date(2025, 12, 20))
    terminate_contract(contract=contract, on=dt.date(2026, 6, 30), reason="货源转移", by=keeper)

    entries = read_timeline("customers.customer", contract.customer, user=keeper, wanted=Wanted("terms")).entries

    assert [entry.title for entry in entries] == ["Contract terminated · HT-5 年度装卸合同", "Contract · HT-5 年度装卸合同"]


def test_who_only_reads_customer_files_makes_no_contract(client):
    client.force_login(make_user(Role.SERVICE))
    contract = make_contract()

    answers = [
        client.get(contract.get_absolute_url()).status_code,
        client.get(reverse("customers:contract_create", args=[contract.customer_id])).status_code,
        client.post(reverse("customers:contract_terminate", args=[contract.pk]), {"on": "2026-09-30", "reason": "x"}).status_code,
    ]

    contract.refresh_from_db()
    assert (answers, contract.terminated_on) == ([200, 403, 403], None)
