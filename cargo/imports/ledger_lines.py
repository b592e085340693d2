"""From the parsed cells of a file of handled cargo to ledger lines: what is unsaid follows from what is printed of unit and class."""

import hashlib
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cargo.enums import COST_COLUMNS, CargoForm, PartyRole, TradeKind, UnitKind
from cargo.imports.shipment_fields import OPEN
from cargo.queries.parties import KnownParties, party_text
from cargo.queries.references import load_references
from cargo.services.importing import open_files
from cargo.services.ledger import LedgerLine
from cargo.services.staging import ZERO, told_parties
from portcrm.exchange.importing import Problem, Row


class LineReader:
    """Turns the rows of one chunk into ledger lines; what cannot be read becomes a problem of its row."""

    def __init__(self, rows: Sequence[Row], parties: KnownParties, *, run, by):
        self.rows, self.shape = rows, run.shape
        self.problems: list[Problem] = []
        references = load_references()
        self.ambiguous, self.customers = parties.ambiguous, dict(parties.ids)
        self._open_unknown(run=run, by=by)
        # a chunk names the same few things over and over
        self.cargo_class, self.unit, self.port_id = cache(references.cargo_class), cache(references.unit), cache(references.port_id)
        self.customer_id = cache(self._customer_id)

    def _open_unknown(self, *, run, by) -> None:
        names: dict[str, str] = {}
        for row in self.rows:
            if row.values.get("unknown_customers") == OPEN:
                for name in named_in(row):
                    if party_text(name) not in self.customers:
                        names.setdefault(party_text(name), name)
        if names:
            self.customers |= dict(zip(names, open_files(names=list(names.values()), source=run.file_name, by=by), strict=True))

    def lines(self) -> list[LedgerLine]:
        found = []
        for row in self.rows:
            try:
                found.append(self._line(row))
            except Refused as refused:
                self.problems.append(Problem(row.number, refused.message, refused.field))
        return found

    def _line(self, row: Row) -> LedgerLine:
        get = row.values.get
        handled_on, precision = row.values["handled_on"]
        cargo_class = self.cargo_class(row.values["cargo_class"])
        if cargo_class is None:
            raise Refused(_("There is no such cargo class; write 01 to 17 or its name."), "cargo_class")
        origin, destination = get("origin") or "", get("destination") or ""
        quantity, unit_id, tonnes, factor, teu, form = self._measures(get, cargo_class)
        teu, laden, empty = _laden_and_empty(get, teu)
        _refuse_teu_without_boxes(teu, form)
        revenue, cost, currency, rate, revenue_in_currency, cost_in_currency, items = _money(get)
        return LedgerLine(
            identity_base=self._identity(row),
            line=row.number,
            customer_id=self.customer_id(row.values["customer"], "customer"),
            cargo_class_id=cargo_class.pk,
            form=form,
            direction=row.values["direction"],
            trade_kind=get("trade_kind") or FOREIGN,
            transshipment=bool(get("transshipment")),
            handled_on=handled_on,
            precision=precision,
            origin_id=self.port_id(origin) if origin else None,
            origin_text=origin,
            destination_id=self.port_id(destination) if destination else None,
            destination_text=destination,
            vessel=get("vessel") or "",
            voyage=get("voyage") or "",
            bl_no=get("bl_no") or "",
            goods=get("goods") or "",
            quantity=quantity,
            unit_id=unit_id,
            lots=get("lots") or 1,
            tonnes=tonnes,
            tonnes_factor=factor,
            teu=teu,
            revenue=revenue,
            cost=cost,
            currency=currency,
            rate=rate,
            revenue_in_currency=revenue_in_currency,
            cost_in_currency=cost_in_currency,
            document_no=get("document_no") or "",
            teu_laden=laden,
            teu_empty=empty,
            parties=self._parties(get),
            **items,
        )

    def _parties(self, get) -> str | None:
        return told_parties({role: self.customer_id(name, role) for role in ROLES if (name := get(role))})

    def _identity(self, row: Row) -> str:
        if document := row.values.get("document_no"):
            return f"doc:{document}"
        content = "\x1f".join(map(str, row.cells))
        return f"line:{hashlib.md5(f'{self.shape}{content}'.encode(), usedforsecurity=False).hexdigest()}"

    def _customer_id(self, written: str, field: str) -> int:
        name = party_text(written)
        if name in self.ambiguous:
            raise Refused(_("Several customer files have this name; write the customer code."), field)
        if name not in self.customers:
            raise Refused(_("There is no customer file with this code or name."), field)
        return self.customers[name]

    def _measures(self, get, cargo_class) -> tuple:
        """Quantity and its unit, tonnes, the factor to tonnes, TEU, form: as written, else by what is printed of the unit."""
        unit = self.unit(get("unit"))
        if unit is None:
            raise Refused(_("There is no such unit."), "unit")
        quantity, tonnes, teu, factor = get("quantity"), get("tonnes"), get("teu"), None
        if tonnes is None:
            factor = unit.tonnes_per_unit
            if factor is None:
                raise Refused(_("Containers need their weight: fill in the tonnes."), "tonnes")
            tonnes = quantity * factor
        if teu is None:
            teu = quantity * unit.teu_per_unit if unit.teu_per_unit else ZERO
        in_boxes = unit.kind == UnitKind.BOXES or (_has_teu(get) and CONTAINER in cargo_class.forms)
        form = get("form") or (CONTAINER if in_boxes else cargo_class.usual_form)
        return quantity, unit.pk, tonnes, factor, teu, form


