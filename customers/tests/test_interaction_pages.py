"""Interactions on their own pages: read, corrected by their author, listed, with files."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Contact, FollowUp, Interaction
from customers.queries.participants import participant_changes
from customers.services import followups, interactions
from customers.services.employments import move_contact
from customers.services.pool import quiet_customers
from customers.tests.factories import make_contact, make_customer, make_interaction
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.audit.queries import field_changes
from portcrm.clock import now, port_today, start_of_day
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken
from portcrm.files.models import Attachment

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.SERVICE)
    client.force_login(keeper)
    return keeper


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def pdf(name="会议纪要.pdf", content=b"%PDF-1.7\n%%EOF"):
    return SimpleUploadedFile(name, content)


def edit_form(client, row) -> dict:
    form = client.get(reverse("customers:interaction_edit", args=[row.pk])).context["form"]
    shown = {name: form[name].value() or "" for name in form.edited}
    return shown | {"seen": form.as_seen(), "happened_at": row.happened_at.strftime("%Y-%m-%dT%H:%M")}


def test_its_author_corrects_it_and_the_history_keeps_what_it_said(client, keeper):
    row = make_interaction(recorded_by=keeper, subject="催询对帐单", summary="旧")
    contact = make_contact(customer=row.customer)

    response = client.post(
        reverse("customers:interaction_edit", args=[row.pk]), edit_form(client, row) | {"subject": "催询对账单", "contacts": [contact.pk]}
    )

    row.refresh_from_db()
    changes = [(change.field, change.before, change.after) for change in field_changes(row) if change.field == "subject"]
    assert (response.url, row.subject, row.summary, list(row.contacts.all())) == (row.get_absolute_url(), "催询对账单", "旧", [contact])
    assert changes[0] == ("subject", "催询对帐单", "催询对账单")


def moved_on(row, keeper) -> Contact:
    """Somebody who took part in it and works for another company by now."""
    contact = make_contact(customer=row.customer)
    row.contacts.set([contact])
    move_contact(contact=contact, to=make_customer(), on=port_today(), by=keeper)
    return contact


def test_whoever_took_part_stays_there_after_moving_to_another_company(client, keeper):
    row = make_interaction(recorded_by=keeper)
    gone, here = moved_on(row, keeper), make_contact(customer=row.customer)
    make_contact(customer=row.customer, left_on=port_today())
    url = reverse("customers:interaction_edit", args=[row.pk])

    shown = client.get(url).context["form"]["contacts"]
    client.post(url, edit_form(client, row) | {"subject": "催询对账单", "contacts": [*shown.value(), here.pk]})

    row.refresh_from_db()
    assert (set(shown.field.queryset), row.subject) == ({gone, here}, "催询对账单")
    assert set(row.contacts.all()) == {gone, here}


def test_a_correction_adds_nobody_of_another_company(keeper):
    row = make_interaction(recorded_by=keeper)
    gone, stranger = moved_on(row, keeper), make_contact()
    interactions.correct_interaction(interaction=row, changes={}, seen={}, contacts=[gone], by=keeper)

    with pytest.raises(RuleBroken):
        interactions.correct_interaction(interaction=row, changes={}, seen={}, contacts=[gone, stranger], by=keeper)
    interactions.correct_interaction(interaction=row, changes={}, seen={}, contacts=[], by=keeper)
    with pytest.raises(RuleBroken):
        interactions.correct_interaction(interaction=row, changes={}, seen={}, contacts=[gone], by=keeper)

    assert list(row.contacts.all()) == []


def test_the_history_says_who_was_taken_off_and_who_was_added(client, keeper):
    row, colleague = make_interaction(recorded_by=keeper), make_user(Role.OPERATIONS, name="周 操作")
    before, after = (make_contact(customer=row.customer, name=name) for name in ("演示联系人 甲", "演示联系人 乙"))
    row.contacts.set([before])

    for _ in range(2):
        interactions.correct_interaction(interaction=row, changes={}, seen={}, contacts=[after], colleagues=[colleague], by=keeper)
    told = client.get(row.get_absolute_url()).context["participant_changes"]

    assert [(change.label, change.before, change.after, change.actor) for change in told] == [
        ("对方人员", "演示联系人 甲", "演示联系人 乙", keeper.name), ("我方人员", "", "周 操作", keeper.name),
    ]  # fmt: skip
    assert AuditEvent.objects.get().sentence == "参与人员：1 → 2"


def test_who_sees_no_contacts_is_named_none_in_the_history(keeper):
    row = make_interaction(recorded_by=keeper)
    interactions.correct_interaction(
        interaction=row, changes={}, seen={}, contacts=[make_contact(customer=row.customer)], colleagues=[keeper], by=keeper
    )

    told = participant_changes(make_user(Role.ADMIN), row)

    assert [(change.label, change.after) for change in told] == [("我方人员", keeper.label)]


def test_a_moment_put_right_lowers_the_last_contact_to_what_was_really_the_last(client, keeper):
    customer = make_customer(account_manager=keeper, care_since=dt.date(2026, 1, 1), tier="major")
    earlier = make_interaction(customer=customer, recorded_by=keeper, happened_at=dt.datetime(2026, 3, 1, 2, 0, tzinfo=dt.UTC))
    wrong = interactions.log_interaction(
        customer=customer, kind="call", subject="误填日期", happened_at=dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC), by=keeper
    )

    client.post(reverse("customers:interaction_edit", args=[wrong.pk]), edit_form(client, wrong) | {"happened_at": "2026-02-20T10:00"})

    customer.refresh_from_db()
    assert customer.last_contact_on == earlier.happened_at.date()
    assert list(quiet_customers(before=dt.date(2026, 6, 1))) == [customer]


def test_nobody_else_corrects_it(client, keeper):
    row = make_interaction(subject="别人记的")

    answers = [client.get(url).status_code for url in (reverse("customers:interaction_edit", args=[row.pk]), row.get_absolute_url())]

    assert answers == [403, 200]
    with pytest.raises(RuleBroken):
        interactions.correct_interaction(interaction=row, changes={"subject": "改"}, seen={}, by=keeper)
    row.refresh_from_db()
    assert row.subject == "别人记的"


def as_drawn(client, row) -> dict:
    """The form as a browser sends it back: the moment to the minute, on the reader's clock."""
    form = client.get(reverse("customers:interaction_edit", args=[row.pk])).context["form"]
    moment = form.fields["happened_at"].widget.format_value(form["happened_at"].value())
    return {name: form[name].value() or "" for name in form.edited} | {"seen": form.as_seen(), "happened_at": moment}


