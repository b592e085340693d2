"""Opinions and complaints of the demo: waves of every mode, cases in every state, a mail left at their desk, a seminar.

All of it goes through the services, at moments in the past where that is told; only the mail server's part of the
earlier waves is pretended, since no mail leaves a demo.
"""

import base64
import datetime as dt
import random
import uuid
from collections.abc import Callable
from decimal import Decimal

from cargo.models import Shipment
from customers.enums import CustomerStatus, Tier
from customers.models import Channel, Contact, Customer
from feedback.enums import (
    Anonymity,
    Cause,
    ClosingWord,
    ComplaintOutcome,
    Credit,
    Liability,
    Occasion,
    Period,
    ServiceGroup,
    Severity,
    Tone,
)
from feedback.models import Complaint, Invitation, Programme, Questionnaire, Wave
from feedback.services import complaints
from feedback.services.answers import ReadAnswers
from feedback.services.closing import close_complaint
from feedback.services.complaint_figures import compute_complaint_figures
from feedback.services.corrective import finish_action, plan_action
from feedback.services.findings import record_claim, record_finding
from feedback.services.heard import record_heard
from feedback.services.inbox import take_in_mail
from feedback.services.invitations import write_mails
from feedback.services.opinions import note_opened, save_draft, submit
from feedback.services.programmes import create_programme
from feedback.services.results import compute_results
from feedback.services.sealing import seal, write_sealed
from feedback.services.seminar_waves import ask_guests
from feedback.services.seminars import add_guest, add_topic, decide, note_attendance, plan_seminar
from feedback.services.shipped.opinion import KEY
from feedback.services.suggestions import (
    adopt_suggestion,
    consider_suggestion,
    decline_suggestion,
    publish_suggestion,
    record_suggestion,
)
from feedback.services.waves import close_wave, run_programme
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_date, port_today, port_zone
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail

# How each item stands against the customer's own level: late vessels and claims are the port's weak points here.
LEANING = {
    "schedule_reliability": -0.5, "sailing_frequency": 0.1, "space_supply": -0.2, "inland_transport": 0.1, "transshipment": -0.1,
    "rate_level": -0.4, "claims_efficiency": -0.8, "sailing_timetable": 0.3, "cargo_tracking": 0.2, "documents": 0.4,
    "carrier_information": 0.1, "document_flow": 0.0, "edi_it_level": -0.1, "after_sales": 0.0, "equipment": 0.2,
    "rate_notice": -0.6, "extended_services": 0.0,
}  # fmt: skip
SATISFIED = (
    "装卸效率比去年有提高。", "客服答复及时，继续保持。", "单证出得快，很少出错。", "整体满意，希望航班再密一些。",
    "Documents come fast and are right.", "Good cooperation with the service desk.", "Tracking works well for us.",
)  # fmt: skip
MIXED = (
    "希望提前通知运价变动。", "闸口高峰时段排队时间偏长。", "冷藏箱插座有时不够用。", "中转衔接可以再紧凑一些。",
    "Please tell us earlier when rates change.", "The gate is slow in the afternoon.", "More space on Friday sailings would help.",
)  # fmt: skip
UNHAPPY = (
    "索赔拖了两个月还没有结论。", "船期一再变更，我们无法向客户交代。", "电话经常没有人接。",
    "Our claim is still open after two months.", "Schedules change too often to plan with.",
)  # fmt: skip
CASES = (
    ("闸口等待时间过长", "车辆在三号闸口等候近四个小时，错过了截关时间。", ServiceGroup.TRANSPORT, Severity.SERIOUS),
    ("提单上的件数有误", "提单件数与舱单不符，更正用了三天。", ServiceGroup.INFORMATION, Severity.NORMAL),
    ("堆存费账单重复", "同一票货物收到两份堆存费账单。", ServiceGroup.OTHER, Severity.NORMAL),
    ("货物外包装受潮", "两个托盘的外包装受潮，提货时发现。", ServiceGroup.TRANSPORT, Severity.SERIOUS),
    ("Rate change announced too late", "We learned of the new storage rate after it had come into force.", ServiceGroup.ADDED_SERVICE,
     Severity.NORMAL),
    ("货物跟踪信息中断", "系统两天没有更新集装箱状态。", ServiceGroup.INFORMATION, Severity.NORMAL),
)  # fmt: skip
# Surveys of those the quarterly one leaves out, so that nobody is asked too often; each with how many days ago it began.
UNNAMED = (
    ("港口服务匿名征询", "Port services, asked anonymously", Anonymity.ANONYMOUS, 230),
    ("堆场服务保密征询", "Yard services, asked in confidence", Anonymity.CONFIDENTIAL, 130),
)
ASKED, GUESTS = 14, 9  # customers drawn for each of these; contacts at the seminar, one of whom did not come
LEFT_MAIL = """From: =?utf-8?b?{name}?= <shipping-list@customer.invalid>
Subject: =?utf-8?b?{subject}?=
Message-ID: <demo-left@customer.invalid>
Precedence: list
Content-Type: text/plain; charset=utf-8

{text}
"""
LEFT_WORDS = ("船务群组", "冷藏箱断电", "昨夜堆场的两个冷藏箱断电约三小时，请核实并回复。")
SUGGESTED = (
    ("希望二号闸口夜间也能提货。", ServiceGroup.TRANSPORT),
    ("请把船期变更同时发到微信和邮箱。", ServiceGroup.INFORMATION),
    ("建议在堆场旁设司机休息室。", ServiceGroup.ADDED_SERVICE),
    ("希望提供冷藏箱温度的在线查询。", ServiceGroup.INFORMATION),
)
HEARD = (
    ("单证出得又快又准。", ServiceGroup.INFORMATION, "documents", Tone.PRAISE),
    ("运价变动通知得太晚。", ServiceGroup.ADDED_SERVICE, "rate_notice", Tone.CRITICISM),
    ("希望周五多一班船。", ServiceGroup.TRANSPORT, "sailing_frequency", Tone.WISH),
)


