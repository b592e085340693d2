"""Where things lie: one git-ignored folder in the checkout and, only where needed, a short private one."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portcrm.launch.speech import Trouble

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 107  # bytes, the kernel's limit
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Places:
    root: Path = ROOT

    @property
    def state(self) -> Path:
        return self.root / ".portcrm"

    @property
    def venv(self) -> Path:
        return self.state / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def launch(self) -> Path:
        return self.root / "portcrm" / "launch"

    @property
    def vendor(self) -> Path:
        return self.state / "vendor"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def locks(self) -> Path:
        return self.state / "locks"

    def make(self) -> None:
        """Make the folders every command expects; passable by the uid the database runs under, never readable."""
        private = (self.logs, self.locks, self.state / "media")
        for folder, mode in ((self.state, 0o711), (self.state / "static", 0o755), *((folder, 0o700) for folder in private)):
            folder.mkdir(exist_ok=True)
            if stat.S_IMODE(folder.stat().st_mode) != mode and folder.stat().st_uid == os.geteuid():
                folder.chmod(mode)

    def short(self) -> Path:
        """The private folder under the temp directory, named by this checkout and its user; made when asked for."""
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:10]
        return private_folder(_temp_dir() / f"portcrm-{name}-{os.geteuid()}")

    def sockets(self, kind: str) -> Path:
        """The folder of a server's socket: in the checkout, or in the short folder when the path would be too long."""
        near = self.state / "sockets" / kind
        if len(os.fsencode(near)) + len(LONGEST_SOCKET_NAME) <= LONGEST_SOCKET_PATH:
            return near
        return self.short() / kind


def private_folder(folder: Path) -> Path:
    """The folder, made if absent and refused if somebody else made it. Others may pass through, not look inside."""
    try:
        folder.mkdir(mode=0o711)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise Trouble(
                f"{folder} 属于其他用户,请删除后重试。",
                f"{folder} belongs to somebody else. Remove it and start again.",
            ) from None
    return folder


def _temp_dir() -> Path:
    chosen = tempfile.gettempdir()
    return Path(chosen if len(os.fsencode(chosen)) <= 60 else "/tmp")  # noqa: S108 - private_folder checks the owner
