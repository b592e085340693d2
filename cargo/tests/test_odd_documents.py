"""Files that are none, or hostile, or written by hand."""

from decimal import Decimal

import pytest

from cargo.documents.document import lines_of, physical_boxes, read_document, totals_of
from cargo.documents.facts import DocumentKind, PartyRole, PlaceRole, Purpose
from cargo.documents.reading import NotReadable, decode
from cargo.documents.remarks import Kind


def edifact(*segments: str, kind: str = "BAPLIE", count: int | None = None) -> bytes:
    body = [f"UNH+7+{kind}:D:95B:UN:SMDG20", *segments]
    lines = ["UNB+UNOA:2+A+B+261127:0800+R1", *body, f"UNT+{count or len(body) + 1}+7", "UNZ+1+R1"]
    return "".join(f"{line}'\r\n" for line in lines).encode()


@pytest.mark.parametrize(("content", "kind"), [
    (b"", Kind.NO_DOCUMENT), (b"PK\x03\x04\x00\x00", Kind.BINARY), ("客户,电话\n甲,1\n".encode(), Kind.NO_DOCUMENT),
    (b"00NCLCONTAINER LIST   01", Kind.TERMINAL_LIST), (b"UNB+UNOA:2+A+B+261127:0800+R1'UNZ+0+R1'", Kind.NO_MESSAGE),
])  # fmt: skip
def test_what_is_no_document_says_so(content, kind):
    with pytest.raises(NotReadable) as refused:
        read_document(content)

    assert refused.value.remark.kind == kind


def test_latin_letters_with_accents_are_not_taken_for_chinese():
    text = "UNB+UNOC:2+A+B'NAD+CZ+++SEÑOR ALMACÉN ESPAÑA S.A.'"

    assert decode(text.encode("latin-1")) == (text, "latin-1")
    assert decode(text.encode("utf-8")) == (text, "utf-8")


def test_signs_that_are_released_belong_to_the_text():
    content = edifact("BGM++1+9", "NAD+CZ+++O?'NEILL ?+ CO?: WHAT??", kind="IFTMIN")

    (party,) = read_document(content).messages[0].consignments[0].parties

    assert party.lines == ("O'NEILL + CO: WHAT?",)


def test_a_service_string_chooses_the_signs_and_the_decimal_comma():
    content = b"UNA#;,!|~UNB;UNOA#1;A;B;261127#0800;R1~UNH;1;BAPLIE#D#95B#UN~LOC;147;0010203##5~MEA;WT;;KGM#1500,5~"
    content += b"EQD;CN;CSQU3054383;22G1;;;5~UNT;5;1~UNZ;1;R1~"

    (box,) = read_document(content).messages[0].boxes

    assert (box.number, box.gross_kg, box.position) == ("CSQU3054383", Decimal("1500.5"), "0010203")


def test_an_empty_segment_does_not_swallow_the_next():
    content = edifact("LOC+147+0010203::5", "", "MEA+WT++KGM:100", "EQD+CN+CSQU3054383+22G1+++4")

    (box,) = read_document(content).messages[0].boxes

    assert (box.gross_kg, box.full) == (Decimal(100), False)


@pytest.mark.parametrize("figure", ["-5", "NaN", "1E99", "Infinity", "viel", "1.639,5"])
def test_a_figure_that_is_no_weight_is_told_and_not_counted(figure):
    document = read_document(edifact("LOC+147+0010203::5", f"MEA+WT++KGM:{figure}", "EQD+CN+CSQU3054383+22G1+++5"))

    assert totals_of(physical_boxes(document.messages[0])).kg == 0
    assert [(remark.kind, remark.segment) for remark in document.all_remarks] == [(Kind.WEIGHT, 4)]


def test_wrong_counts_and_check_digits_are_remarks_and_nothing_is_left_out():
    content = edifact("LOC+147+0010203::5", "EQD+CN+CBHU1234567+ZZZZ+++5", count=99)

    document = read_document(content)

    assert [remark.kind for remark in document.all_remarks] == [Kind.SEGMENT_COUNT, Kind.BOX_NUMBER, Kind.SIZE_TYPE]
    assert [box.number for box in lines_of(document.messages[0])] == ["CBHU1234567"]


@pytest.mark.parametrize(("code", "purpose"), [
    ("1", Purpose.CANCEL), ("2", Purpose.ADDITION), ("3", Purpose.CANCEL), ("4", Purpose.CHANGE), ("5", Purpose.CHANGE),
    ("9", Purpose.ORIGINAL), ("", Purpose.ORIGINAL), ("47", Purpose.ORIGINAL),
])  # fmt: skip
def test_the_function_code_tells_the_purpose(code, purpose):
    assert read_document(edifact(f"BGM+12+X1+{code}")).messages[0].purpose == purpose


