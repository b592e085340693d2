"""Programmes, quiet periods and waves fit on a desk and on a phone."""

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact
from feedback.enums import Occasion, SkipReason
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
    make_programme(occasion=Occasion.SHIPMENTS, events_from=port_today())
    drawing = make_programme(sample_size=1)
    period = make_quiet_period(name_zh="春节及前后各三个工作日不向客户发征询邮件", last_day=port_today())
    wave = make_wave(programme=programme, reminders=2, sends_from=now(), signed_by=programme.owner)
    for state in (MailState.UNCERTAIN, MailState.FAILED, MailState.WAITING):
        make_invitation(wave=wave, mail=make_mail(state=state))
    make_response(invitation=make_invitation(wave=wave, mail=make_mail(state=MailState.SENT, settled_at=now())))
    spared = make_contact(email="")
    WaveSkip.objects.create(wave=wave, customer=spared.customer, contact=spared, reason=SkipReason.NO_ADDRESS)
    return [
        *(
            reverse(f"feedback:{name}")
            for name in ("programme_list", "programme_create", "quiet_periods", "quiet_period_create", "survey_rules")
        ),
        reverse("feedback:quiet_period_edit", args=[period.pk]),
        *(reverse("feedback:programme_start", args=[one.pk]) for one in (programme, drawing)),
        *(reverse(f"feedback:{name}", args=[wave.pk]) for name in ("wave", "wave_skips")),
        reverse("feedback:wave_invitations", args=[wave.pk]) + "?mail=uncertain",
        reverse("feedback:wave_send_again", args=[wave.pk, "uncertain"]),
    ]


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_every_page_of_programmes_and_waves_fits_and_has_no_accessibility_fault(screen, pages, width, theme):
    screen.sign_in(make_user(Role.SERVICE, Role.MANAGER), theme=theme)

    found = {}
    for address in pages:
        page = screen.open(address, width=width)
        if (seen := (screen.overflow(), faults(page))) != (0, []):
            found[address] = seen

    assert found == {}


def test_the_form_of_a_programme_shows_what_belongs_to_the_occasion(screen):
    screen.sign_in(make_user(Role.SERVICE))
    page = screen.open(reverse("feedback:programme_create"))
    fields = ("period", "next_run_on", "after_shipments", "days_after_closing")

    shown = {}
    for occasion in page.locator("[name=occasion] option").evaluate_all("options => options.map(option => option.value)"):
        page.select_option("[name=occasion]", occasion)
        shown[occasion] = [name for name in fields if page.is_visible(f"[name={name}]")]

    assert shown == {  # the one of seminars is begun on the page of a seminar
        "period": ["period", "next_run_on"],
        "once": ["next_run_on"],
        "shipments": ["after_shipments"],
        "complaint": ["days_after_closing"],
    }
