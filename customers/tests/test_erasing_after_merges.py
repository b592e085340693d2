"""Whoever is erased after files were merged is erased in what the merged file still holds: its own row, past states, copies."""

import pytest

from customers.models import Contact
from customers.services.contacts import edit_contact
from customers.services.customers import edit_customer
from customers.services.erasing import erase_person
from customers.services.merging import merge_customers
from customers.tests.factories import make_contact, make_customer, make_interaction
from customers.tests.test_erasing_persons import texts_with
from portcrm.clock import now
from portcrm.exchange.models import ImportChange, ImportRun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
EMAIL, MOBILE, WECHAT = "chen@haifeng.invalid", "000-0777-1234", "demo-chen-03"


@pytest.fixture
def files(manager):
    return make_customer(account_manager=manager), make_customer(account_manager=manager)


@pytest.fixture
def twins(files):
    """One person in both files, known by another number in each."""
    mine = make_contact(customer=files[0], name="演示甲乙", name_en="", email=EMAIL, phone="", mobile=MOBILE)
    theirs = make_contact(customer=files[1], name="演示甲乙", name_en="Chen Demo", email=EMAIL.upper(), phone="", wechat=WECHAT)
    return mine, theirs


def merge(kept, other, by) -> None:
    merge_customers(kept=kept, other=other, take=(), by=by)


def erase(contact: Contact, by) -> None:
    erase_person(contact=Contact.objects.get(pk=contact.pk), reason="request", by=by)


def write_of(file, words: str, by) -> None:
    """Wherever the product lets one name a person in a file: a talk, the file's own note and its earlier one, a copy of an import."""
    make_interaction(customer=file, summary=f"请联系 {words}")
    for note in (f"找 {words}", "无"):
        edit_customer(customer=file, changes={"note": note}, seen={}, by=by)
        file.refresh_from_db()
    run = ImportRun.objects.create(
        importer="customers", state="done", file_name="a.csv", file_size=1, format="csv", shape="x", created_by=by, finished_at=now()
    )
    ImportChange.objects.create(run=run, target=file.pk, kind="updated", before={"note": words}, after={"note": "无"})


@pytest.mark.parametrize("words", [EMAIL, MOBILE, WECHAT, "Chen Demo", "演示甲乙"])
@pytest.mark.parametrize("written_in", ["kept", "other"])
def test_what_names_the_person_in_either_file_goes_from_both(files, twins, manager, words, written_in):
    write_of(files[0] if written_in == "kept" else files[1], words, manager)
    merge(*files, manager)
    before = texts_with(words)

    erase(twins[0], manager)

    assert {"customers_interactionevent.summary", "customers_customerevent.note", "exchange_importchange.before"} <= set(before)
    assert texts_with(words) == []


def test_past_states_of_the_merged_file_forget_somebody_it_had_no_contact_of(files, manager):
    write_of(files[1], EMAIL, manager)
    contact = make_contact(customer=files[0], name="演示甲乙", email=EMAIL)
    merge(*files, manager)

    erase(contact, manager)

    assert texts_with(EMAIL) == []


def test_a_colleague_of_the_same_name_is_not_taken_out_of_the_merged_file(files, twins, manager):
    make_contact(customer=files[0], name="演示甲乙", name_en="", email="other@haifeng.invalid", phone="", mobile="")
    write_of(files[1], "演示甲乙", manager)
    merge(*files, manager)
    before = texts_with("请联系 演示甲乙")

    erase(twins[0], manager)

    assert texts_with("请联系 演示甲乙") == before
    assert before == ["customers_interaction.summary", "customers_interactionevent.summary"]


def test_the_contact_of_a_file_merged_before_the_last_one_is_the_same_person_still(files, twins, manager):
    top = make_customer(account_manager=manager)
    standing = make_contact(customer=top, name="演示甲乙", email=EMAIL)
    merge(*files, manager)
    merge(top, files[0], manager)
    edit_contact(contact=standing, changes={"email": "new@haifeng.invalid"}, seen={}, by=manager)

    erase(standing, manager)

    assert Contact.objects.filter(erased_on=None).count() == 0
    assert texts_with(EMAIL) == []
