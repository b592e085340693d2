"""Which rule says that nobody wants to see a company."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F

from cargo.enums import RuleKind
from cargo.models import IgnoreRule
from cargo.queries.sightings import key_of
from customers.naming import squash
from customers.naming.keys import CHINESE

RULES_SHOWN = 500
_WORD = re.compile(r"[^\W_]+")


def rule_key(kind: str, text: str) -> str:
    """What a rule is compared by: the folded name; a word as it stands in names, Latin words whole."""
    if kind == RuleKind.NAME:
        return key_of(text)
    return squash(text) if CHINESE.search(text) else " ".join(_words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).upper())


@dataclass(frozen=True)
class RulesInForce:
    """BANK is in FIRST BANK OF EXAMPLE and not in BANKSIDE TIMBER; Chinese sets no marks around a word."""

    names: dict[str, IgnoreRule]
    words: tuple[IgnoreRule, ...]

    @classmethod
    def of(cls, rules: Iterable[IgnoreRule]) -> "RulesInForce":
        rules = list(rules)
        return cls({one.key: one for one in rules if one.kind == RuleKind.NAME}, tuple(one for one in rules if one.kind == RuleKind.WORD))

    def rule_for(self, name: str, key: str) -> IgnoreRule | None:
        if key in self.names:
            return self.names[key]
        squashed, spaced = squash(name), f" {' '.join(_words(name))} "
        return next((one for one in self.words if (one.key in squashed if CHINESE.search(one.key) else f" {one.key} " in spaced)), None)


def rules_in_force() -> RulesInForce:
    """One query."""
    return RulesInForce.of(IgnoreRule.objects.in_force().order_by("pk"))


def rules_with_counts(user) -> list[IgnoreRule]:
    """Newest first, those in force before the lifted ones, each with how many candidates it keeps away. One query."""
    rows = IgnoreRule.objects.visible_to(user).select_related("made_by", "lifted_by").annotate(kept_away=Count("candidates"))
    return list(rows.order_by(F("lifted_at").desc(nulls_first=True), "-pk")[:RULES_SHOWN])
