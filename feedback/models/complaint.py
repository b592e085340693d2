from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Channel, Contact, Customer
from feedback.enums import (
    CLOSED_WITHOUT_ANSWER,
    WORDS_WITHOUT_A_REASON,
    ClosingWord,
    ComplaintOutcome,
    ComplaintState,
    Complexity,
    ImmediateAction,
    Impact,
    QualityDimension,
    Safety,
    ServiceGroup,
    ServiceItem,
    Severity,
)
from feedback.models.invitation import new_public_id
from feedback.models.voice import Answerable
from feedback.querysets import ComplaintQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known

ANSWERED = Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")
UNANSWERED = Q(answered_at__isnull=True, answered_by__isnull=True)
CLOSED = Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")
NOT_CLOSED = Q(closed_at__isnull=True, closed_by__isnull=True, outcome="")
ASSESSED = ~(Q(safety="") | Q(complexity="") | Q(impact="") | Q(immediate_action="")) & Q(
    assessed_at__isnull=False, assessed_by__isnull=False
)
NOT_ASSESSED = Q(safety="", complexity="", impact="", immediate_action="", assessed_at__isnull=True, assessed_by__isnull=True)
ON_WHOSE_WORD = Q(closing_word__in=WORDS_WITHOUT_A_REASON) | (~Q(closing_word="") & ~Q(closing_reason=""))


