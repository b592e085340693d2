"""Registries: apps add tabs, panels, commands and seeds here without the frame importing them.

Every entry names a URL and a permission; what a user may not see is not offered.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class NavItem:
    group: str  # today | customers | cargo | feedback | marketing | settings
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
    width: int = 6  # of 12 columns


@dataclass(frozen=True)
class Hit:
    title: str
    subtitle: str
    url: str
    icon: str = ""


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


@dataclass(frozen=True)
class TimelineSource:
    record: str
    key: str
    label: str
    fetch: Callable  # fetch(user, obj, before, limit) -> list[Entry]


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


@dataclass
class Registry:
    nav: list[NavItem] = field(default_factory=list)
    creates: list[CreateItem] = field(default_factory=list)
    tabs: list[Tab] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    searches: list[SearchSource] = field(default_factory=list)
    timelines: list[TimelineSource] = field(default_factory=list)
    seeds: list[DemoSeed] = field(default_factory=list)
    samples: list[SampleStep] = field(default_factory=list)


registry = Registry()
register_nav = registry.nav.append
register_create = registry.creates.append
register_tab = registry.tabs.append
register_panel = registry.panels.append
register_search = registry.searches.append
register_timeline = registry.timelines.append
register_demo_seed = registry.seeds.append
register_sample_step = registry.samples.append


def tabs_of(record: str, user) -> list[Tab]:
    mine = [tab for tab in registry.tabs if tab.record == record and (not tab.permission or user.has_perm(tab.permission))]
    return sorted(mine, key=lambda tab: tab.order)
