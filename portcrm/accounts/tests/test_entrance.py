import datetime as dt
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portcrm.accounts.links import password_link, password_link_of
from portcrm.accounts.mails import INVITATION, NEW_PASSWORD, send_invitation
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.outbox.kinds import personal_link
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import reason_to_withhold

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "quay-crane-seven-41", "other-berth-nine-77"  # noqa: S105


@pytest.fixture(autouse=True)
def no_counts_of_earlier_tests():
    cache.clear()


def log_in(client: Client, email: str, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def text(response) -> str:
    return response.content.decode()


def test_the_address_and_the_password_open_the_door_and_leave_an_event(client):
    person = make_user(Role.MARKETING, email="wang@port.invalid", password=PASSWORD)

    answer = log_in(client, "Wang@Port.invalid")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert events() == ["session.start"]


@pytest.mark.parametrize(("email", "told"), [("wang@port.invalid", ["session.refuse"]), ("nobody@port.invalid", [])])
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client, email, told):
    make_user(email="wang@port.invalid", password=PASSWORD)

    answer = log_in(client, email, "wrong-password-1")

    assert "_auth_user_id" not in client.session
    assert re.sub(r"nobody@|wang@|value=\"[^\"]*\"", "", text(answer)) == re.sub(
        r"nobody@|wang@|value=\"[^\"]*\"", "", text(log_in(Client(), "third@port.invalid", "wrong-password-1"))
    )
    assert events() == told


def test_a_closed_account_stays_out(client):
    make_user(Role.MARKETING, email="gone@port.invalid", password=PASSWORD, is_active=False)

    log_in(client, "gone@port.invalid")

    assert "_auth_user_id" not in client.session


def test_after_five_wrong_passwords_even_the_right_one_waits(client):
    make_user(email="wang@port.invalid", password=PASSWORD)
    for _ in range(5):
        log_in(client, "wang@port.invalid", "wrong-password-1")

    log_in(client, "wang@port.invalid")

    assert "_auth_user_id" not in client.session


def test_nobody_signs_up():
    assert Client().get("/accounts/signup/").status_code in (302, 404)
    assert User.objects.count() == 0


def test_leaving_ends_the_session_and_leaves_an_event(client):
    client.force_login(make_user(Role.MARKETING))

    client.post("/accounts/logout/")

    assert "_auth_user_id" not in client.session
    assert events() == ["session.end"]


def test_the_door_sends_one_back_to_where_one_wanted_to_go_but_not_to_another_host(client):
    make_user(email="wang@port.invalid", password=PASSWORD)
    form = {"login": "wang@port.invalid", "password": PASSWORD}

    assert client.post("/accounts/login/", form | {"next": "/people/me/"})["Location"] == "/people/me/"
    assert Client().post("/accounts/login/", form | {"next": "https://elsewhere.invalid/"})["Location"] == "/"


def test_outside_the_demo_no_log_in_is_offered(client, settings, tmp_path):
    (tmp_path / "demo-logins.json").write_text(json.dumps([{"role": "manager", "email": "m@x.invalid", "password": "shown-in-demo"}]))
    settings.PORTCRM_STATE = tmp_path

    settings.PORTCRM_DEMO = False
    assert "shown-in-demo" not in text(client.get("/accounts/login/?demo=manager"))
    settings.PORTCRM_DEMO = True
    assert "shown-in-demo" not in text(client.get("/accounts/login/"))
    assert 'value="shown-in-demo"' in text(client.get("/accounts/login/?demo=manager"))


# --- Second factor -----------------------------------------------------------------------------------------------------


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def begin(client: Client, email: str) -> None:
    """Log in and go to the page that sets the second factor up; it asks for the password once more."""
    log_in(client, email)
    asked = client.get("/accounts/2fa/totp/activate/")["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    client.post(asked, {"password": PASSWORD})


def switch_on(client: Client, email: str) -> str:
    """Set the second factor up as a person would, and return its secret."""
    begin(client, email)
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)}).status_code == 302
    return secret