@tracked()
class Complaint(Answerable, models.Model):
    """A complaint and its way: new, assigned, answered, closed. `answer` is what the customer reads."""

    number = models.CharField(_("Number"), max_length=20, unique=True)
    public_id = models.CharField(_("Number in the public address"), max_length=32, unique=True, default=new_public_id, editable=False)
    form_key = models.UUIDField(
        _("Key of the form"), null=True, blank=True, unique=True
    )  # the form it came from: sent twice, recorded once
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("Customer"))
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="complaints", verbose_name=_("Contact"))
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("Received through")
    )
    company_name = models.CharField(_("Company"), max_length=200, blank=True)
    reporter_name = models.CharField(_("Reported by"), max_length=100, blank=True)
    reporter_email = models.EmailField(_("E-mail"), blank=True)
    reporter_phone = models.CharField(_("Telephone"), max_length=50, blank=True)
    language = models.CharField(_("Language"), max_length=10, default="zh-hans")
    group = models.CharField(_("Service concerned"), max_length=20, choices=ServiceGroup.choices, default=ServiceGroup.OTHER)
    severity = models.CharField(_("Severity"), max_length=10, choices=Severity.choices, default=Severity.NORMAL)
    subject = models.CharField(pgettext_lazy("complaint", "Subject"), max_length=200)
    description = models.TextField(_("What happened"))
    cargo_reference = models.CharField(_("Vessel, voyage or bill of lading"), max_length=200, blank=True)
    service_item = models.CharField(_("Service in detail"), max_length=30, choices=ServiceItem, blank=True)
    dimension = models.CharField(_("Quality dimension"), max_length=20, choices=QualityDimension, blank=True)
    vessel = models.CharField(_("Vessel name"), max_length=60, blank=True)
    voyage = models.CharField(_("Voyage"), max_length=30, blank=True)
    bl_no = models.CharField(_("Bill of lading no."), max_length=40, blank=True)
    berth = models.CharField(_("Berth"), max_length=40, blank=True)
    remedy_sought = models.TextField(_("What you ask of us"), blank=True)
    by_mail = models.BooleanField(_("By mail, sender unproven"), default=False)
    received_on = models.DateField(_("Received on"))
    due_on = models.DateField(_("Answer due on"))
    state = models.CharField(_("State"), max_length=10, choices=ComplaintState.choices, default=ComplaintState.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("Owner")
    )
    assigned_at = models.DateTimeField(_("Assigned at"), null=True, blank=True)
    safety = models.CharField(pgettext_lazy("assessment", "Safety"), max_length=12, choices=Safety, blank=True)
    complexity = models.CharField(pgettext_lazy("assessment", "Complexity"), max_length=12, choices=Complexity, blank=True)
    impact = models.CharField(pgettext_lazy("assessment", "Impact"), max_length=12, choices=Impact, blank=True)
    immediate_action = models.CharField(pgettext_lazy("assessment", "Immediate action"), max_length=12, choices=ImmediateAction, blank=True)
    assessed_at = models.DateTimeField(pgettext_lazy("assessment", "Assessed at"), null=True, blank=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("assessment", "Assessed by"),
    )
    answer = models.TextField(_("Answer to the customer"), blank=True)
    answered_at = models.DateTimeField(_("Answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Answered by")
    )
    settled_at = models.DateTimeField(_("Settled by the customer's word at"), null=True, blank=True)
    outcome = models.CharField(_("Outcome"), max_length=12, choices=ComplaintOutcome.choices, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("complaint", "Closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("complaint", "Closed by"),
    )
    closing_word = models.CharField(_("Closed on whose word"), max_length=6, choices=ClosingWord, blank=True)
    closing_reason = models.TextField(_("Why it was closed"), blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_at = models.DateTimeField(_("Recorded at"))

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at", "-pk")
        constraints = [
            *known("complaint", group=ServiceGroup, severity=Severity, closing_word=("", *ClosingWord.values)),
            *known("complaint", service_item=("", *ServiceItem.values), dimension=("", *QualityDimension.values)),
            *known("complaint", safety=("", *Safety.values), complexity=("", *Complexity.values), impact=("", *Impact.values)),
            *known("complaint", immediate_action=("", *ImmediateAction.values)),
            models.CheckConstraint(
                condition=ASSESSED | NOT_ASSESSED,
                name="an_assessed_complaint_has_every_answer_who_and_when",
                violation_error_message=_("Answer all four questions of the assessment."),
            ),
            models.CheckConstraint(
                condition=(Q(state=ComplaintState.CLOSED) & ON_WHOSE_WORD)
                | (~Q(state=ComplaintState.CLOSED) & Q(closing_word="", closing_reason="")),
                name="closed_complaint_has_the_customers_word_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True, assigned_at__isnull=True) | Q(owner__isnull=False, assigned_at__isnull=False),
                name="complaint_owner_comes_with_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(ComplaintState.ASSIGNED, ComplaintState.ANSWERED)) | Q(owner__isnull=False),
                name="complaint_in_work_has_an_owner",
            ),
            models.CheckConstraint(condition=ANSWERED | UNANSWERED, name="complaint_answer_has_who_and_when"),
            models.CheckConstraint(condition=~Q(state=ComplaintState.ANSWERED) | ANSWERED, name="answered_complaint_has_an_answer"),
            models.CheckConstraint(
                condition=(Q(state=ComplaintState.CLOSED) & CLOSED) | (~Q(state=ComplaintState.CLOSED) & NOT_CLOSED),
                name="closed_complaint_has_outcome_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=ComplaintState.CLOSED) | ANSWERED | Q(outcome__in=CLOSED_WITHOUT_ANSWER),
                name="closed_complaint_was_answered_or_fell_away",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("received_on")), name="complaint_is_due_after_it_came"),
        ]
        indexes = [
            models.Index(fields=("state", "due_on"), name="complaint_by_state_and_due"),
            models.Index(fields=("bl_no",), name="complaint_by_bill_of_lading", condition=~Q(bl_no="")),
            models.Index(fields=("customer", "-recorded_at"), name="complaint_by_customer_newest"),
            models.Index(fields=("-recorded_at", "-id"), name="complaint_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        return record_url("feedback:complaint", self.pk)

    @property
    def is_in_their_own_words(self) -> bool:
        """Typed by the customer on the public page or in a mail, whoever let that in: nobody else rewrites it."""
        return self.by_mail or self.recorded_by.is_system


@tracked()
class ComplaintNote(models.Model):
    """What we tell each other about a complaint; the customer never reads it."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="notes", verbose_name=_("Complaint"))
    text = models.TextField(_("Internal note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("By"))
    at = models.DateTimeField(_("Written at"))

    class Meta:
        ordering = ("at", "pk")


class ComplaintSeries(models.Model):
    """The last number given in a year; the row's lock makes numbers run without gaps or twins."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()