def test_what_was_recorded_this_moment_is_corrected_without_a_conflict_and_keeps_its_moment(client, keeper):
    row = interactions.log_interaction(customer=make_customer(), kind="call", subject="报价", by=keeper)
    Interaction.objects.filter(pk=row.pk).update(happened_at=dt.datetime(2026, 11, 20, 2, 3, 4, 567891, tzinfo=dt.UTC))
    url = reverse("customers:interaction_edit", args=[row.pk])

    saved = client.post(url, as_drawn(client, row) | {"summary": "补充"})
    row.refresh_from_db()
    kept = row.happened_at
    moved = client.post(url, as_drawn(client, row) | {"happened_at": "2026-11-19T09:30"})

    row.refresh_from_db()
    assert (saved.status_code, row.summary, kept) == (302, "补充", dt.datetime(2026, 11, 20, 2, 3, 4, 567891, tzinfo=dt.UTC))
    assert (moved.status_code, row.happened_at) == (302, dt.datetime(2026, 11, 19, 1, 30, tzinfo=dt.UTC))


def test_a_moment_two_put_right_is_shown_and_saved_knowingly(client, keeper):
    row = interactions.log_interaction(customer=make_customer(), kind="call", subject="报价", by=keeper)
    url, mine = reverse("customers:interaction_edit", args=[row.pk]), as_drawn(client, row) | {"happened_at": "2026-11-19T09:30"}
    other = dt.datetime(2026, 11, 18, 1, 0, 7, 250001, tzinfo=dt.UTC)
    interactions.correct_interaction(interaction=row, changes={"happened_at": other}, seen={}, by=keeper)

    refused = client.post(url, mine)
    again = client.post(url, mine | {"seen": refused.context["form"].data["seen"]})

    row.refresh_from_db()
    assert (refused.status_code, [one["field"] for one in refused.context["form"].shown_conflicts]) == (409, ["happened_at"])
    assert (again.status_code, row.happened_at) == (302, dt.datetime(2026, 11, 19, 1, 30, tzinfo=dt.UTC))


