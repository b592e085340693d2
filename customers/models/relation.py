"""How firms stand to one another, and whom of theirs our own people know."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.enums import Level, RelationKind
from customers.models.contact import Contact
from customers.models.customer import Customer
from customers.models.provenance import Provenance, verified_by_somebody
from customers.network.spans import Span, Tie
from customers.querysets import AcquaintanceQuerySet, InForce, RelationQuerySet
from portcrm.audit.history import tracked
from portcrm.choices import known

RELATION_FIELDS = ("since", "strength", "share", "note", "channel", "source_reference")


@tracked(exclude=("version",), part_of=("from_customer", "to_customer"))
class Relation(Provenance):
    """`from_customer` does something for or with `to_customer`, from a day on, until it has ended.

    `until` is the first day it no longer holds. What says the same from both sides is stored once, either way round.
    """

    from_customer = models.ForeignKey(Customer, models.CASCADE, related_name="relations_from", verbose_name=_("From customer"))
    kind = models.CharField(_("Relation"), max_length=20, choices=RelationKind)
    to_customer = models.ForeignKey(Customer, models.CASCADE, related_name="relations_to", verbose_name=_("To customer"))
    since = models.DateField(pgettext_lazy("relation", "Since"), null=True, blank=True)
    until = models.DateField(_("Ended on"), null=True, blank=True)
    strength = models.PositiveSmallIntegerField(_("Strength"), choices=Level, null=True, blank=True)
    share = models.DecimalField(_("Share of the business in per cent"), max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("Remarks"), max_length=300, blank=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "pk")
        verbose_name = _("Relation")
        verbose_name_plural = _("Relations")
        constraints = [
            *known("relation", kind=RelationKind, strength=Level),
            models.CheckConstraint(
                condition=~Q(from_customer=F("to_customer")),
                name="a_firm_has_no_relation_to_itself",
                violation_error_message=_("Choose another firm than this one."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                name="a_relation_ends_after_it_began",
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__range=(0, 100)),
                name="a_share_of_business_is_a_percentage",
                violation_error_message=_("A share lies between 0 and 100 percent."),
            ),
            ExclusionConstraint(
                name="two_firms_have_a_relation_once_at_a_time",
                expressions=[
                    ("from_customer", RangeOperators.EQUAL),
                    ("to_customer", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (InForce("since", "until"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(kind=RelationKind.COMPETES_WITH),
            ),
            ExclusionConstraint(
                name="two_firms_compete_once_at_a_time",
                expressions=[
                    (Least("from_customer", "to_customer"), RangeOperators.EQUAL),
                    (Greatest("from_customer", "to_customer"), RangeOperators.EQUAL),
                    (InForce("since", "until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind=RelationKind.COMPETES_WITH),
            ),
            verified_by_somebody("relation"),
        ]

    def __str__(self) -> str:
        return f"{self.from_customer.label} {self.get_kind_display()} {self.to_customer.label}"

    @property
    def mutual(self) -> bool:
        return self.kind == RelationKind.COMPETES_WITH

    @property
    def span(self) -> Span:
        return Span(self.since, self.until)

    @property
    def tie(self) -> Tie:
        return Tie(self.pk, self.from_customer_id, self.to_customer_id, self.kind, self.span, self.mutual)


@tracked(part_of="contact")
class Acquaintance(models.Model):
    """One of our people knows somebody at a customer's. It names a person, so whoever may not read contacts reads none."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="acquaintances", verbose_name=_("Contact"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="acquaintances", verbose_name=_("Colleague"))
    closeness = models.PositiveSmallIntegerField(_("How well"), choices=Level)
    since = models.DateField(pgettext_lazy("acquaintance", "Since"), null=True, blank=True)
    how = models.CharField(_("How they met"), max_length=200, blank=True)
    note = models.CharField(_("Remarks"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_on = models.DateField(_("Recorded on"))

    objects = AcquaintanceQuerySet.as_manager()

    class Meta:
        ordering = ("-closeness", "pk")
        verbose_name = _("Acquaintance")
        verbose_name_plural = _("Acquaintances")
        constraints = [
            *known("acquaintance", closeness=Level),
            models.UniqueConstraint(fields=("contact", "user"), name="a_colleague_knows_a_contact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user.label} – {self.contact.label}"
