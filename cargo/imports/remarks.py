"""What an import remarks without refusing: nothing is wrong with an old file that names an old class, and somebody should know."""

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.models import CargoClass, Shipment, StatisticValue
from cargo.queries.retired import retired_in_import
from portcrm.exchange.importing import SummaryLine
from portcrm.pages.formats import number


def retired_classes(run_id: int, model: type[Shipment | StatisticValue]) -> list[SummaryLine]:
    """A line for each class out of use that the file brings rows of."""
    return [_line(one, rows) for one, rows in retired_in_import(run_id, model)]


def _line(one: CargoClass, rows: int) -> SummaryLine:
    name = lazy(lambda: one.label, str)()  # in the language of whoever reads the line
    said = format_lazy(_("{code} {name}: {rows} rows"), code=one.code, name=name, rows=number(rows))
    return SummaryLine(label=_("Cargo class out of use"), value=said, ok=False)
