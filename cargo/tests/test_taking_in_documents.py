"""Taking in what a port receives: kept whole and once, or refused with a reason and nothing kept."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from cargo.models import CargoDocument, DocumentMessage
from cargo.queries.documents import box_lines
from cargo.services.documents import take_in_document
from cargo.services.forgetting import documents_about, erase_from_documents
from cargo.tests.factories import edifact, make_document, stowage
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.audit.personal_data import Person
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings, tmp_path) -> Path:
    """The folder of kept files, empty at first."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def files_in(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def take_in(content: bytes, name: str = "plan.edi"):
    return take_in_document(name=name, content=content, by=system_user())


def refusal_of(content: bytes) -> str:
    with translation.override("en"), pytest.raises(RuleBroken) as refused:
        take_in(content)
    with translation.override("en"):
        return str(refused.value.message)


def test_a_plan_is_kept_with_its_file_and_all_it_tells(kept):
    content, by = stowage("CSQU3054383", "MSKU0000011"), make_user()

    document, is_new = take_in_document(name="C:\\plans\\017E.edi", content=content, by=by)

    message = DocumentMessage.objects.get(document=document)
    assert (is_new, document.file_name, document.size, document.received_by) == (True, "017E.edi", len(content), by)
    assert (document.dialect, document.encoding, document.segments, document.message_count) == ("edifact", "utf-8", 18, 1)
    assert (document.boxes, document.teu, document.tonnes) == (2, Decimal(2), Decimal(20))
    assert (message.kind, message.type, message.number, message.purpose) == ("stowage", "BAPLIE", "PLAN7", "original")
    assert (message.vessel, message.voyage, message.imo, message.carrier) == ("MV EXAMPLE", "017E", "9400289", "COSU")
    assert (message.laden, message.empty, message.loading, message.discharge) == (2, 0, "CNSHG", "KRPUS")
    assert [box["number"] for box in message.facts["boxes"]] == ["CSQU3054383", "MSKU0000011"]
    assert message.facts["boxes"][0]["gross_kg"] == "10000"
    assert files_in(kept) == [content]


def test_what_is_odd_is_kept_as_a_remark_and_keeps_nothing_out():
    document, _is_new = take_in(stowage("MSKU0000010", count=99))

    assert [(one["kind"], one["values"]) for one in document.remarks] == [
        ("segment_count", {"reference": "7", "said": "99", "found": "11"}),
        ("box_number", {"found": "MSKU0000010"}),
    ]
    assert (document.remark_count, document.boxes) == (2, 1)


def test_the_event_names_the_file_and_who_took_it_in():
    by = make_user()

    document, _is_new = take_in_document(name="plan.edi", content=stowage("CSQU3054383"), by=by)

    event = AuditEvent.objects.get(action="document.take_in")
    assert (event.actor_id, event.record, event.record_pk, event.record_text) == (
        by.pk,
        "cargo.cargodocument",
        str(document.pk),
        "plan.edi",
    )
    assert event.detail == {"messages": 1, "remarks": 0}


def test_the_same_content_again_is_known_whatever_its_name(kept):
    first, _is_new = take_in(stowage("CSQU3054383"))

    again, is_new = take_in(stowage("CSQU3054383"), name="other.edi")

    assert (again, is_new, again.file_name) == (first, False, "plan.edi")
    assert (CargoDocument.objects.count(), DocumentMessage.objects.count(), len(files_in(kept))) == (1, 1, 1)
    assert AuditEvent.objects.filter(action="document.take_in").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_at_once_keep_one(kept):
    content, by = stowage("CSQU3054383"), system_user()

    results = at_once(*[lambda: take_in_document(name="plan.edi", content=content, by=by)] * 4)

    assert sorted(is_new for _document, is_new in results) == [False, False, False, True]
    assert len({document.pk for document, _is_new in results}) == 1
    assert (CargoDocument.objects.count(), DocumentMessage.objects.count(), files_in(kept)) == (1, 1, [content])
    connection.close()


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "This is neither an EDIFACT file nor a platform file."),
    (b"\x00\x01\x02", "This is no text file."),
    (b"PK\x03\x04\x14\x00\x06\x00", "This is no text file."),
    ("客户,电话\n甲,1\n".encode("gb18030"), "This is neither an EDIFACT file nor a platform file."),
    (b"UNB+UNOA:2+A+B+261127:0800+R1'UNZ+0+R1'", "The file holds no message."),
])  # fmt: skip
def test_a_file_that_is_no_document_is_refused_and_leaves_nothing(kept, content, reason):
    assert refusal_of(content) == reason
    assert (CargoDocument.objects.count(), files_in(kept), AuditEvent.objects.filter(action="document.take_in").count()) == (0, [], 0)


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_not(kept, settings):
    content = stowage("CSQU3054383")
    settings.MAX_DOCUMENT_BYTES = len(content)

    assert refusal_of(content + b"\n") == "The file is larger than 0.0 MB."
    assert files_in(kept) == []
    assert take_in(content)[1] is True


