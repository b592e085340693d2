"""What happened with a customer, as entries of the one timeline."""

import datetime as dt
from collections import defaultdict
from itertools import groupby
from typing import TypeVar

from django.utils.translation import gettext as _

from customers.enums import FollowUpState
from customers.models import BusinessAssessment, CareChange, Customer, FollowUp, Interaction, Merge, OpenProblem
from customers.querysets import FollowUpQuerySet, InteractionQuerySet
from portcrm.accounts.models import User
from portcrm.audit.queries import FieldChange, field_changes
from portcrm.bilingual import enumerated
from portcrm.clock import first_day_from, start_of_day
from portcrm.files.models import Attachment
from portcrm.pages.formats import DASH, day
from portcrm.pages.registry import Entry, Wanted

Work = TypeVar("Work", InteractionQuerySet, FollowUpQuerySet)
UNTOLD = frozenset({"recorded_on", "recorded_by", "merged_into"})  # a merge has its own entry
MOST_LINES = 6
ICONS = {
    "call": "phone", "visit": "map-pin", "mail": "mail", "message": "message", "meeting": "users-group", "fair": "flag",
    "seminar": "users",
}  # fmt: skip


def interactions(user: User, customer: Customer, before: dt.datetime | None, limit: int, wanted: Wanted | None = None) -> list[Entry]:
    rows = _asked_for(Interaction.objects.visible_to(user).filter(customer=customer).for_timeline(), wanted)
    if before:
        rows = rows.filter(happened_at__lt=before)
    shown = list(rows[:limit])
    files = _files_of(shown)
    return [
        Entry(
            at=row.happened_at,
            kind="interaction",
            icon=ICONS[row.kind],
            title=f"{row.get_kind_display()} · {row.subject}",
            body=_interaction_body(row, files.get(str(row.pk), [])),
            url=row.get_absolute_url(),
            by=row.recorded_by.label,
        )
        for row in shown
    ]


def _asked_for(rows: Work, wanted: Wanted | None) -> Work:
    """Those of a person and those that tell of something: a customer's rows are few enough to be read for it, and many on a page."""
    if wanted and wanted.person is not None:
        rows = rows.involving(wanted.person)
    return rows.telling(wanted.words) if wanted and wanted.words else rows


def _files_of(rows: list[Interaction]) -> dict[str, list[str]]:
    """Names of the files on these interactions, by key; whoever sees an interaction sees its files."""
    names = defaultdict(list)
    found = Attachment.objects.filter(record="customers.interaction", object_pk__in=[str(row.pk) for row in rows]) if rows else ()
    for attachment in found:
        names[attachment.object_pk].append(attachment.name)
    return names


def _interaction_body(row: Interaction, files: list[str]) -> str:
    people = [contact.label for contact in row.contacts.all()] + [row.other_participants]
    lines = [row.summary]
    if any(people):
        lines.append(_("With: %(people)s") % {"people": enumerated(name for name in people if name)})
    if colleagues := [colleague.label for colleague in row.colleagues.all()]:
        lines.append(_("Our people: %(people)s") % {"people": enumerated(colleagues)})
    if row.outcome:
        lines.append(_("Outcome: %(outcome)s") % {"outcome": row.get_outcome_display()})
    if row.next_step:
        lines.append(_("Next step: %(step)s") % {"step": f"{row.next_step} {day(row.next_step_on) if row.next_step_on else ''}".strip()})
    if files:
        lines.append(_("Files: %(names)s") % {"names": enumerated(files)})
    return "\n".join(line for line in lines if line)


def follow_ups(user: User, customer: Customer, before: dt.datetime | None, limit: int, wanted: Wanted | None = None) -> list[Entry]:
    """Closed follow-ups; open ones stand at the side of the page.

    A colleague's reminder of a person's day stays out: a timeline comes with every page of a customer, and to write each of them
    down as a look at the profile would hide the looks that were meant. The list of follow-ups has it, and writes it down.
    """
    closed = FollowUp.objects.visible_to(user).without_days_for_others(user).exclude(state=FollowUpState.OPEN)
    rows = _asked_for(closed.filter(customer=customer), wanted)
    if before:
        rows = rows.filter(closed_at__lt=before)
    return [
        Entry(
            at=row.closed_at,
            kind="follow_up",
            icon="circle-check" if row.state == FollowUpState.DONE else "circle-x",
            title=f"{row.get_state_display()} · {row.title}",
            body=row.result,
            by=row.closed_by.label,
        )
        for row in rows.select_related("closed_by").order_by("-closed_at", "-pk")[:limit]
    ]


