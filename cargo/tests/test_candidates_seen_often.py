"""A name seen in thousands of documents costs what one seen in a few does; what was found is carried forward and stays right."""

from collections import Counter
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cargo.models import Candidate, Sighting
from cargo.queries.desk import NEWEST_FIRST, evidence_of
from cargo.services.deciding import accept_candidate, ignore_always, ignore_candidate, merge_candidate, undo_decision
from cargo.tests.factories import booking, make_candidate, make_document, make_flow
from customers.tests.factories import make_customer
from portcrm.accounts.models import User
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
NAME = "SAMPLE METALS CO"
FIGURES = ("roles", "sources", "classes", "tonnes", "teu", "sighting_count", "last_seen_at", "is_forwarder")


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def read_sightings(monkeypatch):
    """How many sightings were read from the database."""
    read: list[int] = []
    original = Sighting.from_db.__func__

    def counting(cls, *args):
        row = original(cls, *args)
        read.append(row.pk)
        return row

    monkeypatch.setattr(Sighting, "from_db", classmethod(counting))
    return read


def seen_often(times: int, *, name: str = NAME) -> Candidate:
    """A candidate and so many documents that name it."""
    candidate = make_candidate(name=name, number=f"{name} 0")
    for number in range(1, times):
        make_document(content=booking(f"CN+{name}", number=f"{name} {number}", kg=1_000 * number))
    return candidate


def merged_with_a_lead(*, candidate: Candidate, by: User) -> Candidate:
    return merge_candidate(candidate=candidate, customer=make_customer(), with_lead=True, today=port_today(), by=by)


def work(name: str, times: int, read: list[int]) -> list[tuple[int, int]]:
    """Queries and sightings read for one more document, its cancellation, and a decision each way."""
    candidate, by = seen_often(times, name=name), make_user()
    steps = [
        lambda: make_document(content=booking(f"CN+{name}", number=f"NEXT {name}")),
        lambda: make_document(content=booking(f"CN+{name}", number=f"NEXT {name}", purpose="1")),
        lambda: ignore_candidate(candidate=candidate, by=by),
        lambda: undo_decision(candidate=candidate, by=by),
        lambda: ignore_always(candidate=candidate, by=by),
        lambda: undo_decision(candidate=candidate, by=by),
        lambda: accept_candidate(candidate=candidate, with_lead=True, today=port_today(), by=by),
        lambda: undo_decision(candidate=candidate, by=by),
    ]
    costs = []
    for step in steps:
        read.clear()
        with CaptureQueriesContext(connection) as queries:
            step()
        costs.append((len(queries), len(read)))
    return costs


def test_a_name_seen_often_costs_what_one_seen_twice_does(read_sightings):
    work("FIRST TRADING LTD", 2, read_sightings)  # what is remembered between calls

    few, many = work("SELDOM TRADING LTD", 2, read_sightings), work("OFTEN TRADING LTD", 60, read_sightings)

    assert many == few
    assert [sightings for _queries, sightings in few] == [0, 1, 0, 0, 0, 0, 2, 0]


@pytest.mark.parametrize("times", [1, 30])
@pytest.mark.parametrize(("with_lead", "queries"), [(False, 25), (True, 34)])
def test_taking_an_accepted_company_back_costs_the_same_however_often_it_was_seen(django_assert_num_queries, times, with_lead, queries):
    candidate, by = seen_often(times), make_user()
    accept_candidate(candidate=candidate, with_lead=with_lead, today=port_today(), by=by)

    # three savepoints and their ends, the context of the history and its end; the decision, its file and names held, the row held,
    # namesakes, the file, the row written; the file held, follow-ups of jobs, what hangs on it, its attachments; what goes along from
    # four tables, one of them by two columns, and the file. Of the lead: itself, held, what was joined into it, what was expected of
    # it, where it was seen, its moves, its outlook, who names it, its removal
    with django_assert_num_queries(queries):
        undo_decision(candidate=candidate, by=by)

    assert Candidate.objects.values_list("state", "customer", "lead", "sighting_count").get() == ("open", None, None, times)


@pytest.mark.parametrize("times", [1, 30])
@pytest.mark.parametrize(("decide", "queries"), [(ignore_candidate, 10), (ignore_always, 17), (merged_with_a_lead, 19)])
def test_taking_another_decision_back_costs_the_same_however_often_it_was_seen(django_assert_num_queries, times, decide, queries):
    candidate, by = seen_often(times), make_user()
    decide(candidate=candidate, by=by)

    with django_assert_num_queries(queries):
        undo_decision(candidate=candidate, by=by)

    assert Candidate.objects.get().state == "open"


