"""Draws <select> without templates: Django's own include two templates for every option, and a port has hundreds of regions."""

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

SELECT = "django/forms/widgets/select.html"


class Renderer(DjangoTemplates):
    def render(self, template_name, context, request=None):
        if template_name == SELECT:
            return select(context["widget"])
        return super().render(template_name, context, request)


def select(widget: dict):
    """The HTML of Django's select.html for a widget's context."""
    groups = format_html_join("\n", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>\n{}\n</select>', widget["name"], flatatt(widget["attrs"]), groups)


def _group(name: str | None, options: list[dict]):
    drawn = format_html_join(
        "\n", '<option value="{}"{}>{}</option>', ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options)
    )
    return format_html('<optgroup label="{}">\n{}\n</optgroup>', name, drawn) if name else drawn
