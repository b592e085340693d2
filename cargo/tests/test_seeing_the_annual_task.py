"""The board of the annual task, a class of it, and the sheet of the monthly meeting."""

import datetime as dt
import io
import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from pypdf import PdfReader

from cargo.enums import LeadStage
from cargo.models import CargoMeeting, Lead, ProjectionRun
from cargo.services.leads import move_lead
from cargo.services.meetings import hold_meeting
from cargo.services.outlooks import estimate_leads
from cargo.services.projecting import run_projection
from cargo.services.projections import open_projection
from cargo.tests.factories import load_reference, make_cargo_class, make_lead, make_months, make_targets
from cargo.views import completion as completion_views
from cargo.views import meetings as meeting_views
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.editing import EditConflict
from portcrm.paper.drawing import draw
from portcrm.paper.kinds import kind_of
from portcrm.paper.pdf import make_pdf

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)
BOARD = reverse("cargo:target_board")
A4 = (595, 842)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    cache.clear()
    load_reference()
    monkeypatch.setattr(completion_views, "port_today", lambda: TODAY)
    monkeypatch.setattr(meeting_views, "port_today", lambda: TODAY)


@pytest.fixture
def reader(client):
    user = make_user(Role.MANAGER, language="en")
    client.force_login(user)
    return user


def business(customer=None, factor: int = 1, code: str = "01", since: int = 2023, **fields):
    """The same 100 a month until 2025, and `factor` times as much in 2026."""
    steady = {f"{year}-{month:02d}": 100 for year in range(since, 2026) for month in range(1, 13)}
    make_months(steady | {f"2026-{month:02d}": 100 * factor for month in range(1, 11)}, customer=customer, cargo_class_id=code, **fields)


def project():
    return run_projection(run=open_projection(by=system_user()), today=TODAY, by=system_user())


def test_the_board_says_what_it_shows_and_every_figure_leads_to_its_rows(client, reader):
    business()
    make_targets({("01", None): 1600})
    project()

    response = client.get(BOARD)

    text = response.content.decode()
    assert response.context["finding"] == "All classes: 62.5% of the task of 2026 is done, the year heads for 75.0%"
    assert "/shipments/?cargo_class=01&amp;handled_on_after=2026-10-01&amp;handled_on_before=2026-10-31" in text
    assert "/shipments/?cargo_class=01&amp;handled_on_after=2026-01-01&amp;handled_on_before=2026-10-31" in text
    assert "Projections rest on the ledger up to 2026-10" in text


def test_the_bullets_hold_the_figures_of_the_table(client, reader):
    business()
    make_targets({("01", None): 1600, ("02", None): 50})
    project()

    data = client.get(reverse("cargo:target_bullets")).json()

    assert data["table"]["rows"] == [
        ["All classes", 1650.0, 1000.0, 1200.0, 1200.0, 1200.0, 1200.0, 450.0],
        ["Coal", 1600.0, 1000.0, 1200.0, 1200.0, 1200.0, 1200.0, 400.0],
        [data["table"]["rows"][2][0], 50.0, 0.0, None, None, None, 0.0, None],
    ]
    handled = next(series for series in data["option"]["series"] if series["name"] == "Handled")
    assert handled["data"] == [0.0, 62.5, 60.6]
    assert data["n"] == 2


def test_the_gap_is_explained_by_customers_and_open_leads(client, reader):
    fallen, risen = make_customer(name_en="Fallen Trading"), make_customer(name_en="Risen Trading")
    business(fallen, factor=0)
    business(risen, factor=3)
    make_lead(customer=risen, quantity=Decimal(700))
    move_lead(lead=make_lead(customer=risen), to=LeadStage.WON, today=TODAY, by=reader)

    unknown = client.get(BOARD).context["open_leads"]

    estimate_leads(today=TODAY, by=reader)
    context = client.get(BOARD).context

    assert [(one.customer, one.change) for one in context["movers"].losses] == [(fallen, -1000)]
    assert [(one.customer, one.now, one.before) for one in context["movers"].gains] == [(risen, 3000, 1000)]
    assert (unknown.count, unknown.quantity, unknown.expected, unknown.unweighted) == (1, 700, None, 1)
    # one lead was closed and won: (1 + ½) of (1 + 1)
    assert (context["open_leads"].expected, context["open_leads"].unweighted) == (525, 0)


