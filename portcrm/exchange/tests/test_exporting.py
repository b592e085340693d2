import csv
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import RequestFactory
from django.utils import translation
from python_calamine import CalamineWorkbook

from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.audit.models import AuditEvent
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import csv_response, export_response
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.permissions import EXPORT
from portcrm.exchange.tests.factories import make_file
from portcrm.pages.lists import Column, Listing, Ordering

pytestmark = pytest.mark.django_db
COLUMNS = (
    Column("code", "Code"),
    Column("name_zh", "Chinese name"),
    Column("letters", "Letters", numeric=True, value=lambda row: len(row.name_en)),
    Column("name_en", "English name", default=False),
)


def make_listing(user, address: str = "/?export=csv", **options) -> Listing:
    request = RequestFactory().get(address)
    request.user = user
    defaults = {"queryset": Department.objects.all(), "columns": COLUMNS, "orderings": (Ordering("code", "Code", ("code",)),)}
    return Listing(request, record="accounts.department", **defaults | {"export_permission": EXPORT} | options)


def export(user, address: str = "/?export=csv", **options) -> bytes:
    listing = make_listing(user, address, **options)
    response = export_response(listing.request, listing, by=user)
    content = b"".join(response.streaming_content)
    request_finished.disconnect(close_old_connections)  # as Django's test client does: the test's connection stays open
    response.close()
    request_finished.connect(close_old_connections)
    return content


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def reader():
    return make_user(Role.MARKETING, name="王 经办")


def test_all_rows_come_with_the_columns_of_the_screen(reader):
    for number in range(60):
        make_department(code=f"d{number:02}", name_zh="部门", name_en="x" * number)

    rows = read(export(reader))

    assert rows[0] == ["Code", "Chinese name", "Letters"]
    assert rows[1:] == [[f"d{number:02}", "部门", str(number)] for number in range(60)]


def test_chosen_columns_are_exported(reader):
    make_department(code="a", name_en="Gate")

    assert read(export(reader, "/?export=csv&columns=name_en,code")) == [["Code", "English name"], ["a", "Gate"]]


@pytest.mark.parametrize("text", ["=1+1", "+8621", "-2", "@sum", "\tx", "\rx", "\n=1+1", "＝1+1", "＋8621", "－2", "＠sum"])
def test_a_cell_that_looks_like_a_formula_is_defused(reader, text):
    make_department(code="a", name_zh=text)

    assert read(export(reader))[1][1] == f"'{text}"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("货量-问题.csv", "attachment; filename*=utf-8''%E8%B4%A7%E9%87%8F-%E9%97%AE%E9%A2%98.csv"),
        ('a "b".csv', 'attachment; filename="a \\"b\\".csv"'),
    ],
)
def test_a_file_keeps_its_name(name, header):
    assert csv_response([], iter([]), name=name)["Content-Disposition"] == header


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "－2"])
def test_an_exported_file_can_be_imported_again(reader, tmp_path, text):
    make_department(code="a", name_zh=text, name_en="Gate")
    content = export(reader, "/?export=csv&columns=code,name_zh,name_en")
    Department.objects.all().delete()

    ingest("departments", make_file(tmp_path, content), by=reader)

    assert Department.objects.values_list("code", "name_zh", "name_en").get() == ("a", text, "Gate")


def test_a_workbook_keeps_numbers_and_no_formula(reader, tmp_path):
    make_department(code="a", name_zh="=1+1", name_en="Gate")

    path = make_file(tmp_path, export(reader, "/?export=xlsx"), "list.xlsx")

    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    assert sheet.to_python() == [["Code", "Chinese name", "Letters"], ["a", "=1+1", 4.0]]


def test_an_export_is_told_in_the_audit_log(reader):
    make_department()

    export(reader, "/?export=csv&sort=-code")

    event = AuditEvent.objects.get()
    assert (event.actor_name, event.action) == ("王 经办", "exchange.export")
    names = {"sort": {"code": {"zh": "Code", "en": "Code"}}}
    assert event.detail == {"list": "accounts.department", "format": "csv", "rows": 1, "query": "sort=-code", "names": names}


def test_a_list_with_too_many_rows_is_refused_as_a_whole(reader, settings):
    settings.MAX_EXPORT_ROWS = 2
    for _number in range(3):
        make_department()

    with translation.override("en"), pytest.raises(RuleBroken) as refusal:
        export(reader)

    assert str(refusal.value.message) == ("The list has more than 2 rows, more than one file may hold. Please narrow it by a filter.")
    assert not AuditEvent.objects.exists()


def test_a_list_too_long_for_a_workbook_still_leaves_as_csv(reader, settings):
    """A workbook is written whole before its first byte goes: 34 s for 100,000 ledger rows, in which a proxy gives up."""
    settings.MAX_WORKBOOK_ROWS = 2
    for _number in range(3):
        make_department()

    with translation.override("en"), pytest.raises(RuleBroken) as refusal:
        export(reader, "/?export=xlsx")

    assert "more than 2 rows, more than a workbook may hold" in str(refusal.value.message)
    assert len(read(export(reader))) == 4


def test_without_the_permission_nothing_is_exported():
    make_department(name_zh="秘密")

    with pytest.raises(PermissionDenied):
        export(make_user())

    assert not AuditEvent.objects.exists()
