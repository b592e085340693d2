"""Closed lists of the customer files; what an administrator edits is reference data (models/reference.py)."""

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


class DuplicateReason(models.TextChoices):
    """Why two files look like one firm."""

    NAME = "name", _("Same name without legal form and abbreviations")
    ENGLISH = "english", _("Same English name")
    ORGANISATION = "organisation", _("Same organisation code")
    EMAIL = "email", _("Same e-mail")
    PHONE = "phone", _("Same telephone")
    ACCOUNT = "account", _("Same bank account")
    OTHER_CODE = "other_code", _("Different credit codes")


class DuplicateState(models.TextChoices):
    OPEN = "open", pgettext_lazy("duplicate", "To decide")
    MERGED = "merged", pgettext_lazy("duplicate", "Merged")
    DISMISSED = "dismissed", pgettext_lazy("duplicate", "Not the same")


class MergedRowState(models.TextChoices):
    """A row of the merged file: moved to the kept one, and after the undoing what became of it."""

    MOVED = "moved", pgettext_lazy("merge", "Moved")
    RETURNED = "returned", _("Went back")
    CHANGED = "changed", _("Changed since")
    ADDED = "added", _("Added since")
    ELSEWHERE = "elsewhere", _("Moved on to another file since")
    GONE = "gone", _("Deleted since")


class MergeDecision(models.TextChoices):
    """Where a row belongs that an undoing could not decide about."""

    KEPT = "kept", _("Stays with the kept file")
    OTHER = "other", _("Goes to the file that was merged")


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


class CargoClassCode(models.TextChoices):
    """The 17 main classes of Chinese port statistics (JT/T 19-2001)."""

    COAL = "01", _("Coal and coal products")
    OIL_AND_GAS = "02", _("Petroleum, natural gas and products")
    METAL_ORES = "03", _("Metal ores")
    STEEL = "04", _("Iron and steel")
    BUILDING_MATERIALS = "05", _("Mineral building materials")
    CEMENT = "06", _("Cement")
    TIMBER = "07", _("Timber")
    NON_METALLIC_ORES = "08", _("Non-metallic ores")
    FERTILIZERS = "09", _("Chemical fertilizers and pesticides")
    SALT = "10", _("Salt")
    GRAIN = "11", _("Grain")
    MACHINERY = "12", _("Machinery, equipment and electrical appliances")
    CHEMICALS = "13", _("Chemical raw materials and products")
    NON_FERROUS = "14", _("Non-ferrous metals")
    LIGHT_INDUSTRY = "15", _("Light-industry and pharmaceutical products")
    AGRICULTURE = "16", _("Agricultural, forestry, livestock and fishery products")
    OTHER = "17", pgettext_lazy("cargo class", "Others")


class Part(models.TextChoices):
    """The four parts of a customer file."""

    BASICS = "basics", _("Basic data")
    TRAITS = "traits", _("Traits")
    BUSINESS = "business", _("Business status")
    TRANSACTIONS = "transactions", _("Transaction status")


class CreditState(models.TextChoices):
    """What the credit figures say; computed, never typed in."""

    NONE = "none", _("No credit granted")
    GOOD = "good", _("Within limit")
    NEAR = "near", _("Near the limit")
    OVER = "over", _("Over the limit")
    OVERDUE = "overdue", _("Overdue")


class ContactRole(models.TextChoices):
    IN_CHARGE = "in_charge", _("Person in charge")
    DECISION_MAKER = "decision_maker", _("Decision maker")
    LEGAL = "legal", _("Legal representative")
    OPERATIONS = "operations", pgettext_lazy("contact role", "Operations")
    DOCUMENTS = "documents", pgettext_lazy("contact role", "Documents")
    FINANCE = "finance", pgettext_lazy("contact role", "Finance")
    PROCUREMENT = "procurement", pgettext_lazy("contact role", "Logistics purchasing")
    INFLUENCER = "influencer", _("Influences decisions")


class Language(models.TextChoices):
    CHINESE = "zh-hans", _("Chinese")
    ENGLISH = "en", _("English")


