"""Timing requests through the real stack in this process: every middleware, no network. One figure per line."""

import gzip
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import brotli
from django.db import connection
from django.test import Client

Ask = Callable[[Client], object]


@dataclass
class Figure:
    """What was measured: milliseconds of each request, the most queries one needed, the largest answer in bytes."""

    name: str
    times: list[float] = field(default_factory=list)
    queries: int = 0
    bytes: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return sorted(self.times)[max(0, round(0.95 * len(self.times)) - 1)]

    def line(self) -> str:
        return (
            f"{self.name}\tmedian_ms {self.median:.1f}\tp95_ms {self.p95:.1f}\tn {len(self.times)}"
            f"\tqueries {self.queries}\thtml_bytes {self.bytes}"
        )


class Wrong(Exception):
    """A page that was measured did not answer as it should: its figure would mean nothing."""


def measure(name: str, client: Client, asks: Iterable[Ask], *, warm: int = 5) -> Figure:
    """Send the requests one after the other; the first `warm` do not count."""
    figure = Figure(name)
    for number, ask in enumerate(asks):
        counted: list[str] = []
        with connection.execute_wrapper(_counting(counted)):
            started = time.perf_counter()
            response = ask(client)
            taken = 1000 * (time.perf_counter() - started)
        if response.status_code not in (200, 204, 302):
            raise Wrong(f"{name}: {response.status_code} {response.content[:300]!r}")
        if number >= warm:
            figure.times.append(taken)
            figure.queries = max(figure.queries, len(counted))
            figure.bytes = max(figure.bytes, len(response.content))
    return figure


def _counting(counted: list[str]):
    def count(execute, sql, params, many, context):
        counted.append(sql)
        return execute(sql, params, many, context)

    return count


def get(url: str, **headers: str) -> Ask:
    return lambda client: client.get(url, headers=headers)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds and result."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def compressed(content: bytes) -> tuple[int, int]:
    """Bytes after gzip and after brotli, at the strengths production uses."""
    return len(gzip.compress(content, 9)), len(brotli.compress(content))
