from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cargo.permissions import VIEW_SHIPMENT
from customers.permissions import VIEW_CONTACT
from feedback.enums import BY_CALENDAR, BY_EVENT, Anonymity, Occasion, Period
from feedback.models.questionnaire import Questionnaire
from feedback.permissions import VIEW_COMPLAINT, VIEW_OUR_OWN
from feedback.querysets import ProgrammeQuerySet
from portcrm.accounts.roles import Role
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName, enumerated
from portcrm.choices import all_known, known
from portcrm.pages.models import SavedView


@tracked()
class Programme(BilingualName):
    """A standing plan: whom we ask, with which form, on what occasion. Empty lists mean "all"."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="programmes", verbose_name=_("Questionnaire"))
    customer_statuses = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("Customer status"))
    customer_tiers = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("Service tier"))
    # A view its owner deletes is missed, and stops the programme; it must never read as "all".
    customer_view = models.ForeignKey(
        SavedView,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("Saved view of customers"),
    )
    contact_roles = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("Contact roles"))
    # Of a form for our own people.
    staff_roles = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("Roles of our own people"))
    occasion = models.CharField(_("Occasion"), max_length=10, choices=Occasion.choices, default=Occasion.PERIOD)
    sample_size = models.PositiveIntegerField(
        _("Customers to draw"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    period = models.CharField(_("How often"), max_length=12, choices=Period.choices, default=Period.QUARTER)
    next_run_on = models.DateField(_("Next wave on"), null=True, blank=True)
    # A plan for the 31st runs on the last day of a short month and on the 31st again. Empty: the day of next_run_on.
    day_of_month = models.PositiveSmallIntegerField(_("Day of the month"), null=True, blank=True, editable=False)
    after_shipments = models.PositiveIntegerField(
        _("Handled shipments"), default=20, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    days_after_closing = models.PositiveSmallIntegerField(_("Days after closing"), default=3, validators=[MaxValueValidator(90)])
    # The first day whose shipments or closed complaints count: what was before the programme began asks nobody.
    events_from = models.DateField(_("Events count from"), null=True, blank=True, editable=False)
    days_open = models.PositiveSmallIntegerField(_("Days open"), default=14, validators=[MinValueValidator(1), MaxValueValidator(180)])
    low_overall_at_most = models.PositiveSmallIntegerField(
        _("Follow up when overall satisfaction is at most"), default=2, validators=[MaxValueValidator(5)]
    )
    low_recommend_at_most = models.PositiveSmallIntegerField(
        _("Follow up when the recommendation is at most"), default=6, validators=[MaxValueValidator(10)]
    )
    reminders = models.PositiveSmallIntegerField(_("Reminders"), default=2, validators=[MaxValueValidator(2)])
    remind_after_days = models.PositiveSmallIntegerField(
        _("Business days before a reminder"), default=5, validators=[MinValueValidator(5), MaxValueValidator(60)]
    )
    asks_on_paper = models.BooleanField(_("Ask contacts without an e-mail address on paper"), default=False)
    anonymity = models.CharField(_("Anonymity"), max_length=12, choices=Anonymity.choices, default=Anonymity.NAMED)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Responsible"))
    is_active = models.BooleanField(_("Active"), default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            *known("programme", period=Period, occasion=Occasion, anonymity=Anonymity),
            *all_known("programme", staff_roles=Role),
            # By occasion a wave asks one or two people: whoever reads the answer knows who gave it.
            models.CheckConstraint(
                condition=~Q(occasion__in=BY_EVENT) | ~Q(anonymity=Anonymity.ANONYMOUS), name="programme_by_events_is_not_anonymous"
            ),
            models.CheckConstraint(condition=Q(days_open__gte=1, days_open__lte=180), name="programme_stays_open_between_1_and_180_days"),
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="programme_has_a_name"),
            models.CheckConstraint(
                condition=Q(reminders__lte=2, remind_after_days__gte=5), name="programme_reminds_twice_at_most_after_five_days"
            ),
            models.CheckConstraint(
                condition=~Q(occasion__in=BY_EVENT) | Q(events_from__isnull=False), name="programme_by_events_knows_its_first_day"
            ),
            models.CheckConstraint(
                condition=Q(after_shipments__gte=1, days_after_closing__lte=90), name="programme_waits_for_a_shipment_at_least"
            ),
            models.CheckConstraint(condition=Q(sample_size=None) | Q(sample_size__gte=1), name="programme_draws_a_customer_at_least"),
            models.UniqueConstraint(
                fields=("occasion",), condition=Q(occasion=Occasion.SEMINAR), name="one_programme_asks_guests_of_seminars"
            ),
            models.CheckConstraint(
                condition=~Q(occasion=Occasion.SEMINAR)
                | Q(customer_statuses=[], customer_tiers=[], contact_roles=[], customer_view=None, sample_size=None, next_run_on=None),
                name="programme_of_seminars_asks_whoever_came",
            ),
            models.CheckConstraint(condition=Q(day_of_month__gte=1, day_of_month__lte=31), name="programme_runs_on_a_day_of_the_month"),
        ]

    @property
    def by_event(self) -> bool:
        """Whether it asks whenever something has happened to a customer, and not on a day of the calendar."""
        return self.occasion in BY_EVENT

    @property
    def by_calendar(self) -> bool:
        """Whether it asks on a day of the calendar, or when somebody starts a wave of it by hand."""
        return self.occasion in BY_CALENDAR

    @property
    def of_seminars(self) -> bool:
        """Whether it asks those who came to a seminar, when somebody has them asked on the seminar's page."""
        return self.occasion == Occasion.SEMINAR

    @property
    def asks_our_own(self) -> bool:
        """Whether it asks our own people, as its questionnaire does."""
        return self.questionnaire.asks_our_own

    @property
    def staff_role_labels(self) -> str:
        return enumerated(str(Role(role).label) for role in self.staff_roles)

    @property
    def when(self) -> str:
        """In words, when it asks."""
        day = self.events_from.isoformat() if self.events_from else ""
        if self.occasion == Occasion.SHIPMENTS:
            return ngettext(
                "Whenever a customer has had %(number)d handled shipment more, counted from %(day)s",
                "Whenever a customer has had %(number)d handled shipments more, counted from %(day)s",
                self.after_shipments,
            ) % {"number": self.after_shipments, "day": day}
        if self.occasion == Occasion.COMPLAINT:
            return ngettext(
                "%(number)d day after a complaint was closed, from %(day)s on",
                "%(number)d days after a complaint was closed, from %(day)s on",
                self.days_after_closing,
            ) % {"number": self.days_after_closing, "day": day}
        return self.get_period_display() if self.occasion == Occasion.PERIOD else self.get_occasion_display()

    @property
    def obstacle(self) -> str:
        """Why no wave can open, or "", but for its view of customers (feedback/queries/whom.py).

        Nobody is asked on behalf of somebody who could not see the contacts.
        """
        if not self.owner.is_active:
            return _("The account of the person responsible is closed. Name somebody else, else nobody is asked.")
        if self.asks_our_own and not self.owner.has_perm(VIEW_OUR_OWN):
            return _("The person responsible may not read answers of our own people. Name a manager, else nobody is asked.")
        if not self.asks_our_own and not self.owner.has_perm(VIEW_CONTACT):
            return _("The person responsible may not read contacts. Name somebody else, else nobody is asked.")
        if self.occasion == Occasion.SHIPMENTS and not self.owner.has_perm(VIEW_SHIPMENT):
            return _("The person responsible may not see handled cargo. Name somebody else, else nobody is asked.")
        if self.occasion == Occasion.COMPLAINT and not self.owner.has_perm(VIEW_COMPLAINT):
            return _("The person responsible may not read complaints. Name somebody else, else nobody is asked.")
        if not any(version.published_on for version in self.questionnaire.versions.all()):
            return _("This questionnaire has no published version yet.")
        return ""
