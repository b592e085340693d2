"""Registries: apps add tabs, panels, commands and seeds here without the frame importing them.

Every entry names a URL and a permission; what a user may not see is not offered. Called from <app>/registry.py:

    register_nav(NavItem("customers", "list", _("Customers"), "customers:customer_list", "building", 10, "customers.view_customer"))

Icons are names of portcrm/launch/frontend_files.json. Labels are lazy translations.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.pages.services.forgetting import erase_from_views, views_naming

GROUPS = {
    "today": _("Today"),
    "customers": _("Customers"),
    "cargo": _("Cargo"),
    "feedback": _("Opinions"),
    "marketing": _("Marketing"),
    "settings": _("Settings"),
}


@dataclass(frozen=True)
class NavItem:
    group: str  # a key of GROUPS
    key: str
    label: str
    url_name: str
    icon: str
    order: int = 50
    permission: str = ""


@dataclass(frozen=True)
class CreateItem:
    key: str
    label: str
    url_name: str
    icon: str = "plus"
    permission: str = ""


@dataclass(frozen=True)
class Tab:
    record: str  # "customers.customer"
    key: str
    label: str
    url_name: str  # reversed with the record's pk
    order: int = 50
    permission: str = ""


@dataclass(frozen=True)
class Panel:
    key: str
    label: str
    url_name: str
    order: int = 50
    permission: str = ""
    first_for: frozenset[str] = frozenset()  # roles whose daily work it is: on their home page it stands before the others


@dataclass(frozen=True)
class Hit:
    title: str
    subtitle: str
    url: str
    icon: str = ""
    pk: int | str | None = None  # given, the source also serves as the choices of a RecordChoiceField


@dataclass(frozen=True)
class SearchSource:
    key: str
    label: str
    permission: str
    find: Callable  # find(user, text, limit) -> list[Hit]


@dataclass(frozen=True)
class Entry:
    at: dt.datetime
    kind: str
    icon: str
    title: str
    body: str = ""
    url: str = ""
    by: str = ""
    precision: str = "moment"  # "day": no hour is written; "month": the title names it, neither day nor hour is
    who: tuple[int | None, ...] = ()  # keys of those of us who recorded it or took part


@dataclass(frozen=True)
class Wanted:
    """What of a timeline is asked for; what is not named does not narrow it. The days are the port's, both included."""

    kind: str = ""
    person: int | None = None  # the key of one of us
    first: dt.date | None = None
    last: dt.date | None = None
    words: str = ""

    @property
    def picks(self) -> bool:
        """Entries are looked at one by one."""
        return self.person is not None or bool(self.words)

    def fits(self, entry: Entry) -> bool:
        if self.person is not None and self.person not in entry.who:
            return False
        return self.words.casefold() in f"{entry.title}\n{entry.body}".casefold()

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        given = {"kind": self.kind, "person": self.person, "first": self.first, "last": self.last, "words": self.words}
        return {name: str(value) for name, value in given.items() if value}


@dataclass(frozen=True)
class TimelineSource:
    """`picks`: the source looks for the person and the words itself; it is called with wanted=… then."""

    record: str
    key: str
    label: str
    fetch: Callable  # fetch(user, obj, before, limit) -> list[Entry]
    picks: bool = False


@dataclass(frozen=True)
class DemoSeed:
    key: str
    order: int
    run: Callable[[random.Random, dict, Callable], None]


@dataclass(frozen=True)
class SampleStep:
    key: str
    order: int
    run: Callable[..., None]  # run(folder: Path, by: User, say)
    files: tuple[str, ...] = ()  # what it reads, below the folder


@dataclass
class Registry:
    nav: list[NavItem] = field(default_factory=list)
    creates: list[CreateItem] = field(default_factory=list)
    tabs: list[Tab] = field(default_factory=list)
    parts: list[Tab] = field(default_factory=list)  # of records whose page has no tabs: shown one below the other
    panels: list[Panel] = field(default_factory=list)
    searches: list[SearchSource] = field(default_factory=list)
    timelines: list[TimelineSource] = field(default_factory=list)
    seeds: list[DemoSeed] = field(default_factory=list)
    samples: list[SampleStep] = field(default_factory=list)


registry = Registry()
register_nav = registry.nav.append
register_create = registry.creates.append
register_tab = registry.tabs.append
register_part = registry.parts.append
register_panel = registry.panels.append
register_search = registry.searches.append
register_timeline = registry.timelines.append
register_demo_seed = registry.seeds.append
register_sample_step = registry.samples.append


def offered(entries: list, user) -> list:
    """The entries this user has the permission for, in their order."""
    mine = [entry for entry in entries if not entry.permission or user.has_perm(entry.permission)]
    return sorted(mine, key=lambda entry: getattr(entry, "order", 50))


def panels_of(user) -> list[Panel]:
    """The panels of somebody's home page, those of their daily work first."""
    return sorted(offered(registry.panels, user), key=lambda panel: panel.first_for.isdisjoint(user.roles))


def tabs_of(record: str, user) -> list[Tab]:
    return [tab for tab in offered(registry.tabs, user) if tab.record == record]


def parts_of(record: str, user) -> list[Tab]:
    return [part for part in offered(registry.parts, user) if part.record == record]


register_personal_data(PersonalData("views", views_naming, erase_from_views, order=65))
register_nav(NavItem("today", "home", _("Today"), "pages:home", "home", 0))
