import datetime as dt
import re

import pytest
from django.urls import reverse

from customers.models import Contact
from customers.tests.factories import make_contact
from feedback.enums import SkipReason, WaveState
from feedback.models import WaveSkip
from feedback.tests.factories import make_invitation, make_response, make_staff, make_version, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now, port_today
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import make_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    return client


def read(desk, name, *args, query="") -> str:
    answer = desk.get(reverse(f"feedback:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_was_spared_is_listed_with_reason_and_day(desk):
    wave, often, without = make_wave(), make_contact(name_en="Demo contact 08"), make_contact(name_en="Demo contact 09", email="")
    spare(wave, often, SkipReason.ASKED_RECENTLY, last_asked_on=dt.date(2026, 11, 11))
    spare(wave, without, SkipReason.NO_ADDRESS)

    html = read(desk, "wave_skips", wave.pk)
    narrowed = read(desk, "wave_skips", wave.pk, query="?reason=no_address")

    assert re.search(r"Demo contact 08.*?Asked a short while ago.*?2026-11-11", html, re.DOTALL)
    assert re.search(r"Demo contact 09.*?No e-mail address", html, re.DOTALL)
    assert "Demo contact 09" in narrowed
    assert "Demo contact 08" not in narrowed


def spare(wave, contact, reason, **fields):
    return WaveSkip.objects.create(wave=wave, customer=contact.customer, contact=contact, reason=reason, **fields)


@pytest.mark.parametrize("rows", [1, 3])
def test_who_was_spared_needs_at_most_twelve_queries(desk, django_assert_max_num_queries, rows):
    wave = make_wave()
    for _number in range(rows):
        spare(wave, make_contact(), SkipReason.NO_ADDRESS)

    with django_assert_max_num_queries(12):
        html = read(desk, "wave_skips", wave.pk)

    assert html.count("<tr>") == rows + 1


def test_who_was_spared_is_exported_by_those_alone_who_read_named_answers(client):
    wave = make_wave()
    spare(wave, make_contact(name="演示联系人 08", name_en="Demo contact 08"), SkipReason.NO_ADDRESS)
    url = reverse("feedback:wave_skips", args=[wave.pk]) + "?export=csv"

    client.force_login(make_staff())
    exported = b"".join(client.get(url).streaming_content).decode()
    client.force_login(make_user(Role.ADMIN))
    refused = client.get(url)

    assert "08" in exported
    assert refused.status_code == 403
    assert "08" not in refused.content.decode()


def test_the_page_of_a_questionnaire_shows_every_item_in_both_languages(desk):
    version = make_version()

    html = read(desk, "questionnaire", version.questionnaire_id)

    assert html.count('<td lang="zh-Hans">') == html.count('<td lang="en">') == 17 * 2 + 3
    assert '<td lang="zh-Hans">航班可靠性</td><td lang="en">Schedule reliability</td>' in html


@pytest.mark.parametrize("state", [MailState.UNCERTAIN, MailState.FAILED])
def test_mails_of_a_wave_are_sent_again_after_their_number_was_shown(desk, state):
    wave = make_wave()
    again = [make_invitation(wave=wave, mail=make_mail(state=state)) for _number in range(2)]
    answered = make_response(invitation=make_invitation(wave=wave, mail=make_mail(state=state))).invitation
    OutgoingEmail.objects.filter(pk=answered.mail_id).update(state=state)  # told after the answer had come
    gone = make_invitation(wave=wave, mail=make_mail(state=state))
    Contact.objects.filter(pk=gone.contact_id).update(left_on=port_today())
    make_invitation(wave=wave, mail=make_mail(state=MailState.SENT, settled_at=now()))
    url = reverse("feedback:wave_send_again", args=[wave.pk, state])

    shown = desk.get(url).content.decode()
    for _click in range(2):
        answer = desk.post(url)

    waiting = wave.invitations.filter(mail__state=MailState.WAITING).order_by("pk")
    assert url in read(desk, "wave", wave.pk) + read(desk, "wave_invitations", wave.pk, query=f"?mail={state}")
    assert "Send 2 mails again" in shown
    assert re.search(r"Answered already\.</dt><dd>1<", shown)
    assert re.search(r"The contact has left the company\.</dt><dd>1<", shown)
    assert answer.url == reverse("feedback:wave", args=[wave.pk])
    assert list(waiting) == again
    told = AuditEvent.objects.filter(action="wave.send_again").values_list("detail", flat=True)
    assert list(told) == [{"state": state, "sent": 2, "left_out": 2}]


def test_a_form_opened_before_its_mail_became_uncertain_is_not_mailed_again(desk):
    wave = make_wave()
    make_invitation(wave=wave, mail=make_mail(state=MailState.UNCERTAIN), opened_at=now())
    url = reverse("feedback:wave_send_again", args=[wave.pk, MailState.UNCERTAIN])

    shown = desk.get(url).content.decode()
    desk.post(url)

    assert re.search(r"Form opened meanwhile\.</dt><dd>1<", shown)
    assert wave.invitations.get().mail.state == MailState.UNCERTAIN


def test_mails_of_a_closed_wave_are_not_sent_again(desk):
    wave = make_wave()
    make_invitation(wave=wave, mail=make_mail(state=MailState.UNCERTAIN))
    desk.post(reverse("feedback:wave_close", args=[wave.pk]))

    answer = desk.post(reverse("feedback:wave_send_again", args=[wave.pk, "uncertain"]))

    assert answer.status_code == 409
    assert wave.invitations.get().mail.state == MailState.UNCERTAIN


def test_a_row_of_who_got_what_leads_to_its_mail_for_those_who_may_read_mails(client):
    invitation = make_invitation(mail=make_mail(state=MailState.UNCERTAIN))
    url, seen = reverse("feedback:wave_invitations", args=[invitation.wave_id]), {}

    for role in (Role.SERVICE, Role.OPERATIONS):
        client.force_login(make_user(role))
        seen[role] = invitation.mail.get_absolute_url() in client.get(url).content.decode()

    assert seen == {Role.SERVICE: True, Role.OPERATIONS: False}


@pytest.mark.parametrize(
    ("state", "mail", "every"),
    [(WaveState.OPEN, MailState.WAITING, "5s"), (WaveState.OPEN, MailState.SENT, "30s"), (WaveState.CLOSED, MailState.SENT, None)],
)
def test_a_wave_is_looked_at_again_as_long_as_answers_may_come(desk, state, mail, every):
    wave = make_wave(state=state, closed_at=now() if state == WaveState.CLOSED else None)
    make_invitation(wave=wave, mail=make_mail(state=mail, settled_at=now() if mail == MailState.SENT else None))

    found = re.search(r'hx-trigger="every (\d+s)"', read(desk, "wave", wave.pk))

    assert (found and found.group(1)) == every


def test_the_list_of_waves_says_how_many_were_invited_before_any_answer_is_counted(desk):
    make_wave(invited=37)

    assert re.search(r'class="numeric"[^>]*>\s*37\s*<', read(desk, "wave_list"))