FOREIGN, CONTAINER = TradeKind.FOREIGN.value, CargoForm.CONTAINER.value
WITHOUT_BOXES = frozenset({CargoForm.LIQUID_BULK.value, CargoForm.DRY_BULK.value, CargoForm.BREAK_BULK.value})
ROLES = tuple(role.value for role in PartyRole)
CENT = Decimal("0.01")


class Refused(Exception):
    """A row that cannot be taken in, with the sentence for its author and the field it concerns."""

    def __init__(self, message, field: str = ""):
        super().__init__(message)
        self.message, self.field = message, field


def named_in(row: Row) -> list[str]:
    """Every firm a row names, whatever its role."""
    get = row.values.get
    return [row.values["customer"], *(name for role in ROLES if (name := get(role)))]


def _has_teu(get) -> bool:
    return any(get(name) for name in ("teu", "teu_laden", "teu_empty"))


def _laden_and_empty(get, teu: Decimal) -> tuple[Decimal, Decimal | None, Decimal | None]:
    """TEU, laden and empty: of two known figures follows the third; where neither part is told both stay unknown."""
    laden, empty = get("teu_laden"), get("teu_empty")
    if laden is None and empty is None:
        return teu, None, None
    if laden is not None and empty is not None:
        if (get("teu") is not None or teu) and laden + empty != teu:
            raise Refused(_("Laden and empty TEU do not add up to the TEU."), "teu_laden")
        return laden + empty, laden, empty
    told, field = (laden, "teu_laden") if empty is None else (empty, "teu_empty")
    if told > teu:
        raise Refused(_("There are more laden or empty TEU than TEU."), field)
    return teu, teu - told if laden is None else laden, teu - told if empty is None else empty


def _refuse_teu_without_boxes(teu: Decimal, form: str) -> None:
    if teu and form in WITHOUT_BOXES:
        raise Refused(_("TEU without containers: the form says bulk or general cargo. Write “container”, or leave the TEU empty."), "teu")


def _money(get) -> tuple:
    """Revenue, cost and its items in the port's currency; amounts in another keep that currency, its rate and the original figures."""
    revenue, cost, currency = get("revenue"), get("cost"), get("currency")
    items = {name: amount for name in COST_COLUMNS if (amount := get(name)) is not None}
    if items:
        if cost is not None and cost != sum(items.values()):
            raise Refused(_("The cost items do not add up to the cost."), "cost")
        cost = sum(items.values(), ZERO)
    no_amount = revenue is None and cost is None
    if no_amount or not currency or currency.upper() == settings.PORT_CURRENCY:
        return revenue, cost, "", None, None, None, items
    rate = get("rate")
    if rate is None or rate <= 0:
        raise Refused(_("Amounts in another currency need its rate."), "rate")
    own_revenue, own_cost = (None if amount is None else amount * rate for amount in (revenue, cost))
    if items:
        own_cost, items = _exchanged(items, own_cost, rate)
    return own_revenue, own_cost, currency.upper(), rate, revenue, cost, items


def _exchanged(items: dict[str, Decimal], cost: Decimal, rate: Decimal) -> tuple[Decimal, dict[str, Decimal]]:
    """The cost and its items in the port's currency, rounded so that they still add up: the largest item takes the difference."""
    cost = cost.quantize(CENT, ROUND_HALF_UP)
    own = {name: (amount * rate).quantize(CENT, ROUND_HALF_UP) for name, amount in items.items()}
    own[max(own, key=lambda name: abs(own[name]))] += cost - sum(own.values())
    return cost, own
