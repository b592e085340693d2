"""Who cares for a merged file and how it is classified: decided by who assigns customers, merged or not."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.models import CareChange, Customer, Merge
from customers.services.customers import assign_customer
from customers.services.merging import merge_customers
from customers.services.unmerging import decide_left, undo_merge
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
ASSIGNED = ("tier", "is_key_account", "account_manager", "department", "status")


@pytest.fixture
def keeper(client):
    user = make_user(Role.MARKETING, name="张 经办", name_en="Zhang", language="en", department=make_department())
    client.force_login(user)
    return user


@pytest.fixture
def manager():
    return make_user(Role.MANAGER, language="en")


def merge(kept, other, by, *take: str) -> Merge:
    return merge_customers(kept=kept, other=other, take=[f"customer.{name}" for name in take], by=by)


def fresh(file: Customer) -> Customer:
    return Customer.every.get(pk=file.pk)


def files_of_two(colleague, keeper) -> tuple[Customer, Customer]:
    """A colleague's file, and one of the keeper's that differs in all that is decided about a customer."""
    kept = make_customer(account_manager=colleague, department=colleague.department)
    own = {"tier": "key", "is_key_account": True, "status": "existing", "account_manager": keeper, "department": keeper.department}
    return kept, make_customer(**own)


@pytest.mark.parametrize("name", ASSIGNED)
def test_what_who_assigns_customers_decides_cannot_be_taken_over_by_merging(colleague, keeper, name):
    kept, other = files_of_two(colleague, keeper)
    before = {field: getattr(fresh(kept), field) for field in ASSIGNED}

    with pytest.raises(RuleBroken, match="Only who assigns customers decides this"):
        merge(kept, other, keeper, name)
    merge(kept, other, keeper)

    assert {field: getattr(fresh(kept), field) for field in ASSIGNED} == before
    assert CareChange.objects.count() == 0


def test_who_assigns_customers_takes_over_all_of_it(colleague, keeper, manager):
    kept, other = files_of_two(colleague, keeper)

    merge(kept, other, manager, *ASSIGNED)

    row = fresh(kept)
    assert (row.tier, row.is_key_account, row.status, row.account_manager, row.department) == (
        "key", True, "existing", keeper, keeper.department,
    )  # fmt: skip


def test_the_page_offers_no_choice_of_what_others_decide_and_says_why(client, colleague, keeper, manager):
    kept, other = files_of_two(colleague, keeper)
    address = reverse("customers:merge", args=[kept.pk, other.pk])

    seen = client.get(address).content.decode()
    refused = client.post(address, {"customer.account_manager": "other"})
    client.force_login(manager)
    seen_by_manager = client.get(address).content.decode()

    assert [f'name="customer.{name}"' in seen for name in ("name_zh", *ASSIGNED)] == [True, *[False] * 5]
    assert "Only who assigns customers decides this; the value of the kept file stays." in seen
    assert [f'name="customer.{name}"' in seen_by_manager for name in ASSIGNED] == [True] * 5
    assert (refused.status_code, fresh(kept).account_manager, Merge.objects.count()) == (409, colleague, 0)


def test_a_file_out_of_the_pool_comes_into_the_care_of_who_has_the_other_one(client, colleague, keeper):
    kept, other = make_customer(), make_customer(account_manager=colleague, department=colleague.department)
    address = reverse("customers:merge", args=[kept.pk, other.pk])

    offered = client.get(address).content.decode()
    client.post(address, {"customer.account_manager": "other"})

    assert '<input type="radio" name="customer.account_manager" value="other" checked>' in offered
    assert (fresh(kept).account_manager, fresh(kept).department) == (colleague, colleague.department)
    assert list(CareChange.objects.values_list("from_manager", "to_manager")) == [(None, colleague.pk)]


@pytest.mark.parametrize("nobodys", [{"is_key_account": True}, {"status": "lost"}])
def test_a_file_of_nobody_that_is_not_in_the_pool_waits_for_who_assigns_customers(colleague, keeper, nobodys):
    kept, other = make_customer(**nobodys), make_customer(account_manager=colleague)

    with pytest.raises(RuleBroken, match="Only who assigns customers decides this"):
        merge(kept, other, keeper, "account_manager")

    assert fresh(kept).account_manager is None


@pytest.mark.parametrize("own", [{"status": "lost"}, {"is_key_account": True}])
def test_who_cares_for_as_many_as_one_may_gets_no_more_by_merging(colleague, keeper, manager, settings, own):
    settings.POOL_LIMIT = 1
    make_customer(account_manager=colleague)
    kept, other = make_customer(), make_customer(account_manager=colleague, **own)  # the other one does not count towards the limit

    with pytest.raises(RuleBroken, match="cares for as many customers as one person may"):
        merge(kept, other, keeper, "account_manager")
    before = Merge.objects.count()
    merge(kept, other, manager, "account_manager")

    assert (before, fresh(kept).account_manager) == (0, colleague)


def test_at_the_limit_one_counting_file_takes_the_place_of_the_other(colleague, keeper, settings):
    settings.POOL_LIMIT = 1
    kept, other = make_customer(), make_customer(account_manager=colleague)

    merge(kept, other, keeper, "account_manager")

    assert list(Customer.objects.cared_for(colleague)) == [kept]


def test_a_key_account_is_not_left_without_account_manager(colleague, keeper, manager):
    kept, other = make_customer(account_manager=colleague, tier="key", is_key_account=True), make_customer()
    plain, key = make_customer(), make_customer(account_manager=keeper, tier="key", is_key_account=True)

    for files, taken in (((kept, other), "account_manager"), ((plain, key), "tier"), ((plain, key), "is_key_account")):
        with pytest.raises(RuleBroken, match="A key account needs an account manager"):
            merge(*files, manager, taken)

    assert (fresh(kept).account_manager, fresh(plain).is_key_account, Merge.objects.count()) == (colleague, False, 0)


def test_undoing_leaves_what_became_a_key_account_with_its_account_manager_and_a_decision(colleague, keeper, manager):
    kept, other = make_customer(), make_customer(account_manager=colleague)
    done = merge(kept, other, keeper, "account_manager")
    assign_customer(customer=kept, changes={"is_key_account": True}, by=manager)

    done = undo_merge(merge=done, by=keeper)

    assert fresh(kept).account_manager == colleague
    assert "customer.account_manager" in done.undecided_fields


def test_after_an_undoing_too_the_account_manager_is_for_who_assigns_customers_to_decide(colleague, keeper, manager):
    kept, other = make_customer(), make_customer(account_manager=colleague)
    done = merge(kept, other, keeper, "account_manager")
    assign_customer(customer=kept, changes={"account_manager": keeper}, by=manager)
    done = undo_merge(merge=done, by=keeper)

    with pytest.raises(RuleBroken, match="Only who assigns customers decides this"):
        decide_left(merge=done, fields={"customer.account_manager": "before"}, rows={}, by=colleague)
    decided_by_colleague = fresh(kept).account_manager
    decide_left(merge=done, fields={"customer.account_manager": "before"}, rows={}, by=manager)

    assert (decided_by_colleague, fresh(kept).account_manager) == (keeper, None)


@pytest.mark.parametrize("name", ASSIGNED)
def test_undoing_a_managers_merge_leaves_what_others_may_not_decide_to_who_assigns_customers(colleague, keeper, manager, name):
    kept, other = files_of_two(colleague, keeper)
    Customer.objects.filter(pk=other.pk).update(phone="0591-7")
    before = getattr(fresh(kept), name)
    done = merge(kept, fresh(other), manager, *ASSIGNED, "phone")
    taken = getattr(fresh(kept), name)

    done = undo_merge(merge=done, by=keeper)

    assert (taken != before, getattr(fresh(kept), name), fresh(kept).phone) == (True, taken, "")
    assert sorted(done.undecided_fields) == sorted(f"customer.{one}" for one in ASSIGNED)
    with pytest.raises(RuleBroken, match="Only who assigns customers decides this"):
        decide_left(merge=done, fields={f"customer.{name}": "before"}, rows={}, by=keeper)
    decide_left(merge=done, fields=dict.fromkeys(done.undecided_fields, "before"), rows={}, by=manager)
    assert getattr(fresh(kept), name) == before


def test_who_assigns_customers_undoes_all_of_it(colleague, keeper, manager):
    kept, other = files_of_two(colleague, keeper)
    before = {name: getattr(fresh(kept), name) for name in ASSIGNED}
    done = merge(kept, other, make_user(Role.MANAGER), *ASSIGNED)

    done = undo_merge(merge=done, by=manager)

    assert ({name: getattr(fresh(kept), name) for name in ASSIGNED}, done.undecided_fields) == (before, {})


def test_who_took_a_file_out_of_the_pool_by_merging_puts_it_back_on_the_same_day_and_nobody_else_does(colleague, keeper):
    """After that day it is the customer of somebody who works on it."""
    found = []
    for days, undoer in ((0, keeper), (0, make_user(Role.OPERATIONS)), (1, keeper)):
        kept, other = make_customer(), make_customer(account_manager=colleague, department=colleague.department)
        done = merge(kept, other, keeper, "account_manager")
        Merge.objects.filter(pk=done.pk).update(merged_at=done.merged_at - dt.timedelta(days=days))
        done = undo_merge(merge=done, by=undoer)
        found.append((fresh(kept).account_manager, sorted(done.undecided_fields)))

    waits = (colleague, ["customer.account_manager", "customer.department"])
    assert found == [(None, []), waits, waits]


def test_what_was_set_with_a_right_one_has_no_more_is_not_restored_without_it(colleague, keeper, manager):
    kept, other = files_of_two(colleague, keeper)
    done = merge(kept, other, manager, "account_manager")
    manager.roles = [Role.MARKETING]
    manager.save()

    done = undo_merge(merge=done, by=type(manager).objects.get(pk=manager.pk))

    assert (fresh(kept).account_manager, list(done.undecided_fields)) == (keeper, ["customer.account_manager"])


def test_the_page_of_an_undone_merge_says_who_decides_the_rest(client, colleague, keeper, manager):
    kept, other = files_of_two(colleague, keeper)
    done = undo_merge(merge=merge(kept, other, manager, "tier"), by=keeper)
    said = "Only who assigns customers decides whether this stays or what stood here before the merge comes back."

    seen = client.get(done.get_absolute_url()).content.decode()
    client.force_login(manager)
    seen_by_manager = client.get(done.get_absolute_url()).content.decode()

    told = [(said in page, page.count('name="field:customer.tier"'), ">Decide</button>" in page) for page in (seen, seen_by_manager)]
    assert told == [(True, 0, False), (False, 2, True)]


@pytest.mark.parametrize("choice", ["now", "before"])
def test_to_leave_what_others_decide_as_it_is_would_decide_it_too(client, colleague, keeper, manager, choice):
    kept, other = files_of_two(colleague, keeper)
    Customer.objects.filter(pk=other.pk).update(phone="0591-7")
    done = merge(kept, fresh(other), manager, "status", "phone")
    Customer.objects.filter(pk=kept.pk).update(phone="0591-8")
    done = undo_merge(merge=done, by=keeper)
    address, waiting = reverse("customers:merge_decide", args=[done.pk]), reverse("customers:merge_list") + "?state=undecided"

    refused = client.post(address, {"field:customer.status": choice, "field:customer.phone": "now"}, follow=True).content.decode()
    client.post(address, {"field:customer.phone": "now"})
    done.refresh_from_db()
    left, listed = list(done.undecided_fields), client.get(waiting).context["listing"].rows
    decide_left(merge=done, fields={"customer.status": choice}, rows={}, by=manager)
    seen = client.get(done.get_absolute_url()).content.decode()

    assert "Only who assigns customers decides this. It waits for them: Status" in refused
    assert (left, [row.pk for row in listed]) == (["customer.status"], [done.pk])
    assert f'name="field:customer.status" value="{choice}" checked' in seen  # decided, it reads alike for everybody


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_merges_at_once_do_not_go_past_the_limit(colleague, keeper, settings):
    settings.POOL_LIMIT = 1
    files = [(make_customer(), make_customer(account_manager=colleague, status="lost")) for _ in range(2)]

    results = at_once(*(lambda pair=pair: merge(*pair, keeper, "account_manager") for pair in files))

    assert sorted(type(result).__name__ for result in results) == ["Merge", "RuleBroken"]
    assert Customer.objects.cared_for(colleague).count() == 1
