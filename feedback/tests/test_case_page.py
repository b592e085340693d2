"""The page of a case and the customer's tab: mails, files, ledger rows, and how many cases are left out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.tests.factories import make_customer
from feedback.services.complaints import add_note
from feedback.services.corrective import plan_action
from feedback.tests.factories import make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    return client


def read(desk, name, *args, query="") -> str:
    return desk.get(reverse(f"feedback:{name}", args=args) + query).content.decode()


@pytest.mark.parametrize(("cases", "told"), [(20, False), (22, True)])
def test_the_tab_of_a_customer_says_how_many_complaints_it_leaves_out(desk, cases, told):
    customer = make_customer()
    for _number in range(cases):
        make_complaint(customer=customer)

    html = read(desk, "customer_complaints", customer.pk)

    assert (f"All {cases} complaints of this customer" in html) is told


@pytest.mark.parametrize(("state", "warned"), [(MailState.SENT, False), (MailState.FAILED, True), (MailState.UNCERTAIN, True)])
def test_a_case_shows_whether_its_mails_arrived(desk, state, warned):
    complaint = make_complaint(reporter_email="li@customer.invalid")
    OutgoingEmail.objects.update(state=state, settled_at=now())

    html = read(desk, "complaint", complaint.pk)
    listed = read(desk, "complaint_list", query="?undelivered=true")

    assert OutgoingEmail.objects.get().get_absolute_url() in html
    assert ("did not arrive" in html, complaint.number in listed) == (warned, warned)


def test_files_of_a_case_are_read_by_the_auditor_and_added_by_those_who_work_on_it(client):
    complaint = make_complaint()
    url = reverse("files:record_files", args=["feedback.complaint", complaint.pk])
    photo = SimpleUploadedFile("dent.txt", "门上有凹痕".encode())

    answers = []
    for role in (Role.AUDITOR, Role.OPERATIONS):
        client.force_login(make_user(role))
        photo.seek(0)
        answers.append(client.post(url, {"files": photo}).status_code)
    client.force_login(make_user(Role.AUDITOR))

    assert answers == [403, 200]
    assert "dent.txt" in client.get(url).content.decode()


def test_the_bill_of_lading_of_a_case_leads_to_its_rows_of_the_ledger(desk):
    complaint = make_complaint(customer=make_customer(), bl_no="COSU6123456780", vessel="新青岛", voyage="0123E", berth="8号泊位")

    html = read(desk, "complaint", complaint.pk)

    assert f'href="{reverse("cargo:shipment_list")}?q=COSU6123456780"' in html
    for shown in ("新青岛", "0123E", "8号泊位"):
        assert shown in html


@pytest.mark.parametrize("actions", [1, 3])
def test_a_case_needs_the_same_few_queries_however_much_there_is(desk, django_assert_max_num_queries, actions):
    complaint = make_complaint(customer=make_customer(), reporter_email="li@customer.invalid")
    owner = make_staff()
    for number in range(actions):
        add_note(complaint=complaint, text=f"{number}", at=now(), by=owner)
        plan_action(complaint=complaint, what=f"{number}", owner=owner, due_on=port_today(), check_on=port_today(), by=owner)

    with django_assert_max_num_queries(14):
        read(desk, "complaint", complaint.pk)
