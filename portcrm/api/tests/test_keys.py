import datetime as dt

import pytest
from rest_framework.test import APIClient

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.api.models import ApiToken
from portcrm.api.services import create_token, revoke_token
from portcrm.clock import now
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
DEPARTMENTS = "/api/v1/departments/"


def client_with(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


def test_a_key_opens_the_api_with_the_rights_of_its_owner():
    make_department(code="sales", name_en="Sales", name_zh="市场部")
    _token, key = create_token(name="sync", by=make_user(Role.MARKETING))

    answer = client_with(key).get(DEPARTMENTS)

    assert [row["name_en"] for row in answer.json()["results"]] == ["Sales"]
    assert client_with(key).get("/api/v1/people/").status_code == 403


@pytest.mark.parametrize(("asked", "said"), [({}, "Not found."), ({"HTTP_ACCEPT_LANGUAGE": "zh-hans"}, "未找到。")])
def test_a_program_is_answered_in_the_language_it_asks_for_or_its_owner_speaks(asked, said):
    _token, key = create_token(name="sync", by=make_user(Role.MARKETING, language="en"))

    assert client_with(key).get(f"{DEPARTMENTS}999999/", **asked).json() == {"detail": said}


def test_only_the_digest_of_a_key_is_stored():
    token, key = create_token(name="sync", by=make_user(Role.MARKETING))

    stored = ApiToken.objects.filter(pk=token.pk).values().get()

    assert key not in str(stored)
    assert key.startswith(stored["start"])
    assert len(stored["digest"]) == 64


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Bearer 密钥", "Basic dXNlcjpwYXNz"])
def test_a_wrong_key_is_refused_and_told_nothing(header):
    make_department(name_en="Secret department")
    client = APIClient()

    answer = client.get(DEPARTMENTS, HTTP_AUTHORIZATION=header.encode().decode("latin-1"))

    assert answer.status_code == 401
    assert "Secret" not in answer.content.decode()
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_stops_working_at_once_and_stays_in_the_list():
    owner = make_user(Role.MARKETING)
    token, key = create_token(name="sync", by=owner)

    revoke_token(token=token, at=now(), by=owner)

    assert client_with(key).get(DEPARTMENTS).status_code == 401
    assert ApiToken.objects.visible_to(owner).get().revoked_at is not None


def test_an_expired_key_is_refused():
    moment = now()
    _token, key = create_token(name="sync", expires_at=moment - dt.timedelta(seconds=1), by=make_user(Role.MARKETING))

    assert client_with(key).get(DEPARTMENTS).status_code == 401


@pytest.mark.parametrize(("roles", "active"), [((), True), ((Role.MARKETING,), False)])
def test_the_key_of_somebody_without_role_or_with_a_closed_account_is_refused(roles, active):
    owner = make_user(Role.MARKETING)
    _token, key = create_token(name="sync", by=owner)
    type(owner).objects.filter(pk=owner.pk).update(roles=list(roles), is_active=active)

    assert client_with(key).get(DEPARTMENTS).status_code == 401


def test_nobody_sees_or_revokes_the_key_of_another():
    owner, stranger = make_user(Role.MARKETING), make_user(Role.ADMIN)
    token, key = create_token(name="sync", by=owner)

    with pytest.raises(RuleBroken):
        revoke_token(token=token, at=now(), by=stranger)

    assert list(ApiToken.objects.visible_to(stranger)) == []
    assert client_with(key).get(DEPARTMENTS).status_code == 200


def test_use_of_a_key_is_noted_but_not_at_every_call():
    token, key = create_token(name="sync", by=make_user(Role.MARKETING))
    client_with(key).get(DEPARTMENTS)
    first = ApiToken.objects.get(pk=token.pk).last_used_at

    client_with(key).get(DEPARTMENTS)

    assert first is not None
    assert ApiToken.objects.get(pk=token.pk).last_used_at == first


def test_a_person_has_twenty_keys_at_most():
    owner = make_user(Role.MARKETING)
    for number in range(20):
        create_token(name=f"key {number}", by=owner)

    with pytest.raises(RuleBroken):
        create_token(name="one more", by=owner)

    assert owner.api_tokens.count() == 20
