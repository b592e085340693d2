"""Opting out by the mail's button, by its page, and what staff lift."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from customers.models import Contact
from customers.tests.factories import make_contact
from feedback.enums import OptOutSource, SkipReason
from feedback.models import OptOut
from feedback.services.audience import Rest, choose
from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.services.invitations import write_mails
from feedback.services.links import invitation_token, opt_out_token, opt_out_url
from feedback.services.opting_out import lift_opt_out
from feedback.services.questionnaires import load_shipped_questionnaire
from feedback.services.waves import start_wave
from feedback.tests.factories import make_complaint, make_invitation, make_opt_out, make_programme, make_response, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.outbox.delivery import deliver_due
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
REST = Rest(days_between=0, times_a_year=99, contacts_of_a_company=99)
LIST_QUERIES = 3
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def https(settings):
    settings.PORTCRM_SITE_URL = "https://crm.port.invalid"
    settings.PORTCRM_INSTANCE_ID = "this-installation"


def address_of(invitation) -> str:
    return reverse("opinion:opt_out", args=[opt_out_token(invitation.public_id)])


def skipped(questionnaire) -> dict[int, str]:
    audience = choose(Contact.objects.all(), on=port_today(), rest=REST, questionnaire_id=questionnaire.pk)
    return {skip.person.pk: skip.reason for skip in audience.skipped}


def another_questionnaire():
    other = load_shipped_questionnaire(on=port_today()).questionnaire
    other.pk, other.key = None, "another"
    other._state.adding = True
    other.save()
    return other


def test_a_survey_mail_carries_the_button_of_mail_programs():
    invitation = make_invitation()
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())

    deliver_due()

    (message,) = mail.outbox
    headers = message.message()
    link = opt_out_url(invitation.public_id)
    assert headers["List-Unsubscribe"] == f"<{link}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.body
    assert f'href="{link}"' in message.alternatives[0].content
    assert re.search(rf"\nList-Unsubscribe:\s+<{re.escape(link)}>\n", headers.as_string())  # the address is not broken in two


def test_the_one_click_header_is_not_promised_without_https(settings):
    settings.PORTCRM_SITE_URL = "http://crm.port.invalid"
    invitation = make_invitation()
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())

    deliver_due()

    headers = mail.outbox[0].message()
    assert (headers["List-Unsubscribe"] is None, headers["List-Unsubscribe-Post"]) == (False, None)


def test_the_stored_mail_holds_no_link_that_opts_out():
    invitation = make_invitation()
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())

    stored = OutgoingEmail.objects.get()

    assert opt_out_token(invitation.public_id) not in stored.text + stored.html + stored.link_ref


def test_an_answer_to_a_complaint_has_no_such_button_and_reaches_who_opted_out():
    complaint, staff = make_complaint(reporter_email="desk@customer.invalid"), make_staff()
    make_opt_out(invitation=make_invitation(contact=make_contact(email="desk@customer.invalid")), of_all=True)
    assign_complaint(complaint=complaint, owner=staff, at=now(), by=staff)
    answer_complaint(complaint=complaint, answer="已更正提货单。", at=now(), by=staff)

    deliver_due()

    assert {tuple(message.to) for message in mail.outbox} == {("desk@customer.invalid",)}
    assert [message.message()["List-Unsubscribe"] for message in mail.outbox] == [None] * len(mail.outbox)
    assert not OutgoingEmail.objects.exclude(state=MailState.SENT).exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_whoever_only_fetches_the_link_opts_nobody_out(method):
    invitation = make_invitation()

    response = getattr(Client(), method)(address_of(invitation))

    assert response.status_code == 200
    assert not OptOut.objects.exists()


def test_the_page_offers_both_scopes_and_says_that_nothing_happens_yet():
    invitation = make_invitation(language="en")

    page = Client().get(address_of(invitation)).content.decode()

    assert re.findall(r'<button class="main" name="scope" value="(\w+)">', page) == ["kind", "all"]
    assert "Nothing changes before you press a button." in page


@pytest.mark.parametrize("content_type", ["urlencoded", "multipart"])
def test_the_bare_post_of_a_mail_program_opts_out_of_this_kind_of_survey(content_type):
    invitation, client = make_invitation(), Client(enforce_csrf_checks=True)

    if content_type == "multipart":
        response = client.post(address_of(invitation), ONE_CLICK)
    else:
        body = "List-Unsubscribe=One-Click"
        response = client.post(address_of(invitation), body, content_type="application/x-www-form-urlencoded")

    said = OptOut.objects.get()
    assert (response.status_code, response.cookies) == (200, {})
    assert (said.address, said.contact, said.questionnaire, said.source) == (
        invitation.address, invitation.contact, invitation.wave.version.questionnaire, OptOutSource.ONE_CLICK,
    )  # fmt: skip


def test_a_link_nobody_was_given_opts_nobody_out():
    invitation = make_invitation()
    forged = reverse("opinion:opt_out", args=[f"{invitation.public_id}.forged"])

    assert Client().post(forged, ONE_CLICK).status_code == 404
    assert not OptOut.objects.exists()


def test_the_link_of_the_form_is_not_the_link_that_opts_out():
    """A form is forwarded to a colleague; that must not hand over the other link."""
    response = make_response()
    form = reverse("opinion:form", args=[opt_out_token(response.invitation.public_id)])

    assert Client().get(form).status_code == 404


def test_saying_it_twice_and_then_of_all_keeps_one_row_for_each_scope():
    invitation, client = make_invitation(), Client()

    for scope in ("kind", "kind", "all", "all"):
        client.post(address_of(invitation), {"scope": scope})

    assert sorted(OptOut.objects.values_list("questionnaire", flat=True), key=str) == sorted(
        [None, invitation.wave.version.questionnaire_id], key=str
    )
    assert 'name="scope"' not in client.get(address_of(invitation)).content.decode()


def test_out_of_one_kind_leaves_the_other_surveys():
    invitation = make_invitation()
    mine, other = invitation.wave.version.questionnaire, another_questionnaire()

    make_opt_out(invitation=invitation)

    assert (skipped(mine), skipped(other)) == ({invitation.contact_id: SkipReason.OPTED_OUT}, {})


def test_out_of_all_holds_for_the_mailbox_and_for_the_contact_with_a_new_address():
    invitation = make_invitation(contact=make_contact(email="Desk@group.invalid"))
    twin = make_contact(email="desk@group.invalid")
    make_opt_out(invitation=invitation, of_all=True)
    Contact.objects.filter(pk=invitation.contact_id).update(email="new@group.invalid")

    assert skipped(another_questionnaire()) == {invitation.contact_id: SkipReason.OPTED_OUT, twin.pk: SkipReason.OPTED_OUT}


def test_a_wave_lists_who_opted_out_among_the_spared():
    programme = make_programme()
    invitation = make_invitation()
    make_opt_out(invitation=invitation, of_all=True)

    wave = start_wave(programme=programme, at=now() + dt.timedelta(days=60), request_key=uuid4(), by=make_staff())

    assert list(wave.skips.values_list("contact", "reason")) == [(invitation.contact_id, SkipReason.OPTED_OUT)]


def test_who_opts_out_while_the_mail_waits_does_not_get_it():
    invitation = make_invitation()
    write_mails(wave_id=invitation.wave_id, at=now(), by=system_user())
    make_opt_out(invitation=invitation)

    deliver_due()

    stored = OutgoingEmail.objects.get()
    assert (mail.outbox, stored.state, stored.reason["en"]) == ([], MailState.WITHHELD, "The contact opted out of these surveys.")


def test_staff_lift_it_with_a_reason_and_the_person_is_asked_again():
    said, staff = make_opt_out(), make_staff(name="王 经办")
    client = Client()
    client.force_login(staff)

    without = client.post(reverse("feedback:opt_out_lift", args=[said.pk]), {"reason": " "})
    client.post(reverse("feedback:opt_out_lift", args=[said.pk]), {"reason": "来电说误点"})

    said.refresh_from_db()
    assert without.status_code == 422
    assert (said.lifted_by, said.lifted_reason) == (staff, "来电说误点")
    assert skipped(said.questionnaire) == {}
    assert AuditEvent.objects.filter(action="survey.lift_opt_out", actor_id=staff.pk).count() == 1


def test_it_is_lifted_once():
    said, staff = make_opt_out(), make_staff()
    lift_opt_out(opt_out=said, reason="来电", at=now(), by=staff)

    with pytest.raises(RuleBroken):
        lift_opt_out(opt_out=said, reason="又一次", at=now(), by=staff)


def test_who_opted_out_may_do_so_again_after_it_was_lifted():
    said = make_opt_out()
    lift_opt_out(opt_out=said, reason="来电", at=now(), by=make_staff())

    again = make_opt_out(invitation=said.invitation)

    assert (again.pk == said.pk, OptOut.objects.in_force().get()) == (False, again)


def test_who_may_only_read_cannot_lift():
    said, client = make_opt_out(), Client()
    client.force_login(make_user(Role.AUDITOR))

    page = client.get(reverse("feedback:opt_out", args=[said.pk]))
    refused = client.post(reverse("feedback:opt_out_lift", args=[said.pk]), {"reason": "x"})

    assert (page.status_code, refused.status_code) == (200, 403)
    assert OptOut.objects.in_force().count() == 1


def test_who_may_not_read_answers_does_not_see_who_opted_out():
    said, client = make_opt_out(), Client()
    client.force_login(make_user(Role.ADMIN))

    for url in (reverse("feedback:opt_out_list"), reverse("feedback:opt_out", args=[said.pk])):
        response = client.get(url)

        assert response.status_code == 403
        assert said.address not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number(count, django_assert_num_queries):
    for _number in range(count):
        make_opt_out()
    client = Client()
    client.force_login(make_staff(language="en"))
    client.get(reverse("feedback:opt_out_list"))

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("feedback:opt_out_list"))


def test_the_thanks_and_the_wave_tell_of_it():
    response, client = make_response(), Client()
    invitation = response.invitation
    thanks = client.get(reverse("opinion:thanks", args=[invitation_token(invitation.public_id)])).content.decode()
    make_opt_out(invitation=invitation)
    client.force_login(make_staff(language="en"))

    wave = client.get(reverse("feedback:wave", args=[invitation.wave_id]))
    rows = client.get(reverse("feedback:wave_invitations", args=[invitation.wave_id]), {"form": "opted_out"})

    assert address_of(invitation) in thanks
    assert wave.context["live"].opted_out == 1
    assert [row.pk for row in rows.context["listing"].rows] == [invitation.pk]