def test_two_windows_of_its_author_lose_nothing(keeper):
    row = make_interaction(recorded_by=keeper, summary="一")
    interactions.correct_interaction(interaction=row, changes={"summary": "二"}, seen={"summary": "一"}, by=keeper)

    with pytest.raises(EditConflict):
        interactions.correct_interaction(interaction=row, changes={"summary": "三"}, seen={"summary": "一"}, by=keeper)

    row.refresh_from_db()
    assert row.summary == "二"


def test_a_next_step_that_gets_its_day_later_opens_one_follow_up(keeper):
    row = make_interaction(recorded_by=keeper, next_step="送报价")

    for day in ("2026-12-01", "2026-12-02"):
        interactions.correct_interaction(interaction=row, changes={"next_step_on": dt.date.fromisoformat(day)}, seen={}, by=keeper)

    assert list(FollowUp.objects.values_list("title", "owner", "interaction")) == [("送报价", keeper.pk, row.pk)]


def with_next_step(keeper) -> tuple[Interaction, FollowUp]:
    row = interactions.log_interaction(
        customer=make_customer(), kind="call", subject="报价", next_step="送报价", next_step_on=dt.date(2026, 12, 1), by=keeper
    )
    return row, FollowUp.objects.get()


def test_the_follow_up_goes_along_when_the_next_step_is_put_right(client, keeper):
    row, task = with_next_step(keeper)
    typed = as_drawn(client, row) | {"next_step": "送正式报价", "next_step_on": "2026-12-08"}

    answer = client.post(reverse("customers:interaction_edit", args=[row.pk]), typed)

    task.refresh_from_db()
    assert answer.status_code == 302
    assert (task.title, task.due_on, task.state) == ("送正式报价", dt.date(2026, 12, 8), "open")
    assert {one.field for one in field_changes(task, limit=50) if one.kind == "update"} == {"due_on", "title"}


def test_another_correction_leaves_the_follow_up_alone(keeper):
    row, task = with_next_step(keeper)

    interactions.correct_interaction(interaction=row, changes={"summary": "补充"}, seen={}, by=keeper)

    task.refresh_from_db()
    assert (task.title, task.due_on, task.state) == ("送报价", dt.date(2026, 12, 1), "open")


def test_a_next_step_that_loses_its_day_drops_its_follow_up(keeper):
    row, task = with_next_step(keeper)

    interactions.correct_interaction(interaction=row, changes={"next_step_on": None}, seen={}, by=keeper)

    task.refresh_from_db()
    assert (task.state, task.result) == ("dropped", "后续步骤不再有日期。")


@pytest.mark.parametrize("how", ["moved", "done"])
def test_a_follow_up_that_was_moved_or_done_stays_as_it_is(keeper, how):
    row, task = with_next_step(keeper)
    if how == "moved":
        followups.plan_follow_up(follow_up=task, due_on=dt.date(2026, 12, 4), by=keeper)
    else:
        followups.close_follow_up(follow_up=task, result="已送", by=keeper)

    for changes in ({"next_step_on": dt.date(2026, 12, 8)}, {"next_step": "", "next_step_on": None}):
        interactions.correct_interaction(interaction=row, changes=changes, seen={}, by=keeper)

    stored = FollowUp.objects.get()
    assert (stored.due_on, stored.state) == ((dt.date(2026, 12, 4), "open") if how == "moved" else (dt.date(2026, 12, 1), "done"))


def test_a_next_step_that_is_cleared_drops_its_follow_up_and_a_new_one_opens_another(client, keeper):
    row, task = with_next_step(keeper)
    page = reverse("customers:interaction_edit", args=[row.pk])

    client.post(page, as_drawn(client, row) | {"next_step": "", "next_step_on": ""})
    task.refresh_from_db()
    client.post(page, as_drawn(client, row) | {"next_step": "送合同", "next_step_on": "2026-12-20"})

    assert (task.state, task.closed_by, task.result, task.due_on) == ("dropped", keeper, "后续步骤已撤销。", dt.date(2026, 12, 1))
    assert list(FollowUp.objects.open().values_list("title", "due_on", "interaction")) == [("送合同", dt.date(2026, 12, 20), row.pk)]


def test_a_correction_cannot_move_it_to_another_customer(keeper):
    row = make_interaction(recorded_by=keeper)

    with pytest.raises(TypeError):
        interactions.correct_interaction(interaction=row, changes={"customer": make_customer()}, seen={}, by=keeper)


