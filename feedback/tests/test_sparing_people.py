import datetime as dt
from uuid import uuid4

import pytest

from customers.models import Contact
from customers.tests.factories import make_contact, make_customer
from feedback.enums import SkipReason
from feedback.models import Invitation
from feedback.queries.waves import live_figures
from feedback.services import audience
from feedback.services.audience import Rest, choose
from feedback.services.waves import close_wave, start_wave
from feedback.tests.factories import make_invitation, make_programme, make_staff, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox.enums import MailState
from portcrm.outbox.services import suppress
from portcrm.outbox.tests.factories import make_mail, tell

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
REST = Rest(days_between=30, times_a_year=4, contacts_of_a_company=3)


def decide(**limits):
    chosen = choose(Contact.objects.select_related("customer"), on=TODAY, rest=Rest(**{**REST.__dict__, **limits}))
    return [contact.pk for contact in chosen.asked], {skip.person.pk: skip.reason for skip in chosen.skipped}


def asked_on(contact, day, **fields):
    return make_invitation(contact=contact, wave=make_wave(), invited_on=day, **fields)


def test_somebody_asked_twelve_days_ago_is_spared_with_the_day():
    contact = make_contact()
    asked_on(contact, dt.date(2026, 11, 11))

    chosen = choose(Contact.objects.all(), on=TODAY, rest=REST)

    assert chosen.asked == []
    assert [(skip.reason, skip.last_asked_on) for skip in chosen.skipped] == [(SkipReason.ASKED_RECENTLY, dt.date(2026, 11, 11))]


def test_thirty_days_later_the_same_person_may_be_asked_again():
    contact = make_contact()
    asked_on(contact, dt.date(2026, 10, 24))

    assert decide() == ([contact.pk], {})


def test_four_times_within_a_year_are_enough():
    contact = make_contact()
    for month in (1, 3, 5, 7):
        asked_on(contact, dt.date(2026, month, 1))

    assert decide() == ([], {contact.pk: SkipReason.ASKED_OFTEN})


def test_a_mail_that_never_went_out_does_not_count_as_asking():
    contact = make_contact()
    asked_on(contact, dt.date(2026, 11, 20), mail=make_mail(state=MailState.WITHHELD, settled_at=now()))

    assert decide() == ([contact.pk], {})


def test_who_was_never_written_to_because_the_wave_was_closed_first_does_not_count_as_asked():
    contact = make_contact()
    invitation = asked_on(contact, dt.date(2026, 11, 20))
    assert decide() == ([], {contact.pk: SkipReason.ASKED_RECENTLY})

    close_wave(wave=invitation.wave, at=now(), by=make_staff())

    assert decide() == ([contact.pk], {})
    figures = live_figures(invitation.wave)
    assert (figures.invited, figures.waiting, figures.not_sent) == (1, 0, 1)


def test_somebody_whose_mail_came_back_was_not_asked_and_an_address_that_is_dead_is_spared():
    full, gone = make_contact(email="Full@group.invalid"), make_contact(email="Gone@group.invalid")
    for contact in (full, gone):
        asked_on(contact, dt.date(2026, 11, 20), mail=make_mail(to_address=contact.email, state=MailState.SENT, settled_at=now()))

    tell(Invitation.objects.get(contact=full).mail, "soft")
    tell(Invitation.objects.get(contact=gone).mail, "hard")

    assert decide() == ([full.pk], {gone.pk: SkipReason.BLOCKED})


def test_of_one_company_at_most_three_are_asked_the_longest_unasked_first():
    customer = make_customer()
    contacts = [make_contact(customer=customer) for _number in range(5)]
    asked_on(contacts[0], dt.date(2026, 8, 1))
    asked_on(contacts[1], dt.date(2026, 6, 1))

    assert decide() == (
        [contacts[2].pk, contacts[3].pk, contacts[4].pk],
        {contacts[1].pk: SkipReason.COMPANY_FULL, contacts[0].pk: SkipReason.COMPANY_FULL},
    )


def test_withdrawn_consent_and_a_missing_address_are_reasons_of_their_own():
    withdrawn, without = make_contact(consent_withdrawn_at=now()), make_contact(email="")

    assert decide() == ([], {withdrawn.pk: SkipReason.WITHDRAWN, without.pk: SkipReason.NO_ADDRESS})


def test_one_mailbox_of_two_companies_is_asked_once():
    first = make_contact(email="desk@group.invalid")
    second = make_contact(email="Desk@Group.invalid")

    assert decide() == ([first.pk], {second.pk: SkipReason.SAME_ADDRESS})


def test_a_mailbox_asked_through_another_contact_has_its_rest():
    asked, colleague = make_contact(email="desk@group.invalid"), make_contact(email="Desk@Group.invalid")
    asked_on(asked, dt.date(2026, 11, 11))

    assert decide() == ([], {asked.pk: SkipReason.ASKED_RECENTLY, colleague.pk: SkipReason.ASKED_RECENTLY})


def test_four_times_a_year_counts_the_mailbox_and_the_person_once_each():
    asked, colleague = make_contact(email="desk@group.invalid"), make_contact(email="Desk@Group.invalid")
    asked_on(asked, dt.date(2026, 1, 1))
    asked_on(colleague, dt.date(2026, 3, 1))
    asked_on(colleague, dt.date(2026, 5, 1), address="old@group.invalid")

    assert decide(times_a_year=3) == ([asked.pk], {colleague.pk: SkipReason.ASKED_OFTEN})


def test_addresses_that_get_no_mail_take_no_place_of_their_company():
    customer = make_customer()
    erased, wrong = make_contact(customer=customer, email="Gone@group.invalid"), make_contact(customer=customer, email="张@group.invalid")
    reachable = make_contact(customer=customer)
    suppress(addresses=["gone@group.invalid"], since=TODAY, by=system_user())

    assert decide(contacts_of_a_company=1) == (
        [reachable.pk],
        {erased.pk: SkipReason.SUPPRESSED, wrong.pk: SkipReason.BAD_ADDRESS},
    )


def test_whom_the_database_refuses_is_listed_as_spared(monkeypatch):
    first, second = make_contact(email="desk@group.invalid"), make_contact(email="DESK@group.invalid")
    monkeypatch.setattr(audience, "_mailbox", lambda contact: contact.email)  # as where Python's small letters are not PostgreSQL's

    wave = start_wave(programme=make_programme(), at=now(), request_key=uuid4(), by=make_staff())

    assert list(wave.invitations.values_list("contact", flat=True)) == [first.pk]
    assert list(wave.skips.values_list("contact", "reason")) == [(second.pk, SkipReason.SAME_ADDRESS)]
    assert wave.invited == 1
