"""What customers owe, taken from a file of the settlement office: staged row by row, put into effect as a whole.

A file is a snapshot of all open invoices on its day. It takes effect in one transaction: its invoices are stored, those it no
longer names are settled, and exposure, delay and ages of every customer concerned follow.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Max, Q, Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Receivable, ReceivableLine, ReceivablesBalance, ReceivablesStatement, TransactionStatus
from customers.services.bulk import insert_rows
from customers.services.facts import lock_customers
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.exchange.models import ImportRun
from portcrm.exchange.problems import FileProblem

ONE_FILE_AT_A_TIME = 7_304_110_017  # key of the lock under which a file takes effect
LINE = "line:"  # begins the identity of an invoice without a number
TWICE = _("This invoice stands in the file twice; make one row of it.")


@dataclass(frozen=True)
class InvoiceLine:
    """A readable row: `customer_id` is None where nobody here has that code or name; the open sum is in the port's currency too."""

    line: int
    customer_id: int | None
    identity: str
    invoice_no: str
    invoiced_on: dt.date | None
    due_on: dt.date
    amount: Decimal
    open_amount: Decimal
    currency: str
    rate: Decimal
    own_open: Decimal


@dataclass(frozen=True)
class Staged:
    """What became of a chunk: invoices new here, told differently, and the same; lines that stand in the file twice."""

    new: int
    changed: int
    same: int
    twice: list[int]


def refuse_day(as_of: dt.date, *, today: dt.date) -> None:
    """A file of a day to come, or older than what is stored, has no place here: it would take newer figures back."""
    if as_of > today:
        raise FileProblem(format_lazy(_("The figures are dated {day}, a day to come."), day=as_of.isoformat()))
    newest = ReceivablesStatement.objects.aggregate(day=Max("as_of"))["day"]
    if newest and as_of < newest:
        raise FileProblem(
            format_lazy(
                _("Figures of {newest} are stored already; this file is of {day} and would take them back. Nothing was changed."),
                newest=newest.isoformat(), day=as_of.isoformat(),
            )
        )  # fmt: skip


def two_days(first: dt.date, second: dt.date):
    """Why a file with figures of several days is refused."""
    said = _("The file holds figures of {first} and of {day}; a file is of one day.")
    return format_lazy(said, first=first.isoformat(), day=second.isoformat())


@action("receivables.stage")
def stage_lines(*, lines: Sequence[InvoiceLine], run: ImportRun, as_of: dt.date, by: User) -> Staged:
    """Lay the rows of a chunk aside until the whole file takes effect; they must all be of one day."""
    ReceivableLine.objects.exclude(run_id=run.pk).filter(~Q(run_id__in=_under_way())).delete()
    others = ReceivableLine.objects.filter(run_id=run.pk).exclude(as_of=as_of).values_list("as_of", flat=True).first()
    if others:
        raise FileProblem(two_days(others, as_of))
    once, twice = _told_apart(lines, run)
    insert_rows(ReceivableLine, [vars(line) | {"run_id": run.pk, "as_of": as_of} for line in once])
    return _compared(once, twice)


def _under_way():
    return ImportRun.objects.filter(state__in=("waiting", "running")).values("pk")


def _told_apart(lines: Sequence[InvoiceLine], run: ImportRun) -> tuple[list[InvoiceLine], list[int]]:
    """The lines to keep, and the numbers of those whose invoice the file has named before. Without a number the n-th line that
    says the same is the n-th invoice."""
    staged = ReceivableLine.objects.filter(run_id=run.pk)
    known = set(staged.filter(identity__in={line.identity for line in lines}).exclude(customer=None).values_list("customer", "identity"))
    copies = _copies(staged) if any(line.identity.startswith(LINE) for line in lines) else Counter()
    once, twice = [], []
    for line in lines:
        if line.identity.startswith(LINE):
            copies[line.identity] += 1
            once.append(replace(line, identity=f"{line.identity}:{copies[line.identity]}"))
        elif line.customer_id is not None and (line.customer_id, line.identity) in known:
            twice.append(line.line)
        else:
            known.add((line.customer_id, line.identity))
            once.append(line)
    return once, twice


def _copies(staged) -> Counter:
    found = staged.filter(identity__startswith=LINE).values_list("identity", flat=True)
    return Counter(identity.rpartition(":")[0] for identity in found)


def _compared(lines: Sequence[InvoiceLine], twice: list[int]) -> Staged:
    stored = {
        (row.customer_id, row.identity): (row.due_on, row.amount, row.open_amount, row.currency, row.own_open)
        for row in Receivable.objects.filter(
            customer__in={line.customer_id for line in lines if line.customer_id}, identity__in={line.identity for line in lines}
        )
    }
    known = [line for line in lines if line.customer_id is not None]
    found = [
        (stored.get((line.customer_id, line.identity)), (line.due_on, line.amount, line.open_amount, line.currency, line.own_open))
        for line in known
    ]
    new = sum(old is None for old, _now in found)
    same = sum(old == now for old, now in found)
    return Staged(new=new, changed=len(found) - new - same, same=same, twice=twice)


