from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MailState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not delivered")
    UNCERTAIN = "uncertain", _("Outcome unknown")
    EXPIRED = "expired", _("Too late, not sent")
    WITHHELD = "withheld", _("Held back")


class Outcome(models.TextChoices):
    """What the send journal knows of a mail that was handed over."""

    UNKNOWN = "", _("No answer noted")
    ACCEPTED = "accepted", pgettext_lazy("mail", "Accepted")
    REFUSED = "refused", pgettext_lazy("mail", "Refused")


SENDABLE_AGAIN = (MailState.FAILED, MailState.UNCERTAIN)
STATE_LOOKS = {
    MailState.WAITING: ("neutral", "clock"),
    MailState.SENDING: ("info", "send"),
    MailState.SENT: ("success", "circle-check"),
    MailState.FAILED: ("danger", "circle-x"),
    MailState.UNCERTAIN: ("warning", "help"),
    MailState.EXPIRED: ("neutral", "history"),
    MailState.WITHHELD: ("neutral", "player-pause"),
}
