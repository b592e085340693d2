"""The page of one customer, its sections edited in place, its tabs and timeline."""

import datetime as dt
import json
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from customers.models import Customer, Traits
from customers.services.customers import edit_customer
from customers.services.parts import add_assessment, edit_traits, open_problem
from customers.tests.factories import make_assessment, make_contact, make_customer, make_follow_up, make_interaction, make_rating
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.pages.queries.timeline import read_timeline
from portcrm.pages.registry import Wanted

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING, name="甲经办")
    client.force_login(keeper)
    return keeper


def section_url(customer: Customer, key: str) -> str:
    return reverse("customers:section_edit", args=[customer.pk, key])


def filled(client, url: str, **changes) -> dict:
    """What the browser would send: the form as it is shown, with some fields changed."""
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (shown | changes).items() if value is not None}


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_takes_at_most_twelve_queries(client, keeper, django_assert_max_num_queries, many):
    customer = make_customer(account_manager=keeper)
    for number in range(many):
        make_contact(customer=customer)
        make_follow_up(customer=customer, owner=make_user())
        make_rating(customer=customer)
        open_problem(customer=customer, title=f"问题{number}", by=keeper)

    with django_assert_max_num_queries(12):
        response = client.get(customer.get_absolute_url())

    assert len(response.context["overview"].contacts) == many


def test_the_page_says_who_cares_how_fresh_and_what_is_next(client, keeper):
    customer = make_customer(
        name_zh="溯舟物流", name_en="Suzhou Logistics", account_manager=keeper, verified_by=keeper,
        verified_on=port_today() - dt.timedelta(days=12), value_class="A", value_rank=3, value_previous_rank=8, value_as_of=port_today(),
    )  # fmt: skip
    make_follow_up(customer=customer, title="送交报价", owner=keeper, due_on=port_today() - dt.timedelta(days=1))

    page = client.get(customer.get_absolute_url()).content.decode()

    for words in ("溯舟物流", "Suzhou Logistics", "甲经办", "12天前核实", "第3名", "送交报价"):
        assert words in page, words


def test_people_without_the_right_get_nothing_of_the_page(client):
    customer = make_customer(name_zh="保密客户")
    client.force_login(make_user(Role.ADMIN))

    for name in ("customer", "file_tab", "contacts_tab", "history_tab"):
        response = client.get(reverse(f"customers:{name}", args=[customer.pk]))
        assert response.status_code == 403, name
        assert "保密客户" not in response.content.decode()


def test_customer_service_reads_but_edits_nothing(client):
    customer = make_customer(phone="1")
    client.force_login(make_user(Role.SERVICE))

    assert client.get(customer.get_absolute_url()).status_code == 200
    assert client.post(section_url(customer, "reach"), {"phone": "2"}).status_code == 403
    customer.refresh_from_db()
    assert customer.phone == "1"


def test_a_section_is_edited_without_javascript(client, keeper):
    customer = make_customer(name_zh="旧名")
    url = section_url(customer, "identity")

    response = client.post(url, filled(client, url, name_zh="新名", former_names="旧名\n更旧名；最旧名", types=["carrier", "trader"]))

    customer.refresh_from_db()
    assert (response.status_code, response.url) == (302, customer.get_absolute_url())
    assert (customer.name_zh, customer.former_names, customer.types) == ("新名", ["旧名", "更旧名", "最旧名"], ["carrier", "trader"])


def test_a_section_is_edited_in_place(client, keeper):
    customer = make_customer(phone="1")
    url = section_url(customer, "reach")

    response = client.post(url, filled(client, url, phone="021-0000"), HTTP_HX_TARGET="section-reach", **HTMX)

    assert response.templates[0].name == "customers/_section.html"
    assert "021-0000" in response.content.decode()
    assert json.loads(response["HX-Trigger"])["toast"]["level"] == "success"


