"""Each filter of the customer list leaves what it names; none is left out of the groups of the form."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.enums import FilledIn
from customers.filters import CustomerFilter
from customers.models import Customer, CustomerTag, RegistrationType, Tag, Traits, TransactionStatus
from customers.tests.factories import DAY, make_channel, make_contact, make_customer, make_rating
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING)
    client.force_login(keeper)
    return keeper


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
        hinterland="东北腹地", value_rank=3, value_class="A", value_as_of=DAY, teu_12m=80, revenue_12m=700, last_opinion_on=DAY,
        last_opinion_score=4, last_contact_on=DAY, verified_on=DAY, verified_by=keeper, recorded_on=dt.date(2024, 2, 2),
        phone="0411-1", email="a@b.invalid", credit_code="", channel=make_channel(), account_manager=keeper, department=make_department(),
    )  # fmt: skip
    Traits.objects.create(
        customer=customer, service_area="环渤海", sales_capability=4, development_potential=5, digital_levels=["edi", "api"],
        cargo_classes=["03"], recorded_by=keeper, recorded_on=DAY,
    )  # fmt: skip
    TransactionStatus.objects.create(
        customer=customer, sales_activity_level=2, payment_days=60, free_storage_days=7, credit_limit=1000, credit_exposure=900,
        overdue_amount=50, overdue_days=12, recorded_by=keeper, recorded_on=DAY,
    )  # fmt: skip
    CustomerTag.objects.create(customer=customer, tag=Tag.objects.create(name="冷链"), added_by=keeper, added_on=DAY)
    make_contact(customer=customer)
    Customer.objects.filter(pk=customer.pk).update(created_at=timezone.make_aware(dt.datetime(2025, 3, 3, 12)))
    make_customer(name_zh="别的", recorded_on=DAY)
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


def test_one_of_two_tags_is_enough(client, keeper):
    for name in ("冷链", "危化品", "散粮"):
        customer = make_customer(name_zh=name)
        CustomerTag.objects.create(customer=customer, tag=Tag.objects.create(name=name), added_by=keeper, added_on=DAY)

    tags = Tag.objects.exclude(name="散粮").values_list("pk", flat=True)

    assert sorted(names(client.get(LIST, {"tags": list(tags)}))) == ["冷链", "危化品"]


def test_every_filter_stands_in_exactly_one_group_of_the_form():
    grouped = [name for _label, names_of_group in CustomerFilter.groups for name in names_of_group]

    assert sorted(grouped) == sorted(set(CustomerFilter.base_filters) - {"q"})


def test_the_form_opens_the_group_that_narrows_the_list_and_says_how_many_are_set(client, keeper):
    groups = client.get(LIST, {"filters": "open", "payment_days_min": 30, "overdue": "True"}).context["listing"].filter_groups

    assert [(str(group.label), group.chosen) for group in groups if group.chosen] == [("条款与信用", 2)]
