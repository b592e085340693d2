"""Which customer file a name or code in a cargo document means."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Q
from django.db.models.functions import Upper

from customers.models import Customer


@lru_cache(maxsize=8192)
def party_text(text: str) -> str:
    """The form in which names of documents are compared: width, case and blanks made one, punctuation kept.

    Punctuation and legal forms tell firms of one family apart, so nothing more is folded here.
    """
    return " ".join(unicodedata.normalize("NFKC", text).upper().split())


@dataclass
class KnownParties:
    """Customer ids by written text; texts that fit several files are `ambiguous`."""

    ids: dict[str, int] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)

    def add(self, text: str, customer_id: int) -> None:
        key = party_text(text)
        if key and self.ids.setdefault(key, customer_id) != customer_id:
            self.ambiguous.add(key)


def find_parties(texts: Iterable[str]) -> KnownParties:
    """Look up codes, credit codes and exact names (either language, short). One query.

    Asks every file whoever imports: a file out of sight would otherwise be opened a second time.
    """
    written = set(texts)
    wanted = {party_text(text) for text in written}
    written |= wanted
    found = KnownParties()
    if not wanted:
        return found
    candidates = (
        Customer.objects.alias(upper_en=Upper("name_en"))
        .filter(
            Q(code__in=wanted) | Q(credit_code__in=wanted) | Q(name_zh__in=written) | Q(short_name__in=written) | Q(upper_en__in=written)
        )
        .order_by("pk")
        .values_list("pk", "code", "credit_code", "name_zh", "name_en", "short_name")
    )
    for pk, *names in candidates:
        for name in names:
            if party_text(name) in wanted:
                found.add(name, pk)
    return found
