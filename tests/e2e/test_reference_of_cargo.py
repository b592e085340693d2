"""An administrator keeps the port's code lists in a real browser: a rule of one's own, a refusal that says what to do."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from cargo.models import CargoClass
from cargo.queries.suggestions import suggest
from cargo.tests.factories import load_reference, make_lead
from customers.tests.factories import make_channel
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _loaded():
    load_reference()


def test_a_rule_is_added_and_a_class_that_leads_name_is_not_renamed(screen):
    make_lead(channel=make_channel(family="cargo"))
    screen.sign_in(make_user(Role.ADMIN))
    page = screen.open(reverse("cargo:reference", args=["rules"]))

    page.get_by_role("link", name="新增归类规则").click()
    page.locator("[name=pattern]").fill("pines")
    page.locator("[name=cargo_class]").select_option("16")
    page.locator("[name=subclass]").select_option("162")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("PINE已保存")).to_be_visible()
    page.get_by_role("link", name="货类", exact=True).click()
    page.get_by_role("link", name="01", exact=True).click()
    page.locator("[name=name_zh]").fill("煤")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请新增一条，并停用本条").first).to_be_visible()

    assert suggest("PINES(2-17)").subclass_code == "162"
    assert CargoClass.objects.get(code="01").name_zh == "煤炭及制品"


def test_the_pages_fit_a_phone_and_a_desk_and_read_well_in_both_themes(screen):
    administrator, wrong = make_user(Role.ADMIN), []
    for language, theme, width in (("zh-hans", "dark", 360), ("en", "light", 360), ("en", "dark", 1440)):
        screen.sign_in(administrator, language=language, theme=theme)
        for name, path in (
            ("rules", reverse("cargo:reference", args=["rules"])),
            ("ports", reverse("cargo:reference", args=["ports"])),
            ("unit", reverse("cargo:reference_edit", args=["units", "box40"])),
        ):
            page = screen.open(path, width=width)
            wrong += [f"{name} {language} {theme} {width}: {fault['id']}" for fault in Axe().run(page).response["violations"]]
            wrong += [f"{name} {language} {width}: {screen.overflow()} px too wide"] if screen.overflow() > 0 else []

    assert wrong == []
