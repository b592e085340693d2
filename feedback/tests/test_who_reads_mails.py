"""A mail is as secret as what it is about: whoever is refused the complaint does not read its answer in the outbox."""

import pytest
from django.test import Client
from django.urls import reverse

from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.services.invitations import write_mails
from feedback.tests.factories import make_complaint, make_invitation, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
ADDRESS, NAME, ANSWER = "liwei@customer.invalid", "演示联系人 07", "我们将于周五前退还堆存费"


@pytest.fixture
def mails() -> list[OutgoingEmail]:
    """An answer to a complaint and an invitation; the mail server has repeated the address."""
    staff = make_staff()
    complaint = make_complaint(reporter_email=ADDRESS, reporter_name=NAME, subject=ANSWER)
    complaint = assign_complaint(complaint=complaint, owner=staff, at=now(), by=staff)
    answer_complaint(complaint=complaint, answer=ANSWER, at=now(), by=staff)
    invitation = make_invitation(address="zhao@elsewhere.invalid", name=NAME)
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())
    OutgoingEmail.objects.update(answer=f"550 <{ADDRESS.upper()}> and <zhao@elsewhere.invalid>: no such user", html=f"<p>{ANSWER}</p>")
    return list(OutgoingEmail.objects.all())


def everything_read_by(role: str, mails: list[OutgoingEmail]) -> str:
    client = Client()
    client.force_login(make_user(role, language="en"))
    addresses = [reverse("outbox:email_list"), reverse("outbox:email_list") + "?q=liwei"]
    for mail in mails:
        addresses += [mail.get_absolute_url(), reverse("outbox:email_preview", args=[mail.pk])]
    return "".join(client.get(address).content.decode().replace("liwei&quot;", "").replace('value="liwei"', "") for address in addresses)


def test_an_administrator_sees_what_became_of_a_mail_but_not_what_it_says_nor_to_whom(mails):
    read = everything_read_by(Role.ADMIN, mails)

    assert [secret for secret in (ADDRESS, ADDRESS.upper(), "zhao@elsewhere.invalid", NAME, ANSWER) if secret in read] == []
    assert "l•••@customer.invalid" in read
    assert "What this mail says and to whom it went is for those who may see what it is about." in read


def test_whoever_may_see_what_a_mail_is_about_reads_it(mails):
    read = everything_read_by(Role.SERVICE, mails)

    assert [shown for shown in (ADDRESS, "zhao@elsewhere.invalid", NAME, ANSWER) if shown not in read] == []


def test_a_search_does_not_find_what_the_list_masks(mails):
    client = Client()
    client.force_login(make_user(Role.ADMIN))

    found = client.get(reverse("outbox:email_list"), {"q": "liwei"}).context["listing"].rows

    assert list(found) == []
