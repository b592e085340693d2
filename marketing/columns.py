"""What the lists of marketing show."""

from django.utils.translation import gettext_lazy as _

from marketing import cells
from marketing.queries.reasons import movement_text, reasons_text
from portcrm.pages.lists import Column, Ordering

CUSTOMER = ("customer__name_zh", "customer__name_en", "customer__is_key_account")
MANAGER = ("customer__account_manager__name", "customer__account_manager__name_en")
REGION = ("customer__region__name_zh", "customer__region__name_en")
ROW_READS = (*CUSTOMER, "rank", "run__previous", "customer")
ROW_COLUMNS = (
    Column("rank", _("Rank"), html=cells.rank_cell, ordering="rank", numeric=True),
    Column(
        "movement", _("Movement"), html=cells.movement_cell, ordering="movement", value=movement_text, reads=("previous_rank", "movement")
    ),
    Column("customer", _("Customer"), html=cells.customer_cell, attribute="customer.label", ordering="name", reads=CUSTOMER),
    Column("value_class", _("Value class"), html=cells.class_cell, reads=("value_class", "previous_class")),
    Column("score", _("Value score"), html=cells.score_cell, reads=("score", "parts")),
    Column("reason", _("Why it moved"), html=cells.reason_cell, value=reasons_text, reads=("reasons",)),
    Column("tonnes", _("Tonnes"), ordering="tonnes", numeric=True, format="tonnes"),
    Column("tonnes_before", _("Tonnes in the window before"), numeric=True, default=False, format="tonnes"),
    Column("revenue", _("Revenue"), ordering="revenue", numeric=True, default=False, format="money"),
    Column("contribution", _("Contribution"), ordering="contribution", numeric=True, default=False, format="money"),
    Column("growth", _("Growth in per cent"), ordering="growth", numeric=True, default=False, format="number"),
    Column("last_handled_on", _("Last cargo on"), ordering="last", default=False, format="date"),
    Column("satisfaction", _("Satisfaction"), ordering="satisfaction", numeric=True, format="score"),
    Column("open_complaints", _("Open complaints"), ordering="complaints", numeric=True, default=False),
    Column("share_after", _("Cumulative share in per cent"), numeric=True, default=False, format="number"),
    Column("rank_by_tonnes", _("Rank by tonnes"), numeric=True, default=False),
    Column("rank_by_revenue", _("Rank by revenue"), numeric=True, default=False),
    Column("rank_by_contribution", _("Rank by contribution"), numeric=True, default=False),
    Column("manager", _("Account manager"), attribute="customer.account_manager.label", default=False, reads=MANAGER),
    Column("region", _("Region"), attribute="customer.region.label", default=False, reads=REGION),
    Column("code", _("Customer code"), attribute="customer.code", default=False, reads=("customer__code",)),
)
ROW_ORDERINGS = (
    Ordering("rank", _("Rank"), ("position",)),
    Ordering("movement", _("Movement"), ("-movement", "position")),
    Ordering("name", _("Customer"), ("customer__sort_key", "pk")),
    Ordering("tonnes", _("Tonnes"), ("-tonnes", "-pk")),
    Ordering("revenue", _("Revenue"), ("-revenue", "-pk")),
    Ordering("contribution", _("Contribution"), ("-contribution", "-pk")),
    Ordering("growth", _("Growth in per cent"), ("-growth", "-pk")),
    Ordering("last", _("Last cargo on"), ("-last_handled_on", "-pk")),
    Ordering("satisfaction", _("Satisfaction"), ("satisfaction", "pk")),
    Ordering("complaints", _("Open complaints"), ("-open_complaints", "-pk")),
)

QUANTITY_COLUMNS = (
    Column("rank", _("Rank"), ordering="rank", numeric=True),
    Column("previous_rank", _("Previous rank"), numeric=True),
    Column("customer", _("Customer"), html=cells.customer_cell, attribute="customer.label", ordering="name"),
    Column("quantity", _("Quantity"), ordering="rank", numeric=True, format="number"),
    Column("unit", _("Unit"), attribute="unit.label"),
    Column("lots", _("Lots"), ordering="lots", numeric=True, format="number"),
    Column("code", _("Customer code"), attribute="customer.code", default=False),
)
QUANTITY_ORDERINGS = (
    Ordering("rank", _("Rank"), ("unit__code", "position")),
    Ordering("name", _("Customer"), ("customer__sort_key", "pk")),
    Ordering("lots", _("Lots"), ("-lots", "-pk")),
)

RUN_COLUMNS = (
    Column("as_of", _("As of"), template="marketing/_cell_run.html", ordering="as_of"),
    Column("state", _("State"), template="marketing/_cell_state.html", attribute="state_label"),
    Column("model", _("Value model"), attribute="model.label"),
    Column("ranked", _("Ranked"), numeric=True, format="number"),
    Column("excluded", _("Excluded"), attribute="excluded_count", numeric=True, format="number"),
    Column("agrees", _("Agrees with the ledger"), template="marketing/_cell_agrees.html", attribute="agrees"),
    Column("origin", _("Started"), attribute="get_origin_display"),
    Column("asked_by", _("Asked for by"), attribute="asked_by.label"),
    Column("finished_at", _("Finished at"), ordering="finished", format="datetime"),
    Column("seconds", _("Seconds"), numeric=True, format="number"),
)
RUN_ORDERINGS = (
    Ordering("as_of", _("As of"), ("-as_of", "-pk")),
    Ordering("finished", _("Finished at"), ("-finished_at", "-pk")),
)
