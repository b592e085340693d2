"""Seminars: guests are invited once, who came is ticked, what was said stands with its topic, decisions are followed up."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from customers.models import FollowUp
from customers.services.erasing import erase_person
from customers.services.followups import close_follow_up
from customers.services.merging import merge_customers
from customers.tests.factories import make_contact, make_customer
from feedback.models import HeardOpinion, Seminar, SeminarGuest
from feedback.queries.seminars import minutes
from feedback.services.heard import record_heard
from feedback.services.seminars import (
    add_guest,
    add_topic,
    decide,
    edit_seminar,
    finish_decision,
    invite_guests,
    note_attendance,
    tell_decisions,
)
from feedback.tests.factories import make_decision, make_guest, make_seminar, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.notices.models import Notice
from portcrm.outbox.models import OutgoingEmail
from portcrm.paper.drawing import draw
from portcrm.paper.kinds import kind_of
from portcrm.paper.models import Printout
from portcrm.paper.services import order_printout

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_each_guest_is_written_to_once_in_their_language():
    seminar = make_seminar(name_zh="货主座谈", name_en="Shippers' talk", place="三号会议室")
    add_topic(seminar=seminar, name_zh="夜间开闸", name_en="Gate at night", by=make_staff())
    guests = [make_guest(seminar=seminar, language="en"), make_guest(seminar=seminar, email="")]

    written = [invite_guests(seminar=seminar, at=now(), by=make_staff()) for _press in range(2)]

    mail = OutgoingEmail.objects.get()
    assert (written, mail.to_address, mail.dedupe_key) == (
        [1, 0], guests[0].contact.email, f"seminar:{seminar.pk}:{guests[0].contact_id}",
    )  # fmt: skip
    assert [word in mail.text for word in ("Shippers' talk", "Gate at night", "三号会议室")] == [True, True, True]
    assert list(seminar.guests.filter(invited_at=None)) == [guests[1]]


def test_nobody_is_invited_to_what_is_over_or_called_off():
    over, off = make_seminar(held_on=port_today() - DAY), make_seminar()
    edit_seminar(seminar=off, changes={"state": "called_off"}, by=make_staff())

    for seminar in (over, off):
        make_guest(seminar=seminar)
        with pytest.raises(RuleBroken):
            invite_guests(seminar=seminar, at=now(), by=make_staff())
    assert OutgoingEmail.objects.count() == 0


def test_a_contact_is_a_guest_once_and_only_with_the_own_company():
    guest = make_guest()

    again = add_guest(seminar=guest.seminar, customer=guest.customer, contact=guest.contact, by=make_staff())

    assert again == guest
    with pytest.raises(RuleBroken):
        add_guest(seminar=guest.seminar, customer=guest.customer, contact=make_contact(), by=make_staff())


def test_replies_and_attendance_are_noted_on_one_page(client):
    seminar = make_seminar(held_on=port_today())
    came, stayed = make_guest(seminar=seminar), make_guest(seminar=seminar)
    client.force_login(make_staff())

    client.post(
        reverse("feedback:seminar_attendance", args=[seminar.pk]),
        {f"reply-{came.pk}": "coming", f"came-{came.pk}": "1", f"reply-{stayed.pk}": "nonsense"},
    )

    seminar.refresh_from_db()
    assert (seminar.state, list(seminar.guests.order_by("pk").values_list("reply", "attended"))) == (
        "held", [("coming", True), ("", False)],
    )  # fmt: skip


def test_nobody_has_come_before_the_day():
    guest = make_guest()

    note_attendance(seminar=guest.seminar, replies={guest.pk: "declined"}, came={guest.pk}, at=now(), by=make_staff())

    guest.refresh_from_db()
    assert (guest.reply, guest.attended, guest.seminar.state) == ("declined", None, "planned")


def test_an_opinion_stands_with_its_topic_and_in_the_customers_file(client):
    guest = make_guest()
    topic = add_topic(seminar=guest.seminar, name_zh="夜间开闸", by=make_staff())
    client.force_login(make_staff())

    values = {
        "topic": topic.pk,
        "about": "other",
        "tone": "wish",
        "text": "希望周末也开",
        "customer": guest.customer_id,
        "contact": guest.contact_id,
    }
    client.post(reverse("feedback:seminar_opinion", args=[guest.seminar_id]), values)

    heard = HeardOpinion.objects.get()
    assert (heard.topic, heard.channel.key, heard.customer) == (topic, "seminar", guest.customer)
    for address in (guest.seminar.get_absolute_url(), reverse("feedback:customer_opinions", args=[guest.customer_id])):
        assert "希望周末也开" in client.get(address).content.decode()


def test_a_decision_about_a_customer_opens_a_follow_up_and_tells_its_owner():
    owner, customer = make_user(Role.MARKETING), make_customer()

    decision = make_decision(owner=owner, customer=customer, text="增开夜间闸口")

    follow_up = FollowUp.objects.get()
    assert (follow_up.customer, follow_up.owner, follow_up.title, follow_up.due_on) == (customer, owner, "增开夜间闸口", decision.due_on)
    assert list(Notice.objects.filter(kind="seminar.decided").values_list("recipient", flat=True)) == [owner.pk]


def test_a_decision_without_a_customer_is_told_on_its_day_once_until_it_is_done():
    due, done = make_decision(due_on=port_today()), make_decision(due_on=port_today())
    make_decision(due_on=port_today() + DAY)
    finished = [finish_decision(decision=done, on=port_today(), by=make_staff()) for _press in range(2)]

    for _night in range(2):
        tell_decisions(today=port_today(), by=make_staff())

    assert finished == [True, False]
    assert list(Notice.objects.filter(kind="seminar.due").values_list("record_pk", flat=True)) == [str(due.pk)]


def test_an_empty_decision_is_refused():
    with pytest.raises(RuleBroken):
        decide(seminar=make_seminar(), text=" ", owner=make_staff(), due_on=port_today(), by=make_staff())


@pytest.mark.parametrize("key", ["seminar-guests", "seminar-minutes"])
def test_the_papers_name_guests_topics_and_decisions(key):
    staff, guest = make_staff(), make_guest(name="演示联系人 09")
    topic = add_topic(seminar=guest.seminar, name_zh="夜间开闸", by=staff)
    record_heard(customer=guest.customer, group="other", tone="wish", text="周末也开", topic=topic, at=now(), by=staff)
    make_decision(seminar=guest.seminar, text="增开闸口")
    SeminarGuest.objects.update(attended=True)

    paper = draw(kind_of(key), guest.seminar, user=staff, language="zh-hans", extras=[], at=now(), in_browser=False)

    wanted = {"seminar-guests": (True, False, False), "seminar-minutes": (True, True, True)}[key]
    assert tuple(word in paper for word in ("演示联系人 09", "周末也开", "增开闸口")) == wanted


def test_guests_and_decisions_follow_a_merged_file():
    guest, kept = make_guest(), make_customer()
    decision = make_decision(customer=guest.customer)

    merge_customers(kept=kept, other=guest.customer, take=(), by=make_user(Role.MANAGER))

    guest.refresh_from_db()
    decision.refresh_from_db()
    assert (guest.customer, decision.customer) == (kept, kept)


def test_a_person_who_is_erased_is_named_in_no_decision():
    guest = make_guest(name="演示联系人 79")
    decision = make_decision(seminar=guest.seminar, text="请演示联系人 79回电")

    erase_person(contact=guest.contact, reason="request", by=make_user(Role.MANAGER))

    decision.refresh_from_db()
    assert decision.text == "请〔已抹除〕回电"


def test_staff_plan_one_and_the_auditor_only_reads(client):
    staff = make_staff()
    client.force_login(staff)
    values = {"name_zh": "货主座谈", "held_on": port_today().isoformat(), "host": staff.pk}

    answer = client.post(reverse("feedback:seminar_create"), values)

    seminar = Seminar.objects.get()
    assert answer.url == seminar.get_absolute_url()
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(seminar.get_absolute_url()).status_code == 200
    assert client.post(reverse("feedback:seminar_invite", args=[seminar.pk])).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_questions_however_long_it_is(client, rows, django_assert_num_queries):
    client.force_login(make_staff())
    address = reverse("feedback:seminar_list")
    client.get(address)  # sessions and permissions of the first page
    for _row in range(rows):
        make_guest()

    with django_assert_num_queries(3):
        client.get(address)


def test_carried_out_it_closes_its_follow_up_and_a_follow_up_done_is_a_decision_done():
    seminar, staff = make_seminar(), make_staff()
    marked, followed, waits = (make_decision(seminar=seminar, customer=make_customer()) for _one in range(3))

    finish_decision(decision=marked, on=port_today(), by=staff)
    close_follow_up(follow_up=FollowUp.objects.get(dedupe_key=followed.follow_up_key), by=staff)

    assert FollowUp.objects.get(dedupe_key=marked.follow_up_key).state == "done"
    assert dict(minutes(seminar, staff)["decisions"]) == {marked: True, followed: True, waits: False}


def test_its_owner_marks_a_decision_as_done_without_holding_seminars(client):
    owner, stranger = make_user(Role.OPERATIONS), make_user(Role.OPERATIONS)
    decision = make_decision(owner=owner)
    address = reverse("feedback:seminar_finish", args=[decision.pk])

    client.force_login(stranger)
    refused = client.post(address)
    decision.refresh_from_db()
    before = decision.done_on
    client.force_login(owner)
    offered = address in client.get(decision.seminar.get_absolute_url()).content.decode()
    client.post(address)

    decision.refresh_from_db()
    assert (refused.status_code, before, offered, decision.done_on) == (403, None, True, port_today())


@pytest.mark.parametrize("name", ["topic", "decision", "opinion"])
def test_a_form_sent_twice_is_one(client, name):
    guest, staff = make_guest(), make_staff()
    topic = add_topic(seminar=guest.seminar, name_zh="夜间开闸", by=staff)
    client.force_login(staff)
    told = {"name_zh": "周末开闸", "text": "增开", "topic": topic.pk, "about": "transport", "tone": "wish", "customer": guest.customer_id}
    told |= {"owner": staff.pk, "due_on": port_today().isoformat(), "form_key": str(uuid4())}

    answers = [client.post(reverse(f"feedback:seminar_{name}", args=[guest.seminar_id]), told).status_code for _press in range(2)]

    counts = {"topic": guest.seminar.topics.count() - 1, "decision": guest.seminar.decisions.count(), "opinion": topic.opinions.count()}
    assert (answers, counts) == ([302, 302], {"topic": 0, "decision": 0, "opinion": 0} | {name: 1})


def test_an_opinion_of_a_seminar_was_heard_on_its_day_about_the_service_chosen(client):
    guest = make_guest(seminar=make_seminar(held_on=port_today() - DAY))
    topic = add_topic(seminar=guest.seminar, name_zh="夜间开闸", by=make_staff())
    client.force_login(make_staff())

    told = {"topic": topic.pk, "about": "information", "tone": "wish", "text": "希望有短信", "customer": guest.customer_id}
    client.post(reverse("feedback:seminar_opinion", args=[guest.seminar_id]), told)

    assert HeardOpinion.objects.values_list("heard_on", "group").get() == (port_today() - DAY, "information")


def test_who_was_added_while_the_page_was_open_has_not_stayed_away():
    seminar = make_seminar(held_on=port_today())
    known, added = make_guest(seminar=seminar), make_guest(seminar=seminar)

    note_attendance(seminar=seminar, replies={known.pk: "coming"}, came=set(), at=now(), by=make_staff())

    assert list(seminar.guests.order_by("pk").values_list("pk", "attended")) == [(known.pk, False), (added.pk, None)]


def test_the_page_offers_mail_only_where_one_can_go_and_names_the_others(client):
    seminar = make_seminar()
    make_guest(seminar=seminar, email="", name="演示联系人 31")
    client.force_login(make_staff())

    shown = client.get(seminar.get_absolute_url()).content.decode()

    assert [words in shown for words in (reverse("feedback:seminar_invite", args=[seminar.pk]), "没有邮箱：请电话邀请")] == [False, True]


def test_the_hour_stands_in_the_invitation_and_a_change_warns_who_was_invited(client):
    guest = make_guest(seminar=make_seminar(starts_at=dt.time(14, 30)))
    invite_guests(seminar=guest.seminar, at=now(), by=make_staff())
    client.force_login(make_staff())

    form = client.get(reverse("feedback:seminar_edit", args=[guest.seminar_id])).content.decode()

    assert ("14:30" in OutgoingEmail.objects.get().text, "已邀请 1 位来宾" in form, 'value="14:30"' in form) == (True, True, True)


def test_papers_and_notices_that_name_an_erased_person_are_gone():
    guest, owner = make_guest(name="演示联系人 79"), make_user(Role.MARKETING)
    make_decision(seminar=guest.seminar, text="请演示联系人 79回电", owner=owner)
    other = make_decision(seminar=guest.seminar, text="增开闸口", owner=owner)
    for key in ("seminar-guests", "seminar-minutes"):
        order_printout(kind=kind_of(key), target=guest.seminar, language="zh-hans", by=make_staff())

    erase_person(contact=guest.contact, reason="request", by=make_user(Role.MANAGER))

    assert list(Notice.objects.filter(kind="seminar.decided").values_list("record_pk", flat=True)) == [str(other.pk)]
    assert list(Printout.objects.values_list("state", flat=True)) == ["failed", "failed"]
