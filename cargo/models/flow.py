"""What others tell of cargo and companies: lines of flow lists whose trading firm is to be pinned down, and notes from the media."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.enums import FlowListState, Medium
from cargo.models.reference import Unit
from cargo.querysets import FlowLineQuerySet, MediaNoteQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known

NAME = 200


@tracked(exclude=("identity", "run_id"))
class FlowLine(models.Model):
    """A line of a list that a transport or storage company or an association gave us: cargo that moves, mostly without its owner."""

    told_by_name = models.CharField(_("Told by"), max_length=NAME)
    told_by = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="told_flows", verbose_name=_("Told by (customer)")
    )
    goods = models.CharField(_("Cargo description"), max_length=200)
    origin = models.CharField(_("Place of origin"), max_length=100, blank=True)
    destination = models.CharField(_("Final destination"), max_length=100, blank=True)
    quantity = models.DecimalField(_("Quantity"), max_digits=18, decimal_places=3, null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Unit"))
    period = models.CharField(pgettext_lazy("cargo flow", "Period"), max_length=60, blank=True)
    company = models.CharField(_("Trading firm"), max_length=NAME, blank=True)
    note = models.CharField(_("Remarks"), max_length=300, blank=True)
    state = models.CharField(_("State"), max_length=8, choices=FlowListState.choices, default=FlowListState.OPEN)
    asked = models.CharField(_("Who is asked"), max_length=NAME, blank=True)
    outcome = models.CharField(_("What came of it"), max_length=300, blank=True)
    run_id = models.BigIntegerField(null=True, editable=False)  # the import it came with
    identity = models.CharField(max_length=32, unique=True, editable=False)  # of the whole line: the same list again adds nothing
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_at = models.DateTimeField(_("Recorded at"))
    version = models.PositiveIntegerField(_("State of editing"), default=1, editable=False)

    objects = FlowLineQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("Line of a flow list")
        indexes = [models.Index(fields=("state", "-id"), name="flow_by_state")]
        constraints = [
            *known("flow", state=FlowListState),
            models.CheckConstraint(
                name="flow_quantity_comes_with_its_unit",
                condition=Q(quantity=None, unit=None) | Q(quantity__isnull=False, quantity__gt=0, unit__isnull=False),
            ),
            models.CheckConstraint(
                name="flow_that_is_pinned_down_names_the_firm", condition=~Q(state=FlowListState.FOUND) | ~Q(company="")
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.told_by_name, self.goods, self.route, self.period) if part)

    def get_absolute_url(self) -> str:
        return record_url("cargo:flow", self.pk)

    @property
    def route(self) -> str:
        return " – ".join(place or "?" for place in (self.origin, self.destination)) if self.origin or self.destination else ""

    @property
    def is_open(self) -> bool:
        return self.state in (FlowListState.OPEN, FlowListState.ASKED)


@tracked(exclude=("form_key",))
class MediaNote(models.Model):
    """What a page, a programme or a paper said of a company, with its day; a clipping or a link stands for the evidence."""

    company = models.CharField(_("Company"), max_length=NAME)
    medium = models.CharField(pgettext_lazy("media", "Medium"), max_length=10, choices=Medium.choices)
    published_on = models.DateField(_("Published on"))
    outlet = models.CharField(_("Paper, programme or site"), max_length=NAME, blank=True)
    link = models.URLField(_("Link"), max_length=500, blank=True)
    text = models.TextField(_("What it says"), max_length=4000, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_at = models.DateTimeField(_("Recorded at"))
    form_key = models.UUIDField(null=True, editable=False, unique=True)  # the form it came from: sent twice, recorded once

    objects = MediaNoteQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("Note from the media")
        constraints = [
            *known("media_note", medium=Medium),
            models.CheckConstraint(name="media_note_has_a_link_or_a_text", condition=~Q(link="", text="")),
        ]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.get_medium_display(), self.outlet, f"{self.published_on:%Y-%m-%d}") if part)
