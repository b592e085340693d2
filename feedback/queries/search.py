"""Complaints in the search of the top bar."""

from feedback.models import Complaint
from portcrm.pages.registry import Hit


def find_complaints(user, text: str, limit: int) -> list[Hit]:
    """Complaints that hold the text, see ComplaintQuerySet.containing, newest first."""
    found = Complaint.objects.visible_to(user).containing(text).select_related("customer").order_by("-recorded_at")[:limit]
    return [
        Hit(f"{one.number} {one.subject}", f"{one.company} · {one.get_state_display()}", one.get_absolute_url(), "message-report")
        for one in found
    ]