def seed(rng: random.Random, users: dict[str, User], say: Callable) -> None:
    """Opinions of three quarters and of waves without names, a complaint in each state, what was suggested, heard and said at a seminar."""
    ask_unnamed(rng, users)
    programme = plan(users)
    moments = quarters_back(now())
    for moment in moments[:2]:
        wave = begin(programme, moment)
        answer(rng, wave, share=0.62)
        finish(wave)
    latest = begin(programme, moments[2])
    answer(rng, latest, share=0.25, unfinished=0.08)
    compute_results(wave_id=latest.pk, at=now(), by=system_user())
    complain(rng, users)
    compute_complaint_figures(at=now(), by=system_user())
    leave_a_mail()
    speak(users)
    meet(rng, users[Role.SERVICE])
    say("Opinions: six waves, six complaints, four suggestions, a seminar")


def quarters_back(at: dt.datetime) -> list[dt.datetime]:
    """The same hour two quarters, one quarter and a few days before `at`: three different quarters."""
    day = (at - dt.timedelta(days=5)).astimezone(port_zone()).replace(hour=9, minute=0, second=0, microsecond=0)
    found = [day]
    for _quarter in range(2):
        month = found[0].month - 3
        year, month = (found[0].year, month) if month > 0 else (found[0].year - 1, month + 12)
        found.insert(0, found[0].replace(year=year, month=month, day=min(found[0].day, 28)))
    return found


def plan(users: dict[str, User]) -> Programme:
    fields = {
        "name_zh": "重点客户意见征询",
        "name_en": "Opinions of key customers",
        "questionnaire": Questionnaire.objects.get(key=KEY),
        "customer_statuses": [CustomerStatus.EXISTING],
        "customer_tiers": [Tier.KEY, Tier.MAJOR],
        "period": Period.QUARTER,
        "days_open": 21,
        "owner": users[Role.SERVICE],
    }
    return create_programme(fields=fields, on=port_today(), by=users[Role.SERVICE])


def begin(programme: Programme, at: dt.datetime) -> Wave:
    """Let the programme run on that day, and its mails arrive where the wave is past or its reader answers."""
    Programme.objects.filter(pk=programme.pk).update(next_run_on=port_date(at))
    wave = run_programme(programme_id=programme.pk, at=at, by=system_user())
    write_to_all(wave, at)
    return wave


