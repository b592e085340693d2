"""Where documents and flow lists name a customer: on the customer's tab, and as a list."""

from decimal import Decimal

import pytest
from django.urls import reverse

from cargo.permissions import VIEW_CANDIDATE
from cargo.tests.factories import booking, make_candidate, make_document, make_flow, stowage
from customers.tests.factories import make_customer
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
PERSON = 1  # the user; the session lies in the cache
LIST = "/cargo/sightings/"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.MARKETING, language="en"))
    client.cookies["django_language"] = "en"
    return client


def tab_of(client, customer):
    return client.get(reverse("cargo:customer_cargo", args=[customer.pk]))


def name_in_bookings(customer, count: int, **said) -> None:
    for number in range(count):
        content = booking(f"CN+{customer.name_zh}:1 HARBOUR ROAD", number=f"B{number}", **said)
        make_document(content=content, name=f"booking-{number}.edi")


def test_the_tab_shows_where_documents_and_flow_lists_name_the_customer(staff):
    customer = make_customer(name_zh="样品化肥贸易公司")
    make_customer(name_zh="样品钢铁公司")
    name_in_bookings(customer, 1, goods="UREA IN BAGS", kg=25_000)
    make_flow(company="样品化肥贸易公司", told_by_name="演示仓储公司", quantity=Decimal(400))
    make_document(content=booking("CN+样品钢铁公司:2 HARBOUR ROAD", number="B99", goods="STEEL OF OTHERS"), name="others.edi")

    answer = tab_of(staff, customer)

    seen = answer.context["cargo"].seen
    assert [(one.source_name, one.role_labels, one.goods, one.tonnes, one.teu) for one in seen] == [
        ("演示仓储公司", ["Trading firm"], "尿素", Decimal(400), 0),
        ("booking-0.edi", ["Consignee"], "UREA IN BAGS", Decimal(25), Decimal(1)),
    ]
    html = answer.content.decode()
    assert [word for word in ("booking-0.edi</a>", "演示仓储公司</a>", "UREA IN BAGS") if word not in html] == []
    assert [word for word in ("others.edi", "STEEL OF OTHERS", "All sightings") if word in html] == []


def test_the_newest_ten_are_shown_with_a_way_to_the_rest(staff):
    customer = make_customer(name_zh="样品化肥贸易公司")
    name_in_bookings(customer, 11)

    answer = tab_of(staff, customer)
    rest = staff.get(LIST, {"customer": customer.pk})

    assert [one.source_name for one in answer.context["cargo"].seen] == [f"booking-{number}.edi" for number in range(10, 0, -1)]
    assert f'href="{LIST}?customer={customer.pk}"' in answer.content.decode()
    assert len(rest.context["listing"].rows) == 11


def test_whoever_may_not_see_candidates_sees_no_sighting_on_the_tab(client, monkeypatch):
    customer = make_customer(name_zh="样品化肥贸易公司")
    name_in_bookings(customer, 1)
    real = User.has_perm
    monkeypatch.setattr(User, "has_perm", lambda user, name, *rest: name != VIEW_CANDIDATE and real(user, name, *rest))
    client.force_login(make_user(Role.MARKETING))

    answer = tab_of(client, customer)

    assert (answer.status_code, answer.context["cargo"].seen, b"booking-0.edi" in answer.content) == (200, [], False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_tab_costs_the_same_with_one_sighting_and_with_three(staff, django_assert_num_queries, count):
    customer = make_customer(name_zh="样品化肥贸易公司")
    name_in_bookings(customer, count)

    # customer, last month, both sums, classes and their names, newest rows, roles on others' rows, sightings, pins of the sidebar
    with django_assert_num_queries(PERSON + 11):
        tab_of(staff, customer)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_sighting_and_with_three(staff, django_assert_num_queries, count):
    for _each in range(count):
        make_candidate()

    # rows, pins of the sidebar
    with django_assert_num_queries(PERSON + 2):
        staff.get(LIST)


def test_the_list_is_narrowed_to_a_source_and_to_what_still_counts(staff):
    customer = make_customer(name_zh="样品化肥贸易公司")
    make_document(content=booking(f"CN+{customer.name_zh}:1 ROAD", number="B1"), name="first.edi")
    make_document(content=booking(f"CN+{customer.name_zh}:1 ROAD", number="B1", purpose="1"), name="cancelled.edi")
    make_flow(company="样品化肥贸易公司")

    def found(query: str) -> list[str]:
        return [row.source_name for row in staff.get(f"{LIST}?{query}").context["listing"].rows]

    assert (found("source=booking"), found("source=flow_list"), found("valid=true")) == (["first.edi"], ["演示仓储公司"], ["演示仓储公司"])


def test_a_stranger_sees_no_list(client):
    make_document(content=stowage("CSQU3054383"))
    client.force_login(make_user())

    assert client.get(LIST).status_code == 403
