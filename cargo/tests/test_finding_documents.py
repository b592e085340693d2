"""Documents are found by what they tell: bill of lading, booking, container, vessel, voyage, number, file."""

from importlib import import_module

import pytest
from django.db import connection

from cargo.models import CargoDocument, DocumentKey
from cargo.queries.search import find_documents
from cargo.tests.factories import booking, edifact, make_document, stowage
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST, PALETTE = "/cargo/documents/", "/search/palette/"
FILLING = "cargo.migrations.0031_find_documents_received_so_far"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def manifest(bill: str = "COSU6312345", box: str = "MSKU7351770", vessel: str = "EVER DEMO", voyage: str = "123W") -> bytes:
    return edifact(
        "BGM+85+MAN1+9", f"TDT+20+{voyage}+1++COS:172:20+++9074729:146:11:{vessel}", f"EQD+CN+{box}+45G1:102:5+++5",
        f"CNI+1+{bill}", f"RFF+BM:{bill}", "GID+1+10:CT", "FTX+AAA+++STEEL COILS", "MEA+AAE+G+KGM:5000", f"SGP+{box}", kind="CUSCAR",
    )  # fmt: skip


@pytest.fixture
def filed():
    """A manifest, a stowage plan of a Chinese ship, and a booking."""
    make_document(content=manifest(), name="manifest.edi")
    make_document(content=stowage("CSQU3054383", vessel="演示轮 07", number="PLAN9"), name="plan.edi")
    make_document(content=booking("CN+DEMO LTD:1 ROAD", number="BKG77"), name="order.edi")


@pytest.mark.parametrize(("text", "found"), [
    ("COSU6312345", ["manifest.edi"]), ("cosu 631", ["manifest.edi"]), ("MSKU7351770", ["manifest.edi"]),
    ("MSKU 735177-0", ["manifest.edi"]),
    ("EVER", ["manifest.edi"]), ("demo", ["manifest.edi"]), ("ever demo 123w", ["manifest.edi"]), ("123W", ["manifest.edi"]),
    ("9074729", ["manifest.edi"]), ("演示轮", ["plan.edi"]), ("示轮07", ["plan.edi"]), ("轮０７", ["plan.edi"]), ("017e", ["plan.edi"]),
    ("PLAN", ["plan.edi"]), ("BKG77", ["order.edi"]), ("order.e", ["order.edi"]), ("CSQU3054383", ["order.edi", "plan.edi"]),
    ("6312345", []), ("VER DEMO", []), ("--", []), ("%", []), ("_", []),
])  # fmt: skip
def test_a_document_is_found_by_the_beginning_of_what_it_tells(filed, client, text, found):
    client.force_login(make_user(Role.OPERATIONS))

    answer = client.get(LIST, {"q": text})

    assert [row.file_name for row in answer.context["listing"].rows] == found


def test_the_palette_says_what_was_found(filed):
    user = make_user(Role.OPERATIONS, language="en")

    hits = [find_documents(user, text, 5)[0] for text in ("COSU63", "MSKU", "ever", "演示")]

    assert [hit.title for hit in hits] == ["manifest.edi", "manifest.edi", "manifest.edi", "plan.edi"]
    assert hits[0].subtitle.endswith("EVER DEMO 123W · 提单 COSU6312345")
    assert hits[1].subtitle.endswith("EVER DEMO 123W · 箱号 MSKU7351770")
    assert hits[2].subtitle.endswith("EVER DEMO 123W")
    assert {hit.url for hit in hits} == {one.get_absolute_url() for one in CargoDocument.objects.exclude(file_name="order.edi")}


def test_whoever_may_not_see_documents_finds_none(filed, client):
    stranger = make_user(language="en")
    client.force_login(stranger)

    palette = client.get(PALETTE, {"q": "COSU6312345"})

    assert find_documents(stranger, "COSU6312345", 5) == []
    assert b"manifest.edi" not in palette.content


def test_the_palette_lists_documents(filed, client):
    client.force_login(make_user(Role.OPERATIONS, language="en"))

    assert b"manifest.edi" in client.get(PALETTE, {"q": "COSU6312345"}).content


@pytest.mark.parametrize("count", [1, 3])
def test_finding_costs_the_same_with_one_document_and_with_three(client, django_assert_num_queries, count):
    user = make_user(Role.OPERATIONS)
    for number in range(count):
        make_document(content=manifest(voyage=f"{number}W"), name=f"{number}.edi")
    user.has_perm("cargo.view_document")

    with django_assert_num_queries(3):  # documents, heads of their messages, what was found
        assert len(find_documents(user, "COSU", 5)) == count


def plan_of(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, parameters = CargoDocument.objects.search(text).order_by("-pk")[:50].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_search_reads_the_keys_by_an_index_and_no_table_from_end_to_end(filed):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cargo_documentkey")

    plan = plan_of("COSU6312345")

    assert "Seq Scan" not in plan
    assert any(name in plan for name in ("document_by_key", "document_has_a_key_once"))
    assert "key ~>=~ 'COSU6312345'" in plan.replace("(", "").replace("::text", "")


def test_a_box_that_stands_under_two_bills_is_noted_once():
    document = make_document(content=manifest())

    assert document.keys.filter(kind="box").count() == 1


def test_documents_of_before_are_found_like_those_of_today(filed):
    noted = set(DocumentKey.objects.values_list("document", "kind", "key"))
    DocumentKey.objects.all().delete()

    with connection.cursor() as cursor:
        cursor.execute(import_module(FILLING).FILL)

    assert set(DocumentKey.objects.values_list("document", "kind", "key")) == noted