def test_a_wrong_value_comes_back_with_what_was_typed(client, keeper):
    customer = make_customer(phone="1")
    url = section_url(customer, "identity")

    response = client.post(url, filled(client, url, credit_code="91350100M000100Y44", short_name="没丢的简称"))

    assert response.status_code == 422
    assert "没丢的简称" in response.content.decode()
    assert list(response.context["form"].errors) == ["credit_code"]


def test_the_inner_check_digit_only_warns(client, keeper):
    customer = make_customer()
    url = section_url(customer, "identity")

    response = client.post(url, filled(client, url, credit_code="91350100M000100Y56"), **HTMX)

    customer.refresh_from_db()
    assert customer.credit_code == "91350100M000100Y56"
    assert json.loads(response["HX-Trigger"])["toast"]["level"] == "warning"


def test_two_editors_see_both_texts_and_the_second_decides(client, keeper):
    customer = make_customer(phone="1", fax="f")
    url = section_url(customer, "reach")
    typed = filled(client, url, phone="我的", fax="我的传真")
    edit_customer(customer=customer, changes={"phone": "别人的"}, seen={"phone": "1"}, by=make_user(Role.MARKETING))

    clash = client.post(url, typed)

    customer.refresh_from_db()
    assert (clash.status_code, customer.phone, customer.fax) == (409, "别人的", "f")
    assert [one["theirs"] + "/" + one["yours"] for one in clash.context["form"].shown_conflicts] == ["别人的/我的"]
    again = typed | {"seen": clash.context["form"]["seen"].value()}

    client.post(url, again)
    customer.refresh_from_db()
    assert (customer.phone, customer.fax) == ("我的", "我的传真")


def test_the_second_editor_may_keep_what_the_first_saved(client, keeper):
    customer = make_customer(phone="1", fax="f")
    url = section_url(customer, "reach")
    typed = filled(client, url, phone="我的", fax="我的传真")
    edit_customer(customer=customer, changes={"phone": "别人的"}, seen={"phone": "1"}, by=make_user(Role.MARKETING))
    clash = client.post(url, typed)

    client.post(url, typed | {"seen": clash.context["form"]["seen"].value(), "theirs": ["phone"]})

    customer.refresh_from_db()
    assert (customer.phone, customer.fax) == ("别人的", "我的传真")


def test_two_editors_of_one_list_clash_as_well(client, keeper):
    customer = make_customer()
    edit_traits(customer=customer, changes={"cargo_classes": ["01"]}, seen={}, by=keeper)
    url = section_url(customer, "traits")
    typed = filled(client, url, cargo_classes=["01", "02"])
    edit_traits(customer=customer, changes={"cargo_classes": ["03"]}, seen={"cargo_classes": ["01"]}, by=make_user(Role.MARKETING))

    response = client.post(url, typed)

    assert response.status_code == 409
    assert Traits.objects.get().cargo_classes == ["03"]


def test_figures_and_dates_survive_unchanged(client, keeper):
    customer = make_customer(registered_capital=Decimal("1000.50"), founded_on=dt.date(2001, 2, 3), version=4)
    url = section_url(customer, "firm")

    client.post(url, filled(client, url))

    customer.refresh_from_db()
    assert (customer.registered_capital, customer.founded_on, customer.version) == (Decimal("1000.50"), dt.date(2001, 2, 3), 4)


def test_ticks_kept_in_another_order_are_no_change(client, keeper):
    customer = make_customer(types=["trucking", "forwarder"])
    url = section_url(customer, "identity")

    client.post(url, filled(client, url, types=["forwarder", "trucking"], short_name="远航"))

    customer.refresh_from_db()
    assert (customer.types, customer.short_name) == (["trucking", "forwarder"], "远航")


