import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from customers.tests.factories import make_contact, make_customer
from feedback.enums import SkipReason
from feedback.models import Invitation
from feedback.queries.waves import live_figures
from feedback.services.invitations import write_mails
from feedback.services.links import invitation_token, invitation_url
from feedback.services.waves import close_wave, pause_wave, resume_wave, start_wave
from feedback.tests.factories import make_invitation, make_programme, make_response, make_staff, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today
from portcrm.outbox.kinds import LINK_PLACEHOLDER, NotYet, personal_link
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import reason_to_withhold

pytestmark = pytest.mark.django_db


def write(wave) -> int:
    return write_mails(wave_id=wave.pk, at=now(), by=system_user())


def test_everybody_asked_gets_one_mail_in_their_own_language():
    customer = make_customer(name_zh="东海货运", name_en="Donghai Freight")
    make_contact(customer=customer, language="zh-hans", name="演示联系人 01", name_en="Demo contact 01")
    make_contact(customer=customer, language="en", name="演示联系人 02", name_en="Demo contact 02")

    wave = start_wave(programme=make_programme(), at=now(), request_key=uuid4(), by=make_staff())
    written = write(wave)

    assert written == 2
    assert list(OutgoingEmail.objects.order_by("pk").values_list("subject", "language")) == [
        ("示范港：诚请东海货运对我们的服务提出意见", "zh-hans"),
        ("Example Port: how well do our services suit Donghai Freight?", "en"),
    ]
    assert [(mail.to_name, mail.text.splitlines()[0]) for mail in OutgoingEmail.objects.order_by("pk")] == [
        ("演示联系人 01", "尊敬的演示联系人 01："),
        ("Demo contact 02", "Dear Demo contact 02,"),
    ]


def test_writing_the_mails_twice_writes_each_once():
    invitation = make_invitation()

    assert (write(invitation.wave), write(invitation.wave)) == (1, 0)
    assert OutgoingEmail.objects.values_list("dedupe_key", flat=True).get() == (
        f"survey:{invitation.wave_id}:{invitation.contact_id}:invite"
    )


def test_a_mail_the_outbox_has_forgotten_is_not_written_again():
    invitation = make_invitation()
    write(invitation.wave)
    OutgoingEmail.objects.all().delete()

    assert write(invitation.wave) == 0


@pytest.mark.database
def test_the_database_refuses_a_second_invitation_of_a_contact_or_an_address():
    invitation = make_invitation(address="desk@group.invalid")

    with pytest.raises(IntegrityError, match="contact_is_invited_once_a_wave"), transaction.atomic():
        make_invitation(wave=invitation.wave, contact=invitation.contact, address="other@group.invalid")
    with pytest.raises(IntegrityError, match="address_is_invited_once_a_wave"), transaction.atomic():
        make_invitation(wave=invitation.wave, address="DESK@group.invalid")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_writing_and_write_each_mail_once():
    wave = make_wave()
    for _number in range(6):
        make_invitation(wave=wave)
    actor, barrier, written = system_user(), threading.Barrier(2), []

    def work():
        barrier.wait(timeout=10)
        while number := write_mails(wave_id=wave.pk, at=now(), by=actor, limit=2):
            written.append(number)
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)

    assert sum(written) == 6
    assert OutgoingEmail.objects.count() == 6


def test_the_stored_mail_holds_no_usable_link():
    invitation = make_invitation()
    write(invitation.wave)

    mail = OutgoingEmail.objects.get()

    token = invitation_token(invitation.public_id)
    assert personal_link(mail) == invitation_url(invitation.public_id)
    assert token in personal_link(mail)
    assert token not in mail.text + mail.html + mail.link_ref
    assert LINK_PLACEHOLDER in mail.text


def test_the_mail_says_who_asks_how_long_it_takes_and_what_becomes_of_the_answer():
    invitation = make_invitation(language="en")
    write(invitation.wave)

    text = OutgoingEmail.objects.get().text

    assert invitation.wave.programme.owner.name_en in text
    assert "takes about 3 min" in text
    assert "read by our customer service" in text


