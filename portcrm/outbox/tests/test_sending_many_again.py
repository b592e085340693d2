"""Mails of unknown outcome are looked through as a list, and sent again together once somebody has decided so."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.bulk.actions import registry
from portcrm.bulk.models import BulkRefusal
from portcrm.bulk.running import run_bulk
from portcrm.bulk.services.runs import start_run
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import make_mail

pytestmark = pytest.mark.django_db
RECORD = "outbox.outgoingemail"
CHOOSE = reverse("bulk:choose", args=[RECORD])


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(make_user(role, language="en"))
    return client


@pytest.mark.django_db(transaction=True)
def test_each_mail_of_unknown_outcome_is_queued_again_and_the_others_say_why_not():
    unknown = [make_mail(state=MailState.UNCERTAIN, attempts=1) for _number in range(3)]
    sent = make_mail(state=MailState.SENT, settled_at="2026-01-01T00:00:00Z")

    run = start_run(
        chosen=registry.actions[RECORD, "send_again"], rows=OutgoingEmail.objects.all(), values={}, query="", by=make_user(Role.SERVICE)
    )
    run_bulk(run.pk)

    assert set(OutgoingEmail.objects.filter(pk__in=[mail.pk for mail in unknown]).values_list("state", "attempts")) == {("waiting", 0)}
    assert AuditEvent.objects.filter(action="outbox.send_again").count() == 3
    refusal = BulkRefusal.objects.get()
    with translation.override("en"):
        assert (refusal.target, refusal.sentence) == (
            sent.pk,
            "Only a mail that failed or whose outcome is unknown can be sent again.",
        )
    sent.refresh_from_db()
    assert sent.state == MailState.SENT


def test_before_anything_is_sent_the_exact_number_is_shown():
    for _number in range(3):
        make_mail(state=MailState.UNCERTAIN)
    make_mail()
    client = client_of(Role.SERVICE)

    page = client.get(CHOOSE, {"action": "send_again", "list": "state=uncertain", "all": "1"}).content.decode()

    assert "All 3 results of the list" in page
    assert OutgoingEmail.objects.filter(state=MailState.UNCERTAIN).count() == 3


def test_who_may_only_read_is_offered_no_box_and_refused():
    make_mail(state=MailState.UNCERTAIN)
    client = client_of(Role.AUDITOR)

    bar = client.get(reverse("outbox:email_list")).context["listing"].bulk
    answer = client.get(CHOOSE, {"action": "send_again", "list": "state=uncertain", "all": "1"})

    assert (bar, answer.status_code) == (None, 403)
