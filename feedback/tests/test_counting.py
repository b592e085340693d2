import datetime as dt

import pytest

from customers.models import Customer, FollowUp
from customers.tests.factories import make_contact, make_customer
from feedback.enums import WaveState
from feedback.models import Invitation, Wave, WaveResult
from feedback.queries.satisfaction import by_customer
from feedback.queries.waves import live_figures, newest_counted, trend
from feedback.services.answers import ReadAnswers
from feedback.services.opinions import save_draft
from feedback.services.results import METHOD_VERSION, compute_results, stale_waves
from feedback.tests.factories import make_invitation, make_programme, make_response, make_wave
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_zone
from portcrm.outbox.enums import MailState
from portcrm.outbox.tests.factories import make_mail

pytestmark = pytest.mark.django_db


def count(wave) -> WaveResult:
    return compute_results(wave_id=wave.pk, at=now(), by=system_user())


def answer(wave, **answers):
    customer = answers.pop("customer", None) or make_customer()
    return make_response(invitation=make_invitation(wave=wave, contact=make_contact(customer=customer)), **answers)


def test_not_applicable_is_counted_apart_and_never_as_zero():
    wave = make_wave()
    for value in (2, 4, "na", "na"):
        answer(wave, schedule_reliability=value)

    item = count(wave).items.get(item__key="schedule_reliability")

    assert (item.n, item.not_applicable, item.mean, item.top_two) == (2, 2, 3.0, 0.5)


def test_overall_recommendation_and_origin_are_stored():
    wave = make_wave()
    for overall, recommend in ((5, 10), (4, 9), (3, 7), (2, 3)):
        answer(wave, overall=overall, recommend=recommend)

    result = count(wave)

    assert (result.responses, result.overall_mean, result.top_two) == (4, 3.5, 0.5)
    assert (result.promoters, result.passives, result.detractors, result.recommend) == (2, 1, 1, 0.25)
    assert (result.method_version, result.watermark) == (METHOD_VERSION, wave.responses.latest("pk").versions.get().pk)


def test_counting_twice_gives_the_same_figures_in_one_row():
    wave = make_wave()
    answer(wave)

    first, second = count(wave), count(wave)

    assert first.pk == second.pk
    assert second.items.count() == 19


def test_a_changed_answer_counts_with_its_latest_version():
    wave = make_wave()
    invitation = make_invitation(wave=wave)
    make_response(invitation=invitation, overall=2)
    make_response(invitation=invitation, overall=5)

    assert count(wave).overall_mean == 5


def test_a_half_filled_form_is_counted_as_partial_and_never_as_an_answer():
    wave = make_wave()
    invitation = make_invitation(wave=wave)
    save_draft(invitation=invitation, read=ReadAnswers({"overall": 1}), language="en", at=now(), by=system_user())

    assert count(wave).responses == 0
    assert live_figures(wave).partial == 1


def test_groups_of_fewer_than_five_answers_keep_no_figure(settings):
    settings.HIDE_GROUPS_BELOW = 5
    wave = make_wave()
    for _number in range(6):
        answer(wave, customer=make_customer(tier="standard"))
    for _number in range(2):
        answer(wave, customer=make_customer(tier="major"), overall=1)

    groups = {group.group: (group.hidden, group.n, group.mean) for group in count(wave).groups.filter(dimension="tier")}

    assert groups == {"standard": (True, None, None), "major": (True, None, None)}


def test_large_groups_are_shown():
    wave = make_wave()
    for _number in range(5):
        answer(wave, customer=make_customer(tier="standard"), overall=4)

    assert [(group.hidden, group.n, group.mean) for group in count(wave).groups.filter(dimension="tier")] == [(False, 5, 4.0)]


def test_a_wave_with_answers_the_result_does_not_know_is_stale():
    wave = make_wave()
    assert stale_waves(at=now()) == []
    answer(wave)
    assert stale_waves(at=now()) == [wave.pk]
    count(wave)
    assert stale_waves(at=now()) == []


def test_a_wave_that_is_gone_is_a_quiet_end():
    assert compute_results(wave_id=0, at=now(), by=system_user()) is None


