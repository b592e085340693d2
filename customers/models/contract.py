"""Contracts with a customer, what was promised in them, and prices: each with the days it is good for."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from customers.enums import ContractKind, ContractState, PriceUnit, ServiceItem
from customers.models.cargo_class import CODES, CargoClassField, is_listed
from customers.models.customer import Customer
from customers.models.provenance import Provenance, money_field, verified_by_somebody
from customers.querysets import CustomerPartQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known

CONTRACT_FIELDS = (
    "number", "title", "kind", "signed_on", "valid_from", "valid_until", "notice_days", "renews", "renewal_months", "signed_for_us",
    "other_parties", "amount", "currency", "note",
)  # fmt: skip
PRICE_ITEM = ("service", "cargo_class", "unit", "detail")  # what a price is a price of
PRICE_FIELDS = (*PRICE_ITEM, "rate", "currency", "free_storage_days", "payment_days", "valid_from", "valid_until", "note")
CURRENCY = r"^[A-Z]{3}$"


class ContractQuerySet(CustomerPartQuerySet):
    def in_force(self, on: dt.date):
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on).not_terminated(on)

    def not_terminated(self, on: dt.date):
        return self.filter(Q(terminated_on=None) | Q(terminated_on__gt=on))

    def in_state(self, state: str, on: dt.date):
        live = self.not_terminated(on)
        match state:
            case ContractState.TERMINATED:
                return self.filter(terminated_on__lte=on)
            case ContractState.COMING:
                return live.filter(valid_from__gt=on)
            case ContractState.ENDED:
                return live.filter(valid_until__lt=on)
        return self.in_force(on)

    def of_standing_files(self):
        """Without those that stayed on a merged file, because the kept one has a contract of their number."""
        return self.filter(customer__merged_into=None)

    def to_be_decided(self):
        """With a last day, neither terminated nor followed by another contract."""
        return self.filter(terminated_on=None, decide_by__isnull=False, successors=None)

    def ending(self, on: dt.date, days: int):
        """In force, and to be decided on within so many days."""
        return self.in_force(on).to_be_decided().filter(decide_by__range=(on, on + dt.timedelta(days=days)))

    def managed_by(self, user):
        """Of the customers in this colleague's care."""
        return self.filter(customer__account_manager=user)

    def search(self, text: str):
        """Contracts whose number or title holds every word, and those of a customer found by the text."""
        own = Q()
        for word in text.split():
            own &= Q(number__icontains=word) | Q(title__icontains=word)
        return self.filter(own | Q(customer__in=Customer.objects.search(text))) if own else self.none()

    def for_list(self):
        return self.select_related("customer", "customer__account_manager")


