"""The same rows as a board and as a chart; preview, cells and cards changed without leaving the list."""

import re

import pytest
from django.urls import reverse

from customers.enums import CustomerStatus
from customers.models import Customer
from customers.tests.factories import make_contact, make_customer, make_region
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")


@pytest.fixture
def manager(client):
    manager = make_user(Role.MANAGER)
    client.force_login(manager)
    return manager


def lane(client, status: str, **asked):
    return client.get(reverse("customers:board_lane", args=[status]), asked).context["lane"]


def chart(client, **asked) -> dict:
    return client.get(reverse("customers:customer_chart"), asked).json()


# --- board ---------------------------------------------------------------------------------------------------------------
def test_the_board_fetches_each_column_by_itself_with_the_filters_of_the_list(client, manager):
    page = client.get(LIST, {"look": "board", "q": "港", "types": "carrier"}).content.decode()

    lanes = re.findall(r'id="lane-(\w+)"[^>]*hx-get="([^"]+)"', page)
    assert [name for name, _url in lanes] == CustomerStatus.values
    assert {url.partition("?")[2] for _name, url in lanes} == {"look=board&amp;q=%E6%B8%AF&amp;types=carrier"}


def test_a_column_holds_the_rows_of_its_status_that_the_filters_leave(client, manager):
    for number in range(3):
        make_customer(name_zh=f"现有{number}", status="existing", types=["carrier"])
    make_customer(name_zh="另一类", status="existing", types=["trader"])
    make_customer(name_zh="流失", status="lost", types=["carrier"])

    found = lane(client, "existing", types="carrier", sort="-name")

    assert ([card.name_zh for card in found.cards], str(found.count), found.more_url) == (["现有2", "现有1", "现有0"], "3", "")


def test_a_column_shows_as_many_cards_as_the_setting_says_and_goes_on_after_the_last(client, manager, settings):
    settings.BOARD_CARDS = 2
    for number in range(5):
        make_customer(name_zh=f"客户{number}", status="lost")

    first = lane(client, "lost")
    page = client.get(first.more_url, headers={"HX-Request": "true", "HX-Target": "more-lost"})

    assert [card.name_zh for card in first.cards] == ["客户0", "客户1"]
    assert [card.name_zh for card in page.context["lane"].cards] == ["客户2", "客户3"]
    assert "<section" not in page.content.decode()


@pytest.mark.parametrize("cards", [1, 3])
def test_a_column_takes_three_queries(client, manager, django_assert_num_queries, cards):
    for _ in range(cards):
        make_customer(status="lost", account_manager=make_user())

    with django_assert_num_queries(3):  # user, count, cards; a column has no sidebar
        client.get(reverse("customers:board_lane", args=["lost"]), headers={"HX-Request": "true", "HX-Target": "lane-lost"})


def test_moving_a_card_is_a_change_of_status_with_its_history(client, manager):
    customer = make_customer(status="prospect")

    answer = client.post(
        reverse("customers:move", args=[customer.pk]), {"status": "lost", "seen": "prospect"}, headers={"HX-Request": "true"}
    )

    customer.refresh_from_db()
    assert (customer.status, answer.headers["HX-Trigger-After-Settle"]) == ("lost", "lanes-changed")
    assert [change.actor for change in field_changes(customer) if change.field == "status"] == [manager.label]


def test_a_card_that_somebody_else_has_moved_stays_where_they_put_it(client, manager):
    customer = make_customer(status="existing")

    answer = client.post(
        reverse("customers:move", args=[customer.pk]), {"status": "lost", "seen": "prospect"}, headers={"HX-Request": "true"}
    )

    customer.refresh_from_db()
    assert (answer.status_code, customer.status) == (409, "existing")
    assert "danger" in answer.headers["HX-Trigger"]


def test_a_card_is_moved_without_a_script_and_leads_back(client, manager):
    customer = make_customer(status="prospect")

    answer = client.post(
        reverse("customers:move", args=[customer.pk]), {"status": "existing", "seen": "prospect", "next": f"{LIST}?look=board"}
    )

    assert (answer.url, Customer.objects.get().status) == (f"{LIST}?look=board", "existing")


def test_staff_see_the_board_and_move_nothing(client):
    customer = make_customer(status="prospect")
    client.force_login(make_user(Role.MARKETING))

    page = client.get(reverse("customers:board_lane", args=["prospect"])).content.decode()
    refused = client.post(reverse("customers:move", args=[customer.pk]), {"status": "lost", "seen": "prospect"})

    assert (customer.name_zh in page, "draggable" in page, refused.status_code) == (True, False, 403)


# --- chart ---------------------------------------------------------------------------------------------------------------
def test_the_chart_counts_the_rows_of_the_list_and_each_bar_leads_to_its_rows(client, manager):
    for status, tonnes in (("existing", 100), ("existing", 50), ("lost", 7)):
        make_customer(status=status, tonnes_12m=tonnes, types=["carrier"])
    make_customer(status="existing", tonnes_12m=999, types=["trader"])

    drawn = chart(client, types="carrier", by="status")

    assert drawn["table"]["rows"] == [["现有客户", 2, 150], ["流失客户", 1, 7]]
    assert drawn["table"]["links"] == [f"{LIST}?types=carrier&status=existing", f"{LIST}?types=carrier&status=lost"]
    rows = [len(client.get(link).context["listing"].rows) for link in drawn["table"]["links"]]
    assert (drawn["n"], rows) == (3, [2, 1])


