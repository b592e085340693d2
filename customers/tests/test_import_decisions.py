"""Rows of a customer file that people decide on: what the dry run shows, what they choose, what the import then does."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.enums import CareChangeKind
from customers.models import CareChange, Customer
from customers.tests.factories import make_customer, make_follow_up
from customers.tests.test_importing_customers import counts
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RowKind, RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import Forecast, ImportProblem, ImportRun
from portcrm.exchange.queries import kind_line
from portcrm.exchange.running import run_import
from portcrm.exchange.services import choose_for_all, choose_for_row, import_rehearsed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
PAGE_QUERIES = 14


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


def rehearse(path, by) -> ImportRun:
    return ingest("customers", path, by=by, dry_run=True)


def import_it(rehearsal: ImportRun, by) -> ImportRun:
    run = import_rehearsed(run=rehearsal, by=by)
    run_import(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def foreseen(run: ImportRun) -> list[tuple[int, str, int | None, list[int]]]:
    return list(run.forecasts.order_by("row_number").values_list("row_number", "kind", "target", "alike"))


def mark_of(run: ImportRun, line: int) -> str:
    """The row as somebody sees it now."""
    return run.forecasts.get(row_number=line).mark


def mark_of_kind(run: ImportRun, kind: str) -> str:
    return kind_line(run, RowKind(kind)).mark


def make_known() -> tuple[Customer, Customer, Customer]:
    """Known by name, known and complete, and known under a name that is only alike."""
    return (
        make_customer(name_zh="甲（集团）公司"),
        make_customer(name_zh="乙公司", phone="2"),
        make_customer(name_zh="上海国际港务（集团）股份有限公司", phone="old"),
    )


def five_rows(file):
    return file(
        ["公司名称", "电话"],
        ["甲(集团)公司", "1"],
        ["乙公司", "2"],
        ["上海国际港务集团有限公司", "3"],
        ["丙公司", "4"],
        ["", "5"],
    )


def test_a_dry_run_says_of_each_row_what_would_become_of_it(file, keeper):
    named, same, alike = make_known()

    run = rehearse(five_rows(file), keeper)

    assert foreseen(run) == [
        (2, "update", named.pk, []),
        (3, "same", same.pk, []),
        (4, "alike", alike.pk, [alike.pk]),
        (5, "new", None, []),
        (6, "fault", None, []),
    ]
    first = run.forecasts.get(row_number=2)
    assert (first.label, first.changes) == (
        "甲(集团)公司 · 1",
        {"name_zh": ["甲（集团）公司", "甲(集团)公司"], "phone": ["", "1"]},
    )
    assert Customer.objects.count() == 3


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ({"name_zh": "青岛中外运有限公司"}, "中外运（青岛）有限责任公司"),
        ({"name_zh": "远洋物流股份有限公司"}, "远洋物流公司"),
        ({"name_en": "Atlantic Trading & Marketing Inc"}, "ATLANTIC TRDG & MKTG"),
        ({"name_en": "Dow Chemical Company"}, "DOW CHEMICAL CO., THE"),
        ({"name_zh": "海通公司", "name_en": "Haitong Logistics Co., Ltd."}, "HAITONG LOGISTICS"),
    ],
)
def test_a_name_that_is_alike_is_never_taken_for_the_same_firm_silently(file, keeper, stored, written):
    known = make_customer(phone="1", **stored)

    run = ingest("customers", file(["公司名称", "电话"], [written, "2"]), by=keeper)

    problem = ImportProblem.objects.get()
    assert counts(run) == {"created": 0, "updated": 0, "skipped": 0, "rejected": 1}
    assert (problem.alike, problem.details[0]["column"]) == ([known.pk], "公司名称")
    assert problem.details[0]["message"]["zh"].startswith("名称与")
    assert list(Customer.objects.values_list("phone", flat=True)) == ["1"]


def test_an_english_name_alone_finds_the_file_that_has_both_names(file, keeper):
    known = make_customer(name_zh="溯舟远洋物流有限公司", name_en="Suzhou Ocean Logistics Ltd")

    run = ingest("customers", file(["company", "tel"], ["Suzhou Ocean Logistics Ltd", "7"]), by=keeper)

    known.refresh_from_db()
    assert (counts(run)["updated"], known.phone, known.name_zh) == (1, "7", "溯舟远洋物流有限公司")


def test_a_name_alike_with_another_credit_code_is_another_firm(file, keeper):
    make_customer(name_zh="远洋物流股份有限公司", credit_code="91350100M000100Y43")

    run = ingest("customers", file(["公司名称", "信用代码"], ["远洋物流有限公司", "91110105771583283D"]), by=keeper)

    assert (counts(run)["created"], Customer.objects.count()) == (1, 2)


def test_several_files_of_one_name_are_asked_about(file, keeper):
    files = [make_customer(name_zh="同名公司", credit_code=code) for code in ("91350100M000100Y43", "91110105771583283D")]

    ingest("customers", file(["公司名称", "电话"], ["同名公司", "5"]), by=keeper)

    assert ImportProblem.objects.get().alike == [one.pk for one in files]


def test_rows_that_are_alike_among_themselves_are_asked_about(file, keeper):
    path = file(["公司名称", "电话"], ["远洋物流有限公司", "1"], ["远洋物流股份有限公司", "2"])

    run = rehearse(path, keeper)

    assert foreseen(run) == [(2, "new", None, []), (3, "alike", None, [])]


def test_a_firm_that_was_merged_into_another_leads_there(file, keeper):
    kept = make_customer(name_zh="新名公司")
    make_customer(name_zh="旧名公司", code="C900001", credit_code="91350100M000100Y43", merged_into=kept)
    path = file(["客户编号", "公司名称", "信用代码", "电话", "地址"], ["", "旧名公司", "", "1", ""], ["C900001", "", "", "", "新址"])

    run = ingest("customers", path, by=keeper)

    kept.refresh_from_db()
    assert (counts(run), kept.phone, kept.address_zh) == ({"created": 0, "updated": 1, "skipped": 1, "rejected": 0}, "1", "新址")


def test_choices_are_heeded_by_the_import(file, keeper):
    named, same, alike = make_known()
    run = rehearse(five_rows(file), keeper)
    choose_for_row(run=run, row_number=2, choice="create", seen=mark_of(run, 2), by=keeper)
    choose_for_row(run=run, row_number=4, choice="update", target=alike.pk, seen=mark_of(run, 4), by=keeper)
    choose_for_row(run=run, row_number=5, choice="skip", seen=mark_of(run, 5), by=keeper)
    choose_for_row(run=run, row_number=6, choice="skip", seen=mark_of(run, 6), by=keeper)

    earnest = import_it(run, keeper)

    alike.refresh_from_db()
    named.refresh_from_db()
    assert counts(earnest) == {"created": 1, "updated": 1, "skipped": 3, "rejected": 0}
    assert (alike.phone, alike.name_zh) == ("3", "上海国际港务（集团）股份有限公司")
    assert (named.phone, Customer.objects.filter(name_zh="甲(集团)公司", phone="1").count()) == ("", 1)
    assert not Customer.objects.filter(name_zh="丙公司").exists()


def test_rows_alike_are_put_aside_where_nobody_has_decided(file, keeper):
    alike = make_known()[2]

    earnest = import_it(rehearse(five_rows(file), keeper), keeper)

    assert (counts(earnest)["rejected"], alike.phone) == (2, "old")
    assert list(ImportProblem.objects.filter(run=earnest).order_by("row_number").values_list("row_number", "alike")) == [
        (4, [alike.pk]),
        (6, None),
    ]


def test_one_decision_for_all_rows_of_a_kind(file, keeper):
    make_known()
    twins = [make_customer(name_zh="远洋物流股份有限公司"), make_customer(name_zh="远洋物流有限责任公司")]
    path = file(["公司名称", "电话"], ["上海国际港务集团有限公司", "3"], ["远洋物流公司", "4"], ["丙公司", "5"])
    run = rehearse(path, keeper)

    updated = choose_for_all(run=run, kind="alike", choice="update", seen=mark_of_kind(run, "alike"), by=keeper)
    skipped = choose_for_all(run=run, kind="new", choice="skip", seen=mark_of_kind(run, "new"), by=keeper)

    decided = dict(run.forecasts.values_list("row_number", "choice"))
    assert (updated, skipped, decided) == (1, 1, {2: "update", 3: "", 4: "skip"})
    assert run.forecasts.get(row_number=3).alike == [one.pk for one in twins]


def test_a_row_that_means_another_row_of_the_file_completes_that_one(file, keeper):
    run = rehearse(file(["公司名称", "电话", "邮箱"], ["远洋物流有限公司", "1", ""], ["远洋物流公司", "", "a@example.invalid"]), keeper)
    choose_for_row(run=run, row_number=3, choice="update", seen=mark_of(run, 3), by=keeper)

    earnest = import_it(run, keeper)

    assert counts(earnest) == {"created": 1, "updated": 0, "skipped": 1, "rejected": 0}
    assert list(Customer.objects.values_list("name_zh", "phone", "email")) == [("远洋物流有限公司", "1", "a@example.invalid")]


def test_what_was_imported_is_decided_no_more(file, keeper):
    run = rehearse(file(["公司名称"], ["丙公司"]), keeper)
    import_it(run, keeper)

    with pytest.raises(RuleBroken) as refusal:
        choose_for_row(run=run, row_number=2, choice="skip", seen=mark_of(run, 2), by=keeper)

    assert str(refusal.value.message) in {"这次试导入已经正式导入。", "This dry run has been imported already."}


def test_a_row_is_not_updated_into_a_file_it_does_not_look_like(file, keeper):
    make_known()
    stranger = make_customer(name_zh="毫不相干公司")
    run = rehearse(five_rows(file), keeper)

    with pytest.raises(RuleBroken):
        choose_for_row(run=run, row_number=4, choice="update", target=stranger.pk, seen=mark_of(run, 4), by=keeper)

    assert run.forecasts.get(row_number=4).choice == ""


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_of_rows_shows_filters_and_keeps_decisions(file, keeper):
    named, _same, alike = make_known()
    run, client = rehearse(five_rows(file), keeper), client_of(keeper)
    url = reverse("exchange:import_rows", args=[run.pk])

    every, only = client.get(url).content.decode(), client.get(f"{url}?kind=alike").content.decode()
    answer = client.post(
        reverse("exchange:row_choose", args=[run.pk]),
        {"row": "4", "decision": f"update:{alike.pk}", "back": "kind=alike", "seen": mark_of(run, 4)},
    )
    client.post(reverse("exchange:rows_choose", args=[run.pk]), {"kind": "new", "choice": "skip", "seen": mark_of_kind(run, "new")})

    assert "<ins>1</ins>" in every
    assert named.get_absolute_url() in every
    assert "上海国际港务集团有限公司 · 3" in only
    assert "丙公司" not in only
    assert answer.url == f"{url}?kind=alike#row-4"
    assert list(run.forecasts.order_by("row_number").values_list("choice", "choice_target")) == [
        ("", None),
        ("", None),
        ("update", alike.pk),
        ("skip", None),
        ("", None),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_rows_needs_the_same_queries_for_any_number_of_rows(file, keeper, count, django_assert_max_num_queries):
    make_customer(name_zh="远洋物流股份有限公司")
    rows = [["远洋物流公司", "1"]] * count + [[f"公司{number}", "1"] for number in range(count)]
    run, client = rehearse(file(["公司名称", "电话"], *rows), keeper), client_of(keeper)
    url = reverse("exchange:import_rows", args=[run.pk])
    client.get(url)

    with django_assert_max_num_queries(PAGE_QUERIES):
        response = client.get(url)

    assert len(response.context["listing"].rows) == 2 * count


def test_rows_of_somebody_elses_dry_run_are_not_found(file, keeper):
    run = rehearse(file(["公司名称"], ["秘密公司"]), keeper)
    stranger = client_of(make_user(Role.MARKETING))

    shown = stranger.get(reverse("exchange:import_rows", args=[run.pk]))
    chosen = stranger.post(reverse("exchange:row_choose", args=[run.pk]), {"row": "2", "decision": "skip"})

    assert (shown.status_code, chosen.status_code) == (404, 404)
    assert "秘密公司" not in shown.content.decode()
    assert Forecast.objects.get().choice == ""


def test_new_customers_come_into_somebodys_care_or_into_the_pool(file):
    manager = make_user(Role.MANAGER)
    colleague = make_user(Role.MARKETING, name="演示同事 07", department=make_department())
    path = file(["公司名称", "客户经理"], ["甲公司", "演示同事 07"], ["乙公司", ""], ["丙公司", "公海"], ["丁公司", colleague.email])

    run = ingest("customers", path, by=manager)

    assert counts(run)["created"] == 4
    assert dict(Customer.objects.values_list("name_zh", "account_manager")) == {
        "甲公司": colleague.pk,
        "乙公司": None,
        "丙公司": None,
        "丁公司": colleague.pk,
    }
    assert set(Customer.objects.filter(account_manager=colleague).values_list("department", flat=True)) == {colleague.department_id}


def test_known_customers_change_hands_with_their_follow_ups_and_a_record(file):
    manager, giver, taker = make_user(Role.MANAGER), make_user(Role.MARKETING), make_user(Role.MARKETING)
    handed, pooled = make_customer(name_zh="甲公司", account_manager=giver), make_customer(name_zh="乙公司", account_manager=giver)
    follow_up = make_follow_up(customer=handed, owner=giver)
    path = file(["公司名称", "客户经理"], ["甲公司", taker.email], ["乙公司", "pool"])

    run = ingest("customers", path, by=manager)

    for row in (handed, pooled, follow_up):
        row.refresh_from_db()
    assert (counts(run)["updated"], handed.account_manager, pooled.account_manager, follow_up.owner) == (2, taker, None, taker)
    assert list(CareChange.objects.order_by("customer").values_list("kind", "from_manager", "to_manager", "follow_ups")) == [
        (CareChangeKind.ASSIGNED, giver.pk, taker.pk, 1),
        (CareChangeKind.ASSIGNED, giver.pk, None, 0),
    ]


def test_who_does_not_assign_customers_names_nobody_but_themselves_and_only_for_new_files(file, keeper):
    colleague = make_user(Role.MARKETING)
    make_customer(name_zh="已有公司", account_manager=colleague)
    make_customer(name_zh="同值公司", account_manager=colleague)
    path = file(
        ["公司名称", "客户经理"],
        ["新公司一", keeper.email],
        ["新公司二", colleague.email],
        ["已有公司", keeper.email],
        ["同值公司", colleague.email],
        ["新公司三", "nobody@portcrm.invalid"],
    )

    run = ingest("customers", path, by=keeper)

    assert counts(run) == {"created": 1, "updated": 0, "skipped": 1, "rejected": 3}
    assert list(Customer.objects.filter(account_manager=keeper).values_list("name_zh", flat=True)) == ["新公司一"]
    assert list(run.problems.order_by("row_number").values_list("row_number", flat=True)) == [3, 4, 6]


def test_nobody_takes_more_new_customers_than_the_limit(file, keeper, settings):
    settings.POOL_LIMIT = 2
    make_customer(account_manager=keeper)
    path = file(["公司名称", "客户经理"], ["甲公司", keeper.email], ["乙公司", keeper.email])

    run = ingest("customers", path, by=keeper)

    assert (counts(run)["created"], counts(run)["rejected"]) == (1, 1)


def test_a_key_account_does_not_go_into_the_pool_by_import(file):
    manager, giver = make_user(Role.MANAGER), make_user(Role.MARKETING)
    key = make_customer(name_zh="大客户公司", account_manager=giver, is_key_account=True)

    run = ingest("customers", file(["公司名称", "客户经理"], ["大客户公司", "公海"]), by=manager)

    key.refresh_from_db()
    assert (counts(run)["rejected"], key.account_manager) == (1, giver)


def test_an_interrupted_dry_run_tells_each_row_once(file, keeper):
    run = rehearse(file(["公司名称"], ["甲公司"], ["乙公司"]), keeper)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.WAITING, claim=None)
    Forecast.objects.all().delete()

    run_import(run.pk)

    assert foreseen(run) == [(2, "new", None, []), (3, "new", None, [])]


def test_who_may_not_see_a_customer_reads_nothing_of_it_among_the_rows_of_an_import(file, keeper):
    known = make_customer(name_zh="甲公司", phone="021-11111111")
    run = rehearse(file(["公司名称", "电话"], ["甲公司", "021-22222222"]), keeper)
    url = reverse("exchange:import_rows", args=[run.pk])

    own, others = (client_of(who).get(url).content.decode() for who in (keeper, make_user(Role.ADMIN, language="en")))

    assert ("021-11111111" in own, known.get_absolute_url() in own) == (True, True)
    assert ("021-11111111" in others, known.get_absolute_url() in others, "甲公司 · 021-22222222" in others) == (False, False, True)
