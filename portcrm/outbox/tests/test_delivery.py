import datetime as dt
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.db import connection
from django.db.models import F
from django.utils import translation

from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today
from portcrm.outbox import delivery, kinds
from portcrm.outbox.delivery import deliver_due, sweep
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutboxControl, OutgoingEmail
from portcrm.outbox.services import bring_forward, queue_emails, suppress
from portcrm.outbox.tests.factories import claim_next, make_draft, make_mail

pytestmark = [pytest.mark.django_db, pytest.mark.outbox]
LONG_AGO = now() - dt.timedelta(hours=1)


def reload(mail: OutgoingEmail) -> OutgoingEmail:
    return OutgoingEmail.objects.get(pk=mail.pk)


def state_and_reason(mail: OutgoingEmail) -> tuple[str, str]:
    with translation.override("en"):
        return reload(mail).state, reload(mail).reason_text


def test_a_mail_arrives_as_it_was_written(mailbox):
    mail = make_mail(to_address="li@customer.invalid", to_name="李 经理", subject="码头服务意见征询", text="您好\n.以点开头\n")

    deliver_due()

    ((address, message),) = mailbox.received
    stored = reload(mail)
    assert address == "li@customer.invalid"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_payload(decode=True).decode() == "您好\r\n.以点开头\r\n"
    assert (stored.state, stored.answer) == (MailState.SENT, "250 OK queued as 1")


@pytest.mark.parametrize("name", ["=?utf-8?q?=0aX?=", "=?utf-8?q?Bank?= <bank@elsewhere.invalid>", '李, "经理" =?', 'Li, "The" Manager'])
def test_a_name_is_read_as_it_was_typed_whatever_it_looks_like(mailbox, name):
    make_mail(to_address="li@customer.invalid", to_name=name, service_mail=True)
    other = make_mail()

    deliver_due()

    (address, message), (next_address, _message) = mailbox.received
    shown, shown_address = parseaddr(message["To"])
    assert (address, shown_address, next_address) == ("li@customer.invalid", "li@customer.invalid", other.to_address)
    assert str(make_header(decode_header(shown))) == name


@pytest.mark.parametrize("field", ["to_address", "subject"])
def test_a_mail_no_server_can_read_is_given_up_at_once_and_the_others_go(mailbox, field):
    broken = make_mail()
    stored = {"to_address": "li@客户.invalid", "subject": "Hello\nBcc: stranger@elsewhere.invalid"}[field]
    OutgoingEmail.objects.filter(pk=broken.pk).update(**{field: stored})
    other = make_mail()

    deliver_due()

    assert state_and_reason(broken) == (MailState.FAILED, "The mail cannot be put into the form that mail servers read.")
    assert mailbox.recipients == [other.to_address]


def test_several_mails_share_a_connection_and_arrive_once_each(mailbox):
    queue_emails(make_draft(to_address=f"a{number}@customer.invalid") for number in range(5))

    done = deliver_due()

    assert sorted(mailbox.recipients) == [f"a{number}@customer.invalid" for number in range(5)]
    assert (done.sent, done.other, done.more) == (5, 0, False)


def test_sending_twice_sends_once(mailbox):
    make_mail()

    deliver_due()
    deliver_due()

    assert len(mailbox.received) == 1


def test_the_personal_link_is_filled_in_on_the_way_only(mailbox, registered):
    kinds.register_link("test.note", lambda ref: f"https://port.invalid/o/{ref}?a=1&b=2")
    mail = make_mail(text=f"Answer: {kinds.LINK_PLACEHOLDER}", html=f'<a href="{kinds.LINK_PLACEHOLDER}">x</a>', link_ref="abc")

    deliver_due()

    plain, html = (part.get_payload(decode=True).decode() for part in mailbox.received[0][1].get_payload())
    assert plain.strip() == "Answer: https://port.invalid/o/abc?a=1&b=2"
    assert html.strip() == '<a href="https://port.invalid/o/abc?a=1&amp;b=2">x</a>'
    assert "port.invalid" not in reload(mail).text + reload(mail).html


def test_a_mail_whose_link_is_missing_is_not_sent_without_it(mailbox):
    mail = make_mail(text=kinds.LINK_PLACEHOLDER, link_ref="abc")

    deliver_due()

    assert mailbox.received == []
    assert state_and_reason(mail) == (MailState.WAITING, "The mail could not be prepared.")


def test_a_mail_is_held_back_when_its_reason_to_go_has_passed(mailbox, registered):
    kinds.register_delivery_check("test.note", lambda mail: "answered" if mail.to_name == "answered" else "")
    answered, open_ = make_mail(to_name="answered"), make_mail()

    deliver_due()

    assert mailbox.recipients == [open_.to_address]
    assert state_and_reason(answered) == (MailState.WITHHELD, "answered")


