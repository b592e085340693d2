"""Codes of invitations: drawn many at once when a wave starts, found again when somebody types one in."""

from feedback.models import Invitation
from feedback.models.code import draw_code
from feedback.querysets import InvitationQuerySet

AT_ONCE = 10_000


def new_codes(number: int) -> list[str]:
    """So many codes no invitation has, each once; a question for ten thousand, none for each."""
    drawn: set[str] = set()
    while len(drawn) < number:
        fresh = {draw_code() for _place in range(min(number - len(drawn), AT_ONCE))} - drawn
        drawn |= fresh - set(Invitation.objects.filter(code__in=fresh).values_list("code", flat=True))
    return list(drawn)


def with_code(invitations: InvitationQuerySet, bare: str) -> Invitation | None:
    """The one of these invitations that carries the code, or None."""
    return invitations.filter(code=bare).first()
