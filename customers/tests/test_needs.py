"""Needs and concerns: each department's dated view, agreement in words, gaps, talking points, the tab and its form."""

import csv
import datetime as dt
import io
import uuid

import pytest
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils.translation import override

from customers.enums import CONCERNS, SERVICE_NEEDS, Matter
from customers.models import Customer, DepartmentView, TalkingPoint, ViewScore
from customers.queries.need_charts import concerns_chart, needs_radar
from customers.queries.needs import Standpoints, department_views
from customers.services.needs import Score, add_department_view
from customers.tests.factories import DAY, make_channel, make_customer, make_view
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def marketing():
    return make_department(code="a-marketing", name_zh="市场部", name_en="Marketing")


@pytest.fixture
def operations():
    return make_department(code="b-operations", name_zh="操作部", name_en="Operations")


@pytest.fixture
def keeper(marketing):
    return make_user(Role.MARKETING, name="王 经办", name_en="Wang", language="en", department=marketing)


def points(customer: Customer, day: dt.date = DAY) -> Standpoints:
    return Standpoints(customer, make_user(Role.MARKETING), day)


def test_there_are_nine_concerns_and_eight_needs_and_something_to_say_about_each():
    said = set(TalkingPoint.objects.values_list("matter", flat=True))

    assert (len(CONCERNS), len(SERVICE_NEEDS)) == (9, 8)
    assert said == set(Matter.values)


def test_a_later_view_stands_beside_the_earlier_one_and_counts(keeper, marketing):
    customer = make_customer()
    add_department_view(
        customer=customer, department=marketing, viewed_on=dt.date(2026, 1, 5), by=keeper,
        scores=[Score("schedule_punctuality", "weight", 2), Score("cargo_safety", "weight", 4, "上月破包一票")],
    )  # fmt: skip
    add_department_view(customer=customer, department=marketing, by=keeper, scores=[Score("schedule_punctuality", "weight", 5)])

    seen = points(customer, port_today())

    assert [(row.score, row.is_current) for row in seen.scores if row.matter == "schedule_punctuality"] == [(5, True), (2, False)]
    assert seen.rows[Matter.SCHEDULE_PUNCTUALITY].weight.mean == 5
    assert seen.rows[Matter.CARGO_SAFETY].weight.mean == 4  # not spoken of again: its last word stays


def test_the_database_refuses_to_change_a_view_or_a_score():
    view = make_view({"cargo_safety": 3})

    for rows, change in ((DepartmentView.objects, {"note": "x"}), (ViewScore.objects, {"score": 5})):
        with pytest.raises(InternalError), transaction.atomic():
            rows.filter(pk__isnull=False).update(**change)

    assert ViewScore.objects.get(view=view).score == 3


def test_an_older_day_shows_what_was_known_then(marketing):
    customer = make_customer()
    early, late = dt.date(2026, 3, 1), dt.date(2026, 9, 1)
    make_view({"transshipment": 2}, customer=customer, department=marketing, viewed_on=early, recorded_on=early)
    make_view({"transshipment": 5}, customer=customer, department=marketing, viewed_on=early, recorded_on=late)

    assert points(customer, dt.date(2026, 8, 31)).rows[Matter.TRANSSHIPMENT].weight.mean == 2
    assert points(customer, late).rows[Matter.TRANSSHIPMENT].weight.mean == 5
    assert points(customer, dt.date(2026, 2, 28)).views == []


def test_disagreement_is_said_in_words_the_heavier_department_first(marketing, operations):
    customer = make_customer()
    make_view({"schedule_punctuality": 2, "cargo_safety": 4}, customer=customer, department=operations)
    make_view({"schedule_punctuality": 5, "cargo_safety": 3}, customer=customer, department=marketing)

    seen = points(customer)

    assert [row.sentence for row in seen.disagreements] == ["Schedule punctuality: Marketing sees 5, Operations 2"]
    assert seen.agreement == pytest.approx(1.0)  # (1.5 + 0.5) / 2
    assert seen.agreed is False
    with override("zh-hans"):
        assert seen.disagreements[0].sentence == "航班准时：市场部 5 分、操作部 2 分"


def test_the_radar_lays_departments_over_each_other_and_says_its_finding(marketing, operations):
    customer = make_customer()
    make_view({"schedule_punctuality": 5, "cargo_safety": 3}, customer=customer, department=marketing)
    make_view({"schedule_punctuality": 2}, customer=customer, department=operations)

    chart = concerns_chart(points(customer))

    assert chart.title == "Departments differ most on Schedule punctuality: Marketing sees 5, Operations 2"
    assert chart.n == 3
    assert [line["name"] for line in chart.option["series"][0]["data"]] == ["Marketing", "Operations"]
    assert len(chart.option["radar"]["indicator"]) == 9
    assert chart.rows[5] == ["Schedule punctuality", 5, 2, "apart"]
    assert chart.rows[8] == ["Overall cargo safety", 3, None, "–"]


