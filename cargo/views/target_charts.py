"""Pictures of the annual task; each title states what they show."""

from decimal import Decimal
from itertools import accumulate
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cargo.queries.completion import Completion, Line
from cargo.queries.targets import MONTHS
from portcrm.pages import formats
from portcrm.pages.charts import Chart

Figures = list[float | None]


def unit_words(unit: str) -> str:
    return "TEU" if unit == "teu" else _("tonnes")


def name_of(line: Line) -> str:
    return line.cargo_class.short if line.cargo_class else _("All classes")


def finding(found: Completion, line: Line) -> str:
    """How far the year's task is done and where it is heading, in a sentence."""
    names = {"class": name_of(line), "year": found.slot.year, "done": formats.percent(line.of_year.completion)}
    if line.task.of_year is None:
        return _("%(class)s: no task is set for %(year)s") % names
    if line.of_year.completion is None:
        return _("%(class)s: nothing of %(year)s can be told yet") % names
    if line.gap is None or found.through == MONTHS[-1] or not line.task.of_year:
        return _("%(class)s: %(done)s of the task of %(year)s is done") % names
    names["end"] = formats.percent(line.projected / line.task.of_year)
    return _("%(class)s: %(done)s of the task of %(year)s is done, the year heads for %(end)s") % names


def slot_query(found: Completion) -> dict[str, object]:
    """What the address of a page about the same slot says."""
    slot = found.slot
    said = {"year": slot.year, "unit": slot.unit, "direction": slot.direction, "customer": slot.customer_id, "manager": slot.manager_id}
    return {name: value for name, value in said.items() if value}


def bullets_chart(found: Completion) -> Chart:
    """A bullet for each class with a task: what is handled and projected, the year before, all as a share of the task."""
    lines = [line for line in (found.whole, *found.lines) if line.task.of_year]
    n = sum(1 for line in lines if line.cargo_class)
    query = f"?{urlencode(slot_query(found))}"
    return Chart(
        title=finding(found, found.whole),
        n=n,
        unit=_("per cent of the year's task"),
        note=_("thin bar: handled; band: projected year end; wide bar: year before; diamond: projection"),
        option=_bullets_option(lines[::-1]) if lines else {"series": []},
        columns=[
            _("Cargo class"),
            _("Task of the year"),
            _("Handled"),
            _("Projected"),
            _("From"),
            _("To"),
            _("Whole year before"),
            _("Gap"),
        ],
        rows=[[name_of(line), *map(_float, _ends(line))] for line in lines],
        links=[reverse("cargo:target_class", args=[line.code or "all"]) + query for line in lines],
    )


def _ends(line: Line) -> tuple:
    band = (line.projection.low, line.projection.high) if line.projection else (None, None)
    return line.task.of_year, line.of_year.handled, line.projected, *band, line.of_year.before, line.gap


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _bullets_option(upward: list[Line]) -> dict:
    """Each bar on an axis of its own, so that bars of three widths lie on one another."""
    names = [name_of(line) for line in upward]
    hidden = {"type": "category", "data": names, "show": False, "axisLabel": {"show": False}}  # its names would keep their room
    return {
        "grid": {"left": 8, "right": 24, "top": 48, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "min": 0, "axisLabel": {"formatter": "{value}%", "hideOverlap": True}},
        "yAxis": [{"type": "category", "data": names}, hidden, hidden],
        "legend": {"data": [_("Whole year before"), _("Projected band"), _("Handled"), _("Projected")]},
        "series": _bullets(upward),
    }


