"""Bring the database up to date: `python -m portcrm.launch.prepare [--demo | --log-ins-only]`.

--demo fills it with demo data where nobody is in it yet, --log-ins-only notes the demo log-ins it has.
One Django process for all of it; the launcher itself stays light.
"""

import os
import sys

import django
from django.core.management import call_command, get_commands

from portcrm.launch.migrating import TellingMigrate
from portcrm.launch.speech import speak_any_terminal

DEMO_COMMAND = "demo"


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portcrm.settings")
    django.setup()
    call_command(TellingMigrate(), interactive=False, verbosity=0)
    if arguments and DEMO_COMMAND in get_commands():
        call_command(DEMO_COMMAND, log_ins_only="--demo" not in arguments)
    return 0


if __name__ == "__main__":
    speak_any_terminal()
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
