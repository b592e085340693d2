"""What was found about a case, what is paid for it, what is done about its cause, and on whose word it is closed."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from customers.models import FollowUp
from customers.tests.factories import make_customer
from feedback.models import Claim, Complaint, CorrectiveAction, Finding
from feedback.services.closing import close_complaint
from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.services.corrective import check_action, finish_action
from feedback.services.findings import record_claim, record_finding
from feedback.services.telling import tell_actions
from feedback.tests.factories import make_action, make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 1)


def answered(**fields) -> Complaint:
    owner = make_staff()
    complaint = assign_complaint(complaint=make_complaint(**fields), owner=owner, at=now(), by=owner)
    return answer_complaint(complaint=complaint, answer="已处理。", at=now(), by=owner)


@pytest.fixture
def desk(client):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("word", ["silent", "ours"])
def test_without_the_customers_word_closing_takes_a_reason(word):
    complaint = answered()

    with pytest.raises(RuleBroken) as refused:
        close_complaint(complaint=complaint, outcome="remedied", word=word, reason=" ", at=now(), by=make_staff())
    closed = close_complaint(complaint=complaint, outcome="remedied", word=word, reason="三次电话无人接听", at=now(), by=make_staff())

    assert refused.value.field == "reason"
    assert (closed.closing_word, closed.closing_reason) == (word, "三次电话无人接听")


def test_on_the_customers_word_no_reason_is_needed():
    closed = close_complaint(complaint=answered(), outcome="remedied", word="agreed", at=now(), by=make_staff())

    assert (closed.closing_word, closed.closing_reason) == ("agreed", "")


def test_nobody_closes_as_if_it_had_been_closed_before():
    with pytest.raises(RuleBroken):
        close_complaint(complaint=answered(), outcome="remedied", word="before", at=now(), by=make_staff())


@pytest.mark.database
@pytest.mark.parametrize("fields", [{"closing_word": ""}, {"closing_word": "silent"}])
def test_the_database_keeps_no_closed_case_without_word_or_reason(fields):
    complaint = close_complaint(complaint=answered(), outcome="remedied", word="agreed", at=now(), by=make_staff())

    with pytest.raises(IntegrityError, match="closed_complaint_has_the_customers_word_or_a_reason"), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(**fields)


def test_the_first_decision_keeps_its_moment_when_its_words_are_corrected():
    complaint, first, second = make_complaint(), make_staff(), make_staff()

    record_finding(complaint=complaint, changes={"decision": "全额赔付", "liability": "ours"}, at=now(), by=first)
    record_finding(complaint=complaint, changes={"decision": "全额赔付。"}, at=now() + dt.timedelta(days=1), by=second)

    finding = Finding.objects.get()
    assert (finding.decision, finding.decided_by, finding.liability) == ("全额赔付。", first, "ours")
    assert finding.decided_at.date() == now().date()


def test_two_people_who_write_a_finding_at_once_lose_no_word():
    complaint = make_complaint()
    record_finding(complaint=complaint, changes={"cause_text": "他的文字"}, at=now(), by=make_staff())

    with pytest.raises(EditConflict):
        record_finding(complaint=complaint, changes={"cause_text": "我的文字"}, seen={"cause_text": ""}, at=now(), by=make_staff())

    assert Finding.objects.get().cause_text == "他的文字"


def test_nothing_is_found_about_a_closed_case():
    complaint = close_complaint(complaint=answered(), outcome="remedied", word="agreed", at=now(), by=make_staff())

    with pytest.raises(RuleBroken):
        record_finding(complaint=complaint, changes={"cause": "people"}, at=now(), by=make_staff())


@pytest.mark.database
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"claimed": Decimal(-1)}, "claimed"),
        ({"claimed": Decimal(100), "agreed": Decimal(50)}, "agreed"),
        ({"claimed": Decimal(100), "paid": Decimal(50), "paid_on": DAY}, "paid"),
        ({"claimed": Decimal(100), "agreed": Decimal(50), "agreed_on": DAY, "paid": Decimal(60), "paid_on": DAY}, "agreed"),
        ({"claimed": Decimal(100), "agreed": Decimal(50), "agreed_on": dt.date(2000, 1, 1)}, "agreed_on"),
        ({"claimed": Decimal(100), "currency": "yuan"[:3]}, "currency"),
    ],
)
def test_a_claim_that_does_not_add_up_is_refused_in_words(changes, field):
    complaint = make_complaint(at=dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC))

    with pytest.raises(RuleBroken) as refused:
        record_claim(complaint=complaint, changes=changes, by=make_staff())

    assert refused.value.field == field


def test_a_claim_is_still_paid_after_its_case_is_closed():
    complaint = answered(at=dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC))
    record_claim(complaint=complaint, changes={"claimed": Decimal(100), "agreed": Decimal(80), "agreed_on": DAY}, by=make_staff())
    close_complaint(complaint=complaint, outcome="remedied", word="agreed", at=now(), by=make_staff())

    record_claim(complaint=complaint, changes={"paid": Decimal(80), "paid_on": DAY, "reference": "付 0012"}, by=make_staff())

    assert Claim.objects.values_list("paid", "paid_on", "currency").get() == (Decimal(80), DAY, "CNY")


def test_an_action_is_a_follow_up_of_its_owner_until_it_is_done_and_again_until_it_is_checked():
    row = make_action(complaint=make_complaint(customer=make_customer()), due_on=DAY, check_on=DAY + dt.timedelta(days=30))
    states = [list(FollowUp.objects.order_by("pk").values_list("state", "due_on"))]

    finish_action(corrective=row, result="已增开", on=DAY, by=row.owner)
    states.append(list(FollowUp.objects.order_by("pk").values_list("state", "due_on")))
    check_action(corrective=row, effective="yes", note="排队不超过 20 分钟", on=DAY + dt.timedelta(days=30), by=row.owner)
    states.append(list(FollowUp.objects.order_by("pk").values_list("state", "due_on")))

    later = DAY + dt.timedelta(days=30)
    assert states == [[("open", DAY)], [("done", DAY), ("open", later)], [("done", DAY), ("done", later)]]


@pytest.mark.parametrize(
    "step",
    [
        lambda row: check_action(corrective=row, effective="yes", note="", on=DAY, by=row.owner),  # not done yet
        lambda row: check_action(
            corrective=finish_action(corrective=row, result="", on=DAY, by=row.owner), effective="no", note=" ", on=DAY, by=row.owner
        ),
        lambda row: finish_action(
            corrective=finish_action(corrective=row, result="", on=DAY, by=row.owner), result="", on=DAY, by=row.owner
        ),
        lambda row: make_action(due_on=DAY, check_on=DAY - dt.timedelta(days=1)),
        lambda row: make_action(owner=make_user(Role.AUDITOR)),
    ],
)
def test_a_step_of_an_action_that_is_not_possible_is_refused(step):
    row = make_action()

    with pytest.raises(RuleBroken):
        step(row)

    assert list(CorrectiveAction.objects.values_list("effective", flat=True)) == [""]


def test_owners_are_told_what_is_to_be_done_and_later_what_is_to_be_checked_once_each():
    row = make_action(due_on=DAY, check_on=DAY + dt.timedelta(days=30))
    tell_actions(today=DAY - dt.timedelta(days=1), by=system_user())
    early = Notice.objects.filter(kind__startswith="corrective").count()
    for _run in range(2):
        tell_actions(today=DAY, by=system_user())
    finish_action(corrective=row, result="", on=DAY, by=row.owner)
    for _run in range(2):
        tell_actions(today=row.check_on, by=system_user())

    told = Notice.objects.filter(kind__startswith="corrective").order_by("pk").values_list("recipient", "kind")
    assert early == 0
    assert list(told) == [(row.owner_id, "corrective.due"), (row.owner_id, "corrective.check")]


def test_the_desk_writes_finding_claim_and_action_and_shows_them(desk):
    complaint = answered()
    today = str(port_today())
    steps = [
        ("complaint_finding", {"cause": "process", "cause_text": "one gate", "liability": "ours", "decision": "waived"}),
        ("complaint_claim", {"claimed": "1200", "currency": "cny", "agreed": "800", "agreed_on": today, "paid": "", "paid_on": ""}),
        ("complaint_action", {"what": "Open gate 2", "owner": complaint.owner_id, "due_on": today, "check_on": today}),
    ]  # fmt: skip

    codes = [desk.post(reverse(f"feedback:{name}", args=[complaint.pk]), data).status_code for name, data in steps]
    row = CorrectiveAction.objects.get()
    codes.append(desk.post(row.get_absolute_url(), {"result": "opened", "on": today}).status_code)
    codes.append(desk.post(row.get_absolute_url(), {"effective": "yes", "note": ""}).status_code)

    html = desk.get(complaint.get_absolute_url()).content.decode()
    assert codes == [302] * 5
    for shown in ("waived", "Ours", "1,200.00 CNY", "800.00 CNY", "Open gate 2", "It works"):
        assert shown in html


def test_a_refused_claim_comes_back_with_every_word(desk):
    complaint, today = make_complaint(), str(port_today())
    data = {"claimed": "100", "currency": "CNY", "agreed": "50", "agreed_on": today, "paid": "60", "paid_on": today, "reference": "付 0012"}

    answer = desk.post(reverse("feedback:complaint_claim", args=[complaint.pk]), data)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "No more is paid than was agreed" in html
    assert "付 0012" in html
    assert Claim.objects.count() == 0


def test_closing_on_the_page_without_word_or_reason_comes_back(desk):
    complaint = answered()

    answer = desk.post(reverse("feedback:complaint_close", args=[complaint.pk]), {"outcome": "remedied", "word": "silent", "reason": ""})

    assert answer.status_code == 422
    assert "say why the case is closed" in answer.content.decode()


def test_operations_staff_write_findings_and_no_claims(client):
    complaint = make_complaint()
    client.force_login(make_user(Role.OPERATIONS))

    codes = [client.get(reverse(f"feedback:{name}", args=[complaint.pk])).status_code for name in ("complaint_finding", "complaint_claim")]

    assert codes == [200, 403]
