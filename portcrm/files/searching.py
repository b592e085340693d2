"""Looking for words inside files of plain text. What files of other kinds hold, only people can tell."""

import re
from collections.abc import Iterable

from portcrm.audit.masking import pattern_of
from portcrm.files.models import StoredFile

LONGEST, MOST = 2 << 20, 20 << 20  # bytes read of one file, and of all files for one question
ENCODINGS = ("utf-8-sig", "gb18030")


class TextSearch:
    """Says of one file after the other whether it holds any of the words, spelt in any case."""

    def __init__(self, words: Iterable[str]):
        self._wanted = re.compile(pattern_of(words) or "(?!)", re.IGNORECASE)
        self._left = MOST

    def names(self, text: str) -> bool:
        return bool(self._wanted.search(text))

    def holds(self, stored: StoredFile) -> bool | None:
        """None: not looked into, because it is no plain text, too long, gone, or enough was read already."""
        if stored.kind != "text" or stored.size > min(LONGEST, self._left):
            return None
        try:
            with stored.file.open("rb") as kept:
                content = kept.read(LONGEST)
        except FileNotFoundError:
            return None
        self._left -= len(content)
        return self.names(_decoded(content))


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")
