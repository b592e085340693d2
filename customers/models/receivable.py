"""What customers owe as a file of the settlement office says it, and what follows from it for each customer."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from customers.querysets import CustomerPartQuerySet
from portcrm.audit.history import tracked

BUCKETS = ("not_due", "days_30", "days_60", "days_90", "days_over_90")


def sum_of_money(label) -> models.DecimalField:
    return models.DecimalField(label, max_digits=18, decimal_places=2, default=Decimal(0))


class InvoiceFields(models.Model):
    """One invoice as a file names it. `identity` is its number, or its line where it has none; sums of the port's currency
    stand beside the original ones."""

    identity = models.CharField(max_length=100)
    invoice_no = models.CharField(_("Invoice number"), max_length=80, blank=True)
    invoiced_on = models.DateField(_("Invoice date"), null=True, blank=True)
    due_on = models.DateField(_("Due date"))
    amount = models.DecimalField(_("Invoice amount"), max_digits=18, decimal_places=2)
    open_amount = models.DecimalField(_("Open amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("Currency"), max_length=3)
    rate = models.DecimalField(_("Rate"), max_digits=18, decimal_places=8, default=Decimal(1))
    own_open = models.DecimalField(_("Open in the port's currency"), max_digits=18, decimal_places=2)
    line = models.PositiveIntegerField(_("Line of the file"))

    class Meta:
        abstract = True


class ReceivableQuerySet(CustomerPartQuerySet):
    def open(self):
        return self.filter(settled_on=None)


class Receivable(InvoiceFields):
    """An invoice, open or settled. `as_of` is the day of the last file that named it, `settled_on` that of the first without it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="receivables", verbose_name=_("Customer"))
    first_seen_on = models.DateField(_("First in the file of"))
    as_of = models.DateField(_("Figures as of"))
    settled_on = models.DateField(_("Settled as of"), null=True, blank=True)
    statement = models.ForeignKey("customers.ReceivablesStatement", models.PROTECT, related_name="receivables")

    objects = ReceivableQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(fields=("customer", "identity"), name="an_invoice_is_one_row_of_its_customer"),
            models.CheckConstraint(condition=~Q(identity=""), name="a_receivable_can_be_told_apart"),
            models.CheckConstraint(
                condition=Q(rate__gt=0),
                name="a_receivable_is_converted_by_a_rate",
                violation_error_message=_("A rate of exchange is more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None) | (Q(open_amount=0, own_open=0) & Q(settled_on__gte=F("first_seen_on"))),
                name="what_is_settled_is_not_owed",
            ),
        ]
        indexes = [models.Index(fields=("customer", "due_on"), condition=Q(settled_on=None), name="open_receivable_of_customer")]

    def __str__(self) -> str:
        return self.invoice_no or self.identity

    @property
    def days_overdue(self) -> int:
        return max(0, (self.as_of - self.due_on).days) if self.settled_on is None else 0


class ReceivableLine(InvoiceFields):
    """A row of a file that is being taken in: nobody sees it before the whole file takes effect at once."""

    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    run_id = models.BigIntegerField()
    as_of = models.DateField()

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("run_id", "customer", "identity"), name="an_invoice_stands_in_a_file_once"),
        ]
        indexes = [models.Index(fields=("run_id",), name="receivable_line_of_run")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"


class ReceivablesStatement(models.Model):
    """A file that took effect: its sums, and those that stood here afterwards. Written once."""

    as_of = models.DateField(_("Figures as of"))
    run_id = models.BigIntegerField(unique=True)
    file_name = models.CharField(_("File"), max_length=200)
    taken_in_at = models.DateTimeField(_("Taken in at"), auto_now_add=True)
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("By"))
    rows = models.PositiveIntegerField(_("Rows"))
    customers = models.PositiveIntegerField(_("Customers"))
    open_total = sum_of_money(_("Open amount"))
    overdue_total = sum_of_money(_("Overdue amount"))
    unknown_rows = models.PositiveIntegerField(default=0)
    unknown_total = sum_of_money(_("Owed by customers without a file"))
    settled = models.PositiveIntegerField(_("Settled since the file before"), default=0)
    stored_total = sum_of_money(_("Open amount here"))

    objects = CustomerPartQuerySet.as_manager()

    class Meta:
        ordering = ("-as_of", "-pk")

    def __str__(self) -> str:
        return f"{self.file_name} {self.as_of:%Y-%m-%d}"

    @property
    def agrees(self) -> bool:
        return self.open_total - self.unknown_total == self.stored_total


class BalanceQuerySet(CustomerPartQuerySet):
    def standing(self):
        """Of files that stand for themselves; what a merged one owed is the kept one's."""
        return self.filter(customer__merged_into=None)

    def for_list(self):
        return self.select_related("customer", "customer__account_manager", "customer__transactions")

    def owing(self):
        return self.filter(items__gt=0)

    def over_limit(self):
        return self.filter(open_total__gt=F("customer__transactions__credit_limit"))

    def overdue(self):
        """As the customer's credit figures say it: where credit notes outweigh what is owed, nothing is overdue."""
        return self.filter(overdue_total__gt=0, open_total__gt=0)


@tracked(part_of="customer")
class ReceivablesBalance(models.Model):
    """What one customer owes by age, in the port's currency, as of the last file that named anything of it."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="receivables_balance", verbose_name=_("Customer"))
    as_of = models.DateField(_("Figures as of"))
    items = models.PositiveIntegerField(_("Open invoices"), default=0)
    open_total = sum_of_money(_("Owed"))
    overdue_total = sum_of_money(_("Overdue amount"))
    not_due = sum_of_money(_("Not due yet"))
    days_30 = sum_of_money(_("Up to 30 days late"))
    days_60 = sum_of_money(_("31 to 60 days late"))
    days_90 = sum_of_money(_("61 to 90 days late"))
    days_over_90 = sum_of_money(_("More than 90 days late"))
    oldest_due_on = models.DateField(_("Oldest overdue since"), null=True, blank=True)

    objects = BalanceQuerySet.as_manager()

    class Meta:
        ordering = ("-open_total", "pk")
        indexes = [models.Index(fields=("-open_total", "id"), name="balance_by_sum")]
        constraints = [
            models.CheckConstraint(
                condition=Q(open_total=F("not_due") + F("days_30") + F("days_60") + F("days_90") + F("days_over_90")),
                name="the_ages_of_what_is_owed_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.as_of:%Y-%m-%d}"

    @property
    def days_overdue(self) -> int:
        return (self.as_of - self.oldest_due_on).days if self.oldest_due_on else 0

    @property
    def ages(self) -> list[tuple[str, Decimal]]:
        """The five ages with their sums, youngest first."""
        return [(str(self._meta.get_field(name).verbose_name), getattr(self, name)) for name in BUCKETS]
