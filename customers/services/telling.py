"""What colleagues are told about customers: the kinds are registered in customers/registry.py."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.enums import VisitState
from customers.models import CreditHold, Customer, FollowUp, Interaction, PlannedVisit
from portcrm.accounts.models import User
from portcrm.notices.kinds import NoticeKind
from portcrm.notices.services import Told, forget_notices, notify, notify_each

CUSTOMER, FOLLOW_UP, VISIT, INTERACTION = "customers.customer", "customers.followup", "customers.plannedvisit", "customers.interaction"
STILL_TOLD_DAYS = 7  # what fell due longer ago has been told, or was typed in late
ASSIGNED = NoticeKind(
    "followup.assigned",
    _("Follow-up for you"),
    _("%(by)s gave you “%(title)s” (%(customer)s), due on %(day)s"),
    "clipboard-list",
    FOLLOW_UP,
)
DUE = NoticeKind("followup.due", _("Follow-up due"), _("Due on %(day)s: “%(title)s” (%(customer)s)"), "clock", FOLLOW_UP)
REMINDER = NoticeKind("followup.reminder", _("Reminder"), _("Due soon, on %(day)s: “%(title)s” (%(customer)s)"), "bell", FOLLOW_UP)
# Notices go out by mail too: of a person's day neither whose nor which.
PERSONAL_DAY = NoticeKind(
    "followup.personal_day",
    _("A day worth remembering"),
    _("A day worth remembering: the follow-up says more"),
    "bell",
    FOLLOW_UP,
)
VISIT_PLANNED = NoticeKind(
    "visit.planned",
    _("Visit planned for you"),
    _("%(by)s planned a visit of yours to %(customer)s on %(day)s: %(title)s"),
    "map-pin",
    VISIT,
)
HANDED_OVER = NoticeKind(
    "customer.handed_over", _("Customer in your care"), _("%(by)s put %(customer)s into your care"), "users-group", CUSTOMER
)
ALL_HANDED_OVER = NoticeKind(
    "customer.all_handed_over", _("Customers in your care"), _("%(by)s put %(number)s customers of %(giver)s into your care"), "users-group"
)
PUT_INTO_CARE = NoticeKind(
    "customer.put_into_care", _("Customers in your care by a file"), _("%(by)s put customers into your care: %(source)s"), "users-group"
)
LEFT_BEHIND = NoticeKind(
    "customer.left_behind",
    _("Customers of a closed account"),
    _("%(number)s customers are still in the care of %(giver)s, whose account is closed. Hand them over."),
    "users-group",
)
ON_HOLD = NoticeKind("hold.placed", _("Credit hold"), _("%(by)s put %(customer)s on credit hold"), "lock", CUSTOMER)
HOLD_LIFTED = NoticeKind(
    "hold.lifted", _("Credit hold lifted"), _("%(by)s lifted the credit hold of %(customer)s"), "circle-check", CUSTOMER
)
MENTIONED = NoticeKind("interaction.mentioned", _("Mention"), _("%(by)s mentioned you: “%(title)s” (%(customer)s)"), "at", INTERACTION)
VISIT_MOVED = NoticeKind(
    "visit.moved",
    _("Your visit moved"),
    _("%(by)s moved your visit to %(customer)s from %(before)s to %(day)s: %(title)s"),
    "calendar-event",
    VISIT,
)
VISIT_PASSED_ON = NoticeKind(
    "visit.passed_on",
    _("Your visit given to a colleague"),
    _("%(by)s gave your visit to %(customer)s on %(before)s to %(visitor)s"),
    "user-check",
    VISIT,
)
VISIT_CALLED_OFF = NoticeKind(
    "visit.called_off",
    _("Your visit called off"),
    _("%(by)s called off your visit to %(customer)s on %(day)s: %(reason)s"),
    "circle-x",
    VISIT,
)
VISIT_MISSED = NoticeKind(
    "visit.missed",
    _("Your visit did not take place"),
    _("%(by)s noted that your visit to %(customer)s on %(day)s did not take place: %(reason)s"),
    "circle-x",
    VISIT,
)
OF_VISITS = (VISIT_PLANNED, VISIT_MOVED, VISIT_PASSED_ON, VISIT_CALLED_OFF, VISIT_MISSED)
KINDS = (
    ASSIGNED, DUE, REMINDER, PERSONAL_DAY, *OF_VISITS, HANDED_OVER, ALL_HANDED_OVER, PUT_INTO_CARE, LEFT_BEHIND, ON_HOLD, HOLD_LIFTED,
    MENTIONED,
)  # fmt: skip


def customer_name(customer: Customer) -> dict[str, str]:
    return {"zh": customer.name_zh, "en": customer.name_en}


def person_name(person: User) -> dict[str, str]:
    return {"zh": person.name, "en": person.name_en}


def tell_assigned(*, follow_ups: Iterable[FollowUp], by: User, turn: str = "") -> None:
    """Tell owners what somebody else gave them; what a job opened is told when it falls due.

    `turn` tells one handing over from another: what was given away and comes back is told again.
    """
    if not by.is_system:
        told = [_of_follow_up(row, ASSIGNED, f"{row.pk}:{row.owner_id}{turn}", by=person_name(by)) for row in follow_ups]
        notify_each(told=told, by=by)


def _of_follow_up(row: FollowUp, kind: NoticeKind, key: str, **values: object) -> Told:
    values = {"title": row.title, "customer": customer_name(row.customer), "day": row.due_on.isoformat(), **values}
    if row.is_of_a_personal_day:
        values = {}
    return Told(
        recipient=row.owner, kind=PERSONAL_DAY.key if row.is_of_a_personal_day else kind.key, values=values, record_pk=row.pk,
        url=reverse("customers:follow_up", args=[row.pk]), dedupe_key=f"{kind.key}:{key}",
    )  # fmt: skip


def tell_due(*, today: dt.date, by: User) -> int:
    """Tell owners what is due today or has just become late, and what they asked to be reminded of; each once."""
    recent = today - dt.timedelta(days=STILL_TOLD_DAYS)
    due = FollowUp.objects.due_by(today).filter(due_on__gte=recent).for_list()
    soon = FollowUp.objects.to_remind_of(today).for_list()
    told = [_of_follow_up(row, DUE, f"{row.pk}:{row.due_on.isoformat()}") for row in due]
    told += [_of_follow_up(row, REMINDER, f"{row.pk}:{row.due_on.isoformat()}") for row in soon]
    return notify_each(told=told, by=by)


def forget_told_of_follow_ups(*, keys: Iterable[int], by: User) -> int:
    """Delete what anybody was told of follow-ups that must leave no trace; returns how many notices."""
    of_follow_ups = [kind.key for kind in KINDS if kind.record == FOLLOW_UP]
    return forget_notices(kinds=of_follow_ups, record_pks=keys, by=by)


def tell_visits(*, visits: Iterable[PlannedVisit], by: User) -> None:
    """Tell visitors what a colleague planned for them."""
    notify_each(told=[_of_visit(visit, VISIT_PLANNED, visit.visitor, by, title=visit.purpose) for visit in visits], by=by)


def tell_visit_changed(*, visit: PlannedVisit, visitor: User, before: str, by: User) -> None:
    """Tell who goes of another day or hour; with another visitor, both. `visitor` and `before` are who and when it was."""
    if visit.visitor_id != visitor.pk:
        told = [
            _of_visit(visit, VISIT_PLANNED, visit.visitor, by, title=visit.purpose),
            _of_visit(visit, VISIT_PASSED_ON, visitor, by, before=before, visitor=person_name(visit.visitor)),
        ]
    else:
        moved = before != visit_time(visit)
        told = [_of_visit(visit, VISIT_MOVED, visitor, by, before=before, title=visit.purpose)] if moved else []
    notify_each(told=told, by=by)


def tell_visits_called_off(*, visits: Iterable[PlannedVisit], by: User) -> None:
    """Tell visitors that a colleague cancelled a visit of theirs, or noted that it was not made."""
    kinds = {VisitState.CANCELLED: VISIT_CALLED_OFF, VisitState.MISSED: VISIT_MISSED}
    notify_each(told=[_of_visit(visit, kinds[VisitState(visit.state)], visit.visitor, by, reason=visit.reason) for visit in visits], by=by)


def visit_time(visit: PlannedVisit) -> str:
    """The day of a visit, with the hour where one is given, on the port's clock."""
    return f"{visit.planned_for.isoformat()} {visit.starts_at:%H:%M}" if visit.starts_at else visit.planned_for.isoformat()


