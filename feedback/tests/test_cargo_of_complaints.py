"""A complaint names rows of the ledger: offered by what is typed, kept with who chose them, shown from both sides."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cargo.models import Shipment
from cargo.services.ledger import correct_shipment
from cargo.tests.factories import make_shipment
from customers.services.merging import merge_customers
from customers.tests.factories import make_customer
from feedback.models import Complaint, ComplaintShipment
from feedback.queries.complaint_cargo import cases_about, rows_named_by, rows_that_may_be_meant, words_of
from feedback.services.closing import close_complaint
from feedback.services.complaint_cargo import MOST_SHIPMENTS, link_shipments, unlink_shipments
from feedback.tests.factories import make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import event_model_of
from portcrm.clock import now
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 20)


@pytest.fixture
def staff():
    return make_staff(language="en")


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    client.cookies["django_language"] = "en"
    return client


def meant(user, *texts: str, customer=None, on: dt.date = DAY) -> list[Shipment]:
    return rows_that_may_be_meant(user, customer=customer.pk if customer else None, words=words_of(*texts), on=on)


def named(complaint) -> list[int]:
    return list(complaint.shipment_links.order_by("pk").values_list("shipment", flat=True))


def test_a_bill_of_lading_vessel_or_document_is_found_whole_in_the_whole_ledger(staff):
    by_bill = make_shipment(bl_no="COSU6123456780")
    by_vessel = make_shipment(vessel="新青岛", voyage="0123E")
    by_document = make_shipment(document_no="DN-77", identity_base="doc:DN-77")
    make_shipment(bl_no="COSU6123456781")

    assert meant(staff, "cosu6123456780") == [by_bill]
    assert meant(staff, "新青岛") == [by_vessel]
    assert meant(staff, "DN-77") == [by_document]
    assert meant(staff, "COSU612345") == []


def test_the_customers_rows_come_first_and_are_found_by_a_part(staff):
    customer = make_customer()
    others = make_shipment(vessel="EVER GIVEN", voyage="77W", handled_on=DAY)
    own = make_shipment(customer=customer, vessel="EVER GIVEN", voyage="70W", bl_no="EGLV0099", handled_on=DAY - dt.timedelta(days=300))

    assert meant(staff, "ever given", customer=customer) == [own, others]
    assert meant(staff, "GLV00", customer=customer) == [own]


def test_a_voyage_is_found_alone_only_among_the_latest_and_beside_its_vessel_always(staff):
    old = make_shipment(vessel="新青岛", voyage="0001E", handled_on=DAY - dt.timedelta(days=400))
    late = make_shipment(vessel="新上海", voyage="0001E", handled_on=DAY - dt.timedelta(days=2))

    assert meant(staff, "0001E") == [late]
    assert meant(staff, "新青岛 0001E")[0] == old


def test_without_a_word_the_newest_rows_of_the_customer_are_offered_and_of_nobody_none(staff):
    customer = make_customer()
    older, newer = (make_shipment(customer=customer, handled_on=DAY - dt.timedelta(days=days)) for days in (9, 1))
    make_shipment()

    assert meant(staff, customer=customer) == [newer, older]
    assert meant(staff) == []


def test_reversals_and_what_they_took_back_are_not_offered_and_nothing_to_those_who_may_not_see_cargo(staff):
    customer = make_customer()
    wrong = make_shipment(customer=customer, bl_no="B1")
    right = correct_shipment(shipment=wrong, reason="数量", by=staff, quantity=90)

    assert meant(staff, "B1", customer=customer) == [right]
    assert meant(make_user(Role.ADMIN), "B1", customer=customer) == []


def test_who_chose_a_shipment_and_when_is_kept_and_chosen_twice_it_stays_as_it_was(staff):
    complaint, shipment, at = make_complaint(), make_shipment(), now()

    link_shipments(complaint=complaint, shipments=[shipment], at=at, by=staff)
    link_shipments(complaint=complaint, shipments=[shipment], at=now(), by=make_staff())
    unlink_shipments(complaint=complaint, keys=[shipment.pk], by=staff)
    unlink_shipments(complaint=complaint, keys=[shipment.pk], by=staff)

    states = event_model_of(ComplaintShipment).objects.order_by("pgh_id").values_list("pgh_label", "shipment", "linked_by", "linked_at")
    assert list(states) == [(label, shipment.pk, staff.pk, at) for label in ("insert", "delete")]


def test_a_reversal_too_many_rows_and_a_closed_case_are_refused(staff):
    complaint, wrong = make_complaint(), make_shipment()
    correct_shipment(shipment=wrong, reason="取消", by=staff)
    reversal, more = Shipment.objects.get(is_reversal=True), [make_shipment() for _ in range(MOST_SHIPMENTS + 1)]

    for rows in ([reversal], more):
        with pytest.raises(RuleBroken):
            link_shipments(complaint=complaint, shipments=rows, at=now(), by=staff)
    link_shipments(complaint=complaint, shipments=more[1:], at=now(), by=staff)
    close_complaint(complaint=complaint, outcome="withdrawn", word="agreed", reason="", at=now(), by=staff)
    with pytest.raises(RuleBroken):
        unlink_shipments(complaint=complaint, keys=named(complaint), by=staff)

    assert named(complaint) == [row.pk for row in more[1:]]


def test_a_case_shows_the_row_that_stands_now_and_one_that_was_taken_back(staff):
    first, gone, same = (make_shipment() for _ in range(3))
    complaint = make_complaint(shipments=[first, gone, same])
    second = correct_shipment(shipment=first, reason="数量", by=staff, quantity=90)
    third = correct_shipment(shipment=second, reason="数量", by=staff, quantity=80)
    correct_shipment(shipment=gone, reason="重复", by=staff)

    rows = rows_named_by(complaint, staff)

    assert [(one.named, one.stands, one.is_corrected) for one in rows] == [(first, third, True), (gone, None, True), (same, same, False)]
    assert [list(cases_about(row, staff)) for row in (first, second, third, gone)] == [[complaint]] * 4
    assert rows_named_by(complaint, make_user(Role.ADMIN)) == []


def test_a_merge_moves_case_and_cargo_and_leaves_what_the_case_names(staff):
    customer, other = make_customer(), make_customer()
    shipment = make_shipment(customer=other)
    complaint = make_complaint(customer=other, shipments=[shipment])

    merge_customers(kept=customer, other=other, take=(), by=make_user(Role.MANAGER))

    complaint.refresh_from_db()
    assert (complaint.customer, rows_named_by(complaint, staff)[0].named.customer) == (customer, customer)


def test_a_shipment_is_chosen_and_taken_off_on_the_page_of_the_case_without_scripts(desk, staff):
    customer = make_customer()
    shipment = make_shipment(customer=customer, bl_no="COSU1", quantity=123)
    complaint = make_complaint(customer=customer, bl_no="COSU1")
    address = reverse("feedback:complaint_shipments", args=[complaint.pk])

    offered = desk.get(address).content.decode()
    desk.post(address, {"shipment": shipment.pk})
    case = desk.get(reverse("feedback:complaint", args=[complaint.pk])).content.decode()
    link = complaint.shipment_links.get()
    desk.post(reverse("feedback:complaint_shipment_remove", args=[link.pk]))

    assert f'name="shipment" value="{shipment.pk}"' in offered
    assert shipment.get_absolute_url() in case
    assert ">123<" in case
    assert link.linked_by == staff
    assert named(complaint) == []


def test_typing_fetches_the_found_rows_only(desk):
    shipment = make_shipment(vessel="新青岛")
    complaint = make_complaint()
    address = reverse("feedback:complaint_shipments", args=[complaint.pk])

    found = desk.get(f"{address}?q=新青岛", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="found-shipments").content.decode()
    nothing = desk.get(f"{address}?q=无此船").content.decode()

    assert found.lstrip().startswith('<section id="found-shipments"')
    assert shipment.get_absolute_url() in found
    assert shipment.get_absolute_url() not in nothing


@pytest.mark.parametrize("key", ["", "x", "0", "99999999999999999999", "²"])
def test_a_row_that_is_none_is_not_found(desk, key):
    complaint = make_complaint()

    answer = desk.post(reverse("feedback:complaint_shipments", args=[complaint.pk]), {"shipment": key})

    assert (answer.status_code, named(complaint)) == (404, [])


def test_the_auditor_reads_what_a_case_names_and_chooses_nothing(client):
    shipment = make_shipment()
    complaint = make_complaint(shipments=[shipment])
    client.force_login(make_user(Role.AUDITOR))

    case = client.get(reverse("feedback:complaint", args=[complaint.pk])).content.decode()
    refused = client.post(reverse("feedback:complaint_shipment_remove", args=[complaint.shipment_links.get().pk]))

    assert shipment.get_absolute_url() in case
    assert reverse("feedback:complaint_shipments", args=[complaint.pk]) not in case
    assert (refused.status_code, named(complaint)) == (403, [shipment.pk])


def test_a_form_offers_rows_by_what_is_typed_keeps_what_is_ticked_and_records_it(desk):
    customer = make_customer()
    ticked, offered = make_shipment(customer=customer, bl_no="B1"), make_shipment(customer=customer, bl_no="B2")
    address = reverse("feedback:complaint_create")
    typed = {"subject": "货损", "description": "水湿", "group": "other", "severity": "normal", "received_on": "2026-11-20"}
    typed |= {"customer": customer.pk, "bl_no": "B2", "shipments": [ticked.pk]}

    asked = desk.get(address, {"customer": customer.pk, "bl_no": "B2", "shipments": ticked.pk}).context["form"]
    looked = desk.post(address, typed | {"look": "1"}).context["form"]
    desk.post(address, typed | {"shipments": [ticked.pk, offered.pk]})

    for form in (asked, looked):
        assert [key for key, _label in form.fields["shipments"].choices] == [str(ticked.pk), str(offered.pk)]
        assert form["shipments"].value() == [str(ticked.pk)]
    assert (looked["subject"].value(), looked.errors) == ("货损", {})
    assert named(Complaint.objects.get()) == [ticked.pk, offered.pk]


def test_a_form_takes_no_row_that_was_not_offered(desk):
    stranger = make_shipment()
    typed = {"subject": "货损", "description": "水湿", "group": "other", "severity": "normal", "received_on": "2026-11-20"}

    for key in ("x", "²", "9" * 30, "-1", str(stranger.pk + 1)):
        answer = desk.post(reverse("feedback:complaint_create"), typed | {"company_name": "东海", "shipments": [key]})
        assert list(answer.context["form"].errors) == ["shipments"]
    assert Complaint.objects.count() == 0


def test_the_page_of_a_ledger_row_shows_its_complaints_to_those_who_may_read_them(desk, client):
    shipment = make_shipment()
    complaint = make_complaint(shipments=[shipment])
    make_complaint()
    part = reverse("feedback:shipment_complaints", args=[shipment.pk])

    page = desk.get(shipment.get_absolute_url()).content.decode()
    shown = desk.get(part, HTTP_HX_REQUEST="true")

    assert part in page
    assert list(shown.context["complaints"]) == [complaint]
    assert f"?customer={shipment.customer_id}&amp;shipments={shipment.pk}" in shown.content.decode()
    client.force_login(make_user(Role.ADMIN))
    assert client.get(part).status_code == 403


def test_the_list_asks_for_cases_with_and_without_cargo_and_for_those_of_one_row(desk):
    shipment = make_shipment()
    first, second = make_complaint(shipments=[shipment, make_shipment()]), make_complaint()
    address = reverse("feedback:complaint_list")

    def listed(query: str) -> list[bool]:
        html = desk.get(f"{address}?{query}").content.decode()
        return [one.number in html for one in (first, second)]

    assert listed("has_shipment=true") == [True, False]
    assert listed("has_shipment=false") == [False, True]
    assert listed(f"shipment={shipment.pk}") == [True, False]


def test_the_api_reads_records_and_changes_what_a_case_names(client, staff):
    first, second = make_shipment(), make_shipment()
    client.force_login(make_user(Role.SERVICE))
    address = "/api/v1/feedback/complaints/"
    told = {"subject": "货损", "description": "水湿", "company_name": "东海", "shipments": [first.pk]}

    made = client.post(address, told, content_type="application/json").json()
    one = f"{address}{made['id']}/"
    changed = client.patch(one, {"shipments": [second.pk]}, content_type="application/json").json()
    untouched = client.patch(one, {"berth": "8"}, content_type="application/json").json()
    unknown = client.patch(one, {"shipments": [0]}, content_type="application/json")
    emptied = client.patch(one, {"shipments": []}, content_type="application/json").json()

    assert [row["shipments"] for row in (made, changed, untouched, emptied)] == [[first.pk], [second.pk], [second.pk], []]
    assert (unknown.status_code, list(unknown.json())) == (400, ["shipments"])


@pytest.mark.parametrize("rows", [1, 3])
def test_a_case_asks_for_its_cargo_in_three_queries(rows, staff):
    complaint = make_complaint(shipments=[make_shipment() for _ in range(rows)])
    system_user()

    with CaptureQueriesContext(connection) as queries:
        found = rows_named_by(complaint, staff)
        assert [one.stands.customer.label for one in found] == [one.named.customer.label for one in found]

    assert (len(found), len(queries)) == (rows, 3)


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_are_offered_in_two_queries(rows, staff):
    customer = make_customer()
    for _ in range(rows):
        make_shipment(customer=customer, bl_no="B1")

    with CaptureQueriesContext(connection) as queries:
        found = meant(staff, "B1", customer=customer)

    assert (len(found), len(queries)) == (rows, 2)