def test_a_manifest_in_edifact_ties_boxes_to_bills():
    content = edifact(
        "BGM+85+MAN1+9", "TDT+20+123W+1++COS:172:20+++9074729:146:11:EVER DEMO", "EQD+CN+CSQU3054383+22G1:102:5+++5",
        "EQD+CN+MSKU7351770+45G1:102:5+++5",
        "CNI+1+BL1", "RFF+BM:BL1", "LOC+9+CNSHG:139:6", "LOC+11+SGSIN:139:6", "NAD+CZ+++DEMO EXPORT CO:LTD", "NAD+CN+++TO ORDER",
        "GID+1+10:CT", "FTX+AAA+++STEEL COILS", "MEA+AAE+G+KGM:5000", "SGP+CSQU3054383",
        "CNI+2+BL2", "NAD+CN+++DEMO IMPORT", "GID+1+5:PX", "FTX+AAA+++PAPER:IN ROLLS", "MEA+AAE+G+TNE:2.5", "SGP+CSQU3054383",
        kind="CUSCAR",
    )  # fmt: skip

    (message,) = read_document(content).messages

    assert (message.kind, message.voyages[0].imo, message.voyages[0].vessel) == (DocumentKind.MANIFEST, "9074729", "EVER DEMO")
    first, second = message.consignments
    assert ([box.number for box in first.boxes], [box.number for box in second.boxes]) == (["CSQU3054383"], ["CSQU3054383"])
    assert [box.number for box in message.boxes] == ["MSKU7351770"]
    assert [(party.role, party.lines) for party in first.parties] == [
        (PartyRole.SHIPPER, ("DEMO EXPORT CO", "LTD")), (PartyRole.CONSIGNEE, ("TO ORDER",)),
    ]  # fmt: skip
    assert [(goods.description, goods.gross_kg) for one in (first, second) for goods in one.goods] == [
        ("STEEL COILS", Decimal(5000)), ("PAPER IN ROLLS", Decimal(2500)),
    ]  # fmt: skip
    assert totals_of(physical_boxes(message)).boxes == 2


def test_a_consolidated_manifest_in_edifact_tells_carriage_parties_goods_and_boxes_of_each_bill():
    content = edifact(
        "BGM+785+CON7+9", "DTM+137:202611270800:203", "TDT+20+0421E+1++SIT:172:20+++9400289:146:11:DEMO FEEDER", "LOC+9+CNNGB:139:6",
        "LOC+11+JPOSA:139:6", "NAD+CA+SIT:172:20",
        "CNI+1+DEMONGB001", "LOC+76+CNYIW:139:6", "NAD+CZ+++DEMO TOYS CO", "NAD+CN+++DEMO SHOPS KK:2 HARBOUR STREET",
        "NAD+NI+++SAME AS CONSIGNEE",
        "GID+1+400:CT", "FTX+AAA+++PLASTIC TOYS", "MEA+AAE+G+KGM:6200", "MEA+AAE+AAW+MTQ:58.5", "SGP+CSQU3054383+400",
        "CNI+2", "RFF+BM:DEMONGB002", "LOC+7+JPKYO:139:6", "NAD+CZ+++DEMO TILES CO", "GID+1+20:PX", "FTX+AAA+++CERAMIC TILES",
        "MEA+AAE+G+TNE:21", "SGP+MSKU7351770+20", "EQD+CN+MSKU7351770+22G1:102:5+++5",
        kind="IFCSUM",
    )  # fmt: skip

    (message,) = read_document(content).messages

    assert (message.kind, message.number, message.voyages[0].vessel) == (DocumentKind.MANIFEST, "CON7", "DEMO FEEDER")
    first, second = message.consignments
    assert (first.bill_no, second.bill_no) == ("DEMONGB001", "DEMONGB002")
    assert [(place.role, place.code) for place in (*message.places, *first.places, *second.places)] == [
        (PlaceRole.LOADING, "CNNGB"), (PlaceRole.DISCHARGE, "JPOSA"), (PlaceRole.ORIGIN, "CNYIW"), (PlaceRole.DELIVERY, "JPKYO"),
    ]  # fmt: skip
    assert [(goods.description, goods.packages, goods.gross_kg, goods.volume_m3) for one in (first, second) for goods in one.goods] == [
        ("PLASTIC TOYS", 400, Decimal(6200), Decimal("58.5")), ("CERAMIC TILES", 20, Decimal(21_000), None),
    ]  # fmt: skip
    assert [[(box.number, box.size_type) for box in one.boxes] for one in (first, second)] == [
        [("CSQU3054383", "")], [("MSKU7351770", "22G1")],
    ]  # fmt: skip
    assert (message.boxes, totals_of(physical_boxes(message)).boxes) == ((), 2)
