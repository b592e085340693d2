"""“Not me”, “no time”: said by a button, followed by no reminder; the way back stays open until the closing."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import FollowUp
from feedback.enums import DeclineReason
from feedback.models import Invitation
from feedback.queries.waves import live_figures
from feedback.services.declining import decline
from feedback.services.invitations import write_mails
from feedback.services.links import invitation_token
from feedback.services.reminders import due_reminders
from feedback.services.waves import close_wave
from feedback.tests.browsing import Tab
from feedback.tests.factories import make_invitation, make_response, make_staff, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import reason_to_withhold

pytestmark = pytest.mark.django_db


def address(name, invitation, *args):
    return reverse(f"opinion:{name}", args=[invitation_token(invitation.public_id), *args])


def say(invitation, reason=DeclineReason.NO_TIME):
    return decline(invitation=invitation, reason=reason, at=now(), by=system_user())


def test_a_button_on_the_form_says_it(client):
    invitation = make_invitation()
    page = client.get(address("form", invitation)).content.decode()

    answer = client.post(re.search(r'id="decline" action="([^"]+)"', page)[1], {"reason": "no_thanks"}, follow=True)

    invitation.refresh_from_db()
    assert (invitation.decline_reason, invitation.declined_at is not None) == ("no_thanks", True)
    assert "已记下" in answer.content.decode()


def test_opening_links_declines_nothing(client):
    invitation = make_invitation()

    page = client.get(address("decline", invitation))

    invitation.refresh_from_db()
    assert page.status_code == 200
    assert invitation.declined_at is None


@pytest.mark.parametrize("reason", ["", "because", "not_me " * 400])
def test_a_reason_that_is_not_offered_is_asked_for_again(client, reason):
    invitation = make_invitation()

    answer = client.post(address("decline", invitation), {"reason": reason})

    invitation.refresh_from_db()
    assert answer.status_code == 422
    assert "请选择一个原因" in answer.content.decode()
    assert invitation.declined_at is None


def test_no_mail_of_the_wave_reaches_them_any_more():
    invitation = make_invitation(wave=make_wave(reminders=2))
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())
    mail = OutgoingEmail.objects.get()
    waiting = reason_to_withhold(mail)
    OutgoingEmail.objects.update(state=MailState.SENT, settled_at=now() - dt.timedelta(days=12))
    later = now() + dt.timedelta(days=1)
    before = list(due_reminders(invitation.wave, later))

    say(invitation)

    assert waiting == ""
    assert before == [invitation]
    assert str(reason_to_withhold(mail)) == "联系人表示不愿作答。"
    assert list(due_reminders(invitation.wave, later)) == []


def test_nobody_is_written_to_who_declined_before_the_mail_was_written():
    invitation = make_invitation()
    say(invitation)

    assert write_mails(wave_id=invitation.wave_id, at=now(), by=system_user()) == 0


def test_the_link_still_takes_an_answer_and_that_counts(client):
    invitation = make_invitation()
    say(invitation)

    Tab(client, address("form_page", invitation, invitation.wave.version.sections.count())).type(overall=4).press()

    live = live_figures(invitation.wave)
    assert (live.declined, live.answered) == (0, 1)


@pytest.mark.parametrize("reason", list(DeclineReason))
def test_only_the_wrong_person_opens_a_follow_up_once_for_the_account_manager(reason):
    manager = make_staff(name="客户经理 甲")
    invitation = make_invitation(assignee=manager, name="演示联系人 61")

    say(invitation, reason)
    say(invitation, reason)

    found = list(FollowUp.objects.filter(customer=invitation.customer).values_list("owner", "title"))
    assert found == ([(manager.pk, "更正联系人：演示联系人 61")] if reason in ("not_me", "left") else [])


def test_said_again_the_last_reason_and_the_first_moment_count():
    invitation = make_invitation()
    first = say(invitation).declined_at

    again = say(invitation, DeclineReason.LEFT)

    assert (again.declined_at, again.decline_reason) == (first, "left")


@pytest.mark.parametrize("answered", [True, False])
def test_a_form_that_is_answered_or_closed_is_declined_no_more(client, answered):
    invitation = make_invitation()
    if answered:
        make_response(invitation=invitation)
    else:
        close_wave(wave=invitation.wave, at=now(), by=make_staff())

    page = client.post(address("decline", invitation), {"reason": "no_time"})

    assert page.status_code == 410
    assert Invitation.objects.get(pk=invitation.pk).declined_at is None
    with pytest.raises(RuleBroken):
        say(Invitation.objects.get(pk=invitation.pk))


def test_the_wave_page_and_who_got_what_tell_it():
    desk, wave = Client(), make_wave()
    desk.force_login(make_staff())
    gone, silent = make_invitation(wave=wave), make_invitation(wave=wave)
    say(gone)

    listed = desk.get(reverse("feedback:wave_invitations", args=[wave.pk]), {"form": "declined"}).content.decode()
    shown = desk.get(wave.get_absolute_url()).content.decode()

    assert live_figures(wave).declined == 1
    assert gone.address in listed
    assert silent.address not in listed
    assert "不愿作答" in listed
    assert "form=declined" in shown
