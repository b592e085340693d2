"""Fetching mails to the complaint mailbox: kept first, marked as seen afterwards. Whoever dies between reads a mail again, to no effect."""

import logging

from django.conf import settings

from feedback.services.inbox import take_in_mail
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox.returns.mailbox import MailboxProblem, ReturnMailbox

logger = logging.getLogger(__name__)

AT_ONCE = 100


def fetch_complaints(*, most: int = AT_ONCE) -> int:
    """Take in up to `most` unseen mails and say how many; 0 where no mailbox is set up or it is away."""
    if not settings.COMPLAINT_IMAP_URL:
        return 0
    taken, largest = 0, 2 * settings.MAX_UPLOAD_BYTES  # a file grows by a third on its way
    try:
        with ReturnMailbox(settings.COMPLAINT_IMAP_URL, largest=largest) as mailbox:
            for number, raw in mailbox.unseen(most=most):
                take_in_mail(raw=raw, is_whole=len(raw) < largest, at=now(), by=system_user())
                mailbox.mark_seen(number)
                taken += 1
    except MailboxProblem as error:
        logger.warning("feedback.complaint_mailbox_away: %s", error)
    return taken
