"""Merging many sources by time without losing what happened at the same instant."""

import datetime as dt

import pytest

from portcrm.clock import start_of_day
from portcrm.pages.queries import timeline
from portcrm.pages.queries.timeline import EVERYTHING, read_timeline
from portcrm.pages.registry import Entry, TimelineSource, Wanted, registry

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def source(key: str, minutes: list[int]) -> TimelineSource:
    entries = sorted((Entry(START + dt.timedelta(minutes=m), key, "x", f"{key}{m}-{n}") for n, m in enumerate(minutes)), key=lambda e: e.at)

    def fetch(user, obj, before, limit):
        return [entry for entry in reversed(entries) if before is None or entry.at < before][:limit]

    return TimelineSource("a.b", key, key, fetch)


def walk(size: int, wanted: Wanted = EVERYTHING) -> list[str]:
    titles, before = [], None
    while True:
        page = read_timeline("a.b", None, user=None, before=before, wanted=wanted, size=size)
        titles += [entry.title for entry in page.entries]
        if page.before is None:
            return titles
        before = page.before


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_every_entry_appears_once_newest_first(monkeypatch, size):
    monkeypatch.setattr(registry, "timelines", [source("calls", [1, 5, 5, 5, 9]), source("mails", [2, 5, 5, 8, 9, 9]), source("none", [])])

    titles = walk(size)

    assert sorted(titles) == sorted(
        ["calls1-0", "calls5-1", "calls5-2", "calls5-3", "calls9-4"]
        + ["mails2-0", "mails5-1", "mails5-2", "mails8-3", "mails9-4", "mails9-5"]
    )
    minutes = [int(title[5:].split("-")[0]) for title in titles]
    assert minutes == sorted(minutes, reverse=True)


def test_five_hundred_changes_of_one_import_stay_together(monkeypatch):
    monkeypatch.setattr(registry, "timelines", [source("import", [3] * 500 + [1, 4])])

    page = read_timeline("a.b", None, user=None, size=20)

    assert len(page.entries) == 501
    assert [entry.title for entry in read_timeline("a.b", None, user=None, before=page.before, size=20).entries] == ["import1-500"]


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("stretch", [1, 2, 3, 200])
def test_every_entry_that_fits_appears_once_however_far_apart_they_lie(monkeypatch, size, stretch):
    monkeypatch.setattr(timeline, "STRETCH", stretch)
    monkeypatch.setattr(registry, "timelines", [source("calls", [1, 5, 5, 5, 9, 40]), source("mails", [2, 5, 5, 8, *range(10, 30)])])

    assert sorted(walk(size, Wanted(words="CALLS"))) == ["calls1-0", "calls40-5", "calls5-1", "calls5-2", "calls5-3", "calls9-4"]
    assert walk(size, Wanted(words="5-2")) == ["mails5-2", "calls5-2"] or walk(size, Wanted(words="5-2")) == ["calls5-2", "mails5-2"]
    assert walk(size, Wanted(words="faxes")) == []


def test_more_at_one_instant_than_a_stretch_holds_are_looked_through_all_the_same(monkeypatch):
    monkeypatch.setattr(timeline, "STRETCH", 50)
    monkeypatch.setattr(registry, "timelines", [source("import", [3] * 500 + [1, 4])])

    assert sorted(walk(20, Wanted(words="import3-77"))) == ["import3-77"]
    assert walk(20, Wanted(words="import1")) == ["import1-500"]


def told_by(*people: int | None) -> TimelineSource:
    entries = [Entry(START + dt.timedelta(hours=number), "x", "x", f"of {person}", who=(person,)) for number, person in enumerate(people)]
    return TimelineSource(
        "a.b", "x", "x", lambda user, obj, before, limit: [e for e in reversed(entries) if not before or e.at < before][:limit]
    )


def test_of_a_person_are_those_they_recorded_or_took_part_in(monkeypatch):
    monkeypatch.setattr(registry, "timelines", [told_by(1, 2, None, 1)])

    assert walk(20, Wanted(person=1)) == ["of 1", "of 1"]
    assert walk(20, Wanted(person=1, words="of 2")) == []


@pytest.mark.parametrize("size", [1, 20])
@pytest.mark.parametrize("words", ["", "days"])
def test_a_period_has_both_its_days_as_the_port_counts_them(monkeypatch, size, words):
    first = dt.date(2026, 3, 1)
    moments = [
        start_of_day(first + dt.timedelta(days=number)) + late for number in range(5) for late in (dt.timedelta(0), dt.timedelta(hours=23))
    ]
    entries = [Entry(at, "x", "x", f"days{number}") for number, at in enumerate(moments)]
    fetch = lambda user, obj, before, limit: [e for e in reversed(entries) if not before or e.at < before][:limit]  # noqa: E731
    monkeypatch.setattr(registry, "timelines", [TimelineSource("a.b", "x", "x", fetch)])

    period = Wanted(first=first + dt.timedelta(days=1), last=first + dt.timedelta(days=2), words=words)

    assert walk(size, period) == ["days5", "days4", "days3", "days2"]


def test_a_source_that_looks_itself_is_told_what_is_wanted_and_its_answer_stands(monkeypatch):
    def fetch(user, obj, before, limit, wanted=None):
        return [Entry(START, "x", "x", f"{wanted.words}, {wanted.person}" if wanted else "all")]

    monkeypatch.setattr(registry, "timelines", [TimelineSource("a.b", "x", "x", fetch, picks=True)])

    assert [walk(20, wanted) for wanted in (EVERYTHING, Wanted(person=7, words="x"))] == [["all"], ["x, 7"]]
