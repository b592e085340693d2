"""What the lists people take out as files are called, and by what filters; each app's registry names its own.

register_export("customers.contract", _("Contracts"), ContractFilter)
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from django.forms import Field
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from portcrm.pages.lists.worded import Names, conditions_in_words, look_in_words

TICKED = _("Only ticked rows")  # the filter beside it says what they were ticked among

_names: dict[str, Any] = {}
_filters: dict[str, type[FilterSet] | Mapping[str, Field]] = {}


def register_export(record: str, label: Any, filters: type[FilterSet] | Mapping[str, Field] | None = None) -> None:
    """Name the list whose Listing (or whose call of tell_export) says this record, and the filters its address is read by."""
    _names[record] = label
    if filters is not None:
        _filters[record] = filters


def name_of_list(record: str) -> str:
    """The list's name; one that a later version no longer has is shown as it was written down."""
    return str(_names.get(record, record))


def in_words(record: str, query: str, names: Names) -> dict[str, str]:
    """The parts of a list's address as people read them; of a list that is known no more, as it was written down."""
    if record not in _names:
        return {"query": unquote_plus(query)}
    return {"query": conditions_in_words(_filters.get(record, {}), query, names), **look_in_words(query, names)}


def worded(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail of an event that tells of a list, with its address in words in the place of its parameters."""
    told = {name: value for name, value in detail.items() if name != "names"}
    return told | in_words(told.get("list", ""), told.get("query", ""), detail.get("names", {}))
