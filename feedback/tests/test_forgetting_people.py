"""A person who is erased: answers count on without a name, links are dead, complaints lose who complained."""

import pytest
from django.urls import reverse

from customers.models import Channel
from customers.services.erasing import erase_person
from customers.tests.factories import make_contact
from feedback.enums import DeclineReason
from feedback.models import Draft, InboundMail, Invitation, Response, ResponseVersion
from feedback.services.declining import decline
from feedback.services.forgetting import opinions_of
from feedback.services.invitations import write_mails
from feedback.services.links import invitation_token
from feedback.tests.factories import (
    make_complaint,
    make_form,
    make_inbound,
    make_invitation,
    make_response,
    make_staff,
    make_wave,
    make_wave_of,
)
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.personal_data import Person
from portcrm.clock import now
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import reason_to_withhold

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


def test_who_was_asked_on_paper_stays_without_an_address():
    invitation = make_invitation(contact=make_contact(email=""))

    erase(invitation.contact)

    invitation.refresh_from_db()
    assert (invitation.address, invitation.name, invitation.is_on_paper) == ("", "", True)


def test_what_is_on_its_way_is_told_in_the_words_of_the_form():
    choices = [
        {"key": "way", "kind": "single", "options": ["truck", "rail"]},
        {"key": "when", "kind": "multiple", "options": ["day", "night"]},
    ]
    invitation = make_invitation(wave=make_wave_of(make_form([*choices, {"key": "overall"}, {"key": "gate", "allows_na": True}])))
    answers = {"way": "rail", "when": ["day", "night"], "overall": 4, "gate": "na"}
    Draft.objects.create(invitation=invitation, answers=answers, updated_at=now())

    groups = {group.title: group.rows for group in opinions_of(Person("customers.contact", invitation.contact_id))}

    told = {"问题way": "选项rail", "问题when": "选项day、选项night", "问题overall": "4", "问题gate": "不适用"}
    assert groups["尚未提交的填写内容"] == [told]


def test_by_which_way_an_answer_came_and_why_none_did_is_told():
    response, declined = make_response(), make_invitation()
    paper = Channel.objects.get(key="paper_form")
    Response.objects.update(channel=paper, entered_by=make_staff(name="录入员 甲"), taken_on="2026-11-20")
    decline(invitation=declined, reason="no_time", at=now(), by=make_staff())

    answered, refused = (
        {group.title: group.rows for group in opinions_of(Person("customers.contact", one.contact_id))} for one in (response, declined)
    )

    row = answered["已答的意见征询表"][0]
    assert (row["作答方式"], row["录入人"]) == ("纸质征询表", "录入员 甲")
    assert DeclineReason.NO_TIME.label in refused["邀请"][0].values()


def test_mails_to_the_complaint_mailbox_are_told_and_go():
    contact = make_contact(email="wang@customer.invalid")
    make_inbound(From="Wang@customer.invalid", Subject="岸桥等待三小时")
    other = make_inbound(From="li@customer.invalid")
    told = str([group.rows for group in opinions_of(Person("customers.contact", contact.pk, addresses=("wang@customer.invalid",)))])

    erase(contact)

    assert "岸桥等待三小时" in told
    assert list(InboundMail.objects.all()) == [other]
