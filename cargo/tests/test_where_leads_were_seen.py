"""A lead that was begun with a document, a flow list or a note leads to it, on its page and in the API."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from rest_framework.test import APIClient

from cargo.models import Lead, LeadEvidence, Sighting
from cargo.permissions import VIEW_CANDIDATE, VIEW_DOCUMENT
from cargo.services.deciding import accept_candidate, merge_candidate, undo_decision
from cargo.services.joining import join_leads
from cargo.services.leads import edit_lead
from cargo.tests.factories import booking, make_candidate, make_document, make_flow, make_lead
from customers.tests.factories import make_customer
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 27)
PERSON = 1  # the user; the session lies in the cache
LEADS = "/api/v1/cargo/leads/"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.MARKETING, language="en"))
    client.cookies["django_language"] = "en"
    return client


def api_of(role: Role) -> APIClient:
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    client.force_authenticate(make_user(role, language="en"))
    return client


def lead_of_the_desk(*, name: str = "SAMPLE METALS CO", number: str = "B77") -> Lead:
    """Of a company seen twice: the heavier cargo is the lead's."""
    candidate = make_candidate(name=name, number=number, kg=90_000)
    make_document(content=booking(f"CN+{name}", number=f"{number}-LIGHT", kg=1_000), name="light.edi")
    return accept_candidate(candidate=candidate, with_lead=True, today=TODAY, by=make_user()).lead


def read(client: APIClient, lead: Lead) -> list[dict]:
    return client.get(f"{LEADS}{lead.pk}/").json()["seen_in"]


def may_not(monkeypatch, *names: str) -> None:
    real = User.has_perm
    monkeypatch.setattr(User, "has_perm", lambda user, name, *rest: name not in names and real(user, name, *rest))


def test_a_lead_of_the_desk_leads_to_the_message_it_comes_from(staff):
    lead = lead_of_the_desk()

    page = staff.get(lead.get_absolute_url()).content.decode()

    message = LeadEvidence.objects.get(lead=lead).sighting.message
    assert message.number == "B77"
    assert f'<a href="/cargo/documents/{message.document_id}/#message-1">{lead.source_note}</a>' in page
    assert page.count(lead.source_note) == 1
    assert read(api_of(Role.AUDITOR), lead) == [
        {
            "source": "booking", "reference": lead.source_note, "document": message.document_id, "message": 1,
            "flow": None, "link": "", "is_withdrawn": False,
        },
    ]  # fmt: skip


def test_a_lead_begun_with_a_sighting_leads_to_it_and_words_of_ones_own_stand_beside(staff):
    customer = make_customer(name_zh="样品钢铁公司")
    document = make_document(content=booking(f"CN+{customer.name_zh}:1 HARBOUR ROAD"), name="booking-7.edi")
    address = f"{reverse('cargo:lead_create')}?sighting={Sighting.objects.get().pk}"
    form = staff.get(address).context["form"]
    sent = {name: getattr(form[name].value(), "pk", form[name].value()) or "" for name in form.fields}

    staff.post(address, sent)
    lead = Lead.objects.get()
    edit_lead(lead=lead, changes={"source_note": "电话核实"}, seen={}, by=make_user())
    page = staff.get(lead.get_absolute_url()).content.decode()

    assert [one["document"] for one in read(api_of(Role.MARKETING), lead)] == [document.pk]
    assert [word for word in ("电话核实", f'href="/cargo/documents/{document.pk}/#message-1">booking-7.edi') if word not in page] == []


def test_a_form_is_recorded_though_the_sighting_it_began_with_is_gone(staff):
    customer = make_customer(name_zh="样品钢铁公司")
    document = make_document(content=booking(f"CN+{customer.name_zh}:1 HARBOUR ROAD"))
    address = f"{reverse('cargo:lead_create')}?sighting={Sighting.objects.get().pk}"
    form = staff.get(address).context["form"]
    sent = {name: getattr(form[name].value(), "pk", form[name].value()) or "" for name in form.fields}
    document.delete()

    staff.post(address, sent)

    assert (Lead.objects.get().customer, LeadEvidence.objects.count()) == (customer, 0)


def test_a_lead_of_a_flow_list_leads_to_its_line(staff):
    flow = make_flow(company="样品化肥贸易公司")
    candidate = Sighting.objects.get().candidate
    lead = merge_candidate(candidate=candidate, customer=make_customer(), with_lead=True, today=TODAY, by=make_user()).lead

    page = staff.get(lead.get_absolute_url()).content.decode()

    assert f'<a href="{flow.get_absolute_url()}">{lead.source_note}</a>' in page
    assert [(one["flow"], one["document"], one["message"]) for one in read(api_of(Role.SERVICE), lead)] == [(flow.pk, None, None)]


