"""Between the writing of a mail and its turn lie hours or weeks: what has happened since then is looked at once more."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from customers.tests.factories import make_contact
from feedback.models import Invitation, Response
from feedback.queries.waves import live_figures
from feedback.services.invitations import write_mails
from feedback.services.last_look import reasons_to_withhold
from feedback.services.links import invitation_token
from feedback.services.waves import close_wave
from feedback.tests.factories import make_invitation, make_opt_out, make_response, make_staff, make_wave
from feedback.tests.test_typing_in import type_for
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today
from portcrm.memo import reading_once
from portcrm.outbox.enums import MailState
from portcrm.outbox.kinds import objections
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import reason_to_withhold

pytestmark = pytest.mark.django_db


def change(contact, **fields) -> None:
    for name, value in fields.items():
        setattr(contact, name, value)
    contact.save(update_fields=list(fields))


def ask_later(contact, *, days: int = 0, state: str = MailState.SENT) -> None:
    """A later wave has asked the same contact, so many days after the first."""
    later = make_invitation(wave=make_wave(), contact=contact)
    write_mails(wave_id=later.wave_id, at=now(), by=system_user())
    Invitation.objects.filter(pk=later.pk).update(invited_on=port_today() - dt.timedelta(days=days))
    OutgoingEmail.objects.filter(record_pk=str(later.pk)).update(state=state, settled_at=now())


@pytest.mark.parametrize(
    ("happened", "reason"),
    [
        (lambda contact: change(contact, left_on=port_today()), "The contact has left the company."),
        (lambda contact: change(contact, email="elsewhere@customer.invalid"), "The contact's address has changed since the wave began."),
        (lambda contact: change(contact, email=contact.email.upper()), ""),
        (lambda contact: ask_later(contact), "Asked by a later wave a short while ago."),
        (lambda contact: ask_later(contact, state=MailState.UNCERTAIN), "Asked by a later wave a short while ago."),
        (lambda contact: ask_later(contact, state=MailState.FAILED), ""),
        (lambda contact: ask_later(contact, days=31), ""),
    ],
)
def test_what_has_happened_since_the_wave_was_frozen_holds_a_mail_back(happened, reason):
    contact = make_contact()
    invitation = make_invitation(contact=contact)
    Invitation.objects.filter(pk=invitation.pk).update(invited_on=port_today() - dt.timedelta(days=40))
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())
    mail = OutgoingEmail.objects.get()

    happened(contact)

    with translation.override("en"):
        assert reason_to_withhold(mail) == reason


def test_two_waves_that_both_wait_do_not_hold_each_other_back():
    contact = make_contact()
    for days in (2, 1):
        invitation = make_invitation(wave=make_wave(), contact=contact)
        Invitation.objects.filter(pk=invitation.pk).update(invited_on=port_today() - dt.timedelta(days=days))
        write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())

    assert [reason_to_withhold(mail) for mail in OutgoingEmail.objects.all()] == ["", ""]


def test_the_mails_of_a_closed_wave_wait_no_more():
    invitation = make_invitation()
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())

    close_wave(wave=invitation.wave, at=now(), by=make_staff())

    figures = live_figures(invitation.wave)
    assert (figures.waiting, figures.not_sent) == (0, 1)


def test_an_answer_shows_that_a_mail_of_unknown_outcome_has_arrived():
    invitation = make_invitation()
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())
    OutgoingEmail.objects.update(state=MailState.UNCERTAIN)
    invitation.refresh_from_db()

    make_response(invitation=invitation)

    mail = OutgoingEmail.objects.get()
    assert (mail.state, mail.reason["en"]) == (MailState.SENT, "The recipient has answered the form.")
    assert live_figures(invitation.wave).uncertain == 0


def test_an_answer_typed_in_from_paper_says_nothing_about_a_mail_of_unknown_outcome():
    invitation = make_invitation()
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())
    OutgoingEmail.objects.update(state=MailState.UNCERTAIN)
    invitation.refresh_from_db()

    type_for(invitation, by=make_staff(), overall=4, gaps=True)

    assert Response.objects.count() == 1
    assert live_figures(invitation.wave).uncertain == 1


@pytest.mark.parametrize(
    ("anonymity", "settled"),
    [("named", "The recipient has opened the form."), ("confidential", "It is known to have arrived."), ("anonymous", None)],
)
def test_the_opened_form_shows_that_a_mail_of_unknown_outcome_has_arrived(client, anonymity, settled):
    invitation = make_invitation(wave=make_wave(anonymity=anonymity))
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())
    OutgoingEmail.objects.update(state=MailState.UNCERTAIN)

    for _look in range(2):
        client.get(reverse("opinion:form", args=[invitation_token(invitation.public_id)]))

    mail = OutgoingEmail.objects.get()
    assert (mail.state, (mail.reason or {}).get("en")) == ((MailState.SENT, settled) if settled else (MailState.UNCERTAIN, None))


@pytest.mark.parametrize("number", [1, 6])
def test_many_mails_are_looked_at_in_as_many_statements_as_one(django_assert_num_queries, number):
    wave = make_wave()
    for _number in range(number):
        make_invitation(wave=wave, contact=make_contact())
    write_mails(wave_id=wave.pk, at=now(), by=system_user())
    mails = list(OutgoingEmail.objects.all())

    with reading_once(), django_assert_num_queries(4):
        assert reasons_to_withhold(mails) == [""] * number


def test_of_many_looked_at_together_each_has_its_own_reason():
    wave, gone, silent = make_wave(), make_contact(), make_contact()
    for contact in (gone, silent):
        make_invitation(wave=wave, contact=contact)
    out = make_invitation(wave=wave, contact=make_contact())
    write_mails(wave_id=wave.pk, at=now(), by=system_user())
    change(gone, left_on=port_today())
    make_opt_out(invitation=out, of_all=True)

    found = objections(list(OutgoingEmail.objects.all()))

    by_contact = dict(Invitation.objects.values_list("contact", "mail"))
    assert {pk: str(reason) for pk, reason in found.items()} == {
        by_contact[gone.pk]: "联系人已离职。",
        by_contact[out.contact_id]: "该联系人已退订此类征询。",
    }
