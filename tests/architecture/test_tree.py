"""What must not lie in the tree: marks of one machine, other people's files, unfinished words."""

import re
import subprocess
from functools import cache
from pathlib import Path

from tests.architecture.source import ROOT

TEXT = {".py", ".html", ".txt", ".md", ".js", ".css", ".json", ".toml", ".ini", ".yml", ".yaml", ".po", ".csv", ".svg", ".lock", ".sh", ""}
# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join((r"(?<![\w.}])/wo" + r"rk/", r"(?<![\w.}])/ro" + r"ot/", "/tm" + r"p/w/", r"/ho" + r"me/\w+/")))
HOSTS = re.compile(
    "|".join(("pypi" + r"\.org", "files\\.python" + "hosted", "registry\\." + "npmjs", "npm" + "mirror", r"tuna\.tsing" + "hua"))
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
THIRD_PARTY = ("vendor/", "node_modules/", ".min.js", ".min.css")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Files under version control; without git (an unpacked archive) every file but the state folder."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        return tuple(ROOT / name for name in listed if name and (ROOT / name).is_file())
    except (FileNotFoundError, subprocess.CalledProcessError):
        return tuple(path for path in ROOT.rglob("*") if path.is_file() and ".portcrm" not in path.parts and ".git" not in path.parts)


def lines_that(pattern: re.Pattern) -> list[str]:
    found = []
    for path in tracked_files():
        if path.suffix in TEXT:
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [
                f"{path.relative_to(ROOT)}:{n} {line.strip()[:90]}" for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)
            ]
    return found


def test_no_path_of_a_machine_is_in_the_tree():
    assert lines_that(MACHINE_PATHS) == []


def test_no_package_registry_is_named_in_the_tree():
    assert lines_that(HOSTS) == []


def test_nothing_unfinished_is_in_the_tree():
    assert lines_that(UNFINISHED) == []


def test_other_peoples_files_are_not_committed():
    names = [str(path.relative_to(ROOT)) for path in tracked_files()]

    assert [name for name in names if any(mark in name for mark in THIRD_PARTY)] == []
    assert [name for name in names if name.endswith(".mo")] == []


def test_the_rooms_are_where_the_plan_says():
    rooms = "manage.py portcrm customers cargo feedback marketing templates static requirements.txt pytest.ini README.md run test"

    assert [name for name in rooms.split() if not (ROOT / name).exists()] == []
