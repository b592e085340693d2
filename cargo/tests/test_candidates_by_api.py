"""Programs work at the candidates' desk by the rules of the page."""

import pytest
from rest_framework.test import APIClient

from cargo.models import Candidate, IgnoreRule, Lead
from cargo.services.deciding import ignore_candidate
from cargo.tests.factories import booking, make_candidate, make_document, make_flow
from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import event_model_of

pytestmark = pytest.mark.django_db
CANDIDATES = "/api/v1/cargo/candidates/"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def client_of(*roles) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user(*roles))
    return client


def step(client, candidate, verb: str, **data):
    return client.post(f"{CANDIDATES}{candidate.pk}/{verb}/", data, format="json")


def test_the_filters_are_those_of_the_desk():
    make_candidate(name="LIGHT LTD", kg=1_000)
    heavy = make_candidate(name="HEAVY LTD", kg=80_000)
    ignore_candidate(candidate=make_candidate(kg=90_000), by=make_user())
    make_flow(company="样品化肥贸易公司")
    client = client_of(Role.AUDITOR)

    heavies = client.get(f"{CANDIDATES}?state=open&least=50&source=booking").json()["results"]
    traders = client.get(f"{CANDIDATES}?role=trader").json()["results"]

    assert [(one["id"], one["tonnes"], one["classes"], one["sources"]) for one in heavies] == [(heavy.pk, "80.000", ["04"], ["booking"])]
    assert [one["name"] for one in traders] == ["样品化肥贸易公司"]
    assert "evidence" not in traders[0]


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_candidates_costs_the_same_with_one_and_with_three(django_assert_num_queries, count):
    for _number in range(count):
        make_candidate()
    client = client_of(Role.MARKETING)

    with django_assert_num_queries(1):
        assert len(client.get(CANDIDATES).json()["results"]) == count


def test_one_candidate_is_told_with_its_evidence_and_the_files_it_may_be():
    customer = make_customer(name_en="Sample Metals International")
    candidate = make_candidate(name="SAMPLE METALS LTD", number="B5", goods="WIRE ROD")
    make_document(content=booking("CN+SAMPLE METALS LTD", number="B6"))
    make_document(content=booking("CN+SAMPLE METALS LTD", number="B6", purpose="1"))

    told = client_of(Role.MARKETING).get(f"{CANDIDATES}{candidate.pk}/").json()

    document = candidate.sightings.get(message__number="B5").message.document
    stands, withdrawn = told["evidence"]
    assert (told["sighting_count"], stands["is_withdrawn"], withdrawn["is_withdrawn"]) == (1, False, True)
    assert (stands["document"], stands["reference"]) == (document.pk, f"{document.file_name} · IFTMBF B5 · B5")
    assert (stands["roles"], stands["cargo"][0]["goods"], stands["cargo"][0]["tonnes"]) == (["consignee"], "WIRE ROD", "25.000")
    assert (stands["cargo"][0]["cargo_class"], stands["cargo"][0]["route"]) == ("04", "CNSHG – KRPUS")
    assert [(one["customer"], one["customer_code"]) for one in told["likely"]] == [(customer.pk, customer.code)]


def test_a_company_is_accepted_with_its_lead_and_the_history_says_through_the_api():
    candidate = make_candidate(name="SAMPLE METALS LTD")
    client = client_of(Role.MARKETING)

    answer = step(client, candidate, "accept", with_lead=True).json()

    lead = Lead.objects.get()
    assert (answer["state"], answer["customer"], answer["lead"]) == ("accepted", Customer.objects.get().pk, lead.pk)
    assert (lead.customer.name_en, lead.recorded_by.roles) == ("SAMPLE METALS LTD", ["marketing_staff"])
    assert event_model_of(Candidate).objects.latest("pgh_id").pgh_context.metadata["channel"] == "api"


def test_a_company_is_merged_and_the_decision_taken_back():
    customer, candidate, client = make_customer(), make_candidate(), client_of(Role.OPERATIONS)

    merged = step(client, candidate, "merge", customer=customer.pk, with_lead=True).json()
    lead = Lead.objects.get()
    undone = step(client, candidate, "undo").json()

    assert (merged["state"], merged["customer"], merged["lead"], lead.customer) == ("merged", customer.pk, lead.pk, customer)
    assert (undone["state"], undone["customer"], Customer.objects.get()) == ("open", None, customer)


@pytest.mark.parametrize(("said", "rules"), [({}, 0), ({"always": True}, 1)])
def test_a_company_is_ignored_once_or_always(said, rules):
    candidate = make_candidate()

    answer = step(client_of(Role.MANAGER), candidate, "ignore", **said).json()

    assert (answer["state"], IgnoreRule.objects.count()) == ("ignored", rules)


def test_the_second_decision_is_a_conflict_with_who_did_what():
    candidate = make_candidate(name="SAMPLE METALS LTD")
    ignore_candidate(candidate=candidate, by=make_user(name="王 演示"))

    answer = step(client_of(Role.MARKETING), candidate, "accept")

    assert (answer.status_code, "王 演示" in str(answer.json()), Customer.objects.count()) == (409, True, 0)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SERVICE])
def test_who_only_reads_decides_nothing(role):
    candidate, client = make_candidate(), client_of(role)

    answers = [step(client, candidate, verb).status_code for verb in ("accept", "merge", "ignore", "undo")]

    assert (answers, client.get(f"{CANDIDATES}{candidate.pk}/").status_code) == ([403] * 4, 200)
    assert Candidate.objects.get().state == "open"


def test_who_may_open_no_files_neither_accepts_nor_merges_nor_takes_back(monkeypatch):
    candidate, user = make_candidate(name="SECRET LTD"), make_user(Role.MARKETING)
    client = APIClient()
    client.force_authenticate(user)
    original = type(user).has_perm
    monkeypatch.setattr(type(user), "has_perm", lambda self, name: name != "customers.change_customer" and original(self, name))

    answers = [step(client, candidate, verb, **said) for verb, said in (("accept", {}), ("merge", {"customer": 1}), ("undo", {}))]

    assert [(one.status_code, b"SECRET" in one.content) for one in answers] == [(403, False)] * 3
    assert (Candidate.objects.get().state, step(client, candidate, "ignore").status_code) == ("open", 200)


def test_a_stranger_and_somebody_without_a_role_learn_nothing():
    make_candidate(name="SECRET LTD")

    answers = [APIClient().get(CANDIDATES), client_of().get(CANDIDATES)]

    assert [(one.status_code, b"SECRET" in one.content) for one in answers] == [(401, False), (403, False)]


def test_a_body_with_a_name_no_field_has_decides_nothing():
    candidate = make_candidate()
    client = client_of(Role.MARKETING)

    answers = [step(client, candidate, verb, allways=True).status_code for verb in ("accept", "merge", "ignore", "undo")]

    assert (answers, Candidate.objects.get().state) == ([400] * 4, "open")


def test_nothing_is_written_past_the_decisions():
    candidate, client = make_candidate(), client_of(Role.MANAGER)

    answers = [client.patch(f"{CANDIDATES}{candidate.pk}/", {"state": "ignored"}), client.post(CANDIDATES, {"name": "X"})]

    assert [one.status_code for one in answers] == [405, 405]
    assert Candidate.objects.get().state == "open"
