"""Classes, units and ports as documents write them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from cargo.documents.sizetypes import unit_of_size_type
from cargo.enums import UnitKind
from cargo.models import CargoClass, CargoForm, CargoSubclass, GoodsRule, Movement, Port, PortAlias, TradeKind, Unit
from cargo.models.kinds import TRANSSHIPMENT
from cargo.models.reference import KeptEntry
from cargo.reference import normal_port_text
from customers.models import Commitment, PriceTerm, Traits
from customers.models.cargo_class import ListedClass
from customers.queries import code_lists
from portcrm.exchange.parsing import CellProblem, yes_no


@lru_cache(maxsize=1024)
def normal_unit_text(text: str) -> str:
    """The form in which units, classes, forms and container sizes are compared: upper case without blanks, full width as half."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


@dataclass(frozen=True)
class References:
    """The small code lists in memory, for reading many rows."""

    classes: dict[str, CargoClass]
    units: dict[str, Unit]
    ports: dict[str, int]
    forms: dict[str, CargoForm]
    trades: dict[str, TradeKind]
    movements: dict[str, Movement]

    def cargo_class(self, text: str) -> CargoClass | None:
        """By code (02, 2), by full or short name in either language."""
        word = normal_unit_text(text)
        return self.classes.get(word.zfill(2) if word.isdigit() else word)

    def unit(self, text: str) -> Unit | None:
        """By code, name or alias; container size-types by their length."""
        return self.units.get(normal_unit_text(text)) or self.units.get((unit_of_size_type(text) or "").upper())

    def form(self, text: str) -> CargoForm | None:
        """By code, name or what else it is written as."""
        return self.forms.get(normal_unit_text(text))

    def trade(self, text: str) -> TradeKind | None:
        return self.trades.get(normal_unit_text(text))

    def direction(self, text: str) -> Movement | None:
        """In or out; a word for transshipment says neither."""
        found = self.movements.get(normal_unit_text(text))
        return found if found and found.pk != TRANSSHIPMENT else None

    def transshipment(self, text: str) -> bool | None:
        """Said by yes or no, or by what files write for it; None where the text is neither."""
        found = self.movements.get(normal_unit_text(text))
        if found is not None and found.pk == TRANSSHIPMENT:
            return True
        try:
            return yes_no(text)
        except CellProblem:
            return None

    def port_id(self, text: str) -> int | None:
        """By UN/LOCODE, name or alias; None keeps the text as it is."""
        return self.ports.get(normal_port_text(text))


def load_references() -> References:
    """Six queries."""
    classes = {}
    for one in CargoClass.objects.all():
        for text in (one.code, one.name_zh, one.name_en, one.short_zh, one.short_en):
            classes.setdefault(normal_unit_text(text), one)
    ports = dict(PortAlias.objects.values_list("alias", "port_id"))
    units, forms, trades, movements = (_by_word(model) for model in (Unit, CargoForm, TradeKind, Movement))
    return References(classes=classes, units=units, ports=ports, forms=forms, trades=trades, movements=movements)


def _by_word(model) -> dict:
    """Entries by code, names and aliases; where two share a word the first keeps it."""
    found: dict = {}
    for one in model.objects.all():
        for text in (one.code, one.name_zh, one.name_en, *one.aliases):
            found.setdefault(normal_unit_text(text), one)
    return found


def port_ids(texts: Iterable[str]) -> dict[str, int]:
    """The ports that these few texts name, by the text; one that names none is left out."""
    wanted = {text: normal_port_text(text) for text in texts if text}
    known = dict(PortAlias.objects.filter(alias__in=wanted.values()).values_list("alias", "port_id"))
    return {text: known[alias] for text, alias in wanted.items() if alias in known}


def own_sizes() -> dict[str, Decimal]:
    """TEU by what the trade writes for a container's size-type: the aliases of the units of boxes, which the port keeps."""
    units = Unit.objects.filter(kind=UnitKind.BOXES).exclude(code="teu").values_list("aliases", "teu_per_unit")
    return {normal_unit_text(alias): teu for aliases, teu in units for alias in aliases}


REFERENCE = {CargoClass, CargoForm, CargoSubclass, GoodsRule, Movement, Port, PortAlias, TradeKind, Unit}
LONGEST = ("cargo.MonthlyRollup", "cargo.Shipment")


def is_named_by_rows(entry: KeptEntry) -> bool:
    """Whether a row of any table but the reference data itself points at this entry. Of one nobody uses the ledger is read whole."""
    return _is_named_in_files(entry) or code_lists.is_named_by_rows(entry, but=REFERENCE, last=LONGEST)


def _is_named_in_files(entry: KeptEntry) -> bool:
    """Customer files name classes by their code, without a key: they know nothing of this app."""
    if not isinstance(entry, CargoClass):
        return False
    named = any(model.objects.filter(cargo_class=entry.pk).exists() for model in (Commitment, PriceTerm))
    return named or Traits.objects.filter(cargo_classes__contains=[entry.pk]).exists()


def read_classes() -> list[ListedClass]:
    """The list as customer files know it."""
    return [ListedClass(one.code, one.name_zh, one.name_en, one.is_active) for one in CargoClass.objects.order_by("code")]


def aliases_of(port: Port) -> list[str]:
    """What a port is written as beside its own code, in the form in which texts are compared."""
    return sorted(port.aliases.exclude(alias=port.unlocode).values_list("alias", flat=True))
