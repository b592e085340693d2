"""What the list of the leads shows, and how it sorts."""

from django.utils.translation import gettext_lazy as _

from portcrm.clock import port_today
from portcrm.pages.lists import Column, Ordering

LEAD_COLUMNS = (
    Column("number", _("Number"), link=True, shape="nowrap"),
    Column("who", _("Whose cargo"), template="cargo/_cell_who.html"),
    Column("cargo_class", _("Cargo class"), attribute="cargo_class.short"),
    Column("amount", _("Quantity"), template="cargo/_cell_amount.html", numeric=True, value=lambda row: row.quantity),
    Column("direction", _("Direction"), attribute="get_direction_display"),
    Column("route", _("From – to"), value=lambda row: row.route),
    Column("ready_on", _("Ready on"), template="cargo/_cell_day.html"),
    Column("stage", _("Stage"), template="cargo/_cell_stage.html", value=lambda row: row.get_stage_display()),
    Column(
        "probability",
        _("Probability"),
        template="cargo/_cell_chance.html",
        numeric=True,
        ordering="probability",
        value=lambda row: row.estimate and row.estimate.probability,
    ),
    Column("basis", _("Basis of the probability"), value=lambda row: row.estimate and row.estimate.basis, default=False),
    Column(
        "expected",
        _("Expected tonnes a year"),
        value=lambda row: row.estimate and row.estimate.expected_tonnes,
        format="number",
        numeric=True,
        ordering="expected",
        default=False,
    ),
    Column("in_stage", _("Days in this stage"), value=lambda row: (port_today() - row.stage_changed_on).days, numeric=True, default=False),
    Column(
        "still_for",
        _("Days without work on it"),
        value=lambda row: (port_today() - row.active_on).days,
        numeric=True,
        default=False,
        ordering="still",
    ),
    Column(
        "confirmation",
        _("Confirmed by the ledger"),
        template="cargo/_cell_confirmation.html",
        value=lambda row: row.expected and row.expected.get_state_display(),
        default=False,
    ),
    Column(
        "agreed", _("Agreed a month"), value=lambda row: row.expected and row.expected.amount, format="number", numeric=True, default=False
    ),
    Column(
        "due_by_now", _("Due by now"), value=lambda row: row.expected and row.expected.due, format="number", numeric=True, default=False
    ),
    Column("gross", _("Handled"), value=lambda row: row.expected and row.expected.gross, format="number", numeric=True, default=False),
    Column(
        "base",
        _("In the same months of the year before"),
        value=lambda row: row.expected and row.expected.base,
        format="number",
        numeric=True,
        default=False,
    ),
    Column(
        "handled", _("Counts for it"), value=lambda row: row.expected and row.expected.handled, format="number", numeric=True, default=False
    ),
    Column("contract", _("Contract with the port"), attribute="contract.number", default=False),
    Column("next_step", _("Next step"), template="cargo/_cell_next_step.html", ordering="next_step"),
    Column("owner", _("In charge"), attribute="owner.label"),
    Column("channel", _("Information channel"), attribute="channel.label", default=False),
    Column("rival_port", _("Competing port"), attribute="rival_port.label", default=False),
    Column("project_no", _("Project approval no."), default=False),
    Column("project_stage", _("Stage of the project"), attribute="get_project_stage_display", default=False),
    Column("equipment", _("Equipment list"), default=False, shape="roomy"),
    Column("plan_no", _("Contract or plan of the shipper"), default=False),
    Column("plan_period", _("Period of the contract or plan"), default=False),
    Column("recorded_at", _("Recorded at"), format="date", ordering="newest", default=False),
)


LEAD_ORDERINGS = (
    Ordering("newest", _("Newest first"), ("-pk",)),
    Ordering("next_step", _("Next step"), ("next_step_on", "pk")),
    Ordering("still", _("Longest without work first"), ("active_on", "pk")),
    Ordering("probability", _("Most probable first"), ("-outlook__probability", "-pk")),
    Ordering("expected", _("Most expected tonnes first"), ("-outlook__expected_tonnes", "-pk")),
)
