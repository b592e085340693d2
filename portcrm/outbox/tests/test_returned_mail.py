"""Mails that come back: read from a real mailbox, each once, whatever dies in between; people settle the rest."""

import pytest
from django.test import Client
from django.urls import reverse

from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.enums import Fate, MailState, ReturnKind, ReturnState
from portcrm.outbox.fetching import fetch_returned
from portcrm.outbox.models import AddressBlock, MailReport, OutgoingEmail, ReturnedMail
from portcrm.outbox.returns.addresses import mail_named_by, return_address
from portcrm.outbox.returns.dsn import read_returned
from portcrm.outbox.services.returned import assign_returned, dismiss_returned, take_in_returned
from portcrm.outbox.tests import returned_mails
from portcrm.outbox.tests.factories import make_mail, make_returned
from portcrm.outbox.tests.imap_server import Box, imap_server

pytestmark = pytest.mark.django_db
LIST_QUERIES = 3


@pytest.fixture(autouse=True)
def comes_back_to(settings):
    settings.BOUNCE_ADDRESS = "bounce@mail.port.invalid"


@pytest.fixture
def box(settings):
    box = Box()
    with imap_server(box) as address:
        settings.BOUNCE_IMAP_URL = address
        yield box


def sent(**fields) -> OutgoingEmail:
    return make_mail(**{"state": MailState.SENT, "settled_at": now(), "to_address": "wang@customer.invalid"} | fields)


def take_in(raw: bytes) -> ReturnedMail:
    return take_in_returned(raw=raw, at=now(), by=system_user())


def fate_of(mail: OutgoingEmail) -> tuple[str, list[str]]:
    mail.refresh_from_db()
    return mail.state, list(MailReport.objects.values_list("fate", flat=True))


@pytest.mark.outbox
def test_a_mail_leaves_with_a_sender_of_its_own_and_readers_see_ours(mailbox, settings):
    senders = []

    async def note(server, session, envelope, address, options):
        senders.append(address)
        envelope.mail_from = address
        return "250 OK"

    mailbox.handle_MAIL = note
    mail = make_mail()

    deliver_due()

    (sender,), ((_to, message),) = senders, mailbox.received
    assert (mail_named_by(sender), sender.endswith("@mail.port.invalid")) == (mail.pk, True)
    assert message["From"] == settings.DEFAULT_FROM_EMAIL


@pytest.mark.outbox
def test_without_an_address_to_come_back_to_the_sender_is_the_one_readers_see(mailbox, settings):
    settings.BOUNCE_ADDRESS = ""
    make_mail()

    deliver_due()

    assert mailbox.received[0][1]["From"] == settings.DEFAULT_FROM_EMAIL
    assert return_address(1) == ""


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda address: f"<{address}>"])
def test_the_address_is_known_in_any_case_and_a_forged_one_is_not(change):
    address = return_address(17)

    assert mail_named_by(change(address)) == 17
    assert mail_named_by(address.replace("+17-", "+18-")) is None
    assert mail_named_by("bounce@mail.port.invalid") is None


def test_it_is_short_enough_for_a_mail_server():
    assert len(return_address(10**12).partition("@")[0]) <= 64


@pytest.mark.parametrize("carried", ["whole", "headers"])
def test_a_report_is_matched_by_the_mail_it_carries(carried):
    mail = sent()

    row = take_in(returned_mails.report(message_id=mail.message_id, carried=carried))

    assert (row.kind, row.state, row.mail) == (ReturnKind.REPORT, ReturnState.SETTLED, mail)
    assert fate_of(mail) == (MailState.BOUNCED, ["hard"])
    assert AddressBlock.objects.get().address == "wang@customer.invalid"


@pytest.mark.parametrize("make", [returned_mails.exchange_report, returned_mails.qq_words])
def test_a_report_that_carries_nothing_is_matched_by_the_address_it_came_to(make):
    mail = sent()

    take_in(make(to=return_address(mail.pk)))

    assert fate_of(mail) == (MailState.BOUNCED, ["hard"])