def assessments(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = BusinessAssessment.objects.visible_to(user).filter(customer=customer).select_related("recorded_by")
    if before:
        rows = rows.filter(assessed_on__lt=first_day_from(before))
    return [
        Entry(
            at=start_of_day(row.assessed_on),  # a date has no clock time
            kind="assessment",
            icon="gauge",
            title=_("Business status assessed"),
            body=_assessment_body(row),
            by=row.recorded_by.label,
            precision="day",
            who=(row.recorded_by_id,),
        )
        for row in rows[:limit]
    ]


def _assessment_body(row: BusinessAssessment) -> str:
    names = ("scale", "profitability", "relation", "cooperation")
    marks = [f"{row._meta.get_field(name).verbose_name} {getattr(row, name)}/5" for name in names if getattr(row, name)]
    return " · ".join(marks)


def problems(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    rows = OpenProblem.objects.visible_to(user).filter(customer=customer).select_related("opened_by", "solved_by")
    entries = []
    for row in rows:
        title = _("Problem · %(title)s") % {"title": row.title}
        entries.append(_problem(row.opened_on, "alert-triangle", title, row.detail, row.opened_by))
        if row.solved_on:
            title = _("Solved · %(title)s") % {"title": row.title}
            entries.append(_problem(row.solved_on, "circle-check", title, row.solution, row.solved_by))
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return [entry for entry in entries if before is None or entry.at < before][:limit]


def _problem(on: dt.date, icon: str, title: str, body: str, who: User) -> Entry:
    return Entry(start_of_day(on), "problem", icon, title, body, by=who.label, precision="day", who=(who.pk,))


def care_changes(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Who handed the customer to whom, and what came out of the pool or went into it."""
    rows = CareChange.objects.visible_to(user).filter(customer=customer).select_related("from_manager", "to_manager", "changed_by")
    rows = rows.filter(changed_at__lt=before) if before else rows
    pool = _("Customer pool")
    return [
        Entry(
            at=row.changed_at,
            kind="care",
            icon="users-group",
            title=f"{row.get_kind_display()} · {row.from_manager.label if row.from_manager else pool} → "
            f"{row.to_manager.label if row.to_manager else pool}",
            body=row.note,
            by=row.changed_by.label,
            who=(row.changed_by_id, row.from_manager_id, row.to_manager_id),
        )
        for row in rows.order_by("-changed_at", "-pk")[:limit]
    ]


def merges(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Files that were merged into this one, and what was parted again."""
    entries = []
    for row in Merge.objects.visible_to(user).of_customer(customer).for_record():
        partner = row.other if row.kept_id == customer.pk else row.kept
        title = _("Merged with %(file)s") % {"file": partner}
        entries.append(_merge(row, row.merged_at, "copy", title, row.merged_by))
        if row.undone_at:
            title = _("Merge with %(file)s undone") % {"file": partner}
            entries.append(_merge(row, row.undone_at, "refresh", title, row.undone_by))
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return [entry for entry in entries if before is None or entry.at < before][:limit]


def _merge(row: Merge, at: dt.datetime, icon: str, title: str, who: User) -> Entry:
    return Entry(at, "merge", icon, title, by=who.label, url=row.get_absolute_url(), who=(who.pk,))


def changes(user: User, customer: Customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """Edits of the basic data, one entry for what was saved at one moment."""
    return [_saved(at, saved) for at, saved in _saves(customer, before, limit)]


def _saves(customer: Customer, before: dt.datetime | None, limit: int):
    """Field changes by moment and actor: at least `limit` groups, or all there are. Fewer would read as the end of the history."""
    wanted = limit
    while True:
        found = field_changes(customer, before=before, limit=wanted, hidden=UNTOLD)
        groups = [(at, list(saved)) for (at, _actor), saved in groupby(found, key=lambda change: (change.at, change.actor_pk))]
        if len(groups) >= limit or len(found) < wanted:
            return groups
        wanted *= 2


def _saved(at: dt.datetime, saved: list[FieldChange]) -> Entry:
    named = [change for change in saved if change.field]
    title = _("File edited") if named else saved[0].label
    lines = [f"{change.label}{_(': ')}{change.before or DASH} → {change.after or DASH}" for change in named[:MOST_LINES]]
    return Entry(at, "change", "history", title, "\n".join(lines), by=saved[0].actor, who=(saved[0].actor_pk,))
