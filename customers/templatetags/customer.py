"""Badges of a customer outside lists, {% load customer %}: {{ customer|status_badge }}, |tier_badge, |value_badge; of a contract
{{ contract|contract_badge }}, |decide_badge. On pages of other apps {% credit_mark customer %} warns of a credit hold or of delay."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from customers import cells
from customers.models import CreditHold, TransactionStatus
from portcrm.pages.templatetags.frame import badge

register = template.Library()
register.filter("status_badge", cells.status_cell)
register.filter("tier_badge", cells.tier_cell)
register.filter("value_badge", cells.value_cell)
register.filter("contract_badge", cells.contract_state_cell)
register.filter("decide_badge", cells.decide_cell)


@register.simple_tag(takes_context=True)
def credit_mark(context, customer):
    """Who works on a lead or a complaint sees that the customer gets no credit, or should be looked at; nothing where all is well."""
    if customer is None:
        return ""
    user, address = context["request"].user, f"{customer.get_absolute_url()}?tab=terms"
    if CreditHold.objects.visible_to(user).in_force().filter(customer=customer).exists():
        return format_html(' <a href="{}">{}</a>', address, badge(_("on credit hold"), "danger", "lock"))
    if TransactionStatus.objects.visible_to(user).late_for_hold().filter(customer=customer).exists():
        return format_html(' <a href="{}">{}</a>', address, badge(_("credit hold proposed"), "warning", "lock"))
    return ""
