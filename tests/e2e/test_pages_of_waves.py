"""Programmes, quiet periods and waves fit on a desk and on a phone."""

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact
from feedback.enums import SkipReason
from feedback.models import WaveSkip
from feedback.tests.factories import make_invitation, make_programme, make_quiet_period, make_response, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.outbox.enums import MailState
from portcrm.outbox.tests.factories import make_mail
from tests.e2e.screen import DESK, PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pages() -> list[str]:
    """Each with something in it: a resting and an active programme, a quiet period, a wave with mails of several outcomes."""
    programme = make_programme(next_run_on=port_today())
    make_programme(next_run_on=port_today(), is_active=False)
    period = make_quiet_period(name_zh="春节及前后各三个工作日不向客户发征询邮件", last_day=port_today())
    wave = make_wave(programme=programme, reminders=2, sends_from=now(), signed_by=programme.owner)
    for state in (MailState.UNCERTAIN, MailState.FAILED, MailState.WAITING):
        make_invitation(wave=wave, mail=make_mail(state=state))
    make_response(invitation=make_invitation(wave=wave, mail=make_mail(state=MailState.SENT, settled_at=now())))
    spared = make_contact(email="")
    WaveSkip.objects.create(wave=wave, customer=spared.customer, contact=spared, reason=SkipReason.NO_ADDRESS)
    return [
        *(reverse(f"feedback:{name}") for name in ("programme_list", "programme_create", "quiet_periods", "quiet_period_create")),
        reverse("feedback:quiet_period_edit", args=[period.pk]),
        reverse("feedback:programme_start", args=[programme.pk]),
        *(reverse(f"feedback:{name}", args=[wave.pk]) for name in ("wave", "wave_skips")),
        reverse("feedback:wave_invitations", args=[wave.pk]) + "?mail=uncertain",
        reverse("feedback:wave_send_again", args=[wave.pk, "uncertain"]),
    ]


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_every_page_of_programmes_and_waves_fits_and_has_no_accessibility_fault(screen, pages, width, theme):
    screen.sign_in(make_user(Role.SERVICE), theme=theme)

    found = {}
    for address in pages:
        page = screen.open(address, width=width)
        if (seen := (screen.overflow(), faults(page))) != (0, []):
            found[address] = seen

    assert found == {}
