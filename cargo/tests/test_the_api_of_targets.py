"""Programs read and set the annual task, and read how far it is done, by the rules of the pages."""

import datetime as dt
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from cargo.api import target_views
from cargo.enums import TargetUnit
from cargo.models import ProjectionRun, Target
from cargo.services.projecting import run_projection
from cargo.services.projections import open_projection
from cargo.tests.factories import load_reference, make_months, make_targets
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)
TARGETS = "/api/v1/cargo/targets/"
SET, COMPLETION = f"{TARGETS}set/", f"{TARGETS}completion/"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    load_reference()
    monkeypatch.setattr(target_views, "port_today", lambda: TODAY)


def client_of(*roles) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user(*roles))
    return client


def stored() -> dict:
    return {(one.year, one.cargo_class_id, one.month): one.quantity for one in Target.objects.all()}


def set_by(client: APIClient, *cells: dict, **slot):
    return client.post(SET, {"year": 2026, "cells": list(cells)} | slot, format="json")


def test_the_cells_are_told_and_narrowed():
    customer = make_customer()
    make_targets({("01", None): 1200, ("01", 3): 90, ("02", None): 40})
    make_targets({("01", None): 7}, customer_id=customer.pk)
    make_targets({("01", None): 3}, year=2025, unit=TargetUnit.TEU)
    client = client_of(Role.AUDITOR)

    def found(query: str) -> list[tuple]:
        return [(row["cargo_class"], row["month"], row["quantity"]) for row in client.get(f"{TARGETS}?{query}").json()["results"]]

    assert found(f"customer={customer.pk}") == [("01", None, "7.000")]
    assert sorted(found("year=2026&whole_port=true&cargo_class=01&whole_year=false")) == [("01", 3, "90.000")]
    assert found("unit=teu") == [("01", None, "3.000")]
    assert found("whole_port=false") == [("01", None, "7.000")]


def test_who_sees_nothing_of_the_task_reads_and_sets_nothing():
    make_targets({("01", None): 1200})
    nobody, auditor = client_of(), client_of(Role.AUDITOR)

    read = {nobody.get(address).status_code for address in (TARGETS, f"{TARGETS}{Target.objects.get().pk}/", COMPLETION)}
    written = [set_by(client, {"cargo_class": "01", "quantity": 5}).status_code for client in (nobody, auditor, client_of(Role.MARKETING))]

    assert (read, written, list(stored().values())) == ({403}, [403, 403, 403], [1200])


def test_cells_are_set_changed_and_emptied_by_the_service():
    make_targets({("01", None): 1200, ("02", None): 40})

    answer = set_by(
        client_of(Role.MANAGER),
        {"cargo_class": "01", "quantity": "1300.5", "seen": "1200"},
        {"cargo_class": "02", "quantity": None},
        {"cargo_class": "03", "month": 2, "quantity": "60"},
        {"quantity": "5000"},
    )

    assert (answer.status_code, answer.json()) == (200, {"added": 2, "changed": 1, "emptied": 1})
    assert stored() == {(2026, "01", None): Decimal("1300.5"), (2026, "03", 2): 60, (2026, None, None): 5000}
    assert ProjectionRun.objects.filter(state="waiting").count() == 1


def test_a_task_of_a_customer_is_set_in_teu_and_one_direction():
    customer = make_customer()

    set_by(client_of(Role.MANAGER), {"cargo_class": "17", "quantity": 8}, unit="teu", direction="outbound", customer=customer.pk)

    found = Target.objects.get()
    assert (found.unit, found.direction, found.customer, found.manager, found.quantity) == ("teu", "outbound", customer, None, 8)


def test_what_somebody_else_has_set_in_between_is_not_overwritten():
    make_targets({("01", None): 1250})

    answer = set_by(
        client_of(Role.MANAGER), {"cargo_class": "01", "quantity": 1300, "seen": 1200}, {"cargo_class": "02", "quantity": 9, "seen": None}
    )

    assert (answer.status_code, stored()) == (409, {(2026, "01", None): 1250})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"cells": []}, 400),
        ({"cells": [{"cargo_class": "99", "quantity": 1}]}, 400),
        ({"cells": [{"cargo_class": "01", "month": 13, "quantity": 1}]}, 400),
        ({"cells": [{"cargo_class": "01", "quantity": -1}]}, 400),
        ({"cells": [{"cargo_class": "01", "quantity": "1e99"}]}, 400),
        ({"cells": [{"cargo_class": "01"}]}, 400),
        ({"cells": [{"cargo_class": "01", "quantity": 1}, {"cargo_class": "01", "quantity": 2}]}, 400),
        ({"cells": [{"cargo_class": "01", "quantity": 1, "moonth": 3}]}, 400),
        ({"cells": [{"cargo_class": "01", "quantity": 1}], "unit": "kg"}, 400),
        ({"cells": [{"cargo_class": "01", "quantity": 1}], "year": 1066}, 400),
        ({"cells": [{"cargo_class": "01", "quantity": 1}], "customer": 999_999_999}, 400),
        ({"cells": "01"}, 400),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_and_nothing_is_set(body, status):
    answer = client_of(Role.MANAGER).post(SET, {"year": 2026} | body, format="json")

    assert (answer.status_code, stored()) == (status, {})


