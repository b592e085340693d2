"""Charts: a view serves figures, the browser draws them, and the same figures stand in a table beside the picture.

    def tonnes_chart(request):
        rows = …  # stored results
        return Chart(
            title=_("Containers carried the growth of the last 12 months"),   # the finding
            n=len(rows), unit=_("tonnes"),
            option={"xAxis": {"type": "category", "data": months}, "yAxis": {"type": "value"},
                    "series": [{"type": "bar", "name": _("Tonnes"), "data": tonnes}]},
            columns=[_("Month"), _("Tonnes")], rows=[[month, figure], …],
        ).response()

In the template: {% chart "tonnes-chart" url %} (optional third argument: height small, medium or tall).
`option` is ECharts' own; colours, fonts, axes and tooltips of both themes are added in the browser, so leave them out.
"""

from dataclasses import dataclass, field

from django.core.serializers.json import DjangoJSONEncoder
from django.http import JsonResponse


@dataclass(frozen=True)
class Chart:
    """`title` states the finding, `n` the number of observations behind it; `columns` and `rows` are its table."""

    title: str
    n: int
    option: dict
    columns: list[str]
    rows: list[list]
    unit: str = ""
    note: str = ""
    links: list[str] = field(default_factory=list)  # per row: the address of the rows behind the figure

    def response(self) -> JsonResponse:
        table = {"columns": self.columns, "rows": self.rows, "links": self.links}
        return JsonResponse(
            {"title": self.title, "n": self.n, "unit": self.unit, "note": self.note, "option": self.option, "table": table},
            encoder=DjangoJSONEncoder,
        )
