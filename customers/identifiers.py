"""Check digits of Chinese company identifiers: unified social credit code (GB 32100-2015), organisation code (GB 11714)."""

import re
from dataclasses import dataclass

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_SHAPE = re.compile(rf"[{CREDIT_ALPHABET}]{{2}}\d{{6}}[{CREDIT_ALPHABET}]{{10}}")
_ORGANISATION_SHAPE = re.compile(r"[0-9A-Z]{8}[0-9X]")


@dataclass(frozen=True)
class CreditCodeCheck:
    """`valid` is the outer check digit; `organisation_valid` the inner one, of the organisation code inside (9th to 17th)."""

    valid: bool
    organisation_valid: bool


def normal_identifier(text: str) -> str:
    """Upper case, without blanks and hyphens, half width."""
    half_width = text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
    return re.sub(r"[\s\-]", "", half_width).upper()


def credit_check_digit(first_seventeen: str) -> str:
    total = sum(CREDIT_ALPHABET.index(sign) * weight for sign, weight in zip(first_seventeen, CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def organisation_check_digit(first_eight: str) -> str:
    total = sum(int(sign, 36) * weight for sign, weight in zip(first_eight, ORGANISATION_WEIGHTS, strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def check_credit_code(code: str) -> CreditCodeCheck:
    """Check an upper-case code of 18 signs; any other shape is not valid."""
    if not _CREDIT_SHAPE.fullmatch(code):
        return CreditCodeCheck(valid=False, organisation_valid=False)
    return CreditCodeCheck(valid=credit_check_digit(code[:17]) == code[17], organisation_valid=is_organisation_code(code[8:17]))


def is_organisation_code(code: str) -> bool:
    return bool(_ORGANISATION_SHAPE.fullmatch(code)) and organisation_check_digit(code[:8]) == code[8]