@action("receivables.apply")
def apply_file(*, run: ImportRun, by: User) -> ReceivablesStatement:
    """Put a staged file into effect at once. A file with a row that could not be read has no effect: what that row says is unknown,
    and leaving it out would settle its invoice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_FILE_AT_A_TIME])
    lines = ReceivableLine.objects.filter(run_id=run.pk)
    unknown = lines.filter(customer=None).count()
    unreadable = run.rejected - unknown
    if unreadable > 0 and not run.dry_run:
        said = _("{count} rows could not be read. A file of receivables counts as a whole: correct them and take it in again.")
        raise FileProblem(format_lazy(said, count=unreadable))
    as_of = lines.values_list("as_of", flat=True).first()
    if as_of is None:
        raise FileProblem(_("No row of the file could be read."))
    if unknown and not lines.exclude(customer=None).exists():
        raise FileProblem(_("No row names a customer with a file here; nothing was changed."))
    refuse_day(as_of, today=port_today())
    _follow_merges(lines)
    statement = _statement(run, lines, as_of, by)
    _store(statement)
    statement.settled = _settle(statement)
    concerned = _concerned(as_of)
    renew_balances(customers=concerned, as_of=as_of, source=run.file_name, by=by)
    statement.stored_total = Receivable.objects.open().aggregate(total=Sum("own_open"))["total"] or Decimal(0)
    statement.save(update_fields=["settled", "stored_total"])
    lines.delete()
    return statement


def _follow_merges(lines) -> None:
    """Files merged while the import ran: their rows are the kept file's."""
    while lines.filter(customer__merged_into__isnull=False).exists():
        _run(
            """
            UPDATE customers_receivableline AS line SET customer_id = customer.merged_into_id FROM customers_customer AS customer
            WHERE customer.id = line.customer_id AND customer.merged_into_id IS NOT NULL
            """,
            [],
        )


def _run(statement: str, parameters: Sequence | Mapping) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def _statement(run: ImportRun, lines, as_of: dt.date, by: User) -> ReceivablesStatement:
    known = Q(customer__isnull=False)
    sums = lines.aggregate(
        rows=Count("pk"), customers=Count("customer", distinct=True), open_total=Sum("own_open"),
        overdue_total=Sum("own_open", filter=Q(due_on__lt=as_of)), unknown_rows=Count("pk", filter=~known),
        unknown_total=Sum("own_open", filter=~known),
    )  # fmt: skip
    sums = {name: value or 0 for name, value in sums.items()}
    return ReceivablesStatement.objects.create(as_of=as_of, run_id=run.pk, file_name=run.file_name, taken_in_by=by, **sums)


COPIED = ("invoice_no", "invoiced_on", "due_on", "amount", "open_amount", "currency", "rate", "own_open")


def _store(statement: ReceivablesStatement) -> None:
    """The file's invoices, new ones added, known ones told anew; what is paid in full is settled."""
    columns = ", ".join(COPIED)
    renewed = ", ".join(f"{name} = EXCLUDED.{name}" for name in COPIED)
    _run(
        f"""
        INSERT INTO customers_receivable AS stored
            (customer_id, identity, {columns}, line, first_seen_on, as_of, settled_on, statement_id)
        SELECT customer_id, identity, {columns}, line, as_of, as_of, CASE WHEN own_open = 0 AND open_amount = 0 THEN as_of END, %s
        FROM customers_receivableline WHERE run_id = %s AND customer_id IS NOT NULL
        ON CONFLICT (customer_id, identity) DO UPDATE SET {renewed}, line = EXCLUDED.line, as_of = EXCLUDED.as_of,
            statement_id = EXCLUDED.statement_id,
            settled_on = CASE WHEN EXCLUDED.settled_on IS NULL THEN NULL ELSE COALESCE(stored.settled_on, EXCLUDED.settled_on) END
        WHERE ({", ".join(f"stored.{name}" for name in (*COPIED, "as_of"))}, stored.settled_on IS NULL)
            IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in (*COPIED, "as_of"))}, EXCLUDED.settled_on IS NULL)
        """,  # noqa: S608  only constants
        [statement.pk, statement.run_id],
    )


def _settle(statement: ReceivablesStatement) -> int:
    """Open invoices the file does not name any more have been paid by its day."""
    return _run(
        """
        UPDATE customers_receivable AS stored SET settled_on = %s, open_amount = 0, own_open = 0
        WHERE settled_on IS NULL AND NOT EXISTS (
            SELECT FROM customers_receivableline AS line
            WHERE line.run_id = %s AND line.customer_id = stored.customer_id AND line.identity = stored.identity
        )
        """,
        [statement.as_of, statement.run_id],
    )


def _concerned(as_of: dt.date) -> list[int]:
    """Customers who owe something, and those whose figures are of an earlier file."""
    owing = Receivable.objects.open().values_list("customer", flat=True)
    earlier = ReceivablesBalance.objects.filter(Q(as_of__lt=as_of) | Q(items__gt=0)).values_list("customer", flat=True)
    return sorted({*owing, *earlier})


