"""Pages of published statistics: who sees them, what they say, what they cost in queries; bulletins by page and command."""

import csv
import io
import json
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from cargo.models import StatisticSeries, StatisticValue
from cargo.queries.search import find_statistics
from cargo.statistics.facts import Place, Subject
from cargo.tests.factories import load_reference, make_series
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now

pytestmark = [pytest.mark.django_db, pytest.mark.database]

PERSON = 1  # the user; the session lies in the cache
LIST, FIGURES, UPLOAD, API = "/cargo/statistics/", "/cargo/statistics/figures/", "/cargo/statistics/bulletins/new/", "/api/v1/cargo/"
BULLETIN = "2026年6月港口生产完成情况一览表\n1.演示港集装箱吞吐量 万TEU 30 5 12.5 8\n2.近港集装箱吞吐量 万TEU 3 5 1 2\n"


@pytest.fixture(autouse=True)
def _ready():
    load_reference()


def logged_in(client, role: Role | None, language: str = "en"):
    client.force_login(make_user(role, language=language) if role else make_user(language=language))
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def staff(client):
    return logged_in(client, Role.OPERATIONS)


def rows(answer) -> list:
    return list(answer.context["listing"].rows)


def test_who_has_no_role_sees_no_figure(client):
    series = make_series(source="SECRET OFFICE")
    stranger = logged_in(client, None)

    answers = [stranger.get(path) for path in (LIST, FIGURES, UPLOAD, series.get_absolute_url(), f"{series.get_absolute_url()}figures/")]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert [answer for answer in answers if b"SECRET OFFICE" in answer.content] == []


@pytest.mark.parametrize(("role", "may"), [(Role.SERVICE, False), (Role.AUDITOR, False), (Role.MARKETING, True), (Role.MANAGER, True)])
def test_some_read_and_take_nothing_in(client, role, may):
    make_series()
    person = logged_in(client, role)

    listed, asked = person.get(LIST), person.get(UPLOAD)

    assert (len(rows(listed)), UPLOAD in listed.content.decode(), asked.status_code) == (1, may, 200 if may else 403)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_series_and_with_three(staff, django_assert_num_queries, count):
    for number in range(count):
        make_series(item=f"码头{number}")

    # rows, pins of the sidebar
    with django_assert_num_queries(PERSON + 2):
        answer = staff.get(LIST)

    assert len(rows(answer)) == count


def test_the_list_shows_the_last_figure_and_marks_a_code_nobody_knows(staff):
    make_series(months={"2026-01": 100, "2026-02": 250}, place=Place("CNQQQ", "演示码头"))

    answer = staff.get(LIST, {"unknown": "true"})

    (row,) = rows(answer)
    assert (f"{row.last_period:%Y-%m}", row.last_value, row.place_label) == ("2026-02", 250, "演示码头 (CNQQQ)")
    assert "CNQQQ unknown" in answer.content.decode()


def test_series_are_found_by_place_subject_and_publisher(staff):
    wanted = make_series(place=Place("CNNGB", ""), source="演示海关")
    make_series()

    found = [rows(staff.get(LIST, {"q": words})) for words in ("演示海关", "CNNGB", "宁波 集装箱", "nowhere")]

    assert [[one.pk for one in some] for some in found] == [[wanted.pk], [wanted.pk], [wanted.pk], []]


@pytest.mark.parametrize("months", [{"2026-01": 1}, {"2026-01": 1, "2026-02": 2, "2026-03": 3}])
def test_a_series_costs_the_same_with_one_month_and_with_three(staff, django_assert_num_queries, months):
    series = make_series(months=months)

    # the series with its names, its figures, pins of the sidebar
    with django_assert_num_queries(PERSON + 3):
        staff.get(series.get_absolute_url())


