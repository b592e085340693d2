"""Mails to the complaint mailbox, read over a real IMAP connection: each becomes one case, one message, or is kept with its reason."""

import base64

import pytest
from django.test import Client
from django.urls import reverse

from customers.tests.factories import make_contact, make_customer
from feedback.models import Complaint, InboundMail
from feedback.queries.complaints import files_sent
from feedback.services.clocks import wait_for_customer
from feedback.services.complaints import assign_complaint
from feedback.services.fetching import fetch_complaints
from feedback.services.inbox import forget_old_mails
from feedback.tests.factories import DAY, a_mail, make_complaint, make_inbound, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.notices.models import Notice
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.returns.incoming import text_of_html
from portcrm.outbox.tests.imap_server import Box, imap_server

pytestmark = pytest.mark.django_db
LIST_QUERIES = 3
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


@pytest.fixture
def box(settings):
    found = Box()
    with imap_server(found) as address:
        settings.COMPLAINT_IMAP_URL = address
        yield found


def with_files(*files: tuple[str, bytes], **headers: str) -> bytes:
    parts = "".join(
        f'--cut\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(content).decode()}\r\n"
        for name, content in files
    )
    words = f"--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n见照片\r\n{parts}--cut--\r\n"
    return a_mail(**{"Content_Type": 'multipart/mixed; boundary="cut"', "text": words} | headers)


def acknowledgements() -> int:
    return OutgoingEmail.objects.filter(kind="feedback.complaint_received").count()


def test_a_mail_becomes_a_case_and_is_acknowledged_without_its_words(box):
    box.put(a_mail(From="Someone <desk@customer.invalid>", Subject="Crane late"))

    assert fetch_complaints() == 1

    case = Complaint.objects.get()
    assert (case.subject, case.description, case.by_mail) == ("Crane late", "岸桥等待三小时，货主催促。", True)
    assert (case.reporter_email, case.reporter_name, case.customer) == ("desk@customer.invalid", "Someone", None)
    mail = OutgoingEmail.objects.get(kind="feedback.complaint_received")
    assert (mail.to_address, case.number in mail.subject, "Crane late" in mail.text) == ("desk@customer.invalid", True, False)
    assert box.seen == {1}


def test_a_known_address_files_it_under_the_customer_and_proves_nothing():
    contact = make_contact(email="Wang@customer.invalid", customer=make_customer())

    mail = make_inbound(From="wang@customer.invalid", Subject="Secret words")

    case = mail.complaint
    assert (case.contact, case.customer, case.by_mail) == (contact, contact.customer, True)
    assert "Secret words" not in OutgoingEmail.objects.get(kind="feedback.complaint_received").text


def test_an_address_two_contacts_share_names_neither():
    for _number in range(2):
        make_contact(email="desk@customer.invalid", customer=make_customer())

    assert make_inbound(From="desk@customer.invalid").complaint.contact is None


def test_a_line_that_breaks_before_the_mark_opens_no_second_case(box):
    box.put(a_mail())
    box.cut_at = "STORE"

    fetch_complaints()
    box.cut_at = ""
    fetch_complaints()

    assert (Complaint.objects.count(), InboundMail.objects.count(), acknowledgements(), box.seen) == (1, 1, 1, {1})


def test_the_same_mail_through_two_servers_is_one_case():
    for hop in ("a", "b"):
        make_inbound(Received=f"from {hop}", Message_ID="<same@customer.invalid>")

    assert Complaint.objects.count() == 1


def test_an_answer_to_our_mail_is_put_on_its_case_whoever_sends_it():
    owner = make_staff()
    case = make_inbound(Subject="First").complaint
    assign_complaint(complaint=case, owner=owner, at=now(), by=owner)
    wait_for_customer(complaint=case, reason="the B/L", at=now(), by=owner)
    ours = OutgoingEmail.objects.get(kind="feedback.complaint_received")

    mail = make_inbound(From="colleague@customer.invalid", In_Reply_To=ours.message_id, text="提单号 ABC123")

    assert (Complaint.objects.count(), mail.complaint, mail.state) == (1, case, "added")
    assert case.notes.filter(text__contains="colleague@customer.invalid", text__endswith="提单号 ABC123").count() == 1
    assert case.pauses.filter(until_at=None).count() == 0
    assert Notice.objects.filter(recipient=owner, kind="complaint.wrote").count() == 1
    assert acknowledgements() == 1


