"""A file of customers without a column for their names: fine for known ones, told before the dry run because of new ones."""

import io

import pytest
from django.core.files import File
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.models import Customer
from customers.tests.factories import make_customer
from customers.tests.test_importing_customers import counts
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.enums import RunState
from portcrm.exchange.importing import importers
from portcrm.exchange.models import ImportRun
from portcrm.exchange.running import run_import
from portcrm.exchange.services import take_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
NO_NAME = {
    "en": "a new customer cannot be added without a name",
    "zh-hans": "没有名称的新客户无法新增",
}
NO_CUSTOMER = "choose a column for the name or the customer code"


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING, language="en")
    client.force_login(keeper)
    return keeper


@pytest.fixture
def draft(file, keeper):
    """Takes in a file and leaves it at the step of the columns."""

    def drafted(*rows: list[str]) -> ImportRun:
        with file(*rows).open("rb") as opened:
            return take_in(importer=importers()["customers"], file=File(opened, name="customers.csv"), by=keeper)

    return drafted


def columns_of(run: ImportRun, **chosen: str) -> dict[str, str]:
    """The step's form as a browser sends it: what was matched, some of it chosen otherwise."""
    fields = {f"column_{name}": str(index) for name, index in run.mapping.items()}
    return fields | {f"column_{name}": index for name, index in chosen.items()}


def url_of(run: ImportRun) -> str:
    return reverse("exchange:import_columns", args=[run.pk])


def state_of(run: ImportRun) -> RunState:
    return RunState(ImportRun.objects.values_list("state", flat=True).get(pk=run.pk))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_step_of_columns_says_that_new_customers_need_a_name(draft, client: Client, language):
    run = draft(["客户编号", "电话"], ["C000001", "1"])
    client.cookies["django_language"] = language

    page = client.get(url_of(run)).content.decode()

    assert NO_NAME[language] in page


def test_nothing_is_said_where_a_column_holds_the_name(draft, client: Client):
    run = draft(["公司名称", "电话"], ["甲公司", "1"])

    assert NO_NAME["en"] not in client.get(url_of(run)).content.decode()


def test_who_was_told_completes_known_customers_by_their_codes(draft, client: Client):
    known = make_customer(name_zh="甲公司")
    run = draft(["客户编号", "电话"], [known.code, "1"], ["C999999", "2"])

    client.post(url_of(run), columns_of(run) | {"cautioned": "on"})
    run_import(run.pk)

    run.refresh_from_db()
    assert (run.state, counts(run)) == (RunState.DONE, {"created": 0, "updated": 1, "skipped": 0, "rejected": 1})
    assert run.forecasts.get(row_number=2).target == known.pk


def test_who_leaves_the_name_out_on_the_page_is_told_before_the_dry_run_starts(draft, client: Client):
    run = draft(["公司名称", "客户编号"], ["甲公司", ""])

    told = client.post(url_of(run), columns_of(run, name=""))
    waits = state_of(run)
    client.post(url_of(run), columns_of(run, name="") | {"cautioned": "on"})

    assert (NO_NAME["en"] in told.content.decode(), 'name="cautioned" value="on"' in told.content.decode()) == (True, True)
    assert (waits, state_of(run)) == (RunState.DRAFT, RunState.WAITING)


def test_a_file_that_says_of_no_row_which_customer_it_means_is_refused(draft, client: Client):
    run = draft(["信用代码", "电话"], ["91350100M000100Y43", "1"])

    refused = client.post(url_of(run), columns_of(run) | {"cautioned": "on"})

    assert (refused.status_code, NO_CUSTOMER in refused.content.decode()) == (422, True)
    assert state_of(run) == RunState.DRAFT


def test_the_command_warns_before_it_takes_in_a_file_without_names(file, keeper):
    known = make_customer(name_zh="甲公司")
    path, errors = file(["客户编号", "电话"], [known.code, "1"]), io.StringIO()

    with override("en"):
        call_command("ingest", "customers", str(path), "--as", keeper.email, stdout=io.StringIO(), stderr=errors)

    assert errors.getvalue().splitlines() == [
        "No column is chosen for the name. Customers that are here already are found by their customer code and completed; "
        "a new customer cannot be added without a name."
    ]
    assert Customer.objects.get().phone == "1"


def test_the_command_refuses_a_file_that_names_no_customer(file, keeper):
    with override("en"), pytest.raises(CommandError) as refusal:
        call_command("ingest", "customers", str(file(["电话"], ["1"])), "--as", keeper.email, stdout=io.StringIO())

    assert NO_CUSTOMER in str(refusal.value)
