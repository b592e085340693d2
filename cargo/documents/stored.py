"""Facts as plain data to be kept beside the file: each by its own name, what is not said left out."""

from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from cargo.documents.facts import Message
from cargo.documents.remarks import Remark

LONGEST_VALUE = 200  # of what a remark quotes; the file itself is kept


def facts_of(message: Message) -> dict[str, list]:
    """Everything a message tells besides its head. Weights are texts, so that no digit is lost."""
    return {name: plain(getattr(message, name)) for name in ("voyages", "parties", "places", "consignments", "boxes")}


def kept_remark(remark: Remark) -> dict[str, Any]:
    values = {name: storable(value)[:LONGEST_VALUE] for name, value in remark.values.items()}
    return {"kind": remark.kind.value, "segment": remark.segment, "values": values}


def plain(fact: Any) -> Any:
    """A fact, or several, as JSON knows them."""
    if is_dataclass(fact):
        told = {field.name: getattr(fact, field.name) for field in fields(fact) if getattr(fact, field.name) != field.default}
        return {name: plain(value) for name, value in told.items()}
    if isinstance(fact, tuple):
        return [plain(part) for part in fact]
    if isinstance(fact, Enum):
        return fact.value
    if isinstance(fact, Decimal):
        return format(fact, "f")
    return storable(fact) if isinstance(fact, str) else fact


def storable(text: str) -> str:
    """PostgreSQL keeps every sign but this one, which no document means."""
    return text.replace("\x00", "")
