"""Rows of customers and of receivables mended after the dry run: told anew row by row, then imported as mended."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer, Receivable
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.enums import RowState, RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportProblem, ImportRun
from portcrm.exchange.running import run_import
from portcrm.exchange.services import (
    choose_for_row,
    draft_again,
    import_rehearsed,
    leave_rehearsed_out,
    mend_rehearsed,
    start,
)

pytestmark = pytest.mark.django_db
OWED = "客户编号,发票号,到期日,金额,截至日期\nC000111,F1,2026-09-30,100,2026-10-31\n"
HINDERED = ["1 row cannot be taken in as it is.", "2 rows cannot be taken in as they are."]


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT, settings.PORT_CURRENCY = tmp_path / "media", "CNY"


@pytest.fixture
def keeper():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def rehearse(tmp_path, keeper):
    def rehearsed(importer: str, text: str) -> ImportRun:
        path = tmp_path / f"{importer}.csv"
        path.write_text(text, encoding="utf-8")
        return ingest(importer, path, by=keeper, dry_run=True)

    return rehearsed


def import_it(rehearsal: ImportRun, by) -> ImportRun:
    run = import_rehearsed(run=rehearsal, by=by)
    run_import(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def mend(run: ImportRun, line: int, cells: dict[int, str], by):
    problem = ImportProblem.objects.get(run=run, row_number=line)
    return mend_rehearsed(problem=problem, cells=cells, version=problem.version, seen=mark_of(run, line), by=by)


def mark_of(run: ImportRun, line: int) -> str:
    """The row as somebody sees it now; the dry run of some files tells nothing of single rows."""
    told = run.forecasts.filter(row_number=line).first()
    return told.mark if told else ""


def counts(run: ImportRun) -> tuple[int, ...]:
    run = ImportRun.objects.get(pk=run.pk)
    return run.created, run.updated, run.skipped, run.rejected


def test_a_mended_row_tells_what_it_would_change_and_changes_it_by_the_import_only(rehearse, keeper):
    known = make_customer(name_zh="甲公司", phone="1")
    run = rehearse("customers", "公司名称,电话,成立日期\n甲公司,9,2026.13.45\n乙公司,2,\n")

    row = mend(run, 2, {2: "2012-05-01"}, keeper)

    known.refresh_from_db()
    before, counted = known.phone, counts(run)
    import_it(run, keeper)
    known.refresh_from_db()
    assert (row.kind, row.target, row.changes["phone"], row.details) == ("update", known.pk, ["1", "9"], [])
    assert (before, counted) == ("1", (1, 1, 0, 0))
    assert (known.phone, str(known.founded_on)) == ("9", "2012-05-01")


def test_a_mended_row_that_looks_like_a_known_firm_is_asked_about_and_the_decision_counts(rehearse, keeper):
    known = make_customer(name_zh="远洋物流股份有限公司", phone="1")
    run = rehearse("customers", "公司名称,电话,成立日期\n,9,昨天\n")

    row = mend(run, 2, {0: "远洋物流有限公司", 2: ""}, keeper)
    undecided = ImportProblem.objects.get(run=run)
    choose_for_row(run=run, row_number=2, choice="update", target=known.pk, seen=mark_of(run, 2), by=keeper)

    import_it(run, keeper)
    known.refresh_from_db()
    assert (row.kind, row.alike, row.target, row.offered) == ("alike", [known.pk], known.pk, ["create", "update", "skip"])
    assert (undecided.state, undecided.alike) == (RowState.OPEN, [known.pk])
    assert (known.phone, Customer.objects.count()) == ("9", 1)


def test_what_was_decided_on_a_row_is_asked_anew_when_its_cells_change(rehearse, keeper):
    make_customer(name_zh="远洋物流股份有限公司")
    run = rehearse("customers", "公司名称,电话\n远洋物流有限公司,9\n")
    choose_for_row(run=run, row_number=2, choice="skip", seen=mark_of(run, 2), by=keeper)

    row = mend(run, 2, {0: "另一家公司"}, keeper)

    assert (row.kind, row.choice) == ("new", "")
    import_it(run, keeper)
    assert Customer.objects.filter(name_zh="另一家公司").exists()


def test_two_rows_mended_to_one_name_are_one_firm_after_the_import(rehearse, keeper):
    run = rehearse("customers", "公司名称,电话,邮箱\n,9,\n,,a@example.invalid\n")
    told = [mend(run, line, {0: "甲公司"}, keeper).kind for line in (2, 3)]

    earnest = import_it(run, keeper)

    assert told == ["new", "new"]  # each by itself
    assert (counts(earnest), list(Customer.objects.values_list("phone", "email"))) == ((1, 0, 1, 0), [("9", "a@example.invalid")])


def test_the_list_of_rows_leads_to_the_cells_of_those_with_problems(rehearse, keeper):
    run = rehearse("customers", "公司名称,电话,成立日期\n甲公司,9,2026.13.45\n乙公司,2,\n")
    client = Client()
    client.force_login(keeper)
    url, problem = reverse("exchange:import_rows", args=[run.pk]), run.problems.get()
    mend_url = reverse("exchange:row_mend", args=[problem.pk])

    before = client.get(url).content.decode()
    form = client.get(mend_url).context["form"]
    cells = {form[name].html_name: form[name].value() for name in form.fields if name != "decision"}
    client.post(mend_url, cells | {form["cell_2"].html_name: "2012-05-01", "alone": "1"})
    after = client.get(url).content.decode()

    assert (before.count(mend_url), "Mend again" in before) == (1, False)
    assert (after.count(mend_url), "Mend again" in after) == (1, True)
    assert "2012-05-01" in after


def test_an_unreadable_invoice_no_longer_keeps_the_file_out_once_it_is_mended(rehearse, keeper):
    make_customer(code="C000111")
    run = rehearse("receivables", OWED + "C000111,F2,2026-13-45,50,2026-10-31\n")

    row = mend(run, 3, {2: "2026-11-30"}, keeper)
    laid_aside = Receivable.objects.count()
    earnest = import_it(run, keeper)

    assert (row.kind, counts(run), laid_aside) == ("new", (2, 0, 0, 0), 0)
    assert (earnest.state, counts(earnest)) == (RunState.DONE, (2, 0, 0, 0))
    assert [str(amount) for amount in Receivable.objects.order_by("pk").values_list("amount", flat=True)] == ["100.00", "50.00"]


def test_a_line_of_totals_is_left_out_and_the_file_takes_effect(rehearse, keeper):
    make_customer(code="C000111")
    run = rehearse("receivables", OWED + "合计,,,100,\n")

    leave_rehearsed_out(problem=run.problems.get(), version=1, seen="", by=keeper)

    earnest = import_it(run, keeper)
    assert (earnest.state, counts(earnest), Receivable.objects.count()) == (RunState.DONE, (1, 0, 1, 0), 1)


def test_an_invoice_mended_to_a_day_to_come_says_so_before_it_keeps_the_file_out(rehearse, keeper):
    make_customer(code="C000111")
    run = rehearse("receivables", OWED + "C000111,F2,2026-11-30,50,\n")

    row = mend(run, 3, {4: "2099-01-01"}, keeper)

    assert (row.kind, row.messages) == ("fault", ["数据日期 2099-01-01 尚未到来。"])
    assert ImportProblem.objects.get(run=run).raw[4] == "2099-01-01"


def test_an_invoice_mended_to_another_day_than_the_files_says_so_and_is_no_dead_end(rehearse, keeper):
    make_customer(code="C000111")
    run = rehearse("receivables", OWED + "C000111,F2,2026-11-30,50,2026.13.45\n")
    row = mend(run, 3, {4: "2026-10-30"}, keeper)
    draft = draft_again(run=run, by=keeper)
    start(run=draft, by=keeper)

    run_import(draft.pk)

    draft.refresh_from_db()
    brought = draft.problems.get()
    two_days = "文件中同时有 2026-10-31 和 2026-10-30 的数据；一份文件只能是同一天的。"
    assert (row.kind, row.messages, brought.messages) == ("fault", [two_days], [two_days])
    assert (draft.state, counts(draft), brought.state) == (RunState.DONE, (1, 0, 0, 1), RowState.OPEN)
    mend(draft, 3, {4: "2026-10-31"}, keeper)
    earnest = import_it(draft, keeper)
    assert (earnest.state, counts(earnest), Receivable.objects.count()) == (RunState.DONE, (2, 0, 0, 0), 2)


def test_an_invoice_brought_along_mended_is_listed_with_what_would_become_of_it(rehearse, keeper):
    make_customer(code="C000111")
    run = rehearse("receivables", OWED + "C000111,F2,2026.13.45,500,2026-10-31\n")
    mend(run, 3, {2: "2026-11-30", 3: "5000"}, keeper)
    draft = draft_again(run=run, by=keeper)
    start(run=draft, by=keeper)
    run_import(draft.pk)
    client = Client()
    client.force_login(keeper)

    listed = client.get(reverse("exchange:import_run", args=[draft.pk])).context["dealt_with"]
    row = mend(draft, 3, {3: "500"}, keeper)

    import_it(draft, keeper)
    assert [(line.row_number, line.kind, line.problem.raw[3]) for line in listed] == [(3, "new", "5000")]
    assert (row.kind, counts(draft)) == ("new", (2, 0, 0, 0))
    assert [str(amount) for amount in Receivable.objects.order_by("amount").values_list("amount", flat=True)] == ["100.00", "500.00"]


def test_a_file_of_receivables_waits_until_its_unreadable_rows_are_mended_or_left_out(rehearse, keeper):
    make_customer(code="C000111")
    run = rehearse("receivables", OWED + "C000111,F2,2026-13-45,50,2026-10-31\n合计,,,150,\nC000999,F3,2026-11-30,7,2026-10-31\n")
    client = Client()
    client.force_login(keeper)
    pages = []

    def look() -> None:
        page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()
        offered = reverse("exchange:import_start", args=[run.pk]) in page
        pages.append((offered, [told for told in HINDERED if told in page]))

    look()
    refused = client.post(reverse("exchange:import_start", args=[run.pk]))
    leave_rehearsed_out(problem=run.problems.get(row_number=4), version=1, seen="", by=keeper)
    look()
    mend(run, 3, {2: "2026-11-30"}, keeper)
    look()

    assert pages == [(False, HINDERED[1:]), (False, HINDERED[:1]), (True, [])]  # a firm without a file here keeps nobody out
    assert (refused.status_code, ImportRun.objects.filter(dry_run=False).count()) == (409, 0)
    earnest = import_it(run, keeper)
    assert (earnest.state, counts(earnest), Receivable.objects.count()) == (RunState.DONE, (2, 0, 1, 1), 2)


def test_a_file_without_a_readable_row_shows_what_is_wrong_with_each_and_is_mended(rehearse, keeper):
    make_customer(code="C000111")
    run = rehearse("receivables", OWED.replace("2026-09-30", "2026.13.45"))
    reason = run.problem

    mend(run, 2, {2: "2026-09-30"}, keeper)

    run.refresh_from_db()
    assert (run.state, reason, run.problem) == (RunState.DONE, "文件中没有可读取的行。", "")
    assert import_it(run, keeper).state == RunState.DONE
    assert Receivable.objects.count() == 1


def test_an_import_that_failed_as_a_whole_is_begun_anew_with_what_was_mended(rehearse, keeper):
    make_customer(code="C000111")
    run = rehearse("receivables", OWED + "C000111,F2,2026-13-45,50,2026-10-31\n")
    mend(run, 3, {1: "F1", 2: "2026-11-30"}, keeper)  # the number of another row: that shows with the rows together
    failed = import_it(run, keeper)
    client = Client()
    client.force_login(keeper)
    again = reverse("exchange:import_again", args=[run.pk])
    offered = again in client.get(reverse("exchange:import_run", args=[failed.pk])).content.decode()

    client.post(again)

    draft = ImportRun.objects.get(state=RunState.DRAFT)
    assert (failed.state, offered, Receivable.objects.count()) == (RunState.FAILED, True, 0)
    assert draft.problems.get().raw == ["C000111", "F1", "2026-11-30", "50", "2026-10-31"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_nobody_is_told_to_take_in_the_rows_with_problems_of_receivables_alone(tmp_path, keeper, dry_run):
    make_customer(code="C000111")
    path = tmp_path / "receivables.csv"
    path.write_text(OWED + "C000999,F3,2026-11-30,7,2026-10-31\n", encoding="utf-8")
    run = ingest("receivables", path, by=keeper, dry_run=dry_run)
    client = Client()
    client.force_login(keeper)

    page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()

    assert "never take in the rows with problems alone" in page
    assert "take in just that file" not in page


def test_the_dry_run_says_how_many_invoices_a_file_would_settle(rehearse, keeper):
    make_customer(code="C000111")
    full = OWED.replace("2026-10-31", "2026-10-30") + "".join(f"C000111,G{number},2026-11-30,7,2026-10-30\n" for number in range(3))
    import_it(rehearse("receivables", full), keeper)
    client = Client()
    client.force_login(keeper)

    run = rehearse("receivables", OWED)

    page = client.get(reverse("exchange:import_run", args=[run.pk]))
    settled = [str(line.value) for line in page.context["summary"] if line.label == "Settled since the file before"]
    assert (settled, Receivable.objects.filter(settled_on=None).count()) == (["3"], 4)
    assert "What the import would prove" in page.content.decode()


def test_however_many_rows_have_problems_each_can_be_mended_from_the_list(rehearse, keeper):
    run = rehearse("customers", "公司名称,电话\n" + "".join(f",{number}\n" for number in range(1100)) + "甲公司,4\n")
    client = Client()
    client.force_login(keeper)

    faults = client.get(f"{reverse('exchange:import_rows', args=[run.pk])}?kind=fault&q=1099").context["listing"].rows
    mend(run, 1101, {0: "乙公司"}, keeper)

    assert ([row.row_number for row in faults if row.problem], run.problems.count()) == ([row.row_number for row in faults], 1100)
    import_it(run, keeper)
    assert set(Customer.objects.values_list("name_zh", "phone")) == {("甲公司", "4"), ("乙公司", "1099")}
