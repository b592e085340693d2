"""The explorer's table as a picture: its heaviest lines stacked over the columns."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cargo.queries.explorer import TIMES, Measure
from cargo.queries.pivot import Cell, Line, Pivot
from cargo.views.charts import stacked
from portcrm.pages import formats
from portcrm.pages.charts import Chart

NAMED = 7  # colours that can be told apart
MONEY = (Measure.REVENUE, Measure.COST)


def pivot_chart(pivot: Pivot) -> Chart:
    measure = pivot.question.measure
    return Chart(
        title=finding(pivot),
        n=pivot.rows,
        unit=str(_("tonnes") if measure == Measure.TONNES else measure.label),
        option=_option(pivot),
        columns=[str(pivot.question.down.label), *(column.label for column in pivot.columns)],
        rows=[[line.head.label, *(_plain(cell.value) for cell in line.cells)] for line in pivot.lines],
    )


def finding(pivot: Pivot) -> str:
    """Which line weighs most, or which time; nothing is claimed of a table without figures."""
    known = [line for line in pivot.lines if line.total.value and line.head.rows_behind is not None]
    if not known or not pivot.total.value:
        return _("No cargo in this period")
    top = max(known, key=lambda line: line.total.value)
    if pivot.question.down in TIMES:
        return _("Most in %(when)s: %(amount)s") % {"when": top.head.label, "amount": amount(pivot, top.total.value)}
    share = {"line": top.head.label, "share": formats.percent(top.total.value / pivot.total.value)}
    return _("%(line)s: %(share)s of all") % share


def amount(pivot: Pivot, value: Decimal) -> str:
    if pivot.question.measure in MONEY:
        return formats.money(value, digits=0)
    return formats.tonnes(value) if pivot.question.measure == Measure.TONNES else formats.number(round(value))


def _option(pivot: Pivot) -> dict:
    """Time runs to the right, whichever side of the table it stands on."""
    if pivot.question.down in TIMES:
        series = [(head.label, _values(line.cells[place] for line in pivot.lines)) for place, head in enumerate(pivot.columns)]
        return stacked([line.head.label for line in pivot.lines], series)
    named, rest = pivot.lines[:NAMED], pivot.lines[NAMED:]
    series = [(line.head.label, _values(line.cells)) for line in named]
    if rest:
        series.append((pgettext("explorer", "The rest"), _together(rest)))  # a cargo class is called "other"
    return stacked([column.label for column in pivot.columns], series)


def _values(cells: Iterable[Cell]) -> list[Decimal]:
    return [cell.value or Decimal(0) for cell in cells]


def _together(lines: list[Line]) -> list[Decimal]:
    return [sum(column, Decimal(0)) for column in zip(*(_values(line.cells) for line in lines), strict=True)]


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