def test_with_a_second_factor_the_password_alone_opens_nothing(client, django_capture_on_commit_callbacks):
    person = make_user(Role.MARKETING, email="wang@port.invalid", password=PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        secret = switch_on(client, person.email)
    cache.clear()  # the code that switched it on may be used again in this test

    other = Client()
    answer = log_in(other, person.email)

    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in other.session
    other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in other.session
    other.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert other.session["_auth_user_id"] == str(person.pk)
    assert "second_factor.start" in events()


def test_the_secret_of_the_second_factor_is_stored_encrypted(client):
    person = make_user(Role.MARKETING, email="wang@port.invalid", password=PASSWORD)

    secret = switch_on(client, person.email)

    stored = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert secret not in stored
    assert len(stored) > 100


def test_the_picture_to_scan_is_there_only_while_one_sets_it_up(client):
    person = make_user(Role.MARKETING, email="wang@port.invalid", password=PASSWORD)
    begin(client, person.email)
    assert client.get("/people/me/second-factor.svg").status_code == 404

    client.get("/accounts/2fa/totp/activate/")

    picture = client.get("/people/me/second-factor.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert text(picture).startswith('<svg xmlns="http://www.w3.org/2000/svg"')  # a picture of its own needs its name space
    assert "style=" not in text(picture)
    assert "no-store" in picture["Cache-Control"]


# --- Passwords ----------------------------------------------------------------------------------------------------------


def path_of(link: str) -> str:
    return link.removeprefix("http://127.0.0.1:8000").replace("http://localhost", "")


def choose(link: str, password: str = NEW, client: Client | None = None):
    """Open the link as a browser does and choose the password."""
    client = client or Client()
    first = client.get("/" + link.split("/", 3)[3])
    if first.status_code != 302:
        return first
    return client.post(first["Location"], {"new_password1": password, "new_password2": password})


def test_an_invitation_goes_by_the_outbox_and_its_link_stands_in_no_row():
    admin, person = make_user(Role.ADMIN, name="管理员甲"), make_user(Role.MARKETING, language="zh-hans")

    send_invitation(person=person, by=admin)

    mail = OutgoingEmail.objects.get(kind=INVITATION)
    assert (mail.to_address, mail.language) == (person.email, "zh-hans")
    assert "管理员甲" in mail.text
    assert "/password/" not in mail.text + mail.html
    assert personal_link(mail).startswith("http")
    assert events() == ["person.invite"]


def test_the_link_sets_a_password_once(client):
    person = make_user(Role.MARKETING, email="new@port.invalid")
    link = password_link(person)

    assert choose(link)["Location"] == "/accounts/login/"

    log_in(client, person.email, NEW)
    assert client.session["_auth_user_id"] == str(person.pk)
    choose(link, "third-password-55")
    assert User.objects.get(pk=person.pk).check_password(NEW)


def test_a_forged_link_and_one_of_a_closed_account_set_nothing():
    person, closed = make_user(password=PASSWORD), make_user(password=PASSWORD, is_active=False)
    forged = re.sub(r"-[0-9a-f]{32}/", "-" + "0" * 32 + "/", password_link(person))

    for link, owner in ((forged, person), (password_link(closed), closed)):
        answer = choose(link)
        assert answer.status_code == 200
        assert "new_password1" not in text(answer)
        assert User.objects.get(pk=owner.pk).check_password(PASSWORD)


def test_a_link_works_for_three_days_and_then_says_so_and_offers_a_new_one(client, monkeypatch):
    person = make_user(password=PASSWORD, language="en")
    made = dt.datetime(2026, 11, 2, 9, 0)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda tokens: made)
    link = password_link(person)

    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda tokens: made + dt.timedelta(days=3, seconds=1))
    late, client.cookies["django_language"] = choose(link, client=client), "en"
    told = text(client.get(path_of(link)))
    kept = User.objects.get(pk=person.pk).check_password(PASSWORD)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda tokens: made + dt.timedelta(days=3))
    in_time = choose(link)

    assert (late.status_code, "new_password1" in text(late), kept) == (200, False, True)
    assert "it is older than three days. Ask for a new one." in told
    assert reverse("accounts:password_ask") in told
    assert in_time["Location"] == "/accounts/login/"
    assert User.objects.get(pk=person.pk).check_password(NEW)


@pytest.mark.parametrize("weak", ["short1", "1234567890", "password123", "wangxiaoming1"])
def test_a_weak_password_is_refused(weak):
    person = make_user(email="wangxiaoming1@port.invalid")

    choose(password_link(person), weak)

    assert not User.objects.get(pk=person.pk).has_usable_password()


def test_who_asks_for_a_link_is_told_the_same_whether_there_is_an_account_or_not(client):
    person = make_user(email="wang@port.invalid", password=PASSWORD)
    make_user(email="gone@port.invalid", is_active=False)

    answers = [
        text(client.post("/people/password/ask/", {"email": email}))
        for email in ("wang@port.invalid", "none@port.invalid", "gone@port.invalid")
    ]

    alike = {re.sub(r"\w+@port.invalid|value=\"[^\"]*\"|\"X-CSRFToken\": \"[^\"]*\"", "", answer) for answer in answers}
    assert len(alike) == 1
    assert list(OutgoingEmail.objects.values_list("kind", "to_address", "link_ref")) == [(NEW_PASSWORD, person.email, str(person.pk))]
    assert password_link_of(str(person.pk)).startswith("http")


def test_asking_again_and_again_is_stopped(client):
    make_user(email="wang@port.invalid", password=PASSWORD)

    answers = [client.post("/people/password/ask/", {"email": "wang@port.invalid"}).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]
    assert OutgoingEmail.objects.count() == 5


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(client):
    person = make_user(Role.MARKETING, password=PASSWORD)
    elsewhere = Client()
    client.force_login(person)
    elsewhere.force_login(person)

    wrong = client.post("/people/me/password/", {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW})
    client.post("/people/me/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    assert wrong.status_code == 422
    assert client.get("/people/me/").status_code == 200
    assert elsewhere.get("/people/me/").status_code == 302
    assert events() == ["password.change"]


# --- What it costs, and the first administrator -------------------------------------------------------------------------


def test_knowing_who_asks_costs_one_query(client, django_assert_num_queries):
    client.force_login(make_user(Role.MARKETING))
    client.get("/api/v1/departments/")

    with django_assert_num_queries(2):  # the user and the rows asked for; the session comes from the cache
        client.get("/api/v1/departments/")


def test_a_link_is_not_sent_to_an_account_closed_in_the_meantime():
    person = make_user(Role.MARKETING)
    send_invitation(person=person, by=make_user(Role.ADMIN))
    mail = OutgoingEmail.objects.get()

    assert reason_to_withhold(mail) == ""
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert str(reason_to_withhold(mail)) != ""


def test_the_first_administrator_is_added_from_the_command_line(capsys):
    call_command("add_administrator", "boss@port.invalid", "王 主任")

    link = capsys.readouterr().out.strip()
    assert choose(link)["Location"] == "/accounts/login/"
    person = User.objects.get(email="boss@port.invalid")
    assert (person.roles, person.check_password(NEW)) == (["administrator"], True)
    with pytest.raises(CommandError):
        call_command("add_administrator", "boss@port.invalid", "Twin")
