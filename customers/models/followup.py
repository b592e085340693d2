from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import FollowUpKind, FollowUpState, RemindDays, RepeatUnit
from customers.models.customer import Customer
from customers.models.interaction import Interaction
from customers.models.said import said_in
from customers.permissions import VIEW_PERSONAL
from customers.querysets import PERSONAL_KEY, FollowUpQuerySet
from portcrm.audit.history import tracked
from portcrm.choices import known


@tracked(part_of="customer")
class FollowUp(models.Model):
    """Something one of us has to do for a customer by a day."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="follow_ups", verbose_name=_("Customer"))
    kind = models.CharField(_("Kind"), max_length=10, choices=FollowUpKind, default=FollowUpKind.TASK)
    title = models.CharField(_("What is to be done"), max_length=200)
    detail = models.TextField(_("Detail"), blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="follow_ups", verbose_name=_("Owner"))
    due_on = models.DateField(_("Due on"))
    state = models.CharField(_("State"), max_length=10, choices=FollowUpState, default=FollowUpState.OPEN)
    dedupe_key = models.CharField(_("Opened once for"), max_length=200, blank=True, editable=False)
    reason_url = models.CharField(_("Page of the reason"), max_length=300, blank=True, editable=False)
    interaction = models.ForeignKey(
        Interaction, models.SET_NULL, null=True, blank=True, related_name="follow_ups", verbose_name=_("Out of")
    )
    remind_days = models.PositiveSmallIntegerField(_("Remind"), null=True, blank=True, choices=RemindDays)  # before the day it is due
    repeat_unit = models.CharField(_("Repeats"), max_length=10, choices=RepeatUnit, blank=True)
    repeat_every = models.PositiveSmallIntegerField(_("Every how many"), default=1)
    repeat_until = models.DateField(_("Repeats until"), null=True, blank=True)
    repeat_from = models.DateField(
        _("First day of the series"), null=True, editable=False
    )  # the first day of the series: the 31st stays the 31st
    repeats = models.OneToOneField(
        "self", models.SET_NULL, null=True, editable=False, related_name="repeated_by", verbose_name=_("Repeats what was done before")
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Opened by"))
    opened_at = models.DateTimeField(_("Opened at"), auto_now_add=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Closed by")
    )
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True)
    result = models.TextField(_("Result"), blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("Follow-up")
        verbose_name_plural = _("Follow-ups")
        indexes = [
            *said_in("title", "follow_up_title"),
            models.Index(fields=("owner", "due_on", "id"), condition=Q(state=FollowUpState.OPEN), name="open_follow_up_of_owner"),
            models.Index(fields=("customer", "due_on", "id"), name="follow_up_of_customer"),
            models.Index(fields=("due_on", "id"), name="follow_up_by_day"),
        ]
        constraints = [
            *known("follow_up", kind=FollowUpKind, repeat_unit=("", *RepeatUnit.values), remind_days=RemindDays),
            models.CheckConstraint(
                condition=Q(repeat_unit="", repeat_from=None, repeat_until=None) | (~Q(repeat_unit="") & Q(repeat_from__isnull=False)),
                name="a_follow_up_that_repeats_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(repeat_every__range=(1, 60)),
                name="a_follow_up_repeats_every_so_many",
                violation_error_message=_("It repeats every 1 to 60 weeks or months."),
            ),
            models.UniqueConstraint(fields=("dedupe_key",), condition=~Q(dedupe_key=""), name="a_reason_opens_one_follow_up"),
            models.CheckConstraint(
                condition=Q(state=FollowUpState.OPEN, closed_by=None, closed_at=None)
                | (Q(state__in=[FollowUpState.DONE, FollowUpState.DROPPED], closed_by__isnull=False, closed_at__isnull=False)),
                name="a_closed_follow_up_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_seen_by(self, user) -> bool:
        """`visible_to` for a row as it stood on an earlier day, which no query finds."""
        return not self.is_of_a_personal_day or user.has_perm(VIEW_PERSONAL)

    @property
    def is_of_a_personal_day(self) -> bool:
        """Reminds of somebody's day: only who may read profiles owns or sees it, and no name goes along where it leaves the house."""
        return self.dedupe_key.startswith(PERSONAL_KEY)
