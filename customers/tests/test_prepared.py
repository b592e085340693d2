"""Queries that are compiled once: the same rows as put together anew, for whoever asks and whatever is asked."""

import threading

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, FollowUp
from customers.queries.record import FOLLOW_UPS, FOR_RECORD
from customers.tests.factories import make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.prepared import LARGEST, Place, Prepared

pytestmark = pytest.mark.django_db


def test_each_question_is_answered_for_its_own_values():
    first, second = make_customer(name_zh="甲公司"), make_customer(name_zh="乙公司")
    reader = make_user(Role.MARKETING)

    found = [FOR_RECORD.first(reader, customer=one.pk) for one in (first, second, first)]

    assert [one.name_zh for one in found] == ["甲公司", "乙公司", "甲公司"]
    assert FOR_RECORD.first(reader, customer=0) is None


def test_joined_rows_and_annotations_come_as_they_do_from_the_query_set():
    customer, reader = make_customer(), make_user(Role.MARKETING)
    make_follow_up(customer=customer, owner=reader, title="回访")
    whole = Customer.objects.visible_to(reader).for_record().get(pk=customer.pk)

    with CaptureQueriesContext(connection) as asked:
        prepared = FOR_RECORD.first(reader, customer=customer.pk)
        (task,) = FOLLOW_UPS.rows(reader, customer=customer.pk)
        told = (prepared.on_hold, prepared.tag_list, prepared.region, prepared.channel, task.title, task.owner.name)

    assert told == (whole.on_hold, whole.tag_list, whole.region, whole.channel, "回访", reader.name)
    assert prepared.__dict__.keys() == whole.__dict__.keys()
    assert len(asked) == 2


def test_what_one_may_see_is_never_answered_with_what_another_may():
    customer = make_customer()
    allowed, stranger = make_user(Role.MARKETING), make_user()

    assert FOR_RECORD.first(allowed, customer=customer.pk) == customer
    assert FOR_RECORD.first(stranger, customer=customer.pk) is None
    assert FOR_RECORD.first(make_user(Role.MARKETING), customer=customer.pk) == customer


def test_rows_that_depend_on_the_person_are_that_persons():
    """What one has to do oneself, of two with the same rights."""
    customer, owner, other = make_customer(), make_user(Role.OPERATIONS), make_user(Role.OPERATIONS)
    make_follow_up(customer=customer, owner=owner)
    own = Prepared(lambda user: FollowUp.objects.visible_to(user).owned_by(user).filter(customer=Place("customer")))
    assert owner.get_all_permissions() == other.get_all_permissions()  # or this test says nothing

    told = [len(own.rows(one, customer=customer.pk)) for one in (owner, other, owner)]

    assert told == [1, 0, 1]


def test_a_role_taken_away_is_noticed_at_once():
    customer, reader = make_customer(), make_user(Role.MARKETING)
    assert FOR_RECORD.first(reader, customer=customer.pk) == customer

    reader.roles = []
    reader.save()

    assert FOR_RECORD.first(type(reader).objects.get(pk=reader.pk), customer=customer.pk) is None


def test_constants_are_told_apart():
    customer = make_customer(name_zh="甲公司")
    named = Prepared(lambda nobody, word: Customer.objects.annotate(said=Value(word)).filter(pk=Place("customer")))

    assert [named.first(None, word, customer=customer.pk).said for word in ("A", "B", "A")] == ["A", "B", "A"]


@pytest.mark.parametrize("number", [LARGEST + 1, -(10**30)])
def test_a_number_larger_than_any_key_finds_nothing(number):
    assert FOR_RECORD.first(make_user(Role.MARKETING), customer=number) is None


def test_a_value_that_is_not_given_is_not_guessed():
    with pytest.raises(KeyError):
        FOR_RECORD.rows(make_user(Role.MARKETING))


@pytest.mark.django_db(transaction=True)
def test_threads_share_what_is_compiled_and_ask_by_connections_of_their_own():
    reader = make_user(Role.MARKETING)
    customers = [make_customer() for _ in range(8)]
    told: dict[int, int] = {}

    def ask(pk: int) -> None:
        try:
            for _ in range(20):
                told[pk] = FOR_RECORD.first(reader, customer=pk).pk
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(one.pk,)) for one in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told == {one.pk: one.pk for one in customers}
