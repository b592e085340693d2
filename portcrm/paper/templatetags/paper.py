"""What printed forms draw: {% load paper %} {% qr address %}."""

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def qr(address: str) -> SafeString:
    """The QR code of an address, as a drawing in the page."""
    drawing = segno.make(address, error="m").svg_inline(scale=3, border=0, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(drawing)  # made by segno of black squares, no text of anybody in it