def test_an_address_that_was_blocked_after_the_mail_was_written_gets_none_unless_it_wrote_to_us(mailbox):
    survey, reply = make_mail(to_address="Li@customer.invalid"), make_mail(to_address="li@customer.invalid", service_mail=True)
    suppress(addresses=["li@customer.invalid"], since=port_today(), by=system_user())

    deliver_due()

    assert mailbox.recipients == [reply.to_address]
    assert state_and_reason(survey) == (MailState.WITHHELD, "The person asked not to be kept and not to be written to.")


@pytest.mark.parametrize("stage", ["rcpt_answers", "text_answers"])
def test_a_recipient_refused_for_good_is_not_tried_again(mailbox, stage):
    getattr(mailbox, stage)["gone@customer.invalid"] = "550 No such person here"
    mail = make_mail(to_address="gone@customer.invalid")
    other = make_mail()

    deliver_due()

    stored = reload(mail)
    assert (stored.state, stored.answer) == (MailState.FAILED, "550 No such person here")
    assert mailbox.recipients == [other.to_address]


@pytest.mark.parametrize("stage", ["rcpt_answers", "text_answers"])
def test_a_recipient_refused_for_now_is_tried_again_later_and_five_times_at_most(mailbox, stage):
    getattr(mailbox, stage)["busy@customer.invalid"] = "450 Try again later"
    mail = make_mail(to_address="busy@customer.invalid")

    seen = []
    for _attempt in range(7):
        deliver_due()
        stored = reload(mail)
        seen.append((stored.state, stored.attempts))
        OutgoingEmail.objects.filter(pk=mail.pk, state=MailState.WAITING).update(due_at=LONG_AGO)

    assert seen == [("waiting", 1), ("waiting", 2), ("waiting", 3), ("waiting", 4)] + [("failed", 5)] * 3
    assert mailbox.received == []


def test_a_retry_waits_a_while(mailbox):
    mailbox.rcpt_answers["busy@customer.invalid"] = "450 Try again later"
    mail = make_mail(to_address="busy@customer.invalid")

    deliver_due()

    pause = reload(mail).due_at - now()
    assert dt.timedelta(seconds=30) < pause < dt.timedelta(seconds=80)


def test_a_line_cut_after_the_text_leaves_the_outcome_unknown_and_is_not_repeated(mailbox):
    mailbox.drop_after_text.add("li@customer.invalid")
    mail = make_mail(to_address="li@customer.invalid")

    for _attempt in range(3):
        deliver_due()
        sweep()

    assert mailbox.recipients == ["li@customer.invalid"]
    assert state_and_reason(mail) == (MailState.UNCERTAIN, "The mail server did not confirm it; it may have arrived.")


@pytest.mark.parametrize("answer", ["queued, thanks", "251 Forwarded elsewhere", "354 Go on"])
def test_an_answer_to_the_text_that_is_no_clear_word_leaves_the_outcome_unknown(mailbox, answer):
    mailbox.after_text = answer
    mail = make_mail(to_address="li@customer.invalid")

    for _attempt in range(2):
        deliver_due()
        OutgoingEmail.objects.filter(state=MailState.WAITING).update(due_at=LONG_AGO)

    assert mailbox.recipients == ["li@customer.invalid"]
    assert state_and_reason(mail) == (MailState.UNCERTAIN, "The mail server did not confirm it; it may have arrived.")


def test_a_service_mail_without_confirmation_is_repeated_with_the_same_message_id(mailbox):
    mailbox.drop_after_text.add("li@customer.invalid")
    mail = make_mail(to_address="li@customer.invalid", service_mail=True)
    deliver_due()
    mailbox.drop_after_text.clear()
    OutgoingEmail.objects.filter(pk=mail.pk).update(due_at=LONG_AGO)

    deliver_due()

    assert [message["Message-ID"] for _address, message in mailbox.received] == [mail.message_id] * 2
    assert reload(mail).state == MailState.SENT


def test_a_server_that_is_away_costs_no_attempt(mailbox, settings):
    settings.EMAIL_PORT = 1  # nobody listens there
    first, second = make_mail(), make_mail()

    deliver_due()

    assert [(m.state, m.attempts) for m in (reload(first), reload(second))] == [("waiting", 0), ("waiting", 0)]
    assert state_and_reason(first)[1] == "The mail server could not be reached; it is tried again."


