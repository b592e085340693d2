"""Columns and orders of the lists."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers import cells
from portcrm.bilingual import enumerated
from portcrm.pages.lists import Column, Ordering

NAMES, PERSON = ("name_zh", "name_en"), ("account_manager__name", "account_manager__name_en")
PARENT = ("parent__code", "parent__name_zh", "parent__name_en")
CUSTOMER_READS = (*NAMES, "code", "is_key_account")  # what every row shows, whichever columns are chosen
# Fields that are changed in the list itself, with the section whose service and rules they follow.
CELL_SECTIONS = {
    "status": "assignment", "tier": "assignment", "short_name": "identity", "region": "identity", "phone": "reach", "email": "reach",
    "address_zh": "reach",
}  # fmt: skip
CUSTOMER_COLUMNS = (
    Column("name", _("Customer"), html=cells.name_cell, ordering="name", value=lambda row: row.label, reads=NAMES),
    Column("code", _("Customer code"), ordering="code", default=False),
    Column("other_name", _("Name in the other language"), default=False, reads=NAMES),
    Column("types", _("Customer types"), value=lambda row: enumerated(row.type_labels)),
    Column("status", _("Status"), html=cells.status_cell, value=lambda row: row.get_status_display(), edits="status"),
    Column("tier", _("Service tier"), html=cells.tier_cell, default=False, value=lambda row: row.get_tier_display(), edits="tier"),
    Column("short_name", _("Short name"), default=False, edits="short_name"),
    Column(
        "tags",
        _("Tags"),
        html=cells.tags_cell,
        default=False,
        value=lambda row: enumerated(tag["name"] for tag in row.tag_list),
        reads=("code",),
        annotate=lambda rows: rows.with_tags(),
    ),
    Column(
        "value_class",
        _("Value class"),
        html=cells.value_cell,
        ordering="rank",
        reads=("value_class", "value_rank", "value_previous_rank"),
    ),
    Column("value_rank", _("Value rank"), numeric=True, format="number", ordering="rank", default=False),
    Column("account_manager", _("Account manager"), attribute="account_manager.label", shape="roomy", reads=PERSON),
    Column("region", _("Region"), attribute="region.label", default=False, reads=("region__name_zh", "region__name_en"), edits="region"),
    Column(
        "tonnes_12m", _("Tonnes in 12 months"), numeric=True, format="number", ordering="tonnes", value=lambda row: round(row.tonnes_12m)
    ),
    Column("teu_12m", _("TEU in 12 months"), numeric=True, format="number", default=False, value=lambda row: round(row.teu_12m)),
    Column("revenue_12m", _("Revenue in 12 months"), numeric=True, format="money", ordering="revenue", default=False),
    Column("last_handled_on", _("Last handled on"), format="date", ordering="handled"),
    Column("last_opinion_score", _("Last opinion score"), numeric=True, format="number", ordering="opinion", default=False),
    Column("last_opinion_on", _("Last opinion on"), format="date", default=False),
    Column("open_complaints", _("Open complaints"), numeric=True, format="number", html=cells.complaints_cell),
    Column("last_contact_on", _("Last contact on"), format="date", default=False),
    Column("verified_on", _("Verified on"), format="date", ordering="verified", default=False),
    Column("credit_code", _("Unified social credit code"), default=False),
    Column("phone", _("Telephone"), default=False, edits="phone"),
    Column("email", _("E-mail"), default=False, edits="email"),
    Column("address_zh", _("Address in Chinese"), default=False, edits="address_zh"),
    Column("name_zh", _("Name in Chinese"), default=False),
    Column("name_en", _("Name in English"), default=False),
    Column("former_names", _("Former names"), default=False, value=lambda row: "; ".join(row.former_names)),
    Column("organisation_code", _("Organisation code"), default=False),
    Column("legal_form", _("Legal form"), attribute="get_legal_form_display", default=False),
    Column("operation_modes", _("Mode of operation"), default=False, value=lambda row: enumerated(row.operation_mode_labels)),
    Column("business_scope", _("Business scope"), default=False),
    Column("legal_representative", _("Legal representative"), default=False),
    Column("founded_on", _("Founding date"), format="date", default=False),
    Column("registered_capital", _("Registered capital"), numeric=True, format="money", default=False),
    Column("total_assets", _("Total assets"), numeric=True, format="money", default=False),
    Column("net_assets", _("Net assets"), numeric=True, format="money", default=False),
    Column("assets_as_of", _("Asset figures as of"), format="date", default=False),
    Column("licence_no", _("Business licence number"), default=False),
    Column("licence_valid_until", _("Licence valid until"), format="date", default=False),
    Column("bank_name", _("Bank"), default=False),
    Column("bank_account", _("Bank account"), default=False),
    # With its code, so that the list taken in again means the same firm whatever others are called.
    Column("parent", _("Parent company"), default=False, value=lambda row: str(row.parent or ""), reads=PARENT),
    Column("hinterland", _("Hinterland"), default=False),
    Column("address_en", _("Address in English"), default=False),
    Column("postal_code", _("Postal code"), default=False),
    Column("fax", _("Fax"), default=False),
    Column("website", _("Website"), default=False),
    Column("wechat", _("WeChat"), default=False),
    Column("note", _("Remarks"), default=False),
    Column("channel", _("Information channel"), attribute="channel.label", default=False, reads=("channel__name_zh", "channel__name_en")),
    Column("source_reference", _("Source reference"), default=False),
    Column("updated_at", _("Changed at"), format="datetime", ordering="changed", default=False),
)
CUSTOMER_ORDERINGS = (
    Ordering("name", _("Name"), fields=("sort_key", "pk")),
    Ordering("changed", _("Changed at"), fields=("-updated_at", "-pk")),
    Ordering("code", _("Customer code"), fields=("code", "pk")),
    Ordering("rank", _("Value rank"), fields=("rank_order", "pk")),
    Ordering("tonnes", _("Tonnes in 12 months"), fields=("-tonnes_12m", "-pk")),
    Ordering("revenue", _("Revenue in 12 months"), fields=("-revenue_order", "-pk")),
    Ordering("handled", _("Last handled on"), fields=("-handled_order", "-pk")),
    Ordering("opinion", _("Last opinion score"), fields=("-opinion_order", "-pk")),
    Ordering("verified", _("Verified on"), fields=("verified_order", "pk")),
)

FOLLOW_UP_COLUMNS = (
    Column("title", _("What is to be done"), template="customers/_cell_follow_up.html", value=lambda row: row.title),
    Column("customer", _("Customer"), template="customers/_cell_customer.html", value=lambda row: row.customer.label),
    Column("due_on", _("Due on"), template="customers/_cell_due.html", ordering="due"),
    Column("kind", _("Kind"), attribute="get_kind_display"),
    Column("owner", _("Owner"), attribute="owner.label", shape="roomy"),
    Column("state", _("State"), template="customers/_cell_state.html", value=lambda row: row.get_state_display()),
    Column("result", _("Result"), default=False),
    Column("closed_at", _("Closed at"), format="datetime", default=False),
)
FOLLOW_UP_ORDERINGS = (Ordering("due", _("Due on"), fields=("due_on", "pk")),)

DUPLICATE_COLUMNS = (
    Column("first", _("First file"), template="customers/_cell_first.html", value=lambda row: str(row.first)),
    Column("second", _("Second file"), template="customers/_cell_second.html", value=lambda row: str(row.second)),
    Column("reasons", _("Reasons"), value=lambda row: enumerated(row.reason_labels)),
    Column("score", _("Likeness"), numeric=True, value=lambda row: f"{row.score:.2f}", ordering="score"),
    Column("decide", _("Decision"), template="customers/_cell_decide.html", value=lambda row: row.get_state_display()),
    Column("found_at", _("Found at"), format="datetime", default=False),
)
DUPLICATE_ORDERINGS = (Ordering("score", _("Likeness"), fields=("-score", "pk")),)
MERGE_COLUMNS = (
    Column("merged_at", _("Merged at"), format="datetime", link=True, ordering="newest"),
    Column("other", _("Merged file"), template="customers/_cell_other.html", value=lambda row: str(row.other)),
    Column("kept", _("Kept file"), template="customers/_cell_kept.html", value=lambda row: str(row.kept)),
    Column("merged_by", _("Merged by"), attribute="merged_by.label"),
    Column("state", _("State"), template="customers/_cell_merge_state.html", value=lambda row: row.state_label),
    Column("undone_at", _("Undone at"), format="datetime"),
    Column("undone_by", _("Undone by"), attribute="undone_by.label"),
    Column("open_decisions", _("Open decisions"), numeric=True, format="number"),
)
MERGE_ORDERINGS = (Ordering("newest", _("Merged at"), fields=("-merged_at", "-pk")),)

CREDIT = ("transactions__credit_exposure", "transactions__overdue_amount")
GROUP_COLUMNS = (
    *CUSTOMER_COLUMNS,
    Column("credit_exposure", _("Credit exposure"), attribute="transactions.credit_exposure", numeric=True, format="money", reads=CREDIT),
    Column(
        "overdue_amount",
        _("Overdue amount"),
        html=cells.overdue_cell,
        attribute="transactions.overdue_amount",
        numeric=True,
        format="money",
        reads=CREDIT,
        annotate=lambda rows: rows.annotate(overdue_typed=Q(receivables_balance=None)),
    ),
)
INTRODUCER_COLUMNS = (
    Column("name", _("Introducer"), html=cells.name_cell, value=lambda row: row.label),
    Column("brought_firms", _("Customers brought"), html=cells.brought_cell, numeric=True, format="number"),
    Column(
        "brought_tonnes",
        _("Their tonnes in 12 months"),
        numeric=True,
        format="number",
        ordering="tonnes",
        value=lambda row: round(row.brought_tonnes),
    ),
    Column("brought_revenue", _("Their revenue in 12 months"), numeric=True, format="money"),
)
INTRODUCER_ORDERINGS = (Ordering("tonnes", _("Their tonnes in 12 months"), fields=("-brought_tonnes", "-pk")),)
INTERACTION_COLUMNS = (
    Column("subject", _("Subject"), link=True),
    Column("customer", _("Customer"), template="customers/_cell_customer.html", value=lambda row: row.customer.label),
    Column("kind", _("Kind"), attribute="get_kind_display"),
    Column("happened_at", _("When"), format="datetime", ordering="when"),
    Column("outcome", _("Outcome"), attribute="get_outcome_display"),
    Column("next_step", _("Next step")),
    Column("next_step_on", _("Next step on"), format="date", default=False),
    Column("recorded_by", _("Recorded by"), attribute="recorded_by.label", shape="roomy"),
    Column("direction", _("Who approached whom"), attribute="get_direction_display", default=False),
    Column("place", _("Place"), default=False),
)
INTERACTION_ORDERINGS = (Ordering("when", _("When"), fields=("-happened_at", "-pk")),)

VISIT_COLUMNS = (
    Column("purpose", _("Purpose"), link=True),
    Column("customer", _("Customer"), template="customers/_cell_customer.html", value=lambda row: row.customer.label),
    Column("planned_for", _("Day of the visit"), template="customers/_cell_visit_day.html", ordering="day"),
    Column("starts_at", _("Hour"), value=lambda row: f"{row.starts_at:%H:%M}" if row.starts_at else ""),
    Column("visitor", _("Who goes"), attribute="visitor.label", shape="roomy"),
    Column("state", _("State"), template="customers/_cell_visit_state.html", value=lambda row: row.get_state_display()),
    Column("reason", _("Reason"), default=False),
    Column("place", _("Place"), default=False),
)
VISIT_ORDERINGS = (Ordering("day", _("Day of the visit"), fields=("planned_for", "pk")),)
CONTRACT_COLUMNS = (
    Column("number", _("Contract number"), html=cells.contract_cell, value=lambda row: row.number),
    Column("title", _("Title of the contract"), default=False),
    Column("customer", _("Customer"), template="customers/_cell_customer.html", value=lambda row: row.customer.label, ordering="customer"),
    Column("kind", _("Kind of contract"), attribute="get_kind_display"),
    Column("state", _("State"), html=cells.contract_state_cell, value=lambda row: cells.state_today(row).label),
    Column("valid_from", _("Valid from"), format="date", ordering="newest"),
    Column("valid_until", _("Valid until"), format="date", ordering="ending"),
    Column("decide_by", _("To be decided by"), html=cells.decide_cell, value=lambda row: row.decide_by, ordering="decide"),
    Column("renews", _("Renews by itself"), template="components/cell_flag.html", value=lambda row: row.renews),
    Column("account_manager", _("Account manager"), attribute="customer.account_manager.label", shape="roomy"),
    Column("amount", _("Contract amount"), numeric=True, format="number", default=False),
    Column("currency", _("Currency"), default=False),
    Column("signed_on", _("Signed on"), format="date", default=False),
    Column("other_parties", _("Other parties"), default=False),
)
CONTRACT_ORDERINGS = (
    Ordering("newest", _("Valid from"), fields=("-valid_from", "-pk")),
    Ordering("decide", _("To be decided by"), fields=("decide_by", "pk")),
    Ordering("ending", _("Valid until"), fields=("valid_until", "pk")),
    Ordering("customer", _("Customer"), fields=("customer__sort_key", "pk")),
)

BALANCE_COLUMNS = (
    Column("customer", _("Customer"), html=cells.debtor_cell, value=lambda row: row.customer.label, ordering="customer"),
    Column("open_total", _("Owed"), numeric=True, format="money", ordering="sum"),
    Column("credit_limit", _("Credit limit"), numeric=True, html=cells.limit_cell, value=cells.limit_of),
    Column("overdue_total", _("Overdue amount"), numeric=True, format="money", ordering="overdue"),
    Column("days_overdue", _("Days overdue"), numeric=True, format="number", ordering="days"),
    Column("not_due", _("Not due yet"), numeric=True, format="money", default=False),
    Column("days_30", _("Up to 30 days late"), numeric=True, format="money"),
    Column("days_60", _("31 to 60 days late"), numeric=True, format="money"),
    Column("days_90", _("61 to 90 days late"), numeric=True, format="money"),
    Column("days_over_90", _("More than 90 days late"), numeric=True, format="money"),
    Column("items", _("Open invoices"), numeric=True, format="number", default=False),
    Column("account_manager", _("Account manager"), attribute="customer.account_manager.label", shape="roomy", default=False),
    Column("as_of", _("Figures as of"), format="date", default=False),
)
BALANCE_ORDERINGS = (
    Ordering("sum", _("Owed"), fields=("-open_total", "-pk")),
    Ordering("overdue", _("Overdue amount"), fields=("-overdue_total", "-pk")),
    Ordering("days", _("Days overdue"), fields=("oldest_due_on", "pk")),
    Ordering("customer", _("Customer"), fields=("customer__sort_key", "pk")),
)

RATING_COLUMNS = (
    Column("customer", _("Customer"), template="customers/_cell_customer.html", value=lambda row: row.customer.label, ordering="customer"),
    Column("scheme", _("Scheme"), attribute="grade.scheme.label"),
    Column("grade", _("Credit grade"), attribute="grade.label", ordering="grade"),
    Column("rated_on", _("Rated on"), format="date", ordering="newest"),
    Column("rated_by", _("Rated by (agency or department)"), shape="roomy"),
    Column("next_review_on", _("Next review on"), format="date", ordering="review"),
    Column("channel", _("Information channel"), attribute="channel.label", default=False),
    Column("source_reference", _("Source reference"), default=False),
    Column("account_manager", _("Account manager"), attribute="customer.account_manager.label", shape="roomy", default=False),
)
# Best first inside each scheme, one scheme after the other: places in different schemes are never put against each other.
RATING_ORDERINGS = (
    Ordering("grade", _("Credit grade"), fields=("grade__scheme__position", "grade__scheme__key", "grade__position", "pk")),
    Ordering("newest", _("Rated on"), fields=("-rated_on", "-pk")),
    Ordering("review", _("Next review on"), fields=("next_review_on", "pk")),
    Ordering("customer", _("Customer"), fields=("customer__sort_key", "pk")),
)
