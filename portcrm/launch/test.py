"""`./test` inside the environment: front-end files and catalogues, then pytest, which brings its own servers."""

import os
import sys
from typing import NoReturn

from portcrm.launch.places import Places
from portcrm.launch.run import prepare_files
from portcrm.launch.speech import Trouble, complain, speak_any_terminal


def main(arguments: list[str]) -> NoReturn:
    speak_any_terminal()
    places = Places()
    places.make()
    try:
        prepare_files(places)
    except Trouble as trouble:
        complain(trouble)
        sys.exit(1)
    os.chdir(places.root)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
