"""Conditions with several values of which only some are understood: those stay in force, the others are told.

One wrong value must not switch its whole filter off: the list would show more than anybody asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.forms import Field, ModelChoiceField, ModelMultipleChoiceField, MultipleChoiceField
from django.http import QueryDict
from django_filters import FilterSet
from django_filters.widgets import SuffixedMultiWidget

from portcrm.pages.lists.filters import is_set


@dataclass(frozen=True)
class Asked:
    """What the address asks of one filter: its values by parameter, all of them and those it understands one by one."""

    values: dict[str, list[str]]
    right: dict[str, list[str]]

    @property
    def wrong(self) -> dict[str, list[str]]:
        wrong = {name: [value for value in values if value not in self.right[name]] for name, values in self.values.items()}
        return {name: values for name, values in wrong.items() if values}


def hold_right(filterset: FilterSet, data: QueryDict) -> None:
    """Keep in force what is understood of a filter another value of which is not. The form goes on telling the error."""
    form = filterset.form
    for name, field in form.fields.items():
        if name not in form.errors and is_set(form.cleaned_data.get(name)):
            continue
        asked = asked_of(field, name, data)
        if asked.wrong and any(asked.right.values()):
            try:
                form.cleaned_data[name] = field.clean(_raw(field, name, asked.right))
            except ValidationError:
                continue  # right one by one, and not together: nothing of it is understood


def asked_of(field: Field, name: str, data: QueryDict) -> Asked:
    values = {parameter: [value for value in data.getlist(parameter) if value.strip()] for parameter in parameters_of_field(field, name)}
    if sum(map(len, values.values())) < 2:  # of one value the form itself has told whether it is understood
        return Asked(values, values)
    if isinstance(field.widget, SuffixedMultiWidget):
        return Asked(values, {end: _read_at(field, name, end, given) for end, given in values.items()})
    return Asked(values, {name: _understood(field, values[name])})


def parameters_of_field(field: Field, name: str) -> list[str]:
    """The address parameters a filter reads, whether the address has them or not."""
    widget = field.widget
    return [widget.suffixed(name, end) for end in widget.suffixes] if isinstance(widget, SuffixedMultiWidget) else [name]


def _read_at(field: Field, name: str, end: str, values: list[str]) -> list[str]:
    """Of a range, what one of its ends understands."""
    return [value for value in values if _reads(field, _raw(field, name, {end: [value]}))]


def _understood(field: Field, values: list[str]) -> list[str]:
    if isinstance(field, ModelChoiceField):
        return _known(field, values)
    several = isinstance(field, MultipleChoiceField)
    return [value for value in values if _reads(field, [value] if several else value)]


def _known(field: ModelChoiceField, values: Iterable[str]) -> list[str]:
    """Those that are keys of rows on offer, in one query however many are named."""
    key = field.to_field_name or "pk"
    keys = [value for value in values if _may_be_key(field, key, value)]
    known = {str(field.prepare_value(row)) for row in field.queryset.filter(**{f"{key}__in": keys})}
    return [value for value in keys if value in known]


def _may_be_key(field: ModelChoiceField, key: str, value: str) -> bool:
    try:
        field.queryset.filter(**{key: value})
    except (ValueError, TypeError):
        return False
    return True


def _reads(field: Field, value) -> bool:
    try:
        return is_set(field.clean(value))
    except ValidationError:
        return False


def _raw(field: Field, name: str, values: dict[str, list[str]]):
    """As the field's widget would have read them out of an address with these values alone: of several, one box takes the last."""
    if isinstance(field.widget, SuffixedMultiWidget):
        return [(values.get(parameter) or [""])[-1] for parameter in parameters_of_field(field, name)]
    several = isinstance(field, (MultipleChoiceField, ModelMultipleChoiceField))
    return values[name] if several else values[name][-1]
