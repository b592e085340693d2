from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ItemKind(models.TextChoices):
    RATING = "rating", pgettext_lazy("kind of question", "Rating")
    RECOMMEND = "recommend", _("Would recommend 0 to 10")
    COMMENT = "comment", _("Comment")
    SINGLE = "single", _("One of several answers")
    MULTIPLE = "multiple", _("Any of several answers")
    FILE = "file", pgettext_lazy("kind of question", "Files")
    SPLIT = "split", _("100 points to share out")


class Respondents(models.TextChoices):
    """Whom a form is for."""

    CUSTOMERS = "customers", _("Customers")
    GUESTS = "guests", _("Guests of a seminar")
    EMPLOYEES = "employees", _("Our own people")


OVERALL, RECOMMEND = "overall", "recommend"  # keys every form uses for these two
SCALES = (ItemKind.RATING, ItemKind.RECOMMEND)  # answered with a number
CHOICES = (ItemKind.SINGLE, ItemKind.MULTIPLE)  # answered with options
UNCOUNTED = (ItemKind.COMMENT, ItemKind.FILE)  # read by people, never counted
WHOLE = 100  # points a split shares out


class Aspect(models.TextChoices):
    """What a scale asks of its row. Two scales about one row make a pair."""

    PERFORMANCE = "performance", pgettext_lazy("scale", "Performance")
    IMPORTANCE = "importance", pgettext_lazy("scale", "Importance")
    EXPECTATION = "expectation", pgettext_lazy("scale", "Expected of an excellent port")
    PERCEPTION = "perception", pgettext_lazy("scale", "Seen at our port")


JUDGING = (Aspect.PERFORMANCE, Aspect.PERCEPTION)  # what says how good we are; the others say what is wished for


class Period(models.TextChoices):
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")
    HALF_YEAR = "half_year", _("Every half-year")
    YEAR = "year", _("Every year")


class Occasion(models.TextChoices):
    """What makes a programme ask: the calendar, something that has happened to a customer, or whoever held a seminar."""

    PERIOD = "period", pgettext_lazy("occasion", "Every period")
    ONCE = "once", pgettext_lazy("occasion", "Once, on a day")
    SHIPMENTS = "shipments", pgettext_lazy("occasion", "After a number of handled shipments")
    COMPLAINT = "complaint", pgettext_lazy("occasion", "After a closed complaint")
    SEMINAR = "seminar", pgettext_lazy("occasion", "After a seminar, those who came")


BY_CALENDAR = (Occasion.PERIOD, Occasion.ONCE)
BY_EVENT = (Occasion.SHIPMENTS, Occasion.COMPLAINT)


class Anonymity(models.TextChoices):
    """What becomes known of who gave an answer: decided by the programme, said before the first question, kept by the wave."""

    NAMED = "named", pgettext_lazy("survey", "Named")
    CONFIDENTIAL = "confidential", pgettext_lazy("survey", "Confidential")
    ANONYMOUS = "anonymous", pgettext_lazy("survey", "Anonymous")


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
    NOT_DRAWN = "not_drawn", _("Customer not drawn into the sample")


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


class Safety(models.TextChoices):
    """Whether people, vessels, cargo or the environment are in danger."""

    NO = "no", pgettext_lazy("assessment", "Nobody and nothing in danger")
    YES = "yes", pgettext_lazy("assessment", "Safety concerned")


class Complexity(models.TextChoices):
    SIMPLE = "simple", pgettext_lazy("assessment", "Simple: one step, one of us")
    INVOLVED = "involved", pgettext_lazy("assessment", "Several departments or parties")
    COMPLEX = "complex", pgettext_lazy("assessment", "Complex: to be investigated at length")


class Impact(models.TextChoices):
    """How far what happened reaches."""

    ONE = "one", pgettext_lazy("assessment", "One shipment or call")
    CUSTOMER = "customer", pgettext_lazy("assessment", "The customer's business as a whole")
    MANY = "many", pgettext_lazy("assessment", "Several customers")


class ImmediateAction(models.TextChoices):
    """Whether something has to be done at once, and whether it can be."""

    NOT_NEEDED = "not_needed", pgettext_lazy("assessment", "Not needed")
    POSSIBLE = "possible", pgettext_lazy("assessment", "Needed and possible")
    IMPOSSIBLE = "impossible", pgettext_lazy("assessment", "Needed, but not possible at once")


class ComplaintOutcome(models.TextChoices):
    REMEDIED = "remedied", _("Put right")
    EXPLAINED = "explained", pgettext_lazy("complaint", "Explained")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
    DUPLICATE = "duplicate", _("Already recorded under another number")


