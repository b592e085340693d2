"""Places of published statistics: the port a code or a name of a source stands for, where one does."""

from collections.abc import Iterable

from cargo.models import Port, PortAlias
from cargo.reference import normal_port_text
from cargo.statistics.facts import Place


def known_ports(places: Iterable[Place]) -> dict[Place, Port]:
    """The port of each place that has one, by its code, or by its name where the source gives no code. Two queries."""
    texts = {place: normal_port_text(place.code or place.name) for place in places if place}
    ids = dict(PortAlias.objects.filter(alias__in=set(texts.values())).values_list("alias", "port_id"))
    ports = Port.objects.in_bulk(set(ids.values()))
    return {place: ports[ids[text]] for place, text in texts.items() if text in ids}
