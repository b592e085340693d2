"""Values that cannot be are refused in words beside their field, whichever way they come; nothing of them is stored."""

import datetime as dt
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import CheckConstraint
from django.urls import reverse
from django.utils.translation import override

from customers.models import CreditGrade, Customer, TransactionStatus
from customers.services.contacts import add_contact
from customers.services.customers import create_customer, edit_customer
from customers.services.parts import add_assessment, add_credit_rating, add_peer_appraisal, edit_part
from customers.tests.factories import make_contact, make_customer
from customers.tests.test_importing_customers import counts
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportProblem
from portcrm.rules import fields_of, sentence_of

pytestmark = pytest.mark.django_db

# Kept by services alone: no form and no program sets these fields by itself.
OUT_OF_REACH = {
    "a_customer_has_a_code", "a_customer_is_not_merged_into_itself", "a_value_class_is_a_b_or_c",
    "a_ranked_customer_has_rank_class_and_date", "an_opinion_score_lies_between_1_and_5", "a_care_change_changes_the_account_manager",
    "what_goes_into_the_pool_has_no_account_manager", "a_team_membership_ends_after_it_began",
    "a_hold_is_lifted_by_somebody_for_a_reason", "of_an_erased_person_nothing_is_left", "an_observation_is_withdrawn_by_somebody",
    "a_contract_is_terminated_by_somebody_for_a_reason", "a_contract_is_decided_on_before_it_ends", "a_contract_does_not_renew_itself",
    "a_price_is_withdrawn_by_somebody_for_a_reason", "a_pair_begins_with_the_older_file", "likeness_lies_between_0_and_1",
    "a_decided_pair_says_by_whom_and_when", "a_follow_up_that_repeats_says_since_when", "a_closed_follow_up_says_who_and_when",
    "a_file_is_not_merged_with_itself", "a_merge_is_undone_by_somebody", "only_service_needs_are_delivered",
    "a_receivable_can_be_told_apart", "what_is_settled_is_not_owed", "the_ages_of_what_is_owed_add_up",
    "a_problem_is_solved_by_somebody_on_a_day", "a_visit_that_was_made_has_its_report", "a_settled_visit_says_who_and_when",
}  # fmt: skip


def in_chinese(refusal: RuleBroken) -> str:
    with override("zh-hans"):
        return str(refusal.message)


@pytest.mark.parametrize(
    ("part", "changes", "field", "told"),
    [
        ("basics", {"total_assets": Decimal(5), "net_assets": Decimal(6)}, "total_assets", "净资产不能大于总资产。"),
        ("basics", {"registered_capital": Decimal(-1)}, "registered_capital", "注册资本和总资产不能为负数。"),
        ("basics", {"former_names": ["甲" * 201]}, "former_names", ""),
        ("basics", {"phone": "1" * 51}, "phone", ""),
        ("transactions", {"credit_limit": Decimal(-1)}, "credit_limit", "授信数字不能为负数。"),
        ("transactions", {"payment_days": 40000}, "payment_days", "确保该值小于或等于32767。"),
        ("traits", {"lanes": ["线" * 101]}, "lanes", ""),
        ("traits", {"cargo_classes": ["99"]}, "cargo_classes", "货类表中没有“99”。"),
    ],
)
def test_a_part_keeps_no_value_that_cannot_be(keeper, part, changes, field, told):
    customer = make_customer()

    with pytest.raises(RuleBroken) as refused:
        edit_part(part=part, customer=customer, changes=changes, seen={}, by=keeper)

    assert refused.value.field == field
    assert told in in_chinese(refused.value)
    stored = Customer.objects.values().get(pk=customer.pk)
    assert [stored[name] for name in ("total_assets", "registered_capital", "former_names", "phone")] == [None, None, [], ""]


def test_keeping_the_rules_asks_the_database_nothing(keeper, django_assert_num_queries):
    customer = make_customer()

    with django_assert_num_queries(6):  # a savepoint and its end, the context of history and its end, the lock, the update
        edit_customer(customer=customer, changes={"registered_capital": Decimal(1)}, seen={}, by=keeper)


def test_a_new_file_keeps_no_value_that_cannot_be(keeper):
    for fields, field in (({"registered_capital": Decimal(-1)}, "registered_capital"), ({"short_name": "长" * 61}, "short_name")):
        with pytest.raises(RuleBroken) as refused:
            create_customer(name_zh="溯舟物流", by=keeper, **fields)
        assert refused.value.field == field

    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"share_of_wallet": Decimal(150)}, "share_of_wallet", "本港所占货量份额应在百分之 0 到 100 之间。"),
        ({"relation_since": dt.date(2026, 11, 2)}, "relation_since", "业务关系的起始日期不能晚于评估日期。"),
        ({"employees": 2**31}, "employees", "确保该值小于或等于2147483647。"),
    ],
)
def test_an_assessment_keeps_no_value_that_cannot_be(keeper, fields, field, told):
    customer = make_customer()

    with pytest.raises(RuleBroken) as refused:
        add_assessment(customer=customer, assessed_on=dt.date(2026, 11, 1), by=keeper, **fields)

    assert (refused.value.field, in_chinese(refused.value), customer.assessments.count()) == (field, told, 0)


