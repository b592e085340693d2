"""What stands in the way of typing in, and how answers came in a wave."""

import datetime as dt

from django.db.models import Count, QuerySet

from customers.models import Channel
from feedback.models import Invitation, Response, Wave


def answer_of(invitation: Invitation) -> Response | None:
    """The answer an invitation has already, with whoever gave or typed it."""
    found = Response.objects.filter(invitation=invitation).select_related("entered_by", "contact", "customer", "channel", "wave")
    return found.first()


def answers_by_channel(wave: Wave, user) -> list[tuple[Channel | None, int]]:
    """(channel, number of answers), the most first; nothing for whoever may not read answers."""
    rows = Response.objects.visible_to(user).filter(wave=wave).order_by().values("channel").annotate(number=Count("pk"))
    counts = {row["channel"]: row["number"] for row in rows}
    channels = Channel.objects.in_bulk([key for key in counts if key])
    return sorted(((channels.get(key), number) for key, number in counts.items()), key=lambda one: -one[1])


def open_invitations(customer, user, *, at: dt.datetime, limit: int = 10) -> QuerySet[Invitation]:
    """Of a customer's people, those whose form may still be typed in, the newest first."""
    found = Invitation.objects.visible_to(user).with_known_answering(user).may_be_typed_in(at).filter(customer=customer)
    return found.select_related("wave").order_by("-pk")[:limit]
