"""What a document says, whatever its dialect: voyage, parties, places, goods, boxes. Every fact knows the segment it stands in."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cargo.documents.remarks import Remark


class DocumentKind(StrEnum):
    MANIFEST = "manifest"
    STOWAGE = "stowage"
    BOOKING = "booking"
    MOVES = "moves"
    SCHEDULE = "schedule"
    STATUS = "status"
    LOADING_LIST = "loading_list"


class Purpose(StrEnum):
    """What the sender wants done with it: BGM 1225, or the third field of a platform file's head."""

    ORIGINAL = "original"
    ADDITION = "addition"
    CHANGE = "change"
    CANCEL = "cancel"


class PartyRole(StrEnum):
    SHIPPER = "shipper"
    ORIGINAL_SHIPPER = "original_shipper"
    CONSIGNEE = "consignee"
    NOTIFY = "notify"
    FORWARDER = "forwarder"
    CARRIER = "carrier"
    OPERATOR = "operator"  # of a container
    SUPPLIER = "supplier"
    BUYER = "buyer"
    DELIVERY = "delivery"
    IMPORTER = "importer"
    HAULIER = "haulier"
    TERMINAL = "terminal"


class PlaceRole(StrEnum):
    RECEIPT = "receipt"
    LOADING = "loading"
    DISCHARGE = "discharge"
    DELIVERY = "delivery"
    TRANSSHIPMENT = "transshipment"
    ORIGIN = "origin"


@dataclass(frozen=True)
class Party:
    """`lines`: name and address as they stand, name first; `code` with the list it is from, as far as the file says."""

    role: PartyRole
    lines: tuple[str, ...]
    code: str = ""
    code_list: str = ""
    segment: int = 0


@dataclass(frozen=True)
class Place:
    role: PlaceRole
    code: str
    name: str = ""
    segment: int = 0


@dataclass(frozen=True)
class Goods:
    """Weights in kg, volume in m³; None: not said."""

    description: str = ""
    hs_code: str = ""
    packages: int | None = None
    package_kind: str = ""
    gross_kg: Decimal | None = None
    volume_m3: Decimal | None = None
    un_no: str = ""
    segment: int = 0


@dataclass(frozen=True)
class Box:
    """One container on one line, or `quantity` alike. `gross_kg` as the file gives it: all, or where `cargo_only` without the
    box's own `tare_kg`; `full`: None where not said."""

    number: str = ""
    size_type: str = ""
    full: bool | None = None
    gross_kg: Decimal | None = None
    tare_kg: Decimal | None = None
    cargo_only: bool = False
    position: str = ""
    goods: tuple[Goods, ...] = ()
    places: tuple[Place, ...] = ()
    parties: tuple[Party, ...] = ()
    bill_no: str = ""
    booking_no: str = ""
    quantity: int = 1
    segment: int = 0


@dataclass(frozen=True)
class Consignment:
    """What goes under one bill of lading or one booking."""

    bill_no: str = ""
    booking_no: str = ""
    parties: tuple[Party, ...] = ()
    places: tuple[Place, ...] = ()
    goods: tuple[Goods, ...] = ()
    boxes: tuple[Box, ...] = ()
    segment: int = 0


@dataclass(frozen=True)
class Voyage:
    vessel: str = ""
    voyage: str = ""
    imo: str = ""
    call_sign: str = ""
    carrier: str = ""
    segment: int = 0


@dataclass(frozen=True)
class Message:
    """One message of a file and all it tells."""

    kind: DocumentKind | None
    type: str
    reference: str
    number: str
    purpose: Purpose
    voyages: tuple[Voyage, ...] = ()
    parties: tuple[Party, ...] = ()
    places: tuple[Place, ...] = ()
    consignments: tuple[Consignment, ...] = ()
    boxes: tuple[Box, ...] = ()
    remarks: tuple[Remark, ...] = ()
    segment: int = 0