class Aspect(models.TextChoices):
    """What is observed of a person in charge; each line is one of the outline's words."""

    CHARACTER = "character", _("Character")
    INTERESTS = "interests", _("Interests")
    EDUCATION = "education", _("Education")
    CAREER = "career", _("Career history")
    TEMPERAMENT = "temperament", _("Temperament")
    REPUTATION = "reputation", _("Reputation")
    VERBAL_EXPRESSION = "verbal_expression", _("Verbal expression")
    THINKING = "thinking", _("Thinking")
    STRENGTHS = "strengths", _("Strengths")
    WEAKNESSES = "weaknesses", _("Weaknesses")


class Purpose(models.TextChoices):
    """Why something personal is kept at all."""

    VISIT = "visit", _("Preparing visits and talks")
    SERVICE = "service", _("Serving the customer suitably")
    NEGOTIATION = "negotiation", _("Preparing negotiations")


class InteractionKind(models.TextChoices):
    CALL = "call", pgettext_lazy("interaction", "Call")
    VISIT = "visit", pgettext_lazy("interaction", "Visit")
    MAIL = "mail", pgettext_lazy("interaction", "Mail")
    MESSAGE = "message", pgettext_lazy("interaction", "Message")
    MEETING = "meeting", pgettext_lazy("interaction", "Meeting")
    FAIR = "fair", pgettext_lazy("interaction", "Trade fair")
    SEMINAR = "seminar", pgettext_lazy("interaction", "Seminar")


class Direction(models.TextChoices):
    OURS = "ours", _("We approached the customer")
    THEIRS = "theirs", _("The customer approached us")


class Outcome(models.TextChoices):
    AGREED = "agreed", _("Agreement reached")
    POSITIVE = "positive", _("Positive")
    NEUTRAL = "neutral", _("Neutral")
    NEGATIVE = "negative", _("Negative")
    NOT_REACHED = "not_reached", _("Nobody reached")


class FollowUpKind(models.TextChoices):
    TASK = "task", pgettext_lazy("follow-up", "Task")
    CALL = "call", pgettext_lazy("follow-up", "Call")
    VISIT = "visit", pgettext_lazy("follow-up", "Visit")
    VERIFY = "verify", pgettext_lazy("follow-up", "Check the file")


class FollowUpState(models.TextChoices):
    OPEN = "open", pgettext_lazy("follow-up", "Open")
    DONE = "done", pgettext_lazy("follow-up", "Done")
    DROPPED = "dropped", pgettext_lazy("follow-up", "Dropped")


class CareChangeKind(models.TextChoices):
    """How a customer came into somebody's care or out of it."""

    ASSIGNED = "assigned", _("Assigned")
    HANDED_OVER = "handed_over", _("Handed over")
    PICKED = "picked", _("Picked from the pool")
    RETURNED = "returned", _("Returned to the pool")
    RECYCLED = "recycled", _("Fell back into the pool")


class TeamFunction(models.TextChoices):
    """What somebody does for a customer beside its account manager."""

    MARKETING = "marketing", pgettext_lazy("team", "Marketing")
    OPERATIONS = "operations", pgettext_lazy("team", "Operations")
    SERVICE = "service", pgettext_lazy("team", "Customer service")
    FINANCE = "finance", pgettext_lazy("team", "Settlement")
    DEPUTY = "deputy", pgettext_lazy("team", "Deputy of the account manager")


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


class Matter(models.TextChoices):
    """What shippers have in mind: the outline's nine concerns, then its eight service needs."""

    FREIGHT_PAYMENT = "freight_payment", pgettext_lazy("concern", "Freight payment")
    COST_ACCOUNTING = "cost_accounting", pgettext_lazy("concern", "Cost accounting")
    WAY_INTO_PORT = "way_into_port", pgettext_lazy("concern", "Cargo's way into port")
    CONTAINER_SUPPLY = "container_supply", pgettext_lazy("concern", "Container supply")
    INSPECTION_CLEARANCE = "inspection_clearance", pgettext_lazy("concern", "Inspection and clearance")
    SCHEDULE_PUNCTUALITY = "schedule_punctuality", pgettext_lazy("concern", "Schedule punctuality")
    TRANSSHIPMENT = "transshipment", pgettext_lazy("concern", "Timely transshipment")
    COMPETENCE = "competence", pgettext_lazy("concern", "Overall professional competence")
    CARGO_SAFETY = "cargo_safety", pgettext_lazy("concern", "Overall cargo safety")
    FREIGHT_RATE = "freight_rate", pgettext_lazy("service need", "Freight rate")
    TRANSPORT_RELIABILITY = "transport_reliability", pgettext_lazy("service need", "Transport reliability")
    DELIVERY_TIME = "delivery_time", pgettext_lazy("service need", "Delivery time")
    DOOR_TO_DOOR = "door_to_door", pgettext_lazy("service need", "Door-to-door service")
    CARGO_QUALITY = "cargo_quality", pgettext_lazy("service need", "Cargo quality")
    CUSTOMS_EFFICIENCY = "customs_efficiency", pgettext_lazy("service need", "Customs clearance efficiency")
    EDI_LEVEL = "edi_level", pgettext_lazy("service need", "EDI level")
    CARGO_NETWORK = "cargo_network", pgettext_lazy("service need", "Cargo network")


