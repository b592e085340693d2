"""Child processes that never outlive their launcher, and servers under an unprivileged user."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The user a server runs as."""

    uid: int
    gid: int

    def owns(self, folder: Path) -> None:
        os.chown(folder, self.uid, self.gid)


def unprivileged_account() -> Account | None:
    """`nobody` for root, because PostgreSQL refuses to run as root; otherwise the caller's own (None)."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(entry.pw_uid, entry.pw_gid)


def die_with_parent(death_signal: int) -> Callable[[], None]:
    """For preexec_fn, which runs after the change of user: the kernel sends the signal when the parent dies."""
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)

    return ask_the_kernel


def spawn(
    argv: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    folder: Path,
    output: int | IO[bytes],
    account: Account | None = None,
    death_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (Ctrl-C reaches only the launcher). Call it from the main thread."""
    return subprocess.Popen(
        [os.fspath(part) for part in argv],
        env=dict(environ),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(death_signal),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def run_quietly(
    argv: Sequence[str | Path], *, environ: Mapping[str, str], account: Account | None = None
) -> subprocess.CompletedProcess[str]:
    """Run to the end, both outputs kept as text."""
    return subprocess.run(
        [os.fspath(part) for part in argv],
        env=dict(environ),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def can_execute(binary: Path, account: Account | None) -> bool:
    """Tried rather than reasoned: a folder above may be closed to the account."""
    try:
        return run_quietly([binary, "--version"], environ=clean_environ(), account=account).returncode == 0
    except OSError:
        return False


def can_enter(folder: Path, account: Account | None) -> bool:
    command: list[str | Path] = ["/bin/sh", "-c", 'cd "$1"', "sh", folder]
    return run_quietly(command, environ=clean_environ(), account=account).returncode == 0


def clean_environ() -> dict[str, str]:
    """A server takes nothing from the caller's shell: an inherited LANG that does not exist makes initdb fail."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": server_locale(), "TZ": "UTC"}


def server_locale() -> str:
    return "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """True as soon as the condition holds, False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def stop(process: subprocess.Popen[bytes], *, first: int = signal.SIGTERM, patience: float = 10) -> None:
    """Ask, wait, then end the process and the session it leads."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False