def _of_visit(visit: PlannedVisit, kind: NoticeKind, to: User, by: User, **values: object) -> Told:
    """Without a key: each is told by a change that happens once, and back and forth is told each time."""
    values = {"by": person_name(by), "customer": customer_name(visit.customer), "day": visit_time(visit), **values}
    return Told(recipient=to, kind=kind.key, values=values, record_pk=visit.pk, url=visit.get_absolute_url())


def tell_handed_over(*, customer: Customer, to: User, by: User) -> None:
    """Tell the new account manager."""
    _of_customer(customer, HANDED_OVER, [to], by)


def tell_all_handed_over(*, giver: User, to: User, number: int, by: User) -> None:
    """Tell the successor of a colleague once, not once a customer."""
    url = f"{reverse('customers:customer_list')}?mine=True"
    notify(
        recipients=[to],
        kind=ALL_HANDED_OVER.key,
        values={"by": person_name(by), "giver": person_name(giver), "number": number},
        url=url,
        by=by,
    )


def tell_put_into_care(*, takers: Iterable[User], source: str, today: dt.date, by: User) -> None:
    """Tell each taker once of one source, however many portions it is read in."""
    notify(
        recipients=takers,
        kind=PUT_INTO_CARE.key,
        values={"by": person_name(by), "source": source},
        url=f"{reverse('customers:customer_list')}?mine=True",
        dedupe_key=f"{PUT_INTO_CARE.key}:{by.pk}:{today.isoformat()}:{source}"[:200],
        by=by,
    )


