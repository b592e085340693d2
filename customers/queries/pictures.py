"""The rows of the customer list as a board and as a chart: the same filters, counted in the database."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.enums import CustomerStatus, Tier
from customers.models import Customer
from portcrm.bilingual import pick
from portcrm.pages.charts import Chart
from portcrm.pages.formats import DASH, number
from portcrm.pages.lists.columns import Count as Counted
from portcrm.pages.lists.keyset import sort_keys

MOST_BARS = 15
LANE_FIELDS = ("code", "name_zh", "name_en", "is_key_account", "status", "tier", "value_class", "tonnes_12m", "last_contact_on")


@dataclass(frozen=True)
class Lane:
    """A column of the board: its cards, how many there are, and where the further ones are fetched."""

    status: CustomerStatus
    cards: list[Customer]
    count: Counted
    more_url: str
    list_url: str


def lane_of(listing, status: CustomerStatus, *, after: str = "") -> Lane:
    """The rows of the list with this status, in the order of the list, as many as a column shows at once."""
    rows = listing.matching.filter(status=status)
    keys = sort_keys(rows, listing.ordering, reverse=listing.reversed)
    sorted_by = (key.path for key in keys if key.attribute == key.path and key.path not in rows.query.annotations)
    people = ("account_manager__name", "account_manager__name_en")
    narrow = rows.select_related(None).select_related("account_manager").only(*LANE_FIELDS, *people, *sorted_by)
    cards = listing.page_of(narrow, keys, after=after, size=settings.BOARD_CARDS)
    address = reverse("customers:board_lane", args=[status])
    query = dict(listing.carried_all)
    leads = query.get("status") in (None, "", status)  # a list of another status holds none of these, and no address says so
    return Lane(
        status,
        cards.rows,
        listing.count_of(rows, shown=len(cards.rows)),
        f"{address}?{urlencode([*listing.carried_all, ('after', cards.after)])}" if cards.after else "",
        f"{reverse('customers:customer_list')}?{urlencode({**query, 'look': '', 'status': status})}" if leads else "",
    )


@dataclass(frozen=True)
class Breakdown:
    """What the bars stand for: the fields grouped by, the filter that leads to a bar's rows, and how a group is called."""

    label: str
    fields: tuple[str, ...]
    parameter: str
    name: Callable[..., str]


def _labelled(choices) -> Callable[[str], str]:
    return lambda value: str(dict(choices).get(value, "")) or DASH


BREAKDOWNS = {
    "status": Breakdown(gettext_lazy("Status"), ("status",), "status", _labelled(CustomerStatus.choices)),
    "tier": Breakdown(gettext_lazy("Service tier"), ("tier",), "tier", _labelled(Tier.choices)),
    "value_class": Breakdown(gettext_lazy("Value class"), ("value_class",), "value_class", lambda value: value or DASH),
    "region": Breakdown(
        gettext_lazy("Region"),
        ("region", "region__name_zh", "region__name_en"),
        "region",
        lambda _key, zh, en: pick(zh or "", en or "") or DASH,
    ),
    "manager": Breakdown(
        gettext_lazy("Account manager"),
        ("account_manager", "account_manager__name", "account_manager__name_en"),
        "account_manager",
        lambda _key, zh, en: pick(zh or "", en or "") or DASH,
    ),
}


def list_chart(listing, by: str) -> Chart:
    """Customers and tonnes of the list's rows by one breakdown. Above the limit nothing is drawn: a part would mislead."""
    breakdown = BREAKDOWNS[by]
    columns = [str(breakdown.label), _("Customers"), _("Tonnes in 12 months")]
    rows = listing.matching.order_by()
    limit = settings.CHART_MOST_ROWS
    found = rows[: limit + 1].count()
    if found > limit:
        title = _("More than %(limit)s customers: narrow the list to draw them") % {"limit": number(limit)}
        return Chart(title=title, n=found, option={}, columns=columns, rows=[])
    groups = list(
        Customer.objects.filter(pk__in=rows.values("pk"))
        .order_by()
        .values_list(*breakdown.fields)
        .annotate(customers=Count("pk"), tonnes=Sum("tonnes_12m"))
        .order_by("-customers", *breakdown.fields)
    )
    shown, rest = groups[:MOST_BARS], groups[MOST_BARS:]
    figures = [[breakdown.name(*group[:-2]), group[-2], round(group[-1])] for group in shown]
    links = [_rows_url(listing, breakdown.parameter, group[0]) for group in shown]
    if rest:
        figures.append([_("Others"), sum(group[-2] for group in rest), round(sum(group[-1] for group in rest))])
        links.append("")
    return _drawn(figures, links, columns, found)


def _drawn(figures: list[list], links: list[str], columns: list[str], found: int) -> Chart:
    names = [figure[0] for figure in figures]
    option = {
        "legend": {},
        "xAxis": {"type": "category", "data": names, "axisLabel": {"interval": 0, "hideOverlap": True}},
        "yAxis": [
            {"type": "value", "minInterval": 1},
            {"type": "value", "splitLine": {"show": False}},
        ],
        "series": [
            {"type": "bar", "name": columns[1], "data": [figure[1] for figure in figures]},
            {"type": "bar", "name": columns[2], "yAxisIndex": 1, "data": [figure[2] for figure in figures]},
        ],
    }
    first = figures[0] if figures else ("", 0, 0)
    title = _("“%(name)s” has the most: %(number)s of %(all)s customers") % {
        "name": first[0], "number": number(first[1]), "all": number(found),
    }  # fmt: skip
    return Chart(title=title, n=found, option=option, columns=columns, rows=figures, links=links)


def _rows_url(listing, parameter: str, value) -> str:
    """The table of the rows behind a bar; a group without a value has no filter that names it."""
    if value in (None, ""):
        return ""
    kept = [(name, text) for name, text in listing.carried_all if name not in ("look", "by", parameter)]
    return f"{reverse('customers:customer_list')}?{urlencode([*kept, (parameter, value)])}"
