"""Several callers at two files that are merged: one is told, nothing is lost, nobody waits for the other for ever."""

import pytest

from customers.models import Customer, Merge
from customers.services import merging
from customers.services.customers import edit_customer
from customers.services.merging import gather_late_rows, merge_customers
from customers.services.unmerging import undo_merge
from customers.tests.factories import make_contact, make_customer
from customers.tests.test_merging import fresh, merge
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, name="王 经办", name_en="Wang")


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
class TestAtOnce:
    def test_each_merge_is_gathered_in_a_transaction_of_its_own(self, pair, keeper, monkeypatch):
        kept, other = pair
        merges = [merge(pair, keeper), merge((make_customer(), make_customer()), keeper)]
        late = make_contact(customer=other)

        make_contact(customer=merges[1].other)
        renew, renewed = merging.renew_facts, []

        def failing_the_second_time(*files) -> None:
            renewed.append(files)
            assert len(renewed) == 1
            renew(*files)

        monkeypatch.setattr(merging, "renew_facts", failing_the_second_time)
        with pytest.raises(AssertionError):
            gather_late_rows(since=merges[0].merged_at, by=keeper)

        assert fresh(late).customer_id == kept.pk

    def test_gathering_and_undoing_of_two_merges_do_not_wait_for_each_other(self, keeper):
        files = [make_customer() for _ in range(4)]
        merges = [merge((files[3], files[2]), keeper), merge((files[1], files[0]), keeper)]
        for done in merges:
            make_contact(customer=done.other)

        results = at_once(
            lambda: gather_late_rows(since=merges[0].merged_at, by=keeper),
            *(lambda done=done: undo_merge(merge=done, by=keeper) for done in merges),
        )

        assert [type(result).__name__ for result in results] == ["int", "Merge", "Merge"]

    def test_of_two_who_merge_two_files_into_each_other_one_is_told(self, pair, keeper):
        kept, other = pair
        colleague = make_user(Role.MARKETING)
        people = make_contact(customer=kept), make_contact(customer=other)

        results = at_once(
            lambda: merge_customers(kept=kept, other=other, take=(), by=keeper),
            lambda: merge_customers(kept=other, other=kept, take=(), by=colleague),
        )

        assert sorted(type(result).__name__ for result in results) == ["Merge", "RuleBroken"]
        standing = Customer.objects.get()
        assert [fresh(person).customer_id for person in people] == [standing.pk, standing.pk]
        assert Merge.objects.count() == 1

    def test_whoever_edits_a_file_that_is_merged_meanwhile_is_told_or_was_first(self, pair, keeper):
        kept, other = pair

        edited, merged = at_once(
            lambda: edit_customer(customer=other, changes={"phone": "0532-9"}, seen={}, by=keeper),
            lambda: merge_customers(kept=kept, other=other, take=("customer.phone",), by=keeper),
        )

        assert isinstance(merged, Merge)
        if isinstance(edited, RuleBroken):
            assert kept.code in str(edited.message)  # where it went, in the language of that thread
            assert fresh(kept).phone == "0532-2"
        else:
            assert fresh(kept).phone == "0532-9"

    def test_of_two_who_undo_one_merge_one_is_told(self, pair, keeper):
        contact = make_contact(customer=pair[1])
        done = merge(pair, keeper)

        results = at_once(lambda: undo_merge(merge=done, by=keeper), lambda: undo_merge(merge=done, by=keeper))

        assert sorted(type(result).__name__ for result in results) == ["Merge", "RuleBroken"]
        assert fresh(contact).customer_id == pair[1].pk