def test_the_mail_offers_the_recommendation_as_links_that_only_preselect():
    invitation = make_invitation()
    write(invitation.wave)

    html = OutgoingEmail.objects.get().html

    assert [f"{LINK_PLACEHOLDER}?a={point}" in html for point in range(12)] == [True] * 11 + [False]


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda invitation: None, ""),
        (lambda invitation: make_response(invitation=invitation), "Answered already."),
        (lambda invitation: close_wave(wave=invitation.wave, at=now(), by=make_staff()), "The wave is closed."),
        (lambda invitation: withdraw(invitation.contact), "The contact does not want to be asked."),
        (lambda invitation: leave(invitation.contact), "The contact has left the company."),
        (lambda invitation: Invitation.objects.filter(pk=invitation.pk).delete(), "There is no such invitation any more."),
    ],
)
def test_a_mail_is_looked_at_once_more_before_it_goes(prepare, reason):
    invitation = make_invitation()
    write(invitation.wave)
    prepare(invitation)

    with translation.override("en"):
        assert reason_to_withhold(OutgoingEmail.objects.get()) == reason


def withdraw(contact):
    contact.consent_withdrawn_at = now()
    contact.save(update_fields=["consent_withdrawn_at"])


def leave(contact):
    contact.left_on = port_today()
    contact.save(update_fields=["left_on"])


def test_who_was_spared_is_listed_with_the_reason():
    contact = make_contact(email="")

    wave = start_wave(programme=make_programme(), at=now(), request_key=uuid4(), by=make_staff())

    assert list(wave.skips.values_list("contact", "reason")) == [(contact.pk, SkipReason.NO_ADDRESS)]


def test_a_paused_wave_lets_its_mails_wait_and_resuming_brings_them_forward():
    invitation, staff = make_invitation(), make_staff()
    write(invitation.wave)
    mail = OutgoingEmail.objects.get()
    pause_wave(wave=invitation.wave, by=staff)

    with pytest.raises(NotYet):
        reason_to_withhold(mail)
    aside = OutgoingEmail.objects.get()
    resume_wave(wave=invitation.wave, by=staff)

    assert (aside.due_at, aside.reason["en"]) == (invitation.wave.closes_at, "The wave is paused.")
    assert reason_to_withhold(mail) == ""
    assert OutgoingEmail.objects.get().due_at <= now()
    assert OutgoingEmail.objects.get().reason == {}


def test_resuming_keeps_the_pause_before_the_next_attempt_and_the_hour_a_mail_may_go_at():
    wave, staff = make_wave(), make_staff()
    tried, later = make_invitation(wave=wave), make_invitation(wave=wave)
    write(wave)
    in_an_hour, tomorrow = now() + dt.timedelta(hours=1), now() + dt.timedelta(days=1)
    OutgoingEmail.objects.filter(pk=reload(tried).mail_id).update(attempts=4, due_at=in_an_hour)
    OutgoingEmail.objects.filter(pk=reload(later).mail_id).update(not_before=tomorrow, due_at=tomorrow)

    pause_wave(wave=wave, by=staff)
    resume_wave(wave=wave, by=staff)

    assert [reload(one).mail.due_at for one in (tried, later)] == [in_an_hour, tomorrow]


def reload(invitation):
    return Invitation.objects.select_related("mail").get(pk=invitation.pk)


@pytest.mark.parametrize("paused", [False, True])
def test_closing_a_wave_settles_the_mails_that_wait(paused):
    invitation, staff = make_invitation(), make_staff()
    write(invitation.wave)
    if paused:
        pause_wave(wave=invitation.wave, by=staff)

    close_wave(wave=invitation.wave, at=now(), by=staff)

    mail, figures = OutgoingEmail.objects.get(), live_figures(invitation.wave)
    assert (mail.state, mail.reason["en"]) == ("withheld", "The wave is closed.")
    assert (figures.waiting, figures.not_sent) == (0, 1)


def test_a_paused_wave_writes_no_further_mail():
    invitation = make_invitation()
    pause_wave(wave=invitation.wave, by=make_staff())

    assert write(invitation.wave) == 0
