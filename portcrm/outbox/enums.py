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
    BOUNCED = "bounced", _("Came back")


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
    MailState.BOUNCED: ("danger", "arrow-left"),
}


class Fate(models.TextChoices):
    """What was heard of a mail."""

    HARD = "hard", _("No such mailbox")
    SOFT = "soft", _("Mailbox does not take it")
    POLICY = "policy", _("Refused because of sender or content")
    DELIVERED = "delivered", _("In the mailbox")
    COMPLAINED = "complained", _("Called junk by the recipient")


class BlockReason(models.TextChoices):
    HARD = "hard", _("No such mailbox")
    SOFT = "soft", _("Came back again and again")
    COMPLAINED = "complained", _("Called junk by the recipient")


class ReturnKind(models.TextChoices):
    REPORT = "report", _("Report of a mail server")
    REPLY = "reply", _("Automatic reply")
    OTHER = "other", _("Not recognised")


class ReturnState(models.TextChoices):
    OPEN = "open", pgettext_lazy("returned mail", "To be looked at")
    SETTLED = "settled", pgettext_lazy("returned mail", "Settled")
    DISMISSED = "dismissed", pgettext_lazy("returned mail", "Put aside")


class EventState(models.TextChoices):
    NEW = "new", pgettext_lazy("mail event", "New")
    DONE = "done", pgettext_lazy("mail event", "Settled")
    WITHOUT_MAIL = "no_mail", pgettext_lazy("mail event", "About no mail of ours")


CAME_BACK = (Fate.HARD, Fate.SOFT, Fate.POLICY)


class CheckState(models.TextChoices):
    """What the self-check of the sending domain thinks of one point."""

    GOOD = "good", pgettext_lazy("self-check", "In order")
    LOOK = "look", pgettext_lazy("self-check", "Look at it")
    WRONG = "wrong", pgettext_lazy("self-check", "Wrong")
    NOT_ASKED = "not_asked", pgettext_lazy("self-check", "Could not be asked")


CHECK_LOOKS = {
    CheckState.GOOD: ("success", "circle-check"),
    CheckState.LOOK: ("warning", "alert-triangle"),
    CheckState.WRONG: ("danger", "circle-x"),
    CheckState.NOT_ASKED: ("neutral", "help"),
}
