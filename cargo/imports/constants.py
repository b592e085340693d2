"""Values given for all rows of a file that must stand in a list the port keeps."""

from collections.abc import Callable, Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.queries.references import References, load_references
from portcrm.errors import RuleBroken
from portcrm.exchange.importing import ImportField

FIND: dict[str, Callable[[References, str], object]] = {
    "cargo_class": References.cargo_class,
    "direction": References.direction,
    "form": References.form,
    "trade_kind": References.trade,
    "transshipment": References.transshipment,
    "unit": References.unit,
}


def refuse_unlisted(constants: Mapping[str, str], fields: tuple[ImportField, ...], *, but: tuple[str, ...] = ()) -> None:
    """RuleBroken for the first value that its list does not have; fields named in `but` read theirs by themselves."""
    asked = {name: text for name, text in constants.items() if name in FIND and name not in but}
    references = load_references() if asked else None
    for field in fields:
        text = asked.get(field.name)
        if text and FIND[field.name](references, text) is None:
            said = _("{field}: “{value}” is not on the list of this field.")
            raise RuleBroken(format_lazy(said, field=field.label, value=text), field=field.name)
