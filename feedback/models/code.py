"""The code of an invitation as people read it from paper and type it in.

Nine letters and digits drawn by lot and one check character, without 0, O, 1, I and L, which look alike. The sum of the
characters, each times its place counted from the end, is 0 modulo 31. As 31 is a prime and the places are 1 to 10, any one
wrong character and any two characters that changed places are noticed.
"""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DRAWN = 9
LENGTH = DRAWN + 1
HALF = LENGTH // 2
VALUE = {sign: value for value, sign in enumerate(ALPHABET)}


def check_character(drawn: str) -> str:
    """The character that completes a code; its own place counts once."""
    return ALPHABET[-_weighed(drawn, 2) % len(ALPHABET)]


def _weighed(signs: str, first: int) -> int:
    return sum(VALUE[sign] * place for place, sign in enumerate(reversed(signs), start=first))


def draw_code() -> str:
    """One lot for all nine places: a hundred thousand are drawn when a wave starts."""
    lot, drawn = secrets.randbelow(len(ALPHABET) ** DRAWN), ""
    for _place in range(DRAWN):
        lot, value = divmod(lot, len(ALPHABET))
        drawn += ALPHABET[value]
    return drawn + check_character(drawn)


def bare_code(typed: str) -> str:
    """What somebody typed, in capitals, without spaces and dashes of any kind; full-width signs of a Chinese keyboard are plain ones."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isalnum())


def is_code(bare: str) -> bool:
    """Whether a code was typed without a slip."""
    return len(bare) == LENGTH and set(bare) <= VALUE.keys() and _weighed(bare, 1) % len(ALPHABET) == 0


def grouped(code: str) -> str:
    """As it is printed: two groups of five."""
    return f"{code[:HALF]}-{code[HALF:]}"
