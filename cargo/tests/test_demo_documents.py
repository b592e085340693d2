"""The documents of the demo: read by the real service, so that every page of documents shows something."""

import pytest

from cargo.demo.documents import BOXES_STOWED, bay_plan, seed_documents
from cargo.enums import CandidateState
from cargo.models import Candidate, CargoDocument, DocumentMessage, Sighting
from cargo.tests.factories import make_shipment
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(settings, tmp_path) -> list[str]:
    """What the seed says, in a demo with two customers that ship boxes."""
    settings.MEDIA_ROOT = tmp_path / "media"
    for number in (1, 2):
        make_shipment(customer=make_customer(name_zh=f"演示客户 {number:02d}", address_zh="演示市港湾路 9 号"), form="container")
    lines: list[str] = []
    seed_documents({"operations_staff": make_user(Role.OPERATIONS)}, lines.append)
    return lines


def test_the_demo_has_documents_of_every_usual_kind_and_dialect(said):
    kinds = set(DocumentMessage.objects.values_list("kind", flat=True))

    assert (CargoDocument.objects.count(), kinds) == (6, {"manifest", "stowage", "booking"})
    assert set(CargoDocument.objects.values_list("dialect", "encoding")) == {("edifact", "utf-8"), ("platform", "gb18030")}
    assert said == [f"Demo data: 6 documents received, {Candidate.objects.filter(state=CandidateState.OPEN).count()} candidates"]


def test_customers_are_seen_at_their_files_and_others_wait_at_the_desk(said):
    seen = set(Sighting.objects.exclude(customer=None).values_list("customer__name_zh", flat=True))
    candidates = set(Candidate.objects.open().values_list("name", flat=True))

    assert seen == {"演示客户 01", "演示客户 02"}
    assert {f"演示货主 {number:02d}" for number in range(1, 9)} <= candidates
    assert all(name.startswith(("演示", "DEMO ")) for name in candidates)


def test_a_cancelled_booking_and_an_odd_box_are_among_them(said):
    cancelled = DocumentMessage.objects.get(purpose="cancel")
    plan = CargoDocument.objects.get(file_name__startswith="bayplan")

    assert cancelled.replaces.document.file_name == "booking-0102.edi"
    assert (plan.boxes, plan.remark_count, plan.messages.get().empty) == (48, 1, 8)


def test_the_wrong_check_digit_of_the_plan_is_wrong_on_purpose():
    assert bay_plan("2648W").count(b"EQD+CN+DEMU") == BOXES_STOWED
