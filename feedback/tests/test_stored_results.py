"""What a count stores: from which answers, with which intervals, for whom; and when it is made anew."""

import datetime as dt
import threading

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from customers.services.merging import merge_customers
from customers.tests.factories import make_contact, make_customer
from feedback import tasks
from feedback.enums import WaveState
from feedback.models import LoopResult, Wave, WaveResult
from feedback.services import jobs, sweeping
from feedback.services.jobs import COMPUTE_RESULTS, COUNT_AGAIN
from feedback.services.results import METHOD_VERSION, compute_results, renew_results, stale_waves
from feedback.tests.factories import make_invitation, make_programme, make_response, make_staff, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.outbox.enums import MailState
from portcrm.outbox.tests.factories import make_mail

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def nudged(monkeypatch):
    """The tasks asked for, and a cache that has counted nothing yet."""
    cache.clear()
    asked = []
    monkeypatch.setattr(jobs, "nudge", lambda task, *ids: asked.append((task, *ids)))
    return asked


def count(wave) -> WaveResult:
    return compute_results(wave_id=wave.pk, at=now(), by=system_user())


def answer(wave, **answers):
    customer = answers.pop("customer", None) or make_customer()
    return make_response(invitation=make_invitation(wave=wave, contact=make_contact(customer=customer)), **answers)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_an_answer_committed_after_a_later_one_is_missed_by_no_count():
    """The first answer has the lower number and is committed last: the highest number says nothing of it."""
    wave = make_wave()
    first, second = make_invitation(wave=wave), make_invitation(wave=wave)
    system_user()
    written, counted = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            make_response(invitation=first, overall=1)
            written.set()
            counted.wait(60)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(60)
    make_response(invitation=second, overall=5)
    known = count(wave)
    counted.set()
    thread.join()

    assert (known.responses, known.overall_mean, known.versions) == (1, 5, 1)
    assert stale_waves(at=now()) == [wave.pk]
    assert renew_results(wave_id=wave.pk, at=now(), by=system_user()).overall_mean == 3


def test_a_result_counted_in_an_older_way_is_counted_again():
    wave = make_wave()
    answer(wave)
    count(wave)
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED, closed_at=now() - 90 * DAY)
    assert stale_waves(at=now()) == []

    WaveResult.objects.update(method_version=METHOD_VERSION - 1)

    assert stale_waves(at=now()) == [wave.pk]


def test_a_wave_closed_long_ago_and_not_counted_since_is_counted_however_long_nobody_swept():
    wave = make_wave(opens_at=now() - 120 * DAY, closes_at=now() + DAY)
    answer(wave)
    compute_results(wave_id=wave.pk, at=now() - 100 * DAY, by=system_user())
    answer(wave)
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED, closed_at=now() - 90 * DAY)

    assert stale_waves(at=now()) == [wave.pk]
    renew_results(wave_id=wave.pk, at=now(), by=system_user())
    assert stale_waves(at=now()) == []
    assert WaveResult.objects.get().responses == 2


def test_a_count_of_nothing_new_leaves_the_result_alone():
    wave = make_wave()
    answer(wave)
    first = count(wave)

    again = renew_results(wave_id=wave.pk, at=now() + DAY, by=system_user())

    assert (again.pk, again.computed_at) == (first.pk, first.computed_at)
    assert count(wave).computed_at > first.computed_at


def test_an_answer_asks_for_a_count_after_its_commit_and_a_stream_of_them_for_one(nudged, django_capture_on_commit_callbacks):
    wave, other = make_wave(), make_wave()

    with django_capture_on_commit_callbacks(execute=True):
        answer(wave)
        assert nudged == []
    with django_capture_on_commit_callbacks(execute=True):
        answer(wave)
        answer(other)

    assert [asked for asked in nudged if asked[0] == COMPUTE_RESULTS] == [(COMPUTE_RESULTS, wave.pk), (COMPUTE_RESULTS, other.pk)]


def test_the_sweep_asks_for_what_the_stream_left_uncounted(nudged, django_capture_on_commit_callbacks):
    wave = make_wave()
    answer(wave)

    with django_capture_on_commit_callbacks(execute=True):
        sweeping.ask_for_leftovers(at=now())

    assert (COMPUTE_RESULTS, wave.pk) in nudged


