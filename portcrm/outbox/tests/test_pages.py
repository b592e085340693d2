import pytest
from django.test import Client
from django.urls import reverse

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.outbox import kinds
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutboxControl, OutgoingEmail
from portcrm.outbox.tests.factories import make_mail

pytestmark = pytest.mark.django_db
LIST_QUERIES = 5


def client_of(*roles, **fields) -> Client:
    client = Client()
    client.force_login(make_user(*roles, **{"language": "en"} | fields))
    return client


@pytest.fixture
def no_server(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_URL = "django.core.mail.backends.smtp.EmailBackend", ""


def test_the_outbox_lists_mails_newest_first_and_finds_a_recipient():
    make_mail(to_address="wang@customer.invalid", subject="First")
    make_mail(to_address="li@customer.invalid", subject="Second")
    client = client_of(Role.SERVICE)

    everything = client.get(reverse("outbox:email_list"))
    found = client.get(reverse("outbox:email_list"), {"q": "wang"})

    assert [mail.subject for mail in everything.context["listing"].rows] == ["Second", "First"]
    assert [mail.subject for mail in found.context["listing"].rows] == ["First"]


def test_who_may_not_see_mails_sees_none_of_them():
    mail = make_mail(subject="Secret offer", html="<p>Secret offer</p>")
    client = client_of(Role.OPERATIONS)

    for url in (reverse("outbox:email_list"), mail.get_absolute_url(), reverse("outbox:email_preview", args=[mail.pk])):
        response = client.get(url)

        assert response.status_code == 403
        assert "Secret offer" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number_of_mails(count, django_assert_num_queries):
    for _number in range(count):
        make_mail()
    client = client_of(Role.SERVICE)
    client.get(reverse("outbox:email_list"))

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("outbox:email_list"))


def test_a_mail_hides_the_personal_link_from_staff(registered):
    kinds.register_link("test.note", lambda ref: f"https://port.invalid/o/{ref}")
    mail = make_mail(text=f"Answer: {kinds.LINK_PLACEHOLDER}", html=f'<a href="{kinds.LINK_PLACEHOLDER}">x</a>', link_ref="abc")
    client = client_of(Role.SERVICE)

    page = client.get(mail.get_absolute_url()).content.decode()
    preview = client.get(reverse("outbox:email_preview", args=[mail.pk])).content.decode()

    assert "Answer: https://…/•••" in page
    assert preview == '<base target="_blank"><a href="https://…/•••">x</a>'


def test_in_the_demo_without_mail_server_the_link_works(registered, no_server, settings):
    settings.PORTCRM_DEMO = True
    kinds.register_link("test.note", lambda ref: f"https://port.invalid/o/{ref}")
    mail = make_mail(text=f"Answer: {kinds.LINK_PLACEHOLDER}", link_ref="abc")

    page = client_of(Role.SERVICE).get(mail.get_absolute_url()).content.decode()

    assert 'href="https://port.invalid/o/abc"' in page


def test_without_mail_server_but_no_demo_the_link_stays_hidden(registered, no_server):
    kinds.register_link("test.note", lambda ref: f"https://port.invalid/o/{ref}")
    mail = make_mail(text=f"Answer: {kinds.LINK_PLACEHOLDER}", link_ref="abc")

    page = client_of(Role.SERVICE).get(mail.get_absolute_url()).content.decode()

    assert "https://port.invalid" not in page


def test_the_preview_can_run_and_fetch_nothing():
    mail = make_mail(html="<script>alert(1)</script>")

    response = client_of(Role.SERVICE).get(reverse("outbox:email_preview", args=[mail.pk]))

    policy = {part.split(" ")[0]: part for part in response["Content-Security-Policy"].split("; ")}
    assert policy["default-src"] == "default-src 'none'"
    assert policy["sandbox"] == "sandbox allow-popups allow-popups-to-escape-sandbox"
    assert policy["frame-ancestors"] == "frame-ancestors 'self'"
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_mail_of_unknown_outcome_is_sent_again_by_a_person():
    mail = make_mail(state=MailState.UNCERTAIN, attempts=1)

    client_of(Role.SERVICE, name="王 经办").post(reverse("outbox:email_send_again", args=[mail.pk]))

    mail.refresh_from_db()
    event = AuditEvent.objects.get()
    assert (mail.state, mail.attempts) == (MailState.WAITING, 0)
    assert (event.actor_name, event.action, event.detail["state"]) == ("王 经办", "outbox.send_again", "uncertain")


def test_a_mail_that_was_sent_is_not_sent_again():
    mail = make_mail(state=MailState.SENT, settled_at="2026-01-01T00:00:00Z")

    response = client_of(Role.SERVICE).post(reverse("outbox:email_send_again", args=[mail.pk]))

    assert response.status_code == 409
    assert "Only a mail that failed or whose outcome is unknown can be sent again." in response.content.decode()
    assert OutgoingEmail.objects.get().state == MailState.SENT


def test_who_may_only_read_cannot_send_again():
    mail = make_mail(state=MailState.FAILED)

    response = client_of(Role.AUDITOR).post(reverse("outbox:email_send_again", args=[mail.pk]))

    mail.refresh_from_db()
    assert (response.status_code, mail.state) == (403, MailState.FAILED)


def test_an_administrator_stops_and_releases_the_outbox():
    client = client_of(Role.ADMIN, name="陈 管理")

    client.post(reverse("outbox:outbox_pause"))
    page = client.get(reverse("outbox:email_list")).content.decode()
    client.post(reverse("outbox:outbox_resume"))

    assert "陈 管理 has stopped the outbox. Mails wait until it is released." in page
    assert OutboxControl.objects.get().paused_at is None
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == ["outbox.pause", "outbox.resume"]


def test_a_copied_database_is_announced_and_confirmed_by_an_administrator():
    OutboxControl.objects.create(instance_id="the-old-machine")
    client = client_of(Role.ADMIN)

    before = client.get(reverse("outbox:email_list")).content.decode()
    client.post(reverse("outbox:outbox_confirm"))
    after = client.get(reverse("outbox:email_list")).content.decode()

    warning = "Nothing is sent: this database belongs to another installation."
    assert (warning in before, warning in after) == (True, False)
    assert OutboxControl.objects.get().instance_id == "this-installation"
