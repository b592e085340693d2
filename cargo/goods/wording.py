"""Goods as papers write them, in the form in which they are compared: English by whole words, Chinese by signs."""

import re
import unicodedata

WORD = re.compile(r"[A-Z0-9]+")
CHINESE = re.compile(r"[\u3400-\u9fff]")
CHINESE_SIGN_WEIGHS = 3  # letters: a Chinese word of two signs says as much as an English one of six


def is_chinese(text: str) -> bool:
    return CHINESE.search(text) is not None


def words(text: str) -> tuple[str, ...]:
    """Upper-case words in the singular, without signs between them: "Iron-ores (lumps)" -> IRON, ORE, LUMP."""
    return tuple(_singular(word) for word in WORD.findall(unicodedata.normalize("NFKC", text).upper()))


def signs(text: str) -> str:
    """Chinese text without blanks, letters in upper case."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def weight(text: str) -> int:
    """How much a word tells: its letters, a Chinese sign counting three."""
    return sum(CHINESE_SIGN_WEIGHS if CHINESE.match(sign) else 1 for sign in text)


def normal_pattern(text: str) -> str:
    """How a rule keeps its HS prefix or word, so that no two rules say the same."""
    if digits := hs_digits(text):
        return digits
    return signs(text) if is_chinese(text) else " ".join(words(text))


def hs_digits(code: str) -> str:
    """4804.31 80 -> 48043180; what has other signs or fewer than two digits is no HS code."""
    digits = re.sub(r"[.\s]", "", unicodedata.normalize("NFKC", code))
    return digits if re.fullmatch(r"[0-9]{2,12}", digits) else ""


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("S") or word.endswith(("SS", "US", "IS")):
        return word
    if word.endswith("IES") and len(word) > 5:
        return f"{word[:-3]}Y"
    if word.endswith(("CHES", "SHES", "XES", "SSES", "TOES")):
        return word[:-2]
    return word[:-1]
