"""Telling people things: once, not to whoever did it, in the language of the reader, and only what they may see."""

import datetime as dt

import pytest
from django.utils.translation import override

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.notices.models import Notice
from portcrm.notices.queries import MOST_COUNTED, PAGE, notice_page, unread_count
from portcrm.notices.services import Told, forget_old_notices, notify, notify_each, read_all, read_notice
from portcrm.notices.tests.conftest import OF_A_PERSON, PLAIN

pytestmark = pytest.mark.django_db


def tell(recipient, *, by, **fields):
    notify(recipients=[recipient], by=by, **{"kind": PLAIN, "values": {"name": "李"}} | fields)


def test_everybody_meant_is_told_but_whoever_did_it_and_whoever_has_left():
    doer, colleague, gone = make_user(), make_user(), make_user(is_active=False)

    told = notify(recipients=[doer, colleague, gone, colleague], kind=PLAIN, values={"name": "李"}, by=doer)

    assert (told, list(Notice.objects.values_list("recipient", flat=True))) == (1, [colleague.pk])


def test_one_key_is_one_notice_for_each_person():
    doer, first, second = make_user(), make_user(), make_user()

    for _ in range(2):
        notify(recipients=[first, second], kind=PLAIN, values={"name": "李"}, dedupe_key="due:7", by=doer)

    assert sorted(Notice.objects.values_list("recipient", flat=True)) == [first.pk, second.pk]


def test_without_a_key_the_same_thing_is_told_again():
    doer, colleague = make_user(), make_user()

    for _ in range(2):
        tell(colleague, by=doer)

    assert Notice.objects.filter(recipient=colleague).count() == 2


def test_a_kind_nobody_registered_tells_nobody():
    with pytest.raises(KeyError):
        tell(make_user(), by=make_user(), kind="test.unknown")

    assert Notice.objects.count() == 0


def test_the_reader_reads_in_the_language_they_speak_now():
    tell(make_user(), by=make_user(), values={"name": {"zh": "港口", "en": "Port"}})
    notice = Notice.objects.get()

    with override("en"):
        english = notice.sentence

    assert (english, notice.sentence) == ("Hello Port,", "港口，您好：")


def test_a_name_with_a_percent_sign_is_told_as_it_is():
    tell(make_user(), by=make_user(), values={"name": "100%(name)s"})

    assert "100%(name)s" in Notice.objects.get().sentence


def test_what_one_may_no_longer_see_is_neither_shown_nor_counted():
    colleague, stranger, doer = make_user(), make_user(), make_user()
    tell(colleague, by=doer, kind=OF_A_PERSON, record_pk=stranger.pk, values={"name": "秘密"})
    tell(colleague, by=doer, kind=OF_A_PERSON, record_pk=colleague.pk, values={"name": "自己"})

    seen = notice_page(colleague).notices

    assert ([notice.values["name"] for notice in seen], unread_count(colleague)) == (["自己"], 1)
    colleague.roles = [Role.MANAGER]
    colleague.save()
    assert unread_count(type(colleague).objects.get(pk=colleague.pk)) == 2


def test_the_count_stops_where_the_bell_does():
    doer, colleague = make_user(), make_user()
    notify_each(told=[Told(recipient=colleague, kind=PLAIN, values={"name": str(n)}) for n in range(MOST_COUNTED + 20)], by=doer)

    assert unread_count(colleague) == MOST_COUNTED + 1


def test_reading_keeps_its_first_moment_and_is_ones_own():
    colleague, stranger = make_user(), make_user()
    tell(colleague, by=stranger)
    notice = Notice.objects.get()

    read_notice(notice=notice, by=stranger)
    untouched = Notice.objects.get().read_at
    read_notice(notice=notice, by=colleague)
    first = Notice.objects.get().read_at
    read_notice(notice=notice, by=colleague)

    assert (untouched, first is not None, Notice.objects.get().read_at) == (None, True, first)


def test_marking_all_leaves_what_came_meanwhile_new():
    doer, colleague = make_user(), make_user()
    for _ in range(2):
        tell(colleague, by=doer)
    shown = Notice.objects.order_by("pk").first()

    read = read_all(up_to=shown.pk, by=colleague)

    assert (read, unread_count(colleague)) == (1, 1)


def test_older_ones_come_page_by_page_without_gap_or_repetition():
    doer, colleague = make_user(), make_user()
    notify_each(told=[Told(recipient=colleague, kind=PLAIN, values={"name": str(n)}) for n in range(PAGE + 5)], by=doer)

    first = notice_page(colleague)
    second = notice_page(colleague, before=first.before)

    shown = [notice.values["name"] for notice in (*first.notices, *second.notices)]
    assert (shown, second.before) == ([str(n) for n in reversed(range(PAGE + 5))], None)


def test_old_notices_are_forgotten():
    doer, colleague = make_user(), make_user()
    for _ in range(2):
        tell(colleague, by=doer)
    Notice.objects.filter(pk=Notice.objects.first().pk).update(created_at=now() - dt.timedelta(days=200))

    gone = forget_old_notices(before=now() - dt.timedelta(days=180), by=doer)

    assert (gone, Notice.objects.count()) == (1, 1)
