"""Template tags of the frame; built in, so no {% load %} is needed.

{% icon "ship" %}  {% icon "ship" "Vessel" %} (with a spoken name)
{{ row.tonnes|number }} {{ x|number:2 }} {{ x|short }} {{ x|tonnes }} {{ x|money }} {{ x|money:"USD" }} {{ x|percent }}
{{ x|day }} {{ x|moment }}           2026-11-23, 2026-11-23 16:05 in the reader's zone
{% badge customer.get_status_display "success" "circle-check" %}    word, colour (success warning danger info neutral accent), shape
{% figure "Open complaints" 12 "cases" url %}                        number with unit and the rows behind it
{% chart "tonnes" url %}             see portcrm.pages.charts
{% record_tabs "customers.customer" customer %}
{% timeline "customers.customer" customer %}
{% crumbs "Customers" url "COSCO" %} label and address in turn; the last one stands alone
{% field form.name %}                one form field with label, help and errors
"""

import datetime as dt
from functools import cache, lru_cache
from html import escape
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from portcrm.addresses import record_url
from portcrm.bilingual import enumerated
from portcrm.pages import formats
from portcrm.pages.queries import sidebar
from portcrm.pages.queries.timeline import ON_RECORD
from portcrm.pages.registry import parts_of, tabs_of

register = template.Library()
COLUMN_BOX = '<label class="form-check"><input class="form-check-input" type="checkbox" name="columns" value="{}"{}>{}</label>'
ROW_BOX = (
    '<td class="row-mark"><input class="form-check-input" type="checkbox" form="bulk" name="row" value="[key]" autocomplete="off"'
    ' aria-label="{} [name]"></td>'
)
for name in ("number", "short", "tonnes", "money", "percent", "day", "moment"):
    register.filter(name, getattr(formats, name))
register.filter("enumerated", enumerated)


@cache
def sprite() -> str:
    return static("vendor/icons.svg")


@register.simple_tag
def icon(name: str, spoken: str = "", extra: str = ""):
    """A drawing of the sprite; without a spoken name it is decoration."""
    return _drawing(name, str(spoken), extra)


@lru_cache(maxsize=4096)
def _drawing(name: str, spoken: str, extra: str):
    look, href = f"icon {extra}".strip(), f"{sprite()}#{name.replace('/', '-')}"
    if spoken:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', look, spoken, href)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', look, href)


@register.simple_tag
@cache
def page_head():
    """What stands in every page's <head>: the same for everyone, so it is rendered once."""
    return mark_safe(render_to_string("components/head.html"))


@register.simple_tag
def badge(word, tone: str = "neutral", shape: str = ""):
    return _badge(str(conditional_escape(word)), tone, shape)


@lru_cache(maxsize=4096)
def _badge(escaped_word: str, tone: str, shape: str):
    drawing = icon(shape or TONE_SHAPES.get(tone, "minus"))
    return format_html('<span class="badge-mark" data-tone="{}">{}{}</span>', tone, drawing, mark_safe(escaped_word))


TONE_SHAPES = {
    "success": "circle-check",
    "warning": "alert-triangle",
    "danger": "alert-circle",
    "info": "info-circle",
    "accent": "star",
    "neutral": "minus",
}


@register.simple_tag(takes_context=True)
def nav_groups(context):
    """The sidebar's navigation: the same for everybody with the same rights at the same place, so it is rendered once."""
    frame = context["frame"]
    return _drawn_nav(frame.nav_keys, frame.here, get_language())


@lru_cache(maxsize=1024)
def _drawn_nav(keys: tuple[str, ...], here: str, _language: str):
    return mark_safe(render_to_string("components/nav_groups.html", {"groups": sidebar.nav_groups(keys, here)}))


@register.simple_tag(takes_context=True)
def create_menu(context):
    """ "+ New" with what the reader may create, and nothing for somebody who may create nothing."""
    return _drawn_creates(tuple(context["frame"].creates), get_language())


@lru_cache(maxsize=256)
def _drawn_creates(creates: tuple, _language: str):
    return mark_safe(render_to_string("components/create_menu.html", {"creates": creates}))


@register.simple_tag
def palette_box():
    return _drawn_palette(get_language())


@lru_cache(maxsize=8)
def _drawn_palette(_language: str):
    return mark_safe(render_to_string("components/palette.html"))


@register.inclusion_tag("components/figure.html")
def figure(label, value, unit="", url: str = "", note="", tone: str = "") -> dict:
    return {"label": label, "value": value, "unit": unit, "url": url, "note": note, "tone": tone}


@register.inclusion_tag("components/chart.html")
def chart(identifier: str, url: str, height: str = "medium") -> dict:
    return {"id": identifier, "url": url, "height": height}


@register.inclusion_tag("components/record_tabs.html", takes_context=True)
def record_tabs(context, record: str, instance) -> dict:
    """The tabs registered for this kind of record, after its overview; pages/record.html fetches the one named by ?tab=."""
    request = context["request"]
    tabs = [(tab, record_url(tab.url_name, instance.pk)) for tab in tabs_of(record, request.user)]
    asked = request.GET.get("tab", "")
    open_tab = next((pair for pair in tabs if pair[0].key == asked), None)
    context["frame"].open_tab = open_tab
    return {"tabs": tabs, "open_key": open_tab[0].key if open_tab else "", "path": request.path}


@register.inclusion_tag("components/record_parts.html", takes_context=True)
def record_parts(context, record: str, instance) -> dict:
    """What other apps show on the page of a record that has no tabs, one below the other, each fetched after the page."""
    return {"parts": [(part, record_url(part.url_name, instance.pk)) for part in parts_of(record, context["request"].user)]}