def test_the_response_rate_is_of_those_reached_and_of_those_who_answered_anyway():
    """Asked are eight: two answer, one though the mail came back; a mail reached one who is silent, and one has a paper.
    Three mails came back, failed or were too late, and one was never written, as the wave was closed before."""
    wave = make_wave()
    answer(wave)
    make_response(invitation=make_invitation(wave=wave, mail=make_mail(state=MailState.BOUNCED, settled_at=now())))
    make_invitation(wave=wave, mail=make_mail(state=MailState.SENT, settled_at=now()), mail_written_at=now())
    make_invitation(wave=wave, address="")
    for state in (MailState.BOUNCED, MailState.FAILED, MailState.EXPIRED):
        make_invitation(wave=wave, mail=make_mail(state=state, settled_at=now()), mail_written_at=now())
    make_invitation(wave=wave)

    running = count(wave)
    assert (running.invited, running.reached, running.rate) == (8, 5, 0.4)  # the mail to the last one is still to come

    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED, closed_at=now())
    over = count(wave)
    assert (over.invited, over.reached, over.rate) == (8, 4, 0.5)


def test_customers_nobody_reached_narrow_no_interval():
    """Marks 2 and 4 of two customers: 3 +- 12.7062 * 1. Of four reached that is narrowed by sqrt(2 / 3); the fifth mail bounced."""
    wave = make_wave()
    for overall in (2, 4):
        answer(wave, overall=overall)
    for state in (MailState.SENT, MailState.SENT, MailState.BOUNCED):
        make_invitation(wave=wave, mail=make_mail(state=state, settled_at=now()), mail_written_at=now())

    result = count(wave)

    assert result.customer_high == pytest.approx(3 + 12.7062 * (2 / 3) ** 0.5, abs=1e-3)
    assert result.overall_high == pytest.approx(3 + 12.7062 * (2 / 3) ** 0.5, abs=1e-3)


def test_live_figures_add_up_to_the_invited():
    wave = make_wave()
    for state in (
        MailState.WAITING,
        MailState.SENDING,
        MailState.SENT,
        MailState.UNCERTAIN,
        MailState.FAILED,
        MailState.WITHHELD,
        MailState.BOUNCED,
    ):
        lease = {"claim": "0" * 32, "lease_until": now()} if state == MailState.SENDING else {}
        make_invitation(wave=wave, mail=make_mail(state=state, settled_at=now(), **lease))
    make_invitation(wave=wave)

    figures = live_figures(wave)

    assert (figures.waiting, figures.sent, figures.uncertain, figures.failed, figures.bounced, figures.not_sent) == (3, 1, 1, 1, 1, 1)
    assert figures.invited == 8
    assert figures.written == 5


def test_a_low_score_opens_one_follow_up_for_the_account_manager():
    manager = make_user(language="en")
    invitation = make_invitation(assignee=manager)

    make_response(invitation=invitation, overall=2, recommend=3)
    make_response(invitation=invitation, overall=1, recommend=3)

    follow_up = FollowUp.objects.get()
    assert (follow_up.owner, follow_up.customer) == (manager, invitation.customer)
    assert follow_up.title == f"Low score in {invitation.wave.name_en}: satisfaction 2, recommendation 3"


def test_a_low_score_is_to_be_followed_up_within_three_business_days():
    """After 30 September come the holidays of National Day; the 8th, the 9th and, swapped for one of them, Saturday the 10th are worked."""
    wave = make_wave(opens_at=dt.datetime(2026, 9, 29, 9, tzinfo=port_zone()))

    make_response(invitation=make_invitation(wave=wave), at=dt.datetime(2026, 9, 30, 10, tzinfo=port_zone()), overall=1)

    assert FollowUp.objects.get().due_on == dt.date(2026, 10, 10)


@pytest.mark.parametrize(
    ("answers", "opened"), [({"overall": 3, "recommend": 7}, 0), ({"overall": 4, "recommend": 6}, 1), ({"overall": 2}, 1)]
)
def test_the_rule_of_the_wave_decides_what_is_low(answers, opened):
    make_response(invitation=make_invitation(wave=make_wave(low_overall_at_most=2, low_recommend_at_most=6)), **answers)

    assert FollowUp.objects.count() == opened


def test_the_follow_up_of_a_low_score_leads_to_the_answer_and_says_what_was_rated_lowest():
    manager = make_user(language="en")

    response = make_response(
        invitation=make_invitation(assignee=manager), overall=2, comment="Two months for a claim.", claims_efficiency=1, documents=2
    )

    follow_up = FollowUp.objects.get()
    assert follow_up.reason_url == response.get_absolute_url()
    assert follow_up.detail == "Two months for a claim.\nLow marks: Claims efficiency 1, Fast and correct documents 2"


def test_without_an_account_manager_the_programmes_owner_follows_up():
    invitation = make_invitation(assignee=None)

    make_response(invitation=invitation, overall=1)

    assert FollowUp.objects.get().owner == invitation.wave.programme.owner


def test_a_low_score_goes_to_somebody_who_still_has_an_account():
    closed = make_user(Role.MARKETING, is_active=False)
    make_user(Role.MANAGER, is_active=False)
    successor = make_user(Role.MARKETING)
    handed_over, orphaned, alone = (make_invitation(assignee=closed, wave=make_wave(programme=make_programme())) for _ in range(3))
    Customer.objects.filter(pk=handed_over.customer_id).update(account_manager=successor)
    handed_over.refresh_from_db()
    User.objects.filter(pk=alone.wave.programme.owner_id).update(is_active=False)
    manager = make_user(Role.MANAGER)

    owners = []
    for invitation in (handed_over, orphaned, alone):
        make_response(invitation=Invitation.objects.get(pk=invitation.pk), overall=1)
        owners.append(FollowUp.objects.latest("pk").owner)

    assert owners == [successor, orphaned.wave.programme.owner, manager]


def test_the_customer_carries_the_latest_opinion():
    response = make_response(overall=3)

    customer = Customer.objects.get(pk=response.customer_id)

    assert (customer.last_opinion_on, customer.last_opinion_score) == (response.submitted_at.astimezone(port_zone()).date(), 3)


def test_satisfaction_by_customer_counts_port_days_with_both_ends():
    customer = make_customer()
    for day, hour, overall in ((1, 0, 5), (30, 23, 3)):
        at = dt.datetime(2026, 11, day, hour, 30, tzinfo=port_zone())
        wave = make_wave(opens_at=at - dt.timedelta(hours=1))
        make_response(invitation=make_invitation(wave=wave, contact=make_contact(customer=customer)), at=at, overall=overall)

    whole = by_customer(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    part = by_customer(dt.date(2026, 11, 2), dt.date(2026, 11, 29))

    assert [(row.customer_id, row.mean, row.answers) for row in whole] == [(customer.pk, 4.0, 2)]
    assert part == []


def test_the_first_answer_to_a_new_wave_does_not_stand_for_all_customers():
    """A wave speaks once it is over or five have answered; until then the wave before it is shown."""
    manager = make_user(Role.MANAGER)
    programme = make_programme()
    earlier = make_wave(programme=programme, name_en="earlier", opens_at=now() - dt.timedelta(days=9))
    running = make_wave(programme=programme, name_en="running")
    answer(earlier)
    count(earlier)
    Wave.objects.filter(pk=earlier.pk).update(state=WaveState.CLOSED, closed_at=now())
    for _number in range(4):
        answer(running)
    count(running)

    assert (newest_counted(manager), trend(manager, programme)) == (earlier, [earlier])

    answer(running)
    count(running)

    assert (newest_counted(manager), trend(manager, programme)) == (running, [earlier, running])


def test_where_no_wave_speaks_yet_the_answers_there_are_show():
    manager = make_user(Role.MANAGER)
    wave = make_wave()
    answer(wave)
    count(wave)

    assert (newest_counted(manager), trend(manager, wave.programme)) == (wave, [wave])


def test_an_answer_that_is_changed_is_noted_on_the_open_follow_up_once():
    invitation = make_invitation()
    day = dt.datetime(2026, 11, 24, 12, tzinfo=port_zone())
    invitation.wave.closes_at = day + dt.timedelta(days=9)
    invitation.wave.save()

    make_response(invitation=invitation, overall=1, at=day)
    make_response(invitation=invitation, overall=5, at=day)
    make_response(invitation=invitation, overall=5, at=day)

    follow_up = FollowUp.objects.get()
    assert follow_up.state == "open"
    assert follow_up.detail == "2026-11-24修改了答复：满意度5分，推荐意愿–分"


def test_a_follow_up_that_is_closed_is_left_as_it_is():
    invitation = make_invitation()
    make_response(invitation=invitation, overall=1)
    FollowUp.objects.update(state="done", closed_at=now(), closed_by=system_user())

    make_response(invitation=invitation, overall=5)

    assert FollowUp.objects.get().detail == ""
