"""Template tags of the frame."""

from django import template

from portcrm.pages.registry import tabs_of

register = template.Library()


@register.inclusion_tag("components/record_tabs.html", takes_context=True)
def record_tabs(context, record: str, instance) -> dict:
    request = context["request"]
    return {"tabs": tabs_of(record, request.user), "record": instance, "open_tab": request.GET.get("tab", "")}
