"""Suggestions on the staff side: numbers, states, credit, mails, notices, and nobody's is dropped."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from customers.services.erasing import erase_person
from customers.tests.factories import make_contact, make_customer
from feedback.enums import Credit, SuggestionState
from feedback.models import Suggestion
from feedback.queries.timeline import suggestions as timeline_of
from feedback.services.suggestions import (
    adopt_suggestion,
    consider_suggestion,
    decline_suggestion,
    edit_suggestion,
    publish_suggestion,
    record_suggestion,
    withdraw_suggestion,
)
from feedback.services.suggestions_left_behind import return_suggestions, suggestions_of
from feedback.tests.factories import make_published, make_response, make_staff, make_suggestion
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.clock import now, port_today, port_zone
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken
from portcrm.notices.models import Notice
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 10, tzinfo=port_zone())


def considered(**fields) -> Suggestion:
    return consider_suggestion(suggestion=make_suggestion(**fields), owner=make_staff(), at=now(), by=make_staff())


def adopted(**fields) -> Suggestion:
    return adopt_suggestion(suggestion=make_suggestion(**fields), did_zh="二号闸口夜间开放", at=now(), by=make_staff())


def test_numbers_run_on_beside_those_of_complaints():
    numbers = [make_suggestion(at=MONDAY).number for _one in range(2)]

    assert numbers == ["JY-2026-00001", "JY-2026-00002"]


def test_a_form_sent_twice_is_one_suggestion_and_with_other_words_another():
    key, by = uuid4(), make_staff()

    sent = [record_suggestion(text=text, company_name="东海", form_key=key, at=now(), by=by) for text in ("甲", "甲", "乙", "乙")]

    assert [one.pk for one in sent] == [sent[0].pk, sent[0].pk, sent[2].pk, sent[2].pk]
    assert Suggestion.objects.count() == 2


def test_it_is_considered_and_adopted_and_each_step_stands_in_the_history():
    staff, owner = make_staff(), make_staff()
    suggestion = make_suggestion(by=staff)

    consider_suggestion(suggestion=suggestion, owner=owner, at=now(), by=staff)
    done = adopt_suggestion(suggestion=suggestion, did_zh="已开放", did_en="Opened", at=now(), by=owner)

    assert (done.state, done.owner, done.decided_by, done.did_zh, done.did_en) == ("adopted", owner, owner, "已开放", "Opened")
    assert {change.action for change in field_changes(done)} == {"记录建议", "研究建议", "建议已采纳"}


def test_it_is_declined_with_a_reason_only_and_may_be_taken_up_again():
    suggestion = considered()
    with pytest.raises(RuleBroken):
        decline_suggestion(suggestion=suggestion, reason="  ", at=now(), by=make_staff())

    declined = decline_suggestion(suggestion=suggestion, reason="没有场地。", at=now(), by=make_staff())
    again = consider_suggestion(suggestion=suggestion, owner=make_staff(), at=now(), by=make_staff())

    assert (declined.state, declined.reason) == ("declined", "没有场地。")
    assert (again.state, again.reason, again.decided_at) == ("considered", "", None)


def test_what_is_decided_is_not_decided_again():
    suggestion = adopted()

    for step in (
        lambda: decline_suggestion(suggestion=suggestion, reason="否", at=now(), by=make_staff()),
        lambda: adopt_suggestion(suggestion=suggestion, at=now(), by=make_staff()),
        lambda: consider_suggestion(suggestion=suggestion, owner=make_staff(), at=now(), by=make_staff()),
    ):
        with pytest.raises(RuleBroken):
            step()


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_are_one_decision():
    suggestion, staff, outcomes = make_suggestion(), make_staff(), []

    def decide(step):
        try:
            step()
            outcomes.append("done")
        except RuleBroken:
            outcomes.append("refused")
        finally:
            connection.close()

    steps = (
        lambda: adopt_suggestion(suggestion=suggestion, at=now(), by=staff),
        lambda: decline_suggestion(suggestion=suggestion, reason="否", at=now(), by=staff),
    )
    threads = [threading.Thread(target=decide, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "refused"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": SuggestionState.DECLINED},
        {"state": SuggestionState.ADOPTED},
        {"state": SuggestionState.CONSIDERED},
        {"reason": "没有人决定"},
        {"credit": Credit.NAMED},
        {"credit_agreed_on": dt.date(2026, 11, 23)},
        {"published_at": MONDAY},
        {"text": ""},
        {"state": "lost"},
    ],
    ids=lambda fields: ",".join(fields),
)
def test_the_database_refuses_what_cannot_be(wrong):
    suggestion = make_suggestion()

    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.filter(pk=suggestion.pk).update(**wrong)


def test_only_an_adopted_one_with_both_texts_is_published():
    open_one, silent = make_suggestion(), adopted()

    with pytest.raises(RuleBroken):
        publish_suggestion(suggestion=open_one, said_zh="甲", did_zh="乙", at=now(), by=make_staff())
    with pytest.raises(RuleBroken) as missing:
        publish_suggestion(suggestion=silent, said_zh=" ", at=now(), by=make_staff())
    assert missing.value.field == "said_zh"
    assert list(Suggestion.objects.published()) == []


def test_publishing_again_changes_the_words_and_keeps_the_day():
    published = make_published()

    again = publish_suggestion(suggestion=published, did_en="Gate 2 is open at night", at=now(), by=make_staff())
    withdrawn = withdraw_suggestion(suggestion=again, at=now(), by=make_staff())

    assert (again.published_at, again.did_zh, again.did_en) == (published.published_at, "二号闸口夜间开放", "Gate 2 is open at night")
    assert (withdrawn.published_at, withdrawn.did_zh) == (None, "二号闸口夜间开放")


def test_the_customer_is_named_only_with_the_day_they_agreed():
    suggestion = make_suggestion(customer=make_customer())

    with pytest.raises(RuleBroken):
        edit_suggestion(suggestion=suggestion, changes={"credit": Credit.NAMED}, by=make_staff())
    changes = {"credit": Credit.NAMED, "credit_agreed_on": port_today()}
    assert edit_suggestion(suggestion=suggestion, changes=changes, by=make_staff()).credit == Credit.NAMED


def test_an_edit_that_crosses_another_is_refused():
    suggestion = make_suggestion(company_name="东海")
    edit_suggestion(suggestion=suggestion, changes={"company_name": "北海"}, by=make_staff())

    with pytest.raises(EditConflict):
        edit_suggestion(suggestion=suggestion, changes={"company_name": "南海"}, seen={"company_name": "东海"}, by=make_staff())


def test_whoever_suggested_it_is_thanked_once_in_their_language():
    contact = make_contact(email="li@customer.invalid", language="en")
    suggestion = make_suggestion(customer=contact.customer, contact=contact, language="en", text="Open gate 2 at night")

    adopt_suggestion(suggestion=suggestion, did_zh="已开放", did_en="Gate 2 is open at night now", at=now(), by=make_staff())

    mail = OutgoingEmail.objects.get()
    assert (mail.to_address, mail.language, mail.service_mail, mail.dedupe_key) == (
        "li@customer.invalid", "en", True, f"suggestion:{suggestion.pk}:adopted",
    )  # fmt: skip
    assert ["Gate 2 is open at night now" in mail.text, "已开放" in mail.text, suggestion.number in mail.subject] == [True, False, True]


def test_the_thanks_tell_in_the_other_language_what_is_told_in_that_only():
    contact = make_contact(email="li@customer.invalid", language="en")
    suggestion = make_suggestion(customer=contact.customer, contact=contact, language="en")

    adopt_suggestion(suggestion=suggestion, did_zh="二号闸口夜间开放", at=now(), by=make_staff())

    assert "二号闸口夜间开放" in OutgoingEmail.objects.get().text


def test_an_address_of_the_public_page_may_be_a_strangers_and_gets_none_of_the_words():
    told = {"reporter_email": "stranger@elsewhere.invalid", "reporter_name": "买我的东西", "text": "看这里 https://spam.invalid"}
    suggestion = make_suggestion(by=system_user(), **told)

    adopt_suggestion(suggestion=suggestion, did_zh="已开放", at=now(), by=make_staff())

    mail = OutgoingEmail.objects.get()
    sent = f"{mail.to_name}{mail.subject}{mail.text}{mail.html}"
    assert [word in sent for word in ("买我的东西", "spam.invalid", suggestion.number)] == [False, False, True]


def test_a_declined_one_or_one_without_an_address_writes_no_mail():
    contact = make_contact(email="li@customer.invalid")
    adopted()
    decline_suggestion(suggestion=make_suggestion(customer=contact.customer, contact=contact), reason="否", at=now(), by=make_staff())

    assert OutgoingEmail.objects.count() == 0


def test_those_concerned_are_told():
    manager, staff, owner = make_user(Role.MARKETING), make_staff(), make_staff()
    suggestion = make_suggestion(customer=make_customer(account_manager=manager), by=make_user(Role.OPERATIONS))

    consider_suggestion(suggestion=suggestion, owner=owner, at=now(), by=staff)
    adopt_suggestion(suggestion=suggestion, at=now(), by=owner)

    told = set(Notice.objects.values_list("kind", "recipient"))
    assert {("suggestion.received", staff.pk), ("suggestion.received", manager.pk), ("suggestion.assigned", owner.pk)} <= told
    assert {person for kind, person in told if kind == "suggestion.decided"} == {manager.pk, suggestion.recorded_by_id}


def test_nobodys_suggestion_is_dropped_when_its_owner_leaves():
    gone, stays = considered(), considered()
    gone.owner.is_active = False
    gone.owner.save(update_fields=["is_active"])

    before = suggestions_of(gone.owner)
    counts = [return_suggestions(today=port_today(), by=make_staff()) for _run in range(2)]

    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (bool(before), counts) == (True, [1, 0])
    assert (gone.state, gone.owner, stays.state) == ("received", None, "considered")
    assert Notice.objects.filter(kind="suggestion.ownerless", record_pk=gone.pk).exists()


def test_a_person_who_is_erased_is_in_no_suggestion_any_more():
    contact = make_contact(name="演示联系人 77", email="li@customer.invalid")
    suggestion = make_suggestion(
        customer=contact.customer, contact=contact, reporter_name=contact.name, text=f"{contact.name}建议夜间开闸", company_name="东海"
    )

    erase_person(contact=contact, reason="request", by=make_user(Role.MANAGER))

    suggestion.refresh_from_db()
    assert (suggestion.reporter_name, suggestion.text, suggestion.company_name) == ("", "〔已抹除〕建议夜间开闸", "东海")


def test_staff_record_it_decide_it_and_publish_it(client):
    staff, customer = make_staff(), make_customer()
    client.force_login(staff)
    values = {
        "text": "夜间开闸", "group": "transport", "customer": customer.pk, "credit": "anonymous", "form_key": uuid4(),
        "received_on": port_today().isoformat(),
    }  # fmt: skip

    created = client.post(reverse("feedback:suggestion_create"), values)
    suggestion = Suggestion.objects.get()
    steps = [
        client.post(reverse(f"feedback:suggestion_{step}", args=[suggestion.pk]), data).status_code
        for step, data in (
            ("consider", {"owner": staff.pk}),
            ("adopt", {"did_zh": "已开放"}),
            ("publish", {"said_zh": "夜间提货慢", "did_zh": "二号闸口夜间开放"}),
        )
    ]

    assert (created.status_code, steps) == (302, [302, 302, 302])
    assert "二号闸口夜间开放" in client.get(reverse("feedback:said_and_done")).content.decode()
    client.post(reverse("feedback:suggestion_withdraw", args=[suggestion.pk]))
    assert "二号闸口夜间开放" not in client.get(reverse("feedback:said_and_done")).content.decode()


def test_a_refused_step_keeps_what_was_typed(client):
    client.force_login(make_staff())
    suggestion = adopted()

    answer = client.post(reverse("feedback:suggestion_publish", args=[suggestion.pk]), {"said_en": "Only English here", "did_zh": " "})

    assert (answer.status_code, "Only English here" in answer.content.decode()) == (422, True)


def test_a_comment_becomes_a_suggestion_that_leads_back_to_the_answer(client):
    response = make_response(comment="希望夜间开闸")
    client.force_login(make_staff())
    address = f"{reverse('feedback:suggestion_create')}?response={response.pk}"

    form = client.get(address)
    values = form.context["form"].initial | {"group": "transport", "credit": "anonymous", "form_key": uuid4()}
    sent = {name: value for name, value in values.items() if value is not None}
    client.post(address, sent | {"received_on": port_today().isoformat()})

    suggestion = Suggestion.objects.get()
    assert (suggestion.text, suggestion.response, suggestion.customer, suggestion.contact) == (
        "希望夜间开闸", response, response.customer, response.contact,
    )  # fmt: skip
    assert f"?response={response.pk}" in client.get(response.get_absolute_url()).content.decode()


def test_the_customer_page_shows_it_in_the_tab_and_in_the_timeline(client):
    staff, customer = make_staff(), make_customer()
    client.force_login(staff)
    mine, other = make_suggestion(customer=customer), make_suggestion(customer=make_customer())

    tab = client.get(reverse("feedback:customer_opinions", args=[customer.pk])).content.decode()

    assert (mine.number in tab, other.number in tab) == (True, False)
    assert [entry.url for entry in timeline_of(staff, customer, None, 10)] == [mine.get_absolute_url()]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_questions_however_long_it_is(client, rows, django_assert_num_queries):
    client.force_login(make_staff())
    address = reverse("feedback:suggestion_list")
    client.get(address)  # sessions and permissions of the first page
    for _row in range(rows):
        make_suggestion(customer=make_customer())

    with django_assert_num_queries(3):
        client.get(address)


def test_whoever_may_not_read_suggestions_finds_none(client):
    make_suggestion(text="机密建议")
    client.force_login(make_user(Role.ADMIN))

    assert client.get(reverse("feedback:suggestion_list")).status_code == 403
    assert list(Suggestion.objects.visible_to(make_user(Role.ADMIN))) == []


def test_the_api_records_and_takes_the_steps(client):
    staff, customer = make_staff(), make_customer()
    client.force_login(staff)
    api = "/api/v1/feedback/suggestions/"

    made = client.post(api, {"text": "夜间开闸", "customer": customer.pk}, content_type="application/json").json()
    steps = [
        client.post(f"{api}{made['id']}/{step}/", data, content_type="application/json")
        for step, data in (
            ("consider", {"owner": staff.pk}),
            ("publish", {"said_zh": "慢", "did_zh": "快"}),
            ("adopt", {"did_zh": "快"}),
            ("publish", {"said_zh": "慢"}),
            ("withdraw", {}),
        )
    ]

    assert [one.status_code for one in steps] == [200, 409, 200, 200, 200]
    assert [steps[0].json()["state"], steps[2].json()["state"], bool(steps[3].json()["published_at"]), steps[4].json()["published_at"]] == [
        "considered", "adopted", True, None,
    ]  # fmt: skip
    assert client.get(f"{api}?state=adopted").json()["results"][0]["number"] == made["number"]