@register.inclusion_tag("components/timeline.html", takes_context=True)
def timeline(context, record: str, instance, until: dt.datetime | None = None) -> dict:
    """The merged timeline of a record, fetched after the page, as its address asks for it; with `until` as far as a moment."""
    asked = context["request"].GET
    query = {name.removeprefix(ON_RECORD): asked[name] for name in asked if name.startswith(ON_RECORD)}
    query |= {"until": until.isoformat()} if until else {}
    return {"url": f"{reverse('pages:timeline', args=[record, instance.pk])}{f'?{urlencode(query)}' if query else ''}"}


@register.inclusion_tag("components/crumbs.html")
def crumbs(*parts) -> dict:
    pairs = [(parts[index], parts[index + 1] if index + 1 < len(parts) else "") for index in range(0, len(parts), 2)]
    return {"crumbs": pairs}


@register.inclusion_tag("components/pin.html", takes_context=True)
def pin_button(context, instance) -> dict:
    """Star of a record page: keeps the record in the sidebar."""
    record = instance._meta.label_lower
    return {
        "record": record,
        "pk": instance.pk,
        "pinned": context["frame"].is_pinned(record, instance.pk),
        "csrf_token": context.get("csrf_token"),
    }


SORT_SHAPES = {"ascending": "arrow-up", "descending": "arrow-down", "": "arrows-sort"}


@register.simple_tag
def list_heads(listing):
    """The headings of a list, each leading to the list sorted by it where it can be."""
    heads = []
    for column in listing.columns:
        css_class = mark_safe(' class="numeric"') if column.numeric else ""
        ordering = listing.ordering_of(column)
        if ordering is None:
            heads.append(format_html('<th scope="col"{}>{}</th>', css_class, column.label))
            continue
        direction = listing.direction_of(ordering)
        sorted_so = format_html(' aria-sort="{}"', direction) if direction else ""
        link = format_html('<a href="{0}" hx-get="{0}">{1}{2}</a>', listing.sort_url(ordering), column.label, icon(SORT_SHAPES[direction]))
        heads.append(format_html('<th scope="col"{}{}>{}</th>', css_class, sorted_so, link))
    return mark_safe("\n".join(heads))  # every part is escaped above


@register.simple_tag(takes_context=True)
def list_rows(context, listing):
    """The rows of a list. Written here and not as a template: hundreds of cells are most of what a list page costs."""
    columns = []
    for column in listing.columns:
        css_class = format_html(' class="{}"', column.css_class) if column.css_class else ""
        edits = format_html(' data-edit="{}"', column.edits) if column.edits in listing.editable else ""
        opening = format_html('<td data-label="{}"{}{}>', column.label, css_class, edits)
        columns.append((opening, column, _cell_writer(context, column)))
    box = format_html(ROW_BOX, gettext("Tick")) if listing.bulk else ""
    lines, place = [], listing.row_query
    for row in listing.rows:
        mark = box.replace("[key]", str(row.pk)).replace("[name]", escape(str(row))) if box else ""
        cells = "".join(f"{opening}{write(column, row)}</td>" for opening, column, write in columns)
        if place:
            cells = cells.replace(f'href="{(address := row.get_absolute_url())}"', f'href="{address}{place}"')
        lines.append(f"<tr>{mark}{cells}</tr>\n")
    return mark_safe("".join(lines))  # every part is escaped above


def _cell_writer(context, column):
    if column.html:
        return _own_html
    if not column.template:
        return _linked_text if column.link else _text
    compiled = context.template.engine.get_template(column.template)

    def write(column, row):
        with context.push(row=row, value=column.raw(row), column=column):
            return compiled.render(context)

    return write


def _own_html(column, row):
    shown = column.html(row)
    return shown if shown.__class__ is SafeString else conditional_escape(shown)


def _text(column, row):
    return escape(column.text(row))  # of the standard library: Django's looks for lazy texts first


def _linked_text(column, row):
    return format_html('<a href="{}" class="row-link">{}</a>', row.get_absolute_url(), column.text(row))


def cell_html(column, row) -> str:
    """What stands in one cell, for a page that draws it again; of a column that needs no template."""
    return (_own_html if column.html else _text)(column, row)


@register.simple_tag
def column_boxes(listing):
    """A box to tick for every column a list offers."""
    shown = {column.key for column in listing.columns}
    boxes = ((column.key, mark_safe(" checked") if column.key in shown else "", column.label) for column in listing.all_columns)
    return format_html_join("", COLUMN_BOX, boxes)


@register.simple_tag(takes_context=True)
def changed_query(context, **changes):
    """This page's query string with some parameters changed; None or "" removes one."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "") -> dict:
    """One form field: label above, help under, errors beside it."""
    widget = bound.field.widget
    kind = next((kind for kind, types in FIELD_KINDS.items() if isinstance(widget, types)), "text")
    extra = " is-invalid" if bound.errors else ""
    attributes = {"class": f"{widget.attrs.get('class', '')} {FIELD_CLASSES[kind]}{extra}".strip()}
    grouped = kind == "choices" or bool(getattr(widget, "widgets", None))
    return {"field": bound, "kind": kind, "widget": bound.as_widget(attrs=attributes), "hint": hint, "grouped": grouped}


FIELD_KINDS = {
    "choices": (RadioSelect, CheckboxSelectMultiple),
    "check": CheckboxInput,
    "select": Select,
    "file": FileInput,
}
FIELD_CLASSES = {
    "choices": "choices",
    "check": "form-check-input",
    "select": "form-select",
    "file": "form-control",
    "text": "form-control",
}


@register.simple_tag
def field_groups(form):
    """The bound fields of each of form.fieldsets = ((label, (name, …)), …)."""
    return [(label, [form[name] for name in names if name in form.fields]) for label, names in form.fieldsets]