def test_only_managers_decide_tier_and_account_manager(client, keeper):
    customer = make_customer()
    url = section_url(customer, "assignment")

    refused = client.post(url, {"tier": "key", "status": "existing"})
    client.force_login(make_user(Role.MANAGER))
    client.post(url, filled(client, url, tier="key", account_manager=keeper.pk))

    customer.refresh_from_db()
    assert refused.status_code == 403
    assert (customer.tier, customer.is_key_account, customer.account_manager) == ("key", True, keeper)


def test_still_true_confirms_a_part(client, keeper):
    customer = make_customer()

    response = client.post(reverse("customers:verify", args=[customer.pk, "reach"]))

    customer.refresh_from_db()
    assert response.status_code == 302
    assert (customer.verified_by, customer.verified_on) == (keeper, port_today())


def test_nobody_confirms_what_somebody_changed_meanwhile(client, keeper):
    customer, colleague = make_customer(phone="1"), make_user(Role.OPERATIONS)
    url = reverse("customers:verify", args=[customer.pk, "reach"])
    shown = re.search(r'name="version" value="(\d+)"', client.get(customer.get_absolute_url()).content.decode())[1]
    edit_customer(customer=customer, changes={"phone": "2"}, seen={}, by=colleague)

    refused = client.post(url, {"version": shown}, **HTMX)

    customer.refresh_from_db()
    assert (refused.status_code, customer.verified_on) == (409, None)
    assert client.post(url, {"version": customer.version}).status_code == 302


def test_nobody_confirms_an_assessment_that_is_not_the_latest_any_more(client, keeper):
    customer = make_customer()
    add_assessment(customer=customer, assessed_on=dt.date(2026, 1, 1), scale=2, by=keeper)
    page = client.get(reverse("customers:file_tab", args=[customer.pk])).content.decode()
    shown = re.search(r'name="entry" value="(\d+)"', page)[1]
    latest = add_assessment(customer=customer, assessed_on=dt.date(2026, 2, 1), scale=4, by=make_user(Role.OPERATIONS))
    url = reverse("customers:verify", args=[customer.pk, "business"])

    refused = client.post(url, {"entry": shown})

    assert (refused.status_code, customer.assessments.filter(verified_on__isnull=False).count()) == (409, 0)
    client.post(url, {"entry": latest.pk})
    latest.refresh_from_db()
    assert latest.verified_by == keeper


def test_unknown_sections_are_not_there(client, keeper):
    customer = make_customer()

    statuses = [client.get(section_url(customer, "nonsense")).status_code, client.get(section_url(customer, "identity") + "x").status_code]

    assert statuses == [404, 404]


def test_an_assessment_is_added_beside_the_old_one(client, keeper):
    customer = make_customer()
    make_assessment(customer=customer, assessed_on=dt.date(2025, 1, 1), scale=2)
    url = reverse("customers:dated_add", args=[customer.pk, "assessment"])

    client.post(url, {"assessed_on": "2026-06-01", "scale": "4", "share_of_wallet": "35.5"})

    assert list(customer.assessments.values_list("scale", "share_of_wallet")) == [(4, Decimal("35.50")), (2, None)]


def test_the_timeline_gives_a_date_no_clock_time(client, keeper):
    customer = make_customer()
    make_assessment(customer=customer, assessed_on=dt.date(2025, 1, 1), scale=2)

    html = client.get(reverse("pages:timeline", args=["customers.customer", customer.pk]) + "?kind=assessments").content.decode()

    assert '<time datetime="2025-01-01">2025-01-01</time>' in html


def test_an_assessment_of_tomorrow_is_refused_beside_its_field(client, keeper):
    customer = make_customer()
    url = reverse("customers:dated_add", args=[customer.pk, "assessment"])

    response = client.post(url, {"assessed_on": port_today() + dt.timedelta(days=1), "scale": "4"})

    assert (response.status_code, list(response.context["form"].errors), customer.assessments.count()) == (422, ["assessed_on"], 0)