def test_a_file_goes_with_what_is_recorded_and_stands_on_the_timeline(client, keeper):
    customer = make_customer()

    client.post(
        reverse("customers:interaction_create", args=[customer.pk]),
        {"kind": "meeting", "subject": "年度会谈", "direction": "ours", "files": [pdf(), pdf("照片.pdf", b"%PDF-1.7\n2\n%%EOF")]},
    )

    timeline = client.get(reverse("pages:timeline", args=["customers.customer", customer.pk])).content.decode()
    assert sorted(Attachment.objects.values_list("record", "name")) == [
        ("customers.interaction", "会议纪要.pdf"), ("customers.interaction", "照片.pdf"),
    ]  # fmt: skip
    assert "文件：会议纪要.pdf、照片.pdf" in timeline


def test_a_file_that_is_refused_keeps_nothing_and_says_which(client, keeper):
    customer = make_customer()

    response = client.post(
        reverse("customers:interaction_create", args=[customer.pk]),
        {"kind": "call", "subject": "催询", "direction": "ours", "files": [SimpleUploadedFile("病毒.exe", b"MZ\x90\x00")]},
    )

    assert (response.status_code, Interaction.objects.count(), Attachment.objects.count()) == (422, 0, 0)
    assert "病毒.exe" in str(response.context["form"].errors["files"])


def test_a_file_is_as_visible_as_its_interaction(client, keeper):
    row = interactions.log_interaction(customer=make_customer(), kind="call", subject="催询", files=[pdf()], by=keeper)
    attachment = Attachment.objects.get(object_pk=str(row.pk))

    mine = client.get(attachment.get_absolute_url())
    mine_status, body = mine.status_code, b"".join(mine.streaming_content)
    client.force_login(make_user(Role.ADMIN))

    assert (mine_status, body, client.get(attachment.get_absolute_url()).status_code) == (200, b"%PDF-1.7\n%%EOF", 404)


def test_my_visits_this_month_are_a_view_of_the_list(client, keeper):
    first = start_of_day(port_today().replace(day=1))
    make_interaction(recorded_by=keeper, kind="visit", subject="本月走访", happened_at=first)
    make_interaction(recorded_by=keeper, kind="call", subject="本月电话", happened_at=now())
    make_interaction(recorded_by=keeper, kind="visit", subject="上月走访", happened_at=first - dt.timedelta(minutes=1))
    make_interaction(kind="visit", subject="别人的走访", happened_at=now())

    rows = (
        client.get(reverse("customers:interaction_list"), {"mine": "True", "kind": "visit", "period": "this_month"}).context["listing"].rows
    )

    assert [row.subject for row in rows] == ["本月走访"]


def test_what_is_exported_is_what_the_list_shows(client):
    manager = make_user(Role.MANAGER)
    client.force_login(manager)
    make_interaction(recorded_by=manager, subject="=cmd()", happened_at=now())
    make_interaction(subject="别人的", happened_at=now())

    export = client.get(reverse("customers:interaction_list"), {"mine": "True", "export": "csv"})

    text = b"".join(export.streaming_content).decode("utf-8-sig")
    assert ("'=cmd()" in text, "别人的" in text) == (True, False)


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_interactions_takes_three_queries(client, keeper, django_assert_num_queries, many):
    for _ in range(many):
        make_interaction(recorded_by=make_user())

    with django_assert_num_queries(3):
        response = client.get(reverse("customers:interaction_list"))

    assert len(response.context["listing"].rows) == many


def test_three_fields_are_enough_and_the_rest_is_folded_away(client, keeper):
    url = reverse("customers:interaction_create", args=[make_customer().pk])

    form = client.get(url).context["form"]
    client.post(url, {"kind": "call", "subject": "催询对账单", "summary": "已答复", "direction": "ours"})

    assert [field.name for field in form.first_fields] == ["kind", "subject", "summary"]
    assert Interaction.objects.get().summary == "已答复"


def test_an_error_in_the_folded_fields_opens_them(client, keeper):
    response = client.post(
        reverse("customers:interaction_create", args=[make_customer().pk]),
        {"kind": "call", "subject": "催询", "direction": "ours", "next_step_on": "2026-12-01"},
    )

    assert [is_open for _label, _fields, is_open in response.context["form"].groups] == [True, True]
