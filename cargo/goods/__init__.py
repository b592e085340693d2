"""Which cargo class goods belong to, told from their description and their HS code. Pure: rules in, a suggestion out."""

from cargo.goods.suggesting import Basis, GoodsRules, Rule, Suggestion, suggest_class
from cargo.goods.wording import normal_pattern

__all__ = ["Basis", "GoodsRules", "Rule", "Suggestion", "normal_pattern", "suggest_class"]
