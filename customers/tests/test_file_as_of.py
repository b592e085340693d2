"""The file as it stood on a day: every part rebuilt from history, with what is different today."""

import datetime as dt
from html import unescape

import pytest
from django.urls import reverse

from customers.models import (
    BusinessAssessment,
    Contact,
    Contract,
    CreditHold,
    CreditRating,
    Customer,
    CustomerTag,
    FollowUp,
    OpenProblem,
    PeerAppraisal,
    PriceTerm,
    Relation,
    Tag,
    TeamMember,
    Traits,
    TransactionStatus,
)
from customers.queries.as_of import FileAsOf
from customers.services.care import join_team, leave_team
from customers.services.contacts import add_contact, contact_left, edit_contact
from customers.services.contracts import add_contract, terminate_contract
from customers.services.credit_holds import lift_hold, place_hold
from customers.services.customers import assign_customer, create_customer, edit_customer
from customers.services.employments import add_employment
from customers.services.followups import close_follow_up, open_follow_up
from customers.services.merging import merge_customers
from customers.services.parts import (
    add_assessment,
    add_peer_appraisal,
    edit_traits,
    edit_transactions,
    open_problem,
    solve_problem,
    verify_part,
)
from customers.services.prices import set_price
from customers.services.relations import add_relation, end_relation
from customers.services.tags import delete_tag, rename_tag, tag_customer
from customers.tests.factories import make_contact, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.tests.earlier import told_earlier
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db

TRACKED = (Customer, Traits, TransactionStatus, BusinessAssessment, CreditRating, PeerAppraisal, Contact, OpenProblem, FollowUp)
A_YEAR = dt.timedelta(days=365)


@pytest.fixture
def keeper():
    return make_user(Role.MANAGER, name="王 经办", name_en="Wang Keeper", language="en")


@pytest.fixture
def customer(keeper):
    """A file whose whole history so far lies a year back."""
    today = port_today()
    customer = create_customer(name_zh="东港煤炭有限公司", name_en="Donggang Coal", phone="0411-1000", account_manager=keeper, by=keeper)
    edit_traits(customer=customer, changes={"outlook": "稳定"}, seen={}, by=keeper)
    add_assessment(customer=customer, assessed_on=today - 2 * A_YEAR, scale=2, by=keeper)
    add_contact(
        customer=customer, name="演示联系人 01", department_name="Shipping desk", roles=["in_charge", "finance"], phone="0411-2000",
        mobile="139-0000-2000", by=keeper,
    )  # fmt: skip
    open_problem(customer=customer, title="堆场不足", by=keeper)
    open_follow_up(customer=customer, title="拜访采购部", owner=keeper, due_on=today, by=keeper)
    told_earlier(*TRACKED, by=A_YEAR)
    return Customer.objects.get(pk=customer.pk)


def stood(customer: Customer, day: dt.date, user) -> FileAsOf:
    return FileAsOf(Customer.objects.for_file().get(pk=customer.pk), day, user)


def test_contracts_and_prices_are_those_of_the_day(customer, keeper, client):
    today = port_today()
    since = {"valid_from": today - 2 * A_YEAR, "by": keeper}
    contract = add_contract(customer=customer, number="HT-1", title="旧合同", kind="annual", **since)
    price = {"customer": customer, "service": "handling", "unit": "tonne"}
    set_price(**price, rate=20, **since)
    told_earlier(Contract, PriceTerm, by=A_YEAR)
    terminate_contract(contract=contract, on=today, reason="货源转移", by=keeper)
    set_price(**price, rate=25, valid_from=today, by=keeper)
    client.force_login(keeper)

    then, now = stood(customer, today - dt.timedelta(days=1), keeper), stood(customer, today, keeper)
    page = client.get(reverse("customers:file_as_of", args=[customer.pk]), {"day": (today - dt.timedelta(days=1)).isoformat()})

    assert [(row.number, state) for row, state in then.contracts] == [("HT-1", "in_force")]
    assert ([row.rate for row in then.prices], [row.rate for row in now.prices], now.contracts) == ([20], [25], [])
    assert "旧合同" in page.content.decode()