CONCERNS = tuple(Matter)[:9]
SERVICE_NEEDS = tuple(Matter)[9:]


class Side(models.TextChoices):
    """Of what a score from 1 to 5 speaks."""

    WEIGHT = "weight", pgettext_lazy("need", "Weight for the customer")
    DELIVERED = "delivered", pgettext_lazy("need", "What we deliver")


class RelationKind(models.TextChoices):
    """What one firm is to another; read from the first to the second. Parent companies stand in the file itself."""

    FORWARDS_FOR = "forwards_for", pgettext_lazy("relation", "forwards cargo for")
    AGENT_OF = "agent_of", pgettext_lazy("relation", "is ship's agent of")
    SHIPS_WITH = "ships_with", pgettext_lazy("relation", "ships with")
    REFERRED_BY = "referred_by", pgettext_lazy("relation", "was referred by")
    COMPETES_WITH = "competes_with", pgettext_lazy("relation", "competes with")


class Bond(models.TextChoices):
    """A relation as said from the side of one firm; never stored (customers.queries.relations says what it becomes)."""

    FORWARDS_FOR = "forwards_for", pgettext_lazy("relation", "forwards cargo for")
    FORWARDED_BY = "forwarded_by", pgettext_lazy("relation", "has its cargo forwarded by")
    AGENT_OF = "agent_of", pgettext_lazy("relation", "is ship's agent of")
    REPRESENTED_BY = "represented_by", pgettext_lazy("relation", "has as ship's agent")
    SHIPS_WITH = "ships_with", pgettext_lazy("relation", "ships with")
    CARRIES_FOR = "carries_for", pgettext_lazy("relation", "carries for")
    REFERRED_BY = "referred_by", pgettext_lazy("relation", "was referred by")
    REFERRED = "referred", pgettext_lazy("relation", "referred")
    COMPETES_WITH = "competes_with", pgettext_lazy("relation", "competes with")
    PARENT_OF = "parent_of", pgettext_lazy("relation", "is parent company of")
    SUBSIDIARY_OF = "subsidiary_of", pgettext_lazy("relation", "is subsidiary of")


class LinkKind(models.TextChoices):
    """Every kind of line in the customer network: relations of firms, and people; never stored."""

    FORWARDS_FOR = "forwards_for", pgettext_lazy("relation", "forwards cargo for")
    AGENT_OF = "agent_of", pgettext_lazy("relation", "is ship's agent of")
    SHIPS_WITH = "ships_with", pgettext_lazy("relation", "ships with")
    PARENT_OF = "parent_of", pgettext_lazy("relation", "is parent company of")
    REFERRED_BY = "referred_by", pgettext_lazy("relation", "was referred by")
    COMPETES_WITH = "competes_with", pgettext_lazy("relation", "competes with")
    WORKS_AT = "works_at", pgettext_lazy("relation", "works at")
    KNOWS = "knows", pgettext_lazy("relation", "knows")
    MANAGES = "manages", pgettext_lazy("relation", "is account manager of")
    SERVES = "serves", pgettext_lazy("relation", "is in the team of")


class RemindDays(models.IntegerChoices):
    """How long before the day it is due somebody is reminded; on the day itself everybody is."""

    ONE = 1, _("One day before")
    TWO = 2, _("Two days before")
    THREE = 3, _("Three days before")
    WEEK = 7, _("A week before")
    FORTNIGHT = 14, _("Two weeks before")
    MONTH = 30, _("30 days before")