@pytest.mark.parametrize(
    ("chosen", "counted"),
    [
        ("", ["anna", "bert", "out", "anna's"]),
        ("direction=inbound", ["anna", "bert", "anna's"]),
        ("manager={anna}", ["anna", "anna's"]),
        ("customer={customer}", ["anna's"]),
    ],
)
def test_the_number_of_open_leads_leads_to_just_those(client, reader, chosen, counted):
    anna, bert, customer = make_user(Role.MARKETING), make_user(Role.MARKETING), make_customer()
    leads = {
        "anna": make_lead(owner=anna),
        "bert": make_lead(owner=bert),
        "out": make_lead(direction="outbound"),
        "anna's": make_lead(owner=anna, customer=customer),
    }
    make_lead(cargo_class=make_cargo_class("02"))
    move_lead(lead=make_lead(owner=anna, customer=customer), to=LeadStage.WON, today=TODAY, by=reader)
    chosen = chosen.format(anna=anna.pk, customer=customer.pk)

    answer = client.get(f"{reverse('cargo:target_class', args=['01'])}?{chosen}")
    address = re.search(rf'href="({reverse("cargo:lead_list")}\?[^"]*)">', answer.content.decode())[1].replace("&amp;", "&")
    rows = client.get(address).context["listing"].rows

    assert answer.context["open_leads"].count == len(counted)
    assert {row.pk for row in rows} == {leads[name].pk for name in counted}


def test_a_class_shows_its_months_and_the_trial_of_both_methods(client, reader):
    business()
    make_targets({("01", month): 110 for month in range(1, 13)})
    project()

    response = client.get(reverse("cargo:target_class", args=["01"]))
    curve = client.get(reverse("cargo:target_months", args=["01"])).json()

    text = response.content.decode()
    assert "80 % of 21 past trials would have ended between 1,200 and 1,200." in text
    assert "2026-01–02" in text
    assert "2026-01–02" not in client.get(f"{reverse('cargo:target_class', args=['01'])}?spring=apart").content.decode()
    assert curve["title"] == "Coal is 100 tonnes behind its task by the end of month 10"
    assert curve["table"]["rows"][9] == ["2026-10", 1100.0, 1000.0, 1000.0, 1000.0]
    assert curve["table"]["rows"][11] == ["2026-12", 1320.0, None, 1200.0, 1200.0]


def test_a_class_that_does_not_exist_is_not_found(client, reader):
    assert client.get(reverse("cargo:target_class", args=["99"])).status_code == 404


def test_filters_that_make_no_sense_show_the_whole_port(client, reader):
    business()

    response = client.get(f"{BOARD}?year=abc&unit=kg&direction=up&manager=0&customer=x&month=77")

    assert response.status_code == 200
    assert response.context["line"].cumulative.handled == 1000


def test_what_is_looked_at_stands_beside_the_button_of_the_filters_and_is_taken_back_one_by_one(client, reader):
    customer = make_customer(name_en="Harbour Grain")
    business(customer)

    form = client.get(f"{BOARD}?year=2026&month=3&direction=&customer={customer.pk}&unit=kg").context["form"]

    assert [(chip.label, chip.text) for chip in form.chips] == [
        ("Year", "2026"), ("Up to month", "March"), ("Customer", str(customer)),
    ]  # fmt: skip
    assert form.chips[1].remove_url == f"?year=2026&direction=&customer={customer.pk}&unit=kg"
    assert client.get(BOARD).context["form"].chips == []


@pytest.mark.parametrize("classes", [1, 3])
def test_the_board_takes_the_same_questions_however_many_classes(client, reader, classes, django_assert_max_num_queries):
    for code in ("01", "02", "03")[:classes]:
        business(code=code)
        make_targets({(code, None): 100})
    project()
    client.get(BOARD)

    with django_assert_max_num_queries(24):
        client.get(BOARD)


def test_asking_for_a_projection_leaves_one_waiting(client, reader):
    client.post(reverse("cargo:project_now"))
    client.post(reverse("cargo:project_now"))

    assert ProjectionRun.objects.filter(state="waiting").count() == 1


def test_who_has_no_role_sees_nothing_of_it(client):
    client.force_login(make_user())

    assert {client.get(reverse(f"cargo:{name}")).status_code for name in ("target_board", "target_bullets", "newest_meeting")} == {403}


def test_the_meeting_holds_the_month_its_movements_and_its_leads(client, reader):
    fallen = make_customer(name_en="Fallen Trading")
    business(fallen, factor=0)
    business(make_customer(name_en="Risen Trading"), factor=2)
    won = make_lead(customer=fallen, today=dt.date(2026, 10, 1))
    move_lead(lead=won, to=LeadStage.WON, today=dt.date(2026, 10, 9), by=reader)
    lost = make_lead(today=dt.date(2026, 9, 1))
    move_lead(lead=lost, to=LeadStage.LOST, reason="price", today=dt.date(2026, 9, 30), by=reader)

    newest = client.get(reverse("cargo:newest_meeting"))
    found = client.get(newest["Location"]).context["agenda"]

    assert newest["Location"] == "/cargo/meeting/2026-10/"
    assert (found.tonnes.whole.month.handled, found.tonnes.whole.cumulative.handled) == (200, 2000)
    assert [(one.customer, one.change) for one in found.moved.losses] == [(fallen, -100)]
    assert (found.won, found.lost, found.counts) == ([won], [], {"won": 1, "lost": 0, "due": 0})


