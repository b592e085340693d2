"""Who gave an answer, and who may know: of a confidential wave only holders of VIEW_SENDER. See docs/adr/068-anonymity.md."""

import datetime as dt

from feedback import permissions
from feedback.models import Response, Wave


def knows_senders(user, wave: Wave) -> bool:
    """Whether this reader may know who of a wave has answered, and what: of an anonymous one nobody, of a confidential one a few."""
    if wave.is_anonymous or not user.has_perm(permissions.VIEW_RESPONSE):
        return False
    return wave.is_named or user.has_perm(permissions.VIEW_SENDER)


def sent_at(response: Response, wave: Wave) -> dt.datetime:
    """When the latest version of an answer to this wave was sent. Only for its sender, and for who may know: the row of a confidential
    answer does not say it."""
    if not wave.is_confidential:
        return response.submitted_at
    return response.versions.order_by("-number").values_list("submitted_at", flat=True).first()
