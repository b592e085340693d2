"""Two files with one mailbox become one: what hangs on the contact that stays behind goes to its twin, and comes back."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.models import Contact, ContactDate, DataBasis, FollowUp, Merge, Observation
from customers.services import personal
from customers.services.contacts import edit_contact
from customers.services.employments import add_employment
from customers.services.erasing import erase_person
from customers.services.interactions import correct_interaction, log_interaction
from customers.services.merging import gather_late_rows, merge_customers
from customers.services.remembering import open_reminders
from customers.services.unmerging import decide_left, undo_merge
from customers.tests.factories import (
    DAY,
    make_acquaintance,
    make_basis,
    make_contact,
    make_customer,
    make_interaction,
    make_observation,
    make_visit,
)
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import event_model_of, field_changes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def files(keeper):
    return make_customer(account_manager=keeper), make_customer(account_manager=keeper)


@pytest.fixture
def twins(files):
    """The contact of the kept file and the one of the other with the same mailbox, who is known better."""
    kept, other = files
    mine = make_contact(customer=kept, email="desk@haifeng.invalid", phone="0532-1")
    theirs = make_contact(
        customer=other, email="Desk@haifeng.invalid", phone="0532-2", mobile="000-01", wechat="demo-03", position="经理", roles=["finance"]
    )
    make_basis(contact=theirs)
    return mine, theirs


def merge(files, by) -> Merge:
    return merge_customers(kept=files[0], other=files[1], take=(), by=by)


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def birthday(contact, by, *, day: int = 5) -> ContactDate:
    return personal.add_date(contact=contact, kind="birthday", month=12, day=day, purpose="service", by=by)


def test_profile_birthday_basis_acquaintance_and_employment_go_to_the_contact_that_stands(files, twins, keeper):
    mine, theirs = twins
    rows = [
        make_observation(contact=theirs), birthday(theirs, keeper), theirs.bases.get(), make_acquaintance(contact=theirs),
        add_employment(contact=theirs, customer=make_customer(), by=keeper),
    ]  # fmt: skip

    done = merge(files, keeper)
    merged = {fresh(row).contact_id for row in rows}
    done = undo_merge(merge=done, by=keeper)

    assert merged == {mine.pk}
    assert {fresh(row).contact_id for row in rows} == {theirs.pk}
    assert (fresh(theirs).customer, list(done.rows.undecided())) == (files[1], [])


def test_the_profile_page_of_the_kept_file_shows_what_was_noted_in_the_other(client, files, twins, keeper):
    mine, theirs = twins
    make_observation(contact=theirs, text="下午三点以后接电话")
    merge(files, keeper)
    client.force_login(keeper)

    profile = client.get(reverse("customers:profile", args=[mine.pk])).content.decode()
    page = client.get(mine.get_absolute_url()).content.decode()

    assert "下午三点以后接电话" in profile
    assert ["面谈" in page, "000-01" in page] == [True, True]


def test_empty_fields_of_the_contact_are_filled_and_emptied_again(client, files, twins, keeper):
    mine, theirs = twins

    done = merge(files, keeper)
    filled = fresh(mine)
    client.force_login(keeper)
    record = client.get(done.get_absolute_url()).content.decode()
    undo_merge(merge=done, by=keeper)

    assert (filled.phone, filled.mobile, filled.wechat, filled.position, filled.roles) == (
        "0532-1",
        "000-01",
        "demo-03",
        "经理",
        ["finance"],
    )
    assert "filled from the contact with the same address: Position, Roles, Mobile phone, WeChat" in record
    parted = fresh(mine)
    assert (parted.phone, parted.mobile, parted.wechat, parted.position, parted.roles) == ("0532-1", "", "", "", [])
    assert [change.action for change in field_changes(mine) if change.field == "wechat"] == ["Merge undone", "Files merged"]


def test_a_filled_field_somebody_has_changed_since_stays(files, twins, keeper):
    mine, _theirs = twins
    done = merge(files, keeper)
    edit_contact(contact=mine, changes={"mobile": "000-09"}, seen={}, by=keeper)

    undo_merge(merge=done, by=keeper)

    assert (fresh(mine).mobile, fresh(mine).wechat) == ("000-09", "")


def test_what_the_kept_contact_has_already_stays_behind(files, twins, keeper):
    mine, theirs = twins
    make_basis(contact=mine)
    here, there = birthday(mine, keeper), birthday(theirs, keeper, day=6)
    known = [make_acquaintance(contact=contact, user=keeper) for contact in twins]
    second = make_customer()
    jobs = [add_employment(contact=contact, customer=second, by=keeper) for contact in twins]

    done = merge(files, keeper)
    merged = [fresh(row).contact_id for row in (here, there, *known, *jobs)]
    undo_merge(merge=done, by=keeper)

    assert merged == [mine.pk, theirs.pk] * 3
    assert [fresh(row).contact_id for row in (here, there, *known, *jobs)] == [mine.pk, theirs.pk] * 3


def test_participants_of_calls_and_visits_follow_and_go_back_with_them(files, twins, keeper):
    mine, theirs = twins
    call, visit, elsewhere = make_interaction(customer=files[1]), make_visit(customer=files[1]), make_interaction()
    for row in (call, visit, elsewhere):
        row.contacts.add(theirs)

    done = merge(files, keeper)
    merged = [list(row.contacts.all()) for row in (call, visit, elsewhere)]
    undo_merge(merge=done, by=keeper)

    assert merged == [[mine]] * 3
    assert [list(row.contacts.all()) for row in (call, visit, elsewhere)] == [[theirs]] * 3


def test_the_participant_of_a_call_changed_since_goes_where_the_call_goes(files, twins, keeper):
    mine, theirs = twins
    calls = [log_interaction(customer=files[1], kind="call", subject=f"询价 {number}", contacts=[theirs], by=keeper) for number in range(2)]
    done = merge(files, keeper)
    for call in calls:
        correct_interaction(interaction=call, changes={"subject": "改过"}, seen={}, by=keeper)

    done = undo_merge(merge=done, by=keeper)
    parted = [list(call.contacts.all()) for call in calls]
    keys = {row.row_pk: row.pk for row in done.rows.undecided()}
    decide_left(merge=done, fields={}, rows={keys[calls[0].pk]: "kept", keys[calls[1].pk]: "other"}, by=keeper)

    assert parted == [[mine], [mine]]
    assert [(fresh(call).customer, list(call.contacts.all())) for call in calls] == [(files[0], [mine]), (files[1], [theirs])]


def test_an_observation_added_since_waits_for_a_decision_and_goes_to_the_twin(files, twins, keeper):
    mine, theirs = twins
    done = merge(files, keeper)
    added = personal.add_observation(contact=mine, aspect="interests", text="围棋", purpose="visit", by=keeper)

    done = undo_merge(merge=done, by=keeper)
    left = done.rows.undecided().get()
    decide_left(merge=done, fields={}, rows={left.pk: "other"}, by=keeper)

    assert (left.rule, left.row_pk, left.state) == ("customers.observation.contact", added.pk, "added")
    assert fresh(added).contact == theirs


def test_no_profile_is_left_without_a_ground_where_the_ground_went_back(files, twins, keeper):
    mine, theirs = twins
    done = merge(files, keeper)
    personal.add_observation(contact=mine, aspect="interests", text="围棋", purpose="visit", by=keeper)

    undo_merge(merge=done, by=keeper)

    assert [list(contact.bases.values_list("source", "given_on", "withdrawn_on")) for contact in twins] == [[("面谈", DAY, None)]] * 2


def test_nobody_gets_a_ground_without_a_profile(files, twins, keeper):
    mine, theirs = twins

    undo_merge(merge=merge(files, keeper), by=keeper)

    assert [contact.bases.count() for contact in twins] == [0, 1]


def test_what_is_noted_late_of_the_contact_that_stayed_follows_and_goes_back(files, twins, keeper):
    mine, theirs = twins
    done = merge(files, keeper)
    late = make_observation(contact=theirs)

    gathered = gather_late_rows(since=done.merged_at, by=keeper)
    followed = fresh(late).contact
    undo_merge(merge=done, by=keeper)

    assert (gathered, followed, fresh(late).contact) == (1, mine, theirs)


def test_the_birthday_is_remembered_once_and_leads_to_the_profile_that_is_read(files, twins, keeper):
    mine, theirs = twins
    birthday(theirs, keeper)
    open_reminders(today=dt.date(2026, 12, 1), by=system_user())

    done = merge(files, keeper)
    task = FollowUp.objects.get()
    again = open_reminders(today=dt.date(2026, 12, 2), by=system_user())
    undo_merge(merge=done, by=keeper)

    assert (again, task.reason_url) == (0, reverse("customers:profile", args=[mine.pk]))
    assert FollowUp.objects.get().reason_url == reverse("customers:profile", args=[theirs.pk])


def test_nobody_is_reminded_of_a_day_that_stayed_with_a_merged_file(files, twins, keeper):
    mine, theirs = twins
    make_basis(contact=mine)
    birthday(mine, keeper)
    birthday(theirs, keeper, day=6)
    merge(files, keeper)

    open_reminders(today=dt.date(2026, 12, 4), by=system_user())

    assert list(FollowUp.objects.values_list("due_on", flat=True)) == [dt.date(2026, 12, 5)]


def test_erasing_the_person_after_a_merge_erases_what_stayed_behind_and_its_history(files, twins, keeper):
    mine, theirs = twins
    make_observation(contact=theirs, text="下午三点以后接电话")
    merge(files, keeper)

    erase_person(contact=mine, reason="request", by=make_user(Role.MANAGER))

    assert {fresh(contact).erased_on is None for contact in twins} == {False}
    assert {fresh(contact).mobile for contact in twins} == {""}
    assert (Observation.objects.count(), DataBasis.objects.count(), event_model_of(Observation).objects.count()) == (0, 0, 0)
    assert list(Contact.objects.filter(wechat="demo-03")) == []


def test_the_comparison_counts_what_would_go_to_the_twin(client, files, twins, keeper):
    make_observation(contact=twins[1])
    client.force_login(keeper)

    page = client.get(reverse("customers:merge", args=[files[0].pk, files[1].pk])).context

    moving = {kind.label: kind.count for kind in page["moving"]}
    assert (moving["Profiles of persons"], moving["Legal bases"]) == (1, 1)
    assert [(kind.label, kind.count) for kind in page["staying"]] == [("Contacts", 1)]
