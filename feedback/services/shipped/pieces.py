"""What shipped forms are made of: pages of questions, worded in both languages."""

from dataclasses import dataclass

from feedback.enums import Aspect, ItemKind, Respondents

Words = tuple[str, str]  # Chinese, English
Asked = tuple[str, str, str, dict]  # key, Chinese, English, further fields of the item; "options" as (key, Chinese, English)

BAD_TO_GOOD = {"low_zh": "很不满意", "low_en": "Very poor", "high_zh": "很满意", "high_en": "Very good"}
UNIMPORTANT_TO_IMPORTANT = {"low_zh": "不重要", "low_en": "Not important", "high_zh": "很重要", "high_en": "Very important"}
DISAGREE_TO_AGREE = {"low_zh": "完全不同意", "low_en": "Strongly disagree", "high_zh": "完全同意", "high_en": "Strongly agree"}


@dataclass(frozen=True)
class ShippedSection:
    """One page."""

    key: str
    title: Words
    lead: Words
    items: tuple[Asked, ...]


@dataclass(frozen=True)
class ShippedForm:
    """One version of a form. `purpose`: the sentence of its mails, with {port} and {company} for the names."""

    key: str
    name: Words
    purpose: Words
    minutes: int
    sections: tuple[ShippedSection, ...]
    number: int = 1
    respondents: Respondents = Respondents.CUSTOMERS


def rated(key: str, zh: str, en: str, **fields) -> Asked:
    """From 1 to 5, or not applicable."""
    return key, zh, en, {"kind": ItemKind.RATING, "allows_na": True} | BAD_TO_GOOD | fields


def written(key: str, zh: str, en: str) -> Asked:
    return key, zh, en, {"kind": ItemKind.COMMENT}


def weighed(key: str, zh: str, en: str) -> tuple[Asked, Asked]:
    """How important it is, and how good: the second under the key it has without the first."""
    about = {"about": key}
    importance = {"kind": ItemKind.RATING, "aspect": Aspect.IMPORTANCE} | UNIMPORTANT_TO_IMPORTANT
    return (f"{key}-importance", zh, en, importance | about), rated(key, zh, en, **about)


def expected_and_seen(key: str, zh: str, en: str) -> tuple[Asked, Asked]:
    """From 1 to 7: what an excellent port is like, and what ours is like."""
    scale = {"kind": ItemKind.RATING, "maximum": 7, "about": key} | DISAGREE_TO_AGREE
    return (
        (f"{key}-expectation", zh, en, scale | {"aspect": Aspect.EXPECTATION}),
        (f"{key}-perception", zh, en, scale | {"aspect": Aspect.PERCEPTION, "allows_na": True}),
    )
