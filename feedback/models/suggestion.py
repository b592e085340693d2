"""What customers suggest, what we decide on it, and what others may read of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Channel, Contact, Customer
from feedback.enums import Credit, ServiceGroup, ServiceItem, SuggestionState
from feedback.models.heard import HeardOpinion
from feedback.models.invitation import new_public_id
from feedback.models.response import Response
from feedback.models.voice import Answerable, Worded
from feedback.querysets import SuggestionQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.bilingual import pick
from portcrm.choices import known

OPEN = Q(state__in=(SuggestionState.RECEIVED, SuggestionState.CONSIDERED))


@tracked()
class Suggestion(Answerable, Worded, models.Model):
    """A suggestion and its way: received, considered, adopted or declined with a reason.

    `text` are the customer's words and stay in the house; `said` and `did` are what others read once it is published.
    """

    number = models.CharField(_("Number"), max_length=20, unique=True)
    public_id = models.CharField(_("Number in the public address"), max_length=32, unique=True, default=new_public_id, editable=False)
    form_key = models.UUIDField(_("Key of the form"), null=True, blank=True, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name=_("Customer"))
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="suggestions", verbose_name=_("Contact"))
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name=_("Received through")
    )
    response = models.ForeignKey(
        Response, models.SET_NULL, null=True, blank=True, related_name="suggestions", verbose_name=_("Answer it comes from")
    )
    heard = models.ForeignKey(
        HeardOpinion, models.SET_NULL, null=True, blank=True, related_name="suggestions", verbose_name=_("Opinion it comes from")
    )
    company_name = models.CharField(_("Company"), max_length=200, blank=True)
    reporter_name = models.CharField(pgettext_lazy("suggestion", "Suggested by"), max_length=100, blank=True)
    reporter_email = models.EmailField(_("E-mail"), blank=True)
    reporter_phone = models.CharField(_("Telephone"), max_length=50, blank=True)
    language = models.CharField(_("Language"), max_length=10, default="zh-hans")
    group = models.CharField(_("Service concerned"), max_length=20, choices=ServiceGroup, default=ServiceGroup.OTHER)
    service_item = models.CharField(_("Service in detail"), max_length=30, choices=ServiceItem, blank=True)
    text = models.TextField(pgettext_lazy("suggestion", "Suggestion"))
    received_on = models.DateField(_("Received on"))
    state = models.CharField(_("State"), max_length=10, choices=SuggestionState, default=SuggestionState.RECEIVED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name=_("Owner")
    )
    considered_at = models.DateTimeField(_("Considered since"), null=True, blank=True)
    decided_at = models.DateTimeField(pgettext_lazy("suggestion", "Decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("suggestion", "Decided by"),
    )
    reason = models.TextField(_("Why it is declined"), blank=True)
    credit = models.CharField(_("Credit to the customer"), max_length=10, choices=Credit, default=Credit.ANONYMOUS)
    asked_to_be_named = models.BooleanField(_("Named on the word of the public page"), default=False)
    credit_agreed_on = models.DateField(_("Agreed to be named on"), null=True, blank=True)
    said_zh = models.TextField(_("What was suggested, for others to read, in Chinese"), blank=True)
    said_en = models.TextField(_("What was suggested, for others to read, in English"), blank=True)
    did_zh = models.TextField(_("What we did, in Chinese"), blank=True)
    did_en = models.TextField(_("What we did, in English"), blank=True)
    published_at = models.DateTimeField(pgettext_lazy("suggestion", "Published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("suggestion", "Published by"),
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_at = models.DateTimeField(_("Recorded at"))

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at", "-pk")
        constraints = [
            *known("suggestion", group=ServiceGroup, service_item=("", *ServiceItem.values), state=SuggestionState, credit=Credit),
            models.CheckConstraint(condition=~Q(text=""), name="suggestion_says_something"),
            models.CheckConstraint(
                condition=Q(owner=None, considered_at=None) | Q(owner__isnull=False, considered_at__isnull=False),
                name="suggestion_owner_comes_with_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=SuggestionState.CONSIDERED) | Q(owner__isnull=False), name="considered_suggestion_has_an_owner"
            ),
            models.CheckConstraint(
                condition=(OPEN & Q(decided_at=None, decided_by=None)) | (~OPEN & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="decided_suggestion_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=(Q(state=SuggestionState.DECLINED) & ~Q(reason="")) | (~Q(state=SuggestionState.DECLINED) & Q(reason="")),
                name="declined_suggestion_has_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(credit=Credit.NAMED, credit_agreed_on__isnull=False)) | (~Q(credit=Credit.NAMED) & Q(credit_agreed_on=None)),
                name="customer_is_named_only_where_they_agreed",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | (
                    Q(state=SuggestionState.ADOPTED, published_at__isnull=False, published_by__isnull=False)
                    & ~Q(said_zh="", said_en="")
                    & ~Q(did_zh="", did_en="")
                ),
                name="published_suggestion_is_adopted_and_says_what_was_done",
            ),
        ]
        indexes = [
            models.Index(fields=("-recorded_at", "-id"), name="suggestion_newest_first"),
            models.Index(fields=("customer", "-recorded_at"), name="suggestion_by_customer_newest"),
            models.Index(fields=("-published_at", "-id"), name="suggestion_published", condition=Q(published_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return record_url("feedback:suggestion", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in (SuggestionState.RECEIVED, SuggestionState.CONSIDERED)

    @property
    def said(self) -> str:
        return pick(self.said_zh, self.said_en)

    @property
    def did(self) -> str:
        return pick(self.did_zh, self.did_en)

    @property
    def is_in_their_own_words(self) -> bool:
        """Typed by the customer on the public page: nobody else rewrites it."""
        return self.recorded_by.is_system


class SuggestionSeries(models.Model):
    """The last number given in a year, as with complaints."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()
