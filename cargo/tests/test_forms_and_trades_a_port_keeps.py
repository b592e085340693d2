"""Cargo forms and kinds of trade are lists the port keeps: added, written otherwise, out of use, never renamed under rows."""

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import translation

from cargo.models import CargoClass, CargoForm, Lead, Shipment, TradeKind
from cargo.queries.reconcile import reconcile
from cargo.services.ledger import correct_shipment
from cargo.services.reference import add_entry, edit_entry
from cargo.tests.factories import load_reference, make_lead, make_shipment
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.exchange.ingesting import ingest
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()
    make_customer(code="C000777", name_zh="演示能源有限公司", name_en="DEMO ENERGY CO")


@pytest.fixture
def heavy_lift() -> CargoForm:
    return add_entry(
        entry=CargoForm(code="heavy_lift", name_zh="重大件", name_en="Heavy lift", aliases=["大件", "PROJECT CARGO"]),
        by=make_user(Role.ADMIN),
    )


@pytest.fixture
def border() -> TradeKind:
    return add_entry(entry=TradeKind(code="border", name_zh="边贸", name_en="Border trade"), by=make_user(Role.ADMIN))


def take_in(folder, *lines: str):
    path = folder / "cargo.csv"
    path.write_text("\n".join(("customer,date,class,direction,qty,unit,form,trade,teu", *lines)) + "\n", encoding="utf-8")
    return ingest("shipments", path, by=make_user())


def test_what_the_port_added_is_read_from_a_file_counted_and_explored(tmp_path, client, heavy_lift, border):
    take_in(
        tmp_path,
        "C000777,2026-03-01,12,out,300,t,ｐｒｏｊｅｃｔ cargo,边贸,",
        "C000777,2026-03-02,12,out,20,t,大件,border,",
        "C000777,2026-03-03,12,out,7,t,件杂货,,",
    )
    client.force_login(make_user(Role.MANAGER, language="en"))
    by_form = client.get(reverse("cargo:explorer"), {"down": "form", "across": "trade", "start": "2026-03", "end": "2026-03"}).context
    one = client.get(reverse("cargo:explorer"), {"trade_kind": "border", "start": "2026-03", "end": "2026-03"}).context["pivot"]
    rows = client.get(reverse("cargo:shipment_list"), {"form": "heavy_lift"}).context["listing"].rows

    table = {line.head.label: [cell.value for cell in line.cells] for line in by_form["pivot"].lines}
    assert [column.label for column in by_form["pivot"].columns] == ["Foreign trade", "Border trade"]
    assert table == {"Heavy lift": [None, 320], "Break bulk": [7, None]}
    assert one.total.value == 320
    assert sorted(row.tonnes for row in rows) == [20, 300]
    assert reconcile().agrees


def test_a_word_that_nothing_is_called_by_is_handed_back_and_teu_only_where_the_form_may_have_them(tmp_path, heavy_lift):
    run = take_in(
        tmp_path,
        "C000777,2026-03-01,12,out,30,t,cart,,",
        "C000777,2026-03-02,12,out,30,t,,smuggled,",
        "C000777,2026-03-03,12,out,30,t,heavy_lift,,4",
        "C000777,2026-03-04,12,out,30,t,ro-ro,,4",
    )

    with translation.override("en"):
        told = [(one.row_number, message) for one in run.problems.order_by("row_number") for message in one.messages]
    assert told == [
        (2, "form: There is no such cargo form."),
        (3, "trade: There is no such kind of trade."),
        (4, "teu: TEU without containers: cargo of this form has none. Write “container”, or leave the TEU empty."),
    ]
    assert list(Shipment.objects.values_list("form", "teu")) == [("ro_ro", 4)]


def test_a_corrected_row_keeps_its_form_and_its_kind_of_trade(heavy_lift, border):
    row = make_shipment(cargo_class_id="12", form="heavy_lift", trade_kind="border", quantity=10)

    new = correct_shipment(shipment=row, reason="称重有误", by=make_user(), quantity=9, tonnes=9)

    assert (new.form_id, new.trade_kind_id, new.tonnes) == ("heavy_lift", "border", 9)


def test_an_entry_is_offered_for_leads_until_it_is_out_of_use_and_stays_with_those_that_have_it(client, heavy_lift, border):
    lead = make_lead(form="heavy_lift", trade_kind="border")
    by = make_user(Role.ADMIN)
    client.force_login(make_user(Role.MARKETING, language="en"))
    before = client.get(reverse("cargo:lead_create")).context["form"].fields

    offered = [before["form"].queryset.filter(pk="heavy_lift").exists(), before["trade_kind"].queryset.filter(pk="border").exists()]
    for entry in (heavy_lift, border):
        edit_entry(entry=entry, changes={"is_active": False}, seen={}, by=by)
    fresh = client.get(reverse("cargo:lead_create")).context["form"].fields
    held = client.get(reverse("cargo:lead_edit", args=[lead.pk])).context["form"].fields
    page = client.get(reverse("cargo:lead", args=[lead.pk])).content.decode()

    assert offered == [True, True]
    assert not fresh["form"].queryset.filter(pk="heavy_lift").exists()
    assert not fresh["trade_kind"].queryset.filter(pk="border").exists()
    assert held["form"].queryset.filter(pk="heavy_lift").exists()
    assert held["trade_kind"].queryset.filter(pk="border").exists()
    assert "Heavy lift" in page
    assert "Border trade" in page


