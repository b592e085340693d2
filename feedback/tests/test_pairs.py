"""Two scales about one row: importance beside performance, expectation beside perception."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from feedback.enums import Aspect
from feedback.models import Answer, LoopResult
from feedback.queries.satisfaction import item_means
from feedback.queries.trends import questions_of
from feedback.queries.waves import rated_items
from feedback.services.closed_loop import follow_up_low_score
from feedback.services.links import invitation_token
from feedback.services.results import compute_results
from feedback.tests.factories import DAY, make_form, make_invitation, make_pair, make_response, make_staff, make_wave_of
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today

pytestmark = pytest.mark.django_db


def pairs(**fields):
    """Two rows with importance and performance, then the overall question."""
    return make_form([*make_pair("rate", allows_na=True), *make_pair("space")], [{"key": "overall"}], **fields)


def page_of(invitation, number=1, language="en", **data):
    address = reverse("opinion:form_page", args=[invitation_token(invitation.public_id), number]) + f"?lang={language}"
    return Client().post(address, data) if data else Client().get(address)


def test_a_row_asks_each_aspect_once():
    version = pairs()
    first = version.items.first()

    with pytest.raises(IntegrityError):
        version.items.create(section=first.section, key="other", position=9, kind="rating", about="rate", aspect=Aspect.IMPORTANCE)


def test_a_pair_is_one_card_with_two_scales_each_named_row_and_aspect():
    invitation = make_invitation(wave=make_wave_of(pairs()))

    page = page_of(invitation).content.decode()

    assert page.count('class="question pair"') == 2
    assert page.count('<span class="hidden">Row rate – </span>Importance</legend>') == 1
    assert page.count('<span class="hidden">Row rate – </span>Performance</legend>') == 1
    assert [f'<span class="number">{number}</span>' in page for number in (1, 2, 3)] == [True, True, False]
    assert '<span class="number">3</span>' in page_of(invitation, 2).content.decode()


def test_what_is_wrong_with_half_a_pair_is_said_of_that_half():
    invitation = make_invitation(wave=make_wave_of(pairs()))

    answer = page_of(invitation, **{"q-rate-importance": "na", "q-rate": "na", "q-space": "6"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Row rate – Importance – Please choose" not in page  # this form lets both of the first row be not applicable
    assert "Row space – Performance – Please choose one of the offered answers." in page


@pytest.fixture
def wave():
    """Three answers: the row "rate" is called important (5, 5, 5) and poor (1, 2, 3), "space" unimportant (1) and good (5)."""
    wave = make_wave_of(pairs())
    for mark in (1, 2, 3):
        answers = {"rate-importance": 5, "rate": mark, "space-importance": 1, "space": 5, "overall": 4}
        make_response(invitation=make_invitation(wave=wave), **answers)
    return wave


def test_averages_speak_of_how_good_it_is_and_never_of_how_important(wave):
    staff = make_staff()

    result = compute_results(wave_id=wave.pk, at=now(), by=staff)

    assert [(one.item.key, one.mean) for one in rated_items(staff, wave)] == [("space", 5.0), ("overall", 4.0), ("rate", 2.0)]
    assert [(one.item.key, float(one.mean)) for one in item_means(wave.responses.all())] == [
        ("rate", 2.0),
        ("space", 5.0),
        ("overall", 4.0),
    ]
    assert sorted(one.groups["part-1"] for one in result.by_customer.all()) == [3.0, 3.5, 4.0]
    assert {key for _title, ones in questions_of(wave) for key, _text in ones} == {
        *("group:part-1", "rate", "space", "group:part-2", "overall"),
    }


def test_the_importance_is_kept_beside(wave):
    result = compute_results(wave_id=wave.pk, at=now(), by=make_staff())

    means = dict(result.items.values_list("item__key", "mean"))
    assert (means["rate-importance"], means["space-importance"]) == (5.0, 1.0)


def test_a_group_of_questions_is_judged_without_its_importance(wave):
    for _more in range(2):
        make_response(invitation=make_invitation(wave=wave), **{"rate-importance": 1, "rate": 2, "overall": 4})

    result = compute_results(wave_id=wave.pk, at=now(), by=make_staff())

    assert result.groups.get(dimension="service", group="part-1").mean == pytest.approx((3 + 3.5 + 4 + 2 + 2) / 5)


def test_what_is_unimportant_is_no_low_mark(wave):
    response = wave.responses.filter(answers__item__key="rate", answers__score=3).get()
    response.overall = 1

    follow_up_low_score(invitation=response.invitation, response=response, on=port_today(), by=system_user())

    detail = response.customer.follow_ups.get().detail
    assert "space" not in detail


def test_the_loop_compares_how_good_it_was(wave):
    later = make_wave_of(wave.version, opens_at=now() + DAY)
    later.programme = wave.programme
    later.save(update_fields=("programme",))
    for response in wave.responses.all():
        make_response(invitation=make_invitation(wave=later, contact=response.contact), rate=4, overall=4)

    compute_results(wave_id=later.pk, at=now(), by=make_staff())

    assert sorted(LoopResult.objects.values_list("item__key", "before", "after")) == [("rate", 1.0, 4.0), ("rate", 2.0, 4.0)]


def test_a_scale_of_seven_is_low_in_its_lowest_quarter():
    version = make_form([*make_pair("t1", wished=Aspect.EXPECTATION, judged=Aspect.PERCEPTION, maximum=7)])
    first, later = make_wave_of(version), make_wave_of(version, opens_at=now())
    later.programme = first.programme
    later.save(update_fields=("programme",))
    asked = make_invitation(wave=first)
    make_response(invitation=asked, **{"t1-expectation": 7, "t1-perception": 2})
    make_response(invitation=make_invitation(wave=first), **{"t1-expectation": 1, "t1-perception": 3})

    compute_results(wave_id=later.pk, at=now(), by=make_staff())

    assert list(LoopResult.objects.values_list("customer", "before")) == [(asked.customer_id, 2.0)]
    assert Answer.objects.filter(item__maximum=7).count() == 4