def tell_left_behind(*, giver: User, number: int, to: Iterable[User], month: str, by: User) -> None:
    """Tell those who assign customers, once a month for each closed account."""
    notify(
        recipients=to,
        kind=LEFT_BEHIND.key,
        values={"giver": person_name(giver), "number": number},
        url=f"{reverse('customers:hand_over_all')}?giver={giver.pk}",
        dedupe_key=f"{LEFT_BEHIND.key}:{giver.pk}:{month}",
        by=by,
    )


def tell_hold(*, hold: CreditHold, lifted: bool, by: User) -> None:
    """Tell the account manager and the team."""
    customer = hold.customer
    people = [member.user for member in customer.team.current().select_related("user")]
    people += [customer.account_manager] if customer.account_manager else []
    _of_customer(customer, HOLD_LIFTED if lifted else ON_HOLD, people, by)


def _of_customer(customer: Customer, kind: NoticeKind, people: list[User], by: User) -> None:
    values = {"by": person_name(by), "customer": customer_name(customer)}
    notify(recipients=people, kind=kind.key, values=values, record_pk=customer.pk, url=customer.get_absolute_url(), by=by)


def tell_mentioned(*, interaction: Interaction, by: User) -> None:
    """Tell colleagues whose name stands after an @ in what was recorded."""
    text = "\n".join((interaction.subject, interaction.summary, interaction.next_step))
    if "@" not in text:
        return
    values = {"by": person_name(by), "customer": customer_name(interaction.customer), "title": interaction.subject}
    notify(
        recipients=_mentioned(text), kind=MENTIONED.key, values=values, record_pk=interaction.pk, url=interaction.get_absolute_url(),
        dedupe_key=f"{MENTIONED.key}:{interaction.pk}", by=by,
    )  # fmt: skip


def _mentioned(text: str) -> list[User]:
    """Whose name follows an @. Of names that begin alike the longest one is meant: “@王伟明” does not name 王伟. Colleagues of
    one name are all meant, and latin letters that go on make another name."""
    people: dict[str, list[User]] = defaultdict(list)
    for person in User.objects.colleagues():
        for name in {person.name, person.name_en} - {""}:
            people[name].append(person)
    longest_first = "|".join(map(re.escape, sorted(people, key=len, reverse=True)))
    found = re.findall(rf"@({longest_first})(?![A-Za-z])", text) if people else []
    return [person for name in dict.fromkeys(found) for person in people[name]]
