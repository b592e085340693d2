"""What holds for every change of a contact: one first contact, one address a customer, nothing more of an erased person."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from customers.services.locking import refuse_merged
from portcrm.errors import RuleBroken


def one_first_contact_at_a_time(*customer_pks: int) -> None:
    """Two people who each choose another first contact would wait for each other's contact: they queue at the customers."""
    for row in Customer.every.select_for_update(no_key=True).filter(pk__in=customer_pks).order_by("pk"):
        refuse_merged(row)


def refuse_taken_address(*, customer: Customer, email: str, but: Contact | None = None) -> None:
    if not email:
        return
    same = Contact.objects.present().filter(customer=customer, email__iexact=email).exclude(pk=but.pk if but else None)
    if same.exists():
        raise RuleBroken(_("Another contact of this customer has this address."), field="email")


def refuse_erased(contact: Contact) -> None:
    if contact.erased_on:
        raise RuleBroken(_("The data about this person have been erased; nothing is recorded about them any more."))


def locked_contact(contact: Contact) -> Contact:
    """The stored row, locked until the transaction ends: whoever waited while the person was erased is told so.

    A test of the row the caller has in hand would pass although somebody has erased the person, or withdrawn the ground
    for keeping a profile, a moment before.
    """
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    refuse_erased(row)
    return row


def refuse_strangers(contacts: Iterable[Contact], customer: Customer, *, known: Collection[int] = (), field: str = "contacts") -> None:
    """People who take part for a customer work there: as their main company or beside it. `known` are keys of contacts who
    were taken down already; they may have moved on since."""
    elsewhere = [contact.pk for contact in contacts if contact.customer_id != customer.pk and contact.pk not in known]
    here = customer.employments.current().filter(contact__in=elsewhere).values("contact").distinct().count() if elsewhere else 0
    if here < len(set(elsewhere)):
        raise RuleBroken(_("A participant belongs to another customer."), field=field)
