"""An address typed by somebody we do not know may be a stranger's."""

from feedback.models import Complaint, Suggestion
from portcrm.accounts.services import system_user


def may_be_a_strangers(row: Complaint | Suggestion) -> bool:
    """Whether nobody has proved that the address belongs to whoever wrote: mails to it repeat none of the words typed beside it."""
    if isinstance(row, Complaint) and row.by_mail:  # anybody can write any sender into a mail, and a colleague may let one in
        return True
    if row.recorded_by_id != system_user().pk:  # a colleague has spoken with them
        return False
    known = row.contact.email if row.contact else ""
    return row.reply_address.casefold() != known.casefold()
