import datetime as dt
from itertools import count
from uuid import uuid4

from customers.tests.factories import make_contact, make_customer
from feedback.enums import CHOICES, Aspect, ItemKind, OptOutSource, Respondents
from feedback.models import (
    Complaint,
    CorrectiveAction,
    HeardOpinion,
    InboundMail,
    Invitation,
    Item,
    ItemOption,
    OptOut,
    Programme,
    Questionnaire,
    QuestionnaireVersion,
    QuietPeriod,
    Response,
    Section,
    Seminar,
    SeminarDecision,
    SeminarGuest,
    Suggestion,
    Wave,
)
from feedback.queries.questions import items_of, sections_of
from feedback.services.answers import read_answers
from feedback.services.complaints import ComplaintFacts, record_complaint
from feedback.services.corrective import plan_action
from feedback.services.draft_questions import add_question
from feedback.services.draft_sections import add_section
from feedback.services.drafts import begin_draft, create_questionnaire
from feedback.services.heard import record_heard
from feedback.services.inbox import take_in_mail
from feedback.services.opinions import submit
from feedback.services.opting_out import opt_out
from feedback.services.questionnaires import load_shipped_questionnaire
from feedback.services.seminars import add_guest, decide, plan_seminar
from feedback.services.shipped.opinion import KEY
from feedback.services.suggestions import adopt_suggestion, publish_suggestion, record_suggestion
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today

numbers = count(1)
DAY = dt.timedelta(days=1)
ROLE = {"key": "role", "kind": ItemKind.SINGLE, "options": ("clerk", "chief")}  # one of two answers
WHY = {"key": "why", "kind": ItemKind.COMMENT, "only_if": "overall", "only_if_at_most": 2}  # asked after a low mark


def make_version() -> QuestionnaireVersion:
    """The shipped opinion form in its first version, of 20 questions."""
    return load_shipped_questionnaire(on=port_today())


def unpublish(questionnaire: Questionnaire) -> None:
    """Leave no version that could be sent: the first one becomes a draft."""
    questionnaire.versions.exclude(number=1).delete()
    questionnaire.versions.update(published_on=None)


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
        "version": make_version() if programme.questionnaire.key == KEY else programme.questionnaire.current_version(),
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
    items = items_of(invitation.wave.version)
    usual = {"overall": 4} if any(item.key == "overall" for item in items) else {}
    raw = {key: ",".join(value) if isinstance(value, list) else str(value) for key, value in (usual | answers).items()}
    read = read_answers(items, raw, longest=4000)
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


def make_form(*pages: list[dict], key: str = "", number: int = 1, **fields) -> QuestionnaireVersion:
    """A published version of a form; each page is a list of items, a key and what differs from a rating of 1 to 5."""
    key = key or f"form-{next(numbers)}"
    questionnaire, _made = Questionnaire.objects.get_or_create(key=key, defaults={"name_zh": f"问卷{key}", "name_en": f"Form {key}"})
    version = QuestionnaireVersion.objects.create(questionnaire=questionnaire, number=number, **{"published_on": port_today()} | fields)
    position = 0
    for place, items in enumerate(pages, start=1):
        title = {"title_zh": f"第{place}部分", "title_en": f"Part {place}"}
        section = Section.objects.create(version=version, key=f"part-{place}", position=place, **title)
        for one in items:
            position += 1
            words = {"text_zh": f"问题{one['key']}", "text_en": f"Question {one['key']}", "kind": ItemKind.RATING}
            fields_of = {name: value for name, value in (words | one).items() if name != "options"}
            item = Item.objects.create(version=version, section=section, position=position, **fields_of)
            for rank, option in enumerate(one.get("options", ()), start=1):
                ItemOption.objects.create(item=item, key=option, position=rank, text_zh=f"选项{option}", text_en=f"Option {option}")
    return version


def make_pair(about: str, *, wished: str = Aspect.IMPORTANCE, judged: str = Aspect.PERFORMANCE, **fields) -> list[dict]:
    """Two items about one row, for `make_form`: what it is wished to be, then how good it is."""
    text = {"text_zh": f"项目{about}", "text_en": f"Row {about}"}
    both = [(f"{about}-{wished}", wished), (about if judged == Aspect.PERFORMANCE else f"{about}-{judged}", judged)]
    return [{"key": key, "aspect": aspect, "about": about} | text | fields for key, aspect in both]


def make_wave_of(version: QuestionnaireVersion, **fields) -> Wave:
    """An open wave of that very version."""
    return make_wave(programme=make_programme(questionnaire=version.questionnaire), version=version, **fields)


