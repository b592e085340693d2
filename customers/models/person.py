"""Where a person works and worked, days worth remembering, and why data about a person are kept."""

import datetime as dt
from calendar import isleap

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers import permissions
from customers.enums import ContactRole, DateKind, KeptData, LegalBasis, Purpose
from customers.models.contact import Contact
from customers.models.customer import Customer
from portcrm.audit.history import tracked
from portcrm.bilingual import pick
from portcrm.choices import all_known, known

PLACE = ("position", "position_en", "department_name", "roles")  # what somebody is at a firm, at the main one and beside
LONGEST = {"1": 31, "2": 29, "3": 31, "4": 30, "5": 31, "6": 30, "7": 31, "8": 31, "9": 30, "10": 31, "11": 30, "12": 31}


class EmploymentQuerySet(models.QuerySet):
    """Companies people work for beside their main one, and earlier ones."""

    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CONTACT) else self.none()

    def current(self):
        return self.filter(until=None)

    def in_force(self, on: dt.date):
        return self.filter(Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gt=on))


class ContactDateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Personal data as observations are."""
        return self if user.has_perm(permissions.VIEW_PERSONAL) else self.none()

    def falling_on(self, days):
        """Kept on one of these days; in a common year 29 February is kept on the 28th."""
        found = Q(pk__in=())
        for day in days:
            found |= Q(month=day.month, day=day.day)
            if (day.month, day.day) == (2, 28) and not isleap(day.year):
                found |= Q(month=2, day=29)
        return self.filter(found)


class DataBasisQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CONTACT) else self.none()

    def in_force(self):
        return self.filter(withdrawn_on=None)


@tracked(part_of="customer")
class Employment(models.Model):
    """A company a person works for beside the main one, or worked for before. The main one is the contact's own row."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="employments", verbose_name=_("Contact"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="employments", verbose_name=_("Customer"))
    position = models.CharField(pgettext_lazy("job", "Position"), max_length=100, blank=True)
    position_en = models.CharField(_("Position in English"), max_length=100, blank=True)
    department_name = models.CharField(_("Department at the customer"), max_length=100, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=ContactRole), verbose_name=_("Roles"), default=list, blank=True)
    since = models.DateField(pgettext_lazy("employment", "Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_on = models.DateField(_("Recorded on"))

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        ordering = (models.F("until").desc(nulls_first=True), "-pk")
        verbose_name = _("Employment")
        verbose_name_plural = _("Employments")
        indexes = [models.Index(fields=("customer", "until"), name="employment_at_customer")]
        constraints = [
            *all_known("employment", roles=ContactRole),
            models.UniqueConstraint(
                fields=("contact", "customer"), condition=Q(until=None), name="a_person_works_for_a_company_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=models.F("since")),
                name="an_employment_ends_after_it_began",
                violation_error_message=_("It cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} @ {self.customer_id}"

    def holds_on(self, day: dt.date) -> bool:
        """`in_force` for a row as it stood on an earlier day, which no query finds."""
        return (self.since is None or self.since <= day) and (self.until is None or self.until > day)

    @property
    def position_label(self) -> str:
        return pick(self.position, self.position_en)

    @property
    def role_labels(self) -> list[str]:
        return [ContactRole(key).label for key in self.roles]


@tracked(restricted={permissions.VIEW_PERSONAL: ("kind", "name", "month", "day", "year", "purpose")})
class ContactDate(models.Model):
    """A day of a person worth remembering, with or without its year. Personal data."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="dates", verbose_name=_("Contact"))
    kind = models.CharField(_("Kind"), max_length=10, choices=DateKind, default=DateKind.BIRTHDAY)
    name = models.CharField(_("What day it is"), max_length=100, blank=True)
    month = models.PositiveSmallIntegerField(_("Month"))
    day = models.PositiveSmallIntegerField(pgettext_lazy("of a month", "Day"))
    year = models.PositiveSmallIntegerField(_("Year"), null=True, blank=True)
    purpose = models.CharField(_("Kept for"), max_length=20, choices=Purpose, default=Purpose.SERVICE)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_on = models.DateField(_("Recorded on"))

    objects = ContactDateQuerySet.as_manager()

    class Meta:
        ordering = ("month", "day", "pk")
        indexes = [models.Index(fields=("month", "day"), name="date_by_day_of_the_year")]
        constraints = [
            *known("contact_date", kind=DateKind, purpose=Purpose),
            models.UniqueConstraint(fields=("contact", "kind"), condition=~Q(kind="other"), name="a_person_has_a_birthday_once"),
            models.CheckConstraint(
                condition=Q(*(Q(month=int(month), day__gte=1, day__lte=last) for month, last in LONGEST.items()), _connector=Q.OR),
                name="a_day_to_remember_is_in_the_calendar",
                violation_error_message=_("There is no such day in the calendar."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(name=""),
                name="another_day_to_remember_says_what_it_is",
                violation_error_message=_("Say what day this is."),
            ),
            models.CheckConstraint(
                condition=Q(year=None) | Q(year__gte=1900, year__lte=2200),
                name="the_year_of_a_day_is_likely",
                violation_error_message=_("The year lies between 1900 and 2200."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"

    @property
    def label(self) -> str:
        return self.name or self.get_kind_display()

    @property
    def written(self) -> str:
        """1980-02-29, or 02-29 where nobody knows the year."""
        return f"{self.year}-{self}" if self.year else str(self)

    def falls_on(self, year: int) -> dt.date:
        """The day in that year; 29 February is kept on the 28th where there is none."""
        leap_day = (self.month, self.day) == (2, 29) and not isleap(year)
        return dt.date(year, self.month, 28 if leap_day else self.day)


@tracked()
class DataBasis(models.Model):
    """On which ground, for what and since when data about a person are kept; where the ground falls away it says when."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="bases", verbose_name=_("Contact"))
    covers = models.CharField(_("What is kept"), max_length=10, choices=KeptData, default=KeptData.PROFILE)
    basis = models.CharField(_("Legal basis"), max_length=10, choices=LegalBasis, default=LegalBasis.CONSENT)
    purpose = models.CharField(_("Kept for"), max_length=20, choices=Purpose, default=Purpose.SERVICE)
    source = models.CharField(_("Evidence"), max_length=200)
    given_on = models.DateField(pgettext_lazy("legal basis", "In force since"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_on = models.DateField(_("Recorded on"))
    withdrawn_on = models.DateField(_("Withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Withdrawn by")
    )

    objects = DataBasisQuerySet.as_manager()

    class Meta:
        ordering = ("covers", "-given_on", "-pk")
        indexes = [models.Index(fields=("contact", "covers"), condition=Q(withdrawn_on=None), name="basis_in_force_of_contact")]
        constraints = [
            *known("data_basis", covers=KeptData, basis=LegalBasis, purpose=Purpose),
            models.CheckConstraint(
                condition=~Q(source=""), name="a_basis_names_its_evidence", violation_error_message=_("Name the evidence.")
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_by=None) | Q(withdrawn_on__gte=models.F("given_on"), withdrawn_by__isnull=False),
                name="a_basis_is_withdrawn_by_somebody_after_it_began",
                violation_error_message=_("It cannot be withdrawn before it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_covers_display()}: {self.get_basis_display()}"
