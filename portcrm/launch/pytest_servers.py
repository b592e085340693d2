"""pytest plugin: throw-away PostgreSQL and broker, in the environment before pytest-django reads the settings.

A plugin named by `-p`, because a conftest comes too late. Given DATABASE_URL or REDIS_URL are used instead.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portcrm.launch import pytest_template
from portcrm.launch.broker import throwaway_broker
from portcrm.launch.filelock import FileLock
from portcrm.launch.places import Places
from portcrm.launch.postgres import throwaway_cluster
from portcrm.launch.processes import stop
from portcrm.launch.surroundings import client_surroundings

PREFIX = "portcrm-test-"
NO_SAMPLES = "PORTCRM_SAMPLES is not set to the folder of sample files"
LOOPBACK = ("127.", "localhost", "::1")


class ThrowawayServers:
    """Servers of one pytest process; they die with it, and what a killed one leaves the next one clears away."""

    def __init__(self) -> None:
        remove_leftovers(Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.folder.chmod(0o711)
        self._lock = FileLock(self.folder / "lock")
        self._lock.acquire()
        self._running: list[tuple[subprocess.Popen[bytes], int]] = []
        self._owner = os.getpid()

    def start_database(self, environ: dict[str, str]) -> dict[str, str]:
        """Its address, and the migrated database that test databases are copies of."""
        cluster = throwaway_cluster(Places(), self.folder)
        template = pytest_template.prepare_cluster(cluster, Places(), environ)
        self._running.append((cluster.start(self.folder / "postgres.log"), signal.SIGINT))
        url = cluster.url("postgres")
        return {"DATABASE_URL": url, pytest_template.VARIABLE: template, **client_surroundings(url, os.environ["PATH"])}

    def start_broker(self) -> str:
        broker = throwaway_broker(self.folder)
        broker.create()
        self._running.append((broker.start(self.folder / "broker.log"), signal.SIGTERM))
        return broker.url

    def make_state(self) -> Path:
        """A state folder whose front-end files are the real ones."""
        state = self.folder / "state"
        state.mkdir()
        (state / "static").mkdir()  # what collectstatic would fill; the file server warns where it is missing
        (state / "vendor").symlink_to(Places().vendor, target_is_directory=True)
        return state

    def stop(self) -> None:
        if self._owner != os.getpid():  # a forked child ends: not its business
            return
        while self._running:
            process, first = self._running.pop()
            stop(process, first=first, patience=20)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.release()


def remove_leftovers(folder: Path) -> None:
    """Folders of test runs that were killed: nobody holds their lock any more."""
    for left in folder.glob(f"{PREFIX}*"):
        if left.is_dir() and left.stat().st_uid == os.geteuid() and (left / "lock").exists():
            lock = FileLock(left / "lock")
            if lock.acquire(wait=False):
                shutil.rmtree(left, ignore_errors=True)
                lock.release()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    servers = ThrowawayServers()
    atexit.register(servers.stop)
    os.environ |= environ_for(servers)
    return (yield)


def environ_for(servers: ThrowawayServers) -> dict[str, str]:
    """An xdist worker inherits the database and gets a broker of its own: queues must not mix."""
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    if "PYTEST_XDIST_WORKER" in os.environ and os.environ.get("PORTCRM_TEST_BROKER"):
        given.pop("REDIS_URL", None)
    environ = {
        "SECRET_KEY": "only-for-tests",
        "PORTCRM_STATE": str(servers.make_state()),
        "PORTCRM_TEST": "1",
        "WHITENOISE_USE_FINDERS": "1",
        **given,
    }
    if "REDIS_URL" not in environ:
        environ |= {"REDIS_URL": servers.start_broker(), "PORTCRM_TEST_BROKER": "1"}
    if "DATABASE_URL" not in environ:
        environ |= servers.start_database(environ)
    return environ


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample files that PORTCRM_SAMPLES names; without it the test is skipped by that name."""
    folder = os.environ.get("PORTCRM_SAMPLES", "")
    if not folder:
        pytest.skip(NO_SAMPLES)
    return Path(folder).resolve()


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Only this machine can be reached from a test."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            raise OSError(f"A test tried to reach {address[0]}: tests have no network.")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield
