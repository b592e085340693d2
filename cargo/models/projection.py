"""Where the year will end, as a job has computed it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cargo.enums import CheckState, Direction, ProjectionMethod, TargetUnit
from cargo.models.reference import CargoClass
from cargo.querysets import ProjectionRunQuerySet
from portcrm.choices import known
from portcrm.clock import port_zone


class ProjectionRun(models.Model):
    """`as_of` is the first day of the last whole month the figures rest on, `watermark` the newest ledger row seen (0: none),
    `targets_at` when a cell of the task was last set, `rules` the version of the method."""

    state = models.CharField(max_length=7, choices=CheckState.choices, default=CheckState.WAITING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    as_of = models.DateField(null=True)
    watermark = models.BigIntegerField(null=True)
    targets_at = models.DateTimeField(null=True)
    rules = models.CharField(max_length=10, blank=True)

    objects = ProjectionRunQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("as_of", "-id"), name="projection_run_by_month", condition=Q(state=CheckState.DONE))]
        constraints = [
            models.CheckConstraint(
                name="projection_run_says_what_it_rests_on_when_done",
                condition=~Q(state=CheckState.DONE)
                | Q(finished_at__isnull=False, as_of__isnull=False, watermark__isnull=False) & ~Q(rules=""),
            ),
            models.CheckConstraint(
                name="projection_run_under_way_says_since_when", condition=~Q(state=CheckState.RUNNING) | Q(started_at__isnull=False)
            ),
            models.UniqueConstraint(fields=("state",), condition=Q(state=CheckState.WAITING), name="projection_run_waits_only_once"),
        ]

    def __str__(self) -> str:
        return f"{self.requested_at.astimezone(port_zone()):%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (CheckState.WAITING, CheckState.RUNNING)


class Projection(models.Model):
    """The year end of one slot of the task, in tonnes or TEU; slots are named as in Target.

    `handled` is what whole months had until the run, `projected` that and the months to come; both None where nothing can be said.
    The band is of the year end; `level` is None where it holds every past error. Errors are of the back-test over `origins` trials:
    the percentage over months with cargo, the mean in the unit of the slot.
    """

    run = models.ForeignKey(ProjectionRun, models.CASCADE, related_name="projections")
    year = models.PositiveSmallIntegerField()
    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, null=True, related_name="+")
    direction = models.CharField(max_length=8, choices=Direction.choices, blank=True)
    unit = models.CharField(max_length=3, choices=TargetUnit.choices)
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, related_name="+")
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    history_months = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=14, choices=ProjectionMethod.choices, blank=True)
    handled = models.DecimalField(max_digits=24, decimal_places=3, null=True)
    projected = models.DecimalField(max_digits=24, decimal_places=3, null=True)
    low = models.DecimalField(max_digits=24, decimal_places=3, null=True)
    high = models.DecimalField(max_digits=24, decimal_places=3, null=True)
    level = models.PositiveSmallIntegerField(null=True)
    origins = models.PositiveSmallIntegerField(default=0)
    naive_mape = models.FloatField(null=True)
    naive_mae = models.FloatField(null=True)
    theta_mape = models.FloatField(null=True)
    theta_mae = models.FloatField(null=True)
    months = models.JSONField(default=list)

    class Meta:
        ordering = ("pk",)
        constraints = [
            *known("projection", direction=("", *Direction.values), unit=TargetUnit, method=("", *ProjectionMethod.values)),
            models.UniqueConstraint(
                fields=("run", "unit", "direction", "customer", "manager", "cargo_class"),
                name="projection_is_made_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="projection_without_a_method_has_no_figure", condition=~Q(method="") | Q(projected=None)),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.cargo_class_id or '*'} {self.direction or '*'} {self.unit}"