def test_every_part_is_as_it_was_before_today_changed_it(customer, keeper):
    today = port_today()
    successor = make_user(Role.OPERATIONS)
    edit_customer(customer=customer, changes={"phone": "0411-9999"}, seen={}, by=keeper)
    assign_customer(customer=customer, changes={"account_manager": successor, "tier": "key"}, by=keeper)
    edit_traits(customer=customer, changes={"outlook": "扩建二期"}, seen={}, by=keeper)
    add_assessment(customer=customer, assessed_on=today - A_YEAR, scale=5, by=keeper)
    add_peer_appraisal(customer=customer, statement="付款及时", appraised_on=today, by=keeper)
    contact = customer.contacts.get()
    edit_contact(contact=contact, changes={"phone": "0411-3000"}, seen={}, by=keeper)
    add_contact(customer=customer, name="演示联系人 02", by=keeper)
    solve_problem(problem=customer.problems.get(), by=keeper)
    close_follow_up(follow_up=customer.follow_ups.get(), by=keeper)

    then = stood(customer, today - dt.timedelta(days=30), keeper)
    now = stood(customer, today, keeper)

    assert (then.customer.phone, then.customer.account_manager, then.customer.tier) == ("0411-1000", keeper, "standard")
    assert (now.customer.phone, now.customer.account_manager, now.customer.tier) == ("0411-9999", successor, "key")
    assert (then.customer.traits.outlook, now.customer.traits.outlook) == ("稳定", "扩建二期")
    assert ([row.scale for row in then.assessments], [row.scale for row in now.assessments]) == ([2], [5, 2])
    assert ([row.statement for row in then.appraisals], [row.statement for row in now.appraisals]) == ([], ["付款及时"])
    assert [(row.name, row.phone) for row in then.contacts] == [("演示联系人 01", "0411-2000")]
    assert [(row.name, row.phone) for row in now.contacts] == [("演示联系人 01", "0411-3000"), ("演示联系人 02", "")]
    assert ([row.title for row in then.problems], now.problems) == (["堆场不足"], [])
    assert ([row.title for row in then.follow_ups], now.follow_ups) == (["拜访采购部"], [])


def test_the_whole_day_at_the_port_counts(customer, keeper):
    recorded = port_today() - A_YEAR

    assert stood(customer, recorded, keeper).customer.name_zh == "东港煤炭有限公司"
    assert stood(customer, recorded - dt.timedelta(days=1), keeper).customer is None


def test_a_contact_who_has_left_today_was_there_then(customer, keeper):
    contact_left(contact=customer.contacts.get(), by=keeper)

    assert [row.name for row in stood(customer, port_today() - dt.timedelta(days=1), keeper).contacts] == ["演示联系人 01"]
    assert stood(customer, port_today(), keeper).contacts == []


def test_a_row_given_to_another_customer_is_told_only_where_it_was(customer, keeper):
    other = make_customer()
    Contact.objects.filter(customer=customer).update(customer=other)
    yesterday = port_today() - dt.timedelta(days=1)

    assert [[row.name for row in stood(firm, day, keeper).contacts] for firm in (customer, other) for day in (yesterday, port_today())] == [
        ["演示联系人 01"],
        [],
        [],
        ["演示联系人 01"],
    ]


