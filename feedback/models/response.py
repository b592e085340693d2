from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Channel, Contact, Customer
from feedback.models.invitation import Invitation
from feedback.models.questionnaire import Item
from feedback.models.wave import Wave
from feedback.querysets import ResponseQuerySet
from portcrm.addresses import record_url


class Response(models.Model):
    """A customer's answer: one per invitation. Its latest version counts, the earlier ones are kept."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="responses")
    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, blank=True, related_name="response")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="responses")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="responses")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(_("Language"), max_length=10)
    overall = models.PositiveSmallIntegerField(_("Overall satisfaction"), null=True, blank=True)
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
            models.CheckConstraint(condition=Q(overall__isnull=True) | Q(overall__gte=1, overall__lte=5), name="overall_is_1_to_5"),
            models.CheckConstraint(condition=Q(recommend__isnull=True) | Q(recommend__lte=10), name="recommend_is_0_to_10"),
        ]
        indexes = [
            models.Index(fields=("customer", "-submitted_at"), name="response_by_customer_newest"),
            models.Index(fields=("submitted_at",), name="response_by_time"),
            models.Index(fields=("id",), condition=Q(untold=True), name="response_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.wave}"

    def get_absolute_url(self) -> str:
        return record_url("feedback:response", self.pk)


class ResponseVersion(models.Model):
    """What was sent at one time, whole; `form_key` names the form it came from, so that a repeat is no new version."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("Version"))
    form_key = models.UUIDField()
    answers = models.JSONField()
    submitted_at = models.DateTimeField(_("Sent at"))

    class Meta:
        ordering = ("response", "number")
        constraints = [
            models.UniqueConstraint(fields=("response", "number"), name="response_has_each_version_once"),
            models.UniqueConstraint(fields=("response", "form_key"), name="a_form_is_sent_once"),
        ]


class Answer(models.Model):
    """The answer that counts to one item: a score, or "not applicable"."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, models.PROTECT, related_name="answers")
    score = models.SmallIntegerField(_("Score"), null=True, blank=True)
    not_applicable = models.BooleanField(_("Not applicable"), default=False)

    class Meta:
        ordering = ("response", "item")
        constraints = [
            models.UniqueConstraint(fields=("response", "item"), name="item_is_answered_once_a_response"),
            models.CheckConstraint(
                condition=Q(score__isnull=False, not_applicable=False) | Q(score__isnull=True, not_applicable=True),
                name="answer_is_a_score_or_not_applicable",
            ),
        ]
