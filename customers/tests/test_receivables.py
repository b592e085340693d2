"""A file of receivables takes effect as a whole: invoices, exposure, delay, ages; what it no longer names is settled."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command

from customers.models import FollowUp, Receivable, ReceivableLine, ReceivablesBalance, ReceivablesStatement, TransactionStatus
from customers.queries.receivables import find_debtors
from customers.services.customers import edit_customer
from customers.services.merge_rules import merge_rules
from customers.tests.factories import make_credit, make_customer
from customers.tests.owing import AS_OF, HEAD, counts, credit_of
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.clock import port_today
from portcrm.exchange import ingesting
from portcrm.exchange.enums import RunState
from portcrm.exchange.importing import importers
from portcrm.exchange.running import run_import

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("ready_for_receivables")]


def invoices() -> list[tuple]:
    return [(row.invoice_no, row.own_open, row.settled_on) for row in Receivable.objects.order_by("pk")]


def test_a_file_sets_exposure_delay_and_ages(take_in, debtor, settler):
    run = take_in(
        ("C000111", "", "F1", "2026-11-30", "1000", "1000"),
        ("C000111", "", "F2", "2026-10-31", "20", "20"),
        ("C000111", "", "F3", "2026-10-01", "300", "300"),
        ("C000111", "", "F4", "2026-09-30", "40", "40"),
        ("C000111", "", "F5", "2026-08-02", "50", "50"),
        ("C000111", "", "F6", "2026-08-01", "60", "60"),
        ("C000111", "", "F7", "2026-07-01", "700.70", "600.70"),
    )

    balance = ReceivablesBalance.objects.get()
    assert counts(run) == (7, 0, 0, 0)
    assert [total for _label, total in balance.ages] == [1020, 300, 40, 50 + 0, Decimal("660.70")]
    assert (balance.items, balance.open_total, balance.days_overdue) == (7, Decimal("2070.70"), 122)
    assert credit_of(debtor) == (Decimal("2070.70"), Decimal("1050.70"), 122, dt.date(2026, 10, 31))
    terms = TransactionStatus.objects.get()
    assert (terms.source_reference, terms.recorded_by, terms.recorded_on) == ("receivables.csv", settler, port_today())


def test_customers_are_known_by_code_credit_code_or_name_whatever_the_width(take_in, debtor):
    other = make_customer(name_en="Bright Sea Trading Ltd")
    head = ["客户编号", "信用代码", "客户名称", "发票号", "到期日", "金额"]

    run = take_in(
        ("c000111", "", "", "F1", "2026-11-30", "1"),
        ("", "91350100m000100y43", "", "F2", "2026-11-30", "2"),
        ("", "", "溯舟物流有限公司", "F3", "2026-11-30", "3"),
        ("", "", "BRIGHT  SEA trading ltd", "F4", "2026-11-30", "4"),
        head=head,
    )

    assert counts(run) == (4, 0, 0, 0)
    assert [row.customer for row in Receivable.objects.order_by("pk").select_related("customer")] == [debtor, debtor, debtor, other]


def test_a_renamed_firm_still_owes_what_a_file_says_under_its_former_name(take_in, debtor):
    take_in(("", "溯舟物流有限公司", "F1", "2026-09-30", "100", "100"), as_of="2026-09-30")
    renamed = {
        "name_zh": "远航物流有限公司",
        "short_name": "远航",
        "name_en": "",
        "former_names": ["溯舟物流有限公司", "Su Boat Logistics"],
    }
    edit_customer(customer=debtor, changes=renamed, seen={}, by=make_user(Role.MANAGER))

    run = take_in(
        ("", "溯舟物流有限公司", "F1", "2026-09-30", "100", "100"),
        ("", "SU BOAT  logistics", "F2", "2026-11-30", "7", "7"),
        ("", "远航物流有限公司", "F3", "2026-11-30", "5", "5"),
    )

    assert counts(run) == (2, 0, 1, 0)
    assert invoices() == [("F1", 100, None), ("F2", 7, None), ("F3", 5, None)]
    assert credit_of(debtor) == (112, 100, 31, dt.date(2026, 10, 31))


def test_a_present_name_goes_before_a_former_one_and_a_former_name_of_several_files_comes_back(take_in, debtor):
    make_customer(code="C000222", name_zh="新溯舟有限公司", former_names=["溯舟物流有限公司", "共同旧名公司"])
    make_customer(code="C000333", name_zh="另一家公司", former_names=["共同旧名公司"])

    run = take_in(("", "溯舟物流有限公司", "F1", "2026-11-30", "1", "1"), ("", "共同旧名公司", "F2", "2026-11-30", "2", "2"), dry_run=True)

    assert counts(run) == (1, 0, 0, 1)
    assert run.problems.get().messages == ["Several customer files have this name; write the customer code."]
    assert find_debtors(["溯舟物流有限公司"]).ids["溯舟物流有限公司"] == debtor.pk


def test_a_newer_file_settles_what_it_no_longer_names_and_the_history_tells_of_it(take_in, debtor):
    take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), ("C000111", "", "F2", "2026-11-30", "200", "200"), as_of="2026-09-30")

    run = take_in(("C000111", "", "F2", "2026-11-30", "200", "150"), ("C000111", "", "F3", "2026-12-31", "70", "70"))

    assert counts(run) == (1, 1, 0, 0)
    assert invoices() == [("F1", 0, dt.date(2026, 10, 31)), ("F2", 150, None), ("F3", 70, None)]
    assert credit_of(debtor) == (220, 0, 0, dt.date(2026, 10, 31))
    changes = field_changes(TransactionStatus.objects.get(), limit=50)
    assert ("Credit exposure", "300.00", "220.00") in {(one.label, one.before, one.after) for one in changes}
    assert {one.action for one in changes if one.label == "Credit exposure"} != {""}


def test_who_is_not_in_the_newer_file_owes_nothing_and_who_was_never_in_one_keeps_what_was_typed(take_in, debtor):
    typed = make_credit(credit_exposure=500, overdue_amount=0)
    take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), as_of="2026-09-30")
    make_customer(code="C000222")

    take_in(("C000222", "", "F9", "2026-11-30", "5", "5"))

    assert credit_of(debtor) == (0, 0, 0, dt.date(2026, 10, 31))
    assert credit_of(typed.customer) == (500, 0, None, None)


def test_the_same_file_again_changes_nothing(take_in, debtor):
    rows = (("C000111", "", "F1", "2026-09-30", "100", "100"), ("C000111", "", "F2", "2026-11-30", "200", "0"))
    take_in(*rows)
    before = list(Receivable.objects.values()), list(TransactionStatus.objects.values()), list(ReceivablesBalance.objects.values())

    run = take_in(*rows)

    assert counts(run) == (0, 0, 2, 0)
    assert (
        list(Receivable.objects.values()),
        list(TransactionStatus.objects.values()),
        list(ReceivablesBalance.objects.values()),
    ) == before


def test_an_older_file_is_refused_and_takes_nothing_back(take_in, debtor):
    take_in(("C000111", "", "F1", "2026-09-30", "100", "100"))

    run = take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), ("C000111", "", "F0", "2026-09-30", "9", "9"), as_of="2026-09-30")

    assert run.state == RunState.FAILED
    assert (
        run.problem == "Figures of 2026-10-31 are stored already; this file is of 2026-09-30 and would take them back. Nothing was changed."
    )
    assert invoices() == [("F1", 100, None)]
    assert ReceivableLine.objects.count() == 0


@pytest.mark.parametrize("as_of", ["2099-01-01"])
def test_figures_of_a_day_to_come_are_refused(take_in, debtor, as_of):
    run = take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), as_of=as_of)

    assert (run.state, run.problem) == (RunState.FAILED, "The figures are dated 2099-01-01, a day to come.")


def test_a_file_of_two_days_is_refused(take_in, debtor):
    head = [*HEAD, "截至日期"]

    first, second = ("C000111", "", "F1", "2026-09-30", "1", "1", AS_OF), ("C000111", "", "F2", "2026-09-30", "1", "1", "2026-10-30")
    run = take_in(first, second, head=head, as_of="")

    assert run.problem == "The file holds figures of 2026-10-30 and of 2026-10-31; a file is of one day."
    assert Receivable.objects.count() == 0


def test_rows_of_unknown_customers_come_back_and_the_sums_still_agree(take_in, debtor):
    run = take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), ("", "查无此人公司", "F2", "2026-09-30", "33", "33"))

    problem = run.problems.get()
    statement = ReceivablesStatement.objects.get()
    assert (run.state, counts(run)) == (RunState.DONE, (1, 0, 0, 1))
    assert problem.messages == ["客户名称: There is no customer file with this code or name."]
    assert (statement.open_total, statement.unknown_total, statement.stored_total, statement.agrees) == (133, 33, 100, True)
    told = [(line.ok, str(line.value)) for line in importers()["receivables"].summary(run)]
    assert told == [
        (True, "¥133.00 open in 2 rows as of 2026-10-31, ¥133.00 of it overdue: what stands here agrees to the cent"),
        (None, "0"),
        (False, "1 rows, ¥33.00 open, are not in any customer's figures"),
    ]


def test_a_file_that_names_nobody_here_settles_nothing(take_in, debtor):
    take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), as_of="2026-09-30")

    run = take_in(("", "别人家的客户", "F7", "2026-09-30", "33", "33"))

    assert (run.state, run.problem) == (RunState.FAILED, "No row names a customer with a file here; nothing was changed.")
    assert invoices() == [("F1", 100, None)]


def test_a_file_with_an_unreadable_row_has_no_effect_and_the_row_comes_back(take_in, debtor):
    take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), as_of="2026-09-30")

    run = take_in(("C000111", "", "F1", "2026-13-45", "100", "100"), ("C000111", "", "F2", "2026-09-30", "5", "5"))

    assert (run.state, run.rejected) == (RunState.FAILED, 1)
    assert run.problem == "1 rows could not be read. A file of receivables counts as a whole: correct them and take it in again."
    assert run.problems.get().messages == ["到期日: “2026-13-45” is not a date; write it as 2026-11-23."]
    assert invoices() == [("F1", 100, None)]


def test_an_amount_in_ten_thousands_is_asked_for_in_full(take_in, debtor):
    run = take_in(("C000111", "", "F1", "2026-09-30", "5万", "5万"), ("C000111", "", "F2", "2026-09-30", "5", "5"))

    assert (run.state, Receivable.objects.count()) == (RunState.FAILED, 0)
    assert run.problems.get().messages == [
        "金额: “5万” counts in 万; write the number in full.",
        "未收金额: “5万” counts in 万; write the number in full.",
    ]


def test_an_invoice_named_twice_is_not_added_up(take_in, debtor):
    run = take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), ("C000111", "", "f1", "2026-09-30", "50", "50"))

    assert run.problems.get().messages == ["发票号: This invoice stands in the file twice; make one row of it."]
    assert (run.state, Receivable.objects.count()) == (RunState.FAILED, 0)


def test_lines_without_a_number_that_say_the_same_are_invoices_of_their_own(take_in, debtor):
    row = ("C000111", "", "", "2026-11-30", "10", "10")

    first, again = take_in(row, row), take_in(row, row)

    assert (counts(first), counts(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert ReceivablesBalance.objects.get().open_total == 20


def test_another_currency_is_converted_by_the_given_rate_only(take_in, debtor):
    head = [*HEAD, "币种", "汇率"]
    dollars = ("C000111", "", "F1", "2026-11-30", "100", "100", "usd")

    refused = take_in((*dollars, ""), head=head)
    taken = take_in((*dollars, "7.125"), ("C000111", "", "F2", "2026-11-30", "10", "10", "CNY", ""), head=head)

    row = Receivable.objects.get(invoice_no="F1")
    assert refused.problems.get().messages == ["汇率: Amounts in another currency need its rate."]
    assert (refused.state, taken.state) == (RunState.FAILED, RunState.DONE)
    assert (row.currency, row.rate, row.open_amount, row.own_open) == ("USD", Decimal("7.125"), 100, Decimal("712.50"))
    assert credit_of(debtor)[0] == Decimal("722.50")


def test_what_is_open_is_the_amount_without_what_is_paid_and_a_contradiction_is_refused(take_in, debtor):
    head = ["客户编号", "发票号", "到期日", "金额", "已收金额", "未收金额"]

    refused = take_in(("C000111", "F1", "2026-11-30", "100", "30", "80"), head=head)
    take_in(("C000111", "F1", "2026-11-30", "100", "30", ""), ("C000111", "F2", "2026-11-30", "50", "", ""), head=head)

    assert refused.problems.get().messages == ["未收金额: Amount, paid and open do not fit together."]
    assert invoices() == [("F1", 70, None), ("F2", 50, None)]


def test_a_credit_note_lowers_what_is_owed_and_never_below_nothing(take_in, debtor):
    take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), ("C000111", "", "G1", "2026-09-30", "-300", "-300"))

    assert ReceivablesBalance.objects.get().open_total == -200
    assert credit_of(debtor) == (0, 0, 31, dt.date(2026, 10, 31))


def test_an_invoice_that_comes_back_is_open_again(take_in, debtor):
    row = ("C000111", "", "F1", "2026-09-30", "100", "100")
    take_in(row, as_of="2026-09-28")
    make_customer(code="C000222")
    take_in(("C000222", "", "F9", "2026-11-30", "5", "5"), as_of="2026-09-29")

    take_in(row)

    assert invoices()[0] == ("F1", 100, None)
    assert credit_of(debtor) == (100, 100, 31, dt.date(2026, 10, 31))


def test_a_dry_run_stores_nothing_and_shows_the_rows_with_problems(take_in, debtor):
    run = take_in(("C000111", "", "F1", "2026-09-30", "100", "100"), ("C000111", "", "F2", "bald", "1", "1"), dry_run=True)

    assert (run.state, counts(run)) == (RunState.DONE, (1, 0, 0, 1))
    assert (Receivable.objects.count(), ReceivableLine.objects.count(), TransactionStatus.objects.count()) == (0, 0, 0)


def test_a_file_of_several_chunks_takes_effect_as_one(take_in, debtor, monkeypatch):
    monkeypatch.setattr(importers()["receivables"], "chunk_rows", 2)
    rows = [("C000111", "", f"F{number}", "2026-11-30", "1", "1") for number in range(5)]

    run = take_in(*rows, ("C000111", "", "F0", "2026-11-30", "1", "1"))
    again = take_in(*rows)

    assert run.problems.get().messages == ["发票号: This invoice stands in the file twice; make one row of it."]
    assert (again.state, counts(again)) == (RunState.DONE, (5, 0, 0, 0))
    assert ReceivablesBalance.objects.get().open_total == 5


def test_a_worker_that_stops_after_every_chunk_neither_loses_nor_doubles_an_invoice(take_in, debtor, monkeypatch):
    monkeypatch.setattr(importers()["receivables"], "chunk_rows", 2)
    stops = []

    def by_many_workers(run_id: int, *, say) -> None:
        while run_import(run_id, seconds=-1, say=say):
            stops.append((Receivable.objects.count(), ReceivableLine.objects.count()))

    monkeypatch.setattr(ingesting, "run_import", by_many_workers)
    run = take_in(*(("C000111", "", f"F{number}", "2026-11-30", "1", "1") for number in range(5)))

    assert stops == [(0, 2), (0, 4), (0, 5)]
    assert (run.state, counts(run)) == (RunState.DONE, (5, 0, 0, 0))
    assert (ReceivablesBalance.objects.get().open_total, ReceivableLine.objects.count()) == (5, 0)


def test_the_command_line_proves_the_sums(tmp_path, debtor, capsys):
    path = tmp_path / "ar.csv"
    path.write_text("customer_code,invoice_no,due_on,amount\nC000111,F1,2026-11-30,12.50\n", encoding="utf-8")

    call_command("ingest", "receivables", str(path), "--set", "as_of=2026-10-31")

    said = capsys.readouterr().out
    assert "1 added, 0 updated, 0 left as they were, 0 with problems, of 1 rows" in said
    assert "✓ Reconciled with the file: ¥12.50 open in 1 rows as of 2026-10-31" in said


def test_rows_of_a_merged_file_reach_the_kept_one(take_in, debtor):
    merged = make_customer(code="C000222")
    type(merged).every.filter(pk=merged.pk).update(merged_into=debtor)

    run = take_in(("C000222", "", "F1", "2026-11-30", "8", "8"))

    assert counts(run) == (1, 0, 0, 0)
    assert Receivable.objects.get().customer == debtor


def test_an_invoice_both_files_have_stays_with_the_merged_one(take_in, debtor):
    other = make_customer(code="C000222")
    take_in(("C000111", "", "F1", "2026-11-30", "8", "8"), ("C000222", "", "F1", "2026-11-30", "8", "8"))
    rule = merge_rules.by_key()["customers.receivable.customer"]

    assert not rule.rows(other).exclude(rule.stays(debtor, other)).exists()


def test_a_hold_is_proposed_when_the_file_shows_a_long_delay(take_in, settler):
    customer = make_customer(code="C000333", account_manager=settler)

    take_in(("C000333", "", "F1", "2026-07-01", "1000", "1000"))

    task = FollowUp.objects.get()
    assert (task.owner, task.customer) == (settler, customer)
    assert task.title == "Decide on a credit hold: ¥1,000.00 overdue, the oldest for 122 days as of 2026-10-31"
