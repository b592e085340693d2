"""Contact with customers as it took place."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from customers.enums import Direction, FollowUpKind, FollowUpState
from customers.models import Channel, Contact, Customer, FollowUp, Interaction
from customers.services.contact_rules import refuse_strangers
from customers.services.pool_warnings import answer_warnings
from customers.services.seen_states import refuse_other_state
from customers.services.taking_on import refuse_who_takes_no_part
from customers.services.telling import tell_mentioned
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.clock import now, port_date
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.files.services import attach
from portcrm.once import one_at_a_time

CORRECTED = frozenset(
    {
        "kind",
        "subject",
        "happened_at",
        "summary",
        "outcome",
        "next_step",
        "next_step_on",
        "direction",
        "place",
        "other_participants",
        "channel",
    }
)


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
    files: Iterable[UploadedFile] = (),
    form_key: uuid.UUID | None = None,
) -> Interaction:
    """Record an interaction; a next step with a date becomes a follow-up of the recorder in the same moment.

    Files go with it or nothing does. Colleagues named after an @ are told. The same form (`form_key`) sent twice gives
    the first interaction again.
    """
    one_at_a_time(form_key)
    if form_key is not None and (known := Interaction.objects.filter(form_key=form_key).first()):
        return known
    moment = happened_at or now()
    contacts, colleagues = list(contacts), list(colleagues)
    _refuse_to_come(moment)
    refuse_strangers(contacts, customer)
    refuse_who_takes_no_part(colleagues)
    _refuse_a_day_alone(next_step, next_step_on)
    interaction = Interaction.objects.create(
        customer=customer, kind=kind, subject=subject.strip(), happened_at=moment, direction=direction, summary=summary, outcome=outcome,
        next_step=next_step, next_step_on=next_step_on, place=place, other_participants=other_participants, channel=channel, recorded_by=by,
        form_key=form_key,
    )  # fmt: skip
    interaction.contacts.set(contacts)
    interaction.colleagues.set(colleagues)
    _attach_all(interaction, files, by)
    tell_mentioned(interaction=interaction, by=by)
    _note_contact(customer.pk, moment, by)
    if next_step_on:
        _follow_up_of(interaction, by)
    return interaction


@action("interaction.correct", _("Corrected"))
def correct_interaction(
    *,
    interaction: Interaction,
    changes: Mapping[str, object],
    seen: Mapping[str, object],
    by: User,
    contacts: Iterable[Contact] | None = None,
    colleagues: Iterable[User] | None = None,
    files: Iterable[UploadedFile] = (),
    version: str | None = None,
) -> Interaction:
    """Its author corrects what was recorded; the history keeps what it said before. Raises EditConflict and saves nothing
    where somebody changed a field meanwhile. A next step that gets a date now opens a follow-up, once; the one it has opened
    before goes along with it.

    `version`: the state of the row, for who saw it whole; any other stored state is refused.
    """
    row = Interaction.objects.select_for_update().get(pk=interaction.pk)
    refuse_other_state(row, version)
    if row.recorded_by_id != by.pk:
        raise RuleBroken(_("Only who recorded an interaction corrects it."))
    if unknown := set(changes) - CORRECTED:
        raise TypeError(f"correct_interaction cannot change {', '.join(sorted(unknown))}")
    step = row.next_step, row.next_step_on
    changed = set_changes(row, changes=changes, seen=seen)
    _refuse_to_come(row.happened_at)
    _refuse_a_day_alone(row.next_step, row.next_step_on)
    row.save(update_fields=changed)
    _set_participants(row, contacts, colleagues, by)
    _attach_all(row, files, by)
    tell_mentioned(interaction=row, by=by)
    if "happened_at" in changed:
        renew_last_contact(customer_pk=row.customer_id, by=by)
        answer_warnings(customer=row.customer_id, by=by)
    _follow_next_step(row, *step, by=by)
    return row


def _note_contact(customer: int, moment: dt.datetime, by: User) -> None:
    Customer.objects.filter(pk=customer).update(last_contact_on=Greatest("last_contact_on", port_date(moment)))
    answer_warnings(customer=customer, by=by)


@action("interaction.correct")
def renew_last_contact(*, customer_pk: int, by: User) -> None:
    """The day of the last contact follows from the interactions there are: a moment that was wrong does not stay in it.

    The file is locked first: of two who correct or record at once, the second sees what the first wrote.
    """
    Customer.every.select_for_update(no_key=True).only("pk").get(pk=customer_pk)
    last = Interaction.objects.filter(customer=customer_pk).aggregate(at=Max("happened_at"))["at"]
    Customer.every.filter(pk=customer_pk).update(last_contact_on=port_date(last) if last else None)


def _set_participants(row: Interaction, contacts: Iterable[Contact] | None, colleagues: Iterable[User] | None, by: User) -> None:
    """Set who took part, where it is given; rows of such a table keep no history, so the event says who stood there before."""
    given = {"contacts": contacts, "colleagues": colleagues}
    wanted = {name: list(people) for name, people in given.items() if people is not None}
    before = {name: sorted(getattr(row, name).values_list("pk", flat=True)) for name in wanted}
    if "contacts" in wanted:
        refuse_strangers(wanted["contacts"], row.customer, known=before["contacts"])
    if "colleagues" in wanted:
        refuse_who_takes_no_part(wanted["colleagues"], known=before["colleagues"])
    after = {name: sorted({person.pk for person in people}) for name, people in wanted.items()}
    changed = {name: [before[name], after[name]] for name in wanted if before[name] != after[name]}
    for name in changed:
        getattr(row, name).set(wanted[name])
    if changed:
        record(by=by, action="interaction.participants", target=row, **changed)


def _follow_up_of(interaction: Interaction, by: User) -> None:
    FollowUp.objects.create(
        customer_id=interaction.customer_id, kind=FollowUpKind.TASK, title=interaction.next_step, owner=by, due_on=interaction.next_step_on,
        interaction=interaction, opened_by=by,
    )  # fmt: skip


def _follow_next_step(row: Interaction, before: str, had_day: dt.date | None, *, by: User) -> None:
    """The open follow-up goes along with the next step it came from, unless somebody has given it another day: then it is theirs."""
    if had_day is None:
        if row.next_step_on and not row.follow_ups.exclude(state=FollowUpState.DROPPED).exists():
            _follow_up_of(row, by)
        return
    waiting = row.follow_ups.open().filter(due_on=had_day)
    if row.next_step_on is None:
        said = _("The next step has no day any more.") if row.next_step else _("The next step was taken back.")
        waiting.update(state=FollowUpState.DROPPED, closed_by=by, closed_at=now(), result=str(said))
    elif (row.next_step, row.next_step_on) != (before, had_day):
        waiting.update(title=row.next_step, due_on=row.next_step_on)


def _attach_all(interaction: Interaction, files: Iterable[UploadedFile], by: User) -> None:
    for upload in files:
        try:
            attach(upload=upload, record="customers.interaction", object_pk=interaction.pk, by=by)
        except RuleBroken as refusal:
            raise RuleBroken(f"{upload.name}: {refusal.message}", field="files") from refusal


def _refuse_to_come(moment: dt.datetime) -> None:
    if moment > now():
        raise RuleBroken(_("An interaction is recorded after it took place. Open a follow-up for what is to come."), field="happened_at")


def _refuse_a_day_alone(next_step: str, next_step_on: dt.date | None) -> None:
    if next_step_on and not next_step:
        raise RuleBroken(_("Say what the next step is."), field="next_step")
