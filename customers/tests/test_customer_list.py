"""The list of customers: searching, narrowing, sorting, exporting, within a fixed number of queries."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from customers.columns import CUSTOMER_COLUMNS
from customers.models import Traits, TransactionStatus
from customers.tests.factories import DAY, make_contact, make_customer, make_region
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.pages.lists import Listing

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")


def names(response) -> list[str]:
    return [row.name_zh for row in response.context["listing"].rows]


@pytest.mark.parametrize(("address", "queries"), [("", 4), ("?view=all", 3)])  # user, rows, sidebar; bare: the view it opens with
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_three_queries_whatever_it_shows(client, keeper, django_assert_num_queries, rows, address, queries):
    for _ in range(rows):
        make_customer(account_manager=make_user(), region=make_region(), value_class="A", value_rank=1, value_as_of=DAY)

    with django_assert_num_queries(queries):
        response = client.get(f"{LIST}{address}")

    assert len(names(response)) == rows


@pytest.mark.parametrize("sort", ["name", "rank", "changed", "handled"])
@pytest.mark.parametrize("columns", [",".join(column.key for column in CUSTOMER_COLUMNS), *(column.key for column in CUSTOMER_COLUMNS)])
def test_no_column_costs_a_query_a_row(client, keeper, django_assert_num_queries, columns, sort):
    """The list reads the fields of the chosen columns only; what a column forgot to name would be asked for row by row."""
    for _ in range(2):
        make_customer(
            account_manager=make_user(), region=make_region(), value_class="A", value_rank=1, value_as_of=DAY, is_key_account=True,
            open_complaints=2, value_previous_rank=3,
        )  # fmt: skip

    with django_assert_num_queries(3):
        response = client.get(LIST, {"columns": columns, "sort": sort})

    assert response.content.decode().count("<tr>") == 3


def test_of_a_common_word_the_files_that_begin_with_it_come_first(client, keeper, monkeypatch):
    """Wherever they stand in the list by name; who asks for an order gets that order."""
    for limit in ("RARE", "FORETOLD_RARE"):
        monkeypatch.setattr(f"customers.naming.searching.{limit}", 1)
    for name in ("安达上海货代有限公司", "重庆航运有限公司", "上海港务有限公司", "上海安顺物流有限公司"):
        make_customer(name_zh=name)

    found, sorted_by_name = client.get(LIST, {"q": "上海"}), client.get(LIST, {"q": "上海", "sort": "name"})

    assert names(found) == ["上海安顺物流有限公司", "上海港务有限公司", "安达上海货代有限公司"]
    assert names(sorted_by_name) == ["安达上海货代有限公司", "上海安顺物流有限公司", "上海港务有限公司"]
    assert [row.name_zh for row in found.context["listing"].filtered] == names(found), "an export goes by the screen"


@pytest.mark.parametrize("also", [{}, {"status": "existing"}, {"mine": "True"}])
@pytest.mark.parametrize("word", ["上海", "SHANGHAI"])
def test_of_a_rare_word_too_the_files_that_begin_with_it_come_first_on_every_page(client, keeper, monkeypatch, word, also):
    """With and without other filters, on the screen, in an export and from one record to the next."""
    rest = {"status": "existing", "account_manager": keeper}
    begun = [make_customer(name_zh=f"上海{number}号港务有限公司", **rest) for number in "一七三"]
    within = [make_customer(name_zh=f"安达上海{number}号货代有限公司", **rest) for number in "一七三" * 10]

    first = client.get(LIST, {"q": word, **also}).context["listing"]
    second = client.get(first.next_url).context["listing"]
    back = client.get(second.previous_url).context["listing"]
    by_name = client.get(LIST, {"q": word, "sort": "-name", **also}).context["listing"]

    wanted = [*sorted(begun, key=lambda row: (row.sort_key, row.pk)), *sorted(within, key=lambda row: (row.sort_key, row.pk))]
    assert [row.pk for row in [*first.rows, *second.rows]] == [row.pk for row in wanted]
    assert (str(first.count), [row.pk for row in back.rows]) == ("33", [row.pk for row in first.rows])
    assert [row.pk for row in first.filtered] == [row.pk for row in wanted]
    assert [first.neighbour(wanted[at].pk) for at in (1, 2, 32)] == [wanted[2].pk, wanted[3].pk, None]
    assert [row.pk for row in by_name.rows] == [row.pk for row in sorted(wanted, key=lambda row: (row.sort_key, row.pk), reverse=True)][:25]


def test_a_file_renamed_while_somebody_pages_loses_no_page(client, keeper):
    """The page then begins where the file stood."""
    rows = sorted((make_customer(name_zh=f"宁波{number}号公司") for number in range(60)), key=lambda row: row.sort_key)
    first = client.get(LIST, {"q": "宁波"}).context["listing"]
    last = first.rows[-1]
    last.name_zh = "青岛公司"
    last.save()

    second = client.get(first.next_url).context["listing"]

    assert [row.pk for row in second.rows] == [row.pk for row in rows[25:50]]


def test_what_the_search_has_counted_is_not_counted_again(client, keeper, monkeypatch, django_assert_num_queries):
    for number in range(27):
        make_customer(name_zh=f"上海{number}号物流有限公司", status="existing" if number else "lost")
    for limit in ("RARE", "FORETOLD_RARE"):
        monkeypatch.setattr(f"customers.naming.searching.{limit}", 2)
    monkeypatch.setattr(Listing, "count_cap", 2)

    narrowed = client.get(LIST, {"q": "上海", "status": "lost"}).context["listing"].count
    with django_assert_num_queries(6):  # user, sidebar, how many files there are, the word, the walk along the names, the rows
        counted = client.get(LIST, {"q": "上海"}).context["listing"].count

    assert (str(counted), str(narrowed)) == ("2+", "1")


def test_a_rare_word_has_counted_its_files_as_well(client, keeper, django_assert_num_queries):
    for number in range(27):
        make_customer(name_zh=f"上海{number}号物流有限公司", status="existing" if number else "lost")
    make_contact(customer=make_customer(name_zh="宁波港务有限公司"), name="上海老师")

    with django_assert_num_queries(5):  # user, sidebar, how many files there are, the word, the rows
        counted = client.get(LIST, {"q": "号物流"}).context["listing"].count
    through_people = client.get(LIST, {"q": "上海"}).context["listing"].count

    assert (str(counted), str(through_people)) == ("27", "28")


def test_people_without_the_right_see_nothing(client):
    make_customer(name_zh="保密客户")
    client.force_login(make_user(Role.ADMIN))

    response = client.get(LIST)

    assert response.status_code == 403
    assert "保密客户" not in response.content.decode()


def test_the_search_box_finds_characters_in_the_middle(client, keeper):
    make_customer(name_zh="上海棹川远洋物流有限公司")
    make_customer(name_zh="大连汐棠木业有限公司")

    assert names(client.get(LIST, {"q": "川远"})) == ["上海棹川远洋物流有限公司"]
    assert names(client.get(LIST, {"q": "dlxt"})) == ["大连汐棠木业有限公司"]


def test_each_filter_leaves_what_it_names(client, keeper):
    east = make_region(code="e")
    wanted = make_customer(
        name_zh="要找的", types=["carrier"], status="existing", tier="key", is_key_account=True, account_manager=keeper,
        region=make_region(code="e1", parent=east), tonnes_12m=500, last_handled_on=DAY, last_opinion_score=Decimal("2"), open_complaints=1,
        value_class="A", value_rank=1, value_as_of=DAY, recorded_on=dt.date(2020, 1, 1),
    )  # fmt: skip
    TransactionStatus.objects.create(
        customer=wanted, credit_limit=10, credit_exposure=20, overdue_amount=5, recorded_by=keeper, recorded_on=DAY
    )
    Traits.objects.create(customer=wanted, cargo_classes=["03"], recorded_by=keeper, recorded_on=DAY)
    make_customer(name_zh="别的", recorded_on=dt.date.today())
    questions = {
        "types": "carrier", "status": "existing", "tier": "key", "account_manager": keeper.pk, "region": east.pk, "tonnes_min": 400,
        "handled_after": "2026-11-01", "opinion_max": 3, "complaints": "True", "overdue": "True", "over_limit": "True", "stale": "True",
        "key_account": "True", "mine": "True", "value_class": "A", "cargo_class": "03",
    }  # fmt: skip

    found = {name: names(client.get(LIST, {name: value})) for name, value in questions.items()}

    assert found == dict.fromkeys(questions, ["要找的"])


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["阿甲", "波乙", "测丙"]),
        ("-name", ["测丙", "波乙", "阿甲"]),
        ("tonnes", ["波乙", "测丙", "阿甲"]),
        ("rank", ["测丙", "阿甲", "波乙"]),
        ("handled", ["阿甲", "测丙", "波乙"]),
        ("revenue", ["测丙", "阿甲", "波乙"]),
        ("opinion", ["波乙", "阿甲", "测丙"]),
    ],
)
def test_every_order_of_the_list(client, keeper, sort, expected):
    make_customer(name_zh="阿甲", tonnes_12m=1, last_handled_on=DAY, value_rank=2, value_class="B", value_as_of=DAY, revenue_12m=5)
    make_customer(name_zh="波乙", tonnes_12m=9, last_opinion_score=4)
    make_customer(
        name_zh="测丙", tonnes_12m=3, last_handled_on=dt.date(2020, 1, 1), value_rank=1, value_class="A", value_as_of=DAY, revenue_12m=7
    )
    if sort == "opinion":
        expected = ["波乙", "测丙", "阿甲"]  # those without an opinion by their number, the newest first

    assert names(client.get(LIST, {"sort": sort})) == expected


def test_the_export_equals_the_screen_and_is_written_down(client, keeper):
    make_customer(name_zh="=cmd()", tonnes_12m=Decimal("12.4"), types=["trader"])
    make_customer(name_zh="不导出", status="lost")

    response = client.get(LIST, {"export": "csv", "status": "prospect", "columns": ["name", "tonnes_12m"]})

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["客户,近12个月吨数", "'=cmd(),12"]
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.detail["rows"]) == ("exchange.export", keeper.pk, 1)


def test_whoever_may_not_export_gets_no_file(client):
    client.force_login(make_user(Role.SERVICE))
    make_customer()

    assert client.get(LIST, {"export": "csv"}).status_code == 403
    assert AuditEvent.objects.count() == 0


def test_an_empty_list_offers_to_begin(client, keeper):
    response = client.get(LIST)

    assert reverse("customers:customer_create") in response.content.decode()
    assert "还没有客户" in response.content.decode()


def test_forged_pages_and_filters_are_ignored_or_refused_in_words(client, keeper):
    make_customer(name_zh="还在")

    for query in (
        {"after": "%%%"},
        {"sort": "nonsense"},
        {"tonnes_min": "abc"},
        {"account_manager": "999999"},
        {"handled_after": "31.02.x"},
    ):
        response = client.get(LIST, query)
        assert response.status_code == 200, query
