"""Whoever has a lead nobody works on is asked about it: a follow-up, open only for as long as the lead is still."""

import datetime as dt

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cargo.models import Lead
from customers.enums import FollowUpKind
from customers.models import FollowUp
from customers.services.followups import close_follow_up, drop_and_free, open_follow_ups
from portcrm.accounts.models import User
from portcrm.audit.actions import action

KEY = "lead:"
WITHIN_DAYS = 3
WORKED_ON = gettext_lazy("Somebody worked on the lead.")
NO_MORE = gettext_lazy("The lead is not still any more.")


def key_of(lead: Lead) -> str:
    """One question about each stillness of a lead."""
    return f"{KEY}{lead.pk}:{lead.active_on.isoformat()}"


def answer_stillness(*, lead: Lead, by: User) -> None:
    """Somebody has just worked on this lead: done is what asked for it."""
    for asked in FollowUp.objects.open().filter(dedupe_key__startswith=f"{KEY}{lead.pk}:"):
        close_follow_up(follow_up=asked, by=by, result=str(WORKED_ON))


@action("followup.open")
def ask_about_stale_leads(*, today: dt.date, by: User) -> int:
    """Ask whoever is in charge about each lead that is still, once, some at a time; leads without a customer file or without anybody
    in charge stand in the list and on the start page alone. Returns how many were asked about."""
    stale = {key_of(lead): lead for lead in _askable(today)}
    asked = FollowUp.objects.filter(dedupe_key__startswith=KEY)
    drop_and_free(rows=asked.open().exclude(dedupe_key__in=stale), result=NO_MORE, by=by)
    known = set(asked.filter(dedupe_key__in=stale).values_list("dedupe_key", flat=True))
    waiting = dict(asked.open().order_by().values_list("owner").annotate(Count("pk")))
    rows = []
    for key, lead in stale.items():
        if key not in known and waiting.get(lead.owner_id, 0) < settings.VERIFY_AT_ONCE:
            waiting[lead.owner_id] = waiting.get(lead.owner_id, 0) + 1
            rows.append(_question(lead, key, today))
    open_follow_ups(rows=rows, by=by)
    return len(rows)


def _askable(today: dt.date):
    with_somebody = Lead.objects.stale(today).filter(customer__isnull=False, owner__is_active=True)
    return with_somebody.select_related("owner", "cargo_class").order_by("active_on", "pk")


def _question(lead: Lead, key: str, today: dt.date) -> dict[str, object]:
    with override(lead.owner.language):
        title = _("Cargo lead %(number)s (%(class)s): nothing done since %(day)s") % {
            "number": lead.number,
            "class": lead.cargo_class.short,
            "day": lead.active_on.isoformat(),
        }
    return {
        "customer_id": lead.customer_id,
        "title": title,
        "owner": lead.owner,
        "due_on": today + dt.timedelta(days=WITHIN_DAYS),
        "kind": FollowUpKind.TASK,
        "dedupe_key": key,
        "reason_url": lead.get_absolute_url(),
    }
