"""Search over everything the apps registered: records and commands."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import translation

from portcrm.pages.registry import Hit, SearchSource, offered, registry

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class HitGroup:
    key: str
    label: str
    hits: list[Hit]


def find_records(user, text: str, limit: int) -> list[HitGroup]:
    """Matching records of each source this user may search, empty sources left out."""
    text = text.strip()
    if not text:
        return []
    found = [HitGroup(source.key, source.label, list(source.find(user, text, limit))) for source in offered(registry.searches, user)]
    return [group for group in found if group.hits]


def find_commands(user, text: str, limit: int) -> list[tuple[str, str, str]]:
    """Pages and "new" forms as (label, address, icon) whose label in either language contains the text."""
    wanted = text.strip().casefold()
    entries = [(item.label, item.url_name, item.icon) for item in offered(registry.creates, user)]
    entries += [(item.label, item.url_name, item.icon) for item in offered(registry.nav, user)]
    matching = [(str(label), reverse(url_name), icon) for label, url_name, icon in entries if wanted in _both_languages(label)]
    return matching[:limit]


def _both_languages(label) -> str:
    spoken = []
    for language in LANGUAGES:
        with translation.override(language):
            spoken.append(str(label).casefold())
    return "\n".join(spoken)


def source_of(key: str, user) -> SearchSource | None:
    return next((source for source in offered(registry.searches, user) if source.key == key), None)
