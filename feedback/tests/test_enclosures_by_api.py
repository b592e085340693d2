"""Programs read which files were given as answers, and fetch them with the rights of whoever made the key."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from feedback.enums import Anonymity, WaveState
from feedback.models import Response, Wave
from feedback.services.links import invitation_token
from feedback.tests.factories import make_form, make_invitation, make_response, make_staff, make_wave_of
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.files.models import Attachment

pytestmark = pytest.mark.django_db
LIST = "/api/v1/feedback/responses/"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def wave():
    return make_wave_of(make_form([{"key": "overall", "required": True}, {"key": "photos", "kind": "file"}]))


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def answer(wave, *files: tuple[str, str], go: str = "submit", invitation=None):
    invitation = invitation or make_invitation(wave=wave)
    sent = [SimpleUploadedFile(name, words.encode()) for name, words in files]
    address = reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 1])
    Client().post(address, {"q-overall": "4", "f-photos": sent, "go": go})
    return invitation


def test_files_are_told_with_name_size_type_and_an_address_that_gives_them(wave):
    answer(wave, ("dent.txt", "one"), ("门吊.txt", "three"))
    client = client_of(make_staff())

    (row,) = client.get(LIST).json()["results"]
    fetched = [b"".join(client.get(one["url"]).streaming_content) for one in row["files"]]

    assert [(one["item"], one["name"], one["size"], one["media_type"]) for one in row["files"]] == [
        ("photos", "dent.txt", 3, "text/plain"),
        ("photos", "门吊.txt", 5, "text/plain"),
    ]
    assert fetched == [b"one", b"three"]
    assert client.get(f"{LIST}{row['id']}/").json()["files"] == row["files"]


def test_a_file_on_its_way_or_of_another_answer_is_not_given(wave):
    first = answer(wave, ("dent.txt", "one"))
    answer(wave, ("draft.txt", "on its way"), go="stay", invitation=first)
    answer(wave, ("other.txt", "of another"))
    client, response = client_of(make_staff()), Response.objects.get(invitation=first)
    numbers = dict(Attachment.objects.values_list("name", "pk"))

    row = client.get(f"{LIST}{response.pk}/").json()
    given = [client.get(f"{LIST}{response.pk}/files/{numbers[name]}/") for name in ("dent.txt", "draft.txt", "other.txt")]

    assert [one["name"] for one in row["files"]] == ["dent.txt"]
    assert b"".join(given[0].streaming_content) == b"one"
    assert [one.status_code for one in given] == [200, 404, 404]


def test_whoever_may_not_read_answers_gets_no_file(wave):
    invitation = answer(wave, ("dent.txt", "secret dent"))
    response, number = Response.objects.get(invitation=invitation), Attachment.objects.get().pk

    refused = client_of(make_user(Role.ADMIN)).get(f"{LIST}{response.pk}/files/{number}/")

    assert refused.status_code == 403
    assert b"secret" not in refused.content


def test_an_answer_without_files_has_none():
    make_response(overall=4)

    (row,) = client_of(make_staff()).get(LIST).json()["results"]

    assert row["files"] == []


def test_files_of_a_whole_page_cost_one_look(wave, django_assert_num_queries):
    client = client_of(make_staff())
    answer(wave, ("a.txt", "a"))
    client.get(LIST)

    with django_assert_num_queries(6):
        client.get(LIST)
    for name in ("b.txt", "c.txt"):
        answer(wave, (name, name))
    with django_assert_num_queries(6):
        assert len(client.get(LIST).json()["results"]) == 3


def test_files_of_a_confidential_answer_are_for_who_may_know_its_sender():
    wave = make_wave_of(make_form([{"key": "overall"}, {"key": "photos", "kind": "file"}]), anonymity=Anonymity.CONFIDENTIAL)
    first = answer(wave, ("gate of Acme.txt", "one"))
    for _number in range(4):
        answer(wave)
    long_ago = now() - dt.timedelta(days=200)
    Wave.objects.filter(pk=wave.pk).update(
        state=WaveState.CLOSED, opens_at=long_ago, closes_at=long_ago + dt.timedelta(days=9), closed_at=long_ago
    )
    response, number = Response.objects.get(invitation=first), Attachment.objects.get().pk

    told = {}
    for role in (Role.MARKETING, Role.SERVICE):
        client = client_of(make_user(role))
        row = client.get(f"{LIST}{response.pk}/").json()
        given = client.get(f"{LIST}{response.pk}/files/{number}/")
        told[role] = [one["name"] for one in row["files"]], b"".join(given) if given.streaming else given.status_code

    assert told == {Role.MARKETING: ([], 404), Role.SERVICE: (["gate of Acme.txt"], b"one")}
