"""What a ledger row is made of: laden and empty boxes, items of the cost, and the firms in their roles."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from cargo.models import MonthlyRollup, Shipment, ShipmentParty
from cargo.queries.reconcile import reconcile
from cargo.queries.roles import roles_of
from cargo.services.ledger import correct_shipment, record_shipments
from cargo.services.staging import told_parties
from cargo.tests.factories import load_reference, make_line, make_shipment
from customers.models import Customer
from customers.services.merging import merge_customers
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HEAD = "customer,date,class,direction,qty,unit"


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()
    make_customer(code="C000777", name_zh="演示能源有限公司", name_en="DEMO ENERGY CO")


def take_in(folder: Path, *lines: str, **options):
    path = folder / "cargo.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ingest("shipments", path, by=make_user(), **options)


def problems(run) -> list[tuple[int, str]]:
    with translation.override("en"):
        return [(problem.row_number, message) for problem in run.problems.order_by("row_number") for message in problem.messages]


def test_laden_and_empty_are_what_the_file_says_and_else_unknown(tmp_path):
    run = take_in(
        tmp_path,
        f"{HEAD},tonnes,teu,teu_laden,teu_empty",
        "C000777,2026-03-01,17,out,10,40HC,90,,,",  # 20 TEU, nobody said which are laden
        "C000777,2026-03-02,17,out,10,40HC,90,,0,20",
        "C000777,2026-03-03,17,out,10,40HC,90,,14,",
        "C000777,2026-03-04,17,out,10,40HC,90,,,2",
        "C000777,2026-03-05,17,out,100,t,,,3,4",
    )

    assert problems(run) == []
    assert list(Shipment.objects.order_by("handled_on").values_list("teu", "teu_laden", "teu_empty")) == [
        (20, None, None),
        (20, 0, 20),
        (20, 14, 6),
        (20, 18, 2),
        (7, 3, 4),
    ]


def test_teu_that_cannot_be_are_handed_back_with_the_reason(tmp_path):
    run = take_in(
        tmp_path,
        f"{HEAD},form,tonnes,teu,teu_laden,teu_empty",
        "C000777,2026-03-01,17,out,10,40HC,,90,20,15,4",
        "C000777,2026-03-02,17,out,10,40HC,,90,,21,",
        "C000777,2026-03-03,02,in,100,t,liquid_bulk,,5,,",
        "C000777,2026-03-04,01,in,100,t,,,5,,",
        "C000777,2026-03-05,04,in,100,t,break_bulk,,,1,1",
        "C000777,2026-03-06,17,out,1,40HC,,-3,,,",
        "C000777,2026-03-07,17,out,1,40HC,,3,,-1,",
        "C000777,2026-03-08,01,in,100,t,,,0,,",
    )

    without = "teu: TEU without containers: cargo of this form has none. Write “container”, or leave the TEU empty."
    negative = "A quantity is never negative; what was wrong is corrected in the ledger."
    assert problems(run) == [
        (2, "teu_laden: Laden and empty TEU do not add up to the TEU."),
        (3, "teu_laden: There are more laden or empty TEU than TEU."),
        (4, without),
        (5, without),
        (6, without),
        (7, f"tonnes: {negative}"),
        (8, f"teu_laden: {negative}"),
    ]
    assert Shipment.objects.get().teu == 0


def test_ten_thousands_of_tonnes_beside_tonnes_are_each_read_by_their_own_row(tmp_path):
    take_in(
        tmp_path,
        HEAD,
        "C000777,2026-03-01,01,in,1.25,万吨",
        "C000777,2026-03-02,01,in,1250,吨",
        "C000777,2026-03-03,01,in,0.5,万吨",
    )

    assert list(Shipment.objects.order_by("handled_on").values_list("quantity", "unit", "tonnes")) == [
        (Decimal("1.25"), "wt", 12500),
        (1250, "t", 1250),
        (Decimal("0.5"), "wt", 5000),
    ]
    assert sorted(MonthlyRollup.objects.values_list("unit", "quantity", "tonnes")) == [("t", 1250, 1250), ("wt", Decimal("1.75"), 17500)]


def test_cost_items_add_up_to_the_cost_or_are_handed_back(tmp_path):
    run = take_in(
        tmp_path,
        f"{HEAD},cost,装卸费,cost_storage,短驳,拖轮,免堆,减让,其他成本,currency,rate",
        "C000777,2026-03-01,02,in,10,t,,60.10,20,5,4,3,-2,1,,",
        "C000777,2026-03-02,02,in,10,t,80,60,20,,,,,,,",
        "C000777,2026-03-03,02,in,10,t,81,60,20,,,,,,,",
        "C000777,2026-03-04,02,in,10,t,90,,,,,,,,,",
        "C000777,2026-03-05,02,in,10,t,,0.01,0.01,0.01,,,,,USD,7.4444",
    )

    assert problems(run) == [(4, "cost: The cost items do not add up to the cost.")]
    split, both, whole, dollars = Shipment.objects.order_by("handled_on")
    assert (split.cost, split.cost_handling, split.cost_concessions, split.cost_other) == (Decimal("91.10"), Decimal("60.10"), -2, 1)
    assert (both.cost, both.cost_items) == (80, [(both.cost_items[0][0], 60), (both.cost_items[1][0], 20)])
    assert (whole.cost, whole.cost_items) == (90, [])
    # three cents of a dollar are 22.33 fen; each alone would be 7
    assert (dollars.cost, sum(amount for _label, amount in dollars.cost_items)) == (Decimal("0.22"), Decimal("0.22"))
    assert reconcile().agrees


@pytest.mark.parametrize(
    "wrong",
    [
        {"cost": Decimal(600), "cost_handling": Decimal(599)},
        {"cost": None, "cost_handling": Decimal(5)},
        {"teu": Decimal(4), "teu_laden": Decimal(4)},
        {"teu": Decimal(4), "teu_laden": Decimal(5), "teu_empty": Decimal(-1)},
        {"teu": Decimal(4), "teu_laden": Decimal(1), "teu_empty": Decimal(1)},
    ],
)
def test_the_database_refuses_parts_that_do_not_add_up(wrong):
    line = make_line(customer_id=make_customer().pk, **wrong)

    with pytest.raises(IntegrityError), transaction.atomic():
        record_shipments(lines=[line], by=system_user())


def test_firms_are_found_in_their_roles_and_unknown_ones_are_decided_on_like_customers(tmp_path):
    line, payer = make_customer(name_en="Demo Line"), make_customer(code="C000555")
    head = f"{HEAD},forwarder,船公司,付款方,unknown_customers"

    run = take_in(
        tmp_path,
        head,
        "C000777,2026-03-01,02,in,10,t,,demo  line,C000555,",
        "C000777,2026-03-02,02,in,10,t,Nobody Forwarding,Demo Line,,",
        "C000777,2026-03-03,02,in,10,t,New Forwarding,Demo Line,,open",
    )

    assert problems(run) == [(3, "forwarder: There is no customer file with this code or name.")]
    opened = Customer.objects.get(name_en="New Forwarding")
    assert list(ShipmentParty.objects.order_by("shipment__handled_on", "role").values_list("role", "customer")) == [
        ("carrier", line.pk),
        ("payer", payer.pk),
        ("carrier", line.pk),
        ("forwarder", opened.pk),
    ]


def test_the_same_file_again_adds_no_role(tmp_path):
    make_customer(name_en="Demo Line")
    lines = (f"{HEAD},carrier", "C000777,2026-03-01,02,in,10,t,Demo Line", "C000777,2026-03-01,02,in,10,t,Demo Line")

    runs = [take_in(tmp_path, *lines) for _ in range(2)]

    assert ([run.created for run in runs], ShipmentParty.objects.count()) == ([2, 0], 2)


def test_a_correction_carries_roles_and_fitting_parts_over():
    payer = make_customer()
    parties = told_parties({"payer": payer.pk})
    row = make_shipment(cost=Decimal(600), cost_handling=Decimal(600), parties=parties)

    same_cost = correct_shipment(shipment=row, reason="磅单", quantity=Decimal(90), tonnes=Decimal(90), by=make_user())
    other_cost = correct_shipment(shipment=same_cost, reason="对账", cost=Decimal(500), by=make_user())

    assert (same_cost.cost_handling, other_cost.cost_handling, other_cost.cost) == (600, None, 500)
    assert list(Shipment.objects.filter(is_reversal=True).order_by("pk").values_list("cost_handling", flat=True)) == [-600, -600]
    assert ShipmentParty.objects.filter(role="payer", customer=payer).count() == 5
    assert [(line.role, line.rows, line.tonnes) for line in roles_of(payer, make_user(Role.MANAGER))] == [("payer", 1, 90)]


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.OPERATIONS, language="en"))
    client.cookies["django_language"] = "en"
    return client


def test_a_row_shows_its_parts_and_is_corrected_part_by_part(staff):
    carrier = make_customer(name_en="Demo Line")
    row = make_shipment(
        unit_id="box40",
        quantity=10,
        tonnes=Decimal(90),
        form="container",
        cargo_class_id="17",
        teu_laden=Decimal(14),
        teu_empty=Decimal(6),
        cost=Decimal(600),
        cost_handling=Decimal(450),
        cost_tugs=Decimal(150),
        parties=told_parties({"carrier": carrier.pk}),
    )

    html = staff.get(row.get_absolute_url()).content.decode()
    data = {"reason": "x", "quantity": "9", "tonnes": "80", "revenue": "", "cost_handling": "400", "cost_tugs": "", "teu_laden": "12"}
    too_many = staff.post(reverse("cargo:shipment_correct", args=[row.pk]), data | {"teu_laden": "19"})
    staff.post(reverse("cargo:shipment_correct", args=[row.pk]), data)

    assert "14 laden, 6 empty" in html
    assert f'<dt>Shipping line</dt><dd><a href="{carrier.get_absolute_url()}">Demo Line</a></dd>' in html
    assert "<td>Tugs and pilotage</td><td" in html
    assert too_many.status_code == 422
    right = Shipment.objects.get(corrects=row, is_reversal=False)
    assert (right.teu, right.teu_laden, right.teu_empty, right.cost, right.cost_handling, right.cost_tugs) == (18, 12, 6, 400, 400, None)
    assert right.parties.get().customer == carrier


def test_the_list_is_narrowed_to_a_customer_in_a_role(staff):
    one, other = make_customer(name_en="Demo One"), make_customer(name_en="Demo Two")
    pays = make_shipment(parties=told_parties({"payer": one.pk, "carrier": other.pk}))
    carries = make_shipment(parties=told_parties({"carrier": one.pk}), handled_on=dt.date(2026, 1, 1))
    make_shipment(customer=one)
    url = reverse("cargo:shipment_list")

    found = [
        [row.pk for row in staff.get(f"{url}?{query}").context["listing"].rows]
        for query in (f"party={one.pk}", f"party={one.pk}&role=carrier", "role=payer", f"party={other.pk}&role=payer")
    ]

    assert found == [[pays.pk, carries.pk], [carries.pk], [pays.pk], []]


def test_an_export_names_the_roles_and_parts(staff):
    payer = make_customer(name_en="Demo Payer", name_zh="")
    make_shipment(parties=told_parties({"payer": payer.pk}), cost=Decimal(7), cost_other=Decimal(7))

    answer = staff.get(f"{reverse('cargo:shipment_list')}?columns=in_role_payer,cost_other&export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").split("\r\n")

    assert [lines[0].count("Payer"), lines[0].count("Other costs")] == [1, 1]
    assert [lines[1].count("Demo Payer"), lines[1].count("7.00")] == [1, 1]


@pytest.mark.parametrize("which", ["laden", "empty", "unknown"])
def test_the_list_is_narrowed_by_what_the_boxes_hold(staff, which):
    boxes = {"unit_id": "box20", "quantity": 2, "tonnes": Decimal(9), "form": "container", "cargo_class_id": "17"}
    rows = {
        "laden": make_shipment(**boxes, teu_laden=Decimal(2), teu_empty=Decimal(0)),
        "empty": make_shipment(**boxes, teu_laden=Decimal(0), teu_empty=Decimal(2)),
        "unknown": make_shipment(**boxes),
    }
    make_shipment()

    listing = staff.get(f"{reverse('cargo:shipment_list')}?boxes={which}").context["listing"]

    assert list(listing.rows) == [rows[which]]


def test_the_tab_of_a_firm_that_only_carries_counts_its_roles(staff):
    carrier = make_customer()
    make_shipment(quantity=30, parties=told_parties({"carrier": carrier.pk}))
    make_shipment(quantity=12, parties=told_parties({"carrier": carrier.pk}))

    html = staff.get(reverse("cargo:customer_cargo", args=[carrier.pk])).content.decode()

    assert f'<td>Shipping line</td><td class="numeric"><a href="/cargo/shipments/?party={carrier.pk}&amp;role=carrier">2</a></td>' in html
    assert '<td class="numeric">42</td>' in html
    assert "No cargo of this customer yet" not in html


def test_roles_go_over_to_the_kept_file():
    kept, other = make_customer(), make_customer()
    row = make_shipment(parties=told_parties({"payer": other.pk}))

    merge_customers(kept=kept, other=other, take=(), by=make_user(Role.MANAGER))

    assert list(row.parties.values_list("role", "customer")) == [("payer", kept.pk)]


def test_a_program_reads_roles_and_parts(staff):
    payer = make_customer(code="C000555")
    row = make_shipment(parties=told_parties({"payer": payer.pk}), cost=Decimal(7), cost_other=Decimal(7))

    answer = staff.get(f"/api/v1/cargo/shipments/{row.pk}/").json()

    assert answer["parties"] == [{"role": "payer", "customer": payer.pk, "customer_code": "C000555"}]
    assert (answer["cost_other"], answer["cost_handling"], answer["teu_laden"]) == ("7.00", None, None)