def test_the_job_counts_what_is_new_and_the_button_has_a_worker_count_all(client, nudged, django_capture_on_commit_callbacks):
    wave = make_wave()
    answer(wave, overall=2)
    client.force_login(make_staff(language="en"))

    tasks.compute_wave_results(wave.pk)
    assert WaveResult.objects.get().overall_mean == 2
    WaveResult.objects.update(overall_mean=9)
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("feedback:wave_compute", args=[wave.pk]), follow=True)

    assert nudged == [(COUNT_AGAIN, wave.pk)]
    assert "being counted" in page.content.decode()
    assert WaveResult.objects.get().overall_mean == 9
    tasks.compute_wave_results(wave.pk)
    assert WaveResult.objects.get().overall_mean == 9
    tasks.count_wave_again(wave.pk)
    assert WaveResult.objects.get().overall_mean == 2


def test_means_shares_and_scores_are_stored_with_their_intervals():
    """Ratings 1, 2, 3, 4 of four people out of eight: t.test gives 2.5 +- 2.054260 in R, narrowed by sqrt(4 / 7).

    Two of four in the top two, and one of four: the ends p solve (p - share)^2 = z^2 p (1 - p) / 4 * 4 / 7, found by bisection.
    Recommended by two, rejected by one of four: 4/7 of 3/4 are added to both and of 3 to all, (2.428571 - 1.428571) / 5.714286 = 0.175
    with an error of sqrt((3.857143 / 5.714286 - 0.175 ** 2) / 5.714286) = 0.335806, narrowed by sqrt(4 / 7) as well: 0.253846.
    """
    wave = make_wave()
    for score, recommend in ((1, 10), (2, 9), (4, 7), (3, 0)):
        answer(wave, overall=score + 1, schedule_reliability=score, recommend=recommend)
    for _number in range(4):
        make_invitation(wave=wave)
    make_invitation(wave=wave, mail=make_mail(state=MailState.FAILED, settled_at=now()))

    result = count(wave)

    item = result.items.get(item__key="schedule_reliability")
    assert (result.invited, result.reached, result.rate) == (9, 8, 0.5)
    reach = 2.054260 * (4 / 7) ** 0.5
    assert (item.mean, item.low, item.high) == (2.5, pytest.approx(2.5 - reach, abs=1e-5), pytest.approx(2.5 + reach, abs=1e-5))
    assert (result.overall_low, result.overall_high) == (pytest.approx(3.5 - reach, abs=1e-5), pytest.approx(3.5 + reach, abs=1e-5))
    assert item.deviation == pytest.approx((5 / 3) ** 0.5)
    assert (item.top_two, round(item.top_two_low, 4), round(item.top_two_high, 4)) == (0.25, 0.0660, 0.6111)
    assert (result.top_two, round(result.top_two_low, 5), round(result.top_two_high, 5)) == (0.5, 0.20237, 0.79763)
    assert result.recommend_low == pytest.approx(0.175 - 1.959964 * 0.253846, abs=1e-5)
    assert result.recommend_high == pytest.approx(0.175 + 1.959964 * 0.253846, abs=1e-5)


def test_a_group_of_customers_is_narrowed_by_how_many_of_its_own_were_reached():
    """3, 3, 4, 5, 5 of five key accounts: s = 1, 2.776445 / sqrt(5) = 1.241664; ten key accounts were reached, the mail to an
    eleventh came back: sqrt(5 / 9). Of a drawn sample nobody knows how many there are to draw from."""
    wave = make_wave()
    for overall in (3, 3, 4, 5, 5):
        answer(wave, customer=make_customer(is_key_account=True), overall=overall)
    for key in (*[True] * 5, *[False] * 3):
        make_invitation(wave=wave, customer=make_customer(is_key_account=key))
    bounced = make_mail(state=MailState.BOUNCED, settled_at=now())
    make_invitation(wave=wave, customer=make_customer(is_key_account=True), mail=bounced)

    narrowed = count(wave).groups.get(dimension="key_account")
    Wave.objects.filter(pk=wave.pk).update(sample_size=13, sample_frame=40, sample_seed=1)
    drawn = count(wave).groups.get(dimension="key_account")

    reach = 1.241664 * (5 / 9) ** 0.5
    assert (narrowed.mean, narrowed.low, narrowed.high) == (4, pytest.approx(4 - reach, abs=1e-5), pytest.approx(4 + reach, abs=1e-5))
    assert drawn.high == pytest.approx(4 + 1.241664, abs=1e-5)


