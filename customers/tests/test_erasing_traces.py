"""What colleagues search for and how files are called names persons too: told, cleared with the person, and nobody else's touched."""

from html import unescape
from urllib.parse import parse_qs, urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Contact
from customers.services.erasing import erase_person, holdings
from customers.services.forgetting import person_of
from customers.tests.factories import make_contact, make_contract, make_customer, make_interaction
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.masking import past_states
from portcrm.files.models import Attachment
from portcrm.files.services.attachments import attach, remove
from portcrm.pages.models import SavedView
from portcrm.pages.services.saved_views import save_view
from portcrm.pages.services.shortcuts import pin

pytestmark = pytest.mark.django_db
ERASED = "〔已抹除〕"


@pytest.fixture(autouse=True)
def files_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def person():
    return make_contact(name="演示甲乙", name_en="Ann Demo", email="ann@example.invalid", phone="", mobile="000-0777-1234")


def erase(person: Contact, by) -> None:
    erase_person(contact=person, reason="request", by=by)


def view(by, name: str = "视图", **asked) -> SavedView:
    return save_view(record="customers.contact", name=name, query=urlencode(asked), by=by)


def left_of(row: SavedView) -> dict:
    return parse_qs(SavedView.objects.get(pk=row.pk).query)


def put(name: str, row, by) -> Attachment:
    return attach(upload=SimpleUploadedFile(name, f"{name} {row}".encode()), record=row._meta.label_lower, object_pk=row.pk, by=by)


def name_of(attachment: Attachment) -> str:
    return Attachment.objects.get(pk=attachment.pk).name


@pytest.mark.parametrize(
    "searched",
    ["演示甲乙", "  演示甲乙，东港", "ann demo", "Ann@Example.invalid", "000-0777-1234", "0000777 1234", "找 000-0777-1234"],
)
def test_a_view_of_a_colleague_forgets_what_it_searched_for_and_keeps_the_rest(person, manager, searched):
    row = view(make_user(Role.MARKETING), q=searched, sort="name", role="finance")

    erase(person, manager)

    assert left_of(row) == {"sort": ["name"], "role": ["finance"]}


@pytest.mark.parametrize("searched", ["演示甲乙丙", "Joann Demos", "777", "000-0777-12345", "+", ""])
def test_a_view_that_searches_for_something_else_stays_word_for_word(person, manager, searched):
    row = view(make_user(Role.MARKETING), q=searched, sort="name")
    before = row.query

    erase(person, manager)

    assert SavedView.objects.get(pk=row.pk).query == before


def test_a_name_somebody_else_bears_anywhere_stays_in_views(person, manager):
    row = view(make_user(Role.MARKETING), q="演示甲乙")
    make_contact(name="演示甲乙", name_en="")

    erase(person, manager)

    assert left_of(row) == {"q": ["演示甲乙"]}


def test_the_name_of_a_view_is_cleared_and_stays_the_only_one_of_its_owner(person, manager):
    owner = make_user(Role.MARKETING)
    rows = [view(owner, name) for name in ("演示甲乙的客户", "Ann Demo的客户", "别的")]

    erase(person, manager)

    names = [SavedView.objects.get(pk=row.pk).name for row in rows]
    assert names == [f"{ERASED}的客户", f"{ERASED}的客户 2", "别的"]


@pytest.mark.parametrize("longer", ["演示甲乙丙", "小演示甲乙"])
def test_a_view_called_after_somebody_with_a_longer_name_keeps_its_name(person, manager, longer):
    make_contact(name=longer, name_en="")
    row = view(make_user(Role.MARKETING), f"{longer}的客户", q=longer)

    erase(person, manager)

    assert SavedView.objects.get(pk=row.pk).name == f"{longer}的客户"


@pytest.mark.parametrize("names", [{"name_zh": "演示甲乙体育用品有限公司"}, {"name_zh": "东港商贸", "former_names": ["演示甲乙体育"]}])
def test_a_view_called_after_a_firm_whose_name_begins_like_the_persons_keeps_its_name(person, manager, names):
    make_customer(**names)
    row = view(make_user(Role.MARKETING), "演示甲乙体育欠款", q="演示甲乙体育")

    erase(person, manager)

    assert SavedView.objects.get(pk=row.pk).name == "演示甲乙体育欠款"


