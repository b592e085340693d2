"""Opinions heard in daily contact: recorded and corrected."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from customers.models import Channel, Contact, Customer
from feedback.enums import GROUP_OF_ITEM
from feedback.models import HeardOpinion, SeminarTopic
from feedback.services.contacts import demand_theirs
from feedback.services.lengths import demand_length
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date, port_today
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time

CHANNEL, SEMINAR = "daily_contact", "seminar"
EDITABLE = {"contact", "channel", "group", "service_item", "tone", "text", "heard_on"}


class HeardFields(TypedDict, total=False):
    """What may be told beside the three things that are asked."""

    contact: Contact | None
    channel: Channel | None
    heard_on: dt.date | None
    service_item: str
    topic: SeminarTopic | None


@action("heard.record", _("Opinion recorded"))
def record_heard(
    *,
    customer: Customer,
    group: str,
    tone: str,
    text: str,
    at: dt.datetime,
    by: User,
    form_key: uuid.UUID | None = None,
    **told: Unpack[HeardFields],
) -> HeardOpinion:
    """Record what a customer said; one `form_key` is one opinion. Channel: daily contact, or the seminar of a topic, unless told."""
    one_at_a_time(form_key)
    if form_key is not None and (before := HeardOpinion.objects.filter(form_key=form_key).first()):
        return before
    usual = SEMINAR if told.get("topic") else CHANNEL
    told["channel"] = told.get("channel") or Channel.objects.filter(key=usual).first()
    told["heard_on"] = told.get("heard_on") or port_date(at)
    heard = HeardOpinion(
        **told, customer=customer, group=group, tone=tone, text=text.strip(), form_key=form_key, recorded_by=by, recorded_at=at
    )
    demand_theirs(heard.contact, customer)
    _demand_sound(heard)
    heard.save(force_insert=True)
    return heard


@action("heard.edit", _("Opinion corrected"))
def edit_heard(*, heard: HeardOpinion, changes: dict[str, object], seen: Mapping[str, object] | None = None, by: User) -> HeardOpinion:
    """Correct what was recorded; a field somebody else changed since it was `seen` raises EditConflict and saves nothing."""
    heard = HeardOpinion.objects.select_for_update().get(pk=heard.pk)
    if unknown := set(changes) - EDITABLE:
        raise RuleBroken(_("These fields are not changed here: %(fields)s") % {"fields": ", ".join(sorted(unknown))})
    changed = set_changes(heard, changes=changes, seen=seen or {})
    if "contact" in changed:
        demand_theirs(heard.contact, heard.customer)
    _demand_sound(heard)
    heard.save(update_fields=changed)
    return heard


def _demand_sound(heard: HeardOpinion) -> None:
    if not heard.text.strip():
        raise RuleBroken(_("Write down what was said."), field="text")
    demand_length(text=heard.text)
    if heard.heard_on > port_today():
        raise RuleBroken(_("This day has not come yet."), field="heard_on")
    if heard.service_item and GROUP_OF_ITEM[heard.service_item] != heard.group:
        raise RuleBroken(_("This service belongs to another group."), field="service_item")
