"""A form sent twice, by an impatient finger or from two tabs, records once; other words from the same form are a row of their own."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from customers.models import FollowUp, Interaction
from customers.services.interactions import log_interaction
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.pages.tests.opening import opened
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "composer"}


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.SERVICE)
    client.force_login(keeper)
    return keeper


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_interaction_sent_twice_is_one_with_one_follow_up(client, keeper, headers):
    customer = make_customer()
    url = reverse("customers:interaction_create", args=[customer.pk])
    typed = opened(client, url) | {"subject": "催询对账单", "next_step": "寄送", "next_step_on": "2026-12-01"}

    first, second = (client.post(url, typed, headers=headers) for _click in range(2))

    assert (first.status_code, second.status_code) == ((200, 200) if headers else (302, 302))
    assert first.get("HX-Trigger") == second.get("HX-Trigger")
    assert (Interaction.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_other_words_from_a_form_one_came_back_to_are_not_swallowed(client, keeper):
    customer = make_customer()
    url = reverse("customers:interaction_create", args=[customer.pk])
    typed = opened(client, url) | {"subject": "催询对账单"}

    for subject in ("催询对账单", "商议堆存费率"):
        client.post(url, typed | {"subject": subject})

    assert sorted(Interaction.objects.values_list("subject", flat=True)) == ["催询对账单", "商议堆存费率"]


def test_two_drawings_of_the_form_with_the_same_words_are_two_interactions(client, keeper):
    customer = make_customer()
    url = reverse("customers:interaction_create", args=[customer.pk])

    for _call in range(2):
        client.post(url, opened(client, url) | {"subject": "未接通"})

    assert Interaction.objects.count() == 2


def test_a_follow_up_sent_twice_is_one(client, keeper):
    customer = make_customer()
    url = reverse("customers:follow_up_create", args=[customer.pk])
    typed = opened(client, url) | {"title": "走访", "kind": "visit"}

    answers = [client.post(url, typed) for _click in range(2)]
    client.post(url, typed | {"title": "回访"})

    assert [answer.url for answer in answers] == [customer.get_absolute_url()] * 2
    assert sorted(FollowUp.objects.values_list("title", flat=True)) == ["回访", "走访"]


def test_the_database_keeps_the_key_unique(keeper):
    customer, key = make_customer(), uuid.uuid4()
    log_interaction(customer=customer, kind="call", subject="一", form_key=key, by=keeper)

    with pytest.raises(IntegrityError), transaction.atomic():
        Interaction.objects.filter(pk=log_interaction(customer=customer, kind="call", subject="二", by=keeper).pk).update(form_key=key)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_sendings_in_the_same_moment_give_one_interaction():
    customer, by, key = make_customer(), make_user(Role.SERVICE), uuid.uuid4()

    def send() -> int:
        return log_interaction(customer=customer, kind="call", subject="催询对账单", form_key=key, by=by).pk

    assert at_once(send, send) == [Interaction.objects.get().pk] * 2
