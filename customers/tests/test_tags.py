"""Tags: made by using them, one spelling each, on the record page, renamed and deleted everywhere at once."""

import pytest
from django.apps import apps
from django.urls import reverse

from customers.models import Customer, CustomerTag, Tag
from customers.services.tags import delete_tag, rename_tag, set_tags, tag_customer, untag_customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


def on(customer: Customer) -> list[str]:
    return sorted(CustomerTag.objects.filter(customer=customer).values_list("tag__name", flat=True))


def test_a_tag_is_made_by_using_it_and_has_one_spelling(keeper):
    first, second = make_customer(), make_customer()

    tag_customer(customer=first, names=["#ＣＯＬＤ  chain"], by=keeper)  # noqa: RUF001  full width
    tag_customer(customer=second, names=["cold chain", "Cold Chain", "冷链"], by=keeper)

    assert (on(first), on(second)) == (["COLD chain"], ["COLD chain", "冷链"])


def test_tagging_twice_puts_a_tag_once(keeper):
    customer = make_customer()

    assert [tag_customer(customer=customer, names=["冷链"], by=keeper) for _ in range(2)] == [1, 0]


def test_what_was_put_on_a_file_and_taken_off_is_history(keeper):
    customer = make_customer()
    tag_customer(customer=customer, names=["冷链"], by=keeper)

    untag_customer(customer=customer, tags=Tag.objects.all(), by=keeper)

    events = apps.get_model("customers", "CustomerTagEvent").objects.filter(customer=customer).order_by("pgh_id")
    assert on(customer) == []
    assert [(event.pgh_label, event.pgh_context.metadata["actor"]) for event in events] == [("insert", keeper.pk), ("delete", keeper.pk)]


def test_no_tag_at_all_or_a_very_long_one_is_refused_in_words(keeper):
    customer = make_customer()

    with pytest.raises(RuleBroken, match="至少"):
        tag_customer(customer=customer, names=["  "], by=keeper)
    with pytest.raises(RuleBroken, match="30"):
        tag_customer(customer=customer, names=["长" * 31], by=keeper)


def test_a_file_bears_at_most_twenty_tags(keeper):
    customer = make_customer()
    tag_customer(customer=customer, names=[f"标签{number}" for number in range(20)], by=keeper)

    with pytest.raises(RuleBroken, match="20"):
        tag_customer(customer=customer, names=["还有一个"], by=keeper)

    assert len(on(customer)) == 20


def test_setting_the_tags_leaves_exactly_these(keeper):
    customer = make_customer()
    tag_customer(customer=customer, names=["冷链", "散粮"], by=keeper)

    set_tags(customer=customer, names=["散粮", "危化品"], by=keeper)
    kept = on(customer)
    set_tags(customer=customer, names=[], by=keeper)

    assert (kept, on(customer)) == (["危化品", "散粮"], [])


def test_a_tag_renamed_is_renamed_everywhere_and_never_into_another(keeper):
    customer = make_customer()
    tag_customer(customer=customer, names=["冷连", "散粮"], by=keeper)

    rename_tag(tag=Tag.objects.get(name="冷连"), name="冷链", by=keeper)

    assert on(customer) == ["冷链", "散粮"]
    with pytest.raises(RuleBroken, match="同名"):
        rename_tag(tag=Tag.objects.get(name="冷链"), name="散粮", by=keeper)


def test_a_deleted_tag_is_gone_from_every_file(keeper):
    customers = [make_customer(), make_customer()]
    for customer in customers:
        tag_customer(customer=customer, names=["冷链", "散粮"], by=keeper)

    delete_tag(tag=Tag.objects.get(name="冷链"), by=keeper)

    assert [on(customer) for customer in customers] == [["散粮"], ["散粮"]]


def test_the_record_page_shows_the_tags_and_its_form_changes_them(client, keeper):
    customer = make_customer()
    tag_customer(customer=customer, names=["冷链"], by=keeper)
    address = reverse("customers:customer_tags", args=[customer.pk])

    response = client.post(address, {"new": "散粮，危化品"}, follow=True)  # noqa: RUF001

    assert on(customer) == ["危化品", "散粮"]
    assert [response.content.decode().count(f">{name}</a>") for name in ("散粮", "冷链")] == [1, 0]


def test_the_list_of_tags_counts_files_and_leads_to_them(client, keeper):
    tag_customer(customer=make_customer(), names=["冷链"], by=keeper)

    page = client.get(reverse("customers:tag_list")).content.decode()

    assert f"?tags={Tag.objects.get().pk}" in page
    assert "1 家客户" in page


def test_readers_see_tags_and_change_none(client):
    customer = make_customer()
    tag_customer(customer=customer, names=["冷链"], by=make_user())
    client.force_login(make_user(Role.AUDITOR))

    page = client.get(customer.get_absolute_url()).content.decode()
    refused = client.post(reverse("customers:customer_tags", args=[customer.pk]), {"new": "乱写"})

    assert (">冷链</a>" in page, refused.status_code, on(customer)) == (True, 403, ["冷链"])


def test_the_column_of_tags_costs_no_query(client, keeper, django_assert_num_queries):
    for _ in range(3):
        tag_customer(customer=make_customer(), names=["冷链", "散粮"], by=keeper)

    with django_assert_num_queries(3):
        page = client.get(reverse("customers:customer_list"), {"columns": "name,tags"}).content.decode()

    assert page.count(">散粮</a>") == 3