def write_to_all(wave: Wave, at: dt.datetime) -> None:
    while write_mails(wave_id=wave.pk, at=at, by=system_user()):
        pass
    if wave.closes_at < now():
        arrive(wave.invitations.all(), wave.sends_from)


def finish(wave: Wave) -> None:
    """Close a wave of the past on the day after its last, and count it."""
    at = wave.closes_at + dt.timedelta(days=1)
    close_wave(wave=wave, at=at, by=system_user())
    if wave.is_anonymous:
        write_sealed(wave_id=wave.pk, at=at, by=system_user())
    compute_results(wave_id=wave.pk, at=at, by=system_user())


def ask_unnamed(rng: random.Random, users: dict[str, User]) -> None:
    """An anonymous and a confidential survey, both closed."""
    service = users[Role.SERVICE]
    for name_zh, name_en, anonymity, days in UNNAMED:
        at = (now() - dt.timedelta(days=days)).astimezone(port_zone()).replace(hour=9, minute=0, second=0, microsecond=0)
        fields = {
            "name_zh": name_zh,
            "name_en": name_en,
            "questionnaire": Questionnaire.objects.get(key=KEY),
            "anonymity": anonymity,
            "customer_statuses": [CustomerStatus.EXISTING],
            "customer_tiers": [Tier.STANDARD],
            "sample_size": ASKED,
            "occasion": Occasion.ONCE,
            "next_run_on": port_date(at),
            "owner": service,
        }
        wave = begin(create_programme(fields=fields, on=port_date(at) - dt.timedelta(days=1), by=service), at)
        answer(rng, wave, share=0.85)
        finish(wave)


def arrive(invitations, at: dt.datetime) -> None:
    """Pretend what a mail server would have reported."""
    mails = OutgoingEmail.objects.filter(pk__in=invitations.exclude(mail=None).values("mail"))
    sent = at + dt.timedelta(minutes=4)
    mails.update(state=MailState.SENT, created_at=at, due_at=at, settled_at=sent, attempts=1, answer="250 demo")


def answer(rng: random.Random, wave: Wave, *, share: float, unfinished: float = 0.0) -> None:
    """Let a share of those asked send the form within the wave's first days, and some leave it half filled in."""
    until = min(wave.closes_at, now())
    actor = system_user()
    for invitation in wave.invitations.select_related("wave__version", "customer", "contact").order_by("pk"):
        lot, moment = rng.random(), office_hour(rng, wave.opens_at, until)
        if lot >= share + unfinished:
            continue
        read = ReadAnswers(opinion(rng, invitation) if wave.seminar_id is None else of_the_seminar(rng))
        arrive(Invitation.objects.filter(pk=invitation.pk), min(wave.sends_from, moment))
        note_opened(invitation=invitation, at=moment, by=actor)
        if wave.is_anonymous:
            seal(invitation=invitation, read=read, at=moment, by=actor)
        elif lot < share:
            submit(invitation=invitation, read=read, form_key=uuid.UUID(int=rng.getrandbits(128)), language=invitation.language,
                   at=moment, by=actor)  # fmt: skip
        else:
            first = dict(list(read.values.items())[:7])
            save_draft(invitation=invitation, read=ReadAnswers(first), language=invitation.language, at=moment, by=actor)


def office_hour(rng: random.Random, start: dt.datetime, end: dt.datetime) -> dt.datetime:
    """A moment between both in which people sit at their desks."""
    day = (start + (end - start) * rng.random()).astimezone(port_zone())
    moment = day.replace(hour=rng.randrange(9, 17), minute=rng.randrange(60))
    return min(max(moment, start), end - dt.timedelta(minutes=1))


def opinion(rng: random.Random, invitation: Invitation) -> dict:
    """Answers around a level of the customer's own that stays the same from wave to wave."""
    own = random.Random(invitation.customer_id)  # noqa: S311  reproducible, no secret
    level = min(4.9, max(1.6, own.gauss(3.9, 0.7)))
    answers: dict[str, int | str] = {}
    for key, lean in LEANING.items():
        if rng.random() < 0.08:
            answers[key] = "na"
        elif rng.random() > 0.03:
            answers[key] = round(min(5, max(1, rng.gauss(level + lean, 0.7))))
    overall = round(min(5, max(1, rng.gauss(level, 0.5))))
    answers |= {"overall": overall, "recommend": round(min(10, max(0, rng.gauss(level * 2.3 - 1, 1.2))))}
    if rng.random() < 0.35:
        answers["comment"] = rng.choice(SATISFIED if overall >= 4 else MIXED if overall == 3 else UNHAPPY)
    return answers


