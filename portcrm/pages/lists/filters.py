"""Filters of a list as chips, and the form that sets them."""

from collections.abc import Callable, Iterable

from django.db.models import Model, QuerySet
from django.forms import CheckboxSelectMultiple, Field, ModelMultipleChoiceField, MultiWidget, NullBooleanField, Select, SelectMultiple
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django_filters import FilterSet
from django_filters.widgets import SuffixedMultiWidget

from portcrm.bilingual import enumerated
from portcrm.pages import formats
from portcrm.pages.lists.columns import Chip

RANGE_ENDS = ("", "_min", "_max", "_after", "_before")
MOST_BOXES = 24
NOTHING = (None, "", [], (), {})


def parameters_of(name: str, data: QueryDict) -> list[str]:
    """The address parameters one filter reads: its own name, or the two ends of a range."""
    return [f"{name}{end}" for end in RANGE_ENDS if f"{name}{end}" in data]


def parameters_read(filterset: FilterSet) -> set[str]:
    """Every address parameter these filters read; of a range that is its ends alone."""
    widgets = {name: field.widget for name, field in filterset.form.fields.items()}
    return {
        parameter
        for name, widget in widgets.items()
        for parameter in ([widget.suffixed(name, end) for end in widget.suffixes] if isinstance(widget, SuffixedMultiWidget) else [name])
    }


def asked_filters(
    filterset_class: type[FilterSet], data: QueryDict, request: HttpRequest, rows: Callable[[], QuerySet], *, always: bool
) -> FilterSet:
    """The filters the address `data` names, and no others: an instance copies and builds all it has, a page seldom asks for one. Where it
    asks for none, the rows are put together only if the set may narrow them unasked, `always`."""
    asked = {name: each for name, each in filterset_class.base_filters.items() if parameters_of(name, data)}
    filterset = filterset_class.__new__(filterset_class)
    filterset.base_filters = asked
    filterset.__init__(data, queryset=rows() if asked or always else None, request=request)
    return filterset


def chips_of(filterset, data: QueryDict, url: Callable[..., str]) -> list[Chip]:
    """A chip for every value that narrows the list, in the order of the filters."""
    if filterset is None or not filterset.form.is_bound:
        return []
    filterset.form.is_valid()
    chips = []
    for name, field in filterset.form.fields.items():
        value = filterset.form.cleaned_data.get(name)
        if not is_set(value):
            continue
        label = str(field.label or filterset.filters[name].label or name)
        chips += _chips(name, field, label, value, data, url)
    return chips


def ease_choosing(filterset) -> None:
    """Boxes to tick instead of a list to hold Ctrl in; yes, no or any instead of "unknown"."""
    for field in filterset.form.fields.values():
        if isinstance(field.widget, MultiWidget):
            _name_ends(field)
        if isinstance(field, NullBooleanField):
            field.widget = Select(choices=[("", _("Any")), ("true", _("Yes")), ("false", _("No"))])
        elif type(field.widget) is SelectMultiple and not isinstance(field, ModelMultipleChoiceField) and len(field.choices) <= MOST_BOXES:
            field.widget = CheckboxSelectMultiple(choices=field.choices)


def _name_ends(field: Field) -> None:
    """A range has two boxes under one label; each is spoken with its end."""
    for widget, name in zip(field.widget.widgets, (_("%(label)s, from"), _("%(label)s, to")), strict=False):
        widget.attrs["aria-label"] = name % {"label": field.label}


def is_set(value) -> bool:
    if isinstance(value, slice):
        return value.start is not None or value.stop is not None
    if isinstance(value, Iterable) and not isinstance(value, str):
        return bool(list(value))
    return value not in NOTHING


def _chips(name: str, field: Field, label: str, value, data: QueryDict, url: Callable[..., str]) -> list[Chip]:
    chosen = data.getlist(name)
    if len(chosen) > 1 and isinstance(value, (list, tuple, QuerySet)):  # of a filter with one value the last in the address counts
        texts = _texts(field, value)
        return [Chip(label, texts.get(word, word), url(**{name: [other for other in chosen if other != word]})) for word in texts]
    without = dict.fromkeys(parameters_of(name, data))
    return [Chip(label, text_of(field, value), url(**without))]


def _texts(field: Field, value) -> dict[str, str]:
    if all(isinstance(item, Model) for item in value):
        return {str(item.pk): field.label_from_instance(item) for item in value}
    return {str(item): _choice_label(field, item) for item in value}


def text_of(field: Field, value) -> str:
    """A cleaned value as a chip says it."""
    if isinstance(value, slice):
        start, stop = (_plain(end) for end in (value.start, value.stop))
        if start and stop:
            return f"{start} – {stop}"
        return f"≥ {start}" if start else f"≤ {stop}"
    if isinstance(value, Model):
        return field.label_from_instance(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return enumerated(_texts(field, list(value)).values())
    return _choice_label(field, value)


def _choice_label(field: Field, value) -> str:
    for key, label in getattr(field, "choices", ()):
        if isinstance(label, (list, tuple)):
            for inner_key, inner in label:
                if str(inner_key) == str(value):
                    return str(inner)
        elif str(key) == str(value):
            return str(label)
    return _plain(value)


def _plain(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if hasattr(value, "isoformat"):
        return formats.day(value)
    return formats.number(value) if not isinstance(value, str) else value
