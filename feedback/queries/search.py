"""Complaints and suggestions in the search of the top bar."""

from feedback.models import Complaint, Suggestion
from portcrm.pages.registry import Hit


def find_complaints(user, text: str, limit: int) -> list[Hit]:
    """Complaints that hold the text, see ComplaintQuerySet.containing, newest first."""
    found = Complaint.objects.visible_to(user).containing(text).select_related("customer").order_by("-recorded_at")[:limit]
    return [
        Hit(f"{one.number} {one.subject}", f"{one.company} · {one.get_state_display()}", one.get_absolute_url(), "message-report")
        for one in found
    ]


def find_suggestions(user, text: str, limit: int) -> list[Hit]:
    """Suggestions that hold the text, see SuggestionQuerySet.containing, newest first."""
    found = Suggestion.objects.visible_to(user).containing(text).select_related("customer").order_by("-recorded_at")[:limit]
    return [Hit(str(one), f"{one.company} · {one.get_state_display()}", one.get_absolute_url(), "star") for one in found]
