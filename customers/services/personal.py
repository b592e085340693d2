"""Observations of persons in charge: dated, with author and purpose; every read of them is logged."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from customers import permissions
from customers.models import Channel, Contact, Observation
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.clock import port_today
from portcrm.errors import RuleBroken


@action("observation.add")
def add_observation(
    *,
    contact: Contact,
    aspect: str,
    text: str,
    purpose: str,
    by: User,
    observed_on: dt.date | None = None,
    channel: Channel | None = None,
    source_reference: str = "",
) -> Observation:
    """Note one thing observed of a person in charge; earlier observations stay."""
    today = port_today()
    if observed_on is not None and observed_on > today:
        raise RuleBroken(_("An observation cannot be dated in the future."), field="observed_on")
    return Observation.objects.create(
        contact=contact, aspect=aspect, text=text.strip(), purpose=purpose, observed_on=observed_on or today,
        channel=channel, source_reference=source_reference, author=by, recorded_on=today,
    )  # fmt: skip


@action("observation.withdraw")
def withdraw_observation(*, observation: Observation, by: User) -> Observation:
    """Take an observation out of the profile; who did it and when is kept."""
    if not Observation.objects.filter(pk=observation.pk, withdrawn_on=None).update(withdrawn_on=port_today(), withdrawn_by=by):
        raise RuleBroken(_("This observation is withdrawn already."))
    observation.refresh_from_db()
    return observation


@action("contact.read_profile")
def read_profile(*, contact: Contact, by: User) -> list[Observation]:
    """The observations of a person, for somebody who may read them; the reading itself is written down first."""
    if not by.has_perm(permissions.VIEW_PERSONAL):
        return []
    observations = list(Observation.objects.visible_to(by).filter(contact=contact).current().select_related("author", "channel"))
    record(by=by, action="contact.read_profile", target=contact, observations=len(observations))
    return observations