def test_a_task_of_a_customer_and_a_manager_is_refused_with_its_field():
    manager = make_user(Role.MANAGER)

    answer = set_by(client_of(Role.MANAGER), {"cargo_class": "01", "quantity": 1}, customer=make_customer().pk, manager=manager.pk)

    assert (answer.status_code, answer.json()["field"], stored()) == (409, "manager", {})


def test_completion_tells_the_figures_of_the_page():
    """Coal: 100 a month until 2025 and 90 in 2026, oil 10 a month; January 2025 to the 20th of November 2026."""
    customer = make_customer()
    coal = {f"{year}-{month:02d}": 100 if year < 2026 else 90 for year in (2024, 2025, 2026) for month in range(1, 13)}
    till_october = {month: quantity for month, quantity in coal.items() if month <= "2026-10"}
    make_months(till_october, customer=customer, cargo_class_id="01")
    make_months(dict.fromkeys(till_october, 10), customer=make_customer(), cargo_class_id="02")
    make_months({"2026-11": 999}, cargo_class_id="01")
    make_targets({("01", None): 1200, ("02", None): 120})
    run_projection(run=open_projection(by=system_user()), today=TODAY, by=system_user())

    answer = client_of(Role.AUDITOR).get(COMPLETION).json()

    whole, first, second = answer.pop("lines")
    assert answer == {
        "year": 2026,
        "unit": "t",
        "direction": "",
        "customer": None,
        "manager": None,
        "through": 10,
        "of_month": [10],
        "projected_from": "2026-10-01",
    }
    assert (whole["cargo_class"], first["cargo_class"], second["cargo_class"]) == (None, "01", "02")
    assert first["month"] == {"task": "100.000", "handled": "90.000", "before": "100.000", "completion": "0.900000", "growth": "-0.100000"}
    assert first["since_january"] == {
        "task": "1000.000",
        "handled": "900.000",
        "before": "1000.000",
        "completion": "0.900000",
        "growth": "-0.100000",
    }
    assert first["of_year"] == {"task": "1200.000", "handled": "900.000", "before": "1200.000", "completion": "0.750000"}
    assert (first["month_on_month"], first["is_spread"], whole["is_summed"]) == ("0.000000", True, True)
    assert Decimal(first["projected_low"]) <= Decimal(first["projected"]) <= Decimal(first["projected_high"])
    assert Decimal(first["gap"]) == 1200 - Decimal(first["projected"])
    assert (whole["of_year"]["task"], whole["of_year"]["handled"]) == ("1320.000", "1000.000")


def test_completion_is_asked_for_a_month_a_customer_and_without_a_projection():
    customer = make_customer()
    make_months({"2025-01": 50, "2025-02": 70, "2026-01": 60, "2026-02": 30, "2026-03": 5}, customer=customer, cargo_class_id="01")
    make_months({"2026-01": 7, "2026-10": 1}, cargo_class_id="01")
    client = client_of(Role.MANAGER)

    def line(query: str) -> dict:
        return client.get(f"{COMPLETION}?year=2026&customer={customer.pk}&month=2{query}").json()["lines"][1]

    merged, apart = line(""), line("&spring=apart")

    assert (merged["month"]["handled"], merged["month"]["before"], merged["month"]["growth"]) == ("90.000", "120.000", "-0.250000")
    assert (apart["month"]["handled"], apart["month_on_month"]) == ("30.000", "-0.500000")
    assert (merged["projected"], merged["projected_low"], merged["gap"], merged["of_year"]["task"]) == (None, None, None, None)


@pytest.mark.parametrize("query", ["year=abc", "unit=kg", "month=13", "customer=999999999", "manager=x", "spring=sometimes"])
def test_a_question_that_makes_no_sense_is_refused_with_its_field(query):
    answer = client_of(Role.MANAGER).get(f"{COMPLETION}?{query}")

    assert (answer.status_code, list(answer.json())) == (400, [query.partition("=")[0]])


@pytest.mark.parametrize("classes", [1, 3])
def test_completion_takes_the_same_questions_however_many_classes(classes, django_assert_max_num_queries):
    for code in ("01", "02", "03")[:classes]:
        make_months({"2025-01": 5, "2026-10": 9}, cargo_class_id=code)
        make_targets({(code, None): 100})
    client = client_of(Role.AUDITOR)

    with django_assert_max_num_queries(8):
        client.get(COMPLETION)


@pytest.mark.parametrize("cells", [1, 3])
def test_a_page_of_cells_takes_the_same_questions_however_many_there_are(cells, django_assert_max_num_queries):
    for _each in range(cells):
        make_targets({("01", None): 100}, customer_id=make_customer().pk)
    client = client_of(Role.AUDITOR)

    with django_assert_max_num_queries(2):
        client.get(TARGETS)
