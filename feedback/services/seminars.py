"""Seminars: planned, invited to, attended, with topics and decisions."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Contact, Customer, FollowUp
from customers.services.followups import close_follow_up, open_follow_up
from feedback.enums import GuestReply, SeminarState
from feedback.models import Seminar, SeminarDecision, SeminarGuest, SeminarTopic
from feedback.queries.seminars import to_invite
from feedback.services.contacts import demand_theirs
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.notices.kinds import NoticeKind
from portcrm.notices.services import Told, notify_each
from portcrm.once import one_at_a_time
from portcrm.outbox.rendering import render_mail
from portcrm.outbox.services import EmailDraft, queue_email

GUEST_LIST, MINUTES = "seminar-guests", "seminar-minutes"  # on paper
INVITATION = "feedback.seminar_invitation"
DECIDED = NoticeKind(
    "seminar.decided", _("Decision of a seminar for you"), _("%(seminar)s decided: “%(what)s”, to be done by %(day)s"), "user-check",
    "feedback.seminardecision",
)  # fmt: skip
DUE = NoticeKind(
    "seminar.due", _("Decision of a seminar due"), _("To be done by %(day)s: “%(what)s” (%(seminar)s)"), "clock", "feedback.seminardecision"
)
KINDS = (DECIDED, DUE)
OF_DECISIONS = tuple(kind.key for kind in KINDS)
EDITABLE = {"name_zh", "name_en", "held_on", "starts_at", "place", "host", "state"}


@action("seminar.plan", _("Seminar planned"))
def plan_seminar(
    *, name_zh: str = "", name_en: str = "", held_on: dt.date, host: User, at: dt.datetime, by: User, place: str = "",
    starts_at: dt.time | None = None, form_key: uuid.UUID | None = None,
) -> Seminar:  # fmt: skip
    """Plan a seminar; one `form_key` is one seminar."""
    one_at_a_time(form_key)
    if form_key is not None and (before := Seminar.objects.filter(form_key=form_key).first()):
        return before
    if not (name_zh or name_en):
        raise RuleBroken(_("Give it a name in one language at least."), field="name_zh")
    return Seminar.objects.create(
        name_zh=name_zh,
        name_en=name_en,
        held_on=held_on,
        starts_at=starts_at,
        place=place,
        host=host,
        form_key=form_key,
        recorded_by=by,
        recorded_at=at,
    )


@action("seminar.edit", _("Seminar edited"))
def edit_seminar(*, seminar: Seminar, changes: dict[str, object], seen: Mapping[str, object] | None = None, by: User) -> Seminar:
    """Change name, day, place, host and state; a field changed by others since it was `seen` raises EditConflict."""
    seminar = Seminar.objects.select_for_update().get(pk=seminar.pk)
    if unknown := set(changes) - EDITABLE:
        raise RuleBroken(_("These fields are not changed here: %(fields)s") % {"fields": ", ".join(sorted(unknown))})
    changed = set_changes(seminar, changes=changes, seen=seen or {})
    if not (seminar.name_zh or seminar.name_en):
        raise RuleBroken(_("Give it a name in one language at least."), field="name_zh")
    seminar.save(update_fields=changed)
    return seminar


@action("seminar.add_topic", _("Topic added to a seminar"))
def add_topic(*, seminar: Seminar, name_zh: str = "", name_en: str = "", by: User, form_key: uuid.UUID | None = None) -> SeminarTopic:
    """Add a topic after those there are; one `form_key` is one topic."""
    one_at_a_time(form_key)
    if form_key is not None and (before := SeminarTopic.objects.filter(form_key=form_key).first()):
        return before
    seminar = Seminar.objects.select_for_update().get(pk=seminar.pk)  # one place each
    if not (name_zh or name_en):
        raise RuleBroken(_("Give it a name in one language at least."), field="name_zh")
    last = seminar.topics.aggregate(last=Max("position"))["last"] or 0
    return SeminarTopic.objects.create(seminar=seminar, position=last + 1, name_zh=name_zh, name_en=name_en, form_key=form_key)


@action("seminar.add_guest", _("Guest added to a seminar"))
def add_guest(*, seminar: Seminar, customer: Customer, contact: Contact, by: User) -> SeminarGuest:
    """Put a contact on the list of guests; twice is once."""
    demand_theirs(contact, customer)
    return SeminarGuest.objects.get_or_create(seminar=seminar, contact=contact, defaults={"customer": customer})[0]


@action("seminar.invite", _("Guests of a seminar invited"))
def invite_guests(*, seminar: Seminar, at: dt.datetime, by: User) -> int:
    """Write to every guest with an address who was not invited yet; returns how many. Nobody is written to twice.

    An invitation to a meeting is no survey: caps and opt-outs of surveys do not hold it back, a withdrawn consent does.
    """
    seminar = Seminar.objects.select_for_update().get(pk=seminar.pk)
    if seminar.state != SeminarState.PLANNED or seminar.held_on < port_date(at):
        raise RuleBroken(_("Guests are invited to a planned seminar that is still to come."))
    waiting = list(to_invite(seminar).select_related("contact", "customer"))
    topics = list(seminar.topics.all())
    for guest in waiting:
        _write(seminar, guest, topics)
    SeminarGuest.objects.filter(pk__in=[guest.pk for guest in waiting]).update(invited_at=at)
    return len(waiting)


def _write(seminar: Seminar, guest: SeminarGuest, topics: list[SeminarTopic]) -> None:
    contact = guest.contact
    context = {"seminar": seminar, "topics": topics, "contact": contact}
    mail = render_mail("feedback/email/seminar_invitation", context, language=contact.language)
    queue_email(
        EmailDraft(
            kind=INVITATION, to_address=contact.email, to_name=contact.name, language=contact.language, subject=mail.subject,
            text=mail.text, html=mail.html, dedupe_key=f"seminar:{seminar.pk}:{contact.pk}",
            record="feedback.seminar", record_pk=str(seminar.pk),
        )
    )  # fmt: skip


@action("seminar.attendance", _("Attendance of a seminar noted"))
def note_attendance(*, seminar: Seminar, replies: Mapping[int, str], came: Collection[int], at: dt.datetime, by: User) -> None:
    """Note the reply and, from the day of the seminar on, who came, for every guest in `replies`; the seminar then
    counts as held. Who was added while the page was open stays as they are."""
    seminar = Seminar.objects.select_for_update().get(pk=seminar.pk)
    if seminar.state == SeminarState.CALLED_OFF:
        raise RuleBroken(_("This seminar was called off."))
    over = seminar.held_on <= port_date(at)
    guests = list(seminar.guests.select_for_update().filter(pk__in=replies))
    for guest in guests:
        reply = replies[guest.pk]
        guest.reply = reply if reply in GuestReply.values else ""
        guest.attended = guest.pk in came if over else None
    SeminarGuest.objects.bulk_update(guests, ["reply", "attended"])
    if over and seminar.state == SeminarState.PLANNED:
        seminar.state = SeminarState.HELD
        seminar.save(update_fields=["state"])


@action("seminar.decide", pgettext_lazy("action", "Decision of a seminar"))
def decide(
    *, seminar: Seminar, text: str, owner: User, due_on: dt.date, by: User, topic: SeminarTopic | None = None,
    customer: Customer | None = None, form_key: uuid.UUID | None = None,
) -> SeminarDecision:  # fmt: skip
    """Write down a decision and tell its owner; where it concerns a customer, a follow-up with the same day is opened.

    One `form_key` is one decision.
    """
    one_at_a_time(form_key)
    if form_key is not None and (before := SeminarDecision.objects.filter(form_key=form_key).first()):
        return before
    if not text.strip():
        raise RuleBroken(_("Write down what was decided."), field="text")
    decision = SeminarDecision.objects.create(
        seminar=seminar, topic=topic, customer=customer, text=text.strip(), owner=owner, due_on=due_on, form_key=form_key
    )
    if customer is not None:
        open_follow_up(
            customer=customer, title=decision.text, owner=owner, due_on=due_on, detail=seminar.label, by=by,
            dedupe_key=decision.follow_up_key, reason_url=seminar.get_absolute_url(),
        )  # fmt: skip
    notify_each(told=[_told(decision, DECIDED)], by=by)
    return decision


@action("seminar.finish", _("Decision of a seminar carried out"))
def finish_decision(*, decision: SeminarDecision, on: dt.date, by: User) -> bool:
    """Note that it is done and close its follow-up; False where it was already. Its owner may, and whoever holds seminars."""
    if not decision.may_be_finished_by(by):
        raise RuleBroken(_("Its owner marks it as done, or whoever holds seminars."))
    if not SeminarDecision.objects.filter(pk=decision.pk, done_on=None).update(done_on=on):
        return False
    follow_up = FollowUp.objects.open().filter(dedupe_key=decision.follow_up_key).first()
    if follow_up is not None:
        close_follow_up(follow_up=follow_up, by=by)
    return True


def tell_decisions(*, today: dt.date, by: User) -> int:
    """Tell owners of decisions without a follow-up that they are due, each once for its day."""
    due = SeminarDecision.objects.to_do_by(today).filter(customer=None).select_related("owner", "seminar")
    return notify_each(told=[_told(row, DUE) for row in due], by=by)


def _told(decision: SeminarDecision, kind: NoticeKind) -> Told:
    seminar, day = decision.seminar, decision.due_on.isoformat()
    values = {"seminar": {"zh": seminar.name_zh, "en": seminar.name_en}, "what": decision.text, "day": day}
    return Told(
        recipient=decision.owner, kind=kind.key, values=values, record_pk=decision.pk, url=reverse("feedback:seminar", args=[seminar.pk]),
        dedupe_key=f"{kind.key}:{decision.pk}:{day}",
    )  # fmt: skip
