"""A small questionnaire is built, looked at, published and answered, on a phone, with scripts and without."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from feedback.models import Questionnaire, Response
from feedback.services.links import invitation_token
from feedback.tests.factories import make_invitation, make_question, make_wave_of
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from tests.e2e.screen import DESK, PHONE, faults
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _ready():
    cache.clear()
    load_reference_data()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_form_is_built_published_and_answered_on_a_phone(browser, live_server, scripts):
    context = browser.new_context(viewport={"width": PHONE, "height": 760}, java_script_enabled=scripts, locale="zh-CN")
    client = Client()
    client.force_login(make_user(Role.SERVICE))
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()

    def save(**fields):
        for name, text in fields.items():
            page.fill(f"[name={name}]", text)
        page.locator("#form .form-actions button").first.click()

    page.goto(live_server.url + reverse("feedback:questionnaire_create"))
    save(name_zh="闸口问卷", name_en="Gate form")
    page.locator("a[href$='/sections/new/']").click()
    save(title_zh="闸口", title_en="Gate")
    page.locator("a[href$='/new/rating/']").click()
    page.select_option("[name=key]", "overall")
    save(text_zh="总体满意吗？", text_en="Are you satisfied?")
    page.locator("a[href$='/new/multiple/']").click()
    page.select_option("[name=only_if]", "overall")
    save(text_zh="哪里不好？", text_en="What was wrong?", only_if_at_most="2", answers="排队 | Queue\n设备 | Equipment")
    page.locator("form[action$='/publish/'] button").click()
    page.wait_for_url("**/questionnaires/*/")

    version = Questionnaire.objects.get(key="gate-form").current_version()
    invitation = make_invitation(wave=make_wave_of(version), language="zh-hans")
    page.goto(live_server.url + reverse("opinion:form", args=[invitation_token(invitation.public_id)]))
    page.locator("label:has(input[name='q-overall'][value='2'])").click()
    page.locator("label:has(input[value='queue'])").click()
    page.locator("button.main[value=submit]").click()
    page.wait_for_url("**/thanks/**")
    context.close()

    assert Response.objects.get().versions.get().answers == {"overall": 2, "what-was-wrong": ["queue"]}


@pytest.mark.parametrize(("width", "language", "theme"), [(PHONE, "zh-hans", "light"), (DESK, "en", "dark")])
def test_the_pages_of_the_builder_fit_and_have_no_accessibility_fault(screen, width, language, theme):
    question = make_question(beside="importance", text_zh="从到港到离港的全部手续办理是否及时、准确、便捷", text_en="")
    choice = make_question(section=question.section, kind="multiple", only_if=question.key, only_if_at_most=2)
    pk = question.version.questionnaire_id
    screen.sign_in(make_user(Role.MANAGER), language=language, theme=theme)
    pages = [
        reverse("feedback:questionnaire_create"),
        *(reverse(f"feedback:{name}", args=[pk]) for name in ("draft", "draft_names", "draft_edit", "draft_preview")),
        reverse("feedback:question_create", args=[pk, question.section.key, "rating"]),
        reverse("feedback:question_edit", args=[pk, choice.key]),
        reverse("feedback:answers_add", args=[pk, choice.key]),
        reverse("feedback:question_bank", args=[pk, question.section.key]) + "?words=berth",
        reverse("feedback:question_bank", args=[pk, question.section.key]),
    ]

    found = {}
    for address in pages:
        page = screen.open(address, width=width)
        if (seen := (screen.overflow(), faults(page))) != (0, []):
            found[address] = seen

    assert found == {}
