"""Flow lists with firms to be pinned down, and notes from the media: what they open, and who may do what."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation

from cargo.imports import flows
from cargo.imports.flows import FlowImporter
from cargo.models import Candidate, FlowLine, Lead, MediaNote, Sighting
from cargo.services.deciding import accept_candidate
from cargo.services.flows import ask_for_firm, give_up_flow, pin_down_firm, record_note
from cargo.tests.factories import make_flow, make_unit
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.running import run_import
from portcrm.exchange.services import draft_again, mend_rehearsed, start

pytestmark = pytest.mark.django_db
PERSON = 1  # the user; the session lies in the cache
LIST, NOTE = "/cargo/flows/", "/cargo/media-notes/new/"
TODAY = dt.date(2026, 11, 27)


def logged_in(client, role: Role | None, language: str = "en"):
    client.force_login(make_user(role, language=language) if role else make_user(language=language))
    client.cookies["django_language"] = language
    return client


def note(**said) -> MediaNote:
    fields = {"company": "样品化工有限公司", "medium": "press", "published_on": TODAY, "outlet": "港口日报", "link": "", "text": "拟建新厂"}
    return record_note(**fields | said, today=TODAY, by=make_user())


def test_a_line_without_a_firm_waits_to_be_pinned_down():
    flow = make_flow()

    assert (flow.state, flow.company, Candidate.objects.count()) == ("open", "", 0)


def test_a_line_that_names_the_firm_opens_a_candidate_with_its_cargo():
    flow = make_flow(company="样品化肥贸易公司", quantity=Decimal(3), unit=make_unit("wt"))

    candidate = Candidate.objects.get()
    assert (flow.state, candidate.name, candidate.tonnes) == ("found", "样品化肥贸易公司", Decimal(30_000))
    assert (candidate.roles, candidate.sources) == (["trader"], ["flow_list"])
    assert Sighting.objects.get().cargo == [
        {"goods": "尿素", "loading": "柳州", "discharge": "广州", "tonnes": "30000", "cargo_class": "09"}
    ]


def test_the_teller_and_the_firm_are_found_among_the_customers():
    teller, trader = make_customer(name_zh="演示仓储公司"), make_customer(name_zh="样品化肥贸易公司")

    flow = make_flow(company="样品化肥贸易公司")

    assert (flow.told_by, Sighting.objects.get().customer, Candidate.objects.count()) == (teller, trader, 0)


def test_a_firm_is_asked_for_and_pinned_down():
    flow = make_flow()

    asked = ask_for_firm(flow=flow, whom="演示联系人 03", by=make_user())
    found = pin_down_firm(flow=flow, company="样品化肥贸易公司", by=make_user())

    assert (asked.state, asked.asked, found.state, found.asked) == ("asked", "演示联系人 03", "found", "演示联系人 03")
    assert Candidate.objects.get().tonnes == Decimal(3000)


def test_of_two_who_settle_a_line_the_first_decides():
    flow = make_flow()
    give_up_flow(flow=flow, reason="仓库不肯说", by=make_user())

    with pytest.raises(RuleBroken) as refused:
        pin_down_firm(flow=flow, company="样品化肥贸易公司", by=make_user())

    assert (str(refused.value.message), Candidate.objects.count()) == ("此条已处理：未能落实。", 0)


@pytest.mark.parametrize("settle", [
    lambda flow: ask_for_firm(flow=flow, whom=" ", by=make_user()),
    lambda flow: pin_down_firm(flow=flow, company="。", by=make_user()),
    lambda flow: give_up_flow(flow=flow, reason="", by=make_user()),
])  # fmt: skip
def test_nothing_is_settled_without_words(settle):
    flow = make_flow()

    with pytest.raises(RuleBroken):
        settle(flow)

    assert FlowLine.objects.get().state == "open"


FLOW_NAMES = ("told_by_name", "goods", "company")


@pytest.fixture
def flow_file(tmp_path):
    """A list with three firms, in portions of one row each; the last row says the first again."""
    path = tmp_path / "flows.csv"
    rows = [",".join(FLOW_NAMES), *(f"演示仓储公司,尿素,样品贸易公司 {letter}" for letter in "ABCA")]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def advisory_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_dry_run_gives_back_what_it_holds_after_each_portion(flow_file, monkeypatch):
    monkeypatch.setattr(FlowImporter, "chunk_rows", 1)
    held, original = [], flows.take_in_flows
    monkeypatch.setattr(flows, "take_in_flows", lambda **told: (held.append(advisory_locks()), original(**told))[1])

    run = ingest("flows", flow_file, {name: name for name in FLOW_NAMES}, dry_run=True, by=make_user(Role.MARKETING))

    assert (len(held), set(held)) == (4, {held[0]})
    assert (run.created, run.skipped, FlowLine.objects.count(), Candidate.objects.count()) == (3, 1, 0, 0)


def test_rows_mended_in_a_dry_run_are_given_back_one_by_one_as_well(tmp_path, monkeypatch):
    path, by = tmp_path / "flows.csv", make_user(Role.MARKETING)
    names = ("told_by_name", "goods", "quantity", "unit", "company")
    rows = ("演示仓储公司,尿素,,,样品贸易公司 A", *(f"演示仓储公司,尿素,5,斗,样品贸易公司 {letter}" for letter in "BCD"))
    path.write_text("\n".join([",".join(names), *rows]), encoding="utf-8")
    first = ingest("flows", path, {name: name for name in names}, dry_run=True, by=by)
    for line, cells in ((3, {3: "吨"}), (4, {3: "吨"}), (5, {2: "", 3: "", 4: "样品贸易公司 A"})):  # the last says what the first line says
        mend_rehearsed(problem=first.problems.get(row_number=line), cells=cells, version=1, seen="", by=by)
    held, original = [], flows.take_in_flows
    monkeypatch.setattr(flows, "take_in_flows", lambda **told: (held.append(advisory_locks()), original(**told))[1])

    again = draft_again(run=first, by=by)
    start(run=again, by=by)
    run_import(again.pk)

    again.refresh_from_db()
    assert held == [0] * 4
    assert (again.created, again.skipped, again.rejected) == (3, 1, 0)
    assert (FlowLine.objects.count(), Candidate.objects.count()) == (0, 0)


@pytest.mark.parametrize("company", ["", "样品化肥贸易公司"])
def test_more_than_any_port_handles_is_refused_with_its_row(tmp_path, company):
    path = tmp_path / "flows.csv"
    rows = ("told_by_name,goods,quantity,unit,company", f"演示仓储公司,尿素,1000000000000,万吨,{company}", "甲,煤,5,吨,")
    path.write_text("\n".join(rows), encoding="utf-8")
    names = ("told_by_name", "goods", "quantity", "unit", "company")

    run = ingest("flows", path, {name: name for name in names}, by=make_user(Role.MARKETING))

    (problem,) = run.problems.all()
    assert (run.created, problem.row_number, problem.details[0]["field"]) == (1, 2, "quantity")
    assert (FlowLine.objects.get().goods, Candidate.objects.count()) == ("煤", 0)


def test_a_line_of_earlier_days_with_too_much_is_not_pinned_down_and_says_why(staff):
    flow = make_flow()
    FlowLine.objects.update(quantity=Decimal(10**12), unit=make_unit("wt"))

    answer = staff.post(flow.get_absolute_url(), {"step": "found", "said": "SAMPLE TRADING LTD"})

    assert (answer.status_code, "more than any port handles" in answer.content.decode()) == (422, True)
    assert (FlowLine.objects.get().state, Candidate.objects.count()) == ("open", 0)


def test_the_most_that_is_taken_fits_every_sum():
    for number in range(3):
        make_flow(company="样品化肥贸易公司", quantity=Decimal(1_000_000), unit=make_unit("wt"), period=f"2026-{number}")

    assert Candidate.objects.get().tonnes == Decimal(30_000_000_000)


def test_a_firm_from_a_flow_list_becomes_a_customer_and_a_lead_through_its_channels():
    make_flow(company="样品化肥贸易公司")

    accepted = accept_candidate(candidate=Candidate.objects.get(), with_lead=True, today=TODAY, by=make_user())

    customer, lead = accepted.customer, Lead.objects.get()
    assert (customer.name_zh, customer.types, customer.channel.key) == ("样品化肥贸易公司", ["trader"], "cargo_flow")
    assert customer.source_reference == "演示仓储公司 · 尿素 · 柳州 – 广州 · 2026-10"
    assert (lead.goods, lead.tonnes, lead.origin.unlocode, lead.destination.unlocode) == ("尿素", Decimal(3000), "CNLZH", "CNCAN")


def test_a_company_in_the_news_becomes_a_candidate_and_a_customer_through_its_medium():
    note(link="https://example.com/a")

    candidate = Candidate.objects.get()
    accepted = accept_candidate(candidate=candidate, with_lead=False, today=TODAY, by=make_user())

    assert (candidate.name, candidate.roles, candidate.sources) == ("样品化工有限公司", ["mentioned"], ["media"])
    assert (accepted.customer.channel.key, accepted.customer.source_reference) == ("press", "报刊杂志 · 港口日报 · 2026-11-27")


@pytest.mark.parametrize("said", [{"text": ""}, {"company": "。"}, {"published_on": dt.date(2026, 11, 28)}])
def test_a_note_needs_a_company_evidence_and_a_day_that_has_come(said):
    with pytest.raises(RuleBroken):
        note(**said)

    assert (MediaNote.objects.count(), Candidate.objects.count()) == (0, 0)


@pytest.fixture
def staff(client):
    return logged_in(client, Role.MARKETING)


def test_a_list_is_taken_in_once_and_its_faults_are_told_row_by_row(tmp_path):
    path = tmp_path / "flows.csv"
    lines = [
        "提供单位,货名,起运地,目的地,数量,单位,期间,经营单位,备注",
        "演示仓储公司,尿素,柳州,广州,1.5,万吨,2026-10,,月均",
        "演示仓储公司,钢坯,唐山,广州,800,吨,2026-10,样品钢铁贸易公司,",
        "演示仓储公司,木材,,广州,10,车皮,2026-10,,",
        "演示仓储公司,木浆,,广州,10,,2026-10,,",
        "演示仓储公司,,,广州,,,2026-10,,",
    ]
    path.write_bytes("\n".join(lines).encode("gb18030"))

    run, again = ingest("flows", path, by=make_user()), ingest("flows", path, by=make_user())

    with translation.override("en"):
        told = [(problem.row_number, problem.messages) for problem in run.problems.order_by("row_number")]
    assert (run.created, run.skipped, again.created, again.skipped) == (2, 0, 0, 2)
    assert [row for row, _messages in told] == [4, 5, 6]
    assert [messages for _row, messages in told[:2]] == [["单位: “车皮” is no unit we know."], ["单位: A quantity needs its unit."]]
    flow, found = FlowLine.objects.order_by("pk")
    assert (flow.goods, flow.quantity, flow.unit_id, flow.note, flow.state) == ("尿素", Decimal("1.5"), "wt", "月均", "open")
    assert (found.company, found.state, Candidate.objects.get().tonnes) == ("样品钢铁贸易公司", "found", Decimal(800))


def test_pages_are_for_those_who_work_on_candidates(client):
    flow = make_flow(goods="SECRET CARGO")
    stranger = logged_in(client, None)
    paths = (LIST, NOTE, flow.get_absolute_url())
    refused = [(stranger.get(path).status_code, b"SECRET" in stranger.get(path).content) for path in paths]
    reader = logged_in(client, Role.AUDITOR)
    read = [reader.get(path).status_code for path in paths]
    tried = reader.post(flow.get_absolute_url(), {"step": "found", "said": "甲"}).status_code

    assert (refused, read, tried) == ([(403, False)] * 3, [200, 403, 200], 403)
    assert FlowLine.objects.get().state == "open"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_line_and_with_three(staff, django_assert_num_queries, count):
    for _number in range(count):
        make_flow()

    # rows, pins of the sidebar
    with django_assert_num_queries(PERSON + 2):
        staff.get(LIST)


def test_the_firm_is_pinned_down_on_the_page_of_the_line(staff):
    flow = make_flow()

    empty = staff.post(flow.get_absolute_url(), {"step": "found", "said": ""})
    staff.post(flow.get_absolute_url(), {"step": "found", "said": "SAMPLE TRADING LTD"})
    shown = staff.get(flow.get_absolute_url()).content.decode()

    assert (empty.status_code, FlowLine.objects.get().company) == (422, "SAMPLE TRADING LTD")
    assert f'href="{Candidate.objects.get().get_absolute_url()}"' in shown


def test_a_note_is_kept_once_and_leads_to_the_desk_with_a_safe_link(staff):
    form = staff.get(NOTE).context["form"]
    said = {"company": "SAMPLE CHEM LTD", "medium": "internet", "published_on": "2026-11-20", "link": "https://example.com/?a=1&b=<x>"}
    said |= {"text": "", "outlet": "", "form_key": str(form["form_key"].value())}

    answers = [staff.post(NOTE, said) for _time in range(2)]
    shown = staff.get(answers[0].url).content.decode()

    assert ([answer.status_code for answer in answers], MediaNote.objects.count()) == ([302, 302], 1)
    assert answers[0].url == Candidate.objects.get().get_absolute_url()
    assert 'rel="noopener noreferrer nofollow"' in shown
    assert "<x>" not in shown


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://", "data:text/html,x"])
def test_a_link_that_is_none_is_refused(staff, link):
    said = {"company": "SAMPLE CHEM LTD", "medium": "internet", "published_on": "2026-11-20", "link": link}

    assert (staff.post(NOTE, said).status_code, MediaNote.objects.count()) == (422, 0)
