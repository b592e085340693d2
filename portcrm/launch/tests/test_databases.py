"""Which servers and databases a start uses: those named in the environment, an embedded one for each of the others."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest

from portcrm.launch.database import beside, ensure_database
from portcrm.launch.places import Places
from portcrm.launch.run import services
from portcrm.launch.speech import Trouble
from portcrm.launch.tests.checkouts import make_checkout

NAME = "portcrm_launch_test"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path)
    places.make()
    return places


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Places]:
    """One that can start servers of its own."""
    places = Places(make_checkout(tmp_path / "checkout"))
    yield places
    shutil.rmtree(places.short())


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a database that is not there yet, on the server of the tests."""
    server = os.environ["DATABASE_URL"]
    yield beside(server, NAME)
    execute(server, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def execute(url: str, statement: str) -> list[tuple]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("given", "other"),
    [
        ("postgres://postgres@/portcrm?host=/x/postgres", "postgres://postgres@/other?host=/x/postgres"),
        ("postgres://crm:p%2Fw@db:5432/crm", "postgres://crm:p%2Fw@db:5432/other"),
        ("postgres://crm@db", "postgres://crm@db/other"),
    ],
)
def test_the_address_of_another_database_differs_in_its_name_only(given: str, other: str) -> None:
    assert beside(given, "other") == other


@pytest.mark.database
@pytest.mark.parametrize("mark", ["demo-started", "demo-loaded"])
def test_a_database_is_made_once_and_left_alone_whatever_lies_in_the_state_folder(places: Places, url: str, mark: str) -> None:
    made = ensure_database(url, places)
    execute(url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')")
    (places.state / mark).touch()

    again = ensure_database(url, places)

    assert (made, again) == (True, False)
    assert execute(url, "SELECT word FROM kept") == [("here",)]


@pytest.mark.database
def test_of_two_commands_at_once_one_makes_the_database(places: Places, url: str) -> None:
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(lambda _number: ensure_database(url, places), range(4)))

    assert sorted(made) == [False, False, False, True]


def test_named_services_are_used_and_nothing_is_started_beside_them(places: Places) -> None:
    with services(places) as found:
        held = [share.kind for share in found.held]

    assert (found.database_url, found.redis_url) == (os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
    assert (held, found.embedded_database, found.new_database) == ([], False, False)
    assert [path.name for path in places.locks.iterdir()] == []


def test_another_database_of_the_named_server_is_used_if_it_is_there(places: Places, url: str) -> None:
    with pytest.raises(Trouble, match=rf'database "{NAME}" does not exist'), services(places, database=NAME):
        pass
    ensure_database(url, places)
    with services(places, database=NAME) as found:
        used = execute(found.database_url, "SELECT current_database()")

    assert used == [(NAME,)]


def test_with_a_named_database_only_the_broker_is_started(checkout: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL")

    with services(checkout) as found:
        held = {share.kind: share.is_alive() for share in found.held}
        trouble = found.objection()
    after = [share.is_alive() for share in found.held]

    assert (held, trouble, after) == ({"broker": True}, None, [False])
    assert (found.database_url, found.redis_url) == (os.environ["DATABASE_URL"], f"redis+socket://{checkout.sockets('broker')}/broker.sock")
    assert not found.embedded_database


def test_with_a_named_broker_only_the_database_is_started_and_is_new_once(checkout: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")

    with services(checkout) as found, services(checkout) as second, services(checkout, database="other") as third:
        names = [execute(one.database_url, "SELECT current_database()") for one in (found, second, third)]
    after = [share.is_alive() for share in found.held]

    assert names == [[("portcrm",)], [("portcrm",)], [("other",)]]
    assert [one.new_database for one in (found, second, third)] == [True, False, True]
    assert (found.embedded_database, found.redis_url) == (True, os.environ["REDIS_URL"])
    assert ([share.kind for share in found.held], after) == (["postgres"], [False])


def test_a_mail_address_without_a_server_is_refused_before_anything_is_started(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://")
    monkeypatch.delenv("REDIS_URL")

    with pytest.raises(Trouble, match="names no server"), services(places):
        pass

    assert list(places.locks.iterdir()) == []