@tracked(exclude=("version",), part_of="customer")
class Contract(Provenance):
    """An agreement with a customer for a time. Its state follows from its dates."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contracts", verbose_name=_("Customer"))
    number = models.CharField(_("Contract number"), max_length=60)
    title = models.CharField(_("Title of the contract"), max_length=200)
    kind = models.CharField(_("Kind of contract"), max_length=12, choices=ContractKind, default=ContractKind.ANNUAL)
    signed_on = models.DateField(_("Signed on"), null=True, blank=True)
    valid_from = models.DateField(_("Valid from"))
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("Notice (days before the end)"), null=True, blank=True)
    renews = models.BooleanField(_("Renews by itself unless notice is given"), default=False)
    renewal_months = models.PositiveSmallIntegerField(_("Renews for (months)"), null=True, blank=True)
    signed_for_us = models.CharField(_("Signed for the port by"), max_length=200, blank=True)
    other_parties = models.CharField(_("Other parties"), max_length=300, blank=True)
    amount = money_field(_("Contract amount"))
    currency = models.CharField(_("Currency"), max_length=3, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="successors", verbose_name=_("Renews contract")
    )
    terminated_on = models.DateField(_("Terminated on"), null=True, editable=False)
    terminated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("Terminated by")
    )
    terminated_because = models.CharField(_("Why it was terminated"), max_length=300, blank=True, editable=False)
    note = models.TextField(_("Remarks"), blank=True)
    # The last day on which something can still be done: to give notice where it renews by itself, else to renew it.
    decide_by = models.DateField(_("To be decided by"), null=True, editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ("-valid_from", "-pk")
        verbose_name = _("Contract")
        verbose_name_plural = _("Contracts")
        indexes = [
            models.Index(fields=("customer", "-valid_from", "-id"), name="contract_of_customer"),
            models.Index(fields=("decide_by", "id"), condition=Q(terminated_on=None), name="contract_to_decide_on"),
        ]
        constraints = [
            *known("contract", kind=ContractKind),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(title=""),
                name="a_contract_has_a_number_and_a_title",
                violation_error_message=_("A contract needs a number and a title."),
            ),
            models.UniqueConstraint(fields=("customer", "number"), name="a_contract_number_occurs_once_with_a_customer"),
            models.UniqueConstraint(fields=("replaces",), name="a_contract_is_renewed_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
                name="a_contract_ends_after_it_began",
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(renews=False, renewal_months=None)
                | Q(renews=True, renewal_months__isnull=False, renewal_months__gte=1, valid_until__isnull=False),
                name="a_contract_that_renews_says_for_how_long",
                violation_error_message=_("A contract that renews needs its end and the months it is renewed by."),
            ),
            models.CheckConstraint(
                condition=Q(currency="") | Q(currency__regex=CURRENCY),
                name="a_contract_currency_has_three_letters",
                violation_error_message=_("A currency is written with three capital letters, such as CNY."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="a_contract_amount_is_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None, terminated_by=None, terminated_because="")
                | (Q(terminated_on__isnull=False, terminated_by__isnull=False) & ~Q(terminated_because="")),
                name="a_contract_is_terminated_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decide_by=None, valid_until=None) | Q(decide_by__isnull=False, decide_by__lte=models.F("valid_until")),
                name="a_contract_is_decided_on_before_it_ends",
            ),
            models.CheckConstraint(condition=Q(replaces=None) | ~Q(replaces=models.F("pk")), name="a_contract_does_not_renew_itself"),
            verified_by_somebody("contract"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return record_url("customers:contract", self.pk)

    def state_on(self, day: dt.date) -> ContractState:
        if self.terminated_on and self.terminated_on <= day:
            return ContractState.TERMINATED
        if self.valid_from > day:
            return ContractState.COMING
        return ContractState.ENDED if self.valid_until and self.valid_until < day else ContractState.IN_FORCE

    def set_decide_by(self) -> None:
        """Every path that writes dates calls this: save() does."""
        notice = self.notice_days or 0 if self.renews else 0
        self.decide_by = self.valid_until - dt.timedelta(days=notice) if self.valid_until else None

    def save(self, *args, update_fields=None, **kwargs) -> None:
        if update_fields is None or {"valid_until", "renews", "notice_days"} & set(update_fields):
            self.set_decide_by()
            update_fields = None if update_fields is None else {*update_fields, "decide_by"}
        super().save(*args, update_fields=update_fields, **kwargs)


@tracked(part_of="contract")
class Commitment(models.Model):
    """Cargo the customer promised in a contract, of one class or of all together."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="commitments", verbose_name=_("Contract"))
    cargo_class = CargoClassField(_("Cargo class"), blank=True)
    tonnes = models.DecimalField(_("Tonnes"), max_digits=18, decimal_places=3, null=True, blank=True)
    teu = models.DecimalField("TEU", max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("Remarks"), max_length=200, blank=True)

    objects = models.Manager()

    class Meta:
        ordering = ("cargo_class", "pk")
        constraints = [
            is_listed("commitment_cargo_class_is_known", cargo_class__in=("", *CODES)),
            models.UniqueConstraint(fields=("contract", "cargo_class"), name="a_cargo_class_is_promised_once_in_a_contract"),
            models.CheckConstraint(
                condition=~Q(tonnes=None, teu=None),
                name="a_commitment_promises_something",
                violation_error_message=_("Give tonnes or TEU."),
            ),
            models.CheckConstraint(
                condition=(Q(tonnes=None) | Q(tonnes__gt=0)) & (Q(teu=None) | Q(teu__gt=0)),
                name="a_commitment_is_positive",
                violation_error_message=_("A commitment is more than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.cargo_class}"


class PriceTermQuerySet(CustomerPartQuerySet):
    def standing(self):
        return self.filter(withdrawn_on=None)

    def good_on(self, day: dt.date):
        return self.standing().filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)

    def of_item(self, **item):
        """Prices of the same thing: service, cargo class, unit and detail."""
        return self.filter(**{name: item.get(name, "") for name in PRICE_ITEM})

    def last_ones(self):
        """With a last day and nothing agreed for afterwards."""
        same = {name: OuterRef(name) for name in ("customer", *PRICE_ITEM)}
        next_one = PriceTerm.objects.standing().filter(**same, valid_from__gt=OuterRef("valid_until"))
        return self.standing().filter(valid_until__isnull=False).exclude(Exists(next_one))


DAYS_IT_IS_GOOD_FOR = Func(
    "valid_from", "valid_until", RangeBoundary(inclusive_upper=True), function="DATERANGE", output_field=DateRangeField()
)


@tracked(exclude=("version",), part_of="customer")
class PriceTerm(Provenance):
    """One price for one thing over some days. It is never overwritten: another price ends it, or it is withdrawn."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="prices", verbose_name=_("Customer"))
    contract = models.ForeignKey(Contract, models.CASCADE, null=True, blank=True, related_name="prices", verbose_name=_("Contract"))
    service = models.CharField(_("Service item"), max_length=12, choices=ServiceItem)
    cargo_class = CargoClassField(_("Cargo class"), blank=True)
    unit = models.CharField(_("Price unit"), max_length=12, choices=PriceUnit)
    detail = models.CharField(_("More exactly"), max_length=100, blank=True)
    rate = models.DecimalField(_("Price"), max_digits=14, decimal_places=4)
    currency = models.CharField(_("Currency"), max_length=3)
    free_storage_days = models.PositiveSmallIntegerField(_("Free storage (days)"), null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("Payment term (days)"), null=True, blank=True)
    valid_from = models.DateField(_("Valid from"))
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    withdrawn_on = models.DateField(_("Withdrawn on"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("Withdrawn by")
    )
    withdrawn_because = models.CharField(_("Why it was withdrawn"), max_length=300, blank=True, editable=False)
    note = models.CharField(_("Remarks"), max_length=300, blank=True)

    objects = PriceTermQuerySet.as_manager()

    class Meta:
        ordering = ("service", "cargo_class", "unit", "detail", "-valid_from", "-pk")
        indexes = [models.Index(fields=("customer", "service", "-valid_from"), name="price_of_customer")]
        constraints = [
            *known("price", service=ServiceItem, unit=PriceUnit),
            is_listed("price_cargo_class_is_known", cargo_class__in=("", *CODES)),
            models.CheckConstraint(
                condition=Q(rate__gte=0), name="a_price_is_not_negative", violation_error_message=_("A price cannot be negative.")
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=CURRENCY),
                name="a_price_currency_has_three_letters",
                violation_error_message=_("A currency is written with three capital letters, such as CNY."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
                name="a_price_ends_after_it_began",
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_by=None, withdrawn_because="")
                | (Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because="")),
                name="a_price_is_withdrawn_by_somebody_for_a_reason",
            ),
            ExclusionConstraint(
                name="one_thing_has_one_price_on_one_day",
                expressions=[
                    *((name, RangeOperators.EQUAL) for name in ("customer", *PRICE_ITEM)),
                    (DAYS_IT_IS_GOOD_FOR, RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_on=None),
            ),
            verified_by_somebody("price"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="a_price_is_never_overwritten",
                fields=(*PRICE_ITEM, "rate", "currency", "free_storage_days", "payment_days", "valid_from"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_label} {self.rate} {self.currency}"

    @property
    def item_label(self) -> str:
        """What the price is of, in the reader's words."""
        words = [self.get_service_display(), self.get_cargo_class_display() if self.cargo_class else "", self.detail]
        return " · ".join(str(word) for word in words if word)

    def good_on(self, day: dt.date) -> bool:
        return self.withdrawn_on is None and self.valid_from <= day and (self.valid_until is None or self.valid_until >= day)
