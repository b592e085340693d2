"""./run as a real process, in small checkouts of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portcrm.launch.places import Places
from portcrm.launch.ports import next_free
from portcrm.launch.processes import wait_until
from portcrm.launch.tests.checkouts import make_checkout

PARTS = ("postgres", "valkey-server", "gunicorn", "worker", "beat")


class Launched:
    """A `./run` whose output goes to a file."""

    def __init__(self, root: Path, *arguments: str) -> None:
        self.root, self.output = root, root / "output.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(root / "run"), *arguments],
                env={"PATH": os.environ["PATH"], "HOME": str(root)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def address(self) -> str:
        """The address that stands in the banner once the web process answers."""
        pattern = re.compile(r"^PortCRM  (http://\S+)", re.MULTILINE)
        wait_until(lambda: bool(pattern.search(self.output.read_text())) or self.process.poll() is not None, seconds=60)
        found = pattern.search(self.output.read_text())
        assert found, self.output.read_text()
        return found[1]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def living(self) -> list[str]:
        """Command lines of processes that name this checkout or its short folder, there or in their environment."""
        commands, names = [], (os.fsencode(self.root), os.fsencode(Places(self.root).short()))
        for process in Path("/proc").glob("[0-9]*"):
            command = _bytes(process / "cmdline")
            surroundings = _bytes(process / "environ")
            if any(name in command + surroundings for name in names):
                commands.append(command.replace(b"\0", b" ").decode(errors="replace"))
        return commands


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture
def launch() -> Iterator[type[Launched]]:
    """Starts checkouts; whatever a failed test leaves running is ended."""
    started: list[Launched] = []

    class Remembered(Launched):
        def __init__(self, root: Path, *arguments: str) -> None:
            super().__init__(root, *arguments)
            started.append(self)

    yield Remembered
    for launched in started:
        if launched.process.poll() is None:
            launched.end(signal.SIGKILL)
            wait_until(lambda launched=launched: not launched.living(), seconds=30)
        shutil.rmtree(Places(launched.root).short())


def free_port() -> int:
    return next_free("127.0.0.1", 18000 + os.getpid() % 2000)


def read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read()


def test_a_killed_launcher_leaves_no_process_behind_and_the_next_start_works(tmp_path: Path, launch: type[Launched]) -> None:
    root = make_checkout(tmp_path / "checkout")
    killed = launch(root, "--port", str(free_port()))
    killed.address()
    living = killed.living()

    killed.end(signal.SIGKILL)
    all_gone = wait_until(lambda: not killed.living(), seconds=90)  # gunicorn alone gives open answers 30 seconds to end
    again = launch(root, "--port", str(free_port()))

    assert [part for part in PARTS if not any(part in command for command in living)] == []
    assert all_gone, killed.living()
    assert read(again.address()) == b"port"
    assert (again.end(signal.SIGINT), again.living()) == (0, [])


def test_two_checkouts_run_side_by_side_and_a_second_start_in_one_is_refused(tmp_path: Path, launch: type[Launched]) -> None:
    port = free_port()
    one = launch(make_checkout(tmp_path / "one"), "--port", str(port))
    first = one.address()
    two = launch(make_checkout(tmp_path / "two"), "--port", str(port))
    second = two.address()

    again = subprocess.run([one.root / "run"], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False)
    stopped = one.end(signal.SIGTERM)

    assert (first, read(second)) == (f"http://127.0.0.1:{port}", b"port")
    assert f"Port {port} is taken; using {second.rpartition(':')[2]}.\n" in two.output.read_text()
    assert (again.returncode, again.stderr.split("\n")[2]) == (1, "PortCRM already runs from this folder.")
    assert (stopped, one.living(), two.end(signal.SIGINT), two.living()) == (0, [], 0, [])


def test_a_command_starts_the_servers_it_needs_and_stops_them(tmp_path: Path, launch: type[Launched]) -> None:
    root = make_checkout(tmp_path / "checkout")
    question = "from django_celery_beat.models import PeriodicTask; print('tasks:', PeriodicTask.objects.count())"

    command = launch(root, "shell", "--command", question)

    assert command.process.wait(60) == 0
    assert "tasks: 0\n" in command.output.read_text()
    assert command.living() == []
