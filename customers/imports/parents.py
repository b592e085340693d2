"""Parent companies as files name them: by customer code or by the exact name, looked up once for a portion of rows."""

from collections.abc import Callable, Iterable, Sequence

from customers.naming.keys import CHINESE
from customers.services.recognising import KnownFirms, Names
from portcrm.exchange.importing import Row


class Parents:
    def __init__(self, words: Iterable[str]):
        asked = [fields for word in set(words) for fields in named(word)]
        self._known = KnownFirms.of(asked) if asked else KnownFirms()

    def find(self, word: str) -> int | None:
        """The key of the one customer that is meant; None where there is none, or several have the name."""
        by_code, by_name = named(word)
        match = self._known.find({}, code=by_code["code"])
        return match.sure or self._known.find(by_name, code="").sure


def parents_first(rows: Sequence[Row], fields_of: Callable[[dict], dict]) -> tuple[Sequence[Row], Sequence[Row]]:
    """The rows that may be stored now, and those whose parent another of these rows opens first."""
    if not any(row.values.get("parent") for row in rows):
        return rows, ()
    parents = Parents(row.values["parent"] for row in rows if row.values.get("parent"))
    opened = {Names.of(fields_of(row.values)).key: row.number for row in rows}

    def waits(row: Row) -> bool:
        word = row.values.get("parent")
        if not word or parents.find(word) is not None:
            return False
        return opened.get(Names.of(named(word)[1]).key, row.number) != row.number

    later = [row for row in rows if waits(row)]
    if len(later) == len(rows):  # they name one another: nobody can be first
        return rows, ()
    waiting = {row.number for row in later}
    return [row for row in rows if row.number not in waiting], later


def named(word: str) -> tuple[dict[str, str], dict[str, str]]:
    """How a firm so written may be recognised. The code may stand before the name, as our lists export it."""
    return {"code": word.split()[0].upper()}, {"name_zh" if CHINESE.search(word) else "name_en": word}
