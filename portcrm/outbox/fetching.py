"""Fetching returned mails: kept first, marked as seen afterwards. Whoever dies between the two reads a mail again, to no effect."""

import logging

from django.conf import settings

from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox.returns.mailbox import MailboxProblem, ReturnMailbox
from portcrm.outbox.services.returned import take_in_returned

logger = logging.getLogger(__name__)

AT_ONCE = 200


def fetch_returned(*, most: int = AT_ONCE) -> int:
    """Take in up to `most` unseen mails of the return mailbox and say how many; 0 where none is set up or it is away."""
    if not settings.BOUNCE_IMAP_URL:
        return 0
    taken = 0
    try:
        with ReturnMailbox(settings.BOUNCE_IMAP_URL) as mailbox:
            for number, raw in mailbox.unseen(most=most):
                take_in_returned(raw=raw, at=now(), by=system_user())
                mailbox.mark_seen(number)
                taken += 1
    except MailboxProblem as error:
        logger.warning("outbox.return_mailbox_away: %s", error)
    return taken