def of_the_seminar(rng: random.Random) -> dict:
    """Answers of a guest; one in three would like to hear of something else."""
    rated = ("seminar_topics", "seminar_talks", "seminar_discussion", "seminar_organisation")
    answers: dict[str, int | str] = {key: rng.choice((3, 4, 4, 5, 5)) for key in rated}
    answers["seminar_again"] = rng.choice(("yes", "yes", "depends"))
    return answers | ({"seminar_wishes": "希望下次介绍冷藏箱业务。"} if rng.random() < 1 / 3 else {})


def complain(rng: random.Random, users: dict[str, User]) -> None:
    """Six cases, old ones first: two closed, two answered, one assigned, one new, which names what was handled last."""
    handled = Shipment.objects.filter(customer__status=CustomerStatus.EXISTING, is_reversal=False).order_by("-pk").first()
    customers = list(Customer.objects.filter(status=CustomerStatus.EXISTING).order_by("pk")[:60])
    channels = list(Channel.objects.filter(key__in=("complaint_channel", "daily_contact")).order_by("key"))
    service, manager = users[Role.SERVICE], users[Role.MANAGER]
    for place, (subject, description, group, severity) in enumerate(CASES):
        day = now().astimezone(port_zone()) - dt.timedelta(days=60 - place * 11)
        at = day.replace(hour=rng.randrange(9, 17), minute=rng.randrange(60))
        customer, named = (rng.choice(customers) if customers else None), []
        if place == 5 and handled:
            customer, named = handled.customer, [handled]
        facts = complaints.ComplaintFacts(
            subject=subject,
            description=description,
            customer=customer,
            shipments=named,
            company_name="" if customers else "演示公司",
            channel=rng.choice(channels) if channels else None,
            group=group,
            severity=severity,
        )
        case = complaints.record_complaint(facts=facts, form_key=None, at=at, by=service)
        if place < 5:
            owner = users[Role.OPERATIONS] if group == ServiceGroup.TRANSPORT else service
            case = complaints.assign_complaint(complaint=case, owner=owner, at=at + dt.timedelta(hours=3), by=service)
            complaints.add_note(complaint=case, text="已请现场核实情况。", at=at + dt.timedelta(hours=5), by=owner)
        if place < 4:
            text = "经核实情况属实，我们已改进流程并向您致歉。"
            case = complaints.answer_complaint(complaint=case, answer=text, at=at + dt.timedelta(days=4), by=case.owner)
        if place < 2:
            settle(case, at=at + dt.timedelta(days=4), by=service)
            close_complaint(
                complaint=case, outcome=ComplaintOutcome.REMEDIED, word=ClosingWord.AGREED, at=at + dt.timedelta(days=6), by=manager
            )


def leave_a_mail() -> None:
    """A mail to the complaint mailbox that came by a mailing list and opened nothing by itself."""
    name, subject = (base64.b64encode(words.encode()).decode() for words in LEFT_WORDS[:2])
    raw = LEFT_MAIL.format(name=name, subject=subject, text=LEFT_WORDS[-1]).encode()
    take_in_mail(raw=raw, at=now() - dt.timedelta(days=1), by=system_user())


def settle(case: Complaint, *, at: dt.datetime, by: User) -> None:
    """What was found about a case of the past, what was paid for it and what is done about its cause."""
    found = {"cause": Cause.PROCESS, "cause_text": "高峰时段只开放一个闸口。", "liability": Liability.OURS, "decision": "减免当日堆存费。"}
    record_finding(complaint=case, changes=found, at=at, by=by)
    day = port_date(at)
    record_claim(complaint=case, changes={"claimed": Decimal(1200), "agreed": Decimal(800), "agreed_on": day}, by=by)
    step = plan_action(
        complaint=case,
        what="高峰时段增开二号闸口",
        owner=by,
        due_on=day + dt.timedelta(days=14),
        check_on=day + dt.timedelta(days=90),
        by=by,
    )
    finish_action(corrective=step, result="已增开。", on=day + dt.timedelta(days=10), by=by)


