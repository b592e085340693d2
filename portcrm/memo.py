"""Small lists that a page shows many times are read once while it is made."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Read = TypeVar("Read")
_kept: ContextVar[dict[Callable, object] | None] = ContextVar("kept", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """What is read inside by functions marked `once` is kept until the end; inside another one nothing begins anew."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(read: Callable[[], Read]) -> Callable[[], Read]:
    """Read a list at most once inside `reading_once`, and every time outside of it: nothing outlives a request or a job."""

    @functools.wraps(read)
    def kept() -> Read:
        memory = _kept.get()
        if memory is None:
            return read()
        if kept not in memory:
            memory[kept] = read()
        return memory[kept]

    return kept


class ReadOnceMiddleware:
    """One memory a request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with reading_once():
            return self.get_response(request)