def test_ratings_appraisals_and_contacts_keep_none_either(keeper):
    customer, day = make_customer(), dt.date(2026, 11, 1)
    grade = CreditGrade.objects.get(scheme__key="port", code="1")

    for add, given, field in (
        (add_credit_rating, {"grade": grade, "rated_on": day, "rated_by": "评" * 201}, "rated_by"),
        (add_peer_appraisal, {"statement": "可靠", "appraised_on": day, "standing": 9}, "standing"),
        (add_contact, {"name": "演示联系人 03", "mobile": "1" * 51}, "mobile"),
    ):
        with pytest.raises(RuleBroken) as refused:
            add(customer=customer, by=keeper, **given)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("key", "typed", "field"),
    [
        ("firm", {"total_assets": "5", "net_assets": "6"}, "total_assets"),
        ("firm", {"registered_capital": "-1"}, "registered_capital"),
        ("transactions", {"credit_limit": "-1"}, "credit_limit"),
        ("transactions", {"payment_days": "40000"}, "payment_days"),
        ("identity", {"name_zh": "溯舟物流", "former_names": "甲" * 201}, "former_names"),
        ("traits", {"lanes": "东南亚\n" + "线" * 101}, "lanes"),
    ],
)
def test_a_section_says_beside_its_field_what_cannot_be(client, keeper, key, typed, field):
    customer = make_customer()

    response = client.post(reverse("customers:section_edit", args=[customer.pk, key]), typed)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert typed[field].strip() in response.content.decode()
    assert not TransactionStatus.objects.exists()


def test_too_long_a_line_is_told_by_its_beginning(client, keeper):
    customer = make_customer()
    with override("zh-hans"):
        response = client.post(reverse("customers:section_edit", args=[customer.pk, "traits"]), {"lanes": "东南亚\n" + "线" * 101})

    assert response.context["form"].errors["lanes"] == ["“线线线线线线线线线线…”这一行有 101 个字，最多 100 个字。"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"share_of_wallet": "150"}, "share_of_wallet"),
        ({"relation_since": (port_today() + dt.timedelta(days=1)).isoformat()}, "relation_since"),
    ],
)
def test_an_assessment_says_beside_its_field_what_cannot_be(client, keeper, typed, field):
    customer = make_customer()
    url = reverse("customers:dated_add", args=[customer.pk, "assessment"])

    response = client.post(url, {"assessed_on": port_today().isoformat()} | typed)

    assert (response.status_code, list(response.context["form"].errors), customer.assessments.count()) == (422, [field], 0)


def test_a_program_is_answered_with_the_sentence_and_the_field(client, keeper):
    customer = make_customer(registered_capital=7)
    url = f"/api/v1/customers/{customer.pk}/"

    response = client.patch(url, {"registered_capital": "-1"}, content_type="application/json", headers={"Accept-Language": "zh-hans"})

    customer.refresh_from_db()
    assert (response.status_code, response.json()) == (
        409,
        {"detail": "注册资本和总资产不能为负数。", "field": "registered_capital"},
    )
    assert customer.registered_capital == 7


def test_an_import_names_the_cell_and_the_rule_in_both_languages(keeper, file):
    known = make_customer(name_zh="溯舟物流", registered_capital=9)
    path = file(["公司名称", "注册资本"], ["溯舟物流", "-5"], ["新来的公司", "-6"], ["别的公司", "7"])

    run = ingest("customers", path, by=keeper)

    known.refresh_from_db()
    assert (counts(run)["created"], counts(run)["rejected"], known.registered_capital) == (1, 2, 9)
    said = {"zh": "注册资本和总资产不能为负数。", "en": "Registered capital and total assets cannot be negative."}
    told = [(one["column"], one["message"]) for problem in ImportProblem.objects.order_by("row_number") for one in problem.details]
    assert told == [("注册资本", said)] * 2


def kept_by_its_choices(model, rule: CheckConstraint) -> bool:
    """A rule over one field with choices says no more than the field itself."""
    (first, *more) = [model._meta.get_field(name) for name in fields_of(rule)]
    return not more and bool((first.base_field if isinstance(first, ArrayField) else first).choices)


def test_every_rule_that_people_can_break_is_told_in_both_languages():
    rules = [
        (model, rule)
        for model in apps.get_app_config("customers").get_models()
        for rule in model._meta.constraints
        if isinstance(rule, CheckConstraint)
        and rule.name not in OUT_OF_REACH
        and not rule.name.endswith("_is_verified_by_somebody_on_a_day")
        and not kept_by_its_choices(model, rule)
    ]
    with override("zh-hans"):
        untold = [rule.name for _model, rule in rules if str(sentence_of(rule) or "").isascii()]

    assert len(rules) > 40
    assert untold == []


def test_a_contact_who_would_leave_before_coming_is_refused(client, keeper):
    contact = make_contact(here_since=port_today() + dt.timedelta(days=3))

    response = client.post(reverse("customers:contact_change", args=[contact.pk, "left"]), follow=True)

    contact.refresh_from_db()
    assert contact.left_on is None
    assert "离开日期不能早于到该公司的日期。" in response.content.decode()
