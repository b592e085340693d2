"""Import of handled cargo: cells to ledger lines, unknown customers opened or refused, sums proved against the file."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.enums import CargoForm, DatePrecision, Direction, TradeKind, UnitKind
from cargo.models import ImportProof
from cargo.permissions import IMPORT_SHIPMENTS
from cargo.queries.parties import KnownParties, find_parties, party_text
from cargo.queries.references import load_references
from cargo.services.facts import store_facts
from cargo.services.importing import batch_of, check_staging, open_files, proofs_of, prove
from cargo.services.ledger import LedgerLine, write_chunk
from cargo.services.staging import ZERO
from portcrm.clock import port_today
from portcrm.exchange.importing import CellProblem, Importer, ImportField, Problem, Row, SummaryLine, WriteResult
from portcrm.exchange.parsing import choice, date, decimal_that_fits, integer, money_that_fits, month, text_up_to, yes_no
from portcrm.pages.formats import number

REFUSE, OPEN = "refuse", "open"


@lru_cache(maxsize=8192)
def day_or_month(cell: Any) -> tuple[dt.date, str]:
    """(date, precision): a day, or a month such as 1986-01 as its first day."""
    for parse, precision in ((date, DatePrecision.DAY), (month, DatePrecision.MONTH)):
        try:
            return parse(cell), precision.value
        except CellProblem:
            continue
    raise CellProblem(format_lazy(_("“{value}” is neither a day nor a month; write it as 2026-11-23 or 2026-11."), value=cell))


def not_negative(digits: int, places: int):
    """A parser for an amount of cargo."""
    parse = decimal_that_fits(digits, places)

    def amount(cell: Any) -> Decimal:
        found = parse(cell)
        if found < 0:
            raise CellProblem(_("A quantity is never negative; what was wrong is corrected in the ledger."))
        return found

    return amount


QUANTITY, TEU = not_negative(18, 3), not_negative(14, 3)  # as the columns of the ledger
MONEY, RATE = money_that_fits(18, 2), decimal_that_fits(18, 8)


def whole_lots(cell: Any) -> int:
    lots = integer(cell)
    if lots < 1:
        raise CellProblem(_("The number of lots is at least 1."))
    return lots


FORM_WORDS = {
    CargoForm.LIQUID_BULK: "liquid_bulk liquid 液体散货 液散 液散货",
    CargoForm.DRY_BULK: "dry_bulk bulk 干散货 散货 干散",
    CargoForm.BREAK_BULK: "break_bulk breakbulk general 件杂货 件杂 杂货",
    CargoForm.CONTAINER: "container containers 集装箱 箱货",
    CargoForm.RO_RO: "ro_ro ro-ro roro 滚装 滚装汽车",
}
DIRECTION_WORDS = {
    Direction.INBOUND: "inbound in import discharge 进口 进港 卸货 卸 到港",
    Direction.OUTBOUND: "outbound out export loading 出口 出港 装货 装 离港",
}
TRADE_WORDS = {
    TradeKind.FOREIGN: "foreign international 外贸 外",
    TradeKind.DOMESTIC: "domestic coastal 内贸 内",
}
UNKNOWN_WORDS = {REFUSE: "refuse 退回 拒绝", OPEN: "open create 建档 新建"}


def one_of(words: dict):
    """A parser for a closed list: every word of it, in either language, means its key."""
    return choice({word: str(key) for key, line in words.items() for word in line.split()})


FIELDS = (
    ImportField(
        "customer",
        _("Customer"),
        text_up_to(200),
        required=True,
        aliases=("company", "consignee", "货主", "收货人", "公司名称", "客户编号", "委托人"),
        help=_("Customer code, credit code, or the exact name in either language"),
    ),
    ImportField(
        "unknown_customers",
        _("Unknown customers"),
        one_of(UNKNOWN_WORDS),
        help=_("The same for every row: “open” opens a file for each, “refuse” gives the row back (so it is unless you choose)"),
    ),
    ImportField(
        "handled_on", _("Handled on"), day_or_month, required=True, aliases=("date", "period", "month", "作业日期", "日期", "月份")
    ),
    ImportField(
        "cargo_class", _("Cargo class"), text_up_to(100), required=True, aliases=("class", "货类"), help=_("01 to 17, or its name")
    ),
    ImportField("form", _("Cargo form"), one_of(FORM_WORDS), aliases=("货物形态", "形态"), help=_("The usual form of the class if empty")),
    ImportField("direction", _("Direction"), one_of(DIRECTION_WORDS), required=True, aliases=("进出口", "进出港", "流向")),
    ImportField("trade_kind", _("Trade"), one_of(TRADE_WORDS), aliases=("内外贸", "贸易"), help=_("Foreign trade if empty")),
    ImportField("transshipment", _("Transshipment"), yes_no, aliases=("中转",)),
    ImportField("quantity", _("Quantity"), QUANTITY, required=True, aliases=("qty", "数量", "货量", "吨数", "箱量")),
    ImportField(
        "unit",
        _("Unit"),
        text_up_to(40),
        required=True,
        aliases=("单位", "箱型", "size_type"),
        help=_("t, kg, 万吨, kbbl …, TEU, or a container size-type such as 40HC or 22G1"),
    ),
    ImportField("lots", _("Lots"), whole_lots, aliases=("shipments", "票数", "批次"), help=_("1 if empty")),
    ImportField("tonnes", _("Tonnes"), QUANTITY, aliases=("weight", "重量吨", "毛重吨"), help=_("Needed where the unit is containers")),
    ImportField("teu", "TEU", TEU, aliases=("标准箱", "标箱")),
    ImportField("origin", _("Port of loading"), text_up_to(60), aliases=("pol", "装货港", "起运港")),
    ImportField("destination", _("Port of discharge"), text_up_to(60), aliases=("pod", "卸货港", "目的港", "port")),
    ImportField("vessel", _("Vessel name"), text_up_to(60), aliases=("船名",)),
    ImportField("voyage", _("Voyage"), text_up_to(30), aliases=("航次",)),
    ImportField("bl_no", _("Bill of lading no."), text_up_to(40), aliases=("bl", "b/l", "提单号")),
    ImportField("goods", _("Cargo description"), text_up_to(200), aliases=("cargo", "货名", "货物描述", "品名")),
    ImportField("revenue", _("Revenue"), MONEY, aliases=("收入", "港口费收", "包干费"), help=_("Empty means no data, never zero")),
    ImportField("cost", _("Cost"), MONEY, aliases=("成本",), help=_("Empty means no data, never zero")),
    ImportField("currency", _("Currency"), text_up_to(3), aliases=("币种",), help=_("Of revenue and cost, if not the port's own")),
    ImportField("rate", _("Rate"), RATE, aliases=("汇率",), help=_("Units of the port's currency for one of the other")),
    ImportField("document_no", _("Document no."), text_up_to(60), aliases=("document", "单证号", "作业单号", "单号")),
)


class ShipmentImporter(Importer):
    """Rows are named by their document number, else by the file's shape and the line's own content; the n-th copy of a
    line is lot n. What the ledger holds already is left alone, so taking in the same file again changes nothing."""

    key = "shipments"
    label = _("Handled cargo")
    permission = IMPORT_SHIPMENTS
    fields = FIELDS
    chunk_rows = 20_000
    result_url_name = "cargo:shipment_list"
    asked: tuple[UUID | None, KnownParties | None] = (None, None)  # what the chunk before found; who takes a run up asks anew

    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        batch = batch_of(run)
        check_staging(run)
        claim, known = self.asked
        parties = find_parties({row.values["customer"] for row in rows}, known if claim == run.claim else None)
        self.asked = run.claim, parties
        reader = LineReader(rows, parties, run=run, by=by)
        lines = reader.lines()
        written = write_chunk(lines=lines, batch=batch, chunk=rows[0].number, by=by, import_run_id=run.pk)
        message = _("This document is in the ledger with other figures. Nothing was overwritten; correct the row there.")
        differing = [Problem(number, message, "quantity") for number in written.differing]
        return WriteResult(created=written.created, skipped=written.known - len(differing), problems=[*reader.problems, *differing])

    def finish(self, *, run, by) -> None:
        customer_ids = prove(run=run, by=by)
        store_facts(today=port_today(), by=by, customer_ids=customer_ids)

    def summary(self, run) -> list[SummaryLine]:
        """What the file says and what the ledger holds of it, unit by unit."""
        return [summary_line(proof) for proof in proofs_of(run)]


def summary_line(proof: ImportProof) -> SummaryLine:
    said = {
        "rows": number(proof.file_rows),
        "quantity": number(proof.file_quantity),
        "unit": proof.unit.label,
        "lots": number(proof.file_lots),
        "ledger_rows": number(proof.ledger_rows),
        "ledger_quantity": number(proof.ledger_quantity),
        "ledger_lots": number(proof.ledger_lots),
        "tonnes": number(proof.tonnes),
    }
    if proof.agrees:
        text = _("{quantity} {unit} in {lots} lots ({rows} rows): the ledger agrees to the last digit; {tonnes} t")
    else:
        text = _(
            "File: {quantity} {unit} in {lots} lots ({rows} rows); ledger: {ledger_quantity} in {ledger_lots} lots ({ledger_rows} rows)"
        )
    return SummaryLine(label=_("Reconciled with the file"), value=format_lazy(text, **said), ok=proof.agrees)


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
            name = row.values["customer"]
            if row.values.get("unknown_customers") == OPEN and party_text(name) not in self.customers:
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
        revenue, cost, currency, rate, revenue_in_currency, cost_in_currency = _money(get)
        return LedgerLine(
            identity_base=self._identity(row),
            line=row.number,
            customer_id=self.customer_id(row.values["customer"]),
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
        )

    def _identity(self, row: Row) -> str:
        if document := row.values.get("document_no"):
            return f"doc:{document}"
        content = "\x1f".join(map(str, row.cells))
        return f"line:{hashlib.md5(f'{self.shape}{content}'.encode(), usedforsecurity=False).hexdigest()}"

    def _customer_id(self, written: str) -> int:
        name = party_text(written)
        if name in self.ambiguous:
            raise Refused(_("Several customer files have this name; write the customer code."), "customer")
        if name not in self.customers:
            raise Refused(_("There is no customer file with this code or name."), "customer")
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
        form = get("form") or (CONTAINER if unit.kind == UnitKind.BOXES else cargo_class.usual_form)
        return quantity, unit.pk, tonnes, factor, teu, form


FOREIGN, CONTAINER = TradeKind.FOREIGN.value, CargoForm.CONTAINER.value


class Refused(Exception):
    """A row that cannot be taken in, with the sentence for its author and the field it concerns."""

    def __init__(self, message, field: str = ""):
        super().__init__(message)
        self.message, self.field = message, field


def _money(get) -> tuple:
    """Revenue and cost in the port's currency; amounts in another keep that currency, its rate and the original figures."""
    revenue, cost, currency = get("revenue"), get("cost"), get("currency")
    no_amount = revenue is None and cost is None
    if no_amount or not currency or currency.upper() == settings.PORT_CURRENCY:
        return revenue, cost, "", None, None, None
    rate = get("rate")
    if rate is None or rate <= 0:
        raise Refused(_("Amounts in another currency need its rate."), "rate")
    own = (None if amount is None else amount * rate for amount in (revenue, cost))
    return *own, currency.upper(), rate, revenue, cost
