"""Closed lists of the file itself and of where it stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CustomerType(models.TextChoices):
    CARGO_OWNER = "cargo_owner", _("Cargo owner (shipper)")
    FORWARDER = "forwarder", _("Freight forwarder")
    CARRIER = "carrier", _("Shipping line (carrier)")
    SHIP_AGENT = "ship_agent", _("Ship's agent")
    TRUCKING = "trucking", _("Trucking company")
    TRADER = "trader", _("Trader")
    STORAGE = "storage", _("Storage company")
    TERMINAL = "terminal", _("Terminal operator")
    OTHER = "other", pgettext_lazy("customer type", "Other")


class CustomerStatus(models.TextChoices):
    PROSPECT = "prospect", _("Prospect")
    EXISTING = "existing", _("Existing customer")
    LOST = "lost", _("Lost customer")


class Tier(models.TextChoices):
    KEY = "key", pgettext_lazy("service tier", "Key")
    MAJOR = "major", pgettext_lazy("service tier", "Major")
    STANDARD = "standard", pgettext_lazy("service tier", "Standard")


class KeyRule(models.TextChoices):
    """Where people's decision and the rule for key accounts part; never stored."""

    MISSING = "missing", _("Meets the rule, not a key account")
    NO_LONGER = "no_longer", _("Key account, no longer meets the rule")


class ValueClass(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class LegalForm(models.TextChoices):
    STATE_OWNED = "state_owned", _("State-owned enterprise")
    COLLECTIVE = "collective", _("Collective enterprise")
    LIMITED = "limited", _("Limited liability company")
    JOINT_STOCK = "joint_stock", _("Joint-stock company")
    PRIVATE = "private", _("Private enterprise")
    HMT_INVESTED = "hmt_invested", _("Invested from Hong Kong, Macao or Taiwan")
    FOREIGN_INVESTED = "foreign_invested", _("Foreign-invested enterprise")
    PARTNERSHIP = "partnership", _("Partnership")
    INDIVIDUAL = "individual", _("Individual business")
    COOPERATIVE = "cooperative", _("Cooperative")
    PUBLIC_BODY = "public_body", _("Public institution")
    OVERSEAS = "overseas", _("Company registered abroad")


class OperationMode(models.TextChoices):
    PRODUCTION = "production", _("Production and sale")
    OWN_TRADE = "own_trade", _("Trade on own account")
    AGENCY = "agency", _("Agency")
    WHOLESALE = "wholesale", _("Wholesale")
    RETAIL = "retail", _("Retail")
    TRANSPORT = "transport", _("Transport and storage service")
    JOINT = "joint", _("Joint operation")


class DigitalLevel(models.TextChoices):
    EDI = "edi", "EDI"
    PORTAL = "portal", _("Customer portal")
    API = "api", "API"
    WECHAT = "wechat", _("WeChat")
    MAIL = "mail", _("E-mail")
    PHONE_ONLY = "phone_only", _("Telephone and paper only")


class Level(models.IntegerChoices):
    """Five steps used wherever people judge; 5 is the most or the best."""

    VERY_LOW = 1, pgettext_lazy("level", "1 very low")
    LOW = 2, pgettext_lazy("level", "2 low")
    MIDDLE = 3, pgettext_lazy("level", "3 middle")
    HIGH = 4, pgettext_lazy("level", "4 high")
    VERY_HIGH = 5, pgettext_lazy("level", "5 very high")


class Part(models.TextChoices):
    """The four parts of a customer file."""

    BASICS = "basics", _("Basic data")
    TRAITS = "traits", _("Traits")
    BUSINESS = "business", _("Business status")
    TRANSACTIONS = "transactions", _("Transaction status")


PERSONS = "persons"  # beside the four parts: the persons in charge, who are rows of their own


def part_label(part: str) -> str:
    return str(_("Persons in charge")) if part == PERSONS else str(Part(part).label)


class CreditState(models.TextChoices):
    """What the credit figures say; computed, never typed in."""

    NONE = "none", _("No credit granted")
    GOOD = "good", _("Within limit")
    NEAR = "near", _("Near the limit")
    OVER = "over", _("Over the limit")
    OVERDUE = "overdue", _("Overdue")


class ChannelFamily(models.TextChoices):
    CUSTOMER = "customer", _("Customer information")
    CARGO = "cargo", _("Cargo information")
    SERVICE = "service", _("Service information")


class FilledIn(models.TextChoices):
    """What a file has or lacks, as lists are narrowed by it; never stored."""

    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    CREDIT_CODE = "credit_code", _("Unified social credit code")
    ADDRESS = "address", _("Address")
    CONTACTS = "contacts", _("Contacts")
    MANAGER = "manager", _("Account manager")
    CHANNEL = "channel", _("Information channel")
    VERIFIED = "verified", _("Confirmation")
    TAGS = "tags", _("Tags")
    PROBLEMS = "problems", _("Open problems")
    APPRAISALS = "appraisals", _("Peers' appraisals")
