"""From the parsed cells of a file of handled cargo to ledger lines: what is unsaid follows from what is printed of unit and class."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import compress
from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.enums import CONTAINER, COST_COLUMNS, FOREIGN, PartyRole, UnitKind
from cargo.imports.refusing import Refused, customer_named, direction_named
from cargo.imports.shipment_fields import OPEN
from cargo.models.kinds import KindEntry
from cargo.queries.parties import KnownParties, party_text
from cargo.queries.references import load_references
from cargo.services.importing import open_files
from cargo.services.ledger import LedgerLine
from cargo.services.staging import DEFAULTS, ZERO, LedgerColumns, told_parties
from portcrm.exchange.importing import Problem, Row
from portcrm.exchange.rows import Rows


class LineReader:
    """Turns the rows of one chunk into ledger lines; what cannot be read becomes a problem of its row.

    Most rows of most files are plain: tonnes by a printed factor, amounts in the port's currency, nobody in a role. Their lines are
    made column by column. Every other row is read on its own by `line_of_row`, which can read plain rows too and says the same of them.
    """

    def __init__(self, rows: Rows, parties: KnownParties, *, run, by):
        self.rows, self.shape = rows, run.shape
        self.problems: list[Problem] = []
        self.refused: list[Row] = []
        references = load_references()
        self.ambiguous, self.customers = parties.ambiguous, dict(parties.ids)
        self._open_unknown(run=run, by=by)
        # a chunk names the same few things over and over
        self.cargo_class, self.unit, self.port_id = cache(references.cargo_class), cache(references.unit), cache(references.port_id)
        self.form, self.trade, self.direction = cache(references.form), cache(references.trade), cache(references.direction)
        self.transshipment = cache(references.transshipment)
        self.customer_id = cache(self._customer_id)

    def _open_unknown(self, *, run, by) -> None:
        if OPEN not in self.rows.columns.get("unknown_customers", ()):
            return
        names: dict[str, str] = {}
        for row in self.rows:
            if row.values["unknown_customers"] == OPEN:
                for name in named_in(row):
                    if party_text(name) not in self.customers:
                        names.setdefault(party_text(name), name)
        if names:
            self.customers |= dict(zip(names, open_files(names=list(names.values()), source=run.file_name, by=by), strict=True))

    def columns(self) -> LedgerColumns:
        """The lines of all rows that can be taken in, by column."""
        plain, columns = PlainRows(self).read()
        taken = list(plain)
        for place in (place for place, fine in enumerate(plain) if not fine):
            line = self._line_or_problem(self.rows[place])
            taken[place] = line is not None
            for name, value in zip(LedgerLine._fields, line or (), strict=False):
                if name not in columns and value != DEFAULTS[name]:
                    columns[name] = [DEFAULTS[name]] * len(plain)
                if name in columns:
                    columns[name][place] = value
        return columns if all(taken) else {name: list(compress(values, taken)) for name, values in columns.items()}

    def _line_or_problem(self, row: Row) -> LedgerLine | None:
        try:
            return self.line_of_row(row)
        except Refused as refused:
            self.problems.append(Problem(row.number, refused.message, refused.field))
            self.refused.append(row)
            return None

    def line_of_row(self, row: Row) -> LedgerLine:
        get = row.values.get
        handled_on, precision = row.values["handled_on"]
        cargo_class = self.cargo_class(row.values["cargo_class"])
        if cargo_class is None:
            raise Refused(_("There is no such cargo class; write its code, such as 01, or its name."), "cargo_class")
        origin, destination = get("origin") or "", get("destination") or ""
        quantity, unit_id, tonnes, factor, teu, form = self._measures(get, cargo_class)
        teu, laden, empty = _laden_and_empty(get, teu)
        self._refuse_teu_without_boxes(teu, form)
        revenue, cost, currency, rate, revenue_in_currency, cost_in_currency, items = _money(get)
        return LedgerLine(
            identity_base=self.identity(row.values.get("document_no"), row.cells),
            line=row.number,
            customer_id=self.customer_id(row.values["customer"], "customer"),
            cargo_class_id=cargo_class.pk,
            form=form,
            direction=direction_named(row.values["direction"], self.direction),
            trade_kind=self._trade(get),
            transshipment=self._transshipment(get("transshipment")),
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

    def identity(self, document: str | None, cells: Sequence[Any]) -> str:
        if document:
            return of_document(document)
        content = "\x1f".join(map(str, cells))
        return f"line:{hashlib.md5(f'{self.shape}{content}'.encode(), usedforsecurity=False).hexdigest()}"

    def _customer_id(self, written: str, field: str) -> int:
        return customer_named(written, field, ids=self.customers, ambiguous=self.ambiguous)

    def _trade(self, get) -> str:
        text = get("trade_kind")
        found = self.trade(text or FOREIGN)
        if text and found is None:
            raise Refused(_("There is no such kind of trade."), "trade_kind")
        return found.pk if found else FOREIGN

    def _transshipment(self, text: str | None) -> bool:
        found = self.transshipment(text) if text else False
        if found is None:
            raise Refused(format_lazy(_("“{value}” is neither yes nor no."), value=text), "transshipment")
        return found

    def _form(self, get) -> str:
        text = get("form")
        found = self.form(text) if text else None
        if text and found is None:
            raise Refused(_("There is no such cargo form."), "form")
        return found.pk if found else ""

    def _refuse_teu_without_boxes(self, teu: Decimal, form: str) -> None:
        said = self.form(form)
        if teu and said and not said.takes_teu:
            raise Refused(_("TEU without containers: cargo of this form has none. Write “container”, or leave the TEU empty."), "teu")

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
        form = self._form(get) or (CONTAINER if in_boxes else cargo_class.usual_form)
        return quantity, unit.pk, tonnes, factor, teu, form


class PlainRows:
    """The lines of a chunk's plain rows, column by column; places of other rows hold anything."""

    def __init__(self, reader: LineReader):
        self.reader, self.rows, self.count = reader, reader.rows, len(reader.rows)
        self.plain = [True] * self.count

    def read(self) -> tuple[list[bool], LedgerColumns]:
        """(which rows are plain, their lines)."""
        for name in NOT_PLAIN:
            self._only(value is None for value in self.rows.columns.get(name, ()))
        columns = {"identity_base": self._identities(), **self._parties_and_class(), **self._measures(), "line": self.rows.numbers}
        days, precisions = zip(*self.rows.columns["handled_on"], strict=True) if self.count else ((), ())
        columns |= {"handled_on": list(days), "precision": list(precisions)}
        columns |= {"direction": self._kinds("direction", self.reader.direction), "transshipment": self._transshipments()}
        for name in ("revenue", "cost"):
            columns[name] = list(self.rows.columns.get(name, ()))
        columns |= {name: self._or(default, name) for name, default in UNSAID.items()} | self._places()
        return self.plain, {name: values for name, values in columns.items() if values or not self.count}

    def _only(self, fine: Iterable[bool]) -> None:
        if (fine := list(fine)) and not all(fine):
            self.plain = [one and other for one, other in zip(self.plain, fine, strict=True)]

    def _or(self, default: Any, name: str) -> list[Any]:
        return [value or default for value in self.rows.columns.get(name, ())]

    def _identities(self) -> list[str]:
        documents = self.rows.columns.get("document_no") or [None] * self.count
        return [self.reader.identity(document, cells) for document, cells in zip(documents, self.rows.cells, strict=True)]

    def _parties_and_class(self) -> LedgerColumns:
        names, classes = self.rows.columns["customer"], self.rows.columns["cargo_class"]
        ids = {name: self._known(name) for name in set(names)}
        customers = [ids[name] for name in names]
        found = {text: self.reader.cargo_class(text) for text in set(classes)}
        usual = {text: one and one.usual_form for text, one in found.items()}
        keys = {text: one and one.pk for text, one in found.items()}
        self._only(one is not None for one in customers)
        self._only(found[text] is not None for text in classes)
        forms = self._kinds("form", self.reader.form) or [None] * self.count
        return {
            "customer_id": customers,
            "cargo_class_id": [keys[text] for text in classes],
            "form": [form or usual[text] for form, text in zip(forms, classes, strict=True)],
            "trade_kind": [trade or FOREIGN for trade in self._kinds("trade_kind", self.reader.trade)],
        }

    def _kinds(self, name: str, find: Callable[[str], KindEntry | None]) -> list[str | None]:
        """The codes of what a column names, None where it is left empty; a word that nothing is called by is not plain."""
        texts = self.rows.columns.get(name, ())
        found = {text: find(text) if text else None for text in set(texts)}
        self._only(not text or found[text] is not None for text in texts)
        codes = {text: one and one.pk for text, one in found.items()}
        return [codes[text] for text in texts]

    def _transshipments(self) -> list[bool | None]:
        texts = self.rows.columns.get("transshipment", ())
        found = {text: self.reader.transshipment(text) if text else False for text in set(texts)}
        self._only(found[text] is not None for text in texts)
        return [found[text] for text in texts]

    def _known(self, name: str) -> int | None:
        text = party_text(name)
        return None if text in self.reader.ambiguous else self.reader.customers.get(text)

    def _measures(self) -> LedgerColumns:
        quantities, units = self.rows.columns["quantity"], self.rows.columns["unit"]
        found = {text: self.reader.unit(text) for text in set(units)}
        factors = {text: one.tonnes_per_unit if one else None for text, one in found.items()}
        keys = {text: one and one.pk for text, one in found.items()}
        self._only(factors[text] is not None for text in units)
        said = self.rows.columns.get("tonnes") or [None] * self.count
        pairs = [(quantity, factors[text] or ZERO) for quantity, text in zip(quantities, units, strict=True)]
        return {
            "quantity": list(quantities),
            "unit_id": [keys[text] for text in units],
            "tonnes": [quantity * factor if one is None else one for one, (quantity, factor) in zip(said, pairs, strict=True)],
            "tonnes_factor": [factor if one is None else None for one, (_quantity, factor) in zip(said, pairs, strict=True)],
        }

    def _places(self) -> LedgerColumns:
        columns: LedgerColumns = {}
        for name in ("origin", "destination"):
            texts = self._or("", name)
            known = {text: self.reader.port_id(text) if text else None for text in set(texts)}
            columns |= {f"{name}_text": texts, f"{name}_id": [known[text] for text in texts]}
        return columns


ROLES = tuple(role.value for role in PartyRole)
NOT_PLAIN = ("teu", "teu_laden", "teu_empty", "currency", *COST_COLUMNS, *ROLES)  # a row that says any of these is read on its own
UNSAID = dict.fromkeys(("vessel", "voyage", "bl_no", "goods", "document_no"), "") | {
    "lots": 1,
}
CENT = Decimal("0.01")


def of_document(number: str) -> str:
    """The identity base of a document's lines."""
    return f"doc:{number}"


def places_of(rows: Iterable[Row]) -> list[tuple[int, str]]:
    """(line, identity base) of the rows that belong to a document."""
    return [(row.number, of_document(number)) for row in rows if (number := row.values.get("document_no"))]


def all_named_in(rows: Rows) -> set[str]:
    """Every firm that any of these rows names."""
    return {name for field in ("customer", *ROLES) for name in set(rows.columns.get(field, ())) if name}


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
