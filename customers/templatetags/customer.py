"""Badges of a customer outside lists, {% load customer %}: {{ customer|status_badge }}, |tier_badge, |value_badge."""

from django import template

from customers import cells

register = template.Library()
register.filter("status_badge", cells.status_cell)
register.filter("tier_badge", cells.tier_cell)
register.filter("value_badge", cells.value_cell)
