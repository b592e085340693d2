"""Seminars 交流研讨会议: who was invited and came, what was said to each topic, what was decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Contact, Customer
from feedback.enums import SEMINAR_DECISION, GuestReply, SeminarState
from feedback.permissions import HOLD_SEMINAR
from feedback.querysets import SeminarDecisionQuerySet, SeminarQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName
from portcrm.choices import known


@tracked()
class Seminar(BilingualName):
    held_on = models.DateField(pgettext_lazy("seminar", "Day"))
    starts_at = models.TimeField(pgettext_lazy("seminar", "Hour"), null=True, blank=True)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("seminar", "Host"))
    state = models.CharField(_("State"), max_length=10, choices=SeminarState, default=SeminarState.PLANNED)
    form_key = models.UUIDField(_("Key of the form"), null=True, blank=True, unique=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_at = models.DateTimeField(_("Recorded at"))

    objects = SeminarQuerySet.as_manager()

    class Meta:
        ordering = ("-held_on", "-pk")
        constraints = [
            *known("seminar", state=SeminarState),
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="seminar_has_a_name"),
        ]
        indexes = [models.Index(fields=("-held_on", "-id"), name="seminar_newest_first")]

    def get_absolute_url(self) -> str:
        return record_url("feedback:seminar", self.pk)


@tracked(part_of="seminar")
class SeminarTopic(BilingualName):
    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="topics", verbose_name=pgettext_lazy("meeting", "Seminar"))
    position = models.PositiveSmallIntegerField(pgettext_lazy("seminar", "Place in the order"))
    form_key = models.UUIDField(_("Key of the form"), null=True, blank=True, unique=True)

    class Meta:
        ordering = ("seminar", "position")
        constraints = [
            models.UniqueConstraint(fields=("seminar", "position"), name="seminar_has_one_topic_at_a_place"),
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="seminar_topic_has_a_name"),
        ]


@tracked(part_of="seminar")
class SeminarGuest(models.Model):
    """One contact of a customer; name and address stay with the contact. `attended` is empty until it was ticked."""

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="guests", verbose_name=pgettext_lazy("meeting", "Seminar"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="seminar_guests", verbose_name=_("Customer"))
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="seminar_guests", verbose_name=_("Contact"))
    invited_at = models.DateTimeField(pgettext_lazy("seminar", "Invited at"), null=True, blank=True)
    reply = models.CharField(pgettext_lazy("seminar", "Reply"), max_length=10, choices=GuestReply, blank=True)
    attended = models.BooleanField(pgettext_lazy("seminar", "Came"), null=True, blank=True)

    class Meta:
        ordering = ("seminar", "customer", "pk")
        constraints = [
            *known("seminar_guest", reply=("", *GuestReply.values)),
            models.UniqueConstraint(fields=("seminar", "contact"), name="contact_is_a_guest_of_a_seminar_once"),
        ]

    def __str__(self) -> str:
        return self.contact.label if self.contact else self.customer.label


@tracked(part_of="seminar")
class SeminarDecision(models.Model):
    """What is to be done by whom until when. Of one that concerns a customer a follow-up is opened."""

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="decisions", verbose_name=pgettext_lazy("meeting", "Seminar"))
    topic = models.ForeignKey(
        SeminarTopic, models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name=pgettext_lazy("seminar", "Topic")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="seminar_decisions", verbose_name=_("Customer")
    )
    text = models.CharField(pgettext_lazy("seminar", "What was decided"), max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Owner"))
    due_on = models.DateField(_("Due on"))
    done_on = models.DateField(pgettext_lazy("seminar", "Done on"), null=True, blank=True)
    form_key = models.UUIDField(_("Key of the form"), null=True, blank=True, unique=True)

    objects = SeminarDecisionQuerySet.as_manager()

    class Meta:
        ordering = ("seminar", "due_on", "pk")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="seminar_decision_says_something")]
        indexes = [models.Index(fields=("due_on",), condition=Q(done_on=None), name="seminar_decision_open")]

    def __str__(self) -> str:
        return self.text

    def may_be_finished_by(self, user) -> bool:
        """Its owner may, and whoever holds seminars."""
        return user.pk == self.owner_id or user.has_perm(HOLD_SEMINAR)

    @property
    def follow_up_key(self) -> str:
        """What the follow-up of a decision about a customer is opened once for."""
        return f"{SEMINAR_DECISION}{self.pk}"