def test_the_file_tab_shows_all_parts_in_few_queries(client, keeper, django_assert_max_num_queries):
    customer = make_customer(business_scope="矿石进口")
    edit_traits(customer=customer, changes={"outlook": "扩产"}, seen={}, by=keeper)
    for year in (2024, 2025, 2026):
        add_assessment(customer=customer, assessed_on=dt.date(year, 1, 1), relation_note=f"{year}年的看法", by=keeper)
        make_rating(customer=customer, rated_by="评级机构")

    with django_assert_max_num_queries(12):
        page = client.get(reverse("customers:file_tab", args=[customer.pk])).content.decode()

    for words in ("矿石进口", "扩产", "2024年的看法", "2026年的看法", "评级机构"):
        assert words in page, words


def test_the_timeline_mixes_what_happened_newest_first(client, keeper):
    customer = make_customer()
    make_interaction(customer=customer, subject="较早的电话", happened_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    make_interaction(customer=customer, subject="较晚的走访", kind="visit", happened_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    make_assessment(customer=customer, assessed_on=dt.date(2025, 6, 1))
    edit_customer(customer=customer, changes={"phone": "2"}, seen={}, by=keeper)

    page = client.get(reverse("pages:timeline", args=["customers.customer", customer.pk])).content.decode()

    places = [page.index(words) for words in ("电话：– → 2", "较晚的走访", "业务状况评估", "较早的电话")]
    assert places == sorted(places)


def test_the_timeline_goes_on_where_it_stopped(client, keeper):
    customer = make_customer()
    for hour in range(23):
        make_interaction(customer=customer, subject=f"第{hour:02d}次", happened_at=dt.datetime(2026, 1, 1, hour, tzinfo=dt.UTC))
    url = reverse("pages:timeline", args=["customers.customer", customer.pk]) + "?kind=interactions"

    first = client.get(url)
    second = client.get(f"{url}&before={first.context['timeline'].before_word.replace('+', '%2B')}")

    seen = [entry.title for response in (first, second) for entry in response.context["timeline"].entries]
    assert len(seen) == len(set(seen)) == 23


def walk_the_timeline(customer: Customer, user, kind: str) -> list:
    """The entries of all pages, one after the other, as the page's "more" fetches them."""
    entries, before = [], None
    while True:
        shown = read_timeline("customers.customer", customer, user=user, before=before, wanted=Wanted(kind))
        entries += shown.entries
        if shown.before is None:
            return entries
        before = shown.before


def test_many_fields_saved_at_once_hide_no_earlier_edit(keeper):
    customer = make_customer()
    for number in range(30):
        changes = dict.fromkeys(("phone", "fax", "website", "postal_code", "address_zh"), str(number))
        Customer.objects.filter(pk=customer.pk).update(**changes)

    entries = walk_the_timeline(customer, keeper, "changes")

    assert [entry.title for entry in entries] == ["修改档案"] * 30 + ["新建"]


def test_an_assessment_of_the_day_a_page_ends_on_is_on_the_next_page(keeper):
    customer = make_customer()
    noon = dt.datetime(2026, 3, 5, 4, 0, tzinfo=dt.UTC)  # of the port's day
    for minute in range(21):
        make_interaction(customer=customer, happened_at=noon + dt.timedelta(minutes=minute))
    make_assessment(customer=customer, assessed_on=dt.date(2026, 3, 5))
    make_assessment(customer=customer, assessed_on=dt.date(2026, 3, 4))

    entries = [entry for entry in walk_the_timeline(customer, keeper, "") if entry.kind != "change"]

    assert [entry.kind for entry in entries] == ["interaction"] * 21 + ["assessment"] * 2


@pytest.mark.parametrize(("code", "warned"), [("91350100M000100Y56", True), ("91350100M000100Y43", False), ("", False)])
def test_the_page_warns_of_a_wrong_inner_digit_as_long_as_it_stands(client, keeper, code, warned):
    customer = make_customer(credit_code=code)

    page = client.get(customer.get_absolute_url()).content.decode()

    assert ("信用代码中所含组织机构代码" in page) == warned
