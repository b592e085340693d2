"""Traits, assessments, terms, credit, appraisals, problems: dated, never overwritten, confirmed."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from customers.models import BusinessAssessment, CreditGrade, TransactionStatus
from customers.services import parts
from customers.tests.factories import make_assessment, make_channel, make_customer, make_rating
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.clock import port_today
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_user(Role.OPERATIONS, department=make_department(code="operations"))


def test_traits_are_made_at_the_first_edit_and_kept_as_one_row(keeper):
    customer = make_customer()

    parts.edit_traits(customer=customer, changes={"service_area": "长三角"}, seen={}, by=keeper)
    traits = parts.edit_traits(customer=customer, changes={"cargo_classes": ["03"]}, seen={"cargo_classes": []}, by=keeper)

    assert (traits.service_area, traits.cargo_classes, traits.recorded_by) == ("长三角", ["03"], keeper)


def test_a_later_assessment_stands_beside_the_earlier_one(keeper):
    customer = make_customer()
    parts.add_assessment(customer=customer, assessed_on=dt.date(2025, 6, 1), scale=2, by=keeper)
    parts.add_assessment(customer=customer, assessed_on=dt.date(2026, 6, 1), scale=4, by=keeper)

    assert list(customer.assessments.values_list("assessed_on__year", "scale", "department__code")) == [
        (2026, 4, "operations"),
        (2025, 2, "operations"),
    ]


@pytest.mark.database
def test_the_database_refuses_to_overwrite_an_assessment():
    assessment = make_assessment(scale=2)

    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        BusinessAssessment.objects.filter(pk=assessment.pk).update(scale=5)

    assessment.refresh_from_db()
    assert assessment.scale == 2


def test_an_assessment_cannot_be_dated_tomorrow(keeper):
    with pytest.raises(RuleBroken) as refusal:
        parts.add_assessment(customer=make_customer(), assessed_on=port_today() + dt.timedelta(days=1), by=keeper)

    assert refusal.value.field == "assessed_on"


@pytest.mark.parametrize(
    ("limit", "exposure", "overdue", "state"),
    [
        (None, None, None, "none"),
        (100, None, None, "good"),
        (100, 79, None, "good"),
        (100, 80, 0, "near"),
        (100, 101, None, "over"),
        (None, 1, None, "over"),
        (100, 10, 1, "overdue"),
    ],
)
def test_credit_state_follows_from_the_figures(limit, exposure, overdue, state):
    figures = [None if amount is None else Decimal(amount) for amount in (limit, exposure, overdue)]
    status = TransactionStatus(credit_limit=figures[0], credit_exposure=figures[1], overdue_amount=figures[2])

    assert status.credit_state == state


def test_more_overdue_than_owed_is_refused(keeper):
    customer = make_customer()
    parts.edit_transactions(customer=customer, changes={"credit_exposure": Decimal(100)}, seen={}, by=keeper)

    with pytest.raises(RuleBroken) as refusal:
        parts.edit_transactions(customer=customer, changes={"overdue_amount": Decimal(101)}, seen={}, by=keeper)

    assert refusal.value.field == "overdue_amount"


def test_two_editors_of_one_limit_are_shown_both_figures(keeper):
    customer = make_customer()
    parts.edit_transactions(customer=customer, changes={"credit_limit": Decimal(100)}, seen={"credit_limit": None}, by=keeper)

    with pytest.raises(EditConflict) as refusal:
        parts.edit_transactions(customer=customer, changes={"credit_limit": Decimal(200)}, seen={"credit_limit": None}, by=keeper)

    assert [(one.field, one.theirs, one.yours) for one in refusal.value.conflicts] == [("credit_limit", Decimal(100), Decimal(200))]


def test_a_grade_belongs_to_a_named_scheme_and_letters_alone_say_nothing():
    tax = make_rating(grade=CreditGrade.objects.get(scheme__key="tax", code="A"))
    registered = make_rating(grade=CreditGrade.objects.get(scheme__key="registered-long", code="A"))

    assert (tax.grade.code, tax.grade.scheme.key) == ("A", "tax")
    assert (registered.grade.code, registered.grade.scheme.key) == ("A", "registered-long")
    assert tax.grade != registered.grade


def test_confirming_a_part_says_who_and_when(keeper):
    customer = make_customer()

    parts.verify_part(customer=customer, part="basics", by=keeper)

    customer.refresh_from_db()
    assert (customer.verified_by, customer.verified_on) == (keeper, port_today())


def test_confirming_business_status_confirms_the_newest_assessment_only(keeper):
    customer = make_customer()
    old = make_assessment(customer=customer, assessed_on=dt.date(2025, 1, 1), recorded_on=dt.date(2025, 1, 1))
    new = make_assessment(customer=customer, assessed_on=dt.date(2026, 1, 1), recorded_on=dt.date(2026, 1, 1))

    parts.verify_part(customer=customer, part="business", by=keeper, on=dt.date(2026, 2, 1))

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.verified_on, new.verified_on) == (None, dt.date(2026, 2, 1))


def test_an_empty_part_cannot_be_confirmed(keeper):
    with pytest.raises(RuleBroken):
        parts.verify_part(customer=make_customer(), part="traits", by=keeper)


def test_a_problem_is_solved_once(keeper):
    problem = parts.open_problem(customer=make_customer(), title="箱源紧张", by=keeper)

    parts.solve_problem(problem=problem, solution="已协调船公司", by=keeper)
    with pytest.raises(RuleBroken):
        parts.solve_problem(problem=problem, solution="第二次", by=keeper)

    problem.refresh_from_db()
    assert (problem.solution, problem.solved_by) == ("已协调船公司", keeper)


def test_nobody_appraises_itself(keeper):
    customer = make_customer()

    with pytest.raises(RuleBroken):
        parts.add_peer_appraisal(customer=customer, peer=customer, statement="守信用", appraised_on=port_today(), by=keeper)

    assert customer.peer_appraisals.count() == 0


DATED = {
    "assessment": ({"assessed_on": "2026-06-01", "scale": "4", "rival_ports": "邻港甲"}, ["2026-06-01", "4 较高", "邻港甲"]),
    "rating": (
        {"rated_on": "2026-06-01", "rated_by": "演示评级机构", "next_review_on": "2027-06-01", "note": "按时付款"},
        ["2026-06-01", "纳税信用 – A · 年度评价90分以上", "演示评级机构", "2027-06-01", "按时付款"],
    ),
    "appraisal": (
        {"appraised_on": "2026-06-01", "peer_name": "演示同行公司", "standing": "5", "statement": "同行都说守信用"},
        ["2026-06-01", "演示同行公司", "5 很高", "同行都说守信用"],
    ),
}


@pytest.mark.parametrize(("key", "typed", "said"), [(key, *rest) for key, rest in DATED.items()], ids=list(DATED))
def test_what_is_dated_is_added_on_the_page_and_read_there_with_its_channel_and_source(client, keeper, key, typed, said):
    customer, channel = make_customer(), make_channel(name_zh="同行口述")
    client.force_login(keeper)
    grade = {"grade": CreditGrade.objects.get(scheme__key="tax", code="A").pk} if key == "rating" else {}

    answer = client.post(
        reverse("customers:dated_add", args=[customer.pk, key]),
        typed | grade | {"channel": channel.pk, "source_reference": "走访纪要第 7 号"},
    )

    assert answer.url == f"{customer.get_absolute_url()}?tab=file"
    (entry,) = entries(client, customer, key)
    assert [words for words in (*said, "同行口述", "走访纪要第 7 号", keeper.label) if words not in entry] == []


def entries(client, customer, key: str) -> list[str]:
    """The dated entries of one kind as the tab of the file shows them."""
    page = client.get(reverse("customers:file_tab", args=[customer.pk])).content.decode()
    card = re.search(rf'<section id="dated-{key}".*?</section>', page, re.DOTALL)[0]
    return re.findall(r'<article class="dated-entry">.*?</article>', card, re.DOTALL)


def test_nothing_is_confirmed_as_of_a_day_before_it_was_recorded(keeper):
    customer = make_customer(recorded_on=dt.date(2026, 2, 2))

    with pytest.raises(RuleBroken):
        parts.verify_part(customer=customer, part="basics", by=keeper, on=dt.date(2026, 2, 1))

    customer.refresh_from_db()
    assert customer.verified_on is None
