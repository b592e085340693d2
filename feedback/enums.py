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
    SAME_ADDRESS = "same_address", _("Same address as another contact")
    ASKED_RECENTLY = "asked_recently", _("Asked a short while ago")
    ASKED_OFTEN = "asked_often", _("Asked often enough this year")
    COMPANY_FULL = "company_full", _("Enough contacts of this company are asked")


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
