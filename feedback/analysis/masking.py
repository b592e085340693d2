"""Names, numbers of bills of lading and of boxes, telephones and mailboxes taken out of what somebody wrote.

What is known of the firm and of our own people is taken out wherever it stands; beyond that a title gives a name away ("王经理",
"Mr Wang"), a word a number ("提单号", "B/L No."), a form a box (ISO 6346 with its check digit), a telephone or a mailbox.
Not found: a name nobody told us that stands without a title.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from stdnum import iso6346

from feedback.analysis.name_words import (
    BEFORE_A_NAME,
    COMMON_WORDS,
    COMPOUND,
    GENTLE,
    LATIN_WORDS,
    RARE,
    SHORT_TITLES,
    STEADY,
    TITLES,
    UNSTEADY,
)


class Masked(StrEnum):
    NAME = "name"
    FIRM = "firm"
    BILL = "bill"
    BOX = "box"
    PHONE = "phone"
    MAILBOX = "mailbox"


@dataclass(frozen=True)
class Known:
    """What the house knows of whom a text may name: whole names of persons and firms in any script, numbers of bills of lading."""

    persons: frozenset[str] = frozenset()
    firms: frozenset[str] = frozenset()
    bills: frozenset[str] = frozenset()


HAN = "\u4e00-\u9fff"
CHINESE = re.compile(f"[{HAN}·]+")
# What is found becomes one sign of the private area each, so that no later rule reads the words of a mark.
SIGNS = {kind: chr(0xE000 + place) for place, kind in enumerate(Masked)}

MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
CODE = r"[A-Za-z0-9](?:[A-Za-z0-9/-]*[A-Za-z0-9])?"
LED_CODE = re.compile(
    r"((?:提单|运单|订舱|舱单)(?:号码|编号|号)?|(?<![A-Za-z])(?:b/?l|bills? of lading|booking)(?:\s*(?:numbers?|nos?\b\.?|#))?)"
    rf"([\s:\uff1a#是为]*)({CODE})",
    re.IGNORECASE | re.ASCII,
)
CARRIERS = (
    "COSU|OOLU|MAEU|MSCU|MEDU|CMDU|EGLV|HLCU|ONEY|YMLU|YMJA|HDMU|HMMU|ZIMU|WHLC|SITG|SITU|PCIU|APLU|KMTC|KMTU|SNKO|SMLM|SUDU|MATS|TSLU|"
    "ANNU|NYKS|MOLU|KKLU|CSLU|COEU|SAFM|SEAU"
)
LONG_CODE = r"(?=(?:[A-Z0-9]*\d){4})[A-Z0-9]{6,14}"
CARRIER_CODE = re.compile(rf"(?<![A-Za-z0-9])(?:(?:{CARRIERS}){LONG_CODE}|[A-Z]{{4}}\d{{8,12}})(?![A-Za-z0-9])", re.IGNORECASE)

BOX = re.compile(r"(?<![A-Za-z0-9])[A-Z]{3}[UJZ][ -]?\d{6}[ -]?\d(?![A-Za-z0-9])", re.IGNORECASE)
NO_SUM = r"(?!\d|[.,]\d|\s*(?:元|吨|万|美元|人民币|tonnes?\b|tons?\b|TEU|CNY|USD|RMB))"
PHONE = re.compile(
    rf"(?<![\w+.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}{NO_SUM}"
    rf"|(?<![\w+.])(?:\+?86[ -]?)?\(?0\d{{2,3}}\)?[ -]?\d{{7,8}}{NO_SUM}"
    r"|\+(?=(?:[ ()-]*\d){8})\d{1,3}(?:[ -]?\(?\d{1,4}\)?){2,5}(?!\d)"
    r"|(?<![\w+.])[48]00-?\d{3}-?\d{4}(?!\d)",
    re.ASCII,
)
LED_PHONE = re.compile(
    r"((?:电话|手机|座机|传真|微信|QQ|\b(?:tel|phone|mobile|fax|wechat))(?:号码|号)?[\s:\uff1a.是为]*)(\d[\d -]{5,}\d)", re.IGNORECASE
)
LED_ACCOUNT = re.compile(r"((?:微信|wechat)(?:号| id)?\s*[:\uff1a]\s*)([A-Za-z][\w-]{4,19})", re.IGNORECASE | re.ASCII)
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Capt|Captain)\b\.?\s+[A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)?")
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9/-]{4,58}[A-Za-z0-9]", re.ASCII)
SURNAMES = [f"(?<![{before}]){one}" if before else one for one, before in UNSTEADY.items() if one not in RARE]
ANY_SURNAME = "|".join([*COMPOUND, *SURNAMES, f"[{''.join(sorted(STEADY))}]"])
LONG = "|".join(sorted(TITLES, key=len, reverse=True))
SURNAME_AND_TITLE = re.compile(f"(?:{ANY_SURNAME})(?:{LONG})")
NAME_AND_TITLE = re.compile(f"(?:{ANY_SURNAME})[{HAN}]{{1,2}}(?:{'|'.join(GENTLE)})")


def codes_in(text: str) -> set[str]:
    """What could be the number of a bill of lading: signs and digits in a row, with three digits at least."""
    return {one for one in TOKEN.findall(text) if sum(sign.isdigit() for sign in one) >= 3}


def masked(text: str, known: Known, marks: Mapping[Masked, str]) -> str:
    """The text with `marks` in the places of what gives somebody or a shipment away; everything else as it was written."""
    for take_out in (_mailboxes, _numbers, _firms, _persons):
        text = take_out(text, known)
    for kind, sign in SIGNS.items():
        text = text.replace(sign, marks[kind])
    return text


def _mailboxes(text: str, _known: Known) -> str:
    return MAILBOX.sub(SIGNS[Masked.MAILBOX], text)


def _numbers(text: str, known: Known) -> str:
    text = BOX.sub(_box, text)
    text = LED_CODE.sub(_led_code, text)
    text = CARRIER_CODE.sub(SIGNS[Masked.BILL], text)
    text = _without(text, known.bills, SIGNS[Masked.BILL])
    text = PHONE.sub(SIGNS[Masked.PHONE], text)
    for led in (LED_PHONE, LED_ACCOUNT):
        text = led.sub(lambda found: found[1] + SIGNS[Masked.PHONE], text)
    return text


def _box(found: re.Match[str]) -> str:
    number = found[0].upper().replace(" ", "").replace("-", "")
    return SIGNS[Masked.BOX] if iso6346.is_valid(number) else found[0]


def _led_code(found: re.Match[str]) -> str:
    """A word alone is followed by anything ("提单 3 份"): a number of a bill has five signs and three digits at least."""
    code = found[3]
    is_one = len(code) >= 5 and sum(sign.isdigit() for sign in code) >= 3
    return found[1] + found[2] + SIGNS[Masked.BILL] if is_one else found[0]


def _firms(text: str, known: Known) -> str:
    firms = {one for one in known.firms if len(one) >= 2 and one not in COMMON_WORDS and one.lower() not in LATIN_WORDS}
    return _without(text, firms, SIGNS[Masked.FIRM])


def _persons(text: str, known: Known) -> str:
    sign = SIGNS[Masked.NAME]
    whole = {name for name in known.persons if len(name) >= 2}
    text = TITLED.sub(sign, text)
    chinese = {name for name in whole if CHINESE.fullmatch(name)}
    text = _without(text, (whole - chinese) | _turned(whole - chinese), sign)
    for name in sorted(chinese, key=len, reverse=True):
        text = _chinese_name(name).sub(sign, text)
    text = _without(text, _latin_parts(whole - chinese), sign, case=True)
    text = SURNAME_AND_TITLE.sub(_keeping_title(sign), text)
    text = NAME_AND_TITLE.sub(_keeping_title(sign), text)
    return _short_titles(chinese).sub(_keeping_short_title(sign), text)


def _chinese_name(name: str) -> re.Pattern:
    """A name that is a word as well is one only before a title; 高平 is none in 提高平均."""
    before = UNSTEADY.get(name[0], "")
    return re.compile((f"(?<![{before}])" if before else "") + re.escape(name) + (f"(?={LONG})" if name in COMMON_WORDS else ""))


def _surnames(chinese: Collection[str]) -> tuple[set[str], set[str]]:
    """Surnames a short title may follow: steady ones, and unsteady ones of persons that are known."""
    known = {name[0] for name in chinese if 2 <= len(name) <= 4 and name[:2] not in COMPOUND}
    return set(STEADY) | (known - set(UNSTEADY)), known & set(UNSTEADY)


def _short_titles(chinese: Collection[str]) -> re.Pattern:
    steady, unsteady = (f"[{''.join(sorted(one))}]" if one else "(?!)" for one in _surnames(chinese))
    opening = f"(?:^|(?<=[^{HAN}])|(?<=[{BEFORE_A_NAME}]))"
    return re.compile(f"{steady}{SHORT_TITLES}|{opening}{unsteady}{SHORT_TITLES}|(?<!大)[小老]{steady}", re.MULTILINE)


def _keeping_title(sign: str) -> Callable[[re.Match[str]], str]:
    return lambda found: sign + next(title for title in sorted(TITLES, key=len, reverse=True) if found[0].endswith(title))


def _keeping_short_title(sign: str) -> Callable[[re.Match[str]], str]:
    return lambda found: sign if found[0][0] in "小老" else sign + found[0][-1]


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\s,.]+", name) if word.isascii() and word.isalpha()]


def _turned(names: Collection[str]) -> set[str]:
    """Wang Wei for Wei Wang."""
    return {" ".join(reversed(words)) for name in names if len(words := _words(name)) == 2}


def _latin_parts(names: Collection[str]) -> set[str]:
    """First names and surnames by themselves, as "Wang" of "Wang Wei"; short ones and those that are words are none."""
    parts = {word for name in names for word in _words(name) if len(word) >= 3 and word.lower() not in LATIN_WORDS}
    return {form for part in parts for form in (part.capitalize(), part.upper())}


def _without(text: str, words: Collection[str], sign: str, *, case: bool = False) -> str:
    """Longest first; a word in Latin script only where it stands by itself."""
    if not words:
        return text
    bounded = [_bounded(word) for word in sorted(words, key=lambda one: (-len(one), one))]
    return re.sub("|".join(bounded), sign, text, flags=re.NOFLAG if case else re.IGNORECASE)


def _bounded(word: str) -> str:
    first, last = ("(?<![A-Za-z0-9])" if _is_latin(word[0]) else ""), ("(?![A-Za-z0-9])" if _is_latin(word[-1]) else "")
    return first + r"\s+".join(re.escape(part) for part in word.split()) + last


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()
