"""The manager's key accounts: what the page shows, what it says to do next, its charts and filters."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from customers.models import Customer, FollowUp
from customers.tests.factories import make_customer, make_follow_up, make_region
from feedback.services.results import compute_results
from feedback.tests.factories import make_contact, make_invitation, make_response, make_wave
from marketing.filters import KeyAccountFilter
from marketing.tests.factories import make_business, make_run, make_value_model
from marketing.value.worklist import AccountFacts, worklist
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

TODAY = dt.date(2026, 11, 2)
DASHBOARD_QUERIES = 12


def facts(**changes):
    calm = {
        "customer": 1,
        "rank": 3,
        "ranks_lost": 0,
        "class_dropped": False,
        "change_percent": Decimal(5),
        "satisfaction": Decimal(4),
        "open_complaints": 0,
        "last_contact_on": TODAY - dt.timedelta(days=3),
        "next_step_due": TODAY,
        "file_is_stale": False,
    }
    return AccountFacts(**calm | changes)


def codes(*accounts):
    return [(task.customer, task.code) for task in worklist(accounts, today=TODAY, ranked=True)]


def test_a_customer_whom_nothing_troubles_is_not_on_the_worklist():
    assert codes(facts()) == []


def test_the_most_pressing_comes_first_and_better_ranks_before_lower_ones():
    accounts = [
        facts(customer=1, last_contact_on=None),
        facts(customer=2, rank=9, change_percent=Decimal("-20")),
        facts(customer=3, rank=2, change_percent=Decimal("-35")),
        facts(customer=4, open_complaints=1, next_step_due=TODAY - dt.timedelta(days=1)),
        facts(customer=5, satisfaction=Decimal("3.4"), class_dropped=True),
        facts(customer=6, rank=None, file_is_stale=True),
    ]

    assert codes(*accounts) == [
        (4, "complaints"),
        (4, "overdue"),
        (3, "fall"),
        (2, "fall"),
        (5, "dissatisfied"),
        (5, "dropped"),
        (1, "quiet"),
        (6, "stale"),
        (6, "unranked"),
    ]


def test_just_above_each_limit_nothing_is_asked():
    edge = facts(change_percent=Decimal("-19.9"), satisfaction=Decimal("3.5"), ranks_lost=4, last_contact_on=TODAY - dt.timedelta(days=60))

    assert codes(edge) == []


@pytest.fixture
def book(db):
    """海澜 falls and complains, 远洋 grows and is content, 小户 is no key account but class A."""
    region = make_region()
    falling = make_customer(name_zh="海澜化工", is_key_account=True, open_complaints=2, region=region)
    growing = make_customer(name_zh="远洋粮油", is_key_account=True)
    other = make_customer(name_zh="小户木业")
    for customer, last_year, this_year in ((falling, 1000, 400), (growing, 300, 600), (other, 50, 500)):
        make_business(customer, last_year, dt.date(2025, 5, 5))
        make_business(customer, this_year, dt.date(2026, 5, 5))
    invitation = make_invitation(contact=make_contact(customer=falling, email="a@example.invalid"))
    make_response(invitation=invitation, overall=2, at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC))
    make_value_model(weights={"tonnes": 80, "satisfaction": 20})
    return make_run(), falling, growing, other


@pytest.fixture
def manager(client, db):
    user = make_user(Role.MANAGER, language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def from_the_worklist():
    return FollowUp.objects.filter(dedupe_key__startswith="worklist:")


def chart(client, name, query=""):
    return client.get(reverse("marketing:dashboard_chart", args=[name]) + query).json()


def test_the_dashboard_shows_each_key_account_with_its_stored_figures(client, manager, book, django_assert_max_num_queries):
    run, falling, growing, _other = book

    with django_assert_max_num_queries(DASHBOARD_QUERIES):
        page = client.get(reverse("marketing:dashboard")).content.decode()

    table = page.split('id="accounts"')[1].split("</table>")[0]
    first, second = table.split("<tbody>")[1].split("</tr>")[:2]
    assert ("远洋粮油" in first, "+100.0%" in first, "海澜化工" in second, "−60.0%" in second) == (True, True, True, True)
    assert reverse("marketing:why", args=[run.pk, falling.pk]) in second
    assert ("小户木业" in table, "小户木业" in page.split("Class A, but no key account")[1]) == (False, True)


def test_the_dashboard_asks_no_more_queries_for_more_accounts(client, manager, book, django_assert_max_num_queries):
    for number in range(5):
        make_customer(is_key_account=True)
        make_business(make_customer(name_zh=f"客户{number}", is_key_account=True), 10 + number, dt.date(2026, 5, 5))
    make_run()

    with django_assert_max_num_queries(DASHBOARD_QUERIES):
        page = client.get(reverse("marketing:dashboard")).content.decode()

    assert page.split('id="accounts"')[1].count("not ranked") == 5


def test_the_next_step_with_an_account_is_one_of_business_and_not_a_persons_day(client, manager, book):
    """Its due day is a birthday: who reads it is written down where reminders are listed, and the dashboard has no use for it."""
    _run, falling, growing, _other = book
    day, next_day = dt.date(2026, 1, 5), dt.date(2026, 1, 6)
    for customer in (falling, growing):
        make_follow_up(customer=customer, title="值得记住的日子", due_on=day, dedupe_key=f"remember:{customer.pk}:2026")
    make_follow_up(customer=falling, title="寄报价", due_on=next_day)

    accounts = {account.customer: account for account in client.get(reverse("marketing:dashboard")).context["accounts"]}

    assert [step and step.title for step in (accounts[falling].next_step, accounts[growing].next_step)] == ["寄报价", None]
    assert [accounts[one].facts.next_step_due for one in (falling, growing)] == [next_day, None]


def test_a_long_book_shows_the_first_accounts_and_all_on_request(client, manager, book):
    for number in range(28):
        make_customer(name_zh=f"客户{number}", is_key_account=True)

    first = client.get(reverse("marketing:dashboard")).content.decode()
    whole = client.get(reverse("marketing:dashboard") + "?all=1").content.decode()

    rows = [page.split('id="accounts"')[1].split("<tbody>")[1].count("<tr>") for page in (first, whole)]
    assert (rows, "Show all 30 key accounts" in first, "Show all" in whole) == ([20, 30], True, False)


def test_the_worklist_names_the_customer_and_why(client, manager, book):
    page = client.get(reverse("marketing:dashboard")).content.decode()

    first = page.split('<ol class="tasks">')[1].split("</li>")[0]
    assert [word in first for word in ("海澜化工", "2 open", "tonnes −60%", "satisfaction 2.0 of 5")] == [True] * 4


def test_a_task_becomes_a_follow_up_once(client, manager, book):
    _run, falling, *_ = book
    url = reverse("marketing:dashboard_follow_up", args=[falling.pk, "complaints"])

    client.post(url)
    client.post(url)

    follow_up = from_the_worklist().get()
    assert (follow_up.customer, follow_up.owner, follow_up.title) == (falling, manager, "See that the complaint is answered")


def test_an_unknown_task_is_not_found(client, manager, book):
    _run, falling, *_ = book

    response = client.post(reverse("marketing:dashboard_follow_up", args=[falling.pk, "anything"]))

    assert (response.status_code, from_the_worklist().count()) == (404, 0)


def test_filters_in_the_address_narrow_accounts_and_charts(client, manager, book):
    _run, falling, *_ = book
    query = f"?region={falling.region_id}"

    page = client.get(reverse("marketing:dashboard") + query).content.decode().split('id="accounts"')[1].split("</section>")[0]
    narrowed, whole = chart(client, "months", query), chart(client, "months")

    assert ("海澜化工" in page, "远洋粮油" in page) == (True, False)
    assert (narrowed["title"], narrowed["n"]) == ("Key accounts handled 60.0% less than a year before", 1)
    assert (whole["title"], whole["n"]) == ("Key accounts handled 23.1% less than a year before", 2)


def test_the_charts_hold_the_same_figures_as_their_tables(client, manager, book):
    run, falling, *_ = book

    months, satisfaction, concentration = (chart(client, name) for name in ("months", "satisfaction", "concentration"))

    assert ["2026-05", 1000.0, 1300.0, "−23.1%"] in months["table"]["rows"]
    assert sum(months["option"]["series"][1]["data"]) == 1000.0
    assert satisfaction["title"] == "1 key account of value is dissatisfied (below 3.5)"
    assert satisfaction["table"]["rows"] == [["海澜化工", 10.0, 2.0, 1, "A"]]
    assert concentration["title"] == "3 customers bring 80 % of the tonnes"
    assert concentration["table"]["rows"][-1] == [3, 100.0]
    assert concentration["note"].endswith("customers by class: A 3, B 0, C 0")
    assert concentration["table"]["rows"] == concentration["option"]["series"][0]["data"]


def test_an_unknown_chart_is_not_found(client, manager, book):
    assert client.get(reverse("marketing:dashboard_chart", args=["profits"])).status_code == 404


def test_without_a_ranking_the_dashboard_still_shows_the_files(client, manager):
    make_customer(name_zh="海澜化工", is_key_account=True)

    page = client.get(reverse("marketing:dashboard")).content.decode()

    assert ("海澜化工" in page, "There is no ranking yet" in page) == (True, True)
    assert chart(client, "months")["title"] == "No ranking yet"


def test_an_administrator_reads_no_customers_and_therefore_no_dashboard(client, book):
    client.force_login(make_user(Role.ADMIN))

    response = client.get(reverse("marketing:dashboard"))

    assert (response.status_code, "海澜化工" in response.content.decode(), Customer.objects.count()) == (403, False, 3)


def test_the_dashboard_shows_score_and_item_means_of_the_latest_counted_wave(client, manager, book, django_assert_max_num_queries):
    wave = make_wave()
    for recommend, reliability in ((10, 5), (9, 4), (3, 3)):
        make_response(invitation=make_invitation(wave=wave), recommend=recommend, schedule_reliability=reliability)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    with django_assert_max_num_queries(DASHBOARD_QUERIES):
        page = client.get(reverse("marketing:dashboard")).content.decode()

    opinions = page.split('id="opinions-title"')[1].split("</section>")[0]
    assert "+33" in opinions
    assert re.search(r"Schedule reliability</th><td[^>]*>4\.00 / 5 <small[^>]*>indicative</small></td><td[^>]*>3</td>", opinions)


def test_the_dashboard_says_how_many_key_accounts_it_leaves_out(client, manager, book, monkeypatch):
    monkeypatch.setattr("marketing.queries.dashboard.MOST_ACCOUNTS", 1)
    monkeypatch.setattr("marketing.views.dashboard.MOST_ACCOUNTS", 1)
    make_customer(is_key_account=True)

    page = client.get(reverse("marketing:dashboard")).content.decode()

    assert "the first 1 key accounts by rank; 2 more are left out" in page


@pytest.mark.django_db
def test_the_filter_by_account_manager_says_who_has_left_and_offers_nobody_without_customers():
    make_customer(account_manager=make_user(Role.MARKETING, name="阿 离", is_active=False))
    make_customer(account_manager=make_user(Role.MARKETING, name="张 在")), make_user(Role.MARKETING, name="李 闲")

    offered = [str(label) for _key, label in KeyAccountFilter().form.fields["manager"].choices]

    assert offered[1:] == ["张 在", "阿 离（账号已停用）"]