def test_what_a_later_message_has_cancelled_is_no_longer_valid(staff):
    lead = lead_of_the_desk()
    make_document(content=booking("CN+SAMPLE METALS CO", number="B77", purpose="1"), name="cancel.edi")

    page = staff.get(lead.get_absolute_url()).content.decode()

    assert ("no longer valid" in page, [one["is_withdrawn"] for one in read(api_of(Role.MARKETING), lead)]) == (True, [True])


@pytest.mark.parametrize("hidden", [VIEW_DOCUMENT, VIEW_CANDIDATE])
def test_who_may_not_see_documents_reads_the_words_of_the_source_and_finds_no_way_there(staff, monkeypatch, hidden):
    lead = lead_of_the_desk()
    document = LeadEvidence.objects.get().sighting.message.document_id
    api = api_of(Role.MARKETING)
    may_not(monkeypatch, hidden)

    page = staff.get(lead.get_absolute_url()).content.decode()
    told = [*read(api, lead), *api.get(LEADS).json()["results"][0]["seen_in"]]
    changed = api.patch(f"{LEADS}{lead.pk}/", {"goods": "COILS"}, format="json").json()

    assert (lead.source_note in page, f"/cargo/documents/{document}/" in page, told, changed["seen_in"]) == (True, False, [], [])


def test_a_flow_list_is_shown_to_those_who_see_no_documents(staff, monkeypatch):
    flow = make_flow(company="样品化肥贸易公司")
    candidate = Sighting.objects.get().candidate
    lead = merge_candidate(candidate=candidate, customer=make_customer(), with_lead=True, today=TODAY, by=make_user()).lead
    may_not(monkeypatch, VIEW_DOCUMENT)

    assert [one["flow"] for one in read(api_of(Role.MARKETING), lead)] == [flow.pk]


def test_a_decision_taken_back_takes_the_way_along_and_leaves_what_was_seen():
    lead = lead_of_the_desk()

    undo_decision(candidate=lead.candidates.get(), by=make_user())

    assert (LeadEvidence.objects.count(), Sighting.objects.count()) == (0, 2)


def test_of_two_leads_that_are_joined_the_kept_one_leads_to_where_either_was_seen():
    kept, by = lead_of_the_desk(), make_user(Role.MARKETING)
    own = LeadEvidence.objects.get().sighting
    other_sighting = Sighting.objects.exclude(pk=own.pk).get()
    other = make_lead(customer=kept.customer)
    for sighting in (own, other_sighting):
        LeadEvidence.objects.create(lead=other, sighting=sighting)

    join_leads(kept=kept, other=other, today=TODAY, by=by)

    assert list(kept.evidence.values_list("sighting", flat=True)) == [own.pk, other_sighting.pk]
    assert other.evidence.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_page_and_list_cost_the_same_with_one_lead_and_with_three(staff, django_assert_num_queries, count):
    for number in range(count):
        lead = lead_of_the_desk(name=f"COMPANY NUMBER {number} LTD", number=f"B{number}")
    api = api_of(Role.MARKETING)

    # the lead, where it was seen, pins, whether its customer is on hold or pays late
    with django_assert_num_queries(PERSON + 5):
        staff.get(lead.get_absolute_url())
    with django_assert_num_queries(2):
        assert len(api.get(LEADS).json()["results"]) == count


def test_leads_recorded_before_are_found_by_the_words_of_their_source():
    by_desk, by_telephone = lead_of_the_desk(), make_lead(customer=make_customer(), source_note="booking.edi")
    customer = make_customer(name_zh="样品钢铁公司")
    make_document(content=booking(f"CN+{customer.name_zh}:1 HARBOUR ROAD", number="B9"), name="booking-9.edi")
    seen = Sighting.objects.get(customer=customer)
    by_form = make_lead(customer=customer, source_note=seen.reference)
    of_another = make_lead(customer=make_customer(), source_note=seen.reference)
    known = LeadEvidence.objects.get()
    known.delete()

    for _twice in range(2):
        import_module("cargo.migrations.0045_find_where_leads_were_seen").find_where_leads_were_seen(apps, None)

    found = dict(LeadEvidence.objects.values_list("lead", "sighting"))
    assert found == {by_desk.pk: known.sighting_id, by_form.pk: seen.pk}
    assert {by_telephone.pk, of_another.pk} & found.keys() == set()
