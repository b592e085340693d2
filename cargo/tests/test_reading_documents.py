"""What a port's documents say. Expected figures come from a plain search of the files' text, not from the reader."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from cargo.documents.document import lines_of, physical_boxes, read_document, totals_of
from cargo.documents.facts import DocumentKind, PartyRole, PlaceRole, Purpose
from cargo.documents.remarks import Kind

pytestmark = pytest.mark.samples

# Each sample with the kind it is read as; None where a reason is stated instead
KINDS = {
    "baplie_d95b_smdg20_export_v2": None, "release_character": None, "wrapped": None,
    "baplie": "stowage", "movins": "stowage", "coarri": "moves", "coprar": "moves", "codeco": "moves", "copino": "moves", "vermas": "moves",
    "coparn": "booking", "iftmbf": "booking", "iftmbc": "booking", "iftmin": "booking", "cuscar": "manifest", "ifcsum": "manifest",
    "desadv": "loading_list", "utf8": "loading_list", "iftsai": "schedule", "iftsta": "status",
}  # fmt: skip


def files_of(samples: Path) -> list[Path]:
    return sorted([*(samples / "edifact").glob("*.edi"), *(samples / "cn_platform").glob("*.txt")])


def text_of(path: Path) -> str:
    """Without byte-order mark, service string and line breaks."""
    text = path.read_bytes().decode("utf-8-sig").replace("\r", "").replace("\n", "").strip()
    return text[9:] if text.startswith("UNA") else text


def one_message(samples: Path, name: str):
    (path,) = [path for path in files_of(samples) if path.stem == name]
    document = read_document(path.read_bytes())
    (message,) = document.messages
    return document, message


def test_all_samples_are_read_or_say_why_not(samples):
    files = files_of(samples)
    expected = {path.stem: next(kind for begin, kind in KINDS.items() if path.stem.startswith(begin)) for path in files}

    found = {}
    for path in files:
        messages = read_document(path.read_bytes()).messages
        found[path.stem] = messages[0].kind
        if messages[0].kind is None:
            assert {remark.kind for remark in messages[0].remarks} & {Kind.TYPE_NOT_READ, Kind.NOT_STANDARD}

    assert len(files) == 61
    assert found == expected


def test_no_segment_of_any_sample_is_lost(samples):
    for path in files_of(samples):
        ends = re.findall(r"(?<!\?)(?:\?\?)*'", text_of(path))

        assert (path.stem, read_document(path.read_bytes()).segments) == (path.stem, len(ends))


def test_every_container_of_plans_and_moves_is_found(samples):
    for path in files_of(samples):
        if not re.match("baplie_d|movins|coarri|coprar|codeco|copino|vermas|coparn|iftmbf_d97b", path.stem) or path.stem.endswith("_v2"):
            continue
        written = re.findall(r"'EQD\+CN\+([^+':]*)", text_of(path))

        lines = [box.number for message in read_document(path.read_bytes()).messages for box in lines_of(message)]

        assert (path.stem, lines) == (path.stem, [number.replace(" ", "") for number in written])


@pytest.mark.parametrize("name", ["baplie_d95b_smdg20_export", "baplie_d95b_smdg22_delmonterose", "movins_d95b_smdg20"])
def test_boxes_weights_and_teu_of_a_real_plan_come_to_what_its_text_says(samples, name):
    (path,) = [path for path in files_of(samples) if path.stem == name]
    text = text_of(path)
    boxes = re.findall(r"'EQD\+CN\+[^+']*\+(\w{4})\+\+\d?\+([45])'", text)
    weights = [Decimal(figure) for figure in re.findall(r"'MEA\+WT\+\+KGM:([\d.]+)'", text)]
    feet = [{"2": 1, "4": 2}[size[0]] for size, _full in boxes]

    _document, message = one_message(samples, name)
    totals = totals_of(physical_boxes(message))

    assert (totals.boxes, totals.laden, totals.empty, totals.unsized) == (
        len(boxes), sum(full == "5" for _size, full in boxes), sum(full == "4" for _size, full in boxes), 0,
    )  # fmt: skip
    assert (totals.kg, totals.teu) == (sum(weights), sum(feet))


def test_all_1462_container_numbers_of_the_real_terminal_files_have_right_check_digits(samples):
    names = ["baplie_d95b_smdg20_export", "baplie_d95b_smdg22_delmonterose", "coarri_d23a", "coarri_d23a_itg10"]
    documents = [one_message(samples, name)[0] for name in names]

    numbered = [box.number for document in documents for message in document.messages for box in lines_of(message)]
    wrong = [remark for document in documents for remark in document.all_remarks if remark.kind == Kind.BOX_NUMBER]

    assert (len(numbered), wrong) == (1462, [])


def test_a_booking_names_its_parties_ship_places_and_goods(samples):
    _document, message = one_message(samples, "iftmbf_d97b_kotka_01")
    (booking,) = message.consignments

    assert (message.kind, message.purpose, message.number) == (DocumentKind.BOOKING, Purpose.ORIGINAL, "KTKANT24091")
    assert [(voyage.vessel, voyage.call_sign, voyage.carrier) for voyage in message.voyages] == [("MSC IRIS", "H3JN", "MSCFI")]
    assert [(party.role, party.lines[:1], party.code) for party in booking.parties] == [
        (PartyRole.ORIGINAL_SHIPPER, ("Kotkamills Oy",), "003708274241"),
        (PartyRole.SHIPPER, (), "003708274241"),
        (PartyRole.CONSIGNEE, ("SPOTPRESS",), "SPOTPRESS"),
        (PartyRole.TERMINAL, (), "STEVECO"),
    ]
    assert [(place.role, place.code) for place in booking.places if place.role != PlaceRole.DELIVERY] == [
        (PlaceRole.LOADING, "FIKTKC"), (PlaceRole.DISCHARGE, "BEANR"), (PlaceRole.LOADING, "BEANR"), (PlaceRole.DISCHARGE, "AUSYD"),
    ]  # fmt: skip
    assert [(goods.description, goods.hs_code, goods.packages, goods.package_kind) for goods in booking.goods] == [
        ("PAPER", "481022", 4, "RL")
    ]
    assert [(box.size_type, box.quantity) for box in booking.boxes] == [("C20", 1)]


def test_a_manifest_of_the_platform_names_who_ships_and_who_receives(samples):
    _document, message = one_message(samples, "ifcsum_ningbo_2003_excerpt")
    (bill,) = message.consignments

    assert (message.kind, bill.bill_no) == (DocumentKind.MANIFEST, "PONLALG18014582")
    assert [(voyage.vessel, voyage.carrier) for voyage in message.voyages] == [("PONL DAMMAM V.09E", "P&O NEDLLOYD")]
    assert [(party.role, party.lines[0]) for party in bill.parties] == [
        (PartyRole.SHIPPER, "COMERCIAL RIBA FARRE SA"),
        (PartyRole.CONSIGNEE, "NINGBO XIANGHAO LEIBOV METAL"),
        (PartyRole.NOTIFY, "NINGBO XIANGHAO LEIBOV METAL"),
    ]
    assert bill.parties[0].lines[1:] == ("C/ BOTANICA NO37-39", "08908 L'HOSPITALET DE LLOBREGAT", "(BARCELONA) ESPANA")
    assert [(place.role, place.code, place.name) for place in bill.places] == [
        (PlaceRole.LOADING, "ESBCN", "BARCELONA"), (PlaceRole.DISCHARGE, "CNNGB", "NINGBO"),
    ]  # fmt: skip
    assert [(goods.description, goods.packages, goods.package_kind, goods.gross_kg) for goods in bill.goods] == [
        ("MIXED METAL SCRAP", 1, "BULK", Decimal(23020))
    ]
    assert totals_of(physical_boxes(message)).kg == Decimal(23020 + 2280)


def test_a_box_under_two_bills_is_one_box_with_the_weight_of_both(samples):
    _document, message = one_message(samples, "ifcsum_rizhao_test")

    boxes = {box.number: box for box in physical_boxes(message)}

    assert [bill.bill_no for bill in message.consignments] == ["BL001", "BL002"]
    assert (len(boxes), boxes["CICU8421595"].gross_kg) == (2, Decimal(5430 + 1000))


def test_a_box_told_twice_of_one_move_has_its_weight_once(samples):
    _document, message = one_message(samples, "coprar_d95b")

    assert (len(list(lines_of(message))), [box.gross_kg for box in physical_boxes(message)]) == (2, [Decimal(11740)])


def test_a_dialect_with_level_numbers_is_refused_at_its_segment(samples):
    document, message = one_message(samples, "baplie_d95b_smdg20_export_v2")
    (odd,) = message.remarks

    assert (message.kind, message.boxes, document.segments) == (None, (), 6879)
    assert (odd.kind, odd.segment) == (Kind.NOT_STANDARD, 5)
    assert odd.values["found"].startswith("TDT+1+20+042")


@pytest.mark.parametrize(("name", "purpose"), [
    ("iftmbf_d97b_kotka_10", Purpose.CHANGE), ("codeco_d95b_generator_sample", Purpose.CHANGE),
    ("coparn_d95b_maersk_phpedifact", Purpose.ORIGINAL),
])  # fmt: skip
def test_a_message_says_whether_it_changes_another(samples, name, purpose):
    assert one_message(samples, name)[1].purpose == purpose


def test_chinese_of_another_encoding_is_read_like_utf_8(samples):
    (path,) = [path for path in files_of(samples) if path.stem == "iftmbf_booking_2018"]
    content = path.read_bytes()

    plain, chinese = read_document(content), read_document(content.decode("utf-8").encode("gb18030"))

    assert (plain.encoding, chinese.encoding) == ("utf-8", "gb18030")
    assert chinese.messages == plain.messages
    assert [(place.code, place.name) for place in chinese.messages[0].consignments[0].places[:2]] == [("YIK", "营口"), ("HPO", "黄埔老港")]


def test_a_file_that_breaks_off_gives_what_stands_before_that(samples):
    (path,) = [path for path in files_of(samples) if path.stem == "baplie_d95b_smdg20_export"]
    content = path.read_bytes()
    half = content[: content.index(b"EQD+CN+", len(content) // 2) + 9]
    whole = half.count(b"EQD+CN+") - 1

    document = read_document(half)

    assert {remark.kind for remark in document.remarks} >= {Kind.TRUNCATED, Kind.NO_END, Kind.NO_MESSAGE_END}
    assert len(list(lines_of(document.messages[0]))) == whole
