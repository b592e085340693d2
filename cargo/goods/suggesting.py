"""The class suggested for goods: by the longest HS prefix that has a rule, else by the word that tells most."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from cargo.goods.wording import hs_digits, is_chinese, signs, weight, words


class Basis(StrEnum):
    """What a suggestion stands on."""

    CHAPTER = "chapter"  # two digits of the HS code
    HEADING = "heading"  # four
    SUBHEADING = "subheading"  # five or six
    WORD = "word"


@dataclass(frozen=True)
class Rule:
    """Goods of an HS prefix (2 to 6 digits) or a word, Chinese or English, are of a class and perhaps a sub-class of it.

    A general word (machinery, general cargo) speaks only where no other does.
    """

    pattern: str
    cargo_class_code: str
    subclass_code: str = ""
    is_general: bool = False

    @property
    def is_hs(self) -> bool:
        return self.pattern.isascii() and self.pattern.isdigit()


@dataclass(frozen=True, order=True)
class Hit:
    """A rule's word in a description; the greatest hit wins."""

    is_special: bool
    weight: int
    end: int  # where the word ends: of two that tell as much the one further back, where both languages name the thing itself
    pattern: str
    rule: Rule = field(compare=False)


@dataclass(frozen=True)
class Suggestion:
    """`matched` is the HS prefix or the word of the rule, as the rule writes it."""

    cargo_class_code: str
    subclass_code: str
    basis: Basis
    matched: str


class GoodsRules:
    """Rules made ready for asking many times; the order they come in does not matter."""

    def __init__(self, rules: Iterable[Rule]):
        self._by_prefix: dict[str, Rule] = {}
        self._by_first_word: dict[str, list[tuple[tuple[str, ...], Rule]]] = defaultdict(list)
        self._chinese: list[tuple[str, Rule]] = []
        for rule in sorted(rules, key=lambda one: one.pattern):
            self._take(rule)

    def _take(self, rule: Rule) -> None:
        if rule.is_hs:
            self._by_prefix[rule.pattern] = rule
        elif is_chinese(rule.pattern):
            self._chinese.append((signs(rule.pattern), rule))
        elif phrase := words(rule.pattern):
            self._by_first_word[phrase[0]].append((phrase, rule))

    def by_code(self, hs_code: str) -> Suggestion | None:
        """The rule of the longest prefix; digits behind the sixth are a country's own."""
        digits = hs_digits(hs_code)[:6]
        for length in range(len(digits), 1, -1):
            if rule := self._by_prefix.get(digits[:length]):
                basis = Basis.CHAPTER if length == 2 else Basis.HEADING if length <= 4 else Basis.SUBHEADING
                return Suggestion(rule.cargo_class_code, rule.subclass_code, basis, rule.pattern)
        return None

    def by_words(self, description: str) -> Suggestion | None:
        """The rule whose word tells most."""
        hits = [*self._english_hits(description), *self._chinese_hits(description)]
        if not hits:
            return None
        rule = max(hits).rule
        return Suggestion(rule.cargo_class_code, rule.subclass_code, Basis.WORD, rule.pattern)

    def _english_hits(self, description: str) -> Iterator[Hit]:
        text = words(description)
        for place, word in enumerate(text):
            for phrase, rule in self._by_first_word.get(word, ()):
                if text[place : place + len(phrase)] == phrase:
                    yield Hit(not rule.is_general, weight("".join(phrase)), place + len(phrase), rule.pattern, rule)

    def _chinese_hits(self, description: str) -> Iterator[Hit]:
        text = signs(description)
        for phrase, rule in self._chinese if is_chinese(text) else ():
            if (place := text.rfind(phrase)) >= 0:
                yield Hit(not rule.is_general, weight(phrase), place + len(phrase), rule.pattern, rule)


def suggest_class(description: str, hs_code: str, rules: GoodsRules) -> Suggestion | None:
    """The class these goods most likely belong to, with what it stands on; None where no rule speaks. The HS code beats words."""
    return rules.by_code(hs_code) or rules.by_words(description)
