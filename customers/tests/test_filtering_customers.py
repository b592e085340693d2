"""Each filter of the customer list leaves what it names; none is left out of the groups of the form."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.enums import FilledIn
from customers.filters import CustomerFilter
from customers.filters.parts import ASSESSED
from customers.models import Customer, CustomerTag, OpenProblem, PeerAppraisal, Region, RegistrationType, Tag, Traits, TransactionStatus
from customers.models.assessment import ASSESSMENT_FIELDS
from customers.models.customer import ASSIGNMENT_FIELDS, BASICS_FIELDS
from customers.models.facts import FACT_FIELDS
from customers.models.provenance import PROVENANCE_FIELDS
from customers.models.traits import TRAITS_FIELDS
from customers.models.transactions import TRANSACTION_FIELDS
from customers.tests.factories import DAY, make_assessment, make_channel, make_contact, make_customer, make_rating
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")
FIELDS_OF_A_FILE = [
    *(*BASICS_FIELDS, *ASSIGNMENT_FIELDS, *FACT_FIELDS, *PROVENANCE_FIELDS),
    *(f"traits__{name}" for name in TRAITS_FIELDS),
    *(f"transactions__{name}" for name in TRANSACTION_FIELDS),
    *(f"{ASSESSED}{name}" for name in ASSESSMENT_FIELDS),
]
# Fields that have no filter of their own, with what is asked instead.
ASKED_OTHERWISE = {
    **dict.fromkeys(("name_zh", "name_en", "short_name", "former_names"), "q"),  # the search knows names in every form
    **dict.fromkeys(("credit_code", "phone", "fax", "email"), "q"),  # the search reads them as people write them
    **dict.fromkeys(("address_zh", "address_en"), "address"),  # one question looks in both languages
    "value_previous_rank": "value_rank",  # only tells the movement of the rank beside it
}


def names(response) -> list[str]:
    return [row.name_zh for row in response.context["listing"].rows]


@pytest.fixture
def wanted(keeper):
    """Filled in everywhere, beside a file with nothing but a name."""
    customer = make_customer(
        name_zh="要找的", legal_form="limited", registration_type=RegistrationType.objects.first(), operation_modes=["agency"],
        founded_on=dt.date(2001, 5, 1), registered_capital=Decimal(5_000_000), total_assets=Decimal(9_000_000),
        licence_valid_until=dt.date(2030, 1, 1), legal_representative="演示法人", business_scope="货运代理与仓储",
        address_zh="大连市中山区",
        net_assets=Decimal(4_000_000), assets_as_of=dt.date(2025, 12, 31), licence_no="913-77", organisation_code="12345678X",
        bank_name="演示银行", bank_account="6222 0001", postal_code="116001", website="wanted.invalid", wechat="wanted-wx", note="冬季停产",
        source_reference="年报第三页", value_score=12,
        parent=make_customer(name_zh="别的", recorded_on=DAY), hinterland="东北腹地", value_rank=3, value_class="A", value_as_of=DAY,
        teu_12m=80, revenue_12m=700, last_opinion_on=DAY, last_opinion_score=4, last_contact_on=DAY, verified_on=DAY, verified_by=keeper,
        recorded_on=dt.date(2024, 2, 2),
        phone="0411-1", email="a@b.invalid", credit_code="", channel=make_channel(), account_manager=keeper, department=make_department(),
    )  # fmt: skip
    Traits.objects.create(
        customer=customer, service_area="环渤海", sales_capability=4, development_potential=5, digital_levels=["edi", "api"],
        cargo_classes=["03"], lanes=["大连—仁川", "大连—釜山"], outlook="扩建二期", operating_characteristics="旺季集中",
        sales_capability_note="渠道广", recorded_by=keeper, recorded_on=DAY,
    )  # fmt: skip
    TransactionStatus.objects.create(
        customer=customer, sales_activity_level=2, payment_days=60, free_storage_days=7, credit_limit=1000, credit_exposure=900,
        overdue_amount=50, overdue_days=12, sales_activity="走访频繁", payment_terms="电汇月结", rate_terms="协议费率",
        other_terms="提前预报", credit_as_of=dt.date(2026, 10, 31), recorded_by=keeper, recorded_on=DAY,
    )  # fmt: skip
    make_assessment(
        customer=customer,
        scale=4,
        annual_sales=800,
        employees=120,
        annual_tonnes=5000,
        annual_teu=300,
        scale_note="中型企业",
        profitability=3,
        profit_margin=8,
        profitability_note="毛利平稳",
        relation_since=dt.date(2015, 1, 1),
        relation=5,
        share_of_wallet=60,
        rival_ports="营口、天津",
        relation_note="往来多年",
        cooperation=4,
        cooperation_note="乐于协作",
    )
    PeerAppraisal.objects.create(
        customer=customer, peer_name="演示同行", appraised_on=DAY, statement="守信", recorded_by=keeper, recorded_on=DAY
    )
    for firm, solved in ((customer, {}), (Customer.objects.get(name_zh="别的"), {"solved_on": DAY, "solved_by": keeper})):
        OpenProblem.objects.create(customer=firm, title="舱单迟交", opened_on=DAY, opened_by=keeper, **solved)
    CustomerTag.objects.create(customer=customer, tag=Tag.objects.create(name="冷链"), added_by=keeper, added_on=DAY)
    make_contact(customer=customer)
    Customer.objects.filter(pk=customer.pk).update(created_at=timezone.make_aware(dt.datetime(2025, 3, 3, 12)))
    return customer


def test_each_filter_of_the_file_leaves_what_it_names(client, wanted):
    questions = {
        "legal_form": "limited", "registration_type": wanted.registration_type_id, "operation_modes": "agency",
        "founded_before": "2002-01-01", "capital_min": 4_000_000, "assets_max": 9_000_000, "licence_after": "2029-01-01",
        "representative": "法人", "scope": "仓储", "address": "中山", "hinterland": "东北",
        "service_area": "渤海", "sales": 4, "potential": 5,
        "digital": "api", "activity": 2, "payment_days_min": 45, "free_storage_min": 7, "credit_limit_min": 1000, "exposure_max": 900,
        "overdue_amount_min": 1, "overdue_days_min": 10, "teu_min": 1, "revenue_min": 1, "value_rank_max": 10, "opinion_on_after": DAY,
        "contacted_after": DAY, "verified_before": DAY, "recorded_before": "2024-12-31", "created_before": "2025-12-31",
        "tags": Tag.objects.get().pk, "department": wanted.department_id, "channel": wanted.channel_id,
        "net_assets_min": 1, "assets_as_of_after": "2025-12-31", "licence_no": "13-7", "organisation_code": "678x", "bank": "银行",
        "bank_account": "0001", "parent": "别的", "postal_code": "116", "website": "WANTED", "wechat": "wx", "note": "停产",
        "source": "年报", "verified_by": wanted.verified_by_id, "value_score_min": 10, "ranked_after": DAY,
        "sales_note": "渠道", "outlook": "二期", "characteristics": "旺季", "lanes": "釜山",
        "activity_note": "走访", "payment_terms": "月结", "rates": "协议", "other_terms": "预报", "credit_as_of_before": "2026-10-31",
        "assessed_after": DAY, "scale": 4, "annual_sales_min": 800, "employees_max": 120, "annual_tonnes_min": 4999, "annual_teu_max": 300,
        "scale_note": "中型", "profitability": 3, "profit_margin_min": 8, "profitability_note": "平稳", "relation": 5,
        "relation_since_before": "2015-01-01", "relation_note": "多年", "share_of_wallet_min": 60, "rival_ports": "天津",
        "cooperation": 4, "cooperation_note": "协作",
    }  # fmt: skip

    found = {name: names(client.get(LIST, {name: value})) for name, value in questions.items()}

    assert found == dict.fromkeys(questions, ["要找的"])


@pytest.mark.parametrize("thing", [thing for thing in FilledIn.values if thing != FilledIn.CREDIT_CODE])
def test_files_with_and_without_something_are_told_apart(client, wanted, thing):
    assert names(client.get(LIST, {"has": thing})) == ["要找的"]
    assert names(client.get(LIST, {"lacks": thing})) == ["别的"]


def test_several_things_a_file_lacks_must_all_be_missing(client, wanted):
    assert names(client.get(LIST, {"lacks": ["credit_code", "phone"]})) == ["别的"]


def test_the_latest_rating_decides_and_a_better_grade_is_found_with_the_lesser_one(client, keeper):
    risen, fallen = make_customer(name_zh="升级"), make_customer(name_zh="降级")
    best = make_rating(customer=fallen, rated_on=dt.date(2025, 1, 1)).grade
    lesser = type(best).objects.filter(scheme=best.scheme, position__gt=best.position).order_by("position").first()
    make_rating(customer=fallen, grade=lesser, rated_on=dt.date(2026, 1, 1))
    make_rating(customer=risen, grade=lesser, rated_on=dt.date(2025, 1, 1))
    make_rating(customer=risen, grade=best, rated_on=dt.date(2026, 1, 1))

    assert names(client.get(LIST, {"grade": best.pk})) == ["升级"]
    assert names(client.get(LIST, {"grade": lesser.pk})) == ["降级", "升级"]


def test_the_latest_assessment_decides_and_several_questions_mean_the_same_one(client, keeper):
    grown, shrunk = make_customer(name_zh="扩大"), make_customer(name_zh="缩小")
    for customer, scales in ((grown, (2, 5)), (shrunk, (5, 2))):
        for year, scale in zip((2025, 2026), scales, strict=True):
            make_assessment(customer=customer, assessed_on=dt.date(year, 1, 1), scale=scale, employees=year)

    assert names(client.get(LIST, {"scale": 5})) == ["扩大"]
    assert names(client.get(LIST, {"scale": [2, 5], "employees_max": 2025})) == []
    assert names(client.get(LIST, {"scale": 2, "employees_min": 2026})) == ["缩小"]


def test_who_recorded_a_file_is_asked_also_of_somebody_who_has_left(client, keeper):
    gone = make_user(Role.MARKETING, is_active=False)
    make_customer(name_zh="旧档", recorded_by=gone)
    make_customer(name_zh="新档", recorded_by=keeper)

    assert names(client.get(LIST, {"recorded_by": gone.pk})) == ["旧档"]


def test_a_customer_with_many_assessments_stands_in_the_list_once(client, keeper):
    customer = make_customer(name_zh="一家")
    for day in (1, 2, 2):
        make_assessment(customer=customer, assessed_on=dt.date(2026, 1, day), scale=3)

    response = client.get(LIST, {"scale": [2, 3], "assessed_after": "2026-01-01", "exact": "1"})

    assert (names(response), response.context["listing"].count.value) == (["一家"], 1)


def test_one_of_two_tags_is_enough(client, keeper):
    for name in ("冷链", "危化品", "散粮"):
        customer = make_customer(name_zh=name)
        CustomerTag.objects.create(customer=customer, tag=Tag.objects.create(name=name), added_by=keeper, added_on=DAY)

    tags = Tag.objects.exclude(name="散粮").values_list("pk", flat=True)

    assert sorted(names(client.get(LIST, {"tags": list(tags)}))) == ["冷链", "危化品"]


def test_every_field_of_a_file_can_be_asked_for():
    asked = {each.field_name for each in CustomerFilter.base_filters.values()}

    assert [name for name in FIELDS_OF_A_FILE if name not in asked and name not in ASKED_OTHERWISE] == []
    assert set(ASKED_OTHERWISE) <= set(FIELDS_OF_A_FILE)
    assert set(ASKED_OTHERWISE.values()) <= set(CustomerFilter.base_filters)


def test_every_filter_stands_in_exactly_one_group_of_the_form():
    grouped = [name for _label, names_of_group in CustomerFilter.groups for name in names_of_group]

    assert sorted(grouped) == sorted(set(CustomerFilter.base_filters) - {"q"})


def test_the_form_opens_the_group_that_narrows_the_list_and_says_how_many_are_set(client, keeper):
    groups = client.get(LIST, {"filters": "open", "payment_days_min": 30, "overdue": "True"}).context["listing"].filter_groups

    assert [(str(group.label), group.chosen) for group in groups if group.chosen] == [("条款与信用", 2)]


@pytest.mark.parametrize(
    ("name", "values", "shown"),
    [
        ("status", ["existing", "lost"], "流失客户"),
        ("tonnes_min", ["1", "2"], "≥ 2"),
        ("region", ["first", "last"], None),
        ("account_manager", ["keeper", "other"], None),
    ],
)
def test_of_a_filter_with_one_value_the_last_in_the_address_counts(client, keeper, name, values, shown):
    people = {
        "keeper": keeper.pk,
        "other": make_user(Role.MARKETING).pk,
        "first": Region.objects.first().pk,
        "last": Region.objects.last().pk,
    }

    response = client.get(LIST, {name: [people.get(value, value) for value in values]})

    (chip,) = response.context["listing"].chips
    assert shown is None or chip.text == shown
    assert name not in chip.remove_url
