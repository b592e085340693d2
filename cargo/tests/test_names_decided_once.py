"""A name somebody has decided on once means that customer from then on: in documents, flow lists and files of handled cargo."""

import pytest

from cargo.models import Candidate, Shipment, Sighting
from cargo.queries.parties import find_parties
from cargo.services.deciding import accept_candidate, ignore_candidate, merge_candidate, undo_decision
from cargo.tests.factories import booking, make_candidate, make_document, make_flow
from customers.models import Customer
from customers.services.customers import edit_customer
from customers.services.merging import merge_customers
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.exchange.ingesting import ingest

pytestmark = pytest.mark.django_db
NAME = "SAMPLE METALS CO"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def merged(name: str = NAME, **said) -> Customer:
    """A customer under another name, into whose file the candidate was merged."""
    customer = make_customer(name_zh="样品金属有限公司")
    merge_candidate(candidate=make_candidate(name=name, **said), customer=customer, by=make_user())
    return customer


def accepted(name: str = NAME) -> Customer:
    """A file opened at the desk and called otherwise since."""
    by = make_user()
    customer = accept_candidate(candidate=make_candidate(name=name), with_lead=False, today=port_today(), by=by).customer
    edit_customer(customer=customer, changes={"name_en": "Other Words Ltd"}, seen={"name_en": name}, by=by)
    return customer


@pytest.mark.parametrize("decided", [merged, accepted])
@pytest.mark.parametrize("written", [NAME, "Sample Metals Co.", "ＳＡＭＰＬＥ  METALS CO"])
def test_the_next_document_goes_to_the_customer_and_opens_no_candidate(decided, written):
    customer = decided()

    make_document(content=booking(f"CN+{written}", number="NEXT"))

    assert Candidate.objects.count() == 1
    assert Sighting.objects.of_customer(customer).count() == 2


def test_the_report_of_the_next_document_leads_to_the_customer(client):
    customer = merged()
    document = make_document(content=booking(f"CN+{NAME}", number="NEXT"))
    client.force_login(make_user(Role.MARKETING))

    html = client.get(document.get_absolute_url()).content.decode()

    assert f'<a href="{customer.get_absolute_url()}">{NAME}</a>' in html


def test_who_gave_a_flow_list_is_known_by_a_name_decided_on():
    customer = merged("DEMO STORAGE LTD")

    assert make_flow(told_by_name="Demo Storage Ltd").told_by == customer


def test_a_file_of_handled_cargo_finds_the_customer_by_the_name_of_a_document(tmp_path):
    customer = merged()
    path = tmp_path / "cargo.csv"
    path.write_text(f"date,customer,class,quantity,unit,direction\n2026-10-03,{NAME.title()},08,800,t,inbound\n", encoding="utf-8")
    mapping = {"handled_on": "date", "customer": "customer", "cargo_class": "class", "quantity": "quantity", "unit": "unit"}

    run = ingest("shipments", path, mapping | {"direction": "direction"}, by=make_user())

    assert (run.created, list(Shipment.objects.values_list("customer", flat=True))) == (1, [customer.pk])


def test_a_file_of_that_very_name_comes_before_what_was_decided():
    merged()
    named = make_customer(name_en=NAME)

    assert find_parties([NAME]).ids == {NAME: named.pk}


def test_of_two_files_of_one_name_the_decision_says_which():
    first, second = make_customer(name_en=NAME, name_zh="甲"), make_customer(name_en=NAME, name_zh="乙")
    before = find_parties([NAME]).ambiguous
    merge_candidate(candidate=make_candidate(name=NAME), customer=second, by=make_user())

    after = find_parties([NAME])

    assert (before, after.ambiguous, after.ids) == ({NAME}, set(), {NAME: second.pk})
    assert first.pk != second.pk


def test_firms_of_one_family_are_told_apart_in_files_of_handled_cargo():
    merged()

    assert find_parties(["SAMPLE METALS LTD"]).ids == {}


def test_a_name_follows_the_file_it_was_decided_to_be_into_another():
    customer, kept = merged(), make_customer()

    merge_customers(kept=kept, other=customer, take=(), by=make_user())

    assert find_parties([NAME]).ids == {NAME: kept.pk}


def test_what_was_ignored_or_taken_back_names_nobody():
    by = make_user()
    ignore_candidate(candidate=make_candidate(name="IGNORED LTD"), by=by)
    merged()
    undo_decision(candidate=Candidate.objects.get(state="merged"), by=by)

    assert find_parties([NAME, "IGNORED LTD"]).ids == {}


def test_a_file_just_opened_is_taken_back_also_after_the_next_document():
    by, candidate = make_user(), make_candidate(name=NAME)
    accept_candidate(candidate=candidate, with_lead=False, today=port_today(), by=by)
    make_document(content=booking(f"CN+{NAME}", number="NEXT"))

    undone = undo_decision(candidate=candidate, by=by)

    assert (undone.state, undone.sighting_count, Customer.objects.count()) == ("open", 2, 0)