def test_the_picture_says_the_last_figure_and_its_change_against_the_year_before(staff):
    series = make_series(months={"2025-02": 200, "2026-01": 100, "2026-02": 250})

    chart = json.loads(staff.get(f"{series.get_absolute_url()}figures/").content)

    assert chart["title"] == "2026-02: 250 TEU, 25.0% more than a year before"
    assert (chart["n"], chart["unit"], chart["note"]) == (3, "TEU", "演示统计局")
    assert chart["table"]["rows"] == [["2025-02", 200.0, None], ["2026-01", 100.0, None], ["2026-02", 250.0, "25.0%"]]
    assert len(rows(staff.get(chart["table"]["links"][2]))) == 1


@pytest.mark.parametrize("unit", ["percent", "ratio"])
def test_a_part_of_a_whole_is_not_compared_with_the_year_before(staff, unit):
    series = make_series(months={"2025-02": 2, "2026-02": 3}, subject=Subject.GDP, unit=unit)

    chart = json.loads(staff.get(f"{series.get_absolute_url()}figures/").content)

    assert [row[2] for row in chart["table"]["rows"]] == [None, None]


def test_what_was_said_before_a_revision_stays_on_the_page(staff):
    series = make_series(months={"2026-01": 100})
    make_series(months={"2026-01": 120})

    page = staff.get(series.get_absolute_url())

    (point,) = page.context["report"].points
    assert (point.value, [value.value for value in point.earlier]) == (120, [100])
    assert "100 TEU" in page.content.decode()
    assert [(row.revision, row.value) for row in rows(staff.get(FIGURES, {"latest": "true"}))] == [(2, 120)]


def test_figures_go_out_as_a_file_with_what_stood_in_the_source(staff):
    make_series(months={"2026-01": 100, "2026-02": 250})

    answer = staff.get(FIGURES, {"export": "csv"})

    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(line["Period"], line["Value"], line["As written"]) for line in lines] == [
        ("2026-02", "250", "250 TEU"),
        ("2026-01", "100", "100 TEU"),
    ]


def test_programs_read_series_and_figures(staff):
    series = make_series(months={"2026-01": 100, "2026-02": 250})

    listed = staff.get(f"{API}statistics/").json()["results"]
    figures = staff.get(f"{API}statistic-values/", {"series": series.pk, "latest": "true"}).json()["results"]

    assert [(one["id"], one["place"], one["last_period"], float(one["last_value"])) for one in listed] == [
        (series.pk, "CNSHG", "2026-02-01", 250.0)
    ]
    assert [(one["period"], float(one["value"])) for one in figures] == [("2026-02-01", 250.0), ("2026-01-01", 100.0)]


def test_a_bulletin_is_taken_in_by_page_with_its_remarks(staff):
    first = staff.post(UPLOAD, {"source": "演示交通厅", "text": BULLETIN})
    again = staff.post(UPLOAD, {"source": "演示交通厅", "file": SimpleUploadedFile("b.txt", BULLETIN.encode("gb18030"))})

    said = first.content.decode()
    month = StatisticSeries.objects.get(place_name="演示港", measure="period")
    assert "近港: the month (5) is more than the sum since January (3)." in said
    assert list(month.values.values_list("value", "written", "unit_written")) == [(50_000, "5", "万TEU")]
    assert (first.status_code, again.status_code, StatisticValue.objects.count()) == (200, 200, 8)
    assert [event.detail for event in AuditEvent.objects.filter(action="statistic.take_in_bulletin")] == [
        {"source": "演示交通厅", "figures": 8}
    ]


@pytest.mark.parametrize("text", ["", "今天天气很好"])
def test_what_is_no_bulletin_is_refused_on_the_page(staff, text):
    answer = staff.post(UPLOAD, {"source": "演示交通厅", "text": text})

    assert (answer.status_code, StatisticValue.objects.count()) == (422, 0)


