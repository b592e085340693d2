"""Environment, locks, secret and folders: what the first start makes and the next ones keep."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from portcrm.launch import environment
from portcrm.launch.filelock import FileLock
from portcrm.launch.places import LONGEST_SOCKET_PATH, ROOT, Places, private_folder
from portcrm.launch.speech import Trouble
from portcrm.launch.surroundings import secret_key, surroundings

LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path)
    places.make()
    places.launch.mkdir(parents=True)
    for name in LOCKS:
        (places.launch / name).write_text(f"content of {name}")
    return places


@pytest.fixture
def installed(places: Places, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The locks that each call of install was asked for; it makes an interpreter and nothing else."""
    calls: list[list[str]] = []

    def install(places: Places, locks: list[Path]) -> None:
        calls.append([lock.name for lock in locks])
        places.python.parent.mkdir(parents=True, exist_ok=True)
        places.python.touch()

    monkeypatch.setattr(environment, "install", install)
    return calls


def test_an_unchanged_lock_is_installed_once(places: Places, installed: list[list[str]]) -> None:
    for _ in range(2):
        environment.ensure(places, LOCKS[:1])

    assert installed == [["requirements.lock"]]


def test_the_test_lock_is_added_to_an_existing_environment(places: Places, installed: list[list[str]]) -> None:
    environment.ensure(places, LOCKS[:1])
    environment.ensure(places, LOCKS)
    environment.ensure(places, LOCKS[:1])

    assert installed == [["requirements.lock"], ["requirements-dev.lock"]]


def test_a_changed_lock_starts_from_an_empty_environment(places: Places, installed: list[list[str]]) -> None:
    environment.ensure(places, LOCKS)
    (places.venv / "left-over").touch()

    (places.launch / LOCKS[0]).write_text("another content")
    environment.ensure(places, LOCKS)

    assert installed == [list(LOCKS), list(LOCKS)]
    assert not (places.venv / "left-over").exists()


def test_an_environment_of_another_python_is_made_anew(places: Places, installed: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    environment.ensure(places, LOCKS[:1])

    monkeypatch.setattr(environment, "_python_version", lambda: "3.99")
    environment.ensure(places, LOCKS[:1])

    assert len(installed) == 2


def test_a_python_without_venv_is_told_the_package_to_install(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(Trouble) as refusal:
        environment.make_venv(places)

    assert refusal.value.zh.endswith(f"sudo apt install python{sys.version_info.major}.{sys.version_info.minor}-venv")
    assert refusal.value.en.startswith("This Python has no venv module.")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address_and_hashes_every_package(name: str) -> None:
    text = (ROOT / "portcrm" / "launch" / name).read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=\S)", text.strip())

    assert re.findall(r"\w+://|--\S*index\S*|--find-links", text) == []
    assert [entry for entry in requirements if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(("written", "lock"), [("requirements.txt", LOCKS[0]), ("requirements-dev.txt", LOCKS[1])])
def test_every_pin_written_by_hand_stands_in_the_lock(written: str, lock: str) -> None:
    pins = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", (ROOT / written).read_text(encoding="utf-8"), re.MULTILINE)
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "portcrm" / "launch" / lock).read_text(encoding="utf-8"), re.MULTILINE))

    assert len(pins) > 10
    assert {name: locked.get(name.lower()) for name, _ in pins} == dict(pins)


def test_the_secret_is_made_once_and_is_its_owners_alone(places: Places) -> None:
    first, second = secret_key(places), secret_key(places)

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((places.state / "secret-key").stat().st_mode) == 0o600


def test_what_the_caller_set_stays_but_demo_log_ins_need_the_embedded_database(places: Places) -> None:
    given = {"EMAIL_URL": "smtp://127.0.0.1:2525", "SECRET_KEY": "mine", "PORTCRM_DEMO": "1", "PORT_CURRENCY": "EUR"}

    environ = surroundings(places, database_url="postgres://db/x", redis_url="redis://q/0", embedded_database=False, base=given)

    assert {name: environ.get(name) for name in (*given, "DATABASE_URL")} == {
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "SECRET_KEY": "mine",
        "PORTCRM_DEMO": None,
        "PORT_CURRENCY": "EUR",
        "DATABASE_URL": "postgres://db/x",
    }


def test_sockets_lie_in_the_checkout_unless_their_path_would_be_too_long(tmp_path: Path) -> None:
    near, far = Places(Path("/srv/portcrm")), Places(tmp_path / ("deep" * 30))

    short = far.sockets("postgres")

    assert near.sockets("postgres") == Path("/srv/portcrm/.portcrm/sockets/postgres")
    assert len(str(short / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH
    assert stat.S_IMODE(short.parent.stat().st_mode) == 0o711
    short.parent.rmdir()


def test_a_private_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "short").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Trouble, match="belongs to somebody else"):
        private_folder(tmp_path / "short")


def test_a_lock_is_free_again_when_its_holder_was_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        held = FileLock(tmp_path / "lock").is_held_by_somebody()
        holder.kill()

    assert held
    assert not FileLock(tmp_path / "lock").is_held_by_somebody()


_HOLD = """
import pathlib, sys, time
from portcrm.launch.filelock import FileLock
lock = FileLock(pathlib.Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
time.sleep(60)
"""
