"""Files that owe are merged: terms and figures follow, and come back with the undoing."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from customers.models import ReceivablesBalance, TransactionStatus
from customers.services.merging import merge_customers
from customers.services.parts import edit_transactions
from customers.services.unmerging import decide_left, undo_merge
from customers.tests.factories import make_credit, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HEAD = ["客户编号", "客户名称", "发票号", "到期日", "金额", "未收金额"]
AS_OF = "2026-10-31"


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT, settings.PORT_CURRENCY, settings.HOLD_PROPOSAL_DAYS = tmp_path / "media", "CNY", 60
    with translation.override("en"):
        yield


@pytest.fixture
def settler():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def debtor():
    return make_customer(code="C000111", name_zh="溯舟物流有限公司", credit_code="91350100M000100Y43")


@pytest.fixture
def take_in(tmp_path, settler):
    """Ingest rows; each is (code, name, invoice, due, amount, open)."""

    def ingested(*rows: tuple, as_of: str = AS_OF, head: list[str] = HEAD, **how):
        text = io.StringIO()
        csv.writer(text).writerows([head, *rows])
        path: Path = tmp_path / "receivables.csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        constants = {"as_of": as_of} if as_of else {}
        return ingest("receivables", path, by=settler, constants=constants, **how)

    return ingested


def counts(run) -> tuple[int, ...]:
    return run.created, run.updated, run.skipped, run.rejected


def credit_of(customer) -> tuple:
    terms = TransactionStatus.objects.get(customer=customer)
    return terms.credit_exposure, terms.overdue_amount, terms.overdue_days, terms.credit_as_of


def balance_of(customer) -> Decimal:
    return ReceivablesBalance.objects.get(customer=customer).open_total


def two_invoices(take_in, debtor):
    """The other file; each of the two owes one invoice."""
    other = make_customer(code="C000222")
    take_in(("C000111", "", "F1", "2026-11-30", "8", "8"), ("C000222", "", "F2", "2026-11-30", "9", "9"))
    return other


def test_after_a_merge_the_kept_file_owes_what_both_owed_and_each_its_own_after_the_undoing(take_in, debtor, settler):
    other = two_invoices(take_in, debtor)

    done = merge_customers(kept=debtor, other=other, take=(), by=settler)
    merged = [balance_of(customer) for customer in (debtor, other)], credit_of(debtor)[0]
    undo_merge(merge=done, by=settler)

    assert merged == ([17, 0], 17)
    assert [credit_of(customer)[0] for customer in (debtor, other)] == [8, 9]


def merged_terms(take_in, settler):
    """A file without terms takes over one that has some and owes: kept, other, the terms, the merge."""
    kept, other = make_customer(code="C000333"), make_customer(code="C000222")
    terms = make_credit(customer=other, payment_terms="月结 30 天", credit_limit=500)
    take_in(("C000222", "", "F2", "2026-11-30", "9", "9"))
    return kept, other, terms, merge_customers(kept=kept, other=other, take=(), by=settler)


def test_terms_only_the_merged_file_had_go_along_with_what_is_owed_and_come_back(take_in, settler):
    kept, other, terms, done = merged_terms(take_in, settler)
    merged = TransactionStatus.objects.get()  # none is made for the file that owes nothing any more

    done = undo_merge(merge=done, by=settler)

    assert (merged.pk, merged.customer, merged.credit_exposure, merged.credit_limit) == (terms.pk, kept, 9, 500)
    returned = TransactionStatus.objects.get(pk=terms.pk)
    assert (returned.customer, returned.payment_terms, returned.credit_exposure) == (other, "月结 30 天", 9)
    assert list(done.rows.undecided()) == []


def test_a_later_file_makes_no_terms_for_a_merged_firm(take_in, settler):
    kept, other, terms, _done = merged_terms(take_in, settler)

    take_in(("C000333", "", "F3", "2026-12-30", "7", "7"), as_of="2026-11-01")

    assert list(TransactionStatus.objects.values_list("pk", "customer", "credit_exposure")) == [(terms.pk, kept.pk, 7)]


def test_terms_changed_since_the_merge_can_still_be_given_back(take_in, settler):
    kept, other, terms, done = merged_terms(take_in, settler)
    edit_transactions(customer=kept, changes={"payment_terms": "月结 60 天"}, seen={}, by=settler)

    done = undo_merge(merge=done, by=settler)
    left = done.rows.undecided().get()
    computed = TransactionStatus.objects.get(customer=other)
    decide_left(merge=done, fields={}, rows={left.pk: "other"}, by=settler)

    assert (left.row_pk, left.state, computed.credit_exposure) == (terms.pk, "changed", 9)
    mine = TransactionStatus.objects.get(customer=other)
    assert (mine.pk, mine.payment_terms, mine.credit_exposure) == (terms.pk, "月结 60 天", 9)


def test_terms_somebody_wrote_for_the_parted_file_are_not_thrown_away(take_in, settler):
    """As the rows of an older merge may lie: the merged file has terms beside those that went."""
    kept, other, terms, done = merged_terms(take_in, settler)
    written = make_credit(customer=other, payment_terms="现结")

    done = undo_merge(merge=done, by=settler)

    assert {row.pk: row.customer for row in TransactionStatus.objects.all()} == {terms.pk: kept, written.pk: other}
    assert done.rows.undecided().get().row_pk == terms.pk
