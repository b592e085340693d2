from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import VisitState
from customers.models.contact import Contact
from customers.models.customer import Customer
from customers.models.interaction import Interaction
from customers.models.said import said_in
from customers.querysets import VisitQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known


@tracked(exclude=("form_key",), part_of="customer")
class PlannedVisit(models.Model):
    """A visit somebody means to make; its report is the interaction it became."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="planned_visits", verbose_name=_("Customer"))
    visitor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="planned_visits", verbose_name=_("Who goes"))
    planned_for = models.DateField(_("Day of the visit"))
    starts_at = models.TimeField(_("Hour"), null=True, blank=True)  # on the port's clock; none: some time that day
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=60)
    purpose = models.CharField(_("Purpose"), max_length=200)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    contacts = models.ManyToManyField(Contact, related_name="planned_visits", blank=True, verbose_name=_("Whom to meet"))
    talking_points = models.TextField(_("Talking points"), blank=True)
    state = models.CharField(_("State"), max_length=10, choices=VisitState, default=VisitState.PLANNED)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    interaction = models.OneToOneField(
        Interaction, models.RESTRICT, null=True, blank=True, related_name="planned_visit", verbose_name=_("Report")
    )
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Planned by"))
    planned_at = models.DateTimeField(_("Planned at"), auto_now_add=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Settled by")
    )
    settled_at = models.DateTimeField(_("Settled at"), null=True, blank=True)
    form_key = models.UUIDField(null=True, editable=False, unique=True)  # the form it came from: sent twice, planned once

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("planned_for", "starts_at", "pk")
        verbose_name = _("Planned visit")
        verbose_name_plural = _("Planned visits")
        indexes = [
            *said_in("purpose", "visit_purpose"),
            models.Index(fields=("planned_for", "id"), name="visit_by_day"),
            models.Index(fields=("visitor", "planned_for", "id"), name="visit_of_visitor"),
            models.Index(fields=("customer", "planned_for", "id"), name="visit_of_customer"),
        ]
        constraints = [
            *known("visit", state=VisitState),
            models.CheckConstraint(
                condition=~Q(purpose=""), name="a_visit_says_its_purpose", violation_error_message=_("Say what the visit is for.")
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 1440)),
                name="a_visit_takes_between_minutes_and_a_day",
                violation_error_message=_("A visit takes between 5 minutes and a day."),
            ),
            models.CheckConstraint(
                condition=Q(state=VisitState.DONE, interaction__isnull=False) | (~Q(state=VisitState.DONE) & Q(interaction=None)),
                name="a_visit_that_was_made_has_its_report",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[VisitState.MISSED, VisitState.CANCELLED]) | ~Q(reason=""),
                name="a_visit_not_made_says_why",
                violation_error_message=_("Say why the visit was not made."),
            ),
            models.CheckConstraint(
                condition=Q(state=VisitState.PLANNED, settled_by=None, settled_at=None)
                | (~Q(state=VisitState.PLANNED) & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="a_settled_visit_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose

    def get_absolute_url(self) -> str:
        return record_url("customers:visit", self.pk)
