"""Two at once at the desk, at the rules and with documents: nobody waits in a circle, nothing stands twice, nothing is lost."""

from threading import Event
from time import sleep

import pytest
from django.db import connection, transaction

from cargo.models import Candidate, IgnoreRule, Sighting
from cargo.services import deciding, learning
from cargo.services.deciding import accept_candidate, ignore_always, ignore_candidate, ignore_candidates, merge_candidate, undo_decision
from cargo.services.documents import take_in_document
from cargo.services.flows import take_in_flows
from cargo.services.ignoring import lift_rule, make_rule
from cargo.services.learning import learn_from_document
from cargo.tests.factories import booking, load_reference, make_candidate, make_document, make_flow
from customers.models import Channel, Customer, Merge
from customers.services.merging import merge_customers
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.services import system_user
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
NAME = "SAMPLE METALS CO"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()
    Channel.objects.filter(key="booking_note").exists() or make_channel(key="booking_note")


def until_somebody_waits() -> None:
    """Go on only once another one waits for a lock, or would have long ago."""
    for _ in range(40):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        sleep(0.05)


def first_and_meanwhile(first, second) -> list:
    """Both results; the second begins once the first has done its work, whose transaction ends only once somebody waits for it."""
    done = Event()

    def held_open():
        with transaction.atomic():
            result = first()
            done.set()
            until_somebody_waits()
        return result

    def meanwhile():
        done.wait(timeout=20)
        return second()

    return at_once(held_open, meanwhile)


def pausing_after(monkeypatch, module, name: str) -> None:
    """Whoever calls this goes on once somebody waits for what the caller holds."""
    original = getattr(module, name)

    def slowly(*args, **kwargs):
        result = original(*args, **kwargs)
        until_somebody_waits()
        return result

    monkeypatch.setattr(module, name, slowly)


def take_in(name: str = NAME, number: str = "B1", **said):
    return take_in_document(name=f"{number}.edi", content=booking(f"CN+{name}", number=number, **said), by=system_user())


def states() -> list[tuple[str, int]]:
    return list(Candidate.objects.order_by("pk").values_list("state", "sighting_count"))


def test_taking_a_decision_back_and_lifting_its_rule_both_end():
    by = system_user()
    candidates = [make_candidate(), make_candidate()]
    ignored = [ignore_always(candidate=one, by=by) for one in candidates]
    rule = ignored[0].rule

    results = first_and_meanwhile(lambda: lift_rule(rule=rule, by=by), lambda: undo_decision(candidate=candidates[0], by=by))

    assert sorted(type(one).__name__ for one in results) == ["RuleBroken", "int"]
    assert list(Candidate.objects.order_by("pk").values_list("state", flat=True)) == ["open", "ignored"]


def test_taking_a_decision_back_while_the_rule_is_lifted_half_way_ends(monkeypatch):
    """The one who takes back holds its candidate where the lifter comes to it: each once waited for the other."""
    by, candidate = system_user(), make_candidate()
    ignore_always(candidate=candidate, by=by)
    rule = IgnoreRule.objects.get()
    pausing_after(monkeypatch, deciding, "lift_rule")

    results = at_once(lambda: undo_decision(candidate=candidate, by=by), lambda: lift_rule(rule=rule, by=by))

    assert sorted(type(one).__name__ for one in results) in (["Candidate", "RuleBroken"], ["RuleBroken", "int"])
    assert (Candidate.objects.get().state, Candidate.objects.get().rule) == ("open", None)


@pytest.mark.parametrize("round", range(2))
def test_many_who_undo_lift_ignore_and_take_in_all_end(round):
    by = system_user()
    names = [f"COMPANY {letter} LTD" for letter in "ABCDEF"]
    candidates = [make_candidate(name=name) for name in names]
    rule = make_rule(kind="word", text="COMPANY", reason="", by=by)
    last = make_candidate(name="OTHER LTD")
    ignore_always(candidate=last, by=by)
    both = booking(*(f"CN+{name}" for name in reversed(names)), number="ALL")

    results = at_once(
        lambda: lift_rule(rule=rule, by=by),
        lambda: undo_decision(candidate=last, by=by),
        lambda: take_in_document(name="all.edi", content=both, by=by),
        lambda: ignore_candidates(keys=[one.pk for one in reversed(candidates)], by=by),
        lambda: make_rule(kind="name", text=names[0], reason="", by=by),
    )

    assert None not in results
    assert Candidate.objects.exclude(state="ignored").values("name_key").distinct().count() == (
        Candidate.objects.exclude(state="ignored").count()
    )
    assert Sighting.objects.count() == 13