def test_the_page_of_a_name_seen_often_reads_what_it_shows(read_sightings):
    candidate = seen_often(40)

    read_sightings.clear()
    evidence_of(candidate)

    assert len(read_sightings) == 20


@pytest.mark.parametrize(("query", "index"), [
    (lambda rows: rows.for_desk().order_by(*NEWEST_FIRST), "sighting_newest"),
    (lambda rows: rows.standing().order_by("-seen_at"), "sighting_latest"),
    (lambda rows: rows.standing().heaviest_first(), "sighting_heaviest"),
])  # fmt: skip
def test_an_index_leads_to_the_few_rows_that_are_asked_for(query, index):
    candidate = seen_often(2)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")

    plan = query(candidate.sightings)[:1].explain()

    assert (index in plan, "Sort" in plan) == (True, False)


def computed(candidate: Candidate) -> dict:
    """From the sightings that stand, by counting them all."""
    standing = list(candidate.sightings.filter(withdrawn_by=None))
    classes = [told.get("cargo_class") for one in standing for told in one.cargo]
    return {
        "roles": sorted({role for one in standing for role in one.roles}),
        "sources": sorted({one.source for one in standing}),
        "classes": sorted(set(filter(None, classes))),
        "tonnes": sum((one.tonnes for one in standing), Decimal(0)),
        "teu": sum((one.teu for one in standing), Decimal(0)),
        "sighting_count": len(standing),
        "last_seen_at": max((one.seen_at for one in standing), default=None),
        "is_forwarder": any(one.is_forwarder for one in standing),
    }


def stored(candidate: Candidate) -> dict:
    told = Candidate.objects.filter(pk=candidate.pk).values(*FIGURES).get()
    return {name: sorted(value) if isinstance(value, list) else value for name, value in told.items()}


def test_what_comes_and_goes_leaves_what_counting_everything_gives():
    candidate = make_candidate(name=NAME, number="B1")
    make_document(content=booking(f"FW+{NAME}", number="B2", goods="COAL IN BULK", hs="270112", kg=90_000))
    make_flow(company=NAME, goods="尿素")
    seen = [stored(candidate) == computed(candidate)]
    make_document(content=booking(f"FW+{NAME}", number="B2", purpose="1"))
    seen.append(stored(candidate) == computed(candidate))
    make_document(content=booking(f"CZ+{NAME}", number="B1", purpose="5", kg=7_000))
    seen.append(stored(candidate) == computed(candidate))

    found = stored(candidate)
    assert seen == [True, True, True]
    assert (found["roles"], found["sources"], found["is_forwarder"]) == (["shipper", "trader"], ["booking", "flow_list"], False)
    assert (found["tonnes"], found["sighting_count"]) == (Decimal(3007), 2)


def test_the_largest_consignment_makes_the_lead_also_after_the_heaviest_was_cancelled():
    candidate = make_candidate(name=NAME, number="B1", kg=9_000)
    make_document(content=booking(f"CN+{NAME}", number="B2", kg=60_000))
    make_document(content=booking(f"CN+{NAME}", number="B3", kg=20_000))
    make_document(content=booking(f"CN+{NAME}", number="B2", purpose="1"))

    lead = accept_candidate(candidate=candidate, with_lead=True, today=port_today(), by=make_user()).lead

    assert (lead.tonnes, lead.source_note) == (Decimal(20), "plan.edi · IFTMBF B3 · B3")


def test_the_counts_of_earlier_days_are_those_carried_forward_since():
    candidate = seen_often(3)
    make_document(content=booking(f"FW+{NAME}", number="F1", goods="COAL IN BULK", hs="270112"))
    make_document(content=booking(f"CN+{NAME}", number=f"{NAME} 2", purpose="1"))
    carried = Candidate.objects.get(pk=candidate.pk).counts
    largest = dict(Sighting.objects.values_list("pk", "largest_tonnes"))
    Candidate.objects.update(counts={})
    Sighting.objects.update(largest_tonnes=0)

    migration = import_module("cargo.migrations.0033_count_what_candidates_were_found_with")
    with connection.cursor() as cursor:
        for statement in (migration.LARGEST, migration.COUNTS):
            cursor.execute(statement)

    assert Candidate.objects.get(pk=candidate.pk).counts == carried
    assert dict(Sighting.objects.values_list("pk", "largest_tonnes")) == largest
    assert Counter(carried["roles"]) == Counter({"consignee": 2, "forwarder": 1})


def test_a_credit_code_told_later_is_the_companys():
    candidate = make_candidate(name=NAME)

    make_document(content=booking(f"CN+{NAME}", number="B9").replace(b"NAD+CN+++", b"NAD+CN+91350100M000100Y43+++"))

    assert Candidate.objects.get(pk=candidate.pk).credit_code == "91350100M000100Y43"
