import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Channel, Contact, Customer
from feedback.models.invitation import Invitation
from feedback.models.questionnaire import Item, ItemOption
from feedback.models.wave import Wave
from feedback.querysets import ResponseQuerySet
from portcrm.addresses import record_url
from portcrm.clock import port_date


class Response(models.Model):
    """A customer's answer: one per invitation. Its latest version counts, the earlier ones are kept.

    Of a confidential wave the row itself names nobody: neither customer nor contact, nor the way, the language or the time it came.
    Only its invitation and its versions do, and these are read by ResponseQuerySet.of_known_sender.
    """

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="responses")
    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, blank=True, related_name="response")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="responses")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="responses")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Given by"))
    # Typed in by one of us from paper, from a call or a visit; empty where the customer sent it.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Typed in by")
    )
    taken_on = models.DateField(_("Given on"), null=True, blank=True)
    language = models.CharField(_("Language"), max_length=10)
    overall = models.PositiveSmallIntegerField(_("Overall satisfaction"), null=True, blank=True)
    overall_maximum = models.PositiveSmallIntegerField(_("Highest point of overall satisfaction"), default=5)
    recommend = models.PositiveSmallIntegerField(_("Would recommend"), null=True, blank=True)
    comment = models.TextField(_("Comment"), blank=True)
    first_submitted_at = models.DateTimeField(_("Answered at"))
    submitted_at = models.DateTimeField(_("Changed at"))
    submissions = models.PositiveSmallIntegerField(default=1)
    untold = models.BooleanField(default=False)  # score and follow-up failed when it came; the sweep makes it good

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ("-submitted_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(overall__isnull=True) | Q(overall__gte=1, overall__lte=F("overall_maximum")), name="overall_is_on_its_scale"
            ),
            models.CheckConstraint(condition=Q(overall_maximum__gte=2, overall_maximum__lte=10), name="overall_scale_has_2_to_10_points"),
            models.CheckConstraint(condition=Q(recommend__isnull=True) | Q(recommend__lte=10), name="recommend_is_0_to_10"),
            models.CheckConstraint(
                condition=Q(entered_by=None, taken_on=None) | Q(entered_by__isnull=False, taken_on__isnull=False),
                name="an_answer_typed_in_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=("customer", "-submitted_at"), name="response_by_customer_newest"),
            models.Index(fields=("submitted_at",), name="response_by_time"),
            models.Index(fields=("id",), condition=Q(untold=True), name="response_untold"),
        ]

    sender_is_known = False  # for this reader: set by ResponseQuerySet.with_senders, closed by default
    reading: Callable[[str], str] | None = None  # how this reader reads its words: set by queries.told_words, closed by default

    def __str__(self) -> str:
        return f"{self.customer or self.wave.get_anonymity_display()} · {self.wave}"

    @property
    def sender(self) -> Customer | None:
        """The customer it came from, as far as this reader may know."""
        return self.customer or (self.invitation.customer if self._is_opened else None)

    @property
    def sender_contact(self) -> Contact | None:
        return self.contact or (self.invitation.contact if self._is_opened else None)

    @property
    def sender_label(self) -> str:
        """The customer, or the word for what is not said instead."""
        if self.sender is not None:
            return self.sender.label
        return str(self.wave.get_anonymity_display() if self.wave.is_confidential else _("Anonymous"))

    @property
    def told_comment(self) -> str:
        """The comment as this reader may read it."""
        return self.reading(self.comment) if self.reading else ""

    @property
    def told_at(self) -> dt.datetime | None:
        """When it came first, of a confidential one for whoever may know; of others when it was changed last."""
        if not self.wave.is_confidential:
            return self.submitted_at
        return self.invitation.answered_at if self._is_opened else None

    @property
    def _is_opened(self) -> bool:
        return self.sender_is_known and self.wave.is_confidential and self.invitation_id is not None

    def get_absolute_url(self) -> str:
        return record_url("feedback:response", self.pk)

    @property
    def said_on(self) -> dt.date:
        """The port's day on which the customer said it: of what was typed in the day on the paper, of the call or the visit."""
        return self.taken_on or port_date(self.submitted_at)

    @property
    def satisfaction(self) -> int | float | None:
        """Overall satisfaction on the scale from 1 to 5, see querysets.SATISFACTION; two decimals where it was asked on another."""
        if self.overall is None or self.overall_maximum == 5:
            return self.overall
        return round((self.overall - 1) * 4 / (self.overall_maximum - 1) + 1, 2)


class ResponseVersion(models.Model):
    """What was sent at one time, whole; `form_key` names the form it came from, so that a repeat is no new version."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("Version"))
    form_key = models.UUIDField()
    answers = models.JSONField()
    submitted_at = models.DateTimeField(_("Sent at"))
    # How this version came: a later change online does not take away that the first one was typed in from a paper.
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Given by"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Typed in by")
    )
    taken_on = models.DateField(_("Given on"), null=True, blank=True)

    class Meta:
        ordering = ("response", "number")
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_by=None, taken_on=None) | Q(entered_by__isnull=False, taken_on__isnull=False),
                name="a_version_typed_in_has_its_day",
            ),
            models.UniqueConstraint(fields=("response", "number"), name="response_has_each_version_once"),
            models.UniqueConstraint(fields=("response", "form_key"), name="a_form_is_sent_once"),
        ]


class Answer(models.Model):
    """The answer that counts to one item: a score, an option, or "not applicable"; `several`: one of several options."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, models.PROTECT, related_name="answers")
    score = models.SmallIntegerField(_("Score"), null=True, blank=True)
    not_applicable = models.BooleanField(_("Not applicable"), default=False)
    option = models.ForeignKey(ItemOption, models.PROTECT, null=True, blank=True, related_name="answers")
    several = models.BooleanField(default=False)

    class Meta:
        ordering = ("response", "item")
        constraints = [
            models.UniqueConstraint(fields=("response", "item"), condition=Q(several=False), name="item_is_answered_once_a_response"),
            models.UniqueConstraint(fields=("response", "item", "option"), name="option_is_chosen_once_a_response"),
            models.CheckConstraint(
                condition=Q(score__isnull=False, option__isnull=True, not_applicable=False)
                | Q(score__isnull=True, option__isnull=False, not_applicable=False)
                | Q(score__isnull=True, option__isnull=True, not_applicable=True),
                name="answer_is_a_score_an_option_or_not_applicable",
            ),
            models.CheckConstraint(condition=Q(several=False) | Q(option__isnull=False), name="only_options_are_chosen_together"),
        ]
