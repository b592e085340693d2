from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ItemKind(models.TextChoices):
    RATING = "rating", _("Rating 1 to 5")
    RECOMMEND = "recommend", _("Would recommend 0 to 10")
    COMMENT = "comment", _("Comment")


class Period(models.TextChoices):
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")
    HALF_YEAR = "half_year", _("Every half-year")
    YEAR = "year", _("Every year")


class WaveState(models.TextChoices):
    OPEN = "open", pgettext_lazy("wave", "Open")
    PAUSED = "paused", pgettext_lazy("wave", "Paused")
    CLOSED = "closed", pgettext_lazy("wave", "Closed")


class SkipReason(models.TextChoices):
    NO_ADDRESS = "no_address", _("No e-mail address")
    WITHDRAWN = "withdrawn", _("Does not want to be asked")
    BAD_ADDRESS = "bad_address", _("No address that mail servers read")
    SUPPRESSED = "suppressed", _("Address is not written to any more")
    SAME_ADDRESS = "same_address", _("Same address as another contact")
    ASKED_RECENTLY = "asked_recently", _("Asked a short while ago")
    ASKED_OFTEN = "asked_often", _("Asked often enough within a year")
    COMPANY_FULL = "company_full", _("Enough contacts of this company are asked")
    OPTED_OUT = "opted_out", _("Opted out of these surveys")
    BLOCKED = "blocked", _("Mails to this address come back")


class OptOutSource(models.TextChoices):
    ONE_CLICK = "one_click", _("Button of the mail program")
    PAGE = "page", _("Page behind the mail's link")


class ServiceGroup(models.TextChoices):
    """What an opinion or a complaint is about: the three groups of the opinion form, and the rest."""

    TRANSPORT = "transport", _("Transport service")
    INFORMATION = "information", _("Information service")
    ADDED_SERVICE = "added_service", _("Added service")
    OTHER = "other", _("Something else")


class ComplaintState(models.TextChoices):
    NEW = "new", pgettext_lazy("complaint", "New")
    ASSIGNED = "assigned", pgettext_lazy("complaint", "Assigned")
    ANSWERED = "answered", pgettext_lazy("complaint", "Answered")
    CLOSED = "closed", pgettext_lazy("complaint", "Closed")


class Severity(models.TextChoices):
    NORMAL = "normal", pgettext_lazy("severity", "Normal")
    SERIOUS = "serious", pgettext_lazy("severity", "Serious")
    URGENT = "urgent", pgettext_lazy("severity", "Urgent")


class ComplaintOutcome(models.TextChoices):
    REMEDIED = "remedied", _("Put right")
    EXPLAINED = "explained", pgettext_lazy("complaint", "Explained")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
    DUPLICATE = "duplicate", _("Already recorded under another number")


OPEN_COMPLAINTS = (ComplaintState.NEW, ComplaintState.ASSIGNED, ComplaintState.ANSWERED)
UNANSWERED_COMPLAINTS = (ComplaintState.NEW, ComplaintState.ASSIGNED)
CLOSED_WITHOUT_ANSWER = (ComplaintOutcome.WITHDRAWN, ComplaintOutcome.DUPLICATE)
LOW_SCORE = "feedback.response:"  # what a follow-up of a low score is opened once for, before the number of the response


# --- The complaint desk: what a case is about, what was found and how it was closed ---


class ServiceItem(models.TextChoices):
    """The 17 services of the opinion form, under its keys: a complaint and an opinion about one thing have one name."""

    SCHEDULE_RELIABILITY = "schedule_reliability", _("Schedule reliability")
    SAILING_FREQUENCY = "sailing_frequency", _("Sailing frequency")
    SPACE_SUPPLY = "space_supply", _("Space supply")
    INLAND_TRANSPORT = "inland_transport", _("Inland transport")
    TRANSSHIPMENT = "transshipment", _("Transshipment connection")
    RATE_LEVEL = "rate_level", _("Rate level")
    CLAIMS_EFFICIENCY = "claims_efficiency", _("Claims efficiency")
    SAILING_TIMETABLE = "sailing_timetable", _("Sailing timetable")
    CARGO_TRACKING = "cargo_tracking", _("Cargo tracking")
    DOCUMENTS = "documents", _("Fast and correct documents")
    CARRIER_INFORMATION = "carrier_information", _("Carrier information")
    DOCUMENT_FLOW = "document_flow", _("Document flow")
    EDI_IT_LEVEL = "edi_it_level", _("EDI and IT level")
    AFTER_SALES = "after_sales", _("After-sales service")
    EQUIPMENT = "equipment", _("Transport and packing equipment")
    RATE_NOTICE = "rate_notice", _("Prompt notice of rate changes")
    EXTENDED_SERVICES = "extended_services", _("Extended services")


class QualityDimension(models.TextChoices):
    RELIABILITY = "reliability", pgettext_lazy("quality", "Reliability")
    RESPONSIVENESS = "responsiveness", pgettext_lazy("quality", "Responsiveness")
    ASSURANCE = "assurance", pgettext_lazy("quality", "Assurance")
    EMPATHY = "empathy", pgettext_lazy("quality", "Empathy")
    TANGIBLES = "tangibles", pgettext_lazy("quality", "Tangibles")


class Cause(models.TextChoices):
    PEOPLE = "people", pgettext_lazy("cause", "People")
    PROCESS = "process", pgettext_lazy("cause", "Process")
    EQUIPMENT = "equipment", pgettext_lazy("cause", "Equipment")
    INFORMATION = "information", pgettext_lazy("cause", "Information")
    THIRD_PARTY = "third_party", pgettext_lazy("cause", "Third party")
    CUSTOMER = "customer", pgettext_lazy("cause", "The customer's side")
    WEATHER = "weather", pgettext_lazy("cause", "Weather")
    OTHER = "other", pgettext_lazy("cause", "Something else")


class Liability(models.TextChoices):
    OURS = "ours", _("Ours")
    SHARED = "shared", _("Shared")
    THEIRS = "theirs", _("The customer's")
    THIRD_PARTY = "third_party", _("A third party's")
    NOBODY = "nobody", _("Nobody's")


class ClosingWord(models.TextChoices):
    """Whose word a case is closed on."""

    AGREED = "agreed", _("The customer agreed")
    SILENT = "silent", _("The customer did not reply")
    OURS = "ours", _("Closed by us without the customer's word")
    BEFORE = "before", _("Closed before this was asked")


class Effect(models.TextChoices):
    YES = "yes", pgettext_lazy("corrective action", "It works")
    NO = "no", pgettext_lazy("corrective action", "It does not work")


WORDS_WITHOUT_A_REASON = (ClosingWord.AGREED, ClosingWord.BEFORE)


class ClockKind(models.TextChoices):
    """The three deadlines of a complaint."""

    ACKNOWLEDGE = "acknowledge", pgettext_lazy("deadline", "Acknowledgement")
    FIRST_ANSWER = "first_answer", pgettext_lazy("deadline", "First answer")
    DECISION = "decision", pgettext_lazy("deadline", "Decision")


class LimitUnit(models.TextChoices):
    MINUTES = "m", _("minutes of office hours")
    BUSINESS_DAYS = "b", _("business days")
    CALENDAR_DAYS = "c", _("calendar days")


class Alarm(models.IntegerChoices):
    """How far a deadline was escalated."""

    NONE = 0, pgettext_lazy("deadline", "Nobody told")
    NEAR = 1, pgettext_lazy("deadline", "Owner warned")
    OVER = 2, pgettext_lazy("deadline", "Managers told")
    LONG_OVER = 3, pgettext_lazy("deadline", "Account manager told")
