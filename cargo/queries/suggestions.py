"""The cargo class suggested for goods, with the reason in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo import goods
from cargo.goods import Basis, GoodsRules, Rule
from cargo.models import GoodsRule

REASONS = {
    Basis.CHAPTER: _("HS chapter %(matched)s"),
    Basis.HEADING: _("HS heading %(matched)s"),
    Basis.SUBHEADING: _("HS subheading %(matched)s"),
    Basis.WORD: pgettext_lazy("goods rule", "the word “%(matched)s”"),
}


@dataclass(frozen=True)
class Suggestion(goods.Suggestion):
    @property
    def reason(self) -> str:
        """What it stands on: an HS chapter, heading or subheading, or the word that was found."""
        return str(REASONS[self.basis]) % {"matched": self.matched}


def load_goods_rules() -> GoodsRules:
    """The rules in use, in one query; load them once to ask for many goods."""
    rows = GoodsRule.objects.in_use().filter(cargo_class__is_active=True)
    known = rows.values_list("pattern", "cargo_class_id", "subclass_id", "subclass__is_active", "is_general")
    return GoodsRules(
        Rule(pattern, cargo_class, (subclass or "") if is_active else "", is_general)
        for pattern, cargo_class, subclass, is_active, is_general in known
    )


def suggest(description: str, hs_code: str = "", *, rules: GoodsRules | None = None) -> Suggestion | None:
    """The class these goods most likely belong to, or None where no rule speaks. Without `rules` one query."""
    found = goods.suggest_class(description, hs_code, rules or load_goods_rules())
    return Suggestion(found.cargo_class_code, found.subclass_code, found.basis, found.matched) if found else None