def _bullets(upward: list[Line]) -> list[dict]:
    before, handled, projected = (
        [_share(line, value) for line, value in zip(upward, values, strict=True)]
        for values in zip(*((line.of_year.before, line.of_year.handled, line.projected) for line in upward), strict=True)
    )
    low, high = ([_share(line, getattr(line.projection, edge, None)) for line in upward] for edge in ("low", "high"))
    widths = [None if end is None or start is None else round(end - start, 1) for start, end in zip(low, high, strict=True)]
    task_line = {"symbol": "none", "silent": True, "data": [{"xAxis": 100, "label": {"formatter": _("task"), "position": "end"}}]}
    diamond = {"type": "scatter", "symbol": "diamond", "symbolSize": 11}
    return [
        _bar(_("Whole year before"), before, 0, 22, itemStyle={"opacity": 0.25}),
        _bar("", low, 1, 14, stack="band", itemStyle={"color": "transparent"}, tooltip={"show": False}),
        _bar(_("Projected band"), widths, 1, 14, stack="band", itemStyle={"opacity": 0.45}),
        _bar(_("Handled"), handled, 2, 7, markLine=task_line),
        {"name": _("Projected"), "data": projected, **diamond},
    ]


def _bar(name: str, data: Figures, axis: int, width: int, **more) -> dict:
    return {"type": "bar", "name": name, "data": data, "yAxisIndex": axis, "barWidth": width, **more}


def _share(line: Line, value: Decimal | None) -> float | None:
    """Per cent of the year's task."""
    return None if value is None or not line.task.of_year else round(float(100 * value / line.task.of_year), 1)


def months_chart(found: Completion, line: Line) -> Chart:
    """Cumulative curves of one class: the task, what is handled, the year before, and what is projected from there."""
    curves = {
        _("Task"): _climbing(line.months),
        _("Handled"): _climbing(line.handled[: found.through]),
        _("Year before"): _climbing(line.before),
        _("Projected"): _projected(found, line),
    }
    months = [f"{found.slot.year}-{month:02d}" for month in MONTHS]
    return Chart(
        title=_standing(found, line),
        n=found.through,
        unit=_("%(unit)s since January") % {"unit": unit_words(found.slot.unit)},
        note=_("The months of the task are spread by those of the year before.") if line.is_spread else "",
        option={
            "xAxis": {"type": "category", "data": [f"{month}" for month in MONTHS]},
            "yAxis": {"type": "value"},
            "series": [{"type": "line", "name": name, "data": data, "showSymbol": False} | _look(name) for name, data in curves.items()],
        },
        columns=[_("Month"), *curves],
        rows=[[month, *row] for month, row in zip(months, zip(*(_padded(data) for data in curves.values()), strict=True), strict=True)],
    )


def _look(name: str) -> dict:
    if name == _("Handled"):
        return {"areaStyle": {"opacity": 0.12}, "showSymbol": True}
    return {"lineStyle": {"type": "dashed" if name in (_("Projected"), _("Task")) else "dotted"}}


def _climbing(year) -> Figures:
    """Sums from January on, up to the first month without a figure."""
    known = year[: list(year).index(None)] if None in year else year
    return [float(figure) for figure in accumulate(known)]


def _padded(data: Figures) -> Figures:
    return [*data, *[None] * (len(MONTHS) - len(data))]


def _projected(found: Completion, line: Line) -> Figures:
    """From where the projection took over to the year's end; only beside the months it rested on."""
    if line.projection is None or line.projection.projected is None:
        return []
    start = len(MONTHS) - len(line.projection.months)
    begun = float(line.projection.handled)
    climbed = accumulate((month["quantity"] for month in line.projection.months), initial=begun)
    return [*[None] * (start - 1), *climbed] if start else list(climbed)[1:]


def _standing(found: Completion, line: Line) -> str:
    sums = line.cumulative
    if sums.task is None or sums.handled is None:
        return finding(found, line)
    names = {
        "class": name_of(line),
        "figure": formats.short(abs(sums.handled - sums.task)),
        "unit": unit_words(found.slot.unit),
        "month": found.through,
    }
    if sums.handled < sums.task:
        return _("%(class)s is %(figure)s %(unit)s behind its task by the end of month %(month)s") % names
    return _("%(class)s is %(figure)s %(unit)s ahead of its task by the end of month %(month)s") % names
