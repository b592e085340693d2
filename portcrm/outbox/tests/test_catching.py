import pytest

from portcrm.outbox.catcher import mail_catcher, plain_text
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.tests.factories import make_mail

pytestmark = [pytest.mark.outbox, pytest.mark.django_db]


def test_a_trial_keeps_its_mails_on_this_machine():
    make_mail(to_address="survey@somebody.invalid", text="请填写意见征询表")

    with mail_catcher() as caught:
        deliver_due()

    caught_texts = [(message["To"].addresses[0].addr_spec, plain_text(message).strip()) for message in caught.messages]
    assert caught_texts == [("survey@somebody.invalid", "请填写意见征询表")]
