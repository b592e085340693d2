"""A merge moves the rows of every app; sums, facts and rankings lead to the kept file, and the undoing parts them again."""

import datetime as dt
from decimal import Decimal

import pytest

from cargo.models import MonthlyRollup, Shipment
from cargo.queries.parties import find_parties
from cargo.queries.reconcile import reconcile
from cargo.tests.factories import load_reference, make_lead, make_shipment
from customers.models import Customer, Merge
from customers.services.merging import merge_customers
from customers.services.unmerging import undo_merge
from customers.tests.factories import make_contact, make_customer
from feedback.services.audience import candidates
from feedback.tests.factories import make_complaint, make_invitation, make_programme, make_response
from marketing.models import RankingRow
from marketing.queries.reconciling import differing_customers, ledger_totals, lines
from marketing.services.storing import store_newest_values
from marketing.tests.factories import AT, make_business, make_run, make_value_model
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING)


@pytest.fixture
def files():
    load_reference()
    return make_customer(name_zh="海丰演示船务有限公司"), make_customer(name_zh="海丰演示船务公司", code="C777777")


def facts(customer: Customer) -> tuple:
    row = Customer.every.get(pk=customer.pk)
    return row.last_handled_on, row.tonnes_12m, row.last_opinion_score, row.open_complaints


def merge(files, keeper) -> Merge:
    kept, other = files
    return merge_customers(kept=kept, other=other, take=(), by=keeper)


def test_the_ledger_moves_and_its_sums_and_facts_follow_there_and_back(files, keeper):
    kept, other = files
    yesterday = port_today() - dt.timedelta(days=1)
    make_shipment(customer=kept, quantity=100, handled_on=yesterday)
    make_shipment(customer=other, quantity=40, handled_on=yesterday)
    make_shipment(customer=other, quantity=1, handled_on=dt.date(2020, 1, 1))

    done = merge(files, keeper)
    merged = facts(kept)[:2], list(MonthlyRollup.objects.values_list("customer", "quantity").order_by("month")), reconcile().agrees
    undo_merge(merge=done, by=keeper)

    assert merged == ((yesterday, Decimal(140)), [(kept.pk, Decimal(1)), (kept.pk, Decimal(140))], True)
    assert (facts(kept)[:2], facts(other)[:2]) == ((yesterday, Decimal(100)), (yesterday, Decimal(40)))
    assert Shipment.objects.filter(customer=other).count() == 2
    assert reconcile().agrees


def test_a_file_that_gives_all_its_cargo_back_has_none(files, keeper):
    kept, other = files
    make_shipment(customer=other, quantity=40, handled_on=port_today())

    undo_merge(merge=merge(files, keeper), by=keeper)

    assert facts(kept)[:2] == (None, Decimal(0))


def test_the_next_cargo_of_the_merged_firm_goes_to_the_kept_file(files, keeper):
    kept, other = files
    known = find_parties([other.code, other.name_zh])
    merge(files, keeper)

    assert set(known.ids.values()) == {other.pk}
    assert set(find_parties([other.code, other.name_zh], known).ids.values()) == {kept.pk}


def test_opinions_complaints_and_leads_follow_and_the_facts_are_read_anew(files, keeper):
    kept, other = files
    lead = make_lead(customer=other)
    response = make_response(invitation=make_invitation(customer=other), overall=2)
    complaint = make_complaint(customer=other)

    done = merge(files, keeper)
    moved = [type(row).objects.get(pk=row.pk).customer_id for row in (lead, response, response.invitation, complaint)]
    merged = facts(kept)[2:]
    undo_merge(merge=done, by=keeper)

    assert (moved, merged) == ([kept.pk] * 4, (Decimal(2), 1))
    assert (facts(kept)[2:], facts(other)[2:]) == ((None, 0), (Decimal(2), 1))


def test_a_lead_whose_customer_and_introducer_are_the_merged_file_goes_and_comes_back_with_both(files, keeper):
    kept, other = files
    lead = make_lead(customer=other, introducer=other)

    done = merge(files, keeper)
    lead.refresh_from_db()
    merged = (lead.customer_id, lead.introducer_id)
    done = undo_merge(merge=done, by=keeper)
    lead.refresh_from_db()

    assert (merged, (lead.customer_id, lead.introducer_id)) == ((kept.pk, kept.pk), (other.pk, other.pk))
    assert set(done.rows.filter(row_pk=lead.pk).values_list("state", flat=True)) == {"returned"}


def test_nobody_is_asked_for_an_opinion_twice_because_of_a_contact_that_stayed(files, keeper):
    kept, other = files
    mine = make_contact(customer=kept, email="desk@haifeng.invalid")
    make_contact(customer=other, email="desk@haifeng.invalid")
    merge(files, keeper)

    assert list(candidates(make_programme(), by=keeper)) == [mine]


def test_a_frozen_ranking_stays_and_the_kept_file_bears_the_better_place(files, keeper):
    kept, other = files
    make_value_model()
    make_business(other, 500)
    make_business(make_customer(), 300)
    make_business(kept, 100)
    run = make_run()
    store_newest_values(at=AT, by=keeper)

    done = merge(files, keeper)
    kept.refresh_from_db()
    ranks = (kept.value_rank, kept.value_class)
    undo_merge(merge=done, by=keeper)
    kept.refresh_from_db()

    assert list(RankingRow.objects.filter(run=run).order_by("position").values_list("customer", flat=True))[::2] == [other.pk, kept.pk]
    assert ranks == (1, RankingRow.objects.get(run=run, customer=other).value_class)
    assert kept.value_rank == 3


def test_the_check_of_an_older_ranking_adds_up_the_places_of_merged_files(files, keeper):
    kept, other = files
    make_value_model()
    make_business(other, 500)
    make_business(kept, 100)
    run = make_run()

    merge(files, keeper)

    assert differing_customers(run) == []
    assert [line["key"] for line in lines(run, ledger_totals(run)) if not line["agrees"]] == []
