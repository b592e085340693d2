"""Contact with customers as it took place."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from customers.enums import Direction, FollowUpKind
from customers.models import Channel, Contact, Customer, FollowUp, Interaction
from customers.services.contact_rules import refuse_strangers
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_date
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time


@action("interaction.log")
def log_interaction(
    *,
    customer: Customer,
    kind: str,
    subject: str,
    by: User,
    happened_at: dt.datetime | None = None,
    direction: str = Direction.OURS,
    summary: str = "",
    outcome: str = "",
    next_step: str = "",
    next_step_on: dt.date | None = None,
    place: str = "",
    contacts: Iterable[Contact] = (),
    colleagues: Iterable[User] = (),
    other_participants: str = "",
    channel: Channel | None = None,
    form_key: uuid.UUID | None = None,
) -> Interaction:
    """Record an interaction; a next step with a date becomes a follow-up of the recorder in the same moment.

    The same form (`form_key`) sent twice gives the first interaction again.
    """
    one_at_a_time(form_key)
    if form_key is not None and (known := Interaction.objects.filter(form_key=form_key).first()):
        return known
    moment = happened_at or now()
    contacts = list(contacts)
    if moment > now():
        raise RuleBroken(_("An interaction is recorded after it took place. Open a follow-up for what is to come."), field="happened_at")
    refuse_strangers(contacts, customer)
    if next_step_on and not next_step:
        raise RuleBroken(_("Say what the next step is."), field="next_step")
    interaction = Interaction.objects.create(
        customer=customer, kind=kind, subject=subject.strip(), happened_at=moment, direction=direction, summary=summary, outcome=outcome,
        next_step=next_step, next_step_on=next_step_on, place=place, other_participants=other_participants, channel=channel, recorded_by=by,
        form_key=form_key,
    )  # fmt: skip
    interaction.contacts.set(contacts)
    interaction.colleagues.set(colleagues)
    Customer.objects.filter(pk=customer.pk).update(last_contact_on=Greatest("last_contact_on", port_date(moment)))
    if next_step and next_step_on:
        FollowUp.objects.create(
            customer=customer, kind=FollowUpKind.TASK, title=next_step, owner=by, due_on=next_step_on, interaction=interaction, opened_by=by
        )
    return interaction