def test_chinese_words_of_a_server_are_read_and_the_quoted_number_names_the_mail():
    mail = sent()

    row = take_in(returned_mails.netease_words(message_id=mail.message_id))

    assert fate_of(mail) == (MailState.BOUNCED, ["hard"])
    assert "您的邮件被退回来了" in row.text


def test_the_signed_address_is_believed_before_the_mail_it_carries():
    mine, other = sent(), sent(to_address="li@customer.invalid")

    take_in(returned_mails.report(message_id=other.message_id, to=return_address(mine.pk)))

    assert [fate_of(mail)[0] for mail in (mine, other)] == [MailState.BOUNCED, MailState.SENT]


def test_a_full_mailbox_is_no_reason_to_give_an_address_up():
    mail = sent()

    take_in(returned_mails.report(message_id=mail.message_id, status="5.2.2", words="552 5.2.2 mailbox full"))

    assert fate_of(mail) == (MailState.BOUNCED, ["soft"])
    assert not AddressBlock.objects.exists()


def test_a_mail_that_is_only_late_is_not_called_back():
    mail = sent()

    row = take_in(returned_mails.report(message_id=mail.message_id, status="4.4.1", action="delayed"))

    assert (fate_of(mail), row.state) == ((MailState.SENT, []), ReturnState.SETTLED)


@pytest.mark.parametrize(("subject", "marked"), [("自动回复: 意见征询", True), ("Automatic reply: opinion", False), ("Re: x", True)])
def test_a_vacation_reply_is_kept_and_has_no_effect(subject, marked):
    mail = sent()

    row = take_in(returned_mails.vacation(to=return_address(mail.pk), subject=subject, marked=marked))

    assert (row.kind, row.state) == (ReturnKind.REPLY, ReturnState.SETTLED)
    assert fate_of(mail) == (MailState.SENT, [])


def test_a_person_who_quotes_a_refusal_is_read_by_a_person():
    mail = sent()

    row = take_in(returned_mails.written_by_a_person(to=return_address(mail.pk)))

    assert (row.kind, row.state) == (ReturnKind.OTHER, ReturnState.OPEN)
    assert fate_of(mail) == (MailState.SENT, [])


def test_a_report_about_no_mail_of_ours_waits_for_a_person():
    row = take_in(returned_mails.report(message_id="<stranger@elsewhere.invalid>"))

    assert (row.state, row.mail) == (ReturnState.OPEN, None)
    assert row.text.endswith(f"5.1.1 {returned_mails.UNKNOWN}")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe not a mail",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n",
        b"From: =?utf-8?B?\xff?=\r\nTo: <<>>\r\nSubject: =?nonsense?Q?x?=\r\nContent-Type: text/plain; charset=unheard-of\r\n\r\n\xc4\xe3",
    ],
)
def test_a_mail_however_broken_is_kept_for_a_person(raw):
    row = take_in(raw)

    assert (row.state, bytes(row.raw)) == (ReturnState.OPEN, raw)


def test_a_report_tells_of_each_recipient():
    late = b"Final-Recipient: rfc822; li@customer.invalid\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\nFinal-Recipient: rfc822; wang@"
    raw = returned_mails.report(message_id="<x@y>").replace(b"Final-Recipient: rfc822; wang@", late, 1)

    assert [one.fate for one in read_returned(raw).told] == ["", "hard"]


def test_what_lies_in_the_mailbox_is_taken_in_and_marked(box):
    mail = sent()
    box.put(returned_mails.report(message_id=mail.message_id))
    box.put(returned_mails.vacation(to="survey@portcrm.invalid"))

    taken = (fetch_returned(), fetch_returned())

    assert taken == (2, 0)
    assert box.seen == {1, 2}
    assert box.log_ins == ['returns "p@ss"'] * 2
    assert fate_of(mail) == (MailState.BOUNCED, ["hard"])


