from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.enums import Direction, InteractionKind, Outcome
from customers.models.contact import Contact
from customers.models.customer import Customer
from customers.models.said import said_in
from customers.querysets import InteractionQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known

REPORTED = (InteractionKind.VISIT, InteractionKind.MEETING)  # of a telephone call nobody writes a report


@tracked(exclude=("form_key",), indexes=(models.Index(fields=("customer",), name="interaction_states"),))
class Interaction(models.Model):
    """A call, visit, mail, message, meeting, fair or seminar that took place."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="interactions", verbose_name=_("Customer"))
    kind = models.CharField(_("Kind"), max_length=10, choices=InteractionKind)
    happened_at = models.DateTimeField(_("When"))
    direction = models.CharField(_("Who approached whom"), max_length=10, choices=Direction, default=Direction.OURS)
    subject = models.CharField(_("Subject"), max_length=200)
    summary = models.TextField(_("What was said"), blank=True)
    outcome = models.CharField(_("Outcome"), max_length=20, choices=Outcome, blank=True)
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("Next step on"), null=True, blank=True)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    contacts = models.ManyToManyField(Contact, related_name="interactions", blank=True, verbose_name=_("With whom"))
    colleagues = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("Our people"))
    other_participants = models.CharField(_("Other participants"), max_length=300, blank=True)
    channel = models.ForeignKey(
        "customers.Channel", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Information channel")
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_at = models.DateTimeField(_("Recorded at"), auto_now_add=True)
    form_key = models.UUIDField(null=True, editable=False, unique=True)  # the form it came from: sent twice, recorded once

    objects = InteractionQuerySet.as_manager()

    class Meta:
        ordering = ("-happened_at", "-pk")
        indexes = [
            *said_in("subject", "interaction_subject"),
            models.Index("customer", F("happened_at").desc(), F("id").desc(), name="interaction_of_customer"),
            models.Index(F("happened_at").desc(), F("id").desc(), name="interaction_by_time"),
        ]
        constraints = [
            *known("interaction", direction=Direction, outcome=("", *Outcome.values)),
            models.CheckConstraint(condition=Q(kind__in=InteractionKind.values), name="an_interaction_has_a_known_kind"),
            models.CheckConstraint(
                condition=Q(next_step_on=None) | ~Q(next_step=""),
                name="a_next_step_with_a_date_says_what_it_is",
                violation_error_message=_("Say what the next step on that day is."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_reported(self) -> bool:
        return self.kind in REPORTED

    def get_absolute_url(self) -> str:
        return record_url("customers:interaction", self.pk)
