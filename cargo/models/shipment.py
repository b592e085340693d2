"""The ledger of handled cargo and its monthly rollup."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from cargo.enums import COST_COLUMNS, CostItem, DatePrecision, Direction
from cargo.models.kinds import form_key, trade_key
from cargo.models.reference import CargoClass, Port, Unit
from cargo.querysets import ShipmentQuerySet, SumsQuerySet
from portcrm.addresses import record_url
from portcrm.choices import known


def cost_item(item: CostItem) -> models.DecimalField:
    """One part of the cost, in the port's currency; NULL where the cost is not split."""
    return models.DecimalField(item.label, max_digits=18, decimal_places=2, null=True)


def known_amount(column: str) -> Coalesce:
    return Coalesce(F(column), Value(0), output_field=models.DecimalField())


SUM_OF_ITEMS = sum((known_amount(name) for name in COST_COLUMNS[1:]), known_amount(COST_COLUMNS[0]))
# NULL = anything is neither true nor false, and a constraint lets that pass
LADEN_TOLD = Q(teu_laden__isnull=False, teu_empty__isnull=False, teu=F("teu_laden") + F("teu_empty"))


class Shipment(models.Model):
    """One ledger row: cargo of one customer handled on one day, as its document says.

    The original quantity, unit and number of lots stay as they came; tonnes and TEU are derived by the factor kept beside
    them. Revenue and cost are in the port's currency; NULL says "no data". Cost items, where any is given, add up to the cost.
    `parties` name the customers in other roles. Rows are never changed: a correction is a
    reversal and a new row that name the row they correct. The table has no row triggers; for the same speed only the
    customer and the corrected row are foreign keys of the database, while classes, forms, units, ports and users, which
    nobody deletes, are guarded by the ORM and by the readers that look them up.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="shipments", db_index=False)
    cargo_class = models.ForeignKey(
        CargoClass, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("Cargo class")
    )
    form = form_key()
    direction = models.CharField(_("Direction"), max_length=8, choices=Direction.choices)
    trade_kind = trade_key()
    transshipment = models.BooleanField(_("Transshipment"), default=False)
    handled_on = models.DateField(_("Handled on"))
    precision = models.CharField(max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY)

    origin = models.ForeignKey(
        Port, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False, verbose_name=_("Port of loading")
    )
    origin_text = models.CharField(max_length=60, blank=True)
    destination = models.ForeignKey(
        Port, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False, verbose_name=_("Port of discharge")
    )
    destination_text = models.CharField(max_length=60, blank=True)
    vessel = models.CharField(_("Vessel name"), max_length=60, blank=True)
    voyage = models.CharField(_("Voyage"), max_length=30, blank=True)
    bl_no = models.CharField(_("Bill of lading no."), max_length=40, blank=True)
    goods = models.CharField(_("Cargo description"), max_length=200, blank=True)

    quantity = models.DecimalField(_("Quantity"), max_digits=18, decimal_places=3)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("Unit"))
    lots = models.IntegerField(_("Lots"), default=1)
    tonnes = models.DecimalField(_("Tonnes"), max_digits=18, decimal_places=3)
    tonnes_factor = models.DecimalField(
        _("Factor to tonnes"), max_digits=14, decimal_places=6, null=True, help_text=_("Empty where the document gave the tonnes")
    )
    teu = models.DecimalField("TEU", max_digits=14, decimal_places=3, default=0)
    teu_laden = models.DecimalField(
        _("TEU laden"), max_digits=14, decimal_places=3, null=True, help_text=_("Empty where nobody said which boxes were laden")
    )
    teu_empty = models.DecimalField(_("TEU empty"), max_digits=14, decimal_places=3, null=True)

    revenue = models.DecimalField(_("Revenue"), max_digits=18, decimal_places=2, null=True)
    cost = models.DecimalField(_("Cost"), max_digits=18, decimal_places=2, null=True)
    cost_handling = cost_item(CostItem.HANDLING)
    cost_storage = cost_item(CostItem.STORAGE)
    cost_haulage = cost_item(CostItem.HAULAGE)
    cost_tugs = cost_item(CostItem.TUGS)
    cost_free_storage = cost_item(CostItem.FREE_STORAGE)
    cost_concessions = cost_item(CostItem.CONCESSIONS)
    cost_other = cost_item(CostItem.OTHER)
    currency = models.CharField(_("Currency"), max_length=3, blank=True, help_text=_("Of the document, where it is not the port's"))
    rate = models.DecimalField(_("Rate"), max_digits=18, decimal_places=8, null=True)
    revenue_in_currency = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    cost_in_currency = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    document_no = models.CharField(_("Document no."), max_length=60, blank=True)
    identity = models.CharField(max_length=100, editable=False)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections", db_index=False)
    is_reversal = models.BooleanField(default=False)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    import_run_id = models.BigIntegerField(null=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("Recorded by")
    )
    recorded_at = models.DateTimeField(_("Recorded at"), db_default=Now())

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        ordering = ("-handled_on", "-pk")
        indexes = [
            models.Index(fields=("customer", "-handled_on", "-id"), name="shipment_by_customer"),
            models.Index(fields=("-handled_on", "-id"), name="shipment_newest"),
            models.Index(fields=("cargo_class", "-handled_on", "-id"), name="shipment_by_class"),
            models.Index(
                fields=("destination", "-handled_on", "-id"), name="shipment_by_destination", condition=Q(destination__isnull=False)
            ),
            models.Index(fields=("origin", "-handled_on", "-id"), name="shipment_by_origin", condition=Q(origin__isnull=False)),
            models.Index(fields=("vessel",), name="shipment_by_vessel", condition=~Q(vessel="")),
            models.Index(fields=("bl_no",), name="shipment_by_bill_of_lading", condition=~Q(bl_no="")),
            models.Index(fields=("corrects",), name="shipment_corrections", condition=Q(corrects__isnull=False)),
            BrinIndex(fields=("handled_on",), name="shipment_date_brin"),
            BrinIndex(fields=("import_run_id",), name="shipment_import_brin"),  # rows of one import lie together
        ]
        constraints = [
            *known("shipment", direction=Direction),
            # not unique=True: that would add a second index for LIKE to every row written
            models.UniqueConstraint(fields=("identity",), name="shipment_identity_is_given_once"),
            models.CheckConstraint(
                name="shipment_is_negative_only_as_reversal",
                condition=Q(is_reversal=False, quantity__gte=0, tonnes__gte=0, teu__gte=0, lots__gte=1)
                | Q(is_reversal=True, quantity__lte=0, tonnes__lte=0, teu__lte=0, lots__lte=-1),
            ),
            models.CheckConstraint(
                name="shipment_laden_and_empty_add_up_to_the_teu",
                condition=Q(teu_laden=None, teu_empty=None)
                | (LADEN_TOLD & Q(is_reversal=False, teu_laden__gte=0, teu_empty__gte=0))
                | (LADEN_TOLD & Q(is_reversal=True, teu_laden__lte=0, teu_empty__lte=0)),
            ),
            models.CheckConstraint(
                name="shipment_cost_is_the_sum_of_its_items",
                condition=Q(**dict.fromkeys(COST_COLUMNS)) | Q(cost__isnull=False, cost=SUM_OF_ITEMS),
            ),
            models.CheckConstraint(
                name="shipment_reversal_names_the_row_it_corrects", condition=Q(is_reversal=False) | Q(corrects__isnull=False)
            ),
            models.UniqueConstraint(fields=("corrects",), name="shipment_is_reversed_once", condition=Q(is_reversal=True)),
            models.CheckConstraint(
                name="shipment_foreign_currency_has_a_rate",
                condition=Q(currency="", rate=None, revenue_in_currency=None, cost_in_currency=None)
                | (~Q(currency="") & Q(rate__isnull=False, rate__gt=0)),
            ),
            models.CheckConstraint(
                name="shipment_month_precision_is_the_first_day",
                condition=Q(precision=DatePrecision.DAY) | Q(handled_on__day=1),
            ),
        ]

    def __str__(self) -> str:
        return self.document_no or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return record_url("cargo:shipment", self.pk)

    @property
    def contribution(self):
        """Revenue less cost, or None where either is missing."""
        return None if self.revenue is None or self.cost is None else self.revenue - self.cost

    @property
    def cost_items(self) -> list[tuple[str, Decimal]]:
        """(item, amount) of each part of the cost that was given."""
        return [(item.label, getattr(self, item.column)) for item in CostItem if getattr(self, item.column) is not None]

    @property
    def revenue_note(self) -> str:
        """The revenue in the document's currency and its rate, where that is not the port's."""
        return self._in_currency(self.revenue_in_currency)

    @property
    def cost_note(self) -> str:
        return self._in_currency(self.cost_in_currency)

    def _in_currency(self, amount) -> str:
        return f"{self.currency} {amount:,.2f} × {self.rate.normalize():f}" if self.currency and amount is not None else ""

    @property
    def origin_label(self) -> str:
        return self.origin.label if self.origin_id else self.origin_text

    @property
    def destination_label(self) -> str:
        return self.destination.label if self.destination_id else self.destination_text

    @property
    def route(self) -> str:
        """From – to, as far as known."""
        return (
            " – ".join(place or "?" for place in (self.origin_label, self.destination_label))
            if self.origin_label or self.destination_label
            else ""
        )

    @property
    def handled_label(self) -> str:
        """The day, or the month where the source knows no more."""
        return f"{self.handled_on:%Y-%m}" if self.precision == DatePrecision.MONTH else f"{self.handled_on:%Y-%m-%d}"


class MonthlyRollup(models.Model):
    """Sums of the ledger per customer, class, direction, month and original unit, kept by whoever writes the ledger.

    `rows` counts rows in effect: a reversal takes one away. `revenue` is NULL where no row had any.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="monthly_cargo", db_index=False, db_constraint=False)
    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    month = models.DateField(help_text=_("The first day of the month"))
    quantity = models.DecimalField(max_digits=24, decimal_places=3)
    lots = models.BigIntegerField()
    tonnes = models.DecimalField(max_digits=24, decimal_places=3)
    teu = models.DecimalField(max_digits=20, decimal_places=3)
    revenue = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    cost = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    rows = models.BigIntegerField()
    rows_without_revenue = models.BigIntegerField()
    rows_without_cost = models.BigIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()

    objects = SumsQuerySet.as_manager()

    class Meta:
        ordering = ("-month", "customer", "cargo_class", "direction", "unit")
        indexes = [models.Index(fields=("month", "cargo_class"), name="rollup_by_month")]
        constraints = [
            *known("rollup", direction=Direction),
            models.UniqueConstraint(
                fields=("customer", "month", "cargo_class", "direction", "unit"), name="rollup_is_one_row_per_series_and_month"
            ),
            models.CheckConstraint(name="rollup_month_is_the_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(name="rollup_dates_are_in_order", condition=Q(first_on__lte=F("last_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.month:%Y-%m} {self.cargo_class_id} {self.direction} {self.unit_id}"