def speak(users: dict[str, User]) -> None:
    """Four suggestions, one in each state; three opinions heard."""
    customers = list(Customer.objects.filter(status=CustomerStatus.EXISTING).order_by("pk")[:4])
    if customers:
        suggest(customers, users[Role.SERVICE])
        hear(customers, users[Role.MARKETING])


def suggest(customers: list[Customer], by: User) -> None:
    at = now() - dt.timedelta(days=30)
    channels = list(Channel.objects.filter(key__in=("suggestion_page", "daily_contact")).order_by("key")) or [None]
    agreed = {"credit": Credit.NAMED, "credit_agreed_on": port_date(at)}
    made = [
        record_suggestion(
            text=text,
            group=group,
            customer=customers[place % len(customers)],
            channel=channels[place % len(channels)],
            at=at,
            by=by,
            **agreed if place == 0 else {},
        )  # fmt: skip
        for place, (text, group) in enumerate(SUGGESTED)
    ]
    at += dt.timedelta(days=9)
    adopt_suggestion(suggestion=made[0], did_zh="二号闸口每天开放到 22 点。", did_en="Gate 2 is open until 22:00 every day.", at=at, by=by)
    said = {"said_zh": "夜间也希望能提货。", "said_en": "Cargo should be collected at night too."}
    publish_suggestion(suggestion=made[0], **said, at=at, by=by)
    consider_suggestion(suggestion=made[1], owner=by, at=at, by=by)
    decline_suggestion(suggestion=made[2], reason="堆场旁没有可用的房屋，司机可使用办公楼一层的休息区。", at=at, by=by)


def hear(customers: list[Customer], by: User) -> None:
    for place, (text, group, item, tone) in enumerate(HEARD):
        at = now() - dt.timedelta(days=12 - place)
        record_heard(customer=customers[place % len(customers)], group=group, service_item=item, tone=tone, text=text, at=at, by=by)


def meet(rng: random.Random, by: User) -> None:
    """A seminar with guests who came, what was said and decided there, and the wave that asks them how it was."""
    contacts = Contact.objects.reachable().filter(customer__status=CustomerStatus.EXISTING, customer__tier=Tier.STANDARD)
    contacts = list(contacts.select_related("customer").order_by("customer_id", "pk").distinct("customer_id")[:GUESTS])
    if not contacts:
        return
    held_at = (now() - dt.timedelta(days=20)).astimezone(port_zone()).replace(hour=14, minute=0, second=0, microsecond=0)
    day, names = held_at.date(), {"name_zh": "货主座谈会", "name_en": "Round table with cargo owners"}
    seminar = plan_seminar(**names, held_on=day, place="业务楼三号会议室", host=by, at=held_at - dt.timedelta(days=20), by=by)
    topic = add_topic(seminar=seminar, name_zh="闸口与堆场", name_en="Gates and yard", by=by)
    guests = [add_guest(seminar=seminar, customer=contact.customer, contact=contact, by=by) for contact in contacts]
    came = {guest.pk for guest in guests[:-1]} or {guests[0].pk}
    note_attendance(seminar=seminar, replies=dict.fromkeys(came, "coming"), came=came, at=held_at + dt.timedelta(hours=3), by=by)
    told = {"group": ServiceGroup.TRANSPORT, "tone": Tone.WISH, "text": "高峰时段希望增开闸口。", "heard_on": day}
    record_heard(customer=contacts[0].customer, topic=topic, **told, at=now(), by=by)
    due_on = day + dt.timedelta(days=45)
    decide(seminar=seminar, topic=topic, text="提出高峰时段增开闸口的方案", owner=by, due_on=due_on, by=by)
    asked_at = held_at + dt.timedelta(hours=20)
    wave = ask_guests(seminar=seminar, at=asked_at, by=by)
    write_to_all(wave, asked_at)
    answer(rng, wave, share=0.8)
    finish(wave)