def test_a_customer_counts_once_however_many_of_its_people_answered():
    """Three answers of one company (1, 1, 4) and one of another (5): of answers 2.75, of customers (2 + 5) / 2."""
    wave, talkative = make_wave(), make_customer()
    for overall in (1, 1, 4):
        answer(wave, customer=talkative, overall=overall)
    answer(wave, overall=5)

    result = count(wave)

    assert (result.responses, result.overall_mean) == (4, 2.75)
    assert (result.customers, result.customer_mean) == (2, 3.5)
    assert [(one.customer_id, one.answers, one.overall) for one in result.by_customer.filter(customer=talkative)] == [
        (talkative.pk, 3, 2.0)
    ]


def test_heavy_customers_count_by_their_tonnes():
    """(3000 * 2 + 1000 * 4) / 4000 = 2.5, as exact as 16 / 10 customers of one weight."""
    wave = make_wave()
    answer(wave, customer=make_customer(tonnes_12m=3000), overall=2)
    answer(wave, customer=make_customer(tonnes_12m=1000), overall=4)
    answer(wave, customer=make_customer(tonnes_12m=0), overall=5)

    result = count(wave)

    assert (result.weighted_mean, result.weighted_n) == (2.5, 1.6)


def test_groups_of_questions_and_of_customers_have_figures_of_their_own():
    """Transport of each: (2 + 4) / 2 and, where one was not applicable, 4: mean of 3, 3, 3, 3, 4."""
    wave = make_wave()
    for second in (4, 4, 4, 4, "na"):
        answer(
            wave, customer=make_customer(is_key_account=True), overall=4, schedule_reliability=4 if second == "na" else 2, rate_level=second
        )
    for _number in range(5):
        make_invitation(wave=wave)

    result = count(wave)

    service = result.groups.get(dimension="service", group="transport")
    assert (service.n, service.mean) == (5, 3.2)
    assert service.low < 3.2 < service.high
    assert result.groups.get(dimension="service", group="information").hidden
    key = result.groups.get(dimension="key_account")
    assert (key.group, key.n, key.customers, key.mean) == ("yes", 5, 5, 4.0)
    assert result.by_customer.first().groups["transport"] in (3.0, 4.0)


def test_low_marks_are_compared_with_what_the_same_customer_gives_next_time():
    programme = make_programme()
    before = make_wave(programme=programme, opens_at=now() - 100 * DAY, closes_at=now() + DAY)
    after = make_wave(programme=programme)
    better, same, worse, silent, content = (make_customer() for _number in range(5))
    for customer, mark in ((better, 2), (same, 2), (worse, 2), (silent, 1), (content, 4)):
        answer(before, customer=customer, overall=4, claims_efficiency=mark)
    for customer, mark in ((better, 4), (same, 2), (worse, 1), (content, 1)):
        answer(after, customer=customer, overall=4, claims_efficiency=mark)
    answer(make_wave(opens_at=now() - 50 * DAY, closes_at=now() + DAY), customer=content, overall=1)

    rows = count(after).loop.order_by("customer")

    assert [(row.customer, row.item.key, row.before, row.after) for row in rows] == [
        (better, "claims_efficiency", 2, 4),
        (same, "claims_efficiency", 2, 2),
        (worse, "claims_efficiency", 2, 1),
        (silent, "claims_efficiency", 1, None),
    ]
    assert count(before).loop.count() == 0


def test_a_recommendation_is_low_by_its_own_limit():
    programme = make_programme()
    before = make_wave(programme=programme, opens_at=now() - 100 * DAY, closes_at=now() + DAY)
    customer = make_customer()
    answer(before, customer=customer, overall=4, recommend=6)
    after = make_wave(programme=programme)
    answer(after, customer=customer, overall=4, recommend=9)

    count(after)

    assert [(row.item.key, row.before, row.after) for row in LoopResult.objects.all()] == [("recommend", 6, 9)]


def test_waves_of_merged_customers_are_counted_again(nudged, django_capture_on_commit_callbacks):
    wave, kept, other = make_wave(), make_customer(), make_customer()
    answer(wave, customer=kept, overall=5)
    answer(wave, customer=other, overall=1)
    count(wave)

    with django_capture_on_commit_callbacks(execute=True):
        merge_customers(kept=kept, other=other, take=(), by=make_user(Role.MANAGER))
    tasks.count_wave_again(wave.pk)

    assert (COUNT_AGAIN, wave.pk) in nudged
    assert [(one.customer, one.answers, one.overall) for one in WaveResult.objects.get().by_customer.all()] == [(kept, 2, 3.0)]
