"""Printed forms with a profile or a person in them go with the profile and the person, also those being made at that moment."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import override

from customers.services import personal
from customers.services.erasing import erase_person
from customers.tests.factories import make_basis, make_contact, make_customer, make_observation
from portcrm.accounts.models import User
from portcrm.clock import now
from portcrm.paper.kinds import kind_of
from portcrm.paper.making import store_printout
from portcrm.paper.models import Printout
from portcrm.paper.services import order_printout

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def contact():
    contact = make_contact(customer=make_customer())
    make_basis(contact=contact)
    make_observation(contact=contact, text="围棋九段")
    return contact


def order(customer, by: User, *extras: str) -> Printout:
    return order_printout(kind=kind_of("file-card"), target=customer, language="en", extras=extras, by=by)


def start(form: Printout) -> Printout:
    """A worker has claimed it and read what it is to hold."""
    Printout.objects.filter(pk=form.pk).update(state="running", claimed_at=now(), attempts=1, done=1)
    return form


def store(form: Printout) -> Printout:
    """The worker is through."""
    store_printout(printout=form, content=b"%PDF", by=form.asked_by)
    form.refresh_from_db()
    return form


def withdraw(contact, by: User) -> None:
    personal.withdraw_basis(basis=contact.bases.get(), by=by)


def erase(contact, by: User) -> None:
    erase_person(contact=contact, reason="request", by=by)


@pytest.mark.parametrize("forget", [withdraw, erase])
def test_a_stored_card_with_the_profile_goes_with_it(contact, manager, forget, django_capture_on_commit_callbacks):
    form = store(start(order(contact.customer, manager, "observations")))
    name = form.file.name

    with django_capture_on_commit_callbacks(execute=True):
        forget(contact, manager)

    form.refresh_from_db()
    assert (name != "", form.state, form.file.name, default_storage.exists(name)) == (True, "expired", "", False)


@pytest.mark.parametrize("forget", [withdraw, erase])
def test_a_card_that_is_being_made_is_not_stored_afterwards(contact, manager, forget):
    waiting, running = order(contact.customer, manager, "observations"), start(order(contact.customer, manager, "observations"))

    forget(contact, manager)

    assert [(store(form).state, form.file.name) for form in (waiting, running)] == [("failed", ""), ("failed", "")]


@pytest.mark.parametrize("forget", [withdraw, erase])
def test_a_card_asked_for_while_the_person_is_forgotten_is_called_off_when_that_stands(
    contact, manager, forget, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        forget(contact, manager)
        meanwhile = start(order(contact.customer, manager, "observations"))

    assert store(meanwhile).state == "failed"


def test_a_card_without_the_profile_and_one_of_another_firm_stay_when_the_profile_goes(contact, manager):
    plain, other = start(order(contact.customer, manager)), start(order(make_customer(), manager, "observations"))

    withdraw(contact, manager)

    assert [store(form).state for form in (plain, other)] == ["done", "done"]


def test_the_page_of_a_card_that_was_called_off_says_why(client, contact, manager):
    form = start(order(contact.customer, manager, "observations"))
    withdraw(contact, manager)
    client.force_login(manager)

    with override("en"):
        page = client.get(reverse("paper:printout", args=[form.pk])).content.decode()

    assert "Something this form would hold has been erased meanwhile. Ask for it again." in page
