"""The virtual environment: made and renewed by the hash of the locks, by uv where it can be had, by pip otherwise."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path

from portcrm.launch.filelock import FileLock
from portcrm.launch.places import Places
from portcrm.launch.speech import Trouble, complain, say, speak_any_terminal

INSTALLER_LOCK = "uv.lock.txt"


def enter(module: str, *, locks: Sequence[str], places: Places | None = None) -> None:
    """Make the environment if need be, then become `python -m module` inside it with the same arguments."""
    speak_any_terminal()
    places = places or Places()
    try:
        places.make()
        with FileLock(places.locks / "environment"):
            ensure(places, locks)
    except Trouble as trouble:
        complain(trouble)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    os.execve(places.python, [str(places.python), "-P", "-m", module, *sys.argv[1:]], python_environ(places))  # noqa: S606


def python_path(places: Places) -> str:
    """The checkout ahead of whatever the caller has set."""
    earlier = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join([str(places.root), *(part for part in earlier if part and part != str(places.root))])


def python_environ(places: Places) -> dict[str, str]:
    """This checkout's code ahead of the caller's; compiled files in the state folder, even for who writes none elsewhere."""
    unwanted = ("PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    environ = {name: value for name, value in os.environ.items() if name not in unwanted}
    return environ | {"PYTHONPATH": python_path(places), "PYTHONPYCACHEPREFIX": str(places.state / "pycache")}


def ensure(places: Places, locks: Sequence[str]) -> None:
    """Install each lock whose hash is not the one installed; start from nothing when Python or a hash changed."""
    wanted = {name: lock_hash(places.launch / name) for name in locks}
    installed = read_stamp(places)
    if installed and all(installed.get(name) == value for name, value in wanted.items()):
        return
    if any(installed.get(name, value) != value for name, value in wanted.items()) or not installed:
        say("正在建立运行环境 …", "Making the environment …")
        shutil.rmtree(places.venv, ignore_errors=True)
        installed = {}
    else:
        say("正在安装测试所需的包 …", "Installing what the tests need …")
    install(places, [places.launch / name for name in locks if name not in installed])
    write_stamp(places, {**installed, **wanted})


def lock_hash(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def read_stamp(places: Places) -> dict[str, str]:
    """What is installed, by lock name; nothing when the environment is broken or of another Python."""
    try:
        stamp = json.loads((places.venv / "portcrm.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    same_python = stamp.pop("python", "") == _python_version()
    return stamp if same_python and places.python.exists() else {}


def write_stamp(places: Places, installed: dict[str, str]) -> None:
    stamp = json.dumps({"python": _python_version(), **installed}, indent=1)
    (places.venv / "portcrm.json").write_text(stamp, encoding="utf-8")


def install(places: Places, locks: Iterable[Path]) -> None:
    """Install the locks, every file checked against its hash."""
    arguments = ["--require-hashes", "--no-deps", *(part for lock in locks for part in ("-r", str(lock)))]
    uv = shutil.which("uv")
    if uv and not places.python.exists():
        command = [uv, "venv", "--quiet", "--python", sys.executable, str(places.venv)]
        subprocess.run(command, check=False, capture_output=True)
    if not places.python.exists():
        make_venv(places)
    uv = uv or _own_uv(places)
    if uv and _uv_install(uv, places, arguments):
        return
    if not (places.venv / "bin" / "pip").exists():
        make_venv(places)
    _pip_install(places, arguments)


def make_venv(places: Places) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{_python_version()}-venv"
        raise Trouble(
            f"此 Python 缺少 venv 模块,请先安装:sudo apt install {package}",
            f"This Python has no venv module. Install it first: sudo apt install {package}",
        )
    venv.create(places.venv, with_pip=True, clear=True, symlinks=True)


def _own_uv(places: Places) -> str | None:
    """A uv of our own inside the environment; it installs several times faster than pip."""
    found = places.venv / "bin" / "uv"
    lock = str(places.launch / INSTALLER_LOCK)
    command = [str(places.python), "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes", "-r", lock]
    if not found.exists():
        subprocess.run(command, env=_pip_environ(), check=False, capture_output=True)
    return str(found) if found.exists() else None


def _uv_install(uv: str, places: Places, arguments: Sequence[str]) -> bool:
    command = [uv, "pip", "install", "--quiet", "--python", str(places.python), *arguments]
    if subprocess.run(command, env=_uv_environ(), check=False).returncode == 0:
        return True
    say("uv 未能安装,改用 pip。", "uv could not install; going on with pip.")
    return False


def _pip_install(places: Places, arguments: Sequence[str]) -> None:
    command = [str(places.python), "-m", "pip", "install", "--quiet", "--no-input", *arguments]
    done = subprocess.run(command, env=_pip_environ(), check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Trouble(
            "无法安装所需的包。请检查网络或软件源设置(pip config),然后重试。",
            "The packages could not be installed. Check the network or the package source (pip config), then try again.",
            detail=done.stderr[-2000:],
        )


def _pip_environ() -> dict[str, str]:
    return {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _uv_environ() -> dict[str, str]:
    """uv does not read pip's settings: hand it the package source that pip was given."""
    environ = dict(os.environ)
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"} & environ.keys():
        command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
        configured = subprocess.run(command, env=_pip_environ(), check=False, capture_output=True, text=True)
        source = environ.get("PIP_INDEX_URL") or configured.stdout.strip()
        if source:
            environ["UV_DEFAULT_INDEX"] = source
    return environ


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
