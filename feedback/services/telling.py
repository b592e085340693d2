"""What colleagues are told about complaints and low scores: the kinds are registered in feedback/registry.py."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from feedback import permissions
from feedback.enums import Alarm, ClockKind
from feedback.models import Complaint, ComplaintClock, CorrectiveAction, LowMark, Response, Wave
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.bilingual import both
from portcrm.business_days import business_days_later
from portcrm.clock import port_zone
from portcrm.notices.kinds import NoticeKind
from portcrm.notices.services import Told, notify, notify_each

COMPLAINT = "feedback.complaint"
RECEIVED = NoticeKind(
    "complaint.received",
    _("New complaint"),
    _("New complaint %(number)s of %(company)s: “%(subject)s”, answer due on %(day)s"),
    "message-report",
    COMPLAINT,
)
ASSIGNED = NoticeKind(
    "complaint.assigned",
    _("Complaint for you"),
    _("%(by)s gave you complaint %(number)s of %(company)s: “%(subject)s”, answer due on %(day)s"),
    "user-check",
    COMPLAINT,
)
DUE = NoticeKind(
    "complaint.due",
    _("Answer to a complaint due"),
    _("Complaint %(number)s of %(company)s is to be answered by %(day)s: “%(subject)s”"),
    "clock",
    COMPLAINT,
)
OVERDUE = NoticeKind(
    "complaint.overdue",
    _("Complaint overdue"),
    _("Complaint %(number)s of %(company)s was to be answered by %(day)s: “%(subject)s”"),
    "alert-triangle",
    COMPLAINT,
)
ANSWERED = NoticeKind(
    "complaint.answered",
    _("Complaint of your customer answered"),
    _("%(by)s answered complaint %(number)s of %(company)s: “%(subject)s”"),
    "send",
    COMPLAINT,
)
OWNERLESS = NoticeKind(
    "complaint.ownerless",
    _("Complaint without an owner"),
    _("%(owner)s no longer works on complaints: %(number)s of %(company)s needs somebody else, “%(subject)s”, due on %(day)s"),
    "alert-circle",
    COMPLAINT,
)
LOW_SCORE = NoticeKind(
    "opinion.low",
    _("Low score"),
    _("%(company)s gave a low score: satisfaction %(overall)s, recommendation %(recommend)s. Please follow it up by %(day)s."),
    "message",
    "feedback.response",
)
CONFIDENTIAL_LOW_SCORE = NoticeKind(
    "opinion.low_confidential",
    _("Low score in a confidential survey"),
    _(
        "A low score came in the confidential survey “%(wave)s”: satisfaction %(overall)s, recommendation %(recommend)s."
        " Please see to it by %(day)s, and tell nobody whose it is."
    ),
    "lock",
    "feedback.response",
)
LOW_MARK_GIVEN = NoticeKind(
    "opinion.low_given",
    _("Low score in a confidential survey for you"),
    _("%(by)s gave you a low score in the confidential survey “%(wave)s”. Please see to it by %(day)s, and tell nobody whose it is."),
    "lock",
    "feedback.response",
)
LOW_MARK_DUE = NoticeKind(
    "opinion.low_due",
    _("Low score in a confidential survey due"),
    _("A low score in the confidential survey “%(wave)s” was to be seen to by %(day)s, and nobody has written down what was done."),
    "clock",
    "feedback.response",
)
SETTLED = NoticeKind(
    "complaint.settled",
    _("Complaint settled"),
    _("The customer says complaint %(number)s of %(company)s is settled: “%(subject)s”. It can be closed."),
    "circle-check",
    COMPLAINT,
)
EVIDENCE = NoticeKind(
    "complaint.evidence",
    _("Files of the customer"),
    _("The customer sent files about complaint %(number)s of %(company)s: “%(subject)s”"),
    "paperclip",
    COMPLAINT,
)
WROTE = NoticeKind(
    "complaint.wrote",
    _("Mail of the customer"),
    _("A mail came about complaint %(number)s of %(company)s: “%(subject)s”"),
    "mail",
    COMPLAINT,
)
ESCALATED = NoticeKind(
    "complaint.escalated",
    _("Deadline of a complaint"),
    _("%(deadline)s of complaint %(number)s of %(company)s is due by %(day)s: “%(subject)s”"),
    "clock",
    COMPLAINT,
)
ACTION_DUE = NoticeKind(
    "corrective.due",
    _("Corrective action due"),
    _("To be done by %(day)s: “%(what)s” (complaint %(number)s)"),
    "clock",
    "feedback.correctiveaction",
)
ACTION_TO_CHECK = NoticeKind(
    "corrective.check",
    _("Effect to be checked"),
    _("Please check by %(day)s whether it works: “%(what)s” (complaint %(number)s)"),
    "clock",
    "feedback.correctiveaction",
)
KINDS = (
    WROTE, RECEIVED, ASSIGNED, DUE, OVERDUE, ANSWERED, OWNERLESS, LOW_SCORE, CONFIDENTIAL_LOW_SCORE, SETTLED, EVIDENCE, ESCALATED,
    ACTION_DUE, ACTION_TO_CHECK, LOW_MARK_GIVEN, LOW_MARK_DUE,
)  # fmt: skip
OF_COMPLAINTS = tuple(kind.key for kind in KINDS if kind.record == COMPLAINT)


def tell_received(*, complaint: Complaint, by: User) -> None:
    """Tell those who assign complaints and the customer's account manager."""
    _tell(complaint, RECEIVED, [*who_assigns(), *_account_manager(complaint)], by)


