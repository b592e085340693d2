"""One timeline out of many sources, newest first."""

import datetime as dt
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model, QuerySet

from portcrm.accounts.models import User
from portcrm.clock import start_of_day
from portcrm.pages.registry import Entry, TimelineSource, Wanted, registry

MOST_AT_ONCE = 800
STRETCH = 200
INSTANT = dt.timedelta(microseconds=1)
EVERYTHING = Wanted()
ON_RECORD = "timeline_"  # begins what is asked for in the address of the page a timeline stands on


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


def read_timeline(
    record: str, obj: Model, *, user, before: dt.datetime | None = None, wanted: Wanted = EVERYTHING, size: int = 20
) -> TimelinePage:
    """The next `size` entries before a moment. Entries of one instant stay together, so none is lost between two pages."""
    sources = [source for source in sources_of(record) if not wanted.kind or source.key == wanted.kind]
    if wanted.last:
        end = start_of_day(wanted.last + dt.timedelta(days=1))
        before = min(before, end) if before else end
    found = (_picked if wanted.picks else _everything)(Reading(sources, user, obj, wanted), before, size)
    if wanted.first is None:
        return found
    start = start_of_day(wanted.first)
    shown = [entry for entry in found.entries if entry.at >= start]
    ended = len(shown) < len(found.entries) or found.before is None or found.before <= start
    return TimelinePage(shown, None if ended else found.before)


@dataclass(frozen=True)
class Reading:
    sources: list[TimelineSource]
    user: User
    obj: Model
    wanted: Wanted

    def fetch(self, before: dt.datetime | None, limit: int) -> list[list[Entry]]:
        return [list(self._of(source, before, limit)) for source in self.sources]

    def _of(self, source: TimelineSource, before: dt.datetime | None, limit: int) -> list[Entry]:
        if source.picks and self.wanted.picks:
            return source.fetch(self.user, self.obj, before, limit, wanted=self.wanted)
        return source.fetch(self.user, self.obj, before, limit)

    def fitting(self, fetched: list[list[Entry]]) -> list[Entry]:
        """What is asked for, newest first."""
        kept = [
            entry for source, entries in zip(self.sources, fetched, strict=True) for entry in entries
            if source.picks or self.wanted.fits(entry)
        ]  # fmt: skip
        return sorted(kept, key=lambda entry: entry.at, reverse=True)


def _everything(reading: Reading, before: dt.datetime | None, size: int) -> TimelinePage:
    limit = size + 1
    while True:
        fetched = reading.fetch(before, limit)
        merged = reading.fitting(fetched)
        if len(merged) <= size:
            return TimelinePage(merged, None)
        cut = merged[size - 1].at
        hidden = any(len(entries) >= limit and entries[-1].at >= cut for entries in fetched)
        if not hidden or limit > MOST_AT_ONCE:
            shown = [entry for entry in merged if entry.at >= cut]
            return TimelinePage(shown, cut if hidden or len(shown) < len(merged) else None)
        limit *= 2


def _picked(reading: Reading, before: dt.datetime | None, size: int) -> TimelinePage:
    """One stretch of every source is looked through, in as many queries as a page costs: what fits may lie far apart.

    Where a source has more, the page reaches as far as all of them were read, and the next one goes on from there.
    """
    limit = STRETCH
    while True:
        fetched = reading.fetch(before, limit)
        reached = max((entries[-1].at for entries in fetched if len(entries) >= limit), default=None)
        stuck = reached is not None and before is not None and reached + INSTANT >= before  # more at one instant than were read
        if not stuck or limit > MOST_AT_ONCE:
            break
        limit *= 2
    merged = reading.fitting(fetched)
    rest = None
    if reached:
        rest = reached if stuck else reached + INSTANT
        merged = [entry for entry in merged if entry.at >= rest]
    if len(merged) <= size:
        return TimelinePage(merged, rest)
    cut = merged[size - 1].at
    shown = [entry for entry in merged if entry.at >= cut]
    return TimelinePage(shown, cut if len(shown) < len(merged) else rest)
