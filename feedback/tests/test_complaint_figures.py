"""Figures of complaints: counted by hand, stored by a job, each opening the cases behind it."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from cargo.tests.factories import make_shipment
from feedback.models import ClaimResult, Complaint, ComplaintResult, ComplaintShare
from feedback.queries.complaint_figures import _rate, read_span
from feedback.services.clocks import go_on, wait_for_customer
from feedback.services.complaint_figures import compute_complaint_figures, median_of, p90_of, renew_complaint_figures
from feedback.services.complaints import add_note, answer_complaint, assign_complaint, edit_complaint
from feedback.services.corrective import check_action, finish_action
from feedback.services.findings import record_claim, record_finding
from feedback.tests.factories import make_action, make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_zone

pytestmark = pytest.mark.django_db
MARCH = {"span": "month", "starts_on": dt.date(2026, 3, 1)}


def moment(day: int, hour: int, minute: int = 0, month: int = 3) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=port_zone())


def answer(complaint: Complaint, at: dt.datetime) -> Complaint:
    owner = make_staff()
    assigned = assign_complaint(complaint=complaint, owner=owner, at=complaint.recorded_at, by=owner)
    return answer_complaint(complaint=assigned, answer="已处理。", at=at, by=owner)


def three_cases_of_march_and_one_of_april() -> None:
    """Offices work 8:30 to 12:00 and 13:30 to 17:30; 2 March 2026 is a Monday."""
    by = make_staff()
    first = make_complaint(at=moment(2, 9), group="transport", service_item="space_supply", dimension="reliability")
    answer(first, moment(2, 11))  # 2 hours
    decided = {"liability": "ours", "cause": "process", "decision": "赔付"}
    record_finding(complaint=first, changes=decided, at=moment(2, 15), by=by)  # 3 hours and 1.5
    paid = {"paid": Decimal(600), "paid_on": dt.date(2026, 3, 12)}  # ten days after it came
    agreed = {"claimed": Decimal(1000), "currency": "USD", "agreed": Decimal(800), "agreed_on": dt.date(2026, 3, 5)}
    record_claim(complaint=first, changes=agreed | paid, by=by)

    second = make_complaint(at=moment(3, 9), group="information", service_item="space_supply")
    answer(second, moment(4, 9))  # 3 hours, 4 and a half: acknowledged too late
    record_finding(complaint=second, changes={"liability": "theirs", "cause": "process"}, at=moment(4, 9), by=by)
    record_claim(complaint=second, changes={"claimed": Decimal(500)}, by=by)

    third = make_complaint(at=moment(4, 9), group="transport")
    wait_for_customer(complaint=third, reason="照片", at=moment(4, 9, 15), by=by)
    go_on(complaint=third, at=moment(4, 9, 45), by=by)
    answer(third, moment(4, 10))  # an hour, half of it waited
    assign_complaint(complaint=third, owner=by, at=moment(5, 9), by=by)  # taken up again
    row = make_action(complaint=third)
    finish_action(corrective=row, result="", on=dt.date(2026, 3, 20), by=by)
    check_action(corrective=row, effective="no", note="仍排队", on=dt.date(2026, 3, 30), by=by)

    make_complaint(at=moment(1, 9, month=4), group="transport")
    make_shipment(handled_on=dt.date(2026, 3, 10), quantity=Decimal(1500))
    make_shipment(handled_on=dt.date(2026, 3, 11), quantity=Decimal(2500))


def compute() -> None:
    compute_complaint_figures(at=now(), by=system_user())


def test_a_month_is_counted_as_by_hand():
    three_cases_of_march_and_one_of_april()

    compute()

    march = ComplaintResult.objects.get(**MARCH, group="")
    assert (march.received, march.reopened, march.tonnes, march.shipments) == (3, 1, Decimal(4000), 2)
    assert (march.acknowledge_in_time, march.acknowledge_n) == (2, 3)
    assert (march.first_answer_in_time, march.first_answer_n) == (3, 3)
    assert (march.decision_in_time, march.decision_n) == (1, 3)  # two are not decided and long due
    assert (march.answered, march.answer_median, march.answer_p90) == (3, 120, None)  # of 30, 120 and 450 minutes
    assert (march.decided, march.decision_median) == (1, None)
    assert (march.justified, march.found, march.effective, march.checked) == (1, 2, 0, 1)
    assert list(march.shares.values_list("kind", "key", "number")) == [
        ("cause", "process", 2), ("dimension", "reliability", 1), ("service_item", "space_supply", 2),
    ]  # fmt: skip


def test_claims_are_summed_by_currency_and_never_over_them():
    three_cases_of_march_and_one_of_april()

    compute()

    found = ClaimResult.objects.filter(result__span="month", result__group="").values_list(
        "currency", "number", "claimed", "agreed", "paid", "settled", "settled_claimed", "days_to_payment", "oldest_unpaid_on"
    )
    assert list(found) == [
        ("CNY", 1, 500, 0, 0, 0, 0, None, dt.date(2026, 3, 3)),
        ("USD", 1, 1000, 800, 600, 1, 1000, 10, None),
    ]


def test_quarters_years_and_services_are_counted_beside_the_months():
    three_cases_of_march_and_one_of_april()

    compute()

    counted = ComplaintResult.objects.order_by("starts_on", "span", "group").values_list("span", "starts_on__month", "group", "received")
    assert list(counted) == [
        ("quarter", 1, "", 3), ("quarter", 1, "information", 1), ("quarter", 1, "transport", 2),
        ("year", 1, "", 4), ("year", 1, "information", 1), ("year", 1, "transport", 3),
        ("month", 3, "", 3), ("month", 3, "information", 1), ("month", 3, "transport", 2),
        ("month", 4, "", 1), ("month", 4, "transport", 1), ("quarter", 4, "", 1), ("quarter", 4, "transport", 1),
    ]  # fmt: skip


def test_a_median_needs_three_cases_and_nine_of_ten_need_ten():
    assert (median_of([5, 9]), median_of([9, 1, 5])) == (None, 5)
    assert (p90_of(list(range(1, 10))), p90_of(list(range(1, 11))), p90_of(list(range(1, 21)))) == (None, 9, 18)


def test_counted_twice_the_figures_are_the_same_and_only_changes_are_counted_anew():
    complaint = make_complaint(at=moment(2, 9))
    compute()
    compute()
    before = ComplaintResult.objects.get(**MARCH, group="")

    renew_complaint_figures(at=now(), by=system_user())
    untouched = ComplaintResult.objects.get(**MARCH, group="").pk
    edit_complaint(complaint=complaint, changes={"group": "transport"}, by=make_staff())
    renew_complaint_figures(at=now(), by=system_user())

    assert untouched == before.pk
    assert sorted(ComplaintResult.objects.filter(**MARCH).values_list("group", "received")) == [("", 1), ("transport", 1)]
    assert ComplaintShare.objects.count() == 0


def test_a_note_changes_no_figure_and_causes_no_count():
    complaint = make_complaint(at=moment(2, 9))
    compute()
    before = ComplaintResult.objects.get(**MARCH, group="").pk

    add_note(complaint=complaint, text="已致电", at=now(), by=make_staff())
    renew_complaint_figures(at=now(), by=system_user())

    assert ComplaintResult.objects.get(**MARCH, group="").pk == before


@pytest.mark.parametrize("word", ["", "2026-13", "2026-Q5", "0000", "2026-11-01", "abc", "２０２６", "2026-1"])
def test_what_is_no_period_is_none(word):
    assert read_span(word) is None


@pytest.fixture
def desk(client):
    client.force_login(make_user(Role.MANAGER, language="en"))
    client.cookies["django_language"] = "en"
    return client


def read(desk, query: str = "") -> str:
    return desk.get(f"{reverse('feedback:complaint_figures')}?{query}").content.decode()


def test_every_figure_opens_as_many_cases_as_it_counts(desk):
    three_cases_of_march_and_one_of_april()
    compute()

    html = read(desk, "period=2026-03")

    pattern = r'<th scope="row">([^<]+)</th><td[^>]*><a href="([^"]+)">([^<]+)</a></td><td[^>]*>([^<]*)</td>'
    rows = [row for row in re.findall(pattern, html) if "ledger" not in row[3] and not row[0].startswith("2026")]
    shown = [(label, int((value if label == "Received" else of).split()[0])) for label, _url, value, of in rows[:11]]
    shown += [(label, int(of.split()[0])) for label, _url, _value, of in rows[11:] if "case" in of or " of " in of]
    listed = []
    for label, url, _value, _of in rows[: len(shown)]:
        body = desk.get(url.replace("&amp;", "&")).content.decode()
        listed.append((label, len(set(re.findall(r'/feedback/complaints/(\d+)/"', body)))))
    assert [dict(shown)[label] for label in ("Received", "Acknowledged in time", "Decided in time")] == [3, 2, 1]
    assert listed == shown


def test_too_few_cases_are_said_and_never_shown_as_nothing(desk):
    make_complaint(at=moment(2, 9))
    compute()

    html = read(desk, "period=2026-03")

    cells = dict(re.findall(r'<th scope="row">([^<]+)</th><td[^>]*>(?:<a[^>]*>)?([^<]+)', html))
    few = ("Found justified: our liability, whole or shared", "Median office time to the first answer", "Per 10,000 tonnes handled")
    assert [cells[label] for label in few] == ["not enough cases"] * 3
    assert "No amount is claimed in this period." in html


def test_figures_tell_rates_of_the_ledger_with_their_basis(desk):
    three_cases_of_march_and_one_of_april()
    compute()

    html = read(desk, "period=2026-03")

    assert re.search(r"Per 10,000 tonnes handled</th><td[^>]*><a[^>]*>7.50</a></td><td[^>]*>4,000 t in the ledger by customer<", html)
    assert re.search(r"Per 1,000 shipments</th><td[^>]*><a[^>]*>1,500.00</a></td><td[^>]*>2 rows of the ledger<", html)


def test_whoever_may_not_read_complaints_sees_no_figure_of_them(client):
    client.force_login(make_user(Role.ADMIN))

    assert client.get(reverse("feedback:complaint_figures")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_needs_at_most_twelve_queries(desk, django_assert_max_num_queries, rows):
    for month in range(1, rows + 1):
        complaint = make_complaint(at=moment(2, 9, month=month))
        record_claim(complaint=complaint, changes={"claimed": Decimal(5)}, by=make_staff())
    compute()

    with django_assert_max_num_queries(12):
        read(desk)


@pytest.mark.parametrize(
    ("cases", "base", "told"), [(60_000, 17_739_738, "0.0034"), (6_000, 7_138, "0.84"), (0, 7_138, "0.00"), (6, 0, "")]
)
def test_a_small_rate_does_not_read_as_none(cases, base, told):
    assert _rate(cases, Decimal(base)) == told
