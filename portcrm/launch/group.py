"""Web, worker and beat as one group: one output, one end."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from portcrm.launch.processes import spawn
from portcrm.launch.speech import Trouble, complain, say

COLOURS = ("36", "33", "35", "32")
PATIENCE = 15.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Part:
    name: str
    argv: Sequence[str | Path]


@dataclass
class _Running:
    name: str
    process: subprocess.Popen[bytes]
    log: BinaryIO
    prefix: str
    rest: bytes = field(default=b"")


class Group:
    """Starts its parts, relays what they write, and ends them all when one ends, when told to, or when `watch` objects."""

    def __init__(
        self, parts: Sequence[Part], *, environ: Mapping[str, str], folder: Path, logs: Path, watch: Callable[[], Trouble | None]
    ) -> None:
        self.parts, self.environ, self.folder, self.logs, self.watch = parts, environ, folder, logs, watch
        self._running: list[_Running] = []
        self._signals = 0
        self._silent = False

    def run(self, started: Callable[[], None]) -> int:
        """Until the end; 0 when stopped by a signal, 1 when something ended by itself."""
        earlier = {number: signal.signal(number, self._count_signal) for number in STOP_SIGNALS}
        try:
            with selectors.DefaultSelector() as selector:
                for part in self.parts:
                    self._start(part, selector)
                started()
                trouble = self._relay_until_trouble(selector)
                if trouble:
                    complain(trouble)
                else:
                    say("正在停止 …", "Stopping …")
                self._stop(selector)
            return 1 if trouble else 0
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)

    def _start(self, part: Part, selector: selectors.BaseSelector) -> None:
        path = self.logs / f"{part.name}.log"
        if path.exists():
            path.replace(path.with_suffix(".log.1"))
        process = spawn(part.argv, environ=self.environ, folder=self.folder, output=subprocess.PIPE)
        widest = max(len(other.name) for other in self.parts)
        colour = COLOURS[len(self._running) % len(COLOURS)]
        prefix = f"{part.name:<{widest}} | "
        prefix = f"\x1b[{colour}m{prefix}\x1b[0m" if sys.stdout.isatty() else prefix
        running = _Running(part.name, process, path.open("wb"), prefix)
        self._running.append(running)
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        selector.register(process.stdout, selectors.EVENT_READ, running)

    def _relay_until_trouble(self, selector: selectors.BaseSelector) -> Trouble | None:
        """Nothing when a signal asked to stop."""
        while not self._signals:
            self._relay(selector)
            for running in self._running:
                if running.process.poll() is not None and not self._signals:
                    self._relay(selector)
                    return _ended(running, self.logs)
            objection = self.watch()
            if objection:
                return objection
        return None

    def _relay(self, selector: selectors.BaseSelector, timeout: float = 0.2) -> None:
        for key, _events in selector.select(timeout):
            running: _Running = key.data
            chunk = os.read(key.fd, 65536)
            if not chunk:
                selector.unregister(key.fileobj)
            running.log.write(chunk)
            running.log.flush()
            *lines, running.rest = (running.rest + chunk).split(b"\n")
            for line in lines:
                self._print(running.prefix + line.decode("utf-8", "replace"))

    def _print(self, line: str) -> None:
        """A reader who has gone (`./run | head`, a closed terminal) is no reason to stop in the middle."""
        if not self._silent:
            try:
                print(line, flush=True)
            except OSError:
                self._silent = True
                self._signals += 1

    def _stop(self, selector: selectors.BaseSelector) -> None:
        """Ask all at once, relay their last words, end what is left; a second signal shortens the wait."""
        asked = self._signals
        for running in self._running:
            if running.process.poll() is None:
                running.process.terminate()
        deadline = time.monotonic() + PATIENCE
        while self._alive() and time.monotonic() < deadline and self._signals <= max(asked, 1):
            self._relay(selector, timeout=0.05) if selector.get_map() else time.sleep(0.05)
        for running in self._alive():
            os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
        for running in self._running:
            running.log.close()

    def _alive(self) -> list[_Running]:
        return [running for running in self._running if running.process.poll() is None]

    def _count_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1


def _ended(running: _Running, logs: Path) -> Trouble:
    code, log = running.process.returncode, logs / f"{running.name}.log"
    return Trouble(
        f"{running.name} 意外结束(代码 {code}),其余部分随之停止。日志:{log}",
        f"{running.name} ended by itself (code {code}); the rest is stopped. Log: {log}",
    )
