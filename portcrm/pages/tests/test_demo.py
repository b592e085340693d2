"""The first start: six log-ins that work, in whichever database was meant, and none where they do not exist."""

import json

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import close_account, system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.launch.logins import banner
from portcrm.launch.prepare import main as prepare
from portcrm.pages.registry import DemoSeed, registry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def state(settings, tmp_path):
    """The state folder of a checkout whose embedded demo was loaded earlier: its notes must not speak for another database."""
    settings.PORTCRM_DEMO, settings.PORTCRM_STATE = True, tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    (tmp_path / "demo-loaded").touch()
    (tmp_path / "demo-logins.json").write_text(json.dumps([{"role": "manager", "role_zh": "", "email": "old@x.invalid", "password": "p"}]))
    return tmp_path


@pytest.fixture(autouse=True)
def seeds(monkeypatch):
    """One small seed instead of the apps' own; gives back how often it ran."""
    runs = []
    monkeypatch.setattr(registry, "seeds", [DemoSeed("small", 1, lambda rng, users, say: runs.append(sorted(users)))])
    return runs


def log_ins(state):
    return json.loads((state / "demo-logins.json").read_text(encoding="utf-8"))


def test_a_first_start_makes_a_log_in_of_each_role_that_works_and_prints_it(state, seeds, rf):
    prepare(["--demo"])

    printed = banner("http://127.0.0.1:8000", state / "demo-logins.json")
    people = [authenticate(rf.post("/"), username=one["email"], password=one["password"]) for one in log_ins(state)]
    assert [person.roles for person in people] == [[role.value] for role in Role]
    assert [person.email in printed for person in people] == [True] * 6
    assert seeds == [sorted(Role)]


def test_a_second_start_loads_nothing_and_prints_the_same(state, seeds):
    call_command("demo")
    first = log_ins(state)
    (state / "demo-logins.json").unlink()  # as if killed before it was written

    call_command("demo")

    assert (len(seeds), log_ins(state)) == (1, first)


def test_an_interrupted_start_leaves_nobody_behind_and_the_next_one_begins_again(state, seeds, monkeypatch):
    def interrupted(rng, users, say):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(registry, "seeds", [DemoSeed("interrupted", 1, interrupted)])
        with pytest.raises(KeyboardInterrupt):
            call_command("demo")
    between = User.objects.filter(roles__len__gt=0).count()
    call_command("demo")

    assert (between, len(seeds), len(log_ins(state))) == (0, 1, 6)


def test_a_database_with_people_of_its_own_is_left_alone_and_no_log_in_is_printed(state, seeds, capsys):
    make_user(Role.MANAGER)

    call_command("demo")

    assert (seeds, User.objects.filter(roles__len__gt=0).count()) == ([], 1)
    assert log_ins(state) == []
    assert capsys.readouterr().out.endswith("This database has people of its own: no demo data were loaded.\n")
    assert "Log-in" not in banner("http://127.0.0.1:8000", state / "demo-logins.json")


def test_a_closed_account_is_not_printed(state):
    call_command("demo")
    close_account(person=User.objects.get(email="auditor@portcrm.invalid"), by=system_user())

    call_command("demo")

    assert [one["role"] for one in log_ins(state)] == [role.value for role in Role if role != Role.AUDITOR]


def test_noting_the_log_ins_of_another_database_loads_nothing_into_it(state, seeds):
    prepare(["--log-ins-only"])

    assert (seeds, log_ins(state)) == ([], [])
    assert not User.objects.filter(roles__len__gt=0).exists()


def test_outside_the_demo_the_command_is_refused(settings, state):
    settings.PORTCRM_DEMO = False
    before = log_ins(state)

    with pytest.raises(CommandError, match="only in the embedded database"):
        call_command("demo")

    assert log_ins(state) == before
