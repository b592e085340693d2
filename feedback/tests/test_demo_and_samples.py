import random
from pathlib import Path

import pytest
from django.core.cache import cache

from cargo.tests.factories import make_shipment
from customers.enums import CustomerStatus, Tier
from customers.models import Customer
from customers.tests.factories import make_contact, make_customer
from feedback import demo, samples
from feedback.enums import Anonymity, Occasion, WaveState
from feedback.models import Complaint, HeardOpinion, InboundMail, Response, Seminar, SeminarGuest, Suggestion, Wave
from feedback.models.rules import FEWEST_SHOWN
from feedback.queries.said_and_done import latest_published
from feedback.queries.waves import live_figures
from feedback.tests.factories import make_version
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.outbox.catcher import mail_catcher, plain_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def users():
    """One of each role, customers the quarterly survey asks and others it does not."""
    users = {role: make_user(role) for role in Role}
    for tier, number in ((Tier.MAJOR, 30), (Tier.STANDARD, 15)):
        for _number in range(number):
            make_contact(customer=make_customer(status=CustomerStatus.EXISTING, tier=tier, account_manager=users[Role.MARKETING]))
    return users


def test_the_demo_shows_three_waves_and_a_complaint_in_each_state(users):
    demo.seed(random.Random(1), users, lambda line: None)

    waves = list(Wave.objects.filter(programme__occasion=Occasion.PERIOD).order_by("opens_at").select_related("result"))
    assert [wave.state for wave in waves] == [WaveState.CLOSED, WaveState.CLOSED, WaveState.OPEN]
    assert all(wave.result.responses == wave.responses.count() > 0 for wave in waves)
    assert live_figures(waves[0]).sent == live_figures(waves[0]).invited == 30
    assert set(Complaint.objects.values_list("state", flat=True)) == {"new", "assigned", "answered", "closed"}
    assert set(Suggestion.objects.values_list("state", flat=True)) == {"received", "considered", "adopted", "declined"}
    assert [one.credit for one in latest_published()] == [Suggestion.objects.published().get().customer.label]
    assert (HeardOpinion.objects.count(), Seminar.objects.get().state) == (4, "held")


def test_the_demo_shows_waves_without_names_a_seminar_that_asks_an_open_case_of_a_shipment_and_a_mail_left_at_the_desk(users):
    make_shipment(customer=Customer.objects.earliest("pk"))
    shipment = make_shipment(customer=Customer.objects.latest("pk"))

    demo.seed(random.Random(1), users, lambda line: None)

    for anonymity in (Anonymity.CONFIDENTIAL, Anonymity.ANONYMOUS):
        wave = Wave.objects.select_related("result").get(anonymity=anonymity)
        assert (wave.state, wave.result.responses) == (WaveState.CLOSED, wave.responses.count())
        assert wave.result.responses >= FEWEST_SHOWN
        assert wave.responses.filter(invitation=None).exists() == (anonymity == Anonymity.ANONYMOUS)
    asked = Wave.objects.select_related("result").get(seminar=Seminar.objects.get())
    came = set(SeminarGuest.objects.filter(attended=True).values_list("contact", flat=True))
    assert (set(asked.invitations.values_list("contact", flat=True)), len(came)) == (came, 8)
    assert asked.result.responses >= FEWEST_SHOWN
    case, mail = Complaint.objects.open().get(shipment_links__shipment=shipment), InboundMail.objects.get()
    assert (case.customer, case.state) == (shipment.customer, "new")
    assert (mail.state, mail.reason, mail.subject, mail.name) == ("left", "list", "冷藏箱断电", "船务群组")


@pytest.mark.outbox
@pytest.mark.django_db(transaction=True)
def test_the_sample_run_mails_everybody_and_answers_every_third_form_on_the_web(settings):
    settings.PORTCRM_INSTANCE_ID = "this-installation"
    settings.OUTBOX_MAILS_PER_MINUTE = 0
    make_version()  # what committed tests emptied
    for number in range(7):
        make_contact(email=f"survey@company{number}.invalid")
    said = []

    with mail_catcher() as caught:
        samples.ask_and_answer(Path(), make_user(Role.MANAGER), said.append)
        samples.ask_and_answer(Path(), make_user(Role.MANAGER), said.append)

    reached = sorted(message["To"].addresses[0].addr_spec for message in caught.messages)
    assert reached == [f"survey@company{number}.invalid" for number in range(7)]
    assert all("/o/" in plain_text(message) for message in caught.messages)
    assert Response.objects.count() == 3
    assert said[0] == "Opinions: 7 invited, 7 mails sent"
    assert said[1].startswith("Opinions: 3 answered through the form, satisfaction ")
    assert Wave.objects.count() == 1
