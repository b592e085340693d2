"""One timeline out of many sources, newest first."""

import datetime as dt
from dataclasses import dataclass
from itertools import chain

from django.apps import apps
from django.db.models import Model, QuerySet

from portcrm.pages.registry import Entry, TimelineSource, registry

MOST_AT_ONCE = 800


@dataclass(frozen=True)
class TimelinePage:
    entries: list[Entry]
    before: dt.datetime | None  # where the next page starts, None at the end

    @property
    def before_word(self) -> str:
        return self.before.isoformat() if self.before else ""


def sources_of(record: str) -> list[TimelineSource]:
    return [source for source in registry.timelines if source.record == record]


def records_visible(record: str, user) -> QuerySet:
    """The rows of a record kind that has a timeline; LookupError for any other name."""
    if not sources_of(record):
        raise LookupError(record)
    return apps.get_model(record).objects.visible_to(user)


def read_timeline(record: str, obj: Model, *, user, before: dt.datetime | None = None, kind: str = "", size: int = 20) -> TimelinePage:
    """The next `size` entries before a moment. Entries of one instant stay together, so none is lost between two pages."""
    sources = [source for source in sources_of(record) if not kind or source.key == kind]
    limit = size + 1
    while True:
        fetched = [list(source.fetch(user, obj, before, limit)) for source in sources]
        merged = sorted(chain.from_iterable(fetched), key=lambda entry: entry.at, reverse=True)
        if len(merged) <= size:
            return TimelinePage(merged, None)
        cut = merged[size - 1].at
        hidden = any(len(entries) >= limit and entries[-1].at >= cut for entries in fetched)
        if not hidden or limit > MOST_AT_ONCE:
            shown = [entry for entry in merged if entry.at >= cut]
            return TimelinePage(shown, cut if hidden or len(shown) < len(merged) else None)
        limit *= 2
