import datetime as dt
from itertools import count
from uuid import uuid4

from customers.tests.factories import make_contact, make_customer
from feedback.enums import OptOutSource
from feedback.models import (
    Complaint,
    CorrectiveAction,
    Invitation,
    OptOut,
    Programme,
    QuestionnaireVersion,
    QuietPeriod,
    Response,
    Wave,
)
from feedback.services.answers import read_answers
from feedback.services.complaints import ComplaintFacts, record_complaint
from feedback.services.corrective import plan_action
from feedback.services.opinions import submit
from feedback.services.opting_out import opt_out
from feedback.services.questionnaires import load_shipped_questionnaire
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today

numbers = count(1)
DAY = dt.timedelta(days=1)


def make_version() -> QuestionnaireVersion:
    """The shipped opinion form."""
    return load_shipped_questionnaire(on=port_today())


def make_staff(**fields) -> User:
    """Somebody of customer service, who may do everything with opinions and complaints."""
    return make_user(Role.SERVICE, **fields)


def make_programme(**fields) -> Programme:
    number = next(numbers)
    defaults = {"name_zh": f"客户意见征询 {number}", "name_en": f"Customer opinions {number}"}
    defaults |= {"questionnaire": make_version().questionnaire} if "questionnaire" not in fields else {}
    defaults |= {"owner": make_staff()} if "owner" not in fields else {}
    return Programme.objects.create(**defaults | fields)


def make_wave(**fields) -> Wave:
    """An open wave that asks nobody yet."""
    programme = fields.pop("programme", None) or make_programme()
    opens_at = fields.pop("opens_at", now() - DAY)
    defaults = {
        "version": programme.questionnaire.current_version(),
        "name_zh": f"{programme.name_zh} · 一",
        "name_en": f"{programme.name_en} · 1",
        "closes_at": opens_at + 15 * DAY,
        "started_by": programme.owner,
        "any_hour": True,
    }
    return Wave.objects.create(**defaults | {"programme": programme, "opens_at": opens_at} | fields)


def make_invitation(**fields) -> Invitation:
    contact = fields.pop("contact", None)
    if contact is None:
        number = next(numbers)
        customer = fields.pop("customer", None) or make_customer()
        address = fields.get("address", f"contact{number}@customer.invalid")
        contact = make_contact(customer=customer, name=f"演示联系人 {number:02}", email=address)
    defaults = {"customer": contact.customer, "address": contact.email, "name": contact.name, "language": contact.language}
    defaults |= {"wave": make_wave()} if "wave" not in fields else {}
    return Invitation.objects.create(**defaults | {"contact": contact, "invited_on": port_today()} | fields)


def make_response(*, invitation: Invitation | None = None, at: dt.datetime | None = None, **answers) -> Response:
    """A sent opinion; keywords are answers by item key, e.g. overall=4, recommend=9, comment="好"."""
    invitation = invitation or make_invitation()
    raw = {key: str(value) for key, value in ({"overall": 4} | answers).items()}
    read = read_answers(invitation.wave.version.items.all(), raw, longest=4000)
    assert read.problems == {}
    return submit(invitation=invitation, read=read, form_key=uuid4(), language=invitation.language, at=at or now(), by=system_user())


def make_opt_out(*, invitation: Invitation | None = None, of_all: bool = False, **fields) -> OptOut:
    said = {"source": OptOutSource.PAGE, "at": now()} | fields
    return opt_out(invitation=invitation or make_invitation(), of_all=of_all, by=system_user(), **said)


def make_complaint(*, by: User | None = None, at: dt.datetime | None = None, **fields) -> Complaint:
    number = next(numbers)
    facts = ComplaintFacts(**{"subject": f"提货等待过久 {number}", "description": "在闸口等待了三个小时。"} | fields)
    return record_complaint(facts=facts, form_key=None, at=at or now(), by=by or make_staff())


def make_quiet_period(**fields) -> QuietPeriod:
    number = next(numbers)
    defaults = {"name_zh": f"静默期 {number}", "name_en": f"Quiet period {number}"}
    defaults |= {"first_day": dt.date(2026, 11, 1), "last_day": port_today()}
    return QuietPeriod.objects.create(**defaults | fields)


def make_action(*, complaint: Complaint | None = None, **fields) -> CorrectiveAction:
    defaults = {"what": "增开闸口", "owner": make_staff(), "due_on": port_today() + 14 * DAY, "check_on": port_today() + 60 * DAY}
    return plan_action(complaint=complaint or make_complaint(), **defaults | fields, by=make_staff())
