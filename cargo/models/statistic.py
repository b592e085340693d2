"""Published statistics: series of figures by month, quarter or year, with every revision."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.models.reference import CargoClass, Port
from cargo.querysets import StatisticSeriesQuerySet, StatisticValueQuerySet
from cargo.statistic_words import LOADS, MEASURES, PERIODICITIES, SUBJECTS, TRADES, UNIT_CHOICES, WAYS
from cargo.statistics.facts import GROWTHS, Measure, Periodicity
from portcrm.addresses import record_url
from portcrm.bilingual import BilingualName
from portcrm.choices import known


def choices_of(words) -> list[tuple]:
    return [(key.value, label) for key, label in words.items()]


class StatisticSeries(BilingualName):
    """What is counted, where, in which direction, by whom. Opened by the first import that names it and never changed.

    A place keeps the code and name of its source; `place` is the port where the code or name is known.
    """

    key = models.CharField(max_length=64, editable=False)  # a digest of everything below by which series differ
    source = models.CharField(_("Publisher"), max_length=200)
    subject = models.CharField(pgettext_lazy("statistics", "Subject"), max_length=14, choices=choices_of(SUBJECTS))
    item = models.CharField(_("Item"), max_length=200, blank=True)
    measure = models.CharField(_("Measure"), max_length=14, choices=choices_of(MEASURES), default=Measure.PERIOD.value)
    place = models.ForeignKey(Port, models.PROTECT, null=True, related_name="+", verbose_name=_("Port"))
    place_code = models.CharField(_("Code of the place"), max_length=5, blank=True)
    place_name = models.CharField(_("Place"), max_length=100, blank=True)
    other_place = models.ForeignKey(Port, models.PROTECT, null=True, related_name="+", verbose_name=_("Port across"))
    other_place_code = models.CharField(_("Code of the place across"), max_length=5, blank=True)
    other_place_name = models.CharField(_("Place across"), max_length=100, blank=True)
    direction = models.CharField(_("Direction"), max_length=8, choices=choices_of(WAYS), blank=True)
    trade_kind = models.CharField(_("Trade"), max_length=8, choices=choices_of(TRADES), blank=True)
    load = models.CharField(_("Laden or empty"), max_length=5, choices=choices_of(LOADS), blank=True)
    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, null=True, related_name="+", verbose_name=_("Cargo class"))
    unit = models.CharField(_("Unit"), max_length=8, choices=UNIT_CHOICES)
    periodicity = models.CharField(_("Rhythm of the figures"), max_length=7, choices=choices_of(PERIODICITIES))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    opened_at = models.DateTimeField(_("Recorded at"), db_default=Now())

    objects = StatisticSeriesQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=("place", "subject"), name="series_by_place"),
            models.Index(fields=("other_place", "subject"), name="series_by_place_across"),
        ]
        constraints = [
            *known(
                "statistic_series",
                subject=[key.value for key in SUBJECTS],
                measure=[key.value for key in MEASURES],
                direction=["", *(key.value for key in WAYS)],
                trade_kind=["", *(key.value for key in TRADES)],
                load=["", *(key.value for key in LOADS)],
                unit=[code for code, _label in UNIT_CHOICES],
                periodicity=[key.value for key in PERIODICITIES],
            ),
            models.UniqueConstraint(fields=("key",), name="statistic_series_is_kept_once"),
            models.CheckConstraint(name="statistic_series_names_its_publisher", condition=~Q(source="")),
            models.CheckConstraint(
                name="statistic_growth_is_in_per_cent",
                condition=~Q(measure__in=[measure.value for measure in sorted(GROWTHS)]) | Q(unit="percent"),
            ),
            models.CheckConstraint(
                name="statistic_port_comes_with_its_code",
                condition=(Q(place=None) | ~Q(place_code="")) & (Q(other_place=None) | ~Q(other_place_code="")),
            ),
        ]

    def get_absolute_url(self) -> str:
        return record_url("cargo:statistic", self.pk)

    @property
    def unit_label(self) -> str:
        return self.get_unit_display()

    @property
    def place_label(self) -> str:
        return _place_label(self.place, self.place_code, self.place_name)

    @property
    def other_place_label(self) -> str:
        return _place_label(self.other_place, self.other_place_code, self.other_place_name)

    @property
    def unknown_codes(self) -> list[str]:
        """Codes of the source that no port of ours has."""
        pairs = ((self.place_id, self.place_code), (self.other_place_id, self.other_place_code))
        return [code for port, code in pairs if code and port is None]

    def period_label(self, start) -> str:
        """2026-11, 2026 Q4 or 2026."""
        if self.periodicity == Periodicity.YEAR:
            return f"{start:%Y}"
        return f"{start:%Y} Q{(start.month + 2) // 3}" if self.periodicity == Periodicity.QUARTER else f"{start:%Y-%m}"


def _place_label(port: Port | None, code: str, name: str) -> str:
    if port:
        return port.label
    return f"{name} ({code})" if name and code else name or code


class StatisticValue(models.Model):
    """One figure of one period, as one publication said it. A later publication that says another adds a revision; the latest is the
    highest that was not taken back, of a period whose figures were all taken back there is none.

    `value` is in the unit of the series; `written` and `unit_written` are what stood in the file.
    """

    series = models.ForeignKey(StatisticSeries, models.PROTECT, related_name="values", db_index=False)
    period = models.DateField(pgettext_lazy("statistics", "Period"), help_text=_("Its first day"))
    revision = models.PositiveSmallIntegerField(_("Revision"), default=1)
    is_latest = models.BooleanField(default=True)
    value = models.DecimalField(_("Value"), max_digits=40, decimal_places=18)
    written = models.CharField(_("As written"), max_length=60)
    unit_written = models.CharField(_("Unit as written"), max_length=60)
    published_on = models.DateField(_("Published on"), null=True)
    import_run_id = models.BigIntegerField(null=True, editable=False)
    taken_back_at = models.DateTimeField(_("Taken back"), null=True, editable=False)  # with its import; the row stays as history
    line = models.PositiveIntegerField(_("Line"), null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("Recorded by")
    )
    recorded_at = models.DateTimeField(_("Recorded at"), db_default=Now())

    objects = StatisticValueQuerySet.as_manager()

    class Meta:
        ordering = ("series", "period", "revision")
        indexes = [
            models.Index(fields=("import_run_id",), name="statistic_value_of_an_import"),
            models.Index(fields=("-period", "-id"), name="statistic_value_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=("series", "period", "revision"), name="statistic_value_has_one_text_per_revision"),
            models.UniqueConstraint(
                fields=("series", "period"), condition=Q(is_latest=True), name="statistic_value_has_one_latest_revision"
            ),
            models.CheckConstraint(name="statistic_period_begins_on_the_first", condition=Q(period__day=1)),
            models.CheckConstraint(
                name="statistic_taken_back_is_not_what_was_said_last", condition=Q(taken_back_at=None) | Q(is_latest=False)
            ),
            models.CheckConstraint(name="statistic_revisions_count_from_one", condition=Q(revision__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.period:%Y-%m} #{self.revision}"

    @property
    def amount(self) -> Decimal:
        """The value without the zeros that pad it."""
        return self.value.normalize() if self.value % 1 else self.value.quantize(Decimal(1))
