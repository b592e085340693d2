"""Events of mail services: who may tell them, that each is kept once, and what they do."""

import base64
import datetime as dt
import json
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox.enums import EventState, MailState
from portcrm.outbox.models import AddressBlock, MailEvent, MailReport
from portcrm.outbox.returns.providers import PROVIDERS, events_of
from portcrm.outbox.services.events import read_events, store_events
from portcrm.outbox.tests.factories import make_mail

pytestmark = pytest.mark.django_db
SECRET = "a-secret-of-our-own"
BEARER = f"Bearer {SECRET}"


@pytest.fixture(autouse=True)
def secret(settings):
    settings.MAIL_WEBHOOK_SECRET = SECRET


def post(body, *, provider: str = "generic", shown: str = BEARER):
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    return client.post(
        reverse("hooks:mail_events", args=[provider]), text, content_type="application/json", headers={"Authorization": shown}
    )


def told(mail, event: str, **fields) -> dict:
    return {"events": [{"id": "e1", "message_id": mail.message_id, "event": event, "words": "550 5.1.1 user unknown"} | fields]}


def sent(**fields):
    return make_mail(**{"state": MailState.SENT, "settled_at": now()} | fields)


def read(**fields) -> int:
    return read_events(**{"at": now(), "by": system_user()} | fields)


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        (BEARER, 200),
        ("Basic " + base64.b64encode(f"mail:{SECRET}".encode()).decode(), 200),
        ("Basic !!!", 403),
        ("Bearer another", 403),
        ("Bearer ", 403),
        (SECRET, 403),
        ("", 403),
        ("Bearer 密", 403),
    ],
)
def test_only_who_shows_the_secret_is_listened_to(shown, status):
    response = post(told(sent(), "hard"), shown=shown)

    assert (response.status_code, MailEvent.objects.count()) == (status, int(status == 200))


def test_without_a_secret_of_ours_there_is_no_such_address(settings):
    settings.MAIL_WEBHOOK_SECRET = ""

    assert post({"events": []}, shown="Bearer ").status_code == 404


@pytest.mark.parametrize(
    ("body", "provider", "status"),
    [
        ("{", "generic", 400),
        ('{"events": [1]}', "generic", 400),
        ('["events"]', "generic", 400),
        ("[" * 100_000, "generic", 400),
        (b"\xff\xfe", "generic", 400),
        ("{}", "sendgrid", 400),
        ("[]", "sendgrid", 200),
        ("[]", "nobody", 404),
    ],
)
def test_what_is_no_event_is_refused_and_nothing_is_kept(body, provider, status):
    assert post(body, provider=provider).status_code == status
    assert not MailEvent.objects.exists()


def test_the_request_keeps_the_event_and_a_job_does_what_it_says():
    mail = sent()

    post(told(mail, "hard"))
    mail.refresh_from_db()
    before = mail.state
    settled = read()

    mail.refresh_from_db()
    assert (before, settled, mail.state) == (MailState.SENT, 1, MailState.BOUNCED)
    assert AddressBlock.objects.get().address == mail.to_address
    assert MailEvent.objects.get().body["words"] == "550 5.1.1 user unknown"


def test_an_event_told_again_is_one_event_with_one_effect():
    mail = sent()

    for _time in range(3):
        post(told(mail, "soft"))
        read()

    assert (MailEvent.objects.count(), MailReport.objects.count()) == (1, 1)
    assert not AddressBlock.objects.exists()


def test_an_event_without_an_id_is_known_by_what_it_says():
    mail = sent()

    for words in ("552 full", "552 full", "552 still full"):
        post(told(mail, "soft", id=None, words=words))

    assert MailEvent.objects.count() == 2


def test_an_event_before_our_own_record_waits_for_it():
    event = {"id": "e1", "message_id": "<later@portcrm.invalid>", "event": "hard"}
    store_events(provider="generic", events=[("e1", event)], at=now(), by=system_user())

    early = read()
    mail = sent(message_id="<later@portcrm.invalid>")
    late = read()

    mail.refresh_from_db()
    assert (early, late, mail.state) == (0, 1, MailState.BOUNCED)


def test_an_event_about_no_mail_of_ours_is_given_up_after_an_hour_and_kept():
    event = {"id": "e1", "message_id": "<stranger@elsewhere.invalid>", "event": "hard"}
    store_events(provider="generic", events=[("e1", event)], at=now() - dt.timedelta(minutes=61), by=system_user())

    assert read() == 1
    assert MailEvent.objects.get().state == EventState.WITHOUT_MAIL


def test_an_uncertain_mail_is_settled_by_a_delivery():
    mail = make_mail(state=MailState.UNCERTAIN)

    post(told(mail, "delivered", words="250 OK"))
    read()

    mail.refresh_from_db()
    assert mail.state == MailState.SENT


@pytest.mark.parametrize("event", ["opened", "", None, 7, {"a": 1}])
def test_what_concerns_us_not_is_kept_and_changes_nothing(event):
    mail = sent()

    post(told(mail, event))
    read()

    mail.refresh_from_db()
    assert (mail.state, MailEvent.objects.get().state) == (MailState.SENT, EventState.DONE)
    assert not MailReport.objects.exists()


def test_characters_the_database_cannot_keep_stop_nothing():
    assert post('{"events": [{"id": "a\\u0000b", "words": "x\\u0000y\\ud800", "at": [NaN, 1e999], "event": "hard"}]}').status_code == 200
    assert read(at=now() + dt.timedelta(hours=2)) == 1


@pytest.mark.parametrize(
    ("event", "fate"),
    [
        ({"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 The email account does not exist."}, "hard"),
        ({"event": "bounce", "type": "bounce", "status": "5.2.2", "reason": "552 5.2.2 mailbox full"}, "soft"),
        ({"event": "bounce", "type": "blocked", "status": "5.7.1", "reason": "550 5.7.1 blocked using a list"}, "policy"),
        ({"event": "bounce", "type": "blocked", "reason": "550 no"}, "soft"),
        ({"event": "delivered", "response": "250 OK"}, "delivered"),
        ({"event": "spamreport"}, "complained"),
        ({"event": "deferred", "response": "400 try again later"}, ""),
        ({"event": "open"}, ""),
    ],
)
def test_what_sendgrid_tells_in_our_words(event, fate):
    posted = json.dumps([{"sg_event_id": "x1", "smtp-id": "<a@portcrm.invalid>", "email": "a@b.invalid", "timestamp": 1} | event])

    ((key, single),) = events_of(PROVIDERS["sendgrid"], posted.encode())
    read = PROVIDERS["sendgrid"].read(single)

    assert (key, read.message_id, read.fate) == ("x1", "<a@portcrm.invalid>", fate)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_workers_read_an_event_once():
    mails = [sent(to_address=f"r{number}@customer.invalid") for number in range(6)]
    events = [(f"e{mail.pk}", {"message_id": mail.message_id, "event": "hard"}) for mail in mails]
    store_events(provider="generic", events=events, at=now(), by=system_user())
    actor, barrier, done = system_user(), threading.Barrier(2), []

    def work():
        barrier.wait(timeout=10)
        done.append(read(by=actor))
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)

    assert sum(done) == 6
    assert (MailReport.objects.count(), AddressBlock.objects.count()) == (6, 6)