@pytest.mark.parametrize(
    ("name", "asked", "left"),
    [("演示甲乙的客户", "演示甲乙", "的客户"), ("演示甲乙的客户", "ann@example.invalid", "的客户"), ("演示甲乙，欠款", "东港", "，欠款")],
)
def test_beside_a_longer_name_a_view_that_searches_for_the_person_or_sets_the_name_apart_is_cleared(person, manager, name, asked, left):
    make_contact(name="演示甲乙丙", name_en="")
    row = view(make_user(Role.MARKETING), name, q=asked)

    erase(person, manager)

    assert SavedView.objects.get(pk=row.pk).name == f"{ERASED}{left}"


def test_names_of_files_on_the_companies_records_are_cleared_with_their_history(person, manager):
    talk, contract = make_interaction(customer=person.customer), make_contract(customer=person.customer)
    files = [put("演示甲乙 名片.txt", row, manager) for row in (person.customer, talk, contract)]
    gone = put("演示甲乙 旧名片.txt", person.customer, manager)
    remove(attachment=gone, by=manager)

    erase(person, manager)

    assert [name_of(one) for one in files] == [f"{ERASED} 名片.txt"] * 3
    assert {state.name for state in past_states(Attachment)} == {f"{ERASED} 名片.txt", f"{ERASED} 旧名片.txt"}


def test_elsewhere_a_file_is_found_by_an_address_or_a_number_and_a_namesakes_is_not_touched(person, manager):
    elsewhere = make_customer()
    theirs, hers = put("演示甲乙 合同.txt", elsewhere, manager), put("000-0777-1234 演示甲乙.txt", elsewhere, manager)

    erase(person, manager)

    assert (name_of(theirs), name_of(hers)) == ("演示甲乙 合同.txt", f"{ERASED} {ERASED}.txt")


def test_a_title_in_a_sidebar_is_cleared_and_a_firm_keeps_its_name_there(person, manager):
    contract = make_contract(customer=person.customer, title="演示甲乙经手")
    firm = make_customer(name_zh="演示甲乙经营部")
    Contact.objects.filter(pk=person.pk).update(customer=firm)
    contract.customer = firm
    contract.save(update_fields=["customer"])
    pinned = [pin(obj=row, by=manager) for row in (contract, firm)]

    erase(Contact.objects.get(pk=person.pk), manager)

    for shortcut in pinned:
        shortcut.refresh_from_db()
    assert ("演示甲乙" in pinned[0].title_zh, pinned[1].title_zh) == (False, "演示甲乙经营部")


def test_all_we_hold_lists_views_and_files(person, manager):
    owner = make_user(Role.MARKETING, name_en="Li Owner")
    view(owner, "找人", q="演示甲乙")
    view(owner, "别的", q="东港")
    put("演示甲乙 名片.txt", person.customer, manager)
    put("价目表.txt", person.customer, manager)

    told = {group.title: [list(row.values())[0] for row in group.rows] for group in holdings([person_of(person)])}

    assert (told["已保存的视图"], told["其他记录中名称涉及此人的附件"]) == (["找人"], ["演示甲乙 名片.txt"])


def test_whoever_erases_is_shown_the_files_to_look_into_first(client, person, manager, monkeypatch):
    monkeypatch.setattr("customers.views.personal.MOST_FILES", 1)
    elsewhere = make_customer()
    named = [put(f"ann@example.invalid {number}.txt", elsewhere, manager) for number in range(2)]
    other = put("价目表.txt", elsewhere, manager)
    client.force_login(manager)

    page = unescape(client.get(reverse("customers:contact_erase", args=[person.pk])).content.decode())

    assert [one.get_absolute_url() in page for one in (*named, other)] == [True, False, False]
    assert "There are more" in page


def test_where_no_file_names_the_person_nothing_is_asked_to_be_looked_at(client, person, manager):
    put("价目表.txt", person.customer, manager)
    client.force_login(manager)

    page = client.get(reverse("customers:contact_erase", args=[person.pk])).content.decode()

    assert "Files of other records" not in page
