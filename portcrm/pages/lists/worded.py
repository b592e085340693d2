"""The address of a list in words, for who reads later what was asked of it: labels in the reader's language.

Choices and labels are those of the filters. What records, columns and orders are called is kept when the list is used (`names_in`):
they may be gone by then, and to read a page of the log asks for none of them.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import Field, Form, ModelChoiceField
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django_filters import FilterSet

from portcrm.bilingual import both, enumerated, reads_chinese, said
from portcrm.pages.lists.columns import Column
from portcrm.pages.lists.filters import is_set, parameters_of, text_of
from portcrm.pages.lists.keyset import Ordering
from portcrm.pages.lists.partly import parameters_of_field
from portcrm.pages.lists.unread import LOOK_STATE

Names = Mapping[str, Mapping[str, dict[str, str]]]  # parameter -> its value -> what it is called in both languages


def names_in(listing: Any) -> dict[str, dict[str, dict[str, str]]]:
    """What is called how in the address of this list."""
    return names_asked(listing.filterset, listing.request.GET, listing.all_columns, listing.orderings)


def names_asked(
    filterset: FilterSet | None, data: QueryDict, columns: Iterable[Column], orderings: Iterable[Ordering]
) -> dict[str, dict[str, dict[str, str]]]:
    """What is called how in an address: records chosen in filters, the columns and the order asked for."""
    names: dict[str, dict[str, dict[str, str]]] = {}
    form = filterset.form if filterset is not None else Form({})
    form.is_valid()
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if isinstance(field, ModelChoiceField) and is_set(value):
            rows = [value] if isinstance(value, Model) else list(value)
            names[name] = {str(field.prepare_value(row)): both(lazy(field.label_from_instance, str)(row)) for row in rows}
    if asked := _columns(data):
        names["columns"] = {column.key: both(column.label) for column in columns if column.key in asked}
    if asked := _order(data):
        names["sort"] = {ordering.key: both(ordering.label) for ordering in orderings if ordering.key == asked}
    return names


def fields_asked(filters: type[FilterSet] | Mapping[str, Field], data: QueryDict) -> Mapping[str, Field]:
    """The fields the address names; those of a filter set are made anew, and of its many only these."""
    if not isinstance(filters, type):
        return {name: field for name, field in filters.items() if name in data}
    filterset = filters.__new__(filters)
    filterset.base_filters = {name: each for name, each in filters.base_filters.items() if parameters_of(name, data)}
    filterset.__init__()
    return filterset.form.fields


def parsed(query: str) -> QueryDict:
    """An address as it was stored. However many parameters it has it is read: a limit is for who sends one, and who reads the log
    later did not send this one."""
    data = QueryDict(mutable=True)
    for name, value in parse_qsl(query, keep_blank_values=True):
        data.appendlist(name, value)
    return data


def conditions_in_words(filters: type[FilterSet] | Mapping[str, Field], query: str, names: Names) -> str:
    """ "Status: Existing · Account manager: Wang"; a condition no filter reads any more stands as it was written."""
    data = parsed(query)
    fields = fields_asked(filters, data)
    told = [(str(field.label or name), _told(field, name, data, names.get(name, {}))) for name, field in fields.items()]
    read = {parameter for name, field in fields.items() for parameter in parameters_of_field(field, name)} | set(LOOK_STATE)
    told += [(name, enumerated(filter(None, data.getlist(name)))) for name in data if name not in read]
    after = "：" if reads_chinese() else ": "
    return " · ".join(f"{label}{after}{text}" for label, text in told if text)


def look_in_words(query: str, names: Names) -> dict[str, str]:
    """The columns and the order asked for."""
    data = parsed(query)
    order = _name(names.get("sort", {}), _order(data))
    return {
        "columns": enumerated(_name(names.get("columns", {}), key) for key in _columns(data)),
        "sort": _("%(order)s, reversed") % {"order": order} if data.get("sort", "").startswith("-") else order,
    }


def _columns(data: QueryDict) -> list[str]:
    return [key for key in ",".join(data.getlist("columns")).split(",") if key]


def _order(data: QueryDict) -> str:
    return data.get("sort", "").removeprefix("-")


def _told(field: Field, name: str, data: QueryDict, names: Mapping[str, dict[str, str]]) -> str:
    asked = [value for parameter in parameters_of_field(field, name) for value in data.getlist(parameter) if value]
    if names or isinstance(field, ModelChoiceField):
        return enumerated(_name(names, key) for key in asked)
    try:
        value = field.clean(field.widget.value_from_datadict(data, {}, name))
    except ValidationError:
        return enumerated(asked)
    return text_of(field, value) if is_set(value) else enumerated(asked)


def _name(names: Mapping[str, dict[str, str]], key: str) -> str:
    return said(names[key]) if key in names else key