OPEN_COMPLAINTS = (ComplaintState.NEW, ComplaintState.ASSIGNED, ComplaintState.ANSWERED)
UNANSWERED_COMPLAINTS = (ComplaintState.NEW, ComplaintState.ASSIGNED)
CLOSED_WITHOUT_ANSWER = (ComplaintOutcome.WITHDRAWN, ComplaintOutcome.DUPLICATE)
SEMINAR_DECISION = "feedback.seminardecision:"  # what the follow-up of a decision is opened once for, before its number
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


# --- Paper, telephone, visit: answers typed in; and answers declined ---


class TypedChannel(models.TextChoices):
    """Keys of the service channels an answer is typed in from."""

    PAPER = "paper_form", _("Paper form")
    TELEPHONE = "telephone_opinion", _("Opinion by telephone")
    VISIT = "visit_opinion", _("Opinion at a visit")
    SEMINAR = "seminar", pgettext_lazy("channel", "Seminar")


class DeclineReason(models.TextChoices):
    """Why somebody would rather not answer."""

    NOT_ME = "not_me", _("I am not this person")
    LEFT = "left", _("I am no longer with this company")
    NO_TIME = "no_time", _("I have no time for it")
    NO_THANKS = "no_thanks", _("No, thank you")


WRONG_PERSON = (DeclineReason.NOT_ME, DeclineReason.LEFT)


# --- Voices: suggestions, opinions heard, seminars ---


class SuggestionState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("suggestion", "Received")
    CONSIDERED = "considered", pgettext_lazy("suggestion", "Being considered")
    ADOPTED = "adopted", pgettext_lazy("suggestion", "Adopted")
    DECLINED = "declined", pgettext_lazy("suggestion", "Declined")


class Credit(models.TextChoices):
    """How a customer stands beside what came of their suggestion."""

    NAMED = "named", pgettext_lazy("credit", "By the company's name")
    ANONYMOUS = "anonymous", pgettext_lazy("credit", "As “a customer”")
    NONE = "none", pgettext_lazy("credit", "Not at all")


UNDECIDED_SUGGESTIONS = (SuggestionState.RECEIVED, SuggestionState.CONSIDERED)
DECIDED_SUGGESTIONS = (SuggestionState.ADOPTED, SuggestionState.DECLINED)


class Tone(models.TextChoices):
    PRAISE = "praise", pgettext_lazy("opinion", "Praise")
    WISH = "wish", pgettext_lazy("opinion", "Wish")
    CRITICISM = "criticism", pgettext_lazy("opinion", "Criticism")


# The group each service of the opinion form stands in.
GROUP_OF_ITEM = {
    item: group
    for group, items in (
        (ServiceGroup.TRANSPORT, tuple(ServiceItem)[:7]),
        (ServiceGroup.INFORMATION, tuple(ServiceItem)[7:13]),
        (ServiceGroup.ADDED_SERVICE, tuple(ServiceItem)[13:]),
    )
    for item in items
}


class SeminarState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("seminar", "Planned")
    HELD = "held", pgettext_lazy("seminar", "Held")
    CALLED_OFF = "called_off", pgettext_lazy("seminar", "Called off")


class GuestReply(models.TextChoices):
    COMING = "coming", pgettext_lazy("seminar", "Is coming")
    DECLINED = "declined", pgettext_lazy("seminar", "Cannot come")


# --- Figures of complaints ---


class ComplaintSpan(models.TextChoices):
    MONTH = "month", pgettext_lazy("period", "Month")
    QUARTER = "quarter", pgettext_lazy("period", "Quarter")
    YEAR = "year", pgettext_lazy("period", "Year")


class ShareKind(models.TextChoices):
    CAUSE = "cause", _("Root cause")
    SERVICE_ITEM = "service_item", _("Service in detail")
    DIMENSION = "dimension", _("Quality dimension")


JUSTIFIED = (Liability.OURS, Liability.SHARED)


class InboundState(models.TextChoices):
    """What became of a mail to the complaint mailbox."""

    CASE = "case", pgettext_lazy("inbound mail", "New case")
    ADDED = "added", pgettext_lazy("inbound mail", "Added to a case")
    LEFT = "left", pgettext_lazy("inbound mail", "Opened nothing")


class LeftReason(models.TextChoices):
    """Why a mail opened nothing."""

    AUTOMATIC = "automatic", _("Automatic reply or report")
    LIST = "list", _("Mailing list")
    OURS = "ours", _("From ourselves")
    TOO_MANY = "too_many", _("Too many mails of this sender in an hour")
    EMPTY = "empty", _("No words and no sender")
    BROKEN = "broken", _("Cannot be read")
