"""Translations: compiled at set-up by polib, extracted by `./run messages`."""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import polib

from portcrm.launch.speech import Trouble, say

DOMAINS = ("django", "djangojs")


def compile_stale(root: Path) -> list[Path]:
    """Compile every catalogue whose .mo is missing or older; give back the ones compiled."""
    stale = [po for po in sorted((root / "locale").glob("*/LC_MESSAGES/*.po")) if mo_is_stale(po)]
    for po in stale:
        compile_catalogue(po)
    return stale


def mo_is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns <= po.stat().st_mtime_ns


def compile_catalogue(po: Path) -> None:
    """Write the .mo in one step, so that a running server never reads half of it."""
    fresh = po.with_suffix(".mo.new")
    polib.pofile(str(po)).save_as_mofile(str(fresh))
    fresh.replace(po.with_suffix(".mo"))


def update_messages(root: Path, environ: Mapping[str, str]) -> int:
    """Bring the zh-Hans catalogue up to date with code and templates; say what is not translated yet."""
    if shutil.which("xgettext") is None:
        raise Trouble("缺少 gettext,请先安装:sudo apt install gettext", "gettext is missing: sudo apt install gettext")
    catalogues = root / "locale" / "zh_Hans" / "LC_MESSAGES"
    for domain in DOMAINS:
        if domain == "django" or (catalogues / f"{domain}.po").exists():
            _extract(root, domain, environ)
    missing = [line for po in sorted(catalogues.glob("*.po")) for line in untranslated(po)]
    compile_stale(root)
    for line in missing:
        print(line)
    if missing:
        say(f"{len(missing)} 条没有可靠的译文。", f"{len(missing)} entries without a sure translation.")
        return 1
    say("全部已翻译。", "Everything is translated.")
    return 0


def untranslated(po: Path) -> list[str]:
    """The entries that are empty or fuzzy, a line each."""
    entries: Iterable[polib.POEntry] = polib.pofile(str(po))
    return [f"{po.name}: {entry.msgid}" for entry in entries if not entry.obsolete and not entry.translated()]


def _extract(root: Path, domain: str, environ: Mapping[str, str]) -> None:
    options = ["--locale", "zh_Hans", "--domain", domain, "--no-location", "--no-wrap", "--no-obsolete", "--verbosity", "0"]
    command = [sys.executable, str(root / "manage.py"), "makemessages", *options]
    done = subprocess.run(command, cwd=root, env=dict(environ), check=False)
    if done.returncode:
        raise Trouble("makemessages 未能完成。", "makemessages did not finish.")