def test_a_need_is_held_against_what_we_deliver(marketing, operations):
    customer = make_customer()
    make_view({"edi_level": 5, "freight_rate": 3}, {"edi_level": 2, "freight_rate": 4}, customer=customer, department=marketing)
    make_view({"edi_level": 4}, {"edi_level": 2}, customer=customer, department=operations)

    seen, chart = points(customer), needs_radar(points(customer))

    assert [(row.matter, row.gap) for row in seen.shortfalls] == [("edi_level", 2.5)]
    assert chart.title == "We fall short most on EDI level: it weighs 4.5 for the customer, we deliver 2"
    assert chart.rows[6] == ["EDI level", 4.5, 2.0, 2.5]
    assert seen.rows[Matter.FREIGHT_RATE].gap == -1


def test_talking_points_come_from_the_heaviest_concerns_and_the_widest_gaps_with_their_evidence(keeper, marketing):
    customer = make_customer()
    add_department_view(
        customer=customer, department=marketing, viewed_on=DAY, by=keeper,
        scores=[
            Score("container_supply", "weight", 5, "周五订不到高箱"), Score("cost_accounting", "weight", 2),
            Score("edi_level", "weight", 4), Score("edi_level", "delivered", 1), Score("freight_rate", "weight", 5),
        ],
    )  # fmt: skip

    supply, edi = points(customer, port_today()).suggestions

    assert (supply.matter, edi.matter) == ("container_supply", "edi_level")
    assert supply.why == "Marketing sees 5. “周五订不到高箱” (2026-11-23)"
    assert supply.texts[0].startswith("Take down box types")
    assert edi.why == "EDI level: it weighs 4 for the customer, we deliver 1."
    assert supply.url == f"/customers/{customer.pk}/needs/#said-container_supply"


def test_a_talking_point_out_of_use_is_not_suggested():
    customer = make_view({"container_supply": 5}).customer
    TalkingPoint.objects.filter(matter="container_supply").update(is_active=False)

    assert [one.texts for one in points(customer).suggestions] == [[]]


def test_customers_are_found_by_the_weight_of_a_concern_in_its_last_word(marketing, operations):
    heavy, eased, other = make_customer(), make_customer(), make_customer()
    make_view({"cargo_safety": 5}, customer=heavy, department=marketing, viewed_on=dt.date(2026, 1, 1))
    make_view({"cargo_safety": 2}, customer=heavy, department=operations)
    make_view({"cargo_safety": 5}, customer=eased, department=marketing, viewed_on=dt.date(2026, 1, 1))
    make_view({"cargo_safety": 3}, customer=eased, department=marketing)
    make_view({"container_supply": 5}, {"edi_level": 5}, customer=other, department=marketing)

    assert list(Customer.objects.concerned_about("cargo_safety")) == [heavy]
    assert list(Customer.objects.concerned_about("cargo_safety", at_least=3).order_by("pk")) == [heavy, eased]
    assert list(Customer.objects.concerned_about("edi_level")) == []


def test_a_department_records_its_own_view_and_who_assigns_records_any(keeper, operations):
    customer, manager = make_customer(), make_user(Role.MANAGER)
    score = [Score("cargo_safety", "weight", 3)]

    with pytest.raises(RuleBroken, match="records its own view"):
        add_department_view(customer=customer, department=operations, scores=score, by=keeper)
    add_department_view(customer=customer, department=operations, scores=score, by=manager)

    assert list(DepartmentView.objects.values_list("department", "recorded_by")) == [(operations.pk, manager.pk)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Nothing is filled in"),
        ({"note": "x", "viewed_on": dt.date(2099, 1, 1)}, "in the future"),
        ({"scores": [Score("cargo_safety", "delivered", 3)]}, "Only a service need"),
    ],
)
def test_an_empty_view_one_to_come_and_a_delivered_concern_are_refused(keeper, marketing, fields, said):
    with pytest.raises(RuleBroken, match=said):
        add_department_view(customer=make_customer(), department=marketing, by=keeper, **fields)

    assert DepartmentView.objects.count() == 0


def test_the_same_form_sent_twice_is_one_view(keeper, marketing):
    customer, key = make_customer(), uuid.uuid4()

    first, second = (add_department_view(customer=customer, department=marketing, note="稳定", form_key=key, by=keeper) for _ in "12")

    assert first == second
    assert DepartmentView.objects.count() == 1


