"""Imports of colleagues: who may work on all of them mends, stops and takes them back, in their own name."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.exchange import importing
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportProblem, ImportRevert, ImportRun
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.running import run_import
from portcrm.exchange.tests.factories import DepartmentImporter, make_file
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
OTHERS = (Role.MARKETING, Role.OPERATIONS, Role.ADMIN, Role.AUDITOR)  # an administrator takes in no customers


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def client_of(*roles) -> Client:
    client = Client()
    client.user = make_user(*roles, language="en")
    client.force_login(client.user)
    return client


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def run(keeper, tmp_path):
    """A customer taken in by marketing, and a row without a name."""
    return ingest("customers", make_file(tmp_path, "公司名称,电话\n甲公司,1\n,2\n", "customers.csv"), by=keeper)


def mend(client, problem: ImportProblem, name: str):
    prefix = f"row{problem.pk}-"
    cells = {f"{prefix}version": problem.version, f"{prefix}cell_0": name, f"{prefix}cell_1": problem.raw[1]}
    return client.post(reverse("exchange:row_mend", args=[problem.pk]), cells)


def names() -> list[str]:
    return list(Customer.objects.order_by("pk").values_list("name_zh", flat=True))


def test_a_manager_mends_a_row_of_a_colleagues_import_and_the_log_names_the_manager(run):
    manager = client_of(Role.MANAGER)
    shown = manager.get(reverse("exchange:import_run", args=[run.pk])).content.decode()

    mend(manager, run.problems.get(), "乙公司")

    event = AuditEvent.objects.get(action="exchange.mend")
    assert reverse("exchange:row_mend", args=[run.problems.get().pk]) in shown
    assert (names(), event.actor_id, run.problems.get().settled_by) == (["甲公司", "乙公司"], manager.user.pk, manager.user)


def test_a_manager_takes_a_colleagues_import_back_and_the_colleague_is_told_by_whom(run, keeper):
    manager = client_of(Role.MANAGER)

    manager.post(reverse("exchange:import_revert", args=[run.pk]))
    run_revert(ImportRevert.objects.get().pk)

    page = manager.get(reverse("exchange:import_run", args=[run.pk])).content.decode()
    event = AuditEvent.objects.get(action="exchange.revert")
    told = Notice.objects.get(recipient=keeper, kind="exchange.taken_back")
    assert (names(), event.actor_id) == ([], manager.user.pk)
    assert f"taken back by {manager.user.name_en}" in page
    assert (told.values["by"]["zh"], told.values["file"]) == (manager.user.name, "customers.csv")


def test_who_takes_the_own_import_back_is_not_told_of_it(run, keeper):
    owner = Client()
    owner.force_login(keeper)

    owner.post(reverse("exchange:import_revert", args=[run.pk]))
    run_revert(ImportRevert.objects.get().pk)

    assert names() == []
    assert not Notice.objects.filter(kind="exchange.taken_back").exists()


def test_a_manager_mends_and_imports_a_colleagues_dry_run_in_the_own_name(keeper, tmp_path):
    manager = client_of(Role.MANAGER)
    rehearsal = ingest("customers", make_file(tmp_path, "公司名称,电话\n,2\n", "customers.csv"), by=keeper, dry_run=True)

    mend(manager, rehearsal.problems.get(), "乙公司")
    manager.post(reverse("exchange:import_start", args=[rehearsal.pk]))

    assert rehearsal.problems.get().settled_by == manager.user
    assert ImportRun.objects.get(rehearsal=rehearsal).created_by == manager.user


def test_whose_dry_run_a_manager_imports_is_told_opens_the_import_and_mends_what_is_left(keeper, tmp_path):
    manager, owner, colleague = client_of(Role.MANAGER), Client(), client_of(Role.MARKETING)
    owner.force_login(keeper)
    rehearsal = ingest("customers", make_file(tmp_path, "公司名称,电话\n甲公司,1\n,2\n", "customers.csv"), by=keeper, dry_run=True)

    manager.post(reverse("exchange:import_start", args=[rehearsal.pk]))
    run = ImportRun.objects.get(rehearsal=rehearsal)
    run_import(run.pk)

    url = reverse("exchange:import_run", args=[run.pk])
    led, opened, refused = owner.get(rehearsal.get_absolute_url()), owner.get(url), colleague.get(url)
    mend(owner, run.problems.get(), "乙公司")
    assert url in led.content.decode()
    assert reverse("exchange:row_mend", args=[run.problems.get().pk]) in opened.content.decode()
    assert (refused.status_code, "customers.csv" in refused.content.decode()) == (404, False)
    assert sorted(Notice.objects.filter(kind="exchange.ended").values_list("recipient", flat=True)) == sorted([keeper.pk, manager.user.pk])
    assert names() == ["甲公司", "乙公司"]


def test_who_takes_the_own_dry_runs_import_back_tells_the_manager_who_started_it(keeper, tmp_path):
    manager, owner = client_of(Role.MANAGER), Client()
    owner.force_login(keeper)
    rehearsal = ingest("customers", make_file(tmp_path, "公司名称,电话\n甲公司,1\n", "customers.csv"), by=keeper, dry_run=True)
    manager.post(reverse("exchange:import_start", args=[rehearsal.pk]))
    run = ImportRun.objects.get(rehearsal=rehearsal)
    run_import(run.pk)

    owner.post(reverse("exchange:import_revert", args=[run.pk]))
    run_revert(ImportRevert.objects.get().pk)

    assert names() == []
    assert list(Notice.objects.filter(kind="exchange.taken_back").values_list("recipient", flat=True)) == [manager.user.pk]


def test_rows_of_somebody_who_has_left_can_still_be_put_to_the_records_they_look_like(keeper, tmp_path):
    manager, known = client_of(Role.MANAGER), make_customer(name_zh="远洋物流股份有限公司")
    run = ingest("customers", make_file(tmp_path, "公司名称,电话\n远洋物流有限公司,9\n", "customers.csv"), by=keeper)
    keeper.is_active = False
    keeper.save(update_fields=["is_active"])

    page = manager.get(reverse("exchange:import_run", args=[run.pk])).content.decode()

    assert f'<option value="update:{known.pk}">Update {known.code} 远洋物流股份有限公司</option>' in page


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_works_on_a_colleagues_import(run, role):
    other = client_of(role)
    problem = run.problems.get()

    answers = [
        mend(other, problem, "乙公司").status_code,
        other.post(reverse("exchange:row_leave_out", args=[problem.pk])).status_code,
        other.post(reverse("exchange:import_revert", args=[run.pk])).status_code,
    ]

    assert set(answers) <= {403, 404}
    assert (names(), problem.version, ImportRevert.objects.count()) == (["甲公司"], 1, 0)
    assert run.problems.get().state == "open"


def test_an_administrator_sees_the_import_and_is_offered_nothing_to_do_with_it(run):
    other = client_of(Role.ADMIN)

    page = other.get(reverse("exchange:import_run", args=[run.pk])).content.decode()

    assert "customers.csv" in page
    assert reverse("exchange:import_revert", args=[run.pk]) not in page
    assert reverse("exchange:row_mend", args=[run.problems.get().pk]) not in page


def test_a_manager_sees_no_colleagues_import_of_what_a_manager_may_not_import(keeper, tmp_path, monkeypatch):
    monkeypatch.setattr(DepartmentImporter, "permission", "accounts.manage_people")
    monkeypatch.setitem(importing._importers, "departments", DepartmentImporter())
    run = ingest("departments", make_file(tmp_path, "code\nsecret\n", "secret-departments.csv"), by=keeper)
    manager = client_of(Role.MANAGER)

    shown = manager.get(reverse("exchange:import_list")).content.decode()
    opened = manager.get(reverse("exchange:import_run", args=[run.pk]))

    assert "secret-departments.csv" not in shown
    assert (opened.status_code, "secret" in opened.content.decode()) == (404, False)


def test_the_list_leads_nobody_to_columns_they_may_not_match(keeper, tmp_path):
    draft = ingest("customers", make_file(tmp_path, "公司名称\n甲公司\n", "draft.csv"), by=keeper, dry_run=True)
    ImportRun.objects.filter(pk=draft.pk).update(state="draft", finished_at=None)
    columns = reverse("exchange:import_columns", args=[draft.pk])
    told = {}
    for role in (Role.MANAGER, Role.ADMIN):
        client = client_of(role)
        page = client.get(reverse("exchange:import_list")).content.decode()
        told[role] = ("draft.csv" in page, columns in page, client.get(columns).status_code)

    assert told == {Role.MANAGER: (True, True, 200), Role.ADMIN: (True, False, 404)}


def test_an_import_whose_rows_are_told_is_opened_by_who_sees_all_imports(run):
    page = client_of(Role.ADMIN).get(reverse("exchange:import_list")).content.decode()

    assert f'href="{reverse("exchange:import_run", args=[run.pk])}"' in page
