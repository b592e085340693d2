"""The importer `receivables`: the open invoices of a day, as the settlement office lists them."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from customers import permissions
from customers.models import ReceivablesStatement
from customers.queries.receivables import Debtors, as_written, find_debtors
from customers.services.credit_holds import propose_holds
from customers.services.receivables import LINE, TWICE, InvoiceLine, apply_file, refuse_day, stage_lines, two_days
from portcrm.bilingual import both
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import Choice, RowState
from portcrm.exchange.importing import Importer, ImportField, Problem, Row, SummaryLine, WriteResult
from portcrm.exchange.parsing import date, decimal_that_fits, money_that_fits, text_up_to
from portcrm.exchange.problems import FileProblem
from portcrm.pages.formats import money, number

MONEY, RATE = money_that_fits(18, 2), decimal_that_fits(18, 8)
CENT, ONE = Decimal("0.01"), Decimal(1)
NOBODY = _("There is no customer file with this code or name.")
SAME_EVERYWHERE = _("The day of the figures, the same in every row; the file replaces what was open before")
OPEN_AMOUNTS = ("未付金额", "未收金额", "未结金额", "未结余额", "余额", "欠款", "open", "open amount", "balance")
FIELDS = (
    ImportField("customer_code", _("Customer code"), text_up_to(20), aliases=("客户编号", "客户代码", "customer code")),
    ImportField("credit_code", _("Unified social credit code"), text_up_to(30), aliases=("信用代码", "社会信用代码", "uscc")),
    ImportField(
        "customer", _("Customer"), text_up_to(200), aliases=("客户名称", "公司名称", "单位名称", "往来单位", "company", "name"),
        help=_("The exact name in either language, where there is no code"),
    ),
    ImportField("invoice_no", _("Invoice number"), text_up_to(80), aliases=("发票号", "发票号码", "单据号", "invoice", "invoice no")),
    ImportField("invoiced_on", _("Invoice date"), date, aliases=("开票日期", "发票日期", "invoice date")),
    ImportField("due_on", _("Due date"), date, required=True, aliases=("到期日", "到期日期", "应付日期", "due", "due date")),
    ImportField("amount", _("Invoice amount"), MONEY, required=True, aliases=("金额", "发票金额", "应收金额", "amount")),
    ImportField("paid", _("Paid"), MONEY, aliases=("已付", "已收金额", "已付金额", "paid")),
    ImportField("open_amount", _("Open amount"), MONEY, aliases=OPEN_AMOUNTS),
    ImportField("currency", _("Currency"), text_up_to(3), aliases=("币种", "currency"), help=_("If not the port's own")),
    ImportField("rate", _("Rate"), RATE, aliases=("汇率", "rate"), help=_("Units of the port's currency for one of the other")),
    ImportField("as_of", _("Figures as of"), date, required=True, aliases=("截至日期", "截止日期", "as of", "as-of"), help=SAME_EVERYWHERE),
)  # fmt: skip


class ReceivablesImporter(Importer):
    """Rows are laid aside chunk by chunk and take effect together at the end; one file after the other."""

    key = "receivables"
    label = _("Receivables")
    permission = permissions.IMPORT_RECEIVABLES
    fields = FIELDS
    chunk_rows = 5_000
    result_url_name = "customers:balance_list"
    whole_file_hint = _(
        "A file of receivables counts as a whole: an invoice it does not name counts as paid. Leave out only what is no invoice, such as "
        "a line of totals, and never take in the rows with problems alone."
    )

    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        as_of = _one_day(rows)
        refuse_day(as_of, today=port_today())
        names = ("customer_code", "credit_code", "customer")
        debtors = find_debtors(row.values.get(name) or "" for row in rows for name in names)
        lines, problems = [], []
        for row in rows:
            try:
                lines.append(_line(row, debtors))
            except RuleBroken as refusal:
                problems.append(Problem(row.number, refusal.message, refusal.field))
        staged = stage_lines(lines=lines, run=run, as_of=as_of, by=by)
        problems += [Problem(line.line, NOBODY, "customer") for line in lines if line.customer_id is None]
        problems += [Problem(number_, TWICE, "invoice_no") for number_ in staged.twice]
        return WriteResult(created=staged.new, updated=staged.changed, skipped=staged.same, problems=problems)

    def hindrance(self, run):
        """Rows that nobody could read and nobody has left out: the file would have no effect."""
        left_out = run.forecasts.filter(choice=Choice.SKIP).values("row_number")
        found = run.problems.filter(state=RowState.OPEN).exclude(row_number__in=left_out).values_list("details", flat=True)
        unreadable = sum(any(detail["message"] != both(NOBODY) for detail in details) for details in found)
        return _not_read(unreadable) if unreadable else None

    def misfit(self, row: Row, other: Row):
        """A file is of one day, and the rows that nobody has mended say of which."""
        days = other.values["as_of"], row.values["as_of"]
        return two_days(*days) if len(set(days)) > 1 else None

    def finish(self, *, run, by) -> None:
        apply_file(run=run, by=by)
        propose_holds(today=port_today(), by=by)

    def summary(self, run) -> list[SummaryLine]:
        """The sum of the file against the sum that stands here now."""
        statement = ReceivablesStatement.objects.filter(run_id=run.pk).first()
        return _told(statement) if statement else []


def _not_read(count: int):
    said = ngettext_lazy(
        "{count} row cannot be taken in as it is. A file of receivables counts as a whole: mend it or leave it out first.",
        "{count} rows cannot be taken in as they are. A file of receivables counts as a whole: mend them or leave them out first.",
        count,
    )
    return format_lazy(said, count=count)


def _one_day(rows: Sequence[Row]) -> dt.date:
    days = {row.values["as_of"] for row in rows}
    if len(days) > 1:
        raise FileProblem(two_days(*sorted(days)[:2]))
    return days.pop()


def _line(row: Row, debtors: Debtors) -> InvoiceLine:
    get = row.values.get
    open_amount = _open(get)
    currency = (get("currency") or settings.PORT_CURRENCY).upper()
    rate = ONE if currency == settings.PORT_CURRENCY else get("rate")
    if rate is None or rate <= 0:
        raise RuleBroken(_("Amounts in another currency need its rate."), field="rate")
    return InvoiceLine(
        line=row.number, customer_id=_debtor(get, debtors), identity=_identity(row), invoice_no=get("invoice_no") or "",
        invoiced_on=get("invoiced_on"), due_on=get("due_on"), amount=get("amount"), open_amount=open_amount, currency=currency, rate=rate,
        own_open=(open_amount * rate).quantize(CENT),
    )  # fmt: skip


def _open(get) -> Decimal:
    """What is open: as written, else the amount without what is paid; where all three stand there they must agree."""
    amount, paid, written = get("amount"), get("paid"), get("open_amount")
    if written is None:
        return amount - (paid or 0)
    if paid is not None and amount - paid != written:
        raise RuleBroken(_("Amount, paid and open do not fit together."), field="open_amount")
    return written


def _debtor(get, debtors: Debtors) -> int | None:
    """By code, else by credit code, else by name: what is written first decides."""
    written = next((as_written(word) for name in ("customer_code", "credit_code", "customer") if (word := get(name))), "")
    if not written:
        raise RuleBroken(_("The row names no customer."), field="")
    if written in debtors.ambiguous:
        raise RuleBroken(_("Several customer files have this name; write the customer code."), field="")
    return debtors.ids.get(written)


def _identity(row: Row) -> str:
    """The invoice's number; without one what the line says."""
    if invoice := row.values.get("invoice_no"):
        return f"no:{as_written(invoice)}"
    named = ("customer_code", "credit_code", "customer", "invoiced_on", "due_on", "amount", "currency")
    content = "\x1f".join(str(row.values.get(name)) for name in named)
    return f"{LINE}{hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()}"


def _told(statement: ReceivablesStatement) -> list[SummaryLine]:
    said = {
        "rows": number(statement.rows), "customers": number(statement.customers), "open": money(statement.open_total),
        "overdue": money(statement.overdue_total), "stored": money(statement.stored_total), "day": statement.as_of.isoformat(),
        "unknown": money(statement.unknown_total),
    }  # fmt: skip
    agrees = _("{open} open in {rows} rows as of {day}, {overdue} of it overdue: what stands here agrees to the cent")
    differs = _("The file has {open} open ({unknown} of customers without a file); {stored} stand here")
    lines = [
        SummaryLine(_("Reconciled with the file"), format_lazy(agrees if statement.agrees else differs, **said), ok=statement.agrees),
        SummaryLine(_("Settled since the file before"), number(statement.settled)),
    ]
    if statement.unknown_rows:
        owed = _("{rows} rows, {sum} open, are not in any customer's figures")
        value = format_lazy(owed, rows=number(statement.unknown_rows), sum=money(statement.unknown_total))
        lines.append(SummaryLine(_("Customers without a file here"), value, ok=False))
    return lines
