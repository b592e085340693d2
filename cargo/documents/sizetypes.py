"""Container size-types: ISO 6346 codes, the trade's own codes and the old numeric ones, read as a length in feet.

Pure: text in, unit code or TEU out. What else the trade writes is the port's own table, handed in by whoever reads.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

TRADE = re.compile(r"^C?(10|20|30|40|45|48|53)(?:['’]?\s*(GP|DC|DV|HC|HQ|RF|RH|OT|FR|TK|HT|PL|ST)|['’])$|^C(20|40|45)$")
# The rare lengths B, C, G and H only with a digit behind them: many a word begins with such a letter.
ISO = re.compile(r"^(?:([1-4LMNP])[0-9CDEFLMN]|([BCGH])[0-9])[A-Z][0-9A-Z]$")
NUMERIC = re.compile(r"^([1-4])[0-9]{3}$")
UNIT_OF_LENGTH = {
    "1": "box10", "2": "box20", "3": "box30", "4": "box40", "B": "box24", "C": "box24.5", "G": "box41", "H": "box43",
    "L": "box45", "M": "box48", "N": "box49", "P": "box53",
}  # fmt: skip
UNIT_OF_FEET = {10: "box10", 20: "box20", 30: "box30", 40: "box40", 45: "box45", 48: "box48", 53: "box53"}
# By length, 45 ft as Chinese ports count it (docs of the ISO 6346 length codes): TEU of one box
TEU = {
    "box10": Decimal("0.5"), "box20": Decimal(1), "box24": Decimal("1.2"), "box24.5": Decimal("1.225"), "box30": Decimal("1.5"),
    "box40": Decimal(2), "box41": Decimal("2.05"), "box43": Decimal("2.15"), "box45": Decimal("2.25"), "box48": Decimal("2.4"),
    "box49": Decimal("2.45"), "box53": Decimal("2.65"),
}  # fmt: skip


def unit_of_size_type(text: str) -> str | None:
    """22G1 -> box20, 45R1 -> box40 (the first sign is the length), 45HC, C20 -> box45, box20 (trade codes begin with feet),
    4500 -> box40."""
    code = text.strip().upper()
    if found := TRADE.match(code):
        return UNIT_OF_FEET[int(found.group(1) or found.group(3))]
    if found := ISO.match(code):
        return UNIT_OF_LENGTH[found.group(1) or found.group(2)]
    if found := NUMERIC.match(code):
        return UNIT_OF_LENGTH[found.group(1)]
    return None


def teu_of_size_type(text: str, own_sizes: Mapping[str, Decimal]) -> Decimal | None:
    """TEU of one box; `own_sizes`: what the port's own table says of a text in upper case without blanks, which comes first."""
    return own_sizes.get("".join(text.upper().split())) or TEU.get(unit_of_size_type(text) or "")
