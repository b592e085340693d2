"""Suggestions: recorded, considered, adopted or declined, published. Every step is claimed in the database: two callers, one effect."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from customers.models import Channel, Contact, Customer
from feedback.enums import GROUP_OF_ITEM, Credit, SuggestionState
from feedback.models import HeardOpinion, Response, Suggestion, SuggestionSeries
from feedback.services.contacts import demand_theirs
from feedback.services.lengths import demand_length
from feedback.services.numbering import next_number
from feedback.services.suggestion_mail import queue_thanks
from feedback.services.suggestion_notices import tell_suggestion_assigned, tell_suggestion_decided, tell_suggestion_received
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time

PREFIX = "JY"  # 建议


class SuggestionFields(TypedDict, total=False):
    """What may be told with a suggestion beside its words."""

    customer: Customer | None
    contact: Contact | None
    channel: Channel | None
    company_name: str
    reporter_name: str
    reporter_email: str
    reporter_phone: str
    language: str
    group: str
    service_item: str
    received_on: dt.date | None
    credit: str
    credit_agreed_on: dt.date | None
    asked_to_be_named: bool


OWN_WORDS = frozenset({"text"})
TEXTS = frozenset({"said_zh", "said_en", "did_zh", "did_en"})
EDITABLE = {*SuggestionFields.__annotations__, *OWN_WORDS} - {"received_on", "language", "asked_to_be_named"}


@action("suggestion.record", _("Suggestion recorded"))
def record_suggestion(
    *,
    text: str,
    at: dt.datetime,
    by: User,
    response: Response | None = None,
    heard: HeardOpinion | None = None,
    form_key: uuid.UUID | None = None,
    **told: Unpack[SuggestionFields],
) -> Suggestion:
    """Record a suggestion under the next number and tell those who assign; `response` is the answer, `heard` the
    opinion it was found in.

    The same `form_key` with the same words gives the first one again; with other words, as from a page the browser went
    back to, it is another suggestion.
    """
    text = text.strip()
    if not text:
        raise RuleBroken(_("Write the suggestion first."), field="text")
    one_at_a_time(form_key)
    if form_key is not None and (before := Suggestion.objects.filter(form_key=form_key).first()):
        if before.text == text:
            return before
        return record_suggestion(text=text, at=at, by=by, response=response, heard=heard, form_key=uuid.uuid5(form_key, text), **told)
    today = port_date(at)
    received_on = told.pop("received_on", None) or today
    if received_on > today:
        raise RuleBroken(_("This day has not come yet."), field="received_on")
    suggestion = Suggestion(
        **told, text=text, response=response, heard=heard, form_key=form_key, received_on=received_on, recorded_by=by, recorded_at=at
    )
    demand_theirs(suggestion.contact, suggestion.customer)
    _demand_a_company(suggestion)
    _demand_sound(suggestion)
    suggestion.number = next_number(SuggestionSeries, PREFIX, today.year)
    suggestion.save(force_insert=True)
    tell_suggestion_received(suggestion=suggestion, by=by)
    return suggestion


@action("suggestion.consider", _("Suggestion taken up"))
def consider_suggestion(*, suggestion: Suggestion, owner: User, at: dt.datetime, by: User) -> Suggestion:
    """Give it to `owner` to be considered; one that was declined is taken up again."""
    suggestion = locked_suggestion(suggestion)
    if suggestion.state == SuggestionState.ADOPTED:
        raise RuleBroken(_("This suggestion is adopted already."))
    suggestion.state, suggestion.owner, suggestion.considered_at = SuggestionState.CONSIDERED, owner, at
    suggestion.decided_at, suggestion.decided_by, suggestion.reason = None, None, ""
    saved = _saved(suggestion, "state", "owner", "considered_at", "decided_at", "decided_by", "reason")
    tell_suggestion_assigned(suggestion=saved, by=by)
    return saved


@action("suggestion.adopt", _("Suggestion adopted"))
def adopt_suggestion(*, suggestion: Suggestion, did_zh: str = "", did_en: str = "", at: dt.datetime, by: User) -> Suggestion:
    """Adopt it; the customer is thanked by mail where we have an address, with what was done in their language if that is told."""
    suggestion = _undecided(suggestion)
    suggestion.state, suggestion.decided_at, suggestion.decided_by = SuggestionState.ADOPTED, at, by
    suggestion.did_zh, suggestion.did_en = did_zh.strip(), did_en.strip()
    demand_length(did_zh=suggestion.did_zh, did_en=suggestion.did_en)
    saved = _saved(suggestion, "state", "decided_at", "decided_by", "did_zh", "did_en")
    queue_thanks(saved)
    tell_suggestion_decided(suggestion=saved, by=by)
    return saved


@action("suggestion.decline", _("Suggestion declined"))
def decline_suggestion(*, suggestion: Suggestion, reason: str, at: dt.datetime, by: User) -> Suggestion:
    """Decline it, with a reason the customer can be told."""
    suggestion = _undecided(suggestion)
    if not reason.strip():
        raise RuleBroken(_("Say why the suggestion is declined."), field="reason")
    demand_length(reason=reason.strip())
    suggestion.state, suggestion.decided_at, suggestion.decided_by = SuggestionState.DECLINED, at, by
    suggestion.reason = reason.strip()
    saved = _saved(suggestion, "state", "decided_at", "decided_by", "reason")
    tell_suggestion_decided(suggestion=saved, by=by)
    return saved


@action("suggestion.publish", _("Suggestion published"))
def publish_suggestion(*, suggestion: Suggestion, at: dt.datetime, by: User, **texts: str) -> Suggestion:
    """Show others what was suggested and what we did; `texts` are said_zh, said_en, did_zh and did_en, each where it changes."""
    suggestion = locked_suggestion(suggestion)
    if suggestion.state != SuggestionState.ADOPTED:
        raise RuleBroken(_("Only an adopted suggestion is published."))
    for name in TEXTS & set(texts):
        setattr(suggestion, name, texts[name].strip())
    demand_length(**{name: getattr(suggestion, name) for name in sorted(TEXTS)})
    _demand_public_words(suggestion)
    if suggestion.published_at is None:
        suggestion.published_at, suggestion.published_by = at, by
    return _saved(suggestion, *sorted(TEXTS), "published_at", "published_by")


@action("suggestion.withdraw", _("Publication of a suggestion taken back"))
def withdraw_suggestion(*, suggestion: Suggestion, at: dt.datetime, by: User) -> Suggestion:
    """Nobody outside reads it any more; the texts are kept. Of one that is not published nothing changes."""
    suggestion = locked_suggestion(suggestion)
    suggestion.published_at = suggestion.published_by = None
    return _saved(suggestion, "published_at", "published_by")


@action("suggestion.edit", _("Suggestion edited"))
def edit_suggestion(
    *, suggestion: Suggestion, changes: dict[str, object], seen: Mapping[str, object] | None = None, by: User
) -> Suggestion:
    """Correct what was recorded and how the customer is credited; never its state.

    Another customer has not agreed to be named: the credit by name falls unless it is given anew with it.
    A field somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    suggestion = locked_suggestion(suggestion)
    if suggestion.is_in_their_own_words and set(changes) & OWN_WORDS:
        raise RuleBroken(_("These are the customer's own words and stay as they were written."), field="text")
    if unknown := set(changes) - EDITABLE:
        raise RuleBroken(_("These fields are not changed here: %(fields)s") % {"fields": ", ".join(sorted(unknown))})
    changed = set_changes(suggestion, changes=changes, seen=seen or {})
    if {"contact", "customer"} & set(changed):
        demand_theirs(suggestion.contact, suggestion.customer)
    if {"customer", "company_name"} & set(changed):
        _demand_a_company(suggestion)
    if "customer" in changed or (suggestion.customer is None and "company_name" in changed):
        changed += _lose_the_name(suggestion, changed)
    _demand_sound(suggestion)
    return _saved(suggestion, *changed)


