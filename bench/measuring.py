"""Timing requests through the real stack in this process: every middleware, no network. One figure per line."""

import gzip
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import brotli
from django.db import connection
from django.test import Client

Ask = Callable[[Client], object]
Part = TypeVar("Part")


@dataclass
class Figure:
    """What was measured: milliseconds of each request, the most queries one needed, the largest answer in bytes."""

    name: str
    times: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)  # milliseconds of processor time in this process, which others cannot stretch
    queries: int = 0
    bytes: int = 0
    pace: float = 0.0  # milliseconds the same piece of Python took just before: what processor and interpreter were worth then

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return sorted(self.times)[max(0, round(0.95 * len(self.times)) - 1)]

    def line(self) -> str:
        times = f"median_ms {self.median:.1f}\tp95_ms {self.p95:.1f}\tcpu_ms {statistics.median(self.own):.1f}"
        return f"{self.name}\t{times}\tn {len(self.times)}\tqueries {self.queries}\thtml_bytes {self.bytes}\tpace_ms {self.pace:.2f}"


def pace() -> float:
    """Milliseconds of processor time a fixed piece of pure Python takes: the median of nine."""

    def once() -> float:
        started = time.process_time()
        words = {str(number): [number] for number in range(10_000)}
        sorted(words, key=lambda word: len(words[word]) + len(word))
        return 1000 * (time.process_time() - started)

    return statistics.median(once() for _ in range(9))


class Wrong(Exception):
    """A page that was measured did not answer as it should: its figure would mean nothing."""


def measure(name: str, client: Client, asks: Iterable[Ask], *, warm: int = 5) -> Figure:
    """Send the requests one after the other; the first `warm` do not count."""
    figure = Figure(name, pace=pace())
    for number, ask in enumerate(asks):
        counted: list[str] = []
        with connection.execute_wrapper(_counting(counted)):
            started, worked = time.perf_counter(), time.process_time()
            response = ask(client)
            taken, worked = time.perf_counter() - started, time.process_time() - worked
        if response.status_code not in (200, 204, 302):
            raise Wrong(f"{name}: {response.status_code} {response.content[:300]!r}")
        if number >= warm:
            figure.times.append(1000 * taken)
            figure.own.append(1000 * worked)
            figure.queries = max(figure.queries, len(counted))
            figure.bytes = max(figure.bytes, len(response.content))
    return figure


def by_processes(work: Callable[[Part], object], parts: Sequence[Part], *, meanwhile: Callable[[], object] | None = None) -> None:
    """Do the parts at once, each in a process of its own with a connection of its own; a single one in this process.

    `meanwhile` is done here at least once, and again until all parts are.
    """
    if len(parts) == 1 and meanwhile is None:
        work(parts[0])
        return
    connection.close()  # no two processes speak over one
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=work, args=(part,)) for part in parts]
    for worker in workers:
        worker.start()
    while meanwhile is not None:
        meanwhile()
        if not any(worker.is_alive() for worker in workers):
            break
    for worker in workers:
        worker.join()
    if failed := [worker.exitcode for worker in workers if worker.exitcode]:
        raise Wrong(f"a process that was measured ended with {failed}")


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


def spent_by_children() -> float:
    """Seconds of processor time of the processes this one started, once they have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def most_memory() -> int:
    """The most megabytes this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def compressed(content: bytes) -> tuple[int, int]:
    """Bytes after gzip and after brotli, at the strengths production uses."""
    return len(gzip.compress(content, 9)), len(brotli.compress(content))
