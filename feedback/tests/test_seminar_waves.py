"""Those who came to a seminar are asked once what they think of it: same caps, same mails, same figures as any wave."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from rest_framework.test import APIClient

from feedback.enums import Anonymity, Occasion, SkipReason
from feedback.forms.programme import ProgrammeForm
from feedback.models import Invitation, Programme, Questionnaire, Seminar, SeminarGuest, Wave, WaveSkip
from feedback.services.invitations import write_mails
from feedback.services.programmes import edit_programme
from feedback.services.questionnaires import load_shipped_questionnaires
from feedback.services.result_loop import wave_before
from feedback.services.seminar_waves import ask_guests
from feedback.services.seminars import note_attendance
from feedback.services.sweeping import run_due_programmes, run_occasions
from feedback.services.waves import start_wave
from feedback.tests.factories import make_guest, make_invitation, make_programme, make_response, make_seminar, make_staff
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today, port_zone
from portcrm.errors import RuleBroken
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
NOON = dt.datetime.combine(port_today(), dt.time(12), tzinfo=port_zone())
DAY = dt.timedelta(days=1)


def make_held(*guests: bool | None, **fields) -> tuple[Seminar, list[SeminarGuest]]:
    """A seminar of yesterday with a guest for every word: came, stayed away, not noted."""
    seminar = make_seminar(**{"held_on": port_today() - DAY} | fields)
    rows = [make_guest(seminar=seminar) for _one in guests]
    noted = [(row, came) for row, came in zip(rows, guests, strict=True) if came is not None]
    came = {row.pk for row, here in noted if here}
    note_attendance(seminar=seminar, replies={row.pk: "" for row, _here in noted}, came=came, at=NOON, by=make_staff())
    return seminar, rows


def ask(seminar: Seminar, by: User | None = None, **told) -> Wave:
    return ask_guests(seminar=seminar, at=NOON, by=by or make_staff(), **told)


def test_those_who_came_are_asked_with_the_seminar_form_and_nobody_else():
    make_guest(seminar=make_seminar())
    seminar, (came, away, unknown) = make_held(True, False, None, name_zh="货主座谈", name_en="Round table")
    staff = make_staff()

    wave = ask(seminar, by=staff, any_hour=True)
    write_mails(wave_id=wave.pk, at=NOON, by=system_user())

    assert (wave.version.questionnaire.key, wave.seminar, wave.invited, wave.signed_by) == ("seminar", seminar, 1, staff)
    assert (wave.name_zh, wave.name_en) == ("交流研讨会议反馈 · 货主座谈", "Feedback on seminars · Round table")
    assert wave.closes_at == dt.datetime.combine(port_today() + 14 * DAY, dt.time(18), tzinfo=port_zone())
    assert list(wave.invitations.values_list("contact", "customer", "address")) == [(came.contact_id, came.customer_id, came.contact.email)]
    assert list(OutgoingEmail.objects.values_list("to_address", flat=True)) == [came.contact.email]
    assert not Invitation.objects.filter(contact__in=[away.contact_id, unknown.contact_id]).exists()


def test_a_seminar_asks_once_and_the_database_holds_it():
    seminar, _guests = make_held(True)

    waves = {ask(seminar).pk for _press in range(2)}

    assert (len(waves), Wave.objects.count(), Programme.objects.count()) == (1, 1, 1)
    other = ask(make_held(True)[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.filter(pk=other.pk).update(seminar=seminar)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_start_one_wave_of_one_programme():
    load_shipped_questionnaires(on=port_today())
    (first, _one), (second, _two) = make_held(True), make_held(True)
    staff, barrier, started = make_staff(), threading.Barrier(3), []

    def run(seminar):
        barrier.wait(timeout=10)
        started.append(ask(seminar, by=staff).pk)
        connection.close()

    callers = [threading.Thread(target=run, args=(seminar,)) for seminar in (first, first, second)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=20)

    assert (len(started), len(set(started)), Wave.objects.count(), Programme.objects.count()) == (3, 2, 2, 1)


def test_caps_hold_and_every_skip_is_listed_with_its_reason():
    seminar, (_fresh, asked, mute) = make_held(True, True, True)
    make_invitation(contact=asked.contact, invited_on=port_today() - 10 * DAY, answered_at=NOON)
    mute.contact.email = ""
    mute.contact.save()

    wave = ask(seminar)

    assert wave.invited == 1
    assert dict(WaveSkip.objects.values_list("contact", "reason")) == {
        asked.contact_id: SkipReason.ASKED_RECENTLY,
        mute.contact_id: SkipReason.NO_ADDRESS,
    }


def test_where_nobody_can_be_asked_the_seminar_keeps_its_wave():
    seminar, (guest,) = make_held(True)
    make_invitation(contact=guest.contact, invited_on=port_today() - 10 * DAY, answered_at=NOON)

    with pytest.raises(RuleBroken):
        ask(seminar)

    assert not Wave.objects.filter(seminar=seminar).exists()


def test_nobody_is_asked_before_attendance_is_noted_or_after_it_was_called_off():
    planned, (called_off, _guests) = make_guest().seminar, make_held(True)
    Seminar.objects.filter(pk=called_off.pk).update(state="called_off")

    for seminar in (planned, called_off):
        with pytest.raises(RuleBroken):
            ask(seminar)
    assert (Wave.objects.count(), Programme.objects.count()) == (0, 0)


def test_a_guest_who_was_forgotten_since_is_not_asked():
    seminar, (_there, gone) = make_held(True, True)
    SeminarGuest.objects.filter(pk=gone.pk).update(contact=None)

    assert ask(seminar).invited == 1


def test_the_rules_of_the_programme_hold_for_the_next_seminar():
    first = ask(make_held(True)[0])
    edit_programme(
        programme=first.programme, fields={"days_open": 7, "reminders": 0, "anonymity": Anonymity.ANONYMOUS}, seen={}, on=port_today(),
        by=make_staff(),
    )  # fmt: skip

    wave = ask(make_held(True)[0])

    assert (wave.programme, wave.reminders, wave.anonymity) == (first.programme, 0, Anonymity.ANONYMOUS)
    assert (wave.closes_at - first.closes_at).days == -7


def test_the_programme_of_seminars_runs_neither_by_the_calendar_nor_by_hand_and_compares_no_waves():
    first, second = (ask(make_held(True)[0]) for _one in range(2))
    Wave.objects.filter(pk=first.pk).update(opens_at=NOON - DAY)

    run_due_programmes(at=NOON, by=system_user())
    run_occasions(at=NOON, by=system_user())
    with pytest.raises(RuleBroken):
        start_wave(programme=first.programme, at=NOON, request_key=uuid4(), by=make_staff())

    assert (Wave.objects.count(), wave_before(second)) == (2, None)


def test_the_programme_stays_that_of_seminars_and_no_other_becomes_it():
    programme, other = ask(make_held(True)[0]).programme, make_programme()

    refused = [
        (programme, {"occasion": Occasion.ONCE}),
        (programme, {"questionnaire": other.questionnaire}),
        (other, {"occasion": Occasion.SEMINAR}),
    ]
    for one, fields in refused:
        with pytest.raises(RuleBroken):
            edit_programme(programme=one, fields=fields, seen={}, on=port_today(), by=make_staff())
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(customer_tiers=["key"])


def test_its_form_offers_forms_for_guests_and_no_choice_of_whom_or_when():
    programme = ask(make_held(True)[0]).programme
    staff = make_staff()

    form, usual = ProgrammeForm(instance=programme, user=staff), ProgrammeForm(instance=make_programme(), user=staff)

    assert list(form.fields["questionnaire"].queryset) == [Questionnaire.objects.get(key="seminar")]
    assert {"customer_view", "customer_tiers", "occasion", "next_run_on"} & set(form.fields) == set()
    assert Occasion.SEMINAR not in dict(usual.fields["occasion"].choices)


def test_the_programme_is_edited_on_its_page(client):
    programme, staff = ask(make_held(True)[0]).programme, make_staff()
    client.force_login(staff)
    address = reverse("feedback:programme_edit", args=[programme.pk])
    form = client.get(address).context["form"]
    shown = {bound.html_name: bound.value() for bound in form if bound.value() is not None and bound.value() is not False}

    answer = client.post(address, shown | {"days_open": 21})

    programme.refresh_from_db()
    assert (answer.status_code, programme.days_open, programme.occasion) == (302, 21, Occasion.SEMINAR)


def test_the_button_shows_whom_it_asks_and_leads_to_the_wave(client):
    seminar, (came, away) = make_held(True, False)
    client.force_login(make_staff())
    address = reverse("feedback:seminar_ask", args=[seminar.pk])

    offered = address in client.get(seminar.get_absolute_url()).content.decode()
    shown = client.get(address).content.decode()
    answer = client.post(address)

    wave = Wave.objects.get()
    assert offered is True
    assert (came.contact.label in shown, away.contact.label in shown) == (True, False)
    assert (answer.url, client.get(address).url) == (wave.get_absolute_url(), wave.get_absolute_url())
    page, of_wave = (client.get(one.get_absolute_url()).content.decode() for one in (seminar, wave))
    assert (address in page, wave.get_absolute_url() in page, "已邀请 1 人，0 人已答复" in page) == (False, True, True)
    assert seminar.get_absolute_url() in of_wave


def test_the_page_says_why_nobody_is_asked(client):
    seminar = make_guest().seminar
    client.force_login(make_staff())

    shown = client.get(reverse("feedback:seminar_ask", args=[seminar.pk])).content.decode()

    assert "请先登记到会情况" in shown


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATIONS, Role.ADMIN])
def test_who_may_not_send_waves_starts_none(client, role):
    seminar, _guests = make_held(True)
    user = make_user(role)
    client.force_login(user)
    program = APIClient()
    program.force_authenticate(user)

    answers = [
        client.post(reverse("feedback:seminar_ask", args=[seminar.pk])).status_code,
        program.post(f"/api/v1/feedback/seminars/{seminar.pk}/ask/").status_code,
    ]

    assert (answers, Wave.objects.count()) == ([403, 403], 0)


def test_a_program_starts_it_and_reads_its_wave():
    seminar, _guests = make_held(True)
    program = APIClient()
    program.force_authenticate(make_staff())
    address = f"/api/v1/feedback/seminars/{seminar.pk}/"
    before = program.get(address).json()["wave"]

    told = program.post(f"{address}ask/", {"any_hour": True}, format="json").json()

    wave = Wave.objects.get()
    row = program.get(f"/api/v1/feedback/waves/{wave.pk}/").json()
    assert (before, told["wave"], row["seminar"], wave.any_hour) == (None, wave.pk, seminar.pk, True)


def test_an_answer_of_a_guest_stands_with_the_customer():
    seminar, (guest,) = make_held(True)
    invitation = ask(seminar).invitations.get()

    response = make_response(invitation=invitation, seminar_topics=5, seminar_again="yes", comment="很有收获")

    assert (response.customer, response.contact, response.comment) == (guest.customer, guest.contact, "很有收获")


def test_a_long_name_is_cut_to_what_a_wave_can_hold():
    seminar, _guests = make_held(True, name_zh="会" * 200, name_en="")

    wave = ask(seminar)

    assert (len(wave.name_zh), wave.name_zh[:12]) == (200, "交流研讨会议反馈 · 会")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_questions_however_many_came(client, rows, django_assert_max_num_queries):
    seminar, _guests = make_held(*[True] * rows)
    client.force_login(make_staff())
    address = reverse("feedback:seminar_ask", args=[seminar.pk])
    client.get(address)  # sessions and permissions of the first page

    with django_assert_max_num_queries(17):
        client.get(address)
