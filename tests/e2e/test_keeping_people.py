"""The person in charge in the real browser: edited in place by two people, observed in place, on a phone too."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from customers.models import Contact, ContactDate, Observation, OpenProblem
from customers.services.contacts import edit_contact
from customers.services.parts import open_problem
from customers.tests.factories import make_basis, make_contact, make_customer, make_observation
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from tests.e2e.test_on_a_phone import PHONE, SMALL, TOUCHED
from tests.e2e.test_ten_screens import VIEWS, faults
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("PAGE_SHOTS", "")  # a folder for pictures of all of them


@pytest.fixture
def keeper():
    load_reference_data()
    return make_user(Role.MARKETING, name="甲经办", name_en="Keeper A")


@pytest.fixture
def contact(keeper):
    customer = make_customer(name_zh="溯舟远洋物流有限公司", name_en="Suzhou Ocean Logistics")
    contact = make_contact(
        customer=customer, name="演示联系人", name_en="Demo Contact", position="经理", position_en="Manager", department_name="航运部",
        roles=["finance"], phone="0411-1000", mobile="13900002000", is_primary=True,
    )  # fmt: skip
    make_basis(contact=contact)
    return contact


def test_a_position_is_changed_on_the_page_of_the_person_and_the_page_says_so_everywhere(screen, keeper, contact):
    screen.sign_in(keeper)
    page = screen.open(contact.get_absolute_url())
    card = page.locator("#contact")
    card.get_by_role("link", name="编辑").click()
    card.locator("input[name=position]").fill("航运总监")

    page.keyboard.press("Control+Enter")

    expect(card.locator("input[name=position]")).to_have_count(0)
    expect(page).to_have_url(screen.address + contact.get_absolute_url())
    for place in ("#contact", "#contact-line", "#career"):
        expect(page.locator(place)).to_contain_text("航运总监")
    expect(page.locator("section", has=page.locator("#history-title")).locator("ins")).to_contain_text(["航运总监"])
    contact.refresh_from_db()
    assert (contact.position, contact.mobile) == ("航运总监", "13900002000")


def test_two_people_editing_one_person_see_both_texts_in_the_card(screen, keeper, contact):
    screen.sign_in(keeper)
    page = screen.open(contact.get_absolute_url())
    card = page.locator("#contact")
    card.get_by_role("link", name="编辑").click()
    card.locator("input[name=position]").fill("甲的职务")
    card.locator("input[name=phone]").fill("0411-2222")
    edit_contact(contact=contact, changes={"position": "乙的职务"}, seen={}, by=make_user(Role.MARKETING))

    page.keyboard.press("Control+Enter")

    conflict = card.locator(".conflict-list li")
    expect(conflict).to_have_count(1)
    expect(conflict).to_contain_text("乙的职务")
    expect(conflict).to_contain_text("甲的职务")
    expect(card.locator("input[name=phone]")).to_have_value("0411-2222")
    contact.refresh_from_db()
    assert (contact.position, contact.phone) == ("乙的职务", "0411-1000")

    conflict.locator("input[name=theirs]").check()
    card.get_by_role("button", name="保存").click()

    expect(card.locator("input[name=phone]")).to_have_count(0)
    expect(card).to_contain_text("0411-2222")
    contact.refresh_from_db()
    assert (contact.position, contact.phone) == ("乙的职务", "0411-2222")


def test_a_profile_is_kept_on_the_page_and_each_look_is_written_down(screen, keeper, contact):
    make_observation(contact=contact, text="原有的观察")
    screen.sign_in(keeper)
    page = screen.open(contact.get_absolute_url())
    profile = page.locator("#profile")
    expect(profile).not_to_contain_text("原有的观察")
    profile.locator("a[hx-get]").click()
    text = profile.locator("textarea[name=text]")

    text.fill("喜欢围棋")
    profile.locator("select[name=aspect]").select_option("interests")
    profile.locator("input[name=observed_on]").fill("2999-01-01")
    page.keyboard.press("Control+Enter")
    expect(profile.locator(".form-errors")).to_be_visible()
    expect(text).to_have_value("喜欢围棋")
    profile.locator("input[name=observed_on]").fill("2026-05-01")
    page.keyboard.press("Control+Enter")

    noted = page.locator("#observations li", has_text="喜欢围棋")
    expect(noted).to_be_visible()
    expect(text).to_have_value("")
    text.fill("还没写完")
    noted.locator("button").click()
    expect(noted).to_have_count(0)
    expect(page.locator("#observations")).to_contain_text("原有的观察")
    expect(text).to_have_value("还没写完")
    assert page.url == screen.address + contact.get_absolute_url()
    assert list(Observation.objects.order_by("pk").values_list("text", "withdrawn_by")) == [("原有的观察", None), ("喜欢围棋", keeper.pk)]
    looks = AuditEvent.objects.filter(action="contact.read_profile", actor_id=keeper.pk).order_by("pk")
    assert [look.detail["observations"] for look in looks] == [1, 1, 2, 1]


def test_a_person_and_a_day_to_remember_are_added_on_the_page(screen, keeper, contact):
    screen.sign_in(keeper)
    page = screen.open(contact.customer.get_absolute_url() + "?tab=contacts")
    address = page.url
    page.locator("#new-contact a").click()
    expect(page.locator("#new-contact-title")).to_be_focused()
    form = page.locator("#new-contact form")
    form.locator("input[name=name]").fill("新来的经办人")
    form.locator("input[name=email]").fill("不是地址")
    page.keyboard.press("Control+Enter")
    expect(form.locator(".form-errors")).to_be_focused()
    expect(form.locator("#contact_email_error")).to_be_visible()
    expect(form.locator("input[name=name]")).to_have_value("新来的经办人")
    form.locator("input[name=email]").fill("new@example.invalid")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#contacts .person-card")).to_contain_text(["演示联系人", "新来的经办人"])
    expect(page.locator("#new-contact a")).to_be_visible()
    assert page.url == address
    assert Contact.objects.get(email="new@example.invalid").customer == contact.customer

    page = screen.open(contact.get_absolute_url())
    page.locator("#profile a[hx-get]").click()
    note = page.locator("#profile textarea[name=text]")
    note.fill("还没写完")
    page.locator("#days a[hx-get]").click()
    days = page.locator("#days form")
    days.locator("input[name=month]").fill("2")
    days.locator("input[name=day]").fill("30")
    page.keyboard.press("Control+Enter")
    expect(days.locator("#day_day_error")).to_be_visible()
    days.locator("input[name=day]").fill("29")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#days li")).to_contain_text(["02-29"])
    expect(note).to_have_value("还没写完")
    assert page.url == screen.address + contact.get_absolute_url()
    assert list(ContactDate.objects.values_list("contact", "month", "day")) == [(contact.pk, 2, 29)]


def test_sending_one_form_in_place_leaves_the_other_asking_before_one_goes(screen, keeper, contact):
    screen.sign_in(keeper)
    page = screen.open(contact.get_absolute_url())
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#contact a[hx-get]").click()
    page.locator("#contact input[name=position]").fill("还没保存")
    page.locator("#consent input[name=source]").fill("面谈时同意")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#consent-state")).to_contain_text("面谈时同意")

    page.locator(".brand").click()

    assert asked == ["beforeunload"]
    expect(page.locator("#contact input[name=position]")).to_have_value("还没保存")
    page.keyboard.press("Escape")
    page.locator("#contact input[name=email]").fill("不是地址")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#contact .form-errors")).to_be_visible()
    page.locator(".brand").click()
    assert asked == ["beforeunload"] * 2
    page.locator("#contact input[name=email]").fill("a@example.invalid")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#contact form[data-guard]")).to_have_count(0)
    page.locator(".brand").click()
    expect(page).to_have_url(screen.address + "/")
    assert asked == ["beforeunload"] * 2


def test_a_ground_is_recorded_and_withdrawn_on_the_page_and_the_profile_follows(screen, keeper, contact):
    make_observation(contact=contact, text="原有的观察")
    screen.sign_in(keeper)
    page = screen.open(contact.get_absolute_url())
    page.locator("#profile a[hx-get]").click()
    expect(page.locator("#profile")).to_contain_text("原有的观察")

    page.locator("#bases li a").click()
    page.locator("#bases form button").click()

    expect(page.locator("#profile")).not_to_contain_text("原有的观察")
    page.locator("#profile a[hx-get]").click()
    page.locator("#profile a[hx-get$='/basis/']").click()
    page.locator("#basis_source").fill("面谈记录 7")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#profile textarea[name=text]")).to_be_visible()
    expect(page.locator("#bases li")).to_have_count(2)
    expect(page.locator("#bases")).to_contain_text("面谈记录 7")
    assert page.url == screen.address + contact.get_absolute_url()


def test_a_problem_is_noted_and_solved_at_the_side_while_a_section_is_edited(screen, keeper, contact):
    screen.sign_in(keeper)
    page = screen.open(contact.customer.get_absolute_url())
    page.locator("#section-reach a[hx-get]").first.click()
    phone = page.locator("#section-reach input[name=phone]")
    phone.fill("0411-3333")

    page.locator("#problems .card-header a[hx-get]").click()
    expect(page.locator("#problems-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("空箱不足")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems li")).to_contain_text(["空箱不足"])
    page.locator("#problems li a").click()
    page.locator("#problems textarea[name=result]").fill("已调箱")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#problems .empty-text")).to_be_visible()
    expect(phone).to_have_value("0411-3333")
    assert page.url == screen.address + contact.customer.get_absolute_url()
    assert list(OpenProblem.objects.values_list("title", "solution")) == [("空箱不足", "已调箱")]


def test_a_person_is_edited_on_a_phone(screen, keeper, contact):
    screen.sign_in(keeper, language="en")
    page = screen.open(contact.get_absolute_url(), **PHONE)
    card = page.locator("#contact")

    card.get_by_role("link", name="Edit").click()
    expect(card.locator("input[name=position]")).to_be_visible()

    assert page.evaluate(SMALL, TOUCHED) == []
    assert screen.overflow() <= 0
    card.get_by_role("link", name="Cancel").click()
    expect(card).to_contain_text("0411-1000")
    expect(card.locator("input[name=position]")).to_have_count(0)


def test_a_person_has_no_accessibility_fault_in_either_language_theme_or_size(screen, keeper, contact):
    make_observation(contact=contact)
    found = {}

    for language, theme, width in VIEWS:
        screen.sign_in(keeper, language=language, theme=theme)
        page = screen.open(contact.get_absolute_url(), width=width)
        for state, opened in (("read", None), ("edited", "#contact a[hx-get]"), ("observed", "#profile a[hx-get]")):
            if opened:
                page.locator(opened).click()
                screen.settle()
                expect(page.locator(opened.split()[0]).locator("form[data-guard]")).to_be_visible()
            problems = faults(screen) + ([f"{screen.overflow()} px too wide"] if screen.overflow() > 0 else [])
            if problems:
                found[f"{state} {language} {theme} {width}"] = problems
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{state}-{width}-{language[:2]}-{theme}.png", full_page=True)

    assert not found, "\n".join(f"{where}: {problem}" for where, problems in found.items() for problem in problems)


def test_what_is_added_in_place_has_no_accessibility_fault_in_either_language_theme_or_size(screen, keeper, contact):
    customer = contact.customer
    open_problem(customer=customer, title="旺季空箱不足", detail="每年九月\n缺四十尺箱", by=keeper)
    overview, person, tab = customer.get_absolute_url(), contact.get_absolute_url(), customer.get_absolute_url() + "?tab=contacts"
    states = (
        ("people", tab, ("#new-contact a",)), ("side", overview, ("#people .card-header a[hx-get]", "#problems .card-header a[hx-get]")),
        ("solving", overview, ("#problems li a",)), ("basis", person, ("#profile a[hx-get]", "#days a[hx-get]", "#bases .button-row a")),
        ("consent", person, ("#consent .inline-form button",)),
    )  # fmt: skip
    found = {}

    for language, theme, width in VIEWS:
        screen.sign_in(keeper, language=language, theme=theme)
        for state, address, steps in states:
            page = screen.open(address, width=width)
            for step in steps:
                page.locator(step).click()
                screen.settle()
            expect(page.locator(steps[-1].split()[0]).locator("form[data-guard]")).to_be_visible()
            problems = faults(screen) + ([f"{screen.overflow()} px too wide"] if screen.overflow() > 0 else [])
            if problems:
                found[f"{state} {language} {theme} {width}"] = problems
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{state}-{width}-{language[:2]}-{theme}.png", full_page=True)

    assert not found, "\n".join(f"{where}: {problem}" for where, problems in found.items() for problem in problems)
