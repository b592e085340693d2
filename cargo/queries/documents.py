"""One document as its page and the command tell it: remarks in words, and per message the parties, bills of lading and boxes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cargo.document_words import PARTIES, PLACES, remark_words
from cargo.documents.facts import PartyRole, PlaceRole
from cargo.models import CargoDocument, DocumentMessage
from cargo.models.document import MESSAGES_SHOWN
from customers.naming.address_lines import name_and_address
from portcrm.bilingual import enumerated
from portcrm.pages.formats import number

REMARKS_SHOWN, PARTIES_SHOWN, BILLS_SHOWN, BOXES_SHOWN = 200, 100, 200, 200
PLACES_SHOWN, GOODS_SHOWN, LINES_SHOWN, SIGNS_SHOWN = 50, 20, 10, 500  # the file itself has everything

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class SaidRemark:
    """`segment` 0: of the whole file."""

    segment: int
    words: str


@dataclass(frozen=True)
class PartyLine:
    role: str
    name: str
    address: Sequence[str]
    code: str
    segment: int


@dataclass(frozen=True)
class PlaceLine:
    role: str
    code: str
    name: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.code, self.name) if part)


@dataclass(frozen=True)
class GoodsLine:
    description: str
    hs_code: str
    packages: str
    gross_kg: Decimal | None
    volume_m3: Decimal | None
    un_no: str


@dataclass(frozen=True)
class BillLine:
    """What goes under one bill of lading or booking; `more_…` are how many further ones the file holds."""

    bill_no: str
    booking_no: str
    parties: Sequence[PartyLine]
    places: Sequence[PlaceLine]
    goods: Sequence[GoodsLine]
    boxes: int
    segment: int
    more_parties: int
    more_places: int
    more_goods: int


@dataclass(frozen=True)
class BoxLine:
    number: str
    quantity: int
    size_type: str
    full: bool | None
    gross_kg: Decimal | None
    position: str
    route: str
    bill_no: str
    segment: int


@dataclass(frozen=True)
class MessageReport:
    """The lists are cut where a page would become too long; the counts are those of everything."""

    message: DocumentMessage
    parties: Sequence[PartyLine]
    places: Sequence[PlaceLine]
    bills: Sequence[BillLine]
    bill_count: int
    boxes: Sequence[BoxLine]
    box_count: int
    more_parties: int
    more_places: int

    @property
    def more_bills(self) -> int:
        return self.bill_count - len(self.bills)

    @property
    def more_boxes(self) -> int:
        return self.box_count - len(self.boxes)


@dataclass(frozen=True)
class DocumentReport:
    """`first`: the number in the file of the first message shown."""

    document: CargoDocument
    remarks: Sequence[SaidRemark]
    messages: Sequence[MessageReport]
    first: int = 1

    @property
    def more_remarks(self) -> int:
        return self.document.remark_count - len(self.remarks)

    @property
    def more_messages(self) -> int:
        return self.document.message_count - self.next + 1

    @property
    def next(self) -> int:
        """The number of the first message that stands no more on this page."""
        return self.first + len(self.messages)


def report_of(document: CargoDocument, first: int = 1) -> DocumentReport:
    """From its `first` message on, if it has so many. Three queries: messages, what they replace and what replaced them."""
    first = first if 1 <= first <= document.message_count else 1
    later = DocumentMessage.objects.select_related("document").defer("facts", "remarks").order_by("pk")
    messages = document.messages.select_related("replaces__document").defer("replaces__facts", "replaces__remarks")
    asked = messages.filter(position__gte=first).prefetch_related(Prefetch("replaced_by", later))
    shown = list(asked.order_by("position")[:MESSAGES_SHOWN])
    told = [*document.remarks, *(remark for message in shown for remark in message.remarks)]
    remarks = sorted((SaidRemark(one["segment"], remark_words(one["kind"], one["values"])) for one in told), key=lambda one: one.segment)
    return DocumentReport(document, remarks[:REMARKS_SHOWN], [_message(message) for message in shown], first)


def _message(message: DocumentMessage) -> MessageReport:
    facts = message.facts
    bills, boxes = facts["consignments"], list(box_lines(facts))
    return MessageReport(
        message=message,
        parties=_parties(facts),
        places=_places(facts),
        bills=[_bill(bill) for bill in bills[:BILLS_SHOWN]],
        bill_count=len(bills),
        boxes=[_box(box) for box in boxes[:BOXES_SHOWN]],
        box_count=len(boxes),
        more_parties=_more(facts, "parties", PARTIES_SHOWN),
        more_places=_more(facts, "places", PLACES_SHOWN),
    )


def box_lines(facts: Facts) -> Iterator[Facts]:
    """Every line with a box, as cargo.documents.document.lines_of finds them."""
    listed = {box.get("segment") for box in facts["boxes"]}
    yield from facts["boxes"]
    for bill in facts["consignments"]:
        yield from (box for box in bill.get("boxes", ()) if box.get("segment") not in listed)


def _more(facts: Facts, name: str, shown: int) -> int:
    return max(0, len(facts.get(name, ())) - shown)


def _parties(facts: Facts) -> list[PartyLine]:
    return [_party(party) for party in facts.get("parties", ())[:PARTIES_SHOWN]]


def _party(party: Facts) -> PartyLine:
    name, address = name_and_address(party["lines"])
    code = " · ".join(part for part in (party.get("code", ""), party.get("code_list", "")) if part)
    lines = [_cut(line) for line in address[:LINES_SHOWN]]
    return PartyLine(str(PARTIES[PartyRole(party["role"])]), _cut(name), lines, _cut(code), party.get("segment", 0))


def _places(facts: Facts) -> list[PlaceLine]:
    return [
        PlaceLine(str(PLACES[PlaceRole(place["role"])]), _cut(place["code"]), _cut(place.get("name", "")))
        for place in facts.get("places", ())[:PLACES_SHOWN]
    ]


def _bill(bill: Facts) -> BillLine:
    return BillLine(
        bill_no=_cut(bill.get("bill_no", "")),
        booking_no=_cut(bill.get("booking_no", "")),
        parties=_parties(bill),
        places=_places(bill),
        goods=[_goods(good) for good in bill.get("goods", ())[:GOODS_SHOWN]],
        boxes=sum(box.get("quantity", 1) for box in bill.get("boxes", ())),
        segment=bill.get("segment", 0),
        more_parties=_more(bill, "parties", PARTIES_SHOWN),
        more_places=_more(bill, "places", PLACES_SHOWN),
        more_goods=_more(bill, "goods", GOODS_SHOWN),
    )


def _goods(good: Facts) -> GoodsLine:
    packages = f"{number(good['packages'])} {_cut(good.get('package_kind', ''))}".strip() if "packages" in good else ""
    return GoodsLine(
        description=_cut(good.get("description", "")),
        hs_code=_cut(good.get("hs_code", "")),
        packages=packages,
        gross_kg=_amount(good.get("gross_kg")),
        volume_m3=_amount(good.get("volume_m3")),
        un_no=_cut(good.get("un_no", "")),
    )


def _box(box: Facts) -> BoxLine:
    ends = {place["role"]: _cut(place["code"] or place.get("name", "")) for place in box.get("places", ())}
    route = [ends.get(role.value, "") for role in (PlaceRole.LOADING, PlaceRole.DISCHARGE)]
    return BoxLine(
        number=_cut(box.get("number", "")),
        quantity=box.get("quantity", 1),
        size_type=_cut(box.get("size_type", "")),
        full=box.get("full"),
        gross_kg=_amount(box.get("gross_kg")),
        position=_cut(box.get("position", "")),
        route=" – ".join(end or "?" for end in route) if any(route) else "",
        bill_no=_cut(box.get("bill_no", "")),
        segment=box.get("segment", 0),
    )


def _cut(text: str) -> str:
    return text if len(text) <= SIGNS_SHOWN else f"{text[:SIGNS_SHOWN]}…"


def _amount(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def told(document: CargoDocument) -> Iterator[str]:
    """A document in a few lines of text, for a terminal."""
    for message in document.messages.defer("facts").order_by("position"):
        named = [message.get_kind_display() or _("not read"), message.type, message.number, message.get_purpose_display()]
        yield " · ".join(part for part in (*named, f"{message.vessel} {message.voyage}".strip()) if part)
        yield enumerated([_boxes(message), f"{number(message.teu)} TEU", _("{tonnes} t").format(tonnes=number(message.tonnes))])
        yield from (said(remark) for remark in message.remarks[:REMARKS_SHOWN])
    yield from (said(remark) for remark in document.remarks[:REMARKS_SHOWN])


def _boxes(message: DocumentMessage) -> str:
    words = ngettext("{n} box ({laden} laden, {empty} empty)", "{n} boxes ({laden} laden, {empty} empty)", message.boxes)
    return words.format(n=number(message.boxes), laden=number(message.laden), empty=number(message.empty))


def said(remark: Facts) -> str:
    words = remark_words(remark["kind"], remark["values"])
    return _("Segment {number}: {words}").format(number=remark["segment"], words=words) if remark["segment"] else words
