"""Merging many sources by time without losing what happened at the same instant."""

import datetime as dt

import pytest

from portcrm.pages.queries.timeline import read_timeline
from portcrm.pages.registry import Entry, TimelineSource, registry

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def source(key: str, minutes: list[int]) -> TimelineSource:
    entries = sorted((Entry(START + dt.timedelta(minutes=m), key, "x", f"{key}{m}-{n}") for n, m in enumerate(minutes)), key=lambda e: e.at)

    def fetch(user, obj, before, limit):
        return [entry for entry in reversed(entries) if before is None or entry.at < before][:limit]

    return TimelineSource("a.b", key, key, fetch)


def walk(size: int) -> list[str]:
    titles, before = [], None
    while True:
        page = read_timeline("a.b", None, user=None, before=before, size=size)
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