def test_a_number_in_the_subject_counts_from_the_address_of_the_case_only():
    case = make_complaint(reporter_email="wang@customer.invalid")

    theirs = make_inbound(From="WANG@customer.invalid", Subject=f"Re: {case.number}")
    strangers = make_inbound(From="other@else.invalid", Subject=f"Re: {case.number}")

    assert (theirs.complaint, strangers.complaint == case, strangers.state) == (case, False, "case")


def test_their_own_next_mail_in_the_thread_is_no_second_case():
    first = make_inbound(Message_ID="<first@customer.invalid>")

    second = make_inbound(References="<first@customer.invalid>")

    assert second.complaint == first.complaint


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"Precedence": "auto_reply"}, "automatic"),
        ({"Subject": "自动回复：休假"}, "automatic"),
        ({"Return_Path": "<>"}, "automatic"),
        ({"Precedence": "bulk"}, "list"),
        ({"List_Id": "<news.customer.invalid>"}, "list"),
        ({"From": "survey@portcrm.invalid"}, "ours"),
        ({"From": ""}, "empty"),
    ],
)
def test_what_no_person_wrote_opens_nothing_and_is_kept_with_its_reason(headers, reason, settings):
    settings.DEFAULT_FROM_EMAIL = "survey@portcrm.invalid"

    mail = make_inbound(**headers)

    assert (mail.state, mail.reason, mail.complaint) == ("left", reason, None)
    assert (Complaint.objects.count(), OutgoingEmail.objects.count()) == (0, 0)


def test_our_own_mail_that_comes_round_opens_nothing():
    make_inbound()
    ours = OutgoingEmail.objects.get()

    assert make_inbound(Message_ID=ours.message_id).reason == "ours"


def test_one_sender_is_acknowledged_once_an_hour_and_cannot_flood(settings):
    settings.COMPLAINTS_AN_HOUR = 3

    mails = [make_inbound() for _number in range(5)]

    assert [mail.reason for mail in mails] == ["", "", "", "too_many", "too_many"]
    assert (Complaint.objects.count(), acknowledgements()) == (3, 1)


def test_files_are_kept_on_the_case_and_what_is_over_the_limit_is_told(settings):
    settings.MAX_UPLOAD_BYTES = 1000

    mail = make_inbound(with_files(("photo.png", PNG), ("large.png", PNG + b"0" * 2000), ("virus.exe", b"MZ\x90")))

    assert files_sent(mail.complaint) == ["photo.png"]
    assert [sentence["en"].split(":")[0] for sentence in mail.left_out] == ["large.png", "virus.exe"]
    assert mail.complaint.notes.filter(text__contains="large.png").count() == 1


def test_a_page_is_read_as_its_words():
    page = "<head><style>p{}</style></head><script>alert(1)</script><p>吊机&nbsp;晚了 &lt;3&gt;</p><div>请<b>赔偿</b></div>"

    assert text_of_html(page).split("\n") == ["吊机 晚了 <3>", "请 赔偿"]


def test_bytes_that_are_no_mail_are_kept_and_stop_nothing(box):
    box.put(b"\xff\xfe\x00\x01 no mail at all")
    box.put(a_mail())

    assert fetch_complaints() == 2
    assert list(InboundMail.objects.order_by("pk").values_list("state", flat=True)) == ["left", "case"]


def test_without_a_mailbox_nothing_is_asked(settings):
    settings.COMPLAINT_IMAP_URL = ""

    assert fetch_complaints() == 0


def test_old_mails_go_and_their_cases_stay():
    old = make_inbound()
    InboundMail.objects.filter(pk=old.pk).update(received_at=now() - 200 * DAY)
    make_inbound()

    forget_old_mails(today=port_today(), by=system_user())

    assert (InboundMail.objects.count(), Complaint.objects.count()) == (1, 2)


def test_who_may_not_read_complaints_reads_no_mail():
    mail = make_inbound(Subject="Secret offer")
    client = Client()
    client.force_login(make_user(Role.ADMIN))

    for url in (reverse("feedback:inbound_list"), mail.get_absolute_url()):
        response = client.get(url)

        assert (response.status_code, "Secret offer" in response.content.decode()) == (403, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number_of_mails(count, django_assert_num_queries):
    for _number in range(count):
        make_inbound()
    client = Client()
    client.force_login(make_staff())
    client.get(reverse("feedback:inbound_list"))

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("feedback:inbound_list"))


def test_the_page_of_a_mail_shows_markup_as_text():
    mail = make_inbound(text="<script>alert(1)</script>")
    client = Client()
    client.force_login(make_staff(language="en"))

    page = client.get(mail.get_absolute_url()).content.decode()

    assert ("<script>alert(1)" in page, "&lt;script&gt;alert(1)" in page) == (False, True)
