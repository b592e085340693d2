"""An administrator keeps the port's code lists; what rows show is never renamed, and nothing is deleted."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override
from rest_framework.test import APIClient

from cargo import models
from cargo.models import CargoClass, CargoForm, CargoSubclass, GoodsRule, MonthlyRollup, Port, PortAlias, Shipment, TradeKind, Unit
from cargo.queries.references import is_named_by_rows, load_references
from cargo.queries.suggestions import suggest
from cargo.services.reference import add_entry, edit_entry
from cargo.tests.factories import load_reference, make_lead, make_port, make_shipment, make_unit
from customers.models import Channel, CreditGrade, CreditScheme, Region, RegistrationType
from customers.services.reference import edit_reference
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.events import event_kind
from portcrm.audit.models import AuditEvent
from portcrm.errors import RuleBroken
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db
QUERIES = {"ports": 5}  # with what else the ports are written as
LISTS = ("classes", "subclasses", "rules", "forms", "trades", "movements", "units", "ports")


@pytest.fixture(autouse=True)
def _loaded():
    load_reference()


@pytest.fixture
def administrator(client):
    administrator = make_user(Role.ADMIN)
    client.force_login(administrator)
    return administrator


def edited(entry, by=None, **changes):
    return edit_entry(entry=entry, changes=changes, seen={}, by=by or make_user(Role.ADMIN))


def address(entry) -> str:
    return reverse("cargo:reference_edit", args=[entry.list_key, entry.pk])


@pytest.mark.parametrize("key", LISTS)
def test_a_list_costs_as_many_queries_for_three_rows_as_for_one(client, administrator, django_assert_num_queries, key):
    model = next(
        entries
        for entries in (CargoClass, CargoSubclass, GoodsRule, CargoForm, TradeKind, models.Movement, Unit, Port)
        if entries.list_key == key
    )
    TradeKind.objects.create(code="border", name_zh="边贸", name_en="Border trade")
    first = model.objects.values_list("pk", flat=True)
    for count in (1, 3):
        model.objects.update(is_own=False)
        model.objects.filter(pk__in=list(first[:count])).update(is_own=True)

        with django_assert_num_queries(QUERIES.get(key, 4)):
            response = client.get(reverse("cargo:reference", args=[key]), {"is_own": "true"})

        assert len(response.context["listing"].rows) == count


@pytest.mark.parametrize(
    ("key", "asked", "found"),
    [
        ("classes", {"q": "煤"}, ["01"]),
        ("subclasses", {"q": "031"}, ["031"]),
        ("rules", {"q": "2709"}, ["2709"]),
        ("forms", {"q": "散货"}, ["liquid_bulk", "dry_bulk"]),
        ("trades", {"q": "dom"}, ["domestic"]),
        ("units", {"q": "TEU"}, ["teu"]),
        ("ports", {"q": "cnsha"}, ["CNSHG"]),
        ("ports", {"q": "上海"}, ["CNSHG"]),
    ],
)
def test_a_list_is_searched_by_code_and_name(client, administrator, key, asked, found):
    rows = client.get(reverse("cargo:reference", args=[key]), asked).context["listing"].rows

    assert [getattr(row, "pattern", "") or getattr(row, "unlocode", "") or row.pk for row in rows] == found


def test_nobody_but_an_administrator_keeps_the_lists(client):
    for role in (Role.MARKETING, Role.OPERATIONS, Role.MANAGER, Role.SERVICE, Role.AUDITOR):
        client.force_login(make_user(role))

        statuses = {
            client.get(reverse("cargo:reference_home")).status_code,
            client.post(reverse("cargo:reference_create", args=["classes"]), {"code": "18"}).status_code,
            client.post(address(CargoClass.objects.get(code="01")), {"name_zh": "改名"}).status_code,
        }
        assert statuses == {403}

    assert not CargoClass.objects.filter(code="18").exists()
    assert CargoClass.objects.get(code="01").name_zh == "煤炭及制品"


def test_a_class_is_added_and_offered_for_leads_until_it_is_taken_out_of_use(client, administrator):
    new = {"code": "18", "name_zh": "新能源设备", "name_en": "New-energy equipment", "short_zh": "新能源", "short_en": "New energy"}
    client.post(reverse("cargo:reference_create", args=["classes"]), new | {"forms": ["ro_ro", "break_bulk"], "is_active": "on"})
    added = CargoClass.objects.get(code="18")
    lead = make_lead(cargo_class=added)
    keeper = make_user(Role.MARKETING)

    retired = client.post(address(added), opened(client, address(added)) | {"is_active": ""})
    client.force_login(keeper)
    fresh = client.get(reverse("cargo:lead_create")).context["form"].fields["cargo_class"].queryset
    held = client.get(reverse("cargo:lead_edit", args=[lead.pk])).context["form"].fields["cargo_class"].queryset
    shown = client.get(reverse("cargo:lead", args=[lead.pk])).content.decode()

    assert (added.is_own, retired.status_code) == (True, 302)
    assert (fresh.filter(pk="18").exists(), held.filter(pk="18").exists(), "新能源" in shown) == (False, True, True)

    edited(added, is_active=True)

    assert CargoClass.objects.in_use().filter(pk="18").exists()


@pytest.mark.parametrize("name", ["name_zh", "name_en", "short_zh", "short_en"])
def test_a_class_that_a_row_of_the_ledger_names_is_not_renamed(name):
    oil = make_shipment().cargo_class

    with pytest.raises(RuleBroken) as refusal:
        edited(oil, **{name: "另一个名称"})

    oil.refresh_from_db()
    assert refusal.value.field == name
    assert "请新增一条，并停用本条" in str(refusal.value)
    assert getattr(oil, name) != "另一个名称"
    assert oil.is_own is False
    assert edited(oil, hint_zh="提示可以改").hint_zh == "提示可以改"


def test_the_refusal_stands_on_the_page_with_what_to_do(client, administrator):
    make_lead(unit=make_unit("kt"))
    page = address(Unit.objects.get(pk="kt"))

    answer = client.post(page, opened(client, page) | {"name_zh": "另一种吨"})

    assert answer.status_code == 422
    assert "请新增一条，并停用本条" in answer.content.decode()
    assert Unit.objects.get(pk="kt").name_zh == "千吨"


@pytest.mark.parametrize("model", [CargoClass, CargoSubclass, CargoForm, TradeKind, Unit, Port])
def test_what_no_row_names_may_be_renamed(model):
    entry = model.objects.first()

    assert edited(entry, name_en="Renamed").name_en == "Renamed"


def test_every_kind_of_row_keeps_a_name():
    first, second, third = (make_port(code) for code in ("CNYTG", "KRPUS", "CNRZH"))
    unit = make_unit("bbl")
    make_lead(origin=first, destination=second, rival_port=third, unit=unit)
    untouched = Port.objects.get(unlocode="CNLYG")
    reversed_away = make_shipment(unit_id="kbbl")
    Shipment.objects.filter(pk=reversed_away.pk)._raw_delete("default")

    assert [is_named_by_rows(one) for one in (first, second, third, unit)] == [True] * 4
    assert MonthlyRollup.objects.filter(unit="kbbl").exists()
    assert is_named_by_rows(Unit.objects.get(pk="kbbl")) is True
    assert is_named_by_rows(untouched) is False


def test_a_missing_name_may_be_filled_in_though_rows_name_the_port():
    port = add_entry(entry=Port(unlocode="ZZABC", name_en="Somewhere"), by=make_user(Role.ADMIN))
    make_shipment(origin_id=port.pk)

    assert edited(port, name_zh="某港").name_zh == "某港"
    with pytest.raises(RuleBroken):
        edited(port, name_zh="另一港")


def test_a_new_factor_counts_for_new_rows_only_and_is_recorded():
    before = make_shipment(unit_id="bbl", quantity=1000)

    edited(Unit.objects.get(pk="bbl"), tonnes_per_unit=Decimal("0.14"))
    after = make_shipment(unit_id="bbl", quantity=1000)

    before.refresh_from_db()
    event = AuditEvent.objects.get(action="cargo.keep_reference")
    assert (before.tonnes, before.tonnes_factor, after.tonnes) == (Decimal("136.4"), Decimal("0.1364"), Decimal("140"))
    with override("zh-hans"):
        assert event_kind(event.action).present(event.detail) == "每单位吨数：0.136400 → 0.14"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "boxes", "tonnes_per_unit": Decimal(1)}, "teu_per_unit"),
        ({"kind": "mass", "teu_per_unit": Decimal(1)}, "tonnes_per_unit"),
        ({"kind": "mass", "tonnes_per_unit": Decimal(0)}, "tonnes_per_unit"),
        ({"kind": "mass", "tonnes_per_unit": Decimal(1), "aliases": ["公吨"]}, "aliases"),
    ],
)
def test_a_unit_that_contradicts_itself_or_another_is_refused(fields, field):
    unit = Unit(code="st", name_zh="短吨", name_en="short tons", source_zh="定义", source_en="definition", **fields)

    with pytest.raises(RuleBroken) as refusal:
        add_entry(entry=unit, by=make_user(Role.ADMIN))

    assert (refusal.value.field, Unit.objects.filter(code="st").exists()) == (field, False)


def test_a_goods_rule_of_the_port_is_added_by_page_and_counts(client, administrator):
    new = {"pattern": "Pines", "cargo_class": "16", "subclass": "162", "is_active": "on"}

    answer = client.post(reverse("cargo:reference_create", args=["rules"]), new)
    wrong = client.post(reverse("cargo:reference_create", args=["rules"]), new | {"pattern": "Kiwis", "subclass": "031"})
    again = client.post(reverse("cargo:reference_create", args=["rules"]), new | {"pattern": "PINE"})
    long = client.post(reverse("cargo:reference_create", args=["rules"]), new | {"pattern": "26011100"})

    assert (answer.status_code, wrong.status_code, again.status_code, long.status_code) == (302, 422, 422, 422)
    assert GoodsRule.objects.get(pattern="PINE").is_own
    assert suggest("PINES(2-17)").subclass_code == "162"


def test_a_subclass_needs_a_class_with_its_digits(client, administrator):
    new = {"name_zh": "某类", "name_en": "Some", "is_active": "on"}

    client.post(reverse("cargo:reference_create", args=["subclasses"]), new | {"code": "103"})
    answer = client.post(reverse("cargo:reference_create", args=["subclasses"]), new | {"code": "991"})

    assert CargoSubclass.objects.get(code="103").cargo_class_id == "10"
    assert (answer.status_code, CargoSubclass.objects.filter(code="991").exists()) == (422, False)


def test_a_port_is_added_with_its_ways_of_writing_and_they_are_changed(client, administrator):
    client.post(
        reverse("cargo:reference_create", args=["ports"]),
        {"unlocode": "CNZJJ", "name_zh": "张家界港", "name_en": "Zhangjiajie", "written_as": "Zhang Jia Jie，ZJJ", "is_active": "on"},
    )
    port = Port.objects.get(unlocode="CNZJJ")
    typed = opened(client, address(port)) | {"written_as": "张家界港, ZHANGJIAJIE, zjj 2"}

    client.post(address(port), typed)
    taken = client.post(address(port), opened(client, address(port)) | {"written_as": "上海"})

    assert (port.country, port.is_own) == ("CN", True)
    assert sorted(port.aliases.values_list("alias", flat=True)) == ["CNZJJ", "ZHANGJIAJIE", "ZJJ2", "张家界港"]
    assert (taken.status_code, "CNSHG" in taken.content.decode()) == (422, True)
    assert load_references().port_id("上海") == Port.objects.get(unlocode="CNSHG").pk


def test_a_port_out_of_use_is_offered_to_no_new_row_and_old_rows_keep_it(client):
    shanghai = make_port("CNSHG")
    lead = make_lead(origin=shanghai)
    edited(shanghai, is_active=False)
    client.force_login(make_user(Role.MARKETING))

    held, fresh = (
        client.get(page).context["form"].fields["origin"].queryset.filter(pk=shanghai.pk).exists()
        for page in (reverse("cargo:lead_edit", args=[lead.pk]), reverse("cargo:lead_create"))
    )
    hits = client.get(reverse("pages:choices", args=["ports"]), {"q": "上海"}).content.decode()

    assert (held, fresh) == (True, False)
    assert "CNSHG" not in hits
    assert "上海港" in client.get(reverse("cargo:lead", args=[lead.pk])).content.decode()


def test_what_the_port_changed_is_left_alone_by_the_shipped_data_and_told(capsys):
    edited(CargoClass.objects.get(code="06"), hint_zh="本港的说明")
    edited(GoodsRule.objects.get(pattern="SALT"), is_active=False, cargo_class=CargoClass.objects.get(code="13"), subclass=None)
    CargoClass.objects.filter(code="07").update(hint_zh="旧的说明")

    call_command("load_cargo_reference")

    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if line.startswith("Left")] == [
        "Left as this port changed it: CargoClass 06",
        "Left as this port changed it: GoodsRule SALT",
    ]
    assert CargoClass.objects.get(code="06").hint_zh == "本港的说明"
    assert CargoClass.objects.get(code="07").hint_zh != "旧的说明"
    assert GoodsRule.objects.get(pattern="SALT").is_active is False


def test_the_same_command_adds_registration_types_and_credit_scales_that_are_missing():
    lists = (CreditGrade, CreditScheme, RegistrationType, Region)  # what belongs to others first
    told = {model: sorted(model.objects.values_list("name_zh", "name_en", "position")) for model in lists}
    Region.objects.exclude(parent=None).delete()
    for model in lists:
        model.objects.all().delete()

    for _each in range(2):
        call_command("load_cargo_reference")

    assert {model: sorted(model.objects.values_list("name_zh", "name_en", "position")) for model in lists} == told
    assert CreditGrade.objects.get(scheme__key="registered-long", code="AAA").name_zh == "偿债能力极强"


def test_names_the_port_gave_its_own_lists_stay_and_are_told(capsys):
    keeper = make_user(Role.ADMIN)
    grade = CreditGrade.objects.get(scheme__key="registered-long", code="AAA")
    edit_reference(entry=grade, changes={"name_zh": "本港的叫法"}, seen={}, by=keeper)
    edit_reference(entry=Channel.objects.get(key="manifest"), changes={"is_active": False, "position": 990}, seen={}, by=keeper)

    call_command("load_cargo_reference")

    grade.refresh_from_db()
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Left")]
    assert (grade.name_zh, told) == ("本港的叫法", ["Left as this port changed it: CreditGrade registered-long AAA"])


def test_two_administrators_at_one_entry_are_shown_both_texts(client, administrator):
    entry = CargoClass.objects.get(code="06")
    mine = opened(client, address(entry)) | {"hint_zh": "我的说明", "hint_en": "My hint"}
    edited(entry, hint_zh="他的说明")

    clash = client.post(address(entry), mine)

    entry.refresh_from_db()
    assert (clash.status_code, "他的说明" in clash.content.decode(), entry.hint_zh, entry.hint_en) == (
        409,
        True,
        "他的说明",
        "Dry bulk when loose, break bulk in bags; clinker too",
    )


def test_what_two_administrators_do_to_the_aliases_of_a_port_is_both_kept(client, administrator):
    port = make_port("CNLYG")
    mine = opened(client, address(port))
    edited(port, written_as=["LIANYUNGANG", "连云港", "连云港港", "LYG"])

    client.post(address(port), mine | {"written_as": f"{mine['written_as']}, 新浦"})

    assert set(port.aliases.values_list("alias", flat=True)) == {"CNLYG", "LIANYUNGANG", "连云港", "连云港港", "LYG", "新浦"}


def test_nothing_changed_is_no_change():
    edited(CargoClass.objects.get(code="06"), name_zh="水泥")

    assert CargoClass.objects.get(code="06").is_own is False
    assert AuditEvent.objects.count() == 0


def test_ports_are_added_from_a_list_and_known_ones_stay(tmp_path, capsys):
    listed = tmp_path / "ports.csv"
    listed.write_text(
        "unlocode,name,sea_port\nCNSHG,Shanghai Pt,1\nNO AES,Alesund,1\nUSPWM,Portland,1\nUSPDX,Portland,1\nCNSHA,Shanghai Apt,1\n"
        "ATVIE,Vienna,0\nbad,Nowhere,1\nFRABC,Shanghai,1\n",
        encoding="utf-8",
    )
    before = Port.objects.count()

    call_command("load_ports", str(listed))
    call_command("load_ports", str(listed))

    references = load_references()
    assert capsys.readouterr().out.splitlines() == ["Ports added: 4.", "Ports added: 0."]
    assert Port.objects.count() == before + 4
    assert Port.objects.get(unlocode="CNSHG").name_en == "Shanghai"
    assert references.port_id("Alesund") == references.port_id("NOAES") == Port.objects.get(unlocode="NOAES").pk
    assert (references.port_id("Portland"), PortAlias.objects.filter(alias__in=["USPWM", "USPDX"]).count()) == (None, 2)
    assert references.port_id("Shanghai") == Port.objects.get(unlocode="CNSHG").pk


@pytest.mark.samples
def test_the_sea_ports_of_the_shared_list_are_loaded(samples, capsys):
    call_command("load_ports", str(samples / "codes" / "sea_ports.csv"))

    assert Port.objects.count() > 1_000
    assert load_references().port_id("AEAUH") == Port.objects.get(unlocode="AEAUH").pk


def test_a_list_without_codes_is_refused(tmp_path):
    listed = tmp_path / "ports.csv"
    listed.write_text("code,label\nNOAES,Alesund\n", encoding="utf-8")

    with pytest.raises(CommandError, match="unlocode"):
        call_command("load_ports", str(listed))


def test_the_api_takes_no_entry_out_of_use_for_a_new_lead():
    edited(Port.objects.get(unlocode="CNSHG"), is_active=False)
    client = APIClient()
    client.force_authenticate(make_user(Role.MARKETING))

    answer = client.post("/api/v1/cargo/leads/", {"origin": "CNSHG", "cargo_class": "01"}, format="json")

    assert (answer.status_code, "origin" in str(answer.json())) == (400, True)


@pytest.mark.parametrize("key", ["ports", "rules", "classes", "units"])
@pytest.mark.parametrize("entry", ["abc", "9" * 30, "%00", "-1"])
def test_what_is_no_key_of_a_list_is_not_found(client, administrator, key, entry):
    assert client.get(f"/cargo/reference/{key}/{entry}/").status_code == 404
