"""What the palette and record fields find."""

from django.urls import reverse

from cargo.enums import KeyKind
from cargo.models import CargoDocument, Lead, Port, PortAlias, StatisticSeries
from cargo.reference import normal_port_text
from portcrm.pages.registry import Hit

SAID_ANYWAY = (KeyKind.FILE, KeyKind.VESSEL, KeyKind.VOYAGE)


def find_ports(user, text: str, limit: int) -> list[Hit]:
    """Ports in use by code, name or alias, from the beginning of the word."""
    word = normal_port_text(text)
    if not word:
        return []
    found = PortAlias.objects.filter(alias__startswith=word).values("port")
    ports = Port.objects.in_use().filter(pk__in=found).order_by("unlocode")[:limit]
    list_url = reverse("cargo:shipment_list")
    return [Hit(title=port.label, subtitle=port.unlocode, url=f"{list_url}?port={port.pk}", icon="map-pin", pk=port.pk) for port in ports]


def find_leads(user, text: str, limit: int) -> list[Hit]:
    """Cargo leads by number, company or goods."""
    leads = Lead.objects.visible_to(user).search(text).for_list()[:limit]
    return [
        Hit(
            title=lead.who,
            subtitle=f"{lead.number} · {lead.cargo_class.short} · {lead.get_stage_display()}",
            url=lead.get_absolute_url(),
            icon="package",
            pk=lead.pk,
        )
        for lead in leads
    ]


def find_statistics(user, text: str, limit: int) -> list[Hit]:
    """Series of published figures by name, place, code or publisher."""
    found = StatisticSeries.objects.visible_to(user).with_figures().search(text)[:limit] if text.strip() else []
    return [Hit(title=one.label, subtitle=one.source, url=one.get_absolute_url(), icon="chart-line", pk=one.pk) for one in found]


def find_documents(user, text: str, limit: int) -> list[Hit]:
    """Documents by a number in them, a vessel or a voyage, from its beginning; each with what was found."""
    if not text.strip():
        return []
    found = CargoDocument.objects.visible_to(user).search(text).for_list().with_what_was_found(text)[:limit]
    return [
        Hit(title=one.file_name, subtitle=_found_in(one), url=one.get_absolute_url(), icon="clipboard-list", pk=one.pk) for one in found
    ]


def _found_in(document: CargoDocument) -> str:
    """The kind of the document, its vessel and voyage, and the number that was found, where it is another thing than these."""
    head = document.head
    numbers = [f"{key.get_kind_display()} {key.key}" for key in document.found_keys if key.kind not in SAID_ANYWAY]
    return " · ".join(part for part in (head.get_kind_display(), f"{head.vessel} {head.voyage}".strip(), *numbers) if part)