def test_two_documents_at_once_keep_one_candidate_under_its_rule():
    make_rule(kind="word", text="METALS", reason="", by=system_user())

    first_and_meanwhile(lambda: take_in(number="B1"), lambda: take_in(number="B2"))

    assert states() == [("ignored", 2)]


def test_two_documents_at_once_bring_an_ignored_company_back_once():
    ignore_candidate(candidate=make_candidate(name=NAME), by=system_user())

    first_and_meanwhile(lambda: take_in(number="B1"), lambda: take_in(number="B2"))

    assert states() == [("ignored", 1), ("open", 2)]


def test_a_company_ignored_while_a_document_is_taken_in_comes_back_with_it(monkeypatch):
    by, candidate = system_user(), make_candidate(name=NAME)
    pausing_after(monkeypatch, learning, "candidates_for")

    at_once(lambda: take_in(number="B2"), lambda: ignore_candidate(candidate=candidate, by=by))

    assert states() == [("ignored", 1), ("open", 1)]


def test_a_rule_made_while_a_document_is_taken_in_means_its_companies_too():
    by = system_user()

    first_and_meanwhile(lambda: take_in(), lambda: make_rule(kind="word", text="METALS", reason="", by=by))

    assert states() == [("ignored", 1)]


def test_a_rule_lifted_while_a_document_is_taken_in_keeps_nothing_away():
    by = system_user()
    rule = make_rule(kind="word", text="METALS", reason="", by=by)

    _document, lifted = first_and_meanwhile(lambda: take_in(), lambda: lift_rule(rule=rule, by=by))

    assert (lifted, states()) == (1, [("open", 1)])


def test_an_ignored_company_put_back_while_it_is_seen_again_stands_once():
    by, candidate = system_user(), make_candidate(name=NAME)
    ignore_candidate(candidate=candidate, by=by)

    _document, undone = first_and_meanwhile(lambda: take_in(number="B2"), lambda: undo_decision(candidate=candidate, by=by))

    assert (type(undone), states()) == (RuleBroken, [("ignored", 1), ("open", 1)])


def test_one_document_learned_from_twice_at_once_counts_once():
    by, document = system_user(), make_document(content=booking(f"CN+{NAME}"))
    Sighting.objects.all().delete()
    Candidate.objects.all().delete()

    results = at_once(*[lambda: learn_from_document(document=document, by=by)] * 2)

    assert (sorted(results), states()) == ([0, 1], [("open", 1)])


def test_taking_back_a_file_and_a_document_that_names_it_both_end():
    by, candidate = system_user(), make_candidate(name=NAME)
    accept_candidate(candidate=candidate, with_lead=False, today=port_today(), by=by)

    document, _undone = first_and_meanwhile(lambda: take_in(number="B2"), lambda: undo_decision(candidate=candidate, by=by))

    assert document is not None
    assert (states(), Customer.objects.count()) == ([("open", 2)], 0)


def test_joining_two_files_and_taking_a_decision_back_both_end():
    by, kept, candidate = system_user(), make_customer(), make_candidate(name=NAME)
    other = accept_candidate(candidate=candidate, with_lead=False, today=port_today(), by=by).customer

    merged, undone = first_and_meanwhile(
        lambda: merge_customers(kept=kept, other=other, take=(), by=by),
        lambda: undo_decision(candidate=candidate, by=by),
    )

    assert (type(merged), type(undone)) == (Merge, RuleBroken)
    assert Candidate.objects.get().customer == kept


def test_of_a_merge_and_an_ignoring_at_once_one_happens():
    by, customer, candidate = system_user(), make_customer(), make_candidate(name=NAME)

    results = at_once(
        lambda: merge_candidate(candidate=candidate, customer=customer, by=by), lambda: ignore_candidate(candidate=candidate, by=by)
    )

    assert sorted(type(one).__name__ for one in results) == ["Candidate", "RuleBroken"]
    assert Candidate.objects.get().state in ("merged", "ignored")


def test_the_same_flow_list_twice_at_once_is_taken_in_once():
    by, flow = system_user(), make_flow(company=NAME)
    lines = [[_copy(flow, number) for number in order] for order in ((1, 2, 3), (3, 2, 1))]

    results = at_once(*[lambda own=own: take_in_flows(lines=own, by=by) for own in lines])

    assert (sorted(results), states()) == ([0, 3], [("open", 4)])


def _copy(flow, number: int):
    fields = ("told_by_name", "goods", "origin", "destination", "quantity", "unit", "period", "company")
    return type(flow)(identity=f"{number:0>32}", **{name: getattr(flow, name) for name in fields})