def test_the_chart_by_region_and_by_account_manager_names_them(client, manager):
    region, keeper = make_region(name_zh="大连"), make_user(Role.MARKETING, name="演示经办")
    make_customer(region=region, account_manager=keeper, tonnes_12m=3)
    make_customer(tonnes_12m=0)

    assert chart(client, by="region")["table"]["rows"] == [["大连", 1, 3], ["–", 1, 0]]
    assert chart(client, by="manager")["table"]["links"] == [f"{LIST}?account_manager={keeper.pk}", ""]


def test_many_groups_are_drawn_as_the_largest_and_the_others(client, manager):
    for number in range(17):
        for _ in range(2 if number < 15 else 1):
            make_customer(region=make_region(name_zh=f"地区{number}") if _ == 0 else Customer.objects.last().region, tonnes_12m=1)

    drawn = chart(client, by="region")

    assert len(drawn["table"]["rows"]) == 16
    assert drawn["table"]["rows"][-1] == ["其他", 2, 2]


def test_a_list_too_long_for_a_chart_says_so_instead_of_drawing_a_part(client, manager, settings):
    settings.CHART_MOST_ROWS = 2
    for _ in range(3):
        make_customer()

    drawn = chart(client)

    assert (drawn["table"]["rows"], "2" in drawn["title"]) == ([], True)


def test_the_view_of_a_list_is_in_its_address_and_saved_with_it(client, manager):
    page = client.get(LIST, {"look": "chart", "by": "tier", "status": "lost"})

    assert page.context["listing"].state == "look=chart&by=tier&status=lost"
    assert reverse("customers:customer_chart") + "?look=chart&amp;by=tier&amp;status=lost" in page.content.decode()


# --- preview -------------------------------------------------------------------------------------------------------------
def test_the_preview_shows_what_one_asks_for_and_contacts_to_whoever_may_see_them(client, manager):
    customer = make_customer(name_zh="预览公司", phone="0411-1234567", account_manager=manager)
    make_contact(customer=customer, name="演示联系人 08", mobile="13800000108", is_primary=True)

    fragment = client.get(reverse("customers:preview", args=[customer.pk]), headers={"HX-Request": "true", "HX-Target": "preview"})

    text = fragment.content.decode()
    assert [word in text for word in ("预览公司", "0411-1234567", "演示联系人 08", "13800000108", manager.label)] == [True] * 5
    assert "<html" not in text


# --- a cell --------------------------------------------------------------------------------------------------------------
def cell_of(customer: Customer, field: str) -> str:
    return reverse("customers:cell", args=[customer.pk, field])


def seen_in(client, customer: Customer, field: str) -> str:
    return client.get(cell_of(customer, field), headers={"HX-Request": "true", "HX-Target": "cell"}).context["form"].as_seen()


def test_a_cell_is_changed_by_the_service_of_its_section_and_drawn_again(client, manager):
    customer = make_customer(short_name="旧简称", phone="1")
    seen = seen_in(client, customer, "short_name")

    answer = client.post(cell_of(customer, "short_name"), {"short_name": "新简称", "seen": seen}, headers={"HX-Request": "true"})

    customer.refresh_from_db()
    assert (answer.content.decode(), customer.short_name, customer.phone, customer.recorded_by) == ("新简称", "新简称", "1", manager)


def test_a_status_changed_in_its_cell_comes_back_as_a_badge(client, manager):
    customer = make_customer(status="prospect")

    given = {"status": "lost", "seen": seen_in(client, customer, "status")}
    answer = client.post(cell_of(customer, "status"), given, headers={"HX-Request": "true"})

    assert "流失客户" in answer.content.decode()
    assert Customer.objects.get().status == "lost"


def test_two_people_in_one_cell_see_both_texts_and_the_second_decides(client, manager):
    customer = make_customer(phone="1")
    seen = seen_in(client, customer, "phone")
    Customer.objects.filter(pk=customer.pk).update(phone="22")

    refused = client.post(cell_of(customer, "phone"), {"phone": "333", "seen": seen}, headers={"HX-Request": "true", "HX-Target": "cell"})
    stored = Customer.objects.get().phone
    client.post(cell_of(customer, "phone"), {"phone": "333", "seen": refused.context["form"]["seen"].value()})

    text = refused.content.decode()
    assert (refused.status_code, stored, "“22”" in text, 'value="333"' in text) == (409, "22", True, True)
    assert Customer.objects.get().phone == "333"


def test_a_cell_sent_without_a_script_leads_to_the_file_and_says_what_is_saved(client, manager):
    customer = make_customer(phone="1")
    given = {"phone": "0411-9999", "seen": seen_in(client, customer, "phone")}

    page = client.post(cell_of(customer, "phone"), given, follow=True)

    assert page.redirect_chain == [(customer.get_absolute_url(), 302)]
    assert [str(message) for message in page.context["messages"]] == ["电话已保存。"]
    assert Customer.objects.get().phone == "0411-9999"


def test_a_wrong_value_stays_in_the_cell_with_the_reason(client, manager):
    customer = make_customer(email="a@b.invalid")

    answer = client.post(cell_of(customer, "email"), {"email": "no address", "seen": seen_in(client, customer, "email")})

    assert (answer.status_code, Customer.objects.get().email) == (422, "a@b.invalid")
    assert "no address" in answer.content.decode()


def test_staff_change_facts_in_cells_and_leave_the_classification_alone(client):
    customer = make_customer(status="prospect")
    client.force_login(make_user(Role.MARKETING))
    page = client.get(LIST, {"columns": "name,status,phone"}).content.decode()

    refused = client.post(cell_of(customer, "status"), {"status": "lost"})

    assert set(re.findall(r'data-edit="(\w+)"', page)) == {"phone"}
    assert (refused.status_code, Customer.objects.get().status) == (403, "prospect")


def test_no_other_field_has_a_cell(client, manager):
    assert client.get(cell_of(make_customer(), "credit_code")).status_code == 404
