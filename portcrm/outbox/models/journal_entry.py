from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.choices import known
from portcrm.outbox.enums import MailState, Outcome
from portcrm.outbox.querysets import JournalEntryQuerySet


class JournalEntry(models.Model):
    """A line of the send journal that a restored database did not know: this key was handed to the mail server.

    It stays when the outbox is released: a mail that is written anew under its key is not sent by itself.
    """

    number = models.BigIntegerField(_("Number"), unique=True)
    dedupe_key = models.CharField(_("Key of the mail"), max_length=200, db_index=True)
    message_id = models.CharField(max_length=200)
    handed_over_at = models.DateTimeField(pgettext_lazy("mail", "Handed over"))
    outcome = models.CharField(_("Answer of the mail server"), max_length=10, choices=Outcome.choices, blank=True)
    taken_over_at = models.DateTimeField(null=True, blank=True)

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        constraints = known("journal_entry", outcome=Outcome)

    def __str__(self) -> str:
        return self.dedupe_key

    @property
    def state_here(self) -> str:
        """The state of the mail with this key, for entries read with `mail_state`."""
        state = getattr(self, "mail_state", None)
        return str(MailState(state).label if state else _("Not known"))