def test_without_a_mail_server_mails_stay_in_the_outbox(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_URL = "django.core.mail.backends.smtp.EmailBackend", ""
    mail = make_mail()

    deliver_due()

    assert (reload(mail).state, reload(mail).attempts) == (MailState.WAITING, 0)


def test_a_mail_whose_time_has_passed_is_never_sent(mailbox):
    mail = make_mail(not_after=LONG_AGO)

    sweep()
    deliver_due()

    assert mailbox.received == []
    assert state_and_reason(mail) == (MailState.EXPIRED, "Its time had passed before it could be sent.")


def test_a_mail_for_later_waits(mailbox):
    make_mail(not_before=now() + dt.timedelta(hours=1))

    deliver_due()

    assert mailbox.received == []


@pytest.mark.parametrize(("service_mail", "state"), [(False, MailState.UNCERTAIN), (True, MailState.WAITING)])
def test_a_mail_whose_worker_died_is_uncertain_unless_it_may_arrive_twice(service_mail, state):
    mail = make_mail(service_mail=service_mail)
    claim_next()
    OutgoingEmail.objects.filter(pk=mail.pk).update(lease_until=LONG_AGO)

    sweep()

    assert reload(mail).state == state


def test_a_slow_worker_still_says_that_its_mail_arrived(mailbox, monkeypatch):
    mail = make_mail()
    hand_over = delivery.Transport.hand_over

    def lease_runs_out(transport, message, before_text):
        OutgoingEmail.objects.filter(pk=mail.pk).update(lease_until=LONG_AGO)
        sweep()
        return hand_over(transport, message, before_text)

    monkeypatch.setattr(delivery.Transport, "hand_over", lease_runs_out)
    deliver_due()

    assert reload(mail).state == MailState.SENT


def test_the_rate_limit_lets_through_what_the_bucket_holds(mailbox, settings, monkeypatch):
    settings.OUTBOX_MAILS_PER_MINUTE = 1
    OutboxControl.objects.create(tokens=1)
    waits = []
    monkeypatch.setattr(delivery.time, "sleep", waits.append)
    make_mail()
    make_mail()

    deliver_due(seconds=0.3)

    assert len(mailbox.received) == 1
    assert waits  # for the next token


def test_the_first_mail_of_a_new_installation_goes_as_soon_as_the_bucket_holds_one(mailbox, settings, monkeypatch):
    settings.OUTBOX_MAILS_PER_MINUTE = 60
    OutboxControl.objects.all().delete()
    monkeypatch.setattr(delivery.time, "sleep", lambda seconds: refill(seconds))

    def refill(seconds: float) -> None:
        OutboxControl.objects.update(refilled_at=F("refilled_at") - dt.timedelta(seconds=seconds + 1))

    mail = make_mail()
    deliver_due(seconds=5)

    assert reload(mail).state == MailState.SENT


def test_without_a_token_a_mail_waits_for_its_turn_unclaimed(mailbox, settings, monkeypatch):
    settings.OUTBOX_MAILS_PER_MINUTE = 1
    OutboxControl.objects.create(tokens=0)
    mail, seen = make_mail(), []
    monkeypatch.setattr(delivery.time, "sleep", lambda _seconds: seen.append((reload(mail).state, reload(mail).attempts)))

    deliver_due(seconds=0.3)

    assert mailbox.received == []
    assert set(seen) == {(MailState.WAITING, 0)}


def test_mails_that_do_not_go_use_up_no_token(mailbox, registered, settings, monkeypatch):
    settings.OUTBOX_MAILS_PER_MINUTE = 1
    OutboxControl.objects.create(tokens=1)
    monkeypatch.setattr(delivery.time, "sleep", lambda _seconds: None)
    _, _, third = make_mail(to_name="paused"), make_mail(to_name="answered"), make_mail()

    def check(mail):
        if mail.to_name == "paused":
            raise kinds.NotYet("Paused.")
        return "Answered." if mail.to_name == "answered" else ""

    kinds.register_delivery_check("test.note", check)
    deliver_due(seconds=0.3)

    assert mailbox.recipients == [third.to_address]


def test_service_mail_goes_before_surveys_that_wait_longer(mailbox):
    survey = make_mail(due_at=LONG_AGO)
    password_link = make_mail(service_mail=True)

    deliver_due()

    assert mailbox.recipients == [password_link.to_address, survey.to_address]


@pytest.mark.database
def test_the_next_mail_is_found_by_an_index_in_its_order():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    next_mail = OutgoingEmail.objects.due(now()).select_for_update(skip_locked=True)[:1]

    plan = next_mail.explain()

    assert "Index Scan using mail_due" in plan
    assert "Sort" not in plan


def test_a_kind_may_ask_to_wait_and_the_mail_goes_once_it_is_brought_forward(mailbox, registered):
    paused = [True]

    def check(mail):
        if paused:
            raise kinds.NotYet("Paused.")
        return ""

    kinds.register_delivery_check("test.note", check)
    mail = make_mail()

    deliver_due()
    deliver_due()
    waiting = reload(mail)
    paused.clear()
    moved = bring_forward(mails=OutgoingEmail.objects.all(), by=system_user())
    deliver_due()

    assert (waiting.state, waiting.attempts, waiting.reason) == (MailState.WAITING, 0, {"zh": "Paused.", "en": "Paused."})
    assert moved == 1
    assert mailbox.recipients == [mail.to_address]
