"""Files that owe are merged: terms and figures follow, and come back with the undoing."""

import pytest

from customers.models import TransactionStatus
from customers.services.merging import merge_customers
from customers.services.parts import edit_transactions
from customers.services.unmerging import decide_left, undo_merge
from customers.tests.factories import make_credit, make_customer
from customers.tests.owing import balance_of, credit_of

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("ready_for_receivables")]


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
