"""Bring the database up to date, and fill it with demo data once: `python -m portcrm.launch.prepare [--demo]`.

One Django process for all of it; the launcher itself stays light.
"""

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command, get_commands

from portcrm.launch.speech import say

DEMO_COMMAND = "demo"


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portcrm.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if "--demo" in arguments and DEMO_COMMAND in get_commands():
        load_demo_once(Path(os.environ["PORTCRM_STATE"]))
    return 0


def load_demo_once(state: Path) -> None:
    """The mark `demo-started` without `demo-loaded` tells the next start that this one was interrupted."""
    if (state / "demo-loaded").exists():
        return
    say("首次启动:正在写入演示数据 …", "First start: loading the demo data …")
    (state / "demo-started").touch()
    call_command(DEMO_COMMAND)
    (state / "demo-loaded").touch()
    (state / "demo-started").unlink()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
