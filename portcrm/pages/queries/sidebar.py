"""What the frame shows around every page. Nothing is read until a template asks for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.urls import get_urlconf, reverse

from portcrm.bilingual import reads_chinese
from portcrm.pages.models.shortcut import KEPT_RECENTS, MOST_PINS, Shortcut
from portcrm.pages.registry import GROUPS, CreateItem, NavItem, Tab, offered, registry
from portcrm.prepared import Prepared

THEMES = ("auto", "light", "dark")
SHORTCUTS = Prepared(lambda user: Shortcut.objects.visible_to(user).for_sidebar(MOST_PINS + KEPT_RECENTS))


@dataclass(frozen=True)
class NavLink:
    item: NavItem
    url: str
    current: bool


@dataclass(frozen=True)
class NavGroup:
    key: str
    label: str
    links: list[NavLink]


class Frame:
    """Sidebar, "+ New", theme and breadcrumb root of one request, computed when the template asks for them."""

    def __init__(self, request):
        self.request = request
        self.open_tab: tuple[Tab, str] | None = None  # set by {% record_tabs %}: the tab ?tab= names, with its address

    @property
    def layout(self) -> str:
        """For {% extends frame.layout %}: the bare content when htmx asks for it, the whole page otherwise."""
        htmx = getattr(self.request, "htmx", None)
        return "pages/bare.html" if htmx and not htmx.boosted and not htmx.history_restore_request else "base.html"

    @property
    def language_tag(self) -> str:
        return "zh-Hans" if reads_chinese() else "en"

    @cached_property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get("theme") or getattr(getattr(self.request, "user", None), "theme", "")
        return chosen if chosen in THEMES else "auto"

    @property
    def collapsed(self) -> bool:
        return self.request.COOKIES.get("sidebar") == "collapsed"

    @cached_property
    def nav_keys(self) -> tuple[str, ...]:
        return tuple(item.key for item in offered(registry.nav, self.request.user))

    @property
    def here(self) -> str:
        """The address in the navigation that leads to this page."""
        return _nearest(self.request.path, _nav_addresses(self.nav_keys, get_urlconf()))

    @property
    def nav(self) -> list[NavGroup]:
        return nav_groups(self.nav_keys, self.here)

    @cached_property
    def creates(self) -> list[tuple[CreateItem, str]]:
        return [(item, reverse(item.url_name)) for item in offered(registry.creates, self.request.user)]

    @cached_property
    def _shortcuts(self) -> list[Shortcut]:
        found = SHORTCUTS.rows(self.request.user)
        return [shortcut for shortcut in found if self.request.user.has_perm(shortcut.permission)]

    @property
    def pins(self) -> list[Shortcut]:
        return [shortcut for shortcut in self._shortcuts if shortcut.pinned_at]

    @property
    def recents(self) -> list[Shortcut]:
        return [shortcut for shortcut in self._shortcuts if not shortcut.pinned_at][:KEPT_RECENTS]

    def is_pinned(self, record: str, pk) -> bool:
        return any(pin.record == record and pin.target_pk == str(pk) for pin in self.pins)


def nav_groups(keys: tuple[str, ...], here: str) -> list[NavGroup]:
    """The navigation of somebody who is offered these entries, standing at one of their addresses."""
    items = _nav_items(keys)
    groups = []
    for key, label in GROUPS.items():
        links = [NavLink(item, url, url == here) for item in items if item.group == key and (url := reverse(item.url_name))]
        if links:
            groups.append(NavGroup(key, label, links))
    return groups


def _nav_items(keys: tuple[str, ...]) -> list[NavItem]:
    by_key = {item.key: item for item in registry.nav}
    return [by_key[key] for key in keys]


@lru_cache(maxsize=64)
def _nav_addresses(keys: tuple[str, ...], _urlconf: str | None) -> tuple[str, ...]:
    return tuple(reverse(item.url_name) for item in _nav_items(keys))


def _nearest(path: str, urls: Iterable[str]) -> str:
    """The longest navigation address that leads to this page, so exactly one entry is current."""
    leading = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(leading, key=len, default="")