def tell_complaint_assigned(*, complaint: Complaint, by: User) -> None:
    """Tell the owner what somebody else gave them."""
    _tell(complaint, ASSIGNED, [complaint.owner], by, key=f"{complaint.owner_id}:{complaint.assigned_at.timestamp()}", by=_name(by))


def tell_answered(*, complaint: Complaint, by: User) -> None:
    """Tell the customer's account manager, who may be asked about it on the next visit."""
    _tell(complaint, ANSWERED, _account_manager(complaint), by, key=f"{complaint.answered_at.timestamp()}", by=_name(by))


def tell_settled(*, complaint: Complaint, by: User) -> None:
    """Tell the owner that the customer is content."""
    _tell(complaint, SETTLED, [complaint.owner], by, key=f"{complaint.settled_at.timestamp()}")


def tell_evidence(*, complaint: Complaint, files: int, by: User) -> None:
    """Tell who works on the case, or who assigns it, that files came; `files` is how many there are now."""
    _tell(complaint, EVIDENCE, _in_charge(complaint, who_assigns()), by, key=str(files))


def tell_wrote(*, complaint: Complaint, key: str, by: User) -> None:
    """Tell who works on the case, or who assigns it, that a mail about it came."""
    _tell(complaint, WROTE, _in_charge(complaint, who_assigns()), by, key=key)


def tell_ownerless(*, complaint: Complaint, owner: User, by: User) -> None:
    """Tell those who assign complaints that one has lost its owner."""
    _tell(complaint, OWNERLESS, who_assigns(), by, key=f"{owner.pk}:{complaint.pk}", owner=_name(owner))


def tell_deadlines(*, today: dt.date, by: User) -> int:
    """Tell owners what is to be answered by the next business day, and each day them and the managers what is late."""
    open_cases = Complaint.objects.unanswered().not_waiting().select_related("customer", "owner")
    soon = open_cases.filter(due_on__range=(today, business_days_later(today, 1)))
    assigning, managers = who_assigns(), list(User.objects.people().active().holding(Role.MANAGER))
    told = [_told(case, DUE, person, case.due_on.isoformat()) for case in soon for person in _in_charge(case, assigning)]
    for case in open_cases.filter(due_on__lt=today):
        people = {person.pk: person for person in [*_in_charge(case, assigning), *managers]}
        told += [_told(case, OVERDUE, person, today.isoformat()) for person in people.values()]
    return notify_each(told=told, by=by)


def _in_charge(complaint: Complaint, assigning: list[User]) -> list[User]:
    return [complaint.owner] if complaint.owner else list(assigning)


def tell_escalated(*, clock: ComplaintClock, level: Alarm, by: User) -> None:
    """Tell the owner that time runs out, the managers too when it has, and in the end the account manager as well.

    Of the decision the nightly job tells day by day; only its last step is told here.
    """
    if clock.kind == ClockKind.DECISION and level < Alarm.LONG_OVER:
        return
    complaint = clock.complaint
    people = _in_charge(complaint, who_assigns())
    if level >= Alarm.OVER:
        people += User.objects.people().active().holding(Role.MANAGER)
    if level >= Alarm.LONG_OVER:
        people += _account_manager(complaint)
    due = clock.due_at.astimezone(port_zone()).strftime("%Y-%m-%d %H:%M")
    _tell(complaint, ESCALATED, people, by, key=f"{clock.kind}:{level}:{due}", deadline=both(ClockKind(clock.kind).label), day=due)


