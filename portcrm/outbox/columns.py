"""What the lists of the outbox show."""

from django.utils.translation import gettext_lazy, pgettext_lazy

from portcrm.pages.lists import Column, Ordering

MAIL_COLUMNS = (
    Column("subject", gettext_lazy("Subject"), link=True, attribute="shown_subject"),
    Column("recipient", gettext_lazy("Recipient"), template="outbox/_cell_recipient.html", value=lambda mail: mail.shown_address),
    Column("state", gettext_lazy("State"), template="outbox/_cell_state.html", attribute="get_state_display"),
    Column("kind", gettext_lazy("Kind"), attribute="kind_label"),
    Column("attempts", gettext_lazy("Attempts"), numeric=True, default=False),
    Column("created_at", gettext_lazy("Written"), format="datetime", ordering="newest"),
    Column("settled_at", gettext_lazy("Settled"), format="datetime"),
    Column("reason", gettext_lazy("Reason"), attribute="reason_text", default=False),
)
JOURNAL_COLUMNS = (
    Column("handed_over_at", pgettext_lazy("mail", "Handed over"), format="datetime", ordering="newest"),
    Column("dedupe_key", gettext_lazy("Key of the mail"), template="outbox/_cell_key.html", value=lambda entry: entry.dedupe_key),
    Column("outcome", gettext_lazy("Answer of the mail server"), attribute="get_outcome_display"),
    Column("mail_state", gettext_lazy("In this database"), attribute="state_here"),
    Column("message_id", "Message-ID", default=False),
    Column("taken_over_at", gettext_lazy("Taken over"), format="datetime"),
)
JOURNAL_ORDERINGS = (Ordering("newest", pgettext_lazy("mail", "Handed over"), ("-number",)),)
MAIL_ORDERINGS = (Ordering("newest", gettext_lazy("Written"), ("-created_at", "-pk")),)
