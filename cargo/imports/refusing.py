"""Rows of a file that cannot be taken in, and the customer that a row names."""

from collections.abc import Callable, Collection, Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.models import Movement
from cargo.queries.parties import party_text


class Refused(Exception):
    """A row that cannot be taken in, with the sentence for its author and the field it concerns."""

    def __init__(self, message, field: str = ""):
        super().__init__(message)
        self.message, self.field = message, field


def customer_named(written: str, field: str, *, ids: Mapping[str, int], ambiguous: Collection[str]) -> int:
    """The customer by code or name, out of what was looked up for the file's rows; Refused where none or several fit."""
    name = party_text(written)
    if name in ambiguous:
        raise Refused(_("Several customer files have this name; write the customer code."), field)
    if name not in ids:
        raise Refused(_("There is no customer file with this code or name."), field)
    return ids[name]


def direction_named(written: str, find: Callable[[str], Movement | None]) -> str:
    """Inbound or outbound, by the port's list of what files write for it; Refused for any other word."""
    found = find(written)
    if found is None:
        raise Refused(format_lazy(_("“{value}” is not on the list of this field."), value=written), "direction")
    return found.pk
