"""A write the database or the disk did not take: what is told, and what is given back of what somebody typed."""

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext_lazy as _

# A full disk, a lost connection, a lock that never came; a database that only reads answers with InternalError.
REFUSALS = (OperationalError, InterfaceError, InternalError, OSError)
NOT_STORED = _(
    "The database or the disk did not take what you sent. Nothing of it was stored; what you typed is still here. "
    "Please try again in a few minutes."
)
SECRET = ("csrf", "password", "token", "secret", "code")
OURS = {"seen", "form_key", "request_key"}  # written by the page, not by a person


def is_refused_write(request: HttpRequest, exception: BaseException) -> bool:
    """Whether `exception` means that what was sent could not be stored; a sender who hung up is not refused."""
    writes = request.method not in ("GET", "HEAD", "OPTIONS")
    return writes and isinstance(exception, REFUSALS) and not isinstance(exception, UnreadablePostError)


def typed_texts(request: HttpRequest) -> list[str]:
    """The longer texts somebody sent, so that none is lost with the refused form; never a password."""
    try:
        sent = list(request.POST.lists())
    except (OSError, SuspiciousOperation):  # it never arrived whole
        return []
    return [
        text
        for name, texts in sent
        if name not in OURS and not any(word in name.lower() for word in SECRET)
        for text in texts
        if is_long(text)
    ]


def is_long(text: str) -> bool:
    """Worth giving back: ten signs of Chinese say as much as twenty letters."""
    return len(text) >= (20 if text.isascii() else 10)
