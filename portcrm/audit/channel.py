"""Which way a change came in: a page, the API, an import, a job, a public form or a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    PAGE = "page", _("Page")
    API = "api", _("API")
    IMPORT = "import", _("Import")
    JOB = "job", _("Job")
    PUBLIC_FORM = "public_form", _("Public form")
    COMMAND = "command", _("Command")


_channel: ContextVar[Channel] = ContextVar("channel", default=Channel.COMMAND)


def current_channel() -> str:
    return _channel.get().value


@contextmanager
def channel(name: str) -> Iterator[None]:
    """Mark every change made inside as coming in this way; ValueError for a way nobody knows."""
    token = _channel.set(Channel(name))
    try:
        yield
    finally:
        _channel.reset(token)
