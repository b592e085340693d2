"""Our own people are asked: planned and started by a manager, answered by a colleague on a phone, read by nobody's name."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from feedback.enums import Respondents
from feedback.models import Programme, Questionnaire, SealedAnswers, Wave
from feedback.services.links import invitation_token
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from tests.e2e.screen import DESK, PHONE, Screen, faults
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _ready():
    cache.clear()
    load_reference_data()


@pytest.fixture
def manager():
    yard = make_department(name_zh="堆场部", name_en="Yard")
    for number in range(10):
        make_user(Role.OPERATIONS, department=yard, email=f"colleague{number}@port.invalid", name=f"演示员工 {number:02}")
    return make_user(Role.MANAGER, name="演示经理 01", name_en="Demo manager 01")


@pytest.mark.parametrize(("width", "language", "theme"), [(DESK, "zh-hans", "light"), (PHONE, "en", "dark")])
def test_a_survey_of_our_own_people_from_its_plan_to_the_first_answer(page, live_server, manager, width, language, theme):
    screen = Screen(page, live_server.url)
    screen.sign_in(manager, language=language, theme=theme)
    form = Questionnaire.objects.get(respondents=Respondents.EMPLOYEES)
    screen.open(reverse("feedback:programme_create"), width=width)
    page.locator("[name=name_zh]").fill("员工问卷")
    expect(page.locator("[name=staff_roles]").first).to_be_hidden()
    page.locator("[name=questionnaire]").select_option(str(form.pk))
    expect(page.locator("[name=staff_roles]").first).to_be_visible()
    expect(page.locator("[name=customer_statuses]").first).to_be_hidden()
    page.locator("[name=anonymity]").select_option("anonymous")
    seen = [faults(page), screen.overflow()]
    page.locator("#form button.btn-primary").click()
    screen.settle()
    seen += [faults(page), screen.overflow()]

    plan = Programme.objects.get()
    screen.open(reverse("feedback:programme_start", args=[plan.pk]), width=width)
    seen += [faults(page), screen.overflow()]
    page.locator("form.page-actions button.btn-primary").click()
    screen.settle()
    wave = Wave.objects.get()
    seen += [faults(page), screen.overflow()]
    for name in ("wave_invitations", "wave_skips"):
        screen.open(reverse(f"feedback:{name}", args=[wave.pk]), width=width)
        seen += [faults(page), screen.overflow()]

    invitation = wave.invitations.get(address="colleague0@port.invalid")
    screen.open(reverse("opinion:form", args=[invitation_token(invitation.public_id)]) + f"?lang={language}", width=width)
    seen += [faults(page), screen.overflow()]
    page.locator("button.main[value=next]").click()
    page.locator("label:has(input[name='q-work_satisfaction'][value='4'])").click()
    page.locator("button.main[value=submit]").click()
    expect(page.locator("h1")).to_have_text("谢谢您" if language == "zh-hans" else "Thank you")
    seen += [faults(page), screen.overflow()]

    assert (plan.customer_statuses, plan.asks_our_own, wave.invited, SealedAnswers.objects.count()) == ([], True, 11, 1)
    assert (seen, screen.complaints) == ([[], 0] * (len(seen) // 2), [])