def test_a_file_of_nothing_but_heads_is_refused_before_it_is_read(kept, monkeypatch):
    monkeypatch.setattr("cargo.services.read_rows.MOST_MESSAGES", 2)

    assert refusal_of(edifact() + b"UNH+8+IFTMIN'UNH+9+IFTMIN'") == "The file holds more than 2 messages. Ask the sender to divide it."
    assert (CargoDocument.objects.count(), files_in(kept)) == (0, [])
    assert take_in(edifact() + b"UNH+8+IFTMIN'")[0].message_count == 2


def test_remarks_without_end_are_counted_and_the_first_kept(monkeypatch):
    monkeypatch.setattr("cargo.services.read_rows.REMARKS_KEPT", 2)

    document, _is_new = take_in(stowage("AAAU0000001", "AAAU0000002", "AAAU0000003"))

    assert (len(document.remarks), document.remark_count) == (2, 3)


def test_a_file_that_the_database_refuses_leaves_nothing(kept, monkeypatch):
    monkeypatch.setattr(
        "cargo.services.read_rows.FIELDS",
        dict.fromkeys(("type", "reference", "number", "vessel", "voyage", "imo", "call_sign", "carrier", "loading", "discharge"), 500),
    )

    with pytest.raises(Exception, match="too long"):
        take_in(stowage("CSQU3054383", number="N" * 300))

    assert (CargoDocument.objects.count(), files_in(kept)) == (0, [])


def test_hostile_texts_are_kept_as_far_as_they_can_be():
    """Names longer than any column, a sign no database keeps, counts of thousands of digits."""
    head = ("BGM++" + "9" * 5000 + "+9", "TDT+20+017E+++X+++9400289:146::" + "V" * 5000)
    filling = [f"FTX+AAA+++{'x' * 60}"] * 100  # so that the sign stands behind what is looked at first
    content = edifact(
        *head, *filling, "FTX+AAA+++A\x00B", "EQD+CN+CSQU3054383+22G1+++5", "EQN+" + "9" * 5000, kind="COPARN", count=int("9" * 9)
    )

    document, is_new = take_in(content, name="a\x00\udcff.edi")

    message = document.messages.get()
    assert (is_new, len(message.number), len(message.vessel), document.boxes) == (True, 70, 100, 1)
    assert "\x00" not in str(message.facts) + document.file_name


def test_a_file_that_breaks_off_is_kept_as_far_as_it_goes():
    whole = stowage("CSQU3054383", "MSKU0000011")

    document, _is_new = take_in(whole[: whole.index(b"EQD+CN+MSKU") + 12])

    assert "truncated" in {one["kind"] for one in document.remarks}
    assert [box["number"] for box in document.messages.get().facts["boxes"]][0] == "CSQU3054383"


def test_a_change_and_a_cancellation_name_what_they_replace():
    original = make_document(content=stowage("CSQU3054383"), name="1.edi").messages.get()
    make_document(content=stowage("CSQU3054383", number="OTHER"), name="2.edi")

    changed = make_document(content=stowage("CSQU3054383", "MSKU0000011", purpose="4"), name="3.edi").messages.get()
    cancelled = make_document(content=stowage("CSQU3054383", purpose="1"), name="4.edi").messages.get()

    assert (changed.purpose, changed.replaces) == ("change", original)
    assert (cancelled.purpose, cancelled.replaces) == ("cancel", changed)


def test_an_original_and_a_change_of_something_unknown_replace_nothing():
    make_document(content=stowage("CSQU3054383"))

    again = make_document(content=stowage("MSKU0000011")).messages.get()
    unknown = make_document(content=stowage("CSQU3054383", purpose="5", number="ELSEWHERE")).messages.get()
    nameless = make_document(content=stowage("CSQU3054383", purpose="5", number="")).messages.get()

    assert (again.replaces, unknown.replaces, nameless.replaces) == (None, None, None)


