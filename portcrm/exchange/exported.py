"""What the lists people take out as files are called; each app's registry names its own.

register_export("customers.contract", _("Contracts"))
"""

from typing import Any

_names: dict[str, Any] = {}


def register_export(record: str, label: Any) -> None:
    """Name the list whose Listing (or whose call of tell_export) says this record."""
    _names[record] = label


def name_of_list(record: str) -> str:
    """The list's name; one that a later version no longer has is shown as it was written down."""
    return str(_names.get(record, record))
