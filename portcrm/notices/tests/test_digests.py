"""Notifications by mail: one mail a person and period, with what is unread and may still be seen."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.notices.models import Digest, Notice
from portcrm.notices.services import change_digest, digests, notify, read_all, send_digests
from portcrm.notices.services.digests import reason_against
from portcrm.notices.tests.conftest import OF_A_PERSON, PLAIN
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import make_mail
from portcrm.tests.at_once import at_once

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 11, 23, 8, 5, tzinfo=SHANGHAI)
DAY = dt.timedelta(days=1)


@pytest.fixture
def reader(db):
    return make_user(Role.MARKETING, name="王 经办", name_en="Wang")


def wish(user, **fields) -> Digest:
    """A digest as it stands before its next mail: the last one was a week ago."""
    defaults = {"rhythm": "daily", "hour": 8, "sent_for": (MONDAY - 7 * DAY).date(), "covered_until": MONDAY - 7 * DAY}
    return Digest.objects.create(user=user, **defaults | fields)


def tell(user, *, at=MONDAY - dt.timedelta(hours=2), **fields):
    doer = make_user()
    notify(recipients=[user], by=doer, **{"kind": PLAIN, "values": {"name": {"zh": "港口", "en": "Port"}}, "url": "/x/"} | fields)
    Notice.objects.filter(recipient=user, created_at__gt=at).update(created_at=at)


def send(at=MONDAY) -> int:
    return send_digests(at=at, by=system_user())


def test_one_mail_says_what_is_unread_in_the_persons_language(reader):
    wish(reader)
    other = make_user(Role.MARKETING, language="en")
    wish(other)
    tell(reader)
    tell(other)

    send()

    mails = {mail.to_address: mail for mail in OutgoingEmail.objects.all()}
    assert {mail.subject for mail in mails.values()} == {"1 条新通知", "One new notification"}
    assert "港口，您好：" in mails[reader.email].text
    assert "Hello Port," in mails[other.email].text


def test_a_period_has_one_mail_however_often_one_looks(reader):
    wish(reader)
    tell(reader)

    assert [send(), send(MONDAY + dt.timedelta(minutes=5)), send(MONDAY + dt.timedelta(hours=9))] == [1, 0, 0]
    tell(reader, at=MONDAY + dt.timedelta(hours=1))
    assert [send(MONDAY + dt.timedelta(hours=10)), send(MONDAY + DAY)] == [0, 1]
    assert OutgoingEmail.objects.count() == 2


def test_what_the_last_mail_said_is_not_said_again(reader):
    wish(reader)
    tell(reader, values={"name": "昨天的"})
    send()
    tell(reader, at=MONDAY + dt.timedelta(hours=3), values={"name": "今天的"})

    send(MONDAY + DAY)

    last = OutgoingEmail.objects.latest("pk").text
    assert ("今天的" in last, "昨天的" in last) == (True, False)


def test_where_there_is_nothing_new_no_mail_is_written(reader):
    wish(reader)
    tell(reader)
    read_all(up_to=Notice.objects.get().pk, by=reader)

    assert (send(), OutgoingEmail.objects.count()) == (1, 0)


def test_before_the_hour_nothing_goes(reader):
    wish(reader, hour=9, sent_for=(MONDAY - DAY).date(), quiet_weekends=False)
    tell(reader)

    assert [send(), send(MONDAY + dt.timedelta(hours=1))] == [0, 1]


def test_the_hour_is_that_of_the_persons_own_clock(reader):
    reader.time_zone = "Europe/Amsterdam"
    reader.save()
    wish(reader, sent_for=(MONDAY - DAY).date(), quiet_weekends=False)
    tell(reader)

    assert [send(), send(MONDAY + dt.timedelta(hours=7))] == [0, 1]


@pytest.mark.parametrize(("quiet", "sent"), [(True, 0), (False, 1)])
def test_weekends_are_quiet_for_whoever_wants_it(reader, quiet, sent):
    saturday = MONDAY - 2 * DAY
    wish(reader, quiet_weekends=quiet, sent_for=(saturday - 2 * DAY).date())
    tell(reader, at=saturday - dt.timedelta(hours=1))

    assert (send(saturday), OutgoingEmail.objects.count()) == (sent, sent)


def test_what_came_on_a_quiet_weekend_is_in_mondays_mail(reader):
    wish(reader, sent_for=(MONDAY - 3 * DAY).date(), covered_until=MONDAY - 3 * DAY)
    tell(reader, at=MONDAY - DAY, values={"name": "周日的"})

    send()

    assert "周日的" in OutgoingEmail.objects.get().text


def test_a_weekly_mail_goes_on_its_day_or_as_soon_as_a_worker_runs_again(reader):
    wish(reader, rhythm="weekly", weekday=0)
    tell(reader)

    assert [send(MONDAY - DAY * 3), send(MONDAY + DAY * 2), send(MONDAY + DAY * 3)] == [0, 1, 0]


def test_who_wants_no_mail_or_has_left_gets_none(reader):
    wish(reader, rhythm="off")
    gone = make_user()
    wish(gone)
    tell(reader)
    tell(gone)
    gone.is_active = False
    gone.save()

    assert (send(), OutgoingEmail.objects.count()) == (0, 0)


def test_what_one_may_not_see_when_the_mail_is_written_is_left_out(reader):
    wish(reader)
    tell(reader, kind=OF_A_PERSON, record_pk=make_user().pk, values={"name": "别人的秘密"})
    tell(reader, kind=OF_A_PERSON, record_pk=reader.pk, values={"name": "自己的"})

    send()

    text = OutgoingEmail.objects.get().text
    assert ("自己的" in text, "别人的秘密" in text) == (True, False)


def test_a_mail_that_waited_is_held_back_when_rights_have_changed(reader):
    wish(reader)
    tell(reader)
    send()
    mail = OutgoingEmail.objects.get()
    before = reason_against(mail)

    reader.roles = []
    reader.save()
    changed = str(reason_against(mail))
    reader.is_active = False
    reader.save()

    assert (before, changed) == ("", "邮件写好之后，收件人的查看权限已变更。")
    assert str(reason_against(mail)) == "账号已停用。"


def test_the_mail_is_for_its_reader_and_not_for_everybody_who_reads_the_outbox(reader):
    wish(reader)
    tell(reader)
    send()
    make_mail(to_address="customer@example.invalid")
    auditor = make_user(Role.AUDITOR)

    seen = {user: set(OutgoingEmail.objects.visible_to(user).values_list("to_address", flat=True)) for user in (reader, auditor)}

    assert seen == {reader: {reader.email, "customer@example.invalid"}, auditor: {"customer@example.invalid"}}


def test_switching_it_on_promises_the_next_mail_and_not_the_past(reader, monkeypatch):
    monkeypatch.setattr(digests, "now", lambda: MONDAY + dt.timedelta(hours=3))
    tell(reader, values={"name": "以前的"})
    change_digest(rhythm="daily", hour=8, weekday=0, quiet_weekends=True, by=reader)
    tell(reader, at=MONDAY + dt.timedelta(hours=5), values={"name": "以后的"})

    assert [send(MONDAY + dt.timedelta(hours=6)), send(MONDAY + DAY)] == [0, 1]
    text = OutgoingEmail.objects.get().text
    assert ("以后的" in text, "以前的" in text) == (True, False)


def test_a_weekly_mail_on_a_quiet_day_is_refused(reader):
    with pytest.raises(RuleBroken) as refusal:
        change_digest(rhythm="weekly", hour=8, weekday=6, quiet_weekends=True, by=reader)

    assert (refusal.value.field, Digest.objects.count()) == ("weekday", 0)


def test_a_worker_killed_between_mail_and_mark_leaves_neither(reader, monkeypatch):
    wish(reader)
    tell(reader)
    with monkeypatch.context() as broken:
        broken.setattr(Digest, "save", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send()
    left = OutgoingEmail.objects.count()

    assert left == 0
    assert (send(), OutgoingEmail.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail():
    reader, by = make_user(Role.MARKETING), system_user()
    wish(reader)
    tell(reader)

    at_once(*[lambda: send_digests(at=MONDAY, by=by)] * 2)

    assert OutgoingEmail.objects.filter(to_address=reader.email).count() == 1
    connections.close_all()
