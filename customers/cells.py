"""Cells of the customer list that are more than a value. Python and not templates: a page has hundreds of them."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from customers.enums import CustomerStatus, Tier
from customers.models import Customer
from portcrm.pages.formats import DASH, number
from portcrm.pages.templatetags.frame import badge, icon

STATUS_BADGES = {CustomerStatus.EXISTING: ("success", ""), CustomerStatus.LOST: ("neutral", "circle-x")}
TIER_BADGES = {Tier.KEY: ("accent", "star"), Tier.MAJOR: ("info", "chevron-up")}


def name_cell(row: Customer):
    star = format_html(" {}", icon("filled/star", _("Key account"), "pin-on")) if row.is_key_account else ""
    other = f" · {row.other_name}" if row.other_name else ""
    return format_html(
        '<span class="cell-name"><a href="{}" class="row-link">{}</a>{}<small class="text-soft">{}{}</small></span>',
        row.get_absolute_url(), row.label, star, row.code, other,
    )  # fmt: skip


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
