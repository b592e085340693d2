"""What is noted of a person is read in one place: every page, list, export, search and API answer is walked as every role."""

import html
import io
import re
import zipfile

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from customers.models import ContactDate, Observation
from customers.services import personal
from customers.services.remembering import open_reminders
from customers.tests.factories import DAY, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.audit.personal_data import personal_data
from portcrm.audit.queries import event_model_of
from tests.architecture.test_pages_with_records import records
from tests.architecture.test_urls import ROUTES, no_counts_of_earlier_tests

__all__ = ["no_counts_of_earlier_tests", "records"]
pytestmark = pytest.mark.django_db

MARKER, PART = "隐私标记珍珠鸟", "珍珠鸟"  # searched for by its part, so that a page that repeats the question shows nothing
NOT_WALKED = {"account_logout", "mfa_deactivate_totp"}  # the walker would be out
LISTS = re.compile(r"list$|:pool$|:log$|:people$|:search$|:palette$|:choices$")
READ_HERE = {"customers:profile"}
ALLOWED = {Role.MARKETING, Role.MANAGER}


@pytest.fixture
def observed(records):
    """An observation that stands, one that was withdrawn and a day to remember, each with the marker; a reminder waits."""
    by = make_user(Role.MANAGER)
    observation = Observation.objects.get()
    contact = observation.contact
    personal.record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source="面谈", by=by)
    noted = [
        personal.add_observation(contact=contact, aspect="thinking", text=MARKER, purpose="visit", source_reference=MARKER, by=by)
        for _number in range(2)
    ]
    personal.withdraw_observation(observation=noted[1], by=by)
    personal.add_date(contact=contact, kind="other", name=MARKER, month=11, day=25, purpose="service", by=by)
    open_reminders(today=DAY, by=system_user())
    return contact


def addresses(contact) -> list[tuple[str, str]]:
    """Every route with the sample records; lists also as an export and searched for the marker; and what a walk of routes misses."""
    customer, found = contact.customer_id, [(name, path) for name, path in ROUTES if name not in NOT_WALKED]
    for name, path in ROUTES:
        if LISTS.search(name):
            found += [(name, f"{path}?{asked}") for asked in ("export=csv", "export=xlsx", f"q={PART}")]
    found += [
        ("audit:history", reverse("audit:history", args=[model._meta.label_lower, pk]))
        for model in (Observation, ContactDate)
        for pk in model.objects.values_list("pk", flat=True)
    ]
    found += [("audit:history", reverse("audit:history", args=["customers.contact", contact.pk]))]
    found += [
        ("customers:file_as_of", reverse("customers:file_as_of", args=[customer]) + f"?day={day}") for day in ("2026-11-26", "2030-01-01")
    ]
    found += [("pages:timeline", reverse("pages:timeline", args=["customers.customer", customer]))]
    found += [("customers:profile", reverse("customers:profile", args=[contact.pk]))]
    return found


def body(response) -> str:
    """All text of an answer; of a packed one (a workbook, all we hold) the text of everything in it."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return html.unescape("\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist()))


def told_to(role: Role, contact) -> set[str]:
    """The routes whose answer to this role shows the marker."""
    client = Client(raise_request_exception=False)
    user = make_user(role)
    client.force_login(user)
    found = set()
    for name, path in addresses(contact):
        cache.clear()  # the API counts requests
        if MARKER in body(client.get(path)):
            found.add(name)
    return found


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_walk_reads_the_cells_of_exported_lists(format):
    make_customer(name_zh=MARKER)
    client = Client()
    client.force_login(make_user(Role.MARKETING))

    assert MARKER in body(client.get(reverse("customers:customer_list") + f"?export={format}"))


@pytest.mark.parametrize("role", list(Role))
def test_a_profile_is_read_on_its_own_page_by_those_who_may(role, observed):
    before = AuditEvent.objects.filter(action="contact.read_profile").count()

    told = told_to(role, observed)

    assert told == (READ_HERE if role in ALLOWED else set())
    reads = AuditEvent.objects.filter(action="contact.read_profile").count() - before
    assert (reads > 0) == (role in ALLOWED)


def test_every_look_at_a_profile_is_one_line_of_the_log(observed):
    client, reader = Client(), make_user(Role.MARKETING)
    client.force_login(reader)

    for _look in range(3):
        client.get(reverse("customers:profile", args=[observed.pk]))

    assert AuditEvent.objects.filter(action="contact.read_profile", actor_id=reader.pk).count() == 3


def test_the_log_itself_does_not_repeat_what_was_read(observed):
    client = Client()
    client.force_login(make_user(Role.MARKETING))
    client.get(reverse("customers:profile", args=[observed.pk]))

    assert MARKER not in str(list(AuditEvent.objects.values_list("record_text", "detail")))
    assert event_model_of(Observation).objects.filter(text=MARKER).exists()  # kept, and shown to nobody


def test_every_app_that_keeps_rows_about_persons_tells_and_erases_them():
    """A new app with a relation to a contact, or with addresses of its own, says what becomes of them."""
    assert [data.key for data in personal_data()] == [
        *("customers", "feedback", "voices", "documents", "candidates", "leads", "outbox", "views", "files", "exchange", "bulk", "audit")
    ]
