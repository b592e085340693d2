"""Words for what is said of a document: its kind, its purpose, the roles in it, and the remarks on it."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.documents.facts import DocumentKind, PartyRole, PlaceRole, Purpose
from cargo.documents.remarks import Kind

REMARKS = {
    Kind.BINARY: _("This is no text file."),
    Kind.NO_DOCUMENT: _("This is neither an EDIFACT file nor a platform file."),
    Kind.TERMINAL_LIST: _("This is a terminal's container list of fixed width, not an exchange file."),
    Kind.TOO_MANY_PARTS: _("The file holds more segments or elements than any document does. Ask the sender to divide it."),
    Kind.NO_MESSAGE: _("The file holds no message."),
    Kind.TYPE_NOT_READ: _("A message of type {type} tells nothing of cargo, ships or customers."),
    Kind.NOT_STANDARD: _("This is not standard here: segment {number} reads “{found}”. Ask the sender for the standard form."),
    Kind.TRUNCATED: _("The file breaks off in segment {number}. What stands before it was read."),
    Kind.NO_HEADER: _("The header of the interchange (UNB) is missing."),
    Kind.NO_END: _("The end of the interchange (UNZ) is missing."),
    Kind.NO_MESSAGE_END: _("Message {reference} has no end (UNT)."),
    Kind.SEGMENT_COUNT: _("Message {reference} says it has {said} segments; it has {found}."),
    Kind.MESSAGE_COUNT: _("The file says it has {said} messages; it has {found}."),
    Kind.REFERENCE: _("Message {reference} ends under another number: {found}."),
    Kind.RECORD_COUNT: _("The file says it has {said} records; it has {found}."),
    Kind.OUTSIDE: _("{found} segments stand outside any message."),
    Kind.BOX_NUMBER: _("Container {found} has a wrong check digit."),
    Kind.SIZE_TYPE: _("Container {number} has a size and type nobody knows: “{found}”."),
    Kind.WEIGHT: _("“{found}” is no weight."),
    Kind.BOX_COUNT: _("The message says it has {said} containers; it has {found}."),
}
KINDS = {
    DocumentKind.MANIFEST: _("Manifest"),
    DocumentKind.STOWAGE: _("Stowage plan"),
    DocumentKind.BOOKING: _("Booking"),
    DocumentKind.MOVES: _("Container moves"),
    DocumentKind.SCHEDULE: _("Schedule"),
    DocumentKind.STATUS: _("Status report"),
    DocumentKind.LOADING_LIST: _("Loading list"),
}
PURPOSES = {
    Purpose.ORIGINAL: pgettext_lazy("document", "Original"),
    Purpose.ADDITION: pgettext_lazy("document", "Addition"),
    Purpose.CHANGE: pgettext_lazy("document", "Change"),
    Purpose.CANCEL: pgettext_lazy("document", "Cancellation"),
}
PARTIES = {
    PartyRole.SHIPPER: _("Shipper"),
    PartyRole.ORIGINAL_SHIPPER: _("Original shipper"),
    PartyRole.CONSIGNEE: _("Consignee"),
    PartyRole.NOTIFY: _("Notify party"),
    PartyRole.FORWARDER: _("Forwarder"),
    PartyRole.CARRIER: _("Carrier"),
    PartyRole.OPERATOR: _("Container operator"),
    PartyRole.SUPPLIER: _("Supplier"),
    PartyRole.BUYER: _("Buyer"),
    PartyRole.DELIVERY: _("Delivered to"),
    PartyRole.IMPORTER: _("Importer"),
    PartyRole.HAULIER: _("Haulier"),
    PartyRole.TERMINAL: _("Terminal"),
}
PLACES = {
    PlaceRole.RECEIPT: _("Place of receipt"),
    PlaceRole.LOADING: _("Port of loading"),
    PlaceRole.DISCHARGE: _("Port of discharge"),
    PlaceRole.DELIVERY: _("Place of delivery"),
    PlaceRole.TRANSSHIPMENT: _("Port of transshipment"),
    PlaceRole.ORIGIN: _("First port of loading"),
}
# What a candidate was seen as and in, with the words of documents
TRADER, MENTIONED, FLOW_LIST, MEDIA = "trader", "mentioned", "flow_list", "media"
SEEN_ROLES = [
    *((role.value, label) for role, label in PARTIES.items()),
    (TRADER, _("Trading firm")),
    (MENTIONED, pgettext_lazy("a company in the media", "Mentioned")),
]
SEEN_SOURCES = [*((kind.value, label) for kind, label in KINDS.items()), (FLOW_LIST, _("Flow list")), (MEDIA, _("Media"))]


def remark_words(kind: str, values: Mapping[str, str]) -> str:
    """A remark as a sentence in the reader's language."""
    return str(REMARKS[Kind(kind)]).format(**values)
