"""What customer files may say of cargo classes."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from customers.models.cargo_class import listed_classes
from portcrm.errors import RuleBroken


def refuse_unknown_classes(codes: Iterable[str], *, held: Collection[str] = (), field: str = "cargo_class") -> None:
    """RuleBroken for a code that the port's list does not have, and for one out of use unless it is `held` already.

    No foreign key guards it: the list is kept above this app.
    """
    for code in codes:
        listed = listed_classes().get(code)
        if listed is None:
            raise RuleBroken(_("The list of cargo classes has no “%(code)s”.") % {"code": code}, field=field)
        if not listed.in_use and code not in held:
            raise RuleBroken(_("The cargo class “%(name)s” is out of use.") % {"name": listed.label}, field=field)
