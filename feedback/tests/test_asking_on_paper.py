"""Who has no e-mail address is asked on paper, where the programme says so: no mail, all the rest as for the others."""

import datetime as dt
from uuid import uuid4

import pytest

from customers.tests.factories import make_contact
from feedback.enums import SkipReason
from feedback.models import Invitation
from feedback.models.code import is_code
from feedback.queries.waves import live_figures
from feedback.services.audience import Rest, choose
from feedback.services.invitations import write_mails
from feedback.services.opting_out import opt_out
from feedback.services.reminders import write_reminders
from feedback.services.waves import close_wave, start_wave
from feedback.tests.factories import make_invitation, make_opt_out, make_programme, make_staff, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
REST = Rest(days_between=30, times_a_year=4, contacts_of_a_company=3)


def start(programme):
    wave = start_wave(programme=programme, at=now(), request_key=uuid4(), by=make_staff())
    write_mails(wave_id=wave.pk, at=now(), by=system_user())
    return wave


def choose_on_paper(*contacts):
    chosen = choose(contacts, on=TODAY, rest=REST, questionnaire_id=make_programme().questionnaire_id, on_paper=True)
    return chosen.asked, {skip.person: skip.reason for skip in chosen.skipped}


def test_everybody_asked_gets_a_code_of_their_own():
    make_contact()
    make_contact()

    codes = list(start(make_programme()).invitations.values_list("code", flat=True))

    assert len(set(codes)) == 2
    assert all(map(is_code, codes))


def test_without_an_address_one_is_asked_on_paper_where_the_programme_says_so():
    first, second, third = make_contact(email=""), make_contact(email=""), make_contact()

    wave = start(make_programme(asks_on_paper=True))

    live = live_figures(wave)
    assert set(wave.invitations.filter(address="").values_list("contact", flat=True)) == {first.pk, second.pk}
    assert list(OutgoingEmail.objects.values_list("to_address", flat=True)) == [third.email]
    assert (live.invited, live.on_paper, live.waiting, live.by_mail, live.written) == (3, 2, 1, 1, 0)


def test_other_programmes_spare_them():
    contact = make_contact(email="")

    wave = start(make_programme())

    assert wave.invited == 0
    assert list(wave.skips.values_list("contact", "reason")) == [(contact.pk, SkipReason.NO_ADDRESS)]


def test_those_on_paper_are_not_one_mailbox():
    """Neither the rest of one counts for the other, nor what one of them said."""
    rested, asked, out = make_contact(email=""), make_contact(email=""), make_contact(email="")
    make_invitation(contact=asked, wave=make_wave(), invited_on=TODAY - dt.timedelta(days=3))
    make_opt_out(invitation=make_invitation(contact=out, wave=make_wave(), invited_on=TODAY - dt.timedelta(days=90)), of_all=True)

    found, spared = choose_on_paper(rested, asked, out)

    assert found == [rested]
    assert spared == {asked: SkipReason.ASKED_RECENTLY, out: SkipReason.OPTED_OUT}


def test_asked_on_paper_counts_as_asked_when_the_wave_is_over():
    invitation = make_invitation(contact=make_contact(email=""))

    close_wave(wave=invitation.wave, at=now(), by=make_staff())

    assert Invitation.objects.reached().get() == invitation


def test_nobody_is_reminded_by_a_mail_they_cannot_get():
    invitation = make_invitation(contact=make_contact(email=""), wave=make_wave(reminders=2))

    assert write_reminders(wave_id=invitation.wave_id, at=now() + dt.timedelta(days=10), by=system_user()) is None


def test_who_opts_out_by_the_printed_link_is_shown_with_a_word_for_the_address():
    invitation = make_invitation(contact=make_contact(email=""))

    said = opt_out(invitation=invitation, of_all=True, source="page", at=now(), by=system_user())

    assert str(said) == "纸质"
    assert said.contact == invitation.contact
