"""A person who is erased: answers count on without a name, links are dead, complaints lose who complained."""

import pytest
from django.urls import reverse

from customers.services.erasing import erase_person
from feedback.models import Draft, Invitation, Response, ResponseVersion
from feedback.services.forgetting import opinions_of
from feedback.services.invitations import reason_to_withhold, write_mails
from feedback.services.links import invitation_token
from feedback.tests.factories import make_complaint, make_invitation, make_response, make_staff, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.personal_data import Person
from portcrm.clock import now
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db


def erase(contact):
    return erase_person(contact=contact, reason="request", by=make_user(Role.MANAGER))


def test_scores_stay_and_the_name_goes():
    response = make_response(overall=2, recommend=3, comment="不满意")
    invitation = response.invitation
    name, address, contact = invitation.name, invitation.address, response.contact
    Response.objects.filter(pk=response.pk).update(comment=f"请{name}回电")
    ResponseVersion.objects.filter(response=response).update(answers={"overall": 2, "comment": f"请{name}回电"})

    erase(contact)

    response.refresh_from_db()
    invitation.refresh_from_db()
    assert (response.overall, response.recommend, response.comment) == (2, 3, "请〔已抹除〕回电")
    assert response.answers.count() > 0
    assert ResponseVersion.objects.get().answers == {"overall": 2, "comment": "请〔已抹除〕回电"}
    assert (invitation.name, invitation.address == address, invitation.answered_at is None) == ("", False, False)


def test_an_open_invitation_is_revoked(client):
    invitation = make_invitation()
    link = reverse("opinion:form", args=[invitation_token(invitation.public_id)])
    Draft.objects.create(invitation=invitation, answers={"overall": 4}, updated_at=now())
    write_mails(wave_id=invitation.wave_id, at=now(), by=make_staff())

    opened = client.get(link).status_code
    erase(invitation.contact)

    mail = OutgoingEmail.objects.get()
    assert (opened, client.get(link).status_code) == (200, 404)
    assert (mail.state, mail.text, bool(reason_to_withhold(mail))) == (MailState.WITHHELD, "", True)
    assert (Draft.objects.count(), Invitation.objects.count()) == (0, 1)


def test_an_invitation_not_written_yet_reaches_nobody():
    invitation = make_invitation()
    address = invitation.address
    erase(invitation.contact)

    write_mails(wave_id=invitation.wave_id, at=now(), by=make_staff())

    mail = OutgoingEmail.objects.get()
    assert address not in (mail.to_address, mail.text)
    assert reason_to_withhold(mail) != ""


def test_two_people_of_one_wave_can_both_be_erased():
    wave = make_wave()
    invitations = [make_invitation(wave=wave) for _number in range(2)]

    for invitation in invitations:
        erase(invitation.contact)

    assert list(Invitation.objects.values_list("name", flat=True)) == ["", ""]


def test_a_complaint_stays_and_forgets_who_complained():
    contact = make_invitation().contact
    complaint = make_complaint(
        customer=contact.customer, contact=contact, reporter_name=contact.name, reporter_email=contact.email,
        description=f"{contact.name}在闸口等待了三个小时。",
    )  # fmt: skip
    other = make_complaint(reporter_name="别人", reporter_email="other@customer.invalid")

    erase(contact)

    complaint.refresh_from_db()
    other.refresh_from_db()
    assert (complaint.reporter_name, complaint.reporter_email, complaint.description) == ("", "", "〔已抹除〕在闸口等待了三个小时。")
    assert (other.reporter_name, other.reporter_email) == ("别人", "other@customer.invalid")


def test_named_answers_are_told_item_by_item():
    response = make_response(overall=2, comment="不满意")
    other = make_response(overall=5, comment="很好")

    groups = {group.title: group.rows for group in opinions_of(Person("customers.contact", response.contact_id))}

    told = str(groups)
    assert len(groups["已答的意见征询表"]) == 1
    assert "不满意" in told
    assert other.comment not in told
