"""Before a person is erased: the files that may tell of them, those with their name in the text first, for somebody to decide on."""

import datetime as dt
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Contact, Employment
from customers.queries import files_of_person
from customers.queries.files_of_person import files_to_decide_on
from customers.services.forgetting import person_of
from customers.tests.factories import make_contact, make_contract, make_customer, make_interaction, make_visit
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.files import searching
from portcrm.files.models import Attachment
from portcrm.files.services.attachments import attach

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 "
PAGE_QUERIES = 48


@pytest.fixture(autouse=True)
def files_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def person() -> Contact:
    return make_contact(name="演示甲乙", name_en="Ann Demo", email="ann@example.invalid", phone="", mobile="000-0777-1234")


def put(name: str, row, by, content: bytes = b"", added: dt.date | None = None) -> Attachment:
    upload = SimpleUploadedFile(name, content or f"{name} {row}".encode())
    attachment = attach(upload=upload, record=row._meta.label_lower, object_pk=row.pk, by=by)
    if added:
        Attachment.objects.filter(pk=attachment.pk).update(created_at=dt.datetime.combine(added, dt.time(4), tzinfo=dt.UTC))
    return attachment


def decided_on(person: Contact, by) -> list[list[str]]:
    """The names of the files, group by group."""
    groups = files_to_decide_on(person, person_of(person).words, by)
    return [[one.attachment.name for one in group.files] for group in groups]


def flags(person: Contact, by) -> dict[str, tuple[bool, bool]]:
    """Whether a file names the person, and whether its text was read."""
    groups = files_to_decide_on(person, person_of(person).words, by)
    return {one.attachment.name: (one.names, one.read) for group in groups for one in group.files}


def page_of(client, person: Contact, by) -> str:
    client.force_login(by)
    return unescape(client.get(reverse("customers:contact_erase", args=[person.pk])).content.decode())


def test_the_page_lists_the_files_of_the_person_of_talks_and_of_companies(client, person, manager):
    talk = make_interaction(customer=person.customer, subject="年度会谈")
    talk.contacts.add(person)
    contract = make_contract(customer=person.customer)
    rows = (person, talk, person.customer, contract)
    files = [put(f"{number}.pdf", row, manager, PDF + bytes([number])) for number, row in enumerate(rows)]

    page = page_of(client, person, manager)

    assert decided_on(person, manager) == [["0.pdf"], ["1.pdf"], ["3.pdf", "2.pdf"]]
    assert [file.get_absolute_url() in page for file in files] == [True] * 4
    assert [f'<a href="{row.get_absolute_url()}">{row}</a>' in page for row in (talk, person.customer, contract)] == [True] * 3
    assert "The program does not read what stands inside files" in page


def test_what_the_person_had_no_part_in_is_not_listed(person, manager):
    put("talk.pdf", make_interaction(customer=person.customer), manager, PDF)
    put("other.pdf", make_customer(), manager, PDF)
    put("colleague.pdf", make_contact(customer=person.customer), manager, PDF)

    assert decided_on(person, manager) == []


def test_the_report_of_a_visit_the_person_was_met_on_is_listed(person, manager):
    report = make_interaction(customer=person.customer)
    make_visit(customer=person.customer, interaction=report, state="done", settled_by=manager, settled_at=report.happened_at).contacts.add(
        person
    )
    put("report.pdf", report, manager, PDF)

    assert decided_on(person, manager) == [["report.pdf"]]


def test_files_of_a_company_count_from_the_persons_time_there(person, manager):
    Contact.objects.filter(pk=person.pk).update(here_since=dt.date(2026, 3, 1), left_on=dt.date(2026, 5, 31))
    person.refresh_from_db()
    former = make_customer()
    Employment.objects.create(
        contact=person,
        customer=former,
        since=dt.date(2025, 1, 1),
        until=dt.date(2026, 2, 28),
        recorded_by=manager,
        recorded_on=port_today(),
    )
    for number, day in enumerate((dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2026, 5, 31), dt.date(2026, 6, 1))):
        put(f"here {number}.pdf", person.customer, manager, PDF + bytes([number]), added=day)
    put("former 0.pdf", former, manager, PDF, added=dt.date(2026, 2, 28))
    put("former 1.pdf", former, manager, PDF + b"1", added=dt.date(2026, 3, 1))

    assert decided_on(person, manager) == [["here 2.pdf", "here 1.pdf", "former 0.pdf"]]


