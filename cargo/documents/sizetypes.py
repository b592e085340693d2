"""Container size-types: ISO 6346 codes, the trade's own codes and the old numeric ones, read as a length in feet.

Pure: text in, unit code out.
"""

import re

TRADE = re.compile(r"^C?(10|20|30|40|45|48|53)(?:['’]?\s*(GP|DC|DV|HC|HQ|RF|RH|OT|FR|TK|HT|PL|ST)|['’])$|^C(20|40|45)$")
ISO = re.compile(r"^([1-4LMNP])[0-9CDEFLMN][A-Z][0-9A-Z]$")
NUMERIC = re.compile(r"^([1-4])[0-9]{3}$")
FEET = {"1": 10, "2": 20, "3": 30, "4": 40, "L": 45, "M": 48, "N": 49, "P": 53}
UNIT_OF_FEET = {10: "box10", 20: "box20", 30: "box30", 40: "box40", 45: "box45", 48: "box48", 53: "box53"}


def unit_of_size_type(text: str) -> str | None:
    """22G1 -> box20, 45R1 -> box40 (the first sign is the length), 45HC, C20 -> box45, box20 (trade codes begin with feet),
    4500 -> box40."""
    code = text.strip().upper()
    if found := TRADE.match(code):
        return UNIT_OF_FEET[int(found.group(1) or found.group(3))]
    if found := ISO.match(code) or NUMERIC.match(code):
        return UNIT_OF_FEET.get(FEET[found.group(1)])
    return None