@pytest.mark.samples
def test_the_command_takes_in_the_real_bulletins(samples, capsys):
    call_command("ingest", "bulletin", str(samples / "port_series" / "guangxi_port_bulletins_2016-06_2020-09.txt"))

    said = capsys.readouterr().out
    boxes = StatisticValue.objects.filter(series__subject="containers", series__measure="period").order_by("period", "pk")
    assert [(str(value.period), int(value.value), value.unit_written) for value in boxes] == [
        ("2016-06-01", 199_348, "TEU"),
        ("2016-06-01", 135_547, "TEU"),
        ("2020-09-01", 580_000, "万TEU"),
        ("2020-09-01", 480_000, "万TEU"),
    ]
    assert StatisticValue.objects.count() == 19 * 4
    assert set(StatisticSeries.objects.values_list("source", flat=True)) == {"guangxi port bulletins"}
    assert "万TEU" in said


def test_a_bulletin_over_the_limit_is_refused(settings, staff):
    settings.MAX_DOCUMENT_BYTES = 50

    answer = staff.post(UPLOAD, {"source": "演示交通厅", "text": BULLETIN})

    assert (answer.status_code, StatisticValue.objects.count()) == (422, 0)


def test_a_line_of_a_bulletin_that_contradicts_another_is_left_out_and_told(staff):
    twice = "2026年6月港口生产完成情况一览表\n1.演示港 万吨 30 5 1 1\n2.演示港 万吨 31 5 1 1\n"

    answer = staff.post(UPLOAD, {"source": "演示交通厅", "text": twice})

    assert "Line 3: an earlier line says 300000 for the same month; it was left out." in answer.content.decode()
    assert StatisticValue.objects.count() == 4


def test_a_bulletin_with_cells_no_column_holds_is_taken_in_without_them(staff):
    lines = "1.演示\x00港 万吨 30 5 1 1\n2.近港 亿吨 99999999999999999999 5 1 1\n3.远港 万吨 1,13 5 1 1\n"
    text = f"2026年6月港口生产完成情况一览表\n{lines}2026年1-7月港口生产完成情况一览表\n4.北港 万吨 9 9 1 1\n"

    answer = staff.post(UPLOAD, {"source": "演示交通厅", "file": SimpleUploadedFile("b.txt", text.encode())})

    said = answer.content.decode()
    assert answer.status_code == 200
    assert set(StatisticSeries.objects.values_list("place_name", flat=True)) == {"演示港"}
    assert "This line was not read: 2.近港" in said
    assert "This line was not read: 3.远港" in said
    assert "“2026年1-7月港口生产完成情况一览表” is of no single month" in said


def test_a_freight_rate_is_called_so_in_both_languages():
    series = make_series(subject=Subject.FREIGHT_RATE, unit="USD", place=Place("", "示范航线"), item="Freight rate")

    names = series.name_zh, series.name_en

    assert names == ("示范航线 · 运价 · Freight rate", "示范航线 · Freight rate · Freight rate")


def test_series_that_bore_the_english_word_are_renamed_once():
    series = make_series(subject=Subject.FREIGHT_RATE, unit="USD", place=Place("", "示范航线"), item="Freight rate")
    other = make_series(place=Place("", "Freight rate"))
    wrong = "示范航线 · Freight rate · Freight rate"
    StatisticSeries.objects.filter(pk=series.pk).update(name_zh=wrong)
    before = other.name_zh

    import_module("cargo.migrations.0040_freight_rates_in_chinese").name_in_chinese(apps, None)

    series.refresh_from_db(), other.refresh_from_db()
    assert (series.name_zh, other.name_zh) == ("示范航线 · 运价 · Freight rate", before)


def test_a_series_whose_figures_were_all_taken_back_is_listed_nowhere(staff):
    kept, gone = make_series(item="留下的"), make_series(item="撤回的")
    StatisticValue.objects.filter(series=gone).update(is_latest=False, taken_back_at=now())
    user = make_user(Role.OPERATIONS)

    listed = [row.pk for row in rows(staff.get(LIST))]
    by_program = [row["id"] for row in staff.get(f"{API}statistics/").json()["results"]]
    history = [staff.get(path).status_code for path in (f"{API}statistics/{gone.pk}/", gone.get_absolute_url())]
    by_palette = [hit.pk for hit in find_statistics(user, "演示统计局", 10)]

    assert (listed, by_program, by_palette, history) == ([kept.pk], [kept.pk], [kept.pk], [200, 200])
