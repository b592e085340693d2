"""Answers and complaints as entries of a customer's timeline."""

import datetime as dt

from django.utils.translation import gettext as _

from feedback.models import Complaint, HeardOpinion, Response, Suggestion
from feedback.queries.told_words import tell_words
from portcrm.pages.registry import Entry


def opinions(user, customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """The customer's answers before a moment, newest first."""
    found = Response.objects.visible_to(user).sent_by(user, pk=customer.pk).for_list(user)
    if before is not None:
        found = found.filter(submitted_at__lt=before)
    shown = list(found[:limit])
    tell_words(shown, user)
    return [
        Entry(
            at=response.submitted_at,
            kind="opinions",
            icon="message",
            title=_("Opinion: satisfaction %(overall)s, recommendation %(recommend)s")
            % {"overall": _shown(response.satisfaction), "recommend": _shown(response.recommend)},
            body=response.told_comment,
            url=response.get_absolute_url(),
            by=response.sender_contact.label if response.sender_contact else "",
        )
        for response in shown
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


def suggestions(user, customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """What the customer suggested before a moment, newest first."""
    found = Suggestion.objects.visible_to(user).filter(customer=customer).select_related("recorded_by").order_by("-recorded_at", "-pk")
    if before is not None:
        found = found.filter(recorded_at__lt=before)
    return [
        Entry(
            at=one.recorded_at,
            kind="suggestions",
            icon="star",
            title=_("Suggestion %(number)s: %(text)s") % {"number": one.number, "text": one.title},
            body=one.get_state_display(),
            url=one.get_absolute_url(),
            by=one.recorded_by.label,
            who=(one.recorded_by_id,),
        )
        for one in found[:limit]
    ]


def heard(user, customer, before: dt.datetime | None, limit: int) -> list[Entry]:
    """What colleagues heard from the customer before a moment, newest first."""
    found = HeardOpinion.objects.visible_to(user).filter(customer=customer)
    found = found.select_related("recorded_by").order_by("-recorded_at", "-pk")
    if before is not None:
        found = found.filter(recorded_at__lt=before)
    return [
        Entry(
            at=one.recorded_at,
            kind="heard",
            icon="notes",
            title=_("Heard: %(tone)s, %(about)s") % {"tone": one.get_tone_display(), "about": one.about},
            body=one.text,
            url=one.get_absolute_url(),
            by=one.recorded_by.label,
            who=(one.recorded_by_id,),
        )
        for one in found[:limit]
    ]


def _shown(score: float | None) -> str:
    return "–" if score is None else str(score)