@action("receivables.balance")
def renew_balances(*, customers: Iterable[int], as_of: dt.date, source: str, by: User) -> None:
    """Ages, exposure and delay of these customers from their open invoices; figures that are the same stay untouched."""
    ids = sorted(set(customers))
    lock_customers(ids)
    _run(BALANCES, {"as_of": as_of, "customers": ids})
    with_terms = TransactionStatus.objects.filter(customer__in=ids).values_list("customer", flat=True)
    standing = Customer.objects.filter(pk__in=ids).values_list("pk", flat=True)  # the terms of a merged file went to the kept one
    missing = sorted(set(standing) - set(with_terms))
    today = port_today()
    insert_rows(TransactionStatus, [{"customer_id": pk, "recorded_by_id": by.pk, "recorded_on": today} for pk in missing])
    _run(CREDIT_FIGURES, {"customers": ids, "source": source[:300], "by": by.pk, "today": today})


BALANCES = """
    INSERT INTO customers_receivablesbalance AS stored
        (customer_id, as_of, items, open_total, overdue_total, not_due, days_30, days_60, days_90, days_over_90, oldest_due_on)
    SELECT customer.id, %(as_of)s, count(owed.id), coalesce(sum(own_open), 0), coalesce(sum(own_open) FILTER (WHERE late > 0), 0),
        coalesce(sum(own_open) FILTER (WHERE late <= 0), 0), coalesce(sum(own_open) FILTER (WHERE late BETWEEN 1 AND 30), 0),
        coalesce(sum(own_open) FILTER (WHERE late BETWEEN 31 AND 60), 0), coalesce(sum(own_open) FILTER (WHERE late BETWEEN 61 AND 90), 0),
        coalesce(sum(own_open) FILTER (WHERE late > 90), 0), min(due_on) FILTER (WHERE late > 0 AND own_open > 0)
    FROM customers_customer AS customer
    LEFT JOIN (
        SELECT *, %(as_of)s - due_on AS late FROM customers_receivable WHERE settled_on IS NULL
    ) AS owed ON owed.customer_id = customer.id
    WHERE customer.id = ANY (%(customers)s::bigint[])
    GROUP BY customer.id ORDER BY customer.id
    ON CONFLICT (customer_id) DO UPDATE SET as_of = EXCLUDED.as_of, items = EXCLUDED.items, open_total = EXCLUDED.open_total,
        overdue_total = EXCLUDED.overdue_total, not_due = EXCLUDED.not_due, days_30 = EXCLUDED.days_30, days_60 = EXCLUDED.days_60,
        days_90 = EXCLUDED.days_90, days_over_90 = EXCLUDED.days_over_90, oldest_due_on = EXCLUDED.oldest_due_on
    WHERE (stored.as_of, stored.items, stored.open_total, stored.not_due, stored.days_30, stored.days_60, stored.days_90,
           stored.days_over_90, stored.oldest_due_on)
        IS DISTINCT FROM (EXCLUDED.as_of, EXCLUDED.items, EXCLUDED.open_total, EXCLUDED.not_due, EXCLUDED.days_30, EXCLUDED.days_60,
           EXCLUDED.days_90, EXCLUDED.days_over_90, EXCLUDED.oldest_due_on)
"""
# A credit note may outweigh what is owed: exposure and delay are never negative.
CREDIT_FIGURES = """
    UPDATE customers_transactionstatus AS terms
    SET credit_exposure = owed.exposure, overdue_amount = owed.overdue, overdue_days = owed.days, credit_as_of = owed.as_of,
        source_reference = %(source)s, recorded_by_id = %(by)s, recorded_on = %(today)s, version = terms.version + 1
    FROM (
        SELECT customer_id, as_of, greatest(open_total, 0) AS exposure, greatest(least(overdue_total, open_total), 0) AS overdue,
            coalesce(as_of - oldest_due_on, 0) AS days
        FROM customers_receivablesbalance WHERE customer_id = ANY (%(customers)s::bigint[])
    ) AS owed
    WHERE owed.customer_id = terms.customer_id
      AND (terms.credit_exposure, terms.overdue_amount, terms.overdue_days, terms.credit_as_of)
          IS DISTINCT FROM (owed.exposure, owed.overdue, owed.days, owed.as_of)
"""


@action("receivables.balance")
def renew_after_merge(*, customers: Sequence[Customer], by: User) -> None:
    """Invoices have moved from one file to another: both files' figures follow."""
    ids = {customer.pk for customer in customers}
    balances = dict(ReceivablesBalance.objects.filter(customer__in=ids).values_list("customer", "as_of"))
    owing = set(Receivable.objects.filter(customer__in=ids).values_list("customer", flat=True))
    if balances:
        last = ReceivablesStatement.objects.first()
        renew_balances(customers=owing | set(balances), as_of=max(balances.values()), source=last.file_name if last else "", by=by)