def test_the_largest_leads_stand_on_the_sheet_and_what_was_recorded_twice_is_not_lost(client, reader):
    business()
    day = dt.date(2026, 10, 9)
    leads = [make_lead(today=day, quantity=None, unit=None) for _ in range(6)] + [make_lead(today=day, quantity=Decimal(50_000))]
    for lead in leads:
        move_lead(lead=lead, to=LeadStage.LOST, reason="price", today=day, by=reader)
    Lead.objects.filter(pk=leads[0].pk).update(lost_reason="duplicate", joined_into=leads[1])

    found = client.get("/cargo/meeting/2026-10/").context["agenda"]

    assert (found.lost[0], found.counts["lost"]) == (leads[-1], 6)


def test_what_two_write_into_the_sheet_at_once_is_not_lost(reader):
    month, colleague = dt.date(2026, 10, 1), make_user(Role.MARKETING)
    hold_meeting(month=month, changes={"to_decide": "泊位安排"}, by=reader)
    hold_meeting(
        month=month, changes={"to_decide": "铁路班列", "decided": "下周走访"}, seen={"to_decide": "泊位安排", "decided": ""}, by=colleague
    )

    with pytest.raises(EditConflict):
        hold_meeting(month=month, changes={"to_decide": "堆场扩容"}, seen={"to_decide": "泊位安排"}, by=reader)

    sheet = CargoMeeting.objects.get()
    assert (sheet.to_decide, sheet.decided, sheet.changed_by) == ("铁路班列", "下周走访", colleague)


def test_the_sheet_is_written_on_the_page_and_printed_from_there(client, reader):
    business()
    address = reverse("cargo:meeting", args=["2026-10"])

    seen = client.get(address).context["form"].as_seen()
    answer = client.post(address, {"to_decide": "泊位安排", "decided": "", "seen": seen})
    page = client.get(address).content.decode()

    assert answer.status_code == 302
    assert CargoMeeting.objects.get().to_decide == "泊位安排"
    assert reverse("paper:paper_order", args=["cargo-meeting", CargoMeeting.objects.get().pk]) in page


def test_who_only_reads_writes_nothing_into_the_sheet(client):
    client.force_login(make_user(Role.AUDITOR))
    address = reverse("cargo:meeting", args=["2026-10"])

    assert client.get(address).status_code == 200
    assert client.post(address, {"to_decide": "x"}).status_code == 403
    assert CargoMeeting.objects.count() == 0


@pytest.mark.parametrize("key", ["2026-13", "1", "abc", "0001-01"])
def test_a_month_that_is_none_is_not_found(client, reader, key):
    assert client.get(reverse("cargo:meeting", args=[key])).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_sheet_of_a_full_month_is_one_page_of_a4(reader, language):
    """Seventeen classes, boxes, long names, as many leads and movements as the sheet shows, and the longest texts."""
    for number in range(1, 18):
        code = f"{number:02d}"
        customer = make_customer(
            name_zh=f"东部沿海能源物资供应链管理有限公司第{number}分公司", name_en=f"Eastern Seaboard Energy Materials Supply {number}"
        )
        boxes = {"unit_id": "box40", "form": "container", "tonnes": Decimal(1700)} if number > 13 else {}
        business(customer, factor=number % 2 * 2, code=code, since=2025, **boxes)
        make_targets({(code, None): 123456789})
        lead = make_lead(
            customer=customer,
            today=dt.date(2026, 10, 1),
            next_step="约定拜访日期并核对提单条款和堆场安排",
            next_step_on=dt.date(2026, 11, 1),
        )
        if number % 3:
            lost = {"to": LeadStage.LOST, "reason": "no_equipment"} if number % 3 == 1 else {"to": LeadStage.WON}
            move_lead(lead=lead, today=dt.date(2026, 10, 20), by=reader, **lost)
    project()
    meeting = hold_meeting(month=dt.date(2026, 10, 1), changes={"to_decide": "定" * 400, "decided": "议\n" * 8}, by=reader)

    html = draw(kind_of("cargo-meeting"), meeting, user=reader, language=language, extras=[], at=now(), in_browser=False)
    document = PdfReader(io.BytesIO(make_pdf(html)))

    assert [tuple(round(float(side)) for side in page.mediabox[2:]) for page in document.pages] == [A4]
    text = document.pages[0].extract_text().replace("\n", "")
    assert "2026-10" in text
    assert ("全部货类" if language == "zh-hans" else "All classes") in text
