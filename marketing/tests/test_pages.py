"""What people see of rankings: lists, reasons, checks, and who may see them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from customers.tests.factories import make_customer, make_region
from marketing.columns import ROW_COLUMNS
from marketing.enums import JobState
from marketing.models import RankingRun, Reconciliation
from marketing.services.runs import ask_for_ranking
from marketing.tests.factories import AS_OF, TODAY, make_business, make_run, make_value_model
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = make_user(Role.MANAGER, language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def ranked():
    """Two runs: 甲 falls behind 乙, 丙 has no cost."""
    first, second, third = make_customer(name_zh="甲航运"), make_customer(name_zh="乙贸易"), make_customer(name_zh="丙货代")
    make_business(first, 900, dt.date(2026, 2, 1))
    make_business(second, 500, dt.date(2026, 3, 1))
    make_business(third, 10, dt.date(2026, 3, 1), cost=None)
    make_value_model(weights={"tonnes": 60, "contribution": 40})
    before = make_run(as_of=dt.date(2026, 9, 30))
    make_business(second, 700, dt.date(2026, 10, 1))
    return before, make_run(), first, second, third


def cells(heading, *figures):
    return f'<th scope="row">{heading}</th>' + "".join(f'<td class="numeric">{figure}</td>' for figure in figures)


def queries_of(client, django_assert_max_num_queries, url, limit=12):
    with django_assert_max_num_queries(limit):
        response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_ranking_list_shows_rank_movement_class_and_score_of_every_customer(client, manager, ranked, django_assert_max_num_queries):
    _before, run, first, second, _third = ranked

    page = queries_of(client, django_assert_max_num_queries, reverse("marketing:ranking", args=[run.pk]))

    rows = page.split("<tbody>")[1].split("</tr>")
    assert "乙贸易" in rows[0]
    assert "甲航运" in rows[1]
    assert 'aria-label="Score 100.000: Tonnes 60.0, Contribution 40.0"' in rows[0]
    assert f'href="{reverse("marketing:why", args=[run.pk, first.pk])}"' in rows[1]
    assert "Tonnes unchanged, others moved ahead" in rows[1]


def test_the_ranking_list_can_be_searched_and_narrowed(client, manager, ranked):
    run = ranked[1]
    url = reverse("marketing:ranking", args=[run.pk])

    def names(query):
        body = client.get(f"{url}?{query}").content.decode().split("<main", 1)[1]
        return [name for name in ("甲航运", "乙贸易", "丙货代") if name in body]

    assert names("q=航运") == ["甲航运"]
    assert names("moved=up") == ["乙贸易"]
    assert names("moved=down") == ["甲航运"]
    assert names("value_class=C") == ["丙货代"]
    assert names("sort=-tonnes") == ["甲航运", "乙贸易", "丙货代"]


def test_the_page_of_a_rank_explains_it_with_figures_weights_and_points(client, manager, ranked, django_assert_max_num_queries):
    _before, run, _first, second, _third = ranked

    page = queries_of(client, django_assert_max_num_queries, reverse("marketing:why", args=[run.pk, second.pk]))

    text = " ".join(page.split())
    assert "Why 乙贸易 is number 1" in text
    assert "From 2 to 1 since 2026-09-30" in text
    assert "Tonnes +140%" in text
    assert cells("Tonnes", "1,200 t", "100.0000", "60.000%") in text
    assert '<td class="numeric">500 t</td><td class="numeric">30.000</td><td class="numeric">+30.000</td>' in text


def test_a_missing_cost_is_said_and_never_shown_as_zero(client, manager, ranked):
    _before, run, _first, _second, third = ranked

    text = client.get(reverse("marketing:why", args=[run.pk, third.pk])).content.decode()

    line = text.split('<th scope="row">Contribution</th>')[1].split("</tr>")[0]
    assert "no cost data" in line
    assert "0.00" not in line.split("</td>")[0]


def test_the_run_page_shows_the_check_against_the_ledger(client, manager, ranked, django_assert_max_num_queries):
    run = ranked[1]

    page = queries_of(client, django_assert_max_num_queries, reverse("marketing:run", args=[run.pk]), limit=14)

    text = " ".join(page.split())
    assert "Agrees to the last digit" in text
    assert cells("Tonnes", "2,110.000", "2,110.000", "0.000") in text
    assert "The ledger has changed since this ranking" not in text


def test_a_row_recorded_later_is_reported_with_its_amount_and_the_check_turns_red(client, manager, ranked):
    _before, run, first, *_ = ranked
    make_business(first, "33.5", dt.date(2026, 5, 5))

    changed = " ".join(client.get(reverse("marketing:run", args=[run.pk])).content.decode().split())
    client.post(reverse("marketing:run_check", args=[run.pk]))
    checked = client.get(reverse("marketing:run", args=[run.pk])).content.decode()

    assert "1 rows of the window were recorded later: 34 t, revenue ¥335.00, 1 customers." in changed
    latest = Reconciliation.objects.filter(run=run).first()
    line = next(line for line in latest.lines if line["key"] == "tonnes")
    assert (latest.agrees, Decimal(line["difference"]), [c["customer"] for c in latest.customers]) == (False, Decimal("33.5"), [first.pk])
    assert '<tr class="row-wrong"><th scope="row">Tonnes</th>' in checked
    assert "甲航运" in checked.split("The customers behind the differences")[1]


def test_run_now_queues_one_run_and_shows_its_progress(client, manager):
    make_value_model()

    first = client.post(reverse("marketing:run_create"), {"as_of": "2026-10-31"})
    second = client.post(reverse("marketing:run_create"), {"as_of": "2026-10-31"})

    run = RankingRun.objects.get()
    assert (first.url, second.url, run.asked_by) == (reverse("marketing:run", args=[run.pk]), first.url, manager)
    page = client.get(first.url).content.decode()
    assert f'hx-get="{reverse("marketing:run_progress", args=[run.pk])}"' in page


def test_a_page_that_waits_for_a_ranking_leaves_for_the_result(client, manager):
    make_value_model()
    make_customer()
    run = make_run()

    asked_again = client.get(reverse("marketing:run_progress", args=[run.pk]), headers={"HX-Request": "true"})

    assert asked_again["HX-Redirect"] == reverse("marketing:run", args=[run.pk])


def test_an_impossible_day_is_refused_beside_the_field(client, manager):
    make_value_model()

    for day, sentence in (("2999-01-01", "has not come yet"), ("yesterday", "Enter a valid date")):
        response = client.post(reverse("marketing:run_create"), {"as_of": day})
        assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert RankingRun.objects.count() == 0


def test_a_run_that_is_not_complete_has_no_list(client, manager, ranked):
    run = ask_for_ranking(as_of=dt.date(2026, 8, 31), today=TODAY, by=system_user())

    assert client.get(reverse("marketing:ranking", args=[run.pk])).status_code == 404
    client.post(reverse("marketing:run_cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == JobState.CANCELLED


def test_the_quantity_list_keeps_unit_and_lots(client, manager):
    make_business(make_customer(name_en="VALERO"), "201838", unit_id="kbbl", lots=7)
    make_business(make_customer(name_en="PHILLIPS"), "176662", unit_id="kbbl")
    make_value_model()
    run = make_run()

    page = client.get(reverse("marketing:quantity_ranking", args=[run.pk])).content.decode()

    rows = page.split("<tbody>")[1].split("</tr>")
    assert ["VALERO" in rows[0], "201,838" in rows[0], "PHILLIPS" in rows[1], "176,662" in rows[1]] == [True] * 4


def test_the_value_tab_of_a_customer_shows_its_rank_and_the_ones_before(client, manager, ranked):
    before, run, first, *_ = ranked

    text = client.get(reverse("marketing:customer_value", args=[first.pk])).content.decode()

    assert "Rank 2 of 3" in text
    links = [reverse("marketing:why", args=[one.pk, first.pk]) for one in (run, before)]
    assert [link in text.split("Ranks so far")[1] for link in links] == [True, True]


def test_the_home_panel_names_who_fell_and_who_rose(client, manager, ranked):
    text = client.get(reverse("marketing:home_value")).content.decode()

    fallen, risen = text.split("Risen most")
    assert ("甲航运" in fallen, "乙贸易" in risen, "甲航运" in risen) == (True, True, False)


def test_the_list_is_exported_as_it_stands_on_the_screen(client, manager, ranked):
    run = ranked[1]

    response = client.get(f"{reverse('marketing:ranking', args=[run.pk])}?export=csv&columns=rank,customer,tonnes")

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Rank,Customer,Tonnes", "1,乙贸易,1200.000", "2,甲航运,900.000", "3,丙货代,10.000"]


def every_column() -> str:
    return ",".join(column.key for column in ROW_COLUMNS)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("columns", ["rank,manager,region", every_column(), *(column.key for column in ROW_COLUMNS)])
def test_no_column_costs_a_query_a_row(client, manager, django_assert_num_queries, columns, count):
    customers = [make_customer(region=make_region(), account_manager=make_user()) for _ in range(count)]
    for customer in customers:
        make_business(customer, 10)
    make_value_model()
    run = make_run()

    with django_assert_num_queries(5):
        page = client.get(f"{reverse('marketing:ranking', args=[run.pk])}?columns={columns}").content.decode()

    assert page.count("<tr>") == count + 1


@pytest.mark.parametrize("count", [1, 3])
def test_regions_and_managers_cost_no_query_a_row(client, manager, django_assert_num_queries, count):
    for number in range(count):
        make_business(make_customer(region=make_region(name_en=f"Region {number}"), account_manager=make_user()), 10)
    make_value_model()
    url = f"{reverse('marketing:ranking', args=[make_run().pk])}?columns=rank,manager,region"

    with django_assert_num_queries(5):
        page = client.get(url).content.decode()
    with django_assert_num_queries(9):
        lines = b"".join(client.get(f"{url}&export=csv").streaming_content).decode().splitlines()

    assert [f"Region {number}" in page for number in range(count)] == [True] * count
    assert sorted(line.split(",")[2] for line in lines[1:]) == [f"Region {number}" for number in range(count)]


def test_programs_read_runs_and_rows_by_the_same_rules(client, manager, ranked):
    _before, run, first, second, _third = ranked

    runs = client.get("/api/v1/marketing/runs/").json()["results"]
    rows = client.get(f"/api/v1/marketing/rows/?run={run.pk}&value_class=A").json()["results"]
    client.force_login(make_user())
    refused = client.get(f"/api/v1/marketing/rows/?run={run.pk}")

    assert [one["as_of"] for one in runs] == ["2026-10-31", "2026-09-30"]
    assert sorted((row["rank"], row["customer"]) for row in rows) == [(1, second.pk), (2, first.pk)]
    assert (refused.status_code, "甲航运" in refused.content.decode()) == (403, False)


@pytest.mark.parametrize("name", ["newest_ranking", "run_list", "model_list", "dashboard", "home_value"])
def test_a_person_without_a_role_sees_nothing_of_it(client, ranked, name):
    client.force_login(make_user())

    response = client.get(reverse(f"marketing:{name}"))

    assert (response.status_code, "甲航运" in response.content.decode()) == (403, False)


def test_customer_service_reads_rankings_but_cannot_run_or_change_them(client, ranked):
    client.force_login(make_user(Role.SERVICE))
    run = ranked[1]

    allowed = client.get(reverse("marketing:ranking", args=[run.pk]))
    refused = [
        client.post(reverse("marketing:run_create"), {"as_of": AS_OF}).status_code,
        client.post(reverse("marketing:run_check", args=[run.pk])).status_code,
        client.post(reverse("marketing:model_draft")).status_code,
        client.get(f"{reverse('marketing:ranking', args=[run.pk])}?export=csv").status_code,
    ]

    assert (allowed.status_code, refused, RankingRun.objects.count()) == (200, [403] * 4, 2)
