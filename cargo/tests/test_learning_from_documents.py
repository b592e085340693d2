"""Documents become knowledge: sightings at customers, candidates for the desk; what is cancelled or changed counts no more."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from cargo.enums import CandidateState
from cargo.models import Candidate, CargoDocument, DocumentMessage, Sighting
from cargo.services.documents import take_in_document
from cargo.services.forgetting_candidates import candidates_about, erase_from_candidates
from cargo.services.ignoring import lift_rule, make_rule
from cargo.services.learning import learn_from_document
from cargo.tests.factories import booking, edifact, make_candidate, make_document, stowage
from customers.services.merging import merge_customers
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.personal_data import Person
from portcrm.audit.queries import event_model_of
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db
SHIPPER, BUYER = "CZ+EXAMPLE STEEL WORKS LTD:7 MILL LANE", "CN+SAMPLE METALS CO:BUSAN"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def take_in(content: bytes) -> CargoDocument:
    return make_document(content=content)


def desk() -> dict[str, str]:
    return dict(Candidate.objects.order_by("name").values_list("name", "state"))


def test_a_booking_opens_a_candidate_for_each_company_with_its_cargo():
    take_in(booking(SHIPPER, BUYER, "NI+SAMPLE METALS CO:BUSAN"))

    seller, buyer = Candidate.objects.order_by("name")
    assert (seller.name, seller.address, seller.roles, seller.sources) == (
        "EXAMPLE STEEL WORKS LTD",
        "7 MILL LANE",
        ["shipper"],
        ["booking"],
    )
    assert (buyer.name, buyer.roles, buyer.sighting_count) == ("SAMPLE METALS CO", ["consignee", "notify"], 1)
    assert (buyer.state, buyer.tonnes, buyer.teu, buyer.classes) == ("open", Decimal(25), Decimal(1), ["04"])
    sighting = Sighting.objects.get(candidate=buyer)
    assert sighting.cargo == [{
        "goods": "HOT ROLLED COILS", "hs_code": "720839", "loading": "CNSHG", "discharge": "KRPUS", "bill_no": "B7", "segment": 2,
        "cargo_class": "04", "tonnes": "25", "teu": "1",
    }]  # fmt: skip
    assert sighting.segments == [7, 8]


@pytest.mark.parametrize("consignee", ["TO ORDER", "TO ORDER OF EXAMPLE BANK", "EXAMPLE BANK OF COMMERCE"])
def test_on_a_bill_to_order_or_to_a_bank_whoever_is_notified_is_the_consignee(consignee):
    take_in(booking(SHIPPER, f"CN+{consignee}", "NI+SAMPLE METALS CO:BUSAN"))

    assert desk() == {"EXAMPLE STEEL WORKS LTD": "open", "SAMPLE METALS CO": "open"}
    assert sorted(Candidate.objects.get(name="SAMPLE METALS CO").roles) == ["consignee", "notify"]


def test_same_as_consignee_is_nobody_of_its_own_and_a_forwarder_is_marked():
    take_in(booking("CZ+EXAMPLE FREIGHT FORWARDING LTD", "CN+SAMPLE METALS CO", "NI+SAME AS CONSIGNEE"))

    assert desk() == {"EXAMPLE FREIGHT FORWARDING LTD": "open", "SAMPLE METALS CO": "open"}
    assert dict(Candidate.objects.values_list("name", "is_forwarder")) == {
        "EXAMPLE FREIGHT FORWARDING LTD": True,
        "SAMPLE METALS CO": False,
    }
    assert Candidate.objects.get(name="SAMPLE METALS CO").roles == ["consignee", "notify"]


def test_a_party_named_once_and_then_by_its_code_has_the_cargo_of_both_bills():
    bills = [
        *("CNI+1+BL1", "NAD+CN+C1++SAMPLE METALS CO", "GID+1+5:PX", "FTX+AAA+++STEEL COILS", "MEA+AAE+G+TNE:10"),
        *("CNI+2+BL2", "NAD+CN+C1", "GID+1+5:PX", "FTX+AAA+++STEEL PLATES", "MEA+AAE+G+TNE:500"),
    ]
    take_in(edifact("BGM++M1+9", *bills, kind="CUSCAR"))

    assert [(one.name, one.tonnes) for one in Candidate.objects.all()] == [("SAMPLE METALS CO", Decimal(510))]


def test_carriers_given_only_as_codes_are_no_candidates():
    take_in(stowage("CSQU3054383"))

    assert (desk(), Sighting.objects.count()) == ({}, 0)


@pytest.mark.parametrize("fields", [
    {"name_en": "Sample Metals Company Limited"}, {"name_en": "SAMPLE METALS CO"},
    {"name_zh": "样品金属", "short_name": "SAMPLE METALS CO"},
])  # fmt: skip
def test_a_company_with_a_file_is_seen_there_and_is_no_candidate(fields):
    customer = make_customer(**fields)

    take_in(booking(SHIPPER, BUYER))

    assert desk() == {"EXAMPLE STEEL WORKS LTD": "open"}
    assert list(Sighting.objects.filter(customer=customer).values_list("name", "candidate")) == [("SAMPLE METALS CO", None)]


def test_a_credit_code_finds_the_file_whatever_the_name():
    customer = make_customer(name_zh="东海测试贸易", credit_code="91350100M000100Y43")

    take_in(edifact("BGM++B1+9", "NAD+CN+91350100M000100Y43+++EAST SEA TRADING", kind="IFTMBF"))

    assert (desk(), list(Sighting.objects.values_list("customer", flat=True))) == ({}, [customer.pk])


def test_two_files_of_one_name_decide_nothing():
    make_customer(name_en="Sample Metals Co", name_zh="甲")
    make_customer(name_en="Sample Metals Co", name_zh="乙")

    take_in(booking(BUYER))

    assert desk() == {"SAMPLE METALS CO": "open"}


def test_a_second_document_adds_to_the_candidate_and_the_same_again_adds_nothing():
    first = take_in(booking(BUYER))
    take_in(booking("CN+Sample Metals Co.", number="B8", kg=5_000))
    take_in(booking(BUYER))
    learn_from_document(document=first, by=system_user())

    candidate = Candidate.objects.get()
    assert (candidate.tonnes, candidate.teu, candidate.sighting_count, candidate.address) == (Decimal(30), Decimal(2), 2, "BUSAN")


def test_documents_of_earlier_days_are_learned_from_by_one_command(capsys):
    take_in(booking(SHIPPER, BUYER))
    Sighting.objects.all().delete()
    Candidate.objects.all().delete()

    for _time in range(2):
        call_command("learn_from_documents")

    assert capsys.readouterr().out == "2 sightings are new.\n0 sightings are new.\n"
    assert desk() == {"EXAMPLE STEEL WORKS LTD": "open", "SAMPLE METALS CO": "open"}


def test_a_cancellation_withdraws_what_it_cancels_and_the_company_leaves_the_desk():
    take_in(booking(BUYER))
    take_in(booking(BUYER, purpose="1"))

    candidate = Candidate.objects.get()
    assert (candidate.state, candidate.tonnes, candidate.sighting_count) == ("gone", Decimal(0), 0)
    assert Sighting.objects.get().withdrawn_by == DocumentMessage.objects.get(purpose="cancel")


def test_a_company_that_left_comes_back_with_the_next_document():
    take_in(booking(BUYER))
    take_in(booking(BUYER, purpose="1"))
    take_in(booking(BUYER, number="B8"))

    assert (desk(), Candidate.objects.get().tonnes) == ({"SAMPLE METALS CO": "open"}, Decimal(25))


def test_a_change_puts_its_own_in_the_place_of_what_it_changes():
    take_in(booking(SHIPPER, BUYER))
    take_in(booking(SHIPPER, "CN+OTHER METALS CO", purpose="5", kg=40_000))

    assert desk() == {"EXAMPLE STEEL WORKS LTD": "open", "OTHER METALS CO": "open", "SAMPLE METALS CO": "gone"}
    assert Candidate.objects.get(name="EXAMPLE STEEL WORKS LTD").tonnes == Decimal(40)


@pytest.mark.parametrize(("purpose", "tonnes", "state"), [("1", 0, "gone"), ("5", 40, "open")])
def test_an_original_that_arrives_after_its_change_or_cancellation_counts_no_more(purpose, tonnes, state):
    later = take_in(booking(BUYER, purpose=purpose, kg=40_000))
    original = take_in(booking(BUYER))

    assert later.messages.get().replaces == original.messages.get()
    candidate = Candidate.objects.get()
    assert (candidate.tonnes, candidate.state) == (Decimal(tonnes), state)


def test_a_cancellation_of_long_ago_means_nothing_of_today(settings):
    cancelling = take_in(booking(BUYER, purpose="1"))
    CargoDocument.objects.filter(pk=cancelling.pk).update(received_at="2025-01-01T00:00Z")

    take_in(booking(BUYER))

    assert (desk(), cancelling.messages.get().replaces) == ({"SAMPLE METALS CO": "open"}, None)


def test_a_booking_of_last_year_is_not_cancelled_by_one_of_the_same_number():
    original = take_in(booking(BUYER))
    CargoDocument.objects.filter(pk=original.pk).update(received_at="2025-01-01T00:00Z")

    cancelling = take_in(booking(BUYER, purpose="1"))

    assert (desk(), cancelling.messages.get().replaces) == ({"SAMPLE METALS CO": "open"}, None)


def test_a_rule_keeps_new_sightings_off_the_desk_and_lifting_it_brings_them():
    by = make_user()
    rule = make_rule(kind="word", text="metals", reason="", by=by)

    take_in(booking(BUYER))
    take_in(booking(BUYER, number="B8"))

    candidate = Candidate.objects.get()
    assert (candidate.state, candidate.rule, candidate.sighting_count, candidate.tonnes) == ("ignored", rule, 2, Decimal(50))
    assert lift_rule(rule=rule, by=by) == 1
    assert desk() == {"SAMPLE METALS CO": "open"}


@pytest.mark.parametrize(("kind", "text", "ignored"), [
    ("name", "SAMPLE METALS LTD", True), ("name", "SAMPLE", False), ("word", "METAL", False), ("word", "Sample Metals", True),
    ("name", "样品金属", False),
])  # fmt: skip
def test_a_rule_means_one_name_or_a_whole_word(kind, text, ignored):
    make_rule(kind=kind, text=text, reason="", by=make_user())

    take_in(booking(BUYER))

    assert Candidate.objects.get().state == ("ignored" if ignored else "open")


def test_a_chinese_word_is_found_inside_a_name():
    make_rule(kind="word", text="物流", reason="", by=make_user())

    take_in(booking("CN+东海物流有限公司"))

    assert Candidate.objects.get().state == "ignored"


def test_a_rule_also_clears_what_waits_on_the_desk():
    take_in(booking(SHIPPER, BUYER))

    make_rule(kind="word", text="METALS", reason="", by=make_user())

    assert desk() == {"EXAMPLE STEEL WORKS LTD": "open", "SAMPLE METALS CO": "ignored"}


def test_the_same_rule_twice_is_refused():
    make_rule(kind="name", text="Sample Metals Co", reason="", by=make_user())

    with pytest.raises(RuleBroken):
        make_rule(kind="name", text="SAMPLE METALS CO.", reason="", by=make_user())


def test_sightings_follow_the_file_their_customer_is_merged_into():
    kept, other = make_customer(name_en="Kept Ltd"), make_customer(name_en="Sample Metals Co")
    take_in(booking(BUYER))

    merge_customers(kept=kept, other=other, take=(), by=make_user())

    assert Sighting.objects.get().customer == kept


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_documents_at_once_open_one_candidate():
    by = system_user()

    at_once(*[lambda n=n: take_in_document(name=f"{n}.edi", content=booking(BUYER, number=f"B{n}"), by=by) for n in range(3)])

    assert (Candidate.objects.count(), Sighting.objects.count()) == (1, 3)
    assert Candidate.objects.get().sighting_count == 3


def test_a_person_is_forgotten_in_candidates_sightings_rules_and_their_history():
    take_in(booking("CN+DEMO CONTACT SEVEN:TEL 0574-88015300"))
    make_rule(kind="name", text="DEMO CONTACT SEVEN", reason="0574-88015300", by=make_user())
    person = Person("customers.contact", 1, names=("Demo Contact Seven",), numbers=("0574-88015300",), sole_names=("Demo Contact Seven",))

    told = [(one.title, len(one.rows)) for one in candidates_about(person)]
    changed = erase_from_candidates(person=person, by=make_user())

    assert ([count for _title, count in told], changed) == ([1, 1, 1, 0, 0], 3)
    candidate = Candidate.objects.get()
    stored = [*Candidate.objects.values_list("name", "address", "name_key"), *Sighting.objects.values_list("name", "address", "name_key"),
              *event_model_of(Candidate).objects.values_list("name", "address", "name_key")]  # fmt: skip
    assert [row for row in stored if any("88015300" in part or "SEVEN" in part.upper() for part in row)] == []
    assert (candidate.state, candidate.tonnes) == (CandidateState.IGNORED, Decimal(25))


def test_a_candidate_of_another_name_is_left_alone_by_erasure():
    make_candidate(name="SAMPLE METALS CO")

    changed = erase_from_candidates(person=Person("customers.contact", 1, names=("Metals",), numbers=("123456",)), by=make_user())

    assert (changed, desk()) == (0, {"SAMPLE METALS CO": "open"})


@pytest.mark.samples
def test_the_ningbo_manifest_gives_the_shipper_and_the_consignee_of_its_one_bill(samples):
    take_in((samples / "cn_platform" / "ifcsum_ningbo_2003_excerpt.txt").read_bytes())

    consignee = Candidate.objects.get(name="NINGBO XIANGHAO LEIBOV METAL INDUSTRIES CO. LTD")
    assert desk() == {"COMERCIAL RIBA FARRE SA": "open", consignee.name: "open"}
    assert (consignee.roles, consignee.tonnes, consignee.teu) == (["consignee", "notify"], Decimal("23.02"), Decimal(1))
    (cargo,) = Sighting.objects.get(candidate=consignee).cargo
    assert {name: cargo[name] for name in ("goods", "loading", "discharge", "bill_no")} == {
        "goods": "MIXED METAL SCRAP", "loading": "ESBCN", "discharge": "CNNGB", "bill_no": "PONLALG18014582",
    }  # fmt: skip


# Names read off the files by hand; carriers, terminals and shippers given only by a code are not among them
NAMED = {
    "iftmbf_d97b_kotka_02": ["Kotkamills Oy", "NISSHO"],
    "iftmbf_d97b_kotka_08": ["Kotkamills Oy", "RUSH/SID"],
    "desadv_d97b_kotka_01": ["Kotkamills Oy", "MERINOPA", "SE INDIA", "Steveco"],
    "cuscar_d03b_cargoreport": ["KATHY SMITH"],
    "baplie_d95b_smdg22_delmonterose": [],
    "coarri_d23a": [],
    "iftmin_d96a_eancom": [],
    "iftsta_d00b": ["SENDER-COMP"],
}


@pytest.mark.samples
@pytest.mark.parametrize("name", NAMED)
def test_real_files_give_the_companies_a_reader_finds_in_them(samples, name):
    take_in((samples / "edifact" / f"{name}.edi").read_bytes())

    assert sorted(desk()) == sorted(NAMED[name])


@pytest.mark.samples
def test_paper_booked_by_a_mill_comes_to_the_weights_its_bookings_say(samples):
    for number in ("02", "08", "11"):
        take_in((samples / "edifact" / f"iftmbf_d97b_kotka_{number}.edi").read_bytes())

    mill = Candidate.objects.get(name="Kotkamills Oy")
    assert (mill.tonnes, mill.sighting_count, mill.code) == (Decimal(200 + 50 + 13), 3, "003708274241")
    assert mill.roles == ["original_shipper", "shipper"]
