"""Points shared out and pairs typed in by the keyboard alone: at a desk and on a phone, with scripts and without."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from customers.tests.factories import make_contact
from feedback.models import Questionnaire, Response
from feedback.services.links import invitation_token
from feedback.services.results import compute_results
from feedback.tests.factories import make_invitation, make_response, make_wave_of
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from tests.e2e.screen import DESK, PHONE, faults
from tests.e2e.test_typing_in import window
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = pytest.mark.parametrize(("scripts", "width"), [(True, DESK), (True, PHONE), (False, PHONE)])
WEIGHTS = 6  # the page of the points
LAST = "q-weights.empathy"


@pytest.fixture(autouse=True)
def _ready():
    cache.clear()
    load_reference_data()


@pytest.fixture
def wave():
    """Of the yearly panel in the version that shares points out."""
    return make_wave_of(Questionnaire.objects.get(key="service-quality-panel").current_version())


def of_panel(wave, *, points: str = "20") -> dict[str, str]:
    pairs = wave.version.items.exclude(about="").values_list("key", "aspect")
    marks = {key: 7 if aspect == "expectation" else 5 for key, aspect in pairs}
    return marks | dict.fromkeys(wave.version.items.get(kind="split").answer_keys, points)


@WAYS
def test_points_are_shared_out_and_what_is_left_is_told(browser, live_server, wave, scripts, width):
    invitation = make_invitation(wave=wave)
    context = window(browser, live_server, scripts=scripts, width=width)
    page = context.new_page()
    page.goto(live_server.url + reverse("opinion:form_page", args=[invitation_token(invitation.public_id), WEIGHTS]))
    left = page.locator(".split .left")
    for name, points in (("有形性", "20"), ("可靠性", "50"), ("响应性", "20")):
        page.get_by_label(name).fill(points)
    if scripts:
        expect(left).to_have_text("还剩10分")
        assert faults(page) == []
    page.get_by_role("button", name="下一页").click()

    expect(page.locator("#error-q-weights")).to_have_text("现为90分，还有10分未分配。")
    seen = (page.evaluate("document.documentElement.scrollWidth"), faults(page) if scripts else [])
    page.get_by_label("移情性").fill("10")
    if scripts:
        expect(left).to_have_text("已满100分")
    page.get_by_role("button", name="下一页").click()
    page.wait_for_url("**/7/**")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/thanks/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("谢谢您")
    context.close()

    assert seen == (width, [])
    assert Response.objects.get().versions.get().answers == {
        "weights.tangibles": 20, "weights.reliability": 50, "weights.responsiveness": 20, "weights.empathy": 10,
    }  # fmt: skip


def test_points_are_saved_as_they_are_given(browser, live_server, wave):
    invitation = make_invitation(wave=wave)
    context = window(browser, live_server, scripts=True, width=PHONE)
    page = context.new_page()
    address = live_server.url + reverse("opinion:form_page", args=[invitation_token(invitation.public_id), WEIGHTS])
    page.goto(address)
    with page.expect_response("**/save/**"):
        page.get_by_label("有形性").fill("35")
        page.get_by_label("可靠性").focus()
    expect(page.locator("#saved")).to_contain_text("已保存")
    page.goto(address)

    expect(page.get_by_label("有形性")).to_have_value("35")
    expect(page.locator(".split .left")).to_have_text("还剩65分")
    context.close()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_44_numbers_and_the_points_are_typed_without_a_mouse(screen, wave, width):
    """Perceptions are one digit as expectations are; each leads on. The points of 20 do, 10 could become 100: Enter leads on."""
    invitation = make_invitation(wave=wave, contact=make_contact(email="", language="zh-hans"))
    screen.sign_in(make_user(Role.SERVICE), theme="light" if width == DESK else "dark")
    page = screen.open(reverse("feedback:type_in_form", args=[invitation.pk]), width=width)
    assert (screen.overflow(), faults(page)) == (0, [])

    page.locator("input[name='q-t1-expectation']").focus()
    page.keyboard.type("75" * 21 + "70")
    expect(page.locator("input[name='q-weights.tangibles']")).to_be_focused()
    page.keyboard.type("202010")
    page.keyboard.press("Enter")
    page.keyboard.type("20")
    page.keyboard.type("25")
    expect(page.locator(".split .left")).to_have_text("还剩5分")
    page.get_by_role("button", name="保存，录入下一份").click()
    expect(page.locator("#error-q-weights")).to_have_text("现为95分，还有5分未分配。")
    expect(page.locator("input[name='q-m5-perception']")).to_have_value("0")
    assert (screen.overflow(), faults(page)) == (0, [])
    page.locator(f"input[name='{LAST}']").fill("30")
    page.get_by_role("button", name="保存，录入下一份").click()
    page.wait_for_url(f"**{reverse('feedback:type_in_code')}")

    stored = Response.objects.get().versions.get().answers
    assert (len(stored), stored["t1-expectation"], stored["m4-perception"], stored["m5-perception"]) == (49, 7, 5, "na")
    assert [stored[f"weights.{part}"] for part in ("tangibles", "responsiveness", "empathy")] == [20, 10, 30]


def test_a_number_off_the_scale_is_marked_and_holds_the_cursor(screen, wave):
    invitation = make_invitation(wave=wave)
    screen.sign_in(make_user(Role.SERVICE))
    page = screen.open(reverse("feedback:type_in_form", args=[invitation.pk]), width=PHONE)
    first, second = (page.locator(f"input[name='q-t1-{half}']") for half in ("expectation", "perception"))
    first.focus()

    page.keyboard.type("9")
    expect(first).to_have_attribute("aria-invalid", "true")
    expect(first).to_be_focused()
    page.keyboard.press("Backspace")
    page.keyboard.type("6")
    expect(second).to_be_focused()
    page.keyboard.press("Backspace")
    expect(first).to_be_focused()
    assert first.get_attribute("aria-invalid") is None


def test_without_a_script_enter_stores_nothing_and_goes_on(browser, live_server, wave):
    invitation = make_invitation(wave=wave)
    context = window(browser, live_server, scripts=False, width=PHONE, user=make_user(Role.SERVICE))
    page = context.new_page()
    page.goto(live_server.url + reverse("feedback:type_in_form", args=[invitation.pk]))
    page.locator("input[name='q-t1-expectation']").fill("7")
    page.keyboard.press("Enter")

    expect(page.locator("input[name='q-t1-perception']")).to_be_focused()
    expect(page.locator("input[name='q-t1-expectation']")).to_have_value("7")
    context.close()
    assert not Response.objects.exists()


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_the_weighted_gap_stands_beside_the_unweighted(screen, wave, width, theme):
    for _number in range(2):
        make_response(invitation=make_invitation(wave=wave), **of_panel(wave))
    compute_results(wave_id=wave.pk, at=now(), by=make_user(Role.SERVICE))
    screen.sign_in(make_user(Role.SERVICE), theme=theme)

    page = screen.open(reverse("feedback:wave", args=[wave.pk]), width=width)

    expect(page.get_by_text("按每位受访者自己分配的分数加权")).to_contain_text("共2份答卷")
    assert (screen.overflow(), faults(page)) == (0, [])
