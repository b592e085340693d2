"""Radars of concerns and needs; each title says what the figures say."""

from django.utils.translation import gettext as _

from customers.enums import Level, Side
from customers.queries.needs import MatterRow, Standpoints, one_decimal
from portcrm.pages.charts import Chart
from portcrm.pages.formats import DASH


def _radar(rows: list[MatterRow], lines: list[tuple[str, list[float | None]]]) -> dict:
    """One closed line a name; an axis nobody has judged reaches the middle."""
    return {
        "legend": {},
        "tooltip": {"trigger": "item"},
        "radar": {"indicator": [{"name": row.matter.label, "min": 0, "max": max(Level.values)} for row in rows], "splitNumber": 5},
        "series": [{"type": "radar", "data": [{"name": name, "value": [value or 0 for value in values]} for name, values in lines]}],
    }


def concerns_chart(points: Standpoints) -> Chart:
    """Nine concerns, a line for each department."""
    rows, names = points.concerns, [one.label for one in points.departments]
    lines = [(name, [row.weights[place].score if row.weights[place] else None for row in rows]) for place, name in enumerate(names)]
    n = sum(row.weight.n for row in rows if row.weight)
    table = [
        [row.matter.label, *(one.score if one else None for one in row.weights), _agreement(row)] for row in rows
    ]  # fmt: skip
    return Chart(
        title=concerns_finding(points), n=n, option=_radar(rows, lines), columns=[_("Concern"), *names, _("Agreement")],
        rows=table if n else [], note=_("weight 1 to 5; the middle means not weighed"), links=[points.address(row.matter) for row in rows],
    )  # fmt: skip


def _agreement(row: MatterRow) -> str:
    if row.weight is None or row.weight.agreed is None:
        return DASH
    return _("agreed") if row.weight.agreed else _("apart")


def concerns_finding(points: Standpoints) -> str:
    """What the radar of concerns shows, in one sentence."""
    heaviest, apart = points.heaviest, [row for row in points.disagreements if row in points.concerns]
    if not heaviest:
        return _("Concerns of this customer")
    if apart:
        return _("Departments differ most on %(sentence)s") % {"sentence": apart[0].sentence}
    said = {"matter": heaviest[0].matter.label, "weight": one_decimal(heaviest[0].weight.mean)}
    if any(row.weight.n > 1 for row in heaviest):
        return _("Departments agree; the heaviest concern is %(matter)s (%(weight)s)") % said
    return _("The heaviest concern is %(matter)s (%(weight)s), as one department sees it") % said


def needs_radar(points: Standpoints) -> Chart:
    """Eight service needs: the weight the customer gives against what we deliver, means of the departments."""
    rows = points.needs
    means = [(row, row.weight.mean if row.weight else None, row.delivered.mean if row.delivered else None) for row in rows]
    weight_label, delivered_label = Side.WEIGHT.label, Side.DELIVERED.label
    lines = [(weight_label, [weight for _row, weight, _done in means]), (delivered_label, [done for *_rest, done in means])]
    n = sum(spread.n for row in rows for spread in (row.weight, row.delivered) if spread)
    table = [[row.matter.label, _rounded(weight), _rounded(done), _rounded(row.gap)] for row, weight, done in means]
    return Chart(
        title=needs_finding(points), n=n, option=_radar(rows, [(name, [_rounded(one) for one in values]) for name, values in lines]),
        columns=[_("Service need"), weight_label, delivered_label, _("Gap")], rows=table if n else [],
        note=_("means of the departments, 1 to 5; the middle means not judged"), links=[points.address(row.matter) for row in rows],
    )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def needs_finding(points: Standpoints) -> str:
    """What the radar of needs shows, in one sentence."""
    if points.shortfalls:
        return _("We fall short most on %(sentence)s") % {"sentence": points.shortfalls[0].gap_sentence}
    if any(row.gap is not None for row in points.needs):
        return _("What we deliver keeps up with what weighs for the customer")
    return _("Service needs of this customer")
