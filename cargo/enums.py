"""The axes on which handled cargo is counted, and the stages of a cargo lead."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Codes of shipped entries that the product itself gives: a box is a container, trade with another country is foreign.
CONTAINER = "container"
FOREIGN, DOMESTIC = "foreign", "domestic"


class Direction(models.TextChoices):
    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")


class DatePrecision(models.TextChoices):
    DAY = "day", _("Day")
    MONTH = "month", _("Month")


class UnitKind(models.TextChoices):
    MASS = "mass", _("Weight")
    VOLUME = "volume", _("Volume")
    BOXES = "boxes", _("Containers")


class LeadStage(models.TextChoices):
    NEW = "new", pgettext_lazy("cargo lead", "New")
    VERIFIED = "verified", pgettext_lazy("cargo lead", "Verified")
    QUOTING = "quoting", pgettext_lazy("cargo lead", "Quoting")
    NEGOTIATING = "negotiating", pgettext_lazy("cargo lead", "Negotiating")
    WON = "won", pgettext_lazy("cargo lead", "Won")
    LOST = "lost", pgettext_lazy("cargo lead", "Lost")


OPEN_STAGES = (LeadStage.NEW, LeadStage.VERIFIED, LeadStage.QUOTING, LeadStage.NEGOTIATING)
CLOSED_STAGES = (LeadStage.WON, LeadStage.LOST)


class LostReason(models.TextChoices):
    NO_SERVICE = "no_service", _("No sailing that fits")
    NO_BERTH = "no_berth", _("No berth or yard")
    NO_EQUIPMENT = "no_equipment", _("No equipment")
    PRICE = "price", _("Price")
    RIVAL_NEARER = "rival_nearer", _("Rival port is nearer")
    CARGO_CANCELLED = "cargo_cancelled", _("Cargo did not come about")
    OTHER = "other", _("Other reason")
    DUPLICATE = "duplicate", _("Recorded twice")  # given by joining, never chosen


CHOSEN_REASONS = tuple(reason for reason in LostReason if reason != LostReason.DUPLICATE)


class ProjectStage(models.TextChoices):
    """How far a government project has come that brings cargo."""

    PLANNED = "planned", pgettext_lazy("project", "Planned")
    APPROVED = "approved", pgettext_lazy("project", "Approved")
    BUILDING = "building", pgettext_lazy("project", "Under construction")
    COMMISSIONED = "commissioned", pgettext_lazy("project", "Commissioned")


class OddsScope(models.TextChoices):
    """Whose share of won leads is told of a lead: the narrowest group with enough closed ones."""

    EXACT = "exact", _("Stage, channel and class")
    CHANNEL = "channel", _("Stage and channel")
    CLASS = "class", _("Stage and class")
    STAGE = "stage", _("Stage")


class FlowState(models.TextChoices):
    """Whether the ledger bears out what was agreed when a lead was won."""

    AWAITED = "awaited", pgettext_lazy("expected cargo", "Awaited")
    CONFIRMED = "confirmed", pgettext_lazy("expected cargo", "Confirmed")
    SHORT = "short", pgettext_lazy("expected cargo", "Fallen short")


class LeadRhythm(models.TextChoices):
    ONCE = "once", _("Once")
    MONTHLY = "monthly", _("Every month")
    YEARLY = "yearly", _("Every year")


class Dialect(models.TextChoices):
    EDIFACT = "edifact", "EDIFACT"
    PLATFORM = "platform", _("Platform file")


class CheckState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class TargetUnit(models.TextChoices):
    TONNES = "t", _("Tonnes")
    TEU = "teu", "TEU"


class ProjectionMethod(models.TextChoices):
    SEASONAL_NAIVE = "seasonal_naive", _("As a year before")
    THETA = "theta", "Theta"


class PartyRole(models.TextChoices):
    """What a firm has to do with a flow besides, or as well as, being the one it is booked to."""

    CARGO_OWNER = "cargo_owner", pgettext_lazy("role on a flow", "Cargo owner")
    FORWARDER = "forwarder", pgettext_lazy("role on a flow", "Forwarder")
    CARRIER = "carrier", pgettext_lazy("role on a flow", "Shipping line")
    AGENT = "agent", pgettext_lazy("role on a flow", "Ship's agent")
    HAULIER = "haulier", pgettext_lazy("role on a flow", "Haulier")
    PAYER = "payer", pgettext_lazy("role on a flow", "Payer")


class CostItem(models.TextChoices):
    """What the cost of a ledger row is made of; each value is a column of the ledger with the prefix cost_."""

    HANDLING = "handling", pgettext_lazy("cost item", "Handling")
    STORAGE = "storage", pgettext_lazy("cost item", "Storage")
    HAULAGE = "haulage", pgettext_lazy("cost item", "Short haul and transport")
    TUGS = "tugs", pgettext_lazy("cost item", "Tugs and pilotage")
    FREE_STORAGE = "free_storage", pgettext_lazy("cost item", "Free storage given")
    CONCESSIONS = "concessions", pgettext_lazy("cost item", "Concessions")
    OTHER = "other", pgettext_lazy("cost item", "Other costs")

    @property
    def column(self) -> str:
        return f"cost_{self.value}"


COST_COLUMNS = tuple(item.column for item in CostItem)


class CandidateState(models.TextChoices):
    """`GONE`: every document that named the company was cancelled or changed."""

    OPEN = "open", pgettext_lazy("candidate", "To be decided")
    ACCEPTED = "accepted", pgettext_lazy("candidate", "Accepted")
    MERGED = "merged", pgettext_lazy("candidate", "Merged into a file")
    IGNORED = "ignored", pgettext_lazy("candidate", "Ignored")
    GONE = "gone", pgettext_lazy("candidate", "Withdrawn")


DECIDED = (CandidateState.ACCEPTED, CandidateState.MERGED, CandidateState.IGNORED)


class RuleKind(models.TextChoices):
    NAME = "name", pgettext_lazy("ignore rule", "This company")
    WORD = "word", pgettext_lazy("ignore rule", "Every company with this word")


class FlowListState(models.TextChoices):
    """How far the trading firm behind a flow of cargo is known."""

    OPEN = "open", pgettext_lazy("cargo flow", "To be pinned down")
    ASKED = "asked", pgettext_lazy("cargo flow", "Being asked")
    FOUND = "found", pgettext_lazy("cargo flow", "Firm found")
    GIVEN_UP = "given_up", pgettext_lazy("cargo flow", "Given up")


class Medium(models.TextChoices):
    """The keys are those of the information channels."""

    INTERNET = "internet", pgettext_lazy("media", "Internet")
    TELEVISION = "television", pgettext_lazy("media", "Television")
    PRESS = "press", pgettext_lazy("media", "Newspapers and magazines")


class ReadingState(models.TextChoices):
    """How far a document is read. A large one waits for a worker; `REFUSED`: a worker found that it is none."""

    WAITING = "waiting", pgettext_lazy("document", "Waits to be read")
    READING = "reading", pgettext_lazy("document", "Being read")
    READ = "read", pgettext_lazy("document", "Read")
    REFUSED = "refused", pgettext_lazy("document", "Refused")


class KeyKind(models.TextChoices):
    """What a document is found by."""

    FILE = "file", pgettext_lazy("found by", "File")
    NUMBER = "number", pgettext_lazy("found by", "Document no.")
    BILL = "bill", pgettext_lazy("found by", "Bill of lading")
    BOOKING = "booking", pgettext_lazy("found by", "Booking no.")
    BOX = "box", pgettext_lazy("found by", "Container")
    VESSEL = "vessel", pgettext_lazy("found by", "Vessel")
    VOYAGE = "voyage", pgettext_lazy("found by", "Voyage")
