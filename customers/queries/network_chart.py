"""The customer network as a picture: nodes on rings round the centre, which the browser's forces then loosen."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from customers.enums import LinkKind
from customers.network.rings import rings
from customers.queries.network import Link, Network, Node
from portcrm.pages.charts import Chart
from portcrm.pages.formats import number

NAMED = 40  # nodes whose name stands beside them; of the others it appears when one points at them
MANY = 120  # from here on nodes are smaller and stand closer
SORTS = ("company", "contact", "colleague")
SHAPES = {"company": "circle", "contact": "diamond", "colleague": "roundRect"}
# Lines differ by colour in the legend's order and by dash, so that colour alone never tells.
DASHES = {
    LinkKind.COMPETES_WITH: "dotted", LinkKind.REFERRED_BY: "dashed", LinkKind.KNOWS: "dotted", LinkKind.SERVES: "dashed",
    LinkKind.WORKS_AT: "dotted",
}  # fmt: skip


def sort_labels() -> list[str]:
    return [_("Companies"), _("Contacts"), pgettext("network", "Our people")]


def network_chart(network: Network) -> Chart:
    nodes, links = network.nodes, network.links
    firms = sum(node.sort == "company" for node in nodes.values()) - 1
    title = ngettext("%(firm)s: %(count)s firm in its network", "%(firm)s: %(count)s firms in its network", firms)
    return Chart(
        title=title % {"firm": network.centre.label, "count": number(firms)},
        n=len(links),
        unit=_("relations"),
        option=_option(network, nodes, links),
        columns=[pgettext("relation", "From"), _("Relation"), pgettext("relation", "To")],
        rows=[[link.first.label, link.label, link.second.label] for link in links],
    )


def _option(network: Network, nodes: dict[str, Node], links: list[Link]) -> dict:
    many = len(nodes) > MANY
    places = rings({key: node.steps for key, node in nodes.items()}, [(link.first.key, link.second.key) for link in links])
    named = {node.key for node in list(nodes.values())[:NAMED]} if many else set(nodes)
    series = {
        "type": "graph",
        "layout": "force",
        "roam": True,
        "draggable": True,
        "scaleLimit": {"min": 0.2, "max": 8},
        "categories": [{"name": label} for label in sort_labels()],
        "data": [_drawn_node(node, network, places[key], shown=key in named, many=many) for key, node in nodes.items()],
        "edges": [_drawn_link(link) for link in links],
        "edgeSymbolSize": 4 if many else 7,
        "label": {"position": "right", "width": 180, "overflow": "truncate", "fontSize": 11},
        "labelLayout": {"hideOverlap": True},
        "lineStyle": {"opacity": 0.55, "curveness": 0.05},
        "emphasis": {"focus": "adjacency", "label": {"show": True}, "lineStyle": {"opacity": 1, "width": 2}},
        # at rest after some 270 rounds of it, which are run before the first painting: see static/js/network.js
        "force": {"initLayout": "none", "repulsion": 60 if many else 260, "gravity": 0.06, "edgeLength": [30, 80] if many else [70, 150],
                  "friction": 0.09, "layoutAnimation": False},
        "zoom": min(1.0, 0.4 + 0.06 * len(nodes)),  # a handful is not stretched over the whole picture
        "animation": False,
    }  # fmt: skip
    return {"legend": {"data": sort_labels()}, "tooltip": {"trigger": "item", "confine": True}, "series": [series]}


def _drawn_node(node: Node, network: Network, place: tuple[float, float], *, shown: bool, many: bool) -> dict:
    centre = node.key == f"company-{network.centre.pk}"
    size = {"company": 14, "contact": 10, "colleague": 12}[node.sort] * (0.6 if many else 1)
    label = {"show": True, "fontWeight": "bold", "position": "bottom"} if centre else {"show": shown}
    return {
        "id": node.key,
        "name": node.label,
        "note": node.note,
        "category": SORTS.index(node.sort),
        "symbol": SHAPES[node.sort],
        "symbolSize": 30 if centre else round(size),
        "x": place[0],
        "y": place[1],
        "label": label,
        "url": node.url,
        "around": "" if centre or node.sort != "company" else network_address(node.pk, network),
    }


def _drawn_link(link: Link) -> dict:
    return {
        "source": link.first.key,
        "target": link.second.key,
        "name": f"{link.first.label} {link.label} {link.second.label}",
        "symbol": ["none", "none" if link.mutual else "arrow"],
        "lineStyle": {"type": DASHES.get(link.kind, "solid"), "width": 1 + (link.strength or 0) * 0.4},
    }


def network_address(pk: int, network: Network) -> str:
    """The network around another firm, asked for the same way."""
    asked = network.asked
    query = urlencode(
        [("depth", asked.depth), *(("kind", kind) for kind in LinkKind.values if kind in asked.kinds), ("day", asked.day.isoformat())]
    )
    return f"{reverse('customers:network_tab', args=[pk])}?{query}"
