"""What tests of receivables share: a file of open invoices, and what it says of a customer once it is taken in."""

import csv
import io
from decimal import Decimal
from pathlib import Path

from customers.models import ReceivablesBalance, TransactionStatus
from portcrm.exchange.ingesting import ingest

HEAD = ["客户编号", "客户名称", "发票号", "到期日", "金额", "未收金额"]
AS_OF = "2026-10-31"


def ingest_receivables(folder: Path, *rows: tuple, by, as_of: str = AS_OF, head: list[str] = HEAD, **how):
    """Ingest rows; each is (code, name, invoice, due, amount, open)."""
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    path = folder / "receivables.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    constants = {"as_of": as_of} if as_of else {}
    return ingest("receivables", path, by=by, constants=constants, **how)


def counts(run) -> tuple[int, ...]:
    return run.created, run.updated, run.skipped, run.rejected


def credit_of(customer) -> tuple:
    terms = TransactionStatus.objects.get(customer=customer)
    return terms.credit_exposure, terms.overdue_amount, terms.overdue_days, terms.credit_as_of


def balance_of(customer) -> Decimal:
    return ReceivablesBalance.objects.get(customer=customer).open_total
