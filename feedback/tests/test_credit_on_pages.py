"""Who works on a lead or a complaint sees that the customer gets no credit."""

import pytest
from django.utils.translation import override

from cargo.tests.factories import load_reference, make_lead
from customers.services.credit_holds import lift_hold, place_hold
from customers.tests.factories import make_credit, make_customer
from feedback.tests.factories import make_complaint
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.HOLD_PROPOSAL_DAYS = 60
    load_reference()
    with override("en"):
        yield


def test_a_lead_and_a_complaint_of_the_customer_warn_of_the_hold(client):
    manager = make_user(Role.MANAGER, language="en")
    client.force_login(manager)
    customer = make_customer()
    pages = [make_lead(customer=customer).get_absolute_url(), make_complaint(customer=customer).get_absolute_url()]

    calm = ["on credit hold" in client.get(page).content.decode() for page in pages]
    hold = place_hold(customer=customer, reason="逾期", by=manager)
    held = ["on credit hold" in client.get(page).content.decode() for page in pages]
    lift_hold(hold=hold, reason="已付清", by=manager)
    lifted = ["on credit hold" in client.get(page).content.decode() for page in pages]

    assert (calm, held, lifted) == ([False, False], [True, True], [False, False])


def test_a_long_delay_is_told_of_before_there_is_a_hold(client):
    client.force_login(make_user(Role.MANAGER, language="en"))
    customer = make_credit(credit_exposure=500, overdue_amount=400, overdue_days=61).customer
    pages = [make_lead(customer=customer).get_absolute_url(), make_complaint(customer=customer).get_absolute_url()]

    told = ["credit hold proposed" in client.get(page).content.decode() for page in pages]

    assert told == [True, True]
