"""Files that may be of the same firm as what somebody types: what an index answers at once, and what is merely alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.naming import search_keys, squash
from customers.naming.beginnings import begins
from customers.naming.folding import folded_chinese, folded_english
from portcrm.accounts.models import User

MOST = 5
SHORTEST_START = 4  # letters of pinyin or English from which a beginning says something
ALIKE = 0.45  # share of three-sign pieces in common; one sign of a Chinese name of seven may be another
NEARLY = 0.6  # from here on a likeness is worth a question before a file is opened: a word more, a word less, another last word
SHORTEST_LIKENESS = 4  # signs of a name from which its likeness to others says something


@dataclass(frozen=True)
class Typed:
    """The names and the credit code in a form that is being filled in; `but` is the file that is being renamed."""

    name_zh: str = ""
    name_en: str = ""
    credit_code: str = ""
    but: int | None = None

    @property
    def has_name(self) -> bool:
        return bool(self.name_zh.strip() or self.name_en.strip())

    @property
    def core(self) -> str:
        """The name without legal form, as search keys hold it."""
        return squash(folded_chinese(self.name_zh) if self.name_zh.strip() else folded_english(self.name_en))


@dataclass(frozen=True)
class Likely:
    customer: Customer
    reason: str


def same_firm(user: User, typed: Typed) -> list[Likely]:
    """Files with the same code or the same name without legal form and abbreviations: they are surely meant."""
    reasons = []
    if typed.credit_code:
        reasons.append((_("same credit code"), {"credit_code": typed.credit_code}))
    if typed.has_name:
        keys = search_keys(name_zh=typed.name_zh, name_en=typed.name_en)
        reasons.append((_("same name"), {"name_key": keys.name_key}))
        found = [Q(match_key=keys.match_key), Q(match_key_en=keys.match_key_en) & ~Q(match_key_en="")]
        reasons += [(_("same name without legal form"), condition) for condition in found]
    return _first(_visible(user, typed), reasons)


def beginning_alike(user: User, typed: Typed) -> list[Likely]:
    """Files whose name begins, in pinyin or English letters, as the typed one does."""
    keys = search_keys(name_zh=typed.name_zh, name_en=typed.name_en) if typed.has_name else None
    starts = keys.sort_key if keys else ""
    reasons = [(_("begins alike"), begins("sort_key", starts))] if len(starts) >= SHORTEST_START else []
    if len(typed.credit_code) >= SHORTEST_START:
        reasons.append((_("code begins alike"), ~Q(credit_code="") & begins("credit_code", typed.credit_code)))
    return _first(_visible(user, typed), reasons)


def at_once(user: User, typed: Typed) -> list[Likely]:
    """What indexes answer while somebody types; of a file that is found twice the surer reason is told."""
    found = {one.customer.pk: one for one in (*beginning_alike(user, typed), *same_firm(user, typed))}
    return list(found.values())


def before_opening(user: User, typed: Typed) -> list[Likely]:
    """What stops a new file once: whoever saves at once has not waited for what is told while one types."""
    found = at_once(user, typed)
    return [*found, *similar(user, typed, known=found, share=NEARLY)]


def similar(user: User, typed: Typed, *, known: Sequence[Likely] | None = None, limit: int = MOST, share: float = ALIKE) -> list[Likely]:
    """Files one of whose names holds that share of the typed one's three-sign pieces, most alike first; not those `known` at once."""
    if len(typed.core) < SHORTEST_LIKENESS:
        return []
    known = {one.customer.pk for one in (at_once(user, typed) if known is None else known)}
    alike = _visible(user, typed).filter(search_key__trigram_word_similar=typed.core).exclude(pk__in=known)
    alike = alike.annotate(likeness=TrigramWordSimilarity(typed.core, "search_key")).order_by("-likeness", "pk")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {share}")  # what the index goes by
        return [Likely(customer, _("similar name")) for customer in alike[:limit]]


def _visible(user: User, typed: Typed) -> QuerySet[Customer]:
    return Customer.objects.visible_to(user).exclude(pk=typed.but) if typed.but else Customer.objects.visible_to(user)


def _first(rows: QuerySet[Customer], reasons: list[tuple[str, object]]) -> list[Likely]:
    """The first few of each condition, each asked by itself so that its own index answers; a file is named once."""
    found: dict[int, Likely] = {}
    for reason, condition in reasons:
        chosen = rows.filter(condition) if isinstance(condition, Q) else rows.same_firm(**condition)
        for customer in chosen.order_by("pk").only("code", "name_zh", "name_en", "credit_code")[:MOST]:
            found.setdefault(customer.pk, Likely(customer, reason))
    return list(found.values())[:MOST]
