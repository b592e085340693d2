"""Answers and complaints as entries of a customer's timeline."""

import datetime as dt

from django.utils.translation import gettext as _

from feedback.models import Complaint, Response
from portcrm.pages.registry import Entry


def opinions(user, customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The customer's answers before a moment, newest first."""
    found = Response.objects.visible_to(user).filter(customer=customer).for_list()
    if before is not None:
        found = found.filter(submitted_at__lt=before)
    return [
        Entry(
            at=response.submitted_at,
            kind="opinions",
            icon="message",
            title=_("Opinion: satisfaction %(overall)s, recommendation %(recommend)s")
            % {"overall": _shown(response.overall), "recommend": _shown(response.recommend)},
            body=response.comment,
            url=response.get_absolute_url(),
            by=response.contact.label if response.contact else "",
        )
        for response in found[:limit]
    ]


def complaints(user, customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The customer's complaints before a moment, newest first."""
    found = Complaint.objects.visible_to(user).filter(customer=customer).select_related("recorded_by").order_by("-recorded_at", "-pk")
    if before is not None:
        found = found.filter(recorded_at__lt=before)
    return [
        Entry(
            at=complaint.recorded_at,
            kind="complaints",
            icon="message-report",
            title=_("Complaint %(number)s: %(subject)s") % {"number": complaint.number, "subject": complaint.subject},
            body=complaint.get_state_display(),
            url=complaint.get_absolute_url(),
            by=complaint.recorded_by.label,
            who=(complaint.recorded_by_id,),
        )
        for complaint in found[:limit]
    ]


def _shown(score: int | None) -> str:
    return "–" if score is None else str(score)
