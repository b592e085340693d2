"""Two colleagues decide on the same row of a dry run: the first decision stands, the second person is told of it."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RowKind
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRun
from portcrm.exchange.queries import kind_line
from portcrm.exchange.services import choose_for_all, choose_for_row, leave_rehearsed_out, mend_rehearsed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def known() -> Customer:
    return make_customer(name_zh="上海国际港务（集团）股份有限公司", phone="old")


@pytest.fixture
def run(file, keeper, known) -> ImportRun:
    """Line 2 looks like the known firm, lines 3 and 4 are new, line 5 has no name."""
    rows = [["上海国际港务集团有限公司", "3"], ["丙公司", "4"], ["丁公司", "5"], ["", "6"]]
    return ingest("customers", file(["公司名称", "电话"], *rows), by=keeper, dry_run=True)


def decisions(run: ImportRun) -> list[tuple[str, int | None]]:
    return list(run.forecasts.order_by("row_number").values_list("choice", "choice_target"))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_second_to_decide_on_a_row_is_told_what_the_first_has_decided(run, keeper, known):
    row = run.forecasts.get(row_number=2)
    choose_for_row(run=run, row_number=2, choice="update", target=known.pk, seen=row.mark, by=keeper)

    with pytest.raises(RuleBroken) as refusal:
        choose_for_row(run=run, row_number=2, choice="skip", seen=row.mark, by=keeper)

    assert f"{known.code} {known.name_zh}" in str(refusal.value.message)
    assert decisions(run)[0] == ("update", known.pk)


def test_two_who_decide_the_same_agree(run, keeper, known):
    row = run.forecasts.get(row_number=2)
    for _person in range(2):
        choose_for_row(run=run, row_number=2, choice="update", target=known.pk, seen=row.mark, by=keeper)

    assert decisions(run)[0] == ("update", known.pk)


def test_who_has_seen_the_first_decision_may_decide_otherwise(run, keeper, known):
    choose_for_row(run=run, row_number=2, choice="update", target=known.pk, seen=run.forecasts.get(row_number=2).mark, by=keeper)

    choose_for_row(run=run, row_number=2, choice="skip", seen=run.forecasts.get(row_number=2).mark, by=keeper)

    assert decisions(run)[0] == ("skip", None)


@pytest.mark.parametrize("seen", ["", "0123456789abcdef"])
def test_nobody_decides_on_a_row_they_have_not_seen(run, keeper, seen):
    with pytest.raises(RuleBroken):
        choose_for_row(run=run, row_number=3, choice="skip", seen=seen, by=keeper)

    assert decisions(run)[1] == ("", None)


def test_a_row_that_was_mended_since_is_decided_on_anew(run, keeper):
    seen = run.forecasts.get(row_number=5).mark
    mend_rehearsed(problem=run.problems.get(row_number=5), cells={0: "戊公司"}, version=1, seen=seen, by=keeper)

    with pytest.raises(RuleBroken):
        choose_for_row(run=run, row_number=5, choice="skip", seen=seen, by=keeper)

    assert run.forecasts.values_list("kind", "choice").get(row_number=5) == ("new", "")


def test_nobody_mends_away_what_a_colleague_has_decided(run, keeper):
    problem, seen = run.problems.get(row_number=5), run.forecasts.get(row_number=5).mark
    leave_rehearsed_out(problem=problem, version=1, seen=seen, by=keeper)

    with pytest.raises(RuleBroken):
        mend_rehearsed(problem=problem, cells={0: "戊公司"}, version=1, seen=seen, by=keeper)

    problem.refresh_from_db()
    assert (decisions(run)[3], problem.raw, problem.version) == (("skip", None), ["", "6"], 1)


def test_nobody_leaves_out_a_row_for_which_a_colleague_has_chosen_a_record(run, keeper, known):
    problem, seen = run.problems.get(row_number=2), run.forecasts.get(row_number=2).mark
    choose_for_row(run=run, row_number=2, choice="update", target=known.pk, seen=seen, by=keeper)

    with pytest.raises(RuleBroken):
        leave_rehearsed_out(problem=problem, version=1, seen=seen, by=keeper)

    assert decisions(run)[0] == ("update", known.pk)


def test_a_decision_for_all_does_not_undo_what_was_decided_on_one_row_since(run, keeper):
    seen = kind_line(run, RowKind.NEW).mark
    choose_for_row(run=run, row_number=3, choice="skip", seen=run.forecasts.get(row_number=3).mark, by=keeper)

    with pytest.raises(RuleBroken) as refusal:
        choose_for_all(run=run, kind="new", choice="", seen=seen, by=keeper)

    assert str(refusal.value.message).count("1") == 1
    assert [choice for choice, _target in decisions(run)[1:3]] == ["skip", ""]


def test_the_list_of_rows_tells_the_second_person_and_keeps_the_first_decision(run, keeper, known):
    url, choose = reverse("exchange:import_rows", args=[run.pk]), reverse("exchange:row_choose", args=[run.pk])
    first, second = client_of(keeper), client_of(keeper)
    seen = next(row for row in second.get(url).context["listing"].rows if row.row_number == 2).mark
    first.post(choose, {"row": "2", "decision": f"update:{known.pk}", "seen": seen})

    answer = second.post(choose, {"row": "2", "decision": "skip", "seen": seen, "back": "kind=alike"}, follow=True)

    assert told(answer) == [
        f"Somebody else has worked on line 2 in the meantime. It is now: Looks like a known one · Update {known.code} {known.name_zh}. "
        "What you chose was not kept."
    ]
    assert answer.redirect_chain == [(f"{url}?kind=alike#row-2", 302)]
    assert decisions(run)[0] == ("update", known.pk)


def test_the_list_of_rows_tells_who_decides_for_all_what_was_decided_on_some(run, keeper):
    url = reverse("exchange:import_rows", args=[run.pk])
    first, second = client_of(keeper), client_of(keeper)
    shown = second.get(url)
    seen = next(line.mark for line in shown.context["kinds"] if line.kind == RowKind.NEW)
    row = next(row for row in shown.context["listing"].rows if row.row_number == 3)
    first.post(reverse("exchange:row_choose", args=[run.pk]), {"row": "3", "decision": "skip", "seen": row.mark})

    answer = second.post(reverse("exchange:rows_choose", args=[run.pk]), {"kind": "new", "choice": "", "seen": seen}, follow=True)

    assert told(answer) == [
        "Somebody else has decided on rows of this kind in the meantime. Decided are now: Leave out 1. What you chose was not kept."
    ]
    assert [choice for choice, _target in decisions(run)[1:3]] == ["skip", ""]


def test_the_form_of_a_row_with_problems_carries_what_was_seen(run, keeper):
    problem, client = run.problems.get(row_number=5), client_of(keeper)
    page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()
    seen = run.forecasts.get(row_number=5).mark
    leave_rehearsed_out(problem=problem, version=1, seen=seen, by=keeper)
    field = f"row{problem.pk}"
    sent = {f"{field}-version": 1, f"{field}-seen": seen, f"{field}-cell_0": "戊公司", f"{field}-cell_1": "6"}

    answer = client.post(reverse("exchange:row_mend", args=[problem.pk]), sent)

    assert f'name="{field}-seen" value="{seen}"' in page
    assert (answer.status_code, "Leave out" in answer.content.decode()) == (409, True)
    assert decisions(run)[3] == ("skip", None)
