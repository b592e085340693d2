"""People at the customer's, and what is observed of those in charge."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.enums import Aspect, ContactRole, Language, Purpose
from customers.models.customer import Customer
from customers.models.provenance import Provenance, verified_by_somebody
from customers.naming import pinyin_of, squash
from customers.permissions import VIEW_PERSONAL
from customers.querysets import ContactQuerySet, Digits, Grams, ObservationQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.bilingual import pick
from portcrm.choices import known

CONTACT_FIELDS = (
    "name", "name_en", "position", "position_en", "department_name", "here_since", "roles", "email", "phone", "mobile", "wechat",
    "language", "is_primary", "note",
)  # fmt: skip


# What of a row says who somebody is; a person who is erased keeps none of it.
PARTICULARS = (
    "name_en", "position", "position_en", "department_name", "email", "phone", "mobile", "wechat", "note", "consent_source",
    "source_reference", "search_key",
)  # fmt: skip
ERASED = Q(**dict.fromkeys(PARTICULARS, ""), here_since=None, successor=None, is_primary=False)


def contact_search_key(*, name: str, name_en: str, email: str) -> str:
    """What contact search reads: the name in both languages, its pinyin and the address."""
    return " ".join(dict.fromkeys(part for part in (squash(name), pinyin_of(name), squash(name_en), squash(email)) if part))


@tracked(exclude=("version", "search_key"), part_of="customer")
class Contact(Provenance):
    """A person or a role mailbox at a customer. Nothing personal beyond how to reach them; that is in observations.

    The row is also the person's main employment, since `here_since`; other companies and earlier ones are Employment rows.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts", verbose_name=_("Customer"))
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=100)
    name_en = models.CharField(pgettext_lazy("person", "Name in English"), max_length=100, blank=True)
    position = models.CharField(pgettext_lazy("job", "Position"), max_length=100, blank=True)
    position_en = models.CharField(_("Position in English"), max_length=100, blank=True)
    department_name = models.CharField(_("Department at the customer"), max_length=100, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=ContactRole), verbose_name=_("Roles"), default=list, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    phone = models.CharField(_("Telephone"), max_length=50, blank=True)
    mobile = models.CharField(_("Mobile phone"), max_length=50, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    language = models.CharField(_("Writes and reads"), max_length=10, choices=Language, default=Language.CHINESE)
    is_primary = models.BooleanField(_("First contact"), default=False)
    consent_given_at = models.DateTimeField(_("Agreed to be written to at"), null=True, blank=True)
    consent_source = models.CharField(_("How agreement was given"), max_length=200, blank=True)
    consent_withdrawn_at = models.DateTimeField(_("Withdrew agreement at"), null=True, blank=True)
    here_since = models.DateField(_("At this firm since"), null=True, blank=True)
    left_on = models.DateField(_("Left on"), null=True, blank=True)
    successor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="predecessors", verbose_name=_("Successor"))
    erased_on = models.DateField(_("Erased on"), null=True, blank=True, editable=False)
    note = models.CharField(_("Remarks"), max_length=300, blank=True)
    search_key = models.TextField(editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ("-is_primary", "pk")
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        constraints = [
            *known("contact", language=Language),
            models.CheckConstraint(
                condition=~Q(name=""), name="a_contact_has_a_name", violation_error_message=_("A contact needs a name.")
            ),
            models.CheckConstraint(condition=Q(roles__contained_by=ContactRole.values), name="contact_roles_are_known"),
            models.UniqueConstraint(
                "customer",
                Lower("email"),
                condition=~Q(email="") & Q(left_on=None),
                name="an_address_occurs_once_among_a_customers_contacts",
                violation_error_message=_("Another contact of this customer has this address."),
            ),
            models.UniqueConstraint(fields=("customer",), condition=Q(is_primary=True), name="a_customer_has_one_first_contact"),
            verified_by_somebody("contact"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(here_since=None) | Q(left_on__gte=models.F("here_since")),
                name="a_contact_leaves_after_it_came",
                violation_error_message=_("Nobody leaves a firm before the day they came to it."),
            ),
            models.CheckConstraint(
                condition=~Q(successor=models.F("id")),
                name="nobody_is_their_own_successor",
                violation_error_message=_("Nobody is their own successor."),
            ),
            models.CheckConstraint(
                condition=Q(erased_on=None) | ERASED & Q(left_on__isnull=False, consent_withdrawn_at__isnull=False),
                name="of_an_erased_person_nothing_is_left",
            ),
        ]
        indexes = [
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="contact_search_trgm"),
            GinIndex(Grams("search_key"), name="contact_search_grams"),
            GinIndex(OpClass(Digits("phone", "mobile"), name="gin_trgm_ops"), name="contact_digits_trgm"),
            models.Index(Lower("email"), condition=~Q(email=""), name="contact_by_address"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        if self.erased_on:
            return gettext("Erased person %(number)s") % {"number": self.pk}
        return pick(self.name, self.name_en)

    @property
    def position_label(self) -> str:
        return pick(self.position, self.position_en)

    @property
    def role_labels(self) -> list[str]:
        return [ContactRole(key).label for key in self.roles]

    @property
    def may_be_written_to(self) -> bool:
        return bool(self.email) and self.consent_withdrawn_at is None and self.left_on is None

    def is_on_staff(self, on: dt.date) -> bool:
        """`on_staff` for a row that was read already."""
        return (self.here_since is None or self.here_since <= on) and (self.left_on is None or self.left_on > on)

    def get_absolute_url(self) -> str:
        return record_url("customers:contact", self.pk)

    def save(self, *args, update_fields=None, **kwargs) -> None:
        if update_fields is None or {"name", "name_en", "email"} & set(update_fields):
            self.search_key = contact_search_key(name=self.name, name_en=self.name_en, email=self.email)
            update_fields = None if update_fields is None else {*update_fields, "search_key"}
        super().save(*args, update_fields=update_fields, **kwargs)


@tracked(restricted={VIEW_PERSONAL: ("aspect", "text", "purpose", "source_reference")})
class Observation(models.Model):
    """One dated thing somebody noticed of a person in charge, with the reason for keeping it. Personal data."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="observations", verbose_name=_("Contact"))
    aspect = models.CharField(_("Aspect"), max_length=20, choices=Aspect)
    text = models.TextField(_("Observation"))
    observed_on = models.DateField(_("Observed on"))
    purpose = models.CharField(_("Kept for"), max_length=20, choices=Purpose, default=Purpose.VISIT)
    channel = models.ForeignKey(
        "customers.Channel", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Information channel")
    )
    source_reference = models.CharField(_("Source reference"), max_length=300, blank=True)
    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("Author"))
    recorded_on = models.DateField(_("Recorded on"))
    withdrawn_on = models.DateField(_("Withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Withdrawn by")
    )

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ("-observed_on", "-pk")
        indexes = [models.Index(fields=("contact", "aspect", "-observed_on"), name="observation_of_contact")]
        constraints = [
            *known("observation", purpose=Purpose),
            models.CheckConstraint(condition=Q(aspect__in=Aspect.values), name="an_observation_is_of_a_known_aspect"),
            models.CheckConstraint(
                condition=~Q(text=""), name="an_observation_says_something", violation_error_message=_("Write down what was observed.")
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_by=None) | Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False),
                name="an_observation_is_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_aspect_display()} {self.observed_on:%Y-%m-%d}"
