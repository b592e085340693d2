"""What colleagues hear from customers in daily contact, in their own short words."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Channel, Contact, Customer
from feedback.enums import ServiceGroup, ServiceItem, Tone
from feedback.models.complaint import Complaint
from feedback.models.seminar import SeminarTopic
from feedback.models.voice import Worded
from feedback.querysets import HeardOpinionQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known


@tracked()
class HeardOpinion(Worded, models.Model):
    """One opinion of a customer: on what, praise, wish or criticism, and what was said. `complaint` is the case it became."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="heard_opinions", verbose_name=_("Customer"))
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="heard_opinions", verbose_name=_("Contact"))
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="heard_opinions", verbose_name=_("Received through")
    )
    group = models.CharField(_("Service concerned"), max_length=20, choices=ServiceGroup, default=ServiceGroup.OTHER)
    service_item = models.CharField(_("Service in detail"), max_length=30, choices=ServiceItem, blank=True)
    tone = models.CharField(pgettext_lazy("opinion", "Praise, wish or criticism"), max_length=10, choices=Tone)
    text = models.TextField(pgettext_lazy("opinion", "What was said"))
    heard_on = models.DateField(pgettext_lazy("opinion", "Heard on"))
    complaint = models.ForeignKey(
        Complaint, models.SET_NULL, null=True, blank=True, related_name="heard_opinions", verbose_name=_("Complaint it became")
    )
    topic = models.ForeignKey(
        SeminarTopic, models.SET_NULL, null=True, blank=True, related_name="opinions", verbose_name=_("Topic of a seminar")
    )
    form_key = models.UUIDField(_("Key of the form"), null=True, blank=True, unique=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_at = models.DateTimeField(_("Recorded at"))

    objects = HeardOpinionQuerySet.as_manager()

    class Meta:
        ordering = ("-heard_on", "-pk")
        constraints = [
            *known("heard_opinion", group=ServiceGroup, service_item=("", *ServiceItem.values), tone=Tone),
            models.CheckConstraint(condition=~Q(text=""), name="heard_opinion_says_something"),
        ]
        indexes = [
            models.Index(fields=("-heard_on", "-id"), name="heard_opinion_newest_first"),
            models.Index(fields=("customer", "-recorded_at"), name="heard_opinion_by_customer"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_url("feedback:heard_opinion", self.pk)

    @property
    def about(self) -> str:
        """The service in detail where it is told, else its group."""
        return self.get_service_item_display() if self.service_item else self.get_group_display()
