"""The importer `flows`: a list of goods, places and quantities from a transport or storage company or an association."""

import hashlib
from collections.abc import Collection, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.imports.shipment_fields import QUANTITY
from cargo.models import FlowLine
from cargo.permissions import DECIDE_CANDIDATE
from cargo.queries.references import References, load_references
from cargo.services.flows import refuse_too_much, take_in_flows
from portcrm.errors import RuleBroken
from portcrm.exchange.importing import Importer, ImportField, Problem, Rehearsal, Row, WriteResult
from portcrm.exchange.parsing import text_up_to

TELLER = _("The transport or storage company or the association that gave the list")
FIELDS = (
    ImportField(
        "told_by_name", _("Told by"), text_up_to(200), required=True, aliases=("提供单位", "列单单位", "来源单位", "source"), help=TELLER
    ),
    ImportField("goods", _("Cargo description"), text_up_to(200), required=True, aliases=("货名", "货物", "品名", "goods", "commodity")),
    ImportField("origin", _("Place of origin"), text_up_to(100), aliases=("起运地", "启运地", "发货地", "产地", "from", "origin")),
    ImportField("destination", _("Final destination"), text_up_to(100), aliases=("目的地", "到达地", "流向", "to", "destination")),
    ImportField("quantity", _("Quantity"), QUANTITY, aliases=("数量", "货量", "quantity", "volume")),
    ImportField("unit", _("Unit"), text_up_to(40), aliases=("单位", "计量单位", "unit")),
    ImportField("period", pgettext_lazy("cargo flow", "Period"), text_up_to(60), aliases=("期间", "时间", "月份", "period", "month")),
    ImportField(
        "company", _("Trading firm"), text_up_to(200), aliases=("经营单位", "货主", "贸易公司", "company", "trader"),
        help=_("Where the list names it; what it leaves open is pinned down afterwards"),
    ),
    ImportField("note", _("Remarks"), text_up_to(300), aliases=("备注", "说明", "note", "remarks")),
)  # fmt: skip
TEXTS = ("told_by_name", "goods", "origin", "destination", "period", "company", "note")


class FlowImporter(Importer):
    """The same line again adds nothing, from whatever file it comes."""

    key = "flows"
    label = _("Flow lists")
    permission = DECIDE_CANDIDATE
    fields = FIELDS
    chunk_rows = 1_000
    result_url_name = "cargo:flow_list"

    def write(self, rows: Sequence[Row], *, run, by, foreseen: Collection[str] = ()) -> WriteResult:
        """`foreseen`: the identities of lines that a dry run has tried already."""
        lines, problems = _lines(rows, run.pk)
        created = take_in_flows(lines=[line for line in lines if line.identity not in foreseen], by=by)
        return WriteResult(created=created, skipped=len(lines) - created, problems=problems)

    def rehearsal(self) -> "FlowRehearsal":
        return FlowRehearsal(self)


class FlowRehearsal(Rehearsal):
    """A dry run that gives back the names and candidates of a chunk before it comes to those of the next, which may be held by somebody
    who waits for the first (services/turns.py)."""

    def __init__(self, importer: FlowImporter):
        self._importer = importer
        self._foreseen: set[str] = set()

    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        return self._importer.write(rows, run=run, by=by, foreseen=self._foreseen)

    def remember(self, rows: Sequence[Row], result: WriteResult) -> None:
        refused = {problem.number for problem in result.problems}
        lines, _problems = _lines([row for row in rows if row.number not in refused], run_id=None)
        self._foreseen.update(line.identity for line in lines)


def _lines(rows: Sequence[Row], run_id: int | None) -> tuple[list[FlowLine], list[Problem]]:
    references, lines, problems = load_references(), [], []
    for row in rows:
        try:
            lines.append(_line(row, references, run_id))
        except RuleBroken as refusal:
            problems.append(Problem(row.number, refusal.message, refusal.field))
    return lines, problems


def _line(row: Row, references: References, run_id: int | None) -> FlowLine:
    texts = {name: " ".join((row.values.get(name) or "").split()) for name in TEXTS}
    quantity, written = row.values.get("quantity") or None, row.values.get("unit") or ""
    unit = references.unit(written) if written else None
    if quantity and unit is None:
        unknown = format_lazy(_("“{unit}” is no unit we know."), unit=written) if written else _("A quantity needs its unit.")
        raise RuleBroken(unknown, field="unit")
    content = "\x1f".join([*texts.values(), str(quantity.normalize() if quantity else ""), unit.pk if quantity else ""])
    identity = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()
    line = FlowLine(**texts, quantity=quantity, unit=unit if quantity else None, identity=identity, run_id=run_id)
    refuse_too_much(line)
    return line