def make_suggestion(*, by: User | None = None, at: dt.datetime | None = None, **fields) -> Suggestion:
    defaults = {"text": f"建议夜间开放二号闸口 {next(numbers)}"}
    defaults |= {} if "customer" in fields else {"company_name": "东海贸易"}
    return record_suggestion(**defaults | fields, at=at or now(), by=by or make_staff())


def make_published(*, said: str = "夜间提货太慢", did: str = "二号闸口夜间开放", **fields) -> Suggestion:
    """An adopted suggestion that others read."""
    adopted = adopt_suggestion(suggestion=make_suggestion(**fields), did_zh=did, at=now(), by=make_staff())
    return publish_suggestion(suggestion=adopted, said_zh=said, at=now(), by=make_staff())


def make_heard(*, by: User | None = None, at: dt.datetime | None = None, **fields) -> HeardOpinion:
    """A customer wishes something of our transport service."""
    defaults = {"group": "transport", "tone": "wish", "text": f"希望夜间开闸 {next(numbers)}"}
    defaults |= {"customer": make_customer()} if "customer" not in fields else {}
    return record_heard(**defaults | fields, at=at or now(), by=by or make_staff())


def make_seminar(**fields) -> Seminar:
    """Planned for next week."""
    number = next(numbers)
    defaults = {"name_zh": f"客户研讨会 {number}", "name_en": f"Seminar {number}", "held_on": port_today() + 7 * DAY, "host": make_staff()}
    return plan_seminar(**defaults | fields, at=now(), by=make_staff())


def make_guest(*, seminar: Seminar | None = None, **fields) -> SeminarGuest:
    contact = make_contact(**{"email": f"guest{next(numbers)}@customer.invalid"} | fields)
    return add_guest(seminar=seminar or make_seminar(), customer=contact.customer, contact=contact, by=make_staff())


def make_decision(*, seminar: Seminar | None = None, **fields) -> SeminarDecision:
    defaults = {"text": "增开夜间闸口", "owner": make_staff(), "due_on": port_today() + 14 * DAY}
    return decide(seminar=seminar or make_seminar(), **defaults | fields, by=make_staff())


def make_draft(**fields) -> QuestionnaireVersion:
    """A new questionnaire without a question."""
    number = next(numbers)
    names = {"name_zh": f"自建问卷 {number}", "name_en": f"Our own form {number}", "respondents": Respondents.CUSTOMERS}
    return create_questionnaire(fields=names | fields, by=make_staff())


def make_section(*, draft: QuestionnaireVersion | None = None, **fields) -> Section:
    number = next(numbers)
    words = {"title_zh": f"部分 {number}", "title_en": f"Section {number}"}
    return add_section(draft=draft or make_draft(), fields=words | fields, by=make_staff())


def make_question(*, section: Section | None = None, kind: str = ItemKind.RATING, **fields) -> Item:
    """A question of a draft; `key`, `answers` and `beside` as add_question takes them, a choice has two answers by itself."""
    number = next(numbers)
    further = {name: fields.pop(name) for name in ("key", "answers", "beside") if name in fields}
    further |= {"answers": [("是", "Yes"), ("否", "No")]} if kind in CHOICES and "answers" not in further else {}
    words = {"text_zh": f"问题 {number}", "text_en": f"Question {number}"}
    return add_question(section=section or make_section(), kind=kind, fields=words | fields, by=make_staff(), **further)


def draft_of(*pages: list[dict], staff: User, **fields) -> QuestionnaireVersion:
    """The draft of the next version of a form, see make_form."""
    return begin_draft(questionnaire=make_form(*pages, **fields).questionnaire, by=staff)


def item_of(draft: QuestionnaireVersion, key: str) -> Item:
    return draft.items.get(key=key)


def asked(draft: QuestionnaireVersion) -> list[list[str]]:
    """The keys of its questions, page by page."""
    return [[item.key for item in section.items.all()] for section in sections_of(draft)]


def a_mail(**headers: str) -> bytes:
    """A mail as it lies in a mailbox; `text` is its words, names of headers with "_" for "-"."""
    number = next(numbers)
    text = headers.pop("text", "岸桥等待三小时，货主催促。")
    given = {
        "From": "desk@customer.invalid",
        "Subject": f"Waiting {number}",
        "Message-ID": f"<{number}@customer.invalid>",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in given.items() if value).encode() + b"\r\n" + text.encode()


def make_inbound(raw: bytes | None = None, **headers: str) -> InboundMail:
    """A mail in the complaint mailbox, taken in."""
    return take_in_mail(raw=raw or a_mail(**headers), at=now(), by=system_user())
