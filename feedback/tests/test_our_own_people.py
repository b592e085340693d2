"""Our own people are asked too: anonymously, all at once, and mixed with nothing that customers say."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override
from rest_framework.test import APIClient

from customers.tests.factories import make_contact, make_customer
from feedback.enums import Anonymity, DeclineReason, Occasion, Respondents, SkipReason
from feedback.exports.paper import printable
from feedback.models import Invitation, Programme, Questionnaire, Response, Wave
from feedback.queries.overview import standings
from feedback.queries.waves import newest_counted, trend
from feedback.services.declining import reasons_of
from feedback.services.invitations import write_mails
from feedback.services.links import invitation_token
from feedback.services.programmes import create_programme, edit_programme
from feedback.services.reminders import write_reminders
from feedback.services.results import compute_results
from feedback.services.sealing import write_sealed
from feedback.services.waves import close_wave, start_wave
from feedback.tests.browsing import Tab
from feedback.tests.factories import make_invitation, make_opt_out, make_programme, make_staff
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import reason_to_withhold

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WORDS = "希望夜班也有培训"


def employee_form() -> Questionnaire:
    return Questionnaire.objects.get(respondents=Respondents.EMPLOYEES)


@pytest.fixture
def manager():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def plan(manager) -> Programme:
    return make_programme(questionnaire=employee_form(), anonymity=Anonymity.ANONYMOUS, owner=manager)


@pytest.fixture
def colleagues() -> list[User]:
    yard = make_department(name_zh="堆场部", name_en="Yard office")
    return [make_user(Role.OPERATIONS, department=yard, email=f"colleague{number}@port.invalid") for number in range(10)]


def start(plan: Programme, **keys) -> Wave:
    return start_wave(programme=plan, at=now(), request_key=uuid4(), by=plan.owner, any_hour=True, **keys)


def answer(client, wave: Wave, *, comment: str = "") -> None:
    """Everybody asked sends the form; the first one writes something."""
    for number, invitation in enumerate(wave.invitations.order_by("pk")):
        tab = Tab(client, reverse("opinion:form", args=[invitation_token(invitation.public_id)]))
        tab.type(internal_training=3).press("next")
        tab.type(work_satisfaction=4, work_recommend=8, comment=comment if number == 0 else "").press()
        assert "Thank" in tab.html or "谢" in tab.html


def answered(client, plan: Programme, **words) -> Wave:
    """A wave of the plan with an answer of everybody, counted."""
    wave = start(plan)
    answer(client, wave, **words)
    close_wave(wave=wave, at=now(), by=plan.owner)
    write_sealed(wave_id=wave.pk, at=now(), by=system_user())
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    wave.refresh_from_db()
    return wave


# Whom


def test_all_who_work_here_are_asked_each_once_and_nobody_else(plan, colleagues):
    make_user(Role.MARKETING, is_active=False)

    wave = start(plan)

    asked = {(one.user_id, one.customer_id, one.contact_id, one.address) for one in wave.invitations.all()}
    assert asked == {(one.pk, None, None, one.email) for one in [*colleagues, plan.owner]}
    assert wave.invited == 11


def test_only_those_with_one_of_its_roles_where_it_names_some(plan, colleagues):
    Programme.objects.filter(pk=plan.pk).update(staff_roles=[Role.OPERATIONS])

    assert start(plan).invitations.filter(user=plan.owner).count() == 0
    with override("en"):
        assert Programme.objects.get(pk=plan.pk).staff_role_labels == "Operations staff"


def test_everybody_gets_a_mail_and_a_reminder_of_their_own(plan, colleagues):
    Programme.objects.filter(pk=plan.pk).update(reminders=1, days_open=60)
    wave = start(plan)

    write_mails(wave_id=wave.pk, at=now(), by=system_user())
    OutgoingEmail.objects.update(state="sent", settled_at=now() - 30 * DAY)
    write_reminders(wave_id=wave.pk, at=now(), by=system_user())

    addresses = sorted(one.email for one in [*colleagues, plan.owner])
    by_kind = {
        kind: sorted(OutgoingEmail.objects.filter(kind=kind).values_list("to_address", flat=True))
        for kind in ("feedback.invitation", "feedback.reminder")
    }
    assert by_kind == {"feedback.invitation": addresses, "feedback.reminder": addresses}


def test_a_contact_with_the_number_of_a_colleague_is_another_person(plan, colleagues):
    """Opting out and rest are told apart by more than a number: tables count each for itself."""
    number = colleagues[0].pk
    contact = make_contact(customer=make_customer(), pk=number)
    make_opt_out(invitation=make_invitation(contact=contact), of_all=True)

    assert start(plan).invitations.filter(user=number).exists()


def test_the_rules_against_tiring_people_hold_for_colleagues(plan, colleagues):
    make_opt_out(invitation=make_invitation(contact=make_contact(email=colleagues[0].email)), of_all=True)
    first = start(plan)
    for one in range(11):
        make_user(Role.SERVICE, email=f"new{one}@port.invalid")

    second = start(plan)

    skipped = dict(second.skips.values_list("user", "reason"))
    assert first.skips.get().user == colleagues[0]
    assert skipped[colleagues[0].pk] == SkipReason.OPTED_OUT
    assert {skipped[one.pk] for one in [*colleagues[1:], plan.owner]} == {SkipReason.ASKED_RECENTLY}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, "The contact has left the company."),
        ({"email": "new@port.invalid"}, "The contact's address has changed"),
        ({}, ""),
    ],
)
def test_a_mail_stays_away_from_who_has_left_or_moved_meanwhile(plan, colleagues, change, reason):
    write_mails(wave_id=start(plan).pk, at=now(), by=system_user())
    User.objects.filter(pk=colleagues[0].pk).update(**change)

    mail = OutgoingEmail.objects.get(to_address="colleague0@port.invalid")
    with override("en"):
        assert str(reason_to_withhold(mail)).startswith(reason)
        assert bool(str(reason_to_withhold(mail))) == bool(reason)


def test_fewer_than_ten_are_never_asked(plan, colleagues, client, manager):
    User.objects.filter(pk__in=[one.pk for one in colleagues[:2]]).update(is_active=False)
    client.force_login(manager)
    html = client.get(reverse("feedback:programme_start", args=[plan.pk])).content.decode()

    with pytest.raises(RuleBroken) as refused, override("en"):
        start(plan)
    assert str(refused.value.message) == "At least 10 of our own people must be asked, so that nobody is recognised; 9 can be."
    assert str(refused.value.message) in html
    assert not Wave.objects.exists()


def test_an_invitation_is_of_a_contact_or_of_a_colleague_never_of_both(plan, colleagues):
    wave = start(plan)
    both = {"wave": wave, "user": make_user(), "customer": make_customer(), "address": "both@port.invalid"}
    nobody = {"wave": wave, "address": "nobody@port.invalid"}
    twice = {"wave": wave, "user": colleagues[0], "address": "twice@port.invalid"}

    for columns in (both, nobody, twice):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.create(**columns, language="en", invited_on=port_today())


# The plan


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"anonymity": Anonymity.NAMED}, "anonymity"),
        ({"anonymity": Anonymity.CONFIDENTIAL}, "anonymity"),
        ({"occasion": Occasion.COMPLAINT, "anonymity": Anonymity.NAMED}, "anonymity"),
        ({"customer_tiers": ["major"]}, "customer_tiers"),
        ({"sample_size": 20}, "sample_size"),
        ({"asks_on_paper": True}, "asks_on_paper"),
    ],
)
def test_a_plan_for_our_own_people_is_anonymous_and_of_no_customers(manager, fields, field):
    usual = {"name_zh": "员工问卷", "questionnaire": employee_form(), "owner": manager, "anonymity": Anonymity.ANONYMOUS}

    with pytest.raises(RuleBroken) as refused:
        create_programme(fields=usual | fields, on=port_today(), by=manager)

    assert refused.value.field == field


def test_a_plan_for_customers_has_no_roles_of_our_own(manager):
    with pytest.raises(RuleBroken) as refused:
        create_programme(
            fields={"name_zh": "客户", "questionnaire": make_programme().questionnaire, "owner": manager, "staff_roles": [Role.SERVICE]},
            on=port_today(),
            by=manager,
        )
    assert refused.value.field == "staff_roles"


def test_a_plan_that_has_asked_goes_on_asking_the_same(plan, colleagues, manager):
    start(plan)
    others = make_programme().questionnaire

    with pytest.raises(RuleBroken) as refused:
        edit_programme(
            programme=plan, fields={"questionnaire": others}, seen={"questionnaire": plan.questionnaire}, on=port_today(), by=manager
        )

    assert refused.value.field == "questionnaire"


def test_only_a_manager_can_be_responsible(plan):
    Programme.objects.filter(pk=plan.pk).update(owner=make_staff())

    with override("en"):
        assert "may not read answers of our own people" in Programme.objects.get(pk=plan.pk).obstacle


def test_a_plan_is_made_on_the_page_without_unticking_what_it_does_not_need(client, manager):
    client.force_login(manager)
    page = client.get(reverse("feedback:programme_create"))
    assert 'data-asks="employees"' in page.content.decode()

    fields = {
        "name_zh": "员工问卷", "questionnaire": employee_form().pk, "anonymity": "anonymous", "owner": manager.pk, "occasion": "period",
        "period": "year", "customer_statuses": ["existing"], "staff_roles": [Role.SERVICE], "after_shipments": 20, "days_after_closing": 3,
        "days_open": 14, "reminders": 1, "remind_after_days": 5, "low_overall_at_most": 2, "low_recommend_at_most": 6, "is_active": "on",
    }  # fmt: skip
    answer = client.post(reverse("feedback:programme_create"), fields)

    assert answer.status_code == 302
    made = Programme.objects.get(name_zh="员工问卷")
    assert (made.customer_statuses, made.staff_roles, made.asks_our_own) == ([], [Role.SERVICE], True)
    assert "Our own people (Customer service)" in client.get(reverse("feedback:programme_list")).content.decode()


# What they see


def test_the_form_promises_what_holds_and_speaks_of_no_customer(client, plan, colleagues):
    invitation = start(plan).invitations.get(user=colleagues[0])

    html = client.get(reverse("opinion:form", args=[invitation_token(invitation.public_id)]) + "?lang=en", follow=True).content.decode()

    assert "leads from your answers to you or your department" in html
    assert "read by our managers alone" in html
    assert "pass the link on within your company" not in html
    assert "I am not this person" not in html


def test_who_would_rather_not_answer_says_so_without_a_follow_up(client, plan, colleagues):
    invitation = start(plan).invitations.get(user=colleagues[0])
    address = reverse("opinion:decline", args=[invitation_token(invitation.public_id)])

    assert reasons_of(invitation) == [DeclineReason.NO_TIME, DeclineReason.NO_THANKS]
    assert client.post(address, {"reason": "not_me"}).status_code == 422
    assert client.post(address, {"reason": "no_time"}).status_code == 302
    invitation.refresh_from_db()
    assert invitation.decline_reason == "no_time"


def test_the_mail_speaks_of_us_and_of_no_customer(plan, colleagues, settings):
    settings.PORT_NAME_ZH, settings.PORT_NAME_EN = "示例港", "Example Port"
    User.objects.filter(pk=colleagues[0].pk).update(language="en")
    write_mails(wave_id=start(plan).pk, at=now(), by=system_user())

    mail = OutgoingEmail.objects.get(to_address="colleague0@port.invalid")
    assert mail.subject == "Example Port: how well do we serve each other?"
    assert "how well its own people are served" in mail.text


@pytest.mark.parametrize("name", ["complaint", "suggestion"])
def test_the_forms_of_customers_know_nothing_of_a_colleague(client, plan, colleagues, name):
    invitation = start(plan).invitations.get(user=colleagues[0])

    html = client.get(reverse(f"opinion:{name}"), {"o": invitation_token(invitation.public_id)}).content.decode()

    assert colleagues[0].email not in html


def test_nobody_types_in_or_prints_what_a_colleague_says(client, plan, colleagues, manager):
    invitation = start(plan).invitations.get(user=colleagues[0])
    client.force_login(manager)

    assert client.get(reverse("feedback:type_in_form", args=[invitation.pk])).status_code == 404
    assert client.get(reverse("feedback:type_in_code"), {"code": invitation.code}).status_code == 422
    assert list(printable(manager)) == []


# Who sees what


def test_the_answers_name_nobody_and_are_read_by_managers_alone(client, plan, colleagues, manager):
    wave = answered(client, plan, comment=WORDS)
    service = make_staff()

    assert Response.objects.filter(wave=wave, customer=None, contact=None, invitation=None).count() == 11
    seen = {user.pk: Response.objects.visible_to(user).filter(wave=wave).count() for user in (manager, service)}
    assert seen == {manager.pk: 11, service.pk: 0}


@pytest.mark.parametrize("role", [Role.SERVICE, Role.OPERATIONS, Role.AUDITOR, Role.MARKETING, Role.MANAGER])
def test_others_see_the_figures_and_not_who_was_asked_or_what_was_written(client, plan, colleagues, role):
    wave = answered(client, plan, comment=WORDS)
    Wave.objects.filter(pk=wave.pk).update(closed_at=now() - 200 * DAY)
    reader, program = make_user(role, language="en"), APIClient()
    client.force_login(reader)
    program.force_authenticate(reader)
    figures = client.get(reverse("feedback:wave", args=[wave.pk])).content.decode()
    rows = client.get(reverse("feedback:wave_invitations", args=[wave.pk])).content.decode()
    answers = client.get(reverse("feedback:response_list")).content.decode()
    by_api = program.get("/api/v1/feedback/responses/").content.decode()

    leads = role == Role.MANAGER
    assert "Training" in figures
    assert (colleagues[0].email in rows, "Yard office" in rows) == (leads, leads)
    assert (WORDS in answers, WORDS in by_api) == (leads, leads)


def test_not_even_a_manager_sees_who_has_answered(client, plan, colleagues, manager):
    wave = start(plan)
    answer(client, wave)
    client.force_login(manager)

    html = client.get(reverse("feedback:wave_invitations", args=[wave.pk]), {"form": "silent"}).content.decode()

    assert colleagues[0].email in html  # the filter is not understood: all are listed
    assert "Answered at" not in html
    assert "form=answered" not in client.get(reverse("feedback:wave", args=[wave.pk])).content.decode()


def test_what_our_own_people_say_is_mixed_with_nothing_customers_say(client, plan, colleagues, manager):
    wave = answered(client, plan)

    assert newest_counted(manager) is None
    assert standings(manager) == []
    assert trend(manager, plan) == [wave]
