"""The largest cargo a company was seen with, as a lead would name it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from cargo.documents.facts import PartyRole
from cargo.enums import CONTAINER, DOMESTIC, FOREIGN, Direction
from cargo.models import Candidate, CargoClass, Port, Sighting, Unit
from cargo.queries.references import port_ids

OTHER_CARGO = "17"
SELLERS = {PartyRole.SHIPPER, PartyRole.ORIGINAL_SHIPPER, PartyRole.SUPPLIER}
GOODS, PLACE = 200, 100


@dataclass(frozen=True)
class Cargo:
    """One consignment, with the sighting it stands in."""

    sighting: Sighting
    told: Mapping[str, Any]

    @property
    def tonnes(self) -> Decimal:
        return Decimal(self.told.get("tonnes", 0))

    @property
    def teu(self) -> Decimal:
        return Decimal(self.told.get("teu", 0))


def largest_of(candidate: Candidate) -> Cargo | None:
    """By tonnes, then TEU; None where no document says how much. One query of one row: an index knows the heaviest sighting."""
    sighting = candidate.sightings.standing().for_desk().heaviest_first().first()
    return sighting and largest_in(sighting)


def largest_in(sighting: Sighting) -> Cargo | None:
    """Of one sighting; None where it names no cargo."""
    return max((Cargo(sighting, told) for told in sighting.cargo), key=lambda one: (one.tonnes, one.teu), default=None)


def lead_fields(firm: Candidate | Sighting, cargo: Cargo) -> dict[str, object]:
    """What the document says, in the fields of a lead. One query of ports by their names, one each of class, unit and known port."""
    told = cargo.told
    known = port_ids(told.get(name, "") for name in ("loading", "discharge"))
    ends = {name: known.get(told.get(name, "")) for name in ("loading", "discharge")}
    countries = {name: _country(ends[name], told.get(name, "")) for name in ends}
    in_tonnes = cargo.tonnes > 0
    cargo_class = CargoClass.objects.get(pk=told.get("cargo_class") or OTHER_CARGO)
    return {
        "cargo_class": cargo_class,
        "form_id": CONTAINER if cargo.teu else cargo_class.usual_form,
        "goods": told.get("goods", "")[:GOODS],
        "direction": direction_of(firm, countries),
        "trade_kind_id": DOMESTIC if set(countries.values()) == {settings.PORT_COUNTRY} else FOREIGN,
        "quantity": cargo.tonnes if in_tonnes else cargo.teu,
        "unit": Unit.objects.get(pk="t" if in_tonnes else "teu"),
        "origin_id": ends["loading"],
        "origin_text": "" if ends["loading"] else told.get("loading", "")[:PLACE],
        "destination_id": ends["discharge"],
        "destination_text": "" if ends["discharge"] else told.get("discharge", "")[:PLACE],
    }


def direction_of(firm: Candidate | Sighting, countries: Mapping[str, str]) -> str:
    """Towards this port's country is inbound, away from it outbound; where that does not say, a seller's cargo goes out."""
    here = settings.PORT_COUNTRY
    if (countries["loading"] == here) != (countries["discharge"] == here):
        return Direction.OUTBOUND if countries["loading"] == here else Direction.INBOUND
    return Direction.OUTBOUND if SELLERS & set(firm.roles) else Direction.INBOUND


def _country(port_id: int | None, text: str) -> str:
    """Of a known port its country, else the letters a UN/LOCODE begins with."""
    if port_id:
        return Port.objects.get(pk=port_id).country
    return text[:2] if len(text) == 5 and text.isascii() else ""
