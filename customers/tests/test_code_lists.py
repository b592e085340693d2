"""Channels and other code lists: shipped complete, kept by administrators."""

import csv

import pytest
from django.urls import reverse

from customers.models import Channel, CreditGrade, CreditScheme, Region, RegistrationType
from customers.services.reference import edit_reference
from customers.tests.factories import make_customer, make_rating
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    administrator = make_user(Role.ADMIN)
    client.force_login(administrator)
    return administrator


def test_the_shipped_lists_are_there():
    families = {family: Channel.objects.filter(family=family).count() for family in ("customer", "cargo", "service")}

    assert families == {"customer": 14, "cargo": 10, "service": 10}
    assert Channel.objects.filter(name_zh="").count() + Channel.objects.filter(name_en="").count() == 0
    assert [scheme.grades.count() for scheme in CreditScheme.objects.order_by("position")] == [9, 6, 5, 3, 4]
    assert (RegistrationType.objects.count(), Region.objects.exclude(parent=None).count()) == (37, 34)
    assert CreditGrade.objects.filter(scheme__key="registered-long").order_by("position").first().code == "AAA"


@pytest.mark.parametrize("key", ["channels", "regions", "registration-types", "credit-schemes", "credit-grades"])
def test_each_list_is_shown_in_few_queries(client, administrator, django_assert_max_num_queries, key):
    with django_assert_max_num_queries(5):
        response = client.get(reverse("customers:reference", args=[key]))

    assert sum(len(rows) for _title, rows in response.context["groups"]) > 0


def test_a_channel_is_added_and_taken_out_of_use(client, administrator):
    new = {
        "family": "customer",
        "key": "port-day",
        "name_zh": "港口开放日",
        "name_en": "Port open day",
        "position": "500",
    }

    client.post(reverse("customers:reference_create", args=["channels"]), new | {"is_active": "on"})
    channel = Channel.objects.get(key="port-day")
    client.post(reverse("customers:reference_edit", args=["channels", channel.pk]), new)

    assert (channel.name_en, channel.is_active, Channel.objects.active().filter(key="port-day").exists()) == ("Port open day", True, False)


def test_a_key_that_exists_is_refused_with_a_sentence(client, administrator):
    response = client.post(
        reverse("customers:reference_create", args=["channels"]),
        {"family": "customer", "key": "manifest", "name_zh": "又一个", "name_en": "Another", "position": "1"},
    )

    assert response.status_code == 422
    assert "此代码已存在" in response.content.decode()
    assert Channel.objects.filter(name_zh="又一个").count() == 0


def test_two_administrators_at_one_entry_are_shown_both_names_and_nothing_is_lost(client, administrator):
    channel = Channel.objects.get(key="manifest")
    url = reverse("customers:reference_edit", args=["channels", channel.pk])
    mine = opened(client, url) | {"name_zh": "我的叫法", "description_zh": "我的说明"}
    theirs = {"name_zh": "他的叫法", "position": 5}
    edit_reference(entry=channel, changes=theirs, seen={}, by=make_user(Role.ADMIN))

    clash = client.post(url, mine)
    stored = Channel.objects.get(pk=channel.pk)
    client.post(url, mine | {"seen": clash.context["form"]["seen"].value(), "theirs": ["name_zh"]})

    page = clash.content.decode()
    assert (clash.status_code, "他的叫法" in page, 'value="我的叫法"' in page, 'value="我的说明"' in page) == (409, True, True, True)
    assert (stored.name_zh, stored.description_zh) == ("他的叫法", channel.description_zh)
    channel.refresh_from_db()
    assert (channel.name_zh, channel.position, channel.description_zh) == ("他的叫法", 5, "我的说明")


@pytest.mark.parametrize("name", ["name_zh", "name_en", "code"])
def test_a_grade_that_a_rating_names_keeps_its_names_and_so_does_its_scheme(name):
    grade, keeper = make_rating().grade, make_user(Role.ADMIN)

    with pytest.raises(RuleBroken, match="请新增一条，并停用本条") as refusal:
        edit_reference(entry=grade, changes={name: "改"}, seen={}, by=keeper)
    with pytest.raises(RuleBroken):
        edit_reference(entry=grade.scheme, changes={"name_zh": "改"}, seen={}, by=keeper)

    grade.refresh_from_db()
    assert (refusal.value.field, getattr(grade, name) == "改") == (name, False)
    assert edit_reference(entry=grade, changes={"is_active": False}, seen={}, by=keeper).is_active is False


def test_a_registration_type_is_renamed_only_while_no_file_names_it():
    first, second = RegistrationType.objects.order_by("pk")[:2]
    make_customer(registration_type=first)
    keeper = make_user(Role.ADMIN)

    with pytest.raises(RuleBroken):
        edit_reference(entry=first, changes={"code": "111"}, seen={}, by=keeper)

    assert edit_reference(entry=second, changes={"name_en": "Renamed"}, seen={}, by=keeper).name_en == "Renamed"


@pytest.mark.samples
def test_the_published_registration_types_and_credit_scales_are_all_there(samples):
    with (samples / "codes" / "enterprise_registration_types.csv").open(encoding="utf-8-sig") as lines:
        codes = {row["code"] for row in csv.DictReader(lines)}
    with (samples / "codes" / "credit_scales.csv").open(encoding="utf-8-sig") as lines:
        scales = list(csv.DictReader(lines))
    published = {kind: [row["grade"] for row in scales if kind in row["scheme"]] for kind in ("long-term", "short-term", "Tax")}
    schemes = {"long-term": "registered-long", "short-term": "registered-short", "Tax": "tax"}
    ours = {kind: list(CreditGrade.objects.filter(scheme__key=key).values_list("code", flat=True)) for kind, key in schemes.items()}

    assert codes - set(RegistrationType.objects.values_list("code", flat=True)) == set()
    assert ours == published
    assert CreditGrade.objects.filter(scheme__key="customs").count() == sum("Customs" in row["scheme"] for row in scales)


def test_nobody_else_keeps_the_lists(client):
    client.force_login(make_user(Role.MANAGER))

    assert client.get(reverse("customers:reference", args=["channels"])).status_code == 403
    assert client.post(reverse("customers:reference_create", args=["channels"]), {"key": "x"}).status_code == 403
