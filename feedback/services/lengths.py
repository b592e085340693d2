"""What people write may be long, and has an end: the same for pages, the API and imports."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portcrm.errors import RuleBroken

TOO_LONG = _("This text has %(length)s characters; at most %(longest)s fit. Nothing was cut off.")


def too_long(text: str | None) -> object:
    """Why a text does not fit, or "" where it does."""
    longest = settings.LONGEST_OPINION_TEXT
    return TOO_LONG % {"length": len(text), "longest": longest} if text and len(text) > longest else ""


def demand_length(**texts: str) -> None:
    """RuleBroken at the first field whose text is longer than LONGEST_OPINION_TEXT."""
    for field, text in texts.items():
        if reason := too_long(text):
            raise RuleBroken(reason, field=field)
