"""`./run real_data FOLDER`: a database of its own beside the one in use; a wrong folder costs nothing."""

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg2 import sql

from portcrm import own_database
from portcrm.accounts.models import User
from portcrm.exchange.management.commands.real_data import DATABASE
from portcrm.pages.registry import SampleStep, registry

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def seen(monkeypatch):
    """One small step that reads one file; gives back which database it found and who was in it."""
    found = []

    def step(folder, by, say):
        found.append((connection.settings_dict["NAME"], User.objects.filter(roles__len__gt=0).count(), (folder / "a.csv").read_text()))

    monkeypatch.setattr(registry, "samples", [SampleStep("small", 1, step, ("a.csv",))])
    yield found
    own_database._maintain(own_database._drop(DATABASE))


@pytest.fixture
def copied(monkeypatch):
    """The new database is a copy of the migrated one the tests keep, where they do; migrate runs over it all the same."""
    template = connection.settings_dict["TEST"]["TEMPLATE"]
    if template:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(DATABASE), sql.Identifier(template))
        monkeypatch.setattr(own_database, "_create", lambda name: create)


@pytest.fixture
def earlier_trial():
    """The database of an earlier trial, with one table to know it by."""
    own_database._maintain(own_database._drop(DATABASE), own_database._create(DATABASE))
    in_trial("CREATE TABLE earlier ()")


def in_trial(statement):
    other = psycopg2.connect(**{**connection.get_connection_params(), "dbname": DATABASE})
    other.autocommit = True
    try:
        with other.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        other.close()


def test_a_trial_fills_a_database_of_its_own_and_leaves_it(tmp_path, seen, earlier_trial, copied, settings, capsys):
    (tmp_path / "a.csv").write_text("content")
    settings.PORTCRM_DEMO, settings.PASSWORD_HASHERS = False, ["django.contrib.auth.hashers.MD5PasswordHasher"]
    usual = connection.settings_dict["NAME"]

    call_command("real_data", tmp_path)

    assert seen == [(DATABASE, 9, "content")]
    assert (connection.settings_dict["NAME"], User.objects.filter(roles__len__gt=0).count()) == (usual, 0)
    assert in_trial("SELECT count(*) FROM accounts_user WHERE email = 'manager@portcrm.invalid'") == 1
    assert in_trial("SELECT to_regclass('earlier')") is None
    assert capsys.readouterr().out.endswith(f"To browse it: ./run --database {DATABASE} --demo\n")


@pytest.mark.parametrize(
    ("folder", "sentence"), [("absent", "There is no such folder: .*absent"), ("", r"This folder lacks: a\.csv")], ids=["absent", "lacks"]
)
def test_a_wrong_folder_leaves_the_earlier_trial_as_it_is(tmp_path, seen, earlier_trial, folder, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("real_data", tmp_path / folder)

    assert in_trial("SELECT to_regclass('earlier')::text") == "earlier"
    assert seen == []


def test_the_new_database_has_the_locale_of_the_one_in_use(earlier_trial):
    statement = "SELECT concat_ws(' ', pg_encoding_to_char(encoding), datcollate, datctype) FROM pg_database WHERE datname = '{}'"

    assert in_trial(statement.format(DATABASE)) == in_trial(statement.format(connection.settings_dict["NAME"]))


def test_an_account_that_may_not_make_databases_is_told_what_to_do(tmp_path, seen, monkeypatch):
    (tmp_path / "a.csv").write_text("content")
    usual = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE portcrm_no_maker LOGIN")
    given = connection.get_connection_params
    monkeypatch.setattr(connection, "get_connection_params", lambda: {**given(), "user": "portcrm_no_maker"})
    connection.close()

    with pytest.raises(CommandError, match=r"leave DATABASE_URL out\.\npermission denied to create database"):
        call_command("real_data", tmp_path)

    monkeypatch.undo()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE portcrm_no_maker")
    assert (connection.settings_dict["NAME"], seen) == (usual, [])
