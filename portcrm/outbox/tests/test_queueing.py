import datetime as dt

import pytest
from django.db import transaction
from django.utils import translation

from portcrm.celery import app
from portcrm.clock import now
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.services import queue_email, queue_emails
from portcrm.outbox.tests.factories import make_draft, make_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def nudges(monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **_options: sent.append(name))
    return sent


def test_a_key_that_exists_keeps_its_first_mail():
    first = queue_email(make_draft(dedupe_key="survey:1:7:invite", subject="Please answer"))

    again = queue_email(make_draft(dedupe_key="survey:1:7:invite", subject="Please answer again"))

    assert again.pk == first.pk
    assert list(OutgoingEmail.objects.values_list("subject", flat=True)) == ["Please answer"]


def test_mails_are_given_back_by_key_whether_new_or_known():
    known = make_mail(dedupe_key="a")

    rows = queue_emails([make_draft(dedupe_key="a"), make_draft(dedupe_key="b")])

    assert sorted(rows) == ["a", "b"]
    assert rows["a"].pk == known.pk


def test_each_mail_has_its_own_message_id_from_the_start(settings):
    settings.DEFAULT_FROM_EMAIL = "Example Port <survey@port.invalid>"

    first, second = make_mail(), make_mail()

    assert first.message_id != second.message_id
    assert first.message_id.endswith("@port.invalid>")


def test_one_wrong_address_does_not_stop_the_others():
    rows = queue_emails([make_draft(dedupe_key="a", to_address="no address"), make_draft(dedupe_key="b")])

    with translation.override("en"):
        assert (rows["a"].state, rows["a"].reason_text) == (MailState.FAILED, "This is not an e-mail address.")
    assert rows["b"].state == MailState.WAITING


def test_a_domain_in_other_letters_is_written_as_mail_servers_read_it():
    mail = make_mail(to_address="li@港口客户.cn")

    assert (mail.to_address, mail.state) == ("li@xn--6or23ppyfdzn.cn", MailState.WAITING)


@pytest.mark.parametrize("domain", ["港" * 60 + ".cn", ".".join(["港口客户"] * 20) + ".cn"])
def test_an_address_no_mail_server_can_read_does_not_stop_the_others(domain):
    rows = queue_emails([make_draft(dedupe_key="a", to_address=f"{'l' * 64}@{domain}"), make_draft(dedupe_key="b")])

    assert (rows["a"].state, rows["b"].state) == (MailState.FAILED, MailState.WAITING)


def test_line_breaks_cannot_add_headers():
    mail = make_mail(subject="Hello\r\nBcc: stranger@elsewhere.invalid", to_name="A\nB")

    assert (mail.subject, mail.to_name) == ("Hello Bcc: stranger@elsewhere.invalid", "A B")


def test_a_mail_for_later_is_due_then():
    tomorrow = now() + dt.timedelta(days=1)

    mail = make_mail(not_before=tomorrow)

    assert mail.due_at == tomorrow
    assert not OutgoingEmail.objects.due(now()).exists()


def test_a_worker_is_nudged_once_when_the_transaction_commits(nudges, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        queue_emails([make_draft(), make_draft()])
        before_commit = list(nudges)

    assert (before_commit, nudges) == ([], ["portcrm.outbox.deliver"])


def test_a_mail_goes_with_its_business_change_when_that_is_rolled_back(nudges):
    with transaction.atomic():
        make_mail()
        transaction.set_rollback(True)

    assert (OutgoingEmail.objects.count(), nudges) == (0, [])
