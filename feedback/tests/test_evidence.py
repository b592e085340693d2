"""A customer adds photographs and documents to a case from its page."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from feedback.models import Complaint
from feedback.services import evidence
from feedback.services.closing import close_complaint
from feedback.services.links import complaint_token
from feedback.tests.factories import make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.files.models import Attachment
from portcrm.files.services import attach
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def page_of(complaint: Complaint, name: str = "complaint_files") -> str:
    return reverse(f"opinion:{name}", args=[complaint_token(complaint.public_id)]) + "?lang=en"


def text(name: str, content: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode())


def test_files_of_the_customer_are_on_the_case_and_named_on_its_page(client):
    service, complaint = make_staff(), make_complaint()
    attach(upload=text("internal.txt", "only for us"), record="feedback.complaint", object_pk=complaint.pk, by=service)

    answer = client.post(page_of(complaint), {"files": [text("dent.txt", "one"), text("door.txt", "two")]})

    shown = client.get(page_of(complaint, "complaint_status")).content.decode()
    assert answer.status_code == 302
    assert ("dent.txt" in shown, "door.txt" in shown, "internal.txt" in shown) == (True, True, False)
    assert set(Notice.objects.filter(kind="complaint.evidence").values_list("recipient", flat=True)) >= {service.pk}


def test_a_double_click_keeps_a_file_once(client):
    complaint = make_complaint()

    for _click in range(2):
        client.post(page_of(complaint), {"files": [text("dent.txt", "one")]})

    assert Attachment.objects.count() == 1


def test_a_file_over_the_limit_or_of_a_foreign_kind_is_named_and_the_others_are_kept(client, settings):
    settings.MAX_UPLOAD_BYTES, complaint = 2**20, make_complaint()
    files = [text("long.txt", "x" * (2**20 + 1)), SimpleUploadedFile("tool.exe", b"MZ\x90\x00"), text("dent.txt", "one")]

    answer = client.post(page_of(complaint), {"files": files})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert ("long.txt: " in html, "tool.exe: " in html) == (True, True)
    assert list(Attachment.objects.values_list("name", flat=True)) == ["dent.txt"]


def test_a_case_takes_so_many_files_and_no_more(client, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_FILES", 1)
    complaint = make_complaint()

    answer = client.post(page_of(complaint), {"files": [text("one.txt", "one"), text("two.txt", "two")]})

    assert answer.status_code == 422
    assert Attachment.objects.count() == 1


def test_nothing_chosen_and_a_closed_case_are_refused_in_words(client):
    complaint = make_complaint()
    nothing = client.post(page_of(complaint))
    close_complaint(complaint=complaint, outcome="withdrawn", word="agreed", at=now(), by=make_staff())

    closed = client.post(page_of(complaint), {"files": [text("dent.txt", "one")]})

    assert "Please choose a file." in nothing.content.decode()
    assert "takes no more files" in closed.content.decode()
    assert Attachment.objects.count() == 0


def test_a_forged_link_takes_no_file(client):
    complaint = make_complaint()

    answer = client.post(reverse("opinion:complaint_files", args=[f"{complaint.public_id}.forged"]), {"files": [text("a.txt", "a")]})

    assert (answer.status_code, Attachment.objects.count()) == (404, 0)


def test_the_auditor_reads_the_files_of_a_case(client):
    complaint = make_complaint()
    client.post(page_of(complaint), {"files": [text("dent.txt", "one")]})
    client.force_login(make_user(Role.AUDITOR))

    answer = client.get(Attachment.objects.get().get_absolute_url())

    assert b"".join(answer.streaming_content) == b"one"