def test_traits_and_terms_that_came_by_a_merge_were_another_firms_before(client, customer, keeper):
    kept = create_customer(name_zh="西港煤炭有限公司", by=keeper)
    edit_transactions(customer=customer, changes={"payment_terms": "电汇月结"}, seen={}, by=keeper)
    told_earlier(*TRACKED, by=dt.timedelta(days=2))
    merge_customers(kept=kept, other=customer, take=(), by=keeper)
    yesterday = port_today() - dt.timedelta(days=1)

    then, now = stood(kept, yesterday, keeper), stood(kept, port_today(), keeper)
    page = shown(client, kept, keeper, yesterday)

    assert [getattr(then.customer, name, None) for name in ("traits", "transactions")] == [None, None]
    assert (now.customer.traits.outlook, now.customer.transactions.payment_terms) == ("稳定", "电汇月结")
    assert page[: page.index("稳定")].endswith("today: ")
    assert page[: page.index("电汇月结")].endswith("today: ")


def test_the_days_on_which_the_file_changed_lead_from_one_to_the_next(customer, keeper):
    verify_part(customer=customer, part="basics", by=keeper)
    today, recorded = port_today(), port_today() - A_YEAR

    between = stood(customer, today - dt.timedelta(days=30), keeper)
    last = stood(customer, today, keeper)
    first = stood(customer, recorded, keeper)

    assert (between.day_of_change_before, between.day_of_change_after) == (recorded, today)
    assert (last.day_of_change_before, last.day_of_change_after) == (recorded, None)
    assert (first.day_of_change_before, first.day_of_change_after, first.opened_on) == (None, today, recorded)


def shown(client, customer, user, day) -> str:
    client.force_login(user)
    return unescape(client.get(reverse("customers:file_as_of", args=[customer.pk]), {"day": str(day)}).content.decode())


def test_the_page_shows_the_old_fact_and_todays_beside_it(client, customer, keeper):
    edit_customer(customer=customer, changes={"phone": "0411-9999"}, seen={}, by=keeper)
    person = {"department_name": "Chartering desk", "roles": ["documents"], "mobile": "139-0000-3000"}
    edit_contact(contact=customer.contacts.get(), changes=person, seen={}, by=keeper)

    page = shown(client, customer, keeper, port_today() - dt.timedelta(days=9))

    old = page.index("0411-1000")
    assert "0411-9999" in page[old : old + 400]
    assert "1 fact is different today" in page
    assert "演示联系人 01" in page
    known_then = page[page.index('id="people-title"') : page.index('id="problems-title"')]
    assert [words in known_then for words in ("Shipping desk", "Finance", "0411-2000 · 139-0000-2000")] == [True] * 3
    assert [words in known_then for words in ("Chartering desk", "Documents", "139-0000-3000")] == [False] * 3
    assert "until=" in page


def test_nobody_sees_contacts_there_who_may_not_see_contacts(client, customer, monkeypatch):
    reader = make_user(Role.AUDITOR, language="en")
    monkeypatch.setattr("customers.permissions.VIEW_CONTACT", "customers.nobody_has_this")

    page = shown(client, customer, reader, port_today())

    assert "东港煤炭有限公司" in page
    assert "演示联系人 01" not in page


@pytest.mark.parametrize(("day", "said"), [("2999-01-01", "This day is still to come."), ("2026.13.45", "Enter a valid date")])
def test_a_day_that_is_none_is_said_so_and_shows_today(client, customer, keeper, day, said):
    client.force_login(keeper)

    response = client.get(reverse("customers:file_as_of", args=[customer.pk]), {"day": day})

    assert response.status_code == 422
    assert said in response.content.decode()
    assert "0411-1000" in response.content.decode()


def test_before_the_file_was_opened_there_is_none(client, customer, keeper):
    page = shown(client, customer, keeper, port_today() - 2 * A_YEAR)

    assert "There was no file of this customer on that day" in page
    assert "0411-1000" not in page


def test_the_timeline_of_the_page_ends_with_its_day(client, customer, keeper):
    client.force_login(keeper)
    close_follow_up(follow_up=customer.follow_ups.get(), by=keeper)
    until = stood(customer, port_today() - dt.timedelta(days=1), keeper).moment.isoformat()

    address = reverse("pages:timeline", args=["customers.customer", customer.pk])

    assert "拜访采购部" in client.get(address).content.decode()
    assert "拜访采购部" not in client.get(address, {"until": until}).content.decode()


