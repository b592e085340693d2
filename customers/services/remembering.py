"""Birthdays and other days worth remembering come to the account manager in time, once a year."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import CharField, Count, Exists, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers import permissions
from customers.enums import FollowUpKind
from customers.models import Contact, ContactDate, FollowUp
from customers.querysets import PERSONAL_KEY
from customers.services.followups import NO_READER, drop_and_free, open_follow_ups
from customers.services.telling import forget_told_of_follow_ups
from portcrm.accounts.models import User
from portcrm.addresses import record_url
from portcrm.audit.actions import action
from portcrm.audit.masking import past_states, rewriting_history
from portcrm.audit.models import AuditEvent
from portcrm.audit.services import record_each
from portcrm.clock import port_today, start_of_day

READ = "contact.read_profile"


def key_start(date_pk: int) -> str:
    return f"{PERSONAL_KEY}{date_pk}:"


def _date_in(key: str) -> int:
    return int(key.split(":")[1])


@action("followup.open")
def open_reminders(*, today: dt.date, by: User) -> int:
    """Remind account managers who may read profiles of the days of the coming REMEMBER_DAYS_AHEAD days; returns how many are new.

    The follow-up does not say what day it is: whoever opens the profile for it is written down there. Its due day does, so
    nobody else sees it (`FollowUpQuerySet.visible_to`), and what is open for somebody who no longer may read profiles is dropped.
    """
    for_nobody = FollowUp.objects.open().of_personal_days().exclude(owner__in=User.objects.who_may(permissions.VIEW_PERSONAL))
    drop_and_free(rows=for_nobody, result=NO_READER, by=by)
    ahead = [today + dt.timedelta(days=number) for number in range(settings.REMEMBER_DAYS_AHEAD + 1)]
    dates = ContactDate.objects.falling_on(ahead).filter(
        contact__left_on=None, contact__customer__merged_into=None, contact__customer__account_manager__is_active=True
    )
    rows = []
    for date in _kept(dates).select_related("contact__customer__account_manager").order_by("pk"):
        on = next(day for day in ahead if date.falls_on(day.year) == day)
        if date.contact.customer.account_manager.has_perm(permissions.VIEW_PERSONAL):
            rows.append(_reminder(date, on))
    known = set(FollowUp.objects.filter(dedupe_key__in=[row["dedupe_key"] for row in rows]).values_list("dedupe_key", flat=True))
    new = [row for row in rows if row["dedupe_key"] not in known]
    open_follow_ups(rows=new, by=by)
    return len(new)


def _kept(dates: QuerySet[ContactDate]) -> QuerySet[ContactDate]:
    """Those of the dates nobody removes meanwhile."""
    held = ContactDate.objects.select_for_update().filter(pk__in=dates.values("pk")).order_by("pk")
    return dates.filter(pk__in=list(held.values_list("pk", flat=True)))


def _reminder(date: ContactDate, on: dt.date) -> dict[str, object]:
    contact, manager = date.contact, date.contact.customer.account_manager
    with override(manager.language):
        title = _("A day to remember: %(name)s, see the profile") % {"name": contact.label}
    return {
        "customer": contact.customer,
        "title": title[:200],
        "owner": manager,
        "due_on": on,
        "kind": FollowUpKind.TASK,
        "dedupe_key": f"{key_start(date.pk)}{on.year}",
        "reason_url": record_url("customers:profile", contact.pk),
    }


@action("followup.forget")
def forget_reminders(*, dates: Iterable[int], of: Contact | None = None, by: User) -> int:
    """Delete the reminders of these days, and all that ever led to the profile `of` a person: closed ones, earlier states and
    what people were told too, for when one was opened tells nearly as much as its day."""
    gone = list(dates)
    list(ContactDate.objects.select_for_update().filter(pk__in=gone).order_by("pk"))  # nobody opens a reminder meanwhile
    found = Q(pk__in=()) if of is None else Q(reason_url=record_url("customers:profile", of.pk))
    for pk in gone:
        found |= Q(dedupe_key__startswith=key_start(pk))
    return _delete(list(FollowUp.objects.filter(found, dedupe_key__startswith=PERSONAL_KEY).values_list("pk", flat=True)), by)


@action("followup.forget")
def forget_orphans(*, today: dt.date, by: User) -> int:
    """Delete the reminders of days that are kept no longer; run twice, it does so once.

    Whoever removes a day, a ground or a person takes the reminders along; these were left behind before that was so.
    """
    day = Func(OuterRef("dedupe_key"), Value(":"), Value(2), function="split_part", output_field=TextField())
    kept = ContactDate.objects.alias(word=Cast("pk", TextField())).filter(word=day)
    orphans = FollowUp.objects.of_personal_days().exclude(Exists(kept)).order_by()
    return _delete(list(orphans.values_list("pk", flat=True)), by)


def _delete(keys: list[int], by: User) -> int:
    if not keys:
        return 0
    FollowUp.objects.filter(pk__in=keys).delete()
    with rewriting_history(FollowUp):
        past_states(FollowUp).filter(pgh_obj_id__in=keys).delete()
    forget_told_of_follow_ups(keys=keys, by=by)
    return len(keys)


def tell_reminders_read(*, rows: Iterable[FollowUp], by: User) -> None:
    """A colleague's reminder tells when a person's day is: that it was read is written down like the reading of the profile,
    of each person once a day, for who pages through a list reads the same again and again. One's own was sent to oneself."""
    dates = {_date_in(row.dedupe_key) for row in rows if row.is_of_a_personal_day and row.owner_id != by.pk}
    untold = list(_not_told_today(dates, by)) if dates else []
    if untold:
        _write_down(people=untold, by=by)


def _not_told_today(dates: Iterable[int], by: User) -> QuerySet[Contact]:
    """The people of these days, each with the number of them (`reminders`), whom this reader has not read today."""
    told = AuditEvent.objects.filter(
        actor_id=by.pk, action=READ, at__gte=start_of_day(port_today()), record=Contact._meta.label_lower,
        record_pk=Cast(OuterRef("pk"), CharField()), detail__has_key="reminders",
    )  # fmt: skip
    people = Contact.objects.filter(dates__in=dates).exclude(Exists(told))
    return people.annotate(reminders=Count("dates")).order_by("pk")


@action(READ)
def _write_down(*, people: Iterable[Contact], by: User) -> None:
    record_each(by=by, action=READ, targets=[(person, {"reminders": person.reminders}) for person in people])
