"""Cells of the customer list that are more than a value. Python and not templates: a page has hundreds of them."""

from html import escape

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from customers.enums import ContractState, CustomerStatus, Tier
from customers.models import Contract, Customer, ReceivablesBalance
from portcrm.clock import port_today
from portcrm.pages.formats import DASH, day, money, number
from portcrm.pages.templatetags.frame import badge, icon

STATUS_BADGES = {CustomerStatus.EXISTING: ("success", ""), CustomerStatus.LOST: ("neutral", "circle-x")}
NEAR_DAYS = 30  # from here on the day to decide by stands out
CONTRACT_BADGES = {
    ContractState.IN_FORCE: ("success", ""), ContractState.COMING: ("info", "calendar-event"),
    ContractState.ENDED: ("neutral", "clock"), ContractState.TERMINATED: ("danger", "circle-x"),
}  # fmt: skip
TIER_BADGES = {Tier.KEY: ("accent", "star"), Tier.MAJOR: ("info", "chevron-up")}


def name_cell(row: Customer):
    star = f" {icon('filled/star', _('Key account'), 'pin-on')}" if row.is_key_account else ""
    said = f"{row.code} · {other}" if (other := row.other_name) else row.code
    # escaped by the standard library: Django looks for lazy texts in each of hundreds of cells
    return mark_safe(
        f'<span class="cell-name"><a href="{row.get_absolute_url()}" class="row-link">{escape(row.label)}</a>{star}'
        f'<small class="text-soft">{escape(said)}</small></span>'
    )


def status_cell(row: Customer):
    tone, shape = STATUS_BADGES.get(row.status, ("info", "target"))
    return badge(CustomerStatus(row.status).label, tone, shape)


def tier_cell(row: Customer):
    shown, label = TIER_BADGES.get(row.tier), Tier(row.tier).label if row.tier else DASH
    return badge(label, *shown) if shown else label


def value_cell(row: Customer):
    """Class, rank and the places won or lost since the run before."""
    if not row.value_class:
        return DASH
    return format_html(
        '<span class="value-cell"><span class="value-class" data-class="{0}">{0}</span> <span class="value-rank">{1}</span>{2}</span>',
        row.value_class, _("no. %(rank)s") % {"rank": row.value_rank}, _movement(row),
    )  # fmt: skip


def _movement(row: Customer):
    if not row.value_movement:
        return ""
    won = row.value_movement > 0
    said = _("Places won since the run before") if won else _("Places lost since the run before")
    drawing = icon("trending-up" if won else "trending-down", said)
    return format_html(' <span class="value-move" data-way="{}">{}{}</span>', "up" if won else "down", drawing, row.value_places)


def tags_cell(row: Customer):
    """Each word leads to the files it stands on."""
    address = reverse("customers:customer_list")
    marks = ((f"{address}?tags={tag['id']}", tag["name"]) for tag in row.tag_list)
    return format_html_join(" ", '<a class="tag-mark" href="{}">{}</a>', marks) or DASH


def complaints_cell(row: Customer):
    if not row.open_complaints:
        return DASH
    return format_html('<a href="{}?tab=complaints">{}</a>', row.get_absolute_url(), badge(row.open_complaints, "danger", "message-report"))


def brought_cell(row: Customer):
    """How many customers somebody referred, leading to them."""
    return format_html('<a href="{}?tab=network#brought">{}</a>', row.get_absolute_url(), number(row.brought_firms))


def state_today(row: Contract) -> ContractState:
    return row.state_on(port_today())


def contract_state_cell(row: Contract):
    state = state_today(row)
    return badge(state.label, *CONTRACT_BADGES[state])


def contract_cell(row: Contract):
    return format_html(
        '<span class="cell-name"><a href="{}" class="row-link">{}</a><small class="text-soft">{}</small></span>',
        row.get_absolute_url(), row.number, row.title,
    )  # fmt: skip


def decide_cell(row: Contract):
    """The day and, of a contract still to be decided on, how near it is."""
    if row.decide_by is None or row.terminated_on:
        return DASH
    days = (row.decide_by - port_today()).days
    if not 0 <= days <= NEAR_DAYS:
        return day(row.decide_by)
    return badge(day(row.decide_by), "warning", "clock")


def overdue_cell(row: Customer):
    """A figure no file of the settlement office has given is marked."""
    terms = getattr(row, "transactions", None)
    if not terms or not terms.overdue_amount or not row.overdue_typed:
        return money(terms.overdue_amount) if terms else DASH
    return format_html("{} {}", money(terms.overdue_amount), badge(_("typed by hand"), "neutral", "edit"))


def limit_of(row: ReceivablesBalance):
    terms = getattr(row.customer, "transactions", None)
    return terms.credit_limit if terms else None


def limit_cell(row: ReceivablesBalance):
    limit = limit_of(row)
    if limit is None:
        return DASH
    shown = money(limit)
    return format_html("{} {}", shown, badge(_("over"), "danger", "scale")) if row.open_total > limit else shown


def debtor_cell(row: ReceivablesBalance):
    """Leads to what the customer owes."""
    return format_html(
        '<span class="cell-name"><a href="{}?tab=terms" class="row-link">{}</a><small class="text-soft">{}</small></span>',
        row.customer.get_absolute_url(), row.customer.label, row.customer.code,
    )  # fmt: skip