@pytest.fixture
def cared_for(customer, keeper):
    """On hold, tagged, with a colleague in the team, a parent and a relation, all a year ago and until today."""
    parent, carrier = make_customer(name_zh="东港集团"), make_customer(name_zh="海丰演示船务")
    edit_customer(customer=customer, changes={"parent": parent}, seen={}, by=keeper)
    place_hold(customer=customer, reason="逾期两个月", by=keeper)
    tag_customer(customer=customer, names=["冷链"], by=keeper)
    join_team(customer=customer, user=make_user(Role.SERVICE, name_en="Zhao Finance"), function="finance", by=keeper)
    add_relation(customer=customer, bond="ships_with", other=carrier, share=40, by=keeper)
    told_earlier(*TRACKED, CreditHold, CustomerTag, Tag, TeamMember, Relation, by=A_YEAR)
    return customer


def test_care_tags_and_relations_stand_as_they_did_however_they_ended(cared_for, keeper):
    customer, yesterday = cared_for, port_today() - dt.timedelta(days=1)
    lift_hold(hold=customer.credit_holds.get(), reason="已付清", by=keeper)
    tag = Tag.objects.get()
    rename_tag(tag=tag, name="冷链物流", by=keeper)
    delete_tag(tag=tag, by=keeper)
    leave_team(member=customer.team.get(), by=keeper)
    end_relation(relation=Relation.objects.get(), until=port_today(), by=keeper)
    edit_customer(customer=customer, changes={"parent": None}, seen={}, by=keeper)

    then, now = stood(customer, yesterday, keeper), stood(customer, port_today(), keeper)

    assert (then.hold.reason, now.hold) == ("逾期两个月", None)
    assert (then.tags, now.tags) == (["冷链"], [])
    assert ([row.user.name_en for row in then.team], now.team) == (["Zhao Finance"], [])
    assert ([(str(seen.bond), seen.other.name_zh) for seen in then.relations], now.relations) == ([("ships_with", "海丰演示船务")], [])
    assert (then.customer.parent.name_zh, now.customer.parent) == ("东港集团", None)


def test_the_page_says_the_hold_in_its_header_and_shows_team_tags_and_relations(client, cared_for, keeper):
    lift_hold(hold=cared_for.credit_holds.get(), reason="已付清", by=keeper)

    then = shown(client, cared_for, keeper, port_today() - dt.timedelta(days=1))
    now = shown(client, cared_for, keeper, port_today())

    header = then[then.index("record-badges") : then.index("file-grid")]
    assert "on credit hold" in header
    assert "冷链" in header
    assert [word in then for word in ("逾期两个月", "Zhao Finance", "海丰演示船务", "东港集团")] == [True] * 4
    assert "on credit hold" not in now[now.index("record-badges") : now.index("file-grid")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_questions_however_many_rows_there_are(client, customer, keeper, rows, django_assert_num_queries):
    for number in range(rows):
        add_assessment(customer=customer, assessed_on=port_today(), scale=1 + number, by=keeper)
        add_contact(customer=customer, name=f"演示联系人 1{number}", by=keeper)
        add_employment(contact=make_contact(), customer=customer, by=keeper)
        tag_customer(customer=customer, names=[f"标签{number}"], by=keeper)
        join_team(customer=customer, user=make_user(Role.SERVICE), function="finance", by=keeper)
        add_relation(customer=customer, bond="ships_with", other=make_customer(parent=customer), by=keeper)
    place_hold(customer=customer, reason="逾期", by=keeper)
    client.force_login(keeper)
    address = reverse("customers:file_as_of", args=[customer.pk])
    client.get(address)

    with django_assert_num_queries(36):
        client.get(address, {"day": str(port_today())})