def test_the_form_records_what_is_filled_in_and_nothing_else(client, keeper, marketing):
    customer, channel = make_customer(), make_channel()
    client.force_login(keeper)
    typed = {
        "viewed_on": "2026-11-20", "standing": "4", "outlook": "", "channel": channel.pk, "note": "关系稳定",
        "weight_schedule_punctuality": "5", "evidence_schedule_punctuality": "两个航次延误",
        "weight_edi_level": "4", "delivered_edi_level": "2",
    }  # fmt: skip

    answer = client.post(reverse("customers:view_add", args=[customer.pk, marketing.pk]), typed)

    view = DepartmentView.objects.get()
    assert answer.url == f"/customers/{customer.pk}/?tab=needs"
    assert (view.standing, view.outlook, view.note, view.channel, view.recorded_by) == (4, None, "关系稳定", channel, keeper)
    assert list(view.scores.values_list("matter", "side", "score", "evidence")) == [
        ("schedule_punctuality", "weight", 5, "两个航次延误"),
        ("edi_level", "weight", 4, ""),
        ("edi_level", "delivered", 2, ""),
    ]


def test_the_form_keeps_what_was_typed_and_says_what_is_missing(client, keeper, marketing):
    customer = make_customer()
    client.force_login(keeper)

    answer = client.post(
        reverse("customers:view_add", args=[customer.pk, marketing.pk]),
        {"viewed_on": "2026-11-20", "evidence_cargo_safety": "破包一票", "weight_edi_level": "9"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Give the score this evidence is for." in page
    assert 'value="破包一票"' in page
    assert DepartmentView.objects.count() == 0


def test_the_form_of_another_department_is_closed(client, keeper, operations):
    client.force_login(keeper)

    answer = client.get(reverse("customers:view_add", args=[make_customer().pk, operations.pk]))

    assert answer.status_code == 403


def test_the_tab_shows_the_matrix_the_gap_and_the_evidence(client, keeper, marketing, operations):
    customer = make_customer()
    make_view({"schedule_punctuality": 5, "edi_level": 5}, {"edi_level": 2}, customer=customer, department=marketing, note="愿意放增量")
    make_view({"schedule_punctuality": 2}, customer=customer, department=operations)
    client.force_login(keeper)

    page = client.get(reverse("customers:needs_tab", args=[customer.pk])).content.decode()

    assert "Schedule punctuality: Marketing sees 5, Operations 2" in page
    assert "愿意放增量" in page
    assert 'id="said-edi_level"' in page
    assert "Record the view of Marketing" in page
    assert "Record the view of Operations" not in page


def test_the_digital_level_is_recorded_with_the_traits_and_shown_on_the_file_and_beside_the_needs(client, keeper):
    customer = make_customer()
    client.force_login(keeper)
    tabs = [reverse(f"customers:{name}", args=[customer.pk]) for name in ("file_tab", "needs_tab")]
    before = [client.get(tab).content.decode() for tab in tabs]

    answer = client.post(reverse("customers:section_edit", args=[customer.pk, "traits"]), {"digital_levels": ["edi", "portal"]})

    assert (answer.status_code, customer.traits.digital_levels) == (302, ["edi", "portal"])
    after = [client.get(tab).content.decode() for tab in tabs]
    assert [["Customer portal" in page for page in pages] for pages in (before, after)] == [[False, False], [True, True]]
    assert "EDI, Customer portal" in after[0]


def test_the_file_holds_every_score_with_its_author_and_its_taking_is_logged(client, keeper, marketing):
    customer = make_customer()
    add_department_view(
        customer=customer, department=marketing, viewed_on=DAY, by=keeper, scores=[Score("cargo_safety", "weight", 4, "=破包")]
    )
    client.force_login(keeper)

    answer = client.get(reverse("customers:needs_export", args=[customer.pk]))

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[1:] == [["Marketing", "Overall cargo safety", "Weight for the customer", "4", "2026-11-23", "'=破包", "", "Wang", "Yes"]]
    assert AuditEvent.objects.get(action="exchange.export").detail["query"] == f"customer={customer.pk}"


def test_talking_points_are_fetched_into_the_forms_of_a_visit(client, keeper):
    customer = make_view({"container_supply": 5}).customer
    client.force_login(keeper)
    address = reverse("customers:talking_points", args=[customer.pk])

    forms = [client.get(reverse(f"customers:{name}", args=[customer.pk])) for name in ("interaction_create", "follow_up_create")]
    part = client.get(address, headers={"HX-Request": "true", "HX-Target": "talking-points"}).content.decode()

    assert [f'hx-get="{address}"' in form.content.decode() for form in forms] == [True, True]
    assert "Take down box types" in part
    assert "<html" not in part


def test_the_timeline_tells_which_department_said_what(marketing):
    view = make_view({"cargo_safety": 4}, department=marketing, note="查验增多")

    (entry,) = department_views(make_user(Role.MARKETING), view.customer, None, 10)

    assert (entry.title, entry.body) == ("Marketing: its view of the customer", "查验增多\nOverall cargo safety 4")
    assert department_views(make_user(), view.customer, None, 10) == []