def test_who_dies_before_marking_reads_a_mail_again_to_no_effect(box):
    mail = sent()
    box.put(returned_mails.report(message_id=mail.message_id, status="5.2.2", words="552 5.2.2 mailbox full"))
    box.cut_at = "STORE"

    first = fetch_returned()
    box.cut_at = ""
    second = fetch_returned()

    assert (first, second) == (0, 1)
    assert ReturnedMail.objects.count() == 1
    assert fate_of(mail) == (MailState.BOUNCED, ["soft"])


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH"])
def test_a_mailbox_that_goes_away_is_asked_again_later(box, command):
    box.put(returned_mails.vacation(to="survey@portcrm.invalid"))
    box.cut_at = command

    first = fetch_returned()
    box.cut_at = ""

    assert (first, fetch_returned()) == (0, 1)


def test_where_no_mailbox_is_set_up_none_is_asked(settings):
    settings.BOUNCE_IMAP_URL = ""

    assert fetch_returned() == 0


def test_a_person_says_which_mail_came_back():
    mail, row, client = sent(), make_returned(), Client()
    client.force_login(make_user(Role.SERVICE))

    client.post(reverse("outbox:returned_assign", args=[row.pk]), {"address": "Wang@customer.invalid", "fate": "hard"})

    row.refresh_from_db()
    assert (row.state, row.mail) == (ReturnState.SETTLED, mail)
    assert fate_of(mail) == (MailState.BOUNCED, ["hard"])


def test_an_address_we_never_wrote_to_is_refused_with_the_text_kept():
    row, client = make_returned(), Client()
    client.force_login(make_user(Role.SERVICE, language="en"))

    response = client.post(reverse("outbox:returned_assign", args=[row.pk]), {"address": "who@customer.invalid", "fate": "hard"})

    assert response.status_code == 422
    assert "No mail of ours went to this address." in response.content.decode()
    assert 'value="who@customer.invalid"' in response.content.decode()


def test_a_mail_is_put_aside_with_a_remark_and_settled_once():
    row, staff = make_returned(), make_user(Role.SERVICE)

    dismiss_returned(returned=row, note="广告", at=now(), by=staff)

    assert (row.state, row.settled_by, row.note) == (ReturnState.DISMISSED, staff, "广告")
    with pytest.raises(RuleBroken):
        assign_returned(returned=row, mail=sent(), fate=Fate.HARD, at=now(), by=staff)


def test_scripts_in_a_returned_mail_are_text():
    row, client = make_returned(b"Subject: <script>alert(1)</script>\r\n\r\n<script>alert(2)</script>"), Client()
    client.force_login(make_user(Role.SERVICE))

    pages = client.get(row.get_absolute_url()).content.decode() + client.get(reverse("outbox:returned_list")).content.decode()

    assert "<script>alert" not in pages
    assert pages.count("&lt;script&gt;alert(2)") == 1


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.ADMIN, 403), (Role.OPERATIONS, 403)])
def test_who_reads_returned_mails_and_who_settles_them(role, status):
    row, client = make_returned(), Client()
    client.force_login(make_user(role))

    pages = [client.get(url) for url in (reverse("outbox:returned_list"), row.get_absolute_url())]
    settled = client.post(reverse("outbox:returned_dismiss", args=[row.pk]), {"note": ""})

    assert [one.status_code for one in pages] == [status, status]
    assert ["desk@customer.invalid" in one.content.decode() for one in pages] == [status == 200] * 2
    assert (settled.status_code, ReturnedMail.objects.open().count()) == (403, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number(count, django_assert_num_queries):
    for number in range(count):
        take_in(returned_mails.report(message_id=sent(to_address=f"r{number}@customer.invalid").message_id))
    client = Client()
    client.force_login(make_user(Role.SERVICE))
    client.get(reverse("outbox:returned_list"))

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("outbox:returned_list"))
