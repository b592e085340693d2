"""Parent companies as files name them: by customer code or by the exact name, looked up once for a portion of rows."""

from collections.abc import Iterable

from customers.naming.keys import CHINESE
from customers.services.recognising import KnownFirms


class Parents:
    def __init__(self, words: Iterable[str]):
        asked = [fields for word in set(words) for fields in named(word)]
        self._known = KnownFirms.of(asked) if asked else KnownFirms()

    def find(self, word: str) -> int | None:
        """The key of the one customer that is meant; None where there is none, or several have the name."""
        by_code, by_name = named(word)
        match = self._known.find({}, code=by_code["code"])
        return match.sure or self._known.find(by_name, code="").sure


def named(word: str) -> tuple[dict[str, str], dict[str, str]]:
    """How a firm so written may be recognised. The code may stand before the name, as our lists export it."""
    return {"code": word.split()[0].upper()}, {"name_zh" if CHINESE.search(word) else "name_en": word}
