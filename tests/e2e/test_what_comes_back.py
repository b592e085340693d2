"""Who opted out, what came back and which addresses are blocked: pages that fit on a desk and on a phone, and are worked on."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models import OptOut
from feedback.services.links import opt_out_token
from feedback.tests.factories import make_invitation, make_opt_out
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import AddressBlock, ReturnedMail
from portcrm.outbox.tests import returned_mails
from portcrm.outbox.tests.factories import make_block, make_mail, make_returned
from tests.e2e.screen import DESK, PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG_ADDRESS = "department-of-international-steel-trading@very-long-name-of-a-shipper.invalid"


@pytest.fixture
def service():
    return make_user(Role.SERVICE, name="演示客服")


@pytest.fixture
def pages() -> list[str]:
    """Each with something in it."""
    sent = {"state": MailState.SENT, "settled_at": now()}
    blocked = make_block(mail=make_mail(to_address=LONG_ADDRESS, **sent))
    returned = make_returned(returned_mails.report(message_id="<stranger@elsewhere.invalid>"))
    said = make_opt_out(invitation=make_invitation(address=LONG_ADDRESS))
    lists = (reverse("outbox:returned_list"), reverse("outbox:block_list"), reverse("feedback:opt_out_list"))
    return [
        *lists,
        *(row.get_absolute_url() for row in (returned, blocked, said)),
        reverse("feedback:wave", args=[said.invitation.wave_id]),
    ]


@pytest.mark.parametrize(("width", "language", "theme"), [(DESK, "zh-hans", "dark"), (DESK, "en", "light"), (PHONE, "zh-hans", "light")])
def test_the_pages_have_no_fault_and_fit(screen, service, pages, width, language, theme):
    screen.sign_in(service, language=language, theme=theme)

    found = {}
    for path in pages:
        page = screen.open(path, width=width, height=800)
        seen = (faults(page), screen.overflow())
        if seen != ([], 0):
            found[path] = seen

    assert found == {}
    assert screen.complaints == []


def test_staff_settle_a_returned_mail_and_lift_the_block_it_led_to(screen, service):
    make_mail(to_address="wang@customer.invalid", state=MailState.SENT, settled_at=now())
    returned = make_returned()
    screen.sign_in(service, language="en")

    page = screen.open(returned.get_absolute_url())
    page.get_by_label("Recipient").fill("wang@customer.invalid")
    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_text("Settled: the mail is marked as come back.")).to_be_visible()
    page = screen.open(AddressBlock.objects.get().get_absolute_url())
    page.get_by_label("Reason").fill("He has a new server.")
    page.get_by_role("button", name="Write to it again").click()
    expect(page.get_by_text("Lifted: mails go to this address again.")).to_be_visible()

    assert not AddressBlock.objects.in_force().exists()
    assert not ReturnedMail.objects.open().exists()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_opts_out_of_all_surveys_with_and_without_scripts(browser, live_server, scripts):
    context = browser.new_context(viewport={"width": PHONE, "height": 760}, java_script_enabled=scripts)
    page, invitation = context.new_page(), make_invitation()
    page.goto(live_server.url + reverse("opinion:opt_out", args=[opt_out_token(invitation.public_id)]))

    page.get_by_role("button", name="全部退订").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已退订")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have opted out")
    page.wait_for_load_state("networkidle")  # nothing is asked of the server any more when its database goes
    context.close()

    assert OptOut.objects.get().questionnaire is None
