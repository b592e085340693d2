"""Contacts of a customer and whether they may be written to."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from customers.models.contact import contact_search_key
from customers.services.bulk import insert_rows
from customers.services.contact_rules import locked_contact, one_first_contact_at_a_time, refuse_erased, refuse_taken_address
from customers.services.editing import add_row, apply_edit, confirm, refuse_other_version
from customers.services.employments import move_contact
from customers.services.verifying import close_once_persons_are_confirmed, close_once_persons_are_gone
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.editing import plain
from portcrm.errors import RuleBroken
from portcrm.outbox.services import lift_suppression, suppressed_among
from portcrm.rules import rules_told


@action("contact.create")
def add_contact(*, customer: Customer, name: str, by: User, **fields) -> Contact:
    """Add a contact; the first one of a customer becomes its first contact. An address whose owner was erased is not written to."""
    one_first_contact_at_a_time(customer.pk)
    refuse_taken_address(customer=customer, email=fields.get("email", ""))
    others = Contact.objects.filter(customer=customer, is_primary=True)
    if fields.get("is_primary"):
        others.update(is_primary=False)
    elif not others.exists():
        fields["is_primary"] = True
    if suppressed_among([fields.get("email", "")]):
        fields["consent_withdrawn_at"] = now()
    return add_row(row=Contact(customer=customer, name=name.strip(), **fields), given=("name", *fields), by=by)


@action("contact.create")
def add_contacts(*, rows: Sequence[Mapping[str, object]], by: User) -> list[int]:
    """Add many contacts in one statement and return their keys; each row names its `customer` (a customer or its key)."""
    today, moment = port_today(), now()
    stopped = suppressed_among(str(row.get("email", "")) for row in rows)
    columns = []
    for row in rows:
        given = {name: plain(value) for name, value in row.items()}
        key = contact_search_key(name=given["name"], name_en=given.get("name_en", ""), email=given.get("email", ""))
        stamps = {"customer_id": given.pop("customer"), "recorded_by_id": by.pk, "recorded_on": today, "search_key": key}
        if given.get("email") in stopped:
            stamps["consent_withdrawn_at"] = moment
        columns.append(given | stamps)
    return insert_rows(Contact, columns)


@action("contact.edit")
def edit_contact(
    *, contact: Contact, changes: Mapping[str, object], seen: Mapping[str, object], by: User, version: int | None = None
) -> Contact:
    """Save the changed fields of a contact; making it the first contact takes that from the other one."""
    if changes.get("is_primary"):
        one_first_contact_at_a_time(contact.customer_id)
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    refuse_other_version(row, version)
    refuse_erased(row)
    if changes.get("email"):
        refuse_taken_address(customer=row.customer, email=str(changes["email"]), but=row)
    if changes.get("is_primary"):
        Contact.objects.filter(customer=row.customer_id, is_primary=True).exclude(pk=row.pk).update(is_primary=False)
    try:
        with transaction.atomic():
            apply_edit(row=row, changes=changes, seen=seen, by=by)
            if "email" in changes and suppressed_among([row.email]):
                Contact.objects.filter(pk=row.pk, consent_withdrawn_at=None).update(consent_withdrawn_at=now())
    except IntegrityError as error:
        if "an_address_occurs_once_among_a_customers_contacts" not in str(error):
            raise
        raise RuleBroken(_("Another contact of this customer has this address."), field="email") from error
    close_once_persons_are_confirmed(customer=row.customer, by=by)
    return row


@action("contact.verify")
def verify_contact(*, contact: Contact, by: User, version: int | None = None) -> Contact:
    """Confirm that what is known of a person who works there is still true today, as it was read (`version`)."""
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    refuse_other_version(row, version)
    refuse_erased(row)
    if row.left_on is not None:
        raise RuleBroken(_("This person has left already."))
    confirm(row=row, by=by)
    close_once_persons_are_confirmed(customer=row.customer, by=by)
    return row


@action("contact.leave")
def contact_left(*, contact: Contact, by: User) -> Contact:
    """Mark that this person is no longer there; nothing is deleted. Who works for another company too is from now on known there."""
    beside = contact.employments.current().first() if contact.left_on is None else None
    if beside is not None:
        return move_contact(contact=contact, to=beside.customer, on=port_today(), by=by)
    with rules_told():  # somebody expected from a later day on cannot leave today
        left = Contact.objects.filter(pk=contact.pk, left_on=None).update(left_on=port_today(), is_primary=False)
    if not left:
        raise RuleBroken(_("This person has left already."))
    close_once_persons_are_gone(customer=contact.customer, by=by)
    contact.refresh_from_db()
    return contact


@action("contact.consent")
def give_consent(*, contact: Contact, by: User, source: str) -> Contact:
    """Note that this person agreed to be written to, and how; an address that was closed for good is open again."""
    if not source.strip():
        raise RuleBroken(_("Say how agreement was given."), field="source")
    lift_suppression(address=locked_contact(contact).email, by=by)
    Contact.objects.filter(pk=contact.pk).update(consent_given_at=now(), consent_source=source, consent_withdrawn_at=None)
    contact.refresh_from_db()
    return contact


@action("contact.consent")
def withdraw_consent(*, contact: Contact, by: User) -> Contact:
    """From now on nobody writes to this person any more; asking twice changes nothing."""
    Contact.objects.filter(pk=contact.pk, consent_withdrawn_at=None).update(consent_withdrawn_at=now())
    contact.refresh_from_db()
    return contact
