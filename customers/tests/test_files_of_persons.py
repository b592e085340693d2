"""Files on the record of a contact: who may add and see them; they are told and erased with the person."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.services.erasing import all_we_hold, erase_person
from customers.tests.factories import make_contact
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import event_model_of
from portcrm.clock import now, port_today
from portcrm.files.models import Attachment, StoredFile
from portcrm.files.services import attach

pytestmark = pytest.mark.django_db
SECRET = b"%PDF-1.7 business card"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING, language="en")
    client.force_login(keeper)
    return keeper


def upload(content=SECRET, name="名片.pdf"):
    return SimpleUploadedFile(name, content)


def attached(contact, by) -> Attachment:
    return attach(upload=upload(), record="customers.contact", object_pk=contact.pk, by=by)


def test_a_file_is_put_on_the_page_of_a_contact_and_opened_there(client, keeper):
    contact = make_contact()
    url = reverse("customers:contact_files", args=[contact.pk])

    page = client.get(contact.get_absolute_url()).content.decode()
    client.post(url, {"files": upload()})
    shown = client.get(url).content.decode()
    opened = client.get(Attachment.objects.get().get_absolute_url())

    assert (url in page, "名片.pdf" in shown) == (True, True)
    assert b"".join(opened.streaming_content) == SECRET


@pytest.mark.parametrize(
    ("content", "limit", "why"),
    [(b"MZ\x90\x00", 1024, "Files of this kind are not kept."), (SECRET + b"x" * 2048, 1024, "0.0 MB are allowed")],
)
def test_a_file_of_another_kind_or_too_big_is_refused(client, keeper, settings, content, limit, why):
    settings.MAX_UPLOAD_BYTES = limit

    response = client.post(reverse("customers:contact_files", args=[make_contact().pk]), {"files": upload(content, "名片.exe")})

    assert (response.status_code, why in response.content.decode(), Attachment.objects.count()) == (422, True, 0)


def test_who_sees_no_contacts_reaches_no_file_of_one(client, keeper):
    attachment = attached(make_contact(), keeper)
    client.force_login(make_user(Role.ADMIN))

    answers = [
        client.get(reverse("customers:contact_files", args=[attachment.object_pk])),
        client.get(attachment.get_absolute_url()),
        client.post(reverse("files:remove", args=[attachment.pk])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "名片" not in "".join(answer.content.decode() for answer in answers)
    assert Attachment.objects.count() == 1


def test_who_only_reads_contacts_opens_files_and_adds_none(client, keeper):
    attachment = attached(make_contact(), keeper)
    client.force_login(make_user(Role.AUDITOR))

    opened = client.get(attachment.get_absolute_url())
    added = client.post(reverse("customers:contact_files", args=[attachment.object_pk]), {"files": upload(b"plain", "a.txt")})

    assert (b"".join(opened.streaming_content), added.status_code, Attachment.objects.count()) == (SECRET, 403, 1)


def test_the_files_of_a_person_are_handed_out_with_what_we_hold(keeper):
    contact = make_contact()
    attached(contact, keeper)

    package = zipfile.ZipFile(io.BytesIO(all_we_hold(contact=contact, at=now(), by=keeper)))

    data = next(name for name in package.namelist() if name.endswith(".json"))
    assert "名片.pdf" in package.read(data).decode()
    assert [package.read(name) for name in package.namelist() if name.endswith("名片.pdf")] == [SECRET]


def test_the_files_of_a_person_are_erased_with_the_person(client, keeper, folder, django_capture_on_commit_callbacks):
    contact = make_contact(left_on=port_today())
    attached(contact, keeper)

    with django_capture_on_commit_callbacks(execute=True):
        erase_person(contact=contact, reason="request", by=make_user(Role.MANAGER))

    refused = client.post(reverse("customers:contact_files", args=[contact.pk]), {"files": upload()})
    assert (Attachment.objects.count(), StoredFile.objects.count(), event_model_of(Attachment).objects.count()) == (0, 0, 0)
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    page = client.get(contact.get_absolute_url()).content.decode()
    assert (refused.status_code, reverse("customers:contact_files", args=[contact.pk]) in page) == (404, False)
