"""Decisions at the candidates' desk: what each opens, changes and leaves, and how it is taken back."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from cargo.models import Candidate, IgnoreRule, Lead, Sighting
from cargo.services.deciding import accept_candidate, ignore_always, ignore_candidate, ignore_candidates, merge_candidate, undo_decision
from cargo.services.ignoring import lift_rule, make_rule
from cargo.services.leads import move_lead
from cargo.tests.factories import booking, make_candidate, make_document
from customers.models import Channel, Customer, DuplicateCandidate, ReceivablesBalance
from customers.services.customers import edit_customer
from customers.tests.factories import make_balance, make_channel, make_customer, make_interaction
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import event_model_of
from portcrm.bulk.actions import registry
from portcrm.bulk.running import run_bulk
from portcrm.bulk.services.runs import start_run
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def accept(candidate, *, with_lead=False, by=None):
    return accept_candidate(candidate=candidate, with_lead=with_lead, today=TODAY, by=by or make_user())


def refusal_of(work, **arguments) -> str:
    with pytest.raises(RuleBroken) as refused:
        work(**arguments)
    return str(refused.value.message)


def test_accepting_opens_the_file_of_a_prospect_that_says_where_it_comes_from():
    by, candidate = make_user(), make_candidate(name="SAMPLE METALS CO", number="B77")

    accepted = accept(candidate, by=by)

    customer = Customer.objects.get(pk=accepted.customer_id)
    assert (customer.name_en, customer.name_zh, customer.address_en) == ("SAMPLE METALS CO", "", "1 HARBOUR ROAD")
    assert (customer.status, customer.types, customer.channel.key, customer.recorded_by) == (
        "prospect",
        ["cargo_owner"],
        "booking_note",
        by,
    )
    file_name = Sighting.objects.get().message.document.file_name
    assert customer.source_reference == f"{file_name} · IFTMBF B77 · B77"
    assert (accepted.state, accepted.decided_by, accepted.lead, Lead.objects.count()) == ("accepted", by, None, 0)


def test_a_chinese_company_gets_its_name_and_address_in_chinese():
    make_document(content=booking("CN+东海样品贸易有限公司:港湾路 1 号"))

    customer = accept(Candidate.objects.get()).customer

    assert (customer.name_zh, customer.name_en, customer.address_zh, customer.address_en) == ("东海样品贸易有限公司", "", "港湾路 1 号", "")


def test_a_lead_on_the_largest_cargo_is_opened_with_the_file():
    candidate = make_candidate(name="SAMPLE METALS CO", kg=9_000, goods="STEEL PLATE")
    make_document(content=booking("CN+SAMPLE METALS CO", number="B78", kg=60_000))

    lead = accept(candidate, with_lead=True).lead

    assert (lead.customer.name_en, lead.goods, lead.cargo_class_id, lead.form_id) == (
        "SAMPLE METALS CO",
        "HOT ROLLED COILS",
        "04",
        "container",
    )
    assert (lead.quantity, lead.unit_id, lead.tonnes, lead.stage) == (Decimal(60), "t", Decimal(60), "new")
    assert (lead.origin.unlocode, lead.destination.unlocode, lead.direction, lead.trade_kind_id) == (
        "CNSHG",
        "KRPUS",
        "outbound",
        "foreign",
    )
    assert (lead.channel.key, lead.source_note) == ("shipper_plan", "plan.edi · IFTMBF B78 · B78")


def test_without_a_quantity_there_is_no_lead_and_no_file_either():
    make_document(content=booking("CN+SAMPLE METALS CO", kg=0).replace(b"EQD+CN+CSQU3054383+22G1+++5'", b"NAD+CA+ABCD'"))
    candidate = Candidate.objects.get(name="SAMPLE METALS CO")

    refusal_of(accept, candidate=candidate, with_lead=True)

    assert (Customer.objects.count(), Candidate.objects.get(pk=candidate.pk).state) == (0, "open")


def test_a_forwarder_becomes_a_forwarder():
    candidate = make_candidate(name="EXAMPLE LOGISTICS LTD")

    assert accept(candidate).customer.types == ["forwarder"]


def test_after_accepting_the_next_document_is_seen_at_the_file():
    candidate = accept(make_candidate(name="SAMPLE METALS CO"))
    customer = candidate.customer
    edit_customer(customer=customer, changes={"name_en": "Sample Group"}, seen={"name_en": "SAMPLE METALS CO"}, by=make_user())

    make_document(content=booking("CN+SAMPLE METALS CO", number="B99"))

    assert (Candidate.objects.count(), Candidate.objects.get().customer, Sighting.objects.count()) == (1, customer, 2)


def test_a_name_merged_into_a_file_means_that_file_from_then_on():
    customer, candidate = make_customer(name_zh="样品金属"), make_candidate(name="SAMPLE METALS CO")

    merge_candidate(candidate=candidate, customer=customer, by=make_user())
    make_document(content=booking("CN+Sample Metals Co.", number="B99"))

    assert list(Candidate.objects.values_list("state", "customer", "sighting_count")) == [("merged", customer.pk, 2)]


def test_nothing_is_merged_into_a_file_that_is_gone():
    customer = make_customer(merged_into=make_customer())
    candidate = make_candidate()

    refusal_of(merge_candidate, candidate=candidate, customer=customer, by=make_user())

    assert Candidate.objects.get().state == "open"


def test_an_ignored_company_comes_back_with_its_next_document_and_one_ignored_for_good_does_not():
    once, always = make_candidate(name="ONCE LTD"), make_candidate(name="ALWAYS LTD")
    ignore_candidate(candidate=once, by=make_user())
    ignore_always(candidate=always, by=make_user())

    for name in ("ONCE LTD", "ALWAYS LTD"):
        make_document(content=booking(f"CN+{name}", number=f"NEXT {name}"))

    states = Candidate.objects.order_by("name", "pk").values_list("name", "state", "sighting_count")
    assert list(states) == [("ALWAYS LTD", "ignored", 2), ("ONCE LTD", "ignored", 1), ("ONCE LTD", "open", 1)]


def test_the_second_decision_is_refused_with_who_did_what():
    candidate = make_candidate(name="SAMPLE METALS CO")
    ignore_candidate(candidate=candidate, by=make_user(name="王 演示", name_en="Demo Wang"))

    told = [
        refusal_of(work, candidate=candidate, by=make_user(), **more)
        for work, more in (
            (ignore_candidate, {}), (ignore_always, {}), (merge_candidate, {"customer": make_customer()}),
            (accept_candidate, {"with_lead": False, "today": TODAY}),
        )
    ]  # fmt: skip

    assert told == ["SAMPLE METALS CO 已由 王 演示 处理：已忽略。"] * 4
    assert (Customer.objects.count(), IgnoreRule.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_who_accept_at_once_open_one_file():
    if not Channel.objects.filter(key="booking_note").exists():  # a committed test before this one has emptied the database
        make_channel(key="booking_note")
    candidate, by = make_candidate(), system_user()

    results = at_once(*[lambda: accept_candidate(candidate=candidate, with_lead=False, today=TODAY, by=by)] * 2)

    assert sorted(type(one).__name__ for one in results) == ["Candidate", "RuleBroken"]
    assert Customer.objects.count() == 1


def test_many_are_ignored_at_once_but_for_those_somebody_has_decided_on():
    candidates = [make_candidate() for _ in range(3)]
    accept(candidates[0])

    assert ignore_candidates(keys=[one.pk for one in candidates], by=make_user()) == 2
    assert list(Candidate.objects.order_by("pk").values_list("state", flat=True)) == ["accepted", "ignored", "ignored"]


def test_undoing_takes_the_file_and_the_lead_with_it():
    candidate = accept(make_candidate(), with_lead=True)

    undone = undo_decision(candidate=candidate, by=make_user())

    assert (undone.state, undone.customer, undone.decided_by) == ("open", None, None)
    assert (Customer.objects.count(), Lead.objects.count(), Sighting.objects.count()) == (0, 0, 1)
    assert list(event_model_of(Candidate).objects.order_by("pgh_id").values_list("state", flat=True)) == ["open", "accepted", "open"]


@pytest.mark.parametrize("build", [
    lambda customer, lead: make_interaction(customer=customer),
    lambda customer, lead: edit_customer(customer=customer, changes={"note": "约见"}, seen={"note": ""}, by=make_user()),
    lambda customer, lead: move_lead(lead=lead, to="verified", today=TODAY, by=make_user()),
])  # fmt: skip
def test_nothing_is_undone_once_somebody_has_built_on_it(build):
    candidate = accept(make_candidate(), with_lead=True)
    build(candidate.customer, candidate.lead)

    refusal_of(undo_decision, candidate=candidate, by=make_user())

    assert Candidate.objects.values_list("state", "customer", "lead").get() == ("accepted", candidate.customer_id, candidate.lead_id)


def test_what_a_scan_and_a_sum_have_left_goes_with_the_file():
    candidate = accept(make_candidate(), with_lead=False)
    file, other = candidate.customer, make_customer()
    DuplicateCandidate.objects.create(first=file, second=other, reasons=["name"], score=Decimal("0.9"), found_at=now())
    make_balance(customer=file)

    undo_decision(candidate=candidate, by=make_user())

    assert [*Customer.objects.all()] == [other]
    assert [model.objects.count() for model in (DuplicateCandidate, ReceivablesBalance)] == [0, 0]


def test_new_cargo_of_a_company_with_a_file_becomes_a_lead_of_that_file():
    customer, candidate = make_customer(), make_candidate(name="SAMPLE METALS CO", number="B78", kg=60_000)

    merged = merge_candidate(candidate=candidate, customer=customer, with_lead=True, today=TODAY, by=make_user())

    lead = Lead.objects.get()
    assert (merged.lead, lead.customer, lead.quantity, lead.unit_id, lead.goods) == (lead, customer, Decimal(60), "t", "HOT ROLLED COILS")
    assert (lead.channel.key, lead.source_note.endswith("IFTMBF B78 · B78"), lead.stage_changed_on) == ("shipper_plan", True, TODAY)


def test_undoing_a_merge_takes_its_lead_and_leaves_the_file():
    customer = make_customer()
    candidate = merge_candidate(candidate=make_candidate(), customer=customer, with_lead=True, today=TODAY, by=make_user())

    undone = undo_decision(candidate=candidate, by=make_user())

    assert (undone.state, undone.lead, Lead.objects.count(), Customer.objects.get()) == ("open", None, 0, customer)


def test_a_merge_with_a_lead_needs_a_quantity_and_changes_nothing_without_one():
    customer = make_customer()
    make_document(content=booking("CN+SAMPLE METALS CO", kg=0).replace(b"EQD+CN+CSQU3054383+22G1+++5'", b"NAD+CA+ABCD'"))
    candidate = Candidate.objects.get(name="SAMPLE METALS CO")

    refusal_of(merge_candidate, candidate=candidate, customer=customer, with_lead=True, today=TODAY, by=make_user())

    assert (Candidate.objects.get(pk=candidate.pk).state, Lead.objects.count()) == ("open", 0)


def test_undoing_a_merge_leaves_the_file():
    customer = make_customer()
    candidate = merge_candidate(candidate=make_candidate(), customer=customer, by=make_user())

    undone = undo_decision(candidate=candidate, by=make_user())

    assert (undone.state, Customer.objects.get()) == ("open", customer)


def test_undoing_ignore_always_lifts_the_rule():
    candidate = ignore_always(candidate=make_candidate(), by=make_user())

    undone = undo_decision(candidate=candidate, by=make_user())

    assert (undone.state, undone.rule, IgnoreRule.objects.in_force().count()) == ("open", None, 0)


def test_what_was_ignored_and_seen_again_is_not_put_back_beside_itself():
    candidate = ignore_candidate(candidate=make_candidate(name="SAMPLE METALS CO"), by=make_user())
    make_document(content=booking("CN+SAMPLE METALS CO", number="B99"))

    refusal_of(undo_decision, candidate=candidate, by=make_user())

    assert list(Candidate.objects.order_by("pk").values_list("state", flat=True)) == ["ignored", "open"]


def test_an_open_candidate_has_nothing_to_undo():
    candidate = make_candidate()

    said = refusal_of(undo_decision, candidate=candidate, by=make_user())

    assert candidate.name in said
    assert (Candidate.objects.get().state, Candidate.objects.get().version) == ("open", candidate.version)


@pytest.mark.parametrize(("sent", "rules"), [({}, 0), ({"always": ["on"]}, 2)])
def test_what_a_filter_finds_is_ignored_by_a_worker_with_a_result_for_each(sent, rules):
    candidates, by = [make_candidate() for _number in range(3)], make_user(Role.MARKETING)
    accept(candidates[0])
    chosen = registry.actions["cargo.candidate", "ignore"]

    run = start_run(chosen=chosen, rows=Candidate.objects.all(), values=sent, query="", by=by)
    run_bulk(run.pk)

    run.refresh_from_db()
    assert (run.done, run.refused, IgnoreRule.objects.count()) == (3, 1, rules)
    assert list(Candidate.objects.order_by("pk").values_list("state", flat=True)) == ["accepted", "ignored", "ignored"]


def test_a_rule_for_a_word_is_not_lifted_by_taking_one_decision_back():
    rule = make_rule(kind="word", text="LOGISTICS", reason="", by=make_user())
    make_document(content=booking("CN+EASTERN LOGISTICS LTD"))
    ignored = Candidate.objects.get()

    said = refusal_of(undo_decision, candidate=ignored, by=make_user())

    assert "LOGISTICS" in said
    assert (Candidate.objects.get().state, IgnoreRule.objects.get()) == ("ignored", rule)


def test_a_company_ignored_once_and_later_for_good_stays_away_until_the_rule_is_lifted():
    by = make_user(language="en")
    once = ignore_candidate(candidate=make_candidate(name="SAMPLE METALS CO"), by=by)
    for_good = ignore_always(candidate=make_candidate(name="SAMPLE METALS CO"), by=by)

    with translation.override("en"):
        refused = refusal_of(undo_decision, candidate=once, by=by)
    lift_rule(rule=for_good.rule, by=by)
    after_lifting = refusal_of(undo_decision, candidate=once, by=by)

    assert refused == ("SAMPLE METALS CO was ignored for good since. Lift the rule “SAMPLE METALS CO” on the page of the rules first.")
    assert ("SAMPLE METALS CO" in after_lifting, after_lifting == refused) == (True, False)
    assert list(Candidate.objects.order_by("pk").values_list("state", "rule")) == [("ignored", None), ("open", None)]


def test_a_word_that_means_another_spelling_of_a_company_kept_away_ignores_it_beside_that_one():
    by = make_user()
    first = make_rule(kind="word", text="LTD", reason="", by=by)
    make_document(content=booking("CN+SAMPLE METALS LTD", number="B1"))
    spelt_otherwise = make_candidate(name="SAMPLE METALS")
    other = make_candidate(name="OTHER METALS")

    second = make_rule(kind="word", text="METALS", reason="", by=by)

    told = dict(Candidate.objects.values_list("name", "rule"))
    assert told == {"SAMPLE METALS LTD": first.pk, "SAMPLE METALS": None, "OTHER METALS": second.pk}
    assert set(Candidate.objects.filter(pk__in=[spelt_otherwise.pk, other.pk]).values_list("state", flat=True)) == {"ignored"}
