"""Two scales about one row, choices and conditions on the printed form, and typed in from it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from feedback.models import Answer, Questionnaire, Response
from feedback.services.questionnaires import load_shipped_questionnaires
from feedback.tests.factories import make_form, make_invitation, make_pair, make_staff, make_wave_of
from feedback.tests.test_paper_forms import html_of
from feedback.tests.test_typing_in import page_of, sheet
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
CHOICE = {"key": "way", "kind": "single", "options": ["truck", "rail"]}
AFTER = {"key": "rail_why", "kind": "comment", "only_if": "way", "only_if_option": "rail"}


@pytest.fixture
def clerk():
    return make_staff()


@pytest.fixture
def invitation():
    """Page one: a pair and how the cargo comes; page two: what is asked of those who come by rail."""
    return make_invitation(wave=make_wave_of(make_form([*make_pair("gate"), CHOICE], [AFTER])))


def test_both_scales_of_a_row_stand_under_one_number_and_every_option_has_its_box(clerk, invitation):
    html = html_of(invitation, clerk)

    assert html.count('class="opinion-box"') == 5 + 5 + 2
    assert (html.count("项目gate"), html.count('class="opinion-number"')) == (1, 3)
    assert ("重要程度" in html or "重要性" in html, "选项rail" in html, "问题rail_why" in html) == (True, True, True)


def test_the_second_version_of_the_opinion_form_fits_on_paper_with_its_purpose(clerk):
    load_shipped_questionnaires(on=port_today())
    wave = make_wave_of(Questionnaire.objects.get(key="customer-opinion").current_version())
    invitation = make_invitation(wave=wave)
    scales = [item for item in wave.version.items.all() if item.kind != "comment"]

    html = html_of(invitation, clerk)

    assert (wave.version.number, html.count('class="opinion-box"')) == (2, sum(len(one.points) + one.allows_na for one in scales))
    with override("zh-hans"):
        assert wave.version.purpose(port="", company=invitation.customer.name_zh).strip() in html


def test_all_of_it_is_typed_in_from_one_page(clerk, invitation):
    desk = Client()
    desk.force_login(clerk)
    shown = desk.get(page_of(invitation)).content.decode()

    answer = desk.post(page_of(invitation), sheet(**{"gate-importance": 5, "gate": 2, "rail_why": "水铁联运"}) | {"o-way": "rail"})

    assert all(f'name="{name}"' in shown for name in ("q-gate-importance", "q-gate", "o-way", "q-rail_why"))
    stored = {(one.item.key, one.score, one.option and one.option.key) for one in Answer.objects.select_related("item", "option")}
    assert stored == {("gate-importance", 5, None), ("gate", 2, None), ("way", None, "rail")}
    assert answer["Location"] == reverse("feedback:response", args=[invitation.response.pk])
    assert invitation.response.comment == "水铁联运"


def test_what_was_written_to_a_question_that_did_not_apply_is_told_to_the_clerk(clerk, invitation):
    desk = Client()
    desk.force_login(clerk)

    answer = desk.post(page_of(invitation), sheet(gate=2, rail_why="误填") | {"o-way": "truck"})

    html = answer.content.decode()
    assert (answer.status_code, Response.objects.count(), "误填" in html) == (422, 0, True)
    assert html.count("按其他答案，这道题不必回答。") == 2  # in the summary and at the question
    mended = [desk.post(page_of(invitation), sheet(gate=2, **text) | {"o-way": "truck"}) for text in ({"rail_why": ""},)]
    assert [one.status_code for one in mended] == [302]


def test_on_what_a_question_depends_stands_there_plainly(clerk, invitation):
    desk = Client()
    desk.force_login(clerk)

    html = desk.get(page_of(invitation)).content.decode()

    assert ('<noscript><p class="small">' in html, html.count("问题way")) == (False, 2)
