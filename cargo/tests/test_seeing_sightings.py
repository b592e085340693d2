"""Where documents and flow lists name a customer: on the customer's tab, and as a list."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from cargo.models import CargoClass, Lead, Sighting
from cargo.permissions import VIEW_CANDIDATE
from cargo.tests.factories import booking, make_candidate, make_document, make_flow, make_port, stowage
from customers.models import Channel
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

    # customer, last month, both sums, classes and their names, newest rows, roles on others' rows, names decided to be the customer,
    # sightings and the names of their classes, pins of the sidebar
    with django_assert_num_queries(PERSON + 12):
        tab_of(staff, customer)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_sighting_and_with_three(staff, django_assert_num_queries, count):
    for _each in range(count):
        make_candidate()

    # rows, names of their classes, pins of the sidebar
    with django_assert_num_queries(PERSON + 3):
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


NEW = "/cargo/leads/new/"


def begun(client, sighting) -> dict:
    """What the form of a new lead begins with, without what is open."""
    form = client.get(NEW, {"sighting": sighting.pk}).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: getattr(value, "pk", value) for name, value in shown.items() if value not in (None, "")}


def test_a_row_shows_the_class_and_leads_to_a_lead_that_says_what_the_document_says(staff):
    customer = make_customer(name_zh="样品钢铁公司")
    name_in_bookings(customer, 1)
    sighting = Sighting.objects.get()
    link = f'href="{NEW}?sighting={sighting.pk}"'

    tab, listed = tab_of(staff, customer).content.decode(), staff.get(LIST).content.decode()
    shown = begun(staff, sighting)

    steel = CargoClass.objects.get(pk="04")
    cell = re.compile(rf">\s*{steel.short_en}\s*<")
    assert [(link in page, bool(cell.search(page))) for page in (tab, listed)] == [(True, True)] * 2
    assert (shown["customer"], shown["cargo_class"], shown["form"]) == (customer.pk, "04", "container")
    assert (shown["quantity"], shown["unit"], shown["direction"]) == (Decimal(25), "t", "outbound")
    assert (shown["origin"], shown["destination"]) == (make_port("CNSHG").pk, make_port("KRPUS").pk)
    assert (Channel.objects.get(pk=shown["channel"]).key, shown["source_note"]) == ("shipper_plan", sighting.reference)
    assert "party_name" not in shown


def test_saved_the_lead_belongs_to_the_customer(staff):
    customer = make_customer(name_zh="样品钢铁公司")
    name_in_bookings(customer, 1)

    staff.post(NEW, begun(staff, Sighting.objects.get()))

    lead = Lead.objects.get()
    assert (lead.customer, lead.cargo_class_id, lead.tonnes, lead.goods) == (customer, "04", Decimal(25), "HOT ROLLED COILS")


def test_what_a_sighting_does_not_say_stays_open(staff):
    customer = make_customer(name_zh="样品贸易公司")
    make_flow(company=customer.name_zh, goods="来历不明的东西", quantity=None, unit=None, origin="柳州", destination="")

    shown = begun(staff, Sighting.objects.get())

    assert [shown.get(name) for name in ("cargo_class", "quantity", "form", "goods")] == [None, None, None, "来历不明的东西"]
    assert (shown["unit"], shown["customer"]) == ("t", customer.pk)


def test_of_a_company_without_a_file_and_of_what_was_cancelled_no_lead_is_offered(staff):
    customer = make_customer(name_zh="样品钢铁公司")
    make_candidate()
    for purpose in ("9", "1"):
        make_document(content=booking(f"CN+{customer.name_zh}:1 ROAD", number="B1", purpose=purpose), name=f"purpose-{purpose}.edi")

    assert f"{NEW}?sighting=" not in staff.get(LIST).content.decode()


def test_a_lead_is_begun_only_by_whoever_records_leads_with_a_sighting_he_sees(client, staff, monkeypatch):
    customer = make_customer(name_zh="样品钢铁公司")
    name_in_bookings(customer, 1)
    key = Sighting.objects.get().pk

    missing = [staff.get(NEW, {"sighting": wrong}).status_code for wrong in ("x", "²", "9" * 30, key + 1)]
    client.force_login(make_user(Role.AUDITOR, language="en"))
    pages = [client.get(LIST).content.decode(), tab_of(client, customer).content.decode()]
    client.force_login(make_user(Role.MARKETING, language="en"))
    real = User.has_perm
    monkeypatch.setattr(User, "has_perm", lambda user, name, *rest: name != VIEW_CANDIDATE and real(user, name, *rest))
    unseen = client.get(NEW, {"sighting": key})

    assert (missing, [f"{NEW}?sighting=" in page for page in pages]) == ([404] * 4, [False, False])
    assert (unseen.status_code, b"HOT ROLLED" in unseen.content) == (404, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_however_often_the_customer_was_seen(staff, django_assert_num_queries, count):
    customer = make_customer(name_zh="样品钢铁公司")
    name_in_bookings(customer, count)

    key = Sighting.objects.first().pk

    # the sighting, its channel, the ports by name, class and unit and both countries, pins of the sidebar, and of the form customer,
    # both ports and what it offers: channels, classes, forms, kinds of trade (twice: may the first be empty?), units, colleagues
    with django_assert_num_queries(PERSON + 18):
        staff.get(NEW, {"sighting": key})
