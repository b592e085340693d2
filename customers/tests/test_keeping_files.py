"""Opening and editing a customer file: rules, numbers, two editors at once, history."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from customers.identifiers import check_credit_code, is_organisation_code, normal_identifier
from customers.models import Customer
from customers.services import customers as services
from customers.services.customers import assign_customer, create_customer, create_customers, edit_customer
from customers.tests.factories import make_customer, make_region
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, name="市场人员甲")


@pytest.mark.parametrize(
    ("code", "valid", "organisation_valid"),
    [
        ("91350100M000100Y43", True, True),
        ("91110105771583283D", True, True),
        ("91440300708461136T", True, True),
        ("51610700305332460K", True, True),
        ("91110108735106340Y", True, True),
        ("91350100M000100Y44", False, True),
        ("91350100M000100Y56", True, False),
        ("9135010OM000100Y43", False, False),
        ("91350100M000100Y4", False, False),
    ],
)
def test_both_check_digits_of_a_credit_code_are_computed(code, valid, organisation_valid):
    check = check_credit_code(code)

    assert (check.valid, check.organisation_valid) == (valid, organisation_valid)


@pytest.mark.parametrize("code", ["D2143569-X", "M000100Y-4", "77158328-3", " ｍ000100ｙ4 "])
def test_organisation_codes_are_read_as_people_write_them(code):
    assert is_organisation_code(normal_identifier(code))


def test_an_organisation_code_with_a_wrong_digit_is_refused():
    assert is_organisation_code("D21435690") is False


def test_files_get_numbers_one_after_the_other(keeper):
    first = create_customer(name_zh="溯舟物流有限公司", by=keeper)
    second = create_customer(name_en="Harbour Bridge Ltd", by=keeper)

    numbers = [int(customer.code[1:]) for customer in (first, second)]
    assert numbers == [numbers[0], numbers[0] + 1]
    assert [first.recorded_by, first.recorded_on, first.status] == [keeper, port_today(), "prospect"]


def test_a_file_needs_a_name(keeper):
    with pytest.raises(RuleBroken) as refusal:
        create_customer(name_zh="  ", by=keeper)

    assert refusal.value.field == "name_zh"


def test_a_wrong_credit_code_is_refused_and_a_tidy_one_stored(keeper):
    with pytest.raises(RuleBroken) as refusal:
        create_customer(name_zh="甲", credit_code="91350100M000100Y44", by=keeper)
    stored = create_customer(name_zh="甲", credit_code=" 91350100m000100y43 ", by=keeper)

    assert refusal.value.field == "credit_code"
    assert stored.credit_code == "91350100M000100Y43"


def test_a_credit_code_belongs_to_one_customer(keeper):
    first = create_customer(name_zh="甲公司", credit_code="91350100M000100Y43", by=keeper)

    with pytest.raises(RuleBroken) as refusal:
        create_customer(name_zh="乙公司", credit_code="91350100M000100Y43", by=keeper)

    assert first.code in str(refusal.value.message)
    assert Customer.objects.count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_one_credit_code_at_once_the_second_is_told_who_has_it(monkeypatch):
    firms, both_have_looked = [make_customer(name_zh="甲公司"), make_customer(name_zh="乙公司")], threading.Barrier(2)
    people = [make_user(Role.MARKETING), make_user(Role.OPERATIONS)]
    monkeypatch.setattr(services, "refuse_circle", lambda **_given: both_have_looked.wait(timeout=20))

    def write(firm: Customer, person) -> Customer:
        return edit_customer(customer=firm, changes={"credit_code": "91350100M000100Y43"}, seen={}, by=person)

    results = at_once(*(lambda pair=pair: write(*pair) for pair in zip(firms, people, strict=True)))

    bearer = Customer.objects.get(credit_code="91350100M000100Y43")
    (refusal,) = [one for one in results if isinstance(one, RuleBroken)]
    assert (refusal.field, bearer.code in str(refusal.message)) == ("credit_code", True)


@pytest.mark.database
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"name_zh": "", "name_en": ""}, "a_customer_has_a_name"),
        ({"types": ["pirate"]}, "customer_types_are_known"),
        ({"tier": "key", "is_key_account": False}, "a_customer_of_the_key_tier_is_a_key_account"),
        ({"credit_code": "91350100M000100YI3"}, "a_credit_code_has_18_allowed_signs"),
        ({"total_assets": 5, "net_assets": 6}, "net_assets_do_not_exceed_total_assets"),
        ({"registered_capital": -1}, "capital_and_assets_are_not_negative"),
        ({"verified_on": dt.date(2026, 1, 1)}, "customer_is_verified_by_somebody_on_a_day"),
        ({"value_rank": 3}, "a_ranked_customer_has_rank_class_and_date"),
        ({"last_opinion_score": Decimal("5.5")}, "an_opinion_score_lies_between_1_and_5"),
    ],
)
def test_the_database_keeps_the_rules_of_a_file(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_customer(**fields)


def test_many_files_are_opened_with_the_same_keys_as_one(keeper):
    (key,) = create_customers(rows=[{"name_zh": "重庆溯舟航运", "types": ["carrier"], "former_names": ["旧舟"]}], by=keeper)
    alone = create_customer(name_zh="重庆溯舟航运", types=["carrier"], former_names=["旧舟"], by=keeper)

    fields = ("search_key", "pinyin", "initials", "name_key", "sort_key", "types", "former_names", "status", "recorded_on", "tonnes_12m")
    assert Customer.objects.values_list(*fields).get(pk=key) == Customer.objects.values_list(*fields).get(pk=alone.pk)


def test_editing_changes_only_what_was_changed_and_history_says_who(keeper):
    customer = make_customer(name_zh="溯舟", phone="1", region=make_region())

    edit_customer(customer=customer, changes={"phone": "2"}, seen={"phone": "1"}, by=keeper)

    customer.refresh_from_db()
    events = apps.get_model("customers", "CustomerEvent").objects.filter(pgh_obj_id=customer.pk).order_by("pgh_id")
    assert [(event.pgh_label, event.phone) for event in events] == [("insert", "1"), ("update", "2")]
    assert events[1].pgh_context.metadata == {"actor": keeper.pk, "action": "customer.edit", "channel": "command"}
    assert (customer.recorded_by, customer.version) == (keeper, 2)


def test_two_editors_of_different_fields_both_win(keeper):
    customer = make_customer(phone="1", email="a@example.invalid")
    edit_customer(customer=customer, changes={"phone": "2"}, seen={"phone": "1"}, by=keeper)

    edit_customer(customer=customer, changes={"email": "b@example.invalid"}, seen={"email": "a@example.invalid"}, by=keeper)

    customer.refresh_from_db()
    assert (customer.phone, customer.email) == ("2", "b@example.invalid")


def test_two_editors_of_one_field_are_shown_both_texts_and_nothing_is_saved(keeper):
    customer = make_customer(phone="1", email="a@example.invalid")
    edit_customer(customer=customer, changes={"phone": "2"}, seen={"phone": "1"}, by=keeper)

    with pytest.raises(EditConflict) as refusal:
        edit_customer(
            customer=customer,
            changes={"phone": "3", "email": "b@example.invalid"},
            seen={"phone": "1", "email": "a@example.invalid"},
            by=keeper,
        )

    customer.refresh_from_db()
    assert [(one.field, one.theirs, one.yours) for one in refusal.value.conflicts] == [("phone", "2", "3")]
    assert (customer.phone, customer.email) == ("2", "a@example.invalid")


def test_two_editors_who_type_the_same_agree(keeper):
    customer = make_customer(phone="1")
    edit_customer(customer=customer, changes={"phone": "2"}, seen={"phone": "1"}, by=keeper)

    edit_customer(customer=customer, changes={"phone": "2"}, seen={"phone": "1"}, by=keeper)

    customer.refresh_from_db()
    assert (customer.phone, customer.version) == ("2", 2)


def test_a_customer_of_the_key_tier_becomes_a_key_account(keeper):
    customer = make_customer()

    assign_customer(customer=customer, changes={"tier": "key", "account_manager": keeper}, by=keeper)

    customer.refresh_from_db()
    assert (customer.tier, customer.is_key_account, customer.account_manager) == ("key", True, keeper)


def test_whoever_has_no_role_sees_no_file():
    make_customer(name_zh="不该看见的客户")

    assert list(Customer.objects.visible_to(make_user())) == []
    assert list(Customer.objects.visible_to(make_user(Role.ADMIN))) == []


@pytest.mark.parametrize("role", [Role.MARKETING, Role.OPERATIONS, Role.SERVICE, Role.MANAGER, Role.AUDITOR])
def test_files_are_kept_together_so_every_working_role_sees_all(role):
    customer = make_customer()

    assert list(Customer.objects.visible_to(make_user(role))) == [customer]


def test_a_file_nobody_confirmed_for_longer_than_its_tier_allows_is_stale():
    today = dt.date(2026, 11, 23)
    checker = make_user()
    key = {"tier": "key", "is_key_account": True, "verified_by": checker}
    stale = make_customer(verified_on=today - dt.timedelta(days=91), **key)
    make_customer(verified_on=today - dt.timedelta(days=90), **key)
    make_customer(recorded_on=today - dt.timedelta(days=300))
    never = make_customer(recorded_on=today - dt.timedelta(days=366))

    assert list(Customer.objects.stale(today).order_by("pk")) == [stale, never]