@pytest.mark.parametrize(
    "content",
    [
        "抄送演示甲乙，请阅".encode(),
        "抄送演示甲乙，请阅".encode("gb18030"),
        "\ufeff姓名,电话\n某,000-0777-1234\n".encode(),
        b"From: ANN@EXAMPLE.INVALID\n",
    ],
)
def test_a_plain_text_that_names_the_person_is_told_and_comes_first(person, manager, content):
    put("a.txt", person.customer, manager, content)
    put("b.txt", person.customer, manager, b"nothing of the kind")
    put("c.pdf", person.customer, manager, PDF + "演示甲乙".encode())

    assert decided_on(person, manager)[0][0] == "a.txt"
    assert flags(person, manager) == {"a.txt": (True, True), "b.txt": (False, True), "c.pdf": (False, False)}


def test_a_longer_word_or_number_is_not_taken_for_the_person(person, manager):
    put("a.txt", person.customer, manager, b"Joann@example.invalid 1000-0777-12345")

    assert flags(person, manager) == {"a.txt": (False, True)}


def test_the_page_says_which_file_names_the_person_and_which_was_not_read(client, person, manager):
    put("a.txt", person.customer, manager, "演示甲乙".encode())
    put("c.pdf", person.customer, manager, PDF)

    page = page_of(client, person, manager)

    assert (page.count("names the person"), page.count("content not read")) == (1, 1)


def test_long_texts_and_more_than_enough_of_them_are_not_read(person, manager, monkeypatch):
    monkeypatch.setattr(searching, "LONGEST", 20)
    monkeypatch.setattr(searching, "MOST", 20)
    put("long.txt", person.customer, manager, "演示甲乙".encode() * 3, added=dt.date(2026, 1, 1))
    put("first.txt", person.customer, manager, "演示甲乙 1".encode(), added=dt.date(2026, 1, 3))
    put("second.txt", person.customer, manager, "演示甲乙 2".encode(), added=dt.date(2026, 1, 2))

    assert flags(person, manager) == {"first.txt": (True, True), "second.txt": (False, False), "long.txt": (False, False)}


def test_a_file_that_is_gone_from_the_disk_is_told_as_not_read(person, manager):
    attachment = put("a.txt", person.customer, manager, "演示甲乙".encode())
    attachment.stored.file.storage.delete(attachment.stored.file.name)

    assert flags(person, manager) == {"a.txt": (False, False)}


def test_of_many_files_some_are_shown_with_their_number(client, person, manager, monkeypatch):
    monkeypatch.setattr(files_of_person, "SHOWN", 2)
    monkeypatch.setattr(files_of_person, "LOOKED_AT", 3)
    monkeypatch.setattr(files_of_person, "MOST_COUNTED", 4)
    for number in range(5):
        put(f"{number}.pdf", person.customer, manager, PDF + bytes([number]))

    page = page_of(client, person, manager)

    assert decided_on(person, manager) == [["4.pdf", "3.pdf"]]
    assert "2 of 4+ are shown" in page


def test_who_sees_no_contacts_is_told_of_no_file(person, manager):
    talk = make_interaction(customer=person.customer)
    talk.contacts.add(person)
    for number, row in enumerate((person, talk, person.customer)):
        put(f"{number}.pdf", row, manager, PDF + bytes([number]))

    assert decided_on(person, make_user()) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number_of_files(client, person, manager, count, django_assert_max_num_queries):
    for number in range(count):
        talk = make_interaction(customer=person.customer)
        talk.contacts.add(person)
        for row in (person, talk, person.customer, make_contract(customer=person.customer)):
            put(f"{number} {row.pk}.txt", row, manager)
    page_of(client, person, manager)

    with django_assert_max_num_queries(PAGE_QUERIES):
        page = page_of(client, person, manager)

    assert page.count("/files/") >= 4 * count