@pytest.mark.parametrize(("model", "code"), [(CargoForm, "liquid_bulk"), (TradeKind, "foreign")])
def test_what_a_row_names_is_not_renamed_and_what_none_names_may_be(model, code):
    make_shipment()
    by = make_user(Role.ADMIN)
    unused = model.objects.exclude(pk=code).last()

    with pytest.raises(RuleBroken) as refusal:
        edit_entry(entry=model.objects.get(pk=code), changes={"name_zh": "另一名称"}, seen={}, by=by)

    assert refusal.value.field == "name_zh"
    assert edit_entry(entry=unused, changes={"name_zh": "另一名称"}, seen={}, by=by).name_zh == "另一名称"


def test_a_sum_that_still_names_a_form_keeps_its_name(heavy_lift):
    row = make_shipment(cargo_class_id="12", form="heavy_lift")
    Shipment.objects.filter(pk=row.pk)._raw_delete("default")

    with pytest.raises(RuleBroken):
        edit_entry(entry=heavy_lift, changes={"name_en": "Out of gauge"}, seen={}, by=make_user(Role.ADMIN))


@pytest.mark.parametrize(
    ("fields", "field", "other"),
    [
        ({"aliases": ["散货"]}, "aliases", "干散货"),
        ({"name_zh": "集装箱"}, "name_zh", "集装箱"),
        ({"aliases": ["Break Bulk"]}, "aliases", "件杂货"),
    ],
)
def test_a_word_means_one_form(fields, field, other):
    entry = CargoForm(**{"code": "pallet", "name_zh": "托盘货", "name_en": "Pallets"} | fields)

    with pytest.raises(RuleBroken) as refusal:
        add_entry(entry=entry, by=make_user(Role.ADMIN))

    assert refusal.value.field == field
    assert other in str(refusal.value)


def test_an_entry_that_shares_a_word_already_may_be_changed_in_everything_else(heavy_lift):
    CargoForm.objects.filter(pk="heavy_lift").update(aliases=["散货"])
    by = make_user(Role.ADMIN)

    assert edit_entry(entry=heavy_lift, changes={"is_active": False}, seen={}, by=by).is_active is False
    with pytest.raises(RuleBroken):
        edit_entry(entry=heavy_lift, changes={"aliases": ["散货", "滚装"]}, seen={}, by=by)


@pytest.mark.parametrize("forms", [[], ["dry_bulk", "cart"]])
def test_a_class_names_forms_that_there_are(forms):
    with pytest.raises(RuleBroken) as refusal:
        edit_entry(entry=CargoClass.objects.get(pk="01"), changes={"forms": forms}, seen={}, by=make_user(Role.ADMIN))

    assert refusal.value.field == "forms"


def test_the_page_adds_a_form_and_a_kind_of_trade_and_changes_them(client):
    client.force_login(make_user(Role.ADMIN, language="en"))
    new = {"name_zh": "重大件", "name_en": "Heavy lift", "aliases": "大件, 超限货", "position": "9", "is_active": "on"}
    client.post(reverse("cargo:reference_create", args=["forms"]), new | {"code": "heavy_lift", "takes_teu": "on"})
    client.post(
        reverse("cargo:reference_create", args=["trades"]), {"code": "border", "name_zh": "边贸", "name_en": "Border", "position": "9"}
    )
    address = reverse("cargo:reference_edit", args=["forms", "heavy_lift"])

    client.post(address, opened(client, address) | {"takes_teu": "", "name_en": "Heavy-lift"})
    wrong = client.post(reverse("cargo:reference_create", args=["forms"]), new | {"code": "Heavy Lift 2"})

    form = CargoForm.objects.get(pk="heavy_lift")
    assert (form.name_en, form.takes_teu, form.aliases, form.is_own, form.position) == ("Heavy-lift", False, ["大件", "超限货"], True, 9)
    assert TradeKind.objects.get(pk="border").is_active is False
    assert wrong.status_code == 422
    assert client.get(reverse("cargo:reference", args=["forms"]), {"q": "重大"}).context["listing"].rows == [form]


def test_a_lead_through_the_api_takes_a_form_in_use_only(client, heavy_lift):
    client.force_login(make_user(Role.MARKETING))
    lead = make_lead()
    address = f"/api/v1/cargo/leads/{lead.pk}/"
    edit_entry(entry=CargoForm.objects.get(pk="ro_ro"), changes={"is_active": False}, seen={}, by=make_user(Role.ADMIN))

    said = [
        client.patch(address, {"form": form, "version": lead.version}, content_type="application/json").status_code
        for form in ("ro_ro", "cart", "heavy_lift")
    ]

    assert said == [400, 400, 200]
    assert client.get(address).json()["form"] == "heavy_lift"


@pytest.mark.parametrize("column", ["form_id", "trade_kind_id"])
def test_the_database_keeps_leads_to_entries_there_are(column):
    lead = make_lead()

    Lead.objects.filter(pk=lead.pk).update(**{column: "cart"})

    with pytest.raises(IntegrityError):
        connection.check_constraints()
    connection.set_rollback(True)
