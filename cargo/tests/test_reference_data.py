"""Classes, units and ports come with the product."""

import csv
from decimal import Decimal

import pytest
from django.core.management import call_command

from cargo.documents.document import read_document, totals_of
from cargo.documents.remarks import Kind
from cargo.documents.sizetypes import teu_of_size_type, unit_of_size_type
from cargo.models import CargoClass, CargoSubclass, GoodsRule, Port, PortAlias, Unit
from cargo.queries.references import load_references, own_sizes
from cargo.tests.factories import load_reference, make_document, stowage

pytestmark = pytest.mark.django_db
KEYS = {PortAlias: "alias", Port: "unlocode", GoodsRule: "pattern"}


@pytest.fixture(autouse=True)
def _loaded():
    load_reference()


def test_the_seventeen_classes_have_both_names_and_a_usual_form():
    classes = list(CargoClass.objects.all())

    assert [one.code for one in classes] == [f"{number:02d}" for number in range(1, 18)]
    assert {one.code: one.usual_form for one in classes if one.code in ("02", "03", "12")} == {
        "02": "liquid_bulk",
        "03": "dry_bulk",
        "12": "break_bulk",
    }
    assert all(one.name_zh and one.name_en and one.short_zh and one.short_en for one in classes)


def test_loading_again_changes_nothing(capsys):
    before = (CargoClass.objects.count(), Unit.objects.count(), Port.objects.count(), PortAlias.objects.count())

    call_command("load_cargo_reference")

    assert (CargoClass.objects.count(), Unit.objects.count(), Port.objects.count(), PortAlias.objects.count()) == before


def test_an_empty_database_gets_the_same_as_the_migrations_left():
    models = (PortAlias, Port, GoodsRule, CargoSubclass, Unit, CargoClass)
    before = [set(model.objects.values_list(KEYS.get(model, "pk"), flat=True)) for model in models]
    for model in models:
        model.objects.all().delete()

    load_reference()

    assert [set(model.objects.values_list(KEYS.get(model, "pk"), flat=True)) for model in models] == before


@pytest.mark.parametrize(
    ("text", "unlocode"),
    [
        ("CNSHA", "CNSHG"),
        ("CN SHG", "CNSHG"),
        ("上海", "CNSHG"),
        ("cnngb", "CNNBG"),
        ("宁波港", "CNNBG"),
        ("PT_CANAVERAL", "USPCV"),
        ("Los Angeles", "USLAX"),
        ("WILMINGTON_DE", "USILG"),
        ("CNQZH", "CNQZH"),
        ("CNGZH", "CNGZH"),
        ("台北", "TWTPE"),
        ("贵港", "CNGUG"),
        ("新港", "CNTXG"),
        ("HPO", "CNHUA"),
        ("Kotka, Mussalo", "FIKTK"),
    ],
)
def test_a_port_is_found_as_the_trade_writes_it(text, unlocode):
    assert load_references().port_id(text) == Port.objects.get(unlocode=unlocode).pk


def test_a_port_name_that_could_be_two_is_not_guessed():
    references = load_references()

    assert [references.port_id(text) for text in ("PORTLAND", "PORTSMOUTH", "WILMINGTON", "Nowhere")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("吨", "t"),
        ("公斤", "kg"),
        ("万吨", "wt"),
        ("qty_kbbl", "kbbl"),
        ("TEU", "teu"),
        ("40HC", "box40"),
        ("45R1", "box40"),
        ("45HC", "box45"),
    ],
)
def test_a_unit_is_found_as_files_write_it(text, code):
    assert load_references().unit(text).code == code


@pytest.mark.samples
def test_every_container_length_of_iso_6346_has_its_teu(samples):
    with (samples / "codes" / "iso6346_length_codes.csv").open(encoding="utf-8") as lines:
        wanted = {row["code"]: Decimal(row["teu"]) for row in csv.DictReader(lines)}
    units = dict(Unit.objects.values_list("code", "teu_per_unit"))

    assert len(wanted) == 12
    assert {code: teu_of_size_type(f"{code}2G1", {}) for code in wanted} == wanted
    assert {code: units[unit_of_size_type(f"{code}2G1")] for code in wanted} == wanted


@pytest.mark.samples
def test_most_places_of_the_coastal_routes_are_ports_we_know(samples):
    with (samples / "port_series" / "cn_coastal_container_routes_2019.csv").open(encoding="utf-8-sig") as lines:
        places = {place for row in csv.DictReader(lines) for place in row["DIRECTION"].split("_")}
    references = load_references()
    unknown = {place for place in places if references.port_id(place) is None}

    assert (len(places), len(unknown)) == (174, 65)
    assert unknown >= {"李锦记", "紫金村", "昆明"}  # a factory's own quay, a village, a city without a river


def test_a_size_the_port_added_counts_in_documents_and_comes_before_the_shipped_table():
    Unit.objects.filter(code="box45").update(aliases=["45 WIDE"])
    odd = stowage("CSQU3054383").replace(b"22G1", b"45Wide")

    before = read_document(odd)
    after = read_document(odd, own_sizes())
    document = make_document(content=odd)

    assert [remark.kind for remark in before.all_remarks] == [Kind.SIZE_TYPE]
    assert (after.all_remarks, totals_of(after.messages[0].boxes, own_sizes()).teu) == ((), Decimal("2.25"))
    assert (document.teu, document.remark_count) == (Decimal("2.25"), 0)


def test_the_factors_are_printed_with_their_source():
    crude, boxes = Unit.objects.get(code="kbbl"), Unit.objects.get(code="box45")

    assert (crude.tonnes_per_unit, boxes.teu_per_unit, boxes.tonnes_per_unit) == (Decimal("136.4"), Decimal("2.25"), None)
    assert "0.1364" in crude.source_en
    assert "0.1364" in crude.source_zh


@pytest.mark.parametrize("text", ["2", "02", "石油、天然气及制品", "石油天然气", "Oil and gas"])
def test_a_class_is_found_by_code_and_by_name(text):
    assert load_references().cargo_class(text).code == "02"


def test_a_port_is_called_as_people_call_it_and_found_by_what_files_write():
    ports = dict(Port.objects.values_list("unlocode", "name_zh"))
    references = load_references()

    assert [name for name in ports.values() if name.endswith("港港")] == []
    assert {ports[code] for code in ("CNLYG", "CNZJG", "CNFAN", "CNGUG", "CNGAO")} == {"连云港", "张家港", "防城港", "贵港", "高港"}
    assert {references.port_id("防城港港"), references.port_id("防城")} == {Port.objects.get(unlocode="CNFAN").pk}