def tell_actions(*, today: dt.date, by: User) -> int:
    """Tell the owners of corrective actions what is due and what is to be checked, each once for its day."""
    actions = CorrectiveAction.objects.select_related("owner", "complaint")
    told = [_of_action(row, ACTION_DUE, row.due_on) for row in actions.to_do_by(today)]
    told += [_of_action(row, ACTION_TO_CHECK, row.check_on) for row in actions.to_check_by(today)]
    return notify_each(told=told, by=by)


def _of_action(row: CorrectiveAction, kind: NoticeKind, day: dt.date) -> Told:
    values = {"what": row.what, "number": row.complaint.number, "day": day.isoformat()}
    return Told(
        recipient=row.owner, kind=kind.key, values=values, record_pk=row.pk, url=row.get_absolute_url(),
        dedupe_key=f"{kind.key}:{row.pk}:{day.isoformat()}",
    )  # fmt: skip


def tell_low_score(*, response: Response, owner: User, due_on: dt.date, by: User) -> None:
    """Tell who follows it up at once; a changed answer that is low again is told again."""
    customer = response.customer
    values = {"company": {"zh": customer.name_zh, "en": customer.name_en}}
    _tell_of_scores(LOW_SCORE, values, response=response, people=[owner], due_on=due_on, by=by)


def tell_confidential_low_score(*, wave: Wave, response: Response, people: list[User], due_on: dt.date, by: User) -> None:
    """The same of a confidential answer: the notice names the survey, the page behind it names the customer to whoever may know."""
    values = {"wave": {"zh": wave.name_zh, "en": wave.name_en}}
    _tell_of_scores(CONFIDENTIAL_LOW_SCORE, values, response=response, people=people, due_on=due_on, by=by)


def tell_low_mark_given(*, low_mark: LowMark, by: User) -> None:
    """Tell whoever got it from a colleague; the words name the survey alone."""
    _tell_of_low_mark(low_mark, LOW_MARK_GIVEN, [low_mark.owner], by, by=_name(by))


def tell_low_mark_due(*, low_mark: LowMark, people: list[User], by: User) -> int:
    """Tell that its day has come and nothing is written down; returns how many were told now."""
    return _tell_of_low_mark(low_mark, LOW_MARK_DUE, people, by)


def _tell_of_low_mark(low_mark: LowMark, kind: NoticeKind, people: list[User], actor: User, **values: object) -> int:
    wave, day = low_mark.response.wave, low_mark.due_on.isoformat()
    told = {"wave": {"zh": wave.name_zh, "en": wave.name_en}, "day": day} | values
    key, url = f"{kind.key}:{low_mark.pk}:{day}", low_mark.get_absolute_url()
    return notify_each(
        told=[Told(recipient=one, kind=kind.key, values=told, record_pk=low_mark.response_id, url=url, dedupe_key=key) for one in people],
        by=actor,
    )


def _tell_of_scores(kind: NoticeKind, values: dict, *, response: Response, people: list[User], due_on: dt.date, by: User) -> None:
    values = values | {
        "overall": "–" if response.overall is None else response.satisfaction,
        "recommend": "–" if response.recommend is None else response.recommend,
        "day": due_on.isoformat(),
    }
    notify(
        recipients=people, kind=kind.key, values=values, record_pk=response.pk, url=response.get_absolute_url(),
        dedupe_key=f"{kind.key}:{response.pk}:{response.submissions}", by=by,
    )  # fmt: skip


def who_assigns() -> list[User]:
    """Everybody who may give a complaint to somebody."""
    return list(User.objects.able(permissions.CHANGE_COMPLAINT))


def _account_manager(complaint: Complaint) -> list[User]:
    manager = complaint.customer.account_manager if complaint.customer else None
    return [manager] if manager is not None and manager.has_perm(permissions.VIEW_COMPLAINT) else []


def _name(person: User) -> dict[str, str]:
    return {"zh": person.name, "en": person.name_en}


def _tell(complaint: Complaint, kind: NoticeKind, people: Iterable[User], actor: User, key: str = "", **values: object) -> None:
    recipients = {person.pk: person for person in people}.values()
    notify_each(told=[_told(complaint, kind, person, key, **values) for person in recipients], by=actor)


def _told(complaint: Complaint, kind: NoticeKind, to: User, key: str, **values: object) -> Told:
    customer = complaint.customer
    values = {
        "number": complaint.number,
        "subject": complaint.subject,
        "company": {"zh": customer.name_zh, "en": customer.name_en} if customer else complaint.company_name,
        "day": complaint.due_on.isoformat(),
    } | values
    return Told(
        recipient=to, kind=kind.key, values=values, record_pk=complaint.pk, url=complaint.get_absolute_url(),
        dedupe_key=f"{kind.key}:{complaint.pk}:{key}",
    )  # fmt: skip
