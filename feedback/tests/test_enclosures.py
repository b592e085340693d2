"""Questions answered with files: kept page by page, part of what is sent, seen by whoever reads answers, gone with the person."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from feedback.models import Draft, ResponseVersion
from feedback.services.forgetting import erase_opinions, opinions_of
from feedback.services.links import invitation_token
from feedback.tests.factories import make_form, make_invitation, make_staff, make_wave_of
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.personal_data import Person
from portcrm.files.models import Attachment, StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def invitation():
    """Page one: overall, photos of the damage. Page two: a comment."""
    version = make_form([{"key": "overall", "required": True}, {"key": "photos", "kind": "file"}], [{"key": "comment", "kind": "comment"}])
    return make_invitation(wave=make_wave_of(version), language="en")


def text(name: str, words: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words.encode())


def page_of(invitation, number=1) -> str:
    return reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number])


def post(invitation, number=1, **data):
    return Client().post(page_of(invitation, number), {"q-overall": "4", "go": "next"} | data)


def names(answers: dict) -> list[str]:
    return [one["name"] for one in answers.get("photos", [])]


def test_files_are_kept_with_the_page_and_count_once_the_form_is_sent(invitation, client):
    post(invitation, **{"f-photos": [text("dent.txt", "one"), text("door.txt", "two")]})
    shown = client.get(page_of(invitation)).content.decode()
    post(invitation, 2, **{"q-comment": "See the pictures.", "go": "submit"})

    version = ResponseVersion.objects.get()
    assert "dent.txt" in shown
    assert "door.txt" in shown
    assert names(version.answers) == ["dent.txt", "door.txt"]
    assert version.response.answers.values_list("item__key", flat=True).get() == "overall"  # files are read, never counted
    thanks = client.get(reverse("opinion:thanks", args=[invitation_token(invitation.public_id)])).content.decode()
    assert "dent.txt" in thanks


def test_a_double_click_keeps_a_file_once(invitation):
    data = {"f-photos": [text("dent.txt", "one")], "go": "submit", "form_key": "0d0c4f6e-8ea3-4f0e-93c5-0e6a7c1c2b11"}
    post(invitation, **data)
    post(invitation, **data | {"f-photos": [text("dent.txt", "one")]})

    assert names(ResponseVersion.objects.get().answers) == ["dent.txt"]
    assert Attachment.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_file_more_on_a_page_gone_back_to_is_a_new_version(invitation):
    data = {"go": "submit", "form_key": "0d0c4f6e-8ea3-4f0e-93c5-0e6a7c1c2b11"}
    post(invitation, **data | {"f-photos": [text("dent.txt", "one")]})
    post(invitation, **data | {"f-photos": [text("door.txt", "two")]})

    versions = ResponseVersion.objects.order_by("number")
    assert [names(one.answers) for one in versions] == [["dent.txt"], ["dent.txt", "door.txt"]]


def test_one_that_cannot_be_kept_is_named_and_the_rest_of_the_page_is_stored(invitation):
    files = [SimpleUploadedFile("tool.exe", b"MZ\x90\x00"), text("dent.txt", "one")]
    answer = post(invitation, **{"f-photos": files})

    assert answer.status_code == 422
    assert "tool.exe was not kept" in answer.content.decode()
    assert "dent.txt" in answer.content.decode()
    assert Draft.objects.get().answers["overall"] == 4
    assert names(Draft.objects.get().answers) == ["dent.txt"]


def test_five_files_fit_to_a_question_and_no_more(invitation):
    post(invitation, **{"f-photos": [text(f"{number}.txt", f"words {number}") for number in range(4)]})
    answer = post(invitation, **{"f-photos": [text("five.txt", "five"), text("six.txt", "six")]})

    assert "six.txt was not kept: at most 5 files fit." in answer.content.decode()
    assert names(Draft.objects.get().answers) == ["0.txt", "1.txt", "2.txt", "3.txt", "five.txt"]


def test_what_is_taken_out_before_it_was_sent_is_gone_and_afterwards_stays_in_its_version(invitation):
    post(invitation, **{"f-photos": [text("dent.txt", "one"), text("door.txt", "two")]})
    dent, door = Attachment.objects.order_by("pk")
    post(invitation, taken_out=[dent.pk])
    assert list(Attachment.objects.all()) == [door]
    assert StoredFile.objects.count() == 1

    post(invitation, go="submit")
    post(invitation, taken_out=[door.pk], go="submit")

    assert [names(one.answers) for one in ResponseVersion.objects.order_by("number")] == [["door.txt"], []]
    assert list(Attachment.objects.all()) == [door]


def test_nobody_takes_out_files_of_another_form(invitation):
    other = make_invitation(wave=invitation.wave)
    post(other, **{"f-photos": [text("dent.txt", "one")]})
    post(invitation, **{"taken_out": [Attachment.objects.get().pk], "f-photos": [text("own.txt", "own")]})

    assert names(Draft.objects.get(invitation=other).answers) == ["dent.txt"]
    assert Attachment.objects.count() == 2


@pytest.mark.parametrize(
    "forged", [{"q-photos": "dent.txt"}, {"o-photos": "1"}, {"f-overall": [text("a.txt", "a")]}, {"f-other": [text("a.txt", "a")]}]
)
def test_words_are_no_files_and_files_no_scores(invitation, forged):
    post(invitation, **forged)

    assert Draft.objects.get().answers == {"overall": 4}
    assert not Attachment.objects.exists()


def test_a_form_that_must_have_a_file_waits_for_it():
    version = make_form([{"key": "photos", "kind": "file", "required": True}])
    invitation = make_invitation(wave=make_wave_of(version), language="en")

    assert post(invitation, go="submit", **{"q-overall": ""}).status_code == 422
    assert Client().post(page_of(invitation), {"go": "submit", "f-photos": [text("dent.txt", "one")]}).status_code == 302


def test_readers_of_answers_get_the_files_and_nobody_adds_or_removes_any(invitation, client):
    post(invitation, **{"f-photos": [text("dent.txt", "one")], "go": "submit"})
    post(invitation, **{"f-photos": [text("draft.txt", "on its way")]})
    dent = Attachment.objects.get(name="dent.txt")
    client.force_login(make_staff(language="en"))

    shown = client.get(ResponseVersion.objects.get().response.get_absolute_url()).content.decode()

    assert dent.get_absolute_url() in shown
    assert "draft.txt" not in shown
    answer = client.get(dent.get_absolute_url())
    assert b"".join(answer.streaming_content) == b"one"
    assert client.post(reverse("files:remove", args=[dent.pk])).status_code == 403
    assert not Attachment.objects.visible_to(make_user(Role.ADMIN)).filter(pk=dent.pk).exists()


def test_files_are_told_to_the_person_and_go_with_it(invitation):
    post(invitation, **{"f-photos": [text("dent.txt", "one")], "go": "submit"})
    person = Person("customers.contact", invitation.contact_id)
    told = {holding.title: holding.rows for holding in opinions_of(person)}
    assert "dent.txt" in str(told)

    erase_opinions(person=person, by=system_user())

    assert not Attachment.objects.exists()
    assert not StoredFile.objects.exists()
