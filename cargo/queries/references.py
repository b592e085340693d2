"""Classes, units and ports as documents write them."""

from dataclasses import dataclass
from functools import lru_cache

from cargo.documents.sizetypes import unit_of_size_type
from cargo.models import CargoClass, PortAlias, Unit
from cargo.reference import normal_port_text


@lru_cache(maxsize=1024)
def _word(text: str) -> str:
    return "".join(text.upper().split())


@dataclass(frozen=True)
class References:
    """The small code lists in memory, for reading many rows."""

    classes: dict[str, CargoClass]
    units: dict[str, Unit]
    ports: dict[str, int]

    def cargo_class(self, text: str) -> CargoClass | None:
        """By code (02, 2), by full or short name in either language."""
        word = _word(text)
        return self.classes.get(word.zfill(2) if word.isdigit() else word)

    def unit(self, text: str) -> Unit | None:
        """By code, name or alias; container size-types by their length."""
        return self.units.get(_word(text)) or self.units.get((unit_of_size_type(text) or "").upper())

    def port_id(self, text: str) -> int | None:
        """By UN/LOCODE, name or alias; None keeps the text as it is."""
        return self.ports.get(normal_port_text(text))


def load_references() -> References:
    """Three queries."""
    classes = {}
    for one in CargoClass.objects.all():
        for text in (one.code, one.name_zh, one.name_en, one.short_zh, one.short_en):
            classes.setdefault(_word(text), one)
    units = {}
    for one in Unit.objects.all():
        for text in (one.code, one.name_zh, one.name_en, *one.aliases):
            units.setdefault(_word(text), one)
    return References(classes=classes, units=units, ports=dict(PortAlias.objects.values_list("alias", "port_id")))