def _demand_a_company(suggestion: Suggestion) -> None:
    if suggestion.customer is None and not suggestion.company_name.strip():
        raise RuleBroken(_("Choose the customer, or write down the company as reported."), field="customer")


def _lose_the_name(suggestion: Suggestion, changed: list[str]) -> list[str]:
    """Fields changed by it."""
    if suggestion.credit != Credit.NAMED or {"credit", "credit_agreed_on"} & set(changed):
        return []
    suggestion.credit, suggestion.credit_agreed_on = Credit.ANONYMOUS, None
    return ["credit", "credit_agreed_on"]


def _demand_sound(suggestion: Suggestion) -> None:
    if not suggestion.text.strip():
        raise RuleBroken(_("Write the suggestion first."), field="text")
    demand_length(text=suggestion.text)
    if suggestion.service_item and GROUP_OF_ITEM[suggestion.service_item] != suggestion.group:
        raise RuleBroken(_("This service belongs to another group."), field="service_item")
    named = suggestion.credit == Credit.NAMED
    if named and suggestion.credit_agreed_on is None:
        raise RuleBroken(_("Say when the customer agreed to be named."), field="credit_agreed_on")
    if not named and suggestion.credit_agreed_on is not None:
        raise RuleBroken(_("An agreement to be named belongs to a credit by name only."), field="credit_agreed_on")


def _demand_public_words(suggestion: Suggestion) -> None:
    if not (suggestion.said_zh or suggestion.said_en):
        raise RuleBroken(_("Write what was suggested, for others to read."), field="said_zh")
    if not (suggestion.did_zh or suggestion.did_en):
        raise RuleBroken(_("Write what we did."), field="did_zh")


def locked_suggestion(suggestion: Suggestion) -> Suggestion:
    """The row as it is now, kept from others until the transaction ends."""
    return Suggestion.objects.select_for_update().get(pk=suggestion.pk)


def _undecided(suggestion: Suggestion) -> Suggestion:
    suggestion = locked_suggestion(suggestion)
    if not suggestion.is_open:
        raise RuleBroken(_("This suggestion is decided already."))
    return suggestion


def _saved(suggestion: Suggestion, *fields: str) -> Suggestion:
    suggestion.save(update_fields=fields)
    return suggestion