def test_a_person_who_is_erased_goes_from_facts_and_files_that_name_them(kept, django_capture_on_commit_callbacks):
    shipper = "NAD+CZ+++EAST SEA LTD+MS LI 13800001111"
    named = make_document(content=edifact("BGM++B1+9", shipper), name="named.edi")
    rung = make_document(content=edifact("BGM++B2+9", "COM+li@example.org:EM"), name="rung.edi")
    other = make_document(content=edifact("BGM++B3+9", "NAD+CZ+++EAST SEA LTD"), name="other.edi")
    person = Person("customers.contact", 1, names=("MS LI",), addresses=("li@example.org",), numbers=("13800001111",))

    (held,) = documents_about(person)
    with django_capture_on_commit_callbacks(execute=True):
        erase_from_documents(person=person, by=make_user())

    assert [set(row.values()) & {"named.edi", "rung.edi", "other.edi"} for row in held.rows] == [{"named.edi"}, {"rung.edi"}]
    facts = str(named.messages.get().facts)
    assert ("EAST SEA LTD" in facts, "MS LI" in facts, "13800001111" in facts) == (True, False, False)
    assert [bool(CargoDocument.objects.get(pk=one.pk).file) for one in (named, rung, other)] == [False, False, True]
    assert files_in(kept) == [edifact("BGM++B3+9", "NAD+CZ+++EAST SEA LTD")]


def ingest(*paths: Path) -> tuple[str, str, str]:
    """What the command prints, what it complains of, and how it ends."""
    out, errors, ended = io.StringIO(), io.StringIO(), ""
    try:
        call_command("ingest", "document", *[str(path) for path in paths], stdout=out, stderr=errors)
    except CommandError as end:
        ended = str(end)
    return out.getvalue(), errors.getvalue(), ended


def test_the_command_tells_of_each_file_and_goes_on_after_a_refused_one(tmp_path):
    plan, table, again = tmp_path / "plan.edi", tmp_path / "table.csv", tmp_path / "again.edi"
    plan.write_bytes(stowage("MSKU0000010"))
    table.write_bytes(b"a,b\n1,2\n")
    again.write_bytes(stowage("MSKU0000010"))

    with translation.override("en"):
        told, complaints, ended = ingest(plan, table, tmp_path / "missing.edi", again)

    lines = told.splitlines()
    assert lines[:5] == [
        "plan.edi",
        "  Taken in.",
        "  Stowage plan · BAPLIE · PLAN7 · Original · MV EXAMPLE 017E",
        "  1 box (1 laden, 0 empty), 1 TEU, 10 t",
        "  Segment 11: Container MSKU0000010 has a wrong check digit.",
    ]
    assert lines[6].startswith("  Known already: plan.edi, taken in at ")
    assert complaints.splitlines() == [
        "table.csv: This is neither an EDIFACT file nor a platform file.",
        "missing.edi: No such file or directory",
    ]
    assert ended == "2 of 4 files were refused."


def test_the_command_takes_rows_from_one_file_only(tmp_path):
    with translation.override("en"), pytest.raises(CommandError, match=r"^Rows are imported from one file at a time\.$"):
        call_command("ingest", "shipments", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))


@pytest.mark.samples
def test_the_command_takes_in_all_samples(samples):
    paths = sorted([*(samples / "edifact").glob("*.edi"), *(samples / "cn_platform").glob("*.txt")])

    told, complaints, ended = ingest(*paths)

    assert (len(paths), complaints, ended, CargoDocument.objects.count()) == (61, "", "", 61)
    assert [path.name for path in paths if path.name not in told.splitlines()] == []
    boxes = dict(CargoDocument.objects.values_list("file_name", "boxes"))
    assert boxes["baplie_d95b_smdg20_export.edi"] == 672
    assert boxes["baplie_d95b_smdg22_delmonterose.edi"] == 642
    assert boxes["movins_d95b_smdg20.edi"] == 449
    unread = DocumentMessage.objects.filter(kind="")
    assert [message for message in unread if not message.remarks] == []
    plan = DocumentMessage.objects.get(document__file_name="baplie_d95b_smdg20_export.edi")
    assert len(list(box_lines(plan.facts))) == 672