class RepeatUnit(models.TextChoices):
    WEEK = "week", pgettext_lazy("repeats every so many", "weeks")
    MONTH = "month", pgettext_lazy("repeats every so many", "months")


class VisitState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("visit", "Planned")
    DONE = "done", pgettext_lazy("visit", "Done")
    MISSED = "missed", pgettext_lazy("visit", "Did not take place")
    CANCELLED = "cancelled", pgettext_lazy("visit", "Cancelled")


class Period(models.TextChoices):
    """Periods a list is narrowed to, from today's date at the port."""

    TODAY = "today", _("Today")
    THIS_WEEK = "this_week", _("This week")
    NEXT_WEEK = "next_week", _("Next week")
    THIS_MONTH = "this_month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    THIS_YEAR = "this_year", _("This year")


class ContractKind(models.TextChoices):
    FRAMEWORK = "framework", _("Framework agreement")
    ANNUAL = "annual", _("Annual contract")
    SINGLE = "single", _("Single contract")
    LEASE = "lease", _("Lease of yard or warehouse")
    COOPERATION = "cooperation", _("Strategic cooperation agreement")
    SUPPLEMENT = "supplement", _("Supplementary agreement")
    OTHER = "other", pgettext_lazy("contract kind", "Other")


class ContractState(models.TextChoices):
    """Where a contract stands on a day; computed from its dates, never typed in."""

    COMING = "coming", pgettext_lazy("contract", "Not begun yet")
    IN_FORCE = "in_force", pgettext_lazy("contract", "In force")
    ENDED = "ended", pgettext_lazy("contract", "Ended")
    TERMINATED = "terminated", pgettext_lazy("contract", "Terminated")


class ServiceItem(models.TextChoices):
    """What the port charges for."""

    PORT_DUES = "port_dues", _("Port dues on cargo")
    HANDLING = "handling", _("Handling, all inclusive")
    STORAGE = "storage", pgettext_lazy("service item", "Storage")
    BERTHING = "berthing", _("Berthing")
    PILOTAGE = "pilotage", _("Pilotage and shifting")
    TOWAGE = "towage", _("Towage")
    TALLY = "tally", _("Tally")
    DRAYAGE = "drayage", _("Drayage and shuttle")
    STUFFING = "stuffing", _("Stuffing and stripping")
    REEFER = "reefer", _("Reefer plug and monitoring")
    OTHER = "other", pgettext_lazy("service item", "Other")


class PriceUnit(models.TextChoices):
    TONNE = "tonne", _("per tonne")
    CUBIC_METRE = "cubic_metre", _("per cubic metre")
    TEU = "teu", _("per TEU")
    BOX_20 = "box_20", _("per 20-foot container")
    BOX_40 = "box_40", _("per 40-foot container")
    UNIT = "unit", _("per vehicle or piece")
    TONNE_DAY = "tonne_day", _("per tonne and day")
    BOX_DAY = "box_day", _("per container and day")
    LOT = "lot", _("per lot")
    CALL = "call", _("per call of a ship")
    MONTH = "month", _("per month")


class DateKind(models.TextChoices):
    """Days of a person worth remembering."""

    BIRTHDAY = "birthday", _("Birthday")
    JOINED = "joined", _("Joined the firm")
    OTHER = "other", pgettext_lazy("day to remember", "Another day")


class KeptData(models.TextChoices):
    """What is kept about a person, as far as it needs a reason of its own."""

    REACH = "reach", _("Ways to reach them")
    PROFILE = "profile", _("Profile of the person in charge")


class LegalBasis(models.TextChoices):
    """On which ground of the law on personal information (PIPL, article 13) something is kept."""

    CONSENT = "consent", _("The person agreed")
    CONTRACT = "contract", _("Needed for a contract with the person's firm")
    DUTY = "duty", _("Required by law")
    PUBLIC = "public", _("Made public by the person")


class ErasureReason(models.TextChoices):
    """Why the data about a person are erased."""

    REQUEST = "request", _("The person asks for it")
    WITHDRAWN = "withdrawn", _("Consent was withdrawn")
    PURPOSE = "purpose", _("Not needed any more")
    UNLAWFUL = "unlawful", _("Should not have been kept")
