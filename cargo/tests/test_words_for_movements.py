"""What files write for import, export and transshipment is kept by the port; the three themselves stay."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cargo.models import Movement, Shipment, Target
from cargo.services.reference import add_entry, edit_entry
from cargo.tests.factories import load_reference
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
    make_customer(code="C000777", name_zh="演示能源有限公司")


@pytest.fixture
def administrator(client):
    administrator = make_user(Role.ADMIN)
    client.force_login(administrator)
    return administrator


def take_in(folder, *lines: str):
    path = folder / "cargo.csv"
    path.write_text("\n".join(("customer,date,class,direction,qty,unit,中转", *lines)) + "\n", encoding="utf-8")
    return ingest("shipments", path, by=make_user())


def test_a_word_the_port_added_is_read_in_the_next_file(tmp_path, client, administrator):
    url = reverse("cargo:reference_edit", args=["movements", "outbound"])
    client.post(url, opened(client, url) | {"aliases": "出港，上行, LADEN OUT"})

    run = take_in(tmp_path, "C000777,2026-03-01,12,上行,300,t,", "C000777,2026-03-02,12,laden out,20,t,", "C000777,2026-03-03,12,进口,7,t,")

    assert (run.created, run.rejected) == (3, 0)
    assert list(Shipment.objects.order_by("handled_on").values_list("direction", flat=True)) == ["outbound", "outbound", "inbound"]


def test_transshipment_is_said_by_yes_and_no_or_by_its_own_words(tmp_path, administrator):
    run = take_in(
        tmp_path,
        *(f"C000777,2026-03-{day:02d},12,出口,1,t,{word}" for day, word in enumerate(("", "是", "no", "中转", "t/s", "转口"), start=1)),
    )  # fmt: skip

    assert (run.created, run.rejected) == (6, 0)
    assert list(Shipment.objects.order_by("handled_on").values_list("transshipment", flat=True)) == [False, True, False, True, True, True]


def test_what_is_no_word_of_them_is_told_and_a_transshipment_is_no_direction(tmp_path):
    run = take_in(tmp_path, "C000777,2026-03-01,12,中转,1,t,", "C000777,2026-03-01,12,出口,1,t,也许", "C000777,2026-03-01,12,出口,1,t,")

    told = {detail["field"] for problem in run.problems.all() for detail in problem.details}
    assert (run.created, run.rejected, told) == (1, 2, {"direction", "transshipment"})


def test_the_annual_task_is_read_by_the_same_words(tmp_path, administrator):
    edit_entry(entry=Movement.objects.get(pk="inbound"), changes={"aliases": ["进港", "下行"]}, seen={}, by=administrator)
    path = tmp_path / "task.csv"
    path.write_text("year,class,unit,direction,whole year\n2026,01,t,下行,1000\n", encoding="utf-8")

    run = ingest("targets", path, by=make_user())

    assert (run.created, Target.objects.get().direction) == (1, "inbound")


def test_none_is_added_renamed_or_taken_out_of_use(client, administrator):
    inbound = Movement.objects.get(pk="inbound")
    for change in ({"name_zh": "到达"}, {"is_active": False}):
        with pytest.raises(RuleBroken):
            edit_entry(entry=inbound, changes=change, seen={}, by=administrator)
    with pytest.raises(RuleBroken):
        add_entry(entry=Movement(code="sideways", name_zh="横", name_en="Sideways"), by=administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.create(code="sideways", name_zh="横", name_en="Sideways")

    page = client.get(reverse("cargo:reference", args=["movements"])).content.decode()
    new = reverse("cargo:reference_create", args=["movements"])
    assert (new in page, client.get(new).status_code) == (False, 404)
    assert Movement.objects.count() == 3


def test_one_word_does_not_mean_two_of_them(client, administrator):
    url = reverse("cargo:reference_edit", args=["movements", "inbound"])

    answer = client.post(url, opened(client, url) | {"aliases": "进港, 出港"})

    assert answer.status_code == 422
    assert "“出港”已是本表中的另一条：出口" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "word"),
    [("direction", "sideways"), ("transshipment", "maybe"), ("form", "parcel"), ("cargo_class", "44"), ("unit", "bushel")],
)
def test_a_value_for_all_rows_that_no_list_has_is_refused_before_the_file_is_read(tmp_path, field, word):
    path = tmp_path / "cargo.csv"
    path.write_text("customer,date,class,direction,qty,unit\nC000777,2026-03-01,12,出口,1,t\n", encoding="utf-8")

    with pytest.raises(RuleBroken) as refusal:
        ingest("shipments", path, by=make_user(), constants={field: word})

    assert refusal.value.field == field
    assert word in str(refusal.value.message)
    assert Shipment.objects.count() == 0
