"""Keeps one embedded server for every command of this checkout: `python -m portcrm.launch.keeper postgres`.

Whoever uses the server holds a shared lock. The keeper ends the server when it can have that lock alone, which the
kernel sees to even when the users were killed; the server dies with its keeper (PR_SET_PDEATHSIG).
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from portcrm.launch.broker import embedded_broker
from portcrm.launch.filelock import FileLock
from portcrm.launch.places import Places
from portcrm.launch.postgres import embedded_cluster, last_lines
from portcrm.launch.processes import stop, wait_until
from portcrm.launch.speech import Trouble, complain

DATABASE = "portcrm"
STOP_SIGNALS = {"postgres": signal.SIGINT, "broker": signal.SIGTERM}
PATIENCE = 60


@dataclass
class Held:
    """The caller's share in a running server; release it and the last one out turns off the light."""

    kind: str
    url: str
    places: Places
    users: FileLock
    keeper: subprocess.Popen[bytes] | None = None  # where the caller is who started it

    def is_alive(self) -> bool:
        return _keeper_lock(self.places, self.kind).is_held_by_somebody()

    def release(self) -> None:
        """Give up the share; where nobody else uses the server, wait until it has stopped."""
        self.users.release()
        wait_until(lambda: not self.is_alive() or self._is_shared(), seconds=PATIENCE)
        if self.keeper is not None and not self.is_alive():
            self.keeper.wait()

    def _is_shared(self) -> bool:
        """Somebody else holds a share: it cannot be had alone, but beside others."""
        if not self.users.is_held_by_somebody():
            return False
        shared = self.users.acquire(shared=True, wait=False)
        self.users.release()
        return shared


def hold(kind: str, places: Places) -> Held:
    """Share the server if it runs, start it if not."""
    users = _users_lock(places, kind)
    users.acquire(shared=True)
    try:
        with FileLock(places.locks / f"{kind}.start"):
            alive = _keeper_lock(places, kind).is_held_by_somebody()
            keeper = None if alive else _start_keeper(kind, places)
            url = _ready_url(kind, places, keeper)
    except BaseException:
        users.release()
        raise
    return Held(kind=kind, url=url, places=places, users=users, keeper=keeper)


def keep(kind: str, places: Places) -> int:
    """Start the server, say where it is, and stop it when its last user is gone."""
    lock = _keeper_lock(places, kind)
    if not wait_until(lambda: lock.acquire(wait=False), seconds=1):
        return 0
    log = places.logs / f"{kind}.log"
    try:
        process, url = _start_server(kind, places, log)
    except Trouble as trouble:
        complain(trouble)
        return 1
    told_to_stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: told_to_stop.append(number))
    ready = _ready_file(places, kind)
    ready.with_suffix(".new").write_text(json.dumps({"keeper": os.getpid(), "url": url}), encoding="utf-8")
    ready.with_suffix(".new").rename(ready)
    try:
        users = _users_lock(places, kind)
        while process.poll() is None and not told_to_stop and not users.acquire(wait=False):
            time.sleep(0.1)
    finally:
        ready.unlink(missing_ok=True)
        stop(process, first=STOP_SIGNALS[kind], patience=PATIENCE)
    return 0


def _start_server(kind: str, places: Places, log: Path) -> tuple[subprocess.Popen[bytes], str]:
    if kind == "postgres":
        cluster = embedded_cluster(places)
        cluster.stop_orphan()
        cluster.create()
        return cluster.start(log), cluster.url(DATABASE)
    broker = embedded_broker(places)
    broker.create()
    broker.stop_orphan()
    return broker.start(log), broker.url


def _start_keeper(kind: str, places: Places) -> subprocess.Popen[bytes]:
    _ready_file(places, kind).unlink(missing_ok=True)
    with _keeper_log(places, kind).open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "portcrm.launch.keeper", kind],
            cwd=places.root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(places.root)},
        )


def _ready_url(kind: str, places: Places, keeper: subprocess.Popen[bytes] | None) -> str:
    ready = _ready_file(places, kind)
    wait_until(lambda: ready.exists() or (keeper is not None and keeper.poll() is not None), seconds=PATIENCE * 2)
    try:
        return str(json.loads(ready.read_text(encoding="utf-8"))["url"])
    except FileNotFoundError:
        raise Trouble(
            f"内置服务 {kind} 未能启动,日志:{places.logs}",
            f"The embedded server {kind} did not start; its logs are in {places.logs}",
            detail=last_lines(_keeper_log(places, kind)),
        ) from None


def _keeper_log(places: Places, kind: str) -> Path:
    return places.logs / f"{kind}-keeper.log"


def _ready_file(places: Places, kind: str) -> Path:
    return places.locks / f"{kind}.ready"


def _users_lock(places: Places, kind: str) -> FileLock:
    return FileLock(places.locks / f"{kind}.users")


def _keeper_lock(places: Places, kind: str) -> FileLock:
    return FileLock(places.locks / f"{kind}.keeper")


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], Places()))
